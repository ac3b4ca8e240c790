//! Targets with their values, and the focus points of a period.

use super::{Back, Form, back, day, field, quarter, soon, unit_of};
use askama::Template;
use axum::{
    extract::{Form as Sent, Path, Query},
    response::Response,
};
use base::{Decimal, Outcome, Refusal, Right};
use organisation::Snapshot;
use programme::{
    acts,
    store::{self, Focus, Target, Value},
};
use std::collections::BTreeMap;
use web::{Cx, Reply, Shell, Show, see_other};

/// A year of the whole: plan, latest value, achievement in percent, never clamped.
struct Year {
    year: i64,
    plan: Option<Decimal>,
    written: String,
    value: Option<Decimal>,
    percent: Option<Decimal>,
}

#[derive(Template)]
#[template(path = "target.html")]
struct ShowPage {
    s: Shell,
    sh: Show,
    target: Target,
    years: Vec<Year>,
    /// Year headers of the allocation.
    columns: Vec<i64>,
    /// Unit, plans by year.
    allocation: Vec<(String, Vec<Option<Decimal>>)>,
    sums: Vec<Option<Decimal>>,
    values: Vec<(Value, String)>,
    may_measure: bool,
    chart: String,
    back: Back,
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>) -> Response {
    let out = target_page(&cx, code, Back::default()).await;
    cx.reply(out)
}

async fn target_page(cx: &Cx, code: String, back: Back) -> Reply {
    let today = cx.today;
    let mut shell = cx.shell(code.clone(), "/chi-tieu");
    let frame = shell.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let Some(target) = store::target_by_code(tx, &code)? else {
                return Refusal::not_found().stop();
            };
            let names = Snapshot::at(tx, today)?;
            let values = store::values(tx, target.id, today)?;
            let years: Vec<Year> = store::target_years(tx, target.id)?
                .into_iter()
                .map(|(year, plan, written)| {
                    let value = values.iter().find(|v| v.unit.is_none() && v.year == year).map(|v| v.value);
                    let percent = match (plan, value) {
                        (Some(plan), Some(value)) if !plan.is_zero() => {
                            Some((value * Decimal::ONE_HUNDRED / plan).round_dp(2))
                        }
                        _ => None,
                    };
                    Year { year, plan, written, value, percent }
                })
                .collect();
            let mut by_unit: BTreeMap<String, BTreeMap<i64, Decimal>> = BTreeMap::new();
            let mut columns: Vec<i64> = Vec::new();
            for (unit, year, plan) in store::allocations(tx, target.id)? {
                if actor.may(Right::See, unit) {
                    by_unit.entry(names.name(unit)).or_default().insert(year, plan);
                    columns.push(year);
                }
            }
            columns.sort_unstable();
            columns.dedup();
            let sums = columns
                .iter()
                .map(|y| Some(by_unit.values().filter_map(|plans| plans.get(y)).copied().sum()))
                .collect();
            let allocation = by_unit
                .into_iter()
                .map(|(unit, plans)| (unit, columns.iter().map(|y| plans.get(y).copied()).collect()))
                .collect();
            let values = values
                .into_iter()
                .filter(|v| v.unit.is_none_or(|unit| actor.may(Right::See, unit)))
                .map(|v| {
                    let unit = v.unit.map(|u| names.name(u)).unwrap_or_default();
                    (v, unit)
                })
                .collect();
            let bars: Vec<web::chart::Bar> = years
                .iter()
                .map(|y: &Year| web::chart::Bar { label: y.year.to_string(), plan: y.plan, value: y.value })
                .collect();
            Ok(ShowPage {
                chart: web::chart::bars(&target.title, &bars),
                s: frame.clone(),
                sh: Show,
                target,
                years,
                columns,
                allocation,
                sums,
                values,
                may_measure: actor.may_somewhere(Right::Report),
                back: Back::default(),
            })
        })
        .await?;
    shell.title = page.target.title.clone();
    shell.crumbs =
        vec![("/chi-tieu".to_owned(), cx.t.say("nav-targets")), (String::new(), page.target.code.clone())];
    page.s = shell;
    page.back = back;
    cx.page_with(page.back.status, &page)
}

pub(super) async fn measure(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Report)?;
                let Some(target) = store::target_by_code(tx, &wanted)? else {
                    return Refusal::not_found().stop();
                };
                let value = base::number::parse(&field(&form, "value"))
                    .ok_or_else(|| Refusal::new("refusal-number").at("value").with("field", "value"))?;
                let unit = unit_of(tx, today, &form, "unit")?;
                let as_of = day(&form, "as_of").unwrap_or(today);
                let year = field(&form, "year").parse().unwrap_or(i64::from(as_of.year()));
                let value = Value {
                    unit,
                    year,
                    as_of,
                    value,
                    evidence: field(&form, "evidence"),
                    actor: String::new(),
                };
                acts::measure(tx, clock, actor, &target, value)
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/chi-tieu/{code}?xong=saved"))),
            Err(stop) => target_page(&cx, code, back(&cx, stop, sent)?).await,
        }
    };
    let out = out.await;
    cx.reply(out)
}

#[derive(Template)]
#[template(path = "focus.html")]
struct FocusPage {
    s: Shell,
    sh: Show,
    period: String,
    /// A day of the period, for the list as a file.
    day: String,
    points: Vec<Point>,
}

/// A focus point with names in words.
struct Point {
    focus: Focus,
    by: String,
    lead: String,
    standing: &'static str,
    may_answer: bool,
}

/// The first day of a quarter, `2023-Q2`.
fn first_day(period: &str) -> String {
    let (year, q) = period.split_once("-Q").unwrap_or((period, "1"));
    format!("{year}-{:02}-01", q.parse::<u8>().unwrap_or(1) * 3 - 2)
}

/// A quarter as an address or a person names it: `2023-Q2`, `Q2/2023`, `quý II/2023`.
fn period_named(text: &str) -> Outcome<String> {
    let short = text.strip_prefix(['Q', 'q']).and_then(|rest| rest.split_once('/'));
    let named = text.split_once("-Q").map(|(year, q)| (q, year)).or(short);
    if let Some((q, year)) = named
        && let (Ok(q @ 1..=4), Ok(year @ 1900..=2200)) = (q.parse::<i16>(), year.parse::<i16>())
    {
        return Ok(format!("{year}-Q{q}"));
    }
    match base::period::read(text).date() {
        Some(end) if text.contains(['/', ' ']) => Ok(quarter(end)),
        _ => Refusal::new("focus-period-wrong").at("ky").with("value", text).stop(),
    }
}

pub(super) async fn focus(cx: Cx, Query(query): Query<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let asked = field(&query, "ky");
        let period = if asked.is_empty() { quarter(today) } else { period_named(&asked)? };
        let wanted = period.clone();
        let points = cx
            .read(move |tx, actor| {
                let names = Snapshot::at(tx, today)?;
                let soon = soon(tx, today)?;
                Ok(store::focus_of(tx, &wanted, 500)?
                    .into_iter()
                    .filter(|f| f.lead.is_none_or(|unit| actor.may(Right::See, unit)))
                    .map(|f| {
                        let (by, lead) =
                            (names.name(f.unit), f.lead.map(|u| names.name(u)).unwrap_or_default());
                        let standing = base::deadline::standing(f.due, f.reported_on, today, soon).word();
                        let may_answer = actor.may(Right::Focus, f.unit);
                        Point { focus: f, by, lead, standing, may_answer }
                    })
                    .collect())
            })
            .await?;
        let day = first_day(&period);
        cx.page(&FocusPage {
            day,
            s: cx.shell(cx.t.say("nav-focus"), "/trong-tam"),
            sh: Show,
            period,
            points,
        })
    };
    let out = out.await;
    cx.reply(out)
}

pub(super) async fn answer_focus(cx: Cx, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let period = field(&form, "ky");
        cx.act(move |tx, clock, actor| {
            actor.need_somewhere(Right::Focus)?;
            let Ok(id) = field(&form, "id").parse() else { return Refusal::not_found().stop() };
            acts::answer_focus(tx, clock, actor, id, &field(&form, "result"))
        })
        .await?;
        Ok(see_other(&format!("/trong-tam?ky={}&xong=saved", super::encode(&period))))
    };
    let out = out.await;
    cx.reply(out)
}
