//! Tasks as they stood on an earlier day, from the steps that were taken by then.

use crate::words::{Facts, ProgrammeId, TaskId};
use base::Date;
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
