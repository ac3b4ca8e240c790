//! Reads the catalogue of procedures and files of dossiers as the case software exports them.

use crate::{
    store,
    words::{Dossier, Limit, Procedure, State},
};
use base::{
    Actor, Clock, DateTime, Outcome, Refusal, Right,
    fold::fold,
    ids::UnitId,
    intake::{Progress, Report},
};
use db::{Tx, trail};
use organisation::Past;
use paper::{
    Sheet, Value,
    table::{self, Table, Wanted},
};
use serde_json::json;
use std::collections::HashMap;

/// The columns of procedures.
pub const PROCEDURES: &[Wanted] = &[
    Wanted { name: "code", headers: &["=ma tthc", "=ma thu tuc", "=code"], needed: true },
    Wanted { name: "title", headers: &["ten tthc", "ten thu tuc", "=title"], needed: true },
    Wanted { name: "field", headers: &["linh vuc", "=field"], needed: false },
    Wanted { name: "n", headers: &["thoi han so", "thoi han"], needed: true },
    Wanted { name: "unit", headers: &["thoi han don vi"], needed: true },
    Wanted { name: "rule", headers: &["quy tac han"], needed: false },
    Wanted { name: "fee", headers: &["le phi"], needed: false },
];

/// The columns of dossiers.
pub const DOSSIERS: &[Wanted] = &[
    Wanted { name: "code", headers: &["=ma ho so"], needed: true },
    Wanted { name: "procedure", headers: &["=ma thu tuc", "=ma tthc"], needed: true },
    Wanted { name: "home", headers: &["phuong cu tru", "noi cu tru"], needed: false },
    Wanted { name: "unit", headers: &["noi tiep nhan", "don vi tiep nhan"], needed: true },
    Wanted { name: "channel", headers: &["kenh"], needed: false },
    Wanted { name: "received", headers: &["=tiep nhan", "ngay tiep nhan"], needed: true },
    Wanted { name: "asked1", headers: &["yeu cau bo sung 1"], needed: false },
    Wanted { name: "brought1", headers: &["bo sung xong 1"], needed: false },
    Wanted { name: "asked2", headers: &["yeu cau bo sung 2"], needed: false },
    Wanted { name: "brought2", headers: &["bo sung xong 2"], needed: false },
    Wanted { name: "state", headers: &["trang thai"], needed: true },
    Wanted { name: "finished", headers: &["=xong", "ngay xu ly xong"], needed: true },
    Wanted { name: "returned", headers: &["tra ket qua"], needed: false },
    Wanted { name: "rating", headers: &["diem danh gia"], needed: false },
];

/// How many rows of dossiers a report shows as they were read; all are counted.
const SHOWN: usize = 500;

/// Imports procedures.
///
/// # Errors
/// Refuses a file without the table, and an actor who may not draft everywhere.
pub fn procedures(tx: &Tx<'_>, clock: &Clock, actor: &Actor, sheets: &[Sheet]) -> Outcome<Report> {
    actor.need_everywhere(Right::Draft)?;
    let Some(table) = table::find(sheets, PROCEDURES) else {
        return Refusal::new("paper-no-table").with("columns", "ma_tthc, ten_tthc, thoi_han_so").stop();
    };
    let mut report = Report::default();
    let known = store::procedures(tx)?;
    for row in table.rows().map(|row| row.number) {
        let code = table.line(row, "code");
        if code.is_empty() {
            continue;
        }
        report.read += 1;
        let n = table.line(row, "n").parse().ok();
        let (rule, unit) = (table.line(row, "rule"), table.line(row, "unit"));
        let limit = Limit::read(if rule.is_empty() { &unit } else { &rule }, n);
        let procedure = Procedure {
            title: table.line(row, "title"),
            field: table.line(row, "field"),
            limit,
            fee: table.line(row, "fee"),
            code,
        };
        let status = match known.get(&procedure.code) {
            Some(same) if *same == procedure => "unchanged",
            Some(_) => "changed",
            None => "created",
        };
        let words = [&table.line(row, "n"), &unit, &rule].map(String::as_str).join(" ");
        report.rows.push(json!({"row": row, "key": procedure.code, "title": procedure.title,
                                "words": base::fold::tidy(&words), "status": status}));
        match status {
            "unchanged" => {
                report.unchanged += 1;
                continue;
            }
            "changed" => report.changed += 1,
            _ => report.created += 1,
        }
        store::put_procedure(tx, &procedure)?;
    }
    record(tx, clock, actor, "onestop.procedures.import", &report)?;
    Ok(report)
}

fn record(tx: &Tx<'_>, clock: &Clock, actor: &Actor, act: &'static str, report: &Report) -> Outcome<()> {
    let facts = serde_json::json!({"created": report.created, "changed": report.changed});
    trail::record(
        tx,
        clock,
        actor,
        trail::Entry { act, kind: "dossier", id: None, code: "", unit: None, facts },
    )?;
    Ok(())
}

/// A moment in a cell: a date with its time, or `01/01/2023 02:36`. What cannot be read is a value with the text key of why.
fn moment(table: &Table<'_>, row: u32, name: &str) -> Result<Option<DateTime>, (String, &'static str)> {
    let text = table.line(row, name);
    if text.is_empty() {
        return Ok(None);
    }
    // A day alone would be read as midnight: due moments would be wrong and results early.
    let timeless = |text: String| Err((text, "onestop-refusal-no-time"));
    if let Some((Value::Date(day), minute)) = table.cell(row, name).map(|cell| (&cell.value, cell.minute)) {
        let Some(minute) = minute else { return timeless(text) };
        let (hour, minute) = (i8::try_from(minute / 60), i8::try_from(minute % 60));
        return match (hour, minute) {
            (Ok(hour), Ok(minute)) => Ok(Some(day.at(hour, minute, 0, 0))),
            _ => timeless(text),
        };
    }
    let forms = ["%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    match forms.iter().find_map(|form| DateTime::strptime(form, &text).ok()) {
        Some(read) => Ok(Some(read)),
        None if ["%d/%m/%Y", "%Y-%m-%d"].iter().any(|form| base::Date::strptime(form, &text).is_ok()) => {
            timeless(text)
        }
        None => Err((text, "onestop-refusal-moment")),
    }
}

fn channel(words: &str) -> String {
    let folded = fold(words);
    if folded.contains("truc tuyen") {
        "online"
    } else if folded.contains("buu chinh") {
        "post"
    } else {
        "direct"
    }
    .to_owned()
}

/// Reads one row; what is wrong with it is a column, a value and a text key.
fn read(
    table: &Table<'_>,
    row: u32,
    units: &dyn Fn(&str) -> Option<UnitId>,
    known: &HashMap<String, Procedure>,
) -> Result<Dossier, (&'static str, String, &'static str)> {
    let at = |name: &'static str| moment(table, row, name).map_err(|(text, key)| (name, text, key));
    let unit_code = table.line(row, "unit");
    let Some(unit) = units(&unit_code) else { return Err(("unit", unit_code, "onestop-refusal-unit")) };
    let procedure = table.line(row, "procedure");
    if !known.contains_key(&procedure) {
        return Err(("procedure", procedure, "onestop-refusal-procedure"));
    }
    let Some(received) = at("received")? else {
        return Err(("received", String::new(), "onestop-refusal-moment"));
    };
    let words = table.line(row, "state");
    let Some(state) = State::read(&words) else { return Err(("state", words, "onestop-refusal-state")) };
    let rating = table.line(row, "rating");
    let rated = rating.parse::<i64>().ok().filter(|n| (1..=5).contains(n));
    if rated.is_none() && !rating.is_empty() {
        return Err(("rating", rating, "onestop-refusal-rating"));
    }
    let mut pauses = Vec::new();
    for (asked, brought) in [("asked1", "brought1"), ("asked2", "brought2")] {
        if let Some(from) = at(asked)? {
            pauses.push((from, at(brought)?));
        }
    }
    let finished = at("finished")?;
    if let Some(early) = finished.filter(|finished| *finished < received) {
        return Err(("finished", early.strftime("%d/%m/%Y %H:%M").to_string(), "onestop-refusal-before"));
    }
    Ok(Dossier {
        code: table.line(row, "code"),
        procedure,
        unit,
        home: units(&table.line(row, "home")),
        channel: channel(&table.line(row, "channel")),
        received,
        pauses,
        state,
        finished,
        returned: at("returned")?,
        rating: rated,
    })
}

/// Imports dossiers. The same row twice counts once; a code that stands twice with different words is refused.
///
/// # Errors
/// Refuses a file without the table, and an actor who may not draft everywhere.
pub fn dossiers(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    progress: &Progress,
) -> Outcome<Report> {
    actor.need_everywhere(Right::Draft)?;
    let Some(table) = table::find(sheets, DOSSIERS) else {
        return Refusal::new("paper-no-table")
            .with("columns", "ma_ho_so, ma_thu_tuc, noi_tiep_nhan, tiep_nhan")
            .stop();
    };
    let mut report = Report::default();
    let known = store::procedures(tx)?;
    // Files of earlier years name wards that were merged since.
    let names = Past::at(tx, clock.today())?;
    let units = |code: &str| names.of_code(code).first().copied();
    let mut seen: HashMap<String, Dossier> = HashMap::new();
    let rows: Vec<u32> = table.rows().map(|row| row.number).collect();
    progress.begin(rows.len());
    for row in rows {
        progress.step()?;
        if table.line(row, "code").is_empty() {
            continue;
        }
        report.read += 1;
        let dossier = match read(&table, row, &units, &known) {
            Ok(dossier) => dossier,
            Err((column, value, key)) => {
                report.refuse(row, column, &value, key);
                continue;
            }
        };
        match seen.get(&dossier.code) {
            Some(same) if *same == dossier => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => {
                report.refuse(row, "code", &dossier.code, "onestop-refusal-twice");
                continue;
            }
            None => {}
        }
        let status = match store::by_code(tx, &dossier.code)? {
            Some(same) if same == dossier => {
                report.unchanged += 1;
                "unchanged"
            }
            before => {
                store::put(tx, &dossier, &actor.signature(), clock.now())?;
                if before.is_some() {
                    report.changed += 1;
                    "changed"
                } else {
                    report.created += 1;
                    "created"
                }
            }
        };
        if report.rows.len() < SHOWN {
            let title = known.get(&dossier.procedure).map_or("", |procedure| procedure.title.as_str());
            let at = |moment: Option<DateTime>| {
                moment.map_or_else(|| "–".to_owned(), |at| at.strftime("%d/%m/%Y %H:%M").to_string())
            };
            let words = format!("{} → {}", at(Some(dossier.received)), at(dossier.ended()));
            report.rows.push(json!({"row": row, "unit": table.line(row, "unit"), "key": dossier.code,
                                    "title": title, "words": words, "status": status}));
        }
        seen.insert(dossier.code.clone(), dossier);
    }
    record(tx, clock, actor, "onestop.dossiers.import", &report)?;
    Ok(report)
}
