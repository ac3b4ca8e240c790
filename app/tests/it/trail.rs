//! The trail finds what was changed behind the program's back, and tasks equal their last step.

use crate::world::{on_both, on_both_cities};
use trongtam::seal;

#[test]
fn a_changed_line_is_found_and_an_untouched_trail_is_whole() {
    on_both_cities(|world| {
        seal::seal_all(&world.db, &world.clock, [7; 32]).unwrap();
        let verdict = world.db.read_now(|tx| Ok(db::trail::verify(tx)?)).unwrap();
        assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
        assert!(verdict.sealed > 400 && verdict.heads >= 1);
        let differ = world.db.read_now(|tx| Ok(programme::store::tasks_that_differ(tx)?)).unwrap();
        assert!(differ.is_empty(), "{differ:?}");
        world
            .db
            .act_now(|tx| Ok(tx.run("update kernel_trail set actor = $1 where position = 5", &[&"Kẻ khác"])?))
            .unwrap();
        let verdict = world.db.read_now(|tx| Ok(db::trail::verify(tx)?)).unwrap();
        assert!(verdict.faults.iter().any(|f| f.contains("line 5 was changed")), "{:?}", verdict.faults);
        assert!(verdict.faults.iter().any(|f| f.contains("does not fit")), "{:?}", verdict.faults);
    });
}

#[test]
fn an_act_that_fails_leaves_nothing_and_its_neighbours_stand() {
    on_both(|world| {
        let good = world.db.act_now(|tx| Ok(tx.set("a", "1")?));
        assert!(good.is_ok());
        let refused: base::Outcome<()> = world.db.act_now(|tx| {
            tx.set("b", "1")?;
            base::Refusal::new("refusal-busy").stop()
        });
        assert!(refused.is_err());
        let panicked: base::Outcome<()> = world.db.act_now(|tx| {
            tx.set("c", "1")?;
            panic!("on purpose")
        });
        assert!(panicked.is_err());
        let kept =
            world.db.read_now(|tx| Ok((tx.setting("a")?, tx.setting("b")?, tx.setting("c")?))).unwrap();
        assert_eq!(kept, (Some("1".to_owned()), None, None));
    });
}

/// A person's history holds every act on the person, whatever unit it was in, and an account's is for administrators.
#[test]
fn the_history_of_a_person_and_of_an_account_is_whole() {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;
    let world = crate::world::World::sqlite_city();
    let clock = world.clock.clone();
    let code = world
        .db
        .act_now(move |tx| {
            let actor = base::Actor::program("test");
            let names = organisation::Snapshot::at(tx, clock.today())?;
            let unit = |code: &str| names.by_code(code).unwrap().id;
            let from = clock.today();
            people::acts::appoint(tx, &clock, &actor, "Người Thử Sử", unit("UB001"), "Chuyên viên", from)?;
            let held = people::store::all_held(tx, "Người Thử Sử", from, 1)?.remove(0);
            let (id, also) = (held.person, unit("UB002"));
            people::acts::appoint_also(tx, &clock, &actor, id, also, "Thành viên tổ", from, false)?;
            Ok(held.code)
        })
        .unwrap();
    let app = trongtam::pages::router(trongtam::site(&world.db, &world.clock, true).unwrap());
    let session = |login: &'static str| {
        let clock = world.clock.clone();
        let signed = world
            .db
            .act_now(move |tx| account::acts::sign_in(tx, &clock, login, trongtam::demo::PASSWORD, "t", ""));
        match signed.unwrap() {
            Ok(account::acts::SignedIn::Session(token)) => token,
            other => panic!("{other:?}"),
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let get = |token: &str, path: String| {
        let request = Request::builder().uri(path).header("cookie", format!("phien={token}"));
        runtime.block_on(async {
            let answer = app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let status = answer.status().as_u16();
            let bytes = axum::body::to_bytes(answer.into_body(), 10_000_000).await.unwrap();
            (status, String::from_utf8(bytes.to_vec()).unwrap())
        })
    };
    let (administrator, reader) = (session("quantri"), session("chuyenvien"));
    let (status, page) = get(&administrator, format!("/lich-su/person/{code}"));
    assert_eq!(status, 200);
    assert!(page.contains("Chuyên viên") && page.contains("Thành viên tổ"), "{page}");
    assert_eq!(get(&administrator, "/lich-su/account/chuyenvien".to_owned()).0, 200);
    assert_eq!(get(&reader, "/lich-su/account/quantri".to_owned()).0, 403);
    assert_eq!(get(&reader, "/lich-su/person/CB-99999".to_owned()).0, 404);
}
