//! Scoring a leaf: by the unit, by those who appraise, by the program's own figures.

use super::{load, record_with};
use crate::{
    figures, points,
    rules::{Given, Rule, score},
    scheme::Scheme,
    store::{self, Kept, Round},
};
use base::{Actor, Clock, Date, Decimal, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::{Directory, Named, Snapshot};

/// Whether an actor appraises a leaf: the office that leads the round, or the department that owns it.
///
/// # Errors
/// When the reading fails.
pub fn may_appraise(
    tx: &Tx<'_>,
    actor: &Actor,
    round: &Round,
    owner: &str,
    today: Date,
) -> anyhow::Result<bool> {
    if actor.may(Right::Draft, round.issuer) {
        return Ok(true);
    }
    Ok(match Directory::at(tx, today)?.name(owner, None) {
        Named::Unit(unit) => actor.may(Right::Report, unit),
        _ => false,
    })
}

/// What is typed for a leaf.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The leaf as it is to be.
    pub kept: Kept,
    /// Which points are given: `own`, `first`, `second`.
    pub column: &'static str,
    /// Words to add.
    pub words: String,
}

/// Keeps a leaf of a unit: its figure and own points while the unit scores itself, the appraisals afterwards.
///
/// # Errors
/// Refuses points beyond the leaf's limits, a leaf whose turn it is not, an actor without the right; 409 when somebody was faster.
pub fn put_leaf(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit, leaf): (&str, UnitId, &str),
    typed: Typed,
) -> Outcome<()> {
    let (round, scheme) = load(tx, code)?;
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    let node = scheme.node(leaf);
    let Some((node, rule)) = node.and_then(|node| Some((node, node.leaf.as_ref()?))) else {
        return Refusal::not_found().stop();
    };
    let before = store::places_of(tx, round.id, unit)?.remove(leaf).unwrap_or_default();
    let mut after = before.clone();
    match typed.column {
        "own" => {
            actor.need(Right::Report, unit)?;
            if part.state != "own" {
                return Refusal::new("parindex-refusal-locked").stop();
            }
            after.place.figure = typed.kept.place.figure.clone();
            after.place.own = typed.kept.place.own;
            after.evidence = typed.kept.evidence.clone();
            if after.place.figure != before.place.figure {
                after.source.clear();
            }
        }
        column => {
            if !may_appraise(tx, actor, &round, &rule.owner, clock.today())? {
                return Refusal::forbidden().stop();
            }
            let is_turn = match column {
                "first" => part.state == "locked",
                _ => matches!(part.state.as_str(), "appraised" | "explained"),
            };
            if !is_turn {
                return Refusal::new("parindex-refusal-turn").stop();
            }
            if column == "first" {
                after.place.first = typed.kept.place.first;
            } else {
                after.place.second = typed.kept.place.second;
            }
        }
    }
    let most = node.most.unwrap_or_default();
    for given in [after.place.own, after.place.first, after.place.second] {
        if let Some(Given::Points(points)) = given
            && (points > most.max(Decimal::ZERO) || points < most.min(Decimal::ZERO))
        {
            return Refusal::new("parindex-refusal-points")
                .at("points")
                .with("code", leaf)
                .with("value", base::format::decimal(points))
                .with("most", base::format::decimal(most))
                .stop();
        }
    }
    let said = base::fold::tidy(&typed.words);
    if !said.is_empty() {
        let line = format!("{} {}: {said}", base::format::moment(clock.now()), actor.signature());
        after.words = [after.words.trim(), line.as_str()].join("\n").trim().to_owned();
    }
    after.mark(&before, &actor.signature(), clock.now());
    after.changed_by = actor.signature();
    after.version = typed.kept.version;
    if !store::put_place(tx, clock, (round.id, unit, leaf), &after)? {
        return Refusal::conflict("parindex-refusal-conflict").at(leaf_field()).stop();
    }
    let facts = serde_json::json!({
        "leaf": leaf,
        "own": store::written(after.place.own),
        "first": store::written(after.place.first),
        "second": store::written(after.place.second),
        "before": [store::written(before.place.own), store::written(before.place.first), store::written(before.place.second)],
    });
    record_with(tx, clock, actor, "parindex.leaf.put", (code, Some(unit)), facts)
}

fn leaf_field() -> &'static str {
    "points"
}

/// Fills bound leaves of units that still score themselves from this program's own figures, of one unit or of all. What a
/// figure is not known for stays as it is. Says how many leaves changed.
///
/// # Errors
/// Refuses an actor who neither leads the round nor reports for the unit.
pub fn fill(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    only: Option<UnitId>,
) -> Outcome<usize> {
    match only {
        Some(unit) if actor.need(Right::Report, unit).is_ok() => {}
        _ => actor.need(Right::Draft, round.issuer)?,
    }
    let mut parts = store::parts(tx, round.id)?;
    parts.retain(|part| part.state == "own" && only.is_none_or(|unit| part.unit == unit));
    let mut changed = 0;
    for (node, leaf) in scheme.leaves().filter(|(_, leaf)| !leaf.binding.is_empty()) {
        let asked = (leaf.binding.as_str(), scheme.year, clock.today());
        let Some((cut_off, measured)) = figures::measure(tx, asked)? else { continue };
        let names = Snapshot::at(tx, cut_off)?;
        for part in &parts {
            let Some(found) = measured.get(&names.now(part.unit)) else { continue };
            let before = store::place_of(tx, round.id, part.unit, &node.code)?.unwrap_or_default();
            let mut after = before.clone();
            let figure = &mut after.place.figure;
            if leaf.rule().is_some_and(Rule::is_ratio) {
                figure.numerator = Some(points::whole(found.numerator));
                figure.denominator = Some(points::whole(found.denominator));
            } else if matches!(leaf.rule(), Some(Rule::Deadline { .. })) {
                figure.value.clone_from(&found.value);
            } else {
                figure.value = found.numerator.to_string();
            }
            figure.has_evidence = true;
            after.source = format!("{} {}", leaf.binding, base::format::date(cut_off));
            if after.place == before.place && after.source == before.source {
                continue;
            }
            after.changed_by = actor.signature();
            if !store::put_place(tx, clock, (round.id, part.unit, &node.code), &after)? {
                return Refusal::conflict("parindex-refusal-conflict").stop();
            }
            changed += 1;
        }
    }
    if changed > 0 {
        let facts = serde_json::json!({"leaves": changed});
        record_with(
            tx,
            clock,
            actor,
            "parindex.round.fill",
            (&round.code, only.or(Some(round.issuer))),
            facts,
        )?;
    }
    Ok(changed)
}

/// Gives a unit's leaves that have a figure and no own points yet what their rules make of it. Says how many.
///
/// # Errors
/// Refuses a unit that was approved, and an actor who does not report for it.
pub fn score_by_rule(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    unit: UnitId,
) -> Outcome<usize> {
    actor.need(Right::Report, unit)?;
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    if part.state != "own" {
        return Refusal::new("parindex-refusal-locked").stop();
    }
    let mut changed = 0;
    for (leaf, kept) in store::places_of(tx, round.id, unit)? {
        let Some(node) = scheme.node(&leaf).filter(|node| !scheme.is_outside(node)) else { continue };
        let Some(rule) = node.leaf.as_ref().filter(|rule| !rule.is_survey) else { continue };
        if kept.place.own.is_some() {
            continue;
        }
        let Some(scored) = rule.asked(scheme.year).map(|asked| score(asked, &kept.place.figure)) else {
            continue;
        };
        let given = match (&scored.points, scored.is_out) {
            (_, true) => Given::Out,
            (Some(points), _) => Given::Points(points::decimal(points).normalize()),
            (None, _) => continue,
        };
        let mut after = kept.clone();
        after.place.own = Some(given);
        after.mark(&kept, &actor.signature(), clock.now());
        after.changed_by = actor.signature();
        if !store::put_place(tx, clock, (round.id, unit, &leaf), &after)? {
            return Refusal::conflict("parindex-refusal-conflict").stop();
        }
        changed += 1;
    }
    let facts = serde_json::json!({"leaves": changed});
    record_with(tx, clock, actor, "parindex.part.score", (&round.code, Some(unit)), facts)?;
    Ok(changed)
}
