//! Reads a scheme's workbook; `scores` reads one of a round.

mod scores;

pub use scores::scores;

use crate::{
    acts,
    rules::{Absent, rule_word},
    scheme::{Classes, Node, NodeLeaf, Scheme},
};
use base::{Actor, Clock, Outcome, Refusal, fold::fold, intake::Report};
use db::Tx;
use paper::{
    Sheet,
    table::{self, Table, Wanted},
};
use serde_json::json;

/// The columns of a scheme.
pub const SCHEME: &[Wanted] = &[
    Wanted { name: "code", headers: &["=ma", "=ma tieu chi", "=stt", "=code"], needed: true },
    Wanted { name: "title", headers: &["noi dung", "tieu chi", "ten tieu chi", "=title"], needed: true },
    Wanted { name: "most", headers: &["diem toi da", "diem chuan", "=max"], needed: true },
    Wanted { name: "method", headers: &["phuong phap", "cach cham", "quy tac", "=rule"], needed: true },
    Wanted { name: "parameters", headers: &["tham so", "=parameters"], needed: false },
    Wanted { name: "evidence", headers: &["tai lieu kiem chung", "minh chung"], needed: false },
    Wanted { name: "owner", headers: &["co quan tham dinh", "don vi tham dinh"], needed: false },
    Wanted { name: "survey", headers: &["dieu tra xa hoi hoc", "dieu tra"], needed: false },
    Wanted { name: "none", headers: &["khi khong phat sinh"], needed: false },
    Wanted { name: "zero", headers: &["khi mau so bang 0", "mau so bang 0"], needed: false },
    Wanted { name: "binding", headers: &["nguon so lieu", "=binding"], needed: false },
    Wanted { name: "effort", headers: &["cong suc", "=effort"], needed: false },
];

/// What happens when nothing arose; none for words that say nothing of it.
fn absent(text: &str) -> Option<Absent> {
    match fold(text).as_str() {
        "loai khoi mau so" | "n a" | "na" | "out" => Some(Absent::Out),
        "diem toi da" | "full" => Some(Absent::Full),
        "" | "0" | "0 diem" | "khong diem" | "zero" => Some(Absent::Zero),
        _ => None,
    }
}

/// What a scheme says besides its tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) classes: Classes,
    pub(crate) is_computed: bool,
}

/// What a workbook says of its scheme: the line above the table, and a sheet of its own as our export writes it.
fn head_of(sheets: &[Sheet], table: &Table<'_>) -> Outcome<Head> {
    let told = |what: &str| {
        let sheet = sheets.iter().find(|sheet| fold(&sheet.name) == "thong tin")?;
        let row =
            sheet.rows.iter().find(|row| row.cells.get(&0).is_some_and(|cell| fold(&cell.line()) == what))?;
        row.cells.get(&1).map(paper::Cell::line)
    };
    let above = table.sheet.head_text(table.header_row).first().cloned();
    let title = above.or_else(|| told("ten")).unwrap_or_else(|| table.sheet.name.clone());
    let classes = told("xep loai").filter(|text| !text.trim().is_empty());
    let classes = match classes.as_deref().map(|text| (text, Classes::read(text))) {
        Some((text, None)) => return Refusal::new("scheme-problem-classes").with("words", text).stop(),
        Some((_, Some(classes))) => classes,
        None => Classes::default(),
    };
    let kind = told("don vi duoc cham").unwrap_or_default();
    let is_computed = told("cach tinh").is_some_and(|text| fold(&text).contains("quy tac"));
    Ok(Head { title: base::fold::tidy(&title), kind, classes, is_computed })
}

/// Imports a scheme. One that has the same year and title is replaced while no round uses it.
///
/// # Errors
/// Refuses a file without the table or with faults that would make a score wrong, and an actor without the right.
pub fn scheme(tx: &Tx<'_>, clock: &Clock, actor: &Actor, sheets: &[Sheet], year: i16) -> Outcome<Report> {
    scheme_with(tx, clock, actor, sheets, year, None)
}

/// [`scheme`] with a head that does not stand in the file.
pub(crate) fn scheme_with(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    year: i16,
    head: Option<Head>,
) -> Outcome<Report> {
    let mut report = Report::default();
    let Some(table) = table::find(sheets, SCHEME) else {
        return Refusal::new("paper-no-table").with("columns", "code, title, most, method").stop();
    };
    let head = head.map_or_else(|| head_of(sheets, &table), Ok)?;
    let mut nodes = Vec::new();
    for row in table.rows().map(|row| row.number) {
        let code = table.line(row, "code").trim_end_matches('.').to_owned();
        let is_code = !code.is_empty() && code.split('.').all(|part| part.parse::<u32>().is_ok());
        if !is_code {
            continue;
        }
        report.read += 1;
        let written = table.line(row, "most");
        let most = scores::number(table.cell(row, "most"));
        if most.is_none() && !written.is_empty() {
            report.refuse(row, "most", &written, "parindex-refusal-row-number");
            continue;
        }
        let absents = ["none", "zero"].map(|name| (name, table.line(row, name)));
        if let Some((name, text)) = absents.iter().find(|(_, text)| absent(text).is_none()) {
            report.refuse(row, name, text, "parindex-refusal-row-absent");
            continue;
        }
        let [none, zero] = absents.map(|(_, text)| absent(&text).unwrap_or_default());
        let effort = table.line(row, "effort");
        if !effort.is_empty() && effort.parse::<i64>().is_err() {
            report.refuse(row, "effort", &effort, "parindex-refusal-row-number");
            continue;
        }
        let method = rule_word(&table.line(row, "method")).to_owned();
        let leaf = (!method.is_empty()).then(|| {
            NodeLeaf::new(
                (&method, &table.line(row, "parameters")),
                (&table.line(row, "evidence"), &table.line(row, "owner")),
                fold(&table.line(row, "survey")) == "x",
                (none, zero),
                most,
            )
            .bound(&table.line(row, "binding"), effort.parse().unwrap_or(1))
        });
        report.rows.push(json!({"row": row, "key": code, "title": table.line(row, "title"), "most": most, "method": method}));
        nodes.push(Node { code, title: table.line(row, "title"), most, leaf });
    }
    let draft = Scheme {
        id: clock.uuid(),
        code: String::new(),
        title: head.title,
        year,
        kind: head.kind,
        classes: head.classes,
        is_computed: head.is_computed,
        version: 1,
        nodes,
    };
    for fault in draft.faults() {
        let row = report.rows.iter().find(|row| row["key"] == fault.code.as_str());
        let row = row.and_then(|row| row["row"].as_u64()).and_then(|row| u32::try_from(row).ok());
        report.refuse_by(row.unwrap_or(table.header_row), "code", &fault.code, &fault.refuse());
    }
    // A scale with a fault would score somebody wrongly: nothing of it is kept, and every fault is told.
    if !report.refused.is_empty() {
        return Ok(report);
    }
    let kept = acts::put_scheme(tx, clock, actor, draft)?;
    match kept.1 {
        acts::Came::New => report.created = report.read,
        acts::Came::Changed => report.changed = report.read,
        acts::Came::Same => report.unchanged = report.read,
    }
    report.file.insert("scheme".to_owned(), json!(kept.0.code));
    report.file.insert("leaves".to_owned(), json!(kept.0.leaves().count()));
    report.file.insert("sum".to_owned(), json!(kept.0.sum()));
    Ok(report)
}
