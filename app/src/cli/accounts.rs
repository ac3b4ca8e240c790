//! Accounts from the command line, for whoever owns the machine: made, listed, helped.

use super::{Open, said, say};
use crate::seal;
use anyhow::Context as _;
use base::{Actor, Outcome, Refusal, Role};
use db::Tx;

fn program() -> Actor {
    Actor::program("trongtam")
}

/// Acts, and seals what the act wrote into the trail.
fn act<T: Send + 'static>(
    open: &Open,
    act: impl Fn(&Tx<'_>) -> Outcome<T> + Send + 'static,
) -> anyhow::Result<T> {
    let done = open.db.act_now(act).map_err(|stop| said(&open.texts, stop))?;
    seal::seal_all(&open.db, &open.clock, open.key).map_err(|stop| said(&open.texts, stop))?;
    Ok(done)
}

/// The hash of the password in the environment, which must be no common one.
fn hash(open: &Open, own_words: &[&str]) -> anyhow::Result<String> {
    let secret = std::env::var("TRONGTAM_PASSWORD").with_context(|| open.texts.say("cli-no-password"))?;
    account::password::check(&secret, own_words).map_err(|stop| said(&open.texts, stop))?;
    account::password::hash(&secret)
}

/// Makes an account with roles over the whole installation.
pub(super) fn make(open: &Open, login: &str, name: &str, roles: &[String]) -> anyhow::Result<()> {
    let hash = hash(open, &[login, name])?;
    let roles: Vec<Role> = roles
        .iter()
        .map(|word| Role::from_word(word).with_context(|| format!("unknown role {word}")))
        .collect::<anyhow::Result<_>>()?;
    let (login, name, clock) = (login.to_owned(), name.to_owned(), open.clock.clone());
    act(open, move |tx| {
        let id = account::acts::create(tx, &clock, &program(), (&login, &name), &hash, None)?;
        for role in &roles {
            let new = account::acts::NewRole::of(*role, (None, Some(id)), None, clock.today());
            account::acts::grant(tx, &clock, &program(), &new)?;
        }
        Ok(())
    })
}

/// Prints a line an account, tabulators between: login, name, `on` or `off`, second factor, sessions, tokens.
pub(super) fn list(open: &Open) -> anyhow::Result<()> {
    let lines = open
        .db
        .read_now(|tx| {
            let mut lines = Vec::new();
            for a in account::store::all(tx)? {
                let state = if a.disabled { "off" } else { "on" };
                let factor = if a.totp_on { "totp" } else { "-" };
                let sessions = account::store::sessions(tx, a.id)?.len();
                let tokens = account::store::tokens(tx, a.id)?.len();
                lines.push(format!("{}\t{}\t{state}\t{factor}\t{sessions}\t{tokens}", a.login, a.name));
            }
            Ok(lines)
        })
        .map_err(|stop| said(&open.texts, stop))?;
    for line in lines {
        say(&line);
    }
    Ok(())
}

/// Forgets the wrong tries of an account.
pub(super) fn unlock(open: &Open, login: &str) -> anyhow::Result<()> {
    let (login, clock) = (login.trim().to_lowercase(), open.clock.clone());
    act(open, move |tx| account::acts::forget_tries(tx, &clock, &program(), &login))
}

/// Sets a new password, ends sessions and tokens, and switches the second factor off: for who lost everything.
pub(super) fn reset(open: &Open, login: &str) -> anyhow::Result<()> {
    let hash = hash(open, &[login])?;
    let (login, clock) = (login.trim().to_lowercase(), open.clock.clone());
    act(open, move |tx| {
        let Some(found) = account::store::by_login(tx, &login)? else { return Refusal::not_found().stop() };
        chase::store::end_feeds(tx, found.id)?;
        account::acts::reset_password(tx, &clock, &program(), &found, &hash)?;
        if found.totp_on {
            account::second::clear_for(tx, &clock, &program(), found.id)?;
        }
        Ok(())
    })
}
