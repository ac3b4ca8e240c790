//! Every statement of the room.

mod delegates;

pub use delegates::*;

use base::{
    Date, Timestamp, Uuid,
    fold::{fold, patterns},
    ids::UnitId,
};
use db::{Row, Tx};
use document::frozen::COLUMNS;
pub use document::frozen::Frozen;
use programme::words::ProgrammeId;
use reporting::rules::PartState;
use serde::{Deserialize, Serialize};

/// A review.
#[derive(Debug, Clone)]
pub struct Review {
    /// Its identity.
    pub id: Uuid,
    /// Its code, `SK-2023-01`.
    pub code: String,
    /// The programme reviewed.
    pub programme: ProgrammeId,
    /// `so_ket` (mid-term) or `tong_ket` (final).
    pub kind: String,
    /// The day whose figures count.
    pub as_of: Date,
    /// By when the units' parts are to be there.
    pub parts_due: Option<Date>,
    /// Who reviews.
    pub issuer: UnitId,
    /// `open`, `concluded`.
    pub state: String,
    /// The day on which it was opened.
    pub opened_on: Date,
    /// The day on which it was concluded.
    pub concluded_on: Option<Date>,
}

const REVIEW: &str =
    "id, code, programme_id, kind, as_of, parts_due, issuer_id, state, opened_on, concluded_on";

fn review(r: &Row<'_>) -> anyhow::Result<Review> {
    Ok(Review {
        id: r.next()?,
        code: r.next()?,
        programme: r.next()?,
        kind: r.next()?,
        as_of: r.next()?,
        parts_due: r.next()?,
        issuer: r.next()?,
        state: r.next()?,
        opened_on: r.next()?,
        concluded_on: r.next()?,
    })
}

/// All reviews, newest first.
pub fn reviews(tx: &Tx<'_>) -> anyhow::Result<Vec<Review>> {
    tx.rows(&format!("select {REVIEW} from review_review order by opened_on desc, code desc"), &[], review)
}

/// A review by its code.
pub fn by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Review>> {
    tx.row(&format!("select {REVIEW} from review_review where code = $1"), &[&code], review)
}

/// Keeps a review.
pub fn insert(tx: &Tx<'_>, r: &Review) -> anyhow::Result<()> {
    tx.run(
        "insert into review_review (id, code, programme_id, kind, as_of, parts_due, issuer_id, state, opened_on,
                                    concluded_on, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
        &[
            &r.id, &r.code, &r.programme, &r.kind, &r.as_of, &r.parts_due, &r.issuer, &r.state, &r.opened_on,
            &r.concluded_on,
        ],
    )?;
    Ok(())
}

/// Concludes a review; false when it was before.
pub fn conclude(tx: &Tx<'_>, id: Uuid, on: Date) -> anyhow::Result<bool> {
    let n = tx.run(
        "update review_review set state = 'concluded', concluded_on = $1, version = version + 1
          where id = $2 and state = 'open'",
        &[&on, &id],
    )?;
    Ok(n == 1)
}

/// What a unit writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartWords {
    /// Ưu điểm.
    pub strengths: String,
    /// Hạn chế.
    pub weaknesses: String,
    /// Nguyên nhân.
    pub causes: String,
    /// Kiến nghị.
    pub proposals: String,
}

impl PartWords {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A unit's part.
#[derive(Debug, Clone)]
pub struct Part {
    /// The unit.
    pub unit: UnitId,
    /// Where it stands.
    pub state: PartState,
    /// What it wrote.
    pub words: PartWords,
    /// Why it was sent back.
    pub note: String,
    /// Who wrote last.
    pub writer: String,
    /// When.
    pub changed_at: Timestamp,
    /// The version it was read at.
    pub version: i64,
}

const PART: &str =
    "unit_id, state, strengths, weaknesses, causes, proposals, note, writer, changed_at, version";

fn part(r: &Row<'_>) -> anyhow::Result<Part> {
    Ok(Part {
        unit: r.next()?,
        state: PartState::from_word(&r.next::<String>()?),
        words: PartWords {
            strengths: r.next()?,
            weaknesses: r.next()?,
            causes: r.next()?,
            proposals: r.next()?,
        },
        note: r.next()?,
        writer: r.next()?,
        changed_at: r.next()?,
        version: r.next()?,
    })
}

/// The parts of a review.
pub fn parts(tx: &Tx<'_>, review: Uuid) -> anyhow::Result<Vec<Part>> {
    tx.rows(
        &format!("select {PART} from review_part where review_id = $1 order by unit_id"),
        &[&review],
        part,
    )
}

/// One unit's part.
pub fn part_of(tx: &Tx<'_>, review: Uuid, unit: UnitId) -> anyhow::Result<Option<Part>> {
    tx.row(
        &format!("select {PART} from review_part where review_id = $1 and unit_id = $2"),
        &[&review, &unit],
        part,
    )
}

/// Asks a unit for its part; leaves one that was asked before as it is.
pub fn ask_part(tx: &Tx<'_>, review: Uuid, unit: UnitId, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into review_part (review_id, unit_id, state, strengths, weaknesses, causes, proposals, note, writer,
                                  changed_at, version)
         values ($1, $2, 'asked', '', '', '', '', '', '', $3, 1) on conflict (review_id, unit_id) do nothing",
        &[&review, &unit, &at],
    )?;
    Ok(())
}

/// Saves a part read at a version; false when somebody was faster.
pub fn save_part(tx: &Tx<'_>, review: Uuid, p: &Part) -> anyhow::Result<bool> {
    let n = tx.run(
        "update review_part set state = $1, strengths = $2, weaknesses = $3, causes = $4, proposals = $5, note = $6,
                writer = $7, changed_at = $8, version = version + 1
          where review_id = $9 and unit_id = $10 and version = $11",
        &[
            &p.state.word(),
            &p.words.strengths,
            &p.words.weaknesses,
            &p.words.causes,
            &p.words.proposals,
            &p.note,
            &p.writer,
            &p.changed_at,
            &review,
            &p.unit,
            &p.version,
        ],
    )?;
    Ok(n == 1)
}

/// The parts that units still owe: review's code, unit, by when, state.
pub fn owed(tx: &Tx<'_>) -> anyhow::Result<Vec<(String, UnitId, Option<Date>, String)>> {
    tx.rows(
        "select r.code, p.unit_id, r.parts_due, p.state
           from review_part p join review_review r on r.id = p.review_id
          where r.state = 'open' and p.state in ('asked', 'draft', 'returned') order by r.parts_due, r.code",
        &[],
        |r| Ok((r.next()?, r.next()?, r.next()?, r.next()?)),
    )
}

/// The editors' words: section, words.
pub fn words(tx: &Tx<'_>, review: Uuid) -> anyhow::Result<Vec<(String, String)>> {
    tx.rows(
        "select section, words from review_words where review_id = $1 order by section",
        &[&review],
        |r| Ok((r.next()?, r.next()?)),
    )
}

/// Keeps the words of a section; says whether they changed.
pub fn put_words(
    tx: &Tx<'_>,
    review: Uuid,
    section: &str,
    words: &str,
    (writer, at): (&str, Timestamp),
) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into review_words (review_id, section, words, writer, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (review_id, section) do update set words = excluded.words, writer = excluded.writer,
            changed_at = excluded.changed_at where review_words.words <> excluded.words",
        &[&review, &section, &words, &writer, &at],
    )?;
    Ok(n == 1)
}

/// A delegate's paper.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Its identity.
    pub id: Uuid,
    /// Whose.
    pub unit: UnitId,
    /// Its place in the speaking order.
    pub place: i64,
    /// What it is about.
    pub topic: String,
    /// Who speaks.
    pub speaker: String,
    /// Its text.
    pub words: String,
    /// The version it was read at; 0 for a new one.
    pub version: i64,
}

/// The papers of a review in their speaking order.
pub fn papers(tx: &Tx<'_>, review: Uuid) -> anyhow::Result<Vec<Paper>> {
    tx.rows(
        "select id, unit_id, place, topic, speaker, words, version from review_paper where review_id = $1 order by place, id",
        &[&review],
        |r| {
            Ok(Paper {
                id: r.next()?,
                unit: r.next()?,
                place: r.next()?,
                topic: r.next()?,
                speaker: r.next()?,
                words: r.next()?,
                version: r.next()?,
            })
        },
    )
}

/// Keeps a paper, new or changed; false when somebody was faster.
pub fn put_paper(tx: &Tx<'_>, review: Uuid, p: &Paper) -> anyhow::Result<bool> {
    let state = if p.words.is_empty() { "asked" } else { "sent" };
    let n = tx.run(
        "insert into review_paper (id, review_id, unit_id, place, topic, speaker, words, state, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 1)
         on conflict (id) do update set place = excluded.place, topic = excluded.topic, speaker = excluded.speaker,
            words = excluded.words, state = excluded.state, version = review_paper.version + 1
          where review_paper.version = $9",
        &[&p.id, &review, &p.unit, &p.place, &p.topic, &p.speaker, &p.words, &state, &p.version],
    )?;
    Ok(n == 1)
}

/// The frozen reports of a review, oldest first.
pub fn frozen(tx: &Tx<'_>, review: Uuid) -> anyhow::Result<Vec<Frozen>> {
    tx.rows(
        &format!(
            "select {COLUMNS}
           from review_snapshot where review_id = $1 order by seq"
        ),
        &[&review],
        Frozen::read,
    )
}

/// Keeps a frozen report.
pub fn insert_frozen(tx: &Tx<'_>, review: Uuid, f: &Frozen) -> anyhow::Result<()> {
    tx.run(
        "insert into review_snapshot (review_id, seq, sha256, content, file_sha256, erratum, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&review, &f.seq, &f.sha256, &f.content, &f.file, &f.erratum, &f.made_by, &f.made_at],
    )?;
    Ok(())
}

/// Something that the conference concluded.
#[derive(Debug, Clone, Default)]
pub struct Conclusion {
    /// Its number.
    pub seq: i64,
    /// What is to be done.
    pub words: String,
    /// The one accountable unit.
    pub lead: Option<UnitId>,
    /// The named lead.
    pub person: String,
    /// The deliverable.
    pub product: String,
    /// How it is accepted.
    pub acceptance: String,
    /// The act under which the lead decides.
    pub authority: String,
    /// The deadline as written.
    pub due: String,
    /// The task that it became; empty before.
    pub task: String,
}

/// The conclusions of a review.
pub fn conclusions(tx: &Tx<'_>, review: Uuid) -> anyhow::Result<Vec<Conclusion>> {
    tx.rows(
        "select seq, words, lead_id, person, product, acceptance, authority, due_written, task_code
           from review_conclusion where review_id = $1 order by seq",
        &[&review],
        |r| {
            Ok(Conclusion {
                seq: r.next()?,
                words: r.next()?,
                lead: r.next()?,
                person: r.next()?,
                product: r.next()?,
                acceptance: r.next()?,
                authority: r.next()?,
                due: r.next()?,
                task: r.next()?,
            })
        },
    )
}

/// Keeps a conclusion.
pub fn insert_conclusion(tx: &Tx<'_>, review: Uuid, c: &Conclusion) -> anyhow::Result<()> {
    tx.run(
        "insert into review_conclusion (review_id, seq, words, lead_id, person, product, acceptance, authority,
                                        due_written, task_code)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[&review, &c.seq, &c.words, &c.lead, &c.person, &c.product, &c.acceptance, &c.authority, &c.due, &c.task],
    )?;
    Ok(())
}

/// Says which task a conclusion became.
pub fn set_task(tx: &Tx<'_>, review: Uuid, seq: i64, task: &str) -> anyhow::Result<()> {
    tx.run(
        "update review_conclusion set task_code = $1 where review_id = $2 and seq = $3",
        &[&task, &review, &seq],
    )?;
    Ok(())
}

/// Something learnt.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// Its code, `BH-012`.
    pub code: String,
    /// The unit that learnt it.
    pub unit: Option<UnitId>,
    /// The field of work.
    pub field: String,
    /// What the matter was.
    pub context: String,
    /// What worked.
    pub worked: String,
    /// Who wrote it down.
    pub made_by: String,
    /// When.
    pub made_on: Date,
}

fn lesson(r: &Row<'_>) -> anyhow::Result<Lesson> {
    Ok(Lesson {
        code: r.next()?,
        unit: r.next()?,
        field: r.next()?,
        context: r.next()?,
        worked: r.next()?,
        made_by: r.next()?,
        made_on: r.next()?,
    })
}

/// The lessons that contain the words, newest first.
pub fn lessons(tx: &Tx<'_>, words: &str, limit: i64) -> anyhow::Result<Vec<Lesson>> {
    let [a, b, c, d] = patterns(words);
    tx.rows(
        "select code, unit_id, field, context, worked, made_by, made_on from review_lesson
          where folded like $1 and folded like $2 and folded like $3 and folded like $4
          order by made_on desc, code desc limit $5",
        &[&a, &b, &c, &d, &limit],
        lesson,
    )
}

/// Keeps a lesson.
pub fn insert_lesson(tx: &Tx<'_>, id: Uuid, review: Option<Uuid>, l: &Lesson) -> anyhow::Result<()> {
    let folded = fold(&format!("{} {} {} {}", l.code, l.field, l.context, l.worked));
    tx.run(
        "insert into review_lesson (id, code, review_id, unit_id, field, context, worked, folded, made_by, made_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[&id, &l.code, &review, &l.unit, &l.field, &l.context, &l.worked, &folded, &l.made_by, &l.made_on],
    )?;
    Ok(())
}

/// The most words of a title that are looked for.
const LOOKED_FOR: usize = 12;

/// The lessons that lie nearest to a task: of its field, or sharing words of its title; the nearest first.
pub fn lessons_like(tx: &Tx<'_>, title: &str, field: &str, most: i64) -> anyhow::Result<Vec<Lesson>> {
    let folded = fold(title);
    let words: Vec<String> = folded
        .split(' ')
        .filter(|word| word.len() > 3)
        .take(LOOKED_FOR)
        .map(|word| format!("% {word} %"))
        .collect();
    let mut params: Vec<&dyn db::Bound> = vec![&field, &most];
    let mut points = "case when field = $1 and field <> '' then 2 else 0 end".to_owned();
    for (at, word) in (3..).zip(&words) {
        points += &format!(" + case when ' ' || folded || ' ' like ${at} then 1 else 0 end");
        params.push(word);
    }
    tx.rows(
        &format!(
            "select code, unit_id, field, context, worked, made_by, made_on from review_lesson
              where {points} >= 2 order by {points} desc, made_on desc, code desc limit $2"
        ),
        &params,
        lesson,
    )
}

/// What is wrong with frozen reports of reviews: facts, file and the trail's line must say the same.
pub fn check_frozen(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    document::frozen::check(tx, "review_snapshot", "review_id", &["review.freeze"])
}
