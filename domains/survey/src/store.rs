//! Statements about surveys, their samples, codes and answers.

use crate::{
    rules::Result as Counted,
    words::{Answer, Kind, Question, Sample, Survey, Values},
};
use base::{Timestamp, Uuid, ids::UnitId};
use db::{Row, Tx};
use std::collections::BTreeMap;

const SURVEY: &str = "id, code, title, respondents, feeds, issuer_id, edition, state, least_seconds, secret, opened_on, \
                      closed_on, version";

fn survey(r: &Row<'_>) -> anyhow::Result<Survey> {
    Ok(Survey {
        id: r.next()?,
        code: r.next()?,
        title: r.next()?,
        respondents: r.next()?,
        feeds: r.next()?,
        issuer: r.next()?,
        edition: r.next()?,
        state: r.next()?,
        least_seconds: r.next()?,
        secret: r.next()?,
        opened_on: r.next()?,
        closed_on: r.next()?,
        version: r.next()?,
    })
}

/// All surveys, the newest first.
///
/// # Errors
/// When the reading fails.
pub fn surveys(tx: &Tx<'_>) -> anyhow::Result<Vec<Survey>> {
    tx.rows(&format!("select {SURVEY} from survey_survey order by made_at desc, code desc"), &[], survey)
}

/// The surveys that feed a round.
///
/// # Errors
/// When the reading fails.
pub fn feeding(tx: &Tx<'_>, round: &str) -> anyhow::Result<Vec<Survey>> {
    tx.rows(&format!("select {SURVEY} from survey_survey where feeds = $1 order by code"), &[&round], survey)
}

/// A survey by its code.
///
/// # Errors
/// When the reading fails.
pub fn by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Survey>> {
    tx.row(&format!("select {SURVEY} from survey_survey where code = $1"), &[&code], survey)
}

/// A survey by its identity.
///
/// # Errors
/// When the reading fails.
pub fn by_id(tx: &Tx<'_>, id: Uuid) -> anyhow::Result<Option<Survey>> {
    tx.row(&format!("select {SURVEY} from survey_survey where id = $1"), &[&id], survey)
}

/// Keeps a new survey.
///
/// # Errors
/// When the writing fails.
pub fn insert(tx: &Tx<'_>, s: &Survey, by: &str, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into survey_survey (id, code, title, respondents, feeds, issuer_id, edition, state, least_seconds, secret,
                                    made_by, made_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
        &[
            &s.id, &s.code, &s.title, &s.respondents, &s.feeds, &s.issuer, &s.edition, &s.state, &s.least_seconds,
            &s.secret, &by, &at,
        ],
    )?;
    Ok(())
}

/// Changes a survey; false when somebody was faster.
///
/// # Errors
/// When the writing fails.
pub fn update(tx: &Tx<'_>, s: &Survey) -> anyhow::Result<bool> {
    let n = tx.run(
        "update survey_survey set title = $2, respondents = $3, feeds = $4, state = $5, least_seconds = $6,
                opened_on = $7, closed_on = $8, version = version + 1 where id = $1 and version = $9",
        &[
            &s.id,
            &s.title,
            &s.respondents,
            &s.feeds,
            &s.state,
            &s.least_seconds,
            &s.opened_on,
            &s.closed_on,
            &s.version,
        ],
    )?;
    Ok(n == 1)
}

/// The questions in order.
///
/// # Errors
/// When the reading fails.
pub fn questions(tx: &Tx<'_>, survey: Uuid) -> anyhow::Result<Vec<Question>> {
    tx.rows(
        "select position, words, kind, leaf from survey_question where survey_id = $1 order by position",
        &[&survey],
        |r| {
            Ok(Question {
                position: r.next()?,
                words: r.next()?,
                kind: Kind::from_word(&r.next::<String>()?),
                leaf: r.next()?,
            })
        },
    )
}

/// Replaces the questions.
///
/// # Errors
/// When the writing fails.
pub fn put_questions(tx: &Tx<'_>, survey: Uuid, questions: &[Question]) -> anyhow::Result<()> {
    tx.run("delete from survey_question where survey_id = $1", &[&survey])?;
    for q in questions {
        tx.run(
            "insert into survey_question (survey_id, position, words, kind, leaf) values ($1, $2, $3, $4, $5)",
            &[&survey, &q.position, &q.words, &q.kind.word(), &q.leaf],
        )?;
    }
    Ok(())
}

/// The plan by unit with what came in.
///
/// # Errors
/// When the reading fails.
pub fn samples(tx: &Tx<'_>, survey: Uuid) -> anyhow::Result<Vec<Sample>> {
    let came = tx.rows(
        "select unit_id, state, count(*) from survey_answer where survey_id = $1 group by unit_id, state",
        &[&survey],
        |r| Ok(((r.next::<UnitId>()?, r.next::<String>()?), r.next::<i64>()?)),
    )?;
    let came: BTreeMap<(UnitId, String), i64> = came.into_iter().collect();
    let of = |unit: UnitId, state: &str| came.get(&(unit, state.to_owned())).copied().unwrap_or(0);
    tx.rows("select unit_id, wanted, least from survey_sample where survey_id = $1", &[&survey], |r| {
        let unit = r.next()?;
        Ok(Sample {
            unit,
            wanted: r.next()?,
            least: r.next()?,
            valid: of(unit, "valid"),
            flagged: of(unit, "flagged"),
            rejected: of(unit, "rejected"),
        })
    })
}

/// Puts a unit into the plan, or changes its numbers.
///
/// # Errors
/// When the writing fails.
pub fn put_sample(tx: &Tx<'_>, survey: Uuid, unit: UnitId, wanted: i64, least: i64) -> anyhow::Result<()> {
    tx.run(
        "insert into survey_sample (survey_id, unit_id, wanted, least) values ($1, $2, $3, $4)
         on conflict (survey_id, unit_id) do update set wanted = $3, least = $4",
        &[&survey, &unit, &wanted, &least],
    )?;
    Ok(())
}

/// What a code opens.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The survey.
    pub survey: Uuid,
    /// About whom.
    pub unit: UnitId,
    /// `link` or `kiosk`.
    pub channel: String,
    /// Whether it was used.
    pub is_used: bool,
    /// When it was last used.
    pub last_at: Option<Timestamp>,
}

/// What a code opens, by its digest.
///
/// # Errors
/// When the reading fails.
pub fn opened(tx: &Tx<'_>, digest: &str) -> anyhow::Result<Option<Opened>> {
    tx.row(
        "select survey_id, unit_id, channel, is_used, last_at from survey_code where digest = $1",
        &[&digest],
        |r| {
            Ok(Opened {
                survey: r.next()?,
                unit: r.next()?,
                channel: r.next()?,
                is_used: r.next()?,
                last_at: r.next()?,
            })
        },
    )
}

/// Keeps a code's digest; false when it was there.
///
/// # Errors
/// When the writing fails.
pub fn insert_code(
    tx: &Tx<'_>,
    digest: &str,
    (survey, unit, channel): (Uuid, UnitId, &str),
) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into survey_code (digest, survey_id, unit_id, channel, is_used) values ($1, $2, $3, $4, false)
         on conflict do nothing",
        &[&digest, &survey, &unit, &channel],
    )?;
    Ok(n == 1)
}

/// Marks a code as used; false when it was used already. A kiosk's only remembers when.
///
/// # Errors
/// When the writing fails.
pub fn use_code(tx: &Tx<'_>, digest: &str, is_kiosk: bool, at: Timestamp) -> anyhow::Result<bool> {
    let n = if is_kiosk {
        tx.run("update survey_code set last_at = $2 where digest = $1", &[&digest, &at])?
    } else {
        // Not even the moment: it would join the code to its answer.
        tx.run("update survey_code set is_used = true where digest = $1 and is_used = false", &[&digest])?
    };
    Ok(n == 1)
}

fn answer(r: &Row<'_>) -> anyhow::Result<Answer> {
    Ok(Answer {
        seq: r.next()?,
        unit: r.next()?,
        channel: r.next()?,
        given_on: r.next()?,
        values: serde_json::from_str(&r.next::<String>()?)?,
        flags: r.next::<String>()?.split(' ').filter(|f| !f.is_empty()).map(str::to_owned).collect(),
        state: r.next()?,
    })
}

const ANSWER: &str = "seq, unit_id, channel, given_on, content, flags, state";

/// The answers about a unit, or of a whole survey, in the order in which they came.
///
/// # Errors
/// When the reading fails.
pub fn answers(tx: &Tx<'_>, survey: Uuid, unit: Option<UnitId>) -> anyhow::Result<Vec<Answer>> {
    match unit {
        Some(unit) => tx.rows(
            &format!("select {ANSWER} from survey_answer where survey_id = $1 and unit_id = $2 order by seq"),
            &[&survey, &unit],
            answer,
        ),
        None => tx.rows(
            &format!("select {ANSWER} from survey_answer where survey_id = $1 order by seq"),
            &[&survey],
            answer,
        ),
    }
}

/// The last values about a unit by a channel, the newest last.
///
/// # Errors
/// When the reading fails.
pub fn last_values(
    tx: &Tx<'_>,
    (survey, unit, channel): (Uuid, UnitId, &str),
    n: usize,
) -> anyhow::Result<Vec<Values>> {
    let mut rows = tx.rows(
        &format!(
            "select content from survey_answer where survey_id = $1 and unit_id = $2 and channel = $3
              order by seq desc limit {n}"
        ),
        &[&survey, &unit, &channel],
        |r| Ok(serde_json::from_str::<Values>(&r.next::<String>()?)?),
    )?;
    rows.reverse();
    Ok(rows)
}

/// Keeps an answer.
///
/// # Errors
/// When the writing fails.
pub fn insert_answer(tx: &Tx<'_>, survey: Uuid, a: &Answer) -> anyhow::Result<()> {
    tx.run(
        &format!("insert into survey_answer (survey_id, {ANSWER}) values ($1, $2, $3, $4, $5, $6, $7, $8)"),
        &[
            &survey,
            &a.seq,
            &a.unit,
            &a.channel,
            &a.given_on,
            &serde_json::to_string(&a.values)?,
            &a.flags.join(" "),
            &a.state,
        ],
    )?;
    Ok(())
}

/// Lets an answer that looked stuffed count or sets it aside; false when there is none.
///
/// # Errors
/// When the writing fails.
pub fn set_answer(tx: &Tx<'_>, survey: Uuid, seq: i64, state: &str) -> anyhow::Result<bool> {
    let n = tx.run(
        "update survey_answer set state = $3 where survey_id = $1 and seq = $2 and flags <> ''",
        &[&survey, &seq, &state],
    )?;
    Ok(n == 1)
}

/// What valid answers come to: by unit, then by question in order.
///
/// # Errors
/// When the reading fails.
pub fn results(tx: &Tx<'_>, survey: Uuid) -> anyhow::Result<BTreeMap<UnitId, Vec<Counted>>> {
    let mut by_unit: BTreeMap<UnitId, Vec<Counted>> = BTreeMap::new();
    for answer in answers(tx, survey, None)?.into_iter().filter(|answer| answer.state == "valid") {
        let counted = by_unit.entry(answer.unit).or_default();
        counted.resize_with(counted.len().max(answer.values.len()), Counted::default);
        for (value, counted) in answer.values.into_iter().zip(counted.iter_mut()) {
            counted.count(value);
        }
    }
    Ok(by_unit)
}

/// A sheet of paper as somebody typed it.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its number, written on it.
    pub sheet: String,
    /// First or second.
    pub turn: i64,
    /// The values.
    pub values: Values,
    /// Who typed it.
    pub typed_by: String,
    /// `waits`, `differs`, `done`.
    pub state: String,
}

/// The sheets about a unit.
///
/// # Errors
/// When the reading fails.
pub fn sheets(tx: &Tx<'_>, survey: Uuid, unit: UnitId) -> anyhow::Result<Vec<Sheet>> {
    tx.rows(
        "select sheet, turn, content, typed_by, state from survey_paper where survey_id = $1 and unit_id = $2
          order by sheet, turn",
        &[&survey, &unit],
        |r| {
            Ok(Sheet {
                sheet: r.next()?,
                turn: r.next()?,
                values: serde_json::from_str(&r.next::<String>()?)?,
                typed_by: r.next()?,
                state: r.next()?,
            })
        },
    )
}

/// Keeps a sheet as typed.
///
/// # Errors
/// When the writing fails.
pub fn put_sheet(tx: &Tx<'_>, survey: Uuid, unit: UnitId, s: &Sheet, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into survey_paper (survey_id, unit_id, sheet, turn, content, typed_by, typed_at, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&survey, &unit, &s.sheet, &s.turn, &serde_json::to_string(&s.values)?, &s.typed_by, &at, &s.state],
    )?;
    Ok(())
}

/// How many sheets were typed once only, or differ.
///
/// # Errors
/// When the reading fails.
pub fn waiting_sheets(tx: &Tx<'_>, survey: Uuid) -> anyhow::Result<i64> {
    let n = tx.row(
        "select count(*) from (select distinct unit_id, sheet from survey_paper
          where survey_id = $1 and state <> 'done') as waiting",
        &[&survey],
        |r| r.next(),
    )?;
    Ok(n.unwrap_or(0))
}

/// Takes a sheet that is no answer yet away, with both entries; says how many.
///
/// # Errors
/// When the writing fails.
pub fn drop_sheet(tx: &Tx<'_>, survey: Uuid, unit: UnitId, sheet: &str) -> anyhow::Result<u64> {
    tx.run(
        "delete from survey_paper where survey_id = $1 and unit_id = $2 and sheet = $3 and state <> 'done'",
        &[&survey, &unit, &sheet],
    )
}

/// Says where both entries of a sheet stand.
///
/// # Errors
/// When the writing fails.
pub fn set_sheet(tx: &Tx<'_>, survey: Uuid, unit: UnitId, sheet: &str, state: &str) -> anyhow::Result<()> {
    tx.run(
        "update survey_paper set state = $4 where survey_id = $1 and unit_id = $2 and sheet = $3",
        &[&survey, &unit, &sheet, &state],
    )?;
    Ok(())
}

/// The next number of an answer: the day's order is all that it tells.
///
/// # Errors
/// When the counting fails.
pub fn next_seq(tx: &Tx<'_>, survey: Uuid) -> anyhow::Result<i64> {
    tx.next_number(&format!("survey answer {survey}"))
}

/// Numbers the edition of a survey that was copied.
pub(crate) fn set_edition(tx: &Tx<'_>, survey: Uuid, edition: i64) -> anyhow::Result<()> {
    tx.run("update survey_survey set edition = $2 where id = $1", &[&survey, &edition])?;
    Ok(())
}
