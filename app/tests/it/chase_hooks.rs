//! Acts told to another program over HTTP: signed, tried again, told once more, and nothing while switched off.

use crate::world::{World, on_both_cities};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use base::{Actor, Clock, Span};
use chase::{acts::hooks, store};
use std::sync::{Arc, Mutex};
use trongtam::post;

/// What arrived: moment, signature, body; and how many calls to turn away first.
#[derive(Default)]
struct Arrived {
    refusals: usize,
    calls: Vec<(String, String, String)>,
}

async fn take(State(arrived): State<Arc<Mutex<Arrived>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut arrived = arrived.lock().unwrap();
    if arrived.refusals > 0 {
        arrived.refusals -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let body = String::from_utf8(body.to_vec()).unwrap();
    arrived.calls.push((header("trongtam-moment"), header("trongtam-signature"), body));
    StatusCode::NO_CONTENT
}

/// Another program on this machine; returns its address.
fn receiver(arrived: Arc<Mutex<Arrived>>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let app = Router::new().fallback(post(take)).with_state(arrived);
            axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), app).await.unwrap();
        });
    });
    format!("http://{address}/nhan")
}

fn minutes_later(clock: &Clock, minutes: i64) -> Clock {
    Clock::stopped(clock.now().checked_add(Span::new().minutes(minutes)).unwrap())
}

#[test]
fn acts_are_told_signed_once_and_again_on_demand() {
    on_both_cities(|world: &World| {
        let arrived = Arc::new(Mutex::new(Arrived { refusals: 1, calls: Vec::new() }));
        let url = receiver(arrived.clone());
        let actor = Actor::program("test");
        let seed = [7; 32];
        let seal = |clock: &Clock| {
            let clock = clock.clone();
            // On PostgreSQL a line has its place once it is sealed.
            while world
                .db
                .act_now({
                    let clock = clock.clone();
                    move |tx| Ok(db::trail::seal(tx, &clock, &seed, base::Span::new())?)
                })
                .unwrap()
                .is_some()
            {}
        };
        seal(&world.clock);
        let (clock, who, to) = (world.clock.clone(), actor.clone(), url.clone());
        let secret = world
            .db
            .act_now(move |tx| {
                assert!(hooks::make(tx, &clock, &who, "ftp://x", "").is_err());
                hooks::make(tx, &clock, &who, &to, "programme.task.create")
            })
            .unwrap();
        let code = crate::chase::task(world, "UB001", "2023-06-30");
        seal(&world.clock);
        let write = |clock: &Clock| {
            let clock = clock.clone();
            world.db.act_now(move |tx| hooks::write_calls(tx, &clock)).unwrap()
        };
        // The receiver of this test stands on the machine itself.
        let caller =
            post::Caller::new(post::Reach(vec!["127.0.0.0/8".parse().unwrap()]), post::Caller::PATIENCE);
        let tell = |clock: &Clock| trongtam::tell_all(&world.db, clock, &caller).unwrap();
        let now = &world.clock;
        assert_eq!((write(now), write(now)), (1, 0), "the creation alone, once");
        assert_eq!((tell(now), tell(now)), (0, 0), "turned away, and not tried again at once");
        let later = minutes_later(now, 3);
        assert_eq!((tell(&later), tell(&later)), (1, 0));
        {
            let arrived = arrived.lock().unwrap();
            let (moment, signature, body) = &arrived.calls[0];
            let right = post::signature(&secret, moment.parse().unwrap(), body).unwrap();
            assert_eq!(*signature, right);
            let told: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!((told["code"].as_str(), told["unit"].as_str()), (Some(code.as_str()), Some("UB001")));
            assert!(told.get("facts").is_none(), "names no content");
        }
        // Told once more; and while it is switched off it hears nothing, but misses nothing.
        let (clock, who) = (later.clone(), actor.clone());
        world
            .db
            .act_now(move |tx| {
                let (first, hook) =
                    (store::messages(tx, store::Kind::Call, None, 1)?.remove(0), store::hooks(tx)?.remove(0));
                hooks::replay(tx, &clock, &who, first.id)?;
                hooks::switch(tx, &clock, &who, hook.id, false)
            })
            .unwrap();
        assert_eq!(tell(&later), 0, "switched off");
        crate::chase::task(world, "UB002", "2023-06-30");
        seal(&world.clock);
        assert_eq!(write(&later), 0);
        let (clock, who) = (later.clone(), actor);
        world
            .db
            .act_now(move |tx| {
                let hook = store::hooks(tx)?.remove(0);
                hooks::switch(tx, &clock, &who, hook.id, true)
            })
            .unwrap();
        assert_eq!((write(&later), tell(&later)), (1, 2));
        assert_eq!(arrived.lock().unwrap().calls.len(), 3);
    });
}

/// Sets up addresses that are told of new tasks, makes one, and writes what each is to be told.
fn told_of_a_task(world: &World, urls: &[String]) {
    for url in urls {
        let (clock, url) = (world.clock.clone(), url.clone());
        let actor = Actor::program("test");
        world.db.act_now(move |tx| hooks::make(tx, &clock, &actor, &url, "programme.task.create")).unwrap();
    }
    crate::chase::task(world, "UB001", "2023-06-30");
    let clock = world.clock.clone();
    world.db.act_now(move |tx| hooks::write_calls(tx, &clock)).unwrap();
}

fn faults(world: &World) -> Vec<(String, String, String)> {
    let calls = world.db.read_now(|tx| Ok(store::messages(tx, store::Kind::Call, None, 9)?)).unwrap();
    calls.into_iter().map(|call| (call.recipient, call.state, call.fault)).collect()
}

#[test]
fn a_call_reaches_no_internal_address_and_follows_nobody_there() {
    let world = World::sqlite_city();
    let arrived = Arc::new(Mutex::new(Arrived { refusals: 0, calls: Vec::new() }));
    let inside = receiver(arrived.clone());
    let port = inside.rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    // By number, by a name that resolves to it, written otherwise, and by another that forwards to it.
    let forwards = forwarder(format!("http://127.0.0.1:{port}/"));
    told_of_a_task(
        &world,
        &[
            format!("http://127.0.0.1:{port}/"),
            format!("http://localhost:{port}/"),
            format!("http://[::ffff:127.0.0.1]:{port}/"),
            "http://169.254.169.254/latest/meta-data".to_owned(),
        ],
    );
    let caller = post::Caller::new(post::Reach::default(), std::time::Duration::from_secs(5));
    assert_eq!(trongtam::tell_all(&world.db, &world.clock, &caller).unwrap(), 0);
    for (url, state, fault) in faults(&world) {
        assert_eq!(state, "waiting", "{url}");
        assert!(fault.contains("internal address"), "{url}: {fault}");
    }
    // One that may be called answers "go there instead": nobody goes.
    let other = World::sqlite_city();
    told_of_a_task(&other, &[forwards]);
    let house = post::Reach(vec!["127.0.0.0/8".parse().unwrap()]);
    let caller = post::Caller::new(house, std::time::Duration::from_secs(5));
    assert_eq!(trongtam::tell_all(&other.db, &other.clock, &caller).unwrap(), 0);
    assert!(faults(&other)[0].2.contains("302"), "{:?}", faults(&other));
    assert!(arrived.lock().unwrap().calls.is_empty());
}

/// Somebody who answers every call with another address.
fn forwarder(to: String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = write!(stream, "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        }
    });
    url
}

#[test]
fn an_address_that_hangs_holds_up_itself_alone() {
    let world = World::sqlite_city();
    // It takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let arrived = Arc::new(Mutex::new(Arrived { refusals: 0, calls: Vec::new() }));
    let well = receiver(arrived.clone());
    told_of_a_task(&world, &[format!("http://{}/", silent.local_addr().unwrap()), well]);
    for _ in 0..3 {
        crate::chase::task(&world, "UB001", "2023-06-30");
    }
    let clock = world.clock.clone();
    world.db.act_now(move |tx| hooks::write_calls(tx, &clock)).unwrap();
    let house = post::Reach(vec!["127.0.0.0/8".parse().unwrap()]);
    let caller = post::Caller::new(house, std::time::Duration::from_millis(500));
    assert_eq!(trongtam::tell_all(&world.db, &world.clock, &caller).unwrap(), 4);
    assert_eq!(arrived.lock().unwrap().calls.len(), 4, "the other one has heard everything");
    let waiting = faults(&world).into_iter().filter(|(_, state, _)| state == "waiting").count();
    assert_eq!(waiting, 4, "the one that hangs was tried once, not four times over");
}
