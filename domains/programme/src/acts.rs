//! What people do with programmes and tasks. Each act is one transaction, one step, one line of the trail.

use crate::{
    rules::{self, Step},
    store::{self, Evidence, NewStep, NewTask},
    words::{Facts, Programme, ProgrammeId, State, Task, TaskId},
};
use base::{Actor, Clock, Date, Outcome, Refusal, Right, ids::UnitId, period::Due};
use db::{Tx, trail};
use document::{Document, DocumentId};

/// Makes a programme from a document, unless there is one for it already.
///
/// # Errors
/// Refuses an actor without the right over the issuer.
pub fn programme_from(tx: &Tx<'_>, clock: &Clock, actor: &Actor, doc: &Document) -> Outcome<Programme> {
    let existing = store::programmes(tx)?.into_iter().find(|p| p.document == Some(doc.id));
    if let Some(programme) = existing {
        return Ok(programme);
    }
    let prefix = if doc.kind == "chuong_trinh" { "CT" } else { "KH" };
    let code = free_code(tx, &format!("{prefix}-{}", doc.number))?;
    let programme = Programme {
        id: ProgrammeId::new(clock),
        code,
        kind: doc.kind.clone(),
        term: doc.term.clone(),
        congress: doc.congress.clone(),
        number: doc.number.clone(),
        symbol: doc.symbol.clone(),
        title: doc.title.clone(),
        issuer: doc.issuer,
        document: Some(doc.id),
        parent: None,
        issued: doc.issued,
        starts: doc.issued.unwrap_or_else(|| clock.today()),
        early_days: Some(60),
    };
    create_programme(tx, clock, actor, &programme)?;
    Ok(programme)
}

/// Keeps a programme.
///
/// # Errors
/// Refuses an actor without the right over the issuer.
pub fn create_programme(tx: &Tx<'_>, clock: &Clock, actor: &Actor, programme: &Programme) -> Outcome<()> {
    match programme.issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    store::insert_programme(tx, programme)?;
    let entry = trail::Entry {
        act: "programme.programme.create",
        kind: "programme",
        id: Some(programme.id.0),
        code: &programme.code,
        unit: programme.issuer,
        facts: serde_json::json!({"mark": programme.mark(), "title": programme.title}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// The first free code that begins so.
pub(crate) fn free_code(tx: &Tx<'_>, base: &str) -> anyhow::Result<String> {
    let base = base.trim_end_matches('-');
    let mut code = base.to_owned();
    let mut n = 2;
    while store::programme_by_code(tx, &code)?.is_some() {
        code = format!("{base}.{n}");
        n += 1;
    }
    Ok(code)
}

/// The programme of a document.
///
/// # Errors
/// When the reading fails.
pub fn of_document(tx: &Tx<'_>, doc: DocumentId) -> anyhow::Result<Option<Programme>> {
    Ok(store::programmes(tx)?.into_iter().find(|p| p.document == Some(doc)))
}

/// A task to create.
pub struct Draft<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The heading it stands under.
    pub group_title: &'a str,
    /// The day from which it counts.
    pub on: Date,
    /// Its facts, state draft.
    pub facts: Facts,
    /// Supporting units.
    pub support: &'a [(Option<UnitId>, String, String)],
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
        Some(unit) => actor.need(Right::Assign, unit)?,
        None => actor.need_somewhere(Right::Assign)?,
    }
    let short = draft.programme.code.trim_start_matches("CT-").trim_start_matches("KH-");
    let n = tx.next_number(&format!("task:{}", draft.programme.code))?;
    let task = Task {
        id: TaskId::new(clock),
        code: format!("NV-{short}.{n:03}"),
        programme: draft.programme.id,
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
        actor: &actor.name,
        words: "",
        facts: &task.facts,
    };
    store::add_step(tx, &step, clock.now())?;
    record(tx, clock, actor, "programme.task.create", &task, serde_json::json!({"title": task.facts.title}))?;
    Ok(task)
}

fn record(
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
    let sees = actor.may_everywhere(Right::See) || units.iter().any(|unit| actor.may(Right::See, *unit));
    if !sees {
        return Refusal::not_found().stop();
    }
    if right == Right::See {
        return Ok(task);
    }
    // Touching goes by the lead unit; a task that has none yet goes by its programme's issuer.
    match task.facts.lead.or(issuer) {
        Some(unit) => actor.need(right, unit)?,
        None => actor.need_everywhere(right)?,
    }
    Ok(task)
}

/// The right that a step needs.
pub fn right_for(step: &Step) -> Right {
    match step {
        Step::Assign
        | Step::Accept
        | Step::SendBack
        | Step::GrantExtension
        | Step::DenyExtension
        | Step::Pause
        | Step::Resume
        | Step::Cancel => Right::Assign,
        Step::Receive | Step::Return | Step::AskExtension { .. } | Step::ReportDone { .. } => Right::Lead,
        Step::Progress { .. } => Right::Report,
    }
}

/// What comes with a step.
#[derive(Debug, Clone, Default)]
pub struct With {
    /// In words.
    pub words: String,
    /// Evidence: name, file hash, link.
    pub evidence: Vec<(String, Option<String>, String)>,
    /// The version the person looked at; `None` not to compare.
    pub version: Option<i64>,
}

/// Takes a step with a task.
///
/// # Errors
/// The rules' refusals; 409 when somebody was faster.
pub fn take_step(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    step: &Step,
    with: &With,
) -> Outcome<Task> {
    let mut task = task_for(tx, actor, right_for(step), code)?;
    if with.version.is_some_and(|seen| seen != task.version) {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let today = clock.today();
    let has_evidence = !with.evidence.is_empty() || !store::evidence(tx, task.id)?.is_empty();
    let step = match step {
        Step::ReportDone { .. } => &Step::ReportDone { has_evidence },
        other => other,
    };
    let facts = rules::step(&task.facts, step, &with.words, today)?;
    if !store::save_task(tx, task.id, task.version, &facts)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let seq = task.version + 1;
    task.version = seq;
    task.facts = facts;
    let new = NewStep {
        task: task.id,
        seq,
        on: today,
        act: step.word(),
        actor: &actor.name,
        words: &with.words,
        facts: &task.facts,
    };
    store::add_step(tx, &new, clock.now())?;
    for (name, sha256, link) in &with.evidence {
        let evidence = Evidence {
            name: name.clone(),
            sha256: sha256.clone(),
            link: link.clone(),
            added_at: clock.now(),
        };
        store::add_evidence(tx, clock.uuid(), task.id, seq, &evidence)?;
    }
    let facts = serde_json::json!({"step": step.word(), "words": with.words, "percent": task.facts.percent});
    record(tx, clock, actor, "programme.task.step", &task, facts)?;
    Ok(task)
}

/// What a person may change about a task by editing it.
#[derive(Debug, Clone, Default)]
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
    let is_draft = matches!(facts.state, State::Draft | State::Returned);
    if is_draft {
        facts.due = base::period::read(&edit.due);
        facts.due_written.clone_from(&edit.due);
        if facts.due == Due::Invalid {
            return Refusal::new("programme-refusal-due").at("due").with("value", &edit.due).stop();
        }
        if let Some(lead) = edit.lead {
            actor.need(Right::Assign, lead)?;
        }
        facts.lead = edit.lead;
        if facts.lead.is_some() {
            facts.lead_words.clear();
            facts.lead_group.clear();
        }
    }
    facts.title.clone_from(&edit.title);
    facts.product.clone_from(&edit.product);
    facts.acceptance.clone_from(&edit.acceptance);
    facts.authority.clone_from(&edit.authority);
    facts.field.clone_from(&edit.field);
    facts.person_name.clone_from(&edit.person);
    facts.new_and_hard = edit.new_and_hard;
    if facts == task.facts {
        return Ok(task);
    }
    if !store::save_task(tx, task.id, task.version, &facts)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    task.version += 1;
    task.facts = facts;
    let step = NewStep {
        task: task.id,
        seq: task.version,
        on: clock.today(),
        act: "edit",
        actor: &actor.name,
        words: "",
        facts: &task.facts,
    };
    store::add_step(tx, &step, clock.now())?;
    record(tx, clock, actor, "programme.task.edit", &task, serde_json::json!({"title": task.facts.title}))?;
    Ok(task)
}

/// Chooses a task as a focus point of a period; at most seven a unit and period.
///
/// # Errors
/// Refuses an eighth, an empty bottleneck, and an actor without the right.
pub fn choose_focus(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    period: &str,
    bottleneck: &str,
    solution: &str,
) -> Outcome<()> {
    const MOST: i64 = 7;
    let task = task_for(tx, actor, Right::Focus, code)?;
    let Some(unit) = actor.unit.or(task.facts.lead) else { return Refusal::forbidden().stop() };
    if bottleneck.trim().is_empty() || solution.trim().is_empty() {
        return Refusal::new("programme-refusal-focus-words").at("bottleneck").stop();
    }
    if store::focus_count(tx, unit, period)? >= MOST {
        return Refusal::new("programme-refusal-focus-most").with("most", MOST).stop();
    }
    if store::insert_focus(tx, clock.uuid(), unit, period, task.id, (bottleneck, solution), clock.today())? {
        record(tx, clock, actor, "programme.focus.choose", &task, serde_json::json!({"period": period}))?;
    }
    Ok(())
}

/// Rules a clause out for a unit, with a reason, so that it is not counted as forgotten.
///
/// # Errors
/// Refuses an empty reason, and an actor without the right over the unit.
pub fn rule_out(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    programme: &Programme,
    clause: document::ClauseId,
    unit: UnitId,
    reason: &str,
) -> Outcome<()> {
    actor.need(Right::Lead, unit).or_else(|_| actor.need(Right::Assign, unit))?;
    if reason.trim().is_empty() {
        return Refusal::new("programme-refusal-words").at("reason").stop();
    }
    store::insert_exclusion(tx, programme.id, clause, unit, reason, clock.today())?;
    let entry = trail::Entry {
        act: "programme.clause.rule_out",
        kind: "programme",
        id: Some(programme.id.0),
        code: &programme.code,
        unit: Some(unit),
        facts: serde_json::json!({"clause": clause, "reason": reason}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Enters a measured value of a target.
///
/// # Errors
/// Refuses an actor without the right over the unit, or over the whole when there is none.
pub fn measure(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    target: &store::Target,
    value: store::Value,
) -> Outcome<()> {
    match value.unit {
        Some(unit) => actor.need(Right::Report, unit)?,
        None => actor.need_everywhere(Right::Report)?,
    }
    let value = store::Value { actor: actor.name.clone(), ..value };
    store::add_value(tx, clock.uuid(), target.id, &value, clock.now())?;
    let entry = trail::Entry {
        act: "programme.target.measure",
        kind: "target",
        id: Some(target.id.0),
        code: &target.code,
        unit: value.unit,
        facts: serde_json::json!({"year": value.year, "value": value.value, "as_of": value.as_of}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
