//! PostgreSQL: each client lives and dies on a plain thread of its own (it panics inside async code). Acts run
//! serializable and are tried again with a growing pause.

use crate::{
    database::Job,
    migrate::{Migration, runner},
    transaction::{Cache, PgClient, PgFault, Tx, pg_fault},
};
use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, bounded, never};
use postgres::{Client, NoTls};
use std::{collections::HashMap, sync::Arc, time::Duration};

const CLIENTS: usize = 8;
const QUEUE: usize = 4096;
const TRIES: u32 = 12;
/// Names the lock that keeps processes that start together from migrating together.
const MIGRATION_LOCK: i64 = 7_421_301;

pub(crate) struct PostgresSide {
    work: Sender<(Box<dyn Job>, bool)>,
}

impl PostgresSide {
    pub(crate) fn open(url: &str, migrations: &[Migration]) -> anyhow::Result<Self> {
        let (url, migrations) = (url.to_owned(), migrations.to_vec());
        // The caller may be async code: everything with a client happens on plain threads.
        let opened = std::thread::spawn(move || -> anyhow::Result<Self> {
            let mut client = connect(&url)?;
            client.batch_execute(&format!("select pg_advisory_lock({MIGRATION_LOCK})"))?;
            let migrated = runner(&migrations)?.run(&mut client).context("migrating");
            client.batch_execute(&format!("select pg_advisory_unlock({MIGRATION_LOCK})"))?;
            migrated?;
            let cache = Arc::new(Cache::default());
            let (work, waiting) = bounded(QUEUE);
            for _ in 0..CLIENTS {
                let (url, waiting, kept) = (url.clone(), waiting.clone(), Arc::clone(&cache));
                std::thread::Builder::new()
                    .name("postgres".to_owned())
                    .spawn(move || serve(&url, &waiting, &kept))?;
            }
            Ok(Self { work })
        });
        opened.join().map_err(|_| anyhow::anyhow!("the opening thread panicked"))?
    }

    pub(crate) fn send(&self, job: Box<dyn Job>, changes: bool) -> bool {
        self.work.try_send((job, changes)).is_ok()
    }
}

/// Whether a database has no tables yet.
pub(crate) fn holds_nothing(url: &str) -> anyhow::Result<bool> {
    let url = url.to_owned();
    let counted = std::thread::spawn(move || -> anyhow::Result<bool> {
        let sql = "select count(*) from information_schema.tables where table_schema = current_schema()";
        let row = connect(&url)?.query_one(sql, &[])?;
        Ok(row.get::<_, i64>(0) == 0)
    });
    counted.join().map_err(|_| anyhow::anyhow!("the counting thread panicked"))?
}

fn connect(url: &str) -> anyhow::Result<Client> {
    Client::connect(url, NoTls)
        .map_err(|e| anyhow::Error::new(pg_fault(&e)))
        .context("connecting to PostgreSQL")
}

fn serve(url: &str, waiting: &Receiver<(Box<dyn Job>, bool)>, cache: &Cache) {
    let mut client: Option<PgClient> = None;
    while let Ok((mut job, changes)) = waiting.recv() {
        let mut tries = 0;
        loop {
            tries += 1;
            let open = match client.take().map_or_else(|| connect(url).map(fresh), Ok) {
                Ok(open) => client.insert(open),
                Err(fault) => {
                    job.fail(fault);
                    break;
                }
            };
            match run(open, &mut *job, changes, cache) {
                Ok(()) if !worth_another_try(job.fault()) => break,
                Ok(()) => {}
                Err(fault) => {
                    if open.client.is_closed() {
                        client = None;
                    }
                    let again = worth_another_try(Some(&fault));
                    job.fail(fault);
                    if !again {
                        break;
                    }
                }
            }
            if tries >= TRIES {
                break;
            }
            // Waits on a channel that never speaks: a pause that grows with every try.
            let _ = never::<()>().recv_timeout(Duration::from_millis(u64::from(tries * tries) * 2));
        }
        job.answer();
    }
}

fn fresh(client: Client) -> PgClient {
    PgClient { client, statements: HashMap::new() }
}

fn run(client: &mut PgClient, job: &mut dyn Job, changes: bool, cache: &Cache) -> anyhow::Result<()> {
    let begin = if changes {
        "begin isolation level serializable"
    } else {
        "begin isolation level repeatable read read only"
    };
    let command = |client: &mut PgClient, sql: &str| {
        client.client.batch_execute(sql).map_err(|e| anyhow::Error::new(pg_fault(&e)))
    };
    command(client, begin)?;
    let keep = job.run(&Tx::postgres(client, cache));
    let end = if keep && changes { "commit" } else { "rollback" };
    let ended = command(client, end);
    if ended.is_err() && !client.client.is_closed() {
        command(client, "rollback")?;
    }
    ended
}

fn worth_another_try(fault: Option<&anyhow::Error>) -> bool {
    fault.is_some_and(|fault| {
        fault
            .chain()
            .filter_map(|cause| cause.downcast_ref::<PgFault>())
            .any(|pg| matches!(pg.code.as_str(), "40001" | "40P01"))
    })
}
