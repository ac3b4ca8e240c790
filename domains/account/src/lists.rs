//! Lists of the room as files.

use crate::store;
use base::{Outcome, Right};
use paper::write::List;
use room::{Asked, List as Listed};

/// Accounts.
pub const LISTS: &[Listed] = &[Listed::of("accounts", accounts)];

/// Accounts: who may sign in.
fn accounts(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, texts) = (asked.read.tx, asked.read.actor, asked.texts);
    actor.need_everywhere(Right::Administer)?;
    let rows = store::all(tx)?.into_iter().map(|a| {
        let state = if a.disabled { texts.say("account-off") } else { String::new() };
        let factor = if a.totp_on { "x" } else { "" };
        vec![a.login.into(), a.name.into(), factor.into(), state.into()]
    });
    Ok(asked.said(
        "nav-accounts",
        &["sign-login", "field-name", "factor-title", "task-state"],
        rows.collect(),
    ))
}
