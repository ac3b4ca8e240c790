//! The kinds of records of the room, what units owe it, and what of it is compared with the trail.

use crate::{acts, sight, store};
use base::{Date, Outcome, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use room::{Check, Found, Owed, Read, Record};

/// A review is known to all; what is written for an open one to those who lead it.
pub const RECORDS: &[Record] = &[
    Record::at("review", "/so-ket/{code}", review).hiding(|read| sight::hidden(read.tx, read.actor)),
    Record::among("lesson", "/bai-hoc"),
];

/// What was frozen, with its lines.
pub const CHECKS: &[Check] = &[Check {
    what: "frozen reviews",
    tables: &["review_snapshot"],
    not_compared: &[],
    run: |tx| Ok(store::check_frozen(tx)?.into()),
}];

fn review(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    let (review, programme) = acts::load(read.tx, code)?;
    Ok(Found { id: None, title: format!("{} {}", review.code, programme.title) })
}

/// The parts that units owe of open reviews.
///
/// # Errors
/// When the reading fails.
pub fn owes(tx: &Tx<'_>, today: Date, may: &dyn Fn(UnitId) -> bool) -> Outcome<Vec<Owed>> {
    let names = Snapshot::at(tx, today)?;
    let mut found = Vec::new();
    for (code, unit, due, state) in store::owed(tx)? {
        if !may(unit) {
            continue;
        }
        let now = names.now(unit);
        let (review, programme) = acts::load(tx, &code)?;
        found.push(Owed {
            address: format!(
                "/so-ket/{code}/bao-cao/{}",
                names.unit(now).map(|unit| unit.code.clone()).unwrap_or_default()
            ),
            of: code,
            title: format!("{} {}", programme.mark(), programme.title),
            unit: now,
            issuer: Some(names.now(review.issuer)),
            due,
            state,
            waits: true,
            calls: true,
            is_for_leader: false,
        });
    }
    Ok(found)
}
