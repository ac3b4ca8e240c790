//! What a unit is asked to write: where it stands, and which steps it may take.

use base::Refusal;

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
                Err(Refusal::new("part-refusal-empty").at("weaknesses"))
            } else {
                Ok(PartState::Sent)
            }
        }
        (PartStep::Return, PartState::Sent | PartState::Accepted) => {
            if reason.is_empty() {
                Err(Refusal::new("part-refusal-reason").at("note"))
            } else {
                Ok(PartState::Returned)
            }
        }
        (PartStep::Accept, PartState::Sent) => Ok(PartState::Accepted),
        _ => Err(Refusal::new("part-refusal-step").with("state", state.word())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_goes_from_the_unit_to_the_office_and_back() {
        assert_eq!(step(PartState::Asked, PartStep::Save, false, ""), Ok(PartState::Draft));
        assert_eq!(step(PartState::Draft, PartStep::Send, false, ""), Ok(PartState::Sent));
        assert_eq!(step(PartState::Draft, PartStep::Send, true, "").unwrap_err().key, "part-refusal-empty");
        assert_eq!(
            step(PartState::Sent, PartStep::Return, false, "").unwrap_err().key,
            "part-refusal-reason"
        );
        assert_eq!(step(PartState::Sent, PartStep::Return, false, "Thiếu"), Ok(PartState::Returned));
        assert_eq!(
            step(PartState::Accepted, PartStep::Save, false, "").unwrap_err().key,
            "part-refusal-step"
        );
    }
}
