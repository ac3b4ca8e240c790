//! The trail in words: the audit page, each record's history, and both as files.
//!
//! The kernel writes the trail; this room only shows it. `rules` puts a line into words, `web` has the pages.

mod rules;
mod web;

pub use web::{Hidden, ROUTES, routes};

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "audit",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
