//! The kinds of records of the room, what units owe it, and what of it is compared with the trail.

use crate::{acts, rules::Turn, store};
use base::{Date, Outcome, Refusal, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use room::{Check, Found, Hit, Owed, Read, Record, Seek, having};

/// Reports are public within the house; of a part a remark's line leads to the part's own page, which asks who may see it.
pub const RECORDS: &[Record] = &[Record::at("report", "/bao-cao/{code}", report)
    .proving()
    .or_else(&[("bao-cao/", "/{code}"), ("so-ket/", "/{code}")])];

/// Reports by their titles.
pub const SEEKS: &[Seek] = &[Seek { key: "nav-reporting", place: 100, list: "", run: reports }];

/// What was frozen, with its lines.
pub const CHECKS: &[Check] = &[Check {
    what: "frozen reports",
    tables: &["reporting_frozen"],
    not_compared: &[],
    run: |tx| Ok(store::check_frozen(tx)?.into()),
}];

fn report(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match store::by_code(read.tx, code)? {
        Some(kind) => Ok(Found { id: None, title: format!("{code} {}", kind.title) }),
        None => Refusal::not_found().stop(),
    }
}

/// The parts that units owe of the last two periods that have begun.
///
/// # Errors
/// When the reading fails.
pub fn owes(tx: &Tx<'_>, today: Date, may: &dyn Fn(UnitId) -> bool) -> Outcome<Vec<Owed>> {
    let names = Snapshot::at(tx, today)?;
    let owed = acts::owed(tx, today, may)?.into_iter().filter_map(|owed| {
        let round = owed.round.code(owed.kind.cycle);
        let unit = names.unit(owed.unit)?;
        let title = format!("{} {round}", owed.kind.title);
        Some(Owed {
            address: format!("/bao-cao/{}/{round}/{}", owed.kind.code, unit.code),
            of: title.clone(),
            title,
            unit: owed.unit,
            issuer: Some(names.now(owed.kind.issuer)),
            due: owed.days.due,
            state: owed.state.word().to_owned(),
            waits: matches!(owed.turn, Turn::Due | Turn::Missing | Turn::Returned),
            calls: !matches!(owed.turn, Turn::Sent | Turn::Late),
            is_for_leader: false,
        })
    });
    Ok(owed.collect())
}

fn reports(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let all = store::kinds(read.tx)?;
    let hits = having(words, all, |kind| format!("{} {}", kind.code, kind.title)).map(|kind| Hit {
        address: format!("/bao-cao/{}", kind.code),
        hint: kind.code,
        words: kind.title,
    });
    Ok(hits.take(most).collect())
}
