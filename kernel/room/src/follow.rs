//! How other rooms follow a reorganisation: each says what hangs on a unit, and how one thing passes to another unit.

use base::{Actor, Clock, Date, Outcome, Uuid, ids::UnitId};
use db::Tx;
use serde_json::Value;

/// One thing that hangs on a unit.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it is, a word in text keys: `task`, `post`, `allocation` …
    pub what: &'static str,
    /// Its identity.
    pub id: Uuid,
    /// Its human code; may be empty.
    pub code: String,
    /// What a person reads.
    pub label: String,
    /// What its room needs to find it again, when the identity is not enough.
    pub key: Value,
}

/// A passing from a unit that ends to the one that takes over.
#[derive(Debug, Clone, Copy)]
pub struct Passing<'a> {
    /// The reorganisation.
    pub reorganisation: Uuid,
    /// Its document, for the history of what is carried.
    pub document: &'a str,
    /// The unit that ends.
    pub from: UnitId,
    /// The unit that takes over.
    pub to: UnitId,
    /// From which day.
    pub on: Date,
}

/// What hangs on a unit from a day on.
type List = fn(&Tx<'_>, UnitId, Date) -> anyhow::Result<Vec<Item>>;
/// Carries one thing; returns what undoing needs.
type Carry = fn(&Tx<'_>, &Clock, &Actor, &Item, &Passing<'_>) -> Outcome<Value>;
/// Undoes what was carried.
type Undo = fn(&Tx<'_>, &Clock, &Actor, &Carried, &Passing<'_>) -> Outcome<()>;

/// A room that follows. Followers run in the order in which they are given.
#[derive(Clone, Copy)]
pub struct Follower {
    /// The room's name.
    pub room: &'static str,
    /// What hangs on a unit from a day on.
    pub list: List,
    /// Carries one thing to another unit; returns what undoing needs.
    pub carry: Carry,
    /// Undoes what was carried.
    pub undo: Undo,
}

/// Something that was carried, or that no rule placed.
#[derive(Debug, Clone)]
pub struct Carried {
    /// Its number within the reorganisation.
    pub seq: i64,
    /// The room that it belongs to.
    pub room: String,
    /// What it is.
    pub what: String,
    /// Its identity.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// What a person reads.
    pub label: String,
    /// Where it was.
    pub from: UnitId,
    /// Where it went; none as long as nobody placed it.
    pub to: Option<UnitId>,
    /// What undoing needs; for one not placed, what carrying needs.
    pub undo: Value,
}
