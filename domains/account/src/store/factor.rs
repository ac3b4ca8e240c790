//! Statements about the second factor, recovery codes, and failures by address.

use base::{Timestamp, ids::AccountId};
use db::Tx;

/// Keeps a secret and whether it is asked for; the last code taken stays taken.
pub fn set_totp(tx: &Tx<'_>, id: AccountId, secret: &str, on: bool) -> anyhow::Result<()> {
    tx.run("update account_account set totp_secret = $1, totp_on = $2 where id = $3", &[&secret, &on, &id])?;
    Ok(())
}

/// Notes the moment of the last code taken, so that no code is taken twice.
pub fn set_totp_step(tx: &Tx<'_>, id: AccountId, step: i64) -> anyhow::Result<()> {
    tx.run("update account_account set totp_step = $1 where id = $2", &[&step, &id])?;
    Ok(())
}

/// Replaces the recovery codes of an account.
pub fn set_recovery(tx: &Tx<'_>, id: AccountId, digests: &[String]) -> anyhow::Result<()> {
    tx.run("delete from account_recovery where account_id = $1", &[&id])?;
    for digest in digests {
        tx.run("insert into account_recovery (account_id, digest) values ($1, $2)", &[&id, digest])?;
    }
    Ok(())
}

/// Uses a recovery code up; whether it was good.
pub fn use_recovery(tx: &Tx<'_>, id: AccountId, digest: &str) -> anyhow::Result<bool> {
    let sql = "delete from account_recovery where account_id = $1 and digest = $2";
    Ok(tx.run(sql, &[&id, &digest])? == 1)
}

/// How many failures an address has had since a moment.
pub fn failures_of(tx: &Tx<'_>, address: &str, since: Timestamp) -> anyhow::Result<i64> {
    tx.number(
        "select cast(coalesce(sum(failures), 0) as bigint) from account_address where address = $1 and window_start >= $2",
        &[&address, &since],
    )
}

/// Counts a failure of an address; a window that began before `since` begins anew.
pub fn count_failure(tx: &Tx<'_>, address: &str, now: Timestamp, since: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into account_address (address, window_start, failures) values ($1, $2, 1)
         on conflict (address) do update
            set failures = case when account_address.window_start < $3 then 1 else account_address.failures + 1 end,
                window_start = case when account_address.window_start < $3 then excluded.window_start
                                    else account_address.window_start end",
        &[&address, &now, &since],
    )?;
    Ok(())
}
