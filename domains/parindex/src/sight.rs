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
use organisation::Past;

/// Whether an actor leads a round: sees every unit, and appraises any criterion, also where a department does not.
pub fn leads(actor: &Actor, round: &Round) -> bool {
    actor.may(Right::Draft, round.issuer)
}

/// Whether an actor sees every unit of a round before it is published: whoever leads it, and the leaders above.
pub fn oversees(actor: &Actor, round: &Round) -> bool {
    leads(actor, round) || actor.may(Right::Direct, round.issuer)
}

/// A unit's part of a round, as far as a reader may look at it.
pub struct Found {
    /// The round.
    pub round: Round,
    /// Its scheme; only the leaves that the reader judges where the rest is not theirs to see.
    pub scheme: Scheme,
    /// The unit.
    pub unit: UnitId,
    /// Its name, as the round names it.
    pub name: String,
    /// Where it stands.
    pub part: Part,
    /// Whether the reader sees all of it.
    pub is_whole: bool,
}

/// A round, a unit and its part, where an actor may look at them: the unit's own people and whoever oversees the round at all
/// of it, departments at the leaves they judge once the unit's head has approved, others at what was published.
///
/// # Errors
/// Not found, also where the actor may not look: that there is such a part is no secret, but what stands in it is.
pub fn found(tx: &Tx<'_>, actor: &Actor, today: Date, (code, unit): (&str, &str)) -> Outcome<Found> {
    let (round, scheme) = acts::load(tx, code)?;
    let names = Past::at(tx, today)?;
    let mut part = None;
    for unit in names.of_code(unit) {
        part = part.or(store::part(tx, round.id, unit)?);
    }
    let Some(part) = part else { return Refusal::not_found().stop() };
    let unit = part.unit;
    let name = names.name(unit);
    if oversees(actor, &round) || is_own(tx, actor, today, unit)? {
        return Ok(Found { round, scheme, unit, name, part, is_whole: true });
    }
    let is_settled = scheme.is_computed || part.state == "closed";
    if is_settled && actor.may(Right::See, unit) {
        let facts = publish::newest(tx, round.id)?;
        // What was corrected since is shown with its erratum.
        let is_it = |line: &publish::Line| {
            line.unit.map_or(line.code == names.code(unit), |of| of == unit)
                && line.tick.is_none_or(|tick| tick == part.tick)
        };
        if facts.is_some_and(|facts| facts.lines.iter().any(is_it)) {
            return Ok(Found { round, scheme, unit, name, part, is_whole: true });
        }
    }
    let judged = acts::judged(tx, actor, (&round, &scheme), today)?;
    let scheme = scheme.only(|leaf| judged.contains(&leaf.owner));
    if part.state == "own" || scheme.nodes.is_empty() {
        return Refusal::not_found().stop();
    }
    Ok(Found { round, scheme, unit, name, part, is_whole: false })
}

/// Whether a unit is an actor's own: to report for, or to head. Not so for whoever sees to the offices of a territory: a
/// district learns of the unpublished scores of its wards no more than of its neighbours'.
///
/// # Errors
/// When the reading fails.
pub fn is_own(tx: &Tx<'_>, actor: &Actor, today: Date, unit: UnitId) -> anyhow::Result<bool> {
    Ok(acts::is_own(tx, actor, today, (Right::Report, unit))?
        || acts::is_own(tx, actor, today, (Right::Lead, unit))?)
}

/// The lines of a round that an actor may see, the best first, and whether they are only the actor's own. Whoever oversees the
/// round sees them as they stand, everybody else as they were published; before that a unit sees its own, without ranks.
///
/// # Errors
/// When the reading fails.
pub fn standing(
    tx: &Tx<'_>,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    names: &Past,
) -> Outcome<(Vec<Row>, bool)> {
    let parts = store::parts(tx, round.id)?;
    if !oversees(actor, round)
        && let Some(facts) = publish::newest(tx, round.id)?
    {
        let mut rows = results::frozen(tx, scheme, (parts, facts), names)?;
        for row in rows.iter_mut().filter(|row| row.is_shut) {
            row.is_shut = !is_own(tx, actor, names.now().on, row.part.unit)?;
        }
        return Ok((rows, false));
    }
    let board = board(tx, round, scheme, &parts)?;
    let rows = results::rows(scheme, parts, &board, names);
    if oversees(actor, round) {
        return Ok((rows, false));
    }
    // Before publication nobody learns of another unit's points, nor of a rank among them.
    let mut own = Vec::new();
    for mut row in rows {
        if is_own(tx, actor, names.now().on, row.part.unit)? {
            (row.rank, row.rank_by_rule) = (0, 0);
            own.push(row);
        }
    }
    let rows = own;
    Ok((rows, true))
}

/// What an actor sees of a round's results.
pub struct Seen {
    /// The lines, the best first; without ranks where it is only a part.
    pub rows: Vec<Row>,
    /// Whether only the actor's own units are there, because nothing is published.
    pub is_part: bool,
    /// Groups that can be asked for: the word for addresses, a name where it has one, whether it is the one shown.
    pub groups: Vec<(String, String, bool)>,
    /// Units of which the actor judges some leaves and sees no more: code, name, state, whether all of these have points.
    pub to_judge: Vec<(String, String, String, bool)>,
}

/// The lines of a round that an actor may see, ranked within the group that is asked for.
///
/// # Errors
/// When the reading fails.
pub fn seen(
    tx: &Tx<'_>,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    names: &Past,
    group: &str,
) -> Outcome<Seen> {
    let (mut rows, is_part) = standing(tx, actor, (round, scheme), names)?;
    if is_part {
        let to_judge = to_judge(tx, actor, (round, scheme), names)?;
        return Ok(Seen { rows, is_part: true, groups: Vec::new(), to_judge });
    }
    let before =
        history::years(tx, round, scheme, names.now())?.into_iter().rfind(|year| year.year < scheme.year);
    let rebased =
        before.clone().map(|year| history::rebased(&[year], names.now())).and_then(|mut years| years.pop());
    let place = |rank: usize| i64::try_from(rank).unwrap_or(0);
    for row in &mut rows {
        let was = |year: &Option<history::Year>, unit| {
            year.as_ref().and_then(|year| year.units.get(&unit).cloned())
        };
        let was = was(&before, row.part.unit).or_else(|| was(&rebased, names.now().now(row.part.unit)));
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
    Ok(Seen { rows, is_part: false, groups: groups.collect(), to_judge: Vec::new() })
}

/// The units of which an actor judges some leaves, those that wait first, then in Vietnamese order.
fn to_judge(
    tx: &Tx<'_>,
    actor: &Actor,
    (round, scheme): (&Round, &Scheme),
    names: &Past,
) -> Outcome<Vec<(String, String, String, bool)>> {
    let judged = acts::judged(tx, actor, (round, scheme), names.now().on)?;
    let leaves = scheme
        .leaves()
        .filter(|(node, leaf)| judged.contains(&leaf.owner) && !acts::is_of_office(scheme, node));
    let leaves: Vec<&str> = leaves.map(|(node, _)| node.code.as_str()).collect();
    if leaves.is_empty() {
        return Ok(Vec::new());
    }
    let given = store::appraised_leaves(tx, round.id)?;
    let is_done = |part: &Part| {
        let given = given.get(&part.unit);
        leaves.iter().all(|leaf| given.is_some_and(|given| given.iter().any(|code| code == leaf)))
    };
    let mut lines = Vec::new();
    for part in store::parts(tx, round.id)? {
        if matches!(part.state.as_str(), "own" | "closed") || is_own(tx, actor, names.now().on, part.unit)? {
            continue;
        }
        let is_done = is_done(&part);
        lines.push((names.code(part.unit), names.name(part.unit), part.state, is_done));
    }
    lines.sort_by_cached_key(|(_, name, state, is_done)| {
        (*is_done || state != "locked", base::fold::sort_key(name))
    });
    Ok(lines)
}
