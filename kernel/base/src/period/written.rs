//! Dates in digits: `d/m/y`, `d/m`, `m/y`, with slashes, dots or dashes.

use super::full_year;

/// A date as written; the year may be missing.
pub(super) enum Written {
    Day { day: i8, month: i8, year: Option<i16> },
    Month { month: i8, year: i16 },
    Nonsense,
}

/// Finds the last `d/m/y`, `d/m` or `m/y` written with slashes, dots or dashes.
pub(super) fn dates_in(text: &str) -> Option<Written> {
    let mut found = None;
    for piece in text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '.' | '-' | '∕'))) {
        let piece = piece.trim_matches(['.', '-', '/']);
        let parts: Vec<&str> = piece.split(['/', '.', '-', '∕']).collect();
        if parts.len() < 2 || parts.iter().any(|p| p.is_empty() || p.len() > 4) {
            continue;
        }
        let numbers: Vec<i16> = parts.iter().filter_map(|p| p.parse().ok()).collect();
        let next = match (numbers.as_slice(), parts.as_slice()) {
            ([y, m, d], [first, ..]) if first.len() == 4 => Some(day(*d, *m, Some(*y))),
            // "15-20/6/2023": the last day of the range.
            ([_, d, m, y], [a, b, c, e])
                if a.len() <= 2 && b.len() <= 2 && c.len() <= 2 && matches!(e.len(), 2 | 4) =>
            {
                Some(day(*d, *m, Some(full_year(*y))))
            }
            ([d, m, y], [.., last]) => match last.len() {
                4 => Some(day(*d, *m, Some(*y))),
                2 => Some(day(*d, *m, Some(2000 + *y))),
                _ => Some(Written::Nonsense),
            },
            ([from, to], [a, b]) if a.len() == 4 && b.len() == 4 => {
                // "2021-2025": a range of years, not a date.
                let _ = (from, to);
                None
            }
            ([m, y], [_, b]) if b.len() == 4 => Some(match i8::try_from(*m) {
                Ok(month @ 1..=12) => Written::Month { month, year: *y },
                _ => Written::Nonsense,
            }),
            ([d, m], [a, b]) if a.len() <= 2 && b.len() <= 2 => Some(day(*d, *m, None)),
            _ => None,
        };
        // A roman quarter "IV/2023" leaves "/2023" behind, which has one part and is passed over above.
        if let Some(next) = next {
            found = Some(next);
        }
    }
    found
}

fn day(day: i16, month: i16, year: Option<i16>) -> Written {
    match (i8::try_from(day), i8::try_from(month)) {
        (Ok(day @ 1..=31), Ok(month @ 1..=12)) => Written::Day { day, month, year },
        _ => Written::Nonsense,
    }
}
