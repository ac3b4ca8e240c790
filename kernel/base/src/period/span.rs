//! Weeks, and the spans that periodic reports cover.

use jiff::{Span, civil::Date};

/// The week of a day as ISO 8601 counts it, Monday first: `2023-W16`.
pub fn week_of(day: Date) -> String {
    let week = day.iso_week_date();
    format!("{}-W{:02}", week.year(), week.week())
}

/// How often a periodic report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cycle {
    /// Every month.
    Month,
    /// Every quarter.
    Quarter,
    /// The first six months.
    HalfYear,
    /// The first nine months.
    NineMonths,
    /// The year.
    Year,
}

impl Cycle {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Month, Self::Quarter, Self::HalfYear, Self::NineMonths, Self::Year];

    /// The word kept in the database and in text keys.
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

    /// How many reports a year holds.
    pub fn times(self) -> i8 {
        match self {
            Self::Month => 12,
            Self::Quarter => 4,
            _ => 1,
        }
    }

    /// Months that one report covers.
    fn months(self) -> i8 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::NineMonths => 9,
            Self::Year => 12,
        }
    }
}

/// The last day of data in a month when data close on a day of it; `closes_on` 31 is the month's end.
fn close(year: i16, month: i8, closes_on: i8) -> Option<Date> {
    let first = Date::new(year, month, 1).ok()?;
    Date::new(year, month, closes_on.clamp(1, first.days_in_month())).ok()
}

/// The first and last day whose data the n-th report of a year holds, n from 1.
///
/// Data close on one day of the last month: 14 by Decree 09/2019/NĐ-CP, so that a year runs from 15 December to
/// 14 December; 31 for calendar periods. `None` when the year has no such report.
pub fn span(cycle: Cycle, closes_on: i8, year: i16, n: i8) -> Option<(Date, Date)> {
    if !(1..=cycle.times()).contains(&n) {
        return None;
    }
    let end = close(year, n * cycle.months(), closes_on)?;
    let before =
        Date::new(year, n * cycle.months(), 1).ok()?.checked_sub(Span::new().months(cycle.months())).ok()?;
    let from = close(before.year(), before.month(), closes_on)?.tomorrow().ok()?;
    Some((from, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(cycle: Cycle, closes_on: i8, year: i16, n: i8) -> (String, String) {
        let (from, to) = span(cycle, closes_on, year, n).unwrap();
        (from.to_string(), to.to_string())
    }

    /// Decree 09/2019/NĐ-CP, Article 12.
    #[test]
    fn the_year_of_a_report_is_not_the_calendar_year() {
        let is =
            |got: (String, String), from: &str, to: &str| assert_eq!(got, (from.to_owned(), to.to_owned()));
        is(days(Cycle::Month, 14, 2023, 1), "2022-12-15", "2023-01-14");
        is(days(Cycle::Quarter, 14, 2023, 1), "2022-12-15", "2023-03-14");
        is(days(Cycle::Quarter, 14, 2023, 4), "2023-09-15", "2023-12-14");
        is(days(Cycle::HalfYear, 14, 2023, 1), "2022-12-15", "2023-06-14");
        is(days(Cycle::Year, 14, 2023, 1), "2022-12-15", "2023-12-14");
        is(days(Cycle::NineMonths, 31, 2023, 1), "2023-01-01", "2023-09-30");
        is(days(Cycle::Month, 31, 2024, 2), "2024-02-01", "2024-02-29");
        assert_eq!(span(Cycle::Quarter, 14, 2023, 5), None);
    }

    #[test]
    fn spans_follow_each_other_without_a_gap() {
        for closes_on in [14, 25, 30, 31] {
            for cycle in [Cycle::Month, Cycle::Quarter] {
                let mut last: Option<Date> = None;
                for year in 2019..2026 {
                    for n in 1..=cycle.times() {
                        let (from, to) = span(cycle, closes_on, year, n).unwrap();
                        assert!(last.is_none_or(|end| end.tomorrow().unwrap() == from), "{closes_on} {from}");
                        last = Some(to);
                    }
                }
            }
        }
    }

    #[test]
    fn a_week_belongs_to_the_year_of_its_thursday() {
        assert_eq!(week_of(Date::constant(2023, 1, 1)), "2022-W52");
        assert_eq!(week_of(Date::constant(2023, 4, 19)), "2023-W16");
    }
}
