//! What a list of tasks does not show and its file does: deliverable, support, clauses.

use crate::words::{Facts, TaskId};
use base::ids::UnitId;
use db::Tx;
use document::ClauseId;
use std::collections::HashMap;

/// A task beyond its row in a list.
#[derive(Debug, Clone)]
pub struct Detail {
    /// Its facts of today.
    pub facts: Facts,
    /// The heading it stands under.
    pub group_title: String,
    /// Supporting units as written.
    pub support: Vec<String>,
    /// Keys of the clauses it takes up.
    pub clauses: Vec<String>,
}

/// Tasks in one question.
const AT_ONCE: usize = 1000;

/// The details of the tasks with these codes.
pub fn details(tx: &Tx<'_>, codes: &[String]) -> anyhow::Result<HashMap<String, Detail>> {
    let mut found = HashMap::with_capacity(codes.len());
    for some in codes.chunks(AT_ONCE) {
        let some = some.to_vec();
        let mut by_id: HashMap<TaskId, (String, Detail)> = tx
            .rows(
                "select t.id, t.code, t.group_title, t.facts from programme_task t where t.code = any($1)",
                &[&some],
                |r| {
                    let (id, code, group_title): (TaskId, String, String) = (r.next()?, r.next()?, r.next()?);
                    let facts = serde_json::from_str(&r.next::<String>()?)?;
                    let detail = Detail { facts, group_title, support: Vec::new(), clauses: Vec::new() };
                    Ok((id, (code, detail)))
                },
            )?
            .into_iter()
            .collect();
        let support = tx.rows(
            "select s.task_id, s.words
               from programme_task_support s join programme_task t on t.id = s.task_id
              where t.code = any($1)
              order by s.task_id, s.ordinal",
            &[&some],
            |r| Ok((r.next::<TaskId>()?, r.next::<String>()?)),
        )?;
        for (id, words) in support {
            if let Some((_, detail)) = by_id.get_mut(&id) {
                detail.support.push(words);
            }
        }
        let clauses = tx.rows(
            "select tc.task_id, c.key
               from programme_task_clause tc
               join programme_task t on t.id = tc.task_id
               join document_clause c on c.id = tc.clause_id
              where t.code = any($1)
              order by tc.task_id, c.ordinal",
            &[&some],
            |r| Ok((r.next::<TaskId>()?, r.next::<String>()?)),
        )?;
        for (id, key) in clauses {
            if let Some((_, detail)) = by_id.get_mut(&id) {
                detail.clauses.push(key);
            }
        }
        found.extend(by_id.into_values());
    }
    Ok(found)
}

/// A supporting unit: the unit, or the key of a group, or neither when the words are open; and the words.
pub type Support = (Option<UnitId>, String, String);

/// The supporting units of a task: unit, group key, words.
pub fn support(tx: &Tx<'_>, task: TaskId) -> anyhow::Result<Vec<Support>> {
    tx.rows(
        "select unit_id, group_key, words from programme_task_support where task_id = $1 order by ordinal",
        &[&task],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Keeps the supporting units of a task that has none yet, in their order.
pub(super) fn add_support(tx: &Tx<'_>, task: TaskId, support: &[Support]) -> anyhow::Result<()> {
    for (i, (unit, group, words)) in support.iter().enumerate() {
        tx.run(
            "insert into programme_task_support (task_id, ordinal, unit_id, group_key, words) values ($1, $2, $3, $4, $5)",
            &[&task, &i64::try_from(i)?, unit, group, words],
        )?;
    }
    Ok(())
}

/// Sets the supporting units of a task.
pub fn put_support(tx: &Tx<'_>, task: TaskId, support: &[Support]) -> anyhow::Result<()> {
    tx.run("delete from programme_task_support where task_id = $1", &[&task])?;
    add_support(tx, task, support)
}

/// Keeps the clauses that a task without any takes up.
pub(super) fn add_clauses(tx: &Tx<'_>, task: TaskId, clauses: &[ClauseId]) -> anyhow::Result<()> {
    for clause in clauses {
        tx.run(
            "insert into programme_task_clause (task_id, clause_id) values ($1, $2) on conflict do nothing",
            &[&task, clause],
        )?;
    }
    Ok(())
}

/// Sets the clauses that a task takes up.
pub fn put_clauses(tx: &Tx<'_>, task: TaskId, clauses: &[ClauseId]) -> anyhow::Result<()> {
    tx.run("delete from programme_task_clause where task_id = $1", &[&task])?;
    add_clauses(tx, task, clauses)
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
