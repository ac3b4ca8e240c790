//! What a room compares with the trail: an edit behind the program's back is found by it.

use db::Tx;

/// What came of comparing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// What differs.
    pub faults: Vec<String>,
    /// What could not be compared, in words.
    pub not_covered: Vec<String>,
}

impl From<Vec<String>> for Compared {
    fn from(faults: Vec<String>) -> Self {
        Self { faults, not_covered: Vec::new() }
    }
}

/// Something that is compared.
#[derive(Clone, Copy)]
pub struct Check {
    /// What, in the plural.
    pub what: &'static str,
    /// The tables that are covered by it, wholly or in the columns that matter.
    pub tables: &'static [&'static str],
    /// Of these tables the columns that are not compared, in words.
    pub not_compared: &'static [&'static str],
    /// Compares.
    pub run: fn(&Tx<'_>) -> anyhow::Result<Compared>,
}
