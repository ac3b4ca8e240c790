//! Lists of the room as files.

use crate::store;
use base::Outcome;
use organisation::Snapshot;
use paper::write::{List, Out};
use room::{Asked, List as Listed, MOST};

/// Calls and reminders.
pub const LISTS: &[Listed] = &[Listed::of("notices", notices), Listed::of("reminders", reminders)];

/// Who was called, of what the reader may see.
fn notices(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, texts) = (asked.read.tx, asked.read.actor, asked.texts);
    let names = Snapshot::at(tx, asked.on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    let rows = store::notices(tx, actor, MOST)?.into_iter().map(|n| {
        let (words, whom) = (n.words(texts), texts.say(&format!("whom-{}", n.whom.word())));
        vec![
            Out::Date(n.day),
            n.cited().to_owned().into(),
            n.title.into(),
            unit(n.lead),
            Out::Date(n.due),
            words.into(),
            whom.into(),
            n.holder.into(),
        ]
    });
    Ok(asked.said(
        "nav-notices",
        &[
            "notices-day",
            "code",
            "task",
            "task-lead",
            "task-due",
            "notices-what",
            "notices-whom",
            "field-name",
        ],
        rows.collect(),
    ))
}

/// Reminders that the reader may see.
fn reminders(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, actor, on, texts) = (asked.read.tx, asked.read.actor, asked.on, asked.texts);
    let names = Snapshot::at(tx, on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    let rows = store::reminders(tx, actor, MOST)?.into_iter().map(|m| {
        let state = texts.say(&format!("reminder-{}", m.state));
        vec![
            m.code.into(),
            m.mark.into(),
            unit(m.unit),
            m.count.into(),
            m.tasks.into(),
            base::format::moment(m.cut_off).into(),
            Out::from(m.reply_by),
            state.into(),
            Out::from(m.sent_on),
        ]
    });
    Ok(asked.said(
        "nav-reminders",
        &[
            "code",
            "document-mark",
            "unit",
            "nav-tasks",
            "task",
            "reminders-cut-off",
            "reminders-reply",
            "task-state",
            "reminders-sent-on",
        ],
        rows.collect(),
    ))
}
