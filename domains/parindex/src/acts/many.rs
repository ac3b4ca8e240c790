//! Many leaves at once: filled from this program's own figures, scored by their rules, appraised as the unit scored them.

use super::{is_of_office, judged, need_own, record_with};
use crate::{
    figures, points,
    rules::{Given, Place, Rule, score},
    scheme::Scheme,
    store::{self, Kept, Round},
};
use base::{Actor, Clock, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;

/// Keeps what is chosen for the leaves of a unit; nothing chosen leaves one as it is. Says how many changed.
fn give(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (round, unit): (&Round, UnitId),
    choose: impl Fn(&str, &Kept) -> Option<Place>,
) -> Outcome<usize> {
    let mut changed = 0;
    for (leaf, kept) in store::places_of(tx, round.id, unit)? {
        let Some(place) = choose(&leaf, &kept) else { continue };
        let mut after = Kept { place, changed_by: actor.signature(), ..kept.clone() };
        after.mark(&kept, &actor.signature(), clock.now());
        if !store::put_place(tx, clock, (round.id, unit, &leaf), &after)? {
            return Refusal::conflict("parindex-refusal-conflict").stop();
        }
        changed += 1;
    }
    Ok(changed)
}

/// Takes what a unit gave itself as the first appraisal, for every leaf that an actor appraises and that has none yet. Says how
/// many.
///
/// # Errors
/// Refuses a unit that is not being appraised, and an actor who appraises none of its leaves.
pub fn accept_own(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    unit: UnitId,
) -> Outcome<usize> {
    let judged = judged(tx, actor, (round, scheme), clock.today())?;
    if judged.is_empty() {
        return Refusal::forbidden().stop();
    }
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    if part.state != "locked" {
        return Refusal::new("parindex-refusal-turn").stop();
    }
    let changed = give(tx, clock, actor, (round, unit), |leaf, kept| {
        let node = scheme.node(leaf).filter(|node| !is_of_office(scheme, node))?;
        let own = kept.place.own.filter(|_| kept.place.first.is_none())?;
        let is_judged = judged.contains(&node.leaf.as_ref()?.owner);
        is_judged.then(|| Place { first: Some(own), ..kept.place.clone() })
    })?;
    let facts = serde_json::json!({"leaves": changed});
    record_with(tx, clock, actor, "parindex.part.accept", (&round.code, Some(unit)), facts)?;
    Ok(changed)
}

/// Fills bound leaves of units that still score themselves from this program's own figures, of one unit or of all. What a
/// figure is not known for stays as it is. Says how many leaves changed.
///
/// # Errors
/// Refuses an actor who neither leads the round nor reports for the unit.
pub fn fill(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    only: Option<UnitId>,
) -> Outcome<usize> {
    match only {
        // What is only computed is the leading office's alone.
        Some(unit) if !scheme.is_computed => need_own(tx, clock, actor, round, (Right::Report, unit))?,
        _ => actor.need(Right::Draft, round.issuer)?,
    }
    let mut parts = store::parts(tx, round.id)?;
    parts.retain(|part| part.state == "own" && only.is_none_or(|unit| part.unit == unit));
    let mut changed = 0;
    for (node, leaf) in scheme.leaves().filter(|(_, leaf)| !leaf.binding.is_empty()) {
        let asked = (leaf.binding.as_str(), scheme.year, clock.today());
        let Some((cut_off, measured)) = figures::measure(tx, asked)? else { continue };
        let names = Snapshot::at(tx, cut_off)?;
        for part in &parts {
            let Some(found) = measured.get(&names.now(part.unit)) else { continue };
            let before = store::place_of(tx, round.id, part.unit, &node.code)?.unwrap_or_default();
            let mut after = before.clone();
            let figure = &mut after.place.figure;
            if leaf.rule().is_some_and(Rule::is_ratio) {
                figure.numerator = Some(points::whole(found.numerator));
                figure.denominator = Some(points::whole(found.denominator));
            } else if matches!(leaf.rule(), Some(Rule::Deadline { .. })) {
                figure.value.clone_from(&found.value);
            } else {
                figure.value = found.numerator.to_string();
            }
            figure.has_evidence = true;
            // The unit may have said that nothing arose while nobody could count.
            figure.is_none = false;
            after.source = format!("{} {}", leaf.binding, base::format::date(cut_off));
            if after.place == before.place && after.source == before.source {
                continue;
            }
            // What was appraised before the unit was opened again was another score.
            (after.place.first, after.place.second) = (None, None);
            after.mark(&before, &actor.signature(), clock.now());
            after.changed_by = actor.signature();
            if !store::put_place(tx, clock, (round.id, part.unit, &node.code), &after)? {
                return Refusal::conflict("parindex-refusal-conflict").stop();
            }
            changed += 1;
        }
    }
    if changed > 0 {
        let facts = serde_json::json!({"leaves": changed});
        record_with(
            tx,
            clock,
            actor,
            "parindex.round.fill",
            (&round.code, only.or(Some(round.issuer))),
            facts,
        )?;
    }
    Ok(changed)
}

/// Gives a unit's leaves that have a figure and no own points yet what their rules make of it. Says how many.
///
/// # Errors
/// Refuses a unit that was approved, and an actor who does not report for it.
pub fn score_by_rule(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    unit: UnitId,
) -> Outcome<usize> {
    need_own(tx, clock, actor, round, (Right::Report, unit))?;
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    if part.state != "own" {
        return Refusal::new("parindex-refusal-locked").stop();
    }
    let changed = give(tx, clock, actor, (round, unit), |leaf, kept| {
        let node = scheme.node(leaf).filter(|node| !is_of_office(scheme, node))?;
        let scored = score(node.leaf.as_ref()?.asked(scheme.year)?, &kept.place.figure);
        let own = match (&scored.points, scored.is_out) {
            (_, true) => Given::Out,
            (Some(points), _) => Given::Points(points::decimal(points).normalize()),
            (None, _) => return None,
        };
        kept.place.own.is_none().then(|| Place { own: Some(own), ..kept.place.clone() })
    })?;
    let facts = serde_json::json!({"leaves": changed});
    record_with(tx, clock, actor, "parindex.part.score", (&round.code, Some(unit)), facts)?;
    Ok(changed)
}
