//! What proves leaves.

use base::{Timestamp, Uuid, ids::UnitId};
use db::Tx;

/// A piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Its number within the leaf.
    pub seq: i64,
    /// What it is.
    pub title: String,
    /// The page that shows it; empty for a file.
    pub href: String,
    /// The file.
    pub file: Option<String>,
    /// Who added it.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
}

/// The evidence of a leaf, in order.
///
/// # Errors
/// When the reading fails.
pub fn of_leaf(tx: &Tx<'_>, (round, unit, leaf): (Uuid, UnitId, &str)) -> anyhow::Result<Vec<Evidence>> {
    tx.rows(
        "select seq, title, href, file_sha256, added_by, added_at from parindex_evidence
          where round_id = $1 and unit_id = $2 and leaf = $3 order by seq",
        &[&round, &unit, &leaf],
        |r| {
            Ok(Evidence {
                seq: r.next()?,
                title: r.next()?,
                href: r.next()?,
                file: r.next()?,
                added_by: r.next()?,
                added_at: r.next()?,
            })
        },
    )
}

/// How many pieces each leaf of a unit has.
///
/// # Errors
/// When the reading fails.
pub fn counts(
    tx: &Tx<'_>,
    (round, unit): (Uuid, UnitId),
) -> anyhow::Result<std::collections::BTreeMap<String, i64>> {
    let rows = tx.rows(
        "select leaf, count(*) from parindex_evidence where round_id = $1 and unit_id = $2 group by leaf",
        &[&round, &unit],
        |r| Ok((r.next()?, r.next()?)),
    )?;
    Ok(rows.into_iter().collect())
}

/// Keeps a piece.
pub(crate) fn insert(
    tx: &Tx<'_>,
    (round, unit, leaf): (Uuid, UnitId, &str),
    proof: &Evidence,
) -> anyhow::Result<()> {
    tx.run(
        "insert into parindex_evidence (round_id, unit_id, leaf, seq, title, href, file_sha256, added_by, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &round,
            &unit,
            &leaf,
            &proof.seq,
            &proof.title,
            &proof.href,
            &proof.file,
            &proof.added_by,
            &proof.added_at,
        ],
    )?;
    Ok(())
}

/// Takes a piece away.
pub(crate) fn remove(tx: &Tx<'_>, (round, unit, leaf): (Uuid, UnitId, &str), seq: i64) -> anyhow::Result<()> {
    tx.run(
        "delete from parindex_evidence where round_id = $1 and unit_id = $2 and leaf = $3 and seq = $4",
        &[&round, &unit, &leaf, &seq],
    )?;
    Ok(())
}
