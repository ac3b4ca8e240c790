//! Pages of units, the names that offices write, the calendar and reorganisations.

mod api;
mod calendar;
mod names;
mod reorganise;
mod units;

use axum::routing::{get, post};
use base::{Right, texts::RoomTexts};
use web::room::{Entry, Group, Room, Route};

const TEXTS: RoomTexts = RoomTexts {
    room: "organisation_web",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

const ROUTES: &[Route] = &[
    Route::get("/to-chuc", || get(units::tree)),
    Route::post("/to-chuc", || post(units::establish)).form("name=x&code=Z2&kind=phong_ban&parent=UB001"),
    Route::get("/to-chuc/sap-xep", || get(reorganise::list)),
    Route::post("/to-chuc/sap-xep", || post(reorganise::draft))
        .form("title=x&document=x&effective=01%2F01%2F2024"),
    Route::get("/to-chuc/sap-xep/{reorganisation}", || get(reorganise::show)),
    Route::post("/to-chuc/sap-xep/{reorganisation}", || post(reorganise::act))
        .form("viec=add&kind=rename&unit=UB001&name=x"),
    Route::get("/to-chuc/sap-xep/{reorganisation}/bao-cao.xlsx", || get(reorganise::report)),
    Route::get("/to-chuc/{unit}", || get(units::show)),
    Route::post("/to-chuc/{unit}", || post(units::change)).form(""),
    Route::get("/qt/ten-goi", || get(names::names)),
    Route::post("/qt/ten-goi", || post(names::decide)).form(""),
    Route::get("/qt/lich", || get(calendar::calendar)),
    Route::post("/qt/lich", || post(calendar::keep_day)).form(""),
];

const NAV: &[Entry] = &[
    Entry::all(Group::Organisation, 10, "/to-chuc", "nav-units"),
    Entry::all(Group::System, 40, "/qt/ten-goi", "nav-names").with(&[Right::Administer, Right::Assign]),
    Entry::all(Group::System, 50, "/qt/lich", "nav-calendar"),
];

/// The room as the house composes it.
pub const ROOM: Room = Room {
    routes: ROUTES,
    api: api::API,
    nav: NAV,
    migrations: organisation::MIGRATIONS,
    samples: &[("unit", "UB001"), ("reorganisation", "SX-002")],
    records: organisation::records::RECORDS,
    seeks: organisation::records::SEEKS,
    lists: organisation::lists::LISTS,
    ..Room::new("organisation", &[organisation::TEXTS, TEXTS])
};
