//! Following up (theo dõi, đôn đốc): deadlines that call by themselves and climb the tree when nobody answers, and
//! reminders as numbered official documents.
//!
//! `rules` says on which day which rung calls; `acts` does it once a day and makes the documents; `letter` writes one.

pub mod acts;
mod letter;
pub mod lists;
pub mod records;
pub mod rules;
pub mod store;
mod web;
pub mod words;

use ::web::room::{Entry, Group, Room};
use base::Right;

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V51__chase", include_str!("../migrations/V51__chase.sql")),
    ("V53__chase_outbox", include_str!("../migrations/V53__chase_outbox.sql")),
    ("V54__chase_comment", include_str!("../migrations/V54__chase_comment.sql")),
];

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "chase",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The room as the house composes it.
pub const ROOM: Room = Room {
    migrations: MIGRATIONS,
    routes: web::ROUTES,
    nav: &[
        Entry::all(Group::Mine, 30, "/thong-bao", "nav-notices"),
        Entry::all(Group::Programmes, 70, "/don-doc", "nav-reminders"),
        Entry::all(Group::System, 30, "/qt/moc-noi", "nav-hooks").with(&[Right::Administer]),
        Entry::all(Group::System, 55, "/qt/bac-thang", "nav-ladder"),
    ],
    samples: &[("reminder", "x"), ("calendar", "people.csv")],
    records: records::RECORDS,
    checks: records::CHECKS,
    lists: lists::LISTS,
    ..Room::new("chase", &[TEXTS])
};
