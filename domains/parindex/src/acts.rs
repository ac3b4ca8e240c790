//! Keeping schemes, opening rounds, scoring oneself, appraising. Each act is one transaction and one line of the trail.

mod leaves;
mod many;
mod rounds;
mod schemes;

pub use leaves::{Typed, is_of_office, judged, put_leaf};
pub use many::{accept_own, fill, score_by_rule};
pub use rounds::{add_units, load, load_scheme, open_round, round_for, set_steps, step};
pub use schemes::{Came, change_scheme, copy_scheme, put_scheme};

use base::{Actor, Clock, Outcome, ids::UnitId};
use db::{Tx, trail};

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
