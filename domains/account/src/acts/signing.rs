//! Signing in and out: password, second factor, sessions, and the actor of a request.

use super::record;
use crate::{
    password, second,
    store::{self, Account},
};
use base::{
    Actor, Clock, Outcome, Refusal, Role, Span, Status, Timestamp, Units, ids::PostId, rights::Grant,
};
use db::Tx;
use organisation::{Kind, Snapshot};

/// A session ends after this many hours without use.
const IDLE_HOURS: i64 = 12;
/// After so many wrong passwords or codes an account rests.
const MOST_FAILURES: i64 = 8;
/// After so many failures an address rests, whatever the accounts.
const MOST_FROM_ADDRESS: i64 = 40;
const LOCK_MINUTES: i64 = 15;
/// How long the second question may stay unanswered.
const CODE_MINUTES: i64 = 5;

fn before(now: Timestamp, span: Span) -> Timestamp {
    now.checked_sub(span).unwrap_or(now)
}

fn after_minutes(now: Timestamp, minutes: i64) -> Timestamp {
    now.checked_add(Span::new().minutes(minutes)).unwrap_or(now)
}

/// What signing in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedIn {
    /// A session's token.
    Session(String),
    /// The password was right; the code of the second factor is still asked for, with this ticket.
    CodeNeeded(String),
}

fn locked() -> Refusal {
    let refusal = Refusal::new("account-refusal-locked").with("minutes", LOCK_MINUTES);
    Refusal { status: Status::TooMany, ..refusal }
}

/// Counts a failure of an account and of an address. It must be kept, so failing is no refusal that undoes.
fn fail(tx: &Tx<'_>, account: &Account, address: &str, now: Timestamp) -> anyhow::Result<()> {
    let failures = account.failures + 1;
    let until = (failures >= MOST_FAILURES).then(|| after_minutes(now, LOCK_MINUTES));
    store::set_failures(tx, account.id, if until.is_some() { 0 } else { failures }, until)?;
    fail_address(tx, address, now)
}

fn fail_address(tx: &Tx<'_>, address: &str, now: Timestamp) -> anyhow::Result<()> {
    if address.is_empty() {
        return Ok(());
    }
    store::count_failure(tx, address, now, before(now, Span::new().minutes(LOCK_MINUTES)))
}

fn rests(tx: &Tx<'_>, address: &str, now: Timestamp) -> anyhow::Result<bool> {
    let since = before(now, Span::new().minutes(LOCK_MINUTES));
    Ok(!address.is_empty() && store::failures_of(tx, address, since)? >= MOST_FROM_ADDRESS)
}

/// Signs in with a password. Unknown names and wrong passwords are told alike. `address` is where the request comes
/// from; empty when unknown.
///
/// # Errors
/// When the database fails; what is wrong with the input comes back inside, because it is counted.
pub fn sign_in(
    tx: &Tx<'_>,
    clock: &Clock,
    login: &str,
    secret: &str,
    agent: &str,
    address: &str,
) -> Outcome<Result<SignedIn, Refusal>> {
    let now = clock.now();
    if rests(tx, address, now)? {
        return Ok(Err(locked()));
    }
    let wrong = Refusal::new("account-refusal-sign-in").at("login");
    let Some(account) = store::by_login(tx, &login.trim().to_lowercase())? else {
        // The same work as for a known name, so that time tells nothing.
        let _ = password::hash(secret)?;
        fail_address(tx, address, now)?;
        return Ok(Err(wrong));
    };
    if account.disabled {
        return Ok(Err(wrong));
    }
    if account.locked_until.is_some_and(|until| now < until) {
        return Ok(Err(locked()));
    }
    if !password::fits(secret, &account.password) {
        fail(tx, &account, address, now)?;
        return Ok(Err(wrong));
    }
    if account.totp_on {
        let ticket = password::token()?;
        let until = after_minutes(now, CODE_MINUTES);
        store::insert_invitation(tx, &password::digest(&ticket), "second", Some(account.id), until)?;
        return Ok(Ok(SignedIn::CodeNeeded(ticket)));
    }
    open(tx, &account, now, agent).map(Ok)
}

/// Answers the second question with a code of the app or a recovery code.
///
/// # Errors
/// When the database fails; what is wrong with the input comes back inside, because it is counted.
pub fn sign_in_with_code(
    tx: &Tx<'_>,
    clock: &Clock,
    ticket: &str,
    code: &str,
    agent: &str,
    address: &str,
) -> Outcome<Result<SignedIn, Refusal>> {
    let now = clock.now();
    if rests(tx, address, now)? {
        return Ok(Err(locked()));
    }
    let digest = password::digest(ticket);
    let account = match store::take_invitation(tx, &digest, "second", now)? {
        Some(id) => store::by_id(tx, id)?,
        None => None,
    };
    let Some(account) = account.filter(|a| !a.disabled) else {
        return Ok(Err(Refusal::new("account-refusal-ticket").at("code")));
    };
    if account.locked_until.is_some_and(|until| now < until) {
        return Ok(Err(locked()));
    }
    if !second::fits(tx, &account, code, now)? {
        fail(tx, &account, address, now)?;
        return Ok(Err(Refusal::new("account-refusal-code").at("code")));
    }
    store::use_invitation(tx, &digest, "second", now)?;
    open(tx, &account, now, agent).map(Ok)
}

fn open(tx: &Tx<'_>, account: &Account, now: Timestamp, agent: &str) -> Outcome<SignedIn> {
    store::set_failures(tx, account.id, 0, None)?;
    let token = password::token()?;
    let agent: String = agent.chars().take(120).collect();
    store::insert_session(tx, &password::digest(&token), account.id, now, &agent)?;
    Ok(SignedIn::Session(token))
}

/// The actor of a session; `None` when there is no such session. One that acts for another has the other's rights,
/// without those of an administrator, as long as the delegation holds.
///
/// # Errors
/// When the reading fails.
pub fn actor(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<Option<Actor>> {
    let since = before(clock.now(), Span::new().hours(IDLE_HOURS));
    let Some((account, acting_for)) = store::by_session(tx, &password::digest(token), since)? else {
        return Ok(None);
    };
    let own = actor_of(tx, clock, &account)?;
    let Some(giver) = acting_for else { return Ok(Some(own)) };
    let today = clock.today();
    let holds = store::delegations(tx, account.id)?.iter().any(|d| d.giver == giver && d.holds_on(today));
    match store::by_id(tx, giver)?.filter(|g| holds && !g.disabled) {
        Some(other) => {
            let mut acting = actor_of(tx, clock, &other)?;
            acting.grants.retain(|grant| grant.role != Role::Administrator);
            acting.on_behalf = other.person.map(|person| (person, other.name.clone()));
            Ok(Some(Actor { account: own.account, person: own.person, name: own.name, ..acting }))
        }
        None => Ok(Some(own)),
    }
}

/// What an account may do now; kept in memory for the day until a role, a holding or a unit changes.
///
/// # Errors
/// When the reading fails.
pub fn actor_of(tx: &Tx<'_>, clock: &Clock, account: &Account) -> Outcome<Actor> {
    let today = clock.today();
    // Both counters only grow, so their sum moves when either does.
    let version = tx.version("rights")? + tx.version("organisation")?;
    let actor =
        tx.cached_at(&format!("actor {} {today}", account.id), version, || work_out(tx, today, account))?;
    Ok((*actor).clone())
}

fn work_out(tx: &Tx<'_>, today: base::Date, account: &Account) -> anyhow::Result<Actor> {
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
                // A committee's people also see to the offices of their territory; a department that serves a whole city
                // answers for itself alone.
                let committee = snapshot.unit(top).filter(|unit| Kind::is_committee(&unit.kind));
                if let Some(territory) = committee.and_then(|unit| unit.territory) {
                    reach.extend(snapshot.under(territory));
                }
                // Who follows a unit that ended answers for its past.
                reach.extend(snapshot.taken_over(&reach));
                Units::Only(std::sync::Arc::new(reach))
            }
        };
        let Some(role) = Role::from_word(&granted.role) else { continue };
        let field = Some(granted.field).filter(|f| !f.is_empty());
        grants.push(Grant { role, top: granted.unit, units, field });
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

/// Ends one session of the actor's account, named by its digest.
///
/// # Errors
/// Refuses a session that is not the actor's.
pub fn end_session(tx: &Tx<'_>, clock: &Clock, actor: &Actor, digest: &str) -> Outcome<()> {
    let Some(account) = actor.account else { return Refusal::forbidden().stop() };
    if !store::owns_session(tx, account, digest)? {
        return Refusal::not_found().stop();
    }
    store::end_session(tx, digest)?;
    record(tx, clock, actor, "account.session.end", account, serde_json::json!({}))
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
