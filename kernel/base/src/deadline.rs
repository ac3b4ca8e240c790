//! The deadline ledger: from a budget and what happened on the way to the due moment, with its reasons.
//!
//! Due, remaining and overdue are derived and never stored. Every due date opens into its sum: start, days counted,
//! days skipped, pauses, extensions.

use crate::{
    Refusal,
    calendar::{Calendar, next},
};
use jiff::{
    Span,
    civil::{Date, DateTime, Time},
};
use serde::{Deserialize, Serialize};

/// How much time a rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Budget {
    /// The end of office hours of the n-th working day after the start day.
    WorkingDays {
        /// How many.
        n: u32,
    },
    /// The start day plus n days, moved on to a working day, at the end of office hours.
    CalendarDays {
        /// How many.
        n: u32,
    },
    /// n times sixty minutes of office time.
    WorkingHours {
        /// How many.
        n: u32,
    },
    /// The end of office hours of a fixed day; moved on to a working day only when the rule says so.
    Fixed {
        /// The day.
        on: Date,
        /// Whether a day off moves it to the next working day.
        moves: bool,
    },
}

/// Reads a time to do something in, such as "15 ngày làm việc", "trong 30 ngày", "48 giờ làm việc".
pub fn budget(words: &str) -> Option<Budget> {
    let folded = crate::fold::fold(words);
    let mut tokens = folded
        .split(' ')
        .filter(|t| !t.is_empty())
        .skip_while(|t| matches!(*t, "trong" | "vong" | "thoi" | "han" | "khong" | "qua" | "cham" | "nhat"));
    let n: u32 = tokens.next()?.parse().ok().filter(|n| (1..=3660).contains(n))?;
    let rest: Vec<&str> = tokens.take(3).collect();
    match rest.as_slice() {
        ["ngay", "lam", "viec"] => Some(Budget::WorkingDays { n }),
        ["gio", "lam", "viec"] => Some(Budget::WorkingHours { n }),
        ["ngay"] | ["ngay", "ke" | "tu", ..] => Some(Budget::CalendarDays { n }),
        _ => None,
    }
}

/// A stretch in which the clock stood still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// When it stopped.
    pub from: DateTime,
    /// When it went on.
    pub to: DateTime,
}

/// One line of the answer to "why this date".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// The start, moved to office time.
    Start {
        /// The moment that starts the clock.
        at: DateTime,
    },
    /// A day that is not worked.
    Skipped {
        /// The day.
        day: Date,
        /// Its name; empty for a weekend.
        name: String,
    },
    /// A Saturday or Sunday that is worked.
    Worked {
        /// The day.
        day: Date,
        /// Its name.
        name: String,
    },
    /// A pause and the office minutes it gave back.
    Paused {
        /// When.
        from: DateTime,
        /// Until when.
        to: DateTime,
        /// Office minutes.
        minutes: i64,
    },
    /// An extension.
    Extended {
        /// The new day.
        to: Date,
    },
    /// The result.
    Due {
        /// The moment.
        at: DateTime,
    },
}

/// A due moment and its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// When it is due.
    pub due: DateTime,
    /// When it would have been due without extensions.
    pub first_due: DateTime,
    /// Why.
    pub why: Vec<Line>,
}

/// Works out the due moment.
///
/// # Errors
/// Refuses when the calendar does not cover a year on the way.
pub fn due(
    calendar: &Calendar,
    start: DateTime,
    budget: Budget,
    suspensions: &[Suspension],
    extensions: &[Date],
) -> Result<Answer, Refusal> {
    let start = into_office_time(calendar, start)?;
    let mut why = vec![Line::Start { at: start }];
    let base = match budget {
        Budget::WorkingDays { n } => end_of_day(calendar, calendar.add_working_days(start.date(), n)?),
        Budget::CalendarDays { n } => {
            let day = plus_days(start.date(), i64::from(n))?;
            end_of_day(calendar, calendar.working_day_from(day)?)
        }
        Budget::WorkingHours { n } => add_minutes(calendar, start, i64::from(n) * 60)?,
        Budget::Fixed { on, moves } => {
            let day = if moves { calendar.working_day_from(on)? } else { on };
            end_of_day(calendar, day)
        }
    };
    // Pauses are merged first, so that their order and overlaps do not matter.
    let mut at = base;
    let mut given_back = 0;
    for pause in merged(suspensions) {
        let minutes = minutes_between(calendar, pause.from, pause.to)?;
        given_back += minutes;
        why.push(Line::Paused { from: pause.from, to: pause.to, minutes });
    }
    if given_back > 0 {
        at = add_minutes(calendar, at, given_back)?;
    }
    why.extend(days_on_the_way(calendar, start.date(), at.date())?);
    let first_due = at;
    if let Some(last) = extensions.iter().max() {
        let extended = end_of_day(calendar, *last);
        if extended > at {
            at = extended;
        }
        why.extend(extensions.iter().map(|to| Line::Extended { to: *to }));
    }
    why.push(Line::Due { at });
    Ok(Answer { due: at, first_due, why })
}

/// The days between two dates that differ from the ordinary week, for "why this date".
///
/// # Errors
/// Refuses when the calendar does not cover a year on the way.
pub fn days_on_the_way(calendar: &Calendar, from: Date, to: Date) -> Result<Vec<Line>, Refusal> {
    let mut lines = Vec::new();
    let mut day = from;
    while day < to {
        day = next(day)?;
        let works = calendar.works(day)?;
        match calendar.special(day) {
            Some(special) if works => lines.push(Line::Worked { day, name: special.name.clone() }),
            Some(special) => lines.push(Line::Skipped { day, name: special.name.clone() }),
            None if !works => lines.push(Line::Skipped { day, name: String::new() }),
            None => {}
        }
    }
    Ok(lines)
}

/// Where a person stands against a due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Open, not yet due.
    InTime,
    /// Open, due within the warning time.
    DueSoon,
    /// Open and past due.
    Overdue,
    /// Done by the deadline.
    DoneInTime,
    /// Done after the deadline.
    DoneLate,
    /// Without a deadline.
    Undated,
}

impl Standing {
    /// The word for databases, filters and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::InTime => "in_time",
            Self::DueSoon => "due_soon",
            Self::Overdue => "overdue",
            Self::DoneInTime => "done_in_time",
            Self::DoneLate => "done_late",
            Self::Undated => "undated",
        }
    }
}

/// The standing of something due on `due` and done on `done`, seen on `today`; `soon` is the last day that still
/// counts as "due soon" when looking from today.
pub fn standing(due: Option<Date>, done: Option<Date>, today: Date, soon: Date) -> Standing {
    match (due, done) {
        (None, _) => Standing::Undated,
        (Some(due), Some(done)) if done <= due => Standing::DoneInTime,
        (Some(_), Some(_)) => Standing::DoneLate,
        (Some(due), None) if due < today => Standing::Overdue,
        (Some(due), None) if due <= soon => Standing::DueSoon,
        (Some(_), None) => Standing::InTime,
    }
}

fn merged(suspensions: &[Suspension]) -> Vec<Suspension> {
    let mut sorted: Vec<Suspension> = suspensions.iter().copied().filter(|s| s.from < s.to).collect();
    sorted.sort_by_key(|s| (s.from, s.to));
    let mut out: Vec<Suspension> = Vec::new();
    for pause in sorted {
        match out.last_mut() {
            Some(last) if pause.from <= last.to => last.to = last.to.max(pause.to),
            _ => out.push(pause),
        }
    }
    out
}

fn minute_of(time: Time) -> u16 {
    u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).unwrap_or(0)
}

fn at_minute(day: Date, minute: u16) -> DateTime {
    let hour = i8::try_from(minute / 60).unwrap_or(23);
    let rest = i8::try_from(minute % 60).unwrap_or(59);
    day.at(hour.min(23), rest, 0, 0)
}

fn end_of_day(calendar: &Calendar, day: Date) -> DateTime {
    at_minute(day, calendar.hours().0.last().map_or(17 * 60, |(_, to)| *to))
}

fn plus_days(day: Date, n: i64) -> Result<Date, Refusal> {
    day.checked_add(Span::new().days(n))
        .map_err(|_| Refusal::new("refusal-calendar-year").with("year", day.year()))
}

/// Moves a moment to office time: before hours to their start, after hours or on a day off to the next opening.
fn into_office_time(calendar: &Calendar, at: DateTime) -> Result<DateTime, Refusal> {
    let hours = &calendar.hours().0;
    let last = hours.last().map_or(17 * 60, |(_, to)| *to);
    let minute = minute_of(at.time());
    if !calendar.works(at.date())? || minute > last {
        let day = calendar.working_day_from(next(at.date())?)?;
        return Ok(at_minute(day, hours.first().map_or(8 * 60, |(from, _)| *from)));
    }
    for (from, to) in hours {
        if minute < *from {
            return Ok(at_minute(at.date(), *from));
        }
        if minute <= *to {
            return Ok(at_minute(at.date(), minute));
        }
    }
    Ok(at)
}

/// The earliest moment by which `minutes` of office time have passed since `at`.
fn add_minutes(calendar: &Calendar, at: DateTime, minutes: i64) -> Result<DateTime, Refusal> {
    let mut at = into_office_time(calendar, at)?;
    let mut left = minutes;
    while left > 0 {
        let minute = minute_of(at.time());
        for (from, to) in &calendar.hours().0 {
            if minute >= *to {
                continue;
            }
            let begin = minute.max(*from);
            let room = i64::from(*to) - i64::from(begin);
            if left <= room {
                return Ok(at_minute(at.date(), begin + u16::try_from(left).unwrap_or(0)));
            }
            left -= room;
        }
        let day = calendar.working_day_from(next(at.date())?)?;
        at = at_minute(day, 0);
    }
    Ok(at)
}

/// Office minutes between two moments.
fn minutes_between(calendar: &Calendar, from: DateTime, to: DateTime) -> Result<i64, Refusal> {
    let mut sum = 0;
    let mut day = from.date();
    while day <= to.date() {
        if calendar.works(day)? {
            let begin = if day == from.date() { minute_of(from.time()) } else { 0 };
            let end = if day == to.date() { minute_of(to.time()) } else { 24 * 60 };
            for (open, close) in &calendar.hours().0 {
                let a = begin.max(*open);
                let b = end.min(*close);
                if a < b {
                    sum += i64::from(b - a);
                }
            }
        }
        day = next(day)?;
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_read_as_offices_write_them() {
        assert_eq!(budget("15 ngày làm việc"), Some(Budget::WorkingDays { n: 15 }));
        assert_eq!(budget("Trong vòng 30 ngày kể từ ngày ban hành"), Some(Budget::CalendarDays { n: 30 }));
        assert_eq!(budget("48 giờ làm việc"), Some(Budget::WorkingHours { n: 48 }));
        assert_eq!(budget("30/6/2023"), None);
        assert_eq!(budget("2021-2025"), None);
        assert_eq!(budget("ngày 15 hằng tháng"), None);
    }

    use crate::calendar::{Hours, proposed_year};
    use jiff::civil::date;
    use proptest::prelude::*;

    fn calendar() -> Calendar {
        Calendar::new((2022..=2026).flat_map(proposed_year).collect(), Hours::default())
    }

    fn moment(offset: i64, minute: u16) -> DateTime {
        at_minute(date(2022, 1, 3).checked_add(Span::new().days(offset)).unwrap(), minute)
    }

    #[test]
    fn a_friday_dossier_of_two_days_is_due_on_tuesday() {
        let answer =
            due(&calendar(), date(2023, 4, 14).at(15, 0, 0, 0), Budget::WorkingDays { n: 2 }, &[], &[]);
        assert_eq!(answer.unwrap().due, date(2023, 4, 18).at(17, 0, 0, 0));
    }

    #[test]
    fn why_names_the_holidays() {
        let answer =
            due(&calendar(), date(2023, 4, 28).at(9, 0, 0, 0), Budget::WorkingDays { n: 1 }, &[], &[]);
        let names: Vec<String> = answer
            .unwrap()
            .why
            .into_iter()
            .filter_map(|line| match line {
                Line::Skipped { name, .. } if !name.is_empty() => Some(name),
                _ => None,
            })
            .collect();
        assert_eq!(
            names,
            ["Giỗ Tổ Hùng Vương", "Ngày Chiến thắng", "Quốc tế lao động", "Nghỉ bù", "Nghỉ bù"]
        );
    }

    #[test]
    fn an_extension_keeps_the_first_date() {
        let answer = due(
            &calendar(),
            date(2023, 3, 1).at(8, 0, 0, 0),
            Budget::Fixed { on: date(2023, 3, 31), moves: false },
            &[],
            &[date(2023, 6, 30)],
        )
        .unwrap();
        assert_eq!(answer.first_due.date(), date(2023, 3, 31));
        assert_eq!(answer.due.date(), date(2023, 6, 30));
    }

    #[test]
    fn lateness_is_judged_from_the_day_after() {
        let (due, soon) = (Some(date(2023, 6, 30)), date(2023, 6, 30));
        assert_eq!(standing(due, None, date(2023, 6, 30), soon), Standing::DueSoon);
        assert_eq!(standing(due, None, date(2023, 7, 1), soon), Standing::Overdue);
        assert_eq!(standing(due, Some(date(2023, 6, 30)), date(2024, 1, 1), soon), Standing::DoneInTime);
        assert_eq!(standing(due, Some(date(2023, 7, 1)), date(2024, 1, 1), soon), Standing::DoneLate);
    }

    proptest! {
        #[test]
        fn no_due_date_falls_on_a_day_off(offset in 0i64..1000, minute in 0u16..1440, n in 1u32..60, kind in 0..3) {
            let calendar = calendar();
            let budget = match kind {
                0 => Budget::WorkingDays { n },
                1 => Budget::CalendarDays { n },
                _ => Budget::WorkingHours { n },
            };
            let answer = due(&calendar, moment(offset, minute), budget, &[], &[]).unwrap();
            prop_assert!(calendar.works(answer.due.date()).unwrap());
        }

        #[test]
        fn pausing_loses_no_minute(offset in 0i64..900, n in 1u32..40, from in 0i64..10, len in 0i64..20, m in 0u16..1440) {
            let calendar = calendar();
            let start = moment(offset, 9 * 60);
            let plain = due(&calendar, start, Budget::WorkingHours { n }, &[], &[]).unwrap();
            let pause = Suspension { from: moment(offset + from, m), to: moment(offset + from + len, m) };
            let paused = due(&calendar, start, Budget::WorkingHours { n }, &[pause], &[]).unwrap();
            let lost = minutes_between(&calendar, pause.from, pause.to).unwrap();
            prop_assert_eq!(minutes_between(&calendar, plain.due, paused.due).unwrap(), lost);
        }

        #[test]
        fn the_order_of_pauses_does_not_matter(a in 0i64..30, b in 0i64..30, c in 0i64..30, len in 0i64..9) {
            let calendar = calendar();
            let pause = |at: i64| Suspension { from: moment(at, 600), to: moment(at + len, 700) };
            let start = moment(0, 480);
            let one = due(&calendar, start, Budget::WorkingDays { n: 9 }, &[pause(a), pause(b), pause(c)], &[]);
            let two = due(&calendar, start, Budget::WorkingDays { n: 9 }, &[pause(c), pause(a), pause(b)], &[]);
            prop_assert_eq!(one.unwrap().due, two.unwrap().due);
        }
    }
}
