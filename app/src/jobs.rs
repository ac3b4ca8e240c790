//! Imports that go on when their page is closed: each is a row with its report, and, while it runs here, a progress.
//!
//! The report is saved in the transaction of the import itself, so either both are there or neither. A row that still
//! says `running` while nothing runs is one that a stop of the server interrupted: nothing of it was saved.

use base::{
    Timestamp, Uuid,
    ids::AccountId,
    intake::{Progress, Report},
};
use db::{Row, Tx};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The room's tables.
pub const MIGRATIONS: &[db::Migration] =
    &[("V46__app_import", include_str!("../migrations/V46__app_import.sql"))];

/// An import that runs.
#[derive(Debug)]
struct Running {
    progress: Arc<Progress>,
    account: Option<AccountId>,
}

/// The imports that run in this process.
#[derive(Clone, Default)]
pub struct Jobs(Arc<Mutex<HashMap<Uuid, Running>>>);

impl Jobs {
    fn open(&self) -> MutexGuard<'_, HashMap<Uuid, Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes one that an account begins; returns where it tells how far it is.
    pub fn begin(&self, id: Uuid, account: Option<AccountId>) -> Arc<Progress> {
        let progress = Arc::new(Progress::default());
        self.open().insert(id, Running { progress: Arc::clone(&progress), account });
        progress
    }

    /// Notes one that ended.
    pub fn end(&self, id: Uuid) {
        self.open().remove(&id);
    }

    /// How far one is: rows done, rows in all; none when it does not run here.
    pub fn progress(&self, id: Uuid) -> Option<(usize, usize)> {
        self.open().get(&id).map(|running| running.progress.now())
    }

    /// The account that began one; none when it does not run here.
    pub fn owner(&self, id: Uuid) -> Option<Option<AccountId>> {
        self.open().get(&id).map(|running| running.account)
    }

    /// Ends one at its next row.
    pub fn cancel(&self, id: Uuid) {
        if let Some(running) = self.open().get(&id) {
            running.progress.cancel();
        }
    }
}

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
