//! The kinds of records of the room.

use crate::store;
use base::{Outcome, Refusal};
use room::{Found, Read, Record};

/// That there is a survey is known to all, its page says who sees what of it.
pub const RECORDS: &[Record] = &[Record::at("survey", "/khao-sat/{code}", survey).without_history()];

fn survey(read: &Read<'_, '_>, code: &str) -> Outcome<Found> {
    match store::by_code(read.tx, code)? {
        Some(survey) => Ok(Found { id: None, title: format!("{code} {}", survey.title) }),
        None => Refusal::not_found().stop(),
    }
}
