//! Sheets of paper: typed twice by two people, settled where they differ, dropped when they cannot be found.

use super::{keep, led, need_open, need_planned, record};
use crate::{
    rules,
    store::{self, Sheet},
    words::Survey,
};
use base::{Actor, Clock, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;

/// What became of a sheet that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// The first of two.
    First,
    /// Both say the same: it counts.
    Same,
    /// They differ: somebody looks at the paper.
    Differs,
}

/// Types a sheet of paper: the second time by another person. When both say the same it is an answer.
///
/// # Errors
/// Refuses a sheet typed twice already, a second entry by the first person, values that the questions do not have, a survey
/// that is not open; forbidden; not found.
pub fn type_sheet(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit, sheet): (&str, UnitId, &str),
    sent: impl Fn(i64) -> String,
) -> Outcome<Typed> {
    let survey = typing(tx, actor, code, unit)?;
    // p1 and P1 are one sheet.
    let sheet = base::fold::tidy(sheet).to_uppercase();
    if sheet.is_empty() {
        return Refusal::new("refusal-required").at("sheet").with("field", "sheet").stop();
    }
    let values = rules::read(&store::questions(tx, survey.id)?, sent)?;
    let mut before: Vec<Sheet> = store::sheets(tx, survey.id, unit)?;
    before.retain(|other| other.sheet == sheet);
    let new = |turn: i64, state: &str| Sheet {
        sheet: sheet.clone(),
        turn,
        values: values.clone(),
        typed_by: actor.signature(),
        state: state.to_owned(),
    };
    let (typed, entry) = match before.as_slice() {
        [] => (Typed::First, new(1, "waits")),
        [first] if first.typed_by == actor.signature() => {
            return Refusal::new("survey-refusal-same-person").at("sheet").with("sheet", sheet).stop();
        }
        [first] if first.values == values => (Typed::Same, new(2, "done")),
        [_] => (Typed::Differs, new(2, "differs")),
        _ => return Refusal::new("survey-refusal-sheet-twice").at("sheet").with("sheet", sheet).stop(),
    };
    store::put_sheet(tx, survey.id, unit, &entry, clock.now())?;
    if typed != Typed::First {
        store::set_sheet(tx, survey.id, unit, &sheet, &entry.state)?;
    }
    if typed == Typed::Same {
        keep(tx, &survey, (unit, "paper"), (values, None), clock.today())?;
    }
    let facts = serde_json::json!({"sheet": sheet, "turn": entry.turn, "state": entry.state});
    record(tx, clock, actor, "survey.paper", (code, Some(unit)), facts)?;
    Ok(typed)
}

/// Settles a sheet of which two entries differ, with the paper in hand: each value must be one of the two.
///
/// # Errors
/// Refuses a value that nobody typed, a sheet that does not differ; forbidden; not found.
pub fn settle(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit, sheet): (&str, UnitId, &str),
    sent: impl Fn(i64) -> String,
) -> Outcome<()> {
    let survey = typing(tx, actor, code, unit)?;
    let questions = store::questions(tx, survey.id)?;
    let values = rules::read(&questions, sent)?;
    let mut both = store::sheets(tx, survey.id, unit)?;
    both.retain(|entry| entry.sheet == sheet && entry.state == "differs");
    let [first, second] = both.as_slice() else { return Refusal::not_found().stop() };
    for (at, value) in values.iter().enumerate() {
        if first.values.get(at) != Some(value) && second.values.get(at) != Some(value) {
            return Refusal::new("survey-refusal-neither").at("cau").with("n", at + 1).stop();
        }
    }
    store::set_sheet(tx, survey.id, unit, sheet, "done")?;
    keep(tx, &survey, (unit, "paper"), (values, None), clock.today())?;
    let facts = serde_json::json!({"sheet": sheet, "settled": true});
    record(tx, clock, actor, "survey.paper", (code, Some(unit)), facts)
}

/// Takes a sheet away that was typed once only or differs, when the paper cannot be found any more; the trail keeps that it was
/// there.
///
/// # Errors
/// Refuses an actor who does not lead the survey, a survey that is not open; not found.
pub fn drop_sheet(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit, sheet): (&str, UnitId, &str),
) -> Outcome<()> {
    let survey = led(tx, actor, code)?;
    need_open(&survey)?;
    if store::drop_sheet(tx, survey.id, unit, sheet)? == 0 {
        return Refusal::not_found().stop();
    }
    let facts = serde_json::json!({"sheet": sheet, "dropped": true});
    record(tx, clock, actor, "survey.paper", (code, Some(unit)), facts)
}

/// A survey into which an actor may type paper about a unit: for the office that holds it, never for the unit itself.
///
/// # Errors
/// Forbidden; not found; not open.
pub fn typing(tx: &Tx<'_>, actor: &Actor, code: &str, unit: UnitId) -> Outcome<Survey> {
    let Some(survey) = store::by_code(tx, code)? else { return Refusal::not_found().stop() };
    if !actor.may(Right::Draft, survey.issuer) {
        actor.need(Right::Report, survey.issuer)?;
    }
    need_planned(tx, &survey, unit)?;
    need_open(&survey)?;
    Ok(survey)
}
