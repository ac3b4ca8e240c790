//! Documents of the state and of the Party, clause by clause, and the files that prove things.
//!
//! [`read`] finds the clauses of a Word document by their headings; [`cite`] reads how offices cite a clause. A
//! document is issuer + number + symbol + date, because numbers repeat over terms.

pub mod acts;
pub mod cite;
pub mod lists;
pub mod read;
pub mod records;
pub mod store;
pub mod words;

pub use store::frozen;

pub use words::{Clause, ClauseId, ClauseKind, Document, DocumentId};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] = &[
    ("V20__document", include_str!("../migrations/V20__document.sql")),
    ("V44__document_file_owner", include_str!("../migrations/V44__document_file_owner.sql")),
];

/// The room's texts.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "document",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};
