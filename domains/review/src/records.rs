//! The kinds of records of the room, what units owe it, and what of it is compared with the trail.

use crate::{acts, sight, store};
use base::{Date, Outcome, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use room::{Check, Found, Hit, Owed, Read, Record, Seek, having};

/// A review is known to all; what is written for an open one to those who lead it.
pub const RECORDS: &[Record] = &[
    Record::at("review", "/so-ket/{code}", review).hiding(|read| sight::hidden(read.tx, read.actor)),
    Record::among("lesson", "/bai-hoc"),
];

/// Reviews by their programme, lessons by their words.
pub const SEEKS: &[Seek] = &[
    Seek { key: "nav-reviews", place: 110, list: "", run: reviews },
    Seek { key: "nav-lessons", place: 120, list: "/bai-hoc", run: lessons },
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

fn reviews(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let programmes = programme::store::programmes(read.tx)?;
    let all = store::reviews(read.tx)?.into_iter().filter_map(|review| {
        let programme = programmes.iter().find(|programme| programme.id == review.programme)?;
        Some((review.code, format!("{} {}", programme.mark(), programme.title)))
    });
    let hits = having(words, all, |(code, title)| format!("{code} {title}")).map(|(code, title)| Hit {
        address: format!("/so-ket/{code}"),
        words: title,
        hint: code,
    });
    Ok(hits.take(most).collect())
}

/// How much of a lesson is shown, in letters.
const SHOWN: usize = 160;

fn lessons(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let hit = |lesson: store::Lesson| Hit {
        address: format!("/bai-hoc?q={}", web::form::encode(&lesson.context)),
        words: lesson.worked.chars().take(SHOWN).collect(),
        hint: format!("{} {}", lesson.code, lesson.context),
    };
    Ok(store::lessons(read.tx, words, most)?.into_iter().map(hit).collect())
}
