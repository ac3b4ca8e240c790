//! A unit's result on one page: its rank, how far the next places are, each field beside the others, where points were lost.

use crate::{
    points::{self, Points},
    results,
    rules::{Column, Given, score},
    sight::{Found, found, standing},
    store::{self, Round},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use num_traits::{Signed as _, Zero as _};
use organisation::Past;
use web::{
    Cx, Shell,
    chart::{Bar, bars},
};

/// How many of the places above are shown, and how many of the leaves that lost most.
const ABOVE: usize = 3;
const LOST: usize = 10;

/// A field: code, title, the unit's share, the mean and the best of all, in percent; these two only where the reader may see all.
struct Field {
    code: String,
    title: String,
    own: String,
    mean: String,
    best: String,
}

/// A leaf that lost points: code, title, given, most, lost.
struct Lost {
    code: String,
    title: String,
    given: String,
    most: String,
    lost: String,
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage {
    s: Shell,
    round: Round,
    code: String,
    name: String,
    result: String,
    class: String,
    /// None where the reader may not see the others.
    rank: Option<(usize, usize)>,
    fields: Vec<Field>,
    chart: String,
    /// The next places: rank, name, how far in percentage points.
    above: Vec<(usize, String, String)>,
    lost: Vec<Lost>,
    is_final: bool,
    /// Whether every leaf that applies has points; until then there is no class.
    is_whole: bool,
    may_try: bool,
}

/// The mean and the best of some shares.
fn spread(shares: &[Points]) -> Option<(Points, Points)> {
    let n = i64::try_from(shares.len()).ok().filter(|n| *n > 0)?;
    let sum = shares.iter().fold(Points::zero(), |sum, share| sum + share);
    Some((sum / points::whole(n), shares.iter().max()?.clone()))
}

pub(super) async fn show(cx: Cx, Path((code, unit_code)): Path<(String, String)>) -> Response {
    let today = cx.today;
    let title = cx.t.say("index-by-field");
    let out = async {
        let mut shell = cx.shell(code.clone(), "/chi-so");
        let (frame, title) = (shell.clone(), title.clone());
        let mut page = cx
            .read(move |tx, actor| {
                let Found { round, scheme, unit, is_whole, .. } =
                    found(tx, actor, today, (&code, &unit_code))?;
                let names = Past::at(tx, today)?;
                let (rows, is_part) = standing(tx, actor, (&round, &scheme), &names)?;
                let row = rows.iter().find(|row| row.part.unit == unit);
                let Some(row) = row.filter(|_| is_whole) else { return base::Refusal::not_found().stop() };
                let sees_all = !is_part;
                let mut fields = Vec::new();
                let mut chart = Vec::new();
                for field in scheme.fields() {
                    let share = |row: &results::Row| row.totals().fields.get(&field.code).cloned().flatten();
                    let all: Vec<Points> = rows.iter().filter(|_| sees_all).filter_map(share).collect();
                    let spread = spread(&all);
                    let shown =
                        |points: Option<&Points>| points.map_or_else(|| "–".to_owned(), points::shown);
                    let own = share(row);
                    chart.push(Bar {
                        label: field.code.clone(),
                        plan: spread.as_ref().map(|(mean, _)| points::decimal(mean)),
                        value: own.as_ref().map(points::decimal),
                    });
                    fields.push(Field {
                        code: field.code.clone(),
                        title: field.title.clone(),
                        own: shown(own.as_ref()),
                        mean: shown(spread.as_ref().map(|(mean, _)| mean)),
                        best: shown(spread.as_ref().map(|(_, best)| best)),
                    });
                }
                let places = store::places_of(tx, round.id, unit)?;
                let column = row.column();
                let mut lost: Vec<(Points, Lost)> = Vec::new();
                for (node, leaf) in
                    scheme.leaves().filter(|(node, leaf)| !leaf.is_survey && !scheme.is_outside(node))
                {
                    let place = places.get(&node.code).map(|kept| &kept.place);
                    let figure = place.map(|place| place.figure.clone()).unwrap_or_default();
                    let given = match column {
                        Column::Own => place.and_then(|place| place.own),
                        Column::Appraised => place.and_then(|place| place.appraised()),
                        Column::Rule | Column::Tried => None,
                    };
                    let scored = leaf.asked(scheme.year).map(|asked| score(asked, &figure));
                    let given = match (given, column) {
                        (Some(Given::Points(points)), _) => points::of(points),
                        (Some(Given::Out), _) => continue,
                        (None, Column::Rule) if scored.as_ref().is_some_and(|scored| scored.is_out) => {
                            continue;
                        }
                        // What nobody has scored yet is not lost.
                        (None, Column::Rule) => match scored.and_then(|scored| scored.points) {
                            Some(points) => points,
                            None => continue,
                        },
                        (None, _) => continue,
                    };
                    let gap = leaf.most() - &given;
                    if gap.is_positive() {
                        let one = Lost {
                            code: node.code.clone(),
                            title: node.title.clone(),
                            given: points::shown(&given),
                            most: points::shown(leaf.most()),
                            lost: points::shown(&gap),
                        };
                        lost.push((gap, one));
                    }
                }
                lost.sort_by(|a, b| b.0.cmp(&a.0));
                let own = &row.totals().result;
                let above = rows.iter().filter(|other| sees_all && other.rank < row.rank).rev().take(ABOVE);
                let above = above.map(|other| {
                    (other.rank, other.name.clone(), points::shown(&(&other.totals().result - own)))
                });
                Ok(CardPage {
                    s: frame.clone(),
                    code: unit_code.clone(),
                    name: row.name.clone(),
                    result: row.result(),
                    class: row.class.clone(),
                    rank: sees_all.then_some((row.rank, rows.len())),
                    fields,
                    chart: bars(&title, &chart),
                    above: above.collect(),
                    lost: lost.into_iter().take(LOST).map(|(_, one)| one).collect(),
                    is_final: row.is_final,
                    is_whole: row.missing() == 0,
                    may_try: sees_all,
                    round,
                })
            })
            .await?;
        shell.title = format!("{} – {}", page.round.title, page.name);
        shell.crumbs = vec![
            ("/chi-so".to_owned(), cx.t.say("nav-indices")),
            (format!("/chi-so/{}", page.round.code), page.round.code.clone()),
            (format!("/chi-so/{}/{}", page.round.code, page.code), page.name.clone()),
            (String::new(), cx.t.say("index-card")),
        ];
        page.s = shell;
        cx.page(&page)
    };
    let out = out.await;
    cx.reply(out)
}
