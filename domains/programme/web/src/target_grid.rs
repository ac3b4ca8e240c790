//! The grid of a target for one year: what each unit is to reach and what it measured, many cells saved at once.

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use base::{Date, Decimal, Outcome, Refusal, Right, Stop, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use programme::{
    acts,
    store::{self, Target, Value},
};
use std::collections::BTreeSet;
use web::form::{Form, Long, day, download, field};
use web::{Cx, Reply, Shell, Show, see_other};

/// A row of the grid.
struct Row {
    code: String,
    name: String,
    plan: String,
    value: String,
    percent: Option<Decimal>,
    may_measure: bool,
}

#[derive(Template)]
#[template(path = "target_grid.html")]
struct GridPage {
    s: Shell,
    sh: Show,
    target: Target,
    year: i64,
    as_of: String,
    rows: Vec<Row>,
    plan: Option<Decimal>,
    sum: Decimal,
    adds_up: Option<bool>,
    splits: [&'static str; 4],
    may_allocate: bool,
    /// The cells as sent, when something in them was wrong.
    sent: Form,
    wrong: String,
    wrong_field: &'static str,
}

impl GridPage {
    /// How allocations are to make the whole: as sent, else as kept.
    fn chosen(&self) -> &str {
        self.sent.get("split").map_or(&self.target.split, |sent| sent)
    }

    fn cell(&self, prefix: &str, code: &str, kept: &str) -> String {
        self.sent.get(&format!("{prefix}.{code}")).cloned().unwrap_or_else(|| kept.to_owned())
    }
}

/// The units of the grid: those with an allocation in any year, those measured, else those that the programme addresses.
fn units_of(tx: &Tx<'_>, target: &Target, names: &Snapshot, today: Date) -> Outcome<Vec<UnitId>> {
    let mut units: BTreeSet<UnitId> =
        store::allocations(tx, target.id)?.into_iter().map(|(unit, _, _)| names.now(unit)).collect();
    units.extend(
        store::values(tx, target.id, today)?.into_iter().filter_map(|v| v.unit).map(|u| names.now(u)),
    );
    // Whoever the programme addresses can be given a part, and whoever once had one.
    units.extend(store::scope(tx, target.programme)?.into_iter().map(|u| names.now(u)));
    units.extend(
        store::children(tx, target.programme)?.into_iter().filter_map(|p| p.issuer).map(|u| names.now(u)),
    );
    let mut list: Vec<UnitId> = units.into_iter().filter(|u| names.unit(*u).is_some()).collect();
    let order: std::collections::HashMap<UnitId, usize> =
        names.units().enumerate().map(|(i, u)| (u.id, i)).collect();
    list.sort_by_key(|unit| order.get(unit).copied());
    Ok(list)
}

async fn grid_page(
    cx: &Cx,
    code: String,
    year: i64,
    sent: Form,
    (status, wrong, wrong_field): (StatusCode, String, &'static str),
) -> Reply {
    let today = cx.today;
    let mut s = cx.shell(code.clone(), "/chi-tieu");
    let frame = s.clone();
    let mut page = cx
        .read(move |tx, actor| {
            let Some(target) = store::target_by_code(tx, &code)? else { return Refusal::not_found().stop() };
            let names = Snapshot::at(tx, today)?;
            let plans = store::allocations(tx, target.id)?;
            let values = store::values(tx, target.id, today)?;
            let mut rows = Vec::new();
            let mut parts = Vec::new();
            for unit in units_of(tx, &target, &names, today)? {
                let Some(known) = names.unit(unit).filter(|_| actor.may(Right::See, unit)) else { continue };
                let plan =
                    plans.iter().find(|(u, y, _)| names.now(*u) == unit && *y == year).map(|(_, _, p)| *p);
                let value = values
                    .iter()
                    .find(|v| v.unit.is_some_and(|u| names.now(u) == unit) && v.year == year)
                    .map(|v| v.value);
                parts.extend(plan);
                let shown = |n: Option<Decimal>| n.map(base::format::decimal).unwrap_or_default();
                rows.push(Row {
                    code: known.code.clone(),
                    name: known.name.clone(),
                    plan: shown(plan),
                    value: shown(value),
                    percent: plan
                        .zip(value)
                        .filter(|(plan, _)| !plan.is_zero())
                        .map(|(plan, value)| (value * Decimal::ONE_HUNDRED / plan).round_dp(2)),
                    may_measure: actor.may(Right::Report, unit),
                });
            }
            let plan = store::target_years(tx, target.id)?
                .into_iter()
                .find(|(y, ..)| *y == year)
                .and_then(|(_, plan, _)| plan);
            Ok(GridPage {
                s: frame.clone(),
                sh: Show,
                year,
                as_of: base::format::date(today),
                sum: parts.iter().sum(),
                adds_up: acts::adds_up(&target.split, plan, &parts),
                plan,
                rows,
                splits: acts::SPLITS,
                may_allocate: actor.may_everywhere(Right::Assign),
                target,
                sent: Form::new(),
                wrong: String::new(),
                wrong_field: "",
            })
        })
        .await?;
    s.title = format!("{} {year}", page.target.title);
    s.crumbs = vec![
        ("/chi-tieu".to_owned(), cx.t.say("nav-targets")),
        (format!("/chi-tieu/{}", page.target.code), page.target.code.clone()),
        (String::new(), format!("{} {year}", cx.t.say("grid"))),
    ];
    page.s = s;
    (page.sent, page.wrong, page.wrong_field) = (sent, wrong, wrong_field);
    cx.page_with(status, &page)
}

pub(super) async fn show(cx: Cx, Path(code): Path<String>, Query(query): Query<Form>) -> Response {
    let year = field(&query, "nam").parse().unwrap_or(i64::from(cx.today.year()));
    let out = grid_page(&cx, code, year, Form::new(), (StatusCode::OK, String::new(), "")).await;
    cx.reply(out)
}

/// The cells of a column as sent: unit and number, empty ones left out.
fn cells(form: &Form, prefix: &str, names: &Snapshot) -> Outcome<Vec<(UnitId, Decimal)>> {
    let mut found = Vec::new();
    let mut keys: Vec<&String> = form.keys().filter(|k| k.starts_with(prefix)).collect();
    keys.sort();
    for key in keys {
        let text = field(form, key);
        let code = key.strip_prefix(prefix).and_then(|k| k.strip_prefix('.')).unwrap_or_default();
        let (false, Some(unit)) = (text.is_empty(), names.by_code(code)) else { continue };
        let Some(number) = base::number::parse(&text) else {
            return Refusal::new("grid-refusal-number")
                .at("cells")
                .with("unit", &unit.name)
                .with("value", text)
                .stop();
        };
        found.push((unit.id, number));
    }
    Ok(found)
}

/// Keeps the plans of the units where one of them, or how they are to add up, was changed.
fn allocate(
    tx: &Tx<'_>,
    clock: &base::Clock,
    actor: &base::Actor,
    (target, year): (&Target, i64),
    sent: &Form,
    names: &Snapshot,
) -> Outcome<()> {
    let mut parts = cells(sent, "plan", names)?;
    parts.sort_unstable_by_key(|(unit, _)| *unit);
    let mut kept: Vec<(UnitId, Decimal)> = store::allocations(tx, target.id)?
        .into_iter()
        .filter(|(unit, of, _)| *of == year && actor.may(Right::See, *unit))
        .map(|(unit, _, plan)| (names.now(unit), plan))
        .collect();
    kept.sort_unstable_by_key(|(unit, _)| *unit);
    let split = field(sent, "split");
    if parts == kept && split == target.split {
        return Ok(());
    }
    acts::allocate(tx, clock, actor, target, &split, year, &parts)
}

pub(super) async fn save(cx: Cx, Path(code): Path<String>, Long(form): Long<Form>) -> Response {
    let today = cx.today;
    let out = async {
        let year: i64 = field(&form, "nam").parse().unwrap_or(i64::from(today.year()));
        let (wanted, sent) = (code.clone(), form.clone());
        let done = cx
            .act(move |tx, clock, actor| {
                actor.need_somewhere(Right::Report).or_else(|_| actor.need_somewhere(Right::Assign))?;
                let Some(target) = store::target_by_code(tx, &wanted)? else {
                    return Refusal::not_found().stop();
                };
                let names = Snapshot::at(tx, today)?;
                if sent.contains_key("split") {
                    allocate(tx, clock, actor, (&target, year), &sent, &names)?;
                }
                let as_of = day(&sent, "as_of")
                    .ok_or_else(|| Refusal::new("refusal-date").at("as_of").with("field", "dd/MM/yyyy"))?;
                let known = store::values(tx, target.id, as_of)?;
                for (unit, value) in cells(&sent, "value", &names)? {
                    actor.need(Right::Report, unit)?;
                    let last = known.iter().find(|v| v.unit == Some(unit) && v.year == year);
                    // A cell that nobody touched is no new measurement.
                    if last.is_some_and(|v| v.value == value) {
                        continue;
                    }
                    let value = Value {
                        unit: Some(unit),
                        year,
                        as_of,
                        value,
                        evidence: field(&sent, "evidence"),
                        actor: String::new(),
                    };
                    acts::measure(tx, clock, actor, &target, value)?;
                }
                Ok(())
            })
            .await;
        match done {
            Ok(()) => Ok(see_other(&format!("/chi-tieu/{code}/luoi?nam={year}&xong=saved"))),
            Err(Stop::Refused(r)) if r.status == base::Status::Unprocessable => {
                let wrong =
                    (StatusCode::UNPROCESSABLE_ENTITY, cx.refusal_text(&r), r.field.unwrap_or("cells"));
                grid_page(&cx, code, year, form, wrong).await
            }
            Err(stop) => Err(stop),
        }
    };
    let out = out.await;
    cx.reply(out)
}

/// The allocation of a target as its import reads it.
pub(super) async fn allocation(cx: Cx, Path(code): Path<String>) -> Response {
    let out = async {
        let (t, clock, wanted) = (cx.t.clone(), cx.site.clock.clone(), code.clone());
        let list =
            cx.read(move |tx, actor| programme::lists::allocation(tx, &clock, &t, actor, &wanted)).await?;
        Ok(download(&format!("phan-bo-{code}.xlsx"), paper::FileKind::Xlsx.media_type(), list.xlsx()?))
    };
    let out = out.await;
    cx.reply(out)
}
