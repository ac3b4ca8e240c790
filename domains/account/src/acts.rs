//! Signing in and out, making accounts, granting roles, and the actor of a request.

use crate::{
    password,
    store::{self, Account},
};
use base::{
    Actor, Clock, Outcome, Refusal, Role, Span, Status, Timestamp, Units,
    ids::{AccountId, PersonId, PostId, UnitId},
    rights::Grant,
};
use db::{Tx, trail};
use organisation::Snapshot;

/// A session ends after this many hours without use.
const IDLE_HOURS: i64 = 12;
/// After so many wrong passwords an account rests.
const MOST_FAILURES: i64 = 8;
const LOCK_MINUTES: i64 = 15;
/// The shortest password taken; there are no rules of composition.
pub const SHORTEST: usize = 10;

fn before(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(Span::new().hours(hours)).unwrap_or(now)
}

/// Signs in and returns the session's token. Unknown names and wrong passwords are told alike.
///
/// # Errors
/// Refuses wrong names and passwords, and a locked account.
pub fn sign_in(
    tx: &Tx<'_>,
    clock: &Clock,
    login: &str,
    secret: &str,
    agent: &str,
) -> Outcome<Result<String, Refusal>> {
    let now = clock.now();
    let wrong = Refusal::new("account-refusal-sign-in").at("login");
    let Some(account) = store::by_login(tx, &login.trim().to_lowercase())? else {
        // The same work as for a known name, so that time tells nothing.
        let _ = password::hash(secret)?;
        return Ok(Err(wrong));
    };
    if account.disabled {
        return Ok(Err(wrong));
    }
    if account.locked_until.is_some_and(|until| now < until) {
        return Ok(Err(Refusal {
            status: Status::TooMany,
            ..Refusal::new("account-refusal-locked").with("minutes", LOCK_MINUTES)
        }));
    }
    if !password::fits(secret, &account.password) {
        let failures = account.failures + 1;
        let until = (failures >= MOST_FAILURES)
            .then(|| now.checked_add(Span::new().minutes(LOCK_MINUTES)).ok())
            .flatten();
        // The failure itself must be kept, so this is no refusal that undoes the transaction.
        store::set_failures(tx, account.id, if until.is_some() { 0 } else { failures }, until)?;
        return Ok(Err(wrong));
    }
    store::set_failures(tx, account.id, 0, None)?;
    let token = password::token()?;
    let agent: String = agent.chars().take(120).collect();
    store::insert_session(tx, &password::digest(&token), account.id, now, &agent)?;
    Ok(Ok(token))
}

/// The actor of a session; `None` when there is no such session.
///
/// # Errors
/// When the reading fails.
pub fn actor(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<Option<Actor>> {
    let now = clock.now();
    match store::by_session(tx, &password::digest(token), before(now, IDLE_HOURS))? {
        Some(account) => Ok(Some(actor_of(tx, clock, &account)?)),
        None => Ok(None),
    }
}

/// What an account may do now.
///
/// # Errors
/// When the reading fails.
pub fn actor_of(tx: &Tx<'_>, clock: &Clock, account: &Account) -> Outcome<Actor> {
    let today = clock.today();
    let held = match account.person {
        Some(person) => people::store::held_by(tx, person, today)?,
        None => Vec::new(),
    };
    let posts: Vec<PostId> = held.iter().map(|h| h.post).collect();
    let snapshot = Snapshot::at(tx, today)?;
    let mut grants = Vec::new();
    for granted in store::roles(tx, account.id, &posts, today)? {
        let units = match granted.unit {
            None => Units::All,
            Some(top) => {
                let mut reach = snapshot.under(top);
                // A committee's people also see to the offices of their territory.
                if let Some(territory) = snapshot.unit(top).and_then(|u| u.territory) {
                    reach.extend(snapshot.under(territory));
                }
                Units::Only(std::sync::Arc::new(reach))
            }
        };
        grants.push(Grant { role: granted.role, top: granted.unit, units, field: None });
    }
    let main = held.first();
    Ok(Actor {
        account: Some(account.id),
        person: account.person,
        name: account.name.clone(),
        post: main.map(|h| h.post),
        unit: main.map(|h| h.unit),
        on_behalf: None,
        grants,
    })
}

/// Notes that a session is used, at most once a quarter of an hour.
///
/// # Errors
/// When the writing fails.
pub fn is_stale(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<bool> {
    let seen = store::session_seen(tx, &password::digest(token))?;
    let quarter = clock.now().checked_sub(Span::new().minutes(15)).unwrap_or(clock.now());
    Ok(seen.is_some_and(|seen| seen < quarter))
}

/// Keeps a session alive.
///
/// # Errors
/// When the writing fails.
pub fn touch(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<()> {
    store::touch_session(tx, &password::digest(token), clock.now())?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// When the writing fails.
pub fn sign_out(tx: &Tx<'_>, token: &str) -> Outcome<()> {
    store::end_session(tx, &password::digest(token))?;
    Ok(())
}

/// Ends all sessions of the actor's account.
///
/// # Errors
/// When the writing fails.
pub fn sign_out_everywhere(tx: &Tx<'_>, clock: &Clock, actor: &Actor) -> Outcome<()> {
    let Some(account) = actor.account else { return Refusal::forbidden().stop() };
    let ended = store::end_sessions(tx, account)?;
    record(tx, clock, actor, "account.session.end_all", account, serde_json::json!({"sessions": ended}))
}

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

/// Grants a role over a unit and all below it, to a post or, exceptionally, to an account.
///
/// # Errors
/// Refuses an actor without the right.
pub fn grant(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    role: Role,
    holder: (Option<PostId>, Option<AccountId>),
    unit: Option<UnitId>,
    from: base::Date,
) -> Outcome<()> {
    actor.need_everywhere(base::Right::Administer)?;
    store::insert_role(tx, clock.uuid(), role, holder, unit, from)?;
    tx.bump("rights")?;
    let entry = trail::Entry {
        act: "account.role.grant",
        kind: "role",
        id: holder.1.map(|a| a.0).or(holder.0.map(|p| p.0)),
        code: role.word(),
        unit,
        facts: serde_json::json!({"role": role.word(), "from": from}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
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
        grant(tx, clock, &program, role, (None, Some(id)), None, clock.today())?;
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

fn record(
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
