//! What a person says about reminders.

use base::{Date, ids::UnitId};

/// What a person says about the reminders to make.
#[derive(Debug, Clone, Default)]
pub struct Remind {
    /// Who reminds.
    pub issuer: Option<UnitId>,
    /// The symbol after the number.
    pub symbol: String,
    /// On whose behalf is signed; may be empty.
    pub authority: String,
    /// The signer's office.
    pub title: String,
    /// The signer's name; may be empty.
    pub name: String,
    /// By when is to be answered.
    pub reply_by: Option<Date>,
    /// Whether each unit is also asked to explain each task by that day.
    pub explain: bool,
    /// A mark at the head of every page.
    pub mark: String,
}
