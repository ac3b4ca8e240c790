//! The kinds of records of the room, and what of it is compared with the trail.

use crate::store;
use db::trail;
use room::{Check, Record};

/// Reminders stand in their list, which asks whom they concern; the ladder and calls to other programs are settings.
pub const RECORDS: &[Record] = &[
    Record::among("reminder", "/don-doc"),
    Record::among("ladder", "/qt/bac-thang"),
    Record::among("hook", "/qt/moc-noi"),
];

/// Reminders with their lines and files.
pub const CHECKS: &[Check] = &[Check {
    what: "reminders",
    tables: &["chase_reminder"],
    not_compared: &[],
    run: |tx| {
        let mut faults = store::reminders_that_differ(tx)?;
        faults.extend(trail::without_line(tx, "chase_reminder")?);
        Ok(faults.into())
    },
}];
