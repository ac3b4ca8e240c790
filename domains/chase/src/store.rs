//! Every statement of the room: what was called, what was seen, and reminders.

mod outbox;
mod talk;
mod told;

pub use outbox::*;
pub use talk::*;
pub use told::*;

use crate::rules::{Ladder, Whom};
use base::{
    Actor, Date, Right, Role, Timestamp, Uuid,
    ids::{AccountId, UnitId},
    texts::Texts,
};
use db::{Bound, Param, Tx};

/// The ladder in force.
pub fn ladder(tx: &Tx<'_>) -> anyhow::Result<Ladder> {
    let kept = tx.setting("chase.ladder")?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

/// Keeps another ladder.
pub fn set_ladder(tx: &Tx<'_>, ladder: &Ladder) -> anyhow::Result<()> {
    tx.set("chase.ladder", &serde_json::to_string(ladder)?)
}

/// The last day on which was looked what is to be called.
pub fn swept(tx: &Tx<'_>) -> anyhow::Result<Option<Date>> {
    Ok(tx.setting("chase.swept")?.and_then(|day| day.parse().ok()))
}

/// Says up to which day it was looked.
pub fn set_swept(tx: &Tx<'_>, day: Date) -> anyhow::Result<()> {
    tx.set("chase.swept", &day.to_string())
}

/// Something that was called.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The task's code, or the address of what else is owed; see [`crate::acts::Matter`].
    pub task: String,
    /// Its title then.
    pub title: String,
    /// The deadline meant.
    pub due: Date,
    /// Working days after the deadline; before it when negative.
    pub after: i64,
    /// Who was called.
    pub whom: Whom,
    /// The unit in which they stand.
    pub unit: UnitId,
    /// The lead unit.
    pub lead: UnitId,
    /// Who headed that unit on the day; empty when nobody did.
    pub holder: String,
    /// The day.
    pub day: Date,
}

impl Notice {
    /// The address of what it is about.
    pub fn link(&self) -> String {
        if self.task.contains('/') { format!("/{}", self.task) } else { format!("/nv/{}", self.task) }
    }

    /// Its code, as people cite it.
    pub fn cited(&self) -> &str {
        self.task.trim_start_matches("bao-cao/").trim_start_matches("so-ket/")
    }

    /// In words: before, on or after the deadline.
    pub fn words(&self, texts: &Texts) -> String {
        let key = match self.after {
            ..0 => "notice-before",
            0 => "notice-today",
            1.. => "notice-late",
        };
        texts.count(key, self.after.abs())
    }
}

/// Keeps a call; says whether it is the first of its kind.
pub fn insert_notice(tx: &Tx<'_>, id: Uuid, n: &Notice) -> anyhow::Result<bool> {
    let count = tx.run(
        "insert into chase_notice (id, task_code, title, due, after_days, whom, unit_id, lead_id, holder, day)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (task_code, due, after_days, whom) do nothing",
        &[&id, &n.task, &n.title, &n.due, &n.after, &n.whom.word(), &n.unit, &n.lead, &n.holder, &n.day],
    )?;
    Ok(count == 1)
}

const NOTICE: &str = "task_code, title, due, after_days, whom, unit_id, lead_id, holder, day";

fn notice(r: &db::Row<'_>) -> anyhow::Result<Notice> {
    Ok(Notice {
        task: r.next()?,
        title: r.next()?,
        due: r.next()?,
        after: r.next()?,
        whom: r.word(Whom::from_word)?,
        unit: r.next()?,
        lead: r.next()?,
        holder: r.next()?,
        day: r.next()?,
    })
}

/// What was called for a task, as the actor may read it: without the names of people of units that are hidden from them.
///
/// # Errors
/// When the database fails.
pub fn of_task_for(tx: &Tx<'_>, actor: &Actor, code: &str) -> anyhow::Result<Vec<Notice>> {
    let mut notices = of_task(tx, code)?;
    for notice in notices.iter_mut().filter(|notice| !people::sight::may_see(actor, notice.unit)) {
        notice.holder.clear();
    }
    Ok(notices)
}

/// Everything that was called for a task, oldest first.
pub fn of_task(tx: &Tx<'_>, code: &str) -> anyhow::Result<Vec<Notice>> {
    tx.rows(
        &format!("select {NOTICE} from chase_notice where task_code = $1 order by day, after_days, whom"),
        &[&code],
        notice,
    )
}

/// The condition under which a call is for an actor: it stands in a unit where the actor has the role.
fn for_actor(actor: &Actor) -> (String, Vec<Param>) {
    let (mut parts, mut params): (Vec<String>, Vec<Param>) = (Vec::new(), Vec::new());
    for grant in &actor.grants {
        let own: &[Whom] = match grant.role {
            Role::Clerk => &[Whom::Unit],
            Role::UnitHead => &[Whom::Unit, Whom::Head, Whom::Above],
            Role::Leader => &[Whom::Above],
            _ => &[],
        };
        if let Some(top) = grant.top {
            for whom in own {
                params.push(Param::Uuid(top.0));
                parts.push(format!("(whom = '{}' and unit_id = ${})", whom.word(), params.len()));
            }
        }
        let over = match grant.role {
            Role::ProgrammeOffice => Whom::Office,
            Role::Leader => Whom::Leader,
            _ => continue,
        };
        match grant.units.list() {
            None => parts.push(format!("whom = '{}'", over.word())),
            Some(units) => {
                params.push(Param::Uuids(units));
                parts.push(format!("(whom = '{}' and lead_id = any(${}))", over.word(), params.len()));
            }
        }
    }
    (if parts.is_empty() { "1 = 0".to_owned() } else { parts.join(" or ") }, params)
}

/// What was called for an actor, newest first.
pub fn notices(tx: &Tx<'_>, actor: &Actor, limit: i64) -> anyhow::Result<Vec<Notice>> {
    let (condition, mut params) = for_actor(actor);
    params.push(Param::Int(limit));
    let bound: Vec<&dyn Bound> = params.iter().map(|p| p as &dyn Bound).collect();
    tx.rows(
        &format!(
            "select {NOTICE} from chase_notice where {condition}
              order by day desc, after_days desc, task_code limit ${}",
            params.len()
        ),
        &bound,
        notice,
    )
}

/// How many calls for an actor came after the day up to which they were seen.
pub fn unseen(tx: &Tx<'_>, actor: &Actor) -> anyhow::Result<i64> {
    let Some(account) = actor.account else { return Ok(0) };
    let (condition, mut params) = for_actor(actor);
    let seen = seen_until(tx, account)?.unwrap_or(Date::constant(1900, 1, 1));
    params.push(Param::Date(seen));
    let bound: Vec<&dyn Bound> = params.iter().map(|p| p as &dyn Bound).collect();
    tx.number(
        &format!("select count(*) from chase_notice where ({condition}) and day > ${}", params.len()),
        &bound,
    )
}

/// The day up to which an account has seen what was called.
pub fn seen_until(tx: &Tx<'_>, account: AccountId) -> anyhow::Result<Option<Date>> {
    tx.row("select until from chase_seen where account_id = $1", &[&account], |r| r.next())
}

/// Says up to which day an account has seen what was called.
pub fn set_seen(tx: &Tx<'_>, account: AccountId, until: Date) -> anyhow::Result<()> {
    tx.run(
        "insert into chase_seen (account_id, until) values ($1, $2)
         on conflict (account_id) do update set until = excluded.until",
        &[&account, &until],
    )?;
    Ok(())
}

/// A reminder as an official document.
#[derive(Debug, Clone)]
pub struct Reminder {
    /// Its identity.
    pub id: Uuid,
    /// Its code, `DD-2023-007`.
    pub code: String,
    /// Who is reminded.
    pub unit: UnitId,
    /// Who reminds.
    pub issuer: UnitId,
    /// Its number and symbol as cited.
    pub mark: String,
    /// The moment at which the list was drawn up.
    pub cut_off: Timestamp,
    /// By when is to be answered.
    pub reply_by: Option<Date>,
    /// The codes of the tasks, by commas.
    pub tasks: String,
    /// How many.
    pub count: i64,
    /// The Word file.
    pub sha256: String,
    /// `made`, `sent`, `withdrawn`.
    pub state: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// The day on which it was sent.
    pub sent_on: Option<Date>,
}

const REMINDER: &str = "id, code, unit_id, issuer_id, mark, cut_off, reply_by, tasks, tasks_count, sha256, state, \
                        made_by, made_at, sent_on";

fn reminder(r: &db::Row<'_>) -> anyhow::Result<Reminder> {
    Ok(Reminder {
        id: r.next()?,
        code: r.next()?,
        unit: r.next()?,
        issuer: r.next()?,
        mark: r.next()?,
        cut_off: r.next()?,
        reply_by: r.next()?,
        tasks: r.next()?,
        count: r.next()?,
        sha256: r.next()?,
        state: r.next()?,
        made_by: r.next()?,
        made_at: r.next()?,
        sent_on: r.next()?,
    })
}

/// Keeps a reminder.
pub fn insert_reminder(tx: &Tx<'_>, m: &Reminder) -> anyhow::Result<()> {
    tx.run(
        "insert into chase_reminder (id, code, unit_id, issuer_id, mark, cut_off, reply_by, tasks, tasks_count,
                                     sha256, state, made_by, made_at, sent_on, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)",
        &[
            &m.id, &m.code, &m.unit, &m.issuer, &m.mark, &m.cut_off, &m.reply_by, &m.tasks, &m.count, &m.sha256,
            &m.state, &m.made_by, &m.made_at, &m.sent_on,
        ],
    )?;
    Ok(())
}

/// A reminder by its code.
pub fn reminder_by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Reminder>> {
    tx.row(&format!("select {REMINDER} from chase_reminder where code = $1"), &[&code], reminder)
}

/// The reminders to units that an actor may see or from issuers for whom it assigns, newest first.
pub fn reminders(tx: &Tx<'_>, actor: &Actor, limit: i64) -> anyhow::Result<Vec<Reminder>> {
    let (seen, own) = (actor.units(Right::See).list(), actor.units(Right::Assign).list());
    let (all, all_own) = (seen.is_none(), own.is_none());
    tx.rows(
        &format!(
            "select {REMINDER} from chase_reminder
              where $1 or $2 or unit_id = any($3) or issuer_id = any($4)
              order by made_at desc, code desc limit $5"
        ),
        &[&all, &all_own, &seen.unwrap_or_default(), &own.unwrap_or_default(), &limit],
        reminder,
    )
}

/// Moves a reminder on, unless somebody moved it before.
pub fn set_reminder_state(
    tx: &Tx<'_>,
    code: &str,
    from: &str,
    to: &str,
    sent_on: Option<Date>,
) -> anyhow::Result<bool> {
    let n = tx.run(
        "update chase_reminder set state = $1, sent_on = $2, version = version + 1 where code = $3 and state = $4",
        &[&to, &sent_on, &code, &from],
    )?;
    Ok(n == 1)
}

/// Reminders whose file is gone or is not the one that the trail names.
pub fn reminders_that_differ(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    tx.rows(
        "select m.code from chase_reminder m
          where not exists (select 1 from document_file f where f.sha256 = m.sha256)
             or not exists (select 1 from kernel_trail l where l.record_id = m.id
                             and l.facts like '%\"sha256\":\"' || m.sha256 || '\"%')
          order by m.code limit 100",
        &[],
        |r| Ok(format!("reminder {} has another file than its line in the trail says", r.next::<String>()?)),
    )
}
