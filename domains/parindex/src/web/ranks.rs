//! Ranks over the years as a bump chart and in figures, on the units of each year or re-based on those of today.

use crate::{
    acts, history,
    history::Year,
    points,
    scheme::Scheme,
    store::{self, Round},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use organisation::Snapshot;
use std::collections::BTreeMap;
use web::{
    Cx, Shell,
    chart::{Climb, climbs},
    form::{Form, field},
};

/// How many units a chart shows before it can no longer be read.
const DRAWN: usize = 40;

/// A unit's ranks: its name, by year its rank, its result, of how many units it is the mean.
struct Line {
    unit: String,
    name: String,
    years: Vec<Option<(usize, String, usize)>>,
}

#[derive(Template)]
#[template(path = "ranks.html")]
struct RanksPage {
    s: Shell,
    round: Round,
    scheme: Scheme,
    years: Vec<String>,
    lines: Vec<Line>,
    chart: String,
    is_rebased: bool,
    /// How many units the chart leaves out.
    left_out: usize,
}

/// The lines of all units, those first that stand best in the last year.
fn lines(years: &[Year], names: &[std::sync::Arc<Snapshot>]) -> Vec<Line> {
    let mut by_unit: BTreeMap<base::ids::UnitId, Vec<Option<(usize, String, usize)>>> = BTreeMap::new();
    for (at, year) in years.iter().enumerate() {
        for (unit, stood) in &year.units {
            let line = by_unit.entry(*unit).or_insert_with(|| vec![None; years.len()]);
            if let Some(place) = line.get_mut(at) {
                *place = Some((stood.rank, points::shown(&stood.result), stood.of));
            }
        }
    }
    let known = |unit| names.iter().rev().find_map(|names| names.unit(unit));
    let mut lines: Vec<Line> = by_unit
        .into_iter()
        .map(|(unit, years)| Line {
            unit: known(unit).map(|unit| unit.code.clone()).unwrap_or_default(),
            name: known(unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            years,
        })
        .collect();
    let last = |line: &Line| line.years.last().cloned().flatten().map_or(usize::MAX, |(rank, ..)| rank);
    lines.sort_by_cached_key(|line| (last(line), base::fold::sort_key(&line.name)));
    lines
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let is_rebased = field(&query, "theo") == "nay";
    let marked = field(&query, "dv");
    let title = cx.t.say("index-history");
    let out = async {
        let mut shell = cx.shell(title.clone(), "/chi-so");
        let (frame, title) = (shell.clone(), title.clone());
        let mut page = cx
            .read(move |tx, _| {
                let (round, scheme) = acts::load(tx, &code)?;
                // Only what was published: ranks of a round that still changes would be guesses.
                let names = Snapshot::at(tx, today)?;
                let mut years = history::years(tx, &round, &scheme, &names)?;
                if is_rebased {
                    years = history::rebased(&years, &names);
                }
                let mut at: Vec<_> = Vec::new();
                for year in &years {
                    let opened = store::round(tx, &year.round)?.map_or(today, |round| round.opened_on);
                    at.push(Snapshot::at(tx, opened)?);
                }
                if is_rebased || at.is_empty() {
                    at = vec![names];
                }
                let lines = lines(&years, &at);
                let climbed = |line: &Line| {
                    let ranks: Vec<usize> = line.years.iter().flatten().map(|(rank, ..)| *rank).collect();
                    ranks.first().zip(ranks.last()).map_or(0, |(first, last)| first.saturating_sub(*last))
                };
                // The unit that is asked for stands out, else the one that climbed most.
                let most = lines.iter().map(climbed).max().unwrap_or(0);
                let best = lines.iter().find(|line| most > 0 && climbed(line) == most);
                let marked = match best {
                    Some(line) if marked.is_empty() => line.unit.clone(),
                    _ => marked.clone(),
                };
                let is_drawn = |at: usize, line: &Line| at < DRAWN || line.unit == marked;
                let drawn = lines.iter().enumerate().filter(|(at, line)| is_drawn(*at, line));
                let climbing: Vec<Climb> = drawn
                    .map(|(_, line)| Climb {
                        label: line.name.clone(),
                        ranks: line
                            .years
                            .iter()
                            .map(|place| place.as_ref().map(|(rank, ..)| *rank))
                            .collect(),
                        is_marked: line.unit == marked,
                    })
                    .collect();
                let columns: Vec<String> = years.iter().map(|year| year.year.to_string()).collect();
                Ok(RanksPage {
                    s: frame.clone(),
                    chart: climbs(&title, &columns, &climbing),
                    left_out: lines.len() - climbing.len(),
                    years: columns,
                    lines,
                    is_rebased,
                    round,
                    scheme,
                })
            })
            .await?;
        shell.crumbs = vec![
            ("/chi-so".to_owned(), cx.t.say("nav-indices")),
            (format!("/chi-so/{}", page.round.code), page.round.code.clone()),
            (String::new(), shell.title.clone()),
        ];
        page.s = shell;
        cx.page(&page)
    };
    let out = out.await;
    cx.reply(out)
}
