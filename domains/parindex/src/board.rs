//! The totals of a round's units in memory: after a change only the unit that changed is added up again.

use crate::{
    points::Points,
    publish::{self, Line},
    rules::{Column, Place, Totals, total},
    scheme::Scheme,
    store::{self, Part, Round},
};
use base::ids::UnitId;
use db::Tx;
use num_traits::Zero as _;
use std::{collections::BTreeMap, sync::Arc};

/// From how many changed units on all leaves of the round are read at once.
const MANY: usize = 20;

/// The totals of a unit by each column.
#[derive(Debug)]
pub struct Sums {
    /// By what it gave itself.
    pub own: Totals,
    /// By what was appraised.
    pub appraised: Totals,
    /// By what the rules make of its figures.
    pub by_rule: Totals,
    /// Whether anything of it was appraised.
    pub is_begun: bool,
    /// Whether the rules alone count.
    pub is_computed: bool,
}

impl Sums {
    /// Adds up a unit.
    pub fn of(scheme: &Scheme, places: &BTreeMap<String, Place>) -> Self {
        Self {
            own: total(scheme, places, Column::Own),
            appraised: total(scheme, places, Column::Appraised),
            by_rule: total(scheme, places, Column::Rule),
            is_computed: scheme.is_computed,
            is_begun: places.values().any(|place| place.appraised().is_some()),
        }
    }

    /// The totals of a line as it was published.
    pub(crate) fn of_line(line: &Line, is_computed: bool) -> Self {
        let points = |text: &str| publish::points_of(text).unwrap_or_else(Points::zero);
        let base = points(&line.base);
        let fields = line.fields.iter();
        let totals = Totals {
            scored: points(&line.scored),
            survey: points(&line.survey),
            bonus: points(&line.bonus),
            penalty: points(&line.penalty),
            known: base.clone(),
            base,
            result: points(&line.result),
            fields: fields.map(|(code, share)| (code.clone(), share.as_deref().map(points))).collect(),
            missing: Vec::new(),
            unasked: 0,
        };
        let by_rule = match publish::points_of(&line.rule) {
            Some(result) if !is_computed => Totals { result, ..totals.clone() },
            _ => totals.clone(),
        };
        Self { own: totals.clone(), appraised: totals, by_rule, is_begun: true, is_computed }
    }

    /// What counts now: the rules where a scheme says so; else the appraisals once every leaf has one, until then what the
    /// unit gave itself.
    pub fn counted(&self) -> &Totals {
        match self.column() {
            Column::Rule => &self.by_rule,
            Column::Appraised => &self.appraised,
            Column::Own | Column::Tried => &self.own,
        }
    }

    /// Whether every leaf that applies has what counts in the end; until then the result is provisional.
    pub fn is_final(&self) -> bool {
        self.column() != Column::Own && self.counted().missing.is_empty()
    }

    /// The column that counts now.
    pub fn column(&self) -> Column {
        if self.is_computed {
            Column::Rule
        } else if self.is_begun && self.appraised.missing.is_empty() {
            Column::Appraised
        } else {
            Column::Own
        }
    }
}

/// The totals of all units of a round, each with the tick at which it was added up.
#[derive(Debug, Default)]
pub struct Board(BTreeMap<UnitId, (i64, Arc<Sums>)>);

impl Board {
    /// A unit's totals.
    pub fn of(&self, unit: UnitId) -> Option<&Arc<Sums>> {
        self.0.get(&unit).map(|(_, sums)| sums)
    }
}

/// The totals of a round, from memory where nothing changed.
///
/// # Errors
/// When the reading fails.
pub fn board(tx: &Tx<'_>, round: &Round, scheme: &Scheme, parts: &[Part]) -> anyhow::Result<Arc<Board>> {
    // Ticks only grow and units only join, so the sum moves with every change.
    let version = store::tick_of(parts);
    tx.renewed_at(&format!("index {}", round.id), version, |before: Option<Arc<Board>>| {
        let before = before.as_deref();
        let kept = |part: &Part| {
            let (tick, sums) = before?.0.get(&part.unit)?;
            (*tick == part.tick).then(|| (*tick, Arc::clone(sums)))
        };
        let changed = parts.iter().filter(|part| kept(part).is_none()).count();
        let mut all = if changed > MANY { Some(store::places(tx, round.id)?) } else { None };
        let mut board = Board::default();
        for part in parts {
            let entry = match (kept(part), &mut all) {
                (Some(entry), _) => entry,
                (None, Some(all)) => {
                    let places = all.remove(&part.unit).unwrap_or_default();
                    (part.tick, Arc::new(Sums::of(scheme, &places)))
                }
                (None, None) => {
                    let places = store::places_of(tx, round.id, part.unit)?;
                    let places = places.into_iter().map(|(leaf, kept)| (leaf, kept.place)).collect();
                    (part.tick, Arc::new(Sums::of(scheme, &places)))
                }
            };
            board.0.insert(part.unit, entry);
        }
        Ok(board)
    })
}
