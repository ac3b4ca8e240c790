//! What if: a unit's leaves changed, and its result and the ranks of all units at once; nothing is kept. And the cheapest
//! leaves by which it would pass the next places: the most points for the least effort, within what can still be reached.

use crate::{
    points::{self, Points},
    rules::{Column, Given, Place, ranks, reachable, score, total},
    scheme::{NodeLeaf, Scheme},
    sight::{Found, found, standing},
    store,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Date, Decimal, Refusal};
use num_traits::{Signed as _, Zero as _};
use organisation::Past;
use std::collections::BTreeMap;
use web::{
    Cx, Shell,
    form::{Form, field},
};

/// Up to which effort all ways are weighed.
const MOST_EFFORT: usize = 2000;
/// Into how many parts a percentage point is cut to choose among ways.
const FINE: i64 = 1_000_000_000_000;
/// How many places up are looked at.
const PLACES: usize = 5;

/// A leaf that could still gain points.
struct Gap {
    code: String,
    title: String,
    most: String,
    now: String,
    /// What it can still come to.
    reach: String,
    effort: i64,
    /// What was typed instead.
    typed: String,
    /// What the result gains, in percent, if all that can be reached is.
    gain: String,
    /// The same for each unit of effort.
    worth: String,
}

/// What is worked with: the code, what can be gained, what it costs.
struct Step {
    code: String,
    gain: Points,
    effort: i64,
}

impl Step {
    fn worth(&self) -> Points {
        &self.gain / points::whole(self.effort)
    }
}

/// The cheapest leaves that lead some places up.
struct Way {
    place: usize,
    name: String,
    /// What is missing, in percent.
    missing: String,
    effort: i64,
    /// The leaves, the cheapest first; empty when all of them are not enough.
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
    /// All units with what was typed: rank, name, result, rank before, whether it is the unit.
    standings: Vec<(usize, String, String, usize, bool)>,
    /// What was typed and cannot be tried.
    wrong: Vec<String>,
}

/// A leaf's points by what counts, and what it can still come to.
fn gap_of(
    scheme: &Scheme,
    place: Option<&Place>,
    (column, today): (Column, Date),
    code: &str,
) -> Option<(Points, Points)> {
    let node = scheme.node(code)?;
    let leaf = node.leaf.as_ref().filter(|leaf| !leaf.is_survey && !scheme.is_outside(node))?;
    let given = place.and_then(|place| if column == Column::Own { place.own } else { place.appraised() });
    let figure = place.map(|place| place.figure.clone()).unwrap_or_default();
    let now = match given {
        _ if column == Column::Rule => {
            let scored = score(leaf.asked(scheme.year)?, &figure);
            if scored.is_out {
                return None;
            }
            scored.points.unwrap_or_else(Points::zero)
        }
        Some(Given::Points(now)) => points::of(now),
        Some(Given::Out) => return None,
        None => Points::zero(),
    };
    let reach =
        leaf.asked(scheme.year).map_or_else(|| leaf.most().clone(), |asked| reachable(asked, &figure, today));
    let reach = reach.max(now.clone());
    (leaf.most() > &now).then_some((now, reach))
}

/// The steps that together gain more than is missing for the least effort, of those with the same effort the ones that gain
/// most; the worthiest first. Empty when all are not enough.
fn cheapest(steps: &[Step], missing: &Points) -> Vec<usize> {
    let gain = |chosen: &[usize]| {
        chosen.iter().filter_map(|at| steps.get(*at)).fold(Points::zero(), |sum, step| sum + &step.gain)
    };
    let mut order: Vec<usize> = (0..steps.len()).collect();
    order.sort_by_cached_key(|at| std::cmp::Reverse(steps.get(*at).map(Step::worth)));
    if gain(&order) <= *missing {
        return Vec::new();
    }
    // By effort spent: the most that can be gained, and by which steps. Decimals are fine enough to choose; whether the choice
    // is enough is asked of the fractions.
    let fine = |gain: &Points| points::decimal(&(gain * points::whole(FINE)));
    let most: usize = steps.iter().map(|step| usize::try_from(step.effort).unwrap_or(MOST_EFFORT)).sum();
    let mut best: Vec<(Decimal, Vec<usize>)> = vec![(Decimal::ZERO, Vec::new()); most.min(MOST_EFFORT) + 1];
    for at in &order {
        let Some(step) = steps.get(*at) else { continue };
        let (Ok(effort), own) = (usize::try_from(step.effort), fine(&step.gain)) else { continue };
        for spent in (effort..best.len()).rev() {
            let Some((before, with)) = best.get(spent - effort).cloned() else { continue };
            let Some(known) = best.get_mut(spent).filter(|(known, _)| before + own > *known) else {
                continue;
            };
            let steps = with.into_iter().chain([*at]).collect();
            *known = (before + own, steps);
        }
    }
    let about = fine(missing) - Decimal::ONE;
    let found = best.into_iter().find(|(sum, chosen)| *sum > about && gain(chosen) > *missing);
    let found = found.map(|(_, chosen)| chosen);
    // Efforts in the thousands are no efforts to weigh: the worthiest until it is enough.
    found.unwrap_or_else(|| {
        let mut chosen = Vec::new();
        for at in order {
            if gain(&chosen) > *missing {
                break;
            }
            chosen.push(at);
        }
        chosen
    })
}

pub(super) async fn show(
    cx: Cx,
    Path((code, unit_code)): Path<(String, String)>,
    Query(query): Query<Form>,
) -> Response {
    let (today, texts) = (cx.today, cx.t.clone());
    let out = async {
        let mut shell = cx.shell(code.clone(), "/chi-so");
        let frame = shell.clone();
        let mut page = cx
            .read(move |tx, actor| {
                let Found { round, scheme, unit, part, is_whole, .. } =
                    found(tx, actor, today, (&code, &unit_code))?;
                let names = Past::at(tx, today)?;
                let (rows, is_part) = standing(tx, actor, (&round, &scheme), &names)?;
                let row = rows.iter().find(|row| row.part.unit == unit);
                // Trying shows the ranks of all: nobody does who may not see them.
                let Some(row) = row.filter(|_| is_whole && !is_part) else {
                    return Refusal::not_found().stop();
                };
                // Once the last appraisal is over nothing can be reached any more, whatever the figures would allow.
                let is_over = part.state == "closed";
                let kept = store::places_of(tx, round.id, unit)?;
                let own: BTreeMap<String, Place> =
                    kept.into_iter().map(|(leaf, kept)| (leaf, kept.place)).collect();
                let column = row.column();
                let before = total(&scheme, &own, column);
                let tried = if column == Column::Rule { Column::Tried } else { column };
                let mut start = own.clone();
                if column == Column::Rule {
                    start.values_mut().for_each(|place| place.second = None);
                }
                let (typed, wrong) = typed(&scheme, &query);
                let after = total(&scheme, &changed(start, tried, &typed), tried);
                let all = rows.iter().map(|row| {
                    let is_it = row.part.unit == unit;
                    let result = if is_it { after.result.clone() } else { row.totals().result.clone() };
                    ((row.name.clone(), row.rank, is_it), result)
                });
                let standings: Vec<_> = ranks(all.collect())
                    .into_iter()
                    .map(|standing| {
                        let (name, was, is_it) = standing.unit;
                        (standing.rank, name, points::shown(&standing.result), was, is_it)
                    })
                    .collect();
                let then = standings.iter().find(|standing| standing.4).map_or(0, |standing| standing.0);
                let now = rows.iter().find(|row| row.part.unit == unit).map_or(0, |row| row.rank);
                let (mut gaps, mut steps) = (Vec::new(), Vec::new());
                for (node, leaf) in scheme.leaves() {
                    let place = own.get(&node.code);
                    let Some((given, reach)) = gap_of(&scheme, place, (column, today), &node.code) else {
                        continue;
                    };
                    let reach = if is_over { given.clone() } else { reach };
                    let gain = if before.base.is_zero() {
                        Points::zero()
                    } else {
                        (&reach - &given) / &before.base * points::whole(100)
                    };
                    let step = Step { code: node.code.clone(), gain, effort: leaf.effort };
                    gaps.push(Gap {
                        code: node.code.clone(),
                        title: node.title.clone(),
                        most: points::shown(leaf.most()),
                        now: points::shown(&given),
                        reach: points::shown(&reach),
                        effort: leaf.effort,
                        typed: field(&query, &format!("o.{}", node.code)),
                        gain: points::shown(&step.gain),
                        worth: points::shown(&step.worth()),
                    });
                    steps.push(step);
                }
                let mut order: Vec<usize> = (0..steps.len()).collect();
                order.sort_by_cached_key(|at| std::cmp::Reverse(steps.get(*at).map(Step::worth)));
                let place_of = |gap: &Gap| {
                    order.iter().position(|at| steps.get(*at).is_some_and(|s| s.code == gap.code))
                };
                gaps.sort_by_cached_key(place_of);
                steps.retain(|step| step.gain.is_positive());
                let ways = (1..=PLACES).filter_map(|up| {
                    let place = now.checked_sub(up).filter(|place| *place > 0)?;
                    let above = rows.iter().rfind(|row| row.rank <= place && row.part.unit != unit)?;
                    let missing = &above.totals().result - &before.result;
                    let chosen: Vec<&Step> =
                        cheapest(&steps, &missing).into_iter().filter_map(|at| steps.get(at)).collect();
                    Some(Way {
                        place: above.rank,
                        name: above.name.clone(),
                        missing: points::shown(&missing),
                        effort: chosen.iter().map(|step| step.effort).sum(),
                        leaves: chosen.into_iter().map(|step| step.code.clone()).collect(),
                    })
                });
                let mut ways: Vec<Way> = ways.collect();
                ways.dedup_by(|a, b| a.name == b.name);
                let told = |(code, text, most): (String, String, String)| {
                    let facts = [("code", code), ("value", text), ("most", most)];
                    texts.with_all("index-try-wrong", &facts)
                };
                Ok(WhatIfPage {
                    s: frame.clone(),
                    wrong: wrong.into_iter().map(told).collect(),
                    code: round.code.clone(),
                    unit: unit_code.clone(),
                    now: (now, points::shown(&before.result)),
                    then: (then, points::shown(&after.result)),
                    ways,
                    gaps,
                    standings,
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

/// Leaves with the points that were typed for them; and what was typed that cannot be tried: code, words, most points.
type Typed = (BTreeMap<String, Given>, Vec<(String, String, String)>);

fn typed(scheme: &Scheme, query: &Form) -> Typed {
    let (mut found, mut wrong) = (BTreeMap::new(), Vec::new());
    for (node, _) in scheme.leaves() {
        let text = field(query, &format!("o.{}", node.code));
        let may_leave = node.leaf.as_ref().is_some_and(NodeLeaf::may_leave);
        let most = node.most.unwrap_or_default();
        let limits = most.min(Decimal::ZERO)..=most.max(Decimal::ZERO);
        match base::number::parse(&text) {
            _ if text.is_empty() => {}
            _ if may_leave && text.eq_ignore_ascii_case("KPS") => {
                found.insert(node.code.clone(), Given::Out);
            }
            Some(points) if limits.contains(&points) => {
                found.insert(node.code.clone(), Given::Points(points));
            }
            _ => wrong.push((node.code.clone(), text, base::format::decimal(most))),
        }
    }
    (found, wrong)
}

/// The leaves with what was typed instead.
fn changed(
    mut places: BTreeMap<String, Place>,
    column: Column,
    typed: &BTreeMap<String, Given>,
) -> BTreeMap<String, Place> {
    for (code, given) in typed {
        let place = places.entry(code.clone()).or_default();
        if column == Column::Own {
            place.own = Some(*given);
        } else {
            place.second = Some(*given);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_way_costs_least_and_has_no_step_that_is_needless() {
        let step = |code: &str, gain: i64, effort: i64| Step {
            code: code.to_owned(),
            gain: points::whole(gain),
            effort,
        };
        let steps = [step("a", 1, 1), step("b", 6, 10), step("c", 3, 4), step("d", 2, 1)];
        assert_eq!(cheapest(&steps, &points::whole(2)), [3, 0]);
        assert_eq!(cheapest(&steps, &points::whole(5)), [3, 0, 2]);
        // With the large step the small ones are needless.
        assert_eq!(cheapest(&[step("a", 1, 1), step("b", 6, 10)], &points::whole(5)), [1]);
        assert!(cheapest(&steps, &points::whole(12)).is_empty());
        // By hand: b and c cost 6, a and c cost 7, a and b are not more than 7.
        let steps = [step("a", 4, 3), step("b", 3, 2), step("c", 5, 4)];
        assert_eq!(cheapest(&steps, &points::whole(7)), [1, 2]);
    }
}
