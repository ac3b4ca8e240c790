//! Appointing people to posts and ending it.

use crate::store;
use base::limits;
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right,
    ids::{PersonId, PostId, UnitId},
};
use db::{Tx, trail};

/// Registers a person in a post of a unit from a day on.
///
/// # Errors
/// Refuses an empty name or title, and an actor without the right over the unit.
pub fn appoint(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    name: &str,
    unit: UnitId,
    title: &str,
    from: Date,
) -> Outcome<(PersonId, PostId)> {
    actor.need(Right::Staff, unit)?;
    let (name, title) = (base::fold::tidy(name), base::fold::tidy(title));
    if name.is_empty() {
        return Refusal::new("people-refusal-name").at("name").stop();
    }
    if title.is_empty() {
        return Refusal::new("people-refusal-title").at("title").stop();
    }
    limits::within(&[("name", &name, limits::NAME), ("title", &title, limits::NAME)])?;
    let (person, code) = store::insert_person(tx, clock, &name)?;
    let post = store::insert_post(tx, clock, unit, &title, leads(&title))?;
    store::insert_holding(tx, clock, person, post, true, from, "")?;
    tx.bump("rights")?;
    let entry = trail::Entry {
        act: "people.person.appoint",
        kind: "person",
        id: Some(person.0),
        code: &code,
        unit: Some(unit),
        facts: serde_json::json!({"title": title, "from": from}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok((person, post))
}

/// Whether a title is that of a head.
fn leads(title: &str) -> bool {
    let folded = base::fold::fold(title);
    ["truong", "chu tich", "bi thu", "giam doc", "chanh"].iter().any(|word| folded.starts_with(word))
        && !folded.starts_with("truong phong tong hop")
}

/// Gives a person another post from a day on, concurrent or as the main one.
///
/// # Errors
/// Refuses an empty title, and an actor without the right over the unit.
pub fn appoint_also(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    person: PersonId,
    unit: UnitId,
    title: &str,
    from: Date,
    is_main: bool,
) -> Outcome<()> {
    actor.need(Right::Staff, unit)?;
    let title = base::fold::tidy(title);
    if title.is_empty() {
        return Refusal::new("people-refusal-title").at("title").stop();
    }
    limits::within(&[("title", &title, limits::NAME)])?;
    let post = store::insert_post(tx, clock, unit, &title, leads(&title))?;
    store::insert_holding(tx, clock, person, post, is_main, from, "")?;
    if is_main {
        store::only_main(tx, person, post)?;
    }
    tx.bump("rights")?;
    let entry = trail::Entry {
        act: "people.person.appoint_also",
        kind: "person",
        id: Some(person.0),
        code: "",
        unit: Some(unit),
        facts: serde_json::json!({"title": title, "from": from, "main": is_main}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Ends a holding from a day on; the rights that came with it end then.
///
/// # Errors
/// Refuses what is not held, and an actor without the right over the unit.
pub fn release(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    person: PersonId,
    post: PostId,
    unit: UnitId,
    to: Date,
) -> Outcome<()> {
    actor.need(Right::Staff, unit)?;
    if store::began(tx, person, post)?.is_some_and(|from| to <= from) {
        return Refusal::new("people-refusal-end").at("to").stop();
    }
    if !store::end_holding(tx, person, post, to)? {
        return Refusal::not_found().stop();
    }
    tx.bump("rights")?;
    let entry = trail::Entry {
        act: "people.person.release",
        kind: "person",
        id: Some(person.0),
        code: "",
        unit: Some(unit),
        facts: serde_json::json!({"to": to}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
