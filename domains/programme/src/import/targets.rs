//! Targets with their yearly plans, and the allocation of a target over units.

use super::{Options, Source, programme_of, unread};
use crate::{
    store::{self, Target},
    words::{Programme, TargetId},
};
use base::{Actor, Clock, Decimal, Outcome, Refusal, Right, fold::fold, intake::Report, number};
use db::{Tx, trail};
use organisation::{Directory, Named};
use paper::{
    Value,
    table::{Table, Wanted},
};
use serde_json::json;
use std::collections::BTreeMap;

/// The columns of a table of targets; years are found by their headers.
pub const TARGETS: &[Wanted] = &[
    Wanted { name: "number", headers: &["=stt", "=tt"], needed: false },
    Wanted { name: "title", headers: &["=chi tieu", "ten chi tieu", "chi tieu"], needed: true },
    Wanted { name: "measure", headers: &["=dvt", "don vi tinh"], needed: true },
    Wanted { name: "goal", headers: &["muc tieu den", "muc tieu", "chi tieu den"], needed: false },
    // What our own export adds.
    Wanted { name: "code", headers: &["=ma", "=ma chi tieu"], needed: false },
    Wanted { name: "programme", headers: &["=chuong trinh", "=ma chuong trinh"], needed: false },
];

/// The columns of an allocation.
pub const ALLOCATION: &[Wanted] = &[
    Wanted { name: "number", headers: &["=stt", "=tt"], needed: false },
    Wanted {
        name: "unit",
        headers: &["=don vi", "ten don vi", "don vi thuc hien", "=quan huyen", "=quan huyen thi xa"],
        needed: true,
    },
    Wanted { name: "target_code", headers: &["=ma chi tieu"], needed: false },
];

/// Imports targets, or the allocation of one.
///
/// # Errors
/// Refuses a file without either table or without a programme, and an actor without the right.
pub fn import(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    source: &Source<'_>,
    options: &Options,
) -> Outcome<Report> {
    actor.need_somewhere(Right::Draft)?;
    match source.table(TARGETS, options) {
        Ok(table) => targets(tx, clock, actor, source, options, &table),
        Err(refusal) => {
            let with_years = (1..=source.sheets.len())
                .filter_map(|n| {
                    let options = Options { sheet: Some(n.to_string()), ..options.clone() };
                    source.table(ALLOCATION, &options).ok()
                })
                .filter(|table| !years_of(table).is_empty())
                .max_by_key(|table| years_of(table).len());
            match with_years {
                Some(table)
                    if options.sheet.is_none() || options.sheet.as_ref() == Some(&table.sheet.name) =>
                {
                    allocation(tx, clock, actor, source, options, &table)
                }
                _ => refusal.stop(),
            }
        }
    }
}

/// Columns whose header holds one year.
fn years_of(table: &Table<'_>) -> BTreeMap<i64, usize> {
    let goal = table.columns.get("goal").copied();
    let mut years = BTreeMap::new();
    for (column, header) in &table.headers {
        if Some(*column) == goal {
            continue;
        }
        let last = header.rsplit(" / ").next().unwrap_or(header);
        // What was reached is no plan.
        let folded = fold(header);
        if ["thuc hien", "ket qua", "hien trang", "dat duoc", "uoc"].iter().any(|w| folded.starts_with(w)) {
            continue;
        }
        let found: Vec<i64> = last
            .split(|c: char| !c.is_ascii_digit())
            .filter(|d| d.len() == 4)
            .filter_map(|d| d.parse().ok())
            .filter(|y| (1990..2100).contains(y))
            .collect();
        if let [year] = found.as_slice() {
            years.insert(*year, *column);
        }
    }
    years
}

/// Every kind of target (reference: the targets of work programmes).
pub const KINDS: [&str; 7] =
    ["count_per_year", "cumulative", "share", "reduction_share", "rank_change", "yes_no_by_date", "at_most"];

/// The kind of a target, from its words, its measure and its values.
///
/// `count_per_year`, `cumulative`, `share`, `reduction_share`, `rank_change`, `yes_no_by_date`, `at_most`.
pub fn kind_of(title: &str, measure: &str, goal: &str) -> &'static str {
    let (title, measure, folded_goal) = (fold(title), fold(measure), fold(goal));
    if measure.contains("co khong")
        || folded_goal.starts_with("co ")
        || folded_goal == "co"
        || (measure.is_empty() && !goal.contains('%') && !goal.chars().any(|c| c.is_ascii_digit()))
    {
        "yes_no_by_date"
    } else if measure.starts_with("bac") || title.contains("thu bac") || title.contains("xep hang") {
        "rank_change"
    } else if title.contains("cong don") || title.contains("luy ke") {
        "cumulative"
    } else if is_share(measure.as_str()) || goal.contains('%') {
        if ["bai bo", "cat giam", "giam so voi", "so voi nam", "ty le giam"].iter().any(|w| title.contains(w))
        {
            "reduction_share"
        } else {
            "share"
        }
    } else if goal.contains('≤') || folded_goal.contains("khong qua") {
        "at_most"
    } else {
        "count_per_year"
    }
}

/// Folding turns `%` into nothing.
fn is_share(measure: &str) -> bool {
    measure.is_empty() || measure.contains("ty le") || measure.contains("phan tram")
}

pub(crate) fn bound_of(written: &str) -> &'static str {
    let folded = fold(written);
    if written.contains(['≥', '>', '›'])
        || folded.contains("tro len")
        || folded.contains("it nhat")
        || folded.contains("toi thieu")
        || folded.starts_with("tren ")
        || folded.contains("dat tren ")
    {
        "at_least"
    } else if written.contains(['≤', '<', '‹'])
        || folded.contains("khong qua")
        || folded.contains("toi da")
        || folded.starts_with("duoi ")
    {
        "at_most"
    } else if folded.starts_with("khoang") {
        "about"
    } else {
        "exact"
    }
}

/// The figure of a cell, and whether a person should look at how it was read.
pub(crate) fn figure(written: &str, measure: &str) -> (Option<Decimal>, bool) {
    let folded = fold(written);
    if folded == "x" || folded == "co" || folded.starts_with("co ") {
        return (Some(Decimal::ONE), false);
    }
    if number::is_two_ways(written) {
        return (number::parse(written), true);
    }
    match number::figure(written) {
        number::Figure::None => (None, false),
        number::Figure::Plain(n) => (Some(n), written.contains('%') && !is_share(&fold(measure))),
        number::Figure::Doubtful(n) => (Some(n), true),
        number::Figure::Unclear => (None, true),
    }
}

/// A cell as it is shown: 0,95 in a cell that shows percent is "95%".
fn shown(cell: Option<&paper::Cell>) -> String {
    match cell {
        Some(cell) if cell.percent => match &cell.value {
            Value::Number(n) => {
                format!("{}%", base::format::decimal((*n * Decimal::ONE_HUNDRED).normalize()))
            }
            _ => cell.line(),
        },
        Some(cell) => cell.line(),
        None => String::new(),
    }
}

/// Tells how a doubtful cell was read.
fn tell(report: &mut Report, row: u32, written: &str, read: Option<Decimal>) {
    let read = read.map_or_else(|| "–".to_owned(), base::format::decimal);
    let facts = [("row", row.to_string()), ("written", written.to_owned()), ("read", read)];
    report.warn(Some(row), "programme-warn-figure", &facts);
}

fn targets(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    source: &Source<'_>,
    options: &Options,
    table: &Table<'_>,
) -> Outcome<Report> {
    let mut report = Report::default();
    let programme = programme_of(tx, source, table, options, &mut report)?;
    need_draft(actor, &programme)?;
    let years = years_of(table);
    let all = store::programmes(tx)?;
    let existing = store::targets(tx, None)?;
    let also_read: Vec<usize> = years.values().copied().collect();
    unread(table, &also_read, &mut report);
    let rows: Vec<u32> = table.rows().map(|r| r.number).collect();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    options.progress.begin(rows.len());
    for row in rows {
        options.progress.step()?;
        let (title, measure) = (table.line(row, "title"), table.line(row, "measure"));
        let goal = shown(table.cell(row, "goal"));
        let is_said = !goal.is_empty()
            || years
                .values()
                .any(|column| table.sheet.cell(row, *column).is_some_and(|c| !c.line().is_empty()));
        // A heading has a title only.
        if super::is_foot(table, row)
            || title.is_empty()
            || (measure.is_empty() && !is_said && table.line(row, "code").is_empty())
        {
            continue;
        }
        report.read += 1;
        let of = format!("{} {} {}", table.line(row, "programme"), table.line(row, "code"), fold(&title));
        if let Some(first) = seen.insert(of, row) {
            let refusal = base::Refusal::new("programme-refusal-row-target-twice").with("first", first);
            report.refuse_by(row, "title", &title, &refusal);
            continue;
        }
        let kind = kind_of(&title, &measure, &goal);
        let owner = super::find(&all, &table.line(row, "programme")).unwrap_or(&programme);
        need_draft(actor, owner)?;
        let own_code = table.line(row, "code");
        let mut of_owner = existing.iter().filter(|t| t.programme == owner.id);
        let before = if own_code.is_empty() {
            of_owner.find(|t| fold(&t.title) == fold(&title))
        } else {
            of_owner.find(|t| t.code == own_code)
        };
        if before.is_none() && !own_code.is_empty() {
            report.refuse(row, "code", &own_code, "programme-refusal-row-target");
            continue;
        }
        let (goal_read, doubtful) = figure(&goal, &measure);
        if doubtful {
            tell(&mut report, row, &goal, goal_read);
        }
        let cells: Vec<(i64, String)> =
            years.iter().map(|(year, column)| (*year, shown(table.sheet.cell(row, *column)))).collect();
        // A goal that names no bound takes the one of the last year that does.
        let bound = match bound_of(&goal) {
            "exact" => {
                cells.iter().rev().map(|(_, text)| bound_of(text)).find(|b| *b != "exact").unwrap_or("exact")
            }
            named => named,
        };
        let target = Target {
            id: before.map_or_else(|| TargetId::new(clock), |t| t.id),
            code: match before {
                Some(before) => before.code.clone(),
                None => code(tx, owner)?,
            },
            programme: owner.id,
            title: title.clone(),
            measure,
            kind: kind.to_owned(),
            bound: bound.to_owned(),
            goal: goal_read,
            goal_written: goal,
            split: before.map_or_else(|| "none".to_owned(), |t| t.split.clone()),
            version: before.map_or(1, |t| t.version),
        };
        let mut changed = false;
        match before {
            None => {
                let position = i64::try_from(report.read).unwrap_or(0);
                store::insert_target(tx, &target, position)?;
            }
            Some(before) if *before != target => {
                store::update_target(tx, &target)?;
                changed = true;
            }
            Some(_) => {}
        }
        let mut shown = serde_json::Map::new();
        for (year, written) in &cells {
            let (plan, doubtful) = figure(written, &target.measure);
            if doubtful {
                tell(&mut report, row, written, plan);
            }
            changed |= store::put_target_year(tx, target.id, *year, plan, written)? && before.is_some();
            shown.insert(year.to_string(), json!({"plan": plan, "as_written": written}));
        }
        let status = match (before.is_some(), changed) {
            (false, _) => {
                report.created += 1;
                "created"
            }
            (true, true) => {
                report.changed += 1;
                "changed"
            }
            (true, false) => {
                report.unchanged += 1;
                "unchanged"
            }
        };
        report.rows.push(json!({
            "row": row, "status": status, "code": target.code, "title": title, "kind": kind, "bound": target.bound,
            "measure": target.measure, "goal": target.goal, "goal_written": target.goal_written, "years": shown,
        }));
    }
    record(tx, clock, actor, &programme, &report)?;
    Ok(report)
}

pub(crate) fn code(tx: &Tx<'_>, programme: &Programme) -> anyhow::Result<String> {
    let short = programme.code.trim_start_matches("CT-").trim_start_matches("KH-");
    loop {
        let code = format!("CTI-{short}.{:02}", tx.next_number(&format!("target:{}", programme.code))?);
        // A target that came with a code of its own may have taken it.
        if store::target_by_code(tx, &code)?.is_none() {
            return Ok(code);
        }
    }
}

fn need_draft(actor: &Actor, programme: &Programme) -> Result<(), Refusal> {
    match programme.issuer {
        Some(unit) => actor.need(Right::Draft, unit),
        None => actor.need_somewhere(Right::Draft),
    }
}

fn record(tx: &Tx<'_>, clock: &Clock, actor: &Actor, programme: &Programme, report: &Report) -> Outcome<()> {
    if report.created + report.changed > 0 {
        let entry = trail::Entry {
            act: "programme.target.import",
            kind: "programme",
            id: Some(programme.id.0),
            code: &programme.code,
            unit: programme.issuer,
            facts: json!({"created": report.created, "changed": report.changed}),
        };
        trail::record(tx, clock, actor, entry)?;
    }
    Ok(())
}

/// The target that an allocation's title speaks of: most words in common, at least three; else a new one.
fn target_for(
    tx: &Tx<'_>,
    clock: &Clock,
    programme: &Programme,
    table: &Table<'_>,
    report: &mut Report,
) -> Outcome<Target> {
    let title = table
        .sheet
        .head_text(table.header_row)
        .into_iter()
        .next()
        .unwrap_or_else(|| table.sheet.name.clone());
    let folded = fold(&title);
    let words: std::collections::HashSet<&str> = folded.split(' ').collect();
    let all = store::targets(tx, Some(programme.id))?;
    let shared = |t: &Target| {
        let own = fold(&t.title);
        let own: std::collections::HashSet<&str> = own.split(' ').collect();
        own.intersection(&words)
            .filter(|w| !matches!(**w, "va" | "cho" | "cac" | "nam" | "so" | "chi" | "tieu"))
            .count()
    };
    if let Some(best) = all.iter().max_by_key(|t| shared(t)).filter(|t| shared(t) >= 3) {
        report.warn(None, "programme-warn-target", &[("target", best.title.clone())]);
        return Ok(best.clone());
    }
    let title = base::fold::tidy(&title);
    let target = Target {
        id: TargetId::new(clock),
        code: code(tx, programme)?,
        programme: programme.id,
        kind: kind_of(&title, "số", "").to_owned(),
        title,
        measure: String::new(),
        bound: "exact".to_owned(),
        goal: None,
        goal_written: String::new(),
        split: "sum".to_owned(),
        version: 1,
    };
    store::insert_target(tx, &target, 1000)?;
    report.warn(None, "programme-warn-target-new", &[("target", target.title.clone())]);
    Ok(target)
}

/// The target that the file names by its code, as an exported allocation does, with its programme.
fn named_target(tx: &Tx<'_>, table: &Table<'_>) -> Outcome<Option<(Programme, store::Target)>> {
    let code = table.rows().map(|row| table.line(row.number, "target_code")).find(|code| !code.is_empty());
    let Some(target) = code.map(|code| store::target_by_code(tx, &code)).transpose()?.flatten() else {
        return Ok(None);
    };
    Ok(store::programme_by_id(tx, target.programme)?.map(|programme| (programme, target)))
}

fn allocation(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    source: &Source<'_>,
    options: &Options,
    table: &Table<'_>,
) -> Outcome<Report> {
    let mut report = Report::default();
    let (programme, target) = match named_target(tx, table)? {
        Some(found) => found,
        None => {
            let programme = programme_of(tx, source, table, options, &mut report)?;
            let target = target_for(tx, clock, &programme, table, &mut report)?;
            (programme, target)
        }
    };
    need_draft(actor, &programme)?;
    let names = Directory::at(tx, options.as_of.unwrap_or(programme.starts))?;
    let years = years_of(table);
    let before: BTreeMap<(base::ids::UnitId, i64), Decimal> =
        store::allocations(tx, target.id)?.into_iter().map(|(u, y, p)| ((u, y), p)).collect();
    let mut sums: BTreeMap<i64, Decimal> = BTreeMap::new();
    let mut stated: BTreeMap<i64, Decimal> = BTreeMap::new();
    let mut seen: BTreeMap<base::ids::UnitId, u32> = BTreeMap::new();
    let rows: Vec<u32> = table.rows().map(|r| r.number).collect();
    options.progress.begin(rows.len());
    for row in rows {
        options.progress.step()?;
        let name = table.line(row, "unit");
        let mut plans: BTreeMap<i64, Decimal> = BTreeMap::new();
        let mut fault = None;
        for (year, column) in &years {
            match table.sheet.cell(row, *column).map(|c| (&c.value, c.line())) {
                Some((Value::Number(n), _)) => {
                    plans.insert(*year, *n);
                }
                Some((_, text)) if !text.is_empty() && !matches!(text.as_str(), "-" | "–") => {
                    match number::parse(&text) {
                        Some(n) => {
                            plans.insert(*year, n);
                        }
                        None => fault = Some(text),
                    }
                }
                _ => {}
            }
        }
        if plans.is_empty() && fault.is_none() {
            continue;
        }
        let folded = fold(&name);
        if ["tong", "cong", "toan thanh pho"]
            .iter()
            .any(|w| folded == *w || folded.starts_with(&format!("{w} ")))
        {
            stated = plans;
            continue;
        }
        report.read += 1;
        if let Some(text) = fault {
            report.refuse(row, "plan", &text, "programme-refusal-row-number");
            continue;
        }
        let Named::Unit(unit) = names.name(&name, None) else {
            report.refuse(row, "unit", &name, "programme-refusal-row-unit");
            continue;
        };
        if let Some(first) = seen.insert(unit, row) {
            let refusal = base::Refusal::new("programme-refusal-row-unit-twice").with("first", first);
            report.refuse_by(row, "unit", &name, &refusal);
            continue;
        }
        let same = plans.iter().all(|(year, plan)| before.get(&(unit, *year)) == Some(plan));
        let known = before.keys().any(|(u, _)| *u == unit);
        for (year, plan) in &plans {
            *sums.entry(*year).or_default() += *plan;
            if !same {
                store::put_allocation(tx, target.id, unit, *year, *plan)?;
            }
        }
        match (known, same) {
            (_, true) => report.unchanged += 1,
            (true, false) => report.changed += 1,
            (false, false) => report.created += 1,
        }
        let code = names.snapshot.unit(unit).map(|u| u.code.clone());
        report.rows.push(json!({"row": row, "unit": code, "target": target.code, "values": plans,
            "status": match (known, same) {
                (_, true) => "unchanged",
                (true, false) => "changed",
                (false, false) => "created",
            },
        }));
    }
    let planned = store::target_years(tx, target.id)?;
    for (year, total) in &stated {
        // The sheet's own total is what the parts must make, where the target has no plan of its own.
        if planned.iter().all(|(own, plan, _)| own != year || plan.is_none()) {
            store::put_target_year(tx, target.id, *year, Some(*total), &base::format::decimal(*total))?;
        }
        let sum = sums.get(year).copied().unwrap_or_default();
        if sum != *total {
            report.warn(
                None,
                "programme-warn-sum",
                &[
                    ("year", year.to_string()),
                    ("sum", base::format::decimal(sum)),
                    ("total", base::format::decimal(*total)),
                ],
            );
        }
    }
    report.file.insert("target".to_owned(), json!(target.code));
    report.file.insert("sums".to_owned(), json!(sums));
    record(tx, clock, actor, &programme, &report)?;
    Ok(report)
}
