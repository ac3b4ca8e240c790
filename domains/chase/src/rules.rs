//! On which day which rung of the ladder calls. Days are working days of the lead unit.

use base::{Date, Refusal, calendar::Calendar};
use serde::{Deserialize, Serialize};

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// Whoever works on it in the lead unit.
    Unit,
    /// The head of the lead unit.
    Head,
    /// The unit above the lead unit.
    Above,
    /// The programme office.
    Office,
    /// The leader.
    Leader,
}

impl Whom {
    /// All of them, from the bottom up.
    pub const ALL: [Self; 5] = [Self::Unit, Self::Head, Self::Above, Self::Office, Self::Leader];

    /// The word in the database, forms and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Head => "head",
            Self::Above => "above",
            Self::Office => "office",
            Self::Leader => "leader",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.word() == word)
    }
}

/// One rung: so many working days after the deadline (before it when negative), somebody is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Working days after the deadline, −30 to 60.
    pub after: i64,
    /// Who is called.
    pub whom: Whom,
}

/// The ladder of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// The rungs, in order of days.
    pub rungs: Vec<Rung>,
    /// Every so many working days after the deadline the lead unit is called again; 0 for never.
    pub repeat: i64,
}

impl Default for Ladder {
    /// 7, 3, 1 and 0 days before; then the head, the level above, the programme office, the leader.
    fn default() -> Self {
        let rung = |after, whom| Rung { after, whom };
        Self {
            rungs: vec![
                rung(-7, Whom::Unit),
                rung(-3, Whom::Unit),
                rung(-1, Whom::Unit),
                rung(0, Whom::Unit),
                rung(1, Whom::Head),
                rung(3, Whom::Above),
                rung(5, Whom::Office),
                rung(10, Whom::Leader),
            ],
            repeat: 5,
        }
    }
}

impl Ladder {
    /// Checks a ladder as typed.
    ///
    /// # Errors
    /// Refuses days out of range, the same rung twice, a repetition that is negative or longer than 60 days.
    pub fn check(&self) -> Result<(), Refusal> {
        let twice = self.rungs.iter().enumerate().any(|(n, r)| self.rungs.iter().take(n).any(|s| s == r));
        if twice
            || self.rungs.iter().any(|r| !(-30..=60).contains(&r.after))
            || !(0..=60).contains(&self.repeat)
        {
            return Err(Refusal::new("chase-refusal-ladder").at("after"));
        }
        Ok(())
    }
}

/// A rung with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The day.
    pub day: Date,
    /// Working days after the deadline.
    pub after: i64,
    /// Who is called.
    pub whom: Whom,
}

/// The last working day on or before a day.
fn working_day_until(calendar: &Calendar, day: Date) -> Result<Date, Refusal> {
    let mut day = day;
    while !calendar.works(day)? {
        day = day.yesterday().map_err(|_| Refusal::new("refusal-calendar-year").with("year", day.year()))?;
    }
    Ok(day)
}

/// The working day that lies so many working days after a deadline, or before it.
///
/// # Errors
/// Refuses when the calendar does not cover a year on the way.
pub fn day_of(calendar: &Calendar, due: Date, after: i64) -> Result<Date, Refusal> {
    let mut day = working_day_until(calendar, due)?;
    if after >= 0 {
        return calendar.add_working_days(day, u32::try_from(after).unwrap_or(0));
    }
    for _ in 0..after.abs() {
        let before =
            day.yesterday().map_err(|_| Refusal::new("refusal-calendar-year").with("year", day.year()))?;
        day = working_day_until(calendar, before)?;
    }
    Ok(day)
}

/// The calls for a deadline on the days after `from` up to `to`, in order.
///
/// # Errors
/// Refuses when the calendar does not cover a year on the way.
pub fn calls(
    ladder: &Ladder,
    calendar: &Calendar,
    due: Date,
    from: Date,
    to: Date,
) -> Result<Vec<Call>, Refusal> {
    let mut calls = Vec::new();
    let mut add = |after: i64, whom: Whom| -> Result<bool, Refusal> {
        let day = day_of(calendar, due, after)?;
        if from < day && day <= to {
            calls.push(Call { day, after, whom });
        }
        Ok(day <= to)
    };
    for rung in &ladder.rungs {
        add(rung.after, rung.whom)?;
    }
    if ladder.repeat > 0 && due < to {
        // A repetition starts where the window starts, however long ago the deadline was.
        let late = calendar.working_days_between(due, from.max(due))?;
        let mut after = (late / ladder.repeat).max(1) * ladder.repeat;
        while add(after, Whom::Unit)? {
            after += ladder.repeat;
        }
    }
    calls.sort_by_key(|call| (call.day, call.after, call.whom.word()));
    Ok(calls)
}

/// The next call after a day, shown in advance.
///
/// # Errors
/// Refuses when the calendar does not cover a year on the way.
pub fn next(ladder: &Ladder, calendar: &Calendar, due: Date, today: Date) -> Result<Option<Call>, Refusal> {
    let mut best: Option<Call> = None;
    for rung in &ladder.rungs {
        let day = day_of(calendar, due, rung.after)?;
        if day > today && best.is_none_or(|call| day < call.day) {
            best = Some(Call { day, after: rung.after, whom: rung.whom });
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::calendar::{Hours, proposed_year};

    fn calendar() -> Calendar {
        let days = (2022..=2024).flat_map(proposed_year).collect();
        Calendar::new(days, Hours::default())
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// The deadline of Friday 20/01/2023 stands before Tết (20–26/01 are off in the proposed year).
    #[test]
    fn rungs_step_over_tet_and_weekends() {
        let calendar = calendar();
        let ladder = Ladder { repeat: 0, ..Ladder::default() };
        let due = day("2023-02-03");
        let all = calls(&ladder, &calendar, due, day("2022-12-31"), day("2023-03-31")).unwrap();
        for call in &all {
            assert!(calendar.works(call.day).unwrap(), "{call:?}");
        }
        assert_eq!(all.len(), 8);
        assert_eq!(all.first().map(|c| c.after), Some(-7));
        // 3, 1 and 0 days before, within one week without a holiday.
        let near: Vec<Date> = all.iter().filter(|c| (-3..=0).contains(&c.after)).map(|c| c.day).collect();
        assert_eq!(near, [day("2023-01-31"), day("2023-02-02"), due]);
        // Seven working days before lies on the other side of Tết.
        assert!(all[0].day < day("2023-01-20"), "{all:?}");
        assert_eq!(all[7], Call { day: day("2023-02-17"), after: 10, whom: Whom::Leader });
    }

    #[test]
    fn what_stays_late_is_called_again_and_a_later_window_misses_nothing() {
        let (calendar, ladder) = (calendar(), Ladder::default());
        let due = day("2023-04-14");
        let whole = calls(&ladder, &calendar, due, day("2023-03-01"), day("2023-06-30")).unwrap();
        let mut piecewise = Vec::new();
        let mut from = day("2023-03-01");
        while from < day("2023-06-30") {
            let to = from.tomorrow().unwrap();
            piecewise.extend(calls(&ladder, &calendar, due, from, to).unwrap());
            from = to;
        }
        assert_eq!(whole, piecewise);
        assert!(whole.iter().filter(|c| c.whom == Whom::Unit && c.after > 0).count() > 8);
        let next = next(&ladder, &calendar, due, day("2023-04-17")).unwrap().unwrap();
        assert_eq!((next.after, next.whom), (3, Whom::Above));
    }

    #[test]
    fn a_ladder_is_checked() {
        let mut ladder = Ladder::default();
        ladder.check().unwrap();
        ladder.rungs.push(Rung { after: 1, whom: Whom::Head });
        assert_eq!(ladder.check().unwrap_err().key, "chase-refusal-ladder");
        ladder.rungs = vec![Rung { after: 90, whom: Whom::Head }];
        ladder.check().unwrap_err();
    }
}
