//! Tasks in short lists: with their lead's name, how they stand, what waits.

use base::{Date, Reach, Right};
use organisation::Snapshot;
use programme::{
    store::{Filter, ListRow},
    words::{State, Wait},
};

/// A task as shown in a short list.
pub struct Item {
    /// The row of the list.
    pub row: ListRow,
    /// Its lead's name.
    pub lead: String,
    /// The word of its standing.
    pub standing: &'static str,
    /// Days late, when it is.
    pub days: i64,
    /// What waits.
    pub waits: Vec<&'static str>,
}

impl Item {
    /// The task's tags.
    pub fn tags(&self) -> Vec<&str> {
        self.row.tags.split(',').filter(|tag| !tag.is_empty()).collect()
    }
}

/// Puts names and standings to rows.
///
/// Days late are working days; calendar days where the calendar does not reach.
pub fn items(
    rows: Vec<ListRow>,
    names: &Snapshot,
    calendar: &base::calendar::Calendar,
    (today, soon): (Date, Date),
) -> Vec<Item> {
    rows.into_iter()
        .map(|row| {
            let lead = row.lead.map_or_else(|| row.lead_words.clone(), |unit| names.name(unit));
            let done = row.reported_on.filter(|done| *done <= today);
            // What was never given to anybody is neither due nor late.
            let standing = match row.state {
                State::Draft => "not_given",
                _ => base::deadline::standing(row.due, done, today, soon).word(),
            };
            let by_calendar = |due: Date| i64::from(due.until(today).map_or(0, |s| s.get_days()));
            let days = match row.due {
                Some(due) if standing == "overdue" => {
                    calendar.working_days_between(due, today).unwrap_or_else(|_| by_calendar(due))
                }
                _ => 0,
            };
            let waits = Wait::ALL
                .into_iter()
                .map(Wait::word)
                .filter(|word| row.waits.contains(&format!(",{word},")))
                .collect();
            Item { row, lead, standing, days, waits }
        })
        .collect()
}

/// What waits for whom: a filter, and the right that answers it.
pub const WAITS: [(Wait, Right); 4] = [
    (Wait::Directive, Right::Lead),
    (Wait::Explanation, Right::Lead),
    (Wait::Explained, Right::Direct),
    (Wait::Extension, Right::Assign),
];

/// What may wait for an actor, and the right by which: whoever may judge an explanation sees it, be it as a leader or as
/// the office that assigns and demanded it.
pub fn waits_of(actor: &base::Actor) -> Vec<(Wait, Right)> {
    let judges = if actor.may_somewhere(Right::Direct) { Right::Direct } else { Right::Assign };
    WAITS
        .into_iter()
        .map(|(wait, right)| if wait == Wait::Explained { (wait, judges) } else { (wait, right) })
        .filter(|(_, right)| actor.may_somewhere(*right))
        .collect()
}

/// The query under which a list holds only what is led where the reader has a right.
pub fn mine_by(right: Right) -> String {
    format!("quyen={}", right.word())
}

/// A filter without limits: the lead units limit it.
pub fn all() -> Filter {
    Filter { seen: Reach::everything(), ..Filter::default() }
}
