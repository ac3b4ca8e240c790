//! The kinds of records of the room, what units owe it, and what of it is compared with the trail.

use crate::{owed, publish, store};
use base::{Date, Outcome, Refusal, ids::UnitId};
use db::Tx;
use room::{Check, Found, Hit, Owed, Read, Record, Seek, having};

/// That there is a round or a scheme is known to all, what stands in it is `sight`'s to say; its lines in the trail tell points
/// that are not published, so its history has no page.
pub const RECORDS: &[Record] = &[Record::at("index", "/chi-so/{code}", round)
    .or_else(&[("BCS-", "/chi-so/bo/{code}")])
    .without_history()];

/// Rounds; what stands in one is not searched.
pub const SEEKS: &[Seek] = &[Seek { key: "nav-indices", place: 80, list: "", run: rounds }];

/// What was published, with its lines.
pub const CHECKS: &[Check] = &[Check {
    what: "published results",
    tables: &["parindex_published"],
    not_compared: &[],
    run: |tx| Ok(publish::check(tx)?.into()),
}];

fn round(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match store::round(read.tx, code)? {
        Some(round) => Ok(Found { id: None, title: format!("{code} {}", round.title) }),
        None => Refusal::not_found().stop(),
    }
}

/// The steps of rounds that are open.
///
/// # Errors
/// When the reading fails.
pub fn owes(tx: &Tx<'_>, today: Date, may: &dyn Fn(UnitId) -> bool) -> Outcome<Vec<Owed>> {
    let owed = owed::owed(tx, today)?.into_iter().filter(|owed| may(owed.unit));
    let shown = owed.map(|owed| Owed {
        address: format!("/{}", owed.address),
        of: owed.title.clone(),
        title: owed.title,
        unit: owed.unit,
        issuer: Some(owed.issuer),
        due: Some(owed.due),
        state: format!("index-{}", owed.step),
        waits: true,
        calls: true,
        is_for_leader: owed.unit == owed.issuer,
    });
    Ok(shown.collect())
}

fn rounds(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let rounds = having(words, store::rounds(read.tx)?, |round| format!("{} {}", round.code, round.title));
    let hits = rounds.map(|round| Hit {
        address: format!("/chi-so/{}", round.code),
        hint: round.code,
        words: round.title,
    });
    Ok(hits.take(most).collect())
}
