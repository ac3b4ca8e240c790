//! What a person or a program typed, by the names of fields: a form, a query, a body of the API.

use crate::{Date, Outcome, Refusal};
use std::collections::HashMap;

/// A form or a query as sent.
pub type Form = HashMap<String, String>;

/// A field of a form, tidied; empty when it was not sent.
pub fn field(form: &Form, name: &str) -> String {
    form.get(name).map(|v| crate::fold::tidy(v)).unwrap_or_default()
}

/// A day as typed: 19/04/2023, or as an address writes it, 2023-04-19.
pub fn day(form: &Form, name: &str) -> Option<Date> {
    let text = field(form, name);
    crate::period::read(&text).date().or_else(|| text.parse().ok())
}

/// The day in a field; none when it is empty.
///
/// # Errors
/// Refuses what is no day.
pub fn day_in(form: &Form, name: &'static str) -> Outcome<Option<Date>> {
    let found = day(form, name);
    if found.is_none() && !field(form, name).is_empty() {
        return Refusal::new("refusal-day").at(name).with("value", field(form, name)).stop();
    }
    Ok(found)
}

/// The words of a field with its lines kept; empty when it was not sent.
pub fn lines(form: &Form, name: &str) -> String {
    form.get(name).map(|words| crate::fold::tidy_lines(words)).unwrap_or_default()
}

/// A field that must not be empty.
///
/// # Errors
/// Refuses an empty one by its name.
pub fn needed(form: &Form, name: &'static str) -> Outcome<String> {
    match field(form, name) {
        empty if empty.is_empty() => Refusal::new("refusal-required").at(name).with("field", name).stop(),
        words => Ok(words),
    }
}
