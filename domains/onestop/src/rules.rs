//! When a dossier is due, and how it stands. Law: Decree 61/2018/NĐ-CP with Decree 107/2021/NĐ-CP; counting in days by the
//! Civil Code 2015, articles 147 and 148; a supplement is asked for at most once.

use crate::words::{Dossier, Limit, State};
use base::{
    DateTime, Refusal, Span,
    calendar::Calendar,
    deadline::{Budget, Suspension, due},
};

/// The last minute of reception that still counts for the same day: 15:00.
const CUTOFF: i32 = 15 * 60;

/// When a dossier is due: pauses that have ended give their time back.
///
/// # Errors
/// Refuses when the calendar does not cover a year on the way.
pub fn due_at(calendar: &Calendar, dossier: &Dossier, limit: Limit) -> Result<DateTime, Refusal> {
    let ended = || dossier.pauses.iter().filter_map(|(from, to)| Some((*from, (*to)?)));
    let pauses: Vec<Suspension> = ended().map(|(from, to)| Suspension { from, to }).collect();
    let budget = match limit {
        Limit::WorkingDays(n) => Budget::WorkingDays { n },
        Limit::Hours(n) => Budget::WorkingHours { n },
        Limit::CalendarDays(n) => {
            // Calendar days are given back as days, before an end on a day off moves on.
            let days: i32 =
                ended().filter_map(|(from, to)| Some(from.date().until(to.date()).ok()?.get_days())).sum();
            let n = n + u32::try_from(days.max(0)).unwrap_or(0);
            return Ok(due(calendar, dossier.received, Budget::CalendarDays { n }, &[], &[])?.due);
        }
        Limit::SameDay => {
            let day = dossier.received.date();
            let minute = i32::from(dossier.received.hour()) * 60 + i32::from(dossier.received.minute());
            let last = calendar.hours().0.last().map_or(17 * 60, |(_, to)| i32::from(*to));
            let is_moved = !calendar.works(day)? || minute > last;
            let on = if !is_moved && minute <= CUTOFF {
                day
            } else {
                // What came too late for its day is due at the end of the next working day.
                let next = day.checked_add(Span::new().days(1)).map_err(|_| far(day))?;
                calendar.working_day_from(next)?
            };
            Budget::Fixed { on, moves: false }
        }
    };
    Ok(due(calendar, dossier.received, budget, &pauses, &[])?.due)
}

fn far(day: base::Date) -> Refusal {
    Refusal::new("refusal-calendar-year").with("year", day.year())
}

/// How a dossier stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Done on an earlier day than it was due.
    Early,
    /// Done by the due moment.
    OnTime,
    /// Done later, or after more than one request for a supplement.
    Late,
    /// In progress and not yet due.
    InTime,
    /// In progress and past due.
    Overdue,
    /// Waiting for the citizen, withdrawn or refused: neither.
    Neither,
}

/// How a dossier stands; `due` is none where the catalogue gives no limit, which is then never late.
pub fn standing(dossier: &Dossier, due: Option<DateTime>, now: DateTime) -> Standing {
    match (dossier.state, dossier.ended(), due) {
        (State::Done | State::Returned, Some(_), _) if dossier.pauses.len() > 1 => Standing::Late,
        (State::Done | State::Returned, Some(done), Some(due)) => {
            if done > due {
                Standing::Late
            } else if done.date() < due.date() {
                Standing::Early
            } else {
                Standing::OnTime
            }
        }
        (State::Done | State::Returned, ..) => Standing::OnTime,
        (State::Open, _, Some(due)) if now > due => Standing::Overdue,
        (State::Open, ..) => Standing::InTime,
        _ => Standing::Neither,
    }
}

/// Whether a dossier counts as on time by Decision 766, part 2.1; none where it has no appointment. A dossier that was taken
/// back ends then; one that waits for its first supplement ends at the request; a second request is late.
pub fn on_time_766(dossier: &Dossier, due: Option<DateTime>, now: DateTime) -> Option<bool> {
    let due = due.filter(|_| dossier.state != State::Refused)?;
    if dossier.pauses.len() > 1 {
        return Some(false);
    }
    let asked = dossier.pauses.last().filter(|(_, to)| to.is_none()).map(|(from, _)| *from);
    let end = dossier.ended().or(asked).unwrap_or(now);
    Some(end <= due)
}
