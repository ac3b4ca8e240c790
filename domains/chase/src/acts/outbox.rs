//! Sending what waits, whatever it is: taken with a lease, so that two processes do not send it twice; what fails is
//! tried again after 2, 4, 8 … minutes and at last given up, with the fault kept for its reader.

use crate::store::{self, Kind, Message};
use base::{Clock, Outcome, Span, Timestamp, Uuid};
use db::Database;
use std::collections::BTreeMap;

/// How often a message is tried before it is given up.
const TRIES: i64 = 8;
/// How long a process may take to send one before another tries.
const LEASE_MINUTES: i64 = 5;
/// Addresses that are told at the same time.
const AT_ONCE: usize = 8;

/// Sends the messages of a kind whose time has come through `send`: to several addresses at a time, and to one address
/// in the order in which they were written, up to the first that fails. An address that hangs delays only itself.
/// Returns how many were taken.
///
/// # Errors
/// When the database fails.
pub fn send_by_target(
    db: &Database,
    clock: &Clock,
    kind: Kind,
    send: &(dyn Fn(&Message) -> anyhow::Result<()> + Sync),
) -> Outcome<usize> {
    let now = clock.now();
    let mut by_target: BTreeMap<Uuid, Vec<Message>> = BTreeMap::new();
    for message in db.read_now(move |tx| Ok(store::due_messages(tx, kind, now)?))? {
        by_target.entry(message.target).or_default().push(message);
    }
    let targets: Vec<Vec<Message>> = by_target.into_values().collect();
    let mut sent = 0;
    for some in targets.chunks(AT_ONCE) {
        let outcomes: Vec<Outcome<usize>> = std::thread::scope(|scope| {
            let running: Vec<_> =
                some.iter().map(|list| scope.spawn(|| in_order(db, now, list, send))).collect();
            let broken = || Err(anyhow::anyhow!("sending panicked").into());
            running.into_iter().map(|one| one.join().unwrap_or_else(|_| broken())).collect()
        });
        for outcome in outcomes {
            sent += outcome?;
        }
    }
    Ok(sent)
}

fn in_order(
    db: &Database,
    now: Timestamp,
    list: &[Message],
    send: &dyn Fn(&Message) -> anyhow::Result<()>,
) -> Outcome<usize> {
    let mut sent = 0;
    for message in list {
        if !one(db, now, message, send)? {
            break;
        }
        sent += 1;
    }
    Ok(sent)
}

/// Sends the messages of a kind whose time has come through `send`, one after another. Returns how many were taken.
///
/// # Errors
/// When the database fails.
pub fn send(
    db: &Database,
    clock: &Clock,
    kind: Kind,
    send: &dyn Fn(&Message) -> anyhow::Result<()>,
) -> Outcome<usize> {
    let now = clock.now();
    let mut sent = 0;
    for message in db.read_now(move |tx| Ok(store::due_messages(tx, kind, now)?))? {
        sent += usize::from(one(db, now, &message, send)?);
    }
    Ok(sent)
}

/// Sends one message, unless another process does; whether it was taken.
fn one(
    db: &Database,
    now: Timestamp,
    message: &Message,
    send: &dyn Fn(&Message) -> anyhow::Result<()>,
) -> Outcome<bool> {
    let later =
        move |minutes: i64| -> Timestamp { now.checked_add(Span::new().minutes(minutes)).unwrap_or(now) };
    let (id, seen) = (message.id, message.tries);
    let tries = seen + 1;
    let lease = (tries, later(LEASE_MINUTES), "");
    if !db.act_now(move |tx| Ok(store::set_message(tx, (id, seen), "sending", lease)?))? {
        return Ok(false);
    }
    let outcome = send(message);
    let is_taken = outcome.is_ok();
    let (state, wait, fault) = match outcome {
        Ok(()) => ("sent", 0, String::new()),
        Err(fault) if tries >= TRIES => ("failed", 0, format!("{fault:#}")),
        Err(fault) => ("waiting", 1_i64 << tries, format!("{fault:#}")),
    };
    db.act_now(move |tx| {
        let next = (tries, later(wait), fault.as_str());
        Ok(store::set_message(tx, (id, tries), state, next)?)
    })?;
    Ok(is_taken)
}
