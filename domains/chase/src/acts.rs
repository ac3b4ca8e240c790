//! What happens by itself once a day, and what a programme office does with what is overdue.

pub mod digest;
pub mod hooks;
pub mod outbox;
pub mod talk;

pub use crate::words::Remind;
use crate::{
    letter,
    rules::{self, Ladder, Whom},
    store::{self, Notice, Reminder},
};
use base::{Actor, Clock, Date, Outcome, Refusal, Right, Span, Stop, ids::UnitId, limits};
use db::{Tx, trail};
use organisation::Snapshot;
use programme::store::{Filter, ListRow};
use room::{Owed, Owes};
use std::collections::BTreeMap;

/// How far a look back goes when nobody looked before or for long, in days.
const BACK: i64 = 40;

/// Something that is due and open: a task, or what another room lets a unit owe.
#[derive(Debug, Clone)]
struct Matter {
    /// A task's code; else the address of its page without the first slash, which holds a slash.
    code: String,
    /// What it is.
    title: String,
    /// The deadline.
    due: Date,
    /// Who is to do it.
    lead: UnitId,
    /// Who asked for it, when a unit of ours did.
    issuer: Option<UnitId>,
}

/// What a unit owes a room, when it has a day.
fn of_owed(owed: Owed) -> Option<Matter> {
    let code = owed.address.trim_start_matches('/').to_owned();
    Some(Matter { code, title: owed.title, due: owed.due?, lead: owed.unit, issuer: owed.issuer })
}

/// Calls whatever is to be called up to today and was not. Safe to run as often as one likes, and side by side.
///
/// # Errors
/// When the database fails. A deadline in a year that the calendar does not cover is passed over; the next look then
/// begins at the same day again, so that it is called as soon as the calendar covers the year.
pub fn sweep(tx: &Tx<'_>, clock: &Clock, owes: &[Owes]) -> Outcome<usize> {
    let today = clock.today();
    let yesterday = today.yesterday().unwrap_or(today);
    let oldest = today.checked_sub(Span::new().days(BACK)).unwrap_or(yesterday);
    let from = store::swept(tx)?.unwrap_or(yesterday).max(oldest);
    if from >= today {
        return Ok(0);
    }
    let ladder = store::ladder(tx)?;
    let names = Snapshot::at(tx, today)?;
    let horizon = today.checked_add(Span::new().days(60)).unwrap_or(today);
    let (mut fired, mut is_whole) = (0, true);
    let tasks = programme::store::open_dated(tx, horizon)?.into_iter();
    let mut matters: Vec<Matter> = tasks
        .map(|t| Matter { code: t.code, title: t.title, due: t.due, lead: t.lead, issuer: t.issuer })
        .collect();
    for owes in owes {
        let owed = owes(tx, today, &|_| true)?.into_iter().filter(|owed| owed.calls);
        matters.extend(owed.filter_map(of_owed).filter(|matter| matter.due <= horizon));
    }
    for task in matters {
        let calendar = organisation::store::calendar_of(tx, Some(task.lead), today)?;
        let Ok(calls) = rules::calls(&ladder, &calendar, task.due, from, today) else {
            is_whole = false;
            continue;
        };
        for call in calls {
            let Some(unit) = addressee(&names, call.whom, task.lead, task.issuer) else { continue };
            let holder = people::store::holders(tx, unit, call.day)?.into_iter().find(|h| h.is_head);
            let notice = Notice {
                task: task.code.clone(),
                title: task.title.clone(),
                due: task.due,
                after: call.after,
                whom: call.whom,
                unit,
                lead: task.lead,
                holder: holder.map(|h| h.name).unwrap_or_default(),
                day: call.day,
            };
            fired += usize::from(store::insert_notice(tx, clock.uuid(), &notice)?);
        }
    }
    if is_whole {
        store::set_swept(tx, today)?;
    }
    Ok(fired)
}

/// Who is called next for a task that is being done, and when; none when nobody is.
///
/// # Errors
/// When the reading fails.
pub fn next_call(tx: &Tx<'_>, task: &programme::words::Task, today: Date) -> Outcome<Option<rules::Call>> {
    use programme::words::State;
    let is_open = matches!(task.facts.state, State::Assigned | State::Received | State::InProgress);
    let Some(due) = task.facts.due.date().filter(|_| is_open && task.facts.reported_on.is_none()) else {
        return Ok(None);
    };
    let calendar = organisation::store::calendar_of(tx, task.facts.lead, today)?;
    // A year without a calendar is told where the calendar is kept; here nobody is promised a day.
    Ok(rules::next(&store::ladder(tx)?, &calendar, due, today).unwrap_or_default())
}

/// The unit in which the one who is called stands.
fn addressee(names: &Snapshot, whom: Whom, lead: UnitId, issuer: Option<UnitId>) -> Option<UnitId> {
    let lead = names.now(lead);
    match whom {
        Whom::Unit | Whom::Head => Some(lead),
        Whom::Above => names.parent(lead).map(|u| u.id).or(issuer),
        Whom::Office | Whom::Leader => issuer.or_else(|| names.path(lead).first().map(|u| u.id)),
    }
}

/// Changes the ladder.
///
/// # Errors
/// Refuses a ladder that is none, and an actor who does not administer.
pub fn change_ladder(tx: &Tx<'_>, clock: &Clock, actor: &Actor, ladder: &Ladder) -> Outcome<()> {
    actor.need_everywhere(Right::Administer)?;
    ladder.check()?;
    let before = store::ladder(tx)?;
    store::set_ladder(tx, ladder)?;
    let facts = serde_json::json!({"ladder": {"from": written(&before), "to": written(ladder)}});
    let entry =
        trail::Entry { act: "chase.ladder.change", kind: "ladder", id: None, code: "", unit: None, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// A ladder in one line: `-7 unit, … ; 5`.
fn written(ladder: &Ladder) -> String {
    let rungs: Vec<String> =
        ladder.rungs.iter().map(|r| format!("{:+} {}", r.after, r.whom.word())).collect();
    format!("{}; {}", rungs.join(", "), ladder.repeat)
}

/// What is overdue today, by lead unit, where an actor assigns.
///
/// # Errors
/// When the reading fails.
pub fn overdue(tx: &Tx<'_>, actor: &Actor, today: Date) -> Outcome<BTreeMap<UnitId, Vec<ListRow>>> {
    let filter = Filter {
        seen: actor.reach(Right::Assign),
        lead_in: Some(actor.reach(Right::Assign)),
        standing: "overdue".to_owned(),
        is_given: true,
        ..Filter::default()
    };
    let mut by_unit: BTreeMap<UnitId, Vec<ListRow>> = BTreeMap::new();
    for row in programme::store::first(tx, &filter, today, today, 10_000)? {
        if let Some(lead) = row.lead {
            by_unit.entry(lead).or_default().push(row);
        }
    }
    Ok(by_unit)
}

/// Makes one numbered document for each unit from what it has overdue now. Returns their codes.
///
/// # Errors
/// Refuses when nothing is chosen, a unit has nothing overdue, a field is missing, or the actor does not assign there.
pub fn remind(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    units: &[UnitId],
    how: &Remind,
) -> Outcome<Vec<String>> {
    let today = clock.today();
    if units.is_empty() {
        return Refusal::new("chase-refusal-none").at("don_vi").stop();
    }
    let Some(issuer) = how.issuer else {
        return Refusal::new("refusal-required").at("issuer").with("field", "issuer").stop();
    };
    actor.need(Right::Assign, issuer)?;
    for (name, value) in [("symbol", &how.symbol), ("title", &how.title)] {
        if value.is_empty() {
            return Refusal::new("refusal-required").at(name).with("field", name).stop();
        }
    }
    limits::within(&[
        ("symbol", &how.symbol, limits::CODE),
        ("authority", &how.authority, limits::NAME),
        ("title", &how.title, limits::NAME),
        ("name", &how.name, limits::NAME),
    ])?;
    if how.reply_by.is_some_and(|day| day <= today) || (how.explain && how.reply_by.is_none()) {
        return Refusal::new("chase-refusal-reply").at("reply_by").stop();
    }
    let names = Snapshot::at(tx, today)?;
    let overdue = overdue(tx, actor, today)?;
    let mut codes = Vec::new();
    for unit in units {
        actor.need(Right::Assign, *unit)?;
        let Some(rows) = overdue.get(unit) else {
            return Refusal::new("chase-refusal-nothing").at("don_vi").with("unit", names.name(*unit)).stop();
        };
        let tree = names.unit(issuer).map(|u| u.tree);
        let is_party = tree == Some(organisation::Tree::Party);
        // The state numbers from 1 every year, the Party through the term.
        let series = if is_party { "term".to_owned() } else { today.year().to_string() };
        let number = tx.next_number(&format!("chase {issuer} {} {series}", how.symbol))?;
        let serial = tx.next_number(&format!("chase {}", today.year()))?;
        let code = format!("DD-{}-{serial:03}", today.year());
        let letter = letter::reminder(tx, clock, &names, (issuer, *unit), number, rows, how)?;
        let bytes = letter.docx()?;
        let media = paper::FileKind::Docx.media_type();
        let sha256 = document::store::keep_file(tx, &format!("{code}.docx"), media, &bytes, clock.now())?;
        let tasks: Vec<&str> = rows.iter().map(|r| r.code.as_str()).collect();
        let mark = letter.numbered();
        let reminder = Reminder {
            id: clock.uuid(),
            code: code.clone(),
            unit: *unit,
            issuer,
            mark: mark.trim_start_matches("Số").trim_start_matches(':').trim().to_owned(),
            cut_off: clock.now(),
            reply_by: how.reply_by,
            tasks: tasks.join(","),
            count: i64::try_from(rows.len()).unwrap_or(0),
            sha256: sha256.clone(),
            state: "made".to_owned(),
            made_by: actor.signature(),
            made_at: clock.now(),
            sent_on: None,
        };
        store::insert_reminder(tx, &reminder)?;
        record(tx, clock, actor, "chase.reminder.make", &reminder)?;
        codes.push(code);
        if let (true, Some(due)) = (how.explain, how.reply_by) {
            explain(tx, clock, actor, &tasks, due, &reminder.mark)?;
        }
    }
    Ok(codes)
}

/// Demands an explanation for each task; one that already waits for one is left as it is.
fn explain(tx: &Tx<'_>, clock: &Clock, actor: &Actor, tasks: &[&str], due: Date, mark: &str) -> Outcome<()> {
    let step = programme::rules::Step::DemandExplanation { due };
    for code in tasks {
        match programme::acts::take_steps(tx, clock, actor, &[(*code).to_owned()], &step, mark) {
            Ok(_) | Err(Stop::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

fn record(tx: &Tx<'_>, clock: &Clock, actor: &Actor, act: &'static str, m: &Reminder) -> Outcome<()> {
    let facts = serde_json::json!({"mark": m.mark, "tasks": m.count, "sha256": m.sha256});
    let entry =
        trail::Entry { act, kind: "reminder", id: Some(m.id), code: &m.code, unit: Some(m.unit), facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// A reminder that the actor may touch.
fn reminder_for(tx: &Tx<'_>, actor: &Actor, code: &str) -> Outcome<Reminder> {
    let Some(found) = store::reminder_by_code(tx, code)? else { return Refusal::not_found().stop() };
    actor.need(Right::Assign, found.issuer)?;
    Ok(found)
}

/// Says that a reminder was sent on a day, or withdraws one that was not.
///
/// # Errors
/// Refuses a day to come, a reminder that was sent or withdrawn before, and an actor without the right.
pub fn settle(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, sent_on: Option<Date>) -> Outcome<()> {
    let found = reminder_for(tx, actor, code)?;
    if sent_on.is_some_and(|day| day > clock.today()) {
        return Refusal::new("chase-refusal-sent").at("sent_on").stop();
    }
    let to = if sent_on.is_some() { "sent" } else { "withdrawn" };
    if !store::set_reminder_state(tx, code, "made", to, sent_on)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let act = if sent_on.is_some() { "chase.reminder.send" } else { "chase.reminder.withdraw" };
    record(tx, clock, actor, act, &found)
}
