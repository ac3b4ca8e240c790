//! Programmes, tasks, targets, and the states of a task.

use base::{
    Date,
    ids::{PersonId, UnitId},
    period::Due,
};
use document::{ClauseId, DocumentId};
use serde::{Deserialize, Serialize};

base::id! {
    /// A programme of any kind: work programme, plan, scheme, breakthrough.
    ProgrammeId,
    /// A task.
    TaskId,
    /// A target.
    TargetId,
}
db::stored_id!(ProgrammeId, TaskId, TargetId);

/// Where a task stands. Lateness is not a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being prepared; may lack some of the six clears.
    #[default]
    Draft,
    /// Given to its lead unit.
    Assigned,
    /// Sent back by the lead unit with a reason.
    Returned,
    /// Taken on by the lead unit.
    Received,
    /// Being done.
    InProgress,
    /// Waiting, with a reason.
    Paused,
    /// The lead unit says it is done.
    Reported,
    /// The assigner agrees.
    Accepted,
    /// Given up.
    Cancelled,
}

impl State {
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::Draft,
        Self::Assigned,
        Self::Returned,
        Self::Received,
        Self::InProgress,
        Self::Paused,
        Self::Reported,
        Self::Accepted,
        Self::Cancelled,
    ];

    /// The word in the database, filters and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Assigned => "assigned",
            Self::Returned => "returned",
            Self::Received => "received",
            Self::InProgress => "in_progress",
            Self::Paused => "paused",
            Self::Reported => "reported",
            Self::Accepted => "accepted",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.word() == word)
    }
}

/// Everything about a task that a step can change. A step keeps all of it, so that any date can be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// What is to be done.
    pub title: String,
    /// The deliverable.
    pub product: String,
    /// How one tells that the deliverable is good.
    pub acceptance: String,
    /// The act under which the lead unit may decide.
    pub authority: String,
    /// The field of work.
    pub field: String,
    /// Weight in the parent's progress; 1 unless set.
    pub weight: i64,
    /// "New and hard".
    pub new_and_hard: bool,
    /// The one accountable unit.
    pub lead: Option<UnitId>,
    /// The group named as lead, when a person has yet to decide.
    pub lead_group: String,
    /// The lead as written, when it is not one known unit.
    pub lead_words: String,
    /// The named lead.
    pub person: Option<PersonId>,
    /// The named lead's name.
    pub person_name: String,
    /// When it is due.
    pub due: Due,
    /// As the document writes it.
    pub due_written: String,
    /// The first due date, kept through extensions.
    pub first_due: Option<Date>,
    /// An extension asked for and not yet decided.
    pub asked_due: Option<Date>,
    /// Where it stands.
    pub state: State,
    /// Progress in hundredths of a percent, 0–10000.
    pub percent: i64,
    /// The progress before it was reported done, to go back to when it is sent back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent_before: Option<i64>,
    /// The day on which it was reported done, unless sent back.
    pub reported_on: Option<Date>,
    /// The day on which it was accepted.
    pub accepted_on: Option<Date>,
    /// A leader's instruction that waits for an answer.
    pub directive: String,
    /// By when the instruction is to be answered.
    pub directive_due: Option<Date>,
    /// An explanation that was demanded and waits.
    pub explanation_due: Option<Date>,
    /// An explanation that was given and waits for a decision.
    pub explanation: String,
    /// The clauses it takes up.
    pub clauses: Vec<ClauseId>,
    /// Words that people put on it to find it again, in order.
    pub tags: Vec<String>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            title: String::new(),
            product: String::new(),
            acceptance: String::new(),
            authority: String::new(),
            field: String::new(),
            weight: 1,
            new_and_hard: false,
            lead: None,
            lead_group: String::new(),
            lead_words: String::new(),
            person: None,
            person_name: String::new(),
            due: Due::None,
            due_written: String::new(),
            first_due: None,
            asked_due: None,
            state: State::Draft,
            percent: 0,
            percent_before: None,
            reported_on: None,
            accepted_on: None,
            directive: String::new(),
            directive_due: None,
            explanation_due: None,
            explanation: String::new(),
            clauses: Vec::new(),
            tags: Vec::new(),
        }
    }
}

/// Something that waits for somebody, beside the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The lead unit is to answer a directive.
    Directive,
    /// The lead unit is to explain.
    Explanation,
    /// Whoever demanded an explanation is to decide on it.
    Explained,
    /// The assigner is to decide on an extension.
    Extension,
}

impl Wait {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Directive, Self::Explanation, Self::Explained, Self::Extension];

    /// The word in the database, filters and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Directive => "directive",
            Self::Explanation => "explanation",
            Self::Explained => "explained",
            Self::Extension => "extension",
        }
    }

    /// Whether it is so.
    pub fn holds(self, facts: &Facts) -> bool {
        match self {
            Self::Directive => !facts.directive.is_empty(),
            Self::Explanation => facts.explanation_due.is_some() && facts.explanation.is_empty(),
            Self::Explained => !facts.explanation.is_empty(),
            Self::Extension => facts.asked_due.is_some(),
        }
    }
}

/// `,one,two,`: a list in a column in which a word is found with its commas.
fn listed(words: Vec<&str>) -> String {
    if words.is_empty() { String::new() } else { format!(",{},", words.join(",")) }
}

impl Facts {
    /// What waits, as kept beside the task for filters: `,directive,extension,`.
    pub fn waits(&self) -> String {
        listed(Wait::ALL.into_iter().filter(|w| w.holds(self)).map(Wait::word).collect())
    }

    /// The tags, as kept beside the task for filters.
    pub fn tagged(&self) -> String {
        listed(self.tags.iter().map(String::as_str).collect())
    }
}

/// A task as kept.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its identity.
    pub id: TaskId,
    /// Its code, `NV-01.007`.
    pub code: String,
    /// Its programme.
    pub programme: ProgrammeId,
    /// The task that it is a part of.
    pub parent: Option<TaskId>,
    /// The heading it stands under.
    pub group_title: String,
    /// The day from which it counts.
    pub created_on: Date,
    /// Progress as shown: its own, or what its parts make of it; hundredths of a percent.
    pub percent: i64,
    /// The version it was read at.
    pub version: i64,
    /// Its facts.
    pub facts: Facts,
}

/// A programme as kept.
#[derive(Debug, Clone)]
pub struct Programme {
    /// Its identity.
    pub id: ProgrammeId,
    /// Its code, `CT-01`.
    pub code: String,
    /// `chuong_trinh`, `ke_hoach`, `de_an`, `dot_pha` …
    pub kind: String,
    /// The term.
    pub term: String,
    /// The congress.
    pub congress: String,
    /// Number.
    pub number: String,
    /// Symbol.
    pub symbol: String,
    /// Title.
    pub title: String,
    /// Who issued it.
    pub issuer: Option<UnitId>,
    /// Its document.
    pub document: Option<DocumentId>,
    /// The programme it implements.
    pub parent: Option<ProgrammeId>,
    /// When it was issued; unknown when its file does not say.
    pub issued: Option<Date>,
    /// From when its tasks count.
    pub starts: Date,
    /// The days within which units are to issue their own document.
    pub early_days: Option<i64>,
}

impl Programme {
    /// How it is cited.
    pub fn mark(&self) -> String {
        if self.number.is_empty() {
            self.code.clone()
        } else {
            document::words::mark("party", &self.number, &self.symbol)
        }
    }
}
