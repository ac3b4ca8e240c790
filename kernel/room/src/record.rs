//! A kind of record: where it stands and who may see it, said in one breath, so that whoever adds a link cannot forget the
//! gate. Search, the trail, evidence and files ask it.

use base::{Actor, Date, Outcome, Uuid};
use db::Tx;

/// What a reading stands on: the transaction, for whom, which day is today.
pub struct Read<'a, 't> {
    /// The transaction.
    pub tx: &'a Tx<'t>,
    /// For whom is read.
    pub actor: &'a Actor,
    /// Today.
    pub today: Date,
}

/// A kind of record, by the word of the trail.
#[derive(Clone, Copy)]
pub struct Record {
    /// The word in the trail.
    pub kind: &'static str,
    /// Its page, mostly with `{code}` in it; empty for what has none.
    pub address: &'static str,
    /// One by its code, for an actor: not found where there is none, or none that the actor may look at.
    pub find: fn(&Read<'_, '_>, &str) -> Outcome<Found>,
    /// The codes whose history tells more than an actor may know yet: drafts that bind nobody, papers of an open review.
    pub hides: Option<fn(&Read<'_, '_>) -> Outcome<Vec<String>>>,
    /// Whether its code proves a leaf of an index.
    pub proves: bool,
    /// Whether its history has a page; where it tells more than any reader may know, only the trail shows it.
    pub has_history: bool,
    /// Codes that begin in another way have their page elsewhere: beginning, address.
    pub other: &'static [(&'static str, &'static str)],
}

/// For kinds that have no page: none is found.
///
/// # Errors
/// Not found.
pub fn nowhere(_: &Read<'_, '_>, _: &str) -> Outcome<Found> {
    base::Refusal::not_found().stop()
}

impl Record {
    /// A kind that has a page, is no proof and hides nothing.
    pub const fn at(
        kind: &'static str,
        address: &'static str,
        find: fn(&Read<'_, '_>, &str) -> Outcome<Found>,
    ) -> Self {
        Self { kind, address, find, hides: None, proves: false, has_history: true, other: &[] }
    }

    /// A kind of what has no code of its own: its lines lead to a page that shows all of them, if any.
    pub const fn among(kind: &'static str, address: &'static str) -> Self {
        Self { has_history: false, ..Self::at(kind, address, nowhere) }
    }

    /// One whose history tells more than its readers may know.
    pub const fn without_history(self) -> Self {
        Self { has_history: false, ..self }
    }

    /// One some of whose codes have their page elsewhere.
    pub const fn or_else(self, other: &'static [(&'static str, &'static str)]) -> Self {
        Self { other, ..self }
    }

    /// One whose code proves a leaf of an index.
    pub const fn proving(self) -> Self {
        Self { proves: true, ..self }
    }

    /// One of which some may not know yet.
    pub const fn hiding(self, hides: fn(&Read<'_, '_>) -> Outcome<Vec<String>>) -> Self {
        Self { hides: Some(hides), ..self }
    }

    /// The page of a record; none for what has no page.
    pub fn page(&self, code: &str) -> Option<String> {
        let other = self.other.iter().find(|(beginning, _)| code.starts_with(beginning));
        let address = other.map_or(self.address, |(_, address)| *address);
        if address.is_empty() || (code.is_empty() && address.contains("{code}")) {
            return None;
        }
        Some(address.replace("{code}", code))
    }
}

/// Where a kind of record has its page; none for kinds without one of their own.
pub fn address_of<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    kind: &str,
    code: &str,
) -> Option<String> {
    records.into_iter().find(|record| record.kind == kind).and_then(|record| record.page(code))
}

/// A record that an actor may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its identity, where the trail's lines are told by it and not by the code.
    pub id: Option<Uuid>,
    /// What it is called.
    pub title: String,
}

/// What a room finds by words.
#[derive(Clone, Copy)]
pub struct Seek {
    /// The key of the group's heading.
    pub key: &'static str,
    /// Its place among the groups; rooms leave gaps for each other.
    pub place: u16,
    /// The list that takes the same words under `q`; empty where there is none.
    pub list: &'static str,
    /// At most so many that an actor may see, the best first.
    pub run: fn(&Read<'_, '_>, &str, usize) -> Outcome<Vec<Hit>>,
}

/// Something found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its page.
    pub address: String,
    /// What it is called.
    pub words: String,
    /// What tells it from others of the same name.
    pub hint: String,
}

/// Of some things those whose text has every word that is asked for, marks and capitals put aside.
pub fn having<T>(
    words: &str,
    all: impl IntoIterator<Item = T>,
    text: impl Fn(&T) -> String,
) -> impl Iterator<Item = T> {
    let asked = base::fold::terms(words);
    all.into_iter().filter(move |one| {
        let text = base::fold::fold(&text(one));
        asked.iter().all(|term| text.contains(term.as_str()))
    })
}
