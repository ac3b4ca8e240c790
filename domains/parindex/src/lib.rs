//! Indices: schemes, rounds and results, every point of which opens to its rule, its figures and its records.
//!
//! `publish` freezes results as a decision; `points` are exact fractions; `rules` score a figure and say why, add up and rank; `scheme` is the tree and what is
//! wrong with it; `import` reads workbooks as departments make them.

pub mod acts;
pub mod export;
pub mod import;
pub mod points;
pub mod publish;
mod results;
pub mod rules;
pub mod scheme;
pub mod store;
mod web;

pub use web::{ROUTES, routes};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] =
    &[("V61__parindex", include_str!("../migrations/V61__parindex.sql"))];

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "parindex",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
