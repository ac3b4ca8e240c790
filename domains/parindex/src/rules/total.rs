//! From leaves to totals and ranks.

use super::{Figure, Scored, score};
use crate::{
    points::{self, Points},
    scheme::{Node, NodeLeaf, Scheme},
};
use base::Decimal;
use num_traits::{Signed as _, Zero as _};
use std::collections::BTreeMap;

/// Points that somebody gave: some, or that the leaf does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// So many.
    Points(Decimal),
    /// Nothing arose: the leaf leaves the base.
    Out,
}

/// What is known of a unit's leaf: its figure, and what was given by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The figure.
    pub figure: Figure,
    /// What the unit gave itself.
    pub own: Option<Given>,
    /// The first appraisal.
    pub first: Option<Given>,
    /// The second, where it differs.
    pub second: Option<Given>,
}

impl Place {
    /// What counts of the appraisals: the second, else the first.
    pub fn appraised(&self) -> Option<Given> {
        self.second.or(self.first)
    }
}

/// Which of the three columns counts for the leaves that are no survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// What the unit gave itself.
    Own,
    /// What was appraised.
    Appraised,
    /// What the rules make of the figures.
    Rule,
    /// The same, but for leaves that were given other points to try them.
    Tried,
}

/// The totals of a unit by one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    /// Points of the leaves that are no survey.
    pub scored: Points,
    /// Points of the survey.
    pub survey: Points,
    /// Bonus.
    pub bonus: Points,
    /// What is taken away, as a positive number.
    pub penalty: Points,
    /// The most points that apply.
    pub base: Points,
    /// The most points of the leaves that have points.
    pub known: Points,
    /// The result in percent of the base; never clamped.
    pub result: Points,
    /// Each field's share in percent, by code; none where nothing of it applies.
    pub fields: BTreeMap<String, Option<Points>>,
    /// Leaves that have no figure or no points yet.
    pub missing: Vec<String>,
    /// Survey leaves without answers: out of the base, though a survey may still come.
    pub unasked: usize,
}

/// What a leaf comes to by a column.
fn counted(node: &Node, leaf: &NodeLeaf, place: &Place, column: Column, year: i16) -> Scored {
    let by_rule = || match leaf.asked(year) {
        Some(asked) => score(asked.untold(), &place.figure),
        None => Scored { points: None, is_out: false, why: "why-no-rule", facts: Vec::new() },
    };
    let given = match column {
        _ if leaf.is_survey || node.most.is_none() => return by_rule(),
        Column::Rule => return by_rule(),
        Column::Tried if place.second.is_none() => return by_rule(),
        Column::Tried => place.second,
        Column::Own => place.own,
        Column::Appraised => place.appraised(),
    };
    let (points, is_out) = match given {
        Some(Given::Points(points)) => (Some(points::of(points)), false),
        Some(Given::Out) => (None, true),
        None => (None, false),
    };
    Scored { points, is_out, why: "why-given", facts: Vec::new() }
}

/// Adds up a unit's leaves.
pub fn total(scheme: &Scheme, places: &BTreeMap<String, Place>, column: Column) -> Totals {
    let mut totals = Totals {
        scored: Points::zero(),
        survey: Points::zero(),
        bonus: Points::zero(),
        penalty: Points::zero(),
        base: Points::zero(),
        known: Points::zero(),
        result: Points::zero(),
        fields: BTreeMap::new(),
        missing: Vec::new(),
        unasked: 0,
    };
    let mut fields: BTreeMap<&str, (Points, Points)> = BTreeMap::new();
    let nothing = Place::default();
    // Looked up for each leaf, this would be most of the work.
    let outside = scheme.fields_outside();
    for (node, leaf) in scheme.leaves() {
        let place = places.get(&node.code).unwrap_or(&nothing);
        if outside.contains(&node.field()) {
            // Points outside the hundred come from their figures in every column.
            let scored = leaf.asked(scheme.year).map(|asked| score(asked.untold(), &place.figure));
            // Nothing said is no bonus and no case; what is said and cannot be read is missing, never 0.
            if scored.as_ref().is_none_or(Scored::is_missing) && !place.figure.is_empty() {
                totals.missing.push(node.code.clone());
            }
            let points = scored.and_then(|scored| scored.points).unwrap_or_else(Points::zero);
            if leaf.most().is_negative() {
                totals.penalty -= points;
            } else {
                totals.bonus += points;
            }
            continue;
        }
        let scored = counted(node, leaf, place, column, scheme.year);
        if scored.is_out {
            totals.unasked += usize::from(leaf.is_survey && place.figure.is_empty());
            continue;
        }
        let of_field = fields.entry(node.field()).or_insert_with(|| (Points::zero(), Points::zero()));
        totals.base += leaf.most();
        of_field.1 += leaf.most();
        match scored.points {
            Some(points) => {
                totals.known += leaf.most();
                of_field.0 += &points;
                if leaf.is_survey { totals.survey += points } else { totals.scored += points }
            }
            None => totals.missing.push(node.code.clone()),
        }
    }
    let share = |points: &Points, base: &Points| {
        if base.is_zero() { None } else { Some(points / base * points::whole(100)) }
    };
    let reached = &totals.scored + &totals.survey + &totals.bonus - &totals.penalty;
    totals.result = share(&reached, &totals.base).unwrap_or_else(Points::zero);
    totals.fields = scheme
        .fields()
        .map(|field| {
            let own = fields.get(field.code.as_str());
            (field.code.clone(), own.and_then(|(points, base)| share(points, base)))
        })
        .collect();
    totals
}

/// Where a unit stands among the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing<T> {
    /// The unit.
    pub unit: T,
    /// Its rank: equal results share it, and the next is passed over (1, 2, 2, 4).
    pub rank: usize,
    /// Its result.
    pub result: Points,
}

/// Ranks by unrounded results, the best first; equal ones keep the order in which they came.
pub fn ranks<T>(results: Vec<(T, Points)>) -> Vec<Standing<T>> {
    let mut results = results;
    results.sort_by(|a, b| b.1.cmp(&a.1));
    let mut out: Vec<Standing<T>> = Vec::new();
    for (at, (unit, result)) in results.into_iter().enumerate() {
        let rank = match out.last() {
            Some(before) if before.result == result => before.rank,
            _ => at + 1,
        };
        out.push(Standing { unit, rank, result });
    }
    out
}
