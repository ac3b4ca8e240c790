//! Task appendices and units' plans.

mod change;
mod columns;
mod due;
mod known;
mod roles;
mod rows;
mod who;

pub use columns::WANTED;

use super::{Options, Source, plan_of, programme_of, unread};

use crate::{
    acts::{self, Draft},
    store,
    words::{Facts, Programme, Task},
};
use base::{
    Actor, Clock, Date, Outcome, Right, Status, Stop,
    fold::fold,
    ids::UnitId,
    intake::Report,
    period::{self, Due},
};
use db::Tx;
use document::{ClauseId, cite};
use organisation::Directory;
use paper::{
    Value,
    table::{Table, Wanted},
};
use roles::lead_words;
use rows::{
    is_below, is_heading_with_lead, is_nameless, is_sum, is_task, is_unassigned, number_in, title_of,
};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

struct Reader<'a, 't> {
    tx: &'a Tx<'t>,
    clock: &'a Clock,
    actor: &'a Actor,
    table: &'a Table<'a>,
    /// The programme or the unit's plan that the rows belong to.
    owner: Programme,
    /// The programme whose clauses are cited.
    cited: &'a Programme,
    clauses: HashMap<String, ClauseId>,
    issuer: Option<UnitId>,
    /// Read once, and again only when an office was registered.
    names: Arc<Directory>,
    on: Date,
    has_citations: bool,
    existing: HashMap<String, Task>,
    by_title: HashMap<String, Vec<Task>>,
    seen: HashMap<String, u32>,
    locals: HashMap<String, UnitId>,
    group: String,
    /// Who leads all tasks under the heading, where the heading says so.
    group_lead: String,
    /// The rows that only go on with the title above them.
    continued: HashSet<u32>,
    /// Codes of units of all times, and all programmes: read when rows carry codes.
    codes: HashMap<UnitId, String>,
    programmes: Vec<Programme>,
}

/// One row as read, before anything is kept.
struct Read {
    facts: Facts,
    lead_codes: Vec<String>,
    support: Vec<(Option<UnitId>, String, String)>,
    shown: serde_json::Map<String, serde_json::Value>,
    refused: bool,
}

/// Imports a table of tasks.
///
/// # Errors
/// Refuses a file without the table or without a programme, and an actor without the right.
pub fn import(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    source: &Source<'_>,
    options: &Options,
) -> Outcome<Report> {
    actor.need_somewhere(Right::Assign)?;
    let mut report = Report::default();
    let table = match source.table(WANTED, options) {
        Ok(table) => table,
        // A table may do without deadlines: then its tasks have none yet, and the reader is told.
        Err(refusal) => {
            let without: Vec<Wanted> =
                WANTED.iter().map(|w| Wanted { needed: w.needed && w.name != "due", ..*w }).collect();
            let table = source.table(&without, options).map_err(|_| refusal)?;
            report.warn(None, "programme-warn-no-due", &[]);
            table
        }
    };
    let programme = programme_of(tx, source, &table, options, &mut report)?;
    let plan = if source.heading.is_some() || table.has("code") {
        None
    } else {
        plan_of(tx, clock, actor, &table, &programme, options, &mut report)?
    };
    let cited = match programme.parent {
        Some(parent) => store::programme_by_id(tx, parent)?.unwrap_or_else(|| programme.clone()),
        None => programme.clone(),
    };
    let owner = plan.unwrap_or_else(|| programme.clone());
    let clauses = match cited.document {
        Some(document) => document::store::clauses(tx, document)?
            .into_iter()
            .map(|c| (c.key.to_lowercase(), c.id))
            .collect(),
        None => HashMap::new(),
    };
    let on = options.as_of.unwrap_or(owner.starts);
    let (mut existing, mut by_title): (HashMap<String, Task>, HashMap<String, Vec<Task>>) =
        Default::default();
    for task in store::tasks_of(tx, owner.id)? {
        existing.insert(key(&task.facts), task.clone());
        by_title.entry(fold(&task.facts.title)).or_default().push(task);
    }
    let issuer = if owner.id == programme.id && programme.parent.is_none() { None } else { owner.issuer };
    let mut reader = Reader {
        tx,
        clock,
        actor,
        table: &table,
        has_citations: table.has("citation"),
        owner,
        cited: &cited,
        clauses,
        issuer,
        names: Directory::at(tx, on)?,
        on,
        existing,
        by_title,
        seen: HashMap::new(),
        locals: HashMap::new(),
        group: String::new(),
        group_lead: String::new(),
        continued: rows::continued(&table),
        codes: HashMap::new(),
        programmes: Vec::new(),
    };
    if table.has("code") {
        reader.codes = organisation::store::all_units(tx)?.into_iter().map(|u| (u.id, u.code)).collect();
        reader.programmes = store::programmes(tx)?;
    }
    unread(&table, &[], &mut report);
    report.file.insert("programme".to_owned(), json!(cited.code));
    report.file.insert("plan".to_owned(), json!(reader.owner.code));
    report.file.insert("sheet".to_owned(), json!(table.sheet.name));
    report.file.insert("header_row".to_owned(), json!(table.header_row));
    for sheet in paper::table::others(source.sheets, WANTED, &table) {
        report.warn(None, "programme-warn-other-table", &[("sheet", sheet)]);
    }
    let mut groups = 0;
    let rows: Vec<(u32, bool)> = table.rows().map(|r| (r.number, r.hidden)).collect();
    options.progress.begin(rows.len());
    let mut last = rows.iter().rev().find(|(row, _)| is_task(&table, *row)).map_or(0, |(row, _)| *row);
    // What goes on counting right after the last task is one, too.
    let after: Vec<u32> = rows.iter().map(|(row, _)| *row).filter(|row| *row > last).collect();
    for (place, row) in after.iter().enumerate() {
        if !is_unassigned(&table, *row, after.get(place + 1).copied(), number_in(&table, last)) {
            break;
        }
        last = *row;
    }
    // Offices that lead below are known to every row, also to those above.
    for (row, _) in rows.iter().filter(|(row, _)| *row <= last && is_task(&table, *row)) {
        reader.register_office(*row)?;
    }
    let mut before: Option<u32> = None;
    for (place, (row, hidden)) in rows.iter().copied().enumerate() {
        let next = rows.get(place + 1).map(|(row, _)| *row).filter(|next| *next <= last);
        options.progress.step()?;
        if row > last || is_below(&table, row) {
            break;
        }
        if is_sum(&table, row) {
            continue;
        }
        if is_nameless(&table, row) {
            report.read += 1;
            report.refuse(row, "title", "", "programme-refusal-row-title");
            continue;
        }
        if is_unassigned(&table, row, next, before) && !is_task(&table, row) {
            before = number_in(&table, row);
            report.read += 1;
            let title = table.line(row, "title");
            report.refuse(row, "lead", &title, "programme-refusal-row-unassigned");
            continue;
        }
        if reader.continued.contains(&row) {
            continue;
        }
        let leads_a_group = is_heading_with_lead(&table, row, next);
        if !is_task(&table, row) || leads_a_group {
            before = None;
            reader.group_lead =
                if leads_a_group { lead_words(&table.lines(row, "lead")).0 } else { String::new() };
            let title = table.line(row, "title");
            let heading = if title.is_empty() { table.line(row, "number") } else { title };
            if !heading.is_empty() {
                reader.group = heading;
                groups += 1;
            }
            continue;
        }
        before = number_in(&table, row);
        report.read += 1;
        if table.has("group") {
            reader.group = table.line(row, "group");
        }
        if reader.by_code(row, &mut report)? {
            continue;
        }
        match reader.owner_of(row) {
            None => reader.row(row, hidden, &mut report)?,
            Some(other) => {
                let own = std::mem::replace(&mut reader.owner, other);
                reader.row(row, hidden, &mut report)?;
                reader.owner = own;
            }
        }
    }
    report.file.insert("group_rows".to_owned(), json!(groups));
    if !reader.locals.is_empty() {
        let mut names: Vec<&str> = reader.locals.keys().map(String::as_str).collect();
        names.sort_unstable();
        report.warn(
            None,
            "programme-warn-offices",
            &[("n", names.len().to_string()), ("names", names.join(", "))],
        );
    }
    Ok(report)
}

fn key(facts: &Facts) -> String {
    let lead = facts
        .lead
        .map_or_else(|| format!("{}{}", facts.lead_group, fold(&facts.lead_words)), |u| u.to_string());
    format!("{}|{lead}|{:?}", fold(&facts.title), facts.due)
}

impl Reader<'_, '_> {
    fn row(&mut self, row: u32, hidden: bool, report: &mut Report) -> Outcome<()> {
        let mut read = self.read(row, hidden, report)?;
        let key = key(&read.facts);
        let status = if read.refused {
            "refused"
        } else if let Some(first) = self.seen.get(&key) {
            report.warn(
                Some(row),
                "programme-warn-duplicate",
                &[("row", row.to_string()), ("first", first.to_string())],
            );
            report.unchanged += 1;
            "duplicate"
        } else if let Some(task) = self.existing.get(&key).or_else(|| self.same_title(&read.facts)) {
            let code = task.code.clone();
            let is_changed = self.change(&code, &read)?;
            read.shown.insert("code".to_owned(), json!(code));
            if is_changed {
                report.changed += 1;
                "changed"
            } else {
                report.unchanged += 1;
                "unchanged"
            }
        } else {
            let draft = Draft {
                parent: None,
                programme: &self.owner,
                group_title: &self.group,
                on: self.on,
                facts: read.facts.clone(),
                support: &read.support,
            };
            match acts::create_task(self.tx, self.clock, self.actor, &draft) {
                Ok(task) => {
                    read.shown.insert("code".to_owned(), json!(task.code));
                    report.created += 1;
                    "created"
                }
                // A text that is too long: the row alone is not taken.
                Err(Stop::Refused(refusal)) if refusal.status == Status::Unprocessable => {
                    let title: String = read.facts.title.chars().take(200).collect();
                    report.refuse_by(row, "title", &title, &refusal);
                    read.refused = true;
                    "refused"
                }
                Err(stop) => return Err(stop),
            }
        };
        if !read.refused {
            self.seen.entry(key).or_insert(row);
        }
        read.shown.insert("status".to_owned(), json!(status));
        report.rows.push(serde_json::Value::Object(read.shown));
        Ok(())
    }

    fn read(&mut self, row: u32, hidden: bool, report: &mut Report) -> Outcome<Read> {
        let table = self.table;
        let mut flags: Vec<&'static str> = Vec::new();
        let mut refused = false;
        if hidden {
            flags.push("hidden");
            report.warn(Some(row), "programme-warn-hidden", &[("row", row.to_string())]);
        }
        let (title, mut keys) = cite::in_title(&title_of(table, row, &self.continued));

        for column in ["title", "lead", "due", "product", "support"] {
            if let Some(Value::Error(code)) = table.cell(row, column).map(|cell| &cell.value) {
                report.refuse(row, column, code, "programme-refusal-row-formula");
                refused = true;
            }
        }
        let (due, due_written) = due::of(self, row);
        if base::deadline::budget(&due_written).is_some() && due.date().is_some() {
            let day = due.date().map(base::format::date).unwrap_or_default();
            let facts = [
                ("row", row.to_string()),
                ("written", due_written.clone()),
                ("from", base::format::date(self.on)),
                ("day", day),
            ];
            report.warn(Some(row), "programme-warn-due-counted", &facts);
        }
        if due == Due::Invalid && !refused {
            let code = if period::lacks_year(&due_written) {
                "programme-refusal-row-due-year"
            } else {
                "programme-refusal-row-due"
            };
            report.refuse(row, "deadline", &due_written, code);
            refused = true;
        } else if period::remark(&due_written).is_some() {
            let day = due.date().map_or_else(|| due_written.clone(), base::format::date);
            let facts = [("row", row.to_string()), ("written", due_written.clone()), ("day", day)];
            report.warn(Some(row), "programme-warn-due-several", &facts);
        }
        if due.date().is_some_and(|on| on < self.owner.starts) {
            let facts = [("row", row.to_string()), ("day", base::format::date(self.owner.starts))];
            report.warn(Some(row), "programme-warn-due-before", &facts);
        }

        if self.has_citations {
            let text = table.line(row, "citation");
            let cited = cite::read(&text);
            if let Some(code) = self.citation_fault(&cited) {
                report.refuse(row, "citation", &text, code);
                refused = true;
            }
            keys = cited.keys;
        }
        let clauses: Vec<ClauseId> =
            keys.iter().filter_map(|key| self.clauses.get(self.clause_named(key)?)).copied().collect();

        let mut facts = Facts {
            title,
            product: table.line(row, "product"),
            acceptance: table.line(row, "acceptance"),
            authority: table.line(row, "authority"),
            person_name: table.line(row, "person"),
            field: table.line(row, "field"),
            due,
            due_written,
            first_due: due.date(),
            clauses,
            ..Facts::default()
        };
        let lead = self.lead(row, &mut facts, (&mut flags, refused), report)?;
        refused |= lead.is_refused;
        let mut lead_codes = lead.codes;
        // An office registered a moment ago is not yet in the directory that was read before it.
        let names = Arc::clone(&self.names);
        if let Some(lead) = facts.lead {
            lead_codes.extend(names.snapshot.unit(lead).map(|u| u.code.clone()));
        }
        let support = self.support(row, &names, report);
        let codes_of = |units: &mut dyn Iterator<Item = UnitId>| -> Vec<String> {
            units.filter_map(|u| names.snapshot.unit(u)).map(|u| u.code.clone()).collect()
        };
        let named = codes_of(&mut support.iter().filter_map(|(unit, _, _)| *unit));
        let mut all: HashSet<UnitId> = support.iter().filter_map(|(unit, _, _)| *unit).collect();
        for (_, group, _) in support.iter().filter(|(_, group, _)| !group.is_empty()) {
            all.extend(names.snapshot.group(group, self.issuer));
        }
        if let Some(lead) = facts.lead {
            all.remove(&lead);
        }
        let mut expanded = codes_of(&mut all.into_iter());
        expanded.sort_unstable();
        let open: Vec<&String> = support
            .iter()
            .filter(|(u, g, _)| u.is_none() && g.is_empty())
            .map(|(_, _, words)| words)
            .collect();
        let groups: Vec<serde_json::Value> = support
            .iter()
            .filter(|(_, group, _)| !group.is_empty())
            .map(|(_, group, words)| json!({"group": group, "as_written": words}))
            .collect();
        let mut deadline = json!({"kind": due.word(), "due": due.date(), "as_written": facts.due_written});
        if let (Due::Recurring { every, day }, Some(object)) = (due, deadline.as_object_mut()) {
            object.insert("every".to_owned(), json!(every));
            if let Some(day) = day {
                object.insert("day".to_owned(), json!(day));
            }
        }
        if let (Due::RecurringDay { month, day }, Some(object)) = (due, deadline.as_object_mut()) {
            object.insert("day".to_owned(), json!(format!("{month:02}-{day:02}")));
        }
        let lead_group = (!facts.lead_group.is_empty()).then_some(&facts.lead_group);
        let shown = json!({
            "row": row,
            "number": table.line(row, "number"),
            "group": self.group,
            "title": facts.title,
            "lead": lead_codes,
            "lead_group": lead_group,
            "lead_words": lead.words,
            "support": named,
            "support_groups": groups,
            "support_open": open,
            "support_expanded": expanded,
            "deadline": deadline,
            "product": facts.product,
            "clauses": keys,
            "flags": flags,
        });
        let shown = shown.as_object().cloned().unwrap_or_default();
        Ok(Read { facts, lead_codes, support, shown, refused }.tidy())
    }

    /// The clause that a citation names, by its key in small letters.
    fn clause_named(&self, cited: &str) -> Option<&str> {
        cite::resolve(cited, self.clauses.keys().map(String::as_str))
    }

    fn citation_fault(&self, cited: &cite::Citation) -> Option<&'static str> {
        if cited.keys.is_empty() {
            return Some(if cited.number.is_empty() {
                "programme-refusal-cite-empty"
            } else {
                "programme-refusal-cite-clause"
            });
        }
        if !cited.number.is_empty() && cited.number != self.cited.number.trim_start_matches('0') {
            return Some("programme-refusal-cite-programme");
        }
        if !cited.congress.is_empty()
            && !self.cited.congress.is_empty()
            && cited.congress != self.cited.congress
        {
            return Some("programme-refusal-cite-term");
        }
        let (cited_term, own_term) = (&cited.term, &self.cited.term);
        if !cited_term.is_empty() && own_term.len() == cited_term.len() && cited_term != own_term {
            return Some("programme-refusal-cite-term");
        }
        let known = cited.keys.iter().all(|key| self.clause_named(key).is_some());
        (!known).then_some("programme-refusal-cite-clause")
    }
}

impl Read {
    fn tidy(mut self) -> Self {
        self.lead_codes.dedup();
        self
    }
}
