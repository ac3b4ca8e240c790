//! How posts and their holders follow a reorganisation: the post is opened anew in the unit that takes over, the
//! holding goes on there from the day, and the earlier unit keeps its history.

use crate::store;
use base::{
    Actor, Clock, Date, Outcome, Uuid,
    ids::{PersonId, PostId, UnitId},
};
use db::Tx;
use organisation::reorganise::{Carried, Follower, Item, Passing};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// This room as a follower.
pub const FOLLOWER: Follower = Follower { room: "people", list, carry, undo };

fn list(tx: &Tx<'_>, unit: UnitId, on: Date) -> anyhow::Result<Vec<Item>> {
    let posts = store::posts_held_since(tx, unit, on)?;
    Ok(posts
        .into_iter()
        .map(|(post, title, names)| Item {
            what: "post",
            id: post.0,
            code: String::new(),
            label: format!("{title}: {names}"),
            key: Value::Null,
        })
        .collect())
}

#[derive(Serialize, Deserialize)]
struct Undo {
    /// The post in the unit that took over.
    post: PostId,
    /// Who went there, and until when the holding had run.
    people: Vec<(PersonId, Option<Date>)>,
}

fn carry(tx: &Tx<'_>, clock: &Clock, _: &Actor, item: &Item, passing: &Passing<'_>) -> Outcome<Value> {
    let old = PostId(item.id);
    let Some((title, is_head)) = store::post(tx, old)? else { return Ok(Value::Null) };
    // A unit has one head: who comes to a unit that has one keeps the title, not the lead.
    let is_head = is_head && !store::has_head(tx, passing.to, passing.on)?;
    let post = store::insert_post(tx, clock, passing.to, &title, is_head)?;
    let mut people = Vec::new();
    for (person, is_main, to) in store::holders_of_post(tx, old, passing.on)? {
        store::end_holding(tx, person, old, passing.on)?;
        store::insert_holding(tx, clock, person, post, is_main, passing.on, passing.document)?;
        if let Some(to) = to {
            store::end_holding(tx, person, post, to)?;
        }
        people.push((person, to));
    }
    Ok(serde_json::to_value(Undo { post, people })?)
}

fn undo(tx: &Tx<'_>, _: &Clock, _: &Actor, line: &Carried, passing: &Passing<'_>) -> Outcome<()> {
    let undo: Undo = serde_json::from_value(line.undo.clone())?;
    for (person, to) in undo.people {
        store::remove_holding(tx, person, undo.post, passing.on)?;
        store::reopen_holding(tx, person, PostId(line.id), passing.on, to)?;
    }
    Ok(())
}

/// The post in which an earlier one goes on after a reorganisation.
///
/// # Errors
/// When the reading fails.
pub fn goes_on_as(tx: &Tx<'_>, reorganisation: Uuid, post: PostId) -> anyhow::Result<Option<PostId>> {
    let note = organisation::reorganise::store::note_of(tx, reorganisation, FOLLOWER.room, post.0)?;
    Ok(note.and_then(|n| serde_json::from_value(n.get("post")?.clone()).ok()))
}
