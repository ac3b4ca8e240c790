//! Who may know who works where. Pages, files, searches and histories ask here.

use crate::store::Held;
use base::{Actor, Right, ids::UnitId};
use std::collections::HashSet;

/// Whether the actor may see the people of a unit.
pub fn may_see(actor: &Actor, unit: UnitId) -> bool {
    actor.may(Right::See, unit)
}

/// Of holdings those that the actor may see.
pub fn seen(actor: &Actor, mut held: Vec<Held>) -> Vec<Held> {
    held.retain(|one| may_see(actor, one.unit));
    held
}

/// The units whose people the actor may see, of those that are asked about; none when nothing limits them.
pub fn units(actor: &Actor, asked: Option<HashSet<UnitId>>) -> Option<Vec<UnitId>> {
    match asked {
        Some(asked) => Some(asked.into_iter().filter(|unit| may_see(actor, *unit)).collect()),
        None => Some(actor.units(Right::See).list()?.into_iter().map(UnitId).collect()),
    }
}
