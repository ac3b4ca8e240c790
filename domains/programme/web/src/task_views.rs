//! A list of tasks seen otherwise than as a table: by state, by day, on a time line, and beside an earlier day.

use crate::items::Item;
use base::{Date, Outcome, format};
use db::Tx;
use organisation::Snapshot;
use programme::{
    store::{self, Filter, ListRow},
    words::{Facts, State},
};
use std::collections::{BTreeMap, HashMap};
use web::Shell;

/// The tasks by state.
pub(super) fn board<'i>(s: &Shell, items: &'i [Item]) -> Vec<(String, Vec<&'i Item>)> {
    let of = |state: &State| items.iter().filter(|i| i.row.state == *state).collect();
    let all = State::ALL.iter().map(|state| (s.say(&format!("state-{}", state.word())), of(state)));
    all.filter(|(_, list): &(String, Vec<&Item>)| !list.is_empty()).collect()
}

/// The tasks by the day on which they are due.
pub(super) fn calendar<'i>(s: &Shell, items: &'i [Item]) -> Vec<(String, Vec<&'i Item>)> {
    let mut days: BTreeMap<(bool, Option<Date>), Vec<&Item>> = BTreeMap::new();
    for item in items {
        days.entry((item.row.due.is_none(), item.row.due)).or_default().push(item);
    }
    let named = |day: Option<Date>| match day {
        Some(day) => format!("{}, {}", s.say(format::weekday_key(day)), format::date(day)),
        None => s.say("standing-undated"),
    };
    days.into_iter().map(|((_, day), list)| (named(day), list)).collect()
}

/// Across the whole time line, in its own units.
const WIDE: i64 = 1000;

/// A time line: the months that it covers, and where today stands.
#[derive(Debug, Default)]
pub(super) struct TimeLine {
    from: Date,
    days: i64,
    /// The first of each month or year within: its place, its words.
    pub(super) marks: Vec<(i64, String)>,
    /// Where the day of the list stands; none when it lies outside.
    pub(super) today: Option<i64>,
}

impl TimeLine {
    /// The line that holds all tasks of a page; at least a month long.
    pub(super) fn over(items: &[Item], today: Date) -> Self {
        let starts = items.iter().map(|i| i.row.created);
        let ends = items.iter().filter_map(|i| i.row.due.into_iter().chain(i.row.reported_on).max());
        let from = starts.chain(ends.clone()).min().unwrap_or(today).first_of_month();
        let end = ends.max().unwrap_or(today).max(from);
        let days = days_between(from, end).max(30) + 1;
        let mut line = Self { from, days, marks: Vec::new(), today: None };
        // Months while they fit, else years.
        let step = if days > 900 { 12 } else { 1 + days / 370 * 2 };
        let mut day = if step == 12 && from.month() > 1 {
            from.last_of_year().tomorrow().unwrap_or(from)
        } else {
            from
        };
        while days_between(from, day) <= days {
            let words = if step == 12 {
                day.year().to_string()
            } else {
                format!("{:02}/{}", day.month(), day.year())
            };
            line.marks.push((line.at(day), words));
            let Ok(next) = day.checked_add(base::Span::new().months(step)) else { break };
            day = next;
        }
        line.today = (from <= today && days_between(from, today) <= days).then(|| line.at(today));
        line
    }

    /// The place of a day's morning.
    fn at(&self, day: Date) -> i64 {
        (days_between(self.from, day) * WIDE / self.days).clamp(0, WIDE)
    }

    /// A task's bar: where it begins, how long it is. A task without a deadline is open to the right.
    pub(super) fn bar(&self, row: &ListRow) -> (i64, i64) {
        let begins = row.due.map_or(row.created, |due| row.created.min(due));
        let from = self.at(begins);
        let to = row.due.map_or(WIDE, |due| self.at(due) + WIDE / self.days);
        (from, (to - from).clamp(4, WIDE))
    }

    /// The part of a bar that its percentage fills.
    pub(super) fn filled(&self, row: &ListRow) -> i64 {
        self.bar(row).1 * row.percent.clamp(0, 10_000) / 10_000
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// What became of a task between two days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Change {
    New,
    Done,
    FellLate,
    Moved,
    Handed,
    Further,
    Back,
}

impl Change {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::New => "since-new",
            Self::Done => "since-done",
            Self::FellLate => "since-late",
            Self::Moved => "since-moved",
            Self::Handed => "since-handed",
            Self::Further => "since-further",
            Self::Back => "since-back",
        }
    }
}

/// A task as it stood on the earlier day: its percentage, its deadline, and what changed.
#[derive(Debug, Clone)]
pub(super) struct Past {
    pub(super) percent: i64,
    pub(super) due: Option<Date>,
    pub(super) is_there: bool,
    pub(super) changes: Vec<Change>,
}

/// The list beside an earlier day.
#[derive(Debug, Clone)]
pub(super) struct Since {
    pub(super) day: Date,
    /// The tasks of this page by code.
    pub(super) tasks: HashMap<String, Past>,
    /// How many tasks of the whole list changed in which way.
    pub(super) counts: Vec<(Change, i64)>,
    /// Whether the list was too long to be compared whole.
    pub(super) is_cut: bool,
}

/// More tasks than this are not compared at once.
const MOST: i64 = 20_000;

fn past_of(then: Option<&Facts>, now: &ListRow, (day, on): (Date, Date)) -> Past {
    let late = |due: Option<Date>, done: Option<Date>, on: Date| {
        due.is_some_and(|due| due < on) && done.is_none_or(|done| done > on)
    };
    let Some(then) = then else {
        return Past { percent: 0, due: None, is_there: false, changes: vec![Change::New] };
    };
    let (due, mut changes) = (then.due.date(), Vec::new());
    let done_then = then.reported_on.filter(|done| *done <= day);
    if now.reported_on.is_some_and(|done| done <= on) && done_then.is_none() {
        changes.push(Change::Done);
    }
    if late(now.due, now.reported_on, on) && !late(due, done_then, day) {
        changes.push(Change::FellLate);
    }
    if due != now.due {
        changes.push(Change::Moved);
    }
    if then.lead != now.lead {
        changes.push(Change::Handed);
    }
    match now.percent.cmp(&then.percent) {
        std::cmp::Ordering::Greater => changes.push(Change::Further),
        std::cmp::Ordering::Less => changes.push(Change::Back),
        std::cmp::Ordering::Equal => {}
    }
    Past { percent: then.percent, due, is_there: true, changes }
}

/// Compares a list with how its tasks stood at the end of an earlier day.
pub(super) fn since(
    tx: &Tx<'_>,
    f: &Filter,
    names: &Snapshot,
    shown: &[Item],
    (today, soon): (Date, Date),
    day: Date,
) -> Outcome<Since> {
    let on = f.as_of.unwrap_or(today);
    let mut rows = store::first(tx, f, today, soon, MOST + 1)?;
    let is_cut = i64::try_from(rows.len()).unwrap_or(0) > MOST;
    rows.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let (mut tasks, mut counts) = (HashMap::new(), BTreeMap::new());
    for some in rows.chunks(2000) {
        let codes: Vec<String> = some.iter().map(|row| row.code.clone()).collect();
        let mut facts = store::facts_of(tx, &codes, day)?;
        for row in some {
            let mut then = facts.remove(&row.code);
            // A unit that was merged meanwhile did not hand its work to another.
            if let Some(then) = &mut then {
                then.lead = then.lead.map(|unit| names.now(unit));
            }
            let past = past_of(then.as_ref(), row, (day, on));
            for change in &past.changes {
                *counts.entry(*change).or_insert(0) += 1;
            }
            tasks.insert(row.code.clone(), past);
        }
    }
    tasks.retain(|code, _| shown.iter().any(|item| item.row.code == *code));
    Ok(Since { day, tasks, counts: counts.into_iter().collect(), is_cut })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn row(due: &str, percent: i64, done: Option<&str>) -> ListRow {
        ListRow {
            created: day("2023-01-01"),
            due: Some(day(due)),
            percent,
            reported_on: done.map(day),
            ..ListRow::default()
        }
    }

    #[test]
    fn what_changed_since_a_day_is_named() {
        let days = (day("2023-03-01"), day("2023-04-19"));
        let then = Facts {
            due: base::period::Due::Day { on: day("2023-03-31") },
            percent: 5000,
            ..Facts::default()
        };
        let changes = |now: &ListRow, then: Option<&Facts>| past_of(then, now, days).changes;
        assert_eq!(changes(&row("2023-03-31", 5000, None), Some(&then)), [Change::FellLate]);
        assert_eq!(
            changes(&row("2023-03-31", 10_000, Some("2023-03-30")), Some(&then)),
            [Change::Done, Change::Further]
        );
        assert_eq!(changes(&row("2023-06-30", 4000, None), Some(&then)), [Change::Moved, Change::Back]);
        assert_eq!(changes(&row("2023-06-30", 0, None), None), [Change::New]);
        let later = row("2023-03-31", 5000, Some("2023-05-02"));
        assert_eq!(changes(&later, Some(&then)), [Change::FellLate], "not done yet on the day of the list");
    }

    #[test]
    fn a_bar_lies_within_the_line() {
        let row = row("2023-06-30", 2500, None);
        let item = Item { row: row.clone(), lead: String::new(), standing: "", days: 0, waits: Vec::new() };
        let line = TimeLine::over(&[item], day("2023-04-01"));
        let (from, long) = line.bar(&row);
        assert!(from == 0 && (900..=WIDE).contains(&long), "{from} {long}");
        assert_eq!(line.filled(&row), long / 4);
        assert!(line.today.is_some() && line.marks.len() >= 6);
    }
}
