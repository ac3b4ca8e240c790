//! What units owe a room: shown as their work, and called up the tree when it is late.

use base::{Date, Outcome, ids::UnitId};
use db::Tx;

/// What units owe on a day, of those that are asked about.
pub type Owes = fn(&Tx<'_>, Date, &dyn Fn(UnitId) -> bool) -> Outcome<Vec<Owed>>;

/// Something that a unit owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The page where it is given.
    pub address: String,
    /// What it is of, in short.
    pub of: String,
    /// What it is of, for whoever is called.
    pub title: String,
    /// Who owes it.
    pub unit: UnitId,
    /// Who asked for it.
    pub issuer: Option<UnitId>,
    /// By when; none when nobody said.
    pub due: Option<Date>,
    /// How it stands: the end of a text key.
    pub state: String,
    /// Whether it waits for the unit now.
    pub waits: bool,
    /// Whether its deadline calls.
    pub calls: bool,
    /// Whether it is for whoever leads the matter, not for whoever does the unit's work.
    pub is_for_leader: bool,
}
