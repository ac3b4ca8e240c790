//! How long a text may be, by what it is. Every act that keeps a text of a person asks here, so that one field cannot
//! grow until a page, an export or a mail breaks for everybody.

use crate::{Outcome, Refusal};

/// A code, a login, a mark, a word of a list: characters.
pub const CODE: usize = 80;
/// A name of a person, a unit, a post, a file.
pub const NAME: usize = 300;
/// A title or a sentence: what stands in one cell of a list.
pub const TITLE: usize = 4_000;
/// Words of explanation, a comment, a solution.
pub const WORDS: usize = 20_000;
/// A part of a report, a clause, a paper: pages of text.
pub const PAGES: usize = 200_000;

/// Refuses the first text that is longer than its limit: field, text, most characters.
///
/// # Errors
/// The refusal, at the field.
pub fn within(fields: &[(&'static str, &str, usize)]) -> Outcome<()> {
    for (field, text, most) in fields {
        // PostgreSQL keeps no NUL, and inside JSON nobody would see it.
        if text.contains('\0') {
            return Refusal::new("refusal-nul").at(field).stop();
        }
        // Bytes are at least as many as characters: most texts need no counting.
        if text.len() > *most && text.chars().count() > *most {
            return Refusal::new("refusal-too-long").at(field).with("field", *field).with("max", most).stop();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_count_not_bytes() {
        assert!(within(&[("title", &"ộ".repeat(TITLE), TITLE)]).is_ok());
        let over = within(&[("code", "x", CODE), ("title", &"ộ".repeat(TITLE + 1), TITLE)]);
        assert!(matches!(over, Err(crate::Stop::Refused(r)) if r.field == Some("title")));
    }
}
