//! Granting and ending roles, and acting for another.

use super::record;
use crate::{
    password,
    store::{self, Delegation, RoleRow},
};
use base::limits;
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right, Role, Uuid,
    ids::{AccountId, PostId, UnitId},
};
use db::{Tx, trail};

/// A role to grant.
#[derive(Debug, Clone)]
pub struct NewRole {
    /// Which.
    pub role: Role,
    /// The post that carries it, or, exceptionally, an account.
    pub holder: (Option<PostId>, Option<AccountId>),
    /// Over this unit and all below; none for the whole installation.
    pub unit: Option<UnitId>,
    /// Only in this field of work; empty for all.
    pub field: String,
    /// First day.
    pub from: Date,
    /// First day on which it no longer holds.
    pub to: Option<Date>,
}

impl NewRole {
    /// A role in every field of work, without an end.
    pub fn of(
        role: Role,
        holder: (Option<PostId>, Option<AccountId>),
        unit: Option<UnitId>,
        from: Date,
    ) -> Self {
        Self { role, holder, unit, field: String::new(), from, to: None }
    }
}

/// Grants a role over a unit and all below it.
///
/// # Errors
/// Refuses an end before its beginning, and an actor without the right.
pub fn grant(tx: &Tx<'_>, clock: &Clock, actor: &Actor, new: &NewRole) -> Outcome<Uuid> {
    actor.need_everywhere(Right::Administer)?;
    if new.to.is_some_and(|to| to <= new.from) {
        return Refusal::new("account-refusal-dates").at("to").stop();
    }
    limits::within(&[("field", &new.field, limits::NAME)])?;
    let row = RoleRow {
        id: clock.uuid(),
        role: new.role.word().to_owned(),
        post: new.holder.0,
        account: new.holder.1,
        unit: new.unit,
        field: base::fold::tidy(&new.field),
        from: new.from,
        to: new.to,
    };
    store::put_role(tx, &row)?;
    tx.bump("rights")?;
    let entry = trail::Entry {
        act: "account.role.grant",
        kind: "role",
        id: Some(row.id),
        code: new.role.word(),
        unit: new.unit,
        facts: serde_json::json!({
            "role": new.role.word(), "from": new.from, "to": new.to, "field": row.field,
            "account": new.holder.1, "post": new.holder.0,
        }),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(row.id)
}

/// Ends a role on a day.
///
/// # Errors
/// Refuses an unknown role, the last administrator's, and an actor without the right.
pub fn end_role(tx: &Tx<'_>, clock: &Clock, actor: &Actor, id: Uuid, on: Date) -> Outcome<()> {
    actor.need_everywhere(Right::Administer)?;
    let Some(row) = store::role_by_id(tx, id)? else { return Refusal::not_found().stop() };
    if row.role == Role::Administrator.word() && store::administrators(tx, on)? <= 1 {
        return Refusal::new("account-refusal-last-administrator").stop();
    }
    store::end_role(tx, id, Some(on))?;
    tx.bump("rights")?;
    let entry = trail::Entry {
        act: "account.role.end",
        kind: "role",
        id: Some(id),
        code: &row.role,
        unit: row.unit,
        facts: serde_json::json!({"to": on}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Lets another person act for the actor for some days.
///
/// # Errors
/// Refuses an unknown login, oneself, an end before the beginning, and acting for somebody while acting for another.
pub fn delegate(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    login: &str,
    (from, to): (Date, Date),
    document: &str,
) -> Outcome<()> {
    let Some(giver) = actor.account.filter(|_| actor.on_behalf.is_none() && actor.person.is_some()) else {
        return Refusal::forbidden().stop();
    };
    let Some(taker) = store::by_login(tx, &login.trim().to_lowercase())?.filter(|t| t.id != giver) else {
        return Refusal::new("account-refusal-taker").at("login").with("value", login).stop();
    };
    if to < from || to < clock.today() {
        return Refusal::new("account-refusal-dates").at("to").stop();
    }
    limits::within(&[("document", document, limits::NAME)])?;
    let new = Delegation {
        id: clock.uuid(),
        giver,
        giver_name: actor.name.clone(),
        taker: taker.id,
        taker_name: taker.name,
        from,
        to,
        document: base::fold::tidy(document),
        ended: false,
    };
    store::insert_delegation(tx, &new)?;
    let facts = serde_json::json!({"to": new.taker, "from": from, "until": to, "document": new.document});
    record(tx, clock, actor, "account.delegation.give", giver, facts)
}

/// Takes a delegation back.
///
/// # Errors
/// Refuses one that the actor did not give.
pub fn end_delegation(tx: &Tx<'_>, clock: &Clock, actor: &Actor, id: Uuid) -> Outcome<()> {
    let Some(giver) = actor.account else { return Refusal::forbidden().stop() };
    if !store::end_delegation(tx, giver, id)? {
        return Refusal::not_found().stop();
    }
    record(tx, clock, actor, "account.delegation.end", giver, serde_json::json!({"delegation": id}))
}

/// Begins to act for the giver of a delegation in this session, or, with none, goes back to oneself.
///
/// # Errors
/// Refuses a delegation that does not hold today or was given to somebody else.
pub fn act_for(tx: &Tx<'_>, clock: &Clock, actor: &Actor, token: &str, id: Option<Uuid>) -> Outcome<()> {
    let Some(account) = actor.account else { return Refusal::forbidden().stop() };
    let giver = match id {
        None => None,
        Some(id) => {
            let found = store::delegations(tx, account)?
                .into_iter()
                .find(|d| d.id == id && d.taker == account && d.holds_on(clock.today()));
            match found {
                Some(delegation) => Some(delegation.giver),
                None => return Refusal::not_found().stop(),
            }
        }
    };
    store::set_acting_for(tx, &password::digest(token), giver)?;
    record(tx, clock, actor, "account.delegation.use", account, serde_json::json!({"for": giver}))
}
