//! PostgreSQL: each client lives and dies on a plain thread of its own (it panics inside async code). Acts run
//! serializable and are tried again with a growing pause.

use crate::{
    job::{Job, Way},
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
    work: Sender<(Box<dyn Job>, Way)>,
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

    pub(crate) fn send(&self, job: Box<dyn Job>, way: Way) -> bool {
        self.work.try_send((job, way)).is_ok()
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

/// How long a connection may take to open: then the database counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

fn connect(url: &str) -> anyhow::Result<Client> {
    let open = || -> Result<Client, postgres::Error> {
        let mut config: postgres::Config = url.parse()?;
        config.connect_timeout(PATIENCE).tcp_user_timeout(Duration::from_secs(30)).connect(NoTls)
    };
    open().map_err(|e| anyhow::Error::new(pg_fault(&e))).context("connecting to PostgreSQL")
}

/// Why a try came to nothing.
enum Lost {
    /// The connection was gone before anything could have been kept: the same work may be done again.
    Before(anyhow::Error),
    /// The connection was lost while it committed: nobody knows whether the act stands.
    Committing(anyhow::Error),
    /// Something else went wrong with the transaction.
    Other(anyhow::Error),
}

/// Takes everything out of a database that was empty before: a copy that was put into it is not whole.
pub(crate) fn empty_again(url: &str) -> anyhow::Result<()> {
    let url = url.to_owned();
    let sql = "do $$ declare t record; begin
                 for t in select tablename from pg_tables where schemaname = current_schema() loop
                   execute 'drop table ' || quote_ident(t.tablename) || ' cascade';
                 end loop;
               end $$";
    let emptied = std::thread::spawn(move || -> anyhow::Result<()> {
        connect(&url)?.batch_execute(sql).map_err(|e| anyhow::Error::new(pg_fault(&e)))
    });
    emptied.join().map_err(|_| anyhow::anyhow!("the emptying thread panicked"))?
}

fn serve(url: &str, waiting: &Receiver<(Box<dyn Job>, Way)>, cache: &Cache) {
    let mut client: Option<PgClient> = None;
    while let Ok((mut job, way)) = waiting.recv() {
        let (mut tries, mut losses) = (0, 0);
        loop {
            tries += 1;
            let open = match client.take().map_or_else(|| connect(url).map(fresh), Ok) {
                Ok(open) => client.insert(open),
                Err(fault) => {
                    tracing::error!(fault = format!("{fault:#}"), "the database is away");
                    job.fail(base::Refusal::unavailable().into());
                    break;
                }
            };
            match run(open, &mut *job, way, cache) {
                Ok(()) if !worth_another_try(job.fault()) => break,
                Ok(()) => {}
                // A connection that was open before the server's restart: a fresh one does the work.
                Err(Lost::Before(fault)) => {
                    client = None;
                    losses += 1;
                    if losses > 1 {
                        tracing::error!(fault = format!("{fault:#}"), "the database is away");
                        job.fail(base::Refusal::unavailable().into());
                        break;
                    }
                    continue;
                }
                Err(Lost::Committing(fault)) => {
                    client = None;
                    job.fail(fault);
                    break;
                }
                Err(Lost::Other(fault)) => {
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
                tracing::warn!("an act found no place between the others");
                job.fail(base::Refusal::unavailable().into());
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

fn run(client: &mut PgClient, job: &mut dyn Job, way: Way, cache: &Cache) -> Result<(), Lost> {
    let begin = match way {
        Way::Read => "begin isolation level repeatable read read only",
        Way::Act => "begin isolation level serializable",
        Way::Beside => "begin isolation level read committed",
    };
    let command = |client: &mut PgClient, sql: &str| {
        client.client.batch_execute(sql).map_err(|e| anyhow::Error::new(pg_fault(&e)))
    };
    let early = |fault: anyhow::Error| if is_lost(&fault) { Lost::Before(fault) } else { Lost::Other(fault) };
    command(client, begin).map_err(early)?;
    let keep = job.run(&Tx::postgres(client, cache));
    if job.fault().is_some_and(is_lost) {
        return Err(Lost::Before(anyhow::anyhow!("the connection was lost inside an act")));
    }
    if !keep || way == Way::Read {
        return command(client, "rollback").map_err(early);
    }
    let ended = command(client, "commit");
    if let Err(fault) = ended {
        if is_lost(&fault) {
            return Err(Lost::Committing(fault));
        }
        if !client.client.is_closed() {
            command(client, "rollback").map_err(early)?;
        }
        return Err(Lost::Other(fault));
    }
    Ok(())
}

/// Whether the connection is gone: no answer at all, or the server's word that it stops, starts or has closed it.
fn is_lost(fault: &anyhow::Error) -> bool {
    fault.chain().filter_map(|cause| cause.downcast_ref::<PgFault>()).any(|pg| {
        pg.code.is_empty()
            || pg.code.starts_with("08")
            || matches!(pg.code.as_str(), "57P01" | "57P02" | "57P03")
    })
}

fn worth_another_try(fault: Option<&anyhow::Error>) -> bool {
    fault.is_some_and(|fault| {
        fault
            .chain()
            .filter_map(|cause| cause.downcast_ref::<PgFault>())
            .any(|pg| matches!(pg.code.as_str(), "40001" | "40P01"))
    })
}
