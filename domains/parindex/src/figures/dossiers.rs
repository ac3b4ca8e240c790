//! Figures of one-stop counters by the unit that received the dossiers, by the formulas of Decision 766/QĐ-TTg as the national
//! portal describes them.

use super::{Ask, Measured, Record};
use base::{Outcome, ids::UnitId};
use db::Tx;
use onestop::{
    figures::{Judged, judged},
    rules::Standing,
    words::State,
};
use std::collections::BTreeMap;

type ByUnit = BTreeMap<UnitId, Measured>;

/// Dossiers by unit, each with what a rule says of it; those of which it says nothing do not count.
fn count(tx: &Tx<'_>, ask: &Ask<'_>, holds: impl Fn(&Judged) -> Option<bool>) -> Outcome<ByUnit> {
    let mut by_unit = ByUnit::new();
    for one in judged(tx, ask.from, ask.to)? {
        let (Some(holds), Some(unit)) = (holds(&one), ask.counts_under(one.dossier.unit)) else { continue };
        let moment = |at: base::DateTime| at.strftime("%d/%m/%Y %H:%M").to_string();
        let shown = |at: Option<base::DateTime>| at.map_or_else(|| "–".to_owned(), moment);
        let words = format!("{} → {}", shown(one.due), shown(one.dossier.ended()));
        by_unit.entry(unit).or_default().count(Record {
            href: String::new(),
            title: one.title,
            words,
            holds,
            code: one.dossier.code,
        });
    }
    Ok(by_unit)
}

/// Part 2.1: done on time, or in progress and not yet late, out of all that were received or handled in the period; a second
/// request for a supplement is late. One that was withdrawn ends there, one that waits for its first supplement at the request.
pub(super) fn on_time(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    count(tx, ask, |one| one.on_time_766)
}

/// Done on time, out of those done.
pub(super) fn done_on_time(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    count(tx, ask, |one| {
        let is_counted = one.dossier.state.is_done() && one.due.is_some();
        is_counted.then_some(matches!(one.standing, Standing::Early | Standing::OnTime))
    })
}

/// Part 3.3 without the rate of synchronisation and without asking for an electronic result, which files do not say: received
/// online, out of all that were received.
pub(super) fn online(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    let is_received = |one: &Judged| one.dossier.state != State::Refused && one.dossier.day() >= ask.from;
    count(tx, ask, |one| is_received(one).then_some(one.dossier.channel == "online"))
}

/// Part 5.4: 100 % less the share of late ones and the share of those whose citizen was discontent (1 or 2 of 5), of the
/// dossiers done. A dossier that is both takes away twice, as in the formula, so the numerator can fall below what its
/// records count; it never falls below 0.
pub(super) fn content(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    let is_late = |one: &Judged| one.standing == Standing::Late;
    let is_discontent = |one: &Judged| one.dossier.rating.is_some_and(|rating| rating <= 2);
    let mut by_unit =
        count(tx, ask, |one| one.dossier.state.is_done().then_some(!is_late(one) && !is_discontent(one)))?;
    for one in judged(tx, ask.from, ask.to)? {
        let is_both = one.dossier.state.is_done() && is_late(&one) && is_discontent(&one);
        if let Some(of_unit) = by_unit.get_mut(&ask.names.now(one.dossier.unit)).filter(|_| is_both) {
            of_unit.numerator = (of_unit.numerator - 1).max(0);
        }
    }
    Ok(by_unit)
}

/// Ratings of 4 and 5, out of all ratings given after the result.
pub(super) fn rated_well(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    count(tx, ask, |one| one.dossier.rating.map(|rating| rating >= 4))
}
