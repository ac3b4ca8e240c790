//! The trail in words: the audit page, each record's history, and both as files.
//!
//! The kernel writes the trail; this room only shows it. `rules` puts a line into words, `web` has the pages.

mod rules;
mod web;

use ::web::room::{Entry, Group, Room};
use base::Right;

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "audit",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The room as the house composes it.
pub const ROOM: Room = Room {
    routes: web::ROUTES,
    nav: &[Entry::all(Group::System, 60, "/qt/nhat-ky", "nav-audit").with(&[Right::Audit])],
    samples: &[("kind", "task"), ("code", "NV-01.05.003")],
    ..Room::new("audit", &[TEXTS])
};
