//! The rooms of the house, each as one value. Whatever is composed of rooms is composed of this list.

use crate::{api, jobs, pages};
use ::room::Record;
use web::room::Room;

const ONESTOP: Room = Room {
    migrations: onestop::MIGRATIONS,
    records: onestop::records::RECORDS,
    ..Room::new("onestop", &[onestop::TEXTS])
};

const KERNEL: Room = Room { migrations: db::MIGRATIONS, ..Room::new("paper", &[paper::TEXTS]) };

/// What is the whole product's.
const HOME: Room = Room {
    migrations: jobs::MIGRATIONS,
    routes: pages::ROUTES,
    api: api::ROUTES,
    nav: pages::NAV,
    records: &[Record::among("demo", "")],
    samples: &[("list", "people.csv"), ("job", "00000000-0000-0000-0000-000000000000")],
    ..Room::new("app", &[pages::TEXTS])
};

/// Every room, those below first.
pub const ROOMS: &[Room] = &[
    KERNEL,
    organisation_web::ROOM,
    people_web::ROOM,
    document_web::ROOM,
    account_web::ROOM,
    programme_web::ROOM,
    audit::ROOM,
    chase::ROOM,
    review::ROOM,
    reporting::ROOM,
    parindex::ROOM,
    survey::ROOM,
    ONESTOP,
    HOME,
];
