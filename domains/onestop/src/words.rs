//! Procedures and dossiers.

use base::{Date, DateTime, ids::UnitId};

/// How much time a procedure gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Working days after the day of reception.
    WorkingDays(u32),
    /// Calendar days after it; an end on a day off moves on.
    CalendarDays(u32),
    /// Hours of office time.
    Hours(u32),
    /// The same day when received by 15:00, else the next working day.
    SameDay,
}

impl Limit {
    /// Its word and number for the database.
    pub fn word(self) -> (&'static str, Option<i64>) {
        match self {
            Self::WorkingDays(n) => ("working_day", Some(i64::from(n))),
            Self::CalendarDays(n) => ("calendar_day", Some(i64::from(n))),
            Self::Hours(n) => ("hour", Some(i64::from(n))),
            Self::SameDay => ("same_day_cutoff_15h", None),
        }
    }

    /// Reads the word and the number; none when they say nothing certain. A `?` behind a unit marks a guess of the catalogue.
    pub fn read(word: &str, n: Option<i64>) -> Option<Self> {
        let n = || n.and_then(|n| u32::try_from(n).ok()).filter(|n| (1..=3660).contains(n));
        match word.trim_end_matches('?') {
            "same_day_cutoff_15h" => Some(Self::SameDay),
            "working_day" => n().map(Self::WorkingDays),
            "calendar_day" => n().map(Self::CalendarDays),
            "hour" => n().map(Self::Hours),
            _ => None,
        }
    }
}

/// A procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// Its national code, `2.000815`.
    pub code: String,
    /// Its name.
    pub title: String,
    /// Its field.
    pub field: String,
    /// Its time limit; none where the catalogue does not say.
    pub limit: Option<Limit>,
    /// Its fee as the catalogue describes it.
    pub fee: String,
}

/// Where a dossier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Reception was refused: it has no appointment.
    Refused,
    /// In progress.
    Open,
    /// Waiting for what the citizen has to bring: the clock stands still.
    Waiting,
    /// The citizen took it back.
    Withdrawn,
    /// Done, the result not fetched yet.
    Done,
    /// Done and fetched.
    Returned,
}

impl State {
    /// The word for the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Withdrawn => "withdrawn",
            Self::Done => "done",
            Self::Returned => "returned",
        }
    }

    /// Reads the word, or what the national software writes.
    pub fn read(word: &str) -> Option<Self> {
        Some(match base::fold::fold(word).as_str() {
            "refused" | "khong duoc tiep nhan" | "tu choi tiep nhan" => Self::Refused,
            "open" | "dang xu ly" | "moi dang ky" | "duoc tiep nhan" => Self::Open,
            "waiting" | "yeu cau bo sung giay to" | "tam dung" => Self::Waiting,
            "withdrawn" | "cong dan rut ho so" | "rut ho so" => Self::Withdrawn,
            "done" | "da xu ly xong" => Self::Done,
            "returned" | "da tra ket qua" => Self::Returned,
            _ => return None,
        })
    }

    /// Whether it was handled to its end.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Done | Self::Returned)
    }
}

/// A dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Its code.
    pub code: String,
    /// Its procedure.
    pub procedure: String,
    /// Who received and handles it.
    pub unit: UnitId,
    /// Where the citizen lives, when known.
    pub home: Option<UnitId>,
    /// `online`, `post`, `direct`.
    pub channel: String,
    /// When it was received.
    pub received: DateTime,
    /// When a supplement was asked for, and when it was brought; none while it waits.
    pub pauses: Vec<(DateTime, Option<DateTime>)>,
    /// Where it stands.
    pub state: State,
    /// When it was handled to its end.
    pub finished: Option<DateTime>,
    /// When the result was fetched.
    pub returned: Option<DateTime>,
    /// What the citizen gave, 1 to 5.
    pub rating: Option<i64>,
}

impl Dossier {
    /// When it was handled to its end, as far as the file says: handled, else fetched.
    pub fn ended(&self) -> Option<DateTime> {
        self.finished.or(self.returned)
    }

    /// The dossier as at a moment: a request, an end or a rating that came later had not happened yet. A supplement that was
    /// asked for before and brought later still moves the appointment.
    #[must_use]
    pub fn as_of(mut self, at: DateTime) -> Self {
        self.pauses.retain(|(from, _)| *from <= at);
        if self.ended().is_some_and(|ended| ended > at) {
            self.state = State::Open;
            (self.finished, self.returned, self.rating) = (None, None, None);
        }
        self.returned = self.returned.filter(|returned| *returned <= at);
        self
    }

    /// The day of reception.
    pub fn day(&self) -> Date {
        self.received.date()
    }
}
