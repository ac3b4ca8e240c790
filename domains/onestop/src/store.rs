//! Statements about procedures and dossiers.

use crate::words::{Dossier, Limit, Procedure, State};
use base::{DateTime, Timestamp};
use db::{Row, Tx};
use std::collections::HashMap;

/// Keeps a procedure, or changes it.
///
/// # Errors
/// When the writing fails.
pub fn put_procedure(tx: &Tx<'_>, p: &Procedure) -> anyhow::Result<()> {
    let (rule, n) = p.limit.map_or(("", None), Limit::word);
    tx.run(
        "insert into onestop_procedure (code, title, field, limit_rule, limit_n, fee) values ($1, $2, $3, $4, $5, $6)
         on conflict (code) do update set title = $2, field = $3, limit_rule = $4, limit_n = $5, fee = $6",
        &[&p.code, &p.title, &p.field, &rule, &n, &p.fee],
    )?;
    Ok(())
}

/// All procedures by code.
///
/// # Errors
/// When the reading fails.
pub fn procedures(tx: &Tx<'_>) -> anyhow::Result<HashMap<String, Procedure>> {
    let rows =
        tx.rows("select code, title, field, limit_rule, limit_n, fee from onestop_procedure", &[], |r| {
            let (code, title, field): (String, String, String) = (r.next()?, r.next()?, r.next()?);
            let limit = Limit::read(&r.next::<String>()?, r.next()?);
            Ok(Procedure { code, title, field, limit, fee: r.next()? })
        })?;
    Ok(rows.into_iter().map(|p| (p.code.clone(), p)).collect())
}

/// A moment as kept, and as files of the case software write it.
const KEPT: &str = "%Y-%m-%d %H:%M";

fn kept(at: DateTime) -> String {
    at.strftime(KEPT).to_string()
}

fn moment(text: &str) -> anyhow::Result<DateTime> {
    Ok(DateTime::strptime(KEPT, text)?)
}

fn dossier(r: &Row<'_>) -> anyhow::Result<Dossier> {
    let optional = |text: Option<String>| text.map(|text| moment(&text)).transpose();
    Ok(Dossier {
        code: r.next()?,
        procedure: r.next()?,
        unit: r.next()?,
        home: r.next()?,
        channel: r.next()?,
        received: moment(&r.next::<String>()?)?,
        pauses: serde_json::from_str(&r.next::<String>()?)?,
        state: State::read(&r.next::<String>()?).unwrap_or(State::Open),
        finished: optional(r.next()?)?,
        returned: optional(r.next()?)?,
        rating: r.next()?,
    })
}

const DOSSIER: &str =
    "code, procedure, unit_id, home_id, channel, received, pauses, state, finished, returned, rating";

/// A dossier by its code.
///
/// # Errors
/// When the reading fails.
pub fn by_code(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Dossier>> {
    tx.row(&format!("select {DOSSIER} from onestop_dossier where code = $1"), &[&code], dossier)
}

/// The dossiers received from one day to another, or received before and handled to their end between them, both as
/// `2023-01-01`, in order of reception.
///
/// # Errors
/// When the reading fails.
pub fn handled(tx: &Tx<'_>, from: base::Date, to: base::Date) -> anyhow::Result<Vec<Dossier>> {
    let (from, to) = (format!("{from} 00:00"), format!("{to} 23:59"));
    tx.rows(
        &format!(
            "select {DOSSIER} from onestop_dossier
              where received <= $2 and (received >= $1
                    or (coalesce(finished, returned) >= $1 and coalesce(finished, returned) <= $2))
              order by received, code"
        ),
        &[&from, &to],
        dossier,
    )
}

/// Keeps a dossier, or changes it.
///
/// # Errors
/// When the writing fails.
pub fn put(tx: &Tx<'_>, d: &Dossier, by: &str, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        &format!(
            "insert into onestop_dossier ({DOSSIER}, brought_by, brought_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
             on conflict (code) do update set procedure = $2, unit_id = $3, home_id = $4, channel = $5, received = $6,
                pauses = $7, state = $8, finished = $9, returned = $10, rating = $11, brought_by = $12, brought_at = $13"
        ),
        &[
            &d.code, &d.procedure, &d.unit, &d.home, &d.channel, &kept(d.received), &serde_json::to_string(&d.pauses)?,
            &d.state.word(), &d.finished.map(kept), &d.returned.map(kept), &d.rating, &by, &at,
        ],
    )?;
    Ok(())
}
