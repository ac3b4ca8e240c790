//! Statements about the leaves of units.

use crate::{
    points,
    rules::{Figure, Given, Place},
};
use base::{Clock, Timestamp, Uuid, ids::UnitId};
use db::{Row, Tx};
use std::collections::BTreeMap;

/// A leaf of a unit as kept.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Figure and points.
    pub place: Place,
    /// The links that prove it.
    pub evidence: String,
    /// The named figure that filled it, with its cut-off; empty when it was typed.
    pub source: String,
    /// Who gave the own points, the first and the second appraisal, and when; empty where a file brought them.
    pub given_by: [String; 3],
    /// What was said about it, by whom, a line each.
    pub words: String,
    /// Who changed it last.
    pub changed_by: String,
    /// The version it was read at; 0 while it is not there.
    pub version: i64,
}

impl Kept {
    /// Whether an appraisal differs from the points before it and nobody said why: each difference wants a line of words.
    pub fn wants_reason(&self, column: &str) -> bool {
        let Place { own, first, second, .. } = self.place;
        let cut = usize::from(first.is_some() && first != own);
        let again = usize::from(second.is_some() && second != first);
        let said = self.words.lines().count();
        match column {
            "first" => cut > said,
            _ => again > 0 && cut + again > said,
        }
    }

    /// Marks who gave what differs from before, and when.
    pub fn mark(&mut self, before: &Self, by: &str, at: Timestamp) {
        let columns = |place: &Place| [place.own, place.first, place.second];
        let pairs = columns(&before.place).into_iter().zip(columns(&self.place));
        for ((was, is), mark) in pairs.zip(&mut self.given_by) {
            if was != is {
                *mark = is.map(|_| format!("{by} {}", base::format::moment(at))).unwrap_or_default();
            }
        }
    }
}

fn number(text: &str) -> Option<points::Points> {
    text.parse().ok().map(points::of)
}

fn given(text: &str) -> Option<Given> {
    match text {
        "KPS" => Some(Given::Out),
        text => text.parse().ok().map(Given::Points),
    }
}

/// As kept and as typed: a decimal, `KPS` where nothing arose, empty.
pub fn written(given: Option<Given>) -> String {
    match given {
        Some(Given::Points(points)) => points.to_string(),
        Some(Given::Out) => "KPS".to_owned(),
        None => String::new(),
    }
}

fn kept(r: &Row<'_>) -> anyhow::Result<(UnitId, String, Kept)> {
    let (unit, leaf): (UnitId, String) = (r.next()?, r.next()?);
    let (numerator, denominator, value): (String, String, String) = (r.next()?, r.next()?, r.next()?);
    let (has_evidence, is_none): (bool, bool) = (r.next()?, r.next()?);
    let evidence: String = r.next()?;
    let (own, first, second): (String, String, String) = (r.next()?, r.next()?, r.next()?);
    let figure = Figure {
        numerator: number(&numerator),
        denominator: number(&denominator),
        value,
        has_evidence,
        is_none,
    };
    let place = Place { figure, own: given(&own), first: given(&first), second: given(&second) };
    let kept = Kept {
        place,
        evidence,
        source: r.next()?,
        given_by: [r.next()?, r.next()?, r.next()?],
        words: r.next()?,
        changed_by: r.next()?,
        version: r.next()?,
    };
    Ok((unit, leaf, kept))
}

const PLACE: &str =
    "unit_id, leaf, numerator, denominator, value, has_evidence, is_none, evidence, own, first, second, source,
                     own_by, first_by, second_by, words, changed_by, version";

/// All leaves of a round by unit.
///
/// # Errors
/// When the reading fails.
pub fn places(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<BTreeMap<UnitId, BTreeMap<String, Place>>> {
    let rows =
        tx.rows(&format!("select {PLACE} from parindex_place where round_id = $1"), &[&round], kept)?;
    let mut by_unit: BTreeMap<UnitId, BTreeMap<String, Place>> = BTreeMap::new();
    for (unit, leaf, kept) in rows {
        by_unit.entry(unit).or_default().insert(leaf, kept.place);
    }
    Ok(by_unit)
}

/// The leaves of one unit.
///
/// # Errors
/// When the reading fails.
pub fn places_of(tx: &Tx<'_>, round: Uuid, unit: UnitId) -> anyhow::Result<BTreeMap<String, Kept>> {
    let rows = tx.rows(
        &format!("select {PLACE} from parindex_place where round_id = $1 and unit_id = $2"),
        &[&round, &unit],
        kept,
    )?;
    Ok(rows.into_iter().map(|(_, leaf, kept)| (leaf, kept)).collect())
}

/// In how many of the units that are being appraised each leaf has a first appraisal.
///
/// # Errors
/// When the reading fails.
pub fn appraised_counts(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<BTreeMap<String, usize>> {
    let rows = tx.rows(
        "select place.leaf, count(*) from parindex_place place
           join parindex_part part on part.round_id = place.round_id and part.unit_id = place.unit_id
          where place.round_id = $1 and part.state = 'locked' and place.first <> '' group by place.leaf",
        &[&round],
        |r| Ok((r.next::<String>()?, r.next::<i64>()?)),
    )?;
    Ok(rows.into_iter().map(|(leaf, n)| (leaf, usize::try_from(n).unwrap_or(0))).collect())
}

/// The units and leaves of a round that have a first appraisal.
///
/// # Errors
/// When the reading fails.
pub fn appraised_leaves(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<BTreeMap<UnitId, Vec<String>>> {
    let rows = tx.rows(
        "select unit_id, leaf from parindex_place where round_id = $1 and first <> ''",
        &[&round],
        |r| Ok((r.next::<UnitId>()?, r.next::<String>()?)),
    )?;
    let mut by_unit: BTreeMap<UnitId, Vec<String>> = BTreeMap::new();
    for (unit, leaf) in rows {
        by_unit.entry(unit).or_default().push(leaf);
    }
    Ok(by_unit)
}

/// One leaf of a unit, when anything is kept of it.
///
/// # Errors
/// When the reading fails.
pub fn place_of(tx: &Tx<'_>, round: Uuid, unit: UnitId, leaf: &str) -> anyhow::Result<Option<Kept>> {
    let found = tx.row(
        &format!("select {PLACE} from parindex_place where round_id = $1 and unit_id = $2 and leaf = $3"),
        &[&round, &unit, &leaf],
        kept,
    )?;
    Ok(found.map(|(_, _, kept)| kept))
}

/// A number as kept: decimals only, which is what people type.
fn as_text(number: Option<&points::Points>) -> String {
    number.map(points::digits).unwrap_or_default()
}

/// Keeps a leaf; false when somebody was faster.
///
/// # Errors
/// When the writing fails.
pub fn put_place(
    tx: &Tx<'_>,
    clock: &Clock,
    (round, unit, leaf): (Uuid, UnitId, &str),
    kept: &Kept,
) -> anyhow::Result<bool> {
    let figure = &kept.place.figure;
    let (above, below) = (as_text(figure.numerator.as_ref()), as_text(figure.denominator.as_ref()));
    let (own, first, second) =
        (written(kept.place.own), written(kept.place.first), written(kept.place.second));
    let [own_by, first_by, second_by] = &kept.given_by;
    let n = if kept.version == 0 {
        tx.run(
            "insert into parindex_place (round_id, unit_id, leaf, numerator, denominator, value, has_evidence, is_none,
                                         evidence, own, first, second, source, words, changed_by, changed_at,
                                         version, own_by, first_by, second_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1,
                     $17, $18, $19) on conflict do nothing",
            &[
                &round, &unit, &leaf, &above, &below, &figure.value, &figure.has_evidence, &figure.is_none,
                &kept.evidence, &own, &first, &second, &kept.source, &kept.words, &kept.changed_by, &clock.now(), own_by,
                first_by, second_by,
            ],
        )?
    } else {
        tx.run(
            "update parindex_place set numerator = $4, denominator = $5, value = $6, has_evidence = $7, is_none = $8,
                    evidence = $9, own = $10, first = $11, second = $12, source = $13, words = $14,
                    changed_by = $15, changed_at = $16, own_by = $18, first_by = $19, second_by = $20,
                    version = version + 1
              where round_id = $1 and unit_id = $2 and leaf = $3 and version = $17",
            &[
                &round, &unit, &leaf, &above, &below, &figure.value, &figure.has_evidence, &figure.is_none,
                &kept.evidence, &own, &first, &second, &kept.source, &kept.words, &kept.changed_by, &clock.now(),
                &kept.version, own_by, first_by, second_by,
            ],
        )?
    };
    tx.run(
        "update parindex_part set tick = tick + 1 where round_id = $1 and unit_id = $2",
        &[&round, &unit],
    )?;
    Ok(n == 1)
}
