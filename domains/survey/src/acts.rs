//! Making, opening and closing surveys, handing out codes, taking answers, typing paper. What officers do is one line of the
//! trail each; an answer leaves none, because its moment would say who gave it.

use crate::{
    rules, store,
    store::{Opened, Sheet},
    words::{Answer, Question, Survey, Values},
};
use base::{Actor, Clock, Date, Outcome, Refusal, Right, Timestamp, ids::UnitId};
use db::{Tx, trail};
use organisation::{Directory, Named};

/// The most codes made at once.
const MOST_CODES: usize = 500;
/// The letters of a code: none that is mistaken for another.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
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
        feeds: survey.feeds.clone(),
        least_seconds: survey.least_seconds,
    };
    let next = make(tx, clock, actor, survey.issuer, new)?;
    tx.run("update survey_survey set edition = $2 where id = $1", &[&next.id, &(survey.edition + 1)])?;
    store::put_questions(tx, next.id, &store::questions(tx, survey.id)?)?;
    for sample in store::samples(tx, survey.id)? {
        store::put_sample(tx, next.id, sample.unit, sample.wanted, sample.least)?;
    }
    Ok(next.code)
}

/// Replaces the questions of a draft.
///
/// # Errors
/// Refuses once it is open: answers to other questions would be counted together. Forbidden; not found.
pub fn put_questions(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    code: &str,
    questions: Vec<Question>,
) -> Outcome<()> {
    let survey = led(tx, actor, code)?;
    if survey.state != "draft" {
        return Refusal::new("survey-refusal-open").at("cau").with("code", code).stop();
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
/// Refuses words that name no unit, a closed survey; forbidden; not found.
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
    let mut units = Vec::new();
    for item in names.list(words, None) {
        match names.code_or_name(&item.written, None) {
            Named::Unit(unit) => units.push(unit),
            Named::Group(key) => units.extend(names.snapshot.group(&key, None)),
            _ => return Refusal::new("survey-refusal-unit").at("units").with("value", item.written).stop(),
        }
    }
    if units.is_empty() {
        return Refusal::new("refusal-required").at("units").with("field", "units").stop();
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
/// Refuses one without questions or a plan, a step out of turn; forbidden; 409 when somebody was faster.
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
            Survey { state: "closed".to_owned(), closed_on: Some(clock.today()), version, ..survey.clone() }
        }
        _ => return Refusal::new("survey-refusal-turn").at("viec").stop(),
    };
    if !store::update(tx, &next)? {
        return Refusal::conflict("survey-refusal-conflict").at("viec").stop();
    }
    record(tx, clock, actor, "survey.turn", (code, Some(survey.issuer)), serde_json::json!({"step": step}))
}

fn fresh_code() -> anyhow::Result<String> {
    let key = db::trail::new_key()?;
    let letters =
        key.iter().take(CODE).map(|byte| LETTERS.get(usize::from(byte % 31)).copied().unwrap_or(b'2'));
    Ok(letters.map(char::from).collect())
}

/// Makes codes that open the questionnaire about a unit: each once, or one for a kiosk. They are shown once and kept as digests.
///
/// # Errors
/// Refuses a unit outside the plan, a survey that is not open, more than can be printed; forbidden; not found.
pub fn codes(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    (code, unit): (&str, UnitId),
    (n, is_kiosk): (usize, bool),
) -> Outcome<Vec<String>> {
    let survey = led(tx, actor, code)?;
    need_open(&survey)?;
    need_planned(tx, &survey, unit)?;
    if n == 0 || n > MOST_CODES {
        return Refusal::new("survey-refusal-codes").at("so").with("most", MOST_CODES).stop();
    }
    let channel = if is_kiosk { "kiosk" } else { "link" };
    let mut codes = Vec::new();
    for _ in 0..if is_kiosk { 1 } else { n } {
        let fresh = fresh_code()?;
        store::insert_code(tx, &digest(&fresh), (survey.id, unit, channel))?;
        codes.push(fresh);
    }
    let facts = serde_json::json!({"n": codes.len(), "channel": channel});
    record(tx, clock, actor, "survey.codes", (code, Some(unit)), facts)?;
    Ok(codes)
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
    let sheet = base::fold::tidy(sheet);
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
