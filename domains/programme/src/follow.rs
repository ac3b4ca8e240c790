//! How tasks, supporting units, allocations and focus points follow a reorganisation.

use crate::{
    acts,
    store::{self, NewStep},
    words::{TargetId, TaskId},
};
use base::{Actor, Clock, Date, Decimal, Outcome, ids::UnitId};
use db::Tx;
use organisation::reorganise::{Carried, Follower, Item, Passing};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// This room as a follower.
pub const FOLLOWER: Follower = Follower { room: "programme", list, carry, undo };

fn list(tx: &Tx<'_>, unit: UnitId, on: Date) -> anyhow::Result<Vec<Item>> {
    let mut items = Vec::new();
    for (id, code, title) in store::open_tasks_of(tx, unit)? {
        items.push(Item { what: "task", id: id.0, code, label: title, key: Value::Null });
    }
    for (id, code, title, ordinal) in store::supported_by(tx, unit)? {
        items.push(Item { what: "support", id: id.0, code, label: title, key: json!({"ordinal": ordinal}) });
    }
    for (target, code, title, year) in store::allocated_to(tx, unit, i64::from(on.year()))? {
        let label = format!("{title} ({year})");
        items.push(Item { what: "allocation", id: target.0, code, label, key: json!({"year": year}) });
    }
    let period = format!("{}-Q{}", on.year(), (on.month() + 2) / 3);
    for (id, code, title) in store::focus_from(tx, unit, &period)? {
        items.push(Item { what: "focus", id, code, label: title, key: Value::Null });
    }
    Ok(items)
}

/// An allocation that was added to another unit's.
#[derive(Serialize, Deserialize)]
struct Shifted {
    year: i64,
    plan: Decimal,
    /// What the unit that takes over had before.
    had: Option<Decimal>,
}

fn number(key: &Value, name: &str) -> i64 {
    key[name].as_i64().unwrap_or_default()
}

fn carry(tx: &Tx<'_>, clock: &Clock, actor: &Actor, item: &Item, passing: &Passing<'_>) -> Outcome<Value> {
    match item.what {
        "task" => {
            lead(tx, clock, actor, TaskId(item.id), (passing.from, passing.to), passing.document)?;
            Ok(Value::Null)
        }
        "support" => {
            store::set_support(tx, TaskId(item.id), number(&item.key, "ordinal"), passing.to)?;
            Ok(item.key.clone())
        }
        "allocation" => {
            let (target, year) = (TargetId(item.id), number(&item.key, "year"));
            let plan = store::allocation(tx, target, passing.from, year)?.unwrap_or_default();
            let had = store::allocation(tx, target, passing.to, year)?;
            store::put_allocation(tx, target, passing.to, year, had.unwrap_or_default() + plan)?;
            store::drop_allocation(tx, target, passing.from, year)?;
            Ok(serde_json::to_value(Shifted { year, plan, had })?)
        }
        _ => {
            store::set_focus_unit(tx, item.id, passing.to)?;
            Ok(Value::Null)
        }
    }
}

/// Gives a task that one unit leads to another, as a step of its history.
fn lead(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    id: TaskId,
    (from, to): (UnitId, UnitId),
    document: &str,
) -> Outcome<()> {
    let Some(task) = store::task_by_id(tx, id)?.filter(|t| t.facts.lead == Some(from)) else {
        return Ok(());
    };
    let mut facts = task.facts.clone();
    facts.lead = Some(to);
    store::save_task(tx, &task, &facts)?;
    let by = actor.signature();
    let step = NewStep {
        task: id,
        seq: task.version + 1,
        on: clock.today(),
        act: "reorganise",
        actor: &by,
        words: document,
        facts: &facts,
    };
    let kept = store::add_step(tx, &step, clock.now())?;
    let told = serde_json::json!({"step": "reorganise", "words": document});
    acts::record(tx, clock, actor, "programme.task.step", &task, store::Kept::in_facts(&[kept], told))
}

fn undo(tx: &Tx<'_>, clock: &Clock, actor: &Actor, line: &Carried, passing: &Passing<'_>) -> Outcome<()> {
    match line.what.as_str() {
        "task" => {
            lead(tx, clock, actor, TaskId(line.id), (passing.to, passing.from), passing.document)?;
        }
        "support" => {
            store::set_support(tx, TaskId(line.id), number(&line.undo, "ordinal"), passing.from)?;
        }
        "allocation" => {
            let undo: Shifted = serde_json::from_value(line.undo.clone())?;
            let target = TargetId(line.id);
            store::put_allocation(tx, target, passing.from, undo.year, undo.plan)?;
            match undo.had {
                Some(had) => store::put_allocation(tx, target, passing.to, undo.year, had)?,
                None => store::drop_allocation(tx, target, passing.to, undo.year)?,
            }
        }
        _ => store::set_focus_unit(tx, line.id, passing.from)?,
    }
    Ok(())
}
