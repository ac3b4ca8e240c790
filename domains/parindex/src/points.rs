//! Points as exact fractions: nothing is rounded before it is shown, so that ties are ties and no tier is reached by rounding.

use base::{Decimal, number};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow as _, Signed as _, ToPrimitive as _, Zero as _};

/// Points, or a share.
pub type Points = BigRational;

/// A fixed decimal as points.
pub fn of(n: Decimal) -> Points {
    let below = BigInt::from(10).pow(n.scale());
    Points::new(BigInt::from(n.mantissa()), below)
}

/// A whole number as points.
pub fn whole(n: i64) -> Points {
    Points::from_integer(BigInt::from(n))
}

/// Points as offices write them: `1,5`, `0.75`, `80%` (a share of one).
pub fn parse(text: &str) -> Option<Points> {
    let text = text.trim();
    match text.strip_suffix('%') {
        Some(percent) => Some(of(number::parse(percent)?) / whole(100)),
        None => Some(of(number::parse(text)?)),
    }
}

/// Points in our own language of rules: one comma or dot is always a decimal mark, `1.125` never a thousand.
pub fn parameter(text: &str) -> Option<Points> {
    let text = text.trim();
    let (digits, is_percent) = text.strip_suffix('%').map_or((text, false), |digits| (digits.trim(), true));
    let n: Decimal = digits.replace(',', ".").parse().ok()?;
    Some(if is_percent { of(n) / whole(100) } else { of(n) })
}

/// Rounded half up, away from zero, to some decimals; without trailing zeros being cut.
fn rounded(points: &Points, decimals: u32) -> (BigInt, u32) {
    let scaled = points * Points::from_integer(BigInt::from(10).pow(decimals));
    let half = Points::new(BigInt::from(1), BigInt::from(2));
    let up = (scaled.abs() + half).floor().to_integer();
    (if points.is_negative() { -up } else { up }, decimals)
}

fn written(digits: &BigInt, decimals: u32, comma: char) -> String {
    let sign = if digits.is_negative() { "-" } else { "" };
    let width = decimals as usize + 1;
    let text = format!("{:0>width$}", digits.abs().to_string());
    let (int, frac) = text.split_at(text.len().saturating_sub(decimals as usize));
    if frac.is_empty() { format!("{sign}{int}") } else { format!("{sign}{int}{comma}{frac}") }
}

/// As shown to people: two decimals and a decimal comma, `86,17`.
pub fn shown(points: &Points) -> String {
    let (digits, decimals) = rounded(points, 2);
    written(&digits, decimals, ',')
}

/// As kept in a file that a program reads: rounded half even to 28 significant digits, with a dot.
pub fn digits(points: &Points) -> String {
    const SIGNIFICANT: usize = 28;
    if points.is_zero() {
        return "0".to_owned();
    }
    let int = points.abs().floor().to_integer();
    // Digits before the point; below one, the zeros after it are no significant digits.
    let before = if int.is_zero() { 0 } else { int.to_string().len() };
    let mut decimals = u32::try_from(SIGNIFICANT.saturating_sub(before)).unwrap_or(0);
    if int.is_zero() {
        let mut rest = points.abs();
        while rest < Points::new(BigInt::from(1), BigInt::from(10)) && decimals < 60 {
            rest *= whole(10);
            decimals += 1;
        }
    }
    let scaled = points.abs() * Points::from_integer(BigInt::from(10).pow(decimals));
    let floor = scaled.floor().to_integer();
    let rest = &scaled - Points::from_integer(floor.clone());
    let half = Points::new(BigInt::from(1), BigInt::from(2));
    let is_odd = (&floor % BigInt::from(2)) == BigInt::from(1);
    let up = rest > half || (rest == half && is_odd);
    let n = if up { floor + BigInt::from(1) } else { floor };
    let text = written(&n, decimals, '.');
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if points.is_negative() { format!("-{text}") } else { text.to_owned() }
}

/// As a fixed decimal for a cell of a workbook or a chart: two decimals.
pub fn decimal(points: &Points) -> Decimal {
    let (digits, decimals) = rounded(points, 2);
    digits.to_i64().map_or(Decimal::ZERO, |n| Decimal::new(n, decimals))
}

/// Days from one date to another as a whole number; none when they are too far apart.
pub(crate) fn days(from: base::Date, to: base::Date) -> Option<i64> {
    Some(i64::from(from.until(to).ok()?.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_exact_until_they_are_shown() {
        let third = Points::new(BigInt::from(1), BigInt::from(3));
        assert_eq!(digits(&third), "0.3333333333333333333333333333");
        assert_eq!(shown(&(third * whole(2))), "0,67");
        assert_eq!(shown(&parse("1,005").unwrap()), "1,01");
        assert_eq!(parse("80%"), parse("0,8"));
        assert_eq!(shown(&-whole(3)), "-3,00");
        assert_eq!(digits(&parse("84,5").unwrap()), "84.5");
        assert_eq!(
            digits(&Points::new(BigInt::from(1), BigInt::from(300))),
            "0.003333333333333333333333333333"
        );
    }
}
