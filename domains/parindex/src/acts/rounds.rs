//! Opening rounds, putting units into them, moving each on.

use super::{record, record_with};
use crate::{
    publish,
    rules::{Column, total},
    scheme::Scheme,
    store::{self, Part, Round, Steps},
};
use base::limits;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Directory;

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
    limits::within(&[("title", &title, limits::TITLE)])?;
    let serial = tx.next_number(&format!("parindex round {}", scheme.year))?;
    let round = Round {
        id: clock.uuid(),
        code: format!("CD-{}-{serial:02}", scheme.year),
        scheme: scheme.id,
        title,
        issuer,
        opened_on: clock.today(),
        steps: Steps { own: self_due, ..Steps::default() },
        version: 1,
    };
    store::insert_round(tx, &round)?;
    record(tx, clock, actor, "parindex.round.open", (&round.code, Some(issuer)))?;
    Ok(round)
}

/// Sets by when each step of a round is to be done: from then on whoever owes it is called.
///
/// # Errors
/// Refuses a step that is to be done before the one that it follows, and an actor who does not lead the round; 409 when somebody
/// was faster.
pub fn set_steps(tx: &Tx<'_>, clock: &Clock, actor: &Actor, round: &Round, steps: Steps) -> Outcome<()> {
    actor.need(Right::Draft, round.issuer)?;
    if let Some(word) = steps.out_of_order() {
        return Refusal::new("parindex-refusal-steps").at(word).with("step", word).stop();
    }
    if !store::touch(tx, round)? {
        return Refusal::conflict("parindex-refusal-round-conflict").at("own").stop();
    }
    store::put_steps(tx, round.id, &steps)?;
    let days = steps
        .named()
        .map(|(word, day)| format!("{word} {}", day.map(base::format::date).unwrap_or_default()));
    let facts = serde_json::json!({"steps": days});
    record_with(tx, clock, actor, "parindex.round.steps", (&round.code, Some(round.issuer)), facts)
}

/// Puts units into a round by words: names, codes, groups such as "các quận, huyện, thị xã".
///
/// # Errors
/// Refuses words that name no unit, a unit that neither the issuer serves nor the actor drafts for, a round that is published,
/// and an actor who may not draft for the issuer.
pub fn add_units(tx: &Tx<'_>, clock: &Clock, actor: &Actor, round: &Round, words: &str) -> Outcome<usize> {
    actor.need(Right::Draft, round.issuer)?;
    let names = Directory::at(tx, clock.today())?;
    let units = match names.all_of(words) {
        Ok(units) => units,
        Err(words) => return Refusal::new("task-refusal-lead").at("units").with("value", words).stop(),
    };
    if publish::is_published(tx, round.id)? {
        return Refusal::new("parindex-refusal-units-late").at("units").stop();
    }
    if let Some(name) = names.out_of_reach(&units, round.issuer, actor) {
        return Refusal::new("parindex-refusal-units-reach").at("units").with("unit", name).stop();
    }
    for unit in &units {
        store::add_part(tx, round.id, *unit, &actor.signature(), clock.now())?;
    }
    if let Some(scheme) = store::scheme_by_id(tx, round.scheme)? {
        super::fill(tx, clock, actor, (round, &scheme), None)?;
    }
    let facts = serde_json::json!({"units": units.len()});
    record_with(tx, clock, actor, "parindex.round.units", (&round.code, Some(round.issuer)), facts)?;
    Ok(units.len())
}

/// The round that a file of scores is for: the one that is named, else the only one that is not published; without any round, one
/// of the newest scheme is opened. Says whether it was.
///
/// # Errors
/// Refuses a code that no round has, a file that could be for several rounds, scores before there is a scheme, and an actor who
/// may not open a round.
pub fn round_for(tx: &Tx<'_>, clock: &Clock, actor: &Actor, asked: Option<&str>) -> Outcome<(String, bool)> {
    if let Some(code) = asked {
        return match store::round(tx, code)? {
            Some(round) => Ok((round.code, false)),
            None => Refusal::new("parindex-refusal-round").at("programme").with("code", code).stop(),
        };
    }
    let mut rounds = store::rounds(tx)?;
    if let [one] = rounds.as_slice() {
        return Ok((one.code.clone(), false));
    }
    let is_any = !rounds.is_empty();
    let mut open = Vec::new();
    for round in rounds.drain(..) {
        if !publish::is_published(tx, round.id)? {
            open.push(round.code);
        }
    }
    if let [one] = open.as_slice() {
        return Ok((one.clone(), false));
    }
    if is_any {
        // Codes of criteria are alike in every scheme: a guess would pour one round's figures into another.
        let codes = open.join(", ");
        return Refusal::new("parindex-refusal-which").at("programme").with("codes", codes).stop();
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

/// A scheme by its code.
///
/// # Errors
/// Not found.
pub fn load_scheme(tx: &Tx<'_>, code: &str) -> Outcome<Scheme> {
    store::scheme(tx, code)?.map_or_else(|| Refusal::not_found().stop(), Ok)
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

/// Moves a unit on: `lock` by its head, `appraise`, `close` by the office, `explain` by the unit; `reopen` is one step back, also
/// for an erratum after the results were published.
///
/// # Errors
/// Refuses a step out of turn, one without the words it needs, an appraisal that lacks leaves, an actor without the right; 409
/// when somebody was faster.
pub fn step(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit): (&str, UnitId),
    (step, words, version): (&str, &str, i64),
) -> Outcome<()> {
    let (round, scheme) = load(tx, code)?;
    let Some(part) = store::part(tx, round.id, unit)? else { return Refusal::not_found().stop() };
    limits::within(&[("words", words, limits::WORDS)])?;
    let back = match part.state.as_str() {
        "locked" => "own",
        "appraised" | "explained" => "locked",
        _ => "appraised",
    };
    let (from, to, needs_words): (&[&str], &str, bool) = match step {
        "lock" => (&["own"], "locked", false),
        "reopen" => (&["locked", "appraised", "explained", "closed"], back, true),
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
    if scheme.is_computed {
        return Refusal::new("parindex-refusal-computed").stop();
    }
    match step {
        "lock" => super::need_own(tx, clock, actor, &round, (Right::Lead, unit))?,
        "explain" => super::need_own(tx, clock, actor, &round, (Right::Report, unit))?,
        _ => actor.need(Right::Draft, round.issuer)?,
    }
    if !from.contains(&part.state.as_str()) {
        return Refusal::new("parindex-refusal-turn").stop();
    }
    let words = base::fold::tidy(words);
    if needs_words && words.is_empty() {
        return Refusal::new("refusal-required").at("note").with("field", "note").stop();
    }
    if matches!(step, "appraise" | "close") {
        let places = store::places_of(tx, round.id, unit)?;
        let column = if step == "appraise" { "first" } else { "second" };
        let bare: Vec<&str> = places
            .iter()
            .filter(|(_, kept)| kept.wants_reason(column))
            .map(|(leaf, _)| leaf.as_str())
            .collect();
        if let Some(first) = bare.first() {
            return Refusal::new("parindex-refusal-bare")
                .at("note")
                .with("n", bare.len())
                .with("code", first)
                .stop();
        }
        let places = places.into_iter().map(|(leaf, kept)| (leaf, kept.place)).collect();
        let mut missing = total(&scheme, &places, Column::Appraised).missing;
        if step == "appraise" {
            // Surveys, bonus and penalty may come until the end.
            missing.retain(|code| scheme.node(code).is_some_and(|node| !super::is_of_office(&scheme, node)));
        }
        if let Some(first) = missing.first() {
            return Refusal::new("parindex-refusal-lacking")
                .at("note")
                .with("n", missing.len())
                .with("code", first)
                .stop();
        }
    }
    let next = Part {
        unit,
        state: to.to_owned(),
        // A step without words keeps what was said before: the unit's explanation stays in sight.
        note: if words.is_empty() {
            part.note
        } else {
            let line = format!("{} {}: {words}", base::format::moment(clock.now()), actor.signature());
            [part.note.as_str(), line.as_str()].join("\n").trim().to_owned()
        },
        changed_by: actor.signature(),
        changed_at: clock.now(),
        version,
        tick: part.tick,
    };
    if !store::set_part(tx, round.id, &next)? {
        return Refusal::conflict("parindex-refusal-conflict").at("note").stop();
    }
    let facts = serde_json::json!({"step": step, "words": words});
    record_with(tx, clock, actor, "parindex.part.step", (code, Some(unit)), facts)
}
