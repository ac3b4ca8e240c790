//! Quarters by name: "Quý III/2024", "Q3/2023", "Quý II và Quý III năm 2023", "IV/2023".

use super::{Due, end_of, months::day_before, years_in};

/// The last quarter that is named, with the year that follows it: "Quý 3/2023", "Q3/2023", "Quý II và Quý III năm
/// 2023", "Quý III-IV/2023".
pub(super) fn quarters(tokens: &[&str], yearly: bool) -> Option<Due> {
    let mut last: Option<(usize, i8)> = None;
    // "IV/2023".
    if let [quarter @ ("i" | "ii" | "iii" | "iv"), year] = tokens
        && let [year] = years_in(&[year]).as_slice()
    {
        return end_of(*year, roman_or_digit(quarter)? * 3).map(|on| Due::Period { on });
    }
    let (mut at, mut named_at) = (0, 0);
    while let Some(token) = tokens.get(at) {
        // "Hằng quý, 6 tháng": how often, and no quarter's name.
        let is_often = at
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|before| matches!(*before, "hang" | "moi" | "theo" | "tung" | "ky" | "lan"));
        let glued = token.strip_prefix('q').filter(|rest| rest.len() == 1).and_then(roman_or_digit);
        if let Some(quarter) = glued {
            last = Some((at, quarter));
        } else if matches!(*token, "quy" | "qui" | "q") && !is_often {
            named_at = at;
            let mut next = at + 1;
            while let Some(word) = tokens.get(next) {
                match roman_or_digit(word) {
                    Some(quarter) => last = Some((next, quarter)),
                    None if matches!(*word, "va" | "den" | "quy" | "qui") && last.is_some() => {}
                    None if next == at + 1 && is_small_number(word) => return Some(Due::Invalid),
                    None => break,
                }
                next += 1;
            }
            at = next.max(at + 1) - 1;
        }
        at += 1;
    }
    let (place, quarter) = last?;
    let after = years_in(tokens.get(place..).unwrap_or_default());
    let year = after.first().copied().or_else(|| years_in(tokens).last().copied());
    Some(match year {
        // "Trước quý III/2023" is by the end of June.
        Some(year) if named_at > 0 && tokens.get(named_at - 1) == Some(&"truoc") => {
            day_before(year, quarter * 3 - 2)
        }
        Some(year) => end_of(year, quarter * 3).map_or(Due::Invalid, |on| Due::Period { on }),
        None if yearly => match end_of(2023, quarter * 3) {
            Some(on) => Due::RecurringDay { month: quarter * 3, day: on.day() },
            None => Due::Invalid,
        },
        None => Due::Invalid,
    })
}

pub(super) fn is_small_number(word: &str) -> bool {
    matches!(word, "v" | "vi" | "vii" | "viii" | "ix" | "x")
        || (word.len() <= 2 && word.chars().all(|c| c.is_ascii_digit()))
}

pub(super) fn roman_or_digit(token: &str) -> Option<i8> {
    match token.trim_start_matches('0') {
        "i" | "1" | "mot" => Some(1),
        "ii" | "2" | "hai" => Some(2),
        "iii" | "3" | "ba" => Some(3),
        "iv" | "4" | "bon" | "tu" => Some(4),
        _ => None,
    }
}
