//! Statements about the addresses that are told of acts, and what they were told.

use base::{Timestamp, Uuid};
use db::{Row, Tx};

/// An address that is told of acts.
#[derive(Debug, Clone)]
pub struct Hook {
    /// Its identity.
    pub id: Uuid,
    /// Where to.
    pub url: String,
    /// The secret by which the receiver knows that it comes from here.
    pub secret: String,
    /// The beginnings of the acts it is told of, by commas; empty for all.
    pub acts: String,
    /// The place in the trail up to which it was told.
    pub cursor: i64,
    /// Whether it is told.
    pub active: bool,
    /// Who set it up.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
}

const HOOK: &str = "id, url, secret, acts, cursor_position, active, made_by, made_at";

fn hook(r: &Row<'_>) -> anyhow::Result<Hook> {
    Ok(Hook {
        id: r.next()?,
        url: r.next()?,
        secret: r.next()?,
        acts: r.next()?,
        cursor: r.next()?,
        active: r.next()?,
        made_by: r.next()?,
        made_at: r.next()?,
    })
}

/// All addresses.
pub fn hooks(tx: &Tx<'_>) -> anyhow::Result<Vec<Hook>> {
    tx.rows(&format!("select {HOOK} from chase_hook order by made_at, id"), &[], hook)
}

/// Keeps an address.
pub fn insert_hook(tx: &Tx<'_>, h: &Hook) -> anyhow::Result<()> {
    tx.run(
        "insert into chase_hook (id, url, secret, acts, cursor_position, active, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&h.id, &h.url, &h.secret, &h.acts, &h.cursor, &h.active, &h.made_by, &h.made_at],
    )?;
    Ok(())
}

/// Switches an address on or off.
pub fn set_hook(tx: &Tx<'_>, id: Uuid, active: bool) -> anyhow::Result<bool> {
    Ok(tx.run("update chase_hook set active = $1 where id = $2", &[&active, &id])? == 1)
}

/// Says up to which place in the trail an address was told.
pub fn set_cursor(tx: &Tx<'_>, id: Uuid, position: i64) -> anyhow::Result<()> {
    tx.run("update chase_hook set cursor_position = $1 where id = $2", &[&position, &id])?;
    Ok(())
}

/// Something that an address is told.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its identity, which the receiver can use to know a repetition.
    pub id: Uuid,
    /// To which address.
    pub hook: Uuid,
    /// The trail's line.
    pub line: Uuid,
    /// The act.
    pub act: String,
    /// The body, JSON.
    pub body: String,
    /// `waiting`, `sending`, `sent`, `failed`.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// When to try next.
    pub next_try: Timestamp,
    /// What went wrong last.
    pub fault: String,
    /// When it was written.
    pub made_at: Timestamp,
}

const DELIVERY: &str = "id, hook_id, line_id, act, body, state, tries, next_try, fault, made_at";

fn delivery(r: &Row<'_>) -> anyhow::Result<Delivery> {
    Ok(Delivery {
        id: r.next()?,
        hook: r.next()?,
        line: r.next()?,
        act: r.next()?,
        body: r.next()?,
        state: r.next()?,
        tries: r.next()?,
        next_try: r.next()?,
        fault: r.next()?,
        made_at: r.next()?,
    })
}

/// Keeps a delivery; says whether it is the first about its line.
pub fn insert_delivery(tx: &Tx<'_>, d: &Delivery) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into chase_delivery (id, hook_id, line_id, act, body, state, tries, next_try, fault, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (hook_id, line_id) do nothing",
        &[&d.id, &d.hook, &d.line, &d.act, &d.body, &d.state, &d.tries, &d.next_try, &d.fault, &d.made_at],
    )?;
    Ok(n == 1)
}

/// The deliveries whose time has come, of addresses that are switched on.
pub fn due_deliveries(tx: &Tx<'_>, now: Timestamp) -> anyhow::Result<Vec<Delivery>> {
    tx.rows(
        &format!(
            "select {DELIVERY} from chase_delivery
              where state in ('waiting', 'sending') and next_try <= $1
                and hook_id in (select h.id from chase_hook h where h.active)
              order by made_at, id limit 100"
        ),
        &[&now],
        delivery,
    )
}

/// Moves a delivery on, unless another process did; `seen` is the number of tries that was read.
pub fn set_delivery(
    tx: &Tx<'_>,
    (id, seen): (Uuid, i64),
    state: &str,
    (tries, next_try, fault): (i64, Timestamp, &str),
) -> anyhow::Result<bool> {
    let n = tx.run(
        "update chase_delivery set state = $1, tries = $2, next_try = $3, fault = $4 where id = $5 and tries = $6",
        &[&state, &tries, &next_try, &fault, &id, &seen],
    )?;
    Ok(n == 1)
}

/// Tells once more what was told or given up.
pub fn replay(tx: &Tx<'_>, id: Uuid, now: Timestamp) -> anyhow::Result<bool> {
    let n = tx.run(
        "update chase_delivery set state = 'waiting', tries = 0, next_try = $1, fault = ''
          where id = $2 and state in ('sent', 'failed')",
        &[&now, &id],
    )?;
    Ok(n == 1)
}

/// The last deliveries, newest first.
pub fn deliveries(tx: &Tx<'_>, limit: i64) -> anyhow::Result<Vec<Delivery>> {
    tx.rows(
        &format!("select {DELIVERY} from chase_delivery order by made_at desc, id desc limit $1"),
        &[&limit],
        delivery,
    )
}
