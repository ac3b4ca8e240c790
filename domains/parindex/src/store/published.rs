//! What was published of rounds: facts with their hash and the kept file. Nothing of it is ever changed.

use super::Part;
use base::{Date, Outcome, Uuid, ids::UnitId};
use db::Tx;
use document::frozen::{COLUMNS, Frozen};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A unit's line as published. Points are decimals as text, exact to 28 digits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// Its rank.
    pub rank: usize,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Points of the leaves that are no survey.
    pub scored: String,
    /// Points of the survey.
    pub survey: String,
    /// Bonus.
    pub bonus: String,
    /// Penalty.
    pub penalty: String,
    /// The most points that applied.
    pub base: String,
    /// The result in percent.
    pub result: String,
    /// The result as shown.
    pub shown: String,
    /// Its class.
    pub class: String,
    /// The unit; none in what was published before lines told it, which is found by its code.
    #[serde(default)]
    pub unit: Option<UnitId>,
    /// What its leaves stood at: they were changed since when it has moved.
    #[serde(default)]
    pub tick: Option<i64>,
    /// Each field's share in percent; none where nothing of it applied.
    #[serde(default)]
    pub fields: BTreeMap<String, Option<String>>,
    /// The result by the rules alone.
    #[serde(default)]
    pub rule: String,
}

/// What is published.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Published {
    /// The round's title.
    pub title: String,
    /// The scheme's code.
    pub scheme: String,
    /// The year that was scored.
    pub year: i16,
    /// Who publishes.
    pub issuer: String,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// On what the decision rests, a line each.
    #[serde(default)]
    pub grounds: Vec<String>,
    /// When.
    pub day: Date,
    /// The mark at the head of every page.
    pub mark: String,
    /// What was wrong before; empty the first time.
    #[serde(default)]
    pub erratum: String,
    /// When what it corrects was published.
    #[serde(default)]
    pub replaces: Option<Date>,
    /// How many of the council's members were in favour, out of all; none where there was no council.
    #[serde(default)]
    pub council: Option<(usize, usize)>,
    /// The units, the best first.
    pub lines: Vec<Line>,
}

/// What was published of a round, the first first.
///
/// # Errors
/// When the reading fails.
pub fn all(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<Vec<Frozen>> {
    tx.rows(
        &format!("select {COLUMNS} from parindex_published where round_id = $1 order by seq"),
        &[&round],
        Frozen::read,
    )
}

/// Whether anything was published of a round.
///
/// # Errors
/// When the reading fails.
pub fn is_published(tx: &Tx<'_>, round: Uuid) -> anyhow::Result<bool> {
    let found = tx.row("select seq from parindex_published where round_id = $1 limit 1", &[&round], |r| {
        r.next::<i64>()
    })?;
    Ok(found.is_some())
}

/// What stands as published of a round: the last, with its errata.
///
/// # Errors
/// When the reading fails, or the facts no longer have their hash.
pub fn newest(tx: &Tx<'_>, round: Uuid) -> Outcome<Option<Published>> {
    let found = tx.row(
        &format!("select {COLUMNS} from parindex_published where round_id = $1 order by seq desc limit 1"),
        &[&round],
        Frozen::read,
    )?;
    found.map(|frozen| frozen.facts()).transpose()
}

/// Whether the parts of a round stand as they were published.
pub fn is_as_published(facts: &Published, parts: &[Part]) -> bool {
    let ticks = facts.lines.iter().filter_map(|line| Some((line.unit?, line.tick?)));
    let ticks: BTreeMap<UnitId, i64> = ticks.collect();
    parts.iter().all(|part| ticks.get(&part.unit) == Some(&part.tick))
}

/// Keeps what is published.
pub fn insert(tx: &Tx<'_>, round: Uuid, frozen: &Frozen) -> anyhow::Result<()> {
    tx.run(
        &format!(
            "insert into parindex_published (round_id, {COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        &[
            &round,
            &frozen.seq,
            &frozen.sha256,
            &frozen.content,
            &frozen.file,
            &frozen.erratum,
            &frozen.made_by,
            &frozen.made_at,
        ],
    )?;
    Ok(())
}
