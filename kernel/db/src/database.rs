//! The door to the database: where it is, and the two things one does with it, an act and a reading.

use crate::{
    job::{Job, Way},
    migrate::Migration,
    postgres_side::PostgresSide,
    sqlite_side::SqliteSide,
    transaction::Tx,
};
use anyhow::Context as _;
use base::{Outcome, Stop};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::oneshot;

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of SQLite's.
    Sqlite(PathBuf),
    /// A PostgreSQL address, `postgres://…`.
    Postgres(String),
}

/// An open database; cheap to clone.
#[derive(Clone)]
pub struct Database(Arc<Side>);

enum Side {
    Sqlite(SqliteSide),
    Postgres(PostgresSide),
}

struct Work<T, F> {
    act: F,
    outcome: Option<Outcome<T>>,
    reply: oneshot::Sender<Outcome<T>>,
}

impl<T: Send, F: Fn(&Tx<'_>) -> Outcome<T> + Send> Job for Work<T, F> {
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let act = std::panic::AssertUnwindSafe(|| (self.act)(tx));
        let outcome = std::panic::catch_unwind(act).unwrap_or_else(|panic| {
            let words = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
                .unwrap_or_default();
            Err(Stop::Fault(anyhow::anyhow!("an act panicked: {words}")))
        });
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn fault(&self) -> Option<&anyhow::Error> {
        match &self.outcome {
            Some(Err(Stop::Fault(fault))) => Some(fault),
            _ => None,
        }
    }

    fn fail(&mut self, fault: anyhow::Error) {
        self.outcome = Some(Err(fault.into()));
    }

    fn answer(self: Box<Self>) {
        let outcome =
            self.outcome.unwrap_or_else(|| Err(Stop::Fault(anyhow::anyhow!("the act did not run"))));
        // The caller may have gone away; the act stands all the same.
        let _ = self.reply.send(outcome);
    }
}

impl Database {
    /// Opens the database and brings its tables up to date. Call it from a plain thread, not from async code.
    ///
    /// # Errors
    /// When the place cannot be reached or a migration fails.
    pub fn open(place: &Place, migrations: &[Migration]) -> anyhow::Result<Self> {
        let side = match place {
            Place::Sqlite(path) => Side::Sqlite(
                SqliteSide::open(path, migrations)
                    .with_context(|| format!("opening the database {}", path.display()))?,
            ),
            Place::Postgres(url) => Side::Postgres(
                PostgresSide::open(url, migrations).context("opening the PostgreSQL database")?,
            ),
        };
        Ok(Self(Arc::new(side)))
    }

    /// Does an act: one transaction, durable when it returns.
    ///
    /// # Errors
    /// What the act itself returns, or a fault of the database; in both cases nothing is kept.
    pub async fn act<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(act, Way::Act)?.await.map_err(gone)?
    }

    /// Does an act, tells what came of it, and undoes it: what a preview or a check shows is the act itself.
    ///
    /// # Errors
    /// As [`Database::act`].
    pub async fn rehearse<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let aside = Aside::<T>::default();
        let done = self.act(aside.around(act)).await;
        aside.take(done)
    }

    /// [`Database::rehearse`] for plain threads.
    ///
    /// # Errors
    /// As there.
    pub fn rehearse_now<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let aside = Aside::<T>::default();
        let done = self.act_now(aside.around(act));
        aside.take(done)
    }

    /// Reads: one snapshot.
    ///
    /// # Errors
    /// What the reading itself returns, or a fault of the database.
    pub async fn read<T, F>(&self, read: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(read, Way::Read)?.await.map_err(gone)?
    }

    /// [`Database::act`] for plain threads: the command line and tests.
    ///
    /// # Errors
    /// As there.
    pub fn act_now<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(act, Way::Act)?.blocking_recv().map_err(gone)?
    }

    /// [`Database::read`] for plain threads.
    ///
    /// # Errors
    /// As there.
    pub fn read_now<T, F>(&self, read: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(read, Way::Read)?.blocking_recv().map_err(gone)?
    }

    /// An act that changes only what no other act reads, such as sealing the trail, and that holds a lock of its own
    /// against its like. On PostgreSQL it is not serializable, so neither it nor any act beside it is tried again.
    ///
    /// # Errors
    /// As [`Database::act`].
    pub async fn act_beside<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(act, Way::Beside)?.await.map_err(gone)?
    }

    /// [`Database::act_beside`] for plain threads.
    ///
    /// # Errors
    /// As there.
    pub fn act_beside_now<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(act, Way::Beside)?.blocking_recv().map_err(gone)?
    }

    fn send<T, F>(&self, act: F, way: Way) -> Outcome<oneshot::Receiver<Outcome<T>>>
    where
        T: Send + 'static,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(Work { act, outcome: None, reply });
        let taken = match &*self.0 {
            Side::Sqlite(side) => side.send(job, way),
            Side::Postgres(side) => side.send(job, way),
        };
        if !taken {
            return base::Refusal { status: base::Status::TooMany, ..base::Refusal::new("refusal-busy") }
                .stop();
        }
        Ok(answer)
    }

    /// Writes a whole copy of one moment to a file and puts it on the disk, in one go however much is written beside
    /// it. The file must not exist; what stands there after a fault is not whole. SQLite only; PostgreSQL has `pg_dump`.
    ///
    /// # Errors
    /// When the copy cannot be written, or the database is PostgreSQL.
    pub fn back_up(&self, to: &std::path::Path) -> anyhow::Result<()> {
        match &*self.0 {
            Side::Sqlite(side) => side.back_up(to),
            Side::Postgres(_) => anyhow::bail!("PostgreSQL is copied by pg_dump"),
        }
    }

    /// Closes the database and waits until everything stands in its file. Does nothing where others still use it.
    pub fn close(self) {
        if let Some(Side::Sqlite(side)) = Arc::into_inner(self.0) {
            side.close();
        }
    }

    /// Whether the PostgreSQL database of an address has no tables yet.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn holds_nothing(url: &str) -> anyhow::Result<bool> {
        crate::postgres_side::holds_nothing(url)
    }

    /// Takes every table out of the PostgreSQL database of an address: for one that was empty before a copy was put in
    /// that turned out not to be whole.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub fn empty_again(url: &str) -> anyhow::Result<()> {
        crate::postgres_side::empty_again(url)
    }

    /// Whether this is SQLite.
    pub fn is_sqlite(&self) -> bool {
        matches!(&*self.0, Side::Sqlite(_))
    }
}

fn gone(_: oneshot::error::RecvError) -> Stop {
    Stop::Fault(anyhow::anyhow!("the database thread stopped"))
}

/// The key of the refusal that undoes a rehearsal; nobody reads it.
const REHEARSED: &str = "db-rehearsed";

/// Holds what a rehearsed act returned while a refusal undoes it.
struct Aside<T>(Arc<Mutex<Option<T>>>);

impl<T> Default for Aside<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }
}

impl<T> Aside<T> {
    fn around<F>(&self, act: F) -> impl Fn(&Tx<'_>) -> Outcome<()> + Send + use<T, F>
    where
        T: Send,
        F: Fn(&Tx<'_>) -> Outcome<T> + Send,
    {
        let kept = Arc::clone(&self.0);
        move |tx| {
            let value = act(tx)?;
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            base::Refusal::new(REHEARSED).stop()
        }
    }

    fn take(self, done: Outcome<()>) -> Outcome<T> {
        match done {
            Err(Stop::Refused(refusal)) if refusal.key == REHEARSED => {
                let value = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
                value.ok_or_else(|| Stop::Fault(anyhow::anyhow!("a rehearsal left nothing")))
            }
            Err(stop) => Err(stop),
            Ok(()) => Err(Stop::Fault(anyhow::anyhow!("a rehearsal was kept"))),
        }
    }
}
