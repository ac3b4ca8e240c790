//! Statements about schemes, rounds and the units in them; `places` about the leaves of units.

mod places;
pub mod proofs;
pub mod published;
pub mod seats;

pub use places::{Kept, appraised_counts, appraised_leaves, place_of, places, places_of, put_place, written};

use crate::{
    rules::Absent,
    scheme::{Classes, Node, NodeLeaf, Scheme},
};
use base::{Date, Decimal, Timestamp, Uuid, ids::UnitId};
use db::{Row, Tx};

/// Keeps a scheme with its nodes.
///
/// # Errors
/// When the writing fails.
pub fn insert_scheme(tx: &Tx<'_>, scheme: &Scheme, by: &str, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into parindex_scheme (id, code, title, year, kind, classes, is_computed, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            &scheme.id,
            &scheme.code,
            &scheme.title,
            &i64::from(scheme.year),
            &scheme.kind,
            &scheme.classes.to_string(),
            &scheme.is_computed,
            &by,
            &at,
        ],
    )?;
    put_nodes(tx, scheme)
}

/// Replaces what a scheme says; its code and year stay. False when somebody was faster.
///
/// # Errors
/// When the writing fails.
pub fn replace_scheme(tx: &Tx<'_>, scheme: &Scheme) -> anyhow::Result<bool> {
    let n = tx.run(
        "update parindex_scheme set title = $2, kind = $3, classes = $4, is_computed = $5, version = version + 1
          where id = $1 and version = $6",
        &[
            &scheme.id,
            &scheme.title,
            &scheme.kind,
            &scheme.classes.to_string(),
            &scheme.is_computed,
            &scheme.version,
        ],
    )?;
    if n == 1 {
        put_nodes(tx, scheme)?;
    }
    Ok(n == 1)
}

fn put_nodes(tx: &Tx<'_>, scheme: &Scheme) -> anyhow::Result<()> {
    tx.run("delete from parindex_node where scheme_id = $1", &[&scheme.id])?;
    for (position, node) in (1_i64..).zip(&scheme.nodes) {
        let most = node.most.map(|most| most.to_string()).unwrap_or_default();
        let leaf = node.leaf.as_ref();
        let text = |of: fn(&NodeLeaf) -> &str| leaf.map_or("", of);
        let (is_survey, when_none, when_zero) = leaf
            .map_or((false, "", ""), |leaf| (leaf.is_survey, leaf.when_none.word(), leaf.when_zero.word()));
        let effort = leaf.map_or(1, |leaf| leaf.effort);
        tx.run(
            "insert into parindex_node (scheme_id, position, code, title, most, method, parameters, evidence, owner,
                                        is_survey, when_none, when_zero, binding, effort)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &[
                &scheme.id,
                &position,
                &node.code,
                &node.title,
                &most,
                &text(|leaf| &leaf.method),
                &text(|leaf| &leaf.parameters),
                &text(|leaf| &leaf.evidence),
                &text(|leaf| &leaf.owner),
                &is_survey,
                &when_none,
                &when_zero,
                &text(|leaf| &leaf.binding),
                &effort,
            ],
        )?;
    }
    Ok(())
}

fn head(r: &Row<'_>) -> anyhow::Result<Scheme> {
    Ok(Scheme {
        id: r.next()?,
        code: r.next()?,
        title: r.next()?,
        year: i16::try_from(r.next::<i64>()?)?,
        kind: r.next()?,
        classes: Classes::read(&r.next::<String>()?).unwrap_or_default(),
        is_computed: r.next()?,
        version: r.next()?,
        nodes: Vec::new(),
    })
}

fn node(r: &Row<'_>) -> anyhow::Result<Node> {
    let (code, title, most): (String, String, String) = (r.next()?, r.next()?, r.next()?);
    let texts: [String; 4] = [r.next()?, r.next()?, r.next()?, r.next()?];
    let is_survey: bool = r.next()?;
    let (when_none, when_zero): (String, String) = (r.next()?, r.next()?);
    let (binding, effort): (String, i64) = (r.next()?, r.next()?);
    let most: Option<Decimal> = most.parse().ok();
    let [method, parameters, evidence, owner] = &texts;
    let leaf = (!method.is_empty()).then(|| {
        let absent = (Absent::from_word(&when_none), Absent::from_word(&when_zero));
        NodeLeaf::new((method, parameters), (evidence, owner), is_survey, absent, most)
            .bound(&binding, effort)
    });
    Ok(Node { code, title, most, leaf })
}

fn with_nodes(tx: &Tx<'_>, scheme: Scheme) -> anyhow::Result<Scheme> {
    let nodes = tx.rows(
        "select code, title, most, method, parameters, evidence, owner, is_survey, when_none, when_zero,
                binding, effort
           from parindex_node where scheme_id = $1 order by position",
        &[&scheme.id],
        node,
    )?;
    Ok(Scheme { nodes, ..scheme })
}

/// All schemes without their nodes, the latest year first.
///
/// # Errors
/// When the reading fails.
pub fn schemes(tx: &Tx<'_>) -> anyhow::Result<Vec<Scheme>> {
    tx.rows(
        "select id, code, title, year, kind, classes, is_computed, version from parindex_scheme order by year desc, code",
        &[],
        head,
    )
}

/// A scheme by its code.
///
/// # Errors
/// When the reading fails.
pub fn scheme(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Scheme>> {
    let found = tx.row(
        "select id, code, title, year, kind, classes, is_computed, version from parindex_scheme where code = $1",
        &[&code],
        head,
    )?;
    found.map(|scheme| with_nodes(tx, scheme)).transpose()
}

/// A scheme by its identity.
///
/// # Errors
/// When the reading fails.
pub fn scheme_by_id(tx: &Tx<'_>, id: Uuid) -> anyhow::Result<Option<Scheme>> {
    let found = tx.row(
        "select id, code, title, year, kind, classes, is_computed, version from parindex_scheme where id = $1",
        &[&id],
        head,
    )?;
    found.map(|scheme| with_nodes(tx, scheme)).transpose()
}

/// Whether a round scores by a scheme.
///
/// # Errors
/// When the reading fails.
pub fn is_used(tx: &Tx<'_>, scheme: Uuid) -> anyhow::Result<bool> {
    let found = tx.row("select code from parindex_round where scheme_id = $1 limit 1", &[&scheme], |r| {
        r.next::<String>()
    })?;
    Ok(found.is_some())
}

/// A round: a scheme applied to units.
#[derive(Debug, Clone)]
pub struct Round {
    /// Its identity.
    pub id: Uuid,
    /// Its code, `CD-2023-01`.
    pub code: String,
    /// Its scheme.
    pub scheme: Uuid,
    /// What it is called.
    pub title: String,
    /// Who appraises and publishes.
    pub issuer: UnitId,
    /// From when.
    pub opened_on: Date,
    /// By when each step is to be done.
    pub steps: Steps,
    /// The version it was read at: moves with its steps and its council.
    pub version: i64,
}

/// By when each step of a round is to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Steps {
    /// Units score themselves and their heads approve.
    pub own: Option<Date>,
    /// The first appraisal.
    pub first: Option<Date>,
    /// Units explain.
    pub explain: Option<Date>,
    /// The second appraisal.
    pub second: Option<Date>,
    /// The council decides.
    pub council: Option<Date>,
    /// The results are published.
    pub publish: Option<Date>,
}

impl Steps {
    /// The steps in their order, by their words.
    pub fn named(&self) -> [(&'static str, Option<Date>); 6] {
        [
            ("own", self.own),
            ("first", self.first),
            ("explain", self.explain),
            ("second", self.second),
            ("council", self.council),
            ("publish", self.publish),
        ]
    }

    /// The first step that is to be done before the one that it follows; its word.
    pub fn out_of_order(&self) -> Option<&'static str> {
        let set: Vec<_> = self.named().into_iter().filter_map(|(word, day)| Some((word, day?))).collect();
        set.windows(2).find_map(|pair| match pair {
            [(_, before), (word, day)] if day < before => Some(*word),
            _ => None,
        })
    }
}

const ROUND: &str = "id, code, scheme_id, title, issuer_id, opened_on, self_due, first_due, explain_due, second_due, \
                     council_due, publish_due, version";

fn round_of(r: &Row<'_>) -> anyhow::Result<Round> {
    Ok(Round {
        id: r.next()?,
        code: r.next()?,
        scheme: r.next()?,
        title: r.next()?,
        issuer: r.next()?,
        opened_on: r.next()?,
        steps: Steps {
            own: r.next()?,
            first: r.next()?,
            explain: r.next()?,
            second: r.next()?,
            council: r.next()?,
            publish: r.next()?,
        },
        version: r.next()?,
    })
}

/// All rounds, newest first.
///
/// # Errors
/// When the reading fails.
pub fn rounds(tx: &Tx<'_>) -> anyhow::Result<Vec<Round>> {
    tx.rows(&format!("select {ROUND} from parindex_round order by opened_on desc, code desc"), &[], round_of)
}

/// A round by its code.
///
/// # Errors
/// When the reading fails.
pub fn round(tx: &Tx<'_>, code: &str) -> anyhow::Result<Option<Round>> {
    tx.row(&format!("select {ROUND} from parindex_round where code = $1"), &[&code], round_of)
}

/// Keeps a round.
///
/// # Errors
/// When the writing fails.
pub fn insert_round(tx: &Tx<'_>, r: &Round) -> anyhow::Result<()> {
    tx.run(
        "insert into parindex_round (id, code, scheme_id, title, issuer_id, opened_on, self_due, version)
         values ($1, $2, $3, $4, $5, $6, $7, 1)",
        &[&r.id, &r.code, &r.scheme, &r.title, &r.issuer, &r.opened_on, &r.steps.own],
    )?;
    put_steps(tx, r.id, &r.steps)
}

/// Takes the turn to change a round that was read at a version; false when somebody was faster.
///
/// # Errors
/// When the writing fails.
pub fn touch(tx: &Tx<'_>, round: &Round) -> anyhow::Result<bool> {
    let n = tx.run(
        "update parindex_round set version = version + 1 where id = $1 and version = $2",
        &[&round.id, &round.version],
    )?;
    Ok(n == 1)
}

/// Sets by when each step of a round is to be done.
///
/// # Errors
/// When the writing fails.
pub fn put_steps(tx: &Tx<'_>, round: Uuid, steps: &Steps) -> anyhow::Result<()> {
    let Steps { own, first, explain, second, council, publish } = steps;
    tx.run(
        "update parindex_round set self_due = $2, first_due = $3, explain_due = $4, second_due = $5, council_due = $6,
                publish_due = $7 where id = $1",
        &[&round, own, first, explain, second, council, publish],
    )?;
    Ok(())
}

/// Where a unit stands in a round.
#[derive(Debug, Clone)]
pub struct Part {
    /// The unit.
    pub unit: UnitId,
    /// `own`, `locked`, `appraised`, `explained`, `closed`.
    pub state: String,
    /// Why it was sent back, what it explains as a whole: a line each, with who and when.
    pub note: String,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
    /// The version it was read at.
    pub version: i64,
    /// Moves with every change of its leaves.
    pub tick: i64,
}

fn part_of(r: &Row<'_>) -> anyhow::Result<Part> {
    Ok(Part {
        unit: r.next()?,
        state: r.next()?,
        note: r.next()?,
        changed_by: r.next()?,
        changed_at: r.next()?,
        version: r.next()?,
        tick: r.next()?,
    })
}

/// The units of a round.
///
/// # Errors
/// When the reading fails.
pub fn parts(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<Vec<Part>> {
    tx.rows(
        "select unit_id, state, note, changed_by, changed_at, version, tick from parindex_part where round_id = $1",
        &[&round],
        part_of,
    )
}

/// What moves with every change of a round's points, and with every unit that joins: ticks only grow.
pub fn tick_of(parts: &[Part]) -> i64 {
    parts.iter().map(|part| part.tick + 1).sum()
}

/// One unit of a round.
///
/// # Errors
/// When the reading fails.
pub fn part(tx: &Tx<'_>, round: Uuid, unit: UnitId) -> anyhow::Result<Option<Part>> {
    tx.row(
        "select unit_id, state, note, changed_by, changed_at, version, tick from parindex_part
          where round_id = $1 and unit_id = $2",
        &[&round, &unit],
        part_of,
    )
}

/// Puts a unit into a round; nothing when it is there.
///
/// # Errors
/// When the writing fails.
pub fn add_part(tx: &Tx<'_>, round: Uuid, unit: UnitId, by: &str, at: Timestamp) -> anyhow::Result<()> {
    tx.run(
        "insert into parindex_part (round_id, unit_id, state, note, changed_by, changed_at, version)
         values ($1, $2, 'own', '', $3, $4, 1) on conflict do nothing",
        &[&round, &unit, &by, &at],
    )?;
    Ok(())
}

/// Moves a unit on; false when somebody was faster.
///
/// # Errors
/// When the writing fails.
pub fn set_part(tx: &Tx<'_>, round: Uuid, part: &Part) -> anyhow::Result<bool> {
    let n = tx.run(
        "update parindex_part set state = $3, note = $4, changed_by = $5, changed_at = $6, version = version + 1
          where round_id = $1 and unit_id = $2 and version = $7",
        &[&round, &part.unit, &part.state, &part.note, &part.changed_by, &part.changed_at, &part.version],
    )?;
    Ok(n == 1)
}
