//! Why an open task deserves attention.

use base::Date;

/// A reason to look at a task first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    /// Its deadline passed.
    Late,
    /// Its lead unit owes an explanation or an answer to a directive.
    Owed,
    /// Its deadline is near and less than half of it is done.
    Behind,
    /// It is new and hard.
    Hard,
    /// Nothing was done although it counts for a month or more.
    Still,
}

impl Risk {
    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Late => "risk-late",
            Self::Owed => "risk-owed",
            Self::Behind => "risk-behind",
            Self::Hard => "risk-hard",
            Self::Still => "risk-still",
        }
    }
}

/// What is asked of an open task.
#[derive(Debug, Clone, Copy)]
pub struct Open<'t> {
    /// The day it counts from.
    pub created: Date,
    /// When it is due.
    pub due: Option<Date>,
    /// Hundredths of a percent.
    pub percent: i64,
    /// What waits, as kept.
    pub waits: &'t str,
    /// Whether it is new and hard.
    pub new_and_hard: bool,
}

/// The reasons to look at an open task, the gravest first.
pub fn risks(row: &Open<'_>, today: Date, soon: Date) -> Vec<Risk> {
    let month_old = row.created.until(today).map_or(0, |span| span.get_days()) >= 30;
    let near = row.due.is_some_and(|due| today <= due && due <= soon);
    let all = [
        (Risk::Late, row.due.is_some_and(|due| due < today)),
        (Risk::Owed, row.waits.contains(",explanation,") || row.waits.contains(",directive,")),
        (Risk::Behind, near && row.percent < 5000),
        (Risk::Hard, row.new_and_hard),
        (Risk::Still, month_old && row.percent == 0),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(risk, _)| risk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_says_why_it_needs_attention() {
        let day = |text: &str| -> Date { text.parse().unwrap() };
        let (today, soon) = (day("2023-04-19"), day("2023-04-28"));
        let row = |due: &str, percent: i64, waits: &'static str| Open {
            created: day("2023-01-01"),
            due: Some(day(due)),
            percent,
            waits,
            new_and_hard: false,
        };
        assert_eq!(
            risks(&row("2023-04-18", 0, ",explanation,"), today, soon),
            [Risk::Late, Risk::Owed, Risk::Still]
        );
        assert_eq!(risks(&row("2023-04-28", 4999, ""), today, soon), [Risk::Behind]);
        assert_eq!(risks(&row("2023-04-28", 5000, ""), today, soon), []);
    }
}
