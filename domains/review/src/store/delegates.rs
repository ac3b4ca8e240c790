//! Statements about the delegates of a conference.

use base::{Timestamp, Uuid};
use db::{Row, Tx};

/// Somebody who is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegate {
    /// Their identity.
    pub id: Uuid,
    /// Their place in the list, from 1.
    pub place: i64,
    /// The name.
    pub name: String,
    /// The office held; may be empty.
    pub title: String,
    /// Where from, as written; may be empty.
    pub unit: String,
    /// The code on the card.
    pub code: String,
    /// When they came.
    pub came_at: Option<Timestamp>,
    /// Who let them in.
    pub let_in_by: String,
}

const DELEGATE: &str = "id, place, name, title, unit, code, came_at, let_in_by";

fn delegate(r: &Row<'_>) -> anyhow::Result<Delegate> {
    Ok(Delegate {
        id: r.next()?,
        place: r.next()?,
        name: r.next()?,
        title: r.next()?,
        unit: r.next()?,
        code: r.next()?,
        came_at: r.next()?,
        let_in_by: r.next()?,
    })
}

/// The delegates of a review in the order of the list.
pub fn delegates(tx: &Tx<'_>, review: Uuid) -> anyhow::Result<Vec<Delegate>> {
    let sql = format!("select {DELEGATE} from review_delegate where review_id = $1 order by place, id");
    tx.rows(&sql, &[&review], delegate)
}

/// The delegate of a review with the code of a card.
pub fn delegate_by_code(tx: &Tx<'_>, review: Uuid, code: &str) -> anyhow::Result<Option<Delegate>> {
    let sql = format!("select {DELEGATE} from review_delegate where review_id = $1 and code = $2");
    tx.row(&sql, &[&review, &code], delegate)
}

/// Keeps somebody who is invited.
pub fn insert_delegate(tx: &Tx<'_>, review: Uuid, d: &Delegate) -> anyhow::Result<()> {
    tx.run(
        "insert into review_delegate (id, review_id, place, name, title, unit, code, came_at, let_in_by)
         values ($1, $2, $3, $4, $5, $6, $7, null, '')",
        &[&d.id, &review, &d.place, &d.name, &d.title, &d.unit, &d.code],
    )?;
    Ok(())
}

/// Says that somebody came; false when it was said before.
pub fn set_came(tx: &Tx<'_>, id: Uuid, at: Timestamp, by: &str) -> anyhow::Result<bool> {
    let n = tx.run(
        "update review_delegate set came_at = $1, let_in_by = $2 where id = $3 and came_at is null",
        &[&at, &by, &id],
    )?;
    Ok(n == 1)
}

/// Takes somebody off the list.
pub fn drop_delegate(tx: &Tx<'_>, review: Uuid, id: Uuid) -> anyhow::Result<bool> {
    let n = tx.run(
        "delete from review_delegate where id = $1 and review_id = $2 and came_at is null",
        &[&id, &review],
    )?;
    Ok(n == 1)
}
