//! Figures of work: tasks done and on time, plans issued, reports handed in.

use super::{Ask, Measured, Record};
use base::{Date, Outcome, format::date, ids::UnitId};
use db::Tx;
use programme::store::DueRow;
use reporting::rules::Turn;
use std::collections::BTreeMap;

type ByUnit = BTreeMap<UnitId, Measured>;

/// Tasks by their lead unit, each held by what a rule says of it.
fn tasks(tx: &Tx<'_>, ask: &Ask<'_>, holds: impl Fn(&DueRow) -> bool) -> Outcome<ByUnit> {
    let mut by_unit = ByUnit::new();
    for task in programme::store::due_between(tx, ask.from, ask.to)? {
        let Some(unit) = ask.counts_under(task.lead) else { continue };
        let holds = holds(&task);
        let done = task.reported.filter(|done| *done <= ask.to);
        let words = match done {
            Some(done) => format!("{} → {}", date(task.due), date(done)),
            None => format!("{} → –", date(task.due)),
        };
        let href = format!("/nv/{}", task.code);
        let of_unit = by_unit.entry(unit).or_default();
        of_unit.count(Record { code: task.code, title: task.title, href, words, holds });
    }
    Ok(by_unit)
}

/// Tasks done by their deadline, out of those due in the year by the cut-off.
pub(super) fn tasks_on_time(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    tasks(tx, ask, |task| task.reported.is_some_and(|done| done <= task.due && done <= ask.to))
}

/// Tasks done by the cut-off, late or not, out of those due in the year by then.
pub(super) fn tasks_done(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    tasks(tx, ask, |task| task.reported.is_some_and(|done| done <= ask.to))
}

/// The day on which a unit issued its plan, the first within the year; of a programme when one is named. As a share: plans
/// whose day is known.
pub(super) fn plan_issued(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    let all = programme::store::programmes(tx)?;
    let parent = all.iter().find(|p| p.code == ask.of).map(|p| p.id);
    let mut by_unit = ByUnit::new();
    for plan in all.iter().filter(|p| p.parent.is_some()) {
        if !ask.of.is_empty() && (parent.is_none() || plan.parent != parent) {
            continue;
        }
        let (Some(issuer), Some(issued)) = (plan.issuer, plan.issued) else { continue };
        // A plan issued in December is often the next year's: what counts is the year from which its tasks count.
        if issued > ask.to || plan.starts.max(issued).year() != ask.from.year() {
            continue;
        }
        let of_unit = by_unit.entry(ask.names.now(issuer)).or_default();
        let known = base::period::read(&of_unit.value);
        let earlier = matches!(known, base::period::Due::Day { on } if on <= issued);
        if !earlier {
            of_unit.value = date(issued);
        }
        of_unit.count(Record {
            code: plan.code.clone(),
            title: plan.title.clone(),
            href: format!("/ct/{}", plan.code),
            words: date(issued),
            holds: true,
        });
    }
    Ok(by_unit)
}

/// Periodic reports handed in by their day, out of those whose day lies in the year by the cut-off; of one report when it
/// is named.
pub(super) fn reports_on_time(tx: &Tx<'_>, ask: &Ask<'_>) -> Outcome<ByUnit> {
    let mut by_unit = ByUnit::new();
    let within = |day: Option<Date>| day.is_some_and(|day| day >= ask.from && day <= ask.to);
    for kind in reporting::store::kinds(tx)? {
        if !ask.of.is_empty() && kind.code != ask.of {
            continue;
        }
        let units = reporting::acts::units_of(tx, &kind, ask.names)?;
        for round in reporting::acts::rounds_of(&kind, ask.to) {
            let days = reporting::acts::days_of(tx, &kind, round)?;
            if !within(days.due) {
                continue;
            }
            let code = round.code(kind.cycle);
            let parts = reporting::store::parts(tx, kind.id, &code)?;
            for unit in &units {
                let part = parts.iter().find(|part| ask.names.now(part.unit) == *unit);
                let sent = part.and_then(|part| part.sent_on).filter(|sent| *sent <= ask.to);
                let state = part.map_or(reporting::rules::PartState::Asked, |part| part.state);
                let turn = reporting::rules::turn(state, sent, (days.last, days.due), ask.to);
                let unit_code = ask.names.unit(*unit).map(|u| u.code.clone()).unwrap_or_default();
                by_unit.entry(*unit).or_default().count(Record {
                    code: format!("{} {code}", kind.code),
                    title: kind.title.clone(),
                    href: format!("/bao-cao/{}/{code}/{unit_code}", kind.code),
                    words: sent.map(date).unwrap_or_default(),
                    holds: turn == Turn::Sent,
                });
            }
        }
    }
    Ok(by_unit)
}
