//! Rows that carry a task's code, as our own export writes them: the task is compared and, where a cell differs,
//! edited by the same act as on its page.

use super::{Reader, key};
use crate::{
    acts::{self, Edit},
    store,
    words::{Programme, State, Task},
};
use base::{Outcome, Right, Stop, intake::Report, period::Due};
use organisation::Named;
use serde_json::json;

impl Reader<'_, '_> {
    /// Takes a row that names a task by its code; false when it names none.
    pub(super) fn by_code(&mut self, row: u32, report: &mut Report) -> Outcome<bool> {
        let code = self.table.line(row, "code");
        if code.is_empty() {
            return Ok(false);
        }
        let status = match acts::task_for(self.tx, self.actor, Right::See, &code) {
            Ok(task) => {
                self.seen.entry(key(&task.facts)).or_insert(row);
                self.compare(row, &task, report)?
            }
            Err(Stop::Refused(_)) => {
                report.refuse(row, "code", &code, "programme-refusal-row-code");
                "refused"
            }
            Err(fault) => return Err(fault),
        };
        let title = self.table.line(row, "title");
        report.rows.push(json!({"row": row, "code": code, "title": title, "status": status}));
        Ok(true)
    }

    fn compare(&self, row: u32, task: &Task, report: &mut Report) -> Outcome<&'static str> {
        let facts = &task.facts;
        let parent = match task.parent {
            Some(parent) => store::task_by_id(self.tx, parent)?.map(|p| p.code).unwrap_or_default(),
            None => String::new(),
        };
        let written = |due: &str, on: Option<base::Date>| {
            if due.is_empty() { on.map(base::format::date).unwrap_or_default() } else { due.to_owned() }
        };
        let before = Edit {
            title: facts.title.clone(),
            product: facts.product.clone(),
            acceptance: facts.acceptance.clone(),
            authority: facts.authority.clone(),
            field: facts.field.clone(),
            lead: facts.lead,
            person: facts.person_name.clone(),
            due: written(&facts.due_written, facts.due.date()),
            new_and_hard: facts.new_and_hard,
            parent,
            weight: facts.weight,
            clauses: facts.clauses.clone(),
            support: None,
        };
        let mut after = before.clone();
        for (column, place) in [
            ("title", &mut after.title),
            ("product", &mut after.product),
            ("acceptance", &mut after.acceptance),
            ("authority", &mut after.authority),
            ("field", &mut after.field),
            ("person", &mut after.person),
        ] {
            if self.table.has(column) {
                *place = self.table.line(row, column);
            }
        }
        if after.title.is_empty() {
            report.refuse(row, "title", "", "programme-refusal-row-title");
            return Ok("refused");
        }
        let (due, due_written) = super::due::of(self, row);
        if self.table.has("due") && due != facts.due {
            if due == Due::Invalid {
                report.refuse(row, "deadline", &due_written, "programme-refusal-row-due");
                return Ok("refused");
            }
            after.due = due_written;
        }
        match self.lead_of(row, &before) {
            Ok(lead) => after.lead = lead,
            Err(words) => {
                report.refuse(row, "lead", &words, "programme-refusal-row-unit");
                return Ok("refused");
            }
        }
        if after == before {
            report.unchanged += 1;
            return Ok("unchanged");
        }
        let is_draft = matches!(facts.state, State::Draft | State::Returned);
        if !is_draft && (after.due != before.due || after.lead != before.lead) {
            report.refuse(row, "code", &task.code, "programme-refusal-row-assigned");
            return Ok("refused");
        }
        match acts::edit(self.tx, self.clock, self.actor, &task.code, &after, task.version) {
            Ok(_) => {
                report.changed += 1;
                Ok("changed")
            }
            Err(Stop::Refused(refusal)) => {
                report.refuse_by(row, "code", &task.code, &refusal);
                Ok("refused")
            }
            Err(fault) => Err(fault),
        }
    }

    /// The lead as the row says it: by the unit's code, else by its name; what names the same unit changes nothing.
    fn lead_of(&self, row: u32, before: &Edit) -> Result<Option<base::ids::UnitId>, String> {
        let code = self.table.line(row, "lead_code");
        if !code.is_empty() {
            let same = |unit: &base::ids::UnitId| self.codes.get(unit).is_some_and(|own| *own == code);
            if before.lead.as_ref().is_some_and(same) {
                return Ok(before.lead);
            }
            return self.names.snapshot.by_code(&code).map(|unit| Some(unit.id)).ok_or(code);
        }
        let words = self.table.line(row, "lead");
        if self.table.has("lead_code") || words.is_empty() {
            return Ok(before.lead);
        }
        match self.names.name(&words, self.issuer) {
            Named::Unit(unit) => Ok(Some(unit)),
            _ if before.lead.is_none() => Ok(None),
            _ => Err(words),
        }
    }

    /// The programme that a row names in a column of its own, when it is another than the file's.
    pub(super) fn owner_of(&self, row: u32) -> Option<Programme> {
        let named = self.table.line(row, "programme");
        let found = (!named.is_empty()).then(|| super::super::find(&self.programmes, &named)).flatten()?;
        (found.id != self.owner.id).then(|| found.clone())
    }
}
