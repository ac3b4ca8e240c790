//! The working calendar: which days offices work, and their hours.
//!
//! Three editable lists make a year: holidays, days off in lieu, and working Saturdays, each with the act that set
//! them. Lunar New Year and the Hùng Kings' day are computed at UTC+7 (105° E). A year that no list covers is
//! refused, never guessed.

use crate::Refusal;
use jiff::{
    Span,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Why a day differs from its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// A public holiday (Labour Code 45/2019/QH14, article 112).
    Holiday,
    /// A day off in lieu, or swapped (article 111.3; yearly decisions).
    InLieu,
    /// A Saturday or Sunday of work that pays back a swapped day.
    Working,
}

impl DayKind {
    /// The word for databases and files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::InLieu => "in_lieu",
            Self::Working => "working",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "holiday" => Some(Self::Holiday),
            "in_lieu" => Some(Self::InLieu),
            "working" => Some(Self::Working),
            _ => None,
        }
    }
}

/// One entry of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDay {
    /// The day.
    pub day: Date,
    /// What it is.
    pub kind: DayKind,
    /// Its name.
    pub name: String,
    /// The act that set it; empty where the law itself does.
    pub document: String,
}

/// Office hours of one day, in minutes after midnight, in order and not overlapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours(pub Vec<(u16, u16)>);

impl Default for Hours {
    /// 08:00–12:00 and 13:00–17:00.
    fn default() -> Self {
        Self(vec![(8 * 60, 12 * 60), (13 * 60, 17 * 60)])
    }
}

impl Hours {
    /// Reads "7:30-11:30, 13:00-17:00"; none when it is not hours in order.
    pub fn read(words: &str) -> Option<Self> {
        let minute = |text: &str| -> Option<u16> {
            let (hour, rest) = text.trim().split_once([':', 'h']).unwrap_or((text.trim(), "0"));
            let hour: u16 = hour.trim().parse().ok()?;
            let rest: u16 = if rest.trim().is_empty() { 0 } else { rest.trim().parse().ok()? };
            (hour <= 24 && rest < 60).then_some(hour * 60 + rest)
        };
        let mut spans: Vec<(u16, u16)> = Vec::new();
        for part in words.split([',', ';']).map(str::trim).filter(|p| !p.is_empty()) {
            let (from, to) = part.split_once(['-', '–'])?;
            let (from, to) = (minute(from)?, minute(to)?);
            if to <= from || spans.last().is_some_and(|(_, end)| from < *end) {
                return None;
            }
            spans.push((from, to));
        }
        (!spans.is_empty()).then_some(Self(spans))
    }

    /// As people write them: `07:30–11:30, 13:00–17:00`.
    pub fn shown(&self) -> String {
        let at = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        let spans: Vec<String> =
            self.0.iter().map(|(from, to)| format!("{}–{}", at(*from), at(*to))).collect();
        spans.join(", ")
    }

    /// Minutes of work in a day.
    pub fn minutes(&self) -> i64 {
        self.0.iter().map(|(from, to)| i64::from(*to) - i64::from(*from)).sum()
    }
}

/// The calendar of an office.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    special: BTreeMap<Date, SpecialDay>,
    years: BTreeSet<i16>,
    hours: Hours,
}

impl Calendar {
    /// Makes a calendar. A year counts as covered when at least one of its holidays is listed.
    pub fn new(days: Vec<SpecialDay>, hours: Hours) -> Self {
        let years = days.iter().filter(|d| d.kind == DayKind::Holiday).map(|d| d.day.year()).collect();
        Self { special: days.into_iter().map(|d| (d.day, d)).collect(), years, hours }
    }

    /// The office hours.
    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// The entry of a day, when it has one.
    pub fn special(&self, day: Date) -> Option<&SpecialDay> {
        self.special.get(&day)
    }

    /// The years that the calendar covers.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.iter().copied()
    }

    /// Whether offices work on the day.
    ///
    /// # Errors
    /// Refuses when the calendar does not cover the year.
    pub fn works(&self, day: Date) -> Result<bool, Refusal> {
        if !self.years.contains(&day.year()) {
            return Err(Refusal::new("refusal-calendar-year").with("year", day.year()));
        }
        Ok(match self.special.get(&day).map(|d| d.kind) {
            Some(DayKind::Working) => true,
            Some(DayKind::Holiday | DayKind::InLieu) => false,
            None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        })
    }

    /// The day itself when offices work on it, else the next day on which they do.
    ///
    /// # Errors
    /// Refuses when the calendar does not cover the year.
    pub fn working_day_from(&self, day: Date) -> Result<Date, Refusal> {
        let mut day = day;
        while !self.works(day)? {
            day = next(day)?;
        }
        Ok(day)
    }

    /// The `n`-th working day after `day`, which itself is not counted.
    ///
    /// # Errors
    /// Refuses when the calendar does not cover a year on the way.
    pub fn add_working_days(&self, day: Date, n: u32) -> Result<Date, Refusal> {
        let mut day = day;
        for _ in 0..n {
            day = self.working_day_from(next(day)?)?;
        }
        Ok(day)
    }

    /// Working days from `from` (not counted) to `to` (counted); negative when `to` lies before `from`.
    ///
    /// # Errors
    /// Refuses when the calendar does not cover a year on the way.
    pub fn working_days_between(&self, from: Date, to: Date) -> Result<i64, Refusal> {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let mut day = first;
        let mut n = 0;
        while day < last {
            day = next(day)?;
            if self.works(day)? {
                n += 1;
            }
        }
        Ok(n * sign)
    }
}

pub(crate) fn next(day: Date) -> Result<Date, Refusal> {
    day.tomorrow().map_err(|_| Refusal::new("refusal-calendar-year").with("year", day.year()))
}

/// The first day of the lunar year that begins in `year`, computed at UTC+7.
pub fn lunar_new_year(year: i16) -> Option<Date> {
    lunar(1, 1, year)
}

/// The Hùng Kings' day (10/3 of the lunar year, never of a leap month), computed at UTC+7.
pub fn hung_kings(year: i16) -> Option<Date> {
    lunar(10, 3, year)
}

fn lunar(day: i32, month: i32, year: i16) -> Option<Date> {
    let (d, m, y) = amlich_core::lunar::convert_lunar_to_solar(day, month, i32::from(year), false, 7.0);
    Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
}

/// A year as the law alone gives it, before the Prime Minister's yearly decision: a starting point for the
/// administrator, marked so. Tết takes the eve and four days; National Day takes 2 September and the day before
/// when that is a weekday, else the day after.
///
/// Source: Labour Code 45/2019/QH14, articles 111.3 and 112; from 2026 also 24 November (Resolution 80-NQ/TW).
pub fn proposed_year(year: i16) -> Vec<SpecialDay> {
    let fixed = |m, d| Date::new(year, m, d).ok();
    let tet = lunar_new_year(year);
    let after = |n: i64| tet.and_then(|t| t.checked_add(Span::new().days(n)).ok());
    let mut days: Vec<(Option<Date>, &str)> = vec![
        (fixed(1, 1), "Tết Dương lịch"),
        (after(-1), "Giao thừa Tết Nguyên đán"),
        (after(0), "Tết Nguyên đán"),
        (after(1), "Tết Nguyên đán"),
        (after(2), "Tết Nguyên đán"),
        (after(3), "Tết Nguyên đán"),
        (hung_kings(year), "Giỗ Tổ Hùng Vương"),
        (fixed(4, 30), "Ngày Chiến thắng"),
        (fixed(5, 1), "Quốc tế lao động"),
        (fixed(9, 2), "Quốc khánh"),
    ];
    let beside = fixed(9, 1).filter(|d| d.weekday() != Weekday::Sunday).or_else(|| fixed(9, 3));
    days.push((beside, "Quốc khánh"));
    if year >= 2026 {
        days.push((fixed(11, 24), "Ngày Văn hóa Việt Nam"));
    }
    let mut taken: BTreeMap<Date, SpecialDay> = BTreeMap::new();
    for (day, name) in days {
        if let Some(day) = day {
            let entry =
                SpecialDay { day, kind: DayKind::Holiday, name: name.to_owned(), document: String::new() };
            taken.entry(day).or_insert(entry);
        }
    }
    let weekend: Vec<Date> = taken
        .keys()
        .copied()
        .filter(|d| matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday))
        .collect();
    for holiday in weekend {
        let mut day = holiday;
        while let Ok(next) = day.tomorrow() {
            day = next;
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            if !weekend && !taken.contains_key(&day) {
                taken.insert(
                    day,
                    SpecialDay {
                        day,
                        kind: DayKind::InLieu,
                        name: "Nghỉ bù".to_owned(),
                        document: String::new(),
                    },
                );
                break;
            }
        }
    }
    taken.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        let hours = Hours::read("7:30-11:30; 13h - 17h").unwrap();
        assert_eq!(hours.shown(), "07:30–11:30, 13:00–17:00");
        assert_eq!(hours.minutes(), 480);
        for wrong in ["", "17:00-13:00", "8:00-12:00, 11:00-17:00", "sáng", "25:00-26:00"] {
            assert!(Hours::read(wrong).is_none(), "{wrong}");
        }
    }

    use jiff::civil::date;

    #[test]
    fn lunar_days_equal_the_reference_table() {
        let table = include_str!("../../../testdata/lunar-tet.csv");
        let mut seen = 0;
        for line in table.lines().skip(1) {
            let cell: Vec<&str> = line.split(',').collect();
            let year: i16 = cell[0].parse().unwrap();
            assert_eq!(lunar_new_year(year).unwrap().to_string(), cell[1], "Tết {year}");
            assert_eq!(hung_kings(year).unwrap().to_string(), cell[3], "Giỗ Tổ {year}");
            seen += 1;
        }
        assert_eq!(seen, 41);
    }

    #[test]
    fn an_uncovered_year_is_refused() {
        let calendar = Calendar::new(proposed_year(2023), Hours::default());
        assert!(calendar.works(date(2023, 4, 19)).unwrap());
        assert_eq!(calendar.works(date(2024, 1, 2)).unwrap_err().key, "refusal-calendar-year");
    }

    #[test]
    fn the_break_of_2023_is_counted_over() {
        // Giỗ Tổ fell on Saturday 29/4/2023, so 2 and 3 May were off in lieu.
        let calendar = Calendar::new(proposed_year(2023), Hours::default());
        assert_eq!(calendar.add_working_days(date(2023, 4, 28), 1).unwrap(), date(2023, 5, 4));
        assert_eq!(calendar.working_days_between(date(2023, 4, 28), date(2023, 5, 4)).unwrap(), 1);
        assert_eq!(calendar.working_days_between(date(2023, 5, 4), date(2023, 4, 28)).unwrap(), -1);
    }
}
