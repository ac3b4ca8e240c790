//! Telling other programs of acts: from the trail into the outbox, and once more on demand.
//!
//! What is told names the act, the record's code and the unit, and nothing else: whoever wants more asks the API with a
//! token of its own.

use crate::store::{self, Hook, Kind, Message};
use base::limits;
use base::{Actor, Clock, Outcome, Refusal, Right, Uuid};
use db::{Tx, trail};
use organisation::Snapshot;

/// Lines of the trail that are read at once for an address.
const AT_ONCE: i64 = 500;

fn record(tx: &Tx<'_>, clock: &Clock, actor: &Actor, act: &'static str, id: Uuid, url: &str) -> Outcome<()> {
    let facts = serde_json::json!({"url": url});
    let entry = trail::Entry { act, kind: "hook", id: Some(id), code: "", unit: None, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Sets up an address; it is told of what happens from now on. Returns its secret, shown once.
///
/// # Errors
/// Refuses what is no http or https address, and an actor who does not administer.
pub fn make(tx: &Tx<'_>, clock: &Clock, actor: &Actor, url: &str, acts: &str) -> Outcome<String> {
    actor.need_everywhere(Right::Administer)?;
    limits::within(&[("url", url, limits::TITLE), ("acts", acts, limits::TITLE)])?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.contains([' ', '@'])) {
        return Refusal::new("chase-refusal-url").at("url").with("value", url).stop();
    }
    let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let acts: Vec<&str> = acts.split([',', ' ']).filter(|a| !a.is_empty()).collect();
    let hook = Hook {
        id: clock.uuid(),
        url: url.to_owned(),
        secret: secret.clone(),
        acts: acts.join(","),
        cursor: trail::last_position(tx)?,
        active: true,
        made_by: actor.signature(),
        made_at: clock.now(),
    };
    store::insert_hook(tx, &hook)?;
    record(tx, clock, actor, "chase.hook.make", hook.id, url)?;
    Ok(secret)
}

/// Switches an address on or off. Switched on again, it is told of what it missed.
///
/// # Errors
/// 404 for an address that is not there; refuses an actor who does not administer.
pub fn switch(tx: &Tx<'_>, clock: &Clock, actor: &Actor, id: Uuid, active: bool) -> Outcome<()> {
    actor.need_everywhere(Right::Administer)?;
    if !store::set_hook(tx, id, active)? {
        return Refusal::not_found().stop();
    }
    record(tx, clock, actor, "chase.hook.switch", id, if active { "on" } else { "off" })
}

/// Tells something once more.
///
/// # Errors
/// 404 for a call that is not there or still waits; refuses an actor who does not administer.
pub fn replay(tx: &Tx<'_>, clock: &Clock, actor: &Actor, id: Uuid) -> Outcome<()> {
    actor.need_everywhere(Right::Administer)?;
    if store::replay(tx, id, clock.now())? { Ok(()) } else { Refusal::not_found().stop() }
}

/// Writes what each address is to be told, from the trail. Safe to run side by side.
///
/// # Errors
/// When the database fails.
pub fn write_calls(tx: &Tx<'_>, clock: &Clock) -> Outcome<usize> {
    let names = Snapshot::at(tx, clock.today())?;
    let mut written = 0;
    for hook in store::hooks(tx)?.into_iter().filter(|h| h.active) {
        let lines = trail::after(tx, hook.cursor, AT_ONCE)?;
        let Some((last, _)) = lines.last() else { continue };
        let last = *last;
        for (_, line) in lines {
            let wanted = hook.acts.is_empty() || hook.acts.split(',').any(|act| line.act.starts_with(act));
            if !wanted {
                continue;
            }
            let unit = line.unit.and_then(|u| names.unit(base::ids::UnitId(u))).map(|u| u.code.clone());
            let id = clock.uuid();
            let body = serde_json::json!({
                "id": id, "line": line.id, "at": line.at, "act": line.act, "kind": line.kind, "code": line.code,
                "unit": unit,
            });
            let call = Message {
                id,
                kind: Kind::Call,
                target: hook.id,
                slot: line.id.to_string(),
                recipient: hook.url.clone(),
                subject: line.act,
                body: body.to_string(),
                state: "waiting".to_owned(),
                tries: 0,
                next_try: clock.now(),
                fault: String::new(),
                made_at: clock.now(),
            };
            written += usize::from(store::insert_message(tx, &call)?);
        }
        store::set_cursor(tx, hook.id, last)?;
    }
    Ok(written)
}
