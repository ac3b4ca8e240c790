//! The days that a periodic report covers.
//!
//! Reports of state agencies close on the 14th (Decree 09/2019/NĐ-CP): their year ends on 14 December and their quarters
//! on the 14th of the third month. Others close with the calendar month. The day is a property of each report.

use jiff::{ToSpan as _, civil::Date};

/// How often a report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
    /// Each half of the year.
    HalfYear,
    /// Once, for nine months.
    NineMonths,
    /// Once a year.
    Year,
}

impl Cycle {
    /// All cycles, the shortest first.
    pub const ALL: [Self; 5] = [Self::Month, Self::Quarter, Self::HalfYear, Self::NineMonths, Self::Year];

    /// The word in the database and in text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::HalfYear => "half_year",
            Self::NineMonths => "nine_months",
            Self::Year => "year",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cycle| cycle.word() == word)
    }

    /// How many there are in a year.
    pub fn per_year(self) -> i8 {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            Self::HalfYear => 2,
            Self::NineMonths | Self::Year => 1,
        }
    }

    /// The first and the last month of the nth period of a year.
    fn months(self, n: i8) -> (i8, i8) {
        match self {
            Self::Month => (n, n),
            Self::Quarter => (3 * n - 2, 3 * n),
            Self::HalfYear => (6 * n - 5, 6 * n),
            Self::NineMonths => (1, 9),
            Self::Year => (1, 12),
        }
    }
}

/// The first and the last day of the nth period (from 1) of a year, where each month closes on the day `closes_on`
/// (1–31; a month that is shorter closes with its end). `None` for a period or a year that there is not.
pub fn span(cycle: Cycle, closes_on: i8, year: i16, n: i8) -> Option<(Date, Date)> {
    if !(1..=cycle.per_year()).contains(&n) || !(1..=31).contains(&closes_on) {
        return None;
    }
    let (first, last) = cycle.months(n);
    let close = |month: i8| {
        let (year, month) = if month == 0 { (year - 1, 12) } else { (year, month) };
        let start = Date::new(year, month, 1).ok()?;
        Date::new(year, month, closes_on.min(start.days_in_month())).ok()
    };
    Some((close(first - 1)?.checked_add(1.day()).ok()?, close(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_of_a_report_ends_on_14_december() {
        let day = Date::constant;
        for (cycle, closes_on, n, first, last) in [
            (Cycle::Month, 14, 3, day(2023, 2, 15), day(2023, 3, 14)),
            (Cycle::Month, 14, 1, day(2022, 12, 15), day(2023, 1, 14)),
            (Cycle::Quarter, 14, 1, day(2022, 12, 15), day(2023, 3, 14)),
            (Cycle::HalfYear, 14, 1, day(2022, 12, 15), day(2023, 6, 14)),
            (Cycle::HalfYear, 14, 2, day(2023, 6, 15), day(2023, 12, 14)),
            (Cycle::Year, 14, 1, day(2022, 12, 15), day(2023, 12, 14)),
            (Cycle::NineMonths, 31, 1, day(2023, 1, 1), day(2023, 9, 30)),
            (Cycle::Month, 31, 2, day(2023, 2, 1), day(2023, 2, 28)),
            (Cycle::Quarter, 31, 4, day(2023, 10, 1), day(2023, 12, 31)),
        ] {
            assert_eq!(span(cycle, closes_on, 2023, n), Some((first, last)), "{cycle:?} {n}");
        }
        assert_eq!(span(Cycle::Quarter, 14, 2023, 5), None);
    }
}
