//! Remarks on a part: what the office that puts a report together and the unit that writes say to each other before the
//! part is taken. Reviews use them, too; `subject` is the address of the part, such as `bao-cao/BC-01/2023-Q1/UB001`.

use crate::store::remarks;
use base::{Actor, Clock, Outcome, Refusal, Right, Uuid, fold::tidy_lines, ids::UnitId};
use db::{Tx, trail};
pub use remarks::{Remark, of};

/// The longest remark, in letters.
const LONGEST: usize = 4000;

/// Whether an actor takes part in the talk about a unit's part that an issuer gathers.
pub fn may_talk(actor: &Actor, unit: UnitId, issuer: UnitId) -> bool {
    actor.may(Right::Report, unit) || actor.may(Right::Lead, unit) || actor.may(Right::Draft, issuer)
}

/// Keeps a remark; with the identity of one of the actor's own, corrects it. What it said before stays in the trail.
///
/// # Errors
/// Refuses an empty or endless remark, one of somebody else, and an actor who takes no part.
pub fn put(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (subject, unit, issuer): (&str, UnitId, UnitId),
    (id, words): (Option<Uuid>, &str),
) -> Outcome<()> {
    if !may_talk(actor, unit, issuer) {
        return Refusal::forbidden().stop();
    }
    let words = tidy_lines(words);
    if words.is_empty() {
        return Refusal::new("refusal-required").at("remark").with("field", "remark").stop();
    }
    if words.chars().count() > LONGEST {
        return Refusal::new("reporting-refusal-remark").at("remark").with("most", LONGEST).stop();
    }
    let account = actor.account.map(|account| account.0);
    let before = match id {
        Some(id) => match of(tx, subject)?
            .into_iter()
            .find(|own| own.id == id && account.is_some() && own.account == account)
        {
            Some(own) => Some(own),
            None => return Refusal::not_found().stop(),
        },
        None => None,
    };
    let now = clock.now();
    match &before {
        Some(own) => remarks::correct(tx, own.id, &words, now)?,
        None => {
            let new = Remark {
                id: clock.uuid(),
                account,
                author: actor.signature(),
                words: words.clone(),
                at: now,
                changed_at: None,
            };
            remarks::insert(tx, subject, &new)?;
        }
    }
    let act = if before.is_some() { "reporting.remark.correct" } else { "reporting.remark.add" };
    let facts = serde_json::json!({"words": words, "before": before.map(|own| own.words)});
    let entry = trail::Entry { act, kind: "report", id: None, code: subject, unit: Some(unit), facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
