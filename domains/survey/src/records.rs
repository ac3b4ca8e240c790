//! The kinds of records of the room.

use crate::store;
use base::{Outcome, Refusal};
use room::{Found, Hit, Read, Record, Seek, having};

/// That there is a survey is known to all, its page says who sees what of it.
pub const RECORDS: &[Record] = &[Record::at("survey", "/khao-sat/{code}", survey).without_history()];

/// Surveys by their titles.
pub const SEEKS: &[Seek] = &[Seek { key: "survey-title", place: 90, list: "", run: surveys }];

fn survey(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match store::by_code(read.tx, code)? {
        Some(survey) => Ok(Found { id: None, title: format!("{code} {}", survey.title) }),
        None => Refusal::not_found().stop(),
    }
}

fn surveys(read: &Read<'_, '_>, words: &str, most: usize) -> Outcome<Vec<Hit>> {
    let all = store::surveys(read.tx)?;
    let hits = having(words, all, |survey| format!("{} {}", survey.code, survey.title)).map(|survey| Hit {
        address: format!("/khao-sat/{}", survey.code),
        hint: survey.code,
        words: survey.title,
    });
    Ok(hits.take(most).collect())
}
