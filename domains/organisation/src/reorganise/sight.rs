//! Who may know of a reorganisation. A draft that gets about binds nobody and unsettles everybody: until it is applied
//! only those who prepare it and those who decide know of it. Pages, files, lists and histories ask here.

use super::{Reorganisation, Stage, store};
use base::{Actor, Outcome, Refusal, Right};
use db::Tx;

/// Whether the actor may see one: a draft is for whoever organises everywhere or a unit that it touches, for its
/// proposer, and for who decides over all.
///
/// # Errors
/// When the reading fails.
pub fn may_see(tx: &Tx<'_>, actor: &Actor, of: &Reorganisation) -> Outcome<bool> {
    let decides = actor.may_everywhere(Right::Organise) || actor.may_everywhere(Right::Direct);
    if of.stage != Stage::Draft || decides {
        return Ok(true);
    }
    if !actor.may_somewhere(Right::Organise) {
        return Ok(false);
    }
    if of.proposer == actor.name {
        return Ok(true);
    }
    let changes = store::changes(tx, of.id)?;
    let mut touched = changes.iter().flat_map(|(_, change)| change.units());
    Ok(touched.any(|unit| actor.may(Right::Organise, unit)))
}

/// All that the actor may see.
///
/// # Errors
/// When the reading fails.
pub fn seen(tx: &Tx<'_>, actor: &Actor) -> Outcome<Vec<Reorganisation>> {
    let mut seen = Vec::new();
    for of in store::all(tx)? {
        if may_see(tx, actor, &of)? {
            seen.push(of);
        }
    }
    Ok(seen)
}

/// One by its code.
///
/// # Errors
/// 404 when there is none, or none that the actor may see.
pub fn load(tx: &Tx<'_>, actor: &Actor, code: &str) -> Outcome<Reorganisation> {
    match store::by_code(tx, code)? {
        Some(of) if may_see(tx, actor, &of)? => Ok(of),
        _ => Refusal::not_found().stop(),
    }
}

/// The codes of those that the actor may not see.
///
/// # Errors
/// When the reading fails.
pub fn hidden(tx: &Tx<'_>, actor: &Actor) -> Outcome<Vec<String>> {
    let mut hidden = Vec::new();
    for of in store::all(tx)? {
        if !may_see(tx, actor, &of)? {
            hidden.push(of.code);
        }
    }
    Ok(hidden)
}
