//! The kinds of records of the room, and what is found of them by words.

use crate::{sight, store};
use base::{Outcome, Refusal};
use organisation::Snapshot;
use room::{Found, Hit, Read, Record, Seek};

/// Whoever may see one of the posts may see the person.
pub const RECORDS: &[Record] = &[Record::at("person", "/can-bo/{code}", person)];

/// People by their names, in their posts of today.
pub const SEEKS: &[Seek] = &[Seek { key: "nav-people", place: 70, list: "/can-bo", run: sought }];

fn person(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    let held = sight::seen(read.actor, store::of_person(read.tx, code)?);
    match held.into_iter().next() {
        Some(held) => Ok(Found { id: Some(held.person.0), title: held.name }),
        None => Refusal::not_found().stop(),
    }
}

fn sought(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let names = Snapshot::at(read.tx, read.today)?;
    let held = sight::seen(read.actor, store::all_held(read.tx, words, read.today, 200)?);
    let hit = |held: store::Held| Hit {
        address: format!("/can-bo/{}", held.code),
        hint: format!("{}, {}", held.title, names.name(held.unit)),
        words: held.name,
    };
    Ok(held.into_iter().take(most).map(hit).collect())
}
