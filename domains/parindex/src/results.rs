//! The results of a round as they stand: each unit's totals by what counts now and by the rules, and its ranks.

use crate::{
    acts,
    board::{Board, Sums, board},
    points,
    publish::{self, Line, Published},
    rules::{Column, Totals, ranks},
    scheme::Scheme,
    store::{self, Part},
};
use base::{Actor, Clock, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Past;
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
    /// Whether its leaves are shut to the reader, because they are being corrected.
    pub is_shut: bool,
    /// Whether every leaf that applies was appraised and the unit is closed; until then its result is provisional.
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
    /// By what counts: the appraisals where all are there, else what the unit gave itself.
    pub fn totals(&self) -> &Totals {
        match self.column() {
            Column::Rule => &self.sums.by_rule,
            Column::Appraised => &self.sums.appraised,
            Column::Own | Column::Tried => &self.sums.own,
        }
    }

    /// The column that counts: a unit that scores itself again is not judged by what was appraised before.
    pub fn column(&self) -> Column {
        match self.sums.column() {
            Column::Appraised if self.part.state == "own" => Column::Own,
            column => column,
        }
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

fn row((names, scheme): (&Past, &Scheme), part: Part, sums: Arc<Sums>) -> Row {
    let known = names.unit(part.unit);
    let above = known.and_then(|unit| {
        let own = names.parent(unit.id);
        own.or_else(|| names.parent(unit.territory?)).map(|above| (above.code.clone(), above.name.clone()))
    });
    let row = Row {
        is_final: sums.is_final() && (scheme.is_computed || part.state == "closed"),
        code: names.code(part.unit),
        name: names.name(part.unit),
        kind: known.map(|unit| unit.kind.clone()).unwrap_or_default(),
        above,
        class: String::new(),
        sums,
        rank: 0,
        rank_by_rule: 0,
        moved: None,
        is_shut: false,
        part,
    };
    let totals = row.totals();
    let class =
        if totals.missing.is_empty() { scheme.classes.of(&totals.result).to_owned() } else { String::new() };
    Row { class, ..row }
}

/// The lines as they were published, each beside where its unit stands.
///
/// # Errors
/// When the reading fails.
pub(crate) fn frozen(
    tx: &Tx<'_>,
    scheme: &Scheme,
    (parts, facts): (Vec<Part>, Published),
    names: &Past,
) -> anyhow::Result<Vec<Row>> {
    // Lines of before told no identity; codes are of units that may have ended since.
    let mut by_code: BTreeMap<String, UnitId> =
        organisation::store::all_units(tx)?.into_iter().map(|unit| (unit.code, unit.id)).collect();
    by_code.extend(parts.iter().map(|part| (names.code(part.unit), part.unit)));
    let mut by_unit: BTreeMap<UnitId, Part> = parts.into_iter().map(|part| (part.unit, part)).collect();
    let mut rows = Vec::new();
    for line in facts.lines {
        let unit = line.unit.or_else(|| by_code.get(&line.code).copied());
        let Some(part) = unit.and_then(|unit| by_unit.remove(&unit)) else { continue };
        let sums = Arc::new(Sums::of_line(&line, scheme.is_computed));
        let is_settled = scheme.is_computed || part.state == "closed";
        let is_shut = !is_settled || line.tick.is_some_and(|tick| tick != part.tick);
        let Line { name, class, rank, .. } = line;
        // That a line is being corrected is for whoever corrects it.
        let part = Part { state: "closed".to_owned(), ..part };
        rows.push(Row { name, class, rank, is_shut, is_final: true, ..row((names, scheme), part, sums) });
    }
    let published: BTreeMap<UnitId, usize> = rows.iter().map(|row| (row.part.unit, row.rank)).collect();
    rank(&mut rows);
    for row in &mut rows {
        row.rank = published.get(&row.part.unit).copied().unwrap_or(0);
    }
    Ok(rows)
}

/// The totals of every unit by what counts now and by the rules, the best first.
pub(crate) fn rows(scheme: &Scheme, parts: Vec<Part>, board: &Board, names: &Past) -> Vec<Row> {
    let mut rows: Vec<Row> = parts
        .into_iter()
        .map(|part| {
            let sums =
                board.of(part.unit).cloned().unwrap_or_else(|| Arc::new(Sums::of(scheme, &BTreeMap::new())));
            row((names, scheme), part, sums)
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

/// What whoever publishes says besides the results.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The mark at the head of the document's pages.
    pub mark: String,
    /// On what the decision rests, a line each.
    pub grounds: Vec<String>,
    /// What was wrong before; empty the first time.
    pub erratum: String,
}

/// What a decision rests on as far as this program knows it; whoever publishes adds the laws. Documents are in Vietnamese.
pub fn grounds(scheme: &Scheme) -> Vec<String> {
    let steps = if scheme.is_computed {
        "Căn cứ số liệu tổng hợp trên hệ thống"
    } else {
        "Căn cứ kết quả tự chấm của các đơn vị và kết quả thẩm định"
    };
    let of_year = scheme.year.to_string();
    let year = if scheme.title.contains(&of_year) { String::new() } else { format!(" năm {of_year}") };
    vec![format!("Căn cứ {}{year} ({})", scheme.title, scheme.code), steps.to_owned()]
}

/// Publishes a round by its results as they stand.
///
/// # Errors
/// As [`published`] and [`publish::publish`].
pub fn publish_round(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, words: &Words) -> Outcome<()> {
    let (round, scheme) = acts::load(tx, code)?;
    actor.need(Right::Draft, round.issuer)?;
    let names = Past::at(tx, clock.today())?;
    let parts = store::parts(tx, round.id)?;
    let board = board(tx, &round, &scheme, &parts)?;
    let rows = rows(&scheme, parts, &board, &names);
    let lines = published(&scheme, &rows)?;
    let issuer = names.name(names.now().now(round.issuer));
    let city = names.now().tops().next().map(|top| top.name.clone());
    let facts = Published {
        title: round.title.clone(),
        scheme: scheme.code.clone(),
        year: scheme.year,
        place: paper::letter::place_of(&city.unwrap_or_else(|| issuer.clone())),
        issuer,
        day: clock.today(),
        mark: words.mark.clone(),
        grounds: words.grounds.clone(),
        erratum: String::new(),
        replaces: None,
        council: None,
        lines,
    };
    publish::publish(tx, clock, actor, &round, &facts, &words.erratum)
}

/// The lines as they are to be published.
///
/// # Errors
/// Refuses a round in which a unit is not wholly appraised or not closed: its rank would be a guess.
fn published(scheme: &Scheme, rows: &[Row]) -> Outcome<Vec<Line>> {
    let told = |key: &'static str, is_open: &dyn Fn(&Row) -> bool| {
        let open: Vec<&str> = rows.iter().filter(|row| is_open(row)).map(|row| row.name.as_str()).collect();
        open.first().map_or(Ok(()), |first| {
            Refusal::new(key).at("cong-bo").with("n", open.len()).with("unit", first).stop()
        })
    };
    told("parindex-refusal-open", &|row| !row.sums.is_final())?;
    told("parindex-refusal-unclosed", &|row| !scheme.is_computed && row.part.state != "closed")?;
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
            unit: Some(row.part.unit),
            tick: Some(row.part.tick),
            fields: totals
                .fields
                .iter()
                .map(|(code, share)| (code.clone(), share.as_ref().map(points::digits)))
                .collect(),
            rule: points::digits(&row.sums.by_rule.result),
        }
    };
    Ok(rows.iter().map(line).collect())
}
