//! Keeping schemes, opening rounds, scoring oneself, appraising. Each act is one transaction and one line of the trail.

use crate::{
    rules::Given,
    scheme::Scheme,
    store::{self, Kept, Part, Round},
};
use base::{Actor, Clock, Date, Decimal, Outcome, Refusal, Right, ids::UnitId};
use db::{Tx, trail};
use organisation::{Directory, Named};

/// What became of a scheme that was put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It is new.
    New,
    /// It replaced one that no round uses.
    Changed,
    /// It was there.
    Same,
}

/// Keeps a scheme under a code of its year.
///
/// # Errors
/// Refuses a scheme with faults in its rules or sums, one that a round already uses, and an actor without the right.
pub fn put_scheme(tx: &Tx<'_>, clock: &Clock, actor: &Actor, draft: Scheme) -> Outcome<(Scheme, Came)> {
    actor.need_everywhere(Right::Draft)?;
    if let Some(fault) = draft.faults().into_iter().next() {
        let mut refusal = Refusal::new(fault.key).with("code", fault.code);
        for (name, words) in fault.facts {
            refusal = refusal.with(name, words);
        }
        return refusal.stop();
    }
    if draft.nodes.is_empty() {
        return Refusal::new("paper-empty").stop();
    }
    let same = store::schemes(tx)?.into_iter().find(|s| s.year == draft.year && s.title == draft.title);
    if let Some(known) = same {
        let known = store::scheme_by_id(tx, known.id)?.unwrap_or(known);
        if known.nodes == draft.nodes {
            return Ok((known, Came::Same));
        }
        if store::rounds(tx)?.iter().any(|round| round.scheme == known.id) {
            return Refusal::new("parindex-refusal-used").with("code", known.code).stop();
        }
        let changed = Scheme { id: known.id, code: known.code, ..draft };
        store::put_nodes(tx, &changed)?;
        record(tx, clock, actor, "parindex.scheme.change", (&changed.code, None))?;
        return Ok((changed, Came::Changed));
    }
    let serial = tx.next_number(&format!("parindex scheme {}", draft.year))?;
    let code = format!("BCS-{}-{serial:02}", draft.year);
    let scheme = Scheme { code, ..draft };
    store::insert_scheme(tx, &scheme, &actor.signature(), clock.now())?;
    record(tx, clock, actor, "parindex.scheme.put", (&scheme.code, None))?;
    Ok((scheme, Came::New))
}

fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    (code, unit): (&str, Option<UnitId>),
) -> Outcome<()> {
    record_with(tx, clock, actor, act, (code, unit), serde_json::json!({}))
}

fn record_with(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    (code, unit): (&str, Option<UnitId>),
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry = trail::Entry { act, kind: "index", id: None, code, unit, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Opens a round of a scheme.
///
/// # Errors
/// Refuses an unknown scheme, a round without a title, and an actor who may not draft for the issuer.
pub fn open_round(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (scheme, title, issuer): (&str, &str, UnitId),
    self_due: Option<Date>,
) -> Outcome<Round> {
    actor.need(Right::Draft, issuer)?;
    let Some(scheme) = store::scheme(tx, scheme)? else {
        return Refusal::new("refusal-required").at("scheme").with("field", "scheme").stop();
    };
    let title = base::fold::tidy(title);
    if title.is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    let serial = tx.next_number(&format!("parindex round {}", scheme.year))?;
    let round = Round {
        id: clock.uuid(),
        code: format!("CD-{}-{serial:02}", scheme.year),
        scheme: scheme.id,
        title,
        issuer,
        opened_on: clock.today(),
        self_due,
    };
    store::insert_round(tx, &round)?;
    record(tx, clock, actor, "parindex.round.open", (&round.code, Some(issuer)))?;
    Ok(round)
}

/// Puts units into a round by words: names, codes, groups such as "các quận, huyện, thị xã".
///
/// # Errors
/// Refuses words that name no unit, and an actor who may not draft for the issuer.
pub fn add_units(tx: &Tx<'_>, clock: &Clock, actor: &Actor, round: &Round, words: &str) -> Outcome<usize> {
    actor.need(Right::Draft, round.issuer)?;
    let names = Directory::at(tx, clock.today())?;
    let mut units = Vec::new();
    for item in names.list(words, None) {
        match names.code_or_name(&item.written, None) {
            Named::Unit(unit) => units.push(unit),
            Named::Group(key) => units.extend(names.snapshot.group(&key, None)),
            _ => return Refusal::new("task-refusal-lead").at("units").with("value", item.written).stop(),
        }
    }
    for unit in &units {
        store::add_part(tx, round.id, *unit, &actor.signature(), clock.now())?;
    }
    let facts = serde_json::json!({"units": units.len()});
    record_with(tx, clock, actor, "parindex.round.units", (&round.code, Some(round.issuer)), facts)?;
    Ok(units.len())
}

/// The round that a file of scores is for: the one that is named, else the newest; without any, one of the newest scheme
/// is opened. Says whether it was.
///
/// # Errors
/// Refuses a code that no round has, scores before there is a scheme, and an actor who may not open a round.
pub fn round_for(tx: &Tx<'_>, clock: &Clock, actor: &Actor, asked: Option<&str>) -> Outcome<(String, bool)> {
    if let Some(code) = asked {
        return match store::round(tx, code)? {
            Some(round) => Ok((round.code, false)),
            None => Refusal::new("parindex-refusal-round").at("programme").with("code", code).stop(),
        };
    }
    if let Some(round) = store::rounds(tx)?.into_iter().next() {
        return Ok((round.code, false));
    }
    let Some(scheme) = store::schemes(tx)?.into_iter().next() else {
        return Refusal::new("parindex-refusal-no-scheme").stop();
    };
    let names = organisation::Snapshot::at(tx, clock.today())?;
    // The department of home affairs leads such rounds; a city that has none names its top.
    let issuer = names.by_code("SNV").map(|unit| unit.id).or_else(|| names.tops().next().map(|unit| unit.id));
    let Some(issuer) = issuer else { return Refusal::new("parindex-refusal-no-unit").stop() };
    let title = format!("{} {}", scheme.title, scheme.year);
    Ok((open_round(tx, clock, actor, (&scheme.code, &title, issuer), None)?.code, true))
}

/// A round and its scheme.
///
/// # Errors
/// Not found.
pub fn load(tx: &Tx<'_>, code: &str) -> Outcome<(Round, Scheme)> {
    let Some(round) = store::round(tx, code)? else { return Refusal::not_found().stop() };
    match store::scheme_by_id(tx, round.scheme)? {
        Some(scheme) => Ok((round, scheme)),
        None => Refusal::not_found().stop(),
    }
}

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

/// Moves a unit on: `lock` by its head, `reopen`, `appraise`, `close` by the office, `explain` by the unit.
///
/// # Errors
/// Refuses a step out of turn, one without the words it needs, an actor without the right; 409 when somebody was faster.
pub fn step(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit): (&str, UnitId),
    (step, words, version): (&str, &str, i64),
) -> Outcome<()> {
    let (round, _) = load(tx, code)?;
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    let (from, to, needs_words): (&[&str], &str, bool) = match step {
        "lock" => (&["own"], "locked", false),
        "reopen" => (&["locked"], "own", true),
        "appraise" => (&["locked"], "appraised", false),
        "explain" => (&["appraised"], "explained", true),
        "close" => (&["appraised", "explained"], "closed", false),
        other => {
            return Refusal::new("refusal-unknown-word")
                .at("viec")
                .with("field", "viec")
                .with("value", other)
                .stop();
        }
    };
    match step {
        "lock" => actor.need(Right::Lead, unit)?,
        "explain" => actor.need(Right::Report, unit)?,
        _ => actor.need(Right::Draft, round.issuer)?,
    }
    if !from.contains(&part.state.as_str()) {
        return Refusal::new("parindex-refusal-turn").stop();
    }
    let words = base::fold::tidy(words);
    if needs_words && words.is_empty() {
        return Refusal::new("refusal-required").at("note").with("field", "note").stop();
    }
    let next = Part {
        unit,
        state: to.to_owned(),
        note: words.clone(),
        changed_by: actor.signature(),
        changed_at: clock.now(),
        version,
    };
    if !store::set_part(tx, round.id, &next)? {
        return Refusal::conflict("parindex-refusal-conflict").at("note").stop();
    }
    let facts = serde_json::json!({"step": step, "words": words});
    record_with(tx, clock, actor, "parindex.part.step", (code, Some(unit)), facts)
}
