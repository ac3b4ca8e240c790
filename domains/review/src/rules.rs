//! Pure decisions: how far a target is, and which steps a unit's part may take.

use base::{Date, Decimal, Refusal};

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

/// Where a unit's part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// Asked for.
    Asked,
    /// Being written.
    Draft,
    /// Handed in.
    Sent,
    /// Sent back with a reason.
    Returned,
    /// Taken.
    Accepted,
}

impl PartState {
    /// The word in the database and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Self {
        [Self::Draft, Self::Sent, Self::Returned, Self::Accepted]
            .into_iter()
            .find(|s| s.word() == word)
            .unwrap_or(Self::Asked)
    }

    /// Whether the unit may still write.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Draft | Self::Returned)
    }
}

/// A step with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartStep {
    /// Keeps what was written.
    Save,
    /// Hands it in.
    Send,
    /// Sends it back.
    Return,
    /// Takes it.
    Accept,
}

impl PartStep {
    /// Reads the word of a form.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "save" => Some(Self::Save),
            "send" => Some(Self::Send),
            "return" => Some(Self::Return),
            "accept" => Some(Self::Accept),
            _ => None,
        }
    }

    /// The word in the trail.
    pub fn word(self) -> &'static str {
        match self {
            Self::Save => "review.part.save",
            Self::Send => "review.part.send",
            Self::Return => "review.part.return",
            Self::Accept => "review.part.accept",
        }
    }
}

/// The state after a step.
///
/// # Errors
/// Refuses a step that the state does not allow, a part handed in empty, and a return without a reason.
pub fn step(state: PartState, step: PartStep, is_empty: bool, reason: &str) -> Result<PartState, Refusal> {
    match (step, state) {
        (PartStep::Save, s) if s.is_open() => Ok(PartState::Draft),
        (PartStep::Send, s) if s.is_open() => {
            if is_empty {
                Err(Refusal::new("review-refusal-empty").at("weaknesses"))
            } else {
                Ok(PartState::Sent)
            }
        }
        (PartStep::Return, PartState::Sent | PartState::Accepted) => {
            if reason.is_empty() {
                Err(Refusal::new("review-refusal-reason").at("note"))
            } else {
                Ok(PartState::Returned)
            }
        }
        (PartStep::Accept, PartState::Sent) => Ok(PartState::Accepted),
        _ => Err(Refusal::new("review-refusal-step").with("state", state.word())),
    }
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

    #[test]
    fn a_part_goes_from_the_unit_to_the_office_and_back() {
        assert_eq!(step(PartState::Asked, PartStep::Save, false, ""), Ok(PartState::Draft));
        assert_eq!(step(PartState::Draft, PartStep::Send, false, ""), Ok(PartState::Sent));
        assert_eq!(step(PartState::Draft, PartStep::Send, true, "").unwrap_err().key, "review-refusal-empty");
        assert_eq!(
            step(PartState::Sent, PartStep::Return, false, "").unwrap_err().key,
            "review-refusal-reason"
        );
        assert_eq!(step(PartState::Sent, PartStep::Return, false, "Thiếu"), Ok(PartState::Returned));
        assert_eq!(
            step(PartState::Accepted, PartStep::Save, false, "").unwrap_err().key,
            "review-refusal-step"
        );
    }
}
