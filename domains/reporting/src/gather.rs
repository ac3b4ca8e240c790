//! The figures of a unit over a period: all of them are there already, nobody is asked for them again.

use crate::store::Kind;
use base::{Date, Decimal, Outcome, Reach, format, ids::UnitId};
use db::Tx;
use organisation::Snapshot;
use programme::store::{self, Filter};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A task as a report names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its code.
    pub code: String,
    /// What is to be done.
    pub title: String,
    /// The lead unit.
    pub lead: String,
    /// The deadline as printed.
    pub due: String,
    /// Progress in percent as printed.
    pub percent: String,
}

/// What a unit reported on a clause or a task within the period, or a measured value of a target.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// What about.
    pub item: String,
    /// The planned and the actual figure, or the value.
    pub plan: String,
    /// The actual figure.
    pub actual: String,
    /// In percent.
    pub percent: String,
}

/// The figures of a unit over a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Tasks that were given by the last day, cancelled ones left out.
    pub all: i64,
    /// Given within the period.
    pub given: i64,
    /// Due within the period.
    pub due: i64,
    /// Of those, done by their deadline.
    pub on_time: i64,
    /// Of those, done after it but by the last day.
    pub late: i64,
    /// Reported done within the period, whenever they were due.
    pub done: i64,
    /// Overdue and not done on the last day.
    pub overdue: i64,
    /// Overdue when the period began and still not done at its end.
    pub carried: i64,
    /// The overdue ones by name, at most [`MOST`].
    pub behind: Vec<Line>,
    /// Those due within thirty days after the period, at most [`MOST`].
    pub next: Vec<Line>,
    /// Progress reports and measured values of the period.
    pub reported: Vec<Reported>,
}

/// The most tasks that a report names under one heading.
pub const MOST: i64 = 100;

impl Figures {
    /// The share done by the deadline, as printed.
    pub fn share(&self) -> String {
        format::share(self.on_time, self.due)
    }

    /// Adds the counts of another unit.
    pub fn add(&mut self, other: &Self) {
        self.all += other.all;
        self.given += other.given;
        self.due += other.due;
        self.on_time += other.on_time;
        self.late += other.late;
        self.done += other.done;
        self.overdue += other.overdue;
        self.carried += other.carried;
    }
}

/// The programmes that a report is about; none for all.
fn programmes(tx: &Tx<'_>, kind: &Kind) -> Outcome<Option<HashSet<programme::words::ProgrammeId>>> {
    let Some(programme) = kind.programme else { return Ok(None) };
    let mut ids = HashSet::from([programme]);
    ids.extend(store::children(tx, programme)?.into_iter().map(|p| p.id));
    Ok(Some(ids))
}

/// The counts of a unit, with all whose work is looked at with it.
///
/// # Errors
/// When the reading fails.
pub fn counts(
    tx: &Tx<'_>,
    kind: &Kind,
    names: &Snapshot,
    unit: UnitId,
    (first, last): (Date, Date),
) -> Outcome<Figures> {
    let own = names.work_of(unit);
    let about = programmes(tx, kind)?;
    let mut figures = Figures::default();
    for (id, index) in store::index(tx)? {
        if about.as_ref().is_some_and(|ids| !ids.contains(&id)) {
            continue;
        }
        let is_own: Vec<bool> = index.leads.iter().map(|lead| own.contains(lead)).collect();
        for mark in &index.marks {
            let counted = mark.lead.is_some_and(|at| is_own.get(usize::from(at)) == Some(&true));
            // What is still a draft was given to nobody.
            if !counted || mark.created > last || mark.state == programme::words::State::Draft {
                continue;
            }
            let done_by = |day: Date| mark.reported.is_some_and(|done| done <= day);
            figures.all += 1;
            figures.given += i64::from(first <= mark.created);
            figures.done += i64::from(mark.reported.is_some_and(|day| first <= day && day <= last));
            if let Some(due) = mark.due {
                if first <= due && due <= last {
                    figures.due += 1;
                    figures.on_time += i64::from(done_by(due));
                    figures.late += i64::from(!done_by(due) && done_by(last));
                }
                figures.overdue += i64::from(due < last && !done_by(last));
                figures.carried += i64::from(due < first && !done_by(last));
            }
        }
    }
    Ok(figures)
}

/// The figures of a unit with the tasks behind them by name.
///
/// # Errors
/// When the reading fails.
pub fn figures(
    tx: &Tx<'_>,
    kind: &Kind,
    names: &Snapshot,
    unit: UnitId,
    (first, last): (Date, Date),
) -> Outcome<Figures> {
    let mut figures = counts(tx, kind, names, unit, (first, last))?;
    let leads: Vec<_> = names.work_of(unit).into_iter().map(|u| u.0).collect();
    let soon = last.checked_add(base::Span::new().days(30)).unwrap_or(last);
    let with = |standing: &str| Filter {
        leads: Some(leads.clone()),
        seen: Reach::everything(),
        programme: kind.programme,
        with_plans: true,
        is_given: true,
        standing: standing.to_owned(),
        as_of: Some(last),
        ..Filter::default()
    };
    let lines = |rows: Vec<store::ListRow>| -> Vec<Line> {
        rows.into_iter()
            .map(|row| Line {
                lead: row.lead.map_or_else(|| row.lead_words.clone(), |u| names.name(names.now(u))),
                due: row.due.map_or_else(|| row.due_written.clone(), format::date),
                percent: format::decimal(Decimal::new(row.percent, 2).normalize()),
                code: row.code,
                title: row.title,
            })
            .collect()
    };
    figures.behind = lines(store::first(tx, &with("overdue"), last, soon, MOST)?);
    figures.next = lines(store::first(tx, &with("due_soon"), last, soon, MOST)?);
    figures.reported = reported(tx, kind, names, unit, (first, last))?;
    Ok(figures)
}

/// What the unit reported and what was measured of it within the period.
fn reported(
    tx: &Tx<'_>,
    kind: &Kind,
    names: &Snapshot,
    unit: UnitId,
    (first, last): (Date, Date),
) -> Outcome<Vec<Reported>> {
    let own = |who: UnitId| names.now(who) == unit;
    let shown = |n: Option<Decimal>| n.map_or_else(String::new, |n| format::decimal(n.normalize()));
    let mut found = Vec::new();
    for programme in store::programmes(tx)? {
        if kind.programme.is_some_and(|id| id != programme.id) {
            continue;
        }
        for line in store::reports(tx, programme.id, last)? {
            if own(line.unit) && first <= line.as_of {
                found.push(Reported {
                    item: format!("{} {}", programme.mark(), line.item),
                    plan: shown(line.plan),
                    actual: shown(line.actual),
                    percent: shown(line.percent),
                });
            }
        }
        for target in store::targets(tx, Some(programme.id))? {
            let allocated = store::allocations(tx, target.id)?;
            for value in store::values(tx, target.id, last)? {
                if value.unit.is_some_and(own) && first <= value.as_of {
                    let plan = allocated.iter().find(|(u, year, _)| own(*u) && *year == value.year);
                    found.push(Reported {
                        item: format!("{} ({})", target.title, target.measure),
                        plan: shown(plan.map(|(.., plan)| *plan)),
                        actual: shown(Some(value.value)),
                        percent: match plan {
                            Some((.., plan)) if !plan.is_zero() => {
                                shown(Some((value.value * Decimal::ONE_HUNDRED / *plan).round_dp(1)))
                            }
                            _ => String::new(),
                        },
                    });
                }
            }
        }
    }
    Ok(found)
}

/// Everything that the report of a period says: what is frozen is exactly this.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The report's code and its period's.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// The period in words, `Quý I/2023`.
    pub period: String,
    /// The first and the last day.
    pub first: String,
    /// The last day.
    pub last: Option<Date>,
    /// Who reports; for the whole, who collected it.
    pub issuer: String,
    /// The organisation above the issuer in the Party; empty otherwise.
    pub parent: String,
    /// Whether the issuer is of the Party.
    pub is_party: bool,
    /// To whom; empty for the whole.
    pub to: String,
    /// Figures of the unit, or of all together.
    pub figures: Figures,
    /// The headings and the words under them.
    pub words: Vec<(String, String)>,
    /// Units, their figures, how they stand: only in the whole.
    pub units: Vec<UnitLine>,
    /// A mark at the head of every page.
    pub demo: String,
    /// The hash of the template in Word; empty for the official layout.
    #[serde(default)]
    pub template: String,
}

/// A unit in the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitLine {
    /// Its name.
    pub name: String,
    /// How it stands: the word of a [`crate::rules::Turn`].
    pub turn: String,
    /// Its figures: as handed in, else as they are.
    pub figures: Figures,
}
