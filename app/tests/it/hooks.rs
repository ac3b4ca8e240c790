//! Acts told to another program over HTTP: signed, tried again, told once more, and nothing while switched off.

use crate::world::{World, on_both};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use base::{Actor, Clock, Span};
use chase::{acts::hooks, store};
use std::sync::{Arc, Mutex};
use trongtam::{
    demo::{self, Size},
    post,
};

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
    on_both(|world: &World| {
        demo::fill(&world.db, &world.clock, Size::Small).unwrap();
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
        let caller = post::Caller::new(post::Reach(vec!["127.0.0.0/8".parse().unwrap()]));
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
