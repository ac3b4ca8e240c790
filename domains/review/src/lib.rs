//! Reviews of a programme (sơ kết, tổng kết): what each unit writes, the draft report from the outline, the frozen
//! snapshot that reprints it years later, delegates' papers, conclusions that become tasks, and lessons.
//!
//! `gather` collects the figures of a day, `report` lays them out as an official document.

pub mod acts;
pub mod gather;
pub mod lists;
pub mod records;
mod report;
pub mod rules;
pub mod sight;
pub mod store;
mod web;

use ::web::room::{Entry, Group, Room};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V52__review", include_str!("../migrations/V52__review.sql")),
    ("V59__review_delegate", include_str!("../migrations/V59__review_delegate.sql")),
];

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "review",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The room as the house composes it.
pub const ROOM: Room = Room {
    migrations: MIGRATIONS,
    routes: web::ROUTES,
    nav: &[
        Entry::all(Group::Programmes, 90, "/so-ket", "nav-reviews"),
        Entry::all(Group::Programmes, 120, "/bai-hoc", "nav-lessons"),
    ],
    samples: &[("review", "SK-2023-01"), ("part", "DU001"), ("card", "x")],
    records: records::RECORDS,
    seeks: records::SEEKS,
    owes: Some(records::owes),
    checks: records::CHECKS,
    lists: lists::LISTS,
    ..Room::new("review", &[TEXTS])
};
