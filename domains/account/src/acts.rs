//! Making accounts, links and tokens. Signing and roles have files of their own.

mod roles;
mod signing;

pub use roles::{NewRole, act_for, delegate, end_delegation, end_role, grant};
pub use signing::{
    SignedIn, actor, actor_of, end_session, is_stale, sign_in, sign_in_with_code, sign_out,
    sign_out_everywhere, touch,
};

use crate::{
    password,
    store::{self, Account},
};
use base::{
    Actor, Clock, Outcome, Refusal, Role, Span,
    ids::{AccountId, PersonId},
};
use db::{Tx, trail};

/// The shortest password taken; there are no rules of composition.
pub const SHORTEST: usize = 10;

/// Makes an account.
///
/// # Errors
/// Refuses a short password, a login that exists, and an actor without the right.
pub fn create(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    login: &str,
    name: &str,
    secret: &str,
    person: Option<PersonId>,
) -> Outcome<AccountId> {
    actor.need_everywhere(base::Right::Administer)?;
    create_with_hash(tx, clock, actor, (login, name), &hash(secret)?, person)
}

/// The hash of a password that is long enough.
///
/// # Errors
/// Refuses a short password.
pub fn hash(secret: &str) -> Outcome<String> {
    if secret.chars().count() < SHORTEST {
        return Refusal::new("account-refusal-password").at("password").with("n", SHORTEST).stop();
    }
    Ok(password::hash(secret)?)
}

/// [`create`] with a hash made before: many demo accounts share one.
///
/// # Errors
/// As there.
pub fn create_with_hash(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (login, name): (&str, &str),
    hash: &str,
    person: Option<PersonId>,
) -> Outcome<AccountId> {
    let login = login.trim().to_lowercase();
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
        locked_until: None,
        failures: 0,
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

/// Sets a new password of another account and ends its sessions.
///
/// # Errors
/// Refuses a short password, and an actor without the right.
pub fn reset_password(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    account: AccountId,
    secret: &str,
) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    store::set_password(tx, account, &hash(secret)?)?;
    store::end_sessions(tx, account)?;
    record(tx, clock, actor, "account.password.reset", account, serde_json::json!({}))
}

/// Changes the actor's own password and ends the other sessions.
///
/// # Errors
/// Refuses a wrong old password and a short new one.
pub fn change_password(tx: &Tx<'_>, clock: &Clock, actor: &Actor, old: &str, new: &str) -> Outcome<()> {
    let account = match actor.account.filter(|_| actor.on_behalf.is_none()) {
        Some(id) => store::by_id(tx, id)?,
        None => None,
    };
    let Some(account) = account else { return Refusal::forbidden().stop() };
    if !password::fits(old, &account.password) {
        return Refusal::new("account-refusal-old-password").at("old").stop();
    }
    store::set_password(tx, account.id, &hash(new)?)?;
    store::end_sessions(tx, account.id)?;
    record(tx, clock, actor, "account.password.change", account.id, serde_json::json!({}))
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
    let id = create_with_hash(tx, clock, &program, (login, name), hash, None)?;
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

/// The actor of an API token; one with the scope `read` keeps only the right to see.
///
/// # Errors
/// When the reading fails.
pub fn actor_of_token(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<Option<Actor>> {
    let Some((account, scope)) = store::by_token(tx, &password::digest(token), clock.now())? else {
        return Ok(None);
    };
    let mut actor = actor_of(tx, clock, &account)?;
    if scope != "write" {
        for grant in &mut actor.grants {
            grant.role = Role::Reader;
        }
    }
    Ok(Some(actor))
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
