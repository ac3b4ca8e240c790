//! Lists of the room as files.

use crate::store;
use base::Outcome;
use organisation::Snapshot;
use paper::write::{List, Out};
use room::{Asked, List as Listed, MOST};

/// Reviews and lessons.
pub const LISTS: &[Listed] = &[Listed::of("reviews", reviews), Listed::of("lessons", lessons)];

/// Reviews of programmes.
fn reviews(asked: &Asked<'_, '_>) -> Outcome<List> {
    let (tx, texts) = (asked.read.tx, asked.texts);
    let names = Snapshot::at(tx, asked.on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    let mut rows = Vec::new();
    for r in store::reviews(tx)? {
        let programme = programme::store::programme_by_id(tx, r.programme)?;
        rows.push(vec![
            r.code.into(),
            texts.say(&format!("review-{}", r.kind)).into(),
            programme.map(|p| p.mark()).unwrap_or_default().into(),
            unit(r.issuer),
            Out::Date(r.as_of),
            Out::from(r.parts_due),
            texts.say(&format!("review-state-{}", r.state)).into(),
        ]);
    }
    Ok(asked.said(
        "nav-reviews",
        &[
            "code",
            "target-kind",
            "programme",
            "document-issuer",
            "review-as-of",
            "review-parts-due",
            "task-state",
        ],
        rows,
    ))
}

/// Lessons.
fn lessons(asked: &Asked<'_, '_>) -> Outcome<List> {
    let tx = asked.read.tx;
    let names = Snapshot::at(tx, asked.on)?;
    let unit = |id| -> Out { names.name(names.now(id)).into() };
    let rows = store::lessons(tx, "", MOST)?.into_iter().map(|l| {
        vec![
            l.code.into(),
            l.context.into(),
            l.worked.into(),
            l.field.into(),
            l.unit.map_or(Out::Empty, unit),
            Out::Date(l.made_on),
        ]
    });
    Ok(asked.said(
        "nav-lessons",
        &["code", "lesson-context", "lesson-worked", "task-field", "unit", "as-of"],
        rows.collect(),
    ))
}
