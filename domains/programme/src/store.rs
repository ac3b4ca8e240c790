//! Every statement about programmes and tasks. Targets have a file of their own.

mod list;
mod targets;

pub use list::{Filter, ListRow, MatrixCell, list, matrix, open_of_units, totals};
pub use targets::*;

use crate::words::{Facts, Programme, ProgrammeId, Task, TaskId};
use base::{Date, Timestamp, fold::fold, ids::UnitId};
use db::{Row, Tx};
use document::ClauseId;

const PROGRAMME: &str = "p.id, p.code, p.kind, p.term, p.congress, p.number, p.symbol, p.title, p.issuer_id, \
                         p.document_id, p.parent_id, p.issued, p.starts, p.early_days";

fn programme(r: &Row<'_>) -> anyhow::Result<Programme> {
    Ok(Programme {
        id: r.next()?,
        code: r.next()?,
        kind: r.next()?,
        term: r.next()?,
        congress: r.next()?,
        number: r.next()?,
        symbol: r.next()?,
        title: r.next()?,
        issuer: r.next()?,
        document: r.next()?,
        parent: r.next()?,
        issued: r.next()?,
        starts: r.next()?,
        early_days: r.next()?,
    })
}

/// All programmes, city programmes first, then by code.
pub fn programmes(tx: &Tx<'_>) -> anyhow::Result<Vec<Programme>> {
    tx.rows(
        &format!(
            "select {PROGRAMME} from programme_programme p
              order by case when p.parent_id is null then 0 else 1 end, p.code limit 5000"
        ),
        &[],
        programme,
    )
}

/// A programme by its code.
pub fn programme_by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Programme>> {
    tx.row(&format!("select {PROGRAMME} from programme_programme p where p.code = $1"), &[&code], programme)
}

/// A programme by its identity.
pub fn programme_by_id(tx: &Tx<'_>, id: ProgrammeId) -> anyhow::Result<Option<Programme>> {
    tx.row(&format!("select {PROGRAMME} from programme_programme p where p.id = $1"), &[&id], programme)
}

/// The programmes that implement one.
pub fn children(tx: &Tx<'_>, parent: ProgrammeId) -> anyhow::Result<Vec<Programme>> {
    tx.rows(
        &format!("select {PROGRAMME} from programme_programme p where p.parent_id = $1 order by p.code"),
        &[&parent],
        programme,
    )
}

/// Keeps a programme.
pub fn insert_programme(tx: &Tx<'_>, p: &Programme) -> anyhow::Result<()> {
    let folded = fold(&format!("{} {} {}", p.code, p.mark(), p.title));
    tx.run(
        "insert into programme_programme (id, code, kind, term, congress, number, symbol, title, folded, issuer_id,
                                          document_id, parent_id, issued, starts, early_days, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1)",
        &[
            &p.id,
            &p.code,
            &p.kind,
            &p.term,
            &p.congress,
            &p.number,
            &p.symbol,
            &p.title,
            &folded,
            &p.issuer,
            &p.document,
            &p.parent,
            &p.issued,
            &p.starts,
            &p.early_days,
        ],
    )?;
    Ok(())
}

/// The units that a programme addresses, when they were set.
pub fn scope(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<Vec<UnitId>> {
    tx.rows(
        "select unit_id from programme_scope where programme_id = $1 order by unit_id",
        &[&programme],
        |r| r.next(),
    )
}

/// Sets the units that a programme addresses.
pub fn set_scope(tx: &Tx<'_>, programme: ProgrammeId, units: &[UnitId]) -> anyhow::Result<()> {
    tx.run("delete from programme_scope where programme_id = $1", &[&programme])?;
    for unit in units {
        tx.run("insert into programme_scope (programme_id, unit_id) values ($1, $2)", &[&programme, unit])?;
    }
    Ok(())
}

/// The (clause, unit) pairs that were ruled out by a day, with the reason.
pub fn exclusions(
    tx: &Tx<'_>,
    programme: ProgrammeId,
    on: Date,
) -> anyhow::Result<Vec<(ClauseId, UnitId, String)>> {
    tx.rows(
        "select clause_id, unit_id, reason from programme_exclusion
          where programme_id = $1 and on_date <= $2 order by clause_id, unit_id",
        &[&programme, &on],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Rules a pair out.
pub fn insert_exclusion(
    tx: &Tx<'_>,
    programme: ProgrammeId,
    clause: ClauseId,
    unit: UnitId,
    reason: &str,
    on: Date,
) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_exclusion (programme_id, clause_id, unit_id, reason, on_date)
         values ($1, $2, $3, $4, $5)
         on conflict (programme_id, clause_id, unit_id) do update set reason = excluded.reason",
        &[&programme, &clause, &unit, &reason, &on],
    )?;
    Ok(())
}

const TASK: &str = "t.id, t.code, t.programme_id, t.group_title, t.created_on, t.version, t.facts";

fn task(r: &Row<'_>) -> anyhow::Result<Task> {
    Ok(Task {
        id: r.next()?,
        code: r.next()?,
        programme: r.next()?,
        group_title: r.next()?,
        created_on: r.next()?,
        version: r.next()?,
        facts: serde_json::from_str(&r.next::<String>()?)?,
    })
}

/// A task by its code.
pub fn task_by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Task>> {
    tx.row(&format!("select {TASK} from programme_task t where t.code = $1"), &[&code], task)
}

/// The tasks of a programme in order.
pub fn tasks_of(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<Vec<Task>> {
    tx.rows(
        &format!("select {TASK} from programme_task t where t.programme_id = $1 order by t.position, t.code"),
        &[&programme],
        task,
    )
}

/// A task to keep, with its supporting units.
pub struct NewTask<'a> {
    /// The task.
    pub task: &'a Task,
    /// Its place in the programme.
    pub position: i64,
    /// Supporting units, groups and open words, in order: unit, group key, words.
    pub support: &'a [(Option<UnitId>, String, String)],
}

/// Keeps a new task; its first step is kept by [`add_step`].
pub fn insert_task(tx: &Tx<'_>, new: &NewTask<'_>) -> anyhow::Result<()> {
    let (t, f) = (new.task, &new.task.facts);
    tx.run(
        "insert into programme_task (id, code, programme_id, parent_id, position, group_title, title, folded, lead_id,
                                     lead_words, person_name, due, due_kind, due_written, state, percent, reported_on,
                                     new_and_hard, created_on, facts, version)
         values ($1, $2, $3, null, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)",
        &[
            &t.id,
            &t.code,
            &t.programme,
            &new.position,
            &t.group_title,
            &f.title,
            &fold(&format!("{} {} {}", t.code, f.title, f.product)),
            &f.lead,
            &f.lead_words,
            &f.person_name,
            &f.due.date(),
            &f.due.word(),
            &f.due_written,
            &f.state.word(),
            &f.percent,
            &f.reported_on,
            &f.new_and_hard,
            &t.created_on,
            &serde_json::to_string(f)?,
        ],
    )?;
    for (i, (unit, group, words)) in new.support.iter().enumerate() {
        tx.run(
            "insert into programme_task_support (task_id, ordinal, unit_id, group_key, words) values ($1, $2, $3, $4, $5)",
            &[&t.id, &i64::try_from(i)?, unit, group, words],
        )?;
    }
    for clause in &f.clauses {
        tx.run(
            "insert into programme_task_clause (task_id, clause_id) values ($1, $2) on conflict do nothing",
            &[&t.id, clause],
        )?;
    }
    Ok(())
}

/// Saves a task's facts with the version it was read at; false when somebody was faster.
pub fn save_task(tx: &Tx<'_>, id: TaskId, version: i64, f: &Facts) -> anyhow::Result<bool> {
    let n = tx.run(
        "update programme_task
            set title = $1, lead_id = $2, lead_words = $3, person_name = $4, due = $5, due_kind = $6, due_written = $7,
                state = $8, percent = $9, reported_on = $10, new_and_hard = $11, facts = $12, version = version + 1
          where id = $13 and version = $14",
        &[
            &f.title,
            &f.lead,
            &f.lead_words,
            &f.person_name,
            &f.due.date(),
            &f.due.word(),
            &f.due_written,
            &f.state.word(),
            &f.percent,
            &f.reported_on,
            &f.new_and_hard,
            &serde_json::to_string(f)?,
            &id,
            &version,
        ],
    )?;
    Ok(n == 1)
}

/// Sets the version of a task whose steps were kept in bulk.
pub fn set_version(tx: &Tx<'_>, id: TaskId, version: i64) -> anyhow::Result<()> {
    tx.run("update programme_task set version = $1 where id = $2", &[&version, &id])?;
    Ok(())
}

/// A step to keep.
pub struct NewStep<'a> {
    /// The task.
    pub task: TaskId,
    /// 1 for the first.
    pub seq: i64,
    /// From which day it counts.
    pub on: Date,
    /// What was done.
    pub act: &'a str,
    /// Who did it.
    pub actor: &'a str,
    /// In words.
    pub words: &'a str,
    /// The facts after it.
    pub facts: &'a Facts,
}

/// Keeps a step.
pub fn add_step(tx: &Tx<'_>, step: &NewStep<'_>, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_step (task_id, seq, on_date, recorded_at, act, actor, words, facts)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &step.task,
            &step.seq,
            &step.on,
            &at,
            &step.act,
            &step.actor,
            &step.words,
            &serde_json::to_string(step.facts)?,
        ],
    )?;
    Ok(())
}

/// A step as shown.
#[derive(Debug, Clone)]
pub struct StepRow {
    /// From which day it counts.
    pub on: Date,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// What was done.
    pub act: String,
    /// Who did it.
    pub actor: String,
    /// In words.
    pub words: String,
    /// The facts after it.
    pub facts: Facts,
}

/// The steps of a task, newest first.
pub fn steps(tx: &Tx<'_>, task: TaskId) -> anyhow::Result<Vec<StepRow>> {
    tx.rows(
        "select on_date, recorded_at, act, actor, words, facts from programme_step where task_id = $1 order by seq desc",
        &[&task],
        |r| {
            Ok(StepRow {
                on: r.next()?,
                recorded_at: r.next()?,
                act: r.next()?,
                actor: r.next()?,
                words: r.next()?,
                facts: serde_json::from_str(&r.next::<String>()?)?,
            })
        },
    )
}

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

/// Tasks whose row differs from the facts of their last step, in words for an administrator.
pub fn tasks_that_differ(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    tx.rows(
        "select t.code from programme_task t
          where not exists (select 1 from programme_step s where s.task_id = t.id and s.seq = t.version and s.facts = t.facts)
          order by t.code limit 100",
        &[],
        |r| Ok(format!("task {} differs from its last step", r.next::<String>()?)),
    )
}

/// The supporting units of a task: unit, group key, words.
pub fn support(tx: &Tx<'_>, task: TaskId) -> anyhow::Result<Vec<(Option<UnitId>, String, String)>> {
    tx.rows(
        "select unit_id, group_key, words from programme_task_support where task_id = $1 order by ordinal",
        &[&task],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// A piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Its name.
    pub name: String,
    /// The file's hash, when it is a file.
    pub sha256: Option<String>,
    /// A link, when it is one.
    pub link: String,
    /// When it was added.
    pub added_at: Timestamp,
}

/// Keeps a piece of evidence.
pub fn add_evidence(tx: &Tx<'_>, id: base::Uuid, task: TaskId, seq: i64, e: &Evidence) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_evidence (id, task_id, seq, name, sha256, link, added_at) values ($1, $2, $3, $4, $5, $6, $7)",
        &[&id, &task, &seq, &e.name, &e.sha256, &e.link, &e.added_at],
    )?;
    Ok(())
}

/// The evidence of a task, newest first.
pub fn evidence(tx: &Tx<'_>, task: TaskId) -> anyhow::Result<Vec<Evidence>> {
    tx.rows(
        "select name, sha256, link, added_at from programme_evidence where task_id = $1 order by added_at desc, id",
        &[&task],
        |r| Ok(Evidence { name: r.next()?, sha256: r.next()?, link: r.next()?, added_at: r.next()? }),
    )
}

/// Tasks that take up a clause: code, title, lead.
pub fn tasks_of_clause(
    tx: &Tx<'_>,
    clause: ClauseId,
) -> anyhow::Result<Vec<(String, String, Option<UnitId>)>> {
    tx.rows(
        "select t.code, t.title, t.lead_id from programme_task_clause c join programme_task t on t.id = c.task_id
          where c.clause_id = $1 order by t.code limit 500",
        &[&clause],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// A line of a periodic report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Who reports.
    pub unit: UnitId,
    /// The clause key or task code reported on.
    pub item: String,
    /// The clause, when it is one.
    pub clause: Option<ClauseId>,
    /// The last day of the period.
    pub as_of: Date,
    /// The day of the report.
    pub reported_on: Option<Date>,
    /// Planned.
    pub plan: Option<base::Decimal>,
    /// Done.
    pub actual: Option<base::Decimal>,
    /// In percent as reported; never clamped.
    pub percent: Option<base::Decimal>,
    /// In words.
    pub words: String,
    /// Evidence as named.
    pub evidence: String,
    /// What to look at, comma-separated.
    pub flags: String,
}

fn report_line(r: &Row<'_>) -> anyhow::Result<ReportLine> {
    Ok(ReportLine {
        unit: r.next()?,
        item: r.next()?,
        clause: r.next()?,
        as_of: r.next()?,
        reported_on: r.next()?,
        plan: r.next()?,
        actual: r.next()?,
        percent: r.next()?,
        words: r.next()?,
        evidence: r.next()?,
        flags: r.next()?,
    })
}

const REPORT: &str =
    "unit_id, item, clause_id, as_of, reported_on, plan, actual, percent, words, evidence, flags";

/// One line of a report.
pub fn report(
    tx: &Tx<'_>,
    programme: ProgrammeId,
    unit: UnitId,
    item: &str,
    as_of: Date,
) -> anyhow::Result<Option<ReportLine>> {
    tx.row(
        &format!(
            "select {REPORT} from programme_report
              where programme_id = $1 and unit_id = $2 and item = $3 and as_of = $4"
        ),
        &[&programme, &unit, &item, &as_of],
        report_line,
    )
}

/// The lines reported for a programme up to a day, newest period first.
pub fn reports(tx: &Tx<'_>, programme: ProgrammeId, until: Date) -> anyhow::Result<Vec<ReportLine>> {
    tx.rows(
        &format!(
            "select {REPORT} from programme_report where programme_id = $1 and as_of <= $2
              order by as_of desc, item, unit_id limit 5000"
        ),
        &[&programme, &until],
        report_line,
    )
}

/// Keeps or replaces a line.
pub fn put_report(
    tx: &Tx<'_>,
    id: base::Uuid,
    programme: ProgrammeId,
    line: &ReportLine,
) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_report (id, programme_id, unit_id, clause_id, task_id, item, as_of, reported_on, plan,
                                       actual, percent, words, evidence, flags)
         values ($1, $2, $3, $4, null, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (programme_id, unit_id, item, as_of) do update
            set reported_on = excluded.reported_on, plan = excluded.plan, actual = excluded.actual,
                percent = excluded.percent, words = excluded.words, evidence = excluded.evidence,
                flags = excluded.flags",
        &[
            &id,
            &programme,
            &line.unit,
            &line.clause,
            &line.item,
            &line.as_of,
            &line.reported_on,
            &line.plan,
            &line.actual,
            &line.percent,
            &line.words,
            &line.evidence,
            &line.flags,
        ],
    )?;
    Ok(())
}
