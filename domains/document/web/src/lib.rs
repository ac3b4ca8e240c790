//! Pages of documents and clauses; files as downloads.

mod api;
mod documents;
mod file;

use axum::routing::{get, post};
use base::texts::RoomTexts;
use web::room::{Entry, Group, Room, Route};

const TEXTS: RoomTexts = RoomTexts {
    room: "document_web",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

const ROUTES: &[Route] = &[
    Route::get("/van-ban", || get(documents::list)),
    Route::get("/van-ban/{document}", || get(documents::show)),
    Route::post("/van-ban/{document}", || post(documents::correct_head))
        .form("trich-yeu=x&so=01&ky-hieu=CTr%2FTU&he-thong=party&version=1"),
    Route::get("/van-ban/{document}/{clause}", || get(documents::clause)),
    Route::post("/van-ban/{document}/dieu-khoan", || post(documents::correct)).form(""),
    Route::get("/tep/{file}", || get(file::send)),
];

const NAV: &[Entry] = &[Entry::all(Group::Programmes, 10, "/van-ban", "nav-documents")];

/// The room as the house composes it.
pub const ROOM: Room = Room {
    routes: ROUTES,
    api: api::API,
    nav: NAV,
    migrations: document::MIGRATIONS,
    samples: &[("document", "VB-01-CTr-TU-2020"), ("clause", "x"), ("file", "0000")],
    records: document::records::RECORDS,
    seeks: document::records::SEEKS,
    may_have: Some(document::records::may_have),
    checks: document::records::CHECKS,
    lists: document::lists::LISTS,
    ..Room::new("document", &[document::TEXTS, TEXTS])
};
