//! Who gets through which door, and what it costs: tokens, bodies, headers, what is not decided yet, files that call
//! other programs, what runs out. Each test is one sentence of the attack of November 2026.

use crate::world::{World, on_both_cities};
use account::{acts, store};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use base::{Actor, Role, Span};
use tower::ServiceExt as _;
use trongtam::demo::PASSWORD;

/// The product over a filled city, asked without a network.
pub(crate) struct House {
    app: Router,
    runtime: tokio::runtime::Runtime,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl House {
    pub(crate) fn over(world: &World) -> Self {
        let app = trongtam::pages::router(trongtam::site(&world.db, &world.clock, true).unwrap());
        Self { app, runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap() }
    }

    pub(crate) fn ask(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let answer = self.app.clone().oneshot(request).await.unwrap();
            let (status, headers) = (answer.status(), answer.headers().clone());
            let bytes = axum::body::to_bytes(answer.into_body(), 100_000_000).await.unwrap();
            Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
        })
    }

    pub(crate) fn get(&self, path: &str, with: &[(&str, &str)]) -> Answer {
        self.ask(head("GET", path, with).body(Body::empty()).unwrap())
    }

    pub(crate) fn post(&self, path: &str, with: &[(&str, &str)], form: impl Into<Body>) -> Answer {
        let request =
            head("POST", path, with).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(form.into()).unwrap())
    }
}

fn head(method: &str, path: &str, with: &[(&str, &str)]) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    with.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

pub(crate) fn city() -> World {
    World::sqlite_city()
}

/// The cookie of a demo sign-in.
pub(crate) fn cookie(world: &World, login: &str) -> String {
    let (clock, login) = (world.clock.clone(), login.to_owned());
    let signed = world.db.act_now(move |tx| acts::sign_in(tx, &clock, &login, PASSWORD, "t", "")).unwrap();
    match signed {
        Ok(acts::SignedIn::Session(token)) => format!("phien={token}"),
        other => panic!("{other:?}"),
    }
}

fn token(world: &World, login: &str, scope: &'static str) -> String {
    let (clock, login) = (world.clock.clone(), login.to_owned());
    let made = world
        .db
        .act_now(move |tx| acts::make_token(tx, &clock, &Actor::program("test"), &login, "thử", scope, 30));
    format!("Bearer {}", made.unwrap())
}

#[test]
fn a_token_reads_the_api_and_fills_in_no_form() {
    let world = city();
    let house = House::over(&world);
    for scope in ["read", "write"] {
        let bearer = token(&world, "thutruong", scope);
        let with = [("authorization", bearer.as_str())];
        assert_eq!(house.get("/api/tasks", &with).status, 200, "{scope}");
        for (path, form) in [
            ("/toi", "viec=delegate&login=chuyenvien&from=19/04/2023&to=20/04/2023"),
            ("/toi", "viec=factor_begin"),
            ("/toi/dang-xuat-moi-noi", ""),
            ("/thong-bao", "viec=mail&address=ai@do.vn"),
        ] {
            let answer = house.post(path, &with, form);
            assert_eq!(answer.status, 403, "{scope} {path} {form}");
            assert!(!answer.text.contains("<form"), "{path}");
        }
        for path in ["/toi", "/nv", "/", "/dang-nhap", "/xuat/people.csv"] {
            let answer = house.get(path, &with);
            assert_eq!(answer.status, 403, "{path}");
            assert!(!answer.text.contains('<'), "{path}");
        }
    }
    // Whatever route the API gets: a read token changes nothing, because one place asks.
    let reader = token(&world, "vanphong", "read");
    let body = r#"{"programme": "CT-01", "title": "x", "lead": "UB001"}"#;
    let with = [("authorization", reader.as_str()), ("content-type", "application/json")];
    let answer = house.ask(head("POST", "/api/tasks", &with).body(Body::from(body)).unwrap());
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("refusal-read-token"), "{}", answer.text);
}

#[test]
fn tokens_are_listed_to_their_owner_and_end_with_the_password() {
    on_both_cities(|world| {
        let bearer = token(world, "chuyenvien", "read");
        let house = House::over(world);
        let mine = cookie(world, "chuyenvien");
        let page = house.get("/toi", &[("cookie", &mine)]);
        assert!(page.text.contains("thử") && page.text.contains("token_end"), "listed on one's own page");
        let bearing = [("authorization", bearer.as_str())];
        assert_eq!(house.get("/api/tasks", &bearing).status, 200);
        let form = format!("viec=password&old={PASSWORD}&password=bon-con-vit-troi-loi-ngang");
        assert_eq!(house.post("/toi", &[("cookie", &mine)], form).status, 303);
        assert_eq!(house.get("/api/tasks", &bearing).status, 401, "ended with the password");
        // One that is ended by hand, and one of an account that is switched off.
        let (clock, bearer) = (world.clock.clone(), token(world, "vanphong", "read"));
        world
            .db
            .act_now(move |tx| {
                let found = store::by_login(tx, "vanphong")?.unwrap();
                acts::switch(tx, &clock, &Actor::program("test"), found.id, false)?;
                acts::switch(tx, &clock, &Actor::program("test"), found.id, true)
            })
            .unwrap();
        assert_eq!(house.get("/api/tasks", &[("authorization", &bearer)]).status, 401);
    });
}

/// A body that counts how much of it was read.
fn endless(read: &std::sync::Arc<std::sync::atomic::AtomicUsize>, chunks: usize) -> Body {
    let read = std::sync::Arc::clone(read);
    let chunks = (0..chunks).map(move |i| {
        read.fetch_add(64 * 1024, std::sync::atomic::Ordering::Relaxed);
        let chunk = format!("f{i}=1&").repeat(64 * 1024 / 6);
        Ok::<_, std::convert::Infallible>(chunk)
    });
    Body::from_stream(Chunks(chunks))
}

/// An iterator as a stream.
struct Chunks<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Chunks<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[test]
fn a_body_is_read_as_far_as_the_route_takes_it_and_files_only_from_who_is_signed_in() {
    let world = city();
    let house = House::over(&world);
    let mine = cookie(&world, "vanphong");
    let counted = |path: &str, with: &[(&str, &str)], kind: &str, chunks: usize| {
        let read = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let request = head("POST", path, with).header(header::CONTENT_TYPE, kind);
        let answer = house.ask(request.body(endless(&read, chunks)).unwrap());
        (answer.status.as_u16(), read.load(std::sync::atomic::Ordering::Relaxed))
    };
    let form = "application/x-www-form-urlencoded";
    // Fifty megabytes to the sign-in: two pieces of 64 KiB are looked at.
    let (status, read) = counted("/dang-nhap", &[], form, 800);
    assert_eq!(status, 413);
    assert!(read <= 3 * 64 * 1024, "{read} bytes were read");
    // To a page with long texts: nothing from a stranger, four megabytes from a person.
    let (status, read) = counted("/nv/hang-loat", &[], form, 800);
    assert_eq!((status, read), (303, 0));
    let (status, read) = counted("/nv/hang-loat", &[("cookie", &mine)], form, 800);
    assert_eq!(status, 413);
    assert!(read <= 4 * 1024 * 1024 + 3 * 64 * 1024, "{read} bytes were read");
    // A file from a stranger: nothing.
    let (status, read) = counted("/nhap", &[], "multipart/form-data; boundary=x", 800);
    assert_eq!((status, read), (303, 0));
    // JSON: a megabyte, and nothing without a token.
    let (status, read) = counted("/api/tasks", &[], "application/json", 800);
    assert_eq!((status, read), (401, 0));
    let bearer = token(&world, "vanphong", "write");
    let (status, read) = counted("/api/tasks", &[("authorization", &bearer)], "application/json", 800);
    assert_eq!(status, 413);
    assert!(read <= 1024 * 1024 + 3 * 64 * 1024, "{read} bytes were read");
    // Named in the head: not even begun.
    let read = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let request = head("POST", "/dang-nhap", &[("content-length", "52428800")])
        .header(header::CONTENT_TYPE, form)
        .body(endless(&read, 800))
        .unwrap();
    assert_eq!(house.ask(request).status, 413);
    assert_eq!(read.load(std::sync::atomic::Ordering::Relaxed), 0);
    // More fields than any form has.
    assert_eq!(house.post("/dang-nhap", &[], "a=1&".repeat(600)).status, 422);
}

#[test]
fn what_is_personal_is_not_kept_and_https_stays_https() {
    let world = city();
    let house = House::over(&world);
    let mine = cookie(&world, "vanphong");
    let office = token(&world, "vanphong", "read");
    for (path, with) in [
        ("/nv", ("cookie", mine.as_str())),
        ("/nv.csv", ("cookie", mine.as_str())),
        ("/xuat/people.csv", ("cookie", mine.as_str())),
        ("/api/tasks", ("authorization", office.as_str())),
        ("/dang-nhap", ("x-none", "1")),
        ("/khong-co", ("cookie", mine.as_str())),
    ] {
        let answer = house.get(path, &[with]);
        assert_eq!(answer.headers.get(header::CACHE_CONTROL).unwrap(), "no-store", "{path}");
        assert!(answer.headers.get(header::STRICT_TRANSPORT_SECURITY).is_none(), "{path}");
    }
    assert_eq!(
        house.get("/tinh/trongtam.css", &[]).headers.get(header::CACHE_CONTROL).unwrap(),
        "public, max-age=86400"
    );
    let secure = ("x-forwarded-proto", "https");
    let form = format!("login=vanphong&password={PASSWORD}");
    let answer = house.post("/dang-nhap", &[secure], form);
    let set = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    assert!(set.starts_with("__Host-phien=") && set.contains("; Secure") && set.contains("Path=/"), "{set}");
    assert!(answer.headers.get(header::STRICT_TRANSPORT_SECURITY).is_some());
    // Over https a cookie that another host of the domain could have set is none.
    let plain = set.replace("__Host-phien", "phien");
    let plain = plain.split(';').next().unwrap();
    assert_eq!(house.get("/nv", &[secure, ("cookie", plain)]).status, 303);
    let strict = set.split(';').next().unwrap();
    assert_eq!(house.get("/nv", &[secure, ("cookie", strict)]).status, 200);
}

#[test]
fn an_address_to_go_back_to_is_our_own_or_none() {
    let world = city();
    let house = House::over(&world);
    for (path, back, to) in [
        ("/co-chu", "/nv", "/nv"),
        ("/co-chu", "//example.org", "/"),
        ("/nen", "/%5Cexample.org", "/"),
        ("/ngon-ngu", "/%0a", "/"),
        ("/ngon-ngu", "/%0d%0aSet-Cookie:x=1", "/"),
        ("/nen", "https://example.org", "/"),
        ("/co-chu", "/%09/example.org", "/"),
    ] {
        let answer = house.get(&format!("{path}?ve={back}"), &[]);
        assert_eq!(answer.status, 303, "{path} {back}");
        assert_eq!(answer.headers.get(header::LOCATION).unwrap(), to, "{path} {back}");
    }
}

#[test]
fn a_draft_reorganisation_is_known_to_those_who_prepare_and_decide_it() {
    on_both_cities(|world| {
        let clock = world.clock.clone();
        let (hash, code) = (account::password::hash(PASSWORD).unwrap(), "SX-001");
        let (code, shown) = world
            .db
            .act_now(move |tx| {
                let (program, on) = (Actor::program("test"), base::Date::constant(2024, 1, 1));
                acts::create(tx, &clock, &program, ("khongvaitro", "Không vai trò"), &hash, None)?;
                let of =
                    organisation::reorganise::draft(tx, &clock, &program, "Bí mật nhập phường", "1/QĐ", on)?;
                Ok((of.code, code.len()))
            })
            .unwrap();
        assert!(shown > 0);
        let house = House::over(world);
        for login in ["khongvaitro", "chuyenvien", "nguoixem", "thutruong"] {
            let mine = cookie(world, login);
            let with = [("cookie", mine.as_str())];
            for path in [
                "/to-chuc/sap-xep".to_owned(),
                format!("/to-chuc/sap-xep/{code}"),
                format!("/to-chuc/sap-xep/{code}/bao-cao.xlsx"),
                "/xuat/reorganisations.csv".to_owned(),
                format!("/lich-su/reorganisation/{code}"),
                "/tim?q=nhập+phường".replace(' ', "+"),
            ] {
                let answer = house.get(
                    &path.replace('ậ', "%E1%BA%AD").replace('ư', "%C6%B0").replace('ờ', "%E1%BB%9D"),
                    &with,
                );
                assert!(!answer.text.contains("Bí mật"), "{login} {path} {}", answer.status);
            }
            assert_eq!(house.get(&format!("/to-chuc/sap-xep/{code}"), &with).status, 404, "{login}");
        }
        for login in ["tochuc", "lanhdao"] {
            let mine = cookie(world, login);
            let page = house.get("/to-chuc/sap-xep", &[("cookie", &mine)]);
            assert!(page.text.contains("Bí mật"), "{login}");
        }
    });
}

#[test]
fn papers_conclusions_and_the_notice_of_an_open_review_are_for_the_leading_office() {
    let world = city();
    let house = House::over(&world);
    let clock = world.clock.clone();
    let code = world
        .db
        .act_now(move |tx| {
            let review = review::store::reviews(tx)?.into_iter().find(|r| r.state == "open").unwrap();
            let unit = organisation::Snapshot::at(tx, clock.today())?.by_code("UB002").unwrap().id;
            let paper = review::store::Paper {
                id: clock.uuid(),
                unit,
                place: 1,
                topic: "Chuyện chưa nói".to_owned(),
                speaker: "Người nói".to_owned(),
                words: "Lời chưa nói".to_owned(),
                version: 0,
            };
            review::acts::put_paper(tx, &clock, &Actor::program("test"), &review.code, &paper)?;
            Ok(review.code)
        })
        .unwrap();
    for login in ["nguoixem", "thutruong", "nhansu"] {
        let mine = cookie(&world, login);
        let with = [("cookie", mine.as_str())];
        for path in ["", "/tep/tham-luan.docx", "/tep/thong-bao.docx", "/tep/tham-luan.pdf"] {
            let answer = house.get(&format!("/so-ket/{code}{path}"), &with);
            let may = if path.is_empty() { 200 } else { 403 };
            assert_eq!(answer.status, may, "{login} {path}");
            assert!(!answer.text.contains("chưa nói"), "{login} {path}");
        }
        // A count or "none yet" would say what is not so.
        let page = house.get(&format!("/so-ket/{code}"), &with).text;
        assert!(!page.contains(r#"id="hoi-nghi""#) && !page.contains(r#"id="ket-luan""#), "{login}");
        let hall = house.get(&format!("/hoi-nghi/{code}"), &with).text;
        assert!(!hall.contains("chưa nói") && !hall.contains("Chưa có tham luận"), "{login}");
        assert_eq!(house.get(&format!("/lich-su/review/{code}"), &with).status, 404, "{login}");
    }
    let office = cookie(&world, "vanphong");
    let page = house.get(&format!("/so-ket/{code}"), &[("cookie", &office)]);
    assert!(page.text.contains("Chuyện chưa nói"));
    assert_eq!(house.get(&format!("/so-ket/{code}/tep/tham-luan.docx"), &[("cookie", &office)]).status, 200);
}

#[test]
fn names_of_another_units_people_stand_on_no_page() {
    let world = city();
    let house = House::over(&world);
    let (clock, name) = (world.clock.clone(), "Người Của Nhà Khác");
    let task = crate::chase::task(&world, "UB001", "2023-03-03");
    let code = task.clone();
    world
        .db
        .act_now(move |tx| {
            let units = organisation::Snapshot::at(tx, clock.today())?;
            let unit = units.by_code("UB002").unwrap().id;
            let program = Actor::program("test");
            people::acts::appoint(tx, &clock, &program, name, unit, "Chuyên viên", clock.today())?;
            let call = chase::store::Notice {
                task: code.clone(),
                title: "Việc".to_owned(),
                due: clock.today(),
                after: 5,
                whom: chase::rules::Whom::Above,
                unit,
                lead: units.by_code("UB001").unwrap().id,
                holder: name.to_owned(),
                day: clock.today(),
            };
            chase::store::insert_notice(tx, clock.uuid(), &call)?;
            Ok(())
        })
        .unwrap();
    let (own, office) = (cookie(&world, "chuyenvien"), cookie(&world, "vanphong"));
    // Who was called above a unit's own task is called by the unit alone.
    let task = format!("/nv/{task}");
    assert_eq!(house.get(&task, &[("cookie", &own)]).status, 200);
    for path in ["/to-chuc/UB002", "/can-bo", "/xuat/people.csv", "/tim?q=Nguoi+Cua+Nha+Khac", &task] {
        assert!(!house.get(path, &[("cookie", &own)]).text.contains(name), "{path}");
        assert!(house.get(path, &[("cookie", &office)]).text.contains(name), "{path}");
    }
}

#[test]
fn what_has_run_out_is_removed() {
    on_both_cities(|world| {
        let clock = world.clock.clone();
        world
            .db
            .act_now(move |tx| {
                let program = Actor::program("test");
                acts::make_token(tx, &clock, &program, "vanphong", "cũ", "read", 1)?;
                acts::sign_in(tx, &clock, "vanphong", PASSWORD, "t", "")?.unwrap();
                acts::sign_in(tx, &clock, "vanphong", "sai", "t", "10.0.0.1")?.unwrap_err();
                let account = store::by_login(tx, "vanphong")?.unwrap();
                store::keep_answer(tx, account.id, "khoa", "{}", clock.now())?;
                let soon = clock.now().checked_add(Span::new().minutes(1)).unwrap();
                store::insert_invitation(tx, "x", "second", Some(account.id), soon)?;
                assert_eq!(acts::sweep(tx, &clock, 480)?, 0, "nothing has run out yet");
                let later = clock.now().checked_add(Span::new().hours(24 * 40)).unwrap();
                let gone = acts::sweep(tx, &base::Clock::stopped(later), 480)?;
                assert_eq!(
                    gone, 7,
                    "session, link, try, known address of the sign-in, address, answer, token"
                );
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn a_session_ends_when_it_is_not_used_and_lives_while_it_is() {
    on_both_cities(|world| {
        let clock = world.clock.clone();
        world
            .db
            .act_now(move |tx| {
                let signed = acts::sign_in(tx, &clock, "vanphong", PASSWORD, "t", "")?;
                let Ok(acts::SignedIn::Session(token)) = signed else { panic!("{signed:?}") };
                let at = |hours: i64| {
                    base::Clock::stopped(clock.now().checked_add(Span::new().hours(hours)).unwrap())
                };
                assert!(acts::actor(tx, &at(7), &token, 480)?.is_some());
                assert!(acts::actor(tx, &at(9), &token, 480)?.is_none());
                assert!(acts::actor(tx, &at(7), &token, 60)?.is_none(), "as long as was configured");
                assert!(acts::is_stale(tx, &at(7), &token)?);
                acts::touch(tx, &at(7), &token)?;
                assert!(acts::actor(tx, &at(14), &token, 480)?.is_some());
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn wrong_tries_from_elsewhere_do_not_keep_the_owner_out_and_tell_nothing() {
    let world = city();
    let house = House::over(&world);
    let told: Vec<(StatusCode, String)> = ["vanphong", "khongcoai"]
        .iter()
        .flat_map(|login| {
            let house = &house;
            (0..6).map(move |_| {
                let answer = house.post("/dang-nhap", &[], format!("login={login}&password=sai"));
                (answer.status, answer.text.replace(*login, "…"))
            })
        })
        .collect();
    // The same answers, status and words, for a name that there is and one that there is not.
    let (known, unknown) = told.split_at(6);
    for (n, (one, other)) in known.iter().zip(unknown).enumerate() {
        assert_eq!(one.0, other.0, "try {n}");
        let words = |page: &str| page.matches("errors").count();
        assert_eq!(words(&one.1), words(&other.1));
    }
    assert_eq!(known[3].0, 422);
    assert_eq!(known[4].0, 429, "the fifth try comes too early");
    // The owner, from another address, signs in at once.
    let clock = world.clock.clone();
    let owner = world.db.act_now(move |tx| acts::sign_in(tx, &clock, "vanphong", PASSWORD, "t", "10.9.9.9"));
    assert!(owner.unwrap().is_ok());
    // Nor are other secrets of the account free to guess.
    let mine = cookie_from(&world, "chuyenvien", "10.9.9.9");
    let tries: Vec<StatusCode> = (0..6)
        .map(|_| {
            let form = "viec=password&old=sai&password=bon-con-vit-troi-loi-ngang";
            house.post("/toi", &[("cookie", &mine)], form).status
        })
        .collect();
    assert_eq!(tries[0], 422);
    assert!(tries.contains(&StatusCode::TOO_MANY_REQUESTS), "{tries:?}");
    // A password that is guessed first is not taken.
    let weak = house.post(
        "/toi",
        &[("cookie", &cookie_from(&world, "lanhdao", "10.9.9.9"))],
        format!("viec=password&old={PASSWORD}&password=matkhau123456"),
    );
    assert_eq!(weak.status, 422);
}

fn cookie_from(world: &World, login: &str, address: &str) -> String {
    let (clock, login, address) = (world.clock.clone(), login.to_owned(), address.to_owned());
    let signed =
        world.db.act_now(move |tx| acts::sign_in(tx, &clock, &login, PASSWORD, "t", &address)).unwrap();
    match signed {
        Ok(acts::SignedIn::Session(token)) => format!("phien={token}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_of_the_second_factor_cannot_be_guessed_at_switching_off() {
    let world = city();
    let clock = world.clock.clone();
    world
        .db
        .act_now(move |tx| {
            let signed = acts::sign_in(tx, &clock, "chuyenvien", PASSWORD, "t", "")?;
            let Ok(acts::SignedIn::Session(token)) = signed else { panic!("{signed:?}") };
            let me = acts::actor(tx, &clock, &token, 480)?.unwrap();
            let setup = account::second::begin(tx, &me)?;
            let code = account::second::code_at(&setup.secret, clock.now())?;
            account::second::switch_on(tx, &clock, &me, &code, "")?.unwrap();
            let tried: Vec<&str> = (0..6)
                .map(|n| {
                    let code = format!("00000{n}");
                    account::second::switch_off(tx, &clock, &me, &code, "").unwrap().unwrap_err().key
                })
                .collect();
            assert_eq!(tried[3], "account-refusal-code");
            assert_eq!(tried[4], "account-refusal-too-early");
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_person_without_any_role_makes_no_account_and_hashes_nothing() {
    let world = city();
    let house = House::over(&world);
    let mine = cookie(&world, "nguoixem");
    let form = "login=moi&name=Moi&password=bon-con-vit-troi-loi-ngang&role=reader";
    assert_eq!(house.post("/qt/nguoi-dung", &[("cookie", &mine)], form).status, 403);
    // A link that is not good is told before anything is hashed for it.
    let answer = house.post("/bat-dau", &[], "ma=sai&login=a&name=b&password=1");
    assert_eq!(answer.status, 422);
    let texts = base::texts::Texts::new(trongtam::catalogue().unwrap(), base::texts::Lang::Vi);
    let told = texts.say("account-refusal-link");
    assert!(answer.text.contains(told.split('.').next().unwrap()), "{}", answer.text);
    assert!(Role::ALL.len() > 5);
}

#[test]
fn no_text_grows_without_end_and_no_value_is_passed_over() {
    let world = city();
    let house = House::over(&world);
    let bearer = token(&world, "vanphong", "write");
    let with = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let make = |fields: serde_json::Value| {
        let mut body = serde_json::json!({"programme": "CT-01", "title": "Việc thử", "lead": "UB001"});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        let request = head("POST", "/api/tasks", &with).body(Body::from(body.to_string())).unwrap();
        house.ask(request)
    };
    let long = "ộ".repeat(4_001);
    for (name, value) in [
        ("title", serde_json::json!(long)),
        ("product", serde_json::json!("x".repeat(20_001))),
        ("person", serde_json::json!("x".repeat(301))),
        ("title", serde_json::json!("có một\u{0} số không")),
        ("weight", serde_json::json!("abc")),
        ("weight", serde_json::json!("")),
        ("weight", serde_json::json!(1.5)),
        ("weight", serde_json::json!(true)),
        ("weight", serde_json::json!(null)),
        ("weight", serde_json::json!([5])),
        ("weight", serde_json::json!({"n": 5})),
        ("weight", serde_json::json!(0)),
        ("new_and_hard", serde_json::json!("có")),
        ("lead", serde_json::json!(null)),
    ] {
        let answer = make(serde_json::json!({ name: value }));
        let is_default = name == "weight" && value == "";
        assert_eq!(answer.status, if is_default { 201 } else { 422 }, "{name} {value}: {}", answer.text);
    }
    assert_eq!(make(serde_json::json!({"title": "ộ".repeat(4_000), "weight": "7"})).status, 201);
    // A list of all of them is still a workbook that opens.
    let office = cookie(&world, "vanphong");
    assert_eq!(house.get("/nv.xlsx", &[("cookie", &office)]).status, 200);
    let list = paper::write::List {
        name: "x".to_owned(),
        headers: vec!["Lời".to_owned(), "Số".to_owned()],
        rows: vec![vec!["ộ".repeat(70_000).into(), 5_i64.into()], vec!["ngắn".into(), 6_i64.into()]],
        about: Vec::new(),
    };
    let sheets = paper::sheets(&list.xlsx().unwrap()).unwrap();
    let table = &sheets[0];
    let whole: String = (0..table.width())
        .filter_map(|column| table.cell(2, column))
        .map(|cell| cell.line())
        .filter(|text| text.contains('ộ'))
        .collect();
    assert_eq!(whole.chars().count(), 70_000, "nothing of it is lost");
    assert_eq!(table.cell(3, 0).unwrap().line(), "ngắn");
}

#[test]
fn who_signs_in_does_not_wait_for_a_long_act() {
    let world = city();
    let house = House::over(&world);
    let (open, wait) = std::sync::mpsc::channel::<()>();
    let (wait, db) = (std::sync::Mutex::new(wait), world.db.clone());
    let long = std::thread::spawn(move || {
        // It holds the only writer until the test lets it go.
        db.act_now(move |tx| {
            tx.set("dài", "1")?;
            let _ = wait.lock().unwrap().recv();
            Ok(())
        })
    });
    crate::world::pause(100);
    let signed = house.post("/dang-nhap", &[], format!("login=vanphong&password={PASSWORD}"));
    assert_eq!(signed.status, 303, "{}", signed.text);
    let set = signed.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    let mine = set.split(';').next().unwrap();
    assert_eq!(house.get("/nv", &[("cookie", mine)]).status, 200, "the session counts already");
    open.send(()).unwrap();
    long.join().unwrap().unwrap();
    for _ in 0..50 {
        crate::world::pause(20);
        house.get("/healthz", &[]);
    }
    // Kept by now, and known to a process that promised nothing.
    assert_eq!(House::over(&world).get("/nv", &[("cookie", mine)]).status, 200);
}
