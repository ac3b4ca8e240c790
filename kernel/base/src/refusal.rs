//! The two ways in which something does not happen, which never mix.
//!
//! A *refusal* is the law saying no: expected, told to the person in the person's language, answered 4xx.
//! A *fault* is the world breaking: logged once at the door, answered with a number to quote.

/// What an act or a reading returns.
pub type Outcome<T> = Result<T, Stop>;

/// Why an act stopped.
#[derive(Debug)]
pub enum Stop {
    /// The rules say no.
    Refused(Refusal),
    /// The world broke.
    Fault(anyhow::Error),
}

/// The class of a refusal, which decides the HTTP answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The input cannot be taken as it is: 422.
    Unprocessable,
    /// The person may see it but not touch it: 403.
    Forbidden,
    /// There is no such thing, or the person may not know of it: 404.
    NotFound,
    /// Somebody was faster: 409.
    Conflict,
    /// Nobody is signed in: 401.
    SignedOut,
    /// Too many tries or too much work at once: 429.
    TooMany,
    /// What was sent is larger than the place takes: 413.
    TooLarge,
    /// The database cannot be reached now; the same request may go through later: 503.
    Unavailable,
}

/// A refusal carries facts; the page makes the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The class.
    pub status: Status,
    /// The text key of the sentence.
    pub key: &'static str,
    /// The form field it belongs to, when there is one.
    pub field: Option<&'static str>,
    /// The facts that the sentence names.
    pub args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal of input.
    pub fn new(key: &'static str) -> Self {
        Self { status: Status::Unprocessable, key, field: None, args: Vec::new() }
    }

    /// Nothing by that name, for this person.
    pub fn not_found() -> Self {
        Self { status: Status::NotFound, ..Self::new("refusal-not-found") }
    }

    /// Seen, but not to be touched by this person.
    pub fn forbidden() -> Self {
        Self { status: Status::Forbidden, ..Self::new("refusal-forbidden") }
    }

    /// Nobody is signed in.
    pub fn signed_out() -> Self {
        Self { status: Status::SignedOut, ..Self::new("refusal-signed-out") }
    }

    /// Somebody else changed it first.
    pub fn conflict(key: &'static str) -> Self {
        Self { status: Status::Conflict, ..Self::new(key) }
    }

    /// The database is away. Told as what it is, so that a valid session or token is not turned away as unknown.
    pub fn unavailable() -> Self {
        Self { status: Status::Unavailable, ..Self::new("refusal-unavailable") }
    }

    /// Names the field.
    #[must_use]
    pub fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// This refusal as an outcome.
    ///
    /// # Errors
    /// Always: that is its purpose.
    pub fn stop<T>(self) -> Outcome<T> {
        Err(Stop::Refused(self))
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.key, self.args)
    }
}

impl std::error::Error for Refusal {}

impl From<anyhow::Error> for Stop {
    /// A refusal that came up through a store (a text with a NUL, a database that is away) stays a refusal.
    fn from(fault: anyhow::Error) -> Self {
        match fault.downcast::<Refusal>() {
            Ok(refusal) => Self::Refused(refusal),
            Err(fault) => Self::Fault(fault),
        }
    }
}

impl From<serde_json::Error> for Stop {
    fn from(fault: serde_json::Error) -> Self {
        Self::Fault(fault.into())
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {} {:?}", refusal.key, refusal.args),
            Self::Fault(fault) => write!(f, "fault: {fault:#}"),
        }
    }
}
