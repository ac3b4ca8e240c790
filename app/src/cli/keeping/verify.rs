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

/// Compares everything that can be compared: the trail with its heads and counters, what was frozen and published with
/// its lines, tasks with their steps and lines, records with the trail, files with their hashes.
///
/// # Errors
/// When the database fails.
pub(crate) fn whole(tx: &Tx<'_>) -> anyhow::Result<trail::Verdict> {
    let mut verdict = trail::verify(tx)?;
    verdict.faults.extend(programme::store::tasks_that_differ(tx)?);
    let (steps, not_compared) = programme::store::steps_that_differ(tx)?;
    verdict.faults.extend(steps);
    verdict.faults.extend(review::store::check_frozen(tx)?);
    verdict.faults.extend(reporting::store::check_frozen(tx)?);
    verdict.faults.extend(parindex::publish::check(tx)?);
    verdict.faults.extend(chase::store::reminders_that_differ(tx)?);
    verdict.faults.extend(document::store::files_that_differ(tx)?);
    for table in RECORDED {
        verdict.faults.extend(trail::without_line(tx, table)?);
    }
    let (roles, carried) = account::store::roles_that_differ(tx)?;
    verdict.faults.extend(roles);
    if carried > 0 {
        verdict.not_covered.push(format!("{carried} roles that reorganisations carried without a line"));
    }
    if not_compared > 0 {
        verdict.not_covered.push(format!("{not_compared} steps older than their digests in the trail"));
    }
    verdict.not_covered.push("account_account (only that each has a line)".to_owned());
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
