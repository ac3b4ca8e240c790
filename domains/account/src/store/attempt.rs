//! Statements about wrong tries.

use base::Timestamp;
use db::Tx;

/// Wrong tries of one secret from one address, and the last of them.
pub fn attempts(tx: &Tx<'_>, what: &str, address: &str) -> anyhow::Result<Option<(i64, Timestamp)>> {
    tx.row(
        "select failures, last_at from account_attempt where what = $1 and address = $2",
        &[&what, &address],
        |r| Ok((r.next()?, r.next()?)),
    )
}

/// Counts one more; those before `since` are forgotten.
pub fn add_attempt(
    tx: &Tx<'_>,
    what: &str,
    address: &str,
    now: Timestamp,
    since: Timestamp,
) -> anyhow::Result<()> {
    tx.run(
        "insert into account_attempt (what, address, failures, last_at) values ($1, $2, 1, $3)
         on conflict (what, address) do update
            set failures = case when account_attempt.last_at < $4 then 1 else account_attempt.failures + 1 end,
                last_at = excluded.last_at",
        &[&what, &address, &now, &since],
    )?;
    Ok(())
}

/// Forgets the wrong tries of one secret from one address and keeps that it was right from there.
pub fn know_address(tx: &Tx<'_>, what: &str, address: &str, now: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into account_attempt (what, address, failures, last_at) values ($1, $2, 0, $3)
         on conflict (what, address) do update set failures = 0, last_at = excluded.last_at",
        &[&what, &address, &now],
    )?;
    Ok(())
}

/// Forgets the tries of one secret from every address.
pub fn forget_attempts(tx: &Tx<'_>, what: &str) -> anyhow::Result<u64> {
    tx.run("delete from account_attempt where what = $1", &[&what])
}

/// Removes what has run out: sessions unused since `idle`, links, wrong tries and addresses since `old`, answers to
/// creations since `oldest`. Tokens stay listed until `oldest` after their end. Returns how many rows went.
pub fn sweep(
    tx: &Tx<'_>,
    now: Timestamp,
    idle: Timestamp,
    old: Timestamp,
    oldest: Timestamp,
) -> anyhow::Result<u64> {
    let mut gone = 0;
    for (sql, until) in [
        ("delete from account_session where seen_at < $1", idle),
        ("delete from account_invitation where expires_at < $1", now),
        ("delete from account_attempt where failures > 0 and last_at < $1", old),
        ("delete from account_attempt where failures = 0 and last_at < $1", oldest),
        ("delete from account_address where window_start < $1", old),
        ("delete from account_idempotency where created_at < $1", oldest),
        ("delete from account_token where expires_at < $1", oldest),
    ] {
        gone += tx.run(sql, &[&until])?;
    }
    Ok(gone)
}
