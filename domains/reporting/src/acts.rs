//! Setting up reports, writing a part, taking it or sending it back, freezing a period. Each act is one transaction and
//! one line of the trail.

use crate::{
    gather::{self, Facts, UnitLine},
    letter,
    rules::{self, PartState, PartStep, Round, Turn},
    store::{self, Kind, Part},
    template,
};
use base::limits;
use base::{
    Actor, Clock, Date, Outcome, Refusal, Right,
    fold::tidy_lines,
    ids::UnitId,
    period::{Cycle, span},
};
use db::{Tx, trail};
use document::frozen::Frozen;
use organisation::{Directory, Named, Snapshot, Tree};
use std::collections::BTreeMap;

/// A report to set up, as a form says it.
#[derive(Debug, Clone, Default)]
pub struct NewKind {
    /// What it is called.
    pub title: String,
    /// To whom it is owed, by code or name.
    pub issuer: String,
    /// The programme's code; empty for all work.
    pub programme: String,
    /// The cycle's word.
    pub cycle: String,
    /// The day of the month on which figures close.
    pub closes_on: String,
    /// Working days until a part is to be there.
    pub due_days: String,
    /// Who owes it: codes, names and groups, parted by semicolons.
    pub scope: String,
    /// The headings, a line each.
    pub sections: String,
    /// From which day; today when left out.
    pub from: Option<Date>,
}

fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    (kind, unit): (&Kind, Option<UnitId>),
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry = trail::Entry { act, kind: "report", id: Some(kind.id), code: &kind.code, unit, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// Sets up a report. Returns its code.
///
/// # Errors
/// Refuses one without a title, an issuer, a scope or a heading; a cycle or days that there are not; names that no
/// unit has; and an actor who may not draft for the issuer.
pub fn set_up(tx: &Tx<'_>, clock: &Clock, actor: &Actor, new: &NewKind) -> Outcome<String> {
    actor.need_somewhere(Right::Draft)?;
    let today = clock.today();
    let names = Directory::at(tx, today)?;
    for (field, value) in [("title", &new.title), ("issuer", &new.issuer), ("scope", &new.scope)] {
        if value.is_empty() {
            return Refusal::new("refusal-required").at(field).with("field", field).stop();
        }
    }
    limits::within(&[
        ("title", &new.title, limits::TITLE),
        ("issuer", &new.issuer, limits::NAME),
        ("scope", &new.scope, limits::WORDS),
        ("sections", &new.sections, limits::WORDS),
    ])?;
    let Some(issuer) = names.asked(&new.issuer, "issuer")? else {
        return Refusal::new("refusal-required").at("issuer").with("field", "issuer").stop();
    };
    actor.need(Right::Draft, issuer)?;
    let Some(cycle) = Cycle::from_word(&new.cycle) else {
        return Refusal::new("refusal-unknown-word")
            .at("cycle")
            .with("field", "cycle")
            .with("value", &new.cycle)
            .stop();
    };
    let Some(closes_on) = new.closes_on.parse::<i8>().ok().filter(|day| (1..=31).contains(day)) else {
        return Refusal::new("reporting-refusal-closes").at("closes_on").stop();
    };
    let Some(due_days) = new.due_days.parse::<u32>().ok().filter(|days| (0..=60).contains(days)) else {
        return Refusal::new("reporting-refusal-days").at("due_days").stop();
    };
    let sections: Vec<String> =
        tidy_lines(&new.sections).lines().map(str::to_owned).filter(|line| !line.is_empty()).collect();
    if sections.is_empty() {
        return Refusal::new("refusal-required").at("sections").with("field", "sections").stop();
    }
    let mut scope = Vec::new();
    for item in names.list(&new.scope, None) {
        match names.snapshot.by_code(&item.written).map_or(item.named, |unit| Named::Unit(unit.id)) {
            Named::Unit(unit) => scope.push(unit),
            Named::Group(key) => scope.extend(names.snapshot.group(&key, None)),
            Named::Vague | Named::Local | Named::Perhaps(_) | Named::Unknown => {
                return Refusal::new("task-refusal-lead").at("scope").with("value", item.written).stop();
            }
        }
    }
    let programme = match new.programme.as_str() {
        "" => None,
        code => Some(programme::acts::named_programme(tx, code)?.id),
    };
    let n = tx.next_number("reporting kind")?;
    let kind = Kind {
        id: clock.uuid(),
        code: format!("BC-{n:02}"),
        title: new.title.clone(),
        issuer,
        programme,
        cycle,
        closes_on,
        due_days,
        sections,
        from: new.from.unwrap_or(today),
        until: None,
        version: 1,
    };
    store::insert(tx, &kind, &scope)?;
    let facts = serde_json::json!({"title": kind.title, "cycle": cycle.word(), "units": scope.len()});
    record(tx, clock, actor, "reporting.kind.set_up", (&kind, Some(issuer)), facts)?;
    Ok(kind.code)
}

/// Lets a report end: periods that close after the day are not asked for. Without a day it goes on.
///
/// # Errors
/// 404 for an unknown report; 409 when somebody was faster; refuses an actor who may not draft for the issuer.
pub fn end(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    until: Option<Date>,
    version: i64,
) -> Outcome<()> {
    let kind = load(tx, code)?;
    actor.need(Right::Draft, kind.issuer)?;
    if !store::end(tx, kind.id, until, version)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let facts = serde_json::json!({"until": until});
    record(tx, clock, actor, "reporting.kind.end", (&kind, Some(kind.issuer)), facts)
}

/// A report by its code.
///
/// # Errors
/// 404 when there is none.
pub fn load(tx: &Tx<'_>, code: &str) -> Outcome<Kind> {
    store::by_code(tx, code)?.map_or_else(|| Refusal::not_found().stop(), Ok)
}

/// A period of a report: its first and last day, and the last day to hand in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// The last day to hand in a part; none where the calendar does not cover the year.
    pub due: Option<Date>,
}

/// The days of a period.
///
/// # Errors
/// 404 for a period that the report has not.
pub fn days_of(tx: &Tx<'_>, kind: &Kind, round: Round) -> Outcome<Days> {
    let Some((first, last)) = span(kind.cycle, kind.closes_on, round.year, round.n) else {
        return Refusal::not_found().stop();
    };
    let calendar = organisation::store::calendar_of(tx, Some(kind.issuer), last)?;
    Ok(Days { first, last, due: calendar.add_working_days(last, kind.due_days).ok() })
}

/// The periods that are asked for: begun by a day, the newest first.
pub fn rounds_of(kind: &Kind, today: Date) -> Vec<Round> {
    let mut rounds = rules::rounds(kind.cycle, kind.closes_on, kind.from, today);
    rounds.retain(|round| {
        let last = span(kind.cycle, kind.closes_on, round.year, round.n).map(|(_, last)| last);
        kind.until.is_none_or(|until| last.is_some_and(|last| last <= until))
    });
    rounds
}

/// The units that owe a report on a day: those it was set up for, or who took them over.
///
/// # Errors
/// When the reading fails.
pub fn units_of(tx: &Tx<'_>, kind: &Kind, names: &Snapshot) -> Outcome<Vec<UnitId>> {
    let mut units: Vec<UnitId> = store::scope(tx, kind.id)?
        .into_iter()
        .map(|unit| names.now(unit))
        .filter(|unit| names.unit(*unit).is_some())
        .collect();
    units.sort_by_key(|unit| base::fold::sort_key(&names.name(*unit)));
    units.dedup();
    Ok(units)
}

/// Takes a step with a unit's part: the unit writes and hands in, the collecting office takes it or sends it back. The
/// figures are kept as they are at the moment of handing in.
///
/// # Errors
/// The rules' refusals; a period that has not closed cannot be handed in; 409 when somebody was faster; 403 for whoever
/// may not write for the unit or judge for the office.
pub fn part_step(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, round, unit): (&str, Round, UnitId),
    step: PartStep,
    words: &BTreeMap<String, String>,
    note: &str,
    version: i64,
) -> Outcome<()> {
    let kind = load(tx, code)?;
    match step {
        PartStep::Save | PartStep::Send => actor.need(Right::Report, unit)?,
        PartStep::Return | PartStep::Accept => actor.need(Right::Draft, kind.issuer)?,
    }
    limits::within(&[("note", note, limits::WORDS)])?;
    for text in words.values() {
        limits::within(&[("words", text, limits::PAGES)])?;
    }
    let today = clock.today();
    let names = Snapshot::at(tx, today)?;
    let days = days_of(tx, &kind, round)?;
    if !units_of(tx, &kind, &names)?.contains(&unit) || !rounds_of(&kind, today).contains(&round) {
        return Refusal::not_found().stop();
    }
    if step == PartStep::Send && today <= days.last {
        return Refusal::new("reporting-refusal-open")
            .at("viec")
            .with("day", base::format::date(days.last))
            .stop();
    }
    let period = round.code(kind.cycle);
    let part = store::part_of(tx, kind.id, &period, unit)?.unwrap_or_else(|| Part::empty(unit));
    let is_writing = matches!(step, PartStep::Save | PartStep::Send);
    let words = if is_writing {
        kind.sections
            .iter()
            .map(|heading| (heading.clone(), words.get(heading).map(|w| tidy_lines(w)).unwrap_or_default()))
            .collect()
    } else {
        part.words.clone()
    };
    let written = Part { words, ..part.clone() };
    let state = rules::step(part.state, step, written.is_empty(), note)?;
    let figures = if step == PartStep::Send {
        serde_json::to_string(&gather::figures(tx, &kind, &names, unit, (days.first, days.last))?)?
    } else {
        part.figures.clone()
    };
    let next = Part {
        state,
        figures,
        note: if step == PartStep::Return { note.to_owned() } else { part.note.clone() },
        writer: if is_writing { actor.signature() } else { part.writer.clone() },
        changed_at: clock.now(),
        sent_on: if step == PartStep::Send { Some(today) } else { part.sent_on },
        version,
        ..written
    };
    if !store::save_part(tx, kind.id, &period, &next)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let act = match step {
        PartStep::Save => "reporting.part.save",
        PartStep::Send => "reporting.part.send",
        PartStep::Return => "reporting.part.return",
        PartStep::Accept => "reporting.part.accept",
    };
    record(tx, clock, actor, act, (&kind, Some(unit)), serde_json::json!({"period": period, "words": note}))
}

/// The figures of a part: those it was handed in with, else those of now.
///
/// # Errors
/// When the reading fails.
pub fn figures_of(
    tx: &Tx<'_>,
    kind: &Kind,
    names: &Snapshot,
    part: &Part,
    days: Days,
) -> Outcome<gather::Figures> {
    if matches!(part.state, PartState::Sent | PartState::Accepted) && !part.figures.is_empty() {
        return Ok(serde_json::from_str(&part.figures)?);
    }
    gather::figures(tx, kind, names, part.unit, (days.first, days.last))
}

/// What the report of one unit says.
///
/// # Errors
/// When the reading fails.
pub fn facts_of_part(
    tx: &Tx<'_>,
    today: Date,
    kind: &Kind,
    (round, period): (Round, &str),
    part: &Part,
    demo: &str,
) -> Outcome<Facts> {
    let names = Snapshot::at(tx, today)?;
    let days = days_of(tx, kind, round)?;
    let headings = kind
        .sections
        .iter()
        .map(|heading| (heading.clone(), part.words.get(heading).cloned().unwrap_or_default()));
    Ok(Facts {
        to: names.name(names.now(kind.issuer)),
        figures: figures_of(tx, kind, &names, part, days)?,
        words: headings.collect(),
        template: store::template(tx, kind.id, which(false))?.map(|(sha256, ..)| sha256).unwrap_or_default(),
        ..frame(kind, &names, part.unit, (period, days), demo)
    })
}

/// What every report says of itself.
fn frame(kind: &Kind, names: &Snapshot, issuer: UnitId, (period, days): (&str, Days), demo: &str) -> Facts {
    let is_party = names.unit(issuer).is_some_and(|u| u.tree == Tree::Party);
    let above = names.parent(issuer).filter(|u| is_party && u.tree == Tree::Party);
    Facts {
        code: kind.code.clone(),
        title: kind.title.clone(),
        period: period.to_owned(),
        first: base::format::date(days.first),
        last: Some(days.last),
        issuer: names.name(issuer),
        parent: above.map(|u| u.name.clone()).unwrap_or_default(),
        is_party,
        demo: demo.to_owned(),
        ..Facts::default()
    }
}

/// What the report of all units says: figures of each, and the words that were handed in, each with its unit's name.
///
/// # Errors
/// When the reading fails.
pub fn facts_of_whole(
    tx: &Tx<'_>,
    today: Date,
    kind: &Kind,
    (round, period): (Round, &str),
    demo: &str,
) -> Outcome<Facts> {
    let names = Snapshot::at(tx, today)?;
    let days = days_of(tx, kind, round)?;
    let parts = store::parts(tx, kind.id, &round.code(kind.cycle))?;
    let mut facts = frame(kind, &names, names.now(kind.issuer), (period, days), demo);
    let mut words: Vec<(String, String)> = kind.sections.iter().map(|s| (s.clone(), String::new())).collect();
    for unit in units_of(tx, kind, &names)? {
        let part = parts.iter().find(|p| names.now(p.unit) == unit);
        let state = part.map_or(PartState::Asked, |p| p.state);
        let turn = rules::turn(state, part.and_then(|p| p.sent_on), (days.last, days.due), today);
        let is_in = matches!(turn, Turn::Sent | Turn::Late);
        let figures = match part.filter(|_| is_in) {
            Some(part) => gather::Figures {
                behind: Vec::new(),
                next: Vec::new(),
                reported: Vec::new(),
                ..figures_of(tx, kind, &names, part, days)?
            },
            None => gather::counts(tx, kind, &names, unit, (days.first, days.last))?,
        };
        facts.figures.add(&figures);
        let name = names.name(unit);
        for (heading, all) in &mut words {
            let own = part.filter(|_| is_in).and_then(|p| p.words.get(heading)).filter(|w| !w.is_empty());
            if let Some(own) = own {
                all.push_str(&format!("{name}: {}\n", own.replace('\n', " ")));
            }
        }
        facts.units.push(UnitLine { name, turn: turn.word().to_owned(), figures });
    }
    facts.words = words;
    facts.template =
        store::template(tx, kind.id, which(true))?.map(|(sha256, ..)| sha256).unwrap_or_default();
    Ok(facts)
}

/// A report's file of a kind: PDF or Word.
///
/// # Errors
/// As [`pdf`] and [`docx`].
pub fn printed(tx: &Tx<'_>, facts: &Facts, kind: paper::FileKind) -> Outcome<Vec<u8>> {
    if kind == paper::FileKind::Pdf { pdf(facts) } else { docx(tx, facts) }
}

/// A report as a PDF file, in the official layout.
///
/// # Errors
/// Refuses a report that has a template: only a word processor knows how that looks.
pub fn pdf(facts: &Facts) -> Outcome<Vec<u8>> {
    if !facts.template.is_empty() {
        return Refusal::new("reporting-refusal-pdf").stop();
    }
    Ok(letter::letter(facts).pdf()?)
}

/// A report as a Word file: by its template, else in the official layout.
///
/// # Errors
/// Refuses what the template's placeholders name that the facts do not have; when the writing fails.
pub fn docx(tx: &Tx<'_>, facts: &Facts) -> Outcome<Vec<u8>> {
    if facts.template.is_empty() {
        return Ok(letter::letter(facts).docx()?);
    }
    let Some((.., bytes)) = document::store::file(tx, &facts.template)? else {
        return Refusal::not_found().stop();
    };
    Ok(paper::template::fill(&bytes, &template::data(facts))?)
}

/// The template in force as a file; without one, a template to begin with.
///
/// # Errors
/// When the reading or the writing fails.
pub fn template_file(tx: &Tx<'_>, today: Date, kind: &Kind, is_whole: bool) -> Outcome<Vec<u8>> {
    if let Some((sha256, ..)) = store::template(tx, kind.id, which(is_whole))?
        && let Some((.., bytes)) = document::store::file(tx, &sha256)?
    {
        return Ok(bytes);
    }
    let names = Snapshot::at(tx, today)?;
    let is_party = names.unit(names.now(kind.issuer)).is_some_and(|u| u.tree == Tree::Party);
    template::starter(is_party && is_whole, kind.sections.len(), is_whole)
}

fn which(is_whole: bool) -> &'static str {
    if is_whole { "whole" } else { "part" }
}

/// Sets the template of a report, after it was filled once for a try; without a file the official layout is back.
///
/// # Errors
/// Refuses what is no Word file and placeholders that nothing fills, by name; an actor who may not draft for the issuer.
pub fn put_template(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, is_whole): (&str, bool),
    file: Option<(&str, &[u8])>,
) -> Outcome<()> {
    let kind = load(tx, code)?;
    actor.need(Right::Draft, kind.issuer)?;
    let sha256 = match file {
        None => String::new(),
        Some((name, bytes)) => {
            let words = kind.sections.iter().map(|heading| (heading.clone(), String::new())).collect();
            let tried = Facts { words, ..Facts::default() };
            paper::template::fill(bytes, &template::data(&tried))?;
            let media = paper::FileKind::Docx.media_type();
            document::store::keep_file(tx, name, media, bytes, clock.now())?
        }
    };
    store::put_template(tx, kind.id, which(is_whole), &sha256, (&actor.signature(), clock.now()))?;
    let facts = serde_json::json!({"which": which(is_whole), "sha256": sha256});
    record(tx, clock, actor, "reporting.template", (&kind, Some(kind.issuer)), facts)
}

/// Freezes the whole of a period: its facts are kept with their hash, and so is the file they make. Later ones are
/// errata.
///
/// # Errors
/// Refuses a period that has not closed, an erratum without words, and an actor who may not draft for the issuer.
pub fn freeze(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, round, shown): (&str, Round, &str),
    erratum: &str,
    demo: &str,
) -> Outcome<Frozen> {
    let kind = load(tx, code)?;
    actor.need(Right::Draft, kind.issuer)?;
    let days = days_of(tx, &kind, round)?;
    if clock.today() <= days.last {
        return Refusal::new("reporting-refusal-open").with("day", base::format::date(days.last)).stop();
    }
    limits::within(&[("erratum", erratum, limits::WORDS)])?;
    let period = round.code(kind.cycle);
    let before = store::frozen(tx, kind.id, &period)?;
    if !before.is_empty() && erratum.is_empty() {
        return Refusal::new("reporting-refusal-erratum").at("erratum").stop();
    }
    let facts = facts_of_whole(tx, clock.today(), &kind, (round, shown), demo)?;
    let bytes = docx(tx, &facts)?;
    let stem = format!("{code}-{period}");
    let frozen = Frozen::make(tx, clock, actor, (&stem, &before), (&facts, &bytes), erratum)?;
    store::insert_frozen(tx, kind.id, &period, &frozen)?;
    let facts = serde_json::json!({
        "period": period, "seq": frozen.seq, "sha256": frozen.sha256, "file": frozen.file, "words": erratum,
    });
    record(tx, clock, actor, "reporting.freeze", (&kind, Some(kind.issuer)), facts)?;
    Ok(frozen)
}

/// Makes a frozen report's file anew from its facts.
///
/// # Errors
/// A fault when the facts no longer have their hash: somebody changed them behind the program's back.
pub fn reprint(tx: &Tx<'_>, frozen: &Frozen, kind: paper::FileKind) -> Outcome<Vec<u8>> {
    printed(tx, &frozen.facts()?, kind)
}

/// What a unit owes: the report, the period, by when, how it stands.
#[derive(Debug, Clone)]
pub struct Owed {
    /// The report.
    pub kind: Kind,
    /// The period.
    pub round: Round,
    /// Who owes it.
    pub unit: UnitId,
    /// Its days.
    pub days: Days,
    /// How it stands.
    pub turn: Turn,
    /// Where its part stands.
    pub state: PartState,
}

/// What units of a reach owe of the last two periods that have begun, the most urgent first.
///
/// # Errors
/// When the reading fails.
pub fn owed(tx: &Tx<'_>, today: Date, may: impl Fn(UnitId) -> bool) -> Outcome<Vec<Owed>> {
    let names = Snapshot::at(tx, today)?;
    let mut found = Vec::new();
    for kind in store::kinds(tx)? {
        let units: Vec<UnitId> = units_of(tx, &kind, &names)?.into_iter().filter(|unit| may(*unit)).collect();
        if units.is_empty() {
            continue;
        }
        for round in rounds_of(&kind, today).into_iter().take(2) {
            let days = days_of(tx, &kind, round)?;
            let parts = store::parts(tx, kind.id, &round.code(kind.cycle))?;
            for unit in &units {
                let part = parts.iter().find(|p| names.now(p.unit) == *unit);
                let state = part.map_or(PartState::Asked, |p| p.state);
                let turn = rules::turn(state, part.and_then(|p| p.sent_on), (days.last, days.due), today);
                found.push(Owed { kind: kind.clone(), round, unit: *unit, days, turn, state });
            }
        }
    }
    found.sort_by_key(|owed| (owed.days.due.unwrap_or(owed.days.last), owed.kind.code.clone()));
    Ok(found)
}
