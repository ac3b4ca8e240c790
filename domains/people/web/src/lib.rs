//! Pages of people and the posts they hold.

mod posts;

use axum::routing::{get, post};
use base::texts::RoomTexts;
use web::room::{Entry, Group, Room, Route};

const TEXTS: RoomTexts = RoomTexts {
    room: "people_web",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

const ROUTES: &[Route] = &[
    Route::get("/can-bo", || get(posts::list)),
    Route::post("/can-bo", || post(posts::appoint)).form(""),
    Route::get("/can-bo/{person}", || get(posts::show)),
    Route::post("/can-bo/{person}", || post(posts::change)).form("viec=also&unit=UB001&title=x"),
];

const NAV: &[Entry] = &[Entry::all(Group::Organisation, 20, "/can-bo", "nav-people")];

/// The room as the house composes it.
pub const ROOM: Room = Room {
    routes: ROUTES,
    nav: NAV,
    migrations: people::MIGRATIONS,
    samples: &[("person", "CB-00001")],
    records: people::records::RECORDS,
    seeks: people::records::SEEKS,
    follower: Some(people::follow::FOLLOWER),
    lists: people::lists::LISTS,
    ..Room::new("people", &[people::TEXTS, TEXTS])
};
