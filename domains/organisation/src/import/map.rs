//! The map of a reorganisation: which unit became which.

use super::{finish, no_table};
use crate::{
    store::{self, Successor},
    words::{Kind, Unit},
};
use base::{Actor, Clock, Date, Outcome, Refusal, Right, intake::Report};
use db::Tx;
use paper::{
    Sheet,
    table::{self, Wanted},
};
use std::collections::{BTreeMap, HashMap};

/// The columns of a map of successors.
pub const MAP: &[Wanted] = &[
    Wanted { name: "old", headers: &["=old code", "ma cu"], needed: true },
    Wanted { name: "new", headers: &["=new code", "ma moi"], needed: true },
    Wanted { name: "kind", headers: &["=kind", "cach"], needed: false },
    Wanted { name: "default", headers: &["=is default target"], needed: false },
];

/// Imports which unit became which. `on` is the day of the change; by default the day on which most new units begin.
///
/// # Errors
/// Refuses a file without the table, and an actor without the right.
pub fn units_map(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    map: &BTreeMap<String, String>,
    on: Option<Date>,
) -> Outcome<Report> {
    actor.need_everywhere(Right::Organise)?;
    let table = table::find_mapped(sheets, MAP, map).ok_or_else(|| no_table(MAP))?;
    let mut report = Report::default();
    let units = store::all_units(tx)?;
    let communes: Vec<&Unit> = units.iter().filter(|u| u.kind == Kind::COMMUNE).collect();
    let mut starts: HashMap<Date, usize> = HashMap::new();
    for unit in communes.iter().filter(|u| u.dissolved.is_none()) {
        *starts.entry(unit.established).or_default() += 1;
    }
    let on = on.or_else(|| starts.into_iter().max_by_key(|(day, n)| (*n, *day)).map(|(day, _)| day));
    let Some(on) = on else {
        return Refusal::new("organisation-refusal-map-first").stop();
    };
    let before = on.yesterday().unwrap_or(on);
    let find = |code: &str, day: Date| communes.iter().find(|u| u.official_code == code && u.exists_on(day));
    for row in table.rows() {
        let at = row.number;
        report.read += 1;
        let (old, new) = (table.line(at, "old"), table.line(at, "new"));
        let Some(from) = find(&old, before) else {
            report.refuse(at, "old_code", &old, "organisation-refusal-row-unit");
            continue;
        };
        let Some(to) = find(&new, on) else {
            report.refuse(at, "new_code", &new, "organisation-refusal-row-unit");
            continue;
        };
        let kind = if table.line(at, "kind") == "split" { "split" } else { "whole" };
        let next = Successor { from: from.id, to: to.id, kind: kind.to_owned(), effective: on };
        let default = table.line(at, "default") == "1";
        let counts = report.counts();
        if store::insert_successor(tx, &next, default, "import")? {
            report.created += 1;
        } else {
            report.unchanged += 1;
        }
        let names = format!("{} → {}", from.name, to.name);
        report.rows.push(
            serde_json::json!({"row": at, "from": from.code, "to": to.code, "kind": kind, "name": names}),
        );
        report.mark(counts);
    }
    finish(tx, clock, actor, "organisation.import.map", &report)?;
    Ok(report)
}
