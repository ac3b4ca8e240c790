//! Comparing what the installation holds with what its trail says.

use super::known_keys_file;
use crate::cli::{Open, said, say};
use db::{Tx, trail};
use std::{collections::BTreeSet, path::Path, process::ExitCode};

/// The tables that are compared, wholly or in the columns that matter; every other one is named as not compared.
const COVERED: &[&str] = &[
    "account_role",
    "kernel_trail",
    "kernel_trail_head",
    "document_file",
    "programme_task",
    "programme_step",
    "review_snapshot",
    "reporting_frozen",
    "parindex_published",
    "chase_reminder",
];

/// The tables whose every row has a line of its own in the trail; one without was made behind the program's back.
const RECORDED: &[&str] = &["account_account", "chase_reminder", "programme_task"];

/// What is not compared of tables that otherwise are.
const PARTLY: [&str; 3] = [
    "account_account (only that each has a line and each line one)",
    "document_file (name, media_type, added_at)",
    "programme_task (programme_id, parent_id, position, group_title, created_on)",
];

/// Faults, when their companion number is put aside.
fn counted(faults: Vec<String>, n: usize, aside: &mut usize) -> Vec<String> {
    *aside = n;
    faults
}

/// Compares everything that can be compared: the trail with its heads and counters, what was frozen and published with
/// its lines, tasks with their steps and lines, records with the trail, files with their hashes.
///
/// # Errors
/// When the database fails.
pub(crate) fn whole(tx: &Tx<'_>) -> anyhow::Result<trail::Verdict> {
    let mut verdict = trail::verify(tx)?;
    let mut note = |what: &str, found: anyhow::Result<Vec<String>>| match found {
        Ok(faults) => verdict.faults.extend(faults),
        // What was edited so that it cannot be read must not keep the rest from being looked at.
        Err(e) => verdict.faults.push(format!("{what} cannot be read: {e:#}")),
    };
    note("tasks", programme::store::tasks_that_differ(tx));
    let (mut not_compared, mut carried) = (0, 0);
    let steps = programme::store::steps_that_differ(tx);
    note("steps", steps.map(|(faults, n)| counted(faults, n, &mut not_compared)));
    note("frozen reviews", review::store::check_frozen(tx));
    note("frozen reports", reporting::store::check_frozen(tx));
    note("published results", parindex::publish::check(tx));
    note("reminders", chase::store::reminders_that_differ(tx));
    note("files", document::store::files_that_differ(tx));
    for table in RECORDED {
        note(table, trail::without_line(tx, table).map(Vec::from_iter));
    }
    note("accounts", trail::without_row(tx, "account", "account_account").map(Vec::from_iter));
    let roles = account::store::roles_that_differ(tx);
    note("roles", roles.map(|(faults, n)| counted(faults, n, &mut carried)));
    if carried > 0 {
        verdict.not_covered.push(format!("{carried} roles that reorganisations carried without a line"));
    }
    if not_compared > 0 {
        verdict.not_covered.push(format!("{not_compared} steps older than their digests in the trail"));
    }
    verdict.not_covered.extend(PARTLY.map(str::to_owned));
    let covered: BTreeSet<&str> = COVERED.iter().chain(RECORDED).copied().collect();
    let others = trail::tables(tx)?.into_iter().filter(|table| !covered.contains(table.as_str()));
    verdict.not_covered.extend(others);
    Ok(verdict)
}

/// [`whole`], and the heads with this installation's key; prints the verdict as JSON and answers 1 when anything is wrong.
pub(in crate::cli) fn verify(open: &Open, data: &Path) -> anyhow::Result<ExitCode> {
    let mut known = vec![trail::public_key(&open.key)];
    let trusted = std::fs::read_to_string(known_keys_file(data)).unwrap_or_default();
    known.extend(trusted.lines().map(str::to_owned));
    let verdict = open
        .db
        .read_now(move |tx| {
            let mut verdict = whole(tx)?;
            let keys = trail::keys_of_heads(tx)?.into_iter();
            let foreign: i64 = keys.filter(|(key, _)| !known.contains(key)).map(|(_, heads)| heads).sum();
            if foreign > 0 {
                verdict.faults.push(format!("{foreign} heads are signed with another key than trail.key"));
            }
            Ok(verdict)
        })
        .map_err(|stop| said(&open.texts, stop))?;
    say(&serde_json::to_string(&verdict)?);
    Ok(ExitCode::from(u8::from(!verdict.faults.is_empty())))
}
