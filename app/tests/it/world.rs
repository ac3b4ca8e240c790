//! A throw-away database of either kind.

use base::{Actor, Clock, Date};
use db::{Database, Place};
use programme::import::Options;
use std::{
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};
use trongtam::{
    demo::{self, Size},
    intake::{self, File, Kind},
};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A file of `testdata`.
pub(crate) fn testdata(name: &str) -> Vec<u8> {
    std::fs::read(root().join("testdata").join(name)).unwrap()
}

pub(crate) struct World {
    pub(crate) db: Database,
    pub(crate) clock: Clock,
}

/// Runs a test on SQLite and on PostgreSQL. Whatever it did, `verify` must find the records as the trail says.
#[track_caller]
pub(crate) fn on_both(test: impl Fn(&World)) {
    for world in [World::sqlite(), World::postgres()] {
        test(&world);
        world.verify();
    }
}

/// [`on_both`] in the small demo city.
#[track_caller]
pub(crate) fn on_both_cities(test: impl Fn(&World)) {
    for world in [World::sqlite_city(), World::postgres_city()] {
        test(&world);
        world.verify();
    }
}

/// Waits for other threads and processes; nothing is measured by it.
pub(crate) fn pause(millis: u64) {
    let (_silent, never) = std::sync::mpsc::channel::<()>();
    let _ = never.recv_timeout(std::time::Duration::from_millis(millis));
}

fn clock() -> Clock {
    Clock::stopped_on(Date::constant(2023, 4, 19)).unwrap()
}

/// The kinds of records of the whole house.
pub(crate) fn records() -> Vec<&'static room::Record> {
    web::room::records(trongtam::ROOMS).collect()
}

/// What a world begins with.
#[derive(Clone, Copy)]
enum Start {
    /// The tables.
    Empty,
    /// The small demo city.
    City,
}

impl Start {
    fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::City => "city",
        }
    }

    /// Makes a database once, to be copied; it is closed when this returns.
    fn make(self, place: &Place) {
        let db = Database::open(place, &trongtam::migrations()).unwrap();
        if matches!(self, Self::City) {
            demo::fill(&db, &clock(), Size::Small).unwrap();
        }
        db.close();
    }
}

/// A SQLite file of a start, made by the first test that asks.
fn sqlite_model(start: Start) -> &'static Path {
    static MODELS: [OnceLock<PathBuf>; 2] = [OnceLock::new(), OnceLock::new()];
    let [empty, city] = &MODELS;
    let model = if matches!(start, Start::Empty) { empty } else { city };
    model.get_or_init(|| {
        let path = own_folder().join(format!("{}.db", start.word()));
        start.make(&Place::Sqlite(path.clone()));
        path
    })
}

/// The name of a PostgreSQL database of a start, made by the first test that asks.
fn postgres_model(start: Start) -> &'static str {
    static MODELS: [OnceLock<String>; 2] = [OnceLock::new(), OnceLock::new()];
    let [empty, city] = &MODELS;
    let model = if matches!(start, Start::Empty) { empty } else { city };
    model.get_or_init(|| {
        let name = format!("t{}_{}", std::process::id(), start.word());
        on_server(&format!("create database {name}"));
        start.make(&Place::Postgres(format!("{}/{name}", server())));
        // A database is copied only when nobody is connected to it.
        on_server(&format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
        ));
        name
    })
}

/// The server that `cargo xtask test` starts.
fn server() -> String {
    std::env::var("TRONGTAM_TEST_POSTGRES")
        .expect("run the tests through `cargo xtask test`, which starts a throw-away PostgreSQL")
}

fn on_server(statement: &str) {
    let mut client = postgres::Client::connect(&format!("{}/postgres", server()), postgres::NoTls).unwrap();
    client.batch_execute(statement).unwrap();
}

fn own_folder() -> PathBuf {
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("trongtam-test-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

impl World {
    pub(crate) fn sqlite() -> Self {
        Self::sqlite_from(Start::Empty)
    }

    /// The small demo city.
    pub(crate) fn sqlite_city() -> Self {
        Self::sqlite_from(Start::City)
    }

    /// A database of its own on the server.
    pub(crate) fn postgres() -> Self {
        Self::postgres_from(Start::Empty)
    }

    /// The small demo city on the server.
    pub(crate) fn postgres_city() -> Self {
        Self::postgres_from(Start::City)
    }

    fn sqlite_from(start: Start) -> Self {
        let path = own_folder().join("t.db");
        std::fs::copy(sqlite_model(start), &path).unwrap();
        Self::open(Place::Sqlite(path))
    }

    fn postgres_from(start: Start) -> Self {
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        on_server(&format!("create database {name} template {}", postgres_model(start)));
        Self::open(Place::Postgres(format!("{}/{name}", server())))
    }

    fn open(place: Place) -> Self {
        Self { db: Database::open(&place, &trongtam::migrations()).unwrap(), clock: clock() }
    }

    /// Finds the records as the trail says.
    #[track_caller]
    fn verify(&self) {
        let faults = self.db.read_now(|tx| {
            let mut faults = Vec::new();
            for check in trongtam::ROOMS.iter().flat_map(|room| room.checks) {
                faults.extend((check.run)(tx)?.faults);
            }
            Ok(faults)
        });
        let faults = faults.unwrap();
        assert!(faults.is_empty(), "{faults:#?}");
    }

    /// Imports a file of `testdata` as the program.
    pub(crate) fn import(&self, kind: Kind, file: &str) -> base::intake::Report {
        self.import_with(kind, file, Options::default())
    }

    pub(crate) fn import_with(&self, kind: Kind, file: &str, options: Options) -> base::intake::Report {
        self.import_bytes(kind, testdata(file), options)
    }

    pub(crate) fn import_bytes(&self, kind: Kind, bytes: Vec<u8>, options: Options) -> base::intake::Report {
        let input = File::new("file".to_owned(), bytes, options);
        intake::run(&self.db, &self.clock, &Actor::program("test"), kind, &input, false)
            .unwrap_or_else(|stop| panic!("{kind:?}: {stop}"))
    }
}
