//! Who may read what of a review that is still open. Papers, conclusions and the notice are what somebody means to say:
//! until the review is concluded the leading office and those who decide over it read them, and a unit its own paper.
//! Pages, files, the hall's screen and histories ask here.

use crate::store::{self, Conclusion, Paper, Review};
use base::{Actor, Outcome, Refusal, Right};
use db::Tx;

/// Whether the actor may read everything of a review.
pub fn may_read_all(actor: &Actor, review: &Review) -> bool {
    review.state != "open"
        || actor.may(Right::Draft, review.issuer)
        || actor.may(Right::Direct, review.issuer)
}

/// The papers that the actor may read.
///
/// # Errors
/// When the reading fails.
pub fn papers(tx: &Tx<'_>, actor: &Actor, review: &Review) -> Outcome<Vec<Paper>> {
    let all = may_read_all(actor, review);
    let own = |paper: &Paper| actor.may(Right::Report, paper.unit);
    Ok(store::papers(tx, review.id)?.into_iter().filter(|paper| all || own(paper)).collect())
}

/// The conclusions that the actor may read.
///
/// # Errors
/// When the reading fails.
pub fn conclusions(tx: &Tx<'_>, actor: &Actor, review: &Review) -> Outcome<Vec<Conclusion>> {
    if may_read_all(actor, review) { Ok(store::conclusions(tx, review.id)?) } else { Ok(Vec::new()) }
}

/// Stops whoever may not read everything of a review.
///
/// # Errors
/// The refusal.
pub fn need_all(actor: &Actor, review: &Review) -> Outcome<()> {
    if may_read_all(actor, review) { Ok(()) } else { Refusal::forbidden().stop() }
}

/// The codes of open reviews whose history tells more than the actor may read.
///
/// # Errors
/// When the reading fails.
pub fn hidden(tx: &Tx<'_>, actor: &Actor) -> Outcome<Vec<String>> {
    let all = store::reviews(tx)?.into_iter();
    Ok(all.filter(|review| !may_read_all(actor, review)).map(|review| review.code).collect())
}
