//! Keeping schemes, opening rounds, scoring oneself, appraising. Each act is one transaction and one line of the trail.

mod leaves;
mod many;
mod rounds;
mod schemes;

pub(crate) use leaves::unreadable;
pub use leaves::{Typed, is_of_office, judged, put_leaf};
pub use many::{accept_own, fill, score_by_rule};
pub use rounds::{add_units, load, load_scheme, open_round, round_for, set_steps, step};
pub use schemes::{Came, change_scheme, copy_scheme, put_scheme};

use crate::store::Round;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, ids::UnitId, rights::Grant};
use db::{Tx, trail};

/// Whether an actor holds a right for a unit itself, or for one that it follows: reach over a territory is no voice for the
/// offices in it.
///
/// # Errors
/// When the reading fails.
pub(crate) fn is_own(
    tx: &Tx<'_>,
    actor: &Actor,
    today: Date,
    (right, unit): (Right, UnitId),
) -> anyhow::Result<bool> {
    if !actor.may(right, unit) {
        return Ok(false);
    }
    let heir = organisation::Snapshot::at(tx, today)?.now(unit);
    let holds = |grant: &Grant| {
        grant.role.rights().contains(&right)
            && grant.units.contains(unit)
            && grant.top.is_none_or(|top| top == unit || top == heir)
    };
    Ok(actor.grants.is_empty() || actor.grants.iter().any(holds))
}

/// Refuses an actor who neither holds a right for the unit itself nor leads the round.
pub(crate) fn need_own(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    round: &Round,
    (right, unit): (Right, UnitId),
) -> Outcome<()> {
    actor.need(right, unit)?;
    if actor.may(Right::Draft, round.issuer) || is_own(tx, actor, clock.today(), (right, unit))? {
        return Ok(());
    }
    Refusal::forbidden().stop()
}

pub(crate) fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    (code, unit): (&str, Option<UnitId>),
) -> Outcome<()> {
    record_with(tx, clock, actor, act, (code, unit), serde_json::json!({}))
}

pub(crate) fn record_with(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    (code, unit): (&str, Option<UnitId>),
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry = trail::Entry { act, kind: "index", id: None, code, unit, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
