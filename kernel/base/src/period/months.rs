//! Months by name and number: "Tháng 9/2021", "6 tháng đầu năm 2022", "Từ tháng 01/2023 đến tháng 6/2023".

use super::{Due, end_of, years_in};
use jiff::civil::Date;

/// "6 tháng đầu năm 2023", "9 tháng năm 2023", "15 tháng 6 năm 2023", "Tháng 6-9/2023", "Tháng Sáu năm 2023"; of
/// several the last: "Từ tháng 01/2023 đến tháng 6/2023".
pub(super) fn months(tokens: &[&str]) -> Option<Due> {
    let places: Vec<usize> =
        tokens.iter().enumerate().filter(|(_, t)| **t == "thang").map(|(at, _)| at).collect();
    places.iter().rev().find_map(|at| month_at(tokens, *at, *at > places.first().copied().unwrap_or(*at)))
}

/// The month or the months at a place; one that follows another may leave the year to it.
fn month_at(tokens: &[&str], i: usize, is_later: bool) -> Option<Due> {
    let year_at = |at: usize| -> Option<i16> {
        let at = if tokens.get(at) == Some(&"nam") { at + 1 } else { at };
        years_in(tokens.get(at..=at)?).first().copied()
    };
    let end = |year: i16, month: i8| end_of(year, month).map_or(Due::Invalid, |on| Due::Period { on });
    let before = i.checked_sub(1).and_then(|b| tokens.get(b)).copied().unwrap_or_default();
    let count = match before.trim_start_matches('0') {
        "3" | "ba" => Some(3),
        "6" | "sau" => Some(6),
        "9" | "chin" => Some(9),
        _ => None,
    };
    let year = years_in(tokens).last().copied();
    match (tokens.get(i + 1).copied().unwrap_or_default(), count, year) {
        ("dau", Some(count), Some(year)) => return Some(end(year, count)),
        ("cuoi", Some(_), Some(year)) => return Some(end(year, 12)),
        ("nam", Some(count), Some(year)) if year_at(i + 1) == Some(year) => return Some(end(year, count)),
        _ => {}
    }
    // A number before the month and no word for a day: the day itself.
    let own_day: Option<i8> = before.parse().ok().filter(|d| (1..=31).contains(d));
    let mut next = i + 1;
    let mut month: Option<i8> = None;
    while let Some(found) = tokens.get(next).and_then(|word| month_of(word, tokens.get(next + 1).copied())) {
        month = Some(found.0);
        next += found.1;
    }
    let earlier = || years_in(tokens.get(..i).filter(|_| is_later)?).last().copied();
    let (month, year) = (month?, year_at(next).or_else(earlier)?);
    match own_day {
        Some(day) => match i.checked_sub(2).and_then(|b| tokens.get(b)) {
            Some(&"ngay") => None,
            // Weeks of a month are counted in several ways.
            Some(&"tuan") => Some(Due::Invalid),
            _ => Some(Date::new(year, month, day).map_or(Due::Invalid, |on| Due::Day { on })),
        },
        // "Trước tháng 7/2023" is by the end of June.
        None if before == "truoc" => Some(day_before(year, month)),
        None => Some(end(year, month)),
    }
}

/// The day before a month begins, as the end of the period before it.
pub(super) fn day_before(year: i16, month: i8) -> Due {
    let before = Date::new(year, month, 1).and_then(|first| first.yesterday());
    before.map_or(Due::Invalid, |on| Due::Period { on })
}

/// A month as a number or a word, and how many words it takes.
pub(super) fn month_of(word: &str, next: Option<&str>) -> Option<(i8, usize)> {
    const WORDS: [&str; 10] = ["mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi"];
    if let Ok(month) = word.parse::<i8>() {
        return (1..=12).contains(&month).then_some((month, 1));
    }
    if word == "muoi" {
        return match next {
            Some("mot") => Some((11, 2)),
            Some("hai") => Some((12, 2)),
            _ => Some((10, 1)),
        };
    }
    // "tháng năm 2023" does not say which month.
    if word == "nam" && next != Some("nam") {
        return None;
    }
    let at = WORDS.iter().position(|w| *w == word)?;
    Some((i8::try_from(at + 1).ok()?, 1))
}
