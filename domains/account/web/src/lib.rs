//! Pages of accounts: signing in, what is one's own, administration.

mod accounts;
mod me;
mod sign;

use axum::routing::{get, post};
use base::{Right, texts::RoomTexts};
use web::room::{Entry, Group, Room, Route};

const TEXTS: RoomTexts = RoomTexts {
    room: "account_web",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

const ROUTES: &[Route] = &[
    Route::get("/", || get(sign::home)),
    Route::get("/dang-nhap", || get(sign::form)),
    Route::post("/dang-nhap", || post(sign::sign_in)).form(""),
    Route::post("/dang-xuat", || post(sign::sign_out)).form(""),
    Route::get("/bat-dau", || get(sign::first)),
    Route::post("/bat-dau", || post(sign::make_first)).form(""),
    Route::get("/toi", || get(me::show)),
    Route::post("/toi", || post(me::act)).form(""),
    Route::post("/toi/dang-xuat-moi-noi", || post(me::out_everywhere)).form(""),
    Route::get("/co-chu", || get(sign::size)),
    Route::get("/nen", || get(sign::theme)),
    Route::get("/ngon-ngu", || get(sign::language)),
    Route::get("/qt/nguoi-dung", || get(accounts::list)),
    Route::post("/qt/nguoi-dung", || post(accounts::create)).form(""),
    Route::get("/qt/nguoi-dung/{account}", || get(accounts::show)),
    Route::post("/qt/nguoi-dung/{account}", || post(accounts::change)).form("viec=grant&role=reader"),
];

const NAV: &[Entry] =
    &[Entry::all(Group::System, 20, "/qt/nguoi-dung", "nav-accounts").with(&[Right::Administer])];

/// The room as the house composes it.
pub const ROOM: Room = Room {
    routes: ROUTES,
    nav: NAV,
    migrations: account::MIGRATIONS,
    samples: &[("account", "nguoixem")],
    records: account::records::RECORDS,
    follower: Some(account::follow::FOLLOWER),
    checks: account::records::CHECKS,
    lists: account::lists::LISTS,
    ..Room::new("account", &[account::TEXTS, TEXTS])
};
