//! Comparing what the installation holds with what its trail says.

use super::known_keys_file;
use crate::cli::{Open, said, say};
use db::{Tx, trail};
use std::{collections::BTreeSet, path::Path, process::ExitCode};

/// The tables of the trail itself.
const TRAIL: [&str; 2] = ["kernel_trail", "kernel_trail_head"];

/// Compares everything that can be compared: the trail with its heads and counters, what was frozen and published with
/// its lines, tasks with their steps and lines, records with the trail, files with their hashes.
///
/// # Errors
/// When the database fails.
pub(crate) fn whole(tx: &Tx<'_>) -> anyhow::Result<trail::Verdict> {
    let mut verdict = trail::verify(tx)?;
    let mut covered = BTreeSet::from(TRAIL);
    for check in crate::ROOMS.iter().flat_map(|room| room.checks) {
        match (check.run)(tx) {
            Ok(compared) => {
                verdict.faults.extend(compared.faults);
                verdict.not_covered.extend(compared.not_covered);
            }
            // What was edited so that it cannot be read must not keep the rest from being looked at.
            Err(e) => verdict.faults.push(format!("{} cannot be read: {e:#}", check.what)),
        }
        covered.extend(check.tables);
        verdict.not_covered.extend(check.not_compared.iter().map(|words| (*words).to_owned()));
    }
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
