//! Every statement of the room.

use crate::words::{Edge, Tree, Unit};
use base::{
    Clock, Date, Timestamp,
    calendar::{Calendar, DayKind, Hours, SpecialDay},
    fold::{fold, sort_text},
    ids::UnitId,
};
use db::{Row, Tx};
use std::sync::Arc;

const UNIT: &str = "u.id, u.code, u.kind, u.tree, n.name, u.official_code, u.established, u.dissolved, \
                    u.territory_id, u.listed";

fn unit(r: &Row<'_>) -> anyhow::Result<Unit> {
    Ok(Unit {
        id: r.next()?,
        code: r.next()?,
        kind: r.next()?,
        tree: r.word(Tree::from_word)?,
        name: r.next()?,
        official_code: r.next()?,
        established: r.next()?,
        dissolved: r.next()?,
        territory: r.next()?,
        listed: r.next()?,
    })
}

/// The units that exist on a day, with their names of that day, in Vietnamese order.
pub fn units_on(tx: &Tx<'_>, on: Date) -> anyhow::Result<Vec<Unit>> {
    tx.rows(
        &format!(
            "select {UNIT}
               from organisation_unit u
               join organisation_name n on n.unit_id = u.id and n.from_on <= $1 and (n.to_on is null or n.to_on > $1)
              where u.established <= $1 and (u.dissolved is null or u.dissolved > $1)
              order by u.sort_key, u.id"
        ),
        &[&on],
        unit,
    )
}

/// Every unit of all times with its present or last name.
pub fn all_units(tx: &Tx<'_>) -> anyhow::Result<Vec<Unit>> {
    tx.rows(
        &format!(
            "select {} from organisation_unit u order by u.sort_key, u.id",
            UNIT.replace("n.name", "u.name")
        ),
        &[],
        unit,
    )
}

/// The links that hold on a day.
pub fn edges_on(tx: &Tx<'_>, on: Date) -> anyhow::Result<Vec<Edge>> {
    tx.rows(
        "select child_id, parent_id, from_on, to_on from organisation_edge
          where from_on <= $1 and (to_on is null or to_on > $1)
          order by tree, id",
        &[&on],
        |r| Ok(Edge { child: r.next()?, parent: r.next()?, from: r.next()?, to: r.next()? }),
    )
}

/// Which unit ever stood under which.
pub fn all_edges(tx: &Tx<'_>) -> anyhow::Result<Vec<(UnitId, UnitId)>> {
    tx.rows("select child_id, parent_id from organisation_edge order by id", &[], |r| {
        Ok((r.next()?, r.next()?))
    })
}

/// A unit to keep.
pub struct NewUnit<'a> {
    /// Human code.
    pub code: &'a str,
    /// Kind.
    pub kind: &'a str,
    /// Tree.
    pub tree: Tree,
    /// Name.
    pub name: &'a str,
    /// Code of the national list.
    pub official_code: &'a str,
    /// First day.
    pub established: Date,
    /// First day on which it is no more.
    pub dissolved: Option<Date>,
    /// Territory served.
    pub territory: Option<UnitId>,
    /// Whether the catalogue knows it.
    pub listed: bool,
    /// Where it comes from.
    pub source: &'a str,
}

/// Keeps a unit and its first name.
pub fn insert_unit(tx: &Tx<'_>, clock: &Clock, new: &NewUnit<'_>) -> anyhow::Result<UnitId> {
    let id = UnitId::new(clock);
    tx.run(
        "insert into organisation_unit (id, code, kind, tree, name, folded, sort_key, official_code, established,
                                        dissolved, territory_id, listed, source)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            &id,
            &new.code,
            &new.kind,
            &new.tree.word(),
            &new.name,
            &fold(new.name),
            &sort_text(new.name),
            &new.official_code,
            &new.established,
            &new.dissolved,
            &new.territory,
            &new.listed,
            &new.source,
        ],
    )?;
    tx.run(
        "insert into organisation_name (unit_id, name, from_on, to_on, document) values ($1, $2, $3, $4, $5)",
        &[&id, &new.name, &new.established, &new.dissolved, &new.source],
    )?;
    Ok(id)
}

/// Links a unit under another.
pub fn insert_edge(
    tx: &Tx<'_>,
    clock: &Clock,
    edge: &Edge,
    tree: Tree,
    document: &str,
) -> anyhow::Result<()> {
    tx.run(
        "insert into organisation_edge (id, child_id, parent_id, tree, from_on, to_on, document)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[&clock.uuid(), &edge.child, &edge.parent, &tree.word(), &edge.from, &edge.to, &document],
    )?;
    Ok(())
}

/// Ends or extends a unit, its name and its links.
pub fn set_end(tx: &Tx<'_>, unit: UnitId, end: Option<Date>) -> anyhow::Result<()> {
    tx.run("update organisation_unit set dissolved = $1 where id = $2", &[&end, &unit])?;
    for (table, column) in [("organisation_name", "unit_id"), ("organisation_edge", "child_id")] {
        tx.run(
            &format!(
                "update {table} set to_on = $1
                  where {column} = $2 and from_on = (select max(from_on) from {table} where {column} = $2)"
            ),
            &[&end, &unit],
        )?;
    }
    Ok(())
}

/// Gives a unit a new name from a day on.
pub fn rename(tx: &Tx<'_>, unit: UnitId, name: &str, from: Date, document: &str) -> anyhow::Result<()> {
    tx.run("delete from organisation_name where unit_id = $1 and from_on = $2", &[&unit, &from])?;
    tx.run("update organisation_name set to_on = $1 where unit_id = $2 and to_on is null", &[&from, &unit])?;
    tx.run(
        "insert into organisation_name (unit_id, name, from_on, to_on, document) values ($1, $2, $3, null, $4)",
        &[&unit, &name, &from, &document],
    )?;
    tx.run(
        "update organisation_unit set name = $1, folded = $2, sort_key = $3 where id = $4",
        &[&name, &fold(name), &sort_text(name), &unit],
    )?;
    Ok(())
}

/// Moves a unit under another from a day on.
pub fn move_under(
    tx: &Tx<'_>,
    clock: &Clock,
    unit: UnitId,
    parent: UnitId,
    tree: Tree,
    from: Date,
    document: &str,
) -> anyhow::Result<()> {
    tx.run(
        "update organisation_edge set to_on = $1
          where child_id = $2 and tree = $3 and from_on < $1 and (to_on is null or to_on > $1)",
        &[&from, &unit, &tree.word()],
    )?;
    insert_edge(tx, clock, &Edge { child: unit, parent, from, to: None }, tree, document)
}

/// Notes the territory that a unit serves.
pub fn set_territory(tx: &Tx<'_>, unit: UnitId, territory: UnitId) -> anyhow::Result<()> {
    tx.run("update organisation_unit set territory_id = $1 where id = $2", &[&territory, &unit])?;
    Ok(())
}

/// A successor of a unit.
#[derive(Debug, Clone)]
pub struct Successor {
    /// The earlier unit.
    pub from: UnitId,
    /// The later unit.
    pub to: UnitId,
    /// `whole` or `split`.
    pub kind: String,
    /// From when.
    pub effective: Date,
}

/// Keeps a successor; says whether it was new.
pub fn insert_successor(
    tx: &Tx<'_>,
    next: &Successor,
    default: bool,
    document: &str,
) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into organisation_successor (from_id, to_id, kind, is_default, effective, document)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (from_id, to_id) do nothing",
        &[&next.from, &next.to, &next.kind, &default, &next.effective, &document],
    )?;
    Ok(n == 1)
}

/// What a unit came from and became.
pub fn successors(tx: &Tx<'_>, unit: UnitId) -> anyhow::Result<Vec<Successor>> {
    tx.rows(
        "select from_id, to_id, kind, effective from organisation_successor
          where from_id = $1 or to_id = $1 order by effective, from_id, to_id",
        &[&unit],
        |r| Ok(Successor { from: r.next()?, to: r.next()?, kind: r.next()?, effective: r.next()? }),
    )
}

/// The names of a unit, oldest first: name, from, to, document.
pub fn names_of(tx: &Tx<'_>, unit: UnitId) -> anyhow::Result<Vec<(String, Date, Option<Date>, String)>> {
    tx.rows(
        "select name, from_on, to_on, document from organisation_name where unit_id = $1 order by from_on",
        &[&unit],
        |r| Ok((r.next()?, r.next()?, r.next()?, r.next()?)),
    )
}

/// A spelling that somebody decided.
#[derive(Debug, Clone)]
pub struct Synonym {
    /// As written.
    pub written: String,
    /// Folded.
    pub folded: String,
    /// Only in documents of this unit; `None` for all.
    pub issuer: Option<UnitId>,
    /// The unit meant.
    pub unit: Option<UnitId>,
    /// The group meant; empty for none.
    pub group: String,
    /// Who decided.
    pub decided_by: String,
}

/// All decided spellings.
pub fn synonyms(tx: &Tx<'_>) -> anyhow::Result<Vec<Synonym>> {
    tx.rows(
        "select written, folded, issuer_id, unit_id, group_key, decided_by from organisation_synonym
          order by folded, written limit 20000",
        &[],
        |r| {
            Ok(Synonym {
                written: r.next()?,
                folded: r.next()?,
                issuer: r.next()?,
                unit: r.next()?,
                group: r.next()?,
                decided_by: r.next()?,
            })
        },
    )
}

/// Keeps or replaces a decided spelling.
pub fn put_synonym(tx: &Tx<'_>, synonym: &Synonym, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "delete from organisation_synonym
          where folded = $1 and ((issuer_id is null and $2 is null) or issuer_id = $2)",
        &[&synonym.folded, &synonym.issuer],
    )?;
    tx.run(
        "insert into organisation_synonym (folded, issuer_id, written, unit_id, group_key, decided_by, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &synonym.folded,
            &synonym.issuer,
            &synonym.written,
            &synonym.unit,
            &synonym.group,
            &synonym.decided_by,
            &at,
        ],
    )?;
    Ok(())
}

/// The special days between two dates.
pub fn special_days(tx: &Tx<'_>, from: Date, to: Date) -> anyhow::Result<Vec<SpecialDay>> {
    tx.rows(
        "select day, kind, name, document from organisation_special_day where day >= $1 and day <= $2 order by day",
        &[&from, &to],
        |r| {
            Ok(SpecialDay {
                day: r.next()?,
                kind: r.word(DayKind::from_word)?,
                name: r.next()?,
                document: r.next()?,
            })
        },
    )
}

/// Keeps or replaces a special day; says whether anything changed.
pub fn put_special_day(tx: &Tx<'_>, day: &SpecialDay) -> anyhow::Result<bool> {
    let n = tx.run(
        "insert into organisation_special_day (day, kind, name, document) values ($1, $2, $3, $4)
         on conflict (day) do update set kind = excluded.kind, name = excluded.name, document = excluded.document
          where organisation_special_day.kind <> excluded.kind
             or organisation_special_day.name <> excluded.name
             or organisation_special_day.document <> excluded.document",
        &[&day.day, &day.kind.word(), &day.name, &day.document],
    )?;
    Ok(n == 1)
}

/// The working calendar of all years that were entered, with the usual hours.
pub fn calendar(tx: &Tx<'_>) -> anyhow::Result<Arc<Calendar>> {
    tx.cached("calendar", "calendar", || {
        let days = special_days(tx, Date::constant(1900, 1, 1), Date::constant(2200, 12, 31))?;
        Ok(Calendar::new(days, Hours::default()))
    })
}

/// The working calendar of a unit: with its own office hours, else those of the nearest unit above that has some.
pub fn calendar_of(tx: &Tx<'_>, unit: Option<UnitId>, on: Date) -> anyhow::Result<Arc<Calendar>> {
    let own = hours(tx)?;
    let (Some(unit), false) = (unit, own.is_empty()) else { return calendar(tx) };
    let names = crate::Snapshot::at(tx, on)?;
    let found = names.path(unit).into_iter().rev().find_map(|above| own.iter().find(|h| h.0 == above.id));
    match found {
        None => calendar(tx),
        Some((holder, hours, _)) => tx.cached(&format!("calendar {holder}"), "calendar", || {
            let days = special_days(tx, Date::constant(1900, 1, 1), Date::constant(2200, 12, 31))?;
            Ok(Calendar::new(days, hours.clone()))
        }),
    }
}

/// The office hours of units that have their own: unit, hours, document.
pub fn hours(tx: &Tx<'_>) -> anyhow::Result<Vec<(UnitId, Hours, String)>> {
    let rows: Vec<(UnitId, String, String)> =
        tx.rows("select unit_id, spans, document from organisation_hours order by unit_id", &[], |r| {
            Ok((r.next()?, r.next()?, r.next()?))
        })?;
    Ok(rows
        .into_iter()
        .map(|(unit, spans, doc)| (unit, Hours::read(&spans).unwrap_or_default(), doc))
        .collect())
}

/// Keeps or replaces the office hours of a unit.
pub fn put_hours(tx: &Tx<'_>, unit: UnitId, hours: &Hours, document: &str) -> anyhow::Result<()> {
    tx.run(
        "insert into organisation_hours (unit_id, spans, document) values ($1, $2, $3)
         on conflict (unit_id) do update set spans = excluded.spans, document = excluded.document",
        &[&unit, &hours.shown(), &document],
    )?;
    Ok(())
}

/// Everything that a reorganisation may change about a unit.
#[derive(Debug, Clone)]
pub struct Rows {
    /// The name shown.
    pub name: String,
    /// The first day on which it is no more.
    pub dissolved: Option<Date>,
    /// The territory served.
    pub territory: Option<UnitId>,
    /// Name, from, to, document.
    pub names: Vec<(String, Date, Option<Date>, String)>,
    /// Parent, tree, from, to, document.
    pub edges: Vec<(UnitId, String, Date, Option<Date>, String)>,
}

/// The rows of a unit.
pub fn rows_of(tx: &Tx<'_>, unit: UnitId) -> anyhow::Result<Rows> {
    let (name, dissolved, territory) = tx
        .row("select name, dissolved, territory_id from organisation_unit where id = $1", &[&unit], |r| {
            Ok((r.next()?, r.next()?, r.next()?))
        })?
        .ok_or_else(|| anyhow::anyhow!("no unit {unit}"))?;
    let edges = tx.rows(
        "select parent_id, tree, from_on, to_on, document from organisation_edge where child_id = $1
          order by from_on, id",
        &[&unit],
        |r| Ok((r.next()?, r.next()?, r.next()?, r.next()?, r.next()?)),
    )?;
    Ok(Rows { name, dissolved, territory, names: names_of(tx, unit)?, edges })
}

/// Puts the rows of a unit back as they were.
pub fn put_rows(tx: &Tx<'_>, clock: &Clock, unit: UnitId, rows: &Rows) -> anyhow::Result<()> {
    tx.run(
        "update organisation_unit set name = $1, folded = $2, sort_key = $3, dissolved = $4, territory_id = $5
          where id = $6",
        &[&rows.name, &fold(&rows.name), &sort_text(&rows.name), &rows.dissolved, &rows.territory, &unit],
    )?;
    tx.run("delete from organisation_name where unit_id = $1", &[&unit])?;
    tx.run("delete from organisation_edge where child_id = $1", &[&unit])?;
    for (name, from, to, document) in &rows.names {
        tx.run(
            "insert into organisation_name (unit_id, name, from_on, to_on, document) values ($1, $2, $3, $4, $5)",
            &[&unit, name, from, to, document],
        )?;
    }
    for (parent, tree, from, to, document) in &rows.edges {
        let edge = Edge { child: unit, parent: *parent, from: *from, to: *to };
        insert_edge(tx, clock, &edge, db::stored(tree, Tree::from_word)?, document)?;
    }
    Ok(())
}

/// Makes a unit that was established on a day one that never existed; its row stays, because its code was given out.
pub fn never_existed(tx: &Tx<'_>, unit: UnitId, on: Date) -> anyhow::Result<()> {
    tx.run("update organisation_unit set dissolved = $1 where id = $2", &[&on, &unit])?;
    tx.run("delete from organisation_edge where child_id = $1", &[&unit])?;
    tx.run("update organisation_name set to_on = $1 where unit_id = $2", &[&on, &unit])?;
    tx.run("delete from organisation_successor where to_id = $1", &[&unit])?;
    Ok(())
}

/// Forgets what a unit became on a day by a document; what a map told stays.
pub fn drop_successors(tx: &Tx<'_>, unit: UnitId, on: Date, document: &str) -> anyhow::Result<()> {
    tx.run(
        "delete from organisation_successor where from_id = $1 and effective = $2 and document = $3",
        &[&unit, &on, &document],
    )?;
    Ok(())
}

/// All successors that took effect on a day, by the later unit.
pub fn successors_on(tx: &Tx<'_>, on: Date) -> anyhow::Result<Vec<Successor>> {
    tx.rows(
        "select from_id, to_id, kind, effective from organisation_successor
          where effective = $1 and is_default order by to_id, from_id",
        &[&on],
        |r| Ok(Successor { from: r.next()?, to: r.next()?, kind: r.next()?, effective: r.next()? }),
    )
}

/// Every successor, by day.
pub fn all_successors(tx: &Tx<'_>) -> anyhow::Result<Vec<Successor>> {
    tx.rows(
        "select from_id, to_id, kind, effective from organisation_successor order by effective, from_id, to_id",
        &[],
        |r| Ok(Successor { from: r.next()?, to: r.next()?, kind: r.next()?, effective: r.next()? }),
    )
}

/// Which unit took over which by a day: the earlier and the later one.
pub fn heirs(tx: &Tx<'_>, on: Date) -> anyhow::Result<Vec<(UnitId, UnitId)>> {
    tx.rows(
        "select from_id, to_id from organisation_successor where is_default and effective <= $1
          order by effective, from_id, to_id",
        &[&on],
        |r| Ok((r.next()?, r.next()?)),
    )
}
