//! Statements about focus points: those chosen, what is noted of them week by week, and what could be chosen.

use super::{Filter, ListRow, first};
use crate::words::TaskId;
use base::{Date, Timestamp, Uuid, ids::UnitId};
use db::Tx;
use std::collections::HashMap;

/// A focus point as shown.
#[derive(Debug, Clone)]
pub struct Focus {
    /// Its identity.
    pub id: Uuid,
    /// The unit that chose it.
    pub unit: UnitId,
    /// The period, `2023-Q2`.
    pub period: String,
    /// The task's code.
    pub task: String,
    /// The task's title.
    pub title: String,
    /// Its lead unit.
    pub lead: Option<UnitId>,
    /// Its progress in hundredths of a percent.
    pub percent: i64,
    /// Its due date.
    pub due: Option<Date>,
    /// When it was reported done.
    pub reported_on: Option<Date>,
    /// What stands in the way.
    pub bottleneck: String,
    /// What is done about it.
    pub solution: String,
    /// What came of it.
    pub result: String,
    /// The task's field of work.
    pub field: String,
}

/// The focus points of a period.
pub fn focus_of(tx: &Tx<'_>, period: &str, limit: i64) -> anyhow::Result<Vec<Focus>> {
    tx.rows(
        "select f.id, f.unit_id, f.period, t.code, t.title, t.lead_id, t.percent, t.due, t.reported_on, f.bottleneck,
                f.solution, f.result, t.field
           from programme_focus f join programme_task t on t.id = f.task_id
          where f.period = $1 order by f.chosen_on, t.code limit $2",
        &[&period, &limit],
        |r| {
            Ok(Focus {
                id: r.next()?,
                unit: r.next()?,
                period: r.next()?,
                task: r.next()?,
                title: r.next()?,
                lead: r.next()?,
                percent: r.next()?,
                due: r.next()?,
                reported_on: r.next()?,
                bottleneck: r.next()?,
                solution: r.next()?,
                result: r.next()?,
                field: r.next()?,
            })
        },
    )
}

/// The unit of a focus point and its task's code.
pub fn focus_by_id(tx: &Tx<'_>, id: Uuid) -> anyhow::Result<Option<(UnitId, String)>> {
    tx.row(
        "select f.unit_id, t.code from programme_focus f join programme_task t on t.id = f.task_id where f.id = $1",
        &[&id],
        |r| Ok((r.next()?, r.next()?)),
    )
}

/// Enters what came of a focus point.
pub fn set_focus_result(tx: &Tx<'_>, id: Uuid, result: &str) -> anyhow::Result<()> {
    tx.run("update programme_focus set result = $1, version = version + 1 where id = $2", &[&result, &id])?;
    Ok(())
}

/// How many focus points a unit has in a period.
pub fn focus_count(tx: &Tx<'_>, unit: UnitId, period: &str) -> anyhow::Result<i64> {
    tx.number("select count(*) from programme_focus where unit_id = $1 and period = $2", &[&unit, &period])
}

/// Keeps a focus point; says whether it is new.
pub fn insert_focus(
    tx: &Tx<'_>,
    id: Uuid,
    unit: UnitId,
    period: &str,
    task: TaskId,
    words: (&str, &str),
    on: Date,
) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into programme_focus (id, unit_id, period, task_id, bottleneck, solution, result, chosen_on, version)
         values ($1, $2, $3, $4, $5, $6, '', $7, 1)
         on conflict (unit_id, period, task_id) do nothing",
        &[&id, &unit, &period, &task, &words.0, &words.1, &on],
    )?;
    Ok(n == 1)
}

/// The focus points of a unit from a period on: identity, task code, task title.
pub fn focus_from(tx: &Tx<'_>, unit: UnitId, period: &str) -> anyhow::Result<Vec<(Uuid, String, String)>> {
    tx.rows(
        "select f.id, t.code, t.title from programme_focus f join programme_task t on t.id = f.task_id
          where f.unit_id = $1 and f.period >= $2 order by f.period, t.code, f.id",
        &[&unit, &period],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Gives a focus point to another unit, unless that unit has chosen the same task already.
pub fn set_focus_unit(tx: &Tx<'_>, id: Uuid, unit: UnitId) -> anyhow::Result<()> {
    tx.run(
        "update programme_focus set unit_id = $1
          where id = $2 and not exists (
                select 1 from programme_focus o join programme_focus mine on mine.id = $2
                 where o.unit_id = $1 and o.period = mine.period and o.task_id = mine.task_id)",
        &[&unit, &id],
    )?;
    Ok(())
}

/// What was noted of a focus point in one week.
#[derive(Debug, Clone)]
pub struct Note {
    /// The week, `2023-W16`.
    pub week: String,
    /// What moved, and what still stands in the way.
    pub words: String,
    /// The task's progress then, in hundredths of a percent.
    pub percent: i64,
    /// Who noted it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// The notes of a period's focus points, the latest week first.
pub fn focus_notes(tx: &Tx<'_>, period: &str) -> anyhow::Result<HashMap<Uuid, Vec<Note>>> {
    let rows: Vec<(Uuid, Note)> = tx.rows(
        "select n.focus_id, n.week, n.words, n.percent, n.actor, n.noted_at
           from programme_focus_note n join programme_focus f on f.id = n.focus_id
          where f.period = $1 order by n.week desc",
        &[&period],
        |r| {
            let id = r.next()?;
            let note = Note {
                week: r.next()?,
                words: r.next()?,
                percent: r.next()?,
                actor: r.next()?,
                at: r.next()?,
            };
            Ok((id, note))
        },
    )?;
    let mut notes: HashMap<Uuid, Vec<Note>> = HashMap::new();
    for (id, note) in rows {
        notes.entry(id).or_default().push(note);
    }
    Ok(notes)
}

/// Keeps the note of a week; a second one in the same week takes the place of the first, which stays in the trail.
pub fn put_focus_note(tx: &Tx<'_>, focus: Uuid, note: &Note) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_focus_note (focus_id, week, words, percent, actor, noted_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (focus_id, week) do update
            set words = excluded.words, percent = excluded.percent, actor = excluded.actor,
                noted_at = excluded.noted_at",
        &[&focus, &note.week, &note.words, &note.percent, &note.actor, &note.at],
    )?;
    Ok(())
}

/// The points of periods before one that nobody answered for: period, how many, by the unit that chose them.
pub fn unanswered(tx: &Tx<'_>, before: &str) -> anyhow::Result<Vec<(String, UnitId, i64)>> {
    tx.rows(
        "select period, unit_id, count(*) from programme_focus where period < $1 and result = ''
          group by period, unit_id order by period desc, unit_id",
        &[&before],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Open tasks that could be chosen: late ones, those due soon, new and hard ones, each once.
pub fn candidates(
    tx: &Tx<'_>,
    f: &Filter,
    today: Date,
    soon: Date,
    limit: i64,
) -> anyhow::Result<Vec<ListRow>> {
    let mut found: Vec<ListRow> = Vec::new();
    let ways = [("overdue", false), ("due_soon", false), ("open", true)];
    for (standing, new_and_hard) in ways {
        let f = Filter { standing: standing.to_owned(), new_and_hard, sort: "due".to_owned(), ..f.clone() };
        for row in first(tx, &f, today, soon, limit)? {
            if !found.iter().any(|known| known.code == row.code) {
                found.push(row);
            }
        }
    }
    Ok(found)
}
