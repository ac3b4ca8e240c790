//! Statements about roles and about acting for another.

use base::{
    Date, Uuid,
    ids::{AccountId, PostId, UnitId},
};
use db::{Row, Tx};
use std::collections::{HashMap, HashSet};

/// The roles in force on a day for an account and for the posts its person holds.
pub fn roles(tx: &Tx<'_>, account: AccountId, posts: &[PostId], on: Date) -> anyhow::Result<Vec<RoleRow>> {
    let all = roles_of(tx, account, posts)?;
    Ok(all.into_iter().filter(|r| r.from <= on && r.to.is_none_or(|to| on < to)).collect())
}

/// A role as kept.
#[derive(Debug, Clone)]
pub struct RoleRow {
    /// Its identity.
    pub id: Uuid,
    /// The role's word.
    pub role: String,
    /// The post that carries it.
    pub post: Option<PostId>,
    /// The account that holds it, when it is no post.
    pub account: Option<AccountId>,
    /// The unit at the top; `None` for the whole installation.
    pub unit: Option<UnitId>,
    /// The field of work it is limited to; empty for all.
    pub field: String,
    /// First day.
    pub from: Date,
    /// First day on which it no longer holds.
    pub to: Option<Date>,
}

const ROLE: &str = "r.id, r.role, r.post_id, r.account_id, r.unit_id, r.field, r.from_on, r.to_on";

fn role_row(r: &Row<'_>) -> anyhow::Result<RoleRow> {
    Ok(RoleRow {
        id: r.next()?,
        role: r.next()?,
        post: r.next()?,
        account: r.next()?,
        unit: r.next()?,
        field: r.next()?,
        from: r.next()?,
        to: r.next()?,
    })
}

/// The roles over a unit, or carried by its posts, that hold on or after a day.
pub fn roles_around(tx: &Tx<'_>, unit: UnitId, on: Date) -> anyhow::Result<Vec<RoleRow>> {
    tx.rows(
        &format!(
            "select {ROLE} from account_role r
              where (r.unit_id = $1 or r.post_id in (select o.id from people_post o where o.unit_id = $1))
                and (r.to_on is null or r.to_on > $2)
              order by r.role, r.id"
        ),
        &[&unit, &on],
        role_row,
    )
}

/// The roles of an account and of posts, past and present.
pub fn roles_of(tx: &Tx<'_>, account: AccountId, posts: &[PostId]) -> anyhow::Result<Vec<RoleRow>> {
    let posts: Vec<Uuid> = posts.iter().map(|p| p.0).collect();
    tx.rows(
        &format!(
            "select {ROLE} from account_role r where r.account_id = $1 or r.post_id = any($2)
              order by r.from_on, r.role, r.id"
        ),
        &[&account, &posts],
        role_row,
    )
}

/// How many administrators of the whole installation there are on a day and after.
pub fn administrators(tx: &Tx<'_>, on: Date) -> anyhow::Result<i64> {
    tx.number(
        "select count(*) from account_role where role = 'administrator' and unit_id is null
            and (to_on is null or to_on > $1)",
        &[&on],
    )
}

/// One role.
pub fn role_by_id(tx: &Tx<'_>, id: Uuid) -> anyhow::Result<Option<RoleRow>> {
    tx.row(&format!("select {ROLE} from account_role r where r.id = $1"), &[&id], role_row)
}

/// Roles that are not as the trail's lines say, in words for an administrator, and how many were carried by
/// reorganisations before these wrote a line for each.
pub fn roles_that_differ(tx: &Tx<'_>) -> anyhow::Result<(Vec<String>, usize)> {
    let mut lines: HashMap<Uuid, Vec<(String, Option<UnitId>, serde_json::Value)>> = HashMap::new();
    let all = tx.rows(
        "select record_id, act, unit_id, facts from kernel_trail where record_kind = 'role' and record_id is not null
          order by id",
        &[],
        |r| {
            let (id, act, unit): (Uuid, String, Option<UnitId>) = (r.next()?, r.next()?, r.next()?);
            Ok((id, act, unit, serde_json::from_str(&r.next::<String>()?)?))
        },
    )?;
    for (id, act, unit, facts) in all {
        lines.entry(id).or_default().push((act, unit, facts));
    }
    let carried: HashSet<String> = tx
        .rows("select undo from organisation_carried where what = 'role'", &[], |r| r.next::<String>())?
        .iter()
        .filter_map(|undo| serde_json::from_str::<serde_json::Value>(undo).ok())
        .filter_map(|undo| undo.get("role")?.as_str().map(str::to_owned))
        .collect();
    let (mut faults, mut without, mut there) = (Vec::new(), 0, HashSet::new());
    for role in tx.rows(&format!("select {ROLE} from account_role r order by r.id"), &[], role_row)? {
        let name = format!("role {} ({})", role.id, role.role);
        there.insert(role.id);
        let Some(own) = lines.get(&role.id) else {
            if carried.contains(&role.id.to_string()) {
                without += 1;
            } else {
                faults.push(format!("{name} has no line in the trail"));
            }
            continue;
        };
        let Some((_, unit, facts)) = own.iter().find(|(act, ..)| act == "account.role.grant") else {
            continue;
        };
        let is = |name: &str, there: serde_json::Value| facts.get(name).is_none_or(|said| *said == there);
        let mut ends = own.iter().filter(|(act, ..)| act == "account.role.end");
        let end =
            ends.next_back().map_or(&facts["to"], |(_, _, facts)| &facts["to"]).as_str().map(str::to_owned);
        // A reorganisation ends a role without a line of its own: earlier than said is no fault, later is.
        let is_longer = match (role.to.map(|day| day.to_string()), end) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(there), Some(said)) => there > said,
        };
        let is_same = *unit == role.unit
            && is("role", serde_json::json!(role.role))
            && is("from", serde_json::json!(role.from))
            && is("field", serde_json::json!(role.field))
            && is("account", serde_json::json!(role.account))
            && is("post", serde_json::json!(role.post));
        if !is_same || is_longer {
            faults.push(format!("{name} is not as its line in the trail says"));
        }
    }
    // What a reorganisation carried, its reversal takes away without a line for each.
    let gone = lines.iter().filter(|(id, own)| {
        !there.contains(*id)
            && own
                .iter()
                .any(|(act, _, facts)| act == "account.role.grant" && facts.get("document").is_none())
    });
    faults.extend(gone.map(|(id, _)| format!("role {id} is gone, its line in the trail stands")));
    Ok((faults, without))
}

/// Keeps a role.
pub fn put_role(tx: &Tx<'_>, r: &RoleRow) -> anyhow::Result<()> {
    tx.run(
        "insert into account_role (id, role, post_id, account_id, unit_id, field, from_on, to_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&r.id, &r.role, &r.post, &r.account, &r.unit, &r.field, &r.from, &r.to],
    )?;
    Ok(())
}

/// Ends a role on a day, or lets it go on.
pub fn end_role(tx: &Tx<'_>, id: Uuid, to: Option<Date>) -> anyhow::Result<()> {
    tx.run("update account_role set to_on = $1 where id = $2", &[&to, &id])?;
    Ok(())
}

/// Takes away a role that a reversed act had made.
pub fn remove_role(tx: &Tx<'_>, id: Uuid) -> anyhow::Result<()> {
    tx.run("delete from account_role where id = $1", &[&id])?;
    Ok(())
}

/// A delegation: somebody acts for another for some days.
#[derive(Debug, Clone)]
pub struct Delegation {
    /// Its identity.
    pub id: Uuid,
    /// Who is acted for.
    pub giver: AccountId,
    /// That account's name.
    pub giver_name: String,
    /// Who acts.
    pub taker: AccountId,
    /// That account's name.
    pub taker_name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// The document that orders it.
    pub document: String,
    /// Taken back early.
    pub ended: bool,
}

impl Delegation {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        !self.ended && self.from <= day && day <= self.to
    }
}

/// The delegations that an account gave or took, newest first.
pub fn delegations(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Vec<Delegation>> {
    tx.rows(
        "select d.id, d.giver_id, g.name, d.taker_id, t.name, d.from_on, d.to_on, d.document, d.ended
           from account_delegation d
           join account_account g on g.id = d.giver_id
           join account_account t on t.id = d.taker_id
          where d.giver_id = $1 or d.taker_id = $1 order by d.from_on desc, d.id limit 100",
        &[&account],
        |r| {
            Ok(Delegation {
                id: r.next()?,
                giver: r.next()?,
                giver_name: r.next()?,
                taker: r.next()?,
                taker_name: r.next()?,
                from: r.next()?,
                to: r.next()?,
                document: r.next()?,
                ended: r.next()?,
            })
        },
    )
}

/// Keeps a delegation.
pub fn insert_delegation(tx: &Tx<'_>, d: &Delegation) -> anyhow::Result<()> {
    tx.run(
        "insert into account_delegation (id, giver_id, taker_id, from_on, to_on, document, ended)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[&d.id, &d.giver, &d.taker, &d.from, &d.to, &d.document, &d.ended],
    )?;
    Ok(())
}

/// Takes a delegation back; false when it is not the giver's.
pub fn end_delegation(tx: &Tx<'_>, giver: AccountId, id: Uuid) -> anyhow::Result<bool> {
    let sql = "update account_delegation set ended = $1 where id = $2 and giver_id = $3";
    Ok(tx.run(sql, &[&true, &id, &giver])? == 1)
}
