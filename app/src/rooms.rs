//! The rooms of the house, each as one value. Whatever is composed of rooms is composed of this list.

use crate::{api, jobs, pages};
use ::room::Record;
use web::room::Room;

const DOCUMENT: Room = Room {
    migrations: document::MIGRATIONS,
    samples: &[("document", "VB-01-CTr-TU-2020"), ("clause", "x"), ("file", "0000")],
    records: document::records::RECORDS,
    seeks: document::records::SEEKS,
    may_have: Some(document::records::may_have),
    checks: document::records::CHECKS,
    lists: document::lists::LISTS,
    ..Room::new("document", &[document::TEXTS])
};

const ACCOUNT: Room = Room {
    migrations: account::MIGRATIONS,
    samples: &[("account", "nguoixem")],
    records: account::records::RECORDS,
    follower: Some(account::follow::FOLLOWER),
    checks: account::records::CHECKS,
    lists: account::lists::LISTS,
    ..Room::new("account", &[account::TEXTS])
};

const PROGRAMME: Room = Room {
    migrations: programme::MIGRATIONS,
    samples: &[
        ("programme", "CT-01"),
        ("adjective", "concrete"),
        ("task", "NV-01.05.003"),
        ("target", "CTI-01.01"),
        ("view", "00000000-0000-0000-0000-000000000000"),
    ],
    records: programme::records::RECORDS,
    seeks: programme::records::SEEKS,
    may_have: Some(programme::records::may_have),
    follower: Some(programme::follow::FOLLOWER),
    checks: programme::records::CHECKS,
    lists: programme::lists::LISTS,
    ..Room::new("programme", &[programme::TEXTS])
};

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
    DOCUMENT,
    ACCOUNT,
    PROGRAMME,
    audit::ROOM,
    chase::ROOM,
    review::ROOM,
    reporting::ROOM,
    parindex::ROOM,
    survey::ROOM,
    ONESTOP,
    HOME,
];
