//! Every statement about programmes and tasks; each kind of other record has a file of its own.

mod check;
mod details;
mod focus;
mod follow;
mod index;
mod list;
mod past;
mod reports;
mod targets;
mod tree;
mod views;

pub use check::{steps_that_differ, tasks_that_differ};
pub use details::{Detail, Support, details, put_clauses, put_support, support, tasks_of_clause};
pub use focus::*;
pub use follow::*;
pub use index::{Index, Mark, index};
pub use list::{Filter, ListRow, first, list};
pub use past::{DueRow, due_between, facts_of, facts_on};
pub use reports::*;
pub use targets::*;
pub use tree::*;
pub use views::*;

use crate::words::{Facts, Programme, ProgrammeId, Task, TaskId};
use base::{Date, Timestamp, fold::fold, ids::UnitId};
use db::{Row, Tx, trail};
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

/// Changes what a person may edit about a programme; false when somebody was faster.
pub fn update_programme(tx: &Tx<'_>, p: &Programme, version: i64) -> anyhow::Result<bool> {
    let folded = fold(&format!("{} {} {}", p.code, p.mark(), p.title));
    let n = tx.run(
        "update programme_programme
            set title = $1, folded = $2, kind = $3, parent_id = $4, early_days = $5, issued = $6, version = version + 1,
                tick = tick + 1
          where id = $7 and version = $8",
        &[&p.title, &folded, &p.kind, &p.parent, &p.early_days, &p.issued, &p.id, &version],
    )?;
    Ok(n == 1)
}

/// The version of a programme's row.
pub fn programme_version(tx: &Tx<'_>, id: ProgrammeId) -> anyhow::Result<i64> {
    tx.number("select version from programme_programme where id = $1", &[&id])
}

/// The clauses that a programme says it implements as a whole.
pub fn implements(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<Vec<ClauseId>> {
    tx.rows(
        "select clause_id from programme_implements where programme_id = $1 order by clause_id",
        &[&programme],
        |r| r.next(),
    )
}

/// Sets the clauses that a programme implements as a whole.
pub fn set_implements(tx: &Tx<'_>, programme: ProgrammeId, clauses: &[ClauseId]) -> anyhow::Result<()> {
    touch(tx, programme)?;
    tx.run("delete from programme_implements where programme_id = $1", &[&programme])?;
    for clause in clauses {
        tx.run(
            "insert into programme_implements (programme_id, clause_id) values ($1, $2) on conflict do nothing",
            &[&programme, clause],
        )?;
    }
    Ok(())
}

/// The programmes that implement a clause as a whole: code, title.
pub fn programmes_of_clause(tx: &Tx<'_>, clause: ClauseId) -> anyhow::Result<Vec<(String, String)>> {
    tx.rows(
        "select p.code, p.title from programme_implements i join programme_programme p on p.id = i.programme_id
          where i.clause_id = $1 order by p.code",
        &[&clause],
        |r| Ok((r.next()?, r.next()?)),
    )
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
    touch(tx, programme)?;
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
    touch(tx, programme)?;
    tx.run(
        "insert into programme_exclusion (programme_id, clause_id, unit_id, reason, on_date)
         values ($1, $2, $3, $4, $5)
         on conflict (programme_id, clause_id, unit_id) do update set reason = excluded.reason",
        &[&programme, &clause, &unit, &reason, &on],
    )?;
    Ok(())
}

const TASK: &str =
    "t.id, t.code, t.programme_id, t.parent_id, t.group_title, t.created_on, t.percent, t.version, t.facts";

fn task(r: &Row<'_>) -> anyhow::Result<Task> {
    Ok(Task {
        id: r.next()?,
        code: r.next()?,
        programme: r.next()?,
        parent: r.next()?,
        group_title: r.next()?,
        created_on: r.next()?,
        percent: r.next()?,
        version: r.next()?,
        facts: serde_json::from_str(&r.next::<String>()?)?,
    })
}

/// A task by its code.
pub fn task_by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Task>> {
    tx.row(&format!("select {TASK} from programme_task t where t.code = $1"), &[&code], task)
}

/// A task by its identity.
pub fn task_by_id(tx: &Tx<'_>, id: TaskId) -> anyhow::Result<Option<Task>> {
    tx.row(&format!("select {TASK} from programme_task t where t.id = $1"), &[&id], task)
}

/// The tasks of a programme in order.
pub fn tasks_of(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<Vec<Task>> {
    tx.rows(
        &format!("select {TASK} from programme_task t where t.programme_id = $1 order by t.position, t.code"),
        &[&programme],
        task,
    )
}

/// What a search of tasks looks in.
fn folded(code: &str, f: &Facts) -> String {
    fold(&format!("{code} {} {}", f.title, f.product))
}

/// A task to keep, with its supporting units.
pub struct NewTask<'a> {
    /// The task.
    pub task: &'a Task,
    /// Its place in the programme.
    pub position: i64,
    /// Supporting units, groups and open words, in order: unit, group key, words.
    pub support: &'a [Support],
}

/// Keeps a new task; its first step is kept by [`add_step`].
pub fn insert_task(tx: &Tx<'_>, new: &NewTask<'_>) -> anyhow::Result<()> {
    let (t, f) = (new.task, &new.task.facts);
    tx.run(
        "insert into programme_task (id, code, programme_id, parent_id, position, group_title, title, folded, lead_id,
                                     lead_words, person_name, due, due_kind, due_written, state, percent, reported_on,
                                     new_and_hard, created_on, facts, field, waits, tags, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                 1)",
        &[
            &t.id,
            &t.code,
            &t.programme,
            &t.parent,
            &new.position,
            &t.group_title,
            &f.title,
            &folded(&t.code, f),
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
            &f.field,
            &f.waits(),
            &f.tagged(),
        ],
    )?;
    touch(tx, t.programme)?;
    details::add_support(tx, t.id, new.support)?;
    details::add_clauses(tx, t.id, &f.clauses)
}

/// Saves a task's facts with the version it was read at; false when somebody was faster.
pub fn save_task(tx: &Tx<'_>, task: &Task, f: &Facts) -> anyhow::Result<bool> {
    let n = tx.run(
        "update programme_task
            set title = $1, lead_id = $2, lead_words = $3, person_name = $4, due = $5, due_kind = $6, due_written = $7,
                state = $8, percent = $9, reported_on = $10, new_and_hard = $11, facts = $12, field = $13, waits = $14,
                folded = $15, tags = $16, version = version + 1
          where id = $17 and version = $18",
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
            &f.field,
            &f.waits(),
            &folded(&task.code, f),
            &f.tagged(),
            &task.id,
            &task.version,
        ],
    )?;
    touch(tx, task.programme)?;
    settle(tx, task)?;
    Ok(n == 1)
}

/// Says that tasks of a programme changed, so that what is kept in memory of them is read again.
pub fn touch(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<()> {
    tx.run("update programme_programme set tick = tick + 1 where id = $1", &[&programme])?;
    Ok(())
}

/// The changes so far of a programme and of the plans that implement it.
pub fn tick_of(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<i64> {
    tx.number(
        "select cast(sum(tick) + count(*) as bigint) from programme_programme where id = $1 or parent_id = $1",
        &[&programme],
    )
}

/// Lets a programme count the changes of a plan that no longer implements it, so that its own count never falls.
pub fn absorb_tick(tx: &Tx<'_>, programme: ProgrammeId, plan: ProgrammeId) -> anyhow::Result<()> {
    tx.run(
        "update programme_programme
            set tick = tick + 2 + (select p.tick from programme_programme p where p.id = $2)
          where id = $1",
        &[&programme, &plan],
    )?;
    Ok(())
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

/// The digest of a kept step, to stand in the trail's line of the act: a step that is edited behind the program no
/// longer fits it.
#[derive(Debug, Clone)]
pub struct Kept {
    seq: i64,
    digest: String,
}

impl Kept {
    /// Adds the digests of an act's steps to the facts of its line.
    pub fn in_facts(kept: &[Self], mut facts: serde_json::Value) -> serde_json::Value {
        if let Some(fields) = facts.as_object_mut().filter(|_| !kept.is_empty()) {
            let digests = kept.iter().map(|one| (one.seq.to_string(), one.digest.clone().into())).collect();
            fields.insert(trail::KEPT.to_owned(), serde_json::Value::Object(digests));
        }
        facts
    }
}

/// Keeps a step.
pub fn add_step(tx: &Tx<'_>, step: &NewStep<'_>, at: Timestamp) -> anyhow::Result<Kept> {
    let facts = serde_json::to_string(step.facts)?;
    tx.run(
        "insert into programme_step (task_id, seq, on_date, recorded_at, act, actor, words, facts)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&step.task, &step.seq, &step.on, &at, &step.act, &step.actor, &step.words, &facts],
    )?;
    let (task, on, words) = (step.task, step.on, [step.act, step.actor, step.words, &facts]);
    Ok(Kept { seq: step.seq, digest: check::digest(task, (step.seq, on, at), words) })
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
