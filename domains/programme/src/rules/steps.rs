//! The steps of a task: their words, how a form names them, and which of them a task allows.

use crate::words::Facts;
use base::{
    Date, Decimal, Outcome, Refusal,
    form::{Form, day_in, field},
};

/// A step that a person takes with a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Gives it to its lead unit.
    Assign,
    /// Takes it on.
    Receive,
    /// Sends it back to the assigner with a reason.
    Return,
    /// Says how far it is.
    Progress {
        /// Hundredths of a percent.
        percent: i64,
    },
    /// Lets it wait, with a reason.
    Pause,
    /// Goes on.
    Resume,
    /// Says it is done.
    ReportDone {
        /// Whether something proves it.
        has_evidence: bool,
    },
    /// Agrees that it is done.
    Accept,
    /// Says that it is not done after all.
    SendBack,
    /// Asks for more time.
    AskExtension {
        /// Until when.
        to: Date,
    },
    /// Grants more time.
    GrantExtension,
    /// Denies more time.
    DenyExtension,
    /// Gives more time without being asked.
    Extend {
        /// Until when.
        to: Date,
    },
    /// Puts a tag on it.
    Tag {
        /// The tag, as [`tag`] tidies it.
        tag: String,
    },
    /// Takes a tag off.
    Untag {
        /// The tag.
        tag: String,
    },
    /// A leader's instruction, to be answered.
    Direct {
        /// By when.
        due: Option<Date>,
    },
    /// Answers the instruction.
    AnswerDirective,
    /// Demands an explanation.
    DemandExplanation {
        /// By when.
        due: Date,
    },
    /// Explains.
    Explain,
    /// Agrees with the explanation.
    AcceptExplanation,
    /// Does not agree; it is to be given again.
    ReturnExplanation,
    /// Gives up.
    Cancel,
}

impl Step {
    /// The word in the trail, in steps and in text keys.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Receive => "receive",
            Self::Return => "return",
            Self::Progress { .. } => "progress",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::ReportDone { .. } => "report_done",
            Self::Accept => "accept",
            Self::SendBack => "send_back",
            Self::AskExtension { .. } => "ask_extension",
            Self::GrantExtension => "grant_extension",
            Self::DenyExtension => "deny_extension",
            Self::Extend { .. } => "extend",
            Self::Tag { .. } => "tag",
            Self::Untag { .. } => "untag",
            Self::Direct { .. } => "direct",
            Self::AnswerDirective => "answer_directive",
            Self::DemandExplanation { .. } => "demand_explanation",
            Self::Explain => "explain",
            Self::AcceptExplanation => "accept_explanation",
            Self::ReturnExplanation => "return_explanation",
            Self::Cancel => "cancel",
        }
    }

    /// Whether the step needs words: a reason, or what was done.
    pub fn needs_words(&self) -> bool {
        matches!(
            self,
            Self::Return
                | Self::Pause
                | Self::SendBack
                | Self::AskExtension { .. }
                | Self::DenyExtension
                | Self::Extend { .. }
                | Self::Direct { .. }
                | Self::AnswerDirective
                | Self::DemandExplanation { .. }
                | Self::Explain
                | Self::ReturnExplanation
                | Self::Cancel
        )
    }

    /// The step that a word names, with what a form says beside it: `percent`, `to`, `tag`.
    ///
    /// # Errors
    /// Refuses an unknown word, and a step without what it needs.
    pub fn read(word: &str, form: &Form) -> Outcome<Self> {
        let to = || match day_in(form, "to")? {
            Some(day) => Ok(day),
            None => Refusal::new("refusal-required").at("to").with("field", "to").stop(),
        };
        Ok(match word {
            "assign" => Self::Assign,
            "receive" => Self::Receive,
            "return" => Self::Return,
            "progress" => Self::Progress { percent: hundredths(&field(form, "percent"))? },
            "pause" => Self::Pause,
            "resume" => Self::Resume,
            "report_done" => Self::ReportDone { has_evidence: false },
            "accept" => Self::Accept,
            "send_back" => Self::SendBack,
            "ask_extension" => Self::AskExtension { to: to()? },
            "grant_extension" => Self::GrantExtension,
            "deny_extension" => Self::DenyExtension,
            "extend" => Self::Extend { to: to()? },
            "tag" => Self::Tag { tag: super::tag(&field(form, "tag"))? },
            "untag" => Self::Untag { tag: super::tag(&field(form, "tag"))? },
            "direct" => Self::Direct { due: day_in(form, "to")? },
            "answer_directive" => Self::AnswerDirective,
            "demand_explanation" => Self::DemandExplanation { due: to()? },
            "explain" => Self::Explain,
            "accept_explanation" => Self::AcceptExplanation,
            "return_explanation" => Self::ReturnExplanation,
            "cancel" => Self::Cancel,
            other => {
                let refusal = Refusal::new("refusal-unknown-word").at("step");
                return refusal.with("field", "step").with("value", other).stop();
            }
        })
    }
}

/// A percentage as typed, in hundredths.
fn hundredths(typed: &str) -> Result<i64, Refusal> {
    let refusal = || Refusal::new("programme-refusal-percent").at("percent");
    // A program writes a point, an office a comma.
    let typed = typed.trim_end_matches('%').trim();
    let percent = base::number::parse(typed).or_else(|| typed.parse().ok()).ok_or_else(refusal)?;
    (percent * Decimal::ONE_HUNDRED).round().try_into().map_err(|_| refusal())
}

/// The steps that a task allows, each as a form would begin it; whether somebody may take them is another question.
pub fn offers(facts: &Facts) -> Vec<Step> {
    // A day that no deadline and no rule stands against: what is asked is the state.
    let later = Date::constant(9999, 12, 31);
    let all = [
        Step::Assign,
        Step::Receive,
        Step::Progress { percent: 0 },
        Step::ReportDone { has_evidence: true },
        Step::Accept,
        Step::SendBack,
        Step::Return,
        Step::AnswerDirective,
        Step::Explain,
        Step::AcceptExplanation,
        Step::ReturnExplanation,
        Step::AskExtension { to: later },
        Step::GrantExtension,
        Step::DenyExtension,
        Step::Direct { due: None },
        Step::DemandExplanation { due: later },
        Step::Pause,
        Step::Resume,
        Step::Cancel,
    ];
    let is_allowed = |step: &Step| super::step(facts, step, "…", Date::MIN).is_ok();
    all.into_iter().filter(is_allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn refusal(word: &str, pairs: &[(&str, &str)]) -> (&'static str, Option<&'static str>) {
        match Step::read(word, &form(pairs)) {
            Err(base::Stop::Refused(refusal)) => (refusal.key, refusal.field),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_percentage_is_read_as_offices_and_as_programs_write_it() {
        for (typed, want) in [("40", 4_000), ("40 %", 4_000), ("12,5", 1_250), ("12.5", 1_250), ("-1", -100)]
        {
            let read = Step::read("progress", &form(&[("percent", typed)])).unwrap();
            assert_eq!(read, Step::Progress { percent: want }, "{typed}");
        }
        assert_eq!(
            refusal("progress", &[("percent", "gần xong")]),
            ("programme-refusal-percent", Some("percent"))
        );
        assert_eq!(refusal("progress", &[]), ("programme-refusal-percent", Some("percent")));
    }

    #[test]
    fn a_step_without_its_day_names_the_field_and_an_instruction_may_do_without() {
        assert_eq!(refusal("extend", &[]), ("refusal-required", Some("to")));
        assert_eq!(refusal("ask_extension", &[("to", "mai")]), ("refusal-day", Some("to")));
        assert_eq!(Step::read("direct", &form(&[])).unwrap(), Step::Direct { due: None });
        assert_eq!(refusal("nhảy", &[]), ("refusal-unknown-word", Some("step")));
    }

    #[test]
    fn every_offer_is_read_back_by_its_word() {
        let facts = Facts { title: "Việc".to_owned(), ..Facts::default() };
        let words: Vec<&str> = offers(&facts).iter().map(Step::word).collect();
        assert_eq!(words, ["cancel"]);
        let with = form(&[("to", "30/06/2023"), ("percent", "5"), ("tag", "gấp")]);
        for word in ["assign", "extend", "tag", "untag", "progress", "demand_explanation"] {
            assert_eq!(Step::read(word, &with).unwrap().word(), word);
        }
    }
}
