//! How roles follow a reorganisation: a role over a unit that ends goes on over the one that takes over, and a role
//! carried by a post goes on with the post.

use crate::store;
use base::{Actor, Clock, Date, Outcome, Uuid, ids::UnitId};
use db::{Tx, trail};
use organisation::reorganise::{Carried, Follower, Item, Passing};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// This room as a follower; after the posts, because roles follow them.
pub const FOLLOWER: Follower = Follower { room: "account", list, carry, undo };

fn list(tx: &Tx<'_>, unit: UnitId, on: Date) -> anyhow::Result<Vec<Item>> {
    let roles = store::roles_around(tx, unit, on)?;
    Ok(roles
        .into_iter()
        .map(|role| Item {
            what: "role",
            id: role.id,
            code: role.role.clone(),
            label: role.role,
            key: Value::Null,
        })
        .collect())
}

#[derive(Serialize, Deserialize)]
struct Undo {
    /// The role that goes on.
    role: Uuid,
    /// Until when the earlier one had run.
    until: Option<Date>,
}

fn carry(tx: &Tx<'_>, clock: &Clock, actor: &Actor, item: &Item, passing: &Passing<'_>) -> Outcome<Value> {
    let Some(mut role) = store::role_by_id(tx, item.id)? else { return Ok(Value::Null) };
    if role.unit == Some(passing.from) {
        role.unit = Some(passing.to);
    }
    if let Some(post) = role.post {
        role.post = people::follow::goes_on_as(tx, passing.reorganisation, post)?.or(role.post);
    }
    store::end_role(tx, item.id, Some(passing.on))?;
    let until = role.to;
    role.id = clock.uuid();
    role.from = role.from.max(passing.on);
    store::put_role(tx, &role)?;
    let entry = trail::Entry {
        act: "account.role.grant",
        kind: "role",
        id: Some(role.id),
        code: &role.role,
        unit: role.unit,
        facts: serde_json::json!({"role": role.role, "from": role.from, "to": role.to, "document": passing.document}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(serde_json::to_value(Undo { role: role.id, until })?)
}

fn undo(tx: &Tx<'_>, _: &Clock, _: &Actor, line: &Carried, _: &Passing<'_>) -> Outcome<()> {
    let undo: Undo = serde_json::from_value(line.undo.clone())?;
    store::remove_role(tx, undo.role)?;
    store::end_role(tx, line.id, undo.until)?;
    Ok(())
}
