//! The districts ranked by what fell due in each of the last three years and was done in time: who moved up, who down.

use askama::Template;
use axum::{extract::Query, response::Response};
use base::{Date, Right, Span, ids::UnitId};
use organisation::Kind;
use programme::store;
use std::collections::HashMap;
use web::form::{Form, asked_day};
use web::{Cx, Shell, Show};

/// How many years stand side by side.
const YEARS: usize = 3;

/// What fell due in a year and was done in time, and the place that this gives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    due: i64,
    on_time: i64,
    /// 1 for the best; ties share a place; 0 when nothing was due.
    rank: usize,
}

/// A unit with its places, the latest year first.
struct Line {
    code: String,
    name: String,
    places: [Place; YEARS],
}

impl Line {
    /// The place of the latest year as shown.
    fn place(&self) -> String {
        match self.places.first().map_or(0, |place| place.rank) {
            0 => "–".to_owned(),
            rank => rank.to_string(),
        }
    }

    /// How many places it went up since the first year; down when negative; none when it has no place in one of them.
    fn moved(&self) -> Option<i64> {
        let rank = |place: Option<&Place>| place.map(|p| p.rank).filter(|rank| *rank > 0);
        let (now, then) = (rank(self.places.first())?, rank(self.places.last())?);
        Some(i64::try_from(then).ok()? - i64::try_from(now).ok()?)
    }
}

/// Gives the places of one year: 1, 2, 2, 4.
fn rank(lines: &mut [Line], year: usize) {
    let all: Vec<Place> = lines.iter().filter_map(|line| line.places.get(year)).copied().collect();
    for line in lines {
        if let Some(own) = line.places.get_mut(year).filter(|own| own.due > 0) {
            // of / all, compared without dividing.
            let better = all.iter().filter(|p| p.due > 0 && p.on_time * own.due > own.on_time * p.due);
            own.rank = 1 + better.count();
        }
    }
}

#[derive(Template)]
#[template(path = "ranking.html")]
struct RankingPage {
    s: Shell,
    sh: Show,
    /// The first and the last day of each year.
    years: [(Date, Date); YEARS],
    lines: Vec<Line>,
    on: Date,
}

pub(super) async fn show(cx: Cx, Query(query): Query<Form>) -> Response {
    let out = async {
        let on = asked_day(&query)?.filter(|day| *day < cx.today).unwrap_or(cx.today);
        let back = |years: usize| {
            let years = i64::try_from(years).unwrap_or(0);
            on.checked_sub(Span::new().years(years)).unwrap_or(on)
        };
        let years: [(Date, Date); YEARS] =
            std::array::from_fn(|n| (back(n + 1).tomorrow().unwrap_or(on), back(n)));
        let lines = cx
            .read(move |tx, actor| {
                let names = organisation::Snapshot::at(tx, on)?;
                let mut places: HashMap<UnitId, [Place; YEARS]> = HashMap::new();
                for (_, index) in store::index(tx)? {
                    let columns: Vec<Option<UnitId>> = index
                        .leads
                        .iter()
                        .map(|lead| actor.may(Right::See, *lead).then(|| names.column(*lead)))
                        .collect();
                    for mark in index.marks.iter().filter(|mark| mark.is_due(on)) {
                        let column = mark.lead.and_then(|at| *columns.get(usize::from(at))?);
                        let year = years.iter().position(|(first, last)| {
                            mark.due.is_some_and(|due| *first <= due && due <= *last)
                        });
                        let (Some(column), Some(year)) = (column, year) else { continue };
                        if let Some(place) = places.entry(column).or_default().get_mut(year) {
                            place.due += 1;
                            place.on_time += i64::from(mark.is_on_time(on));
                        }
                    }
                }
                let mut lines: Vec<Line> = places
                    .into_iter()
                    .filter_map(|(id, places)| {
                        let unit = names.unit(id).filter(|u| u.kind == Kind::DISTRICT)?;
                        Some(Line { code: unit.code.clone(), name: unit.name.clone(), places })
                    })
                    .collect();
                for year in 0..YEARS {
                    rank(&mut lines, year);
                }
                let place = |line: &Line| match line.places.first().map_or(0, |p| p.rank) {
                    0 => usize::MAX,
                    rank => rank,
                };
                lines.sort_by_key(|line| (place(line), base::fold::sort_key(&line.name)));
                Ok(lines)
            })
            .await?;
        let mut s = cx.shell(cx.t.say("ranking-title"), "/tong-quan");
        s.crumbs = vec![
            ("/tong-quan".to_owned(), cx.t.say("nav-overview")),
            (String::new(), cx.t.say("ranking-title")),
        ];
        cx.page(&RankingPage { s, sh: Show, years, lines, on })
    };
    let out = out.await;
    cx.reply(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_a_place_and_who_had_nothing_due_has_none() {
        let line = |name: &str, of: i64, all: i64, before: (i64, i64)| Line {
            code: String::new(),
            name: name.to_owned(),
            places: [
                Place { due: all, on_time: of, rank: 0 },
                Place::default(),
                Place { due: before.1, on_time: before.0, rank: 0 },
            ],
        };
        let mut lines = [
            line("A", 9, 10, (1, 2)),
            line("B", 18, 20, (2, 2)),
            line("C", 10, 10, (0, 2)),
            line("D", 0, 0, (2, 2)),
        ];
        for year in 0..YEARS {
            rank(&mut lines, year);
        }
        let ranks: Vec<usize> = lines.iter().map(|l| l.places[0].rank).collect();
        assert_eq!(ranks, [2, 2, 1, 0]);
        let moved: Vec<Option<i64>> = lines.iter().map(Line::moved).collect();
        assert_eq!(moved, [Some(1), Some(-1), Some(3), None]);
    }
}
