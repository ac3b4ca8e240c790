//! Who may know of a reorganisation. A draft that gets about binds nobody and unsettles everybody: until it is applied
//! only those who prepare it and those who decide know of it. Pages, files, lists and histories ask here.

use super::{Reorganisation, Stage, store};
use base::{Actor, Outcome, Refusal, Right};
use db::Tx;

/// Whether the actor may see one.
pub fn may_see(actor: &Actor, of: &Reorganisation) -> bool {
    of.stage != Stage::Draft || actor.may_somewhere(Right::Organise) || actor.may_everywhere(Right::Direct)
}

/// All that the actor may see.
///
/// # Errors
/// When the reading fails.
pub fn seen(tx: &Tx<'_>, actor: &Actor) -> Outcome<Vec<Reorganisation>> {
    Ok(store::all(tx)?.into_iter().filter(|of| may_see(actor, of)).collect())
}

/// One by its code.
///
/// # Errors
/// 404 when there is none, or none that the actor may see.
pub fn load(tx: &Tx<'_>, actor: &Actor, code: &str) -> Outcome<Reorganisation> {
    let found = store::by_code(tx, code)?.filter(|of| may_see(actor, of));
    found.map_or_else(|| Refusal::not_found().stop(), Ok)
}

/// The codes of those that the actor may not see.
///
/// # Errors
/// When the reading fails.
pub fn hidden(tx: &Tx<'_>, actor: &Actor) -> Outcome<Vec<String>> {
    let all = store::all(tx)?.into_iter();
    Ok(all.filter(|of| !may_see(actor, of)).map(|of| of.code).collect())
}
