//! Making accounts, links and tokens. Signing and roles have files of their own.

mod roles;
mod signing;

pub use roles::{NewRole, act_for, delegate, end_delegation, end_role, grant};
pub use signing::{
    Compare, Compared, SignedIn, actor, actor_of, end_session, enter, is_stale, look, new_token, sign_in,
    sign_in_with_code, sign_out, sign_out_everywhere, touch, would_enter,
};

use crate::{
    password,
    store::{self, Account},
};
use base::{
    Actor, Clock, Outcome, Refusal, Role, Span,
    ids::{AccountId, PersonId},
    limits,
};
use db::{Tx, trail};

/// Makes an account with the hash of a password that was checked and hashed before, outside the transaction.
///
/// # Errors
/// Refuses a login that exists or holds blanks, and an actor without the right.
pub fn create(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (login, name): (&str, &str),
    hash: &str,
    person: Option<PersonId>,
) -> Outcome<AccountId> {
    actor.need_everywhere(base::Right::Administer)?;
    let login = login.trim().to_lowercase();
    limits::within(&[("login", &login, limits::CODE), ("name", name, limits::NAME)])?;
    if login.is_empty() || login.chars().any(char::is_whitespace) {
        return Refusal::new("account-refusal-login").at("login").stop();
    }
    if store::by_login(tx, &login)?.is_some() {
        return Refusal::new("refusal-duplicate").at("login").with("what", &login).stop();
    }
    let account = Account {
        id: AccountId::new(clock),
        login,
        name: base::fold::tidy(name),
        person,
        password: hash.to_owned(),
        disabled: false,
        totp_secret: String::new(),
        totp_on: false,
        totp_step: 0,
    };
    store::insert(tx, &account, clock.now())?;
    record(
        tx,
        clock,
        actor,
        "account.account.create",
        account.id,
        serde_json::json!({"login": account.login}),
    )?;
    Ok(account.id)
}

/// Sets a new password of another account and ends its sessions and tokens.
///
/// # Errors
/// Refuses an actor without the right.
pub fn reset_password(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    account: &Account,
    hash: &str,
) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    set_password(tx, account.id, hash)?;
    unlock(tx, account)?;
    record(tx, clock, actor, "account.password.reset", account.id, serde_json::json!({}))
}

fn set_password(tx: &Tx<'_>, account: AccountId, hash: &str) -> Outcome<()> {
    store::set_password(tx, account, hash)?;
    // Whoever knew the old password may have made them.
    store::end_sessions(tx, account)?;
    store::end_tokens(tx, account)?;
    Ok(())
}

/// Forgets the wrong tries of an account from every address.
fn unlock(tx: &Tx<'_>, account: &Account) -> Outcome<()> {
    signing::tries(&account.login, "").forget(tx)?;
    crate::second::tries(account, "").forget(tx)
}

/// Lets an account try again at once, whatever was tried before.
///
/// # Errors
/// Refuses an unknown login, and an actor without the right.
pub fn forget_tries(tx: &Tx<'_>, clock: &Clock, actor: &Actor, login: &str) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    let Some(account) = store::by_login(tx, login)? else { return Refusal::not_found().stop() };
    unlock(tx, &account)?;
    record(tx, clock, actor, "account.account.unlock", account.id, serde_json::json!({}))
}

/// The actor's own account, when a try of its password may be made now; a reading.
///
/// # Errors
/// Refuses whoever acts for another, and a try that comes too early.
pub fn look_at_own(tx: &Tx<'_>, clock: &Clock, actor: &Actor, address: &str) -> Outcome<Compare> {
    let account = match actor.account.filter(|_| actor.on_behalf.is_none()) {
        Some(id) => store::by_id(tx, id)?,
        None => None,
    };
    let Some(account) = account else { return Refusal::forbidden().stop() };
    Ok(look(tx, clock, &account.login, address)??)
}

/// Changes the actor's own password, the old one having been compared, and ends its sessions and tokens.
///
/// # Errors
/// Refuses whoever acts for another; a wrong old password comes back inside, because it is counted.
pub fn change_password(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    compared: &Compared,
    hash: &str,
    address: &str,
) -> Outcome<Result<(), Refusal>> {
    let own = actor.account.filter(|_| actor.on_behalf.is_none());
    let account = match compared.proved(tx, clock, address)? {
        Ok(account) if Some(account.id) == own => account,
        Ok(_) => return Refusal::forbidden().stop(),
        Err(refusal) => {
            let is_early = refusal.status == base::Status::TooMany;
            let wrong = Refusal::new("account-refusal-old-password").at("old");
            return Ok(Err(if is_early { refusal.at("old") } else { wrong }));
        }
    };
    set_password(tx, account.id, hash)?;
    record(tx, clock, actor, "account.password.change", account.id, serde_json::json!({}))?;
    Ok(Ok(()))
}

/// Switches an account off, ending its sessions, or on again.
///
/// # Errors
/// Refuses oneself, and an actor without the right.
pub fn switch(tx: &Tx<'_>, clock: &Clock, actor: &Actor, account: AccountId, on: bool) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    if actor.account == Some(account) {
        return Refusal::new("account-refusal-oneself").stop();
    }
    store::set_disabled(tx, account, !on)?;
    if !on {
        store::end_sessions(tx, account)?;
        store::end_tokens(tx, account)?;
    }
    record(tx, clock, actor, "account.account.switch", account, serde_json::json!({"on": on}))
}

/// Says which person an account is of, so that roles that a post carries come with the post and end with it; none for
/// nobody.
///
/// # Errors
/// Refuses an actor who does not administer.
pub fn link(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    account: AccountId,
    person: Option<PersonId>,
) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    store::set_person(tx, account, person)?;
    tx.bump("rights")?;
    record(tx, clock, actor, "account.account.link", account, serde_json::json!({"person": person.is_some()}))
}

/// Makes the one-time link by which the first administrator is made; `None` when there are accounts already.
///
/// # Errors
/// When the writing fails.
pub fn first_link(tx: &Tx<'_>, clock: &Clock) -> Outcome<Option<String>> {
    if !store::is_empty(tx)? {
        return Ok(None);
    }
    let token = password::token()?;
    let expires = clock.now().checked_add(Span::new().hours(24)).unwrap_or(clock.now());
    store::insert_invitation(tx, &password::digest(&token), "first", None, expires)?;
    Ok(Some(token))
}

/// Whether the one-time link of the first administrator is good; a reading, before anything is hashed for it.
///
/// # Errors
/// Refuses a link that is used up or has run out.
pub fn look_at_first_link(tx: &Tx<'_>, clock: &Clock, link: &str) -> Outcome<()> {
    if !store::has_invitation(tx, &password::digest(link), "first", clock.now())? || !store::is_empty(tx)? {
        return Refusal::new("account-refusal-link").stop();
    }
    Ok(())
}

/// Makes the first administrator by the one-time link.
///
/// # Errors
/// Refuses a link that is used up, a short password, and a login with blanks.
pub fn first_administrator(
    tx: &Tx<'_>,
    clock: &Clock,
    link: &str,
    login: &str,
    name: &str,
    hash: &str,
) -> Outcome<()> {
    if !store::use_invitation(tx, &password::digest(link), "first", clock.now())? || !store::is_empty(tx)? {
        return Refusal::new("account-refusal-link").stop();
    }
    let program = Actor::program("trongtam");
    let id = create(tx, clock, &program, (login, name), hash, None)?;
    for role in
        [Role::Administrator, Role::ProgrammeOffice, Role::OrganisationOfficer, Role::PersonnelOfficer]
    {
        let new = NewRole::of(role, (None, Some(id)), None, clock.today());
        grant(tx, clock, &program, &new)?;
    }
    Ok(())
}

/// Makes an API token for an account; `scope` is `read` or `write`. The token is shown once and kept as a digest.
///
/// # Errors
/// Refuses an unknown login or scope, and an actor without the right.
pub fn make_token(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    login: &str,
    name: &str,
    scope: &str,
    days: i64,
) -> Outcome<String> {
    actor.need_everywhere(base::Right::Administer)?;
    if !matches!(scope, "read" | "write") {
        return Refusal::new("refusal-unknown-word")
            .at("scope")
            .with("field", "scope")
            .with("value", scope)
            .stop();
    }
    limits::within(&[("name", name, limits::NAME)])?;
    let Some(account) = store::by_login(tx, login)? else { return Refusal::not_found().stop() };
    let token = password::token()?;
    let now = clock.now();
    let until = now.checked_add(Span::new().hours(24 * days.clamp(1, 3660))).unwrap_or(now);
    store::insert_token(tx, &password::digest(&token), account.id, name, scope, now, until)?;
    let facts = serde_json::json!({"login": account.login, "name": name, "scope": scope, "days": days});
    record(tx, clock, actor, "account.token.make", account.id, facts)?;
    Ok(token)
}

/// Ends the API tokens of a name.
///
/// # Errors
/// Refuses a name that no token has, and an actor without the right.
pub fn end_token(tx: &Tx<'_>, clock: &Clock, actor: &Actor, account: AccountId, name: &str) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    if !store::end_token(tx, account, name)? {
        return Refusal::not_found().stop();
    }
    record(tx, clock, actor, "account.token.end", account, serde_json::json!({"name": name}))
}

/// Ends the API tokens of a name of the actor's own account.
///
/// # Errors
/// Refuses a name that no token has.
pub fn end_own_token(tx: &Tx<'_>, clock: &Clock, actor: &Actor, name: &str) -> Outcome<()> {
    let Some(account) = actor.account.filter(|_| actor.on_behalf.is_none()) else {
        return Refusal::forbidden().stop();
    };
    if !store::end_token(tx, account, name)? {
        return Refusal::not_found().stop();
    }
    record(tx, clock, actor, "account.token.end", account, serde_json::json!({"name": name}))
}

/// Removes sessions, links, tokens, tries and answers that have run out. Nothing a person did: no line in the trail.
///
/// # Errors
/// When the database fails.
pub fn sweep(tx: &Tx<'_>, clock: &Clock, idle_minutes: i64) -> Outcome<u64> {
    let now = clock.now();
    let ago = |span: Span| now.checked_sub(span).unwrap_or(now);
    let (idle, day) = (ago(Span::new().minutes(idle_minutes)), ago(Span::new().hours(24)));
    Ok(store::sweep(tx, now, idle, day, ago(Span::new().hours(24 * 30)))?)
}

/// The actor of an API token and whether it may change anything. One with the scope `read` keeps only the right to see.
///
/// # Errors
/// When the reading fails.
pub fn actor_of_token(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<Option<(Actor, bool)>> {
    let Some((account, scope)) = store::by_token(tx, &password::digest(token), clock.now())? else {
        return Ok(None);
    };
    let mut actor = actor_of(tx, clock, &account)?;
    let may_change = scope == "write";
    if !may_change {
        for grant in &mut actor.grants {
            grant.role = Role::Reader;
        }
    }
    Ok(Some((actor, may_change)))
}

pub(crate) fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    id: AccountId,
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry = trail::Entry { act, kind: "account", id: Some(id.0), code: "", unit: None, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
