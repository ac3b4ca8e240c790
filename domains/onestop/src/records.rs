//! The kinds of records of the room.

use room::Record;

/// Dossiers have no page yet.
pub const RECORDS: &[Record] = &[Record::among("dossier", "")];
