//! One-stop counters, as far as files bring them: procedures with their time limits, dossiers, the clock of each, and figures
//! by unit for the index of Decision 766.
//!
//! `words` are the types; `rules` say when a dossier is due and how it stands; `figures` count by unit; `import` reads files.

pub mod figures;
pub mod import;
pub mod records;
pub mod rules;
pub mod store;
pub mod words;

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[("V67__onestop", include_str!("../migrations/V67__onestop.sql"))];

/// The texts of the room.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "onestop",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
