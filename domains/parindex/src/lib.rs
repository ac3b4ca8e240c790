//! Indices: schemes, rounds and results, every point of which opens to its rule, its figures and its records.
//!
//! `publish` freezes results as a decision; `points` are exact fractions; `rules` score a figure and say why, add up and rank; `scheme` is the tree and what is
//! wrong with it; `import` reads workbooks as departments make them.

pub mod acts;
pub mod board;
pub mod council;
pub mod evidence;
pub mod export;
pub mod feed;
pub mod figures;
pub mod history;
pub mod import;
pub mod owed;
pub mod points;
pub mod publish;
pub mod ready;
pub mod records;
pub mod results;
pub mod rules;
pub mod scheme;
pub mod sight;
pub mod store;
mod web;

use ::web::room::{Entry, Group, Room};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V61__parindex", include_str!("../migrations/V61__parindex.sql")),
    ("V62__parindex_scheme", include_str!("../migrations/V62__parindex_scheme.sql")),
    ("V63__parindex_source", include_str!("../migrations/V63__parindex_source.sql")),
    ("V64__parindex_council", include_str!("../migrations/V64__parindex_council.sql")),
    ("V65__parindex_evidence", include_str!("../migrations/V65__parindex_evidence.sql")),
    ("V68__parindex_version", include_str!("../migrations/V68__parindex_version.sql")),
];

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "parindex",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The room as the house composes it.
pub const ROOM: Room = Room {
    migrations: MIGRATIONS,
    routes: web::ROUTES,
    api: web::api::API,
    nav: &[Entry::all(Group::Programmes, 100, "/chi-so", "nav-indices")],
    samples: &[
        ("scheme", "BCS-2022-01"),
        ("round", "CD-2022-01"),
        ("published", "CD-2021-01"),
        ("edition", "lan-1.pdf"),
        ("leaf", "1.1.1"),
        ("proof", "1"),
    ],
    records: records::RECORDS,
    seeks: records::SEEKS,
    owes: Some(records::owes),
    checks: records::CHECKS,
    ..Room::new("parindex", &[TEXTS])
};
