//! The units of a city and how they hang together, at any date.
//!
//! Others use [`Snapshot`] to ask about a day, [`Directory`] to read unit names as offices write them, and the acts
//! to change units. Official codes are reused by later units: identity is never the code. The working calendar is
//! kept here too, because it belongs to the offices.

pub mod acts;
pub mod import;
pub mod lists;
pub mod names;
pub mod past;
pub mod records;
pub mod reorganise;
pub mod snapshot;
pub mod store;
mod typed;
pub mod words;

pub use names::{Directory, Named};
pub use past::Past;
pub use snapshot::Snapshot;
pub use typed::{need_unit, soon, unit_of};
pub use words::{Kind, Tree, Unit};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V10__organisation", include_str!("../migrations/V10__organisation.sql")),
    ("V43__organisation_reorganisation", include_str!("../migrations/V43__organisation_reorganisation.sql")),
    ("V49__organisation_hours", include_str!("../migrations/V49__organisation_hours.sql")),
];

/// The room's texts.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "organisation",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
