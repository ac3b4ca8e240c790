//! The tree of tasks: parts of a task, and the progress that they make of it.

use crate::{
    rules,
    words::{ProgrammeId, State, Task, TaskId},
};
use base::{Date, ids::UnitId};
use db::Tx;

/// A part of a task as shown with its parent's sum.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its identity.
    pub id: TaskId,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Its lead unit.
    pub lead: Option<UnitId>,
    /// Its weight.
    pub weight: i64,
    /// Its progress in hundredths of a percent.
    pub percent: i64,
    /// Where it stands.
    pub state: State,
    /// Its due date.
    pub due: Option<Date>,
    /// When it was reported done.
    pub reported_on: Option<Date>,
}

/// The parts of a task in order.
pub fn parts(tx: &Tx<'_>, parent: TaskId) -> anyhow::Result<Vec<Part>> {
    tx.rows(
        "select id, code, title, lead_id, percent, state, due, reported_on, facts from programme_task
          where parent_id = $1 order by position, code",
        &[&parent],
        |r| {
            Ok(Part {
                id: r.next()?,
                code: r.next()?,
                title: r.next()?,
                lead: r.next()?,
                percent: r.next()?,
                state: r.word(State::from_word)?,
                due: r.next()?,
                reported_on: r.next()?,
                weight: serde_json::from_str::<crate::words::Facts>(&r.next::<String>()?)?.weight,
            })
        },
    )
}

/// The tasks of a programme and of the plans that implement it, each with its lead unit or, without one, the issuer.
pub fn leads_of(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<Vec<(String, Option<UnitId>)>> {
    tx.rows(
        "select t.code, coalesce(t.lead_id, p.issuer_id)
           from programme_task t join programme_programme p on p.id = t.programme_id
          where p.id = $1 or p.parent_id = $1 order by t.code",
        &[&programme],
        |r| Ok((r.next()?, r.next()?)),
    )
}

/// Whether a task has parts.
pub fn has_parts(tx: &Tx<'_>, task: TaskId) -> anyhow::Result<bool> {
    Ok(tx.number("select count(*) from programme_task where parent_id = $1", &[&task])? > 0)
}

/// Works the progress of every task above one out anew, from the nearest up.
pub fn roll_up(tx: &Tx<'_>, parent: Option<TaskId>) -> anyhow::Result<()> {
    let mut at = parent;
    for _ in 0..20 {
        let Some(id) = at else { break };
        let children: Vec<(i64, i64, State)> =
            parts(tx, id)?.into_iter().map(|p| (p.weight, p.percent, p.state)).collect();
        let percent = match children.as_slice() {
            // A task that lost its last part shows its own progress again.
            [] => super::task_by_id(tx, id)?.map(|task| task.facts.percent),
            some => rules::progress_of(some),
        };
        let Some(percent) = percent else { break };
        tx.run("update programme_task set percent = $1 where id = $2", &[&percent, &id])?;
        at = tx.row("select parent_id from programme_task where id = $1", &[&id], |r| r.next())?.flatten();
    }
    Ok(())
}

/// Puts right what a change of a task means for its own progress, when it has parts, and for those above it.
pub fn settle(tx: &Tx<'_>, task: &Task) -> anyhow::Result<()> {
    if has_parts(tx, task.id)? { roll_up(tx, Some(task.id)) } else { roll_up(tx, task.parent) }
}

/// The tasks above one, nearest first.
pub fn ancestors(tx: &Tx<'_>, task: &Task) -> anyhow::Result<Vec<Task>> {
    let mut above = Vec::new();
    let mut at = task.parent;
    while let Some(parent) = at.map(|id| super::task_by_id(tx, id)).transpose()?.flatten() {
        at = parent.parent;
        above.push(parent);
        if above.len() > 20 {
            break;
        }
    }
    Ok(above)
}

/// Puts a task under another of its programme, or at the top.
pub fn set_parent(tx: &Tx<'_>, task: TaskId, parent: Option<TaskId>) -> anyhow::Result<()> {
    tx.run("update programme_task set parent_id = $1 where id = $2", &[&parent, &task])?;
    Ok(())
}
