//! The results of a round as they stand: each unit's totals by what counts now and by the rules, and its ranks.

use crate::{
    acts,
    board::{Board, Sums, board},
    points,
    publish::{self, Line, Published},
    rules::{Totals, ranks},
    scheme::Scheme,
    store::{self, Part, Round},
};
use base::{Actor, Clock, Date, Outcome, Refusal, Right};
use db::Tx;
use organisation::Snapshot;
use std::{collections::BTreeMap, sync::Arc};

/// A unit's line.
pub struct Row {
    /// Where it stands.
    pub part: Part,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its kind, and the unit it is led or counted under: the groups in which it can be ranked.
    pub kind: String,
    /// That unit's code and name.
    pub above: Option<(String, String)>,
    sums: Arc<Sums>,
    /// Whether every leaf that applies was appraised; until then its result is provisional.
    pub is_final: bool,
    /// The class of the result by the scheme's limits.
    pub class: String,
    /// Its rank; 0 where ranks are not shown.
    pub rank: usize,
    /// Its rank by the rules alone.
    pub rank_by_rule: usize,
    /// How many places it rose (below 0: fell) since the round before; none without one.
    pub moved: Option<i64>,
}

impl Row {
    /// By what counts: appraised where appraisal has begun, else what the unit gave itself.
    pub fn totals(&self) -> &Totals {
        self.sums.counted()
    }

    /// Its totals by each column.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    pub(crate) fn result(&self) -> String {
        points::shown(&self.totals().result)
    }

    pub(crate) fn rule_result(&self) -> String {
        points::shown(&self.sums.by_rule.result)
    }

    /// Points out of the most points of the leaves that have any, so that a part can be read before the whole is known.
    pub(crate) fn known(&self) -> String {
        let totals = self.totals();
        let reached = &totals.scored + &totals.survey;
        format!("{}/{}", points::shown(&reached), points::shown(&totals.known))
    }

    pub(crate) fn missing(&self) -> usize {
        self.totals().missing.len()
    }

    pub(crate) fn points(&self, which: &str) -> String {
        let totals = self.totals();
        points::shown(match which {
            "scored" => &totals.scored,
            "survey" => &totals.survey,
            "bonus" => &totals.bonus,
            "penalty" => &totals.penalty,
            _ => &totals.base,
        })
    }

    pub(crate) fn field(&self, code: &str) -> String {
        let share = self.totals().fields.get(code).and_then(Option::as_ref);
        share.map_or_else(|| "–".to_owned(), points::shown)
    }

    /// The places it rose or fell, with a sign.
    pub(crate) fn movement(&self) -> String {
        match self.moved {
            None => String::new(),
            Some(0) => "=".to_owned(),
            Some(n) if n > 0 => format!("▲ {n}"),
            Some(n) => format!("▼ {}", -n),
        }
    }
}

/// The totals of every unit by what counts now and by the rules, the best first.
pub(crate) fn rows(scheme: &Scheme, parts: Vec<Part>, board: &Board, names: &Snapshot) -> Vec<Row> {
    let mut rows: Vec<Row> = parts
        .into_iter()
        .map(|part| {
            let sums =
                board.of(part.unit).cloned().unwrap_or_else(|| Arc::new(Sums::of(scheme, &BTreeMap::new())));
            let unit = names.now(part.unit);
            let known = names.unit(unit);
            let above = known.and_then(|unit| {
                let own = names.parent(unit.id);
                own.or_else(|| names.parent(unit.territory?))
                    .map(|above| (above.code.clone(), above.name.clone()))
            });
            Row {
                is_final: sums.is_final(),
                code: known.map(|unit| unit.code.clone()).unwrap_or_default(),
                name: names.name(unit),
                kind: known.map(|unit| unit.kind.clone()).unwrap_or_default(),
                above,
                class: scheme.classes.of(&sums.counted().result).to_owned(),
                sums,
                rank: 0,
                rank_by_rule: 0,
                moved: None,
                part,
            }
        })
        .collect();
    rank(&mut rows);
    rows
}

/// Ranks lines among each other, and sorts them by rank, then by name.
pub(crate) fn rank(rows: &mut [Row]) {
    rows.sort_by_cached_key(|row| base::fold::sort_key(&row.name));
    let ranked = |rows: &[Row], of: fn(&Row) -> &Totals| -> BTreeMap<usize, usize> {
        let results = rows.iter().enumerate().map(|(at, row)| (at, of(row).result.clone()));
        ranks(results.collect()).into_iter().map(|standing| (standing.unit, standing.rank)).collect()
    };
    let (by_result, by_rule) = (ranked(rows, Row::totals), ranked(rows, |row| &row.sums.by_rule));
    for (at, row) in rows.iter_mut().enumerate() {
        row.rank = by_result.get(&at).copied().unwrap_or(0);
        row.rank_by_rule = by_rule.get(&at).copied().unwrap_or(0);
    }
    rows.sort_by_key(|row| row.rank);
}

/// Publishes a round by its results as they stand, under a mark at the head of its documents.
///
/// # Errors
/// As [`published`] and [`publish::publish`].
pub fn publish_round(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    (mark, erratum): (&str, &str),
) -> Outcome<()> {
    let (round, scheme) = acts::load(tx, code)?;
    actor.need(Right::Draft, round.issuer)?;
    let names = Snapshot::at(tx, clock.today())?;
    let parts = store::parts(tx, round.id)?;
    let board = board(tx, &round, &scheme, &parts)?;
    let rows = rows(&scheme, parts, &board, &names);
    let facts = published((&round, &scheme), &rows, &names, (clock.today(), mark))?;
    publish::publish(tx, clock, actor, &round, &facts, erratum)
}

/// The results as they are to be published.
///
/// # Errors
/// Refuses a round in which a unit is not wholly appraised: its rank would be a guess.
fn published(
    (round, scheme): (&Round, &Scheme),
    rows: &[Row],
    names: &Snapshot,
    (day, mark): (Date, &str),
) -> Outcome<Published> {
    let open: Vec<&str> = rows.iter().filter(|row| !row.is_final).map(|row| row.name.as_str()).collect();
    if let Some(first) = open.first() {
        return Refusal::new("parindex-refusal-open").with("n", open.len()).with("unit", first).stop();
    }
    let line = |row: &Row| {
        let totals = row.totals();
        Line {
            rank: row.rank,
            code: row.code.clone(),
            name: row.name.clone(),
            scored: points::digits(&totals.scored),
            survey: points::digits(&totals.survey),
            bonus: points::digits(&totals.bonus),
            penalty: points::digits(&totals.penalty),
            base: points::digits(&totals.base),
            result: points::digits(&totals.result),
            shown: row.result(),
            class: row.class.clone(),
        }
    };
    Ok(Published {
        title: round.title.clone(),
        scheme: scheme.code.clone(),
        year: scheme.year,
        issuer: names.name(names.now(round.issuer)),
        day,
        mark: mark.to_owned(),
        council: None,
        lines: rows.iter().map(line).collect(),
    })
}
