//! Sessions that are promised: the password was right, and the one writer keeps the session as soon as it comes to it.
//!
//! A long act (an import) may hold the writer for seconds. Whoever signs in then is let in at once; if the process ends
//! before the session is kept, the person signs in again, and nothing else is lost.

use base::Uuid;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The promised sessions of this process, by token, each with its account.
#[derive(Debug, Clone, Default)]
pub struct Promised(Arc<Mutex<HashMap<String, Uuid>>>);

impl Promised {
    fn open(&self) -> MutexGuard<'_, HashMap<String, Uuid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a token count for an account.
    pub fn promise(&self, token: &str, account: Uuid) {
        self.open().insert(token.to_owned(), account);
    }

    /// Ends a promise: the session is kept, or will never be.
    pub fn end(&self, token: &str) {
        self.open().remove(token);
    }

    /// The account that a token was promised to.
    pub fn account(&self, token: &str) -> Option<Uuid> {
        self.open().get(token).copied()
    }
}
