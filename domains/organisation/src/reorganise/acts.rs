//! Preparing, applying, placing, sealing and reversing.

use super::{
    change::{Change, Into, Stage},
    store::{self, Reorganisation},
    units::{self, Work},
};
use crate::Snapshot;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, fold::tidy, ids::UnitId, limits};
use db::{Tx, trail};
use room::{Carried, Follower, Item, Passing};
use serde_json::json;

/// The room's name among followers.
const OWN: &str = "organisation";

/// Prepares a reorganisation without changes yet.
///
/// # Errors
/// Refuses an empty title or document, and an actor without the right anywhere.
pub fn draft(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    title: &str,
    document: &str,
    effective: Date,
) -> Outcome<Reorganisation> {
    actor.need_somewhere(Right::Organise)?;
    for (field, value) in [("title", title), ("document", document)] {
        if value.trim().is_empty() {
            return Refusal::new("refusal-required").at(field).with("field", field).stop();
        }
    }
    limits::within(&[("title", title, limits::TITLE), ("document", document, limits::NAME)])?;
    let new = Reorganisation {
        id: clock.uuid(),
        code: format!("SX-{:03}", tx.next_number("reorganisation")?),
        title: tidy(title),
        document: tidy(document),
        effective,
        stage: Stage::Draft,
        proposer: actor.name.clone(),
        applied_at: None,
        version: 1,
    };
    store::insert(tx, &new, clock.now())?;
    record(tx, clock, actor, "organisation.reorganisation.draft", &new, json!({"title": new.title}))?;
    Ok(new)
}

fn load(tx: &Tx<'_>, actor: &Actor, code: &str, stage: Stage) -> Outcome<Reorganisation> {
    actor.need_somewhere(Right::Organise)?;
    let Some(found) = store::by_code(tx, code)? else { return Refusal::not_found().stop() };
    if found.stage != stage {
        return Refusal::conflict("organisation-refusal-stage").with("stage", found.stage.word()).stop();
    }
    Ok(found)
}

/// Adds a change to one that is being prepared.
///
/// # Errors
/// Refuses a change that lacks something, and an actor without the right over every unit it touches.
pub fn add(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, change: &Change) -> Outcome<()> {
    let of = load(tx, actor, code, Stage::Draft)?;
    for unit in change.units() {
        actor.need(Right::Organise, unit)?;
    }
    for new in change.newcomers() {
        for (field, value) in [("code", &new.code), ("name", &new.name), ("kind", &new.kind)] {
            if value.trim().is_empty() {
                return Refusal::new("refusal-required").at(field).with("field", field).stop();
            }
            limits::within(&[(field, value, limits::NAME)])?;
        }
        limits::within(&[("code", &new.code, limits::CODE)])?;
    }
    match change {
        Change::Rename { name, .. } if name.chars().count() > limits::NAME => {
            limits::within(&[("name", name, limits::NAME)])?;
        }
        Change::Merge { units, into } if units.iter().all(|u| *into == Into::Unit(*u)) => {
            return Refusal::new("organisation-refusal-merge-few").at("units").stop();
        }
        Change::Split { into, .. } if into.len() < 2 => {
            return Refusal::new("organisation-refusal-split-few").at("into").stop();
        }
        Change::Rename { name, .. } if name.trim().is_empty() => {
            return Refusal::new("refusal-required").at("name").with("field", "name").stop();
        }
        _ => {}
    }
    store::add_change(tx, of.id, change)?;
    record(tx, clock, actor, "organisation.reorganisation.change", &of, serde_json::to_value(change)?)
}

/// Takes a change out of one that is being prepared.
///
/// # Errors
/// Refuses an unknown number and an actor without the right.
pub fn drop_change(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, seq: i64) -> Outcome<()> {
    let of = load(tx, actor, code, Stage::Draft)?;
    if !store::drop_change(tx, of.id, seq)? {
        return Refusal::not_found().stop();
    }
    record(tx, clock, actor, "organisation.reorganisation.drop", &of, json!({"seq": seq}))
}

/// Adds a merger for every successor that an imported map names for the day: the units are known, their work is not
/// yet carried. Returns how many.
///
/// # Errors
/// Refuses an actor without the right over the whole installation.
pub fn take_in_successors(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str) -> Outcome<usize> {
    actor.need_everywhere(Right::Organise)?;
    let of = load(tx, actor, code, Stage::Draft)?;
    let mut merges: Vec<(UnitId, Vec<UnitId>)> = Vec::new();
    for next in crate::store::successors_on(tx, of.effective)? {
        match merges.last_mut() {
            Some((to, units)) if *to == next.to => units.push(next.from),
            _ => merges.push((next.to, vec![next.from])),
        }
    }
    let n = merges.len();
    for (to, units) in merges {
        store::add_change(tx, of.id, &Change::Merge { units, into: Into::Unit(to) })?;
    }
    record(tx, clock, actor, "organisation.reorganisation.take_in", &of, json!({"merges": n}))?;
    Ok(n)
}

/// Applies a reorganisation in one transaction: units, then everything that hangs on units that end.
///
/// Rehearse it for a preview: what it returns is the report, everything carried and left over.
///
/// # Errors
/// Refuses one without changes or before its day, a change that cannot be done, and an actor without the right.
pub fn apply(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    followers: &[Follower],
    rehearsal: bool,
) -> Outcome<Vec<Carried>> {
    let of = load(tx, actor, code, Stage::Draft)?;
    let changes = store::changes(tx, of.id)?;
    if changes.is_empty() {
        return Refusal::new("organisation-refusal-no-changes").stop();
    }
    if !rehearsal && of.effective > clock.today() {
        return Refusal::new("organisation-refusal-too-early")
            .with("day", base::format::date(of.effective))
            .stop();
    }
    for (_, change) in &changes {
        for unit in change.units() {
            actor.need(Right::Organise, unit)?;
        }
    }
    let before = of.effective.yesterday().unwrap_or(of.effective);
    let old = Snapshot::at(tx, before)?;
    let mut work =
        Work { tx, clock, on: of.effective, document: &of.document, before: Vec::new(), ended: Vec::new() };
    for (_, change) in &changes {
        work.change(change)?;
    }
    let mut report = Report { tx, of: &of, seq: 0, lines: Vec::new() };
    // Units that stood under one that ended, or served it.
    let ended: Vec<UnitId> = work.ended.iter().map(|e| e.unit).collect();
    let mut hung = Vec::new();
    for i in 0..work.ended.len() {
        let Some((unit, heir)) = work.ended.get(i).map(|e| (e.unit, e.heir)) else { continue };
        for child in old.children(unit).filter(|c| !ended.contains(&c.id)) {
            if let Some(heir) = heir {
                work.rehang(child.id, child.tree, heir)?;
            }
            hung.push(("unit", child.clone(), unit, heir));
        }
        for server in old.units().filter(|u| u.territory == Some(unit) && !ended.contains(&u.id)) {
            if let Some(heir) = heir {
                work.serve(server.id, heir)?;
            }
            hung.push(("territory", server.clone(), unit, heir));
        }
    }
    let gone: Vec<(UnitId, Option<UnitId>)> = work.ended.iter().map(|e| (e.unit, e.heir)).collect();
    for (unit, before) in work.before {
        let name = crate::store::rows_of(tx, unit)?.name;
        report.line(OWN, "rows", unit.0, &name, unit, Some(unit), serde_json::to_value(before)?)?;
    }
    for (what, unit, from, heir) in hung {
        report.named(OWN, what, unit.id.0, (&unit.code, &unit.name), from, heir, json!(null))?;
    }
    for follower in followers {
        for (unit, heir) in &gone {
            for item in (follower.list)(tx, *unit, of.effective)? {
                let undo = match heir {
                    Some(to) => (follower.carry)(tx, clock, actor, &item, &passing(&of, *unit, *to))?,
                    None => item.key.clone(),
                };
                report.named(
                    follower.room,
                    item.what,
                    item.id,
                    (&item.code, &item.label),
                    *unit,
                    *heir,
                    undo,
                )?;
            }
        }
    }
    let lines = report.lines;
    if !store::set_stage(tx, &of, Stage::Applied, Some(clock.now()))? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    tx.bump("rights")?;
    let left = lines.iter().filter(|l| l.to.is_none()).count();
    let facts = json!({"changes": changes.len(), "carried": lines.len() - left, "left": left});
    record(tx, clock, actor, "organisation.reorganisation.apply", &of, facts)?;
    Ok(lines)
}

fn passing(of: &Reorganisation, from: UnitId, to: UnitId) -> Passing<'_> {
    Passing { reorganisation: of.id, document: &of.document, from, to, on: of.effective }
}

/// Collects the lines of the report and keeps them.
struct Report<'a, 'b> {
    tx: &'a Tx<'b>,
    of: &'a Reorganisation,
    seq: i64,
    lines: Vec<Carried>,
}

impl Report<'_, '_> {
    fn line(
        &mut self,
        room: &str,
        what: &str,
        id: base::Uuid,
        label: &str,
        from: UnitId,
        to: Option<UnitId>,
        undo: serde_json::Value,
    ) -> anyhow::Result<()> {
        self.named(room, what, id, ("", label), from, to, undo)
    }

    fn named(
        &mut self,
        room: &str,
        what: &str,
        id: base::Uuid,
        (code, label): (&str, &str),
        from: UnitId,
        to: Option<UnitId>,
        undo: serde_json::Value,
    ) -> anyhow::Result<()> {
        self.seq += 1;
        let line = Carried {
            seq: self.seq,
            room: room.to_owned(),
            what: what.to_owned(),
            id,
            code: code.to_owned(),
            label: label.to_owned(),
            from,
            to,
            undo,
        };
        store::insert_carried(self.tx, self.of.id, &line)?;
        self.lines.push(line);
        Ok(())
    }
}

/// Places a leftover with a unit.
///
/// # Errors
/// Refuses an unknown or placed line, a unit that does not exist, and an actor without the right over it.
pub fn place(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    seq: i64,
    to: UnitId,
    followers: &[Follower],
) -> Outcome<()> {
    let of = load(tx, actor, code, Stage::Applied)?;
    actor.need(Right::Organise, to)?;
    if Snapshot::at(tx, of.effective)?.unit(to).is_none() {
        return Refusal::new("organisation-refusal-ended").at("to").stop();
    }
    let lines = store::carried(tx, of.id)?;
    let Some(line) = lines.into_iter().find(|l| l.seq == seq && l.to.is_none()) else {
        return Refusal::not_found().stop();
    };
    let undo = if line.room == OWN {
        let unit = UnitId(line.id);
        let mut work = Work {
            tx,
            clock,
            on: of.effective,
            document: &of.document,
            before: Vec::new(),
            ended: Vec::new(),
        };
        let tree = Snapshot::at(tx, of.effective)?.unit(unit).map(|u| u.tree);
        match (line.what.as_str(), tree) {
            ("territory", _) => work.serve(unit, to)?,
            (_, Some(tree)) => work.rehang(unit, tree, to)?,
            (_, None) => return Refusal::not_found().stop(),
        }
        serde_json::to_value(work.before.into_iter().next().map(|(_, before)| before))?
    } else {
        let Some(follower) = followers.iter().find(|f| f.room == line.room) else {
            return Refusal::not_found().stop();
        };
        let what = follower_word(follower, tx, &line, of.effective)?;
        let item = Item {
            what,
            id: line.id,
            code: line.code.clone(),
            label: line.label.clone(),
            key: line.undo.clone(),
        };
        (follower.carry)(tx, clock, actor, &item, &passing(&of, line.from, to))?
    };
    store::set_placed(tx, of.id, seq, to, &undo)?;
    let facts = json!({"what": line.what, "record": line.code, "from": line.from, "to": to});
    record(tx, clock, actor, "organisation.reorganisation.place", &of, facts)
}

/// The follower's own word for what a line holds: still hanging there, so its list has it.
fn follower_word(follower: &Follower, tx: &Tx<'_>, line: &Carried, on: Date) -> Outcome<&'static str> {
    let found = (follower.list)(tx, line.from, on)?
        .into_iter()
        .find(|item| item.id == line.id && item.what == line.what);
    match found {
        Some(item) => Ok(item.what),
        None => Refusal::new("organisation-refusal-moved-since").with("what", &line.label).stop(),
    }
}

/// Seals an applied reorganisation: from then on it stands for good.
///
/// # Errors
/// Refuses while something is left over, and an actor without the right.
pub fn seal(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str) -> Outcome<()> {
    let of = load(tx, actor, code, Stage::Applied)?;
    let left = store::carried(tx, of.id)?.iter().filter(|l| l.to.is_none()).count();
    if left > 0 {
        return Refusal::new("organisation-refusal-left").with("n", left).stop();
    }
    if !store::set_stage(tx, &of, Stage::Sealed, of.applied_at)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    record(tx, clock, actor, "organisation.reorganisation.seal", &of, json!({}))
}

/// Reverses an applied reorganisation: everything carried goes back, units are as they were.
///
/// # Errors
/// Refuses when something new hangs on a unit that it made, and an actor without the right.
pub fn reverse(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, followers: &[Follower]) -> Outcome<()> {
    let of = load(tx, actor, code, Stage::Applied)?;
    let lines = store::carried(tx, of.id)?;
    for line in lines.iter().rev().filter(|l| l.room != OWN) {
        let Some(to) = line.to else { continue };
        if let Some(follower) = followers.iter().find(|f| f.room == line.room) {
            (follower.undo)(tx, clock, actor, line, &passing(&of, line.from, to))?;
        }
    }
    let mut made = Vec::new();
    for line in lines.iter().rev().filter(|l| l.room == OWN && !l.undo.is_null()) {
        let before: units::Before = serde_json::from_value(line.undo.clone())?;
        units::restore(tx, clock, UnitId(line.id), &before, (of.effective, &of.document))?;
        if line.what == "rows" && before.is_new() {
            made.push(UnitId(line.id));
        }
    }
    tx.bump("organisation")?;
    // What came to a new unit since then would be lost with it.
    for unit in made {
        for follower in followers {
            if let Some(item) = (follower.list)(tx, unit, of.effective)?.first() {
                return Refusal::new("organisation-refusal-reverse")
                    .with("what", format!("{} {}", item.code, item.label))
                    .stop();
            }
        }
    }
    if !store::set_stage(tx, &of, Stage::Reversed, of.applied_at)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    tx.bump("rights")?;
    record(tx, clock, actor, "organisation.reorganisation.reverse", &of, json!({"lines": lines.len()}))
}

fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    of: &Reorganisation,
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry =
        trail::Entry { act, kind: "reorganisation", id: Some(of.id), code: &of.code, unit: None, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
