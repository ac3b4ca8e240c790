//! Steps with a task: one, or the same for many.

use super::tasks::{record, task_for};
use crate::{
    rules::{self, Step},
    store::{self, Evidence, NewStep},
    words::Task,
};
use base::limits;
use base::{Actor, Clock, Outcome, Refusal, Right, Stop};
use db::Tx;

/// The rights any of which a step needs.
pub fn rights_for(step: &Step) -> &'static [Right] {
    match step {
        Step::Assign
        | Step::Accept
        | Step::SendBack
        | Step::GrantExtension
        | Step::DenyExtension
        | Step::Extend { .. }
        | Step::Pause
        | Step::Resume
        | Step::Cancel => &[Right::Assign],
        Step::Direct { .. } => &[Right::Direct],
        Step::DemandExplanation { .. } | Step::AcceptExplanation | Step::ReturnExplanation => {
            &[Right::Direct, Right::Assign]
        }
        Step::Receive
        | Step::Return
        | Step::AskExtension { .. }
        | Step::ReportDone { .. }
        | Step::AnswerDirective
        | Step::Explain => &[Right::Lead],
        Step::Progress { .. } => &[Right::Report],
        Step::Tag { .. } | Step::Untag { .. } => &[Right::Assign, Right::Lead, Right::Report],
    }
}

/// The task, when the actor may take the step with it.
fn task_for_step(tx: &Tx<'_>, actor: &Actor, code: &str, step: &Step) -> Outcome<Task> {
    let mut answer = Refusal::forbidden().stop();
    for right in rights_for(step) {
        answer = task_for(tx, actor, *right, code);
        if answer.is_ok() {
            break;
        }
    }
    answer
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
    let mut task = task_for_step(tx, actor, code, step)?;
    if with.version.is_some_and(|seen| seen != task.version) {
        return Refusal::conflict("refusal-conflict").stop();
    }
    limits::within(&[("words", &with.words, limits::WORDS)])?;
    for (name, _, link) in &with.evidence {
        limits::within(&[("file", name, limits::NAME), ("link", link, limits::TITLE)])?;
    }
    for (_, file, link) in &with.evidence {
        if file.is_none() && !["http://", "https://"].iter().any(|begin| link.starts_with(begin)) {
            return Refusal::new("programme-refusal-link").at("link").with("value", link).stop();
        }
    }
    let today = clock.today();
    let has_evidence = !with.evidence.is_empty() || !store::evidence(tx, task.id)?.is_empty();
    let step = match step {
        Step::ReportDone { .. } => &Step::ReportDone { has_evidence },
        other => other,
    };
    if matches!(step, Step::Progress { .. }) && store::has_parts(tx, task.id)? {
        return Refusal::new("programme-refusal-parts").at("percent").stop();
    }
    let facts = rules::step(&task.facts, step, &with.words, today)?;
    if !store::save_task(tx, &task, &facts)? {
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
        actor: &actor.signature(),
        words: &with.words,
        facts: &task.facts,
    };
    let kept = store::add_step(tx, &new, clock.now())?;
    for (name, sha256, link) in &with.evidence {
        let evidence = Evidence {
            name: name.clone(),
            sha256: sha256.clone(),
            link: link.clone(),
            added_at: clock.now(),
        };
        store::add_evidence(tx, clock.uuid(), task.id, seq, &evidence)?;
    }
    let asked = match step {
        Step::AskExtension { to } => Some(*to),
        _ => None,
    };
    let facts = serde_json::json!({
        "step": step.word(), "words": with.words, "percent": task.facts.percent, "to": asked,
    });
    record(tx, clock, actor, "programme.task.step", &task, store::Kept::in_facts(&[kept], facts))?;
    Ok(task)
}

/// What came of taking the same step with many tasks.
#[derive(Debug, Clone, Default)]
pub struct Many {
    /// The codes of those with which it was taken.
    pub done: Vec<String>,
    /// The others: code and why not.
    pub refused: Vec<(String, Refusal)>,
}

/// Takes the same step with many tasks. Each is taken or refused for itself; a refused one is left as it is.
///
/// # Errors
/// When the database fails.
pub fn take_steps(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    codes: &[String],
    step: &Step,
    words: &str,
) -> Outcome<Many> {
    let mut many = Many::default();
    let with = With { words: words.to_owned(), ..With::default() };
    for code in codes {
        match take_step(tx, clock, actor, code, step, &with) {
            Ok(_) => many.done.push(code.clone()),
            Err(Stop::Refused(refusal)) => many.refused.push((code.clone(), refusal)),
            Err(fault) => return Err(fault),
        }
    }
    Ok(many)
}

/// The word of the step that takes another one back.
const TAKE_BACK: &str = "take_back";

/// Takes back a step that the same person took today with many tasks, where nothing was done since. Each is taken back
/// or refused for itself.
///
/// # Errors
/// When the database fails.
pub fn take_back(tx: &Tx<'_>, clock: &Clock, actor: &Actor, codes: &[String], step: &Step) -> Outcome<Many> {
    let mut many = Many::default();
    for code in codes {
        match take_one_back(tx, clock, actor, code, step) {
            Ok(()) => many.done.push(code.clone()),
            Err(Stop::Refused(refusal)) => many.refused.push((code.clone(), refusal)),
            Err(fault) => return Err(fault),
        }
    }
    Ok(many)
}

fn take_one_back(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, step: &Step) -> Outcome<()> {
    let mut task = task_for_step(tx, actor, code, step)?;
    let steps = store::steps(tx, task.id)?;
    let mut latest = steps.iter();
    let (Some(last), Some(before)) = (latest.next(), latest.next()) else {
        return Refusal::new("programme-refusal-take-back").stop();
    };
    let is_mine = last.act == step.word() && last.actor == actor.signature() && last.on == clock.today();
    if !is_mine || !store::save_task(tx, &task, &before.facts)? {
        return Refusal::new("programme-refusal-take-back").stop();
    }
    task.version += 1;
    let new = NewStep {
        task: task.id,
        seq: task.version,
        on: clock.today(),
        act: TAKE_BACK,
        actor: &actor.signature(),
        words: "",
        facts: &before.facts,
    };
    let kept = store::add_step(tx, &new, clock.now())?;
    let facts = serde_json::json!({"step": TAKE_BACK, "words": step.word()});
    record(tx, clock, actor, "programme.task.step", &task, store::Kept::in_facts(&[kept], facts))
}
