//! Reads a scheme's workbook, and one of a round: figures, self-scores, appraisals, survey, bonus and penalty.

use crate::{
    acts, points,
    rules::{Absent, Given},
    scheme::{Node, NodeLeaf, Scheme},
    store::{self, Kept, Round},
};
use base::{Actor, Clock, Decimal, Outcome, Refusal, Right, fold::fold, ids::UnitId, intake::Report};
use db::Tx;
use organisation::Snapshot;
use paper::{
    Sheet, Value,
    table::{self, Table, Wanted},
};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

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
];

/// The columns of raw figures.
const FIGURES: &[Wanted] = &[
    Wanted { name: "unit_code", headers: &["=ma don vi"], needed: true },
    Wanted { name: "unit", headers: &["=don vi", "ten don vi"], needed: false },
    Wanted { name: "leaf", headers: &["=ma tieu chi"], needed: true },
    Wanted { name: "above", headers: &["tu so", "tong diem phieu", "so hai long"], needed: true },
    Wanted { name: "below", headers: &["mau so", "so phieu hop le"], needed: true },
    Wanted { name: "value", headers: &["gia tri", "gia tri ngay"], needed: false },
    Wanted { name: "evidence", headers: &["co tai lieu", "tai lieu"], needed: false },
    Wanted { name: "none", headers: &["khong phat sinh"], needed: false },
];

/// A sheet of points: units down, leaves across.
const MATRIX: &[Wanted] = &[
    Wanted { name: "unit_code", headers: &["=ma don vi"], needed: true },
    Wanted { name: "unit", headers: &["=don vi", "ten don vi"], needed: false },
];

fn absent(text: &str) -> Absent {
    match fold(text).as_str() {
        "loai khoi mau so" | "n a" | "na" | "out" => Absent::Out,
        "diem toi da" | "full" => Absent::Full,
        _ => Absent::Zero,
    }
}

/// Imports a scheme. One that has the same year and title is replaced while no round uses it.
///
/// # Errors
/// Refuses a file without the table or with faults that would make a score wrong, and an actor without the right.
pub fn scheme(tx: &Tx<'_>, clock: &Clock, actor: &Actor, sheets: &[Sheet], year: i16) -> Outcome<Report> {
    let mut report = Report::default();
    let Some(table) = table::find(sheets, SCHEME) else {
        return Refusal::new("paper-no-table").with("columns", "code, title, most, method").stop();
    };
    let head = table.sheet.head_text(table.header_row);
    // Our own export names the scheme on a sheet of its own.
    let told =
        sheets.iter().find(|sheet| fold(&sheet.name) == "thong tin").and_then(|sheet| sheet.cell(1, 1));
    let title = head.first().cloned().or_else(|| told.map(paper::Cell::line));
    let title = title.map_or_else(|| table.sheet.name.clone(), |line| base::fold::tidy(&line));
    let mut nodes = Vec::new();
    for row in table.rows().map(|row| row.number) {
        let code = table.line(row, "code").trim_end_matches('.').to_owned();
        let is_code = !code.is_empty() && code.split('.').all(|part| part.parse::<u32>().is_ok());
        if !is_code {
            continue;
        }
        report.read += 1;
        let written = table.line(row, "most");
        let most: Option<Decimal> = base::number::parse(&written);
        if most.is_none() && !written.is_empty() {
            report.refuse(row, "most", &written, "parindex-refusal-row-number");
            continue;
        }
        let method = table.line(row, "method");
        let leaf = (!method.is_empty()).then(|| {
            NodeLeaf::new(
                (&method, &table.line(row, "parameters")),
                (&table.line(row, "evidence"), &table.line(row, "owner")),
                fold(&table.line(row, "survey")) == "x",
                (absent(&table.line(row, "none")), absent(&table.line(row, "zero"))),
                most,
            )
        });
        report.rows.push(json!({"row": row, "key": code, "title": table.line(row, "title"), "most": most, "method": method}));
        nodes.push(Node { code, title: table.line(row, "title"), most, leaf });
    }
    let draft = Scheme { id: clock.uuid(), code: String::new(), title, year, nodes };
    for fault in draft.faults() {
        let row = report.rows.iter().find(|row| row["key"] == fault.code.as_str());
        let row = row.and_then(|row| row["row"].as_u64()).and_then(|row| u32::try_from(row).ok());
        let mut refusal = Refusal::new(fault.key).with("code", &fault.code);
        for (name, words) in &fault.facts {
            refusal = refusal.with(name, words);
        }
        report.refuse_by(row.unwrap_or(table.header_row), "code", &fault.code, &refusal);
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

/// What one cell says: a figure or points of a column.
enum Said {
    Figure(Box<Kept>),
    Points(&'static str, Option<Given>),
}

struct Reader<'r, 't> {
    tx: &'r Tx<'t>,
    clock: &'r Clock,
    actor: &'r Actor,
    scheme: &'r Scheme,
    round: &'r Round,
    kept: HashMap<UnitId, BTreeMap<String, Kept>>,
    units: HashMap<String, UnitId>,
}

/// Imports the figures and points of a round.
///
/// # Errors
/// Refuses a file without any such table, and an actor who does not lead the round.
pub fn scores(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    (scheme, round): (&Scheme, &Round),
) -> Outcome<Report> {
    actor.need(Right::Draft, round.issuer)?;
    let mut report = Report::default();
    let mut reader = Reader { tx, clock, actor, scheme, round, kept: HashMap::new(), units: HashMap::new() };
    let mut is_any = false;
    for sheet in sheets {
        let one = std::slice::from_ref(sheet);
        let column = match fold(&sheet.name).as_str() {
            "tu cham" => Some("own"),
            "tham dinh 1" => Some("first"),
            "tham dinh 2" => Some("second"),
            _ => None,
        };
        if let Some(table) = table::find(one, FIGURES) {
            is_any = true;
            reader.figures(&table, &mut report)?;
        } else if let (Some(column), Some(table)) = (column, table::find(one, MATRIX)) {
            is_any = true;
            reader.matrix(&table, column, &mut report)?;
        } else if let Some(table) = table::find(one, MATRIX) {
            is_any |= reader.outside(&table, &mut report)?;
        }
    }
    if !is_any {
        return Refusal::new("paper-no-table").with("columns", "unit_code, leaf, above, below").stop();
    }
    report.file.insert("round".to_owned(), json!(round.code));
    Ok(report)
}

impl Reader<'_, '_> {
    fn unit(&mut self, table: &Table<'_>, row: u32, report: &mut Report) -> Outcome<Option<UnitId>> {
        let (code, name) = (table.line(row, "unit_code"), table.line(row, "unit"));
        if let Some(unit) = self.units.get(&code) {
            return Ok(Some(*unit));
        }
        let today = self.clock.today();
        let names = Snapshot::at(self.tx, today)?;
        let unit = match names.by_code(&code) {
            Some(unit) => unit.id,
            None if code.is_empty()
                || name.is_empty()
                || self.actor.need_everywhere(Right::Assign).is_err() =>
            {
                report.refuse(row, "unit_code", &code, "parindex-refusal-row-unit");
                return Ok(None);
            }
            None => {
                report.warn(
                    Some(row),
                    "parindex-warn-unit-new",
                    &[("row", row.to_string()), ("code", code.clone()), ("name", name.clone())],
                );
                organisation::acts::register_from_file(
                    self.tx,
                    self.clock,
                    self.actor,
                    &name,
                    Some(&code),
                    None,
                    today,
                )?
            }
        };
        store::add_part(self.tx, self.round.id, unit, &self.actor.signature(), self.clock.now())?;
        self.units.insert(code, unit);
        Ok(Some(unit))
    }

    /// Keeps what a cell says; counts whether it is new, changed or the same.
    fn keep(&mut self, (unit, leaf): (UnitId, &str), said: Said, report: &mut Report) -> Outcome<()> {
        if !self.kept.contains_key(&unit) {
            let all = store::places_of(self.tx, self.round.id, unit)?;
            self.kept.insert(unit, all);
        }
        let places = self.kept.entry(unit).or_default();
        let before = places.get(leaf).cloned().unwrap_or_default();
        let mut after = before.clone();
        match said {
            Said::Figure(figure) => {
                after.place.figure = figure.place.figure;
                after.evidence = figure.evidence;
            }
            Said::Points("own", given) => after.place.own = given,
            Said::Points("first", given) => after.place.first = given,
            Said::Points(_, given) => after.place.second = given,
        }
        if after.place == before.place && after.evidence == before.evidence && before.version > 0 {
            report.unchanged += 1;
            return Ok(());
        }
        if after.place == Default::default() {
            return Ok(());
        }
        after.changed_by = self.actor.signature();
        if !store::put_place(self.tx, self.clock, (self.round.id, unit, leaf), &after)? {
            return Refusal::conflict("parindex-refusal-conflict").stop();
        }
        if before.version == 0 {
            report.created += 1;
        } else {
            report.changed += 1;
        }
        after.version = before.version + 1;
        places.insert(leaf.to_owned(), after);
        Ok(())
    }

    fn figures(&mut self, table: &Table<'_>, report: &mut Report) -> Outcome<()> {
        let is_survey_sheet = !table.has("value");
        for row in table.rows().map(|row| row.number).collect::<Vec<_>>() {
            let leaf = table.line(row, "leaf");
            if leaf.is_empty() {
                continue;
            }
            report.read += 1;
            if self.scheme.node(&leaf).is_none_or(|node| node.leaf.is_none()) {
                report.refuse(row, "leaf", &leaf, "parindex-refusal-row-leaf");
                continue;
            }
            let Some(unit) = self.unit(table, row, report)? else { continue };
            let mut kept = Kept::default();
            let figure = &mut kept.place.figure;
            let mut is_fine = true;
            for (name, to) in [("above", &mut figure.numerator), ("below", &mut figure.denominator)] {
                let text = table.line(row, name);
                match base::number::parse(&text) {
                    Some(n) => *to = Some(points::of(n)),
                    None if text.is_empty() => {}
                    None => {
                        report.refuse(row, name, &text, "parindex-refusal-row-number");
                        is_fine = false;
                    }
                }
            }
            if !is_fine {
                continue;
            }
            figure.value = match table.cell(row, "value").map(|cell| &cell.value) {
                Some(Value::Date(day)) => base::format::date(*day),
                Some(Value::Number(n)) => n.normalize().to_string(),
                Some(_) => table.line(row, "value"),
                None => String::new(),
            };
            figure.has_evidence = is_survey_sheet || fold(&table.line(row, "evidence")) == "x";
            figure.is_none = fold(&table.line(row, "none")) == "x";
            self.keep((unit, &leaf), Said::Figure(Box::new(kept)), report)?;
        }
        Ok(())
    }

    fn matrix(&mut self, table: &Table<'_>, column: &'static str, report: &mut Report) -> Outcome<()> {
        let leaves: Vec<(usize, String)> = table
            .headers
            .iter()
            .filter(|(_, header)| self.scheme.node(header).is_some_and(|node| node.leaf.is_some()))
            .map(|(column, header)| (*column, header.clone()))
            .collect();
        for row in table.rows().map(|row| row.number).collect::<Vec<_>>() {
            if table.line(row, "unit_code").is_empty() {
                continue;
            }
            report.read += 1;
            let Some(unit) = self.unit(table, row, report)? else { continue };
            for (at, leaf) in &leaves {
                let text = table.sheet.cell(row, *at).map(paper::Cell::line).unwrap_or_default();
                let given = match (text.as_str(), base::number::parse(&text)) {
                    ("", _) => None,
                    ("KPS" | "kps" | "N/A", _) => Some(Given::Out),
                    (_, Some(n)) => Some(Given::Points(n.normalize())),
                    _ => {
                        report.refuse(
                            row,
                            "points",
                            &format!("{leaf}: {text}"),
                            "parindex-refusal-row-number",
                        );
                        continue;
                    }
                };
                if let (Some(Given::Points(n)), Some(most)) =
                    (given, self.scheme.node(leaf).and_then(|n| n.most))
                    && (n > most || n < Decimal::ZERO)
                {
                    report.refuse(row, "points", &format!("{leaf}: {text}"), "parindex-refusal-row-points");
                    continue;
                }
                self.keep((unit, leaf), Said::Points(column, given), report)?;
            }
        }
        Ok(())
    }

    /// A sheet of bonus and penalty: a column whose header says which.
    fn outside(&mut self, table: &Table<'_>, report: &mut Report) -> Outcome<bool> {
        let leaf_of = |is_penalty: bool| {
            let mut leaves = self.scheme.leaves().filter(|(node, _)| self.scheme.is_outside(node));
            leaves
                .find(|(node, _)| node.most.is_some_and(|m| m.is_sign_negative()) == is_penalty)
                .map(|(n, _)| n.code.clone())
        };
        let columns: Vec<(usize, String)> = table
            .headers
            .iter()
            .filter_map(|(column, header)| {
                let folded = fold(header);
                // "Số mô hình (thưởng)" counts cases; "Thưởng" alone is a column of results.
                if !folded.starts_with("so ") {
                    return None;
                }
                let leaf = if folded.contains("thuong") {
                    leaf_of(false)
                } else if folded.contains("tru") {
                    leaf_of(true)
                } else {
                    None
                };
                Some((*column, leaf?))
            })
            .collect();
        if columns.is_empty() {
            return Ok(false);
        }
        for row in table.rows().map(|row| row.number).collect::<Vec<_>>() {
            if table.line(row, "unit_code").is_empty() {
                continue;
            }
            report.read += 1;
            let Some(unit) = self.unit(table, row, report)? else { continue };
            for (at, leaf) in &columns {
                let text = table.sheet.cell(row, *at).map(paper::Cell::line).unwrap_or_default();
                if text.is_empty() {
                    continue;
                }
                if base::number::parse(&text).is_none() {
                    report.refuse(row, "points", &text, "parindex-refusal-row-number");
                    continue;
                }
                let mut kept = Kept::default();
                kept.place.figure.value = text;
                kept.place.figure.has_evidence = true;
                self.keep((unit, leaf), Said::Figure(Box::new(kept)), report)?;
            }
        }
        Ok(true)
    }
}
