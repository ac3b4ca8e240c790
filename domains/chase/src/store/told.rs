//! Statements about who is told: digests that are wanted, secret addresses of deadlines, addresses of other programs.

use base::{Timestamp, Uuid, ids::AccountId};
use db::{Row, Tx};

/// Where and when somebody wants a digest.
#[derive(Debug, Clone)]
pub struct Digest {
    /// Whose.
    pub account: AccountId,
    /// The address.
    pub mail: String,
    /// The hours, `07:30,16:30`.
    pub hours: String,
}

fn digest(r: &Row<'_>) -> anyhow::Result<Digest> {
    Ok(Digest { account: r.next()?, mail: r.next()?, hours: r.next()? })
}

/// Every digest that is wanted.
pub fn digests(tx: &Tx<'_>) -> anyhow::Result<Vec<Digest>> {
    tx.rows("select account_id, mail, hours from chase_digest order by account_id", &[], digest)
}

/// The digest of an account.
pub fn digest_of(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Option<Digest>> {
    tx.row("select account_id, mail, hours from chase_digest where account_id = $1", &[&account], digest)
}

/// Keeps a digest, or drops it when there is no address.
pub fn put_digest(tx: &Tx<'_>, d: &Digest) -> anyhow::Result<()> {
    if d.mail.is_empty() {
        tx.run("delete from chase_digest where account_id = $1", &[&d.account])?;
        return Ok(());
    }
    tx.run(
        "insert into chase_digest (account_id, mail, hours) values ($1, $2, $3)
         on conflict (account_id) do update set mail = excluded.mail, hours = excluded.hours",
        &[&d.account, &d.mail, &d.hours],
    )?;
    Ok(())
}

/// Keeps the digest of a secret address, in place of an earlier one; none takes it away.
pub fn set_feed(tx: &Tx<'_>, account: AccountId, digest: Option<&str>, at: Timestamp) -> anyhow::Result<()> {
    tx.run("delete from chase_feed where account_id = $1", &[&account])?;
    if let Some(digest) = digest {
        tx.run(
            "insert into chase_feed (account_id, digest, made_at) values ($1, $2, $3)",
            &[&account, &digest, &at],
        )?;
    }
    Ok(())
}

/// Takes the secret address of an account away: whoever knew its password may have made it.
pub fn end_feeds(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<()> {
    tx.run("delete from chase_feed where account_id = $1", &[&account])?;
    Ok(())
}

/// When the secret address of an account was made; none when it has none.
pub fn feed_of(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Option<Timestamp>> {
    tx.row("select made_at from chase_feed where account_id = $1", &[&account], |r| r.next())
}

/// Whose secret address it is.
pub fn account_of_feed(tx: &Tx<'_>, digest: &str) -> anyhow::Result<Option<AccountId>> {
    tx.row("select account_id from chase_feed where digest = $1", &[&digest], |r| r.next())
}

/// An address of another program that is told of acts.
#[derive(Debug, Clone)]
pub struct Hook {
    /// Its identity.
    pub id: Uuid,
    /// Where to.
    pub url: String,
    /// The secret by which the receiver knows that it comes from here.
    pub secret: String,
    /// The beginnings of the acts it is told of, by commas; empty for all.
    pub acts: String,
    /// The place in the trail up to which it was told; −1 before the first.
    pub cursor: i64,
    /// Whether it is told.
    pub active: bool,
    /// Who set it up.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
}

/// All addresses.
pub fn hooks(tx: &Tx<'_>) -> anyhow::Result<Vec<Hook>> {
    tx.rows(
        "select id, url, secret, acts, cursor_position, active, made_by, made_at from chase_hook order by made_at, id",
        &[],
        |r| {
            Ok(Hook {
                id: r.next()?,
                url: r.next()?,
                secret: r.next()?,
                acts: r.next()?,
                cursor: r.next()?,
                active: r.next()?,
                made_by: r.next()?,
                made_at: r.next()?,
            })
        },
    )
}

/// Keeps an address.
pub fn insert_hook(tx: &Tx<'_>, h: &Hook) -> anyhow::Result<()> {
    tx.run(
        "insert into chase_hook (id, url, secret, acts, cursor_position, active, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&h.id, &h.url, &h.secret, &h.acts, &h.cursor, &h.active, &h.made_by, &h.made_at],
    )?;
    Ok(())
}

/// Switches an address on or off.
pub fn set_hook(tx: &Tx<'_>, id: Uuid, active: bool) -> anyhow::Result<bool> {
    Ok(tx.run("update chase_hook set active = $1 where id = $2", &[&active, &id])? == 1)
}

/// Says up to which place in the trail an address was told.
pub fn set_cursor(tx: &Tx<'_>, id: Uuid, position: i64) -> anyhow::Result<()> {
    tx.run("update chase_hook set cursor_position = $1 where id = $2", &[&position, &id])?;
    Ok(())
}
