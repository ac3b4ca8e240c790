//! Reading the whole trail again: every line, every head, and the counters that know how many there were.

use super::{COLUMNS, Frontier, HEADS, Head, hex, message, read_line, unhex};
use crate::transaction::Tx;
use base::{Span, Timestamp};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use serde::Serialize;

/// A running program seals within seconds: a line so much older than the newest one and under no head has lost its head.
const LONGEST_UNSEALED_MINUTES: i64 = 10;
/// Faults told one by one; the rest is counted.
const MOST: usize = 200;

/// What a check found.
#[derive(Debug, Default, Serialize)]
pub struct Verdict {
    /// Lines read.
    pub lines: i64,
    /// Lines under a signed head.
    pub sealed: i64,
    /// Signed heads compared.
    pub heads: i64,
    /// What is wrong, in words for an administrator. Empty when everything that was compared is whole.
    pub faults: Vec<String>,
    /// What was not compared, so that nobody takes silence for proof.
    pub not_covered: Vec<String>,
}

/// Reads the whole trail again and compares every line, every head and the counters.
///
/// # Errors
/// When the database fails.
pub fn verify(tx: &Tx<'_>) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    let heads = tx.rows(
        "select size, root, at, key, signature, frontier from kernel_trail_head order by size",
        &[],
        |r| {
            let head = Head {
                size: r.next()?,
                root: r.next()?,
                at: r.next()?,
                key: r.next()?,
                signature: r.next()?,
            };
            Ok((head, r.next::<String>()?))
        },
    )?;
    let counted = tx.number("select n from kernel_counter where name = $1", &[&HEADS])?;
    let there = i64::try_from(heads.len())?;
    if counted != there {
        verdict.faults.push(format!("{counted} heads were signed, {there} are there"));
    }
    let mut heads = heads.into_iter().peekable();
    let mut frontier = Frontier::default();
    let (mut after, mut placed) = (-1, 0);
    // The moments of lines under no head: the first and the last of all.
    let (mut oldest_unsealed, mut newest): (Option<Timestamp>, Option<Timestamp>) = (None, None);
    loop {
        let page = tx.rows(
            &format!(
                "select position, digest, {COLUMNS} from kernel_trail
                  where position > $1 order by position limit 5000"
            ),
            &[&after],
            |r| Ok((r.next::<i64>()?, r.next::<String>()?, read_line(r)?)),
        )?;
        if page.is_empty() {
            break;
        }
        for (position, digest, line) in page {
            if position != after + 1 && verdict.faults.len() < MOST {
                verdict.faults.push(format!("line {} is missing", after + 1));
            }
            after = position;
            verdict.lines += 1;
            placed += 1;
            if line.digest() != digest && verdict.faults.len() < MOST {
                verdict.faults.push(format!("line {position} was changed"));
            }
            frontier.push(unhex(&line.digest())?);
            newest = newest.max(Some(line.at));
            if heads.peek().is_none() {
                oldest_unsealed = oldest_unsealed.or(Some(line.at));
            }
            while let Some((head, edge)) = heads.next_if(|(head, _)| head.size == placed) {
                verdict.heads += 1;
                verdict.sealed = head.size;
                check_head(&head, &hex(&frontier.root()), &mut verdict.faults);
                if edge != frontier.write() {
                    verdict.faults.push(format!("the head of {} lines cannot be gone on from", head.size));
                }
            }
        }
    }
    for (head, _) in heads {
        verdict.faults.push(format!("the head of {} lines covers more than there are", head.size));
    }
    let counted = tx.number("select n from kernel_counter where name = 'trail'", &[])?;
    if counted != after + 1 {
        verdict
            .faults
            .push(format!("{counted} lines were written, the last one that is there is {}", after + 1));
    }
    let unplaced = tx.rows(
        &format!("select digest, {COLUMNS} from kernel_trail where position is null order by id"),
        &[],
        |r| Ok((r.next::<String>()?, read_line(r)?)),
    )?;
    for (digest, line) in unplaced {
        verdict.lines += 1;
        newest = newest.max(Some(line.at));
        oldest_unsealed = oldest_unsealed.into_iter().chain([line.at]).min();
        if line.digest() != digest {
            verdict.faults.push(format!("line {} was changed", line.id));
        }
    }
    if let (Some(oldest), Some(newest)) = (oldest_unsealed, newest)
        && oldest < newest.checked_sub(Span::new().minutes(LONGEST_UNSEALED_MINUTES)).unwrap_or(newest)
    {
        let n = verdict.lines - verdict.sealed;
        verdict.faults.push(format!("{n} lines since {oldest} stand under no head"));
    }
    Ok(verdict)
}

fn check_head(head: &Head, root: &str, faults: &mut Vec<String>) {
    if head.root != root {
        faults.push(format!("the head of {} lines does not fit the lines", head.size));
    }
    let signed = || -> anyhow::Result<()> {
        let key: [u8; 32] = unhex(&head.key)?.as_slice().try_into()?;
        let signature: [u8; 64] = unhex(&head.signature)?.as_slice().try_into()?;
        let message = message(head.size, &head.root, head.at);
        VerifyingKey::from_bytes(&key)?.verify(message.as_bytes(), &Signature::from_bytes(&signature))?;
        Ok(())
    };
    if signed().is_err() {
        faults.push(format!("the signature of the head of {} lines is wrong", head.size));
    }
}

/// Rows of a table with the identity of a record of which no line of the trail speaks. The name of the table is ours.
///
/// # Errors
/// When the database fails.
pub fn without_line(tx: &Tx<'_>, table: &str) -> anyhow::Result<Option<String>> {
    let sql = format!(
        "select count(*) from {table} t where not exists (select 1 from kernel_trail l where l.record_id = t.id)"
    );
    let n = tx.number(&sql, &[])?;
    Ok((n > 0).then(|| format!("{n} rows of {table} have no line in the trail")))
}

/// How many records of a kind have lines in the trail and no row in their table, if any.
///
/// # Errors
/// When the database fails.
pub fn without_row(tx: &Tx<'_>, kind: &str, table: &str) -> anyhow::Result<Option<String>> {
    let sql = format!(
        "select count(distinct l.record_id) from kernel_trail l
          where l.record_kind = $1 and l.record_id is not null
            and not exists (select 1 from {table} t where t.id = l.record_id)"
    );
    let n = tx.number(&sql, &[&kind])?;
    Ok((n > 0).then(|| format!("{n} rows of {table} are gone, their lines in the trail stand")))
}

/// The names of all tables.
///
/// # Errors
/// When the database fails.
pub fn tables(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    let sql = if tx.is_sqlite() {
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name"
    } else {
        "select cast(table_name as text) from information_schema.tables where table_schema = current_schema()
          order by table_name"
    };
    tx.rows(sql, &[], |r| r.next())
}
