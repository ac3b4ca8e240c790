//! Who sees what of a round: before publication a unit learns of nothing but its own part.

use crate::{
    acts,
    board::board,
    history, publish,
    results::{self, Row},
    scheme::Scheme,
    store::{self, Part, Round},
};
use base::{Actor, Date, Outcome, Refusal, Right, ids::UnitId};
use db::Tx;
use organisation::Snapshot;

/// Whether an actor leads a round: sees every unit, and appraises what no department owns.
pub fn leads(actor: &Actor, round: &Round) -> bool {
    actor.may(Right::Draft, round.issuer)
}

/// Whether an actor sees every unit of a round before it is published: whoever leads it, and the leaders above.
pub fn oversees(actor: &Actor, round: &Round) -> bool {
    leads(actor, round) || actor.may(Right::Direct, round.issuer)
}

/// The round, the unit and its part, where an actor may look at them.
///
/// # Errors
/// Not found, also where the actor may not look: that there is such a part is no secret, but what stands in it is.
pub fn found(
    tx: &Tx<'_>,
    actor: &Actor,
    today: Date,
    (code, unit): (&str, &str),
) -> Outcome<(Round, Scheme, UnitId, Part)> {
    let (round, scheme) = acts::load(tx, code)?;
    let unit = Snapshot::at(tx, today)?.by_code(unit).map(|unit| unit.id);
    let Some(unit) = unit else { return Refusal::not_found().stop() };
    let own = actor.may(Right::Report, unit) || actor.may(Right::Lead, unit);
    let is_published = !publish::all(tx, round.id)?.is_empty();
    let mut sees = own || oversees(actor, &round) || (is_published && actor.may(Right::See, unit));
    if !sees {
        // A department that appraises some of the leaves sees those it has to judge.
        for (_, leaf) in scheme.leaves() {
            sees = sees || acts::may_appraise(tx, actor, &round, &leaf.owner, today)?;
        }
    }
    match store::part(tx, round.id, unit)?.filter(|_| sees) {
        Some(part) => Ok((round, scheme, unit, part)),
        None => Refusal::not_found().stop(),
    }
}

/// What an actor sees of a round's results.
pub struct Seen {
    /// The lines, the best first; without ranks where it is only a part.
    pub rows: Vec<Row>,
    /// Whether only the actor's own units are there, because nothing is published.
    pub is_part: bool,
    /// Groups that can be asked for: the word for addresses, a name where it has one, whether it is the one shown.
    pub groups: Vec<(String, String, bool)>,
}

/// The lines of a round that an actor may see, ranked within the group that is asked for.
///
/// # Errors
/// When the reading fails.
pub fn seen(
    tx: &Tx<'_>,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    names: &Snapshot,
    group: &str,
) -> Outcome<Seen> {
    let parts = store::parts(tx, round.id)?;
    let board = board(tx, round, scheme, &parts)?;
    let mut rows = results::rows(scheme, parts, &board, names);
    let is_part = !oversees(actor, round) && publish::all(tx, round.id)?.is_empty();
    if is_part {
        // Before publication nobody learns of another unit's points, nor of a rank among them.
        rows.retain(|row| actor.may(Right::Report, row.part.unit) || actor.may(Right::Lead, row.part.unit));
        for row in &mut rows {
            (row.rank, row.rank_by_rule) = (0, 0);
        }
        return Ok(Seen { rows, is_part: true, groups: Vec::new() });
    }
    let before = history::years(tx, round, scheme)?.into_iter().rfind(|year| year.year < scheme.year);
    let before = before.map(|year| history::rebased(&[year], names)).and_then(|mut years| years.pop());
    for row in &mut rows {
        let was = before.as_ref().and_then(|year| year.units.get(&names.now(row.part.unit)));
        let place = |rank: usize| i64::try_from(rank).unwrap_or(0);
        row.moved = was.map(|was| place(was.rank) - place(row.rank));
    }
    let mut groups = std::collections::BTreeMap::new();
    for row in &rows {
        groups.insert(format!("loai-{}", row.kind), String::new());
        if let Some((code, name)) = &row.above {
            groups.insert(format!("thuoc-{code}"), name.clone());
        }
    }
    // A group of all is no group.
    let holds = |row: &Row, group: &str| {
        format!("loai-{}", row.kind) == group
            || row.above.as_ref().is_some_and(|(code, _)| format!("thuoc-{code}") == group)
    };
    groups.retain(|group, _| rows.iter().any(|row| !holds(row, group)));
    if groups.contains_key(group) {
        rows.retain(|row| holds(row, group));
        results::rank(&mut rows);
        for row in &mut rows {
            row.moved = None;
        }
    }
    let groups = groups.into_iter().map(|(address, words)| {
        let is_shown = address == group;
        (address, words, is_shown)
    });
    Ok(Seen { rows, is_part: false, groups: groups.collect() })
}
