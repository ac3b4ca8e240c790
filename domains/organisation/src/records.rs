//! The kinds of records of the room, and what is found of them by words.

use crate::{Snapshot, Unit, reorganise};
use base::{Outcome, Refusal};
use room::{Found, Hit, Read, Record, Seek, having};

/// Units are public; a reorganisation is known to those who prepare and decide it until it is applied.
pub const RECORDS: &[Record] = &[
    Record::at("unit", "/to-chuc/{code}", unit),
    Record::at("reorganisation", "/to-chuc/sap-xep/{code}", reorganisation).hiding(hidden),
    Record::among("calendar", "/qt/lich"),
    Record::among("spelling", "/qt/ten-goi"),
    Record::among("import", ""),
];

/// Units by their names and codes of today; reorganisations.
pub const SEEKS: &[Seek] = &[
    Seek { key: "nav-units", place: 60, list: "", run: sought },
    Seek { key: "reorganise-title", place: 65, list: "", run: reorganisations },
];

fn unit(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match Snapshot::at(read.tx, read.today)?.by_code(code) {
        Some(unit) => Ok(Found { id: None, title: unit.name.clone() }),
        None => Refusal::not_found().stop(),
    }
}

fn reorganisation(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    let of = reorganise::sight::load(read.tx, read.actor, code)?;
    Ok(Found { id: None, title: of.title })
}

fn hidden(read: &Read<'_, '_>) -> Outcome<Vec<String>> {
    reorganise::sight::hidden(read.tx, read.actor)
}

fn sought(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let names = Snapshot::at(read.tx, read.today)?;
    let units = having(words, names.units(), |unit| format!("{} {}", unit.name, unit.code));
    let hit = |unit: &Unit| Hit {
        address: format!("/to-chuc/{}", unit.code),
        words: unit.name.clone(),
        hint: unit.code.clone(),
    };
    Ok(units.take(most).map(hit).collect())
}

/// Those that the reader may know of.
fn reorganisations(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let seen = reorganise::sight::seen(read.tx, read.actor)?;
    let hits = having(words, seen, |of| format!("{} {} {}", of.code, of.title, of.document)).map(|of| Hit {
        address: format!("/to-chuc/sap-xep/{}", of.code),
        hint: of.code,
        words: of.title,
    });
    Ok(hits.take(most).collect())
}
