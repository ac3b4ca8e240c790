//! Rows without a code that say something else of a task than the last time: what is still a draft takes it over.

use super::{Read, Reader};
use crate::{
    acts, store,
    words::{Facts, State, Task},
};
use base::{Outcome, fold::fold};

/// Supporting units as written: an office that was registered meanwhile is still the same words.
fn said(support: &[store::Support]) -> Vec<&str> {
    support.iter().map(|(_, _, words)| words.as_str()).collect()
}

impl Reader<'_, '_> {
    /// The one task with this title, when its row was changed in the file since the last import. One that another unit
    /// is to do by another day is another task.
    pub(super) fn same_title(&self, facts: &Facts) -> Option<&Task> {
        let [found] = self.by_title.get(&fold(&facts.title))?.as_slice() else { return None };
        let same_lead =
            found.facts.lead == facts.lead && fold(&found.facts.lead_words) == fold(&facts.lead_words);
        (same_lead || found.facts.due == facts.due).then_some(found)
    }

    /// Takes over what a row says differently of a task that is still a draft; says whether anything was.
    pub(super) fn change(&self, code: &str, read: &Read) -> Outcome<bool> {
        let Some(task) = store::task_by_code(self.tx, code)? else { return Ok(false) };
        if !matches!(task.facts.state, State::Draft | State::Returned) {
            return Ok(false);
        }
        let facts = &read.facts;
        let mut next = task.facts.clone();
        next.due = facts.due;
        next.due_written.clone_from(&facts.due_written);
        next.lead = facts.lead;
        next.lead_group.clone_from(&facts.lead_group);
        next.lead_words.clone_from(&facts.lead_words);
        // What the table has no column for stays as somebody may have typed it.
        for (column, from, to) in [
            ("product", &facts.product, &mut next.product),
            ("acceptance", &facts.acceptance, &mut next.acceptance),
            ("authority", &facts.authority, &mut next.authority),
            ("person", &facts.person_name, &mut next.person_name),
            ("field", &facts.field, &mut next.field),
        ] {
            if self.table.has(column) {
                to.clone_from(from);
            }
        }
        if self.has_citations || !facts.clauses.is_empty() {
            next.clauses.clone_from(&facts.clauses);
        }
        let before = store::support(self.tx, task.id)?;
        let same_support =
            !self.table.has("support") && read.support.is_empty() || said(&before) == said(&read.support);
        if next == task.facts && same_support {
            return Ok(false);
        }
        store::save_task(self.tx, &task, &next)?;
        if next.clauses != task.facts.clauses {
            store::put_clauses(self.tx, task.id, &next.clauses)?;
        }
        if !same_support {
            store::put_support(self.tx, task.id, &read.support)?;
        }
        let step = store::NewStep {
            task: task.id,
            seq: task.version + 1,
            on: self.clock.today(),
            act: "edit",
            actor: &self.actor.signature(),
            words: "import",
            facts: &next,
        };
        let kept = store::add_step(self.tx, &step, self.clock.now())?;
        let told = store::Kept::in_facts(&[kept], acts::differences(&task.facts, &next)?);
        acts::record(self.tx, self.clock, self.actor, "programme.task.edit", &task, told)?;
        Ok(true)
    }
}
