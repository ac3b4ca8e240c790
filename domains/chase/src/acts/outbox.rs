//! Sending what waits, whatever it is: taken with a lease, so that two processes do not send it twice; what fails is
//! tried again after 2, 4, 8 … minutes and at last given up, with the fault kept for its reader.

use crate::store::{self, Kind, Message};
use base::{Clock, Outcome, Span, Timestamp};
use db::Database;

/// How often a message is tried before it is given up.
const TRIES: i64 = 8;
/// How long a process may take to send one before another tries.
const LEASE_MINUTES: i64 = 5;

/// Sends the messages of a kind whose time has come through `send`. Returns how many were taken.
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
    let later =
        move |minutes: i64| -> Timestamp { now.checked_add(Span::new().minutes(minutes)).unwrap_or(now) };
    let mut sent = 0;
    for message in db.read_now(move |tx| Ok(store::due_messages(tx, kind, now)?))? {
        let (id, seen) = (message.id, message.tries);
        let tries = seen + 1;
        let lease = (tries, later(LEASE_MINUTES), "");
        if !db.act_now(move |tx| Ok(store::set_message(tx, (id, seen), "sending", lease)?))? {
            continue;
        }
        let outcome = send(&message);
        sent += usize::from(outcome.is_ok());
        let (state, wait, fault) = match outcome {
            Ok(()) => ("sent", 0, String::new()),
            Err(fault) if tries >= TRIES => ("failed", 0, format!("{fault:#}")),
            Err(fault) => ("waiting", 1_i64 << tries, format!("{fault:#}")),
        };
        db.act_now(move |tx| {
            let next = (tries, later(wait), fault.as_str());
            Ok(store::set_message(tx, (id, tries), state, next)?)
        })?;
    }
    Ok(sent)
}
