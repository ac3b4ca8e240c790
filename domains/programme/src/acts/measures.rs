//! Entering values of targets, and saying how allocations add up.

use crate::{
    import::targets,
    store,
    words::{Programme, TargetId},
};
use base::limits;
use base::{Actor, Clock, Decimal, Outcome, Refusal, Right, ids::UnitId};
use db::{Tx, trail};

/// How the allocations of a target make the whole.
pub const SPLITS: [&str; 4] = ["none", "sum", "mean", "each"];

/// Whether allocations of one year agree with the plan of the whole; none when nothing says so.
pub fn adds_up(split: &str, plan: Option<Decimal>, parts: &[Decimal]) -> Option<bool> {
    let plan = plan?;
    let count = Decimal::from(parts.len());
    if parts.is_empty() {
        return None;
    }
    match split {
        "sum" => Some(parts.iter().sum::<Decimal>() == plan),
        "mean" => Some((parts.iter().sum::<Decimal>() / count).round_dp(2) == plan.round_dp(2)),
        "each" => Some(parts.iter().all(|part| *part == plan)),
        _ => None,
    }
}

/// A target to make by hand.
#[derive(Debug, Clone, Default)]
pub struct NewTarget {
    /// The indicator.
    pub title: String,
    /// Unit of measure.
    pub measure: String,
    /// Its kind; empty to be told from the words.
    pub kind: String,
    /// The goal as written.
    pub goal: String,
    /// Yearly plans as written.
    pub plans: Vec<(i64, String)>,
}

/// The kind of a target, once it has a title and a measure and its kind is known.
fn check_target(actor: &Actor, programme: &Programme, new: &NewTarget) -> Outcome<String> {
    match programme.issuer {
        Some(unit) => actor.need(Right::Draft, unit)?,
        None => actor.need_somewhere(Right::Draft)?,
    }
    for (name, value) in [("title", &new.title), ("measure", &new.measure)] {
        if value.is_empty() {
            return Refusal::new("refusal-required").at(name).with("field", name).stop();
        }
    }
    limits::within(&[
        ("title", &new.title, limits::TITLE),
        ("measure", &new.measure, limits::NAME),
        ("goal", &new.goal, limits::NAME),
    ])?;
    for (_, written) in &new.plans {
        limits::within(&[("plan", written, limits::NAME)])?;
    }
    let kind =
        if new.kind.is_empty() { targets::kind_of(&new.title, &new.measure, &new.goal) } else { &new.kind };
    if !targets::KINDS.contains(&kind) {
        return Refusal::new("refusal-unknown-word")
            .at("kind")
            .with("field", "kind")
            .with("value", kind)
            .stop();
    }
    Ok(kind.to_owned())
}

/// Keeps the yearly plans as written.
fn put_plans(tx: &Tx<'_>, target: TargetId, new: &NewTarget) -> Outcome<()> {
    for (year, written) in &new.plans {
        let (plan, _) = targets::figure(written, &new.measure);
        if plan.is_none() && !written.is_empty() {
            return Refusal::new("refusal-number").at("plan").with("field", written).stop();
        }
        store::put_target_year(tx, target, *year, plan, written)?;
    }
    Ok(())
}

/// Changes what a target says, and the plans of the years that are named.
///
/// # Errors
/// As [`create_target`]; 409 when somebody was faster.
pub fn change_target(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    target: &store::Target,
    new: &NewTarget,
    version: i64,
) -> Outcome<store::Target> {
    let Some(programme) = store::programme_by_id(tx, target.programme)? else {
        return Refusal::not_found().stop();
    };
    let kind = check_target(actor, &programme, new)?;
    let all = store::targets(tx, Some(programme.id))?;
    let title = base::fold::fold(&new.title);
    if all.iter().any(|t| t.id != target.id && base::fold::fold(&t.title) == title) {
        return Refusal::new("refusal-duplicate").at("title").with("what", &new.title).stop();
    }
    let next = store::Target {
        title: new.title.clone(),
        measure: new.measure.clone(),
        kind,
        bound: targets::bound_of(&new.goal).to_owned(),
        goal: targets::figure(&new.goal, &new.measure).0,
        goal_written: new.goal.clone(),
        version,
        ..target.clone()
    };
    if !store::update_target(tx, &next)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    put_plans(tx, target.id, new)?;
    let facts = serde_json::json!({
        "from": {"title": target.title, "measure": target.measure, "goal": target.goal_written},
        "to": {"title": next.title, "measure": next.measure, "goal": next.goal_written, "plans": new.plans},
    });
    let entry = trail::Entry {
        act: "programme.target.change",
        kind: "target",
        id: Some(target.id.0),
        code: &target.code,
        unit: programme.issuer,
        facts,
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(store::Target { version: version + 1, ..next })
}

/// Makes a target of a programme.
///
/// # Errors
/// Refuses one without a title or a measure, an unknown kind, a plan that is no figure, a title that the programme
/// has already, and an actor without the right.
pub fn create_target(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    programme: &Programme,
    new: &NewTarget,
) -> Outcome<store::Target> {
    let kind = check_target(actor, programme, new)?;
    let all = store::targets(tx, Some(programme.id))?;
    if all.iter().any(|t| base::fold::fold(&t.title) == base::fold::fold(&new.title)) {
        return Refusal::new("refusal-duplicate").at("title").with("what", &new.title).stop();
    }
    let target = store::Target {
        id: TargetId::new(clock),
        code: targets::code(tx, programme)?,
        programme: programme.id,
        title: new.title.clone(),
        measure: new.measure.clone(),
        kind,
        bound: targets::bound_of(&new.goal).to_owned(),
        goal: targets::figure(&new.goal, &new.measure).0,
        goal_written: new.goal.clone(),
        split: "none".to_owned(),
        version: 1,
    };
    store::insert_target(tx, &target, i64::try_from(all.len()).unwrap_or(0) + 1)?;
    put_plans(tx, target.id, new)?;
    let entry = trail::Entry {
        act: "programme.target.create",
        kind: "target",
        id: Some(target.id.0),
        code: &target.code,
        unit: programme.issuer,
        facts: serde_json::json!({"title": target.title}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(target)
}

/// Sets the allocations of a target for a year, and how they make the whole.
///
/// # Errors
/// Refuses allocations that do not make the plan of the year in the way that was set, and an actor without the right.
pub fn allocate(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    target: &store::Target,
    split: &str,
    year: i64,
    parts: &[(UnitId, Decimal)],
) -> Outcome<()> {
    actor.need_everywhere(Right::Assign)?;
    if !SPLITS.contains(&split) {
        return Refusal::new("refusal-unknown-word")
            .at("split")
            .with("field", "split")
            .with("value", split)
            .stop();
    }
    let plan = store::target_years(tx, target.id)?
        .into_iter()
        .find(|(y, ..)| *y == year)
        .and_then(|(_, plan, _)| plan);
    let values: Vec<Decimal> = parts.iter().map(|(_, value)| *value).collect();
    if adds_up(split, plan, &values) == Some(false) {
        let count = Decimal::from(values.len().max(1));
        let made: Decimal = values.iter().sum();
        let made = if split == "mean" { (made / count).round_dp(2) } else { made };
        return Refusal::new("programme-refusal-sum")
            .at("split")
            .with("year", year)
            .with("sum", base::format::decimal(made))
            .with("plan", base::format::decimal(plan.unwrap_or_default()))
            .stop();
    }
    store::set_split(tx, target.id, split)?;
    for (unit, _, _) in store::allocations(tx, target.id)?.into_iter().filter(|(_, y, _)| *y == year) {
        store::drop_allocation(tx, target.id, unit, year)?;
    }
    for (unit, value) in parts {
        store::put_allocation(tx, target.id, *unit, year, *value)?;
    }
    let entry = trail::Entry {
        act: "programme.target.allocate",
        kind: "target",
        id: Some(target.id.0),
        code: &target.code,
        unit: None,
        facts: serde_json::json!({"year": year, "split": split, "units": parts.len()}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Enters or replaces a line of a unit's periodic report.
///
/// # Errors
/// Refuses an item that is neither a clause nor a task of the programme, and an actor without the right over the unit.
pub fn report_progress(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    programme: &crate::words::Programme,
    line: &store::ReportLine,
) -> Outcome<()> {
    actor.need(Right::Report, line.unit)?;
    if line.clause.is_none() && store::task_by_code(tx, &line.item)?.is_none() {
        return Refusal::new("programme-refusal-item").at("item").with("value", &line.item).stop();
    }
    limits::within(&[
        ("item", &line.item, limits::TITLE),
        ("words", &line.words, limits::WORDS),
        ("evidence", &line.evidence, limits::WORDS),
    ])?;
    store::put_report(tx, clock.uuid(), programme.id, line)?;
    let entry = trail::Entry {
        act: "programme.progress.report",
        kind: "programme",
        id: Some(programme.id.0),
        code: &programme.code,
        unit: Some(line.unit),
        facts: serde_json::json!({"item": line.item, "as_of": line.as_of, "percent": line.percent}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Enters a measured value of a target.
///
/// # Errors
/// Refuses an actor without the right over the unit, or over the whole when there is none.
pub fn measure(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    target: &store::Target,
    value: store::Value,
) -> Outcome<()> {
    match value.unit {
        Some(unit) => actor.need(Right::Report, unit)?,
        None => actor.need_everywhere(Right::Report)?,
    }
    limits::within(&[("evidence", &value.evidence, limits::WORDS)])?;
    let value = store::Value { actor: actor.signature(), ..value };
    store::add_value(tx, clock.uuid(), target.id, &value, clock.now())?;
    let entry = trail::Entry {
        act: "programme.target.measure",
        kind: "target",
        id: Some(target.id.0),
        code: &target.code,
        unit: value.unit,
        facts: serde_json::json!({"year": value.year, "value": value.value, "as_of": value.as_of}),
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}
