//! The six changes of a reorganisation, and where it stands.

use base::ids::UnitId;
use serde::{Deserialize, Serialize};

/// Where a reorganisation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Being prepared.
    Draft,
    /// In force; can be reversed.
    Applied,
    /// In force for good.
    Sealed,
    /// Taken back.
    Reversed,
}

impl Stage {
    /// The word in the database and in text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Applied => "applied",
            Self::Sealed => "sealed",
            Self::Reversed => "reversed",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Draft, Self::Applied, Self::Sealed, Self::Reversed].into_iter().find(|s| s.word() == word)
    }
}

/// A unit that the reorganisation makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    /// Its human code, unique for all time.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The unit above it.
    pub parent: UnitId,
}

/// The unit that takes over: one that exists, or a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Into {
    /// One that exists.
    Unit(UnitId),
    /// One that is made on the day.
    New(Newcomer),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A new unit.
    Establish {
        /// The unit.
        new: Newcomer,
    },
    /// A new name.
    Rename {
        /// Whose.
        unit: UnitId,
        /// The name.
        name: String,
    },
    /// Another unit above.
    Move {
        /// Which unit.
        unit: UnitId,
        /// Under which.
        parent: UnitId,
    },
    /// Several units become one; those that are not the one end.
    Merge {
        /// The units.
        units: Vec<UnitId>,
        /// What they become.
        into: Into,
    },
    /// One unit becomes several and ends.
    Split {
        /// The unit.
        unit: UnitId,
        /// What it becomes.
        into: Vec<Into>,
        /// Which of these takes over what no rule places; none leaves it to the leftover list.
        heir: Option<usize>,
    },
    /// A unit ends.
    Dissolve {
        /// The unit.
        unit: UnitId,
        /// Who takes over; none leaves everything to the leftover list.
        heir: Option<UnitId>,
    },
}

impl Change {
    /// The word in text keys.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Establish { .. } => "establish",
            Self::Rename { .. } => "rename",
            Self::Move { .. } => "move",
            Self::Merge { .. } => "merge",
            Self::Split { .. } => "split",
            Self::Dissolve { .. } => "dissolve",
        }
    }

    /// The existing units that it touches.
    pub fn units(&self) -> Vec<UnitId> {
        let of = |into: &Into| match into {
            Into::Unit(unit) => *unit,
            Into::New(new) => new.parent,
        };
        match self {
            Self::Establish { new } => vec![new.parent],
            Self::Rename { unit, .. } => vec![*unit],
            Self::Move { unit, parent } => vec![*unit, *parent],
            Self::Merge { units, into } => units.iter().copied().chain([of(into)]).collect(),
            Self::Split { unit, into, .. } => std::iter::once(*unit).chain(into.iter().map(of)).collect(),
            Self::Dissolve { unit, heir } => std::iter::once(*unit).chain(*heir).collect(),
        }
    }

    /// The new units that it makes.
    pub fn newcomers(&self) -> Vec<&Newcomer> {
        match self {
            Self::Establish { new } => vec![new],
            Self::Merge { into: Into::New(new), .. } => vec![new],
            Self::Split { into, .. } => into
                .iter()
                .filter_map(|i| match i {
                    Into::New(new) => Some(new),
                    Into::Unit(_) => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}
