//! SQLite: one writer thread that groups the waiting acts into one durable commit, reader threads with snapshots,
//! and a thread that moves the write-ahead log into the file.

use crate::{
    database::Job,
    migrate::{Migration, runner},
    transaction::{Cache, Tx},
};
use anyhow::Context as _;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Acts in one commit at most.
const GROUP: usize = 64;
/// Acts or readings that may wait.
const QUEUE: usize = 4096;
const READERS: usize = 4;

pub(crate) struct SqliteSide {
    path: PathBuf,
    acts: Sender<Box<dyn Job>>,
    readings: Sender<Box<dyn Job>>,
    _stop_checkpoints: Sender<()>,
}

impl SqliteSide {
    pub(crate) fn open(path: &Path, migrations: &[Migration]) -> anyhow::Result<Self> {
        let mut writer = connect(path, false)?;
        runner(migrations)?.run(&mut writer).context("migrating")?;
        let cache = Arc::new(Cache::default());
        let (acts, waiting) = bounded::<Box<dyn Job>>(QUEUE);
        let kept = Arc::clone(&cache);
        spawn("sqlite-writer", move || write(&writer, &waiting, &kept))?;
        let (readings, waiting) = bounded::<Box<dyn Job>>(QUEUE);
        for _ in 0..READERS {
            let (connection, waiting, kept) = (connect(path, true)?, waiting.clone(), Arc::clone(&cache));
            spawn("sqlite-reader", move || read(&connection, &waiting, &kept))?;
        }
        let (stop, stopped) = bounded::<()>(0);
        let checkpointer = connect(path, false)?;
        spawn("sqlite-checkpoint", move || checkpoint(&checkpointer, &stopped))?;
        Ok(Self { path: path.to_owned(), acts, readings, _stop_checkpoints: stop })
    }

    pub(crate) fn send(&self, job: Box<dyn Job>, changes: bool) -> bool {
        let queue = if changes { &self.acts } else { &self.readings };
        queue.try_send(job).is_ok()
    }

    pub(crate) fn back_up(&self, to: &Path) -> anyhow::Result<()> {
        let source = connect(&self.path, true)?;
        let mut copy = Connection::open(to)?;
        let backup = rusqlite::backup::Backup::new(&source, &mut copy)?;
        backup.run_to_completion(4096, Duration::ZERO, None)?;
        Ok(())
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> anyhow::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).context("starting a database thread")?;
    Ok(())
}

fn connect(path: &Path, read_only: bool) -> anyhow::Result<Connection> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(512);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    if !read_only {
        // FULL, not NORMAL: an acknowledged act survives a power cut (docs/decisions/0002-database.md).
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 10000;",
        )?;
    }
    connection
        .execute_batch("pragma foreign_keys = on; pragma temp_store = memory; pragma cache_size = -12288;")?;
    Ok(connection)
}

fn write(connection: &Connection, waiting: &Receiver<Box<dyn Job>>, cache: &Cache) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            let Ok(next) = waiting.try_recv() else { break };
            group.push(next);
        }
        if let Err(lost) = commit(connection, &mut group, cache) {
            // A commit that fails (a deferred constraint, a full disk) takes every neighbour with it:
            // run each again alone, so that only the culprit fails.
            tracing::warn!(
                acts = group.len(),
                fault = format!("{lost:#}"),
                "a group was lost, running its acts alone"
            );
            for job in &mut group {
                if let Err(fault) = commit(connection, std::slice::from_mut(job), cache) {
                    job.fail(fault);
                }
            }
        }
        for job in group {
            job.answer();
        }
    }
}

/// Runs a statement without parameters, parsed once a connection.
fn say(connection: &Connection, sql: &str) -> anyhow::Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn commit(connection: &Connection, group: &mut [Box<dyn Job>], cache: &Cache) -> anyhow::Result<()> {
    say(connection, "begin immediate")?;
    let mut work = || -> anyhow::Result<()> {
        for job in group.iter_mut() {
            say(connection, "savepoint act")?;
            let keep = job.run(&Tx::sqlite(connection, cache));
            anyhow::ensure!(!connection.is_autocommit(), "the transaction was lost");
            if !keep {
                say(connection, "rollback to savepoint act")?;
            }
            say(connection, "release savepoint act")?;
        }
        say(connection, "commit")
    };
    let done = work();
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("rollback")?;
    }
    done
}

fn read(connection: &Connection, waiting: &Receiver<Box<dyn Job>>, cache: &Cache) {
    while let Ok(mut job) = waiting.recv() {
        match say(connection, "begin") {
            Ok(()) => {
                job.run(&Tx::sqlite(connection, cache));
                if let Err(fault) = say(connection, "rollback") {
                    tracing::error!(%fault, "ending a reading");
                }
            }
            Err(fault) => job.fail(fault),
        }
        job.answer();
    }
}

fn checkpoint(connection: &Connection, stopped: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_millis(200)) {
        // Busy readers only make it move less; the next round goes on.
        let _ = connection.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()));
    }
}
