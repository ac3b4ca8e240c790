//! Signing in and out: password, second factor, sessions, and the actor of a request.

use super::record;
use crate::{
    password, second,
    store::{self, Account},
    throttle::Try,
};
use base::{
    Actor, Clock, Outcome, Refusal, Role, Span, Timestamp, Units,
    ids::{AccountId, PostId},
    rights::Grant,
};
use db::Tx;
use organisation::{Kind, Snapshot};

/// How long the second question may stay unanswered.
const CODE_MINUTES: i64 = 5;
/// After so many wrong codes the password is asked for again.
const MOST_CODES: i64 = 5;
/// How long a session may look unused in the table while it is used, in minutes: it is noted no more often.
const NOTED_MINUTES: i64 = 5;

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

/// What a password is compared with, outside any transaction: [`password::fits`] takes tens of milliseconds.
#[derive(Debug, Clone)]
pub struct Compare {
    login: String,
    kept: String,
}

impl Compare {
    /// Whether the password is right. Slow; a name that does not exist takes as long.
    #[must_use]
    pub fn with(self, secret: &str) -> Compared {
        let fits = password::fits(secret, &self.kept);
        Compared { login: self.login, kept: self.kept, fits }
    }
}

/// What a comparison came to.
#[derive(Debug, Clone)]
pub struct Compared {
    login: String,
    kept: String,
    fits: bool,
}

impl Compared {
    /// The account, when the password was right and is still the same.
    fn account(&self, tx: &Tx<'_>) -> anyhow::Result<Option<Account>> {
        let found = store::by_login(tx, &self.login)?;
        Ok(found.filter(|account| self.fits && !account.disabled && account.password == self.kept))
    }

    /// The account that the comparison proves; a wrong try is counted.
    pub(crate) fn proved(
        &self,
        tx: &Tx<'_>,
        clock: &Clock,
        address: &str,
    ) -> Outcome<Result<Account, Refusal>> {
        let (now, this) = (clock.now(), tries(&self.login, address));
        // Asked again: a hundred tries at once have all looked before the first of them was counted.
        if let Err(refusal) = this.may(tx, now)? {
            return Ok(Err(refusal));
        }
        let Some(account) = self.account(tx)? else {
            this.failed(tx, now)?;
            return Ok(Err(Refusal::new("account-refusal-sign-in").at("login")));
        };
        Ok(Ok(account))
    }
}

fn tidy(login: &str) -> String {
    login.trim().to_lowercase().chars().take(200).collect()
}

/// The tries of an account's password.
pub(crate) fn tries(login: &str, address: &str) -> Try {
    Try::of("password", &tidy(login), address)
}

/// The first step of signing in, a reading: whether a try may be made now, and with what the password is to be
/// compared. `address` is where the request comes from; empty when unknown.
///
/// # Errors
/// When the database fails.
pub fn look(tx: &Tx<'_>, clock: &Clock, login: &str, address: &str) -> Outcome<Result<Compare, Refusal>> {
    let login = tidy(login);
    if let Err(refusal) = tries(&login, address).may(tx, clock.now())? {
        return Ok(Err(refusal));
    }
    let found = store::by_login(tx, &login)?.filter(|account| !account.disabled);
    // The same work as for a known name, so that time tells nothing.
    let kept = found.map_or_else(password::nobodys, |account| Ok(account.password))?;
    Ok(Ok(Compare { login, kept }))
}

/// What [`enter`] would come to, without waiting for the writer: the account whose session may be promised, nothing
/// where a second factor is asked for, or the refusal.
///
/// # Errors
/// When the reading fails.
pub fn would_enter(
    tx: &Tx<'_>,
    clock: &Clock,
    compared: &Compared,
    address: &str,
) -> Outcome<Result<Option<AccountId>, Refusal>> {
    if let Err(refusal) = tries(&compared.login, address).may(tx, clock.now())? {
        return Ok(Err(refusal));
    }
    match compared.account(tx)? {
        Some(account) => Ok(Ok(Some(account.id).filter(|_| !account.totp_on))),
        None => Ok(Err(Refusal::new("account-refusal-sign-in").at("login"))),
    }
}

/// A token for [`enter`].
///
/// # Errors
/// When the system gives no randomness.
pub fn new_token() -> anyhow::Result<String> {
    password::token()
}

/// The last step of signing in, after the comparison: keeps a session under a token that was made before. Unknown names, names that are switched off and wrong passwords
/// are told alike.
///
/// # Errors
/// When the database fails; what is wrong with the input comes back inside, because it is counted.
pub fn enter(
    tx: &Tx<'_>,
    clock: &Clock,
    compared: &Compared,
    token: &str,
    agent: &str,
    address: &str,
) -> Outcome<Result<SignedIn, Refusal>> {
    let now = clock.now();
    let account = match compared.proved(tx, clock, address)? {
        Ok(account) => account,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if account.totp_on {
        let ticket = password::token()?;
        let until = after_minutes(now, CODE_MINUTES);
        store::insert_invitation(tx, &password::digest(&ticket), "second", Some(account.id), until)?;
        return Ok(Ok(SignedIn::CodeNeeded(ticket)));
    }
    tries(&account.login, address).succeeded(tx, now)?;
    open(tx, &account, now, token, agent).map(Ok)
}

/// All steps of signing in at once, for tests: it compares inside the transaction.
///
/// # Errors
/// As [`enter`].
pub fn sign_in(
    tx: &Tx<'_>,
    clock: &Clock,
    login: &str,
    secret: &str,
    agent: &str,
    address: &str,
) -> Outcome<Result<SignedIn, Refusal>> {
    match look(tx, clock, login, address)? {
        Ok(compare) => enter(tx, clock, &compare.with(secret), &new_token()?, agent, address),
        Err(refusal) => Ok(Err(refusal)),
    }
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
    let digest = password::digest(ticket);
    let account = match store::take_invitation(tx, &digest, "second", now)? {
        Some(id) => store::by_id(tx, id)?,
        None => None,
    };
    let Some(account) = account.filter(|a| !a.disabled) else {
        let strangers = Try::of("ticket", "", address);
        if let Err(refusal) = strangers.may(tx, now)? {
            return Ok(Err(refusal));
        }
        strangers.failed(tx, now)?;
        return Ok(Err(Refusal::new("account-refusal-ticket").at("code")));
    };
    let this = second::tries(&account, address);
    if let Err(refusal) = this.may(tx, now)? {
        return Ok(Err(refusal));
    }
    if !second::fits(tx, &account, code, now)? {
        if this.failed(tx, now)? >= MOST_CODES {
            store::use_invitation(tx, &digest, "second", now)?;
        }
        return Ok(Err(Refusal::new("account-refusal-code").at("code")));
    }
    store::use_invitation(tx, &digest, "second", now)?;
    this.succeeded(tx, now)?;
    tries(&account.login, address).succeeded(tx, now)?;
    open(tx, &account, now, &new_token()?, agent).map(Ok)
}

fn open(tx: &Tx<'_>, account: &Account, now: Timestamp, token: &str, agent: &str) -> Outcome<SignedIn> {
    let agent: String = agent.chars().take(120).collect();
    store::insert_session(tx, &password::digest(token), account.id, now, &agent)?;
    Ok(SignedIn::Session(token.to_owned()))
}

/// The actor of a session; `None` when there is none or it was not used for `idle_minutes`. One that acts for another has the other's rights,
/// without those of an administrator, as long as the delegation holds.
///
/// # Errors
/// When the reading fails.
pub fn actor(tx: &Tx<'_>, clock: &Clock, token: &str, idle_minutes: i64) -> Outcome<Option<Actor>> {
    let since = before(clock.now(), Span::new().minutes(idle_minutes));
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

/// Whether it is time to note that a session is used.
///
/// # Errors
/// When the reading fails.
pub fn is_stale(tx: &Tx<'_>, clock: &Clock, token: &str) -> Outcome<bool> {
    let seen = store::session_seen(tx, &password::digest(token))?;
    let noted = before(clock.now(), Span::new().minutes(NOTED_MINUTES));
    Ok(seen.is_some_and(|seen| seen < noted))
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
