//! People, posts and holdings: four different things with accounts, which live one storey up.
//!
//! A holding runs from its first day to the day on which it no longer holds; a right ends with it.

pub mod acts;
pub mod follow;
pub mod lists;
pub mod records;
pub mod sight;
pub mod store;

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[("V15__people", include_str!("../migrations/V15__people.sql"))];

/// The room's texts.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "people",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
