//! Small helpers that templates print with.

use base::{Date, Decimal, Timestamp, format};

/// Shows values the way Vietnamese readers write them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Show;

impl Show {
    /// A day, or a dash.
    pub fn day(self, day: &Option<Date>) -> String {
        day.map_or_else(|| "–".to_owned(), format::date)
    }

    /// A day.
    pub fn date(self, day: &Date) -> String {
        format::date(*day)
    }

    /// A moment.
    pub fn moment(self, at: &Timestamp) -> String {
        format::moment(*at)
    }

    /// A whole number.
    pub fn whole(self, n: &i64) -> String {
        format::whole(*n)
    }

    /// A decimal, or a dash.
    pub fn decimal(self, n: &Option<Decimal>) -> String {
        n.map_or_else(|| "–".to_owned(), format::decimal)
    }

    /// A decimal.
    pub fn number(self, n: &Decimal) -> String {
        format::decimal(*n)
    }

    /// Hundredths of a percent.
    pub fn percent(self, n: &i64) -> String {
        format!("{}\u{a0}%", format::decimal(Decimal::new(*n, 2)))
    }

    /// A share.
    pub fn share(self, numerator: &i64, denominator: &i64) -> String {
        format::share(*numerator, *denominator)
    }

    /// Whole percent of hundredths of a percent, for the width of a bar, 0–100.
    pub fn bar(self, n: &i64) -> i64 {
        (*n / 100).clamp(0, 100)
    }
}
