//! Whether tasks, their steps and the trail's lines about them say the same: what an edit behind the program breaks.

use crate::{
    rules,
    words::{Facts, State, TaskId},
};
use base::{Date, Timestamp, Uuid, ids::UnitId};
use db::{Tx, trail};
use std::collections::{BTreeMap, BTreeSet};

/// Faults told of one kind; the rest is only counted by whoever reads them.
const MOST: usize = 100;
/// Tasks compared at a time.
const PAGE: usize = 2_000;

/// The acts that keep steps. A line of theirs without digests is older than this check.
const KEEPS_STEPS: [&str; 5] = [
    "programme.task.create",
    "programme.task.edit",
    "programme.task.step",
    "programme.task.expand",
    "demo.task.make",
];

/// The digest of a step as it is kept: all its columns.
pub(super) fn digest(task: TaskId, (seq, on, at): (i64, Date, Timestamp), words: [&str; 4]) -> String {
    let text = serde_json::json!([task.0, seq, on, at.as_microsecond(), words]).to_string();
    trail::sha256(text.as_bytes())
}

/// Tasks whose row differs from the facts of their last step, or whose columns differ from their facts, in words for
/// an administrator.
pub fn tasks_that_differ(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    let mut found = tx.rows(
        "select t.code from programme_task t
          where not exists (select 1 from programme_step s where s.task_id = t.id and s.seq = t.version and s.facts = t.facts)
          order by t.code limit 100",
        &[],
        |r| Ok(format!("task {} differs from its last step", r.next::<String>()?)),
    )?;
    let mut all = BTreeMap::new();
    let rows = tx.rows(
        "select id, parent_id, code, title, folded, state, due, due_kind, due_written, reported_on, lead_id, lead_words,
                person_name, new_and_hard, field, waits, tags, percent, facts
           from programme_task order by code",
        &[],
        |r| {
            let (id, parent): (Uuid, Option<Uuid>) = (r.next()?, r.next()?);
            let (code, title, folded): (String, String, String) = (r.next()?, r.next()?, r.next()?);
            let (state, due): (String, Option<Date>) = (r.next()?, r.next()?);
            let dues: [String; 2] = [r.next()?, r.next()?];
            let (reported, lead): (Option<Date>, Option<UnitId>) = (r.next()?, r.next()?);
            let people: [String; 2] = [r.next()?, r.next()?];
            let is_new: bool = r.next()?;
            let words: [String; 3] = [r.next()?, r.next()?, r.next()?];
            let percent: i64 = r.next()?;
            let f: Facts = serde_json::from_str(&r.next::<String>()?)?;
            let same = f.title == title
                && super::folded(&code, &f) == folded
                && f.state.word() == state
                && f.due.date() == due
                && dues == [f.due.word(), &f.due_written]
                && f.reported_on == reported
                && f.lead == lead
                && people == [f.lead_words.as_str(), &f.person_name]
                && f.new_and_hard == is_new
                && words == [f.field.clone(), f.waits(), f.tagged()];
            Ok((id, parent, code, same, Standing { own: f.percent, shown: percent, weight: f.weight, state: f.state }))
        },
    )?;
    let mut parts: BTreeMap<Uuid, Vec<(i64, i64, State)>> = BTreeMap::new();
    for (id, parent, code, same, standing) in rows {
        if let Some(parent) = parent {
            parts.entry(parent).or_default().push((standing.weight, standing.shown, standing.state));
        }
        if !same {
            found.push(format!("task {code} shows what its facts do not say"));
        }
        all.insert(code, (id, standing));
    }
    // A task with parts shows theirs; one whose parts are all cancelled keeps what it showed.
    let progress = all.into_iter().filter(|(_, (id, standing))| {
        let due = parts.get(id).map_or(Some(standing.own), |parts| rules::progress_of(parts));
        due.is_some_and(|due| due != standing.shown)
    });
    found.extend(
        progress.map(|(code, _)| format!("task {code} shows a progress that neither it nor its parts have")),
    );
    found.extend(tx.rows(
        "select distinct t.code from programme_task t
           join kernel_trail l on l.record_id = t.id and l.record_kind = 'task' and l.record_code <> t.code
          order by t.code limit 100",
        &[],
        |r| Ok(format!("task {} has another code in the trail", r.next::<String>()?)),
    )?);
    found.truncate(MOST);
    Ok(found)
}

/// How far a task is, by its own word and as lists show it.
struct Standing {
    own: i64,
    shown: i64,
    weight: i64,
    state: State,
}

/// What the steps of some tasks are compared with.
struct Kept {
    /// The digests that the trail holds, by task and number.
    digests: BTreeMap<(Uuid, i64), String>,
    /// The tasks with a line that was written before lines held digests: their older steps cannot be compared.
    old: BTreeSet<Uuid>,
}

fn kept(tx: &Tx<'_>, tasks: &Vec<Uuid>) -> anyhow::Result<Kept> {
    let mut kept = Kept { digests: BTreeMap::new(), old: BTreeSet::new() };
    let lines = tx.rows(
        "select record_id, act, facts from kernel_trail where record_kind = 'task' and record_id = any($1)",
        &[tasks],
        |r| Ok((r.next::<Uuid>()?, r.next::<String>()?, r.next::<String>()?)),
    )?;
    for (task, act, facts) in lines {
        let facts: serde_json::Value = serde_json::from_str(&facts)?;
        let Some(steps) = facts.get(trail::KEPT).and_then(serde_json::Value::as_object) else {
            if KEEPS_STEPS.contains(&act.as_str()) {
                kept.old.insert(task);
            }
            continue;
        };
        for (seq, digest) in steps {
            let digest = digest.as_str().unwrap_or_default().to_owned();
            kept.digests.insert((task, seq.parse()?), digest);
        }
    }
    Ok(kept)
}

/// Steps that are not as the trail's lines say, that no line speaks of, or that a line speaks of and that are gone.
/// Returns what is wrong, and how many steps are older than such lines and so were not compared.
pub fn steps_that_differ(tx: &Tx<'_>) -> anyhow::Result<(Vec<String>, usize)> {
    let (mut found, mut not_compared) = (Vec::new(), 0);
    let mut after = Uuid::nil();
    loop {
        let tasks: Vec<(Uuid, String)> = tx.rows(
            "select id, code from programme_task where id > $1 order by id limit $2",
            &[&after, &i64::try_from(PAGE)?],
            |r| Ok((r.next()?, r.next()?)),
        )?;
        let Some((last, _)) = tasks.last() else { break };
        after = *last;
        let ids: Vec<Uuid> = tasks.iter().map(|(id, _)| *id).collect();
        let codes: BTreeMap<Uuid, String> = tasks.into_iter().collect();
        let code = |task: &Uuid| codes.get(task).cloned().unwrap_or_default();
        let Kept { mut digests, old } = kept(tx, &ids)?;
        let mut seen = BTreeSet::new();
        let steps = tx.rows(
            "select task_id, seq, on_date, recorded_at, act, actor, words, facts from programme_step
              where task_id = any($1) order by task_id, seq",
            &[&ids],
            |r| {
                let (task, seq): (Uuid, i64) = (r.next()?, r.next()?);
                let (on, at): (Date, Timestamp) = (r.next()?, r.next()?);
                let words: [String; 4] = [r.next()?, r.next()?, r.next()?, r.next()?];
                Ok((task, seq, digest(TaskId(task), (seq, on, at), words.each_ref().map(String::as_str))))
            },
        )?;
        for (task, seq, digest) in steps {
            seen.insert(task);
            match digests.remove(&(task, seq)) {
                Some(kept) if kept == digest => {}
                Some(_) => found.push(format!("step {seq} of task {} was changed", code(&task))),
                None if old.contains(&task) => not_compared += 1,
                None => found.push(format!("step {seq} of task {} has no line in the trail", code(&task))),
            }
        }
        found.extend(digests.into_keys().map(|(task, seq)| {
            format!("step {seq} of task {} is gone, its line in the trail stands", code(&task))
        }));
        found.extend(
            ids.iter().filter(|id| !seen.contains(id)).map(|id| format!("task {} has no step", code(id))),
        );
    }
    found.extend(tx.rows(
        "select distinct l.record_code from kernel_trail l where l.record_kind = 'task' and l.record_id is not null
            and not exists (select 1 from programme_task t where t.id = l.record_id) order by 1 limit 100",
        &[],
        |r| Ok(format!("task {} is gone, its lines in the trail stand", r.next::<String>()?)),
    )?);
    found.truncate(MOST);
    Ok((found, not_compared))
}
