//! What the dossiers of a period come to, by the unit that received them.

use crate::{
    rules::{Standing, due_at, on_time_766, standing},
    store,
    words::Dossier,
};
use base::{Date, DateTime, Outcome};
use db::Tx;

/// A dossier with its due moment and how it stands at the end of the period.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The dossier.
    pub dossier: Dossier,
    /// The procedure's name.
    pub title: String,
    /// When it is due; none where the catalogue gives no limit or it has no appointment.
    pub due: Option<DateTime>,
    /// How it stands.
    pub standing: Standing,
    /// Whether it counts as on time by Decision 766, part 2.1; none where it has no appointment.
    pub on_time_766: Option<bool>,
}

/// The dossiers received or handled to their end from one day to another, judged at the end of the last by what was known then.
///
/// # Errors
/// Refuses when the calendar does not cover a year on the way.
pub fn judged(tx: &Tx<'_>, from: Date, to: Date) -> Outcome<Vec<Judged>> {
    let procedures = store::procedures(tx)?;
    let calendar = organisation::store::calendar_of(tx, None, to)?;
    let now = to.at(23, 59, 0, 0);
    let mut found = Vec::new();
    for dossier in store::handled(tx, from, to)?.into_iter().map(|dossier| dossier.as_of(now)) {
        let procedure = procedures.get(&dossier.procedure);
        let due = match procedure.and_then(|p| p.limit) {
            Some(limit) if dossier.state != crate::words::State::Refused => {
                Some(due_at(&calendar, &dossier, limit)?)
            }
            _ => None,
        };
        found.push(Judged {
            title: procedure.map(|p| p.title.clone()).unwrap_or_default(),
            standing: standing(&dossier, due, now),
            on_time_766: on_time_766(&dossier, due, now),
            due,
            dossier,
        });
    }
    Ok(found)
}
