//! Making, opening and closing surveys, handing out codes, taking answers, typing paper. What officers do is one line of the
//! trail each; an answer leaves none, because its moment would say who gave it.

mod paper;

pub use paper::{Typed, drop_sheet, settle, type_sheet, typing};

use crate::{
    rules, store,
    store::Opened,
    words::{Answer, Question, Sample, Survey, Values},
};
use base::limits;
use base::{Actor, Clock, Date, Outcome, Refusal, Right, Timestamp, ids::UnitId};
use db::{Tx, trail};
use organisation::Directory;

/// The most codes made at once.
const MOST_CODES: usize = 500;
/// The letters of a code: none that is mistaken for another.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
/// How many seconds a questionnaire may be open: six hours.
const OLDEST: i64 = 6 * 60 * 60;
/// How long a code is: 59 bits.
const CODE: usize = 12;

fn record(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    act: &'static str,
    (code, unit): (&str, Option<UnitId>),
    facts: serde_json::Value,
) -> Outcome<()> {
    trail::record(tx, clock, actor, trail::Entry { act, kind: "survey", id: None, code, unit, facts })?;
    Ok(())
}

/// What is kept of a code.
pub fn digest(code: &str) -> String {
    use sha2::Digest as _;
    db::trail::hex(&sha2::Sha256::digest(code.trim().to_lowercase().as_bytes()))
}

/// A survey that an actor leads.
///
/// # Errors
/// Not found; forbidden.
pub fn led(tx: &Tx<'_>, actor: &Actor, code: &str) -> Outcome<Survey> {
    let Some(survey) = store::by_code(tx, code)? else { return Refusal::not_found().stop() };
    actor.need(Right::Draft, survey.issuer)?;
    Ok(survey)
}

/// What a survey is made of.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// What it is called.
    pub title: String,
    /// Who is asked.
    pub respondents: String,
    /// The round that it feeds.
    pub feeds: String,
    /// The least seconds of an answer that counts.
    pub least_seconds: i64,
}

/// Makes a survey, still a draft.
///
/// # Errors
/// Refuses one without a title, and an actor who may not draft for the issuer.
pub fn make(tx: &Tx<'_>, clock: &Clock, actor: &Actor, issuer: UnitId, new: New) -> Outcome<Survey> {
    actor.need(Right::Draft, issuer)?;
    let title = base::fold::tidy(&new.title);
    if title.is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    limits::within(&[("title", &title, limits::TITLE), ("respondents", &new.respondents, limits::TITLE)])?;
    let year = clock.today().year();
    let serial = tx.next_number(&format!("survey {year}"))?;
    let survey = Survey {
        id: clock.uuid(),
        code: format!("KS-{year}-{serial:02}"),
        title,
        respondents: base::fold::tidy(&new.respondents),
        feeds: base::fold::tidy(&new.feeds),
        issuer,
        edition: 1,
        state: "draft".to_owned(),
        least_seconds: new.least_seconds.clamp(0, 600),
        secret: db::trail::hex(&db::trail::new_key()?),
        opened_on: None,
        closed_on: None,
        version: 1,
    };
    store::insert(tx, &survey, &actor.signature(), clock.now())?;
    let facts = serde_json::json!({"title": survey.title, "feeds": survey.feeds});
    record(tx, clock, actor, "survey.make", (&survey.code, Some(issuer)), facts)?;
    Ok(survey)
}

/// Copies a survey with its questions and its plan as the next edition, a draft; says its code.
///
/// # Errors
/// Not found; forbidden.
pub fn next_edition(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str) -> Outcome<String> {
    let survey = led(tx, actor, code)?;
    let new = New {
        title: survey.title.clone(),
        respondents: survey.respondents.clone(),
        // The round of before had its answers: which one comes next is said anew.
        feeds: String::new(),
        least_seconds: survey.least_seconds,
    };
    let next = make(tx, clock, actor, survey.issuer, new)?;
    store::set_edition(tx, next.id, survey.edition + 1)?;
    store::put_questions(tx, next.id, &store::questions(tx, survey.id)?)?;
    for sample in store::samples(tx, survey.id)? {
        store::put_sample(tx, next.id, sample.unit, sample.wanted, sample.least)?;
    }
    Ok(next.code)
}

/// Changes the head of a draft.
///
/// # Errors
/// Refuses one without a title, a survey that is open already; forbidden; not found; 409 when somebody was faster.
pub fn put_head(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, version): (&str, i64),
    new: New,
) -> Outcome<()> {
    let survey = led(tx, actor, code)?;
    if survey.state != "draft" {
        return Refusal::new("survey-refusal-open").at("title").with("code", code).stop();
    }
    let title = base::fold::tidy(&new.title);
    if title.is_empty() {
        return Refusal::new("refusal-required").at("title").with("field", "title").stop();
    }
    limits::within(&[("title", &title, limits::TITLE), ("respondents", &new.respondents, limits::TITLE)])?;
    let facts = serde_json::json!({"title": title, "feeds": new.feeds});
    let changed = Survey {
        title,
        respondents: base::fold::tidy(&new.respondents),
        feeds: base::fold::tidy(&new.feeds),
        least_seconds: new.least_seconds.clamp(0, 600),
        version,
        ..survey.clone()
    };
    if !store::update(tx, &changed)? {
        return Refusal::conflict("survey-refusal-conflict").at("title").stop();
    }
    record(tx, clock, actor, "survey.head", (code, Some(survey.issuer)), facts)
}

/// Replaces the questions of a draft.
///
/// # Errors
/// Refuses once it is open: answers to other questions would be counted together. Forbidden; not found; 409 when somebody was
/// faster.
pub fn put_questions(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, version): (&str, i64),
    questions: Vec<Question>,
) -> Outcome<()> {
    let survey = led(tx, actor, code)?;
    if survey.state != "draft" {
        return Refusal::new("survey-refusal-open").at("cau").with("code", code).stop();
    }
    for question in &questions {
        limits::within(&[("cau", &question.words, limits::TITLE)])?;
    }
    if !store::update(tx, &Survey { version, ..survey.clone() })? {
        return Refusal::conflict("survey-refusal-conflict").at("cau").stop();
    }
    let kept = questions.into_iter().filter(|q| !q.words.is_empty());
    let kept: Vec<Question> = (1_i64..).zip(kept).map(|(position, q)| Question { position, ..q }).collect();
    store::put_questions(tx, survey.id, &kept)?;
    let facts = serde_json::json!({"questions": kept.len()});
    record(tx, clock, actor, "survey.questions", (code, Some(survey.issuer)), facts)
}

/// Plans answers about units by words: names, codes, groups.
///
/// # Errors
/// Refuses words that name no unit, a unit that neither the issuer serves nor the actor drafts for, a closed survey, another
/// least number for a unit about which answers may be coming in; forbidden; not found.
pub fn plan(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, words): (&str, &str),
    (wanted, least): (i64, i64),
) -> Outcome<()> {
    let survey = led(tx, actor, code)?;
    if survey.state == "closed" {
        return Refusal::new("survey-refusal-closed").at("units").with("code", code).stop();
    }
    if least < 1 || wanted < least {
        return Refusal::new("survey-refusal-sample").at("wanted").stop();
    }
    let names = Directory::at(tx, clock.today())?;
    let units = match names.all_of(words) {
        Ok(units) => units,
        Err(words) => return Refusal::new("survey-refusal-unit").at("units").with("value", words).stop(),
    };
    if units.is_empty() {
        return Refusal::new("refusal-required").at("units").with("field", "units").stop();
    }
    if let Some(name) = names.out_of_reach(&units, survey.issuer, actor) {
        return Refusal::new("survey-refusal-reach").at("units").with("unit", name).stop();
    }
    let planned = store::samples(tx, survey.id)?;
    let is_other = |sample: &&Sample| units.contains(&sample.unit) && sample.least != least;
    if let Some(sample) = planned.iter().find(is_other).filter(|_| survey.state == "open") {
        let name = names.snapshot.name(names.snapshot.now(sample.unit));
        return Refusal::new("survey-refusal-least").at("wanted").with("unit", name).stop();
    }
    for unit in &units {
        store::put_sample(tx, survey.id, *unit, wanted, least)?;
    }
    let facts = serde_json::json!({"units": units.len(), "wanted": wanted, "least": least});
    record(tx, clock, actor, "survey.plan", (code, Some(survey.issuer)), facts)
}

/// Opens a draft to answers, or closes it.
///
/// # Errors
/// Refuses one without questions or a plan, a step out of turn, to close over answers that nobody looked at or paper typed once;
/// forbidden; 409 when somebody was faster.
pub fn turn(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    (step, version): (&str, i64),
) -> Outcome<()> {
    let survey = led(tx, actor, code)?;
    let next = match (step, survey.state.as_str()) {
        ("open", "draft") => {
            if store::questions(tx, survey.id)?.is_empty() || store::samples(tx, survey.id)?.is_empty() {
                return Refusal::new("survey-refusal-bare").at("viec").stop();
            }
            Survey { state: "open".to_owned(), opened_on: Some(clock.today()), version, ..survey.clone() }
        }
        ("close", "open") => {
            let flagged: i64 = store::samples(tx, survey.id)?.iter().map(|sample| sample.flagged).sum();
            if flagged > 0 {
                return Refusal::new("survey-refusal-flagged").at("viec").with("n", flagged).stop();
            }
            let waiting = store::waiting_sheets(tx, survey.id)?;
            if waiting > 0 {
                return Refusal::new("survey-refusal-waiting").at("viec").with("n", waiting).stop();
            }
            Survey { state: "closed".to_owned(), closed_on: Some(clock.today()), version, ..survey.clone() }
        }
        _ => return Refusal::new("survey-refusal-turn").at("viec").stop(),
    };
    if !store::update(tx, &next)? {
        return Refusal::conflict("survey-refusal-conflict").at("viec").stop();
    }
    record(tx, clock, actor, "survey.turn", (code, Some(survey.issuer)), serde_json::json!({"step": step}))
}

/// A code of a batch. The batch's word stands in the page that asked for it and is kept nowhere, so that nobody can make the
/// codes anew, and sending the page once more gives the same ones.
fn code_of(survey: &Survey, (batch, unit, channel): (&str, UnitId, &str), n: usize) -> String {
    use sha2::Digest as _;
    let key = sha2::Sha256::digest(format!("{}|{batch}|{unit}|{channel}|{n}", survey.secret));
    let letters =
        key.iter().take(CODE).map(|byte| LETTERS.get(usize::from(byte % 31)).copied().unwrap_or(b'2'));
    letters.map(char::from).collect()
}

/// What codes are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'b> {
    /// A word that nobody can guess; the same word gives the same codes.
    pub word: &'b str,
    /// How many.
    pub n: usize,
    /// Whether for a kiosk, which needs one.
    pub is_kiosk: bool,
}

/// Makes codes that open the questionnaire about a unit: each once, or one for a kiosk. They are shown and kept as digests.
///
/// # Errors
/// Refuses a unit outside the plan, a survey that is not open, more than can be printed, a batch without a word; forbidden; not
/// found.
pub fn codes(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit): (&str, UnitId),
    batch: Batch<'_>,
) -> Outcome<Vec<String>> {
    let survey = led(tx, actor, code)?;
    need_open(&survey)?;
    need_planned(tx, &survey, unit)?;
    let n = if batch.is_kiosk { 1 } else { batch.n };
    if n == 0 || n > MOST_CODES {
        return Refusal::new("survey-refusal-codes").at("so").with("most", MOST_CODES).stop();
    }
    if batch.word.len() < 16 {
        return Refusal::new("survey-refusal-batch").at("so").stop();
    }
    let channel = if batch.is_kiosk { "kiosk" } else { "link" };
    let codes: Vec<String> = (0..n).map(|at| code_of(&survey, (batch.word, unit, channel), at)).collect();
    let mut fresh = 0;
    for one in &codes {
        fresh += usize::from(store::insert_code(tx, &digest(one), (survey.id, unit, channel))?);
    }
    if fresh > 0 {
        let facts = serde_json::json!({"n": fresh, "channel": channel});
        record(tx, clock, actor, "survey.codes", (code, Some(unit)), facts)?;
    }
    Ok(codes)
}

/// A word for a batch of codes.
///
/// # Errors
/// When the machine has no randomness.
pub fn batch_word() -> anyhow::Result<String> {
    Ok(db::trail::hex(&db::trail::new_key()?))
}

fn need_open(survey: &Survey) -> Outcome<()> {
    if survey.state == "open" {
        return Ok(());
    }
    Refusal::new("survey-refusal-not-open").at("cau").stop()
}

fn need_planned(tx: &Tx<'_>, survey: &Survey, unit: UnitId) -> Outcome<()> {
    if store::samples(tx, survey.id)?.iter().any(|sample| sample.unit == unit) {
        return Ok(());
    }
    Refusal::not_found().stop()
}

/// The questionnaire that a code opens.
///
/// # Errors
/// Refuses an unknown code, one that was used, a survey that is not open.
pub fn open_by(tx: &Tx<'_>, code: &str) -> Outcome<(Survey, Opened)> {
    let Some(opened) = store::opened(tx, &digest(code))? else { return Refusal::not_found().stop() };
    let Some(survey) = store::by_id(tx, opened.survey)? else { return Refusal::not_found().stop() };
    if opened.is_used {
        return Refusal::new("survey-refusal-used").at("cau").stop();
    }
    need_open(&survey)?;
    Ok((survey, opened))
}

/// Marks the moment at which a questionnaire was opened, so that it cannot be told later.
pub fn stamp(survey: &Survey, at: Timestamp) -> String {
    let second = at.as_second();
    format!("{second}.{}", digest(&format!("{}|{second}", survey.secret)))
}

/// How many seconds ago a questionnaire was opened; none when the mark is not ours.
fn seconds_since(survey: &Survey, mark: &str, now: Timestamp) -> Option<i64> {
    let second: i64 = mark.split_once('.')?.0.parse().ok()?;
    let at = Timestamp::from_second(second).ok()?;
    (stamp(survey, at) == mark).then(|| now.as_second() - second)
}

/// Whether a questionnaire was opened so long ago that its moment may have been kept to look slow.
pub fn is_stale(survey: &Survey, mark: &str, now: Timestamp) -> bool {
    seconds_since(survey, mark, now).is_some_and(|seconds| seconds > OLDEST)
}

/// Takes an answer by a code. What looks stuffed is kept and does not count until somebody looked at it.
///
/// # Errors
/// Refuses a code that opens nothing any more, values that the questions do not have, and a kiosk that is asked too fast.
pub fn answer(
    tx: &Tx<'_>,
    clock: &Clock,
    code: &str,
    (sent, mark): (impl Fn(i64) -> String, &str),
) -> Outcome<()> {
    let (survey, opened) = open_by(tx, code)?;
    let values = rules::read(&store::questions(tx, survey.id)?, sent)?;
    if is_stale(&survey, mark, clock.now()) {
        return Refusal::new("survey-refusal-old").at("cau").stop();
    }
    let is_kiosk = opened.channel == "kiosk";
    if is_kiosk
        && opened.last_at.is_some_and(|last| clock.now().as_second() - last.as_second() < rules::KIOSK_GAP)
    {
        return Refusal::new("survey-refusal-fast").at("cau").with("seconds", rules::KIOSK_GAP).stop();
    }
    if !store::use_code(tx, &digest(code), is_kiosk, clock.now())? {
        return Refusal::new("survey-refusal-used").at("cau").stop();
    }
    // A mark that is not ours was made by a program: as good as no time at all.
    let seconds = seconds_since(&survey, mark, clock.now()).unwrap_or(0);
    keep(tx, &survey, (opened.unit, &opened.channel), (values, Some(seconds)), clock.today())
}

fn keep(
    tx: &Tx<'_>,
    survey: &Survey,
    (unit, channel): (UnitId, &str),
    (values, seconds): (Values, Option<i64>),
    today: Date,
) -> Outcome<()> {
    // Codes are handed out one by one, so likeness in a row says something of kiosks and paper only.
    let before = if channel == "link" {
        Vec::new()
    } else {
        store::last_values(tx, (survey.id, unit, channel), rules::ALIKE)?
    };
    let flags = rules::flags(&values, seconds, survey.least_seconds, &before);
    let answer = Answer {
        seq: store::next_seq(tx, survey.id)?,
        unit,
        channel: channel.to_owned(),
        given_on: today,
        values,
        state: if flags.is_empty() { "valid" } else { "flagged" }.to_owned(),
        flags: flags.into_iter().map(str::to_owned).collect(),
    };
    store::insert_answer(tx, survey.id, &answer)?;
    Ok(())
}

/// Lets a flagged answer count, or sets one aside.
///
/// # Errors
/// Refuses an unknown word, a closed survey; forbidden; not found.
pub fn judge(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, seq): (&str, i64),
    state: &str,
) -> Outcome<()> {
    let survey = led(tx, actor, code)?;
    if survey.state == "closed" {
        return Refusal::new("survey-refusal-closed").at("viec").with("code", code).stop();
    }
    if !matches!(state, "valid" | "rejected") || !store::set_answer(tx, survey.id, seq, state)? {
        return Refusal::not_found().stop();
    }
    let facts = serde_json::json!({"answer": seq, "state": state});
    record(tx, clock, actor, "survey.judge", (code, Some(survey.issuer)), facts)
}
