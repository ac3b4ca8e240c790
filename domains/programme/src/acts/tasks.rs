//! Making, seeing and editing tasks.

use crate::{
    rules,
    store::{self, NewStep, NewTask},
    words::{Facts, Programme, State, Task, TaskId},
};
use base::limits;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, ids::UnitId, period::Due};
use db::{Tx, trail};
use document::ClauseId;

/// A task to create.
pub struct Draft<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The task that it is a part of.
    pub parent: Option<TaskId>,
    /// The heading it stands under.
    pub group_title: &'a str,
    /// The day from which it counts.
    pub on: Date,
    /// Its facts, state draft.
    pub facts: Facts,
    /// Supporting units.
    pub support: &'a [store::Support],
}

/// Creates a task as a draft.
///
/// # Errors
/// Refuses a task without a title, and an actor without the right over its lead unit or its programme's issuer.
pub fn create_task(tx: &Tx<'_>, clock: &Clock, actor: &Actor, draft: &Draft<'_>) -> Outcome<Task> {
    if draft.facts.title.is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    match draft.facts.lead.or(draft.programme.issuer) {
        Some(unit) => actor.need_in(Right::Assign, unit, &draft.facts.field)?,
        None => actor.need_somewhere(Right::Assign)?,
    }
    check_texts(&draft.facts)?;
    limits::within(&[("group", draft.group_title, limits::TITLE)])?;
    if !(1..=1000).contains(&draft.facts.weight) {
        return Refusal::new("programme-refusal-weight").at("weight").stop();
    }
    if draft.facts.due == Due::Invalid {
        let written = &draft.facts.due_written;
        return Refusal::new("programme-refusal-due").at("due").with("value", written).stop();
    }
    if let Some(parent) = draft.parent
        && store::task_by_id(tx, parent)?.is_none_or(|p| p.programme != draft.programme.id)
    {
        return Refusal::new("programme-refusal-parent").at("parent").stop();
    }
    let short = draft.programme.code.trim_start_matches("CT-").trim_start_matches("KH-");
    let n = tx.next_number(&format!("task:{}", draft.programme.code))?;
    let task = Task {
        id: TaskId::new(clock),
        code: format!("NV-{short}.{n:03}"),
        programme: draft.programme.id,
        parent: draft.parent,
        percent: 0,
        group_title: draft.group_title.to_owned(),
        created_on: draft.on,
        version: 1,
        facts: draft.facts.clone(),
    };
    store::insert_task(tx, &NewTask { task: &task, position: n, support: draft.support })?;
    let step = NewStep {
        task: task.id,
        seq: 1,
        on: draft.on,
        act: "create",
        actor: &actor.signature(),
        words: "",
        facts: &task.facts,
    };
    let kept = store::add_step(tx, &step, clock.now())?;
    store::roll_up(tx, task.parent)?;
    let told = serde_json::json!({"title": task.facts.title});
    record(tx, clock, actor, "programme.task.create", &task, store::Kept::in_facts(&[kept], told))?;
    Ok(task)
}

/// Refuses facts whose texts are longer than a list, a file or a letter can show.
fn check_texts(f: &Facts) -> Outcome<()> {
    limits::within(&[
        ("title", &f.title, limits::TITLE),
        ("product", &f.product, limits::WORDS),
        ("acceptance", &f.acceptance, limits::WORDS),
        ("authority", &f.authority, limits::TITLE),
        ("person", &f.person_name, limits::NAME),
        ("field", &f.field, limits::NAME),
        ("lead", &f.lead_words, limits::TITLE),
        ("due", &f.due_written, limits::NAME),
    ])
}

pub(crate) fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    task: &Task,
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry = trail::Entry {
        act,
        kind: "task",
        id: Some(task.id.0),
        code: &task.code,
        unit: task.facts.lead,
        facts,
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Loads a task for a reader or an actor: 404 when it may not be seen, 403 when it may not be touched so.
///
/// # Errors
/// The refusals named.
pub fn task_for(tx: &Tx<'_>, actor: &Actor, right: Right, code: &str) -> Outcome<Task> {
    let Some(task) = store::task_by_code(tx, code)? else { return Refusal::not_found().stop() };
    let issuer = store::programme_by_id(tx, task.programme)?.and_then(|p| p.issuer);
    let mut units: Vec<UnitId> = task.facts.lead.into_iter().collect();
    units.extend(store::support(tx, task.id)?.into_iter().filter_map(|(unit, _, _)| unit));
    units.extend(issuer);
    let field = task.facts.field.as_str();
    let sees =
        actor.may_everywhere(Right::See) || units.iter().any(|unit| actor.may_in(Right::See, *unit, field));
    if !sees {
        return Refusal::not_found().stop();
    }
    if right == Right::See {
        return Ok(task);
    }
    // Touching goes by the lead unit; a task that has none yet goes by its programme's issuer.
    match task.facts.lead.or(issuer) {
        Some(unit) => actor.need_in(right, unit, field)?,
        None => actor.need_everywhere(right)?,
    }
    Ok(task)
}

/// What a person may change about a task by editing it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edit {
    /// Title.
    pub title: String,
    /// Deliverable.
    pub product: String,
    /// How it is accepted.
    pub acceptance: String,
    /// The act under which the lead unit decides.
    pub authority: String,
    /// Field of work.
    pub field: String,
    /// The lead unit.
    pub lead: Option<UnitId>,
    /// The named lead.
    pub person: String,
    /// Deadline as written.
    pub due: String,
    /// "New and hard".
    pub new_and_hard: bool,
    /// The code of the task that it is a part of; empty for none.
    pub parent: String,
    /// Weight in the parent's progress, 1–1000.
    pub weight: i64,
    /// The clauses that it takes up.
    pub clauses: Vec<ClauseId>,
    /// The supporting units; none leaves them as they are.
    pub support: Option<Vec<store::Support>>,
}

/// Edits a task. Its deadline can only be edited while it is a draft; later it takes an extension.
///
/// # Errors
/// Refuses words that are no deadline, and an actor without the right; 409 when somebody was faster.
pub fn edit(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    edit: &Edit,
    version: i64,
) -> Outcome<Task> {
    let mut task = task_for(tx, actor, Right::Assign, code)?;
    if task.version != version {
        return Refusal::conflict("refusal-conflict").stop();
    }
    if edit.title.is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    let mut facts = task.facts.clone();
    if matches!(facts.state, State::Accepted | State::Cancelled) {
        return Refusal::new("programme-refusal-closed").at("title").stop();
    }
    let is_draft = matches!(facts.state, State::Draft | State::Returned);
    // What was assigned keeps its deadline and its lead; other acts move them, in the open.
    if !is_draft && edit.lead != facts.lead {
        return Refusal::new("programme-refusal-lead-kept").at("lead").stop();
    }
    if !is_draft && edit.due != facts.due_written {
        return Refusal::new("programme-refusal-due-kept").at("due").stop();
    }
    if is_draft {
        let calendar = organisation::store::calendar_of(tx, edit.lead, clock.today())?;
        facts.due = rules::due_of(&edit.due, &calendar, task.created_on)?;
        facts.due_written.clone_from(&edit.due);
        if let Some(lead) = edit.lead {
            actor.need_in(Right::Assign, lead, &edit.field)?;
        }
        facts.lead = edit.lead;
        if facts.lead.is_some() {
            facts.lead_words.clear();
            facts.lead_group.clear();
        }
    }
    let parent = parent_of(tx, &task, &edit.parent)?;
    if !(1..=1000).contains(&edit.weight) {
        return Refusal::new("programme-refusal-weight").at("weight").stop();
    }
    facts.weight = edit.weight;
    facts.title.clone_from(&edit.title);
    facts.product.clone_from(&edit.product);
    facts.acceptance.clone_from(&edit.acceptance);
    facts.authority.clone_from(&edit.authority);
    facts.field.clone_from(&edit.field);
    facts.person_name.clone_from(&edit.person);
    facts.new_and_hard = edit.new_and_hard;
    facts.clauses.clone_from(&edit.clauses);
    check_texts(&facts)?;
    let before = store::support(tx, task.id)?;
    let support = edit.support.as_ref().filter(|after| **after != before);
    if facts == task.facts && parent == task.parent && support.is_none() {
        return Ok(task);
    }
    if parent != task.parent {
        store::set_parent(tx, task.id, parent)?;
        store::roll_up(tx, task.parent)?;
        task.parent = parent;
    }
    if !store::save_task(tx, &task, &facts)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    task.version += 1;
    let mut changed = differences(&task.facts, &facts)?;
    if facts.clauses != task.facts.clauses {
        let keys = || -> Outcome<String> {
            let detail = store::details(tx, std::slice::from_ref(&task.code))?.remove(&task.code);
            Ok(detail.map(|d| d.clauses.join(", ")).unwrap_or_default())
        };
        let from = keys()?;
        store::put_clauses(tx, task.id, &facts.clauses)?;
        let told = serde_json::json!({"from": from, "to": keys()?});
        if let Some(fields) = changed.as_object_mut() {
            fields.insert("clauses".to_owned(), told);
        }
    }
    if let Some(after) = support {
        store::put_support(tx, task.id, after)?;
        let words = |list: &[store::Support]| list.iter().map(|s| s.2.clone()).collect::<Vec<_>>().join("; ");
        if let Some(fields) = changed.as_object_mut() {
            fields.insert(
                "support".to_owned(),
                serde_json::json!({"from": words(&before), "to": words(after)}),
            );
        }
    }
    task.facts = facts;
    let step = NewStep {
        task: task.id,
        seq: task.version,
        on: clock.today(),
        act: "edit",
        actor: &actor.signature(),
        words: "",
        facts: &task.facts,
    };
    let kept = store::add_step(tx, &step, clock.now())?;
    record(tx, clock, actor, "programme.task.edit", &task, store::Kept::in_facts(&[kept], changed))?;
    Ok(task)
}

/// Each fact that differs, as `{"from": …, "to": …}`.
pub(crate) fn differences(old: &Facts, new: &Facts) -> Outcome<serde_json::Value> {
    let (old, new) = (serde_json::to_value(old)?, serde_json::to_value(new)?);
    let mut changed = serde_json::Map::new();
    for (name, to) in new.as_object().into_iter().flatten() {
        let from = old.get(name).unwrap_or(&serde_json::Value::Null);
        // A deadline is told as it was written; its parsed form says nothing more to a reader.
        if from != to && name != "due" {
            changed.insert(name.clone(), serde_json::json!({"from": from, "to": to}));
        }
    }
    Ok(changed.into())
}

/// The task that an edit names as the one above.
fn parent_of(tx: &Tx<'_>, task: &Task, code: &str) -> Outcome<Option<TaskId>> {
    if code.is_empty() {
        return Ok(None);
    }
    let wrong = || Refusal::new("programme-refusal-parent").at("parent").with("value", code);
    let Some(parent) = store::task_by_code(tx, code)?.filter(|p| p.programme == task.programme) else {
        return wrong().stop();
    };
    let circle =
        parent.id == task.id || store::ancestors(tx, &parent)?.iter().any(|above| above.id == task.id);
    if circle { wrong().stop() } else { Ok(Some(parent.id)) }
}

/// Makes one part for every unit of the group that was named as lead; the task itself is then led by the unit that
/// coordinates it. Returns how many parts.
///
/// # Errors
/// Refuses a task that names no group, and an actor without the right over the programme's issuer.
pub fn expand(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, lead: UnitId) -> Outcome<usize> {
    let task = task_for(tx, actor, Right::Assign, code)?;
    let Some(programme) = store::programme_by_id(tx, task.programme)? else {
        return Refusal::not_found().stop();
    };
    let names = organisation::Snapshot::at(tx, clock.today())?;
    let members = names.group(&task.facts.lead_group, programme.issuer);
    if task.facts.lead.is_some() || members.is_empty() {
        return Refusal::new("programme-refusal-no-group").stop();
    }
    for unit in &members {
        let facts = Facts {
            lead: Some(*unit),
            lead_group: String::new(),
            lead_words: String::new(),
            ..task.facts.clone()
        };
        let draft = Draft {
            programme: &programme,
            parent: Some(task.id),
            group_title: &task.group_title,
            on: clock.today(),
            facts,
            support: &[],
        };
        create_task(tx, clock, actor, &draft)?;
    }
    let mut facts = task.facts.clone();
    facts.lead = Some(lead);
    facts.lead_group.clear();
    facts.lead_words.clear();
    if !store::save_task(tx, &task, &facts)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let step = NewStep {
        task: task.id,
        seq: task.version + 1,
        on: clock.today(),
        act: "expand",
        actor: &actor.signature(),
        words: "",
        facts: &facts,
    };
    let kept = store::add_step(tx, &step, clock.now())?;
    let told = serde_json::json!({"parts": members.len()});
    record(tx, clock, actor, "programme.task.expand", &task, store::Kept::in_facts(&[kept], told))?;
    Ok(members.len())
}
