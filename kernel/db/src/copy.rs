//! Copies that know whether they are whole: each holds, signed, how many rows every table had and the digest of all of
//! them, so that a copy that was cut, mixed or edited is refused instead of put back.

use crate::{
    migrate::{Migration, runner},
    trail::{hex, sha256, unhex},
};
use anyhow::Context as _;
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use rusqlite::{Connection, types::ValueRef};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    path::Path,
};

/// What stands in the header of every database of ours (`application_id`): "TTam".
pub(crate) const MARK: i64 = 0x5454_616d;
/// The setting in which a copy keeps what it holds.
const SETTING: &str = "copy";

/// What a copy held when it was made.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    /// Rows and digest by table.
    tables: BTreeMap<String, (i64, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Signed {
    held: Held,
    key: String,
    signature: String,
}

fn message(held: &Held) -> anyhow::Result<Vec<u8>> {
    Ok(format!("trongtam copy\n{}\n", sha256(serde_json::to_string(held)?.as_bytes())).into_bytes())
}

/// The tables of a database, without SQLite's own.
fn tables(connection: &Connection) -> anyhow::Result<Vec<String>> {
    let sql = "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([], |r| r.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(names)
}

/// Counts and hashes every row of every table.
fn held(connection: &Connection) -> anyhow::Result<Held> {
    let mut all = BTreeMap::new();
    for table in tables(connection)? {
        let but = if table == "kernel_setting" { " where name <> 'copy'" } else { "" };
        let mut statement = connection.prepare(&format!("select * from \"{table}\"{but} order by rowid"))?;
        let width = statement.column_count();
        let (mut hash, mut count) = (Sha256::new(), 0_i64);
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            count += 1;
            for column in 0..width {
                // Type, length, content: no two rows look alike.
                let (kind, bytes): (u8, &[u8]) = match row.get_ref(column)? {
                    ValueRef::Null => (0, &[]),
                    ValueRef::Integer(n) => {
                        hash.update([1]);
                        hash.update(n.to_le_bytes());
                        continue;
                    }
                    ValueRef::Real(n) => {
                        hash.update([2]);
                        hash.update(n.to_le_bytes());
                        continue;
                    }
                    ValueRef::Text(text) => (3, text),
                    ValueRef::Blob(bytes) => (4, bytes),
                };
                hash.update([kind]);
                hash.update((bytes.len() as u64).to_le_bytes());
                hash.update(bytes);
            }
        }
        all.insert(table, (count, hex(&hash.finalize())));
    }
    Ok(Held { tables: all })
}

/// Writes into a fresh copy what it holds, signed with the installation's key.
///
/// # Errors
/// When the copy cannot be read or written.
pub fn sign(file: &Path, seed: &[u8; 32]) -> anyhow::Result<()> {
    let connection = Connection::open(file)?;
    // The copy is one file: it gets a log again where it is put back.
    connection.execute_batch("pragma journal_mode = delete; pragma synchronous = full;")?;
    let held = held(&connection)?;
    let key = SigningKey::from_bytes(seed);
    let signature = hex(&key.sign(&message(&held)?).to_bytes());
    let signed = Signed { held, key: hex(key.verifying_key().as_bytes()), signature };
    connection.execute(
        "insert into kernel_setting (name, value) values (?1, ?2)
         on conflict (name) do update set value = excluded.value",
        [SETTING, &serde_json::to_string(&signed)?],
    )?;
    Ok(())
}

/// What is wrong with a file that is said to be a copy of ours, before anything of it is changed. Empty when it is
/// whole. `file` is to be a copy of its own, because reading it may leave files beside it.
///
/// # Errors
/// When the file cannot be read as a database at all.
pub fn check(file: &Path, migrations: &[Migration]) -> anyhow::Result<Vec<String>> {
    let mut head = [0; 16];
    let read = std::fs::File::open(file)?.read_exact(&mut head);
    anyhow::ensure!(read.is_ok() && &head == b"SQLite format 3\0", "this is no SQLite file");
    let connection = Connection::open(file)?;
    let mark: i64 = connection.query_row("pragma application_id", [], |r| r.get(0))?;
    anyhow::ensure!(mark == MARK || mark == 0, "this is a database of another program");
    let last = last_migration(&connection, migrations)?;
    let mut faults = Vec::new();
    faults.extend(damages(&connection)?);
    if !faults.is_empty() {
        return Ok(faults);
    }
    faults.extend(missing(&connection, migrations, last)?);
    faults.extend(unlike(&connection)?);
    Ok(faults)
}

/// The number of the last migration that was applied; all must be ours.
fn last_migration(connection: &Connection, migrations: &[Migration]) -> anyhow::Result<i32> {
    let mut statement = connection
        .prepare("select version, name from refinery_schema_history order by version")
        .context("this is a database of another program")?;
    let applied: Vec<(i32, String)> =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<Result<_, _>>()?;
    let ours: BTreeSet<String> = migrations.iter().map(|(name, _)| (*name).to_owned()).collect();
    for (version, name) in &applied {
        let known = ours.contains(&format!("V{version}__{name}"));
        anyhow::ensure!(known, "it holds V{version}__{name}, which this program does not know");
    }
    let (last, _) = applied.last().context("it holds no tables of ours")?;
    Ok(*last)
}

/// Pages and references that are broken.
fn damages(connection: &Connection) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut statement = connection.prepare("pragma integrity_check(20)")?;
    let told = statement.query_map([], |r| r.get::<_, String>(0))?;
    for words in told {
        let words = words.unwrap_or_else(|fault| fault.to_string());
        if words != "ok" {
            faults.push(words);
        }
    }
    if !faults.is_empty() {
        return Ok(faults);
    }
    let mut statement = connection.prepare("pragma foreign_key_check")?;
    let mut broken: BTreeMap<String, usize> = BTreeMap::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *broken.entry(format!("{} → {}", row.get::<_, String>(0)?, row.get::<_, String>(2)?)).or_default() +=
            1;
    }
    faults.extend(broken.into_iter().map(|(what, n)| format!("{n} rows point nowhere: {what}")));
    Ok(faults)
}

/// Each table with its columns, each index.
fn shape(connection: &Connection) -> anyhow::Result<BTreeSet<String>> {
    let mut shape = BTreeSet::new();
    let sql = "select type, name from sqlite_schema where name not like 'sqlite\\_%' escape '\\'";
    let mut statement = connection.prepare(sql)?;
    let all: Vec<(String, String)> =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<Result<_, _>>()?;
    for (kind, name) in all {
        if kind == "table" {
            let mut columns = connection.prepare(&format!("pragma table_info(\"{name}\")"))?;
            for column in columns.query_map([], |r| r.get::<_, String>(1))? {
                shape.insert(format!("column {name}.{}", column?));
            }
        }
        shape.insert(format!("{kind} {name}"));
    }
    Ok(shape)
}

/// What a database of the same age has and this one has not, or the other way round.
fn missing(connection: &Connection, migrations: &[Migration], last: i32) -> anyhow::Result<Vec<String>> {
    let mut model = Connection::open_in_memory()?;
    runner(migrations)?.set_target(refinery::Target::Version(last)).run(&mut model)?;
    let (wanted, there) = (shape(&model)?, shape(connection)?);
    let gone = wanted.difference(&there).map(|what| format!("{what} is missing"));
    let foreign = there.difference(&wanted).map(|what| format!("{what} does not belong here"));
    Ok(gone.chain(foreign).collect())
}

/// Tables that hold something else than when the copy was made and signed.
fn unlike(connection: &Connection) -> anyhow::Result<Vec<String>> {
    let sql = "select value from kernel_setting where name = ?1";
    let mut statement = connection.prepare(sql)?;
    let kept: Option<String> = statement.query_map([SETTING], |r| r.get(0))?.next().transpose()?;
    let Some(kept) = kept else { return Ok(Vec::new()) };
    let signed: Signed = serde_json::from_str(&kept).context("what the copy says of itself")?;
    let proved = || -> anyhow::Result<()> {
        let key: [u8; 32] = unhex(&signed.key)?.as_slice().try_into()?;
        let signature: [u8; 64] = unhex(&signed.signature)?.as_slice().try_into()?;
        let words = message(&signed.held)?;
        Ok(VerifyingKey::from_bytes(&key)?.verify(&words, &Signature::from_bytes(&signature))?)
    };
    let mut faults = Vec::new();
    if proved().is_err() {
        faults.push("what the copy says of itself is not signed as it stands".to_owned());
    }
    let now = held(connection)?;
    for (table, (rows, digest)) in &signed.held.tables {
        match now.tables.get(table) {
            Some((same, there)) if same == rows && there == digest => {}
            Some((n, _)) if n != rows => faults.push(format!("{table} had {rows} rows, {n} are there")),
            Some(_) => faults.push(format!("rows of {table} were changed")),
            None => faults.push(format!("{table} is gone")),
        }
    }
    Ok(faults)
}

/// Takes out of a database that was put back what it said of itself as a copy.
///
/// # Errors
/// When the statement fails.
pub fn forget(tx: &crate::Tx<'_>) -> anyhow::Result<()> {
    tx.run("delete from kernel_setting where name = $1", &[&SETTING])?;
    Ok(())
}
