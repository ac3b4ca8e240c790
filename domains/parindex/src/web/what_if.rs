//! What if: a unit's leaves changed, and its result and rank among all units at once; nothing is kept. And the fewest
//! leaves by which it would pass the next places.

use super::leads;
use crate::{
    acts,
    points::{self, Points},
    publish, results,
    rules::{Column, Given, Place, ranks, total},
    scheme::Scheme,
    store,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Refusal, Right};
use num_traits::{Signed as _, Zero as _};
use organisation::Snapshot;
use std::collections::BTreeMap;
use web::{
    Cx, Shell,
    form::{Form, field},
};

/// How many places up are looked at.
const PLACES: usize = 3;

/// A leaf that could still gain points.
struct Gap {
    code: String,
    title: String,
    most: String,
    now: String,
    /// What was typed instead.
    typed: String,
    /// What the result gains, in percent, if all points are reached.
    gain: String,
}

/// The fewest leaves that lead some places up.
struct Way {
    place: usize,
    name: String,
    /// What is missing, in percent.
    missing: String,
    /// The leaves, the largest gap first; empty when all of them are not enough.
    leaves: Vec<String>,
}

#[derive(Template)]
#[template(path = "what_if.html")]
struct WhatIfPage {
    s: Shell,
    code: String,
    unit: String,
    gaps: Vec<Gap>,
    now: (usize, String),
    then: (usize, String),
    ways: Vec<Way>,
}

/// A leaf's points by what counts, and by how much it could still grow.
fn gap_of(scheme: &Scheme, place: Option<&Place>, column: Column, code: &str) -> Option<(Points, Points)> {
    let node = scheme.node(code)?;
    let leaf = node.leaf.as_ref().filter(|leaf| !leaf.is_survey && !scheme.is_outside(node))?;
    let given = place.and_then(|place| if column == Column::Own { place.own } else { place.appraised() });
    let now = match given {
        Some(Given::Points(now)) => points::of(now),
        Some(Given::Out) => return None,
        None => Points::zero(),
    };
    let gap = leaf.most() - &now;
    gap.is_positive().then_some((now, gap))
}

pub(super) async fn show(
    cx: Cx,
    Path((code, unit_code)): Path<(String, String)>,
    Query(query): Query<Form>,
) -> Response {
    let today = cx.today;
    let out = async {
        let mut shell = cx.shell(code.clone(), "/chi-so");
        let frame = shell.clone();
        let mut page = cx
            .read(move |tx, actor| {
                let (round, scheme) = acts::load(tx, &code)?;
                let names = Snapshot::at(tx, today)?;
                let is_open = leads(actor, &round) || !publish::all(tx, round.id)?.is_empty();
                let unit = names.by_code(&unit_code).map(|unit| unit.id);
                let Some(unit) =
                    unit.filter(|unit| is_open && (leads(actor, &round) || actor.may(Right::See, *unit)))
                else {
                    return Refusal::not_found().stop();
                };
                if store::part(tx, round.id, unit)?.is_none() {
                    return Refusal::not_found().stop();
                }
                let places = store::places(tx, round.id)?;
                let rows = results::rows(&scheme, store::parts(tx, round.id)?, &places, &names);
                let own = places.get(&unit).cloned().unwrap_or_default();
                let column = results::column_of(&own);
                let changed = changed(&scheme, own.clone(), column, &query);
                let (before, after) = (total(&scheme, &own, column), total(&scheme, &changed, column));
                let rank_with = |result: &Points| {
                    let others = rows.iter().filter(|row| row.part.unit != unit);
                    let all = others.map(|row| (false, row.totals.result.clone()));
                    let standings = ranks(all.chain([(true, result.clone())]).collect());
                    standings.into_iter().find(|standing| standing.unit).map_or(0, |standing| standing.rank)
                };
                let mut gaps: Vec<(Points, Gap)> = Vec::new();
                for (node, leaf) in scheme.leaves() {
                    let Some((now, gap)) = gap_of(&scheme, own.get(&node.code), column, &node.code) else {
                        continue;
                    };
                    let gain = &gap / &before.base * points::whole(100);
                    gaps.push((
                        gap,
                        Gap {
                            code: node.code.clone(),
                            title: node.title.clone(),
                            most: points::shown(leaf.most()),
                            now: points::shown(&now),
                            typed: field(&query, &format!("o.{}", node.code)),
                            gain: points::shown(&gain),
                        },
                    ));
                }
                gaps.sort_by(|a, b| b.0.cmp(&a.0));
                let now_rank = rank_with(&before.result);
                let ways = (1..=PLACES).filter_map(|up| {
                    let place = now_rank.checked_sub(up).filter(|place| *place > 0)?;
                    let above = rows.iter().rfind(|row| row.rank <= place && row.part.unit != unit)?;
                    let missing = &above.totals.result - &before.result;
                    let mut reached = Points::zero();
                    let mut leaves = Vec::new();
                    for (gap, told) in &gaps {
                        if reached > missing {
                            break;
                        }
                        reached += gap / &before.base * points::whole(100);
                        leaves.push(told.code.clone());
                    }
                    if reached <= missing {
                        leaves.clear();
                    }
                    Some(Way { place, name: above.name.clone(), missing: points::shown(&missing), leaves })
                });
                Ok(WhatIfPage {
                    s: frame.clone(),
                    code: round.code.clone(),
                    unit: unit_code.clone(),
                    now: (now_rank, points::shown(&before.result)),
                    then: (rank_with(&after.result), points::shown(&after.result)),
                    ways: ways.collect(),
                    gaps: gaps.into_iter().map(|(_, gap)| gap).collect(),
                })
            })
            .await?;
        shell.title = cx.t.say("index-what-if");
        shell.crumbs = vec![
            ("/chi-so".to_owned(), cx.t.say("nav-indices")),
            (format!("/chi-so/{}", page.code), page.code.clone()),
            (format!("/chi-so/{}/{}", page.code, page.unit), page.unit.clone()),
            (String::new(), shell.title.clone()),
        ];
        page.s = shell;
        cx.page(&page)
    };
    let out = out.await;
    cx.reply(out)
}

/// The leaves with what was typed instead; points are held within their limits, and words are passed over.
fn changed(
    scheme: &Scheme,
    mut places: BTreeMap<String, Place>,
    column: Column,
    query: &Form,
) -> BTreeMap<String, Place> {
    for (node, _) in scheme.leaves() {
        let Some(typed) = base::number::parse(&field(query, &format!("o.{}", node.code))) else { continue };
        let most = node.most.unwrap_or_default();
        let given = Some(Given::Points(typed.clamp(base::Decimal::ZERO, most.max(base::Decimal::ZERO))));
        let place = places.entry(node.code.clone()).or_default();
        if column == Column::Own {
            place.own = given;
        } else {
            place.second = given;
        }
    }
    places
}
