//! Ranks over the years: the published results of the rounds of one index, each on the units of its year, or re-based on
//! the units of today.

use crate::{
    points::{self, Points},
    publish,
    rules::ranks,
    scheme::Scheme,
    store::{self, Round},
};
use base::{Outcome, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use std::collections::BTreeMap;

/// A unit's place in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Stood {
    /// Its rank.
    pub rank: usize,
    /// Its result in percent, unrounded to 28 digits.
    pub result: Points,
    /// How many units of that year it stands for: more than one when they were merged since.
    pub of: usize,
}

/// The results of a year.
#[derive(Debug, Clone)]
pub struct Year {
    /// The year that was scored.
    pub year: i16,
    /// The round.
    pub round: String,
    /// The units by their identity.
    pub units: BTreeMap<UnitId, Stood>,
}

/// The published results of all rounds of one leader whose scheme has the title and kind of one, up to its year, the oldest
/// first; of each year the newest round, with its errata. Units and leaders as they are named on a day.
///
/// # Errors
/// When the reading fails.
pub fn years(tx: &Tx<'_>, round: &Round, scheme: &Scheme, names: &Snapshot) -> Outcome<Vec<Year>> {
    let like = |other: &Scheme| (&other.title, &other.kind) == (&scheme.title, &scheme.kind);
    // A leader that was merged goes on as whoever follows it.
    let leader = names.now(round.issuer);
    let schemes = store::schemes(tx)?;
    let ids: BTreeMap<String, UnitId> =
        organisation::store::all_units(tx)?.into_iter().map(|unit| (unit.code, unit.id)).collect();
    let mut by_year: BTreeMap<i16, Year> = BTreeMap::new();
    for round in store::rounds(tx)? {
        let of = schemes.iter().find(|s| s.id == round.scheme);
        let Some(of) = of.filter(|s| like(s) && s.year <= scheme.year) else { continue };
        // Rounds of one title that another office leads are another series.
        if names.now(round.issuer) != leader || by_year.contains_key(&of.year) {
            continue;
        }
        let Some(facts) = publish::newest(tx, round.id)? else { continue };
        let units = facts.lines.iter().filter_map(|line| {
            let result = publish::points_of(&line.result)?;
            Some((
                line.unit.or_else(|| ids.get(&line.code).copied())?,
                Stood { rank: line.rank, result, of: 1 },
            ))
        });
        by_year.insert(of.year, Year { year: of.year, round: round.code, units: units.collect() });
    }
    Ok(by_year.into_values().collect())
}

/// The same results on the units of a day: merged units have the mean of those they came from, and all are ranked anew.
pub fn rebased(years: &[Year], names: &Snapshot) -> Vec<Year> {
    let one = |year: &Year| {
        let mut sums: BTreeMap<UnitId, (Points, usize)> = BTreeMap::new();
        for (unit, stood) in &year.units {
            let now = names.now(*unit);
            if names.unit(now).is_none() {
                continue;
            }
            let sum = sums.entry(now).or_insert_with(|| (points::whole(0), 0));
            sum.0 += &stood.result;
            sum.1 += 1;
        }
        let mean = |(sum, n): &(Points, usize)| sum / points::whole(i64::try_from(*n).unwrap_or(1));
        let standings = ranks(sums.iter().map(|(unit, sum)| (*unit, mean(sum))).collect());
        let units = standings.into_iter().map(|standing| {
            let of = sums.get(&standing.unit).map_or(1, |(_, n)| *n);
            (standing.unit, Stood { rank: standing.rank, result: standing.result, of })
        });
        Year { year: year.year, round: year.round.clone(), units: units.collect() }
    };
    years.iter().map(one).collect()
}
