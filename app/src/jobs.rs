//! Imports that go on when their page is closed: each is a row with its report, and, while it runs here, a progress.
//!
//! The report is saved in the transaction of the import itself, so either both are there or neither. A row that still
//! says `running` while nothing runs is one that a stop of the server interrupted: nothing of it was saved.

mod store;

pub use store::{Job, by_id, end, insert, of_account};

use base::{Uuid, ids::AccountId, intake::Progress};
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
