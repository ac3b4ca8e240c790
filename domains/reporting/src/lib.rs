//! Periodic reports: what each unit owes to whom and when, by the period rules of each report; the unit's figures, which
//! are there already; its words; and the whole of a period, frozen and reprinted.
//!
//! `gather` collects the figures of a unit over a period, `letter` lays them out as an official document. The states of
//! a part (`rules`) are those of reviews, too.

pub mod acts;
pub mod gather;
mod letter;
pub mod records;
pub mod remark;
pub mod rules;
pub mod store;
mod template;
mod web;

use ::web::room::{Entry, Group, Room};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V57__reporting", include_str!("../migrations/V57__reporting.sql")),
    ("V58__reporting_template", include_str!("../migrations/V58__reporting_template.sql")),
    ("V60__reporting_remark", include_str!("../migrations/V60__reporting_remark.sql")),
];

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "reporting",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The room as the house composes it.
pub const ROOM: Room = Room {
    migrations: MIGRATIONS,
    routes: web::ROUTES,
    nav: &[Entry::all(Group::Programmes, 80, "/bao-cao", "nav-reporting")],
    samples: &[
        ("report", "BC-01"),
        ("period", "2023-Q1"),
        ("print", "du-thao.docx"),
        ("part_print", "bao-cao.pdf"),
    ],
    records: records::RECORDS,
    seeks: records::SEEKS,
    owes: Some(records::owes),
    checks: records::CHECKS,
    ..Room::new("reporting", &[TEXTS])
};
