//! Tasks as they stood on an earlier day, from the steps that were taken by then.

use crate::words::{Facts, ProgrammeId, TaskId};
use base::{Date, ids::UnitId};
use db::Tx;
use std::collections::HashMap;

/// The facts of all tasks of some programmes as they stood on a day.
pub fn facts_on(
    tx: &Tx<'_>,
    programmes: &[ProgrammeId],
    on: Date,
) -> anyhow::Result<Vec<(TaskId, String, ProgrammeId, Facts)>> {
    let ids: Vec<base::Uuid> = programmes.iter().map(|p| p.0).collect();
    tx.rows(
        "select t.id, t.code, t.programme_id, s.facts
           from programme_task t
           join programme_step s on s.task_id = t.id
          where t.programme_id = any($1)
            and s.seq = (select max(x.seq) from programme_step x where x.task_id = t.id and x.on_date <= $2)
          order by t.code",
        &[&ids, &on],
        |r| Ok((r.next()?, r.next()?, r.next()?, serde_json::from_str(&r.next::<String>()?)?)),
    )
}

/// The facts of the tasks with these codes as they stood at the end of a day; a task that was not there then has none.
pub fn facts_of(tx: &Tx<'_>, codes: &[String], on: Date) -> anyhow::Result<HashMap<String, Facts>> {
    let rows = tx.rows(
        "select t.code, s.facts
           from programme_task t
           join programme_step s on s.task_id = t.id
          where t.code = any($1)
            and s.seq = (select max(x.seq) from programme_step x where x.task_id = t.id and x.on_date <= $2)",
        &[&codes.to_vec(), &on],
        |r| Ok((r.next()?, serde_json::from_str(&r.next::<String>()?)?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// A task that a unit was given, due within a span.
#[derive(Debug, Clone)]
pub struct DueRow {
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Who leads it.
    pub lead: UnitId,
    /// When it is due, extensions counted.
    pub due: Date,
    /// When it was reported done.
    pub reported: Option<Date>,
}

/// The tasks given to a unit and due from one day to another, both included. Drafts and cancelled ones are none.
pub fn due_between(tx: &Tx<'_>, from: Date, to: Date) -> anyhow::Result<Vec<DueRow>> {
    tx.rows(
        "select t.code, t.title, t.lead_id, t.due, t.reported_on from programme_task t
          where t.state not in ('draft', 'cancelled') and t.due >= $1 and t.due <= $2 and t.lead_id is not null
          order by t.code",
        &[&from, &to],
        |r| {
            Ok(DueRow {
                code: r.next()?,
                title: r.next()?,
                lead: r.next()?,
                due: r.next()?,
                reported: r.next()?,
            })
        },
    )
}
