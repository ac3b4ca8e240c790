//! The kinds of records of the room, what is found of them by words, and what of it is compared with the trail.

use crate::{
    acts,
    store::{self, Filter, Target},
    words::Programme,
};
use base::{Actor, Outcome, Refusal, Right, Stop, fold::fold};
use db::{Tx, trail};
use organisation::{Snapshot, soon};
use room::{Check, Compared, Found, Hit, Read, Record, Seek, having};

/// Programmes and targets are public within the house; a task is for whoever may see its lead unit.
pub const RECORDS: &[Record] = &[
    Record::at("task", "/nv/{code}", task).proving(),
    Record::at("programme", "/ct/{code}", programme).proving(),
    Record::at("target", "/chi-tieu/{code}", target),
];

/// Tasks that the reader may see, programmes and targets.
pub const SEEKS: &[Seek] = &[
    Seek { key: "nav-tasks", place: 10, list: "/nv", run: tasks },
    Seek { key: "nav-programmes", place: 20, list: "/ct", run: programmes },
    Seek { key: "nav-targets", place: 50, list: "/chi-tieu", run: targets },
];

/// Tasks with their steps and lines, steps with their digests.
pub const CHECKS: &[Check] = &[
    Check {
        what: "tasks",
        tables: &["programme_task"],
        not_compared: &["programme_task (programme_id, parent_id, position, group_title, created_on)"],
        run: |tx| {
            let mut faults = store::tasks_that_differ(tx)?;
            faults.extend(trail::without_line(tx, "programme_task")?);
            Ok(faults.into())
        },
    },
    Check {
        what: "steps",
        tables: &["programme_step"],
        not_compared: &[],
        run: |tx| {
            let (faults, older) = store::steps_that_differ(tx)?;
            let words = format!("{older} steps older than their digests in the trail");
            let not_covered = if older > 0 { vec![words] } else { Vec::new() };
            Ok(Compared { faults, not_covered })
        },
    },
];

/// Whether a file is evidence of a task that somebody may see.
///
/// # Errors
/// When the reading fails.
pub fn may_have(tx: &Tx<'_>, actor: &Actor, sha256: &str) -> Outcome<bool> {
    for code in store::tasks_with_file(tx, sha256)? {
        match acts::task_for(tx, actor, Right::See, &code) {
            Ok(_) => return Ok(true),
            Err(Stop::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(false)
}

fn task(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    let task = acts::task_for(read.tx, read.actor, Right::See, code)?;
    Ok(Found { id: Some(task.id.0), title: format!("{code} {}", task.facts.title) })
}

fn programme(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match store::programme_by_code(read.tx, code)? {
        Some(found) => Ok(Found { id: None, title: format!("{} {}", found.mark(), found.title) }),
        None => Refusal::not_found().stop(),
    }
}

fn target(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match store::target_by_code(read.tx, code)? {
        Some(found) => Ok(Found { id: None, title: format!("{code} {}", found.title) }),
        None => Refusal::not_found().stop(),
    }
}

/// How many tasks are read to find the best.
const READ: i64 = 200;

fn tasks(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let (tx, today, folded) = (read.tx, read.today, fold(words));
    let names = Snapshot::at(tx, today)?;
    let f = Filter { words: words.to_owned(), seen: read.actor.reach(Right::See), ..Filter::default() };
    let mut tasks = store::first(tx, &f, today, soon(tx, today)?, READ)?;
    // What carries the code itself comes first, then what has the words as a phrase.
    tasks.sort_by_key(|t| (fold(&t.code) != folded, !fold(&t.title).contains(&folded)));
    tasks.truncate(most);
    let hit = |task: store::ListRow| Hit {
        address: format!("/nv/{}", task.code),
        hint: format!("{} {}", task.code, task.lead.map(|unit| names.name(unit)).unwrap_or_default()),
        words: task.title,
    };
    Ok(tasks.into_iter().map(hit).collect())
}

fn programmes(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let text = |p: &Programme| format!("{} {} {}", p.code, p.mark(), p.title);
    let hits = having(words, store::programmes(read.tx)?, text).map(|p| Hit {
        address: format!("/ct/{}", p.code),
        hint: p.mark(),
        words: p.title,
    });
    Ok(hits.take(most).collect())
}

fn targets(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let text = |t: &Target| format!("{} {}", t.code, t.title);
    let hits = having(words, store::targets(read.tx, None)?, text).map(|t| Hit {
        address: format!("/chi-tieu/{}", t.code),
        hint: t.code,
        words: t.title,
    });
    Ok(hits.take(most).collect())
}
