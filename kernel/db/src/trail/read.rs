//! Reading the trail: one record's history, a page with filters, what came after a place.

use super::{COLUMNS, Line, read_line};
use crate::Tx;
use base::{Timestamp, Uuid};

/// The history of one record, newest first.
///
/// # Errors
/// When the reading fails.
pub fn of_record(tx: &Tx<'_>, record: Uuid, limit: i64) -> anyhow::Result<Vec<Line>> {
    tx.rows(
        &format!("select {COLUMNS} from kernel_trail where record_id = $1 order by id desc limit $2"),
        &[&record, &limit],
        read_line,
    )
}

/// A filter for the audit page.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Lines older than this one.
    pub before: Option<Uuid>,
    /// The beginning of the act's name.
    pub act: String,
    /// The record's code.
    pub code: String,
    /// A part of the actor's name, as recorded.
    pub actor: String,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Only these units; `None` for all.
    pub units: Option<Vec<Uuid>>,
}

/// A page of the trail, newest first.
///
/// # Errors
/// When the reading fails.
pub fn page(tx: &Tx<'_>, filter: &Filter, limit: i64) -> anyhow::Result<Vec<Line>> {
    let starts = format!("{}%", filter.act.replace('%', ""));
    let named = format!("%{}%", filter.actor.replace('%', ""));
    let units = filter.units.clone().unwrap_or_default();
    tx.rows(
        &format!(
            "select {COLUMNS} from kernel_trail
              where ($1 is null or id < $1)
                and act like $2
                and ($3 = '' or record_code = $3)
                and actor like $4
                and ($5 or unit_id = any($6))
                and ($7 is null or at >= $7)
                and ($8 is null or at < $8)
              order by id desc
              limit $9"
        ),
        &[
            &filter.before,
            &starts,
            &filter.code,
            &named,
            &filter.units.is_none(),
            &units,
            &filter.from,
            &filter.until,
            &limit,
        ],
        read_line,
    )
}

/// The place of the newest line that has one; −1 when there is none.
///
/// # Errors
/// When the reading fails.
pub fn last_position(tx: &Tx<'_>) -> anyhow::Result<i64> {
    tx.number("select coalesce(max(position), -1) from kernel_trail", &[])
}

/// The lines after a place, in order, each with its place. A line that has no place yet comes once it has.
///
/// # Errors
/// When the reading fails.
pub fn after(tx: &Tx<'_>, position: i64, limit: i64) -> anyhow::Result<Vec<(i64, Line)>> {
    let places: Vec<(i64, Uuid)> = tx.rows(
        "select position, id from kernel_trail where position > $1 order by position limit $2",
        &[&position, &limit],
        |r| Ok((r.next()?, r.next()?)),
    )?;
    let ids: Vec<Uuid> = places.iter().map(|(_, id)| *id).collect();
    let lines =
        tx.rows(&format!("select {COLUMNS} from kernel_trail where id = any($1)"), &[&ids], read_line)?;
    let mut by_id: std::collections::HashMap<Uuid, Line> = lines.into_iter().map(|l| (l.id, l)).collect();
    Ok(places.into_iter().filter_map(|(place, id)| by_id.remove(&id).map(|line| (place, line))).collect())
}

/// Every act that the trail knows, each once.
///
/// # Errors
/// When the reading fails.
pub fn acts(tx: &Tx<'_>) -> anyhow::Result<Vec<String>> {
    // One step per act instead of a scan: the next larger word, until there is none.
    tx.rows(
        "with recursive known(act) as (
             select min(act) from kernel_trail
             union all
             select (select min(t.act) from kernel_trail t where t.act > known.act) from known where known.act is not null)
         select act from known where act is not null",
        &[],
        |r| r.next(),
    )
}
