//! Who may know who works where. Pages, files, searches and histories ask here.

use crate::store::Held;
use base::{Actor, Right, ids::UnitId};

/// Whether the actor may see the people of a unit.
pub fn may_see(actor: &Actor, unit: UnitId) -> bool {
    actor.may(Right::See, unit)
}

/// Of holdings those that the actor may see.
pub fn seen(actor: &Actor, mut held: Vec<Held>) -> Vec<Held> {
    held.retain(|one| may_see(actor, one.unit));
    held
}
