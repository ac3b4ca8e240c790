//! Survey results into the leaves of a round: sums and counts of valid answers, of units that have enough of them.

use crate::{
    acts::record_with,
    points::{self, Points},
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

/// What the questions of a leaf come to, each for itself, and from which surveys.
type OfLeaf = (Vec<Counted>, Vec<String>);

/// Above and below the line of what questions come to: a single one by its answers, several by the mean of what each comes to,
/// since a question that applies to few is worth no less.
fn share(questions: &[Counted], of: fn(&Counted) -> i64) -> Option<(Points, Points)> {
    let answered: Vec<&Counted> = questions.iter().filter(|one| one.valid > 0).collect();
    match answered.as_slice() {
        [] => None,
        [one] => Some((points::whole(of(one)), points::whole(one.valid))),
        many => {
            let each = many.iter().map(|one| points::whole(of(one)) / points::whole(one.valid));
            let n = i64::try_from(many.len()).unwrap_or(1);
            let sum = each.fold(points::whole(0), |sum, one| sum + one);
            // As it is kept, so that feeding once more changes nothing.
            Some((crate::publish::points_of(&points::digits(&sum)).unwrap_or(sum), points::whole(n)))
        }
    }
}

/// The answers to the questions of each leaf, over all closed surveys of a round.
fn gather(
    tx: &Tx<'_>,
    scheme: &Scheme,
    surveys: &[Survey],
    fed: &mut Fed,
) -> Outcome<BTreeMap<(UnitId, String), OfLeaf>> {
    let mut by_leaf: BTreeMap<(UnitId, String), OfLeaf> = BTreeMap::new();
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
                entry.0.push(counted.clone());
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

/// Puts the results of all closed surveys of a round into the survey leaves of units that are not closed. Several
/// questions of one leaf count alike.
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
        let of: fn(&Counted) -> i64 =
            if matches!(rule.rule(), Some(Rule::SurveyTop)) { |one| one.top } else { |one| one.sum };
        let Some((above, below)) = share(&counted, of) else { continue };
        after.place.figure.numerator = Some(above);
        after.place.figure.denominator = Some(below);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_a_leaf_count_alike_however_many_answered_each() {
        let of = |values: &[u8]| {
            let mut counted = Counted::default();
            values.iter().for_each(|value| counted.count(Some(*value)));
            counted
        };
        let sum: fn(&Counted) -> i64 = |one| one.sum;
        let whole = points::whole;
        assert_eq!(share(&[of(&[5, 4, 4])], sum), Some((whole(13), whole(3))));
        // Means of 5 and 2: 7 of two questions, not 17 of 4 answers.
        assert_eq!(share(&[of(&[5, 5, 5]), of(&[2]), Counted::default()], sum), Some((whole(7), whole(2))));
        assert_eq!(share(&[Counted::default()], sum), None);
    }
}
