//! What offices and units do with a review. Each act is one transaction and one line of the trail.

mod delegates;

pub use delegates::{disinvite, invite, let_in};

use crate::{
    gather::{self, Facts, SECTIONS},
    report,
    store::{self, Conclusion, Frozen, Lesson, Paper, Part, PartWords, Review},
};
use base::limits;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, fold::tidy_lines, ids::UnitId};
use db::{Tx, trail};
use organisation::Snapshot;
use paper::letter::Letter;
use programme::words::Programme;
use reporting::rules::PartStep;
use std::collections::BTreeMap;

fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    (review, unit): (&Review, Option<UnitId>),
    facts: serde_json::Value,
) -> Outcome<()> {
    let entry = trail::Entry { act, kind: "review", id: Some(review.id), code: &review.code, unit, facts };
    trail::record(tx, clock, actor, entry)?;
    Ok(())
}

/// A review to open.
#[derive(Debug, Clone)]
pub struct NewReview {
    /// `so_ket` or `tong_ket`.
    pub kind: String,
    /// The day whose figures count.
    pub as_of: Date,
    /// By when the units' parts are to be there.
    pub parts_due: Option<Date>,
}

/// Opens a review of a programme and asks every unit in scope for its part. Returns its code.
///
/// # Errors
/// Refuses an unknown kind, a day before the programme or to come, a programme without an issuer, and an actor who may
/// not draft for the issuer.
pub fn open(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    programme: &Programme,
    new: &NewReview,
) -> Outcome<String> {
    let Some(issuer) = programme.issuer else {
        return Refusal::new("review-refusal-issuer").at("programme").stop();
    };
    actor.need(Right::Draft, issuer)?;
    if !matches!(new.kind.as_str(), "so_ket" | "tong_ket") {
        return Refusal::new("refusal-unknown-word")
            .at("kind")
            .with("field", "kind")
            .with("value", &new.kind)
            .stop();
    }
    let today = clock.today();
    if new.as_of > today || new.as_of < programme.starts {
        return Refusal::new("review-refusal-day").at("as_of").stop();
    }
    let short = if new.kind == "so_ket" { "SK" } else { "TK" };
    let n = tx.next_number(&format!("review {short} {}", new.as_of.year()))?;
    let review = Review {
        id: clock.uuid(),
        code: format!("{short}-{}-{n:02}", new.as_of.year()),
        programme: programme.id,
        kind: new.kind.clone(),
        as_of: new.as_of,
        parts_due: new.parts_due,
        issuer,
        state: "open".to_owned(),
        opened_on: today,
        concluded_on: None,
    };
    store::insert(tx, &review)?;
    let names = Snapshot::at(tx, today)?;
    let figures = programme::figures::measured(tx, programme, new.as_of, today)?;
    let then = Snapshot::at(tx, new.as_of)?;
    let mut asked = 0;
    for unit in &figures.units {
        if let Some(found) = then.by_code(&unit.unit) {
            store::ask_part(tx, review.id, names.now(found.id), clock.now())?;
            asked += 1;
        }
    }
    let facts = serde_json::json!({"programme": programme.code, "as_of": new.as_of, "parts": asked});
    record(tx, clock, actor, "review.open", (&review, Some(issuer)), facts)?;
    Ok(review.code)
}

/// A review and its programme.
///
/// # Errors
/// 404 when there is none.
pub fn load(tx: &Tx<'_>, code: &str) -> Outcome<(Review, Programme)> {
    let Some(review) = store::by_code(tx, code)? else { return Refusal::not_found().stop() };
    match programme::store::programme_by_id(tx, review.programme)? {
        Some(programme) => Ok((review, programme)),
        None => Refusal::not_found().stop(),
    }
}

/// A review that the actor edits.
fn load_for_editing(tx: &Tx<'_>, actor: &Actor, code: &str) -> Outcome<(Review, Programme)> {
    let (review, programme) = load(tx, code)?;
    actor.need(Right::Draft, review.issuer)?;
    Ok((review, programme))
}

/// Takes a step with a unit's part: the unit writes and hands in, the office takes it or sends it back.
///
/// # Errors
/// The rules' refusals; 409 when somebody was faster; 403 for whoever may not write for the unit.
pub fn part_step(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit): (&str, UnitId),
    step: PartStep,
    words: PartWords,
    note: &str,
    version: i64,
) -> Outcome<()> {
    let (review, _) = load(tx, code)?;
    match step {
        PartStep::Save | PartStep::Send => actor.need(Right::Report, unit)?,
        PartStep::Return | PartStep::Accept => actor.need(Right::Draft, review.issuer)?,
    }
    need_open(&review)?;
    let Some(part) = store::part_of(tx, review.id, unit)? else { return Refusal::not_found().stop() };
    limits::within(&[
        ("strengths", &words.strengths, limits::PAGES),
        ("weaknesses", &words.weaknesses, limits::PAGES),
        ("causes", &words.causes, limits::PAGES),
        ("proposals", &words.proposals, limits::PAGES),
        ("note", note, limits::WORDS),
    ])?;
    let is_writing = matches!(step, PartStep::Save | PartStep::Send);
    let words = if is_writing {
        PartWords {
            strengths: tidy_lines(&words.strengths),
            weaknesses: tidy_lines(&words.weaknesses),
            causes: tidy_lines(&words.causes),
            proposals: tidy_lines(&words.proposals),
        }
    } else {
        part.words.clone()
    };
    let state = reporting::rules::step(part.state, step, words.is_empty(), note)?;
    let next = Part {
        state,
        words,
        note: if step == PartStep::Return { note.to_owned() } else { part.note.clone() },
        writer: if is_writing { actor.signature() } else { part.writer.clone() },
        changed_at: clock.now(),
        version,
        ..part
    };
    if !store::save_part(tx, review.id, &next)? {
        return Refusal::conflict("refusal-conflict").stop();
    }
    let act = match step {
        PartStep::Save => "review.part.save",
        PartStep::Send => "review.part.send",
        PartStep::Return => "review.part.return",
        PartStep::Accept => "review.part.accept",
    };
    record(tx, clock, actor, act, (&review, Some(unit)), serde_json::json!({"words": note}))
}

/// The words of a section as an editor typed them, beside what the form showed before.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Its name, one of [`SECTIONS`].
    pub name: String,
    /// What was typed.
    pub words: String,
    /// [`mark_of`] what the form showed.
    pub seen: String,
}

/// A short mark of a text, by which a form tells what it showed.
pub fn mark_of(words: &str) -> String {
    trail::sha256(words.as_bytes()).chars().take(16).collect()
}

/// Keeps the editors' words. A section that the editor did not touch is left as it is now, whoever changed it.
///
/// # Errors
/// 409 when another editor changed a section that this one changed too; nothing is saved then. Refuses an actor who does
/// not edit the review, and a review that is concluded.
pub fn write(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, sections: &[Section]) -> Outcome<()> {
    let (review, _) = load_for_editing(tx, actor, code)?;
    need_open(&review)?;
    let kept: BTreeMap<String, String> = store::words(tx, review.id)?.into_iter().collect();
    let mut changed = Vec::new();
    for section in sections.iter().filter(|section| SECTIONS.contains(&section.name.as_str())) {
        let text = tidy_lines(&section.words);
        limits::within(&[("loi-van", &text, limits::PAGES)])?;
        let now = kept.get(&section.name).map_or("", String::as_str);
        if text == now || mark_of(&text) == section.seen {
            continue;
        }
        if section.seen != mark_of(now) {
            return Refusal::conflict("review-refusal-words").at("loi-van").stop();
        }
        store::put_words(tx, review.id, &section.name, &text, (&actor.signature(), clock.now()))?;
        changed.push(section.name.clone());
    }
    if changed.is_empty() {
        return Ok(());
    }
    let facts = serde_json::json!({"sections": changed});
    record(tx, clock, actor, "review.write", (&review, None), facts)
}

/// Stops at a review that is concluded.
fn need_open(review: &Review) -> Outcome<()> {
    if review.state == "open" { Ok(()) } else { Refusal::new("review-refusal-concluded").stop() }
}

/// The report of now: the draft.
///
/// # Errors
/// When the reading fails.
pub fn draft(tx: &Tx<'_>, today: Date, code: &str, demo: &str) -> Outcome<Letter> {
    let (review, programme) = load(tx, code)?;
    Ok(report::letter(&gather::gather(tx, &review, &programme, today, demo)?))
}

/// Freezes the report: its facts are kept with their hash, and so is the file they make. Later ones are errata.
///
/// # Errors
/// Refuses an erratum without words, and an actor who does not edit the review.
pub fn freeze(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    erratum: &str,
    demo: &str,
) -> Outcome<Frozen> {
    let (review, programme) = load_for_editing(tx, actor, code)?;
    limits::within(&[("erratum", erratum, limits::WORDS)])?;
    let before = store::frozen(tx, review.id)?;
    if !before.is_empty() && erratum.is_empty() {
        return Refusal::new("review-refusal-erratum").at("erratum").stop();
    }
    let facts = gather::gather(tx, &review, &programme, clock.today(), demo)?;
    let bytes = report::letter(&facts).docx()?;
    let frozen = Frozen::make(tx, clock, actor, (code, &before), (&facts, &bytes), erratum)?;
    store::insert_frozen(tx, review.id, &frozen)?;
    let facts = serde_json::json!({"seq": frozen.seq, "sha256": frozen.sha256, "file": frozen.file, "words": erratum});
    record(tx, clock, actor, "review.freeze", (&review, None), facts)?;
    Ok(frozen)
}

/// Makes a frozen report anew from its facts; its Word file is the one that was kept, byte for byte.
///
/// # Errors
/// A fault when the facts no longer have their hash: somebody changed them behind the program's back.
pub fn reprint(frozen: &Frozen) -> Outcome<Letter> {
    let facts: Facts = frozen.facts()?;
    Ok(report::letter(&facts))
}

/// Asks a unit for a paper, or keeps what it is to say; the editors give the place in the speaking order.
///
/// # Errors
/// Refuses a paper without a topic; 409 when somebody was faster; refuses an actor who neither edits the review nor reports for the unit.
pub fn put_paper(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str, paper: &Paper) -> Outcome<()> {
    let (review, _) = load(tx, code)?;
    actor.need(Right::Draft, review.issuer).or_else(|_| actor.need(Right::Report, paper.unit))?;
    need_open(&review)?;
    if paper.topic.is_empty() {
        return Refusal::new("refusal-required").at("topic").with("field", "topic").stop();
    }
    limits::within(&[
        ("topic", &paper.topic, limits::TITLE),
        ("speaker", &paper.speaker, limits::NAME),
        ("paper", &paper.words, limits::PAGES),
    ])?;
    let before = store::papers(tx, review.id)?.into_iter().find(|p| p.id == paper.id);
    let mut paper = paper.clone();
    match before {
        Some(kept) if kept.unit != paper.unit => return Refusal::not_found().stop(),
        // Its unit writes the paper; the office says what about and when it is heard.
        Some(kept) if !actor.may(Right::Draft, review.issuer) => {
            paper.place = kept.place;
            paper.topic = kept.topic;
        }
        Some(_) => {}
        None => actor.need(Right::Draft, review.issuer)?,
    }
    if !store::put_paper(tx, review.id, &paper)? {
        return Refusal::conflict("review-refusal-words").at("hoi-nghi").stop();
    }
    let facts = serde_json::json!({"topic": paper.topic, "place": paper.place});
    record(tx, clock, actor, "review.paper", (&review, Some(paper.unit)), facts)
}

/// The conference's file: agenda and papers.
///
/// # Errors
/// When the reading fails.
pub fn book(tx: &Tx<'_>, today: Date, code: &str, demo: &str) -> Outcome<Letter> {
    let (review, programme) = load(tx, code)?;
    let names = Snapshot::at(tx, today)?;
    let papers: Vec<(Paper, String)> = store::papers(tx, review.id)?
        .into_iter()
        .map(|p| {
            let unit = names.name(names.now(p.unit));
            (p, unit)
        })
        .collect();
    let facts = gather::gather(tx, &review, &programme, today, demo)?;
    Ok(report::papers(&facts, &papers))
}

/// Writes down a conclusion with its six clears and makes it a task of the programme. Returns the task's code.
///
/// # Errors
/// Refuses one without words or a lead unit, words that are no deadline, and an actor who may not assign there. A task
/// that lacks some of the six clears stays a draft, which says which.
pub fn add_conclusion(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    new: &Conclusion,
) -> Outcome<String> {
    let (review, programme) = load_for_editing(tx, actor, code)?;
    need_open(&review)?;
    if new.words.is_empty() {
        return Refusal::new("refusal-required").at("words").with("field", "words").stop();
    }
    let Some(lead) = new.lead else {
        return Refusal::new("refusal-required").at("lead").with("field", "lead").stop();
    };
    let today = clock.today();
    let calendar = organisation::store::calendar_of(tx, Some(lead), today)?;
    let due = programme::rules::due_of(&new.due, &calendar, today)?;
    let facts = programme::words::Facts {
        title: new.words.clone(),
        product: new.product.clone(),
        acceptance: new.acceptance.clone(),
        authority: new.authority.clone(),
        person_name: new.person.clone(),
        lead: Some(lead),
        first_due: due.date(),
        due,
        due_written: new.due.clone(),
        ..programme::words::Facts::default()
    };
    let draft = programme::acts::Draft {
        programme: &programme,
        parent: None,
        group_title: "Kết luận hội nghị",
        on: today,
        facts,
        support: &[],
    };
    let task = programme::acts::create_task(tx, clock, actor, &draft)?;
    if programme::rules::missing(&task.facts).is_empty() {
        let with = programme::acts::With::default();
        programme::acts::take_step(tx, clock, actor, &task.code, &programme::rules::Step::Assign, &with)?;
    }
    let seq = i64::try_from(store::conclusions(tx, review.id)?.len()).unwrap_or(0) + 1;
    store::insert_conclusion(tx, review.id, &Conclusion { seq, task: task.code.clone(), ..new.clone() })?;
    let facts = serde_json::json!({"title": new.words, "task": task.code});
    record(tx, clock, actor, "review.conclusion", (&review, Some(lead)), facts)?;
    Ok(task.code)
}

/// Concludes a review: nothing is written in it any more, and its notice can be printed.
///
/// # Errors
/// Refuses one whose report was not frozen or that has no conclusion.
pub fn conclude(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str) -> Outcome<()> {
    let (review, _) = load_for_editing(tx, actor, code)?;
    if store::frozen(tx, review.id)?.is_empty() || store::conclusions(tx, review.id)?.is_empty() {
        return Refusal::new("review-refusal-conclude").stop();
    }
    if !store::conclude(tx, review.id, clock.today())? {
        return Refusal::new("review-refusal-concluded").stop();
    }
    record(tx, clock, actor, "review.conclude", (&review, None), serde_json::json!({}))
}

/// The concluding notice as a Word file.
///
/// # Errors
/// When the reading fails.
pub fn notice(tx: &Tx<'_>, today: Date, code: &str, demo: &str) -> Outcome<Letter> {
    let (review, programme) = load(tx, code)?;
    let names = Snapshot::at(tx, today)?;
    let conclusions: Vec<(Conclusion, String)> = store::conclusions(tx, review.id)?
        .into_iter()
        .map(|c| {
            let lead = c.lead.map(|u| names.name(names.now(u))).unwrap_or_default();
            (c, lead)
        })
        .collect();
    let facts = gather::gather(tx, &review, &programme, today, demo)?;
    let on = review.concluded_on.unwrap_or(today);
    Ok(report::notice(&facts, on, &conclusions))
}

/// Writes down a lesson. Returns its code.
///
/// # Errors
/// Refuses one that lacks its context or what worked, and an actor who neither reports nor drafts anywhere.
pub fn learn(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    review: Option<&str>,
    lesson: &Lesson,
) -> Outcome<String> {
    actor.need_somewhere(Right::Report).or_else(|_| actor.need_somewhere(Right::Draft))?;
    for (name, value) in [("context", &lesson.context), ("worked", &lesson.worked)] {
        if value.is_empty() {
            return Refusal::new("refusal-required").at(name).with("field", name).stop();
        }
    }
    limits::within(&[
        ("context", &lesson.context, limits::WORDS),
        ("worked", &lesson.worked, limits::WORDS),
        ("field", &lesson.field, limits::NAME),
    ])?;
    let review = review.map(|code| store::by_code(tx, code)).transpose()?.flatten();
    let n = tx.next_number("review lesson")?;
    let kept = Lesson {
        code: format!("BH-{n:03}"),
        made_by: actor.signature(),
        made_on: clock.today(),
        ..lesson.clone()
    };
    let id = clock.uuid();
    store::insert_lesson(tx, id, review.map(|r| r.id), &kept)?;
    let facts = serde_json::json!({"title": kept.context});
    let entry = trail::Entry {
        act: "review.lesson",
        kind: "lesson",
        id: Some(id),
        code: &kept.code,
        unit: kept.unit,
        facts,
    };
    trail::record(tx, clock, actor, entry)?;
    Ok(kept.code)
}
