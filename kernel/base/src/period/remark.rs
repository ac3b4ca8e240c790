//! What a person should be told about how a deadline was read.

use super::{closed_slashes, is_small_number, roman_or_digit};
use crate::fold::fold;

/// What a reader should be told about how the words were read; a text key's last word.
///
/// `several`: more than one deadline stands there, and the last one counts.
pub fn remark(words: &str) -> Option<&'static str> {
    let text = closed_slashes(words);
    let folded = fold(&text);
    let is_range = |between: &str| matches!(between, "-" | "–" | "—" | "den" | "toi");
    let tokens: Vec<&str> = folded.split(' ').collect();
    let quarters_or_months = ["quy", "qui", "thang"].iter().any(|word| {
        tokens.iter().enumerate().filter(|(i, t)| *t == word && !counts_months(&tokens, *i)).count() > 1
    });
    let listed = quarters_or_months && !tokens.iter().any(|t| is_range(t)) && !text.contains(['-', '–']);
    let and = text.contains([',', ';']) || tokens.contains(&"va");
    let dates = dates_written(&text);
    let quarter_list = and && tokens.first().is_some_and(|t| matches!(*t, "quy" | "qui" | "thang"));
    // "Từ 01/01/2023 đến 30/6/2023" is one length of time.
    let is_length = dates == 2
        && !and
        && (tokens.iter().any(|t| matches!(*t, "den" | "toi"))
            || [" - ", " – "].iter().any(|dash| text.contains(dash)));
    ((dates > 1 && !is_length) || (listed && and) || (quarter_list && numbers_before_year(&tokens) > 1))
        .then_some("several")
}

/// "6 tháng", "9 tháng": a length, not a month's name.
fn counts_months(tokens: &[&str], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|b| tokens.get(b))
        .is_some_and(|t| matches!(*t, "3" | "6" | "9" | "06" | "09" | "sau"))
}

/// How many numbers or Roman numerals follow the first word before the year.
fn numbers_before_year(tokens: &[&str]) -> usize {
    let short = |t: &&&str| roman_or_digit(t).is_some() || is_small_number(t);
    tokens.iter().skip(1).take_while(|t| t.len() != 4).filter(short).count()
}

/// How many whole dates with a year are written.
fn dates_written(text: &str) -> usize {
    text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '.' | '-')))
        .filter(|piece| {
            let parts: Vec<&str> = piece.trim_matches(['.', '-', '/']).split(['/', '.', '-']).collect();
            parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.len() <= 4)
        })
        .count()
}
