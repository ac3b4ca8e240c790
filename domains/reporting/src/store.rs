//! Every statement of the room.

pub(crate) mod remarks;

use crate::rules::PartState;
use base::{Date, Timestamp, Uuid, ids::UnitId, period::Cycle};
use db::{Row, Tx};
use document::frozen::{COLUMNS, Frozen};
use programme::words::ProgrammeId;
use std::collections::BTreeMap;

/// A report that units owe again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Its identity.
    pub id: Uuid,
    /// Its code, `BC-01`.
    pub code: String,
    /// What it is called.
    pub title: String,
    /// To whom it is owed.
    pub issuer: UnitId,
    /// The programme it is about, with the plans that implement it; none for all work.
    pub programme: Option<ProgrammeId>,
    /// How often.
    pub cycle: Cycle,
    /// The day of the month on which figures close, 1–31; 14 by Decree 09/2019/NĐ-CP.
    pub closes_on: i8,
    /// Working days after the period has closed until a part is to be there.
    pub due_days: u32,
    /// The headings that units write under.
    pub sections: Vec<String>,
    /// Periods that closed before this day are not asked for.
    pub from: Date,
    /// Periods that close after this day are not asked for.
    pub until: Option<Date>,
    /// Counts the changes, from 1.
    pub version: i64,
}

const KIND: &str = "id, code, title, issuer_id, programme_id, cycle, closes_on, due_days, sections, from_on, until_on, \
                    version";

fn kind(r: &Row<'_>) -> anyhow::Result<Kind> {
    Ok(Kind {
        id: r.next()?,
        code: r.next()?,
        title: r.next()?,
        issuer: r.next()?,
        programme: r.next()?,
        cycle: r.word(Cycle::from_word)?,
        closes_on: i8::try_from(r.next::<i64>()?)?,
        due_days: u32::try_from(r.next::<i64>()?)?,
        sections: r.next::<String>()?.lines().map(str::to_owned).collect(),
        from: r.next()?,
        until: r.next()?,
        version: r.next()?,
    })
}

/// All reports, in the order of their codes.
pub fn kinds(tx: &Tx<'_>) -> anyhow::Result<Vec<Kind>> {
    tx.rows(&format!("select {KIND} from reporting_kind order by code"), &[], kind)
}

/// A report by its code.
pub fn by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Kind>> {
    tx.row(&format!("select {KIND} from reporting_kind where code = $1"), &[&code], kind)
}

/// Keeps a report and who owes it.
pub fn insert(tx: &Tx<'_>, k: &Kind, scope: &[UnitId]) -> anyhow::Result<()> {
    tx.run(
        "insert into reporting_kind (id, code, title, issuer_id, programme_id, cycle, closes_on, due_days, sections,
                                     from_on, until_on, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
        &[
            &k.id,
            &k.code,
            &k.title,
            &k.issuer,
            &k.programme,
            &k.cycle.word(),
            &i64::from(k.closes_on),
            &i64::from(k.due_days),
            &k.sections.join("\n"),
            &k.from,
            &k.until,
        ],
    )?;
    for unit in scope {
        tx.run(
            "insert into reporting_scope (kind_id, unit_id) values ($1, $2) on conflict do nothing",
            &[&k.id, unit],
        )?;
    }
    Ok(())
}

/// Lets a report end with a day; false when somebody was faster.
pub fn end(tx: &Tx<'_>, id: Uuid, until: Option<Date>, version: i64) -> anyhow::Result<bool> {
    let n = tx.run(
        "update reporting_kind set until_on = $1, version = version + 1 where id = $2 and version = $3",
        &[&until, &id, &version],
    )?;
    Ok(n == 1)
}

/// Who owes a report, as it was said when it was set up.
pub fn scope(tx: &Tx<'_>, kind: Uuid) -> anyhow::Result<Vec<UnitId>> {
    tx.rows("select unit_id from reporting_scope where kind_id = $1 order by unit_id", &[&kind], |r| r.next())
}

/// A unit's part of a period.
#[derive(Debug, Clone)]
pub struct Part {
    /// The unit.
    pub unit: UnitId,
    /// Where it stands.
    pub state: PartState,
    /// What it wrote, by heading.
    pub words: BTreeMap<String, String>,
    /// Its figures as they were when it was handed in, as JSON; empty before.
    pub figures: String,
    /// Why it was sent back.
    pub note: String,
    /// Who wrote last.
    pub writer: String,
    /// When.
    pub changed_at: Timestamp,
    /// The day it was handed in.
    pub sent_on: Option<Date>,
    /// The version it was read at; 0 for one that nobody began.
    pub version: i64,
}

impl Part {
    /// One that nobody began.
    pub fn empty(unit: UnitId) -> Self {
        Self {
            unit,
            state: PartState::Asked,
            words: BTreeMap::new(),
            figures: String::new(),
            note: String::new(),
            writer: String::new(),
            changed_at: Timestamp::UNIX_EPOCH,
            sent_on: None,
            version: 0,
        }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.words.values().all(String::is_empty)
    }
}

const PART: &str = "unit_id, state, words, figures, note, writer, changed_at, sent_on, version";

fn part(r: &Row<'_>) -> anyhow::Result<Part> {
    Ok(Part {
        unit: r.next()?,
        state: PartState::from_word(&r.next::<String>()?),
        words: serde_json::from_str(&r.next::<String>()?)?,
        figures: r.next()?,
        note: r.next()?,
        writer: r.next()?,
        changed_at: r.next()?,
        sent_on: r.next()?,
        version: r.next()?,
    })
}

/// The parts of a period that were begun.
pub fn parts(tx: &Tx<'_>, kind: Uuid, period: &str) -> anyhow::Result<Vec<Part>> {
    tx.rows(
        &format!("select {PART} from reporting_part where kind_id = $1 and period = $2 order by unit_id"),
        &[&kind, &period],
        part,
    )
}

/// One unit's part, when it was begun.
pub fn part_of(tx: &Tx<'_>, kind: Uuid, period: &str, unit: UnitId) -> anyhow::Result<Option<Part>> {
    tx.row(
        &format!("select {PART} from reporting_part where kind_id = $1 and period = $2 and unit_id = $3"),
        &[&kind, &period, &unit],
        part,
    )
}

/// Saves a part read at a version, or begins it; false when somebody was faster.
pub fn save_part(tx: &Tx<'_>, kind: Uuid, period: &str, p: &Part) -> anyhow::Result<bool> {
    let words = serde_json::to_string(&p.words)?;
    let state = p.state.word();
    let n = if p.version == 0 {
        tx.run(
            "insert into reporting_part (kind_id, period, unit_id, state, words, figures, note, writer, changed_at,
                                         sent_on, version)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1) on conflict (kind_id, period, unit_id) do nothing",
            &[
                &kind, &period, &p.unit, &state, &words, &p.figures, &p.note, &p.writer, &p.changed_at,
                &p.sent_on,
            ],
        )?
    } else {
        tx.run(
            "update reporting_part set state = $1, words = $2, figures = $3, note = $4, writer = $5, changed_at = $6,
                    sent_on = $7, version = version + 1
              where kind_id = $8 and period = $9 and unit_id = $10 and version = $11",
            &[
                &state, &words, &p.figures, &p.note, &p.writer, &p.changed_at, &p.sent_on, &kind, &period, &p.unit,
                &p.version,
            ],
        )?
    };
    Ok(n == 1)
}

/// What was frozen of a period, the first first.
pub fn frozen(tx: &Tx<'_>, kind: Uuid, period: &str) -> anyhow::Result<Vec<Frozen>> {
    tx.rows(
        &format!(
            "select {COLUMNS} from reporting_frozen
          where kind_id = $1 and period = $2 order by seq"
        ),
        &[&kind, &period],
        Frozen::read,
    )
}

/// Keeps what was frozen.
pub fn insert_frozen(tx: &Tx<'_>, kind: Uuid, period: &str, f: &Frozen) -> anyhow::Result<()> {
    tx.run(
        "insert into reporting_frozen (kind_id, period, seq, sha256, content, file_sha256, erratum, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[&kind, &period, &f.seq, &f.sha256, &f.content, &f.file, &f.erratum, &f.made_by, &f.made_at],
    )?;
    Ok(())
}

/// The hash of the template by which a report is laid out, who put it there and when: `whole` or `part`.
pub fn template(tx: &Tx<'_>, kind: Uuid, which: &str) -> anyhow::Result<Option<(String, String, Timestamp)>> {
    tx.row(
        "select file_sha256, put_by, put_at from reporting_template where kind_id = $1 and which = $2",
        &[&kind, &which],
        |r| Ok((r.next()?, r.next()?, r.next()?)),
    )
}

/// Sets the template; an empty hash takes it away.
pub fn put_template(
    tx: &Tx<'_>,
    kind: Uuid,
    which: &str,
    sha256: &str,
    (by, at): (&str, Timestamp),
) -> anyhow::Result<()> {
    if sha256.is_empty() {
        tx.run("delete from reporting_template where kind_id = $1 and which = $2", &[&kind, &which])?;
    } else {
        tx.run(
            "insert into reporting_template (kind_id, which, file_sha256, put_by, put_at) values ($1, $2, $3, $4, $5)
             on conflict (kind_id, which) do update set file_sha256 = excluded.file_sha256, put_by = excluded.put_by,
                put_at = excluded.put_at",
            &[&kind, &which, &sha256, &by, &at],
        )?;
    }
    Ok(())
}

/// What is wrong with frozen reports: facts, file and the trail's line must say the same.
pub fn check_frozen(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    document::frozen::check(tx, "reporting_frozen", "kind_id", &["reporting.freeze"])
}
