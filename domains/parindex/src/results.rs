//! The results of a round as they stand: each unit's totals by what counts now and by the rules, and its ranks.

use crate::{
    points,
    publish::{self, Line, Published},
    rules::{Column, Place, Totals, ranks, total},
    scheme::Scheme,
    store::{Part, Round},
};
use base::{Date, Outcome, Refusal, ids::UnitId};
use organisation::Snapshot;
use std::collections::BTreeMap;

/// A unit's line.
pub(crate) struct Row {
    pub(crate) part: Part,
    pub(crate) code: String,
    pub(crate) name: String,
    /// By what counts: appraised where appraisal has begun, else what the unit gave itself.
    pub(crate) totals: Totals,
    pub(crate) by_rule: Totals,
    /// Whether every leaf that applies was appraised; until then its result is provisional.
    pub(crate) is_final: bool,
    pub(crate) rank: usize,
    pub(crate) rank_by_rule: usize,
}

impl Row {
    pub(crate) fn result(&self) -> String {
        points::shown(&self.totals.result)
    }

    pub(crate) fn rule_result(&self) -> String {
        points::shown(&self.by_rule.result)
    }

    pub(crate) fn points(&self, which: &str) -> String {
        points::shown(match which {
            "scored" => &self.totals.scored,
            "survey" => &self.totals.survey,
            "bonus" => &self.totals.bonus,
            "penalty" => &self.totals.penalty,
            _ => &self.totals.base,
        })
    }

    pub(crate) fn field(&self, code: &str) -> String {
        self.totals.fields.get(code).and_then(Option::as_ref).map_or_else(|| "–".to_owned(), points::shown)
    }

    /// The class of the result by the limits of the national index: A from 90, B from 80, C from 70, D below.
    pub(crate) fn class(&self) -> &'static str {
        publish::class(&self.totals.result)
    }
}

/// What counts for a unit: the appraisals once they have begun, until then what it gave itself.
pub(crate) fn column_of(places: &BTreeMap<String, Place>) -> Column {
    let is_appraised = places.values().any(|place| place.appraised().is_some());
    if is_appraised { Column::Appraised } else { Column::Own }
}

/// The totals of every unit by what counts now and by the rules.
pub(crate) fn rows(
    scheme: &Scheme,
    parts: Vec<Part>,
    places: &BTreeMap<UnitId, BTreeMap<String, Place>>,
    names: &Snapshot,
) -> Vec<Row> {
    let nothing = BTreeMap::new();
    let mut rows: Vec<Row> = parts
        .into_iter()
        .map(|part| {
            let own = places.get(&part.unit).unwrap_or(&nothing);
            let column = column_of(own);
            let unit = names.now(part.unit);
            let totals = total(scheme, own, column);
            Row {
                is_final: column == Column::Appraised && totals.missing.is_empty(),
                code: names.unit(unit).map(|unit| unit.code.clone()).unwrap_or_default(),
                name: names.name(unit),
                totals,
                by_rule: total(scheme, own, Column::Rule),
                rank: 0,
                rank_by_rule: 0,
                part,
            }
        })
        .collect();
    rows.sort_by_key(|row| base::fold::sort_key(&row.name));
    let ranked = |of: fn(&Row) -> &Totals| -> BTreeMap<usize, usize> {
        let results = rows.iter().enumerate().map(|(at, row)| (at, of(row).result.clone()));
        ranks(results.collect()).into_iter().map(|standing| (standing.unit, standing.rank)).collect()
    };
    let (by_result, by_rule) = (ranked(|row| &row.totals), ranked(|row| &row.by_rule));
    for (at, row) in rows.iter_mut().enumerate() {
        row.rank = by_result.get(&at).copied().unwrap_or(0);
        row.rank_by_rule = by_rule.get(&at).copied().unwrap_or(0);
    }
    rows.sort_by_key(|row| row.rank);
    rows
}

/// The results as they are published.
///
/// # Errors
/// Refuses a round in which a unit is not wholly appraised: its rank would be a guess.
pub(crate) fn published(
    (round, scheme): (&Round, &Scheme),
    rows: &[Row],
    names: &Snapshot,
    (day, mark): (Date, &str),
) -> Outcome<Published> {
    let open: Vec<&str> = rows.iter().filter(|row| !row.is_final).map(|row| row.name.as_str()).collect();
    if let Some(first) = open.first() {
        return Refusal::new("parindex-refusal-open").with("n", open.len()).with("unit", first).stop();
    }
    let line = |row: &Row| Line {
        rank: row.rank,
        code: row.code.clone(),
        name: row.name.clone(),
        scored: points::digits(&row.totals.scored),
        survey: points::digits(&row.totals.survey),
        bonus: points::digits(&row.totals.bonus),
        penalty: points::digits(&row.totals.penalty),
        base: points::digits(&row.totals.base),
        result: points::digits(&row.totals.result),
        shown: row.result(),
        class: row.class().to_owned(),
    };
    Ok(Published {
        title: round.title.clone(),
        scheme: scheme.code.clone(),
        year: scheme.year,
        issuer: names.name(names.now(round.issuer)),
        day,
        mark: mark.to_owned(),
        lines: rows.iter().map(line).collect(),
    })
}
