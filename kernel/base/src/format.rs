//! How dates and numbers are written for Vietnamese readers: `dd/MM/yyyy`, `1.234,5`. The same in both languages,
//! because the figures are copied into Vietnamese documents.

use crate::clock::office_zone;
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

/// A day as `19/04/2023`.
pub fn date(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// A moment as `19/04/2023 17:05`, office time.
pub fn moment(at: Timestamp) -> String {
    let local = at.to_zoned_datetime(office_zone());
    format!("{} {:02}:{:02}", date(local.date()), local.hour(), local.minute())
}

/// A whole number with dots between thousands.
pub fn whole(n: i64) -> String {
    decimal(Decimal::from(n))
}

/// A decimal with dots between thousands and a decimal comma, without trailing zeros.
pub fn decimal(n: Decimal) -> String {
    let text = n.normalize().abs().to_string();
    let (int, frac) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let mut out = String::new();
    if n.is_sign_negative() && !n.is_zero() {
        out.push('-');
    }
    let digits = int.chars().count();
    for (i, c) in int.chars().enumerate() {
        if i > 0 && (digits - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    if !frac.is_empty() {
        out.push(',');
        out.push_str(frac);
    }
    out
}

/// A share as a percentage with at most two decimals, `66,67 %`; `–` when there is nothing to divide by.
pub fn share(numerator: i64, denominator: i64) -> String {
    match percent_of(numerator, denominator) {
        Some(p) => format!("{}\u{a0}%", decimal(p)),
        None => "–".to_owned(),
    }
}

/// `numerator / denominator` in percent, rounded half away from zero to two decimals.
pub fn percent_of(numerator: i64, denominator: i64) -> Option<Decimal> {
    if denominator == 0 {
        return None;
    }
    let p = Decimal::from(numerator) * Decimal::ONE_HUNDRED / Decimal::from(denominator);
    Some(p.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
}

/// The weekday's text key, `weekday-1` (Monday) to `weekday-7` (Sunday).
pub fn weekday_key(day: Date) -> &'static str {
    use jiff::civil::Weekday;
    match day.weekday() {
        Weekday::Monday => "weekday-1",
        Weekday::Tuesday => "weekday-2",
        Weekday::Wednesday => "weekday-3",
        Weekday::Thursday => "weekday-4",
        Weekday::Friday => "weekday-5",
        Weekday::Saturday => "weekday-6",
        Weekday::Sunday => "weekday-7",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn numbers_have_dots_and_a_comma() {
        assert_eq!(whole(1248), "1.248");
        assert_eq!(whole(-1_000_000), "-1.000.000");
        assert_eq!(decimal(Decimal::new(12345, 1)), "1.234,5");
        assert_eq!(share(88, 132), "66,67\u{a0}%");
        assert_eq!(share(0, 0), "–");
    }

    #[test]
    fn days_are_written_day_first() {
        assert_eq!(date(day(2023, 4, 9)), "09/04/2023");
    }
}
