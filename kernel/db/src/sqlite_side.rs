//! SQLite: one writer thread that groups the waiting acts into one durable commit, reader threads with snapshots,
//! and a thread that moves the write-ahead log into the file.

use crate::{
    copy::MARK,
    job::{Job, Way},
    migrate::{Migration, runner},
    transaction::{Cache, Tx},
};
use anyhow::Context as _;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread::JoinHandle,
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
    stop_checkpoints: Sender<()>,
    threads: Vec<JoinHandle<()>>,
}

impl SqliteSide {
    pub(crate) fn open(path: &Path, migrations: &[Migration]) -> anyhow::Result<Self> {
        if !path.exists() {
            create_private(path)?;
        }
        let mut writer = connect(path, false)?;
        // A database of another program must not get our tables.
        let mark: i64 = writer.query_row("pragma application_id", [], |row| row.get(0))?;
        anyhow::ensure!(mark == MARK || mark == 0, "this is a database of another program");
        runner(migrations)?.run(&mut writer).context("migrating")?;
        if mark == 0 {
            writer.pragma_update(None, "application_id", MARK)?;
        }
        let cache = Arc::new(Cache::default());
        let (acts, waiting) = bounded::<Box<dyn Job>>(QUEUE);
        let kept = Arc::clone(&cache);
        let mut threads = vec![spawn("sqlite-writer", move || write(&writer, &waiting, &kept))?];
        let (readings, waiting) = bounded::<Box<dyn Job>>(QUEUE);
        for _ in 0..READERS {
            let (connection, waiting, kept) = (connect(path, true)?, waiting.clone(), Arc::clone(&cache));
            threads.push(spawn("sqlite-reader", move || read(&connection, &waiting, &kept))?);
        }
        let (stop, stopped) = bounded::<()>(0);
        let checkpointer = connect(path, false)?;
        threads.push(spawn("sqlite-checkpoint", move || checkpoint(&checkpointer, &stopped))?);
        Ok(Self { path: path.to_owned(), acts, readings, stop_checkpoints: stop, threads })
    }

    pub(crate) fn send(&self, job: Box<dyn Job>, way: Way) -> bool {
        let queue = if way == Way::Read { &self.readings } else { &self.acts };
        queue.try_send(job).is_ok()
    }

    /// Ends the threads and waits for them, so that the log stands in the file and nothing is left beside it.
    pub(crate) fn close(self) {
        let Self { path, acts, readings, stop_checkpoints, threads } = self;
        drop((acts, readings, stop_checkpoints));
        for thread in threads {
            let _ = thread.join();
        }
        // Whoever closed last may only have been reading, and a reader leaves the log where it is.
        if let Ok(connection) = connect(&path, false) {
            let _ = moved_pages(&connection, "pragma wal_checkpoint(truncate)");
        }
    }

    pub(crate) fn back_up(&self, to: &Path) -> anyhow::Result<()> {
        let source = connect(&self.path, true)?;
        let file = create_private(to)?;
        let mut copy = Connection::open(to)?;
        // A copy that breaks is thrown away whole: it needs no journal of its own, only one sync at its end.
        copy.execute_batch("pragma journal_mode = off; pragma synchronous = off;")?;
        let backup = rusqlite::backup::Backup::new(&source, &mut copy)?;
        // All pages in one step hold one snapshot. Step by step, every commit beside it would begin the copy anew.
        let done = backup.step(-1)?;
        anyhow::ensure!(matches!(done, rusqlite::backup::StepResult::Done), "the copy was not finished");
        drop(backup);
        drop(copy);
        file.sync_all()?;
        Ok(())
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> anyhow::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).context("starting a database thread")
}

/// Makes a file that only its owner may read; SQLite gives its log and its index the rights of the database.
pub(crate) fn create_private(path: &Path) -> anyhow::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).with_context(|| format!("making {}", path.display()))
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

/// A log of more pages than this is cut as soon as nothing is written: 4 MB.
const IDLE_LOG: i64 = 1_000;
/// A log of more pages than this is cut under load, too: 64 MB.
const FULL_LOG: i64 = 16_000;

/// Moves the log into the file five times a second, and cuts it when it is idle or long. Without the cut a log that one
/// long reading made grow would keep its size for ever.
fn checkpoint(connection: &Connection, stopped: &Receiver<()>) {
    // Cutting waits for readers with the writer's lock held, so it waits no longer than an act may.
    let _ = connection.busy_timeout(Duration::from_millis(50));
    let mut before = 0;
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_millis(200)) {
        // Busy readers only make it move less; the next round goes on.
        let Ok((log, moved)) = moved_pages(connection, "pragma wal_checkpoint(passive)") else { continue };
        let is_idle = log == moved && log == before;
        // What an old reading still needs cannot be cut: trying would only hold the writer up.
        let can_be_cut = moved * 10 >= log * 9;
        if (log > IDLE_LOG && is_idle) || (log > FULL_LOG && can_be_cut) {
            let _ = moved_pages(connection, "pragma wal_checkpoint(truncate)");
        }
        before = log;
    }
}

/// Pages in the log, and how many of them stand in the file.
fn moved_pages(connection: &Connection, sql: &str) -> rusqlite::Result<(i64, i64)> {
    connection.query_row(sql, [], |row| Ok((row.get(1)?, row.get(2)?)))
}
