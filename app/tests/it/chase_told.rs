//! Digests through a real SMTP session and deadlines read by an iCalendar library.

use crate::world::{World, on_both_cities};
use axum::{body::Body, http::Request};
use base::{Clock, Span, Timestamp};
use chase::{
    acts::{digest, outbox},
    store::{self, Kind},
};
use mailin::{Action, Handler, Response, SessionBuilder};
use std::{
    io::{BufRead as _, BufReader},
    net::TcpListener,
    sync::{Arc, Mutex},
};
use tower::ServiceExt as _;
use trongtam::post::Post;

/// What a mail server received: recipients and bodies; the first deliveries it turns away.
#[derive(Default)]
struct Received {
    refusals: usize,
    mails: Vec<(Vec<String>, String)>,
}

struct Box_ {
    received: Arc<Mutex<Received>>,
    to: Vec<String>,
    body: Vec<u8>,
}

impl Handler for Box_ {
    fn rcpt(&mut self, _: &str) -> Response {
        let mut received = self.received.lock().unwrap();
        if received.refusals > 0 {
            received.refusals -= 1;
            return mailin::response::INTERNAL_ERROR;
        }
        mailin::response::OK
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, to: &[String]) -> Response {
        self.to = to.to_vec();
        mailin::response::OK
    }

    fn data(&mut self, part: &[u8]) -> std::io::Result<()> {
        self.body.extend_from_slice(part);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = (self.to.clone(), String::from_utf8_lossy(&self.body).into_owned());
        self.received.lock().unwrap().mails.push(mail);
        mailin::response::OK
    }
}

/// A mail server on this machine; returns its address.
fn mail_server(received: Arc<Mutex<Received>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handler = Box_ { received: received.clone(), to: Vec::new(), body: Vec::new() };
            let mut session = SessionBuilder::new("test").build(address.ip(), handler);
            let mut out = stream.try_clone().unwrap();
            session.greeting().write_to(&mut out).unwrap();
            let mut lines = BufReader::new(stream);
            let mut line = Vec::new();
            while lines.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                let answer = session.process(&line);
                line.clear();
                match answer.action {
                    Action::NoReply => {}
                    Action::Close => {
                        let _ = answer.write_to(&mut out);
                        break;
                    }
                    _ => answer.write_to(&mut out).unwrap(),
                }
            }
        }
    });
    format!("smtp://{address}")
}

/// The moment of an hour of the demo city's day.
fn at(world: &World, hour: i64) -> Clock {
    let start = base::start_of_day(world.clock.today()).unwrap();
    Clock::stopped(start.checked_add(Span::new().hours(hour)).unwrap())
}

#[test]
fn digests_go_out_once_at_their_hours_and_are_tried_again() {
    on_both_cities(|world| {
        crate::chase::task(world, "UB001", "2023-02-03");
        let received = Arc::new(Mutex::new(Received { refusals: 1, mails: Vec::new() }));
        let post = Post::new(&mail_server(received.clone()), "trongtam@example.vn").unwrap();
        let texts = base::texts::Texts::new(trongtam::catalogue().unwrap(), base::texts::Lang::Vi);
        // The head has overdue work; the reader has nothing to be told.
        for login in ["thutruong", "nguoixem"] {
            let clock = world.clock.clone();
            world
                .db
                .act_now(move |tx| {
                    let account = account::store::by_login(tx, login)?.unwrap();
                    let actor = account::acts::actor_of(tx, &clock, &account)?;
                    digest::want(tx, &actor, &format!("{login}@example.vn"), "07:30, 16:30")
                })
                .unwrap();
        }
        let write = |clock: &Clock| {
            let (clock, texts) = (clock.clone(), texts.clone());
            world.db.act_now(move |tx| digest::write_digests(tx, &clock, &texts)).unwrap()
        };
        let send =
            |clock: &Clock| outbox::send(&world.db, clock, Kind::Mail, &|mail| post.send(mail)).unwrap();
        let early = at(world, 6);
        assert_eq!(write(&early), 0, "before the first hour");
        let morning = at(world, 8);
        assert_eq!((write(&morning), write(&morning)), (1, 0), "one has something to say, once");
        assert_eq!(send(&morning), 0, "turned away");
        assert_eq!(send(&morning), 0, "not tried again at once");
        let later = at(world, 9);
        assert_eq!((send(&later), send(&later)), (1, 0));
        assert_eq!((write(&at(world, 17)), send(&at(world, 17))), (1, 1), "the second hour");
        let received = received.lock().unwrap();
        assert_eq!(received.mails.len(), 2);
        let (to, body) = &received.mails[0];
        assert_eq!(to, &["thutruong@example.vn"]);
        assert!(body.contains("Subject: =?utf-8?") && body.contains("From: trongtam@example.vn"), "{body}");
        let tried = world
            .db
            .read_now(|tx| {
                let account = account::store::by_login(tx, "thutruong")?.unwrap();
                Ok(store::messages(tx, Kind::Mail, Some(account.id.0), 9)?)
            })
            .unwrap();
        assert!(tried.iter().all(|mail| mail.state == "sent"));
    });
}

#[test]
fn the_secret_address_gives_a_calendar_until_it_is_dropped() {
    let world = World::sqlite_city();
    let app = trongtam::pages::router(trongtam::site(&world.db, &world.clock, true).unwrap());
    let set = |secret: Option<&'static str>| {
        world
            .db
            .act_now(move |tx| {
                let account = account::store::by_login(tx, "thutruong")?.unwrap();
                let digest = secret.map(|s| db::trail::sha256(s.as_bytes()));
                Ok(store::set_feed(tx, account.id, digest.as_deref(), Timestamp::UNIX_EPOCH)?)
            })
            .unwrap();
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let get = || {
        let request = Request::builder().uri("/lich/bi-mat.ics").body(Body::empty()).unwrap();
        runtime.block_on(async {
            let answer = app.clone().oneshot(request).await.unwrap();
            let status = answer.status().as_u16();
            let bytes = axum::body::to_bytes(answer.into_body(), 10_000_000).await.unwrap();
            (status, String::from_utf8(bytes.to_vec()).unwrap())
        })
    };
    assert_eq!(get().0, 404);
    set(Some("bi-mat"));
    let (status, text) = get();
    let calendar: icalendar::Calendar = text.parse().unwrap();
    assert_eq!(status, 200);
    assert!(!calendar.components.is_empty(), "{text}");
    assert!(text.contains("DTSTART;VALUE=DATE:20"), "{text}");
    set(None);
    assert_eq!(get().0, 404);
}

/// A comment reaches whom it mentions, if they may see the task at all.
#[test]
fn comments_mention_only_those_who_may_see_the_task() {
    on_both_cities(|world| {
        let code = crate::chase::task(world, "UB001", "2023-06-30");
        let clock = world.clock.clone();
        world
            .db
            .act_now(move |tx| {
                let actor = |login: &str| -> base::Outcome<base::Actor> {
                    let account = account::store::by_login(tx, login)?.unwrap();
                    account::acts::actor_of(tx, &clock, &account)
                };
                let (office, head) = (actor("vanphong")?, actor("thutruong")?);
                let say = |who: &base::Actor, words: &str| {
                    chase::acts::talk::comment(tx, &clock, who, &code, words)
                };
                let key = |outcome: base::Outcome<()>| match outcome {
                    Err(base::Stop::Refused(refusal)) => refusal.key,
                    other => panic!("{other:?}"),
                };
                assert_eq!(key(say(&office, "  ")), "chase-refusal-comment");
                assert_eq!(key(say(&office, "Nhờ @khongco xem")), "chase-refusal-mention");
                say(&office, "Nhờ @thutruong báo cáo trước thứ Sáu")?;
                let seen = store::mentions_of(tx, head.account.unwrap(), 9)?;
                assert_eq!(seen.len(), 1);
                assert!(store::watches(tx, office.account.unwrap(), &code)?, "who comments watches");
                chase::acts::talk::watch(tx, &office, &code, false)?;
                assert!(store::watched(tx, office.account.unwrap())?.is_empty());
                Ok(())
            })
            .unwrap();
    });
}
