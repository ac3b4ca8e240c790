//! Keeping, changing and copying schemes.

use super::record;
use crate::{scheme::Scheme, store};
use base::limits;
use base::{Actor, Clock, Outcome, Refusal, Right};
use db::Tx;

/// What became of a scheme that was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It is new.
    New,
    /// It replaced one that no round uses.
    Changed,
    /// It was there.
    Same,
}

/// Keeps a scheme under a code of its year.
///
/// # Errors
/// Refuses a scheme with faults in its rules or sums, one that a round already uses, and an actor without the right.
pub fn put_scheme(tx: &Tx<'_>, clock: &Clock, actor: &Actor, draft: Scheme) -> Outcome<(Scheme, Came)> {
    actor.need_everywhere(Right::Draft)?;
    if let Some(fault) = draft.faults().into_iter().next() {
        return fault.refuse().stop();
    }
    if draft.nodes.is_empty() {
        return Refusal::new("paper-empty").stop();
    }
    check_texts(&draft)?;
    let same = store::schemes(tx)?
        .into_iter()
        .find(|s| (s.year, &s.title, &s.kind) == (draft.year, &draft.title, &draft.kind));
    if let Some(known) = same {
        let known = store::scheme_by_id(tx, known.id)?.unwrap_or(known);
        let all = |s: &Scheme| (s.nodes.clone(), s.kind.clone(), s.classes.clone(), s.is_computed);
        if all(&known) == all(&draft) {
            return Ok((known, Came::Same));
        }
        let changed = Scheme { id: known.id, code: known.code.clone(), ..draft };
        change_scheme(tx, clock, actor, &known, changed.clone())?;
        return Ok((changed, Came::Changed));
    }
    let serial = tx.next_number(&format!("parindex scheme {}", draft.year))?;
    let code = format!("BCS-{}-{serial:02}", draft.year);
    let scheme = Scheme { code, ..draft };
    store::insert_scheme(tx, &scheme, &actor.signature(), clock.now())?;
    record(tx, clock, actor, "parindex.scheme.put", (&scheme.code, None))?;
    Ok((scheme, Came::New))
}

/// Refuses a scheme whose texts are longer than a sheet can show.
fn check_texts(scheme: &Scheme) -> Outcome<()> {
    limits::within(&[("title", &scheme.title, limits::TITLE)])?;
    for node in &scheme.nodes {
        limits::within(&[("rows", &node.code, limits::CODE), ("rows", &node.title, limits::WORDS)])?;
    }
    Ok(())
}

/// Replaces what a scheme says, while no round uses it.
///
/// # Errors
/// Refuses a scheme with faults, one that a round uses, and an actor without the right; 409 when somebody was faster.
pub fn change_scheme(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    known: &Scheme,
    draft: Scheme,
) -> Outcome<String> {
    actor.need_everywhere(Right::Draft)?;
    if let Some(fault) = draft.faults().into_iter().next() {
        return fault.refuse().stop();
    }
    check_texts(&draft)?;
    if store::is_used(tx, known.id)? {
        return Refusal::new("parindex-refusal-used").with("code", &known.code).stop();
    }
    let code = known.code.clone();
    let Scheme { id, year, version, .. } = *known;
    if !store::replace_scheme(tx, &Scheme { id, code: code.clone(), year, version, ..draft })? {
        return Refusal::conflict("parindex-refusal-scheme-conflict").at("kiem").stop();
    }
    record(tx, clock, actor, "parindex.scheme.change", (&code, None))?;
    Ok(code)
}

/// Copies a scheme to the year after; says the copy's code.
///
/// # Errors
/// Refuses when the year after has one of that title, and an actor without the right.
pub fn copy_scheme(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str) -> Outcome<String> {
    actor.need_everywhere(Right::Draft)?;
    let Some(scheme) = store::scheme(tx, code)? else { return Refusal::not_found().stop() };
    let year = scheme.year + 1;
    if let Some(there) = store::schemes(tx)?
        .iter()
        .find(|s| (s.year, &s.title, &s.kind) == (year, &scheme.title, &scheme.kind))
    {
        return Refusal::new("parindex-refusal-copied").with("code", &there.code).stop();
    }
    let copy = Scheme { id: clock.uuid(), year, ..scheme };
    put_scheme(tx, clock, actor, copy).map(|(scheme, _)| scheme.code)
}
