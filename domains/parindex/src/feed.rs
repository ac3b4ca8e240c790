//! Survey results into the leaves of a round: sums and counts of valid answers, of units that have enough of them.

use crate::{
    acts::record_with,
    points,
    rules::Rule,
    scheme::Scheme,
    store::{self, Round},
};
use ::survey::{rules::Result as Counted, words::Survey};
use base::{Actor, Clock, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use std::collections::BTreeMap;

/// What became of the surveys of a round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fed {
    /// Leaves that were filled.
    pub filled: usize,
    /// Units left out of a survey because too few valid answers came in, by the survey's code.
    pub too_few: Vec<(String, UnitId)>,
    /// Questions whose leaf the scheme does not have, by the survey's code.
    pub unknown: Vec<(String, String)>,
}

/// The answers to the questions of each leaf, over all closed surveys of a round.
fn gather(
    tx: &Tx<'_>,
    scheme: &Scheme,
    surveys: &[Survey],
    fed: &mut Fed,
) -> Outcome<BTreeMap<(UnitId, String), (Counted, Vec<String>)>> {
    let mut by_leaf: BTreeMap<(UnitId, String), (Counted, Vec<String>)> = BTreeMap::new();
    for survey in surveys.iter().filter(|survey| survey.state == "closed") {
        let mut results = ::survey::store::results(tx, survey.id)?;
        let questions = ::survey::store::questions(tx, survey.id)?;
        for question in questions.iter().filter(|q| !q.leaf.is_empty()) {
            let node = scheme.node(&question.leaf);
            if node.and_then(|node| node.leaf.as_ref()).is_none_or(|leaf| !leaf.is_survey) {
                fed.unknown.push((survey.code.clone(), question.leaf.clone()));
            }
        }
        for sample in ::survey::store::samples(tx, survey.id)? {
            if !sample.is_enough() {
                fed.too_few.push((survey.code.clone(), sample.unit));
                continue;
            }
            let counted = results.remove(&sample.unit).unwrap_or_default();
            for (question, counted) in questions.iter().zip(&counted).filter(|(q, _)| !q.leaf.is_empty()) {
                let entry = by_leaf.entry((sample.unit, question.leaf.clone())).or_default();
                entry.0.join(counted);
                if !entry.1.contains(&survey.code) {
                    entry.1.push(survey.code.clone());
                }
            }
        }
    }
    Ok(by_leaf)
}

/// Whether there is a round with a code, and whether a leaf of it is filled by surveys; an empty leaf asks for the round alone.
///
/// # Errors
/// When the reading fails.
pub fn takes(tx: &Tx<'_>, (round, leaf): (&str, &str)) -> Outcome<bool> {
    let Some(round) = store::round(tx, round)? else { return Ok(false) };
    if leaf.is_empty() {
        return Ok(true);
    }
    let scheme = store::scheme_by_id(tx, round.scheme)?;
    let node = scheme.as_ref().and_then(|scheme| scheme.node(leaf));
    Ok(node.and_then(|node| node.leaf.as_ref()).is_some_and(|leaf| leaf.is_survey))
}

/// Puts the results of all closed surveys of a round into the survey leaves of units that are not closed. Answers to several
/// questions of one leaf are counted together.
///
/// # Errors
/// Refuses a round of which every unit is closed, and an actor who does not lead it.
pub fn feed(tx: &Tx<'_>, clock: &Clock, actor: &Actor, (round, scheme): (&Round, &Scheme)) -> Outcome<Fed> {
    actor.need(Right::Draft, round.issuer)?;
    let names = Snapshot::at(tx, clock.today())?;
    let mut parts = store::parts(tx, round.id)?;
    parts.retain(|part| part.state != "closed");
    if parts.is_empty() {
        return Refusal::new("parindex-refusal-fed-late").at("viec").stop();
    }
    let mut fed = Fed::default();
    let mut surveys = ::survey::store::feeding(tx, &round.code)?;
    // What another office asked is not this round's survey, whatever code it was given.
    surveys.retain(|survey| names.now(survey.issuer) == names.now(round.issuer));
    for ((unit, leaf), (counted, codes)) in gather(tx, scheme, &surveys, &mut fed)? {
        let rule = scheme.node(&leaf).and_then(|node| node.leaf.as_ref()).filter(|leaf| leaf.is_survey);
        let (Some(rule), true) = (rule, parts.iter().any(|part| part.unit == unit)) else { continue };
        let before = store::place_of(tx, round.id, unit, &leaf)?.unwrap_or_default();
        let mut after = before.clone();
        let above = if matches!(rule.rule(), Some(Rule::SurveyTop)) { counted.top } else { counted.sum };
        after.place.figure.numerator = Some(points::whole(above));
        after.place.figure.denominator = Some(points::whole(counted.valid));
        after.place.figure.has_evidence = true;
        after.place.figure.is_none = false;
        after.source = codes.join(" ");
        if after.place == before.place && after.source == before.source {
            continue;
        }
        after.changed_by = actor.signature();
        if !store::put_place(tx, clock, (round.id, unit, &leaf), &after)? {
            return Refusal::conflict("parindex-refusal-conflict").at("viec").stop();
        }
        fed.filled += 1;
    }
    let facts = serde_json::json!({"leaves": fed.filled, "too_few": fed.too_few.len()});
    record_with(tx, clock, actor, "parindex.round.feed", (&round.code, Some(round.issuer)), facts)?;
    Ok(fed)
}
