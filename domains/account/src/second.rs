//! The second factor: codes of an app by time (RFC 6238), and recovery codes for a lost telephone.

use crate::{
    acts::record,
    password,
    store::{self, Account},
    throttle::Try,
};
use anyhow::anyhow;
use base::{Actor, Clock, Outcome, Refusal, Timestamp, ids::AccountId};
use db::Tx;
use totp_rs::{Builder, Secret, Totp};

/// How many recovery codes are given.
const RECOVERY: usize = 8;

fn totp(secret: &str, login: &str) -> anyhow::Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|e| anyhow!("a secret: {e}"))?;
    Builder::new()
        .with_secret(secret)
        .with_account_name(login)
        .with_issuer(Some("Trong Tam"))
        .build()
        .map_err(|e| anyhow!("a second factor: {e}"))
}

/// The tries of an account's codes.
pub(crate) fn tries(account: &Account, address: &str) -> Try {
    Try::of("code", &account.id.to_string(), address)
}

/// Whether a code is right now and was not used before, or is a recovery code, which is used up.
pub(crate) fn fits(tx: &Tx<'_>, account: &Account, code: &str, now: Timestamp) -> anyhow::Result<bool> {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let time = u64::try_from(now.as_second()).unwrap_or(0);
    if let Some(step) = totp(&account.totp_secret, &account.login)?.check(&code, time) {
        let step = i64::try_from(step)?;
        if step <= account.totp_step {
            return Ok(false);
        }
        store::set_totp_step(tx, account.id, step)?;
        return Ok(true);
    }
    store::use_recovery(tx, account.id, &password::digest(&code))
}

fn own(tx: &Tx<'_>, actor: &Actor) -> Outcome<Account> {
    let found = match actor.account.filter(|_| actor.on_behalf.is_none()) {
        Some(id) => store::by_id(tx, id)?,
        None => None,
    };
    found.map_or_else(|| Refusal::forbidden().stop(), Ok)
}

/// What an app needs to be set up.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The secret to type.
    pub secret: String,
    /// The address in the QR code.
    pub address: String,
}

/// Begins to set up the second factor: a new secret, not yet asked for.
///
/// # Errors
/// Refuses an account that has one already.
pub fn begin(tx: &Tx<'_>, actor: &Actor) -> Outcome<Setup> {
    let account = own(tx, actor)?;
    if account.totp_on {
        return Refusal::new("account-refusal-factor-on").stop();
    }
    let secret = if account.totp_secret.is_empty() {
        let bytes: Vec<u8> = db::trail::new_key()?.into_iter().take(20).collect();
        let secret = Secret::from(bytes).to_base32();
        store::set_totp(tx, account.id, &secret, false)?;
        secret
    } else {
        account.totp_secret
    };
    let address = totp(&secret, &account.login)?.to_url().map_err(|e| anyhow!("a second factor: {e}"))?;
    Ok(Setup { secret, address })
}

/// Takes a code of the actor's own factor, counted like one at the sign-in.
fn taken(
    tx: &Tx<'_>,
    clock: &Clock,
    account: &Account,
    code: &str,
    address: &str,
) -> Outcome<Result<(), Refusal>> {
    let (now, this) = (clock.now(), tries(account, address));
    if let Err(refusal) = this.may(tx, now)? {
        return Ok(Err(refusal));
    }
    if !fits(tx, account, code, now)? {
        this.failed(tx, now)?;
        return Ok(Err(Refusal::new("account-refusal-code").at("code")));
    }
    this.succeeded(tx, now)?;
    Ok(Ok(()))
}

/// Switches the second factor on with a first code; returns recovery codes, shown once.
///
/// # Errors
/// Refuses one that is on or was not begun; a wrong code comes back inside, because it is counted.
pub fn switch_on(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    address: &str,
) -> Outcome<Result<Vec<String>, Refusal>> {
    let account = own(tx, actor)?;
    if account.totp_on || account.totp_secret.is_empty() {
        return Refusal::new("account-refusal-factor-on").stop();
    }
    if let Err(refusal) = taken(tx, clock, &account, code, address)? {
        return Ok(Err(refusal));
    }
    store::set_totp(tx, account.id, &account.totp_secret, true)?;
    let mut codes = Vec::new();
    for _ in 0..RECOVERY {
        codes.push(password::token()?.chars().take(12).collect::<String>());
    }
    let digests: Vec<String> = codes.iter().map(|code| password::digest(code)).collect();
    store::set_recovery(tx, account.id, &digests)?;
    record(tx, clock, actor, "account.factor.on", account.id, serde_json::json!({}))?;
    Ok(Ok(codes))
}

/// Switches the actor's own second factor off, with a code.
///
/// # Errors
/// When the database fails; a wrong code comes back inside, because it is counted.
pub fn switch_off(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    address: &str,
) -> Outcome<Result<(), Refusal>> {
    let account = own(tx, actor)?;
    if !account.totp_on {
        return Ok(Err(Refusal::new("account-refusal-code").at("code")));
    }
    if let Err(refusal) = taken(tx, clock, &account, code, address)? {
        return Ok(Err(refusal));
    }
    clear(tx, account.id)?;
    record(tx, clock, actor, "account.factor.off", account.id, serde_json::json!({}))?;
    Ok(Ok(()))
}

/// Switches another account's second factor off, when its telephone and its recovery codes are lost.
///
/// # Errors
/// Refuses an actor without the right.
pub fn clear_for(tx: &Tx<'_>, clock: &Clock, actor: &Actor, account: AccountId) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    clear(tx, account)?;
    record(tx, clock, actor, "account.factor.clear", account, serde_json::json!({}))
}

fn clear(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<()> {
    store::set_totp(tx, account, "", false)?;
    store::set_recovery(tx, account, &[])
}

/// The code of a secret at a moment: for tests that stand in for the telephone.
///
/// # Errors
/// When the secret is none.
pub fn code_at(secret: &str, at: Timestamp) -> anyhow::Result<String> {
    let time = u64::try_from(at.as_second()).unwrap_or(0);
    Ok(totp(secret, "x")?.generate(time).to_string())
}
