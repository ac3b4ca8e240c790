//! From a clause to the evidence: programmes, targets, tasks, and what came of them at any date.
//!
//! A task is its list of steps; the row in `programme_task` is the last step's facts, saved in the same transaction.
//! [`figures`] measures the four adjectives. Lateness stands beside the state and is never stored.

pub mod acts;
pub mod figures;
pub mod follow;
pub mod import;
pub mod lists;
pub mod records;
pub mod rules;
pub mod store;
pub mod words;

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V40__programme", include_str!("../migrations/V40__programme.sql")),
    ("V41__programme_tree_and_views", include_str!("../migrations/V41__programme_tree_and_views.sql")),
    ("V42__programme_open_index", include_str!("../migrations/V42__programme_open_index.sql")),
    ("V48__programme_parts_index", include_str!("../migrations/V48__programme_parts_index.sql")),
    ("V55__programme_focus_note", include_str!("../migrations/V55__programme_focus_note.sql")),
    ("V56__programme_tags", include_str!("../migrations/V56__programme_tags.sql")),
];

/// The room's texts.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "programme",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
