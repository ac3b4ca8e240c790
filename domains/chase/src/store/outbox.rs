//! Statements about digests, the mails that wait to be sent, and secret addresses of deadlines.

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

/// Every digest that is wanted.
pub fn digests(tx: &Tx<'_>) -> anyhow::Result<Vec<Digest>> {
    tx.rows("select account_id, mail, hours from chase_digest order by account_id", &[], |r| {
        Ok(Digest { account: r.next()?, mail: r.next()?, hours: r.next()? })
    })
}

/// The digest of an account.
pub fn digest_of(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Option<Digest>> {
    tx.row("select account_id, mail, hours from chase_digest where account_id = $1", &[&account], |r| {
        Ok(Digest { account: r.next()?, mail: r.next()?, hours: r.next()? })
    })
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

/// A mail to send.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Its identity.
    pub id: Uuid,
    /// For whom.
    pub account: AccountId,
    /// The hour of the day that it belongs to.
    pub slot: String,
    /// The address.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// `waiting`, `sending`, `sent`, `failed`, `empty`.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// When to try next.
    pub next_try: Timestamp,
    /// What went wrong last.
    pub fault: String,
    /// When it was written.
    pub made_at: Timestamp,
}

const MAIL: &str = "id, account_id, slot, recipient, subject, body, state, tries, next_try, fault, made_at";

fn mail(r: &Row<'_>) -> anyhow::Result<Mail> {
    Ok(Mail {
        id: r.next()?,
        account: r.next()?,
        slot: r.next()?,
        recipient: r.next()?,
        subject: r.next()?,
        body: r.next()?,
        state: r.next()?,
        tries: r.next()?,
        next_try: r.next()?,
        fault: r.next()?,
        made_at: r.next()?,
    })
}

/// Keeps a mail; says whether its slot was free.
pub fn insert_mail(tx: &Tx<'_>, m: &Mail) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into chase_mail (id, account_id, slot, recipient, subject, body, state, tries, next_try, fault, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (account_id, slot) do nothing",
        &[
            &m.id, &m.account, &m.slot, &m.recipient, &m.subject, &m.body, &m.state, &m.tries, &m.next_try, &m.fault,
            &m.made_at,
        ],
    )?;
    Ok(n == 1)
}

/// Whether a slot is taken.
pub fn has_mail(tx: &Tx<'_>, account: AccountId, slot: &str) -> anyhow::Result<bool> {
    Ok(tx
        .number("select count(*) from chase_mail where account_id = $1 and slot = $2", &[&account, &slot])?
        > 0)
}

/// The mails whose time has come. What was being sent when a process died comes again after its lease.
pub fn due_mails(tx: &Tx<'_>, now: Timestamp) -> anyhow::Result<Vec<Mail>> {
    tx.rows(
        &format!(
            "select {MAIL} from chase_mail where state in ('waiting', 'sending') and next_try <= $1
              order by next_try, id limit 50"
        ),
        &[&now],
        mail,
    )
}

/// Moves a mail on, unless another process did; `seen` is the number of tries that was read.
pub fn set_mail(
    tx: &Tx<'_>,
    (id, seen): (Uuid, i64),
    state: &str,
    (tries, next_try, fault): (i64, Timestamp, &str),
) -> anyhow::Result<bool> {
    let n = tx.run(
        "update chase_mail set state = $1, tries = $2, next_try = $3, fault = $4 where id = $5 and tries = $6",
        &[&state, &tries, &next_try, &fault, &id, &seen],
    )?;
    Ok(n == 1)
}

/// The last mails of an account.
pub fn mails_of(tx: &Tx<'_>, account: AccountId, limit: i64) -> anyhow::Result<Vec<Mail>> {
    tx.rows(
        &format!(
            "select {MAIL} from chase_mail where account_id = $1 and state <> 'empty' order by made_at desc limit $2"
        ),
        &[&account, &limit],
        mail,
    )
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

/// When the secret address of an account was made; none when it has none.
pub fn feed_of(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Option<Timestamp>> {
    tx.row("select made_at from chase_feed where account_id = $1", &[&account], |r| r.next())
}

/// Whose secret address it is.
pub fn account_of_feed(tx: &Tx<'_>, digest: &str) -> anyhow::Result<Option<AccountId>> {
    tx.row("select account_id from chase_feed where digest = $1", &[&digest], |r| r.next())
}
