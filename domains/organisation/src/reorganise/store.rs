//! Statements about reorganisations, their changes and what they carried.

use super::change::{Change, Stage};
use base::{Date, Timestamp, Uuid, ids::UnitId};
use db::{Row, Tx};
use room::Carried;
use serde_json::Value;

/// A reorganisation as kept.
#[derive(Debug, Clone)]
pub struct Reorganisation {
    /// Its identity.
    pub id: Uuid,
    /// Its code, `SX-001`.
    pub code: String,
    /// What it is about.
    pub title: String,
    /// The document that orders it.
    pub document: String,
    /// From which day it holds.
    pub effective: Date,
    /// Where it stands.
    pub stage: Stage,
    /// Who prepared it.
    pub proposer: String,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// The version it was read at.
    pub version: i64,
}

const REORGANISATION: &str = "id, code, title, document, effective, state, proposer, applied_at, version";

fn reorganisation(r: &Row<'_>) -> anyhow::Result<Reorganisation> {
    Ok(Reorganisation {
        id: r.next()?,
        code: r.next()?,
        title: r.next()?,
        document: r.next()?,
        effective: r.next()?,
        stage: r.word(Stage::from_word)?,
        proposer: r.next()?,
        applied_at: r.next()?,
        version: r.next()?,
    })
}

/// All reorganisations, newest first.
pub fn all(tx: &Tx<'_>) -> anyhow::Result<Vec<Reorganisation>> {
    tx.rows(
        &format!("select {REORGANISATION} from organisation_reorganisation order by effective desc, code desc limit 500"),
        &[],
        reorganisation,
    )
}

/// One by its code.
pub fn by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Reorganisation>> {
    tx.row(
        &format!("select {REORGANISATION} from organisation_reorganisation where code = $1"),
        &[&code],
        reorganisation,
    )
}

/// Keeps a new one.
pub fn insert(tx: &Tx<'_>, r: &Reorganisation, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into organisation_reorganisation (id, code, title, document, effective, state, proposer, created_at,
                                                  applied_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, null, 1)",
        &[&r.id, &r.code, &r.title, &r.document, &r.effective, &r.stage.word(), &r.proposer, &at],
    )?;
    Ok(())
}

/// Moves one on; false when somebody was faster.
pub fn set_stage(
    tx: &Tx<'_>,
    r: &Reorganisation,
    stage: Stage,
    applied_at: Option<Timestamp>,
) -> anyhow::Result<bool> {
    let n = tx.run(
        "update organisation_reorganisation set state = $1, applied_at = $2, version = version + 1
          where id = $3 and version = $4",
        &[&stage.word(), &applied_at, &r.id, &r.version],
    )?;
    Ok(n == 1)
}

/// The changes in order, with their numbers.
pub fn changes(tx: &Tx<'_>, of: Uuid) -> anyhow::Result<Vec<(i64, Change)>> {
    tx.rows(
        "select seq, facts from organisation_change where reorganisation_id = $1 order by seq",
        &[&of],
        |r| Ok((r.next()?, serde_json::from_str(&r.next::<String>()?)?)),
    )
}

/// Adds a change at the end.
pub fn add_change(tx: &Tx<'_>, of: Uuid, change: &Change) -> anyhow::Result<()> {
    tx.run(
        "insert into organisation_change (reorganisation_id, seq, facts)
         select $1, coalesce(max(seq), 0) + 1, $2 from organisation_change where reorganisation_id = $1",
        &[&of, &serde_json::to_string(change)?],
    )?;
    Ok(())
}

/// Takes a change out; false when there is none with that number.
pub fn drop_change(tx: &Tx<'_>, of: Uuid, seq: i64) -> anyhow::Result<bool> {
    let n =
        tx.run("delete from organisation_change where reorganisation_id = $1 and seq = $2", &[&of, &seq])?;
    Ok(n == 1)
}

/// Everything carried, in order.
pub fn carried(tx: &Tx<'_>, of: Uuid) -> anyhow::Result<Vec<Carried>> {
    tx.rows(
        "select seq, room, what, record_id, code, label, from_id, to_id, undo from organisation_carried
          where reorganisation_id = $1 order by seq",
        &[&of],
        |r| {
            Ok(Carried {
                seq: r.next()?,
                room: r.next()?,
                what: r.next()?,
                id: r.next()?,
                code: r.next()?,
                label: r.next()?,
                from: r.next()?,
                to: r.next()?,
                undo: serde_json::from_str(&r.next::<String>()?)?,
            })
        },
    )
}

/// What a reorganisation noted when it carried a record: a later follower finds what became of an earlier one's.
pub fn note_of(tx: &Tx<'_>, of: Uuid, room: &str, record: Uuid) -> anyhow::Result<Option<Value>> {
    let found = tx.row(
        "select undo from organisation_carried
          where reorganisation_id = $1 and room = $2 and record_id = $3 and to_id is not null
          order by seq desc limit 1",
        &[&of, &room, &record],
        |r| r.next::<String>(),
    )?;
    Ok(found.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Keeps what was carried.
pub fn insert_carried(tx: &Tx<'_>, of: Uuid, c: &Carried) -> anyhow::Result<()> {
    tx.run(
        "insert into organisation_carried (reorganisation_id, seq, room, what, record_id, code, label, from_id, to_id, undo)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[&of, &c.seq, &c.room, &c.what, &c.id, &c.code, &c.label, &c.from, &c.to, &serde_json::to_string(&c.undo)?],
    )?;
    Ok(())
}

/// Notes where a leftover was put.
pub fn set_placed(tx: &Tx<'_>, of: Uuid, seq: i64, to: UnitId, undo: &Value) -> anyhow::Result<()> {
    tx.run(
        "update organisation_carried set to_id = $1, undo = $2 where reorganisation_id = $3 and seq = $4",
        &[&to, &serde_json::to_string(undo)?, &of, &seq],
    )?;
    Ok(())
}
