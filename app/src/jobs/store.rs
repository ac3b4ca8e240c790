//! The rows of imports.

use base::{Timestamp, Uuid, ids::AccountId, intake::Report};
use db::{Row, Tx};

/// An import as kept.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its identity.
    pub id: Uuid,
    /// Who began it.
    pub account: Option<AccountId>,
    /// The file.
    pub sha256: String,
    /// The file's name.
    pub name: String,
    /// What the file was read as.
    pub kind: String,
    /// What the person said about it, as the query of the check's address.
    pub options: String,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// `running`, `done`, `refused`, `failed`.
    pub state: String,
    /// What came of it; for one that was refused, the sentence's key and facts stand in a warning.
    pub report: Report,
}

const JOB: &str = "id, account_id, sha256, name, kind, options, begun_at, ended_at, state, report";

fn job(r: &Row<'_>) -> anyhow::Result<Job> {
    Ok(Job {
        id: r.next()?,
        account: r.next()?,
        sha256: r.next()?,
        name: r.next()?,
        kind: r.next()?,
        options: r.next()?,
        begun_at: r.next()?,
        ended_at: r.next()?,
        state: r.next()?,
        report: serde_json::from_str(&r.next::<String>()?)?,
    })
}

/// One import.
///
/// # Errors
/// When the reading fails.
pub fn by_id(tx: &Tx<'_>, id: Uuid) -> anyhow::Result<Option<Job>> {
    tx.row(&format!("select {JOB} from app_import where id = $1"), &[&id], job)
}

/// The last imports of an account.
///
/// # Errors
/// When the reading fails.
pub fn of_account(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Vec<Job>> {
    tx.rows(
        &format!("select {JOB} from app_import where account_id = $1 order by begun_at desc, id limit 20"),
        &[&account],
        job,
    )
}

/// Keeps one that begins.
///
/// # Errors
/// When the writing fails.
pub fn insert(tx: &Tx<'_>, job: &Job) -> anyhow::Result<()> {
    tx.run(
        "insert into app_import (id, account_id, sha256, name, kind, options, begun_at, ended_at, state, report)
         values ($1, $2, $3, $4, $5, $6, $7, null, 'running', $8)",
        &[
            &job.id,
            &job.account,
            &job.sha256,
            &job.name,
            &job.kind,
            &job.options,
            &job.begun_at,
            &serde_json::to_string(&job.report)?,
        ],
    )?;
    Ok(())
}

/// Keeps what came of one.
///
/// # Errors
/// When the writing fails.
pub fn end(tx: &Tx<'_>, id: Uuid, state: &str, report: &Report, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "update app_import set state = $1, report = $2, ended_at = $3 where id = $4",
        &[&state, &serde_json::to_string(report)?, &at, &id],
    )?;
    Ok(())
}
