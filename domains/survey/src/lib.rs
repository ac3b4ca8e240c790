//! Surveys of satisfaction: questionnaires by version and group of respondents, sample plans by unit, answers by a code that
//! opens once, at a kiosk or from paper typed twice; results with intervals. Nothing is kept of who answered.
//!
//! `words` are the types; `rules` read answers, find what looks stuffed and work out results; `store` keeps; `acts` change.

pub mod acts;
pub mod records;
pub mod rules;
pub mod store;
mod web;
pub mod words;

pub use web::Takes;

use ::web::room::{Entry, Group, Room};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[("V66__survey", include_str!("../migrations/V66__survey.sql"))];

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "survey",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The room as the house composes it.
pub const ROOM: Room = Room {
    migrations: MIGRATIONS,
    routes: web::ROUTES,
    nav: &[Entry::all(Group::Programmes, 110, "/khao-sat", "survey-title")],
    samples: &[("survey", "KS-2023-01"), ("slip", "x")],
    records: records::RECORDS,
    seeks: records::SEEKS,
    ..Room::new("survey", &[TEXTS])
};
