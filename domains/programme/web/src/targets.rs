//! Targets with their values.

use askama::Template;
use axum::{extract::Path, response::Response};
use base::{Decimal, Refusal, Right};
use organisation::{Snapshot, unit_of};
use programme::{
    acts,
    store::{self, Target, Value},
};
use std::collections::BTreeMap;
use web::form::{Back, Form, Sent, back, day, field};
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
    /// Whether the reader may change what the target says, and the kinds to choose from.
    may_edit: bool,
    kinds: [&'static str; 7],
    /// Years in which the allocations do not make the plan of the whole: year, sum, plan.
    differing: Vec<(i64, String, String)>,
    chart: String,
    back: Back,
}

impl ShowPage {
    /// The fields of the form that changes the target: name, text key, what was typed or is kept.
    fn edited(&self) -> [(&'static str, &'static str, String); 3] {
        let t = &self.target;
        [
            ("title", "target", &t.title),
            ("measure", "target-measure", &t.measure),
            ("goal", "target-goal", &t.goal_written),
        ]
        .map(|(name, key, kept)| (name, key, self.back.sent.get(name).unwrap_or(kept).clone()))
    }
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
            // By the name's place in the Vietnamese order.
            let mut by_unit: BTreeMap<(Vec<u8>, String), BTreeMap<i64, Decimal>> = BTreeMap::new();
            let mut columns: Vec<i64> = Vec::new();
            for (unit, year, plan) in store::allocations(tx, target.id)? {
                if actor.may(Right::See, unit) {
                    let name = names.name(unit);
                    by_unit.entry((base::fold::sort_key(&name), name)).or_default().insert(year, plan);
                    columns.push(year);
                }
            }
            columns.sort_unstable();
            columns.dedup();
            let sums = columns
                .iter()
                .map(|y| Some(by_unit.values().filter_map(|plans| plans.get(y)).copied().sum()))
                .collect();
            let issuer = store::programme_by_id(tx, target.programme)?.and_then(|p| p.issuer);
            let may_edit = issuer.map_or(actor.may_somewhere(Right::Draft), |u| actor.may(Right::Draft, u));
            // Only who sees every unit sees the whole sum.
            let sees_all = actor.may_everywhere(Right::See);
            let differing = columns
                .iter()
                .filter(|_| sees_all && matches!(target.split.as_str(), "none" | "sum"))
                .filter_map(|year| {
                    let plan = years.iter().find(|y| y.year == *year)?.plan?;
                    let sum: Decimal = by_unit.values().filter_map(|plans| plans.get(year)).copied().sum();
                    let shown = |n: Decimal| base::format::decimal(n.normalize());
                    (sum != plan).then(|| (*year, shown(sum), shown(plan)))
                })
                .collect();
            let allocation = by_unit
                .into_iter()
                .map(|((_, unit), plans)| (unit, columns.iter().map(|y| plans.get(y).copied()).collect()))
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
                may_edit,
                kinds: programme::import::targets::KINDS,
                differing,
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

/// Changes what a target says and the plans of its years.
pub(super) async fn change(cx: Cx, Path(code): Path<String>, Sent(form): Sent<Form>) -> Response {
    let out = async {
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                let Some(target) = store::target_by_code(tx, &wanted)? else {
                    return Refusal::not_found().stop();
                };
                let plans = form
                    .iter()
                    .filter_map(|(name, plan)| Some((name.strip_prefix("nam.")?.parse().ok()?, plan.clone())))
                    .collect();
                let new = acts::NewTarget {
                    title: field(&form, "title"),
                    measure: field(&form, "measure"),
                    kind: field(&form, "kind"),
                    goal: field(&form, "goal"),
                    plans,
                };
                let version = field(&form, "version").parse().unwrap_or(0);
                acts::change_target(tx, clock, actor, &target, &new, version).map(|_| ())
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
