//! A throw-away database of either kind.

use base::{Actor, Clock, Date};
use db::{Database, Place};
use programme::import::Options;
use std::{
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};
use trongtam::intake::{self, File, Kind};

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
        let faults = world.db.read_now(|tx| {
            let mut faults = programme::store::tasks_that_differ(tx)?;
            faults.extend(programme::store::steps_that_differ(tx)?.0);
            faults.extend(account::store::roles_that_differ(tx)?.0);
            faults.extend(review::store::check_frozen(tx)?);
            faults.extend(reporting::store::check_frozen(tx)?);
            faults.extend(parindex::publish::check(tx)?);
            faults.extend(chase::store::reminders_that_differ(tx)?);
            faults.extend(document::store::files_that_differ(tx)?);
            Ok(faults)
        });
        let faults = faults.unwrap();
        assert!(faults.is_empty(), "{faults:#?}");
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

impl World {
    pub(crate) fn sqlite() -> Self {
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("trongtam-test-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Database::open(&Place::Sqlite(folder.join("t.db")), &trongtam::migrations()).unwrap();
        Self { db, clock: clock() }
    }

    /// A database of its own on the server that `cargo xtask test` starts.
    pub(crate) fn postgres() -> Self {
        let url = std::env::var("TRONGTAM_TEST_POSTGRES")
            .expect("run the tests through `cargo xtask test`, which starts a throw-away PostgreSQL");
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("t{}_{n}", std::process::id());
        let mut client = postgres::Client::connect(&format!("{url}/postgres"), postgres::NoTls).unwrap();
        client.batch_execute(&format!("create database {name}")).unwrap();
        let db = Database::open(&Place::Postgres(format!("{url}/{name}")), &trongtam::migrations()).unwrap();
        Self { db, clock: clock() }
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
