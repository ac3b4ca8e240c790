//! Lists of the room as files.

use crate::store::{self, Filter, ListRow};
use base::{Actor, Clock, Date, Outcome, Refusal, Right, ids::UnitId, period::quarter, texts::Texts};
use db::Tx;
use organisation::Snapshot;
use paper::write::{List, Out};
use room::{Asked, List as Listed, MOST};
use std::collections::HashMap;

/// Tasks, programmes, targets with their allocations and values, progress, focus points.
pub const LISTS: &[Listed] = &[
    Listed::of("tasks", all_tasks),
    Listed::of("programmes", programmes),
    Listed::of("targets", targets),
    Listed::of("progress", progress),
    Listed::of("allocations", allocations),
    Listed::of("values", values),
    Listed::of("focus", focus),
];

/// Tasks that the reader may see, by their codes, as their import reads them.
fn all_tasks(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, on, texts) = (asked.read.tx, asked.read.actor, asked.on, asked.texts);
    let all = Filter {
        seen: actor.reach(Right::See),
        sort: "code".to_owned(),
        as_of: (on != asked.read.today).then_some(on),
        ..Filter::default()
    };
    let names = Snapshot::at(tx, on)?;
    Ok(tasks(tx, &store::first(tx, &all, on, on, MOST)?, &names, texts, asked.about.clone())?)
}

/// Programmes and plans.
fn programmes(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, texts) = (asked.read.tx, asked.texts);
    let names = Snapshot::at(tx, asked.on)?;
    let rows = store::programmes(tx)?.into_iter().map(|p| {
        let issuer = p.issuer.map(|u| names.name(names.now(u))).unwrap_or_default();
        let (mark, kind) = (p.mark(), texts.say(&format!("programme-kind-{}", p.kind)));
        vec![p.code.into(), mark.into(), p.title.into(), kind.into(), issuer.into(), Out::from(p.issued)]
    });
    let headers = ["Mã", "Số, ký hiệu", "Tên", "Loại", "Đơn vị", "Ngày ban hành"];
    Ok(asked.table("export-programmes", &headers, rows.collect()))
}

/// Targets with a column a year, as their import reads them.
fn targets(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, texts) = (asked.read.tx, asked.texts);
    Ok(targets_by_year(tx, texts, asked.about.clone())?)
}

/// Progress reported up to a day, of units that the reader may see.
fn progress(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, on) = (asked.read.tx, asked.read.actor, asked.on);
    let headers = [
        "Mã đơn vị",
        "Đơn vị",
        "Điều khoản",
        "Kỳ đến",
        "Chương trình",
        "Kế hoạch",
        "Thực hiện",
        "Tỷ lệ hoàn thành (%)",
        "Kết quả bằng lời",
        "Minh chứng",
        "Ngày báo cáo",
    ];
    let names = Snapshot::at(tx, on)?;
    Ok(asked.table("export-progress", &headers, progress_rows(tx, actor, &names, on)?))
}

/// Allocations of targets to units.
fn allocations(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor) = (asked.read.tx, asked.read.actor);
    let names = Snapshot::at(tx, asked.on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    let mut rows = Vec::new();
    for target in store::targets(tx, None)? {
        for (id, year, plan) in store::allocations(tx, target.id)? {
            if actor.may(Right::See, id) {
                rows.push(vec![
                    target.code.clone().into(),
                    target.title.clone().into(),
                    unit(id),
                    year.into(),
                    Out::from(Some(plan)),
                ]);
            }
        }
    }
    Ok(asked.said("export-allocations", &["code", "target", "unit", "year", "plan"], rows))
}

/// Measured values of targets.
fn values(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, on) = (asked.read.tx, asked.read.actor, asked.on);
    let names = Snapshot::at(tx, on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    let mut rows = Vec::new();
    for target in store::targets(tx, None)? {
        for value in store::values(tx, target.id, on)? {
            if value.unit.is_none_or(|id| actor.may(Right::See, id)) {
                rows.push(vec![
                    target.code.clone().into(),
                    target.title.clone().into(),
                    value.unit.map_or(Out::Empty, unit),
                    value.year.into(),
                    Out::Date(value.as_of),
                    Out::from(Some(value.value)),
                    value.evidence.into(),
                ]);
            }
        }
    }
    Ok(asked.said(
        "export-values",
        &["code", "target", "unit", "year", "import-as-of", "value", "evidence"],
        rows,
    ))
}

/// Focus points of the quarter.
fn focus(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, on) = (asked.read.tx, asked.read.actor, asked.on);
    let names = Snapshot::at(tx, on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    let points = store::focus_of(tx, &quarter(on), MOST)?;
    let seen = points.into_iter().filter(|f| f.lead.is_none_or(|lead| actor.may(Right::See, lead)));
    let rows = seen.map(|f| {
        vec![
            f.task.into(),
            f.title.into(),
            unit(f.unit),
            f.lead.map_or(Out::Empty, unit),
            f.bottleneck.into(),
            f.solution.into(),
            f.result.into(),
        ]
    });
    Ok(asked.said(
        "nav-focus",
        &["code", "task", "unit", "task-lead", "focus-bottleneck", "focus-solution", "focus-result"],
        rows.collect(),
    ))
}

/// Targets with a column a year, as their import reads them.
fn targets_by_year(tx: &Tx<'_>, texts: &Texts, about: Vec<(String, String)>) -> anyhow::Result<List> {
    let all = store::targets(tx, None)?;
    let codes: HashMap<_, _> = store::programmes(tx)?.into_iter().map(|p| (p.id, p.code)).collect();
    let mut plans = Vec::new();
    for target in &all {
        plans.push(store::target_years(tx, target.id)?);
    }
    let mut years: Vec<i64> = plans.iter().flatten().map(|(year, _, _)| *year).collect();
    years.sort_unstable();
    years.dedup();
    let mut headers: Vec<String> =
        ["Mã", "Chương trình", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu"].map(str::to_owned).to_vec();
    headers.extend(years.iter().map(|year| format!("Năm {year}")));
    let rows = all
        .into_iter()
        .zip(plans)
        .map(|(target, plan)| {
            let mut row: Vec<Out> = vec![
                target.code.into(),
                codes.get(&target.programme).cloned().unwrap_or_default().into(),
                target.title.into(),
                target.measure.into(),
                target.goal_written.into(),
            ];
            row.extend(years.iter().map(|year| {
                plan.iter()
                    .find(|(y, ..)| y == year)
                    .map_or(Out::Empty, |(_, _, written)| written.as_str().into())
            }));
            row
        })
        .collect();
    Ok(List { name: texts.say("export-targets"), headers, rows, about })
}

/// The allocation of a target where the actor may see the units, as its import reads it.
///
/// # Errors
/// 404 for a target that is not there.
pub fn allocation(tx: &Tx<'_>, clock: &Clock, texts: &Texts, actor: &Actor, code: &str) -> Outcome<List> {
    let Some(target) = store::target_by_code(tx, code)? else { return Refusal::not_found().stop() };
    let names = Snapshot::at(tx, clock.today())?;
    let mut all = store::allocations(tx, target.id)?;
    all.retain(|(unit, ..)| actor.may(Right::See, *unit));
    let mut years: Vec<i64> = all.iter().map(|(_, year, _)| *year).collect();
    years.sort_unstable();
    years.dedup();
    let mut headers = vec!["Mã chỉ tiêu".to_owned(), "Đơn vị".to_owned()];
    headers.extend(years.iter().map(|year| format!("Năm {year}")));
    let mut units: Vec<UnitId> = all.iter().map(|(unit, ..)| *unit).collect();
    units.dedup();
    let row = |unit: &UnitId| {
        let plan = |year: &i64| all.iter().find(|(u, y, _)| u == unit && y == year).map(|(.., plan)| *plan);
        let mut row: Vec<Out> = vec![code.into(), names.name(*unit).into()];
        row.extend(years.iter().map(|year| Out::from(plan(year))));
        row
    };
    Ok(List {
        name: texts.say("allocation"),
        headers,
        rows: units.iter().map(row).collect(),
        about: vec![
            (texts.say("target"), target.title),
            (texts.say("export-made"), base::format::moment(clock.now())),
        ],
    })
}

fn progress_rows(tx: &Tx<'_>, actor: &Actor, names: &Snapshot, on: Date) -> anyhow::Result<Vec<Vec<Out>>> {
    let mut rows = Vec::new();
    for programme in store::programmes(tx)? {
        for line in store::reports(tx, programme.id, on)? {
            if !actor.may(Right::See, line.unit) {
                continue;
            }
            let code = names.unit(line.unit).map(|u| u.code.clone()).unwrap_or_default();
            rows.push(vec![
                code.into(),
                names.name(line.unit).into(),
                line.item.into(),
                Out::Date(line.as_of),
                programme.code.clone().into(),
                Out::from(line.plan),
                Out::from(line.actual),
                Out::from(line.percent),
                line.words.into(),
                line.evidence.into(),
                Out::from(line.reported_on),
            ]);
        }
    }
    Ok(rows)
}

/// The first fifteen are read back; the rest is for people.
const HEADERS: [&str; 19] = [
    "Mã",
    "Nhóm nhiệm vụ",
    "Nhiệm vụ",
    "Mã đơn vị chủ trì",
    "Cơ quan chủ trì",
    "Cơ quan phối hợp",
    "Thời hạn",
    "Sản phẩm",
    "Tiêu chí nghiệm thu",
    "Thẩm quyền",
    "Người phụ trách",
    "Lĩnh vực",
    "Chương trình",
    "Điều khoản",
    "Đến hạn ngày",
    "Trạng thái",
    "Tiến độ (%)",
    "Ngày báo xong",
    "Việc mới, khó",
];

/// A list of tasks as it is filtered.
///
/// # Errors
/// When the reading fails.
pub fn tasks(
    tx: &Tx<'_>,
    rows: &[ListRow],
    names: &Snapshot,
    texts: &Texts,
    about: Vec<(String, String)>,
) -> anyhow::Result<List> {
    let codes: Vec<String> = rows.iter().map(|t| t.code.clone()).collect();
    let details = store::details(tx, &codes)?;
    let units: HashMap<_, _> =
        organisation::store::all_units(tx)?.into_iter().map(|u| (u.id, u.code)).collect();
    let row = |t: &ListRow| -> Vec<Out> {
        let lead = t.lead.map_or_else(|| t.lead_words.clone(), |unit| names.name(unit));
        let lead_code = t.lead.and_then(|unit| units.get(&unit).cloned()).unwrap_or_default();
        let due = if t.due_written.is_empty() { Out::from(t.due) } else { Out::from(t.due_written.clone()) };
        let detail = details.get(&t.code);
        let fact = |of: fn(&crate::words::Facts) -> &String| {
            Out::from(detail.map(|d| of(&d.facts).clone()).unwrap_or_default())
        };
        vec![
            t.code.clone().into(),
            detail.map(|d| d.group_title.clone()).unwrap_or_default().into(),
            t.title.clone().into(),
            lead_code.into(),
            lead.into(),
            detail.map(|d| d.support.join("; ")).unwrap_or_default().into(),
            due,
            fact(|f| &f.product),
            fact(|f| &f.acceptance),
            fact(|f| &f.authority),
            t.person.clone().into(),
            t.field.clone().into(),
            t.programme.clone().into(),
            detail.map(|d| d.clauses.join("; ")).unwrap_or_default().into(),
            t.due.into(),
            texts.say(&format!("state-{}", t.state.word())).into(),
            Out::Number(base::Decimal::new(t.percent, 2).normalize()),
            t.reported_on.into(),
            if t.new_and_hard { "x" } else { "" }.into(),
        ]
    };
    Ok(List {
        name: texts.say("export-tasks"),
        headers: HEADERS.map(str::to_owned).to_vec(),
        rows: rows.iter().map(row).collect(),
        about,
    })
}
