//! PostgreSQL that restarts, goes away and comes back, and a trail that is sealed while acts go on.

use crate::{
    doors::House,
    world::{World, on_both},
};
use base::Actor;
use db::{Database, Place, trail};
use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use trongtam::demo::{self, Size};

/// A line to the database that can be cut.
struct Line {
    port: u16,
    is_open: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16_384];
    while let Ok(n) = from.read(&mut bytes) {
        if n == 0 || to.write_all(bytes.get(..n).unwrap_or_default()).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

impl Line {
    fn to(database: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Self {
            port: listener.local_addr().unwrap().port(),
            is_open: Arc::new(AtomicBool::new(true)),
            streams: Arc::default(),
        };
        let (is_open, streams) = (Arc::clone(&line.is_open), Arc::clone(&line.streams));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if !is_open.load(Ordering::Relaxed) {
                    continue;
                }
                let server = TcpStream::connect(&database).unwrap();
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    std::thread::spawn(move || copy(from, to));
                }
                streams.lock().unwrap().extend([client, server]);
            }
        });
        line
    }

    /// Cuts every connection, as a restart of the server does.
    fn cut(&self) {
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

#[test]
fn a_restart_is_not_noticed_and_an_outage_is_told_as_one() {
    let url = std::env::var("TRONGTAM_TEST_POSTGRES").expect("run the tests through `cargo xtask test`");
    let name = format!("outage{}", std::process::id());
    let mut client = postgres::Client::connect(&format!("{url}/postgres"), postgres::NoTls).unwrap();
    client.batch_execute(&format!("create database {name}")).unwrap();
    let server = url.rsplit('@').next().unwrap().to_owned();
    let line = Line::to(server);
    let place = Place::Postgres(format!("postgres://postgres@127.0.0.1:{}/{name}", line.port));
    let world = World {
        db: Database::open(&place, &trongtam::migrations()).unwrap(),
        clock: base::Clock::stopped_on(base::Date::constant(2023, 4, 19)).unwrap(),
    };
    demo::fill(&world.db, &world.clock, Size::Small).unwrap();
    let clock = world.clock.clone();
    let token = world
        .db
        .act_now(move |tx| {
            account::acts::make_token(tx, &clock, &Actor::program("t"), "vanphong", "t", "write", 9)
        })
        .unwrap();
    let bearer = format!("Bearer {token}");
    let with = [("authorization", bearer.as_str())];
    let house = House::over(&world);
    for _ in 0..16 {
        assert_eq!(house.get("/api/tasks", &with).status, 200);
    }
    // Every connection is stale now; nobody hears of it, whether reading or acting.
    line.cut();
    for _ in 0..16 {
        let answer = house.get("/api/tasks", &with);
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    line.cut();
    for n in 0..16 {
        let done = world.db.act_now(move |tx| Ok(tx.set(&format!("sau-{n}"), "x")?));
        assert!(done.is_ok(), "{:?}", done.err().map(|stop| stop.to_string()));
    }
    // Away: a valid token is not called unknown, and whoever watches hears of it.
    line.is_open.store(false, Ordering::Relaxed);
    line.cut();
    for (path, with) in [("/api/tasks", &with[..]), ("/healthz", &[]), ("/nv", &[("cookie", "phien=x")])] {
        let answer = house.get(path, with);
        assert_eq!(answer.status, 503, "{path}: {}", answer.text);
        assert!(answer.headers.contains_key("retry-after"), "{path}");
    }
    line.is_open.store(true, Ordering::Relaxed);
    crate::world::pause(1100);
    assert_eq!(house.get("/api/tasks", &with).status, 200);
    assert_eq!(house.get("/healthz", &[]).status, 200);
}

#[test]
fn the_trail_is_sealed_while_acts_go_on() {
    on_both(|world| {
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let (db, clock, stop) = (world.db.clone(), base::Clock::machine(), Arc::clone(&stop));
                std::thread::spawn(move || {
                    let mut n = 0_i64;
                    while !stop.load(Ordering::Relaxed) {
                        let clock = clock.clone();
                        db.act_now(move |tx| {
                            let entry = trail::Entry {
                                act: "test.load",
                                kind: "test",
                                id: None,
                                code: "",
                                unit: None,
                                facts: serde_json::json!({}),
                            };
                            Ok(trail::record(tx, &clock, &Actor::program("t"), entry)?)
                        })
                        .unwrap();
                        n += 1;
                    }
                    n
                })
            })
            .collect();
        let clock = base::Clock::machine();
        let mut sealed = 0;
        for _ in 0..20 {
            crate::world::pause(50);
            let clock = clock.clone();
            let none = base::Span::new();
            let head = world.db.act_beside_now(move |tx| Ok(trail::seal(tx, &clock, &[7; 32], none)?));
            // Each one succeeds: it does not wait for a quiet moment.
            sealed = head.unwrap().map_or(sealed, |head| head.size);
        }
        stop.store(true, Ordering::Relaxed);
        let written: i64 = writers.into_iter().map(|writer| writer.join().unwrap()).sum();
        assert!(sealed > 0 && sealed <= written, "{sealed} of {written}");
        trongtam::seal::seal_all(&world.db, &clock, [7; 32]).unwrap();
        let verdict = world.db.read_now(|tx| Ok(trail::verify(tx)?)).unwrap();
        assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
        assert_eq!(verdict.sealed, written);
        // Lines too young for their neighbours wait, where acts run side by side.
        let young = World::postgres();
        let (c, minute) = (clock.clone(), base::Span::new().minutes(1));
        young
            .db
            .act_now(move |tx| {
                let entry = trail::Entry {
                    act: "a",
                    kind: "test",
                    id: None,
                    code: "",
                    unit: None,
                    facts: serde_json::json!({}),
                };
                Ok(trail::record(tx, &c, &Actor::program("t"), entry)?)
            })
            .unwrap();
        let c = clock.clone();
        let head = young.db.act_beside_now(move |tx| Ok(trail::seal(tx, &c, &[7; 32], minute)?)).unwrap();
        assert!(head.is_none());
    });
}
