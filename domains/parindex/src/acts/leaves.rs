//! Scoring a leaf: by the unit, by those who appraise, by the program's own figures.

use super::{load, need_own, record_with};
use crate::{
    points,
    rules::{Figure, Given, Rule, score},
    scheme::{Node, NodeLeaf, Scheme},
    store::{self, Kept, Round},
};
use base::limits;
use base::{Actor, Clock, Date, Decimal, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::{Directory, Named};
use std::collections::BTreeSet;

/// The owners, as a scheme writes them, of the leaves that an actor appraises: all for the office that leads the round, else
/// those that name a department for which the actor reports.
///
/// # Errors
/// When the reading fails.
pub fn judged(
    tx: &Tx<'_>,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    today: Date,
) -> anyhow::Result<BTreeSet<String>> {
    let owners: BTreeSet<String> = scheme.leaves().map(|(_, leaf)| leaf.owner.clone()).collect();
    if actor.may(Right::Draft, round.issuer) {
        return Ok(owners);
    }
    let names = Directory::at(tx, today)?;
    let is_own = |owner: &String| match names.name(owner, None) {
        Named::Unit(unit) => actor.may(Right::Report, unit),
        _ => false,
    };
    Ok(owners.into_iter().filter(is_own).collect())
}

/// Whether a leaf is filled by the office that leads the round and never by the unit: surveys, bonus and penalty, and all of a
/// scheme that is only computed.
pub fn is_of_office(scheme: &Scheme, node: &Node) -> bool {
    scheme.is_computed || scheme.is_outside(node) || node.leaf.as_ref().is_some_and(|leaf| leaf.is_survey)
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
    limits::within(&[
        ("words", &typed.words, limits::WORDS),
        ("evidence", &typed.kept.evidence, limits::WORDS),
    ])?;
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    let node = scheme.node(leaf);
    let Some((node, rule)) = node.and_then(|node| Some((node, node.leaf.as_ref()?))) else {
        return Refusal::not_found().stop();
    };
    let before = store::place_of(tx, round.id, unit, leaf)?.unwrap_or_default();
    let mut after = before.clone();
    let leads = actor.may(Right::Draft, round.issuer);
    let given = match typed.column {
        "own" if is_of_office(&scheme, node) => {
            actor.need(Right::Draft, round.issuer)?;
            if part.state == "closed" {
                return Refusal::new("parindex-refusal-turn").stop();
            }
            put_figure((&mut after, &before), &typed.kept, (node, rule, scheme.year), true)?;
            None
        }
        "own" => {
            need_own(tx, clock, actor, &round, (Right::Report, unit))?;
            if part.state != "own" {
                return Refusal::new("parindex-refusal-locked").stop();
            }
            put_figure((&mut after, &before), &typed.kept, (node, rule, scheme.year), leads)?;
            after.place.own = typed.kept.place.own;
            if after.place != before.place {
                // What was appraised before the unit was opened again was another score.
                (after.place.first, after.place.second) = (None, None);
            }
            after.place.own
        }
        column => {
            if !judged(tx, actor, (&round, &scheme), clock.today())?.contains(&rule.owner) {
                return Refusal::forbidden().stop();
            }
            let is_turn = match column {
                _ if is_of_office(&scheme, node) => false,
                "first" => part.state == "locked",
                _ => matches!(part.state.as_str(), "appraised" | "explained"),
            };
            if !is_turn {
                return Refusal::new("parindex-refusal-turn").stop();
            }
            if column == "first" {
                if after.place.first != typed.kept.place.first {
                    after.place.second = None;
                }
                after.place.first = typed.kept.place.first;
                after.place.first
            } else {
                after.place.second = typed.kept.place.second;
                after.place.second
            }
        }
    };
    if given == Some(Given::Out) && !rule.may_leave() {
        return Refusal::new("parindex-refusal-kps").at("points").with("code", leaf).stop();
    }
    let most = node.most.unwrap_or_default();
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

/// Takes a figure as typed, with what proves it.
fn put_figure(
    (after, before): (&mut Kept, &Kept),
    typed: &Kept,
    (node, rule, year): (&Node, &NodeLeaf, i16),
    leads: bool,
) -> Outcome<()> {
    let (is, was) = (&typed.place.figure, &before.place.figure);
    after.evidence.clone_from(&typed.evidence);
    let is_changed = (&is.numerator, &is.denominator, is.value.trim(), is.is_none)
        != (&was.numerator, &was.denominator, was.value.trim(), was.is_none);
    after.place.figure = is.clone();
    if !is_changed {
        return Ok(());
    }
    if !before.source.is_empty() && !leads {
        return Refusal::new("parindex-refusal-filled")
            .at("cells")
            .with("code", &node.code)
            .with("source", &before.source)
            .stop();
    }
    after.source.clear();
    unreadable((node, rule, year), is).map_or(Ok(()), |refusal| refusal.at("cells").stop())
}

/// Why a rule cannot make anything of a figure, with how to write it; none for one that it can, or that is not whole yet.
pub(crate) fn unreadable((node, rule, year): (&Node, &NodeLeaf, i16), figure: &Figure) -> Option<Refusal> {
    let proved = Figure { has_evidence: true, ..figure.clone() };
    let scored = score(rule.asked(year)?.untold(), &proved);
    if !scored.is_missing() || figure.is_empty() {
        return None;
    }
    let key = match (scored.why, rule.rule()) {
        ("why-beyond", _) => "parindex-refusal-beyond",
        ("why-out-of-limits", _) => "parindex-refusal-limits",
        ("why-unread", Some(Rule::YesNo)) => "parindex-refusal-yes-no",
        ("why-unread", Some(Rule::Deadline { .. })) => "parindex-refusal-cell-day",
        ("why-unread", Some(Rule::RankChange(..))) => "parindex-refusal-rank-word",
        ("why-unread", _) => "parindex-refusal-cell",
        // Half a share: the other half is typed next.
        _ => return None,
    };
    let shown =
        [figure.numerator.as_ref(), figure.denominator.as_ref()].into_iter().flatten().map(points::shown);
    let shown =
        if figure.value.is_empty() { shown.collect::<Vec<_>>().join(" / ") } else { figure.value.clone() };
    Some(Refusal::new(key).with("code", &node.code).with("value", shown).with("limits", &rule.parameters))
}
