//! Reads a round's workbook: figures, self-scores, appraisals, survey, bonus and penalty.

use crate::{
    acts, points,
    rules::Given,
    scheme::Scheme,
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

/// The number in a cell: a numeric cell as it is, a text as offices write it.
pub(super) fn number(cell: Option<&paper::Cell>) -> Option<Decimal> {
    match cell.map(|cell| &cell.value)? {
        Value::Number(n) => Some(n.normalize()),
        _ => base::number::parse(&cell?.line()),
    }
}

/// How many cells a report shows as they were read.
const SHOWN: usize = 500;

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
    states: HashMap<UnitId, String>,
    /// In which row of which sheet a cell was read, by unit, leaf and column.
    read_at: HashMap<(UnitId, String, &'static str), (String, u32)>,
    /// Cells that replaced what somebody else had brought, by unit and who that was.
    replaced: BTreeMap<(String, String), usize>,
}

/// Where a cell stands.
#[derive(Clone, Copy)]
struct Place<'p> {
    sheet: &'p str,
    row: u32,
    unit: UnitId,
    leaf: &'p str,
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
    let mut reader = Reader {
        tx,
        clock,
        actor,
        scheme,
        round,
        kept: HashMap::new(),
        units: HashMap::new(),
        states: HashMap::new(),
        read_at: HashMap::new(),
        replaced: BTreeMap::new(),
    };
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
    for ((unit, by), n) in reader.replaced {
        let facts = [("unit", unit), ("by", by), ("n", n.to_string())];
        report.warn(None, "parindex-warn-replaced", &facts);
    }
    if let Some(due) =
        round.steps.own.filter(|due| *due < clock.today() && report.created + report.changed > 0)
    {
        report.warn(None, "parindex-warn-late", &[("due", base::format::date(due))]);
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
        let names = organisation::Past::at(self.tx, today)?;
        let mut known = names.of_code(&code);
        // A unit that ended since the round was opened still has its part.
        if known.len() > 1 {
            let parts = store::parts(self.tx, self.round.id)?;
            known.sort_by_key(|unit| !parts.iter().any(|part| part.unit == *unit));
        }
        let unit = match known.first() {
            Some(unit) => *unit,
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
        let is_in = store::part(self.tx, self.round.id, unit)?.is_some();
        if !is_in && crate::publish::is_published(self.tx, self.round.id)? {
            report.refuse(row, "unit_code", &code, "parindex-refusal-row-late");
            return Ok(None);
        }
        let names = organisation::Directory::at(self.tx, today)?;
        let beyond = names
            .out_of_reach(&[unit], self.round.issuer, self.actor)
            .filter(|_| !is_in && !known.is_empty());
        if let Some(name) = beyond {
            let refusal = Refusal::new("parindex-refusal-row-reach").with("unit", name).with("row", row);
            report.refuse_by(row, "unit_code", &code, &refusal);
            return Ok(None);
        }
        store::add_part(self.tx, self.round.id, unit, &self.actor.signature(), self.clock.now())?;
        self.units.insert(code, unit);
        Ok(Some(unit))
    }

    /// Whether a cell may be kept: it stands once, and it is its turn. What is wrong is told with its row.
    fn may_keep(&mut self, at: Place<'_>, said: &Said, is_same: bool, report: &mut Report) -> Outcome<bool> {
        let column = match said {
            Said::Figure(_) => "figure",
            Said::Points(column, _) => column,
        };
        let told = |refusal: Refusal| refusal.with("code", at.leaf).with("row", at.row);
        let here = (at.sheet.to_owned(), at.row);
        let first = self.read_at.entry((at.unit, at.leaf.to_owned(), column)).or_insert_with(|| here.clone());
        if *first != here && !is_same {
            let refusal =
                Refusal::new("parindex-refusal-row-twice").with("sheet", &first.0).with("other", first.1);
            report.refuse_by(at.row, "leaf", at.leaf, &told(refusal));
            return Ok(false);
        }
        if !self.states.contains_key(&at.unit) {
            let part = store::part(self.tx, self.round.id, at.unit)?;
            self.states.insert(at.unit, part.map_or_else(|| "own".to_owned(), |part| part.state));
        }
        let state = self.states.get(&at.unit).map_or("own", String::as_str);
        let leaf = self.scheme.node(at.leaf).and_then(|node| node.leaf.as_ref());
        let node = self.scheme.node(at.leaf);
        // Surveys, bonus and penalty are the office's until all is closed.
        let is_office =
            leaf.is_some_and(|leaf| leaf.is_survey) || node.is_some_and(|node| self.scheme.is_outside(node));
        let is_turn = match (column, state) {
            (_, "closed") => false,
            // The office loads what it holds while the unit has not handed in; afterwards each column has its turn.
            (_, "own") => true,
            ("figure", _) => is_office,
            ("own", _) => false,
            ("first", state) => state == "locked",
            (_, state) => matches!(state, "appraised" | "explained"),
        };
        if !is_turn && !is_same {
            report.refuse_by(at.row, "leaf", at.leaf, &told(Refusal::new("parindex-refusal-row-turn")));
        }
        Ok(is_turn || is_same)
    }

    /// Keeps what a cell says; counts whether it is new, changed or the same.
    fn keep(&mut self, at: Place<'_>, said: Said, report: &mut Report) -> Outcome<()> {
        let Place { unit, leaf, .. } = at;
        if !self.kept.contains_key(&unit) {
            let all = store::places_of(self.tx, self.round.id, unit)?;
            self.kept.insert(unit, all);
        }
        let before = self.kept.get(&unit).and_then(|places| places.get(leaf)).cloned().unwrap_or_default();
        let mut after = before.clone();
        let node = self.scheme.node(leaf).and_then(|node| Some((node, node.leaf.as_ref()?)));
        let wrong = match (&said, node) {
            (Said::Figure(kept), Some((node, rule))) => {
                acts::unreadable((node, rule, self.scheme.year), &kept.place.figure)
            }
            (Said::Points(_, Some(Given::Out)), Some((_, rule))) if !rule.may_leave() => {
                Some(Refusal::new("parindex-refusal-kps").with("code", leaf))
            }
            _ => None,
        };
        if let Some(refusal) = wrong {
            report.refuse_by(at.row, "value", leaf, &refusal);
            return Ok(());
        }
        match &said {
            Said::Figure(figure) => {
                after.place.figure = figure.place.figure.clone();
                after.evidence.clone_from(&figure.evidence);
                after.source.clear();
            }
            Said::Points("own", given) => after.place.own = *given,
            Said::Points("first", given) => after.place.first = *given,
            Said::Points(_, given) => after.place.second = *given,
        }
        let is_same = after.place == before.place && after.evidence == before.evidence;
        if !self.may_keep(at, &said, is_same, report)? {
            return Ok(());
        }
        self.show(at, &said, (is_same, before.version > 0), report)?;
        if is_same && before.version > 0 {
            report.unchanged += 1;
            return Ok(());
        }
        if after.place == Default::default() {
            return Ok(());
        }
        if matches!(said, Said::Points("first" | "second", _)) && after.place != before.place {
            // A file gives no reasons; that it was a file is why.
            let line = format!("{} {}: ", base::format::moment(self.clock.now()), self.actor.signature());
            after.words = format!("{}\n{line}theo tệp nhập", after.words).trim().to_owned();
        }
        after.mark(&before, &self.actor.signature(), self.clock.now());
        after.changed_by = self.actor.signature();
        let is_figure = matches!(said, Said::Figure(_));
        let was_brought = is_figure && !before.place.figure.is_empty();
        if was_brought && !before.changed_by.is_empty() {
            let names = Snapshot::at(self.tx, self.clock.today())?;
            let unit = names.name(names.now(unit));
            *self.replaced.entry((unit, before.changed_by.clone())).or_default() += 1;
        }
        if !store::put_place(self.tx, self.clock, (self.round.id, unit, leaf), &after)? {
            return Refusal::conflict("parindex-refusal-conflict").stop();
        }
        if before.version == 0 {
            report.created += 1;
        } else {
            report.changed += 1;
        }
        after.version = before.version + 1;
        self.kept.entry(unit).or_default().insert(leaf.to_owned(), after);
        Ok(())
    }

    /// What a cell says as a row of the report; the first ones, all are counted.
    fn show(&self, at: Place<'_>, said: &Said, known: (bool, bool), report: &mut Report) -> Outcome<()> {
        if report.rows.len() >= SHOWN {
            return Ok(());
        }
        let words = match said {
            Said::Figure(kept) => {
                let figure = &kept.place.figure;
                let share = [figure.numerator.as_ref(), figure.denominator.as_ref()];
                let share: Vec<String> = share.into_iter().flatten().map(points::shown).collect();
                if share.is_empty() { figure.value.clone() } else { share.join(" / ") }
            }
            Said::Points(_, given) => store::written(*given).replace('.', ","),
        };
        let status = match known {
            (true, true) => "unchanged",
            (false, true) => "changed",
            (_, false) => "created",
        };
        let names = organisation::Past::at(self.tx, self.clock.today())?;
        let node = self.scheme.node(at.leaf);
        report.rows.push(json!({"row": at.row, "unit": names.code(at.unit), "key": at.leaf,
                                "title": node.map(|node| node.title.as_str()), "words": words, "status": status}));
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
                match number(table.cell(row, name)) {
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
                Some(Value::Number(n)) => n.normalize().to_string().replace('.', ","),
                Some(_) => table.line(row, "value"),
                None => String::new(),
            };
            figure.has_evidence = is_survey_sheet || fold(&table.line(row, "evidence")) == "x";
            figure.is_none = fold(&table.line(row, "none")) == "x";
            let at = Place { sheet: &table.sheet.name, row, unit, leaf: &leaf };
            self.keep(at, Said::Figure(Box::new(kept)), report)?;
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
                let given = match (text.as_str(), number(table.sheet.cell(row, *at))) {
                    // An empty cell says nothing: what stands there stays.
                    ("", _) => continue,
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
                let at = Place { sheet: &table.sheet.name, row, unit, leaf };
                self.keep(at, Said::Points(column, given), report)?;
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
                let Some(n) = number(table.sheet.cell(row, *at)) else {
                    report.refuse(row, "points", &text, "parindex-refusal-row-number");
                    continue;
                };
                let mut kept = Kept::default();
                kept.place.figure.value = n.to_string().replace('.', ",");
                kept.place.figure.has_evidence = true;
                let at = Place { sheet: &table.sheet.name, row, unit, leaf };
                self.keep(at, Said::Figure(Box::new(kept)), report)?;
            }
        }
        Ok(true)
    }
}
