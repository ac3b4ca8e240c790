//! Focus points: chosen with their bottleneck and solution, noted every week, answered for at the end of the period.

use super::tasks::{record, task_for};
use crate::store::{self, Note};
use base::limits;
use base::{Actor, Clock, Outcome, Refusal, Right};
use db::{Tx, trail};

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
    limits::within(&[("bottleneck", bottleneck, limits::WORDS), ("solution", solution, limits::WORDS)])?;
    if store::focus_count(tx, unit, period)? >= MOST {
        return Refusal::new("programme-refusal-focus-most").with("most", MOST).stop();
    }
    if store::insert_focus(tx, clock.uuid(), unit, period, task.id, (bottleneck, solution), clock.today())? {
        record(tx, clock, actor, "programme.focus.choose", &task, serde_json::json!({"period": period}))?;
    }
    Ok(())
}

/// Answers for a focus point at the end of its period.
///
/// # Errors
/// Refuses empty words, an unknown point, and an actor without the right over the unit that chose it.
pub fn answer_focus(tx: &Tx<'_>, clock: &Clock, actor: &Actor, id: base::Uuid, result: &str) -> Outcome<()> {
    let Some((unit, code)) = store::focus_by_id(tx, id)? else { return Refusal::not_found().stop() };
    actor.need(Right::Focus, unit)?;
    if result.trim().is_empty() {
        return Refusal::new("programme-refusal-words").at("result").stop();
    }
    limits::within(&[("result", result, limits::WORDS)])?;
    store::set_focus_result(tx, id, result.trim())?;
    let entry = trail::Entry {
        act: "programme.focus.answer",
        kind: "task",
        id: Some(id),
        code: &code,
        unit: Some(unit),
        facts: serde_json::json!({"result": result.trim()}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Notes what moved with a focus point this week.
///
/// # Errors
/// Refuses empty words, a point that was answered for, and an actor who may neither choose for the unit nor report for
/// the task's lead unit.
pub fn note_focus(tx: &Tx<'_>, clock: &Clock, actor: &Actor, id: base::Uuid, words: &str) -> Outcome<()> {
    let Some((unit, code)) = store::focus_by_id(tx, id)? else { return Refusal::not_found().stop() };
    let Some(task) = store::task_by_code(tx, &code)? else { return Refusal::not_found().stop() };
    if actor.need(Right::Focus, unit).is_err() {
        task_for(tx, actor, Right::Report, &code)?;
    }
    let words = words.trim();
    if words.is_empty() {
        return Refusal::new("programme-refusal-words").at("note").stop();
    }
    limits::within(&[("note", words, limits::WORDS)])?;
    let week = base::period::week_of(clock.today());
    let note = Note {
        week: week.clone(),
        words: words.to_owned(),
        percent: task.facts.percent,
        actor: actor.signature(),
        at: clock.now(),
    };
    store::put_focus_note(tx, id, &note)?;
    record(
        tx,
        clock,
        actor,
        "programme.focus.note",
        &task,
        serde_json::json!({"period": week, "words": words}),
    )
}
