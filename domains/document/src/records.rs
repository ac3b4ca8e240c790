//! The kinds of records of the room, and what is found of them by words.

use crate::store;
use base::{Actor, Outcome, Refusal};
use db::Tx;
use room::{Check, Found, Hit, Read, Record, Seek};

/// Documents are public within the house: whoever is signed in reads them.
pub const RECORDS: &[Record] = &[Record::at("document", "/van-ban/{code}", document).proving()];

/// Documents by subject and mark, clauses by their text.
pub const SEEKS: &[Seek] = &[
    Seek { key: "nav-documents", place: 30, list: "/van-ban", run: sought },
    Seek { key: "document-clauses", place: 40, list: "", run: clauses },
];

/// What of the room is compared with itself.
pub const CHECKS: &[Check] = &[Check {
    what: "files",
    tables: &["document_file"],
    not_compared: &["document_file (name, media_type, added_at)"],
    run: |tx| Ok(store::files_that_differ(tx)?.into()),
}];

/// Whether somebody may have a file: the text of a document, or their own.
///
/// # Errors
/// When the reading fails.
pub fn may_have(tx: &Tx<'_>, actor: &Actor, sha256: &str) -> Outcome<bool> {
    if store::is_of_document(tx, sha256)? {
        return Ok(true);
    }
    match actor.account {
        Some(account) => Ok(store::owns_file(tx, sha256, account)?),
        None => Ok(false),
    }
}

fn document(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match store::by_code(read.tx, code)? {
        Some(document) => Ok(Found { id: None, title: format!("{code} {}", document.title) }),
        None => Refusal::not_found().stop(),
    }
}

fn sought(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let hit = |document: crate::Document| Hit {
        address: format!("/van-ban/{}", document.code),
        words: document.title.clone(),
        hint: document.mark(),
    };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(store::list(read.tx, words, most, 0)?.into_iter().map(hit).collect())
}

/// How much of a clause's text is shown, in letters.
const SHOWN: usize = 160;

fn clauses(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let hit = |(code, key, text): (String, String, String)| Hit {
        address: format!("/van-ban/{code}#{key}"),
        words: text.chars().take(SHOWN).collect(),
        hint: format!("{code} {key}"),
    };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(store::find_clauses(read.tx, words, most)?.into_iter().map(hit).collect())
}
