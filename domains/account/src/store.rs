//! Every statement of the room: accounts, sessions, links, tokens; roles and the second factor have files of their own.

mod attempt;
mod factor;
mod roles;

pub use attempt::*;
pub use factor::*;
pub use roles::*;

use base::{
    Timestamp,
    ids::{AccountId, PersonId},
};
use db::{Row, Tx};

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its identity.
    pub id: AccountId,
    /// Its login name.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// The person behind it.
    pub person: Option<PersonId>,
    pub(crate) password: String,
    /// Switched off.
    pub disabled: bool,
    pub(crate) totp_secret: String,
    /// Whether a second factor is asked for.
    pub totp_on: bool,
    pub(crate) totp_step: i64,
}

fn account(r: &Row<'_>) -> anyhow::Result<Account> {
    Ok(Account {
        id: r.next()?,
        login: r.next()?,
        name: r.next()?,
        person: r.next()?,
        password: r.next()?,
        disabled: r.next()?,
        totp_secret: r.next()?,
        totp_on: r.next()?,
        totp_step: r.next()?,
    })
}

const ACCOUNT: &str =
    "a.id, a.login, a.name, a.person_id, a.password, a.disabled, a.totp_secret, a.totp_on, a.totp_step";

/// An account by its login name.
pub fn by_login(tx: &Tx<'_>, login: &str) -> anyhow::Result<Option<Account>> {
    tx.row(&format!("select {ACCOUNT} from account_account a where a.login = $1"), &[&login], account)
}

/// An account by its identity.
pub fn by_id(tx: &Tx<'_>, id: AccountId) -> anyhow::Result<Option<Account>> {
    tx.row(&format!("select {ACCOUNT} from account_account a where a.id = $1"), &[&id], account)
}

/// The account of a session that was seen since `since`, and the account it acts for.
pub fn by_session(
    tx: &Tx<'_>,
    digest: &str,
    since: Timestamp,
) -> anyhow::Result<Option<(Account, Option<AccountId>)>> {
    tx.row(
        &format!(
            "select {ACCOUNT}, s.acting_for from account_session s join account_account a on a.id = s.account_id
              where s.token_digest = $1 and s.seen_at >= $2 and not a.disabled"
        ),
        &[&digest, &since],
        |r| Ok((account(r)?, r.next()?)),
    )
}

/// All accounts by login.
pub fn all(tx: &Tx<'_>) -> anyhow::Result<Vec<Account>> {
    tx.rows(&format!("select {ACCOUNT} from account_account a order by a.login limit 2000"), &[], account)
}

/// Keeps an account.
pub fn insert(tx: &Tx<'_>, a: &Account, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into account_account (id, login, name, person_id, password, locked_until, failures, disabled, created_at)
         values ($1, $2, $3, $4, $5, null, 0, false, $6)",
        &[&a.id, &a.login, &a.name, &a.person, &a.password, &at],
    )?;
    Ok(())
}

/// Sets a new password.
pub fn set_password(tx: &Tx<'_>, id: AccountId, hash: &str) -> anyhow::Result<()> {
    tx.run(
        "update account_account set password = $1, failures = 0, locked_until = null where id = $2",
        &[&hash, &id],
    )?;
    Ok(())
}

/// Opens a session.
pub fn insert_session(
    tx: &Tx<'_>,
    digest: &str,
    id: AccountId,
    at: Timestamp,
    agent: &str,
) -> anyhow::Result<()> {
    tx.run(
        "insert into account_session (token_digest, account_id, created_at, seen_at, agent) values ($1, $2, $3, $3, $4)",
        &[&digest, &id, &at, &agent],
    )?;
    Ok(())
}

/// Notes that a session was used.
pub fn touch_session(tx: &Tx<'_>, digest: &str, at: Timestamp) -> anyhow::Result<()> {
    tx.run("update account_session set seen_at = $1 where token_digest = $2", &[&at, &digest])?;
    Ok(())
}

/// When a session was last used.
pub fn session_seen(tx: &Tx<'_>, digest: &str) -> anyhow::Result<Option<Timestamp>> {
    tx.row("select seen_at from account_session where token_digest = $1", &[&digest], |r| r.next())
}

/// A session as listed for its owner.
#[derive(Debug, Clone)]
pub struct Session {
    /// What is kept of its token; names it in the list.
    pub digest: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was last used.
    pub used: Timestamp,
    /// The browser, as it calls itself.
    pub agent: String,
}

/// The sessions of an account, last used first.
pub fn sessions(tx: &Tx<'_>, id: AccountId) -> anyhow::Result<Vec<Session>> {
    tx.rows(
        "select token_digest, created_at, seen_at, agent from account_session
          where account_id = $1 order by seen_at desc, token_digest",
        &[&id],
        |r| Ok(Session { digest: r.next()?, opened: r.next()?, used: r.next()?, agent: r.next()? }),
    )
}

/// Whether a session is one of an account's.
pub fn owns_session(tx: &Tx<'_>, id: AccountId, digest: &str) -> anyhow::Result<bool> {
    let sql = "select count(*) from account_session where account_id = $1 and token_digest = $2";
    Ok(tx.number(sql, &[&id, &digest])? > 0)
}

/// Lets a session act for another account, or for its own again.
pub fn set_acting_for(tx: &Tx<'_>, digest: &str, giver: Option<AccountId>) -> anyhow::Result<()> {
    tx.run("update account_session set acting_for = $1 where token_digest = $2", &[&giver, &digest])?;
    Ok(())
}

/// Sets the person behind an account.
pub fn set_person(tx: &Tx<'_>, account: AccountId, person: Option<PersonId>) -> anyhow::Result<()> {
    tx.run("update account_account set person_id = $1 where id = $2", &[&person, &account])?;
    Ok(())
}

/// Switches an account on or off.
pub fn set_disabled(tx: &Tx<'_>, id: AccountId, disabled: bool) -> anyhow::Result<()> {
    tx.run("update account_account set disabled = $1 where id = $2", &[&disabled, &id])?;
    Ok(())
}

/// Ends one session.
pub fn end_session(tx: &Tx<'_>, digest: &str) -> anyhow::Result<()> {
    tx.run("delete from account_session where token_digest = $1", &[&digest])?;
    Ok(())
}

/// Ends all sessions of an account.
pub fn end_sessions(tx: &Tx<'_>, id: AccountId) -> anyhow::Result<u64> {
    tx.run("delete from account_session where account_id = $1", &[&id])
}

/// Keeps a one-time link.
pub fn insert_invitation(
    tx: &Tx<'_>,
    digest: &str,
    purpose: &str,
    account: Option<AccountId>,
    expires: Timestamp,
) -> anyhow::Result<()> {
    tx.run(
        "insert into account_invitation (token_digest, purpose, account_id, expires_at) values ($1, $2, $3, $4)",
        &[&digest, &purpose, &account, &expires],
    )?;
    Ok(())
}

/// Whether a one-time link is good.
pub fn has_invitation(tx: &Tx<'_>, digest: &str, purpose: &str, now: Timestamp) -> anyhow::Result<bool> {
    let sql = "select count(*) from account_invitation where token_digest = $1 and purpose = $2 and expires_at > $3";
    Ok(tx.number(sql, &[&digest, &purpose, &now])? > 0)
}

/// Uses a one-time link up; whether it was good.
pub fn use_invitation(tx: &Tx<'_>, digest: &str, purpose: &str, now: Timestamp) -> anyhow::Result<bool> {
    let n = tx.run(
        "delete from account_invitation where token_digest = $1 and purpose = $2 and expires_at > $3",
        &[&digest, &purpose, &now],
    )?;
    Ok(n == 1)
}

/// The account that a one-time link is for, used up with it; none when it is not good.
pub fn take_invitation(
    tx: &Tx<'_>,
    digest: &str,
    purpose: &str,
    now: Timestamp,
) -> anyhow::Result<Option<AccountId>> {
    tx.row(
        "select account_id from account_invitation where token_digest = $1 and purpose = $2 and expires_at > $3",
        &[&digest, &purpose, &now],
        |r| r.next(),
    )
    .map(Option::flatten)
}

/// Whether there is any account yet.
pub fn is_empty(tx: &Tx<'_>) -> anyhow::Result<bool> {
    Ok(tx.number("select count(*) from account_account", &[])? == 0)
}

/// Keeps an API token.
pub fn insert_token(
    tx: &Tx<'_>,
    digest: &str,
    account: AccountId,
    name: &str,
    scope: &str,
    from: Timestamp,
    until: Timestamp,
) -> anyhow::Result<()> {
    tx.run(
        "insert into account_token (token_digest, account_id, name, scope, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        &[&digest, &account, &name, &scope, &from, &until],
    )?;
    Ok(())
}

/// The API tokens of an account: name, scope, until when.
pub fn tokens(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Vec<(String, String, Timestamp)>> {
    tx.rows(
        "select name, scope, expires_at from account_token where account_id = $1 order by name, created_at",
        &[&account],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Ends all API tokens of an account; how many there were.
pub fn end_tokens(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<u64> {
    tx.run("delete from account_token where account_id = $1", &[&account])
}

/// Ends the API tokens of a name; false when there is none.
pub fn end_token(tx: &Tx<'_>, account: AccountId, name: &str) -> anyhow::Result<bool> {
    Ok(tx.run("delete from account_token where account_id = $1 and name = $2", &[&account, &name])? > 0)
}

/// The account and the scope of an API token that has not run out.
pub fn by_token(tx: &Tx<'_>, digest: &str, now: Timestamp) -> anyhow::Result<Option<(Account, String)>> {
    tx.row(
        &format!(
            "select {ACCOUNT}, t.scope from account_token t join account_account a on a.id = t.account_id
              where t.token_digest = $1 and t.expires_at > $2 and not a.disabled"
        ),
        &[&digest, &now],
        |r| Ok((account(r)?, r.next()?)),
    )
}

/// The answer that was given to a creation with this key.
pub fn answer_of(tx: &Tx<'_>, account: AccountId, key: &str) -> anyhow::Result<Option<String>> {
    tx.row(
        "select answer from account_idempotency where account_id = $1 and key = $2",
        &[&account, &key],
        |r| r.next(),
    )
}

/// Keeps the answer to a creation.
pub fn keep_answer(
    tx: &Tx<'_>,
    account: AccountId,
    key: &str,
    answer: &str,
    at: Timestamp,
) -> anyhow::Result<()> {
    tx.run(
        "insert into account_idempotency (account_id, key, answer, created_at) values ($1, $2, $3, $4)",
        &[&account, &key, &answer, &at],
    )?;
    Ok(())
}
