//! Pure decisions about tasks: the six clears, the legal steps, progress and standing.

mod plan;
mod risk;
mod steps;

pub use plan::{Plan, plans};
pub use risk::{Open, Risk, risks};
pub use steps::{Step, offers};

use crate::words::{Facts, State};
use base::{
    Date, Refusal,
    calendar::Calendar,
    deadline::{Answer, Budget, Standing, standing},
    period::Due,
};

/// One of the six clears (6 rõ): person, work, time, responsibility, product, authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clear {
    /// Rõ người.
    Person,
    /// Rõ việc.
    Work,
    /// Rõ thời gian.
    Time,
    /// Rõ trách nhiệm.
    Responsibility,
    /// Rõ sản phẩm: a product and how to accept it.
    Product,
    /// Rõ thẩm quyền.
    Authority,
}

impl Clear {
    /// All six in the order in which they are named.
    pub const ALL: [Self; 6] =
        [Self::Person, Self::Work, Self::Time, Self::Responsibility, Self::Product, Self::Authority];

    /// The word in text keys and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Work => "work",
            Self::Time => "time",
            Self::Responsibility => "responsibility",
            Self::Product => "product",
            Self::Authority => "authority",
        }
    }

    /// Whether the task has it.
    pub fn holds(self, facts: &Facts) -> bool {
        match self {
            Self::Person => !facts.person_name.is_empty(),
            Self::Work => !facts.title.is_empty(),
            Self::Time => facts.due.is_clear(),
            Self::Responsibility => facts.lead.is_some(),
            Self::Product => !facts.product.is_empty() && !facts.acceptance.is_empty(),
            Self::Authority => !facts.authority.is_empty(),
        }
    }
}

/// The clears that a task lacks.
pub fn missing(facts: &Facts) -> Vec<Clear> {
    Clear::ALL.into_iter().filter(|clear| !clear.holds(facts)).collect()
}

/// Takes a step; the facts after it, or why not.
///
/// # Errors
/// Refuses a step that the state does not allow, and one that lacks what it needs.
pub fn step(facts: &Facts, step: &Step, words: &str, today: Date) -> Result<Facts, Refusal> {
    use State::{Accepted, Assigned, Cancelled, Draft, InProgress, Paused, Received, Reported, Returned};
    if step.needs_words() && words.trim().is_empty() {
        return Err(Refusal::new("programme-refusal-words").at("words"));
    }
    let mut next = facts.clone();
    let wrong = || Refusal::new("programme-refusal-step").with("state", facts.state.word());
    match (step, facts.state) {
        (Step::Assign, Draft | Returned) => {
            let missing = missing(facts);
            if !missing.is_empty() {
                let words: Vec<&str> = missing.iter().map(|c| c.word()).collect();
                return Err(Refusal::new("programme-refusal-six-clears").with("missing", words.join(",")));
            }
            next.state = Assigned;
            next.first_due = next.first_due.or(facts.due.date());
        }
        (Step::Receive, Assigned) => next.state = Received,
        (Step::Return, Assigned) => next.state = Returned,
        (Step::Progress { percent }, Received | InProgress) => {
            if !(0..=10_000).contains(percent) {
                return Err(Refusal::new("programme-refusal-percent").at("percent"));
            }
            next.percent = *percent;
            next.state = InProgress;
        }
        (Step::Pause, Received | InProgress) => next.state = Paused,
        (Step::Resume, Paused) => next.state = InProgress,
        (Step::ReportDone { has_evidence }, Received | InProgress) => {
            if !has_evidence {
                return Err(Refusal::new("programme-refusal-evidence").at("evidence"));
            }
            next.state = Reported;
            next.percent_before = Some(facts.percent);
            next.percent = 10_000;
            next.reported_on = Some(today);
        }
        (Step::Accept, Reported) => {
            next.state = Accepted;
            next.accepted_on = Some(today);
        }
        // What was accepted by mistake is opened again the same way, with a reason.
        (Step::SendBack, Reported | Accepted) => {
            next.state = InProgress;
            next.reported_on = None;
            next.accepted_on = None;
            next.percent = facts.percent_before.unwrap_or(facts.percent);
            next.percent_before = None;
        }
        (Step::AskExtension { to }, Assigned | Received | InProgress | Paused) => {
            if facts.due.date().is_none_or(|due| *to <= due) {
                return Err(Refusal::new("programme-refusal-extension").at("to"));
            }
            next.asked_due = Some(*to);
        }
        (Step::GrantExtension, _) => {
            let to = facts.asked_due.ok_or_else(wrong)?;
            next.first_due = facts.first_due.or(facts.due.date());
            next.due = Due::Day { on: to };
            next.asked_due = None;
        }
        (Step::DenyExtension, _) => {
            facts.asked_due.ok_or_else(wrong)?;
            next.asked_due = None;
        }
        (Step::Extend { to }, Assigned | Received | InProgress | Paused) => {
            if facts.due.date().is_none_or(|due| *to <= due) {
                return Err(Refusal::new("programme-refusal-extension").at("to"));
            }
            next.first_due = facts.first_due.or(facts.due.date());
            next.due = Due::Day { on: *to };
            next.asked_due = None;
        }
        (Step::Tag { tag }, _) if !facts.tags.contains(tag) => {
            if facts.tags.len() >= MOST_TAGS {
                return Err(Refusal::new("programme-refusal-tags").at("nhan").with("most", MOST_TAGS));
            }
            next.tags.push(tag.clone());
            next.tags.sort();
        }
        (Step::Tag { .. }, _) => return Err(Refusal::new("programme-refusal-tagged").at("nhan")),
        (Step::Untag { tag }, _) => {
            next.tags.retain(|kept| kept != tag);
            if next.tags.len() == facts.tags.len() {
                return Err(Refusal::new("programme-refusal-untagged").at("nhan"));
            }
        }
        (
            Step::Direct { due: Some(due) } | Step::DemandExplanation { due },
            Assigned | Received | InProgress | Paused | Reported,
        ) if *due < today => {
            return Err(Refusal::new("programme-refusal-answer-day").at("to"));
        }
        (Step::Direct { due }, Assigned | Received | InProgress | Paused | Reported) => {
            words.trim().clone_into(&mut next.directive);
            next.directive_due = *due;
        }
        (Step::AnswerDirective, _) if !facts.directive.is_empty() => {
            next.directive.clear();
            next.directive_due = None;
        }
        (Step::DemandExplanation { due }, Assigned | Received | InProgress | Paused | Reported)
            if facts.explanation_due.is_none() =>
        {
            next.explanation_due = Some(*due);
        }
        (Step::Explain, _) if facts.explanation_due.is_some() && facts.explanation.is_empty() => {
            words.trim().clone_into(&mut next.explanation);
        }
        (Step::AcceptExplanation, _) if !facts.explanation.is_empty() => {
            next.explanation.clear();
            next.explanation_due = None;
        }
        (Step::ReturnExplanation, _) if !facts.explanation.is_empty() => next.explanation.clear(),
        (Step::Cancel, Draft | Assigned | Returned | Received | InProgress | Paused) => {
            next.state = Cancelled;
        }
        (
            Step::Assign
            | Step::Receive
            | Step::Return
            | Step::Progress { .. }
            | Step::Pause
            | Step::Resume
            | Step::ReportDone { .. }
            | Step::Accept
            | Step::SendBack
            | Step::AskExtension { .. }
            | Step::Extend { .. }
            | Step::Direct { .. }
            | Step::AnswerDirective
            | Step::DemandExplanation { .. }
            | Step::Explain
            | Step::AcceptExplanation
            | Step::ReturnExplanation
            | Step::Cancel,
            _,
        ) => return Err(wrong()),
    }
    Ok(next)
}

/// More tags than this nobody reads.
const MOST_TAGS: usize = 8;

/// A tag as kept: NFC, one space between words, without the signs that lists and patterns use.
///
/// # Errors
/// Refuses an empty tag and one of more than 40 letters.
pub fn tag(written: &str) -> Result<String, Refusal> {
    let clean: String = base::fold::nfc(written).replace([',', '%', '_', '&', '\\'], " ");
    let tag = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if tag.is_empty() || tag.chars().count() > 40 {
        return Err(Refusal::new("programme-refusal-tag").at("nhan"));
    }
    Ok(tag)
}

/// What the words of a deadline mean for a task that counts from a day; a time to do it in is counted on the calendar.
///
/// # Errors
/// Refuses words that are no deadline, and a year that the calendar does not cover.
pub fn due_of(words: &str, calendar: &Calendar, from: Date) -> Result<Due, Refusal> {
    let due = match base::deadline::budget(words) {
        Some(budget) => {
            let answer = base::deadline::due(calendar, from.at(8, 0, 0, 0), budget, &[], &[])?;
            Due::Day { on: answer.due.date() }
        }
        None => base::period::read(words),
    };
    match due {
        Due::Invalid => Err(Refusal::new("programme-refusal-due").at("due").with("value", words)),
        due => Ok(due),
    }
}

/// Why a task is due when it is: from its start, over the days that are not worked and the extensions granted.
///
/// # Errors
/// Refuses a year that the calendar does not cover.
pub fn why_due(
    facts: &Facts,
    calendar: &Calendar,
    from: Date,
    extensions: &[Date],
) -> Result<Option<Answer>, Refusal> {
    let Some(first) = facts.first_due.or(facts.due.date()).filter(|first| from <= *first) else {
        return Ok(None);
    };
    let budget =
        base::deadline::budget(&facts.due_written).unwrap_or(Budget::Fixed { on: first, moves: false });
    base::deadline::due(calendar, from.at(8, 0, 0, 0), budget, &[], extensions).map(Some)
}

/// How a task stands on a day. Judged on the day it was reported done.
pub fn standing_of(facts: &Facts, today: Date, soon: Date) -> Standing {
    standing(facts.due.date(), facts.reported_on, today, soon)
}

/// The word of [`standing_of`] in text keys; `not_given` for a draft, which is neither due nor late.
pub fn standing_word(facts: &Facts, today: Date, soon: Date) -> &'static str {
    match facts.state {
        State::Draft => "not_given",
        _ => standing_of(facts, today, soon).word(),
    }
}

/// How tasks can be asked for by their standing: one of its words, or several of them under one.
pub const STANDINGS: [&str; 7] =
    ["overdue", "due_soon", "due", "on_time", "open", "done_late", "done_in_time"];

/// The progress of a parent: the weighted mean of its children, cancelled ones left out; hundredths of a percent.
pub fn progress_of(children: &[(i64, i64, State)]) -> Option<i64> {
    let kept = || children.iter().filter(|(_, _, state)| *state != State::Cancelled);
    let weight: i64 = kept().map(|(weight, _, _)| *weight).sum();
    if weight <= 0 {
        return None;
    }
    let sum: i64 = kept().map(|(weight, percent, _)| weight * percent).sum();
    Some((sum + weight / 2) / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: i8) -> Date {
        Date::constant(2023, 6, d)
    }

    fn clear() -> Facts {
        Facts {
            title: "Việc".to_owned(),
            product: "Báo cáo".to_owned(),
            acceptance: "Được ký".to_owned(),
            authority: "Quyết định 1".to_owned(),
            lead: Some(base::ids::UnitId(base::Uuid::nil())),
            person_name: "Lê Văn Anh".to_owned(),
            due: Due::Day { on: day(30) },
            ..Facts::default()
        }
    }

    #[track_caller]
    fn refused(facts: &Facts, what: Step, words: &str, key: &str) {
        assert_eq!(step(facts, &what, words, day(1)).unwrap_err().key, key);
    }

    #[test]
    fn a_task_without_the_six_clears_is_not_assigned() {
        let vague = Facts { authority: String::new(), acceptance: String::new(), ..clear() };
        assert_eq!(missing(&vague), [Clear::Product, Clear::Authority]);
        refused(&vague, Step::Assign, "", "programme-refusal-six-clears");
    }

    #[test]
    fn the_steps_of_a_life() {
        let mut facts = clear();
        for (what, state) in [
            (Step::Assign, State::Assigned),
            (Step::Receive, State::Received),
            (Step::Progress { percent: 4000 }, State::InProgress),
            (Step::ReportDone { has_evidence: true }, State::Reported),
            (Step::SendBack, State::InProgress),
            (Step::ReportDone { has_evidence: true }, State::Reported),
            (Step::Accept, State::Accepted),
        ] {
            facts = step(&facts, &what, "lý do", day(2)).unwrap();
            assert_eq!(facts.state, state);
        }
        refused(&facts, Step::Cancel, "thôi", "programme-refusal-step");
    }

    #[test]
    fn an_extension_keeps_the_first_deadline() {
        let facts = step(&clear(), &Step::Assign, "", day(1)).unwrap();
        let facts =
            step(&facts, &Step::AskExtension { to: Date::constant(2023, 7, 31) }, "mưa", day(2)).unwrap();
        let facts = step(&facts, &Step::GrantExtension, "", day(3)).unwrap();
        assert_eq!(facts.first_due, Some(day(30)));
        assert_eq!(facts.due.date(), Some(Date::constant(2023, 7, 31)));
        refused(&facts, Step::GrantExtension, "", "programme-refusal-step");
    }

    #[test]
    fn nothing_is_done_without_evidence_and_nothing_returned_without_a_reason() {
        let facts = Facts { state: State::Received, ..clear() };
        refused(&facts, Step::ReportDone { has_evidence: false }, "", "programme-refusal-evidence");
        refused(&Facts { state: State::Assigned, ..clear() }, Step::Return, " ", "programme-refusal-words");
    }

    #[test]
    fn directives_and_explanations_wait_until_they_are_answered() {
        let facts = step(&clear(), &Step::Assign, "", day(1)).unwrap();
        let facts = step(&facts, &Step::Direct { due: Some(day(9)) }, "Họp ngay", day(2)).unwrap();
        assert_eq!(facts.waits(), ",directive,");
        let facts = step(&facts, &Step::AnswerDirective, "Đã họp", day(3)).unwrap();
        let facts = step(&facts, &Step::DemandExplanation { due: day(9) }, "Vì sao chậm", day(3)).unwrap();
        refused(&facts, Step::DemandExplanation { due: day(9) }, "nữa", "programme-refusal-step");
        let facts = step(&facts, &Step::Explain, "Thiếu vốn", day(4)).unwrap();
        assert_eq!(facts.waits(), ",explained,");
        let facts = step(&facts, &Step::ReturnExplanation, "Chưa rõ", day(5)).unwrap();
        assert_eq!(facts.waits(), ",explanation,");
        let facts = step(&facts, &Step::Explain, "Thiếu vốn, đã xin", day(6)).unwrap();
        let facts = step(&facts, &Step::AcceptExplanation, "", day(7)).unwrap();
        assert_eq!(facts.waits(), "");
        let late = Step::Direct { due: Some(Date::constant(2023, 5, 31)) };
        refused(&facts, late, "x", "programme-refusal-answer-day");
    }

    #[test]
    fn a_parent_is_the_weighted_mean_of_what_is_not_cancelled() {
        let children =
            [(1, 10_000, State::Accepted), (3, 2_000, State::InProgress), (5, 0, State::Cancelled)];
        assert_eq!(progress_of(&children), Some(4_000));
        assert_eq!(progress_of(&[]), None);
    }
}
