//! Remarks on parts.

use base::{Timestamp, Uuid};
use db::{Row, Tx};

/// A remark.
#[derive(Debug, Clone)]
pub struct Remark {
    /// Its identity.
    pub id: Uuid,
    /// Whose it is; only they correct it.
    pub account: Option<Uuid>,
    /// Their name.
    pub author: String,
    /// What they say.
    pub words: String,
    /// When.
    pub at: Timestamp,
    /// When it was corrected.
    pub changed_at: Option<Timestamp>,
}

fn remark(r: &Row<'_>) -> anyhow::Result<Remark> {
    Ok(Remark {
        id: r.next()?,
        account: r.next()?,
        author: r.next()?,
        words: r.next()?,
        at: r.next()?,
        changed_at: r.next()?,
    })
}

/// The remarks on a part, oldest first.
///
/// # Errors
/// When the reading fails.
pub fn of(tx: &Tx<'_>, subject: &str) -> anyhow::Result<Vec<Remark>> {
    tx.rows(
        "select id, account_id, author, words, at, changed_at from reporting_remark
          where subject = $1 order by at, id limit 500",
        &[&subject],
        remark,
    )
}

/// Keeps a remark on a part.
pub(crate) fn insert(tx: &Tx<'_>, subject: &str, new: &Remark) -> anyhow::Result<()> {
    tx.run(
        "insert into reporting_remark (id, subject, account_id, author, words, at) values ($1, $2, $3, $4, $5, $6)",
        &[&new.id, &subject, &new.account, &new.author, &new.words, &new.at],
    )?;
    Ok(())
}

/// Keeps other words of a remark.
pub(crate) fn correct(tx: &Tx<'_>, id: Uuid, words: &str, at: Timestamp) -> anyhow::Result<()> {
    tx.run("update reporting_remark set words = $2, changed_at = $3 where id = $1", &[&id, &words, &at])?;
    Ok(())
}
