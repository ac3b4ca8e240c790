//! The trail: one act, one line, saved with the act. Its lines become leaves of a Merkle tree (RFC 6962) whose
//! head is signed, so that a change made behind the program's back is found by anyone who kept a head.

mod read;
mod verify;

pub use read::{Filter, acts, after, last_position, of_record, page};
pub use verify::{Verdict, tables, verify, without_line, without_row};

use crate::transaction::{Tx, stored_instant};
use anyhow::Context as _;
use base::{Actor, Clock, Timestamp, Uuid, ids::UnitId};
use ed25519_dalek::{Signer as _, SigningKey};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// What is written about an act.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The act, `programme.task.assign`.
    pub act: &'static str,
    /// The kind of record, `task`.
    pub kind: &'static str,
    /// The record.
    pub id: Option<Uuid>,
    /// Its human code.
    pub code: &'a str,
    /// The unit whose work it is.
    pub unit: Option<UnitId>,
    /// What changed: an object. No names of people beyond what the record itself shows.
    pub facts: serde_json::Value,
}

/// The name under which a line's facts hold digests of what the act kept in other tables. It is for whoever checks, not
/// for a reader.
pub const KEPT: &str = "kept";

/// Writes the act's line. To be called once in every act, in the act's own transaction.
///
/// # Errors
/// When it cannot be written; the act then fails with it.
pub fn record(tx: &Tx<'_>, clock: &Clock, actor: &Actor, entry: Entry<'_>) -> anyhow::Result<Uuid> {
    let id = clock.uuid();
    // Where acts run one after another each takes its place at once; where they run side by side they would all wait
    // for one counter, and sealing gives the places.
    let position = if tx.is_sqlite() { Some(next_position(tx)?) } else { None };
    let line = Line {
        id,
        at: stored_instant(clock.now()),
        account: actor.account.map(|a| a.0),
        person: actor.person.map(|p| p.0),
        post: actor.post.map(|p| p.0),
        actor: actor.name.clone(),
        on_behalf: actor.on_behalf.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
        act: entry.act.to_owned(),
        kind: entry.kind.to_owned(),
        record: entry.id,
        code: entry.code.to_owned(),
        unit: entry.unit.map(|u| u.0),
        facts: entry.facts.to_string(),
    };
    tx.run(
        "insert into kernel_trail (id, at, account_id, person_id, post_id, actor, on_behalf, act, record_kind,
                                   record_id, record_code, unit_id, facts, digest, position)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            &line.id,
            &line.at,
            &line.account,
            &line.person,
            &line.post,
            &line.actor,
            &line.on_behalf,
            &line.act,
            &line.kind,
            &line.record,
            &line.code,
            &line.unit,
            &line.facts,
            &line.digest(),
            &position,
        ],
    )?;
    Ok(id)
}

/// A line as it is hashed: every column, in this order, as one JSON array.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its identifier, which sorts by time.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// The account.
    pub account: Option<Uuid>,
    /// The person.
    pub person: Option<Uuid>,
    /// The post.
    pub post: Option<Uuid>,
    /// The name as it was.
    pub actor: String,
    /// On whose behalf.
    pub on_behalf: String,
    /// The act.
    pub act: String,
    /// The kind of record.
    pub kind: String,
    /// The record.
    pub record: Option<Uuid>,
    /// Its code.
    pub code: String,
    /// The unit.
    pub unit: Option<Uuid>,
    /// What changed.
    pub facts: String,
}

impl Line {
    fn digest(&self) -> String {
        let text = serde_json::json!([
            self.id,
            self.at.as_microsecond(),
            self.account,
            self.person,
            self.post,
            self.actor,
            self.on_behalf,
            self.act,
            self.kind,
            self.record,
            self.code,
            self.unit,
            self.facts
        ])
        .to_string();
        hex(&Sha256::new().chain_update([0]).chain_update(text.as_bytes()).finalize())
    }
}

const COLUMNS: &str = "id, at, account_id, person_id, post_id, actor, on_behalf, act, record_kind, record_id, \
                       record_code, unit_id, facts";

fn read_line(r: &crate::Row<'_>) -> anyhow::Result<Line> {
    Ok(Line {
        id: r.next()?,
        at: r.next()?,
        account: r.next()?,
        person: r.next()?,
        post: r.next()?,
        actor: r.next()?,
        on_behalf: r.next()?,
        act: r.next()?,
        kind: r.next()?,
        record: r.next()?,
        code: r.next()?,
        unit: r.next()?,
        facts: r.next()?,
    })
}

/// The newest signed head.
///
/// # Errors
/// When the reading fails.
pub fn last_head(tx: &Tx<'_>) -> anyhow::Result<Option<Head>> {
    tx.row(
        "select size, root, at, key, signature from kernel_trail_head order by size desc limit 1",
        &[],
        |r| {
            Ok(Head { size: r.next()?, root: r.next()?, at: r.next()?, key: r.next()?, signature: r.next()? })
        },
    )
}

/// A signed head of the trail.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    /// How many lines it covers.
    pub size: i64,
    /// The root of the Merkle tree over them, hexadecimal.
    pub root: String,
    /// When it was signed.
    pub at: Timestamp,
    /// The public key, hexadecimal.
    pub key: String,
    /// The signature over `size`, `root` and `at`, hexadecimal.
    pub signature: String,
}

/// The right edge of a Merkle tree: roots of its complete subtrees, largest first.
#[derive(Debug, Clone, Default)]
struct Frontier(Vec<(u64, Vec<u8>)>);

impl Frontier {
    fn read(text: &str) -> anyhow::Result<Self> {
        let mut peaks = Vec::new();
        for peak in text.split(' ').filter(|p| !p.is_empty()) {
            let (size, hash) = peak.split_once(':').context("a frontier without a size")?;
            peaks.push((size.parse()?, unhex(hash)?));
        }
        Ok(Self(peaks))
    }

    fn write(&self) -> String {
        self.0.iter().map(|(size, hash)| format!("{size}:{}", hex(hash))).collect::<Vec<_>>().join(" ")
    }

    fn push(&mut self, leaf: Vec<u8>) {
        let mut size = 1;
        let mut hash = leaf;
        while let Some((last, _)) = self.0.last() {
            if *last != size {
                break;
            }
            if let Some((_, left)) = self.0.pop() {
                hash = node(&left, &hash);
                size *= 2;
            }
        }
        self.0.push((size, hash));
    }

    fn root(&self) -> Vec<u8> {
        let mut peaks = self.0.iter().rev();
        let Some((_, last)) = peaks.next() else {
            return Sha256::digest([]).to_vec();
        };
        peaks.fold(last.clone(), |right, (_, left)| node(left, &right))
    }
}

fn node(left: &[u8], right: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().to_vec()
}

fn message(size: i64, root: &str, at: Timestamp) -> String {
    format!("trongtam trail\n{size}\n{root}\n{}\n", at.as_microsecond())
}

/// Makes the key that signs heads.
///
/// # Errors
/// When the system gives no randomness.
pub fn new_key() -> anyhow::Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(seed)
}

/// The next place in the log, from 0, without gaps.
fn next_position(tx: &Tx<'_>) -> anyhow::Result<i64> {
    Ok(tx.next_number("trail")? - 1)
}

/// The lock that keeps two processes on one PostgreSQL from sealing at the same time.
const SEAL_LOCK: i64 = 7_421_302;

/// Gives the unsealed lines that are older than `settled` their place in the tree and signs the new head; `None` when
/// there was nothing new, or another process seals. To be called through [`crate::Database::act_beside`]: no act reads
/// what this changes.
///
/// # Errors
/// When the database fails.
pub fn seal(
    tx: &Tx<'_>,
    clock: &Clock,
    seed: &[u8; 32],
    settled: base::Span,
) -> anyhow::Result<Option<Head>> {
    if !tx.is_sqlite() {
        let sql = "select cast(case when pg_try_advisory_xact_lock($1) then 1 else 0 end as bigint)";
        if tx.number(sql, &[&SEAL_LOCK])? == 0 {
            return Ok(None);
        }
        place(tx, clock.now().checked_sub(settled).unwrap_or_else(|_| clock.now()))?;
    }
    let last =
        tx.row("select size, frontier from kernel_trail_head order by size desc limit 1", &[], |r| {
            Ok((r.next::<i64>()?, r.next::<String>()?))
        })?;
    let (mut size, frontier) = last.unwrap_or_default();
    let mut frontier = Frontier::read(&frontier)?;
    let waiting = tx.rows(
        "select digest from kernel_trail where position >= $1 order by position limit 20000",
        &[&size],
        |r| r.next::<String>(),
    )?;
    if waiting.is_empty() {
        return Ok(None);
    }
    for digest in waiting {
        frontier.push(unhex(&digest)?);
        size += 1;
    }
    let root = hex(&frontier.root());
    let at = stored_instant(clock.now());
    let key = SigningKey::from_bytes(seed);
    let signature = hex(&key.sign(message(size, &root, at).as_bytes()).to_bytes());
    let key = hex(key.verifying_key().as_bytes());
    tx.run(
        "insert into kernel_trail_head (size, root, frontier, at, key, signature) values ($1, $2, $3, $4, $5, $6)",
        &[&size, &root, &frontier.write(), &at, &key, &signature],
    )?;
    tx.next_number(HEADS)?;
    Ok(Some(Head { size, root, at, key, signature }))
}

/// Counts the heads ever signed, so that a head that was cut off is missed.
const HEADS: &str = "trail-heads";

/// Gives the lines up to a moment that have none yet their places, in the order of their making.
fn place(tx: &Tx<'_>, until: Timestamp) -> anyhow::Result<()> {
    let waiting = tx.number(
        "select count(*) from (select 1 from kernel_trail where position is null and at <= $1 limit 20000) w",
        &[&until],
    )?;
    if waiting == 0 {
        return Ok(());
    }
    let first = tx.take_numbers("trail", waiting)? - 1;
    tx.run(
        "update kernel_trail set position = $1 + w.n
           from (select id, row_number() over (order by id) - 1 as n from kernel_trail
                  where position is null and at <= $2 order by id limit $3) w
          where w.id = kernel_trail.id",
        &[&first, &until, &waiting],
    )?;
    Ok(())
}

/// The public half of a signing key, hexadecimal.
pub fn public_key(seed: &[u8; 32]) -> String {
    hex(SigningKey::from_bytes(seed).verifying_key().as_bytes())
}

/// The public keys that signed heads, each with how many.
///
/// # Errors
/// When the reading fails.
pub fn keys_of_heads(tx: &Tx<'_>) -> anyhow::Result<Vec<(String, i64)>> {
    tx.rows("select key, count(*) from kernel_trail_head group by key order by key", &[], |r| {
        Ok((r.next()?, r.next()?))
    })
}

/// How many lines no head covers yet.
///
/// # Errors
/// When the reading fails.
pub fn unsealed(tx: &Tx<'_>) -> anyhow::Result<i64> {
    let sealed = last_head(tx)?.map_or(0, |head| head.size);
    Ok(tx.number("select count(*) from kernel_trail", &[])? - sealed)
}

/// The SHA-256 of bytes, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Hexadecimal text as bytes.
///
/// # Errors
/// When the text is not hexadecimal.
pub fn unhex(text: &str) -> anyhow::Result<Vec<u8>> {
    let digits = text.as_bytes();
    anyhow::ensure!(digits.len().is_multiple_of(2), "an odd number of hexadecimal digits");
    digits.chunks(2).map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}
