//! Statements about what leaves the house: messages that wait, to whom, and how often they were tried.

use base::{Timestamp, Uuid};
use db::{Row, Tx};

/// What kind of message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A digest by mail to an account.
    Mail,
    /// A signed call to another program.
    Call,
}

impl Kind {
    /// The word in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Call => "call",
        }
    }
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its identity, by which a receiver knows a repetition.
    pub id: Uuid,
    /// Mail or call.
    pub kind: Kind,
    /// The account or the hook.
    pub target: Uuid,
    /// The hour of the day or the trail's line that it is about.
    pub slot: String,
    /// The mail address or the URL.
    pub recipient: String,
    /// The subject of a mail, the act of a call.
    pub subject: String,
    /// The text of a mail, the JSON of a call.
    pub body: String,
    /// `waiting`, `sending`, `sent`, `failed`; `empty` for a digest that had nothing to say.
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

const MESSAGE: &str =
    "id, kind, target_id, slot, recipient, subject, body, state, tries, next_try, fault, made_at";

fn message(r: &Row<'_>) -> anyhow::Result<Message> {
    Ok(Message {
        id: r.next()?,
        kind: if r.next::<String>()? == Kind::Call.word() { Kind::Call } else { Kind::Mail },
        target: r.next()?,
        slot: r.next()?,
        recipient: r.next()?,
        subject: r.next()?,
        body: r.next()?,
        state: r.next()?,
        tries: r.next()?,
        next_try: r.next()?,
        fault: r.next()?,
        made_at: r.next()?,
    })
}

/// Keeps a message; says whether its slot was free.
pub fn insert_message(tx: &Tx<'_>, m: &Message) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into chase_message (id, kind, target_id, slot, recipient, subject, body, state, tries, next_try, fault,
                                    made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (kind, target_id, slot) do nothing",
        &[
            &m.id,
            &m.kind.word(),
            &m.target,
            &m.slot,
            &m.recipient,
            &m.subject,
            &m.body,
            &m.state,
            &m.tries,
            &m.next_try,
            &m.fault,
            &m.made_at,
        ],
    )?;
    Ok(n == 1)
}

/// Whether a slot is taken.
pub fn has_message(tx: &Tx<'_>, kind: Kind, target: Uuid, slot: &str) -> anyhow::Result<bool> {
    let n = "select count(*) from chase_message where kind = $1 and target_id = $2 and slot = $3";
    Ok(tx.number(n, &[&kind.word(), &target, &slot])? > 0)
}

/// The messages whose time has come; calls only to hooks that are switched on. What was being sent when a process died
/// comes again after its lease.
pub fn due_messages(tx: &Tx<'_>, kind: Kind, now: Timestamp) -> anyhow::Result<Vec<Message>> {
    tx.rows(
        &format!(
            "select {MESSAGE} from chase_message
              where state in ('waiting', 'sending') and next_try <= $1 and kind = $2
                and (kind = 'mail' or target_id in (select h.id from chase_hook h where h.active))
              order by made_at, id limit 100"
        ),
        &[&now, &kind.word()],
        message,
    )
}

/// Moves a message on, unless another process did; `seen` is the number of tries that was read.
pub fn set_message(
    tx: &Tx<'_>,
    (id, seen): (Uuid, i64),
    state: &str,
    (tries, next_try, fault): (i64, Timestamp, &str),
) -> anyhow::Result<bool> {
    let n = tx.run(
        "update chase_message set state = $1, tries = $2, next_try = $3, fault = $4 where id = $5 and tries = $6",
        &[&state, &tries, &next_try, &fault, &id, &seen],
    )?;
    Ok(n == 1)
}

/// Lets a call that was taken or given up wait again.
pub fn replay(tx: &Tx<'_>, id: Uuid, now: Timestamp) -> anyhow::Result<bool> {
    let n = tx.run(
        "update chase_message set state = 'waiting', tries = 0, next_try = $1, fault = ''
          where id = $2 and kind = 'call' and state in ('sent', 'failed')",
        &[&now, &id],
    )?;
    Ok(n == 1)
}

/// The last messages of a kind, of one account or hook or of all, newest first.
pub fn messages(tx: &Tx<'_>, kind: Kind, target: Option<Uuid>, limit: i64) -> anyhow::Result<Vec<Message>> {
    tx.rows(
        &format!(
            "select {MESSAGE} from chase_message
              where kind = $1 and ($2 is null or target_id = $2) and state <> 'empty'
              order by made_at desc, id desc limit $3"
        ),
        &[&kind.word(), &target, &limit],
        message,
    )
}
