//! What people do to units, spellings and the calendar.

use crate::{
    Snapshot, Tree,
    store::{self, NewUnit, Synonym},
    words::{Edge, Kind},
};
use base::limits;
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right,
    calendar::{Hours, SpecialDay},
    fold::fold,
    ids::UnitId,
};
use db::{Tx, trail};

/// Establishes a unit under another.
///
/// # Errors
/// Refuses a code that exists, an empty name, or an actor without the right over the parent.
pub fn establish(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    new: &NewUnit<'_>,
    parent: Option<UnitId>,
) -> Outcome<UnitId> {
    match parent {
        Some(parent) => actor.need(Right::Organise, parent)?,
        None => actor.need_everywhere(Right::Organise)?,
    }
    if new.name.trim().is_empty() {
        return Refusal::new("refusal-required").at("name").with("field", "name").stop();
    }
    check_unit(new)?;
    if store::all_units(tx)?.iter().any(|u| u.code == new.code) {
        return Refusal::new("refusal-duplicate").at("code").with("what", new.code).stop();
    }
    let id = store::insert_unit(tx, clock, new)?;
    if let Some(parent) = parent {
        let edge = Edge { child: id, parent, from: new.established, to: new.dissolved };
        store::insert_edge(tx, clock, &edge, new.tree, new.source)?;
    }
    tx.bump("organisation")?;
    record(
        tx,
        clock,
        actor,
        "organisation.unit.establish",
        id,
        new.code,
        serde_json::json!({"name": new.name, "from": new.established}),
    )?;
    Ok(id)
}

/// Refuses a unit whose code or names are longer than such things are.
fn check_unit(new: &NewUnit<'_>) -> Outcome<()> {
    limits::within(&[
        ("code", new.code, limits::CODE),
        ("kind", new.kind, limits::CODE),
        ("name", new.name, limits::NAME),
        ("document", new.source, limits::NAME),
    ])
}

/// Gives a unit a new name from a day on.
///
/// # Errors
/// Refuses an unknown unit, an empty name, an actor without the right.
pub fn rename(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    unit: UnitId,
    name: &str,
    from: Date,
    document: &str,
) -> Outcome<()> {
    actor.need(Right::Organise, unit)?;
    let snapshot = Snapshot::at(tx, from)?;
    let Some(old) = snapshot.unit(unit) else { return Refusal::not_found().stop() };
    let name = base::fold::tidy(name);
    if name.is_empty() {
        return Refusal::new("refusal-required").at("name").with("field", "name").stop();
    }
    limits::within(&[("name", &name, limits::NAME), ("document", document, limits::NAME)])?;
    store::rename(tx, unit, &name, from, document)?;
    tx.bump("organisation")?;
    record(
        tx,
        clock,
        actor,
        "organisation.unit.rename",
        unit,
        &old.code,
        serde_json::json!({"from": old.name, "to": name, "on": from, "document": document}),
    )
}

/// Moves a unit under another from a day on.
///
/// # Errors
/// Refuses unknown units, a circle, an actor without the right over both.
pub fn move_unit(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    unit: UnitId,
    parent: UnitId,
    from: Date,
    document: &str,
) -> Outcome<()> {
    actor.need(Right::Organise, unit)?;
    actor.need(Right::Organise, parent)?;
    let snapshot = Snapshot::at(tx, from)?;
    let (Some(child), Some(_)) = (snapshot.unit(unit), snapshot.unit(parent)) else {
        return Refusal::not_found().stop();
    };
    limits::within(&[("document", document, limits::NAME)])?;
    if snapshot.under(unit).contains(&parent) {
        return Refusal::new("organisation-refusal-circle").at("parent").stop();
    }
    store::move_under(tx, clock, unit, parent, child.tree, from, document)?;
    tx.bump("organisation")?;
    record(
        tx,
        clock,
        actor,
        "organisation.unit.move",
        unit,
        &child.code,
        serde_json::json!({"parent": parent, "on": from, "document": document}),
    )
}

/// Registers a unit that a file names and the catalogue does not know: an office inside the issuing unit, or a
/// reporting unit with a code of its own.
///
/// # Errors
/// When the database fails.
pub fn register_from_file(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    name: &str,
    code: Option<&str>,
    parent: Option<UnitId>,
    from: Date,
) -> Outcome<UnitId> {
    let snapshot = Snapshot::at(tx, from)?;
    let above = parent.and_then(|id| snapshot.unit(id)).cloned();
    let code = match (code, &above) {
        (Some(code), _) => code.to_owned(),
        (None, Some(above)) => {
            let n = tx.next_number(&format!("unit:{}", above.code))?;
            format!("{}.{n:02}", above.code)
        }
        (None, None) => format!("DV{:04}", tx.next_number("unit")?),
    };
    let established = above.as_ref().map_or(from, |a| a.established);
    let new = NewUnit {
        code: &code,
        kind: if above.is_some() { Kind::OFFICE } else { Kind::UNLISTED },
        tree: above.as_ref().map_or(Tree::State, |a| a.tree),
        name,
        official_code: "",
        established,
        dissolved: None,
        territory: above.as_ref().and_then(|a| a.territory),
        listed: false,
        source: "import",
    };
    check_unit(&new)?;
    let id = store::insert_unit(tx, clock, &new)?;
    if let Some(above) = above {
        let edge = Edge { child: id, parent: above.id, from: established, to: None };
        store::insert_edge(tx, clock, &edge, new.tree, "import")?;
    }
    tx.bump("organisation")?;
    record(tx, clock, actor, "organisation.unit.register", id, &code, serde_json::json!({"name": name}))?;
    Ok(id)
}

/// Remembers what a spelling means.
///
/// # Errors
/// Refuses an empty spelling and an actor without the right.
pub fn decide_spelling(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    written: &str,
    issuer: Option<UnitId>,
    unit: Option<UnitId>,
    group: &str,
) -> Outcome<()> {
    actor.need_somewhere(Right::Assign).or_else(|_| actor.need_somewhere(Right::Administer))?;
    let folded = fold(written);
    if folded.is_empty() {
        return Refusal::new("refusal-required").at("written").with("field", "written").stop();
    }
    limits::within(&[("written", written, limits::TITLE), ("group", group, limits::CODE)])?;
    let synonym = Synonym {
        written: base::fold::tidy(written),
        folded,
        issuer,
        unit,
        group: group.to_owned(),
        decided_by: actor.name.clone(),
    };
    store::put_synonym(tx, &synonym, clock.now())?;
    tx.bump("organisation")?;
    trail::record(
        tx,
        clock,
        actor,
        trail::Entry {
            act: "organisation.spelling.decide",
            kind: "spelling",
            id: None,
            code: "",
            unit,
            facts: serde_json::json!({"written": synonym.written, "group": group}),
        },
    )?;
    Ok(())
}

/// Keeps special days of the calendar; returns how many changed.
///
/// # Errors
/// Refuses an actor without the right.
pub fn keep_days(tx: &Tx<'_>, clock: &Clock, actor: &Actor, days: &[SpecialDay]) -> Outcome<usize> {
    actor.need_everywhere(Right::Administer)?;
    let mut changed = 0;
    for day in days {
        limits::within(&[("name", &day.name, limits::NAME), ("document", &day.document, limits::NAME)])?;
        changed += usize::from(store::put_special_day(tx, day)?);
    }
    if changed > 0 {
        tx.bump("calendar")?;
        trail::record(
            tx,
            clock,
            actor,
            trail::Entry {
                act: "organisation.calendar.keep",
                kind: "calendar",
                id: None,
                code: "",
                unit: None,
                facts: serde_json::json!({"days": changed, "first": days.first().map(|d| d.day)}),
            },
        )?;
    }
    Ok(changed)
}

/// Sets the office hours of a unit and of those below it that have none of their own.
///
/// # Errors
/// Refuses an actor without the right over the unit.
pub fn keep_hours(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    unit: UnitId,
    hours: &Hours,
    document: &str,
) -> Outcome<()> {
    actor.need(Right::Organise, unit).or_else(|_| actor.need(Right::Administer, unit))?;
    limits::within(&[("document", document, limits::NAME)])?;
    store::put_hours(tx, unit, hours, document)?;
    tx.bump("calendar")?;
    let facts = serde_json::json!({"hours": hours.shown(), "document": document});
    record(tx, clock, actor, "organisation.hours.keep", unit, "", facts)
}

fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    unit: UnitId,
    code: &str,
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry = trail::Entry { act, kind: "unit", id: Some(unit.0), code, unit: Some(unit), facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
