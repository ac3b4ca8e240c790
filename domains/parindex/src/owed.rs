//! What units, departments and the leading office owe to rounds that are not published: each step with its deadline.

use crate::{
    acts, council, publish,
    store::{self, Round},
};
use base::{Date, Outcome, ids::UnitId};
use db::Tx;
use organisation::{Directory, Named, Past, Snapshot};
use std::collections::BTreeSet;

/// A step that somebody owes.
#[derive(Debug, Clone)]
pub struct Owed {
    /// The address of its page, without the slash at its head.
    pub address: String,
    /// The round's title.
    pub title: String,
    /// The step's word.
    pub step: &'static str,
    /// By when.
    pub due: Date,
    /// Who owes it.
    pub unit: UnitId,
    /// Who leads the round.
    pub issuer: UnitId,
}

/// Everything owed, by round.
///
/// # Errors
/// When the reading fails.
pub fn owed(tx: &Tx<'_>, today: Date) -> Outcome<Vec<Owed>> {
    let names = Snapshot::at(tx, today)?;
    let mut found = Vec::new();
    for round in store::rounds(tx)? {
        if !publish::is_published(tx, round.id)? {
            of_round(tx, &round, &names, today, &mut found)?;
        }
    }
    Ok(found)
}

fn of_round(tx: &Tx<'_>, round: &Round, names: &Snapshot, today: Date, found: &mut Vec<Owed>) -> Outcome<()> {
    let issuer = names.now(round.issuer);
    let mut owe = |unit: UnitId, step: &'static str, due: Option<Date>, address: String| {
        if let Some(due) = due {
            let title = round.title.clone();
            found.push(Owed { address, title, step, due, unit, issuer });
        }
    };
    let past = Past::at(tx, today)?;
    let parts = store::parts(tx, round.id)?;
    let here = format!("chi-so/{}", round.code);
    let (_, scheme) = acts::load(tx, &round.code)?;
    for part in &parts {
        let unit = names.now(part.unit);
        // An address for each step: two steps of one day are called each.
        let address = |step: &str| format!("{here}/{}?buoc={step}", past.code(part.unit));
        match part.state.as_str() {
            "own" if !scheme.is_computed => owe(unit, "own", round.steps.own, address("own")),
            "appraised" => owe(unit, "explain", round.steps.explain, address("explain")),
            _ => {}
        }
    }
    let is_any = |state: &str| parts.iter().any(|part| part.state == state);
    let locked = parts.iter().filter(|part| part.state == "locked").count();
    if locked > 0 {
        // Departments owe the criteria they own until each approved unit has them; what nobody owns, and that all is over, is the
        // leading office's.
        let done = store::appraised_counts(tx, round.id)?;
        let directory = Directory::at(tx, today)?;
        let open = scheme.leaves().filter(|(node, _)| {
            !acts::is_of_office(&scheme, node) && done.get(&node.code).is_none_or(|n| *n < locked)
        });
        let owners: BTreeSet<&str> = open.map(|(_, leaf)| leaf.owner.as_str()).collect();
        let mut units: BTreeSet<UnitId> = BTreeSet::from([issuer]);
        for owner in owners {
            if let Named::Unit(unit) = directory.name(owner, None) {
                units.insert(unit);
            }
        }
        for unit in units {
            owe(unit, "first", round.steps.first, format!("{here}?buoc=first&cq={}", past.code(unit)));
        }
    }
    if is_any("appraised") || is_any("explained") {
        owe(issuer, "second", round.steps.second, format!("{here}?buoc=second"));
    }
    if !parts.is_empty() {
        if !council::verdict(&council::members(tx, round.id)?).is_valid() {
            owe(issuer, "council", round.steps.council, format!("{here}?buoc=council"));
        }
        owe(issuer, "publish", round.steps.publish, format!("{here}?buoc=publish"));
    }
    Ok(())
}
