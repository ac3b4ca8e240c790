//! Pure decisions: how far a target is.

use base::{Date, Decimal};

/// How a target stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// More than the goal (vượt).
    Exceeded,
    /// The goal (đạt).
    Reached,
    /// At least as far as the time that has passed (khả năng đạt).
    Likely,
    /// Behind the time that has passed (khó đạt).
    Unlikely,
    /// Nothing was measured, or the goal is no figure.
    Unknown,
}

impl Verdict {
    /// The word in the report, which is in Vietnamese.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Exceeded => "vượt",
            Self::Reached => "đạt",
            Self::Likely => "khả năng đạt",
            Self::Unlikely => "khó đạt",
            Self::Unknown => "chưa đủ số liệu",
        }
    }
}

/// Judges a measured value against the goal at the end of a term.
///
/// `bound` is `at_least`, `at_most`, `about` or `exact`; what is to be kept below the goal is reached while it is.
pub fn verdict(
    value: Option<Decimal>,
    goal: Option<Decimal>,
    bound: &str,
    (start, end): (Date, Date),
    on: Date,
) -> Verdict {
    let (Some(value), Some(goal)) = (value, goal) else { return Verdict::Unknown };
    if bound == "at_most" {
        return if value < goal {
            Verdict::Exceeded
        } else if value == goal {
            Verdict::Reached
        } else {
            Verdict::Unlikely
        };
    }
    if value > goal {
        return Verdict::Exceeded;
    }
    if value == goal {
        return Verdict::Reached;
    }
    let days = |from: Date, to: Date| Decimal::from(from.until(to).map_or(0, |span| span.get_days()).max(0));
    let (passed, whole) = (days(start, on), days(start, end));
    // value / goal ≥ passed / whole, without dividing.
    if goal > Decimal::ZERO && value * whole >= goal * passed { Verdict::Likely } else { Verdict::Unlikely }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(value: i64, goal: i64, bound: &str) -> Verdict {
        let term = (Date::constant(2021, 1, 1), Date::constant(2025, 12, 31));
        verdict(Some(value.into()), Some(goal.into()), bound, term, Date::constant(2023, 7, 1))
    }

    #[test]
    fn a_target_is_judged_by_its_goal_and_by_the_time_that_passed() {
        assert_eq!(judged(103, 100, "at_least"), Verdict::Exceeded);
        assert_eq!(judged(100, 100, "at_least"), Verdict::Reached);
        assert_eq!(judged(50, 100, "at_least"), Verdict::Likely);
        assert_eq!(judged(49, 100, "at_least"), Verdict::Unlikely);
        assert_eq!(judged(3, 5, "at_most"), Verdict::Exceeded);
        assert_eq!(judged(7, 5, "at_most"), Verdict::Unlikely);
        let term = (Date::constant(2021, 1, 1), Date::constant(2025, 12, 31));
        assert_eq!(verdict(None, Some(1.into()), "at_least", term, term.0), Verdict::Unknown);
    }
}
