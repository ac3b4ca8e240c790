//! What figures over all tasks need of each, kept in memory by programme and read again when the programme changed.
//!
//! A programme's `tick` moves with every change of its tasks, in the same transaction, so what is kept is never stale.

use crate::words::{ProgrammeId, State};
use base::{Date, ids::UnitId};
use db::Tx;
use std::sync::Arc;

/// What is known of one task. Cancelled tasks have none.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    /// The lead unit, as a place in [`Index::leads`]; none while it is open.
    pub lead: Option<u16>,
    /// Due.
    pub due: Option<Date>,
    /// Reported done.
    pub reported: Option<Date>,
    /// Counts from.
    pub created: Date,
    /// Where it stands.
    pub state: State,
}

impl Mark {
    /// Whether it is due by a day.
    pub fn is_due(&self, on: Date) -> bool {
        self.is_given() && self.due.is_some_and(|due| due <= on)
    }

    /// Whether it was given to its lead unit: a draft is neither due nor late.
    fn is_given(&self) -> bool {
        self.state != State::Draft
    }

    /// Whether it was done by a day.
    fn is_done(&self, on: Date) -> bool {
        self.reported.is_some_and(|done| done <= on)
    }

    /// Whether it is due by a day and was done by its deadline.
    pub fn is_on_time(&self, on: Date) -> bool {
        self.is_due(on) && self.reported <= self.due && self.reported.is_some()
    }

    /// Whether it is late on a day and not done.
    pub fn is_overdue(&self, on: Date) -> bool {
        self.is_given() && self.due.is_some_and(|due| due < on) && !self.is_done(on)
    }

    /// Whether it falls due between two days and is not done.
    pub fn is_soon(&self, on: Date, soon: Date) -> bool {
        self.is_given() && self.due.is_some_and(|due| on <= due && due <= soon) && !self.is_done(on)
    }
}

/// The tasks of one programme.
#[derive(Debug, Default)]
pub struct Index {
    /// The lead units.
    pub leads: Vec<UnitId>,
    /// One mark a task.
    pub marks: Vec<Mark>,
}

/// The tasks of every programme.
pub fn index(tx: &Tx<'_>) -> anyhow::Result<Vec<(ProgrammeId, Arc<Index>)>> {
    let ticks: Vec<(ProgrammeId, i64)> =
        tx.rows("select id, tick from programme_programme order by id", &[], |r| Ok((r.next()?, r.next()?)))?;
    ticks
        .into_iter()
        .map(|(id, tick)| {
            let index = tx.cached_at(&format!("programme index {id}"), tick, || load(tx, id))?;
            Ok((id, index))
        })
        .collect()
}

fn load(tx: &Tx<'_>, programme: ProgrammeId) -> anyhow::Result<Index> {
    let mut index = Index::default();
    let mut places = std::collections::HashMap::new();
    let rows: Vec<(Option<UnitId>, Option<Date>, Option<Date>, Date, String)> = tx.rows(
        "select lead_id, due, reported_on, created_on, state from programme_task
          where programme_id = $1 and state <> 'cancelled' order by lead_id, id",
        &[&programme],
        |r| Ok((r.next()?, r.next()?, r.next()?, r.next()?, r.next()?)),
    )?;
    for (lead, due, reported, created, state) in rows {
        let lead = match lead {
            Some(unit) => {
                let next = u16::try_from(index.leads.len())?;
                let place = *places.entry(unit).or_insert(next);
                if place == next {
                    index.leads.push(unit);
                }
                Some(place)
            }
            None => None,
        };
        let state = db::stored(&state, State::from_word)?;
        index.marks.push(Mark { lead, due, reported, created, state });
    }
    index.marks.shrink_to_fit();
    Ok(index)
}
