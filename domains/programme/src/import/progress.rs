//! Progress reports of units on the clauses or tasks of a programme.

use super::{Options, Source, find, programme_of, unread};
use crate::{
    store::{self, ReportLine},
    words::{Programme, ProgrammeId},
};
use base::{
    Actor, Clock, Date, Decimal, Outcome, Refusal, Right,
    ids::UnitId,
    intake::Report,
    number::{self, PercentCell},
    period::{self, Due},
};
use db::{Tx, trail};
use document::Clause;
use organisation::{Directory, Named, acts as units};
use paper::{
    Cell, Value,
    table::{Table, Wanted},
};
use serde_json::json;
use std::{collections::HashMap, rc::Rc};

/// The columns of a progress table.
pub const WANTED: &[Wanted] = &[
    Wanted { name: "code", headers: &["=ma don vi"], needed: false },
    Wanted { name: "unit", headers: &["=don vi", "ten don vi", "don vi bao cao"], needed: true },
    Wanted { name: "item", headers: &["ma viec", "ma nhiem vu", "dieu khoan", "nhiem vu"], needed: true },
    Wanted { name: "plan", headers: &["=ke hoach", "ke hoach", "kh giao", "=kh"], needed: false },
    Wanted { name: "actual", headers: &["=thuc hien", "thuc hien", "ket qua thuc hien"], needed: false },
    // Worked out from plan and actual where no column says it.
    Wanted {
        name: "percent",
        headers: &[
            "ty le hoan thanh",
            "ty le",
            "hoan thanh",
            "so voi kh",
            "so voi ke hoach",
            "=phan tram",
            "th kh",
        ],
        needed: false,
    },
    Wanted { name: "words", headers: &["ket qua bang loi", "ket qua", "=ghi chu"], needed: false },
    Wanted { name: "evidence", headers: &["tep minh chung", "minh chung"], needed: false },
    Wanted { name: "reported", headers: &["ngay bao cao", "ngay gui"], needed: false },
    // What our own export adds.
    Wanted { name: "as_of", headers: &["=ky den", "=so lieu den ngay", "=ky so lieu"], needed: false },
    Wanted { name: "programme", headers: &["=chuong trinh", "=ma chuong trinh"], needed: false },
];

/// A share differs from plan and actual when it is off by more than this many percentage points.
const TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 1);

/// More than this is a slip of the pen: a result of ten times the plan is questioned before it is kept.
const MOST_PERCENT: Decimal = Decimal::ONE_THOUSAND;

/// Imports a progress report.
///
/// # Errors
/// Refuses a file without the table, without a programme or without a period, and an actor without the right.
pub fn import(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    source: &Source<'_>,
    options: &Options,
) -> Outcome<Report> {
    actor.need_somewhere(Right::Report)?;
    let mut report = Report::default();
    let table = source.table(WANTED, options)?;
    let says = |name: &str| table.has(name);
    if !(says("percent") || says("words") || says("plan") && says("actual")) {
        return Refusal::new("paper-no-table").with("columns", "percent").stop();
    }
    let programme = programme_of(tx, source, &table, options, &mut report)?;
    let as_of = match options.as_of.or_else(|| period_end(&table)) {
        Some(day) => day,
        None => {
            if !table.has("as_of") {
                report.warn(None, "programme-warn-period-today", &[]);
            }
            clock.today()
        }
    };
    unread(&table, &[], &mut report);
    report.file.insert("programme".to_owned(), json!(programme.code));
    report.file.insert("as_of".to_owned(), json!(as_of));
    let (file_programme, file_as_of) = (programme, as_of);
    let all = if table.has("programme") { store::programmes(tx)? } else { Vec::new() };
    let mut clauses_of: HashMap<ProgrammeId, Rc<Vec<Clause>>> = HashMap::new();
    let mut seen: HashMap<(UnitId, String, ProgrammeId, Date), u32> = HashMap::new();
    let rows: Vec<u32> = table.rows().map(|r| r.number).collect();
    options.progress.begin(rows.len());
    for row in rows {
        options.progress.step()?;
        let (code, name, item) = (table.line(row, "code"), table.line(row, "unit"), table.line(row, "item"));
        // A note under the table stands in one column only; a sum says what the rows above it say.
        if item.is_empty() && ["plan", "actual", "percent"].iter().all(|c| table.cell(row, c).is_none()) {
            continue;
        }
        let label = table.label(row);
        if is_sum(&code, &name) || (name.is_empty() && is_sum("", &label)) || super::is_foot(&table, row) {
            continue;
        }
        // "A | CÁC QUẬN | … | 100": what the units below it come to.
        let is_group = item.is_empty() || code.is_empty();
        if is_group && !name.chars().any(char::is_lowercase) && base::fold::fold(&name).starts_with("cac ") {
            continue;
        }
        report.read += 1;
        let programme = find(&all, &table.line(row, "programme")).unwrap_or(&file_programme);
        let as_of = match period::read(&table.line(row, "as_of")).date() {
            Some(day) => day,
            None => file_as_of,
        };
        let clauses = clauses(tx, programme, &mut clauses_of)?;
        let Some(unit) = unit_of(tx, clock, actor, (row, &code, &name), as_of, &mut report)? else {
            continue;
        };
        if !actor.may(Right::Report, unit) {
            report.refuse(row, "unit", &name, "programme-refusal-row-unit-right");
            continue;
        }
        let by_key = |key: &str| clauses.iter().find(|c| c.key.to_lowercase() == key.to_lowercase());
        // Written as a key, or as offices cite: "mục II.1.a", "Điểm a mục 1 phần II".
        let lower: Vec<String> = clauses.iter().map(|c| c.key.to_lowercase()).collect();
        let cited = document::cite::read(&item).keys;
        let named =
            || document::cite::resolve(cited.first()?, lower.iter().map(String::as_str)).map(str::to_owned);
        let clause = by_key(&item).or_else(|| named().and_then(|key| by_key(&key)));
        let written = item.clone();
        let item = if clause.is_none() { item.to_uppercase() } else { item };
        if clause.is_none() && store::task_by_code(tx, &item)?.is_none() {
            report.refuse(row, "item", &written, "programme-refusal-row-item");
            continue;
        }
        let (plan, actual) = (number_of(&table, row, "plan"), number_of(&table, row, "actual"));
        for (field, value) in [("plan", &plan), ("actual", &actual)] {
            if let Err(text) = value {
                report.refuse(row, field, text, "programme-refusal-row-number");
            }
        }
        let (Ok(plan), Ok(actual)) = (plan, actual) else { continue };
        for column in ["plan", "actual"] {
            let written = table.line(row, column);
            if number::is_two_ways(&written) {
                let read = number::parse(&written).map(base::format::decimal).unwrap_or_default();
                let facts = [("row", row.to_string()), ("written", written), ("read", read)];
                report.warn(Some(row), "programme-warn-figure", &facts);
            }
        }
        let (percent, mut flags) = percent_of(table.cell(row, "percent"));
        if flags.contains(&"range") {
            let facts = [("row", row.to_string()), ("written", table.line(row, "percent"))];
            report.warn(Some(row), "programme-warn-percent-range", &facts);
        }
        let worked_out = match (plan, actual) {
            (Some(plan), Some(actual)) if !plan.is_zero() => Some(actual * Decimal::ONE_HUNDRED / plan),
            _ => None,
        };
        let (mut percent, is_share) = shared(percent, worked_out);
        if let (false, Some(worked_out)) = (table.has("percent"), worked_out) {
            percent = Some(worked_out.round_dp(2).normalize());
            flags = vec!["worked_out"];
        }
        if is_share && !flags.contains(&"share") {
            flags.push("share");
        }
        if let Some(percent) = percent
            && let Some(worked_out) = worked_out
            && (percent - worked_out).abs() > TOLERANCE
        {
            flags.push("disagrees");
            report.warn(
                Some(row),
                "programme-warn-percent",
                &[
                    ("row", row.to_string()),
                    ("reported", base::format::decimal(percent)),
                    ("worked", base::format::decimal(worked_out.round_dp(2))),
                ],
            );
        }
        let reported_on = match table.cell(row, "reported").map(|c| (&c.value, c.line())) {
            Some((Value::Date(day), _)) => Some(*day),
            Some((_, text)) => match period::read(&text) {
                Due::Day { on } => Some(on),
                _ => None,
            },
            None => None,
        };
        if percent.is_some_and(|p| p < Decimal::ZERO || p > MOST_PERCENT) {
            report.refuse(row, "percent", &table.line(row, "percent"), "programme-refusal-row-percent");
            continue;
        }
        let line = ReportLine {
            unit,
            item: clause.map_or(item.clone(), |c| c.key.clone()),
            clause: clause.map(|c| c.id),
            as_of,
            reported_on,
            plan,
            actual,
            percent,
            words: words_of(&table, row, &flags),
            evidence: table.line(row, "evidence"),
            flags: flags.join(","),
        };
        if let Some(first) = seen.insert((unit, line.item.clone(), programme.id, as_of), row) {
            let facts = [("row", row.to_string()), ("first", first.to_string())];
            report.warn(Some(row), "programme-warn-report-twice", &facts);
        }
        let status = keep(tx, clock, programme, &line, &mut report)?;
        let unit_code = Directory::at(tx, as_of)?.snapshot.unit(unit).map(|u| u.code.clone());
        report.rows.push(json!({
            "row": row,
            "status": status,
            "unit": unit_code,
            "item": line.item,
            "plan": line.plan,
            "actual": line.actual,
            "percent": line.percent,
            "flags": flags,
            "reported_on": line.reported_on,
            "words": line.words,
            "evidence": line.evidence,
        }));
    }
    if report.created + report.changed > 0 {
        let entry = trail::Entry {
            act: "programme.report.import",
            kind: "programme",
            id: Some(file_programme.id.0),
            code: &file_programme.code,
            unit: file_programme.issuer,
            facts: json!({"as_of": file_as_of, "created": report.created, "changed": report.changed}),
        };
        trail::record(tx, clock, actor, entry)?;
    }
    Ok(report)
}

/// What was said in words, also where a figure belongs: "chưa báo cáo" in the column of percentages is kept.
fn words_of(table: &Table<'_>, row: u32, flags: &[&str]) -> String {
    let own = table.lines(row, "words");
    if !flags.iter().any(|flag| matches!(*flag, "words_only" | "range")) {
        return own;
    }
    let said = table.line(row, "percent");
    if own.is_empty() { said } else { format!("{said}\n{own}") }
}

/// "Tổng cộng", "Toàn Thành phố": a row that sums up the others.
fn is_sum(code: &str, name: &str) -> bool {
    let words = base::fold::fold(if name.is_empty() { code } else { name });
    ["tong cong", "tong so", "tong", "cong", "toan thanh pho", "toan tp", "binh quan", "trung binh"]
        .iter()
        .any(|sum| words == *sum || words.strip_prefix(sum).is_some_and(|rest| rest.starts_with(" toan ")))
}

/// The clauses of a programme's document, read once a file.
fn clauses(
    tx: &Tx<'_>,
    programme: &Programme,
    known: &mut HashMap<ProgrammeId, Rc<Vec<Clause>>>,
) -> Outcome<Rc<Vec<Clause>>> {
    if let Some(clauses) = known.get(&programme.id) {
        return Ok(Rc::clone(clauses));
    }
    let clauses = Rc::new(match programme.document {
        Some(document) => document::store::clauses(tx, document)?,
        None => Vec::new(),
    });
    known.insert(programme.id, Rc::clone(&clauses));
    Ok(clauses)
}

fn keep(
    tx: &Tx<'_>,
    clock: &Clock,
    programme: &Programme,
    line: &ReportLine,
    report: &mut Report,
) -> Outcome<&'static str> {
    let before = store::report(tx, programme.id, line.unit, &line.item, line.as_of)?;
    // Flags say how a cell was written; the same figures written otherwise are no change.
    let same = |old: &ReportLine| *old == ReportLine { flags: old.flags.clone(), ..line.clone() };
    if before.as_ref().is_some_and(same) {
        report.unchanged += 1;
        return Ok("unchanged");
    }
    store::put_report(tx, clock.uuid(), programme.id, line)?;
    if before.is_some() {
        report.changed += 1;
        return Ok("changed");
    }
    report.created += 1;
    Ok("created")
}

/// "Kỳ số liệu: 15/12/2022 - 14/3/2023" → the last day; else a period named in the title.
fn period_end(table: &Table<'_>) -> Option<Date> {
    let head = table.sheet.head_text(table.header_row);
    let named = head.iter().find(|line| base::fold::fold(line).contains("ky so lieu")).and_then(|line| {
        let last = line.rsplit([':', '–']).next()?;
        period::read(last.rsplit(" - ").next().unwrap_or(last)).date()
    });
    named.or_else(|| head.iter().find_map(|line| period::read(line).date()))
}

/// The reporting unit. One that the catalogue does not know but that the file names with a code of its own is
/// registered, and the reader is told.
fn unit_of(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (row, code, name): (u32, &str, &str),
    on: Date,
    report: &mut Report,
) -> Outcome<Option<UnitId>> {
    let names = Directory::at(tx, on)?;
    if let Some(unit) = names.snapshot.by_code(code) {
        if base::fold::spelling(&unit.name) != base::fold::spelling(name) && !name.is_empty() {
            let by_name = names.name(name, None);
            if by_name != Named::Unit(unit.id) {
                report.warn(
                    Some(row),
                    "programme-warn-unit-name",
                    &[("row", row.to_string()), ("code", code.to_owned()), ("name", name.to_owned())],
                );
            }
        }
        return Ok(Some(unit.id));
    }
    match names.name(name, None) {
        Named::Unit(unit) => Ok(Some(unit)),
        Named::Unknown | Named::Local | Named::Perhaps(_) if !code.is_empty() && !name.is_empty() => {
            if actor.need_everywhere(Right::Assign).is_err() {
                report.refuse(row, "unit", name, "programme-refusal-row-unit");
                return Ok(None);
            }
            let unit = units::register_from_file(tx, clock, actor, name, Some(code), None, on)?;
            report.warn(
                Some(row),
                "programme-warn-unit-new",
                &[("row", row.to_string()), ("code", code.to_owned()), ("name", name.to_owned())],
            );
            Ok(Some(unit))
        }
        _ if name.is_empty() => {
            report.refuse(row, "unit", "", "programme-refusal-row-no-unit");
            Ok(None)
        }
        open => {
            let perhaps = match open {
                Named::Perhaps(unit) => {
                    (names.snapshot.unit(unit).map_or("", |u| u.code.as_str()), names.confidence(name, unit))
                }
                _ => ("", 0),
            };
            report.ask(name, perhaps);
            report.refuse(row, "unit", name, "programme-refusal-row-unit");
            Ok(None)
        }
    }
}

fn number_of(table: &Table<'_>, row: u32, column: &str) -> Result<Option<Decimal>, String> {
    match table.cell(row, column).map(|c| &c.value) {
        None => Ok(None),
        Some(Value::Number(n)) => Ok(Some(*n)),
        Some(Value::Text(text)) => {
            let text = text.trim();
            if matches!(text, "-" | "–" | "") {
                return Ok(None);
            }
            // "3/5 phường", "từ 10 đến 15", "giảm 2": which figure is meant is not for a program to guess.
            let folded = base::fold::fold(text);
            let is_change = ["tu ", "tang ", "giam "].iter().any(|word| folded.starts_with(word));
            let is_ratio = text.contains('/') && number::parse(text).is_none();
            if is_change || is_ratio {
                return Err(text.to_owned());
            }
            number::parse(text)
                .or_else(|| number::first_in(text))
                .map(|n| Some(n.normalize()))
                .ok_or_else(|| text.to_owned())
        }
        Some(Value::Date(day)) => Err(base::format::date(*day)),
        Some(Value::Bool(_)) => Ok(None),
        Some(Value::Error(code)) => Err(code.clone()),
    }
}

/// A small figure that agrees with plan and actual only as a share, 0.85 for 85 %, is one.
fn shared(percent: Option<Decimal>, worked_out: Option<Decimal>) -> (Option<Decimal>, bool) {
    if let (Some(written), Some(worked_out)) = (percent, worked_out) {
        let whole = written * Decimal::ONE_HUNDRED;
        if (written - worked_out).abs() > TOLERANCE && (whole - worked_out).abs() <= TOLERANCE {
            return (Some(whole.normalize()), true);
        }
    }
    (percent, false)
}

fn percent_of(cell: Option<&Cell>) -> (Option<Decimal>, Vec<&'static str>) {
    let Some(cell) = cell else { return (None, vec!["empty"]) };
    match &cell.value {
        Value::Number(n) if cell.percent => (Some((*n * Decimal::ONE_HUNDRED).normalize()), Vec::new()),
        Value::Number(n) => (Some(*n), Vec::new()),
        Value::Text(text) => match number::percent(text) {
            PercentCell::Blank => (None, vec!["empty"]),
            PercentCell::NoFigure => (None, vec!["no_figure"]),
            PercentCell::Words => (None, vec!["words_only"]),
            PercentCell::Range => (None, vec!["range"]),
            PercentCell::Figure(p) => {
                let mut flags = Vec::new();
                if p.about {
                    flags.push("about");
                }
                if p.as_share {
                    flags.push("share");
                }
                (Some(p.value), flags)
            }
        },
        Value::Date(_) | Value::Bool(_) | Value::Error(_) => (None, vec!["words_only"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_from_percent_by_plan_and_actual() {
        let d = |text: &str| Some(text.parse::<Decimal>().unwrap());
        assert_eq!(shared(d("0.85"), d("85")), (d("85"), true));
        assert_eq!(shared(d("1.2"), d("120")), (d("120"), true));
        assert_eq!(shared(d("85"), d("85")), (d("85"), false));
        assert_eq!(shared(d("0.85"), d("0.85")), (d("0.85"), false));
        assert_eq!(shared(d("0.85"), None), (d("0.85"), false));
    }
}
