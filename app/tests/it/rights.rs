//! Who gets what answer from every route: every role, another unit's clerk, one whose post ended yesterday, a
//! stranger. The table is committed as `rights.txt`; run with `UPDATE_RIGHTS=1` to write it anew, and read the change.

use crate::{
    samples::{self, session},
    world::{World, root},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use base::{Actor, Role};
use std::fmt::Write as _;
use tower::ServiceExt as _;
use trongtam::{ROOMS, demo, pages::router};
use web::room::Route;

/// A token for reading only, of an account that has every role: it may read the API and nothing else.
const READ_TOKEN: &str = "read token";

const WHO: [(&str, &str); 14] = [
    ("stranger", ""),
    ("programme_office", "vanphong"),
    ("leader", "lanhdao"),
    ("unit_head", "thutruong"),
    ("clerk", "chuyenvien"),
    ("inspector", "kiemtra"),
    ("personnel", "nhansu"),
    ("organisation", "tochuc"),
    ("administrator", "quantri"),
    ("reader", "nguoixem"),
    ("other_unit", "donvikhac"),
    ("ended_post", "hetchuc"),
    ("department", "sotaichinh"),
    ("read_token", READ_TOKEN),
];

/// A read token of an account with the roles of everybody.
fn read_token(world: &World) -> String {
    let (clock, hash) = (world.clock.clone(), account::password::hash(demo::PASSWORD).unwrap());
    world
        .db
        .act_now(move |tx| {
            let (program, today) = (Actor::program("test"), clock.today());
            let id = account::acts::create(tx, &clock, &program, ("maydoc", "Máy đọc"), &hash, None)?;
            for role in Role::ALL {
                let role = account::acts::NewRole::of(*role, (None, Some(id)), None, today);
                account::acts::grant(tx, &clock, &program, &role)?;
            }
            account::acts::make_token(tx, &clock, &program, "maydoc", "đọc", "read", 30)
        })
        .unwrap()
}

#[test]
fn every_route_answers_every_role_as_the_table_says() {
    let world = samples::city();
    let clock = world.clock.clone();
    let db = world.db.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let site = trongtam::site(&world.db, &world.clock, true).unwrap();
    let app = router(site);
    let mut table = String::from("# method path | one answer each for:");
    for (who, _) in WHO {
        write!(table, " {who}").unwrap();
    }
    table.push('\n');
    let tokens: Vec<String> = WHO
        .iter()
        .map(|(_, login)| {
            if login.is_empty() {
                return String::new();
            }
            if *login == READ_TOKEN {
                return read_token(&world);
            }
            let (clock, login) = (clock.clone(), (*login).to_owned());
            db.act_now(move |tx| session(tx, &clock, &login)).unwrap()
        })
        .collect();
    // In an order that no room decides; routes that end sessions come last.
    let mut routes: Vec<&Route> = web::room::routes(ROOMS).collect();
    routes.sort_by_key(|route| (route.address.contains("dang-xuat"), route.address, route.method));
    for route in routes {
        let Route { method, address: path, .. } = *route;
        let address = samples::address(route);
        write!(table, "{method} {path} |").unwrap();
        for (turn, token) in tokens.iter().enumerate() {
            let (kind, body) = samples::body(&world, route, turn);
            let mut request = Request::builder().method(method).uri(&address);
            if method != "GET" {
                request = request.header(header::CONTENT_TYPE, kind);
            }
            if method == "PATCH" {
                request = request.header(header::IF_MATCH, "*");
            }
            if WHO[turn].1 == READ_TOKEN {
                request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
            } else if !token.is_empty() {
                request = request.header(header::COOKIE, format!("phien={token}"));
            }
            let request = request.body(Body::from(body)).unwrap();
            let answer = runtime.block_on(app.clone().oneshot(request)).unwrap();
            let to = answer.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
            let word = match (answer.status().as_u16(), to) {
                (303, "/dang-nhap") => "sign-in".to_owned(),
                (status, _) => status.to_string(),
            };
            write!(table, " {word}").unwrap();
        }
        table.push('\n');
    }
    let kept = root().join("app/tests/it/rights.txt");
    if std::env::var_os("UPDATE_RIGHTS").is_some() {
        std::fs::write(&kept, &table).unwrap();
    }
    let want = std::fs::read_to_string(&kept).unwrap();
    for (got, want) in table.lines().zip(want.lines()) {
        assert_eq!(got, want);
    }
    assert_eq!(table.lines().count(), want.lines().count());
}
