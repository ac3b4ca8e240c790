//! One transaction, on either database.

use crate::{
    bind::{Bound, Param},
    read::Row,
};
use anyhow::{Context as _, anyhow};
use base::Timestamp;
use std::{
    any::{Any, TypeId},
    cell::{Cell, RefCell},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Kept = HashMap<(TypeId, String), (i64, Arc<dyn Any + Send + Sync>)>;

/// What is kept in memory beside one database.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Kept>);

impl Cache {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        // A panic while the map was held leaves at worst an entry missing.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type OwnCache = HashMap<(TypeId, String), Arc<dyn Any + Send + Sync>>;

/// A transaction in which an act or a reading runs. There is no commit here: the database does that.
pub struct Tx<'a> {
    side: Side<'a>,
    cache: &'a Cache,
    bumped: Cell<bool>,
    /// What was worked out since the act last bumped a version; gone with the act.
    own: RefCell<OwnCache>,
    /// Whether anything was written: then what is worked out is not kept beyond the act.
    changed: Cell<bool>,
}

enum Side<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(RefCell<&'a mut PgClient>),
}

/// A PostgreSQL client with the statements it has prepared.
pub(crate) struct PgClient {
    pub(crate) client: postgres::Client,
    pub(crate) statements: HashMap<String, postgres::Statement>,
}

/// A fault of PostgreSQL without its DETAIL, which holds whole rows and so names of people.
#[derive(Debug)]
pub(crate) struct PgFault {
    /// The SQLSTATE; empty when the connection itself failed, `client` for a fault on our side of it.
    pub(crate) code: String,
    constraint: String,
    message: String,
}

impl fmt::Display for PgFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "postgres {} {} {}", self.code, self.constraint, self.message)
    }
}

impl std::error::Error for PgFault {}

pub(crate) fn pg_fault(error: &postgres::Error) -> PgFault {
    match error.as_db_error() {
        Some(db) => PgFault {
            code: db.code().code().to_owned(),
            constraint: db.constraint().unwrap_or_default().to_owned(),
            message: db.message().to_owned(),
        },
        None => {
            let code = if is_connection_lost(error) { "" } else { "client" };
            PgFault { code: code.to_owned(), constraint: String::new(), message: error.to_string() }
        }
    }
}

/// Whether the connection broke, and not a value that fits no column.
fn is_connection_lost(error: &postgres::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        if one.is::<std::io::Error>() {
            return true;
        }
        cause = one.source();
    }
    error.is_closed()
}

/// Whether the fault is a unique constraint saying that such a row exists.
pub fn is_duplicate(fault: &anyhow::Error) -> bool {
    fault.chain().any(|cause| {
        if let Some(pg) = cause.downcast_ref::<PgFault>() {
            return pg.code == "23505";
        }
        matches!(
            cause.downcast_ref::<rusqlite::Error>(),
            Some(rusqlite::Error::SqliteFailure(code, _))
                if matches!(code.extended_code, 2067 | 1555)
        )
    })
}

/// The same text for SQLite: its parameters are named `$1`, and a list is read by `json_each`.
fn for_sqlite(sql: &str) -> std::borrow::Cow<'_, str> {
    if !sql.contains("any($") {
        return sql.into();
    }
    let mut out = String::with_capacity(sql.len() + 40);
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once("= any($") {
        let (n, tail) = after.split_once(')').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str("in (select value from json_each($");
        out.push_str(n);
        out.push_str("))");
        rest = tail;
    }
    out.push_str(rest);
    out.into()
}

impl<'a> Tx<'a> {
    pub(crate) fn sqlite(connection: &'a rusqlite::Connection, cache: &'a Cache) -> Self {
        Self {
            side: Side::Sqlite(connection),
            cache,
            bumped: Cell::new(false),
            own: RefCell::default(),
            changed: Cell::new(false),
        }
    }

    pub(crate) fn postgres(client: &'a mut PgClient, cache: &'a Cache) -> Self {
        Self {
            side: Side::Postgres(RefCell::new(client)),
            cache,
            bumped: Cell::new(false),
            own: RefCell::default(),
            changed: Cell::new(false),
        }
    }

    /// Whether this is SQLite: only the search room may care.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.side, Side::Sqlite(_))
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// When the statement fails or a column holds another type.
    pub fn rows<T>(
        &self,
        sql: &str,
        params: &[&dyn Bound],
        mut read: impl FnMut(&Row<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<Vec<T>> {
        let params: Vec<Param> = params.iter().map(|p| p.bound()).collect();
        refuse_nul(&params)?;
        match &self.side {
            Side::Sqlite(connection) => {
                let mut statement = prepare_sqlite(connection, sql)?;
                bind_sqlite(&mut statement, &params)?;
                let mut rows = statement.raw_query();
                let mut out = Vec::new();
                while let Some(row) = rows.next().with_context(|| context(sql))? {
                    out.push(read(&Row::sqlite(row)).with_context(|| context(sql))?);
                }
                Ok(out)
            }
            Side::Postgres(client) => {
                let mut client = client.borrow_mut();
                let statement = prepare_postgres(&mut client, sql, &params)?;
                let bound: Vec<&(dyn postgres::types::ToSql + Sync)> =
                    params.iter().map(|p| p as &(dyn postgres::types::ToSql + Sync)).collect();
                let rows = client
                    .client
                    .query(&statement, &bound)
                    .map_err(|e| anyhow::Error::new(pg_fault(&e)))
                    .with_context(|| context(sql))?;
                drop(client);
                rows.iter().map(|row| read(&Row::postgres(row)).with_context(|| context(sql))).collect()
            }
        }
    }

    /// The first row of a query, when there is one.
    ///
    /// # Errors
    /// When the statement fails or a column holds another type.
    pub fn row<T>(
        &self,
        sql: &str,
        params: &[&dyn Bound],
        read: impl FnMut(&Row<'_>) -> anyhow::Result<T>,
    ) -> anyhow::Result<Option<T>> {
        Ok(self.rows(sql, params, read)?.into_iter().next())
    }

    /// One whole number, such as a count; 0 when there is no row.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn number(&self, sql: &str, params: &[&dyn Bound]) -> anyhow::Result<i64> {
        Ok(self.row(sql, params, |r| r.next::<Option<i64>>())?.flatten().unwrap_or(0))
    }

    /// Runs a statement and says how many rows it touched.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn run(&self, sql: &str, params: &[&dyn Bound]) -> anyhow::Result<u64> {
        let params: Vec<Param> = params.iter().map(|p| p.bound()).collect();
        self.run_params(sql, &params)
    }

    fn run_params(&self, sql: &str, params: &[Param]) -> anyhow::Result<u64> {
        self.changed.set(true);
        refuse_nul(params)?;
        match &self.side {
            Side::Sqlite(connection) => {
                if connection.is_autocommit() {
                    // SQLite rolled back by itself (a full disk): the next statement would commit alone.
                    return Err(anyhow!("the transaction was lost"));
                }
                let mut statement = prepare_sqlite(connection, sql)?;
                bind_sqlite(&mut statement, params)?;
                let n = statement.raw_execute().with_context(|| context(sql))?;
                Ok(u64::try_from(n).unwrap_or(0))
            }
            Side::Postgres(client) => {
                let mut client = client.borrow_mut();
                let statement = prepare_postgres(&mut client, sql, params)?;
                let bound: Vec<&(dyn postgres::types::ToSql + Sync)> =
                    params.iter().map(|p| p as &(dyn postgres::types::ToSql + Sync)).collect();
                client
                    .client
                    .execute(&statement, &bound)
                    .map_err(|e| anyhow::Error::new(pg_fault(&e)))
                    .with_context(|| context(sql))
            }
        }
    }

    /// Inserts many rows: `head` ends with `values`, each row has the same number of parameters.
    ///
    /// # Errors
    /// When a statement fails.
    pub fn insert_many(&self, head: &str, rows: &[Vec<Param>]) -> anyhow::Result<()> {
        let Some(width) = rows.first().map(Vec::len).filter(|w| *w > 0) else {
            return Ok(());
        };
        // PostgreSQL pays a round trip a statement; SQLite pays for preparing a long one.
        let at_once = if self.is_sqlite() { 1 } else { (30_000 / width).clamp(1, 500) };
        for chunk in rows.chunks(at_once) {
            let mut sql = String::from(head);
            let mut n = 0;
            for (i, row) in chunk.iter().enumerate() {
                anyhow::ensure!(row.len() == width, "rows of different width");
                sql.push_str(if i == 0 { " (" } else { ", (" });
                for j in 0..width {
                    n += 1;
                    if j > 0 {
                        sql.push_str(", ");
                    }
                    sql.push('$');
                    sql.push_str(&n.to_string());
                }
                sql.push(')');
            }
            let params: Vec<Param> = chunk.iter().flatten().cloned().collect();
            self.run_params(&sql, &params)?;
        }
        Ok(())
    }

    /// Runs a part that may fail and be undone alone.
    ///
    /// # Errors
    /// The part's own fault; its effects are undone.
    pub fn attempt<T>(&self, part: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        self.command("savepoint attempt")?;
        match part() {
            Ok(value) => {
                self.command("release savepoint attempt")?;
                Ok(value)
            }
            Err(fault) => {
                self.command("rollback to savepoint attempt")?;
                self.command("release savepoint attempt")?;
                Err(fault)
            }
        }
    }

    /// A bare command without parameters or rows.
    pub(crate) fn command(&self, sql: &str) -> anyhow::Result<()> {
        match &self.side {
            Side::Sqlite(connection) => connection.execute_batch(sql).with_context(|| context(sql)),
            Side::Postgres(client) => client
                .borrow_mut()
                .client
                .batch_execute(sql)
                .map_err(|e| anyhow::Error::new(pg_fault(&e)))
                .with_context(|| context(sql)),
        }
    }

    /// The next number of a named series, from 1, without gaps among the acts that succeed.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn next_number(&self, name: &str) -> anyhow::Result<i64> {
        self.take_numbers(name, 1)
    }

    /// Takes `n` numbers of a series at once and returns the first.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn take_numbers(&self, name: &str, n: i64) -> anyhow::Result<i64> {
        let last = self.number(
            "insert into kernel_counter (name, n) values ($1, $2)
             on conflict (name) do update set n = kernel_counter.n + excluded.n
             returning n",
            &[&name, &n],
        )?;
        Ok(last - n + 1)
    }

    /// Says that something cached has changed.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn bump(&self, name: &str) -> anyhow::Result<()> {
        self.bumped.set(true);
        self.own.borrow_mut().clear();
        self.take_numbers(&format!("version:{name}"), 1).map(|_| ())
    }

    /// Something worked out from the database, kept in memory until its version changes.
    ///
    /// An act that has itself bumped a version works it out anew and keeps it to itself, because it may yet be undone.
    ///
    /// # Errors
    /// When working it out fails.
    pub fn cached<T: Send + Sync + 'static>(
        &self,
        name: &str,
        of: &str,
        make: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<Arc<T>> {
        if self.bumped.get() {
            return self.keep_own(name, make);
        }
        let version = self.version(of)?;
        self.keep(name, version, make)
    }

    /// [`Tx::cached`] for something whose version the caller has read from a row of its own. Inside an act nothing is
    /// kept, because it may yet be undone.
    ///
    /// # Errors
    /// When working it out fails.
    pub fn cached_at<T: Send + Sync + 'static>(
        &self,
        name: &str,
        version: i64,
        make: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<Arc<T>> {
        if self.changed.get() { make().map(Arc::new) } else { self.keep(name, version, make) }
    }

    /// [`Tx::cached_at`] for something large of which little changed: working it out anew is given what was kept last,
    /// under whatever version, to take over what still holds.
    ///
    /// # Errors
    /// When working it out fails.
    pub fn renewed_at<T: Send + Sync + 'static>(
        &self,
        name: &str,
        version: i64,
        make: impl FnOnce(Option<Arc<T>>) -> anyhow::Result<T>,
    ) -> anyhow::Result<Arc<T>> {
        let key = (TypeId::of::<T>(), name.to_owned());
        let before = self.cache.lock().get(&key).map(|(_, value)| Arc::clone(value));
        let before = before.and_then(|value| value.downcast::<T>().ok());
        self.cached_at(name, version, || make(before))
    }

    fn keep_own<T: Send + Sync + 'static>(
        &self,
        name: &str,
        make: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<Arc<T>> {
        let key = (TypeId::of::<T>(), name.to_owned());
        let kept = self.own.borrow().get(&key).cloned();
        if let Some(value) = kept.and_then(|value| value.downcast::<T>().ok()) {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        let any: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&value);
        self.own.borrow_mut().insert(key, any);
        Ok(value)
    }

    fn keep<T: Send + Sync + 'static>(
        &self,
        name: &str,
        version: i64,
        make: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<Arc<T>> {
        let key = (TypeId::of::<T>(), name.to_owned());
        if let Some((kept, value)) = self.cache.lock().get(&key)
            && *kept == version
            && let Ok(value) = Arc::clone(value).downcast::<T>()
        {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        let mut cache = self.cache.lock();
        if cache.len() >= 4096 {
            cache.clear();
        }
        let any: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&value);
        cache.insert(key, (version, any));
        Ok(value)
    }

    /// Asks the database for an answer, for whoever watches whether it is there.
    ///
    /// # Errors
    /// When it is away.
    pub fn is_there(&self) -> anyhow::Result<bool> {
        Ok(self.number("select cast(1 as bigint)", &[])? == 1)
    }

    /// The version of something cached.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn version(&self, name: &str) -> anyhow::Result<i64> {
        self.number("select n from kernel_counter where name = $1", &[&format!("version:{name}")])
    }

    /// A setting's value.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn setting(&self, name: &str) -> anyhow::Result<Option<String>> {
        self.row("select value from kernel_setting where name = $1", &[&name], |r| r.next())
    }

    /// Keeps a setting.
    ///
    /// # Errors
    /// When the statement fails.
    pub fn set(&self, name: &str, value: &str) -> anyhow::Result<()> {
        self.run(
            "insert into kernel_setting (name, value) values ($1, $2)
             on conflict (name) do update set value = excluded.value",
            &[&name, &value],
        )?;
        Ok(())
    }
}

/// PostgreSQL takes no NUL and SQLite hides what follows it: nobody means to send one.
fn refuse_nul(params: &[Param]) -> anyhow::Result<()> {
    if params.iter().any(|param| matches!(param, Param::Text(text) if text.contains('\0'))) {
        return Err(base::Refusal::new("refusal-nul").into());
    }
    Ok(())
}

fn context(sql: &str) -> String {
    sql.split_whitespace().take(12).collect::<Vec<_>>().join(" ")
}

fn prepare_sqlite<'c>(
    connection: &'c rusqlite::Connection,
    sql: &str,
) -> anyhow::Result<rusqlite::CachedStatement<'c>> {
    connection.prepare_cached(&for_sqlite(sql)).with_context(|| context(sql))
}

fn bind_sqlite(statement: &mut rusqlite::CachedStatement<'_>, params: &[Param]) -> anyhow::Result<()> {
    for (i, param) in params.iter().enumerate() {
        let name = format!("${}", i + 1);
        // A parameter that the text does not use is a mistake that PostgreSQL would refuse too.
        let index = statement.parameter_index(&name)?.ok_or_else(|| anyhow!("{name} is not in the text"))?;
        statement.raw_bind_parameter(index, param)?;
    }
    Ok(())
}

fn prepare_postgres(
    client: &mut PgClient,
    sql: &str,
    params: &[Param],
) -> anyhow::Result<postgres::Statement> {
    if let Some(statement) = client.statements.get(sql) {
        return Ok(statement.clone());
    }
    let types: Vec<_> = params.iter().map(Param::postgres_type).collect();
    let statement = client
        .client
        .prepare_typed(sql, &types)
        .map_err(|e| anyhow::Error::new(pg_fault(&e)))
        .with_context(|| context(sql))?;
    if client.statements.len() >= 1024 {
        client.statements.clear();
    }
    client.statements.insert(sql.to_owned(), statement.clone());
    Ok(statement)
}

/// The moment as the database keeps it: microseconds.
pub(crate) fn stored_instant(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
