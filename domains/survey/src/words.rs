//! Surveys, questions, samples and answers.

use base::{Date, Uuid, ids::UnitId};

/// A questionnaire for one group of respondents.
#[derive(Debug, Clone)]
pub struct Survey {
    /// Its identity.
    pub id: Uuid,
    /// Its code, `KS-2023-01`.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// Who is asked: citizens, enterprises, deputies, officials.
    pub respondents: String,
    /// The round of an index that its results feed; empty for none.
    pub feeds: String,
    /// Who holds it.
    pub issuer: UnitId,
    /// Which edition of the questionnaire, from 1.
    pub edition: i64,
    /// `draft`, `open`, `closed`.
    pub state: String,
    /// An answer given faster, in seconds, does not count until somebody looked at it.
    pub least_seconds: i64,
    /// What marks the moment at which a questionnaire was opened; never shown.
    pub secret: String,
    /// Since when it is open.
    pub opened_on: Option<Date>,
    /// Since when it is closed.
    pub closed_on: Option<Date>,
    /// The version it was read at.
    pub version: i64,
}

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Its place, from 1.
    pub position: i64,
    /// Its words.
    pub words: String,
    /// How it is answered.
    pub kind: Kind,
    /// The leaf of the index that it feeds; empty for none.
    pub leaf: String,
}

/// How a question is answered; each may be left as not applicable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Five steps from very discontent (1) to very content (5).
    #[default]
    Likert,
    /// Yes (5) or no (1).
    YesNo,
}

impl Kind {
    /// The word for the database and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Likert => "likert",
            Self::YesNo => "yes_no",
        }
    }

    /// Reads the word; anything else is five steps.
    pub fn from_word(word: &str) -> Self {
        if word == "yes_no" { Self::YesNo } else { Self::Likert }
    }

    /// The values that can be given, the best first.
    pub fn values(self) -> &'static [u8] {
        match self {
            Self::Likert => &[5, 4, 3, 2, 1],
            Self::YesNo => &[5, 1],
        }
    }
}

/// The plan for one unit, and what came in.
#[derive(Debug, Clone)]
pub struct Sample {
    /// About whom.
    pub unit: UnitId,
    /// How many answers are planned.
    pub wanted: i64,
    /// How many valid ones a result needs.
    pub least: i64,
    /// Valid answers.
    pub valid: i64,
    /// Answers that wait to be looked at.
    pub flagged: i64,
    /// Answers that were set aside.
    pub rejected: i64,
}

impl Sample {
    /// Whether enough valid answers came in for a result.
    pub fn is_enough(&self) -> bool {
        self.valid >= self.least
    }
}

/// The values of an answer in the order of the questions; none where one does not apply.
pub type Values = Vec<Option<u8>>;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its number within the survey.
    pub seq: i64,
    /// About whom.
    pub unit: UnitId,
    /// `link`, `kiosk`, `paper`.
    pub channel: String,
    /// The day.
    pub given_on: Date,
    /// The values.
    pub values: Values,
    /// What looks stuffed: words of [`crate::rules::flags`].
    pub flags: Vec<String>,
    /// `valid`, `flagged`, `rejected`.
    pub state: String,
}
