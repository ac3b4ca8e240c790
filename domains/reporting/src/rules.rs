//! Pure decisions: which periods a report has, and whether a unit is in time with its part.

mod part;

use base::{
    Date,
    period::{Cycle, span},
};
pub use part::{PartState, PartStep, step};

/// One period of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round {
    /// The year that it belongs to; a year that ends on 14 December begins in the one before.
    pub year: i16,
    /// Its place in the year, from 1.
    pub n: i8,
}

impl Round {
    /// How it stands in addresses: `2023-Q1`, `2023-T3`, `2023-K1` (half), `2023-C1` (nine months), `2023-N1`.
    pub fn code(self, cycle: Cycle) -> String {
        format!("{}-{}{}", self.year, letter(cycle), self.n)
    }

    /// Reads the code of a period back; none for one that the cycle has not.
    pub fn from_code(cycle: Cycle, code: &str) -> Option<Self> {
        let (year, n) = code.split_once('-')?;
        let round = Self { year: year.parse().ok()?, n: n.strip_prefix(letter(cycle))?.parse().ok()? };
        ((1900..=2200).contains(&round.year) && (1..=cycle.per_year()).contains(&round.n)).then_some(round)
    }
}

fn letter(cycle: Cycle) -> char {
    match cycle {
        Cycle::Month => 'T',
        Cycle::Quarter => 'Q',
        Cycle::HalfYear => 'K',
        Cycle::NineMonths => 'C',
        Cycle::Year => 'N',
    }
}

/// The periods that have begun by a day, the newest first; those that closed before `from` are left out.
pub fn rounds(cycle: Cycle, closes_on: i8, from: Date, today: Date) -> Vec<Round> {
    let mut found = Vec::new();
    for year in (from.year()..=today.year() + 1).rev() {
        for n in (1..=cycle.per_year()).rev() {
            if let Some((first, last)) = span(cycle, closes_on, year, n)
                && first <= today
                && last >= from
            {
                found.push(Round { year, n });
            }
        }
    }
    found
}

/// How a unit stands with its part on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The period has not closed.
    Running,
    /// To be handed in.
    Due,
    /// Should be there and is not.
    Missing,
    /// Sent back, to be handed in again.
    Returned,
    /// Handed in by the day.
    Sent,
    /// Handed in after the day.
    Late,
}

impl Turn {
    /// The word in text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Due => "due",
            Self::Missing => "missing",
            Self::Returned => "returned",
            Self::Sent => "sent",
            Self::Late => "late",
        }
    }
}

/// How a part stands: `closes` is the last day of the period, `due` the last day to hand it in; without one, because the
/// calendar does not cover the year, nothing is late.
pub fn turn(
    state: PartState,
    sent_on: Option<Date>,
    (closes, due): (Date, Option<Date>),
    today: Date,
) -> Turn {
    let is_after = |day: Date| due.is_some_and(|due| due < day);
    match (state, sent_on) {
        (PartState::Sent | PartState::Accepted, Some(day)) if is_after(day) => Turn::Late,
        (PartState::Sent | PartState::Accepted, _) => Turn::Sent,
        (PartState::Returned, _) => Turn::Returned,
        _ if is_after(today) => Turn::Missing,
        _ if closes < today => Turn::Due,
        _ => Turn::Running,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn day(year: i16, month: i8, day: i8) -> Date {
        Date::constant(year, month, day)
    }

    #[test]
    fn periods_are_named_and_found_again() {
        for (cycle, code) in
            [(Cycle::Quarter, "2023-Q1"), (Cycle::Month, "2023-T12"), (Cycle::Year, "2023-N1")]
        {
            assert_eq!(Round::from_code(cycle, code).map(|r| r.code(cycle)).as_deref(), Some(code));
        }
        assert_eq!(Round::from_code(Cycle::Quarter, "2023-Q5"), None);
        assert_eq!(Round::from_code(Cycle::Quarter, "2023-T1"), None);
        let found = rounds(Cycle::Quarter, 14, day(2022, 12, 15), day(2023, 4, 19));
        assert_eq!(found, [Round { year: 2023, n: 2 }, Round { year: 2023, n: 1 }]);
        // The first quarter of a year begins in December.
        assert_eq!(
            rounds(Cycle::Quarter, 14, day(2022, 12, 15), day(2022, 12, 20)),
            [Round { year: 2023, n: 1 }]
        );
    }

    #[test]
    fn a_part_is_missing_after_its_day_and_late_when_it_came_after_it() {
        let days = (day(2023, 3, 14), Some(day(2023, 3, 20)));
        let on = |state, sent, today| turn(state, sent, days, today);
        assert_eq!(on(PartState::Asked, None, day(2023, 3, 14)), Turn::Running);
        assert_eq!(on(PartState::Draft, None, day(2023, 3, 20)), Turn::Due);
        assert_eq!(on(PartState::Draft, None, day(2023, 3, 21)), Turn::Missing);
        assert_eq!(on(PartState::Sent, Some(day(2023, 3, 20)), day(2023, 4, 1)), Turn::Sent);
        assert_eq!(on(PartState::Accepted, Some(day(2023, 3, 21)), day(2023, 4, 1)), Turn::Late);
        assert_eq!(turn(PartState::Draft, None, (days.0, None), day(2023, 12, 1)), Turn::Due);
        assert_eq!(on(PartState::Returned, Some(day(2023, 3, 18)), day(2023, 3, 19)), Turn::Returned);
    }
}
