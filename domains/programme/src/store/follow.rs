//! Statements by which what hangs on a unit is found and moved when the unit is taken over by another.

use crate::words::{TargetId, TaskId};
use base::{Date, Decimal, ids::UnitId};
use db::Tx;

/// The tasks that a unit leads and that are not settled: identity, code, title.
pub fn open_tasks_of(tx: &Tx<'_>, unit: UnitId) -> anyhow::Result<Vec<(TaskId, String, String)>> {
    tx.rows(
        "select id, code, title from programme_task
          where lead_id = $1 and state <> 'accepted' and state <> 'cancelled' order by code",
        &[&unit],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// The unsettled tasks that a unit supports, with the place in the list of supporting units.
pub fn supported_by(tx: &Tx<'_>, unit: UnitId) -> anyhow::Result<Vec<(TaskId, String, String, i64)>> {
    tx.rows(
        "select t.id, t.code, t.title, s.ordinal
           from programme_task_support s join programme_task t on t.id = s.task_id
          where s.unit_id = $1 and t.state <> 'accepted' and t.state <> 'cancelled' order by t.code, s.ordinal",
        &[&unit],
        |r| Ok((r.next()?, r.next()?, r.next()?, r.next()?)),
    )
}

/// Puts another unit in a place of the list of supporting units.
pub fn set_support(tx: &Tx<'_>, task: TaskId, ordinal: i64, unit: UnitId) -> anyhow::Result<()> {
    tx.run(
        "update programme_task_support set unit_id = $1 where task_id = $2 and ordinal = $3",
        &[&unit, &task, &ordinal],
    )?;
    Ok(())
}

/// The allocations of a unit from a year on: target, code, title, year.
pub fn allocated_to(
    tx: &Tx<'_>,
    unit: UnitId,
    from: i64,
) -> anyhow::Result<Vec<(TargetId, String, String, i64)>> {
    tx.rows(
        "select t.id, t.code, t.title, a.year
           from programme_allocation a join programme_target t on t.id = a.target_id
          where a.unit_id = $1 and a.year >= $2 order by t.code, a.year",
        &[&unit, &from],
        |r| Ok((r.next()?, r.next()?, r.next()?, r.next()?)),
    )
}

/// The plan of a unit for a year.
pub fn allocation(tx: &Tx<'_>, target: TargetId, unit: UnitId, year: i64) -> anyhow::Result<Option<Decimal>> {
    tx.row(
        "select plan from programme_allocation where target_id = $1 and unit_id = $2 and year = $3",
        &[&target, &unit, &year],
        |r| r.next(),
    )
}

/// Takes an allocation away.
pub fn drop_allocation(tx: &Tx<'_>, target: TargetId, unit: UnitId, year: i64) -> anyhow::Result<()> {
    tx.run(
        "delete from programme_allocation where target_id = $1 and unit_id = $2 and year = $3",
        &[&target, &unit, &year],
    )?;
    Ok(())
}

/// An open task with a deadline, as followed up.
#[derive(Debug, Clone)]
pub struct OpenTask {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Lead unit.
    pub lead: UnitId,
    /// Deadline.
    pub due: Date,
    /// Who issued its programme.
    pub issuer: Option<UnitId>,
}

/// The tasks that were given to a unit, are not reported done and are due by a day.
pub fn open_dated(tx: &Tx<'_>, until: Date) -> anyhow::Result<Vec<OpenTask>> {
    tx.rows(
        "select t.code, t.title, t.lead_id, t.due, p.issuer_id
           from programme_task t join programme_programme p on p.id = t.programme_id
          where t.reported_on is null and t.due <= $1 and t.lead_id is not null
            and t.state in ('assigned', 'received', 'in_progress') order by t.code",
        &[&until],
        |r| {
            Ok(OpenTask {
                code: r.next()?,
                title: r.next()?,
                lead: r.next()?,
                due: r.next()?,
                issuer: r.next()?,
            })
        },
    )
}

/// When something was last done with a task.
pub fn last_step(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Date>> {
    tx.row(
        "select s.on_date from programme_step s join programme_task t on t.id = s.task_id
          where t.code = $1 order by s.seq desc limit 1",
        &[&code],
        |r| r.next(),
    )
}
