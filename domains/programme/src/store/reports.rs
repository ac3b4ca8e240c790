//! Statements about evidence and about the lines of periodic reports.

use crate::words::{ProgrammeId, TaskId};
use base::{Date, Timestamp, ids::UnitId};
use db::{Row, Tx};
use document::ClauseId;

/// A piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// Its name.
    pub name: String,
    /// The file's hash, when it is a file.
    pub sha256: Option<String>,
    /// A link, when it is one.
    pub link: String,
    /// When it was added.
    pub added_at: Timestamp,
}

/// Keeps a piece of evidence.
pub fn add_evidence(tx: &Tx<'_>, id: base::Uuid, task: TaskId, seq: i64, e: &Evidence) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_evidence (id, task_id, seq, name, sha256, link, added_at) values ($1, $2, $3, $4, $5, $6, $7)",
        &[&id, &task, &seq, &e.name, &e.sha256, &e.link, &e.added_at],
    )?;
    Ok(())
}

/// The evidence of a task, newest first.
pub fn evidence(tx: &Tx<'_>, task: TaskId) -> anyhow::Result<Vec<Evidence>> {
    tx.rows(
        "select name, sha256, link, added_at from programme_evidence where task_id = $1 order by added_at desc, id",
        &[&task],
        |r| Ok(Evidence { name: r.next()?, sha256: r.next()?, link: r.next()?, added_at: r.next()? }),
    )
}

/// The codes of the tasks that a file is evidence of.
pub fn tasks_with_file(tx: &Tx<'_>, sha256: &str) -> anyhow::Result<Vec<String>> {
    tx.rows(
        "select distinct t.code from programme_evidence e join programme_task t on t.id = e.task_id
          where e.sha256 = $1 order by t.code limit 100",
        &[&sha256],
        |r| r.next(),
    )
}

/// A line of a periodic report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Who reports.
    pub unit: UnitId,
    /// The clause key or task code reported on.
    pub item: String,
    /// The clause, when it is one.
    pub clause: Option<ClauseId>,
    /// The last day of the period.
    pub as_of: Date,
    /// The day of the report.
    pub reported_on: Option<Date>,
    /// Planned.
    pub plan: Option<base::Decimal>,
    /// Done.
    pub actual: Option<base::Decimal>,
    /// In percent as reported; never clamped.
    pub percent: Option<base::Decimal>,
    /// In words.
    pub words: String,
    /// Evidence as named.
    pub evidence: String,
    /// What to look at, comma-separated.
    pub flags: String,
}

fn report_line(r: &Row<'_>) -> anyhow::Result<ReportLine> {
    Ok(ReportLine {
        unit: r.next()?,
        item: r.next()?,
        clause: r.next()?,
        as_of: r.next()?,
        reported_on: r.next()?,
        plan: r.next()?,
        actual: r.next()?,
        percent: r.next()?,
        words: r.next()?,
        evidence: r.next()?,
        flags: r.next()?,
    })
}

const REPORT: &str =
    "unit_id, item, clause_id, as_of, reported_on, plan, actual, percent, words, evidence, flags";

/// One line of a report.
pub fn report(
    tx: &Tx<'_>,
    programme: ProgrammeId,
    unit: UnitId,
    item: &str,
    as_of: Date,
) -> anyhow::Result<Option<ReportLine>> {
    tx.row(
        &format!(
            "select {REPORT} from programme_report
              where programme_id = $1 and unit_id = $2 and item = $3 and as_of = $4"
        ),
        &[&programme, &unit, &item, &as_of],
        report_line,
    )
}

/// The lines reported for a programme up to a day, newest period first.
pub fn reports(tx: &Tx<'_>, programme: ProgrammeId, until: Date) -> anyhow::Result<Vec<ReportLine>> {
    tx.rows(
        &format!(
            "select {REPORT} from programme_report where programme_id = $1 and as_of <= $2
              order by as_of desc, item, unit_id limit 5000"
        ),
        &[&programme, &until],
        report_line,
    )
}

/// Keeps or replaces a line.
pub fn put_report(
    tx: &Tx<'_>,
    id: base::Uuid,
    programme: ProgrammeId,
    line: &ReportLine,
) -> anyhow::Result<()> {
    tx.run(
        "insert into programme_report (id, programme_id, unit_id, clause_id, task_id, item, as_of, reported_on, plan,
                                       actual, percent, words, evidence, flags)
         values ($1, $2, $3, $4, null, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (programme_id, unit_id, item, as_of) do update
            set reported_on = excluded.reported_on, plan = excluded.plan, actual = excluded.actual,
                percent = excluded.percent, words = excluded.words, evidence = excluded.evidence,
                flags = excluded.flags",
        &[
            &id,
            &programme,
            &line.unit,
            &line.clause,
            &line.item,
            &line.as_of,
            &line.reported_on,
            &line.plan,
            &line.actual,
            &line.percent,
            &line.words,
            &line.evidence,
            &line.flags,
        ],
    )?;
    Ok(())
}
