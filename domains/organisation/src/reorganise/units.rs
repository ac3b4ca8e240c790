//! What a change does to the units themselves, and how it is undone: each touched unit's rows are put aside first.

use super::change::{Change, Into, Newcomer};
use crate::{
    Snapshot, Tree,
    store::{self, NewUnit, Successor},
    words::Edge,
};
use base::{Clock, Date, Outcome, Refusal, fold::tidy, ids::UnitId};
use db::Tx;
use serde::{Deserialize, Serialize};

/// The rows of a unit as they were before a change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Before {
    /// The name shown.
    name: String,
    /// The first day on which it was no more.
    dissolved: Option<Date>,
    /// The territory served.
    territory: Option<UnitId>,
    /// Name, from, to, document.
    names: Vec<(String, Date, Option<Date>, String)>,
    /// Parent, tree, from, to, document.
    edges: Vec<(UnitId, String, Date, Option<Date>, String)>,
    /// Whether the reorganisation made it.
    is_new: bool,
}

impl Before {
    /// Whether the reorganisation made the unit.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }
}

/// A unit that ends and the one that takes over.
pub(super) struct Ended {
    pub(super) unit: UnitId,
    pub(super) heir: Option<UnitId>,
}

/// Does the changes of one reorganisation to the units.
pub(super) struct Work<'a, 'b> {
    pub(super) tx: &'a Tx<'b>,
    pub(super) clock: &'a Clock,
    pub(super) on: Date,
    pub(super) document: &'a str,
    /// Rows put aside, in order of first touch.
    pub(super) before: Vec<(UnitId, Before)>,
    /// Units that ended.
    pub(super) ended: Vec<Ended>,
}

impl Work<'_, '_> {
    fn touch(&mut self, unit: UnitId) -> anyhow::Result<()> {
        if self.before.iter().any(|(id, _)| *id == unit) {
            return Ok(());
        }
        let rows = store::rows_of(self.tx, unit)?;
        let before = Before {
            name: rows.name,
            dissolved: rows.dissolved,
            territory: rows.territory,
            names: rows.names,
            edges: rows.edges,
            is_new: false,
        };
        self.before.push((unit, before));
        Ok(())
    }

    fn make(&mut self, new: &Newcomer) -> Outcome<UnitId> {
        let above = Snapshot::at(self.tx, self.on)?;
        let Some(parent) = above.unit(new.parent) else {
            return Refusal::new("organisation-refusal-parent-ended")
                .at("parent")
                .with("code", &new.code)
                .stop();
        };
        if store::all_units(self.tx)?.iter().any(|u| u.code == new.code) {
            return Refusal::new("refusal-duplicate").at("code").with("what", &new.code).stop();
        }
        let tree = if new.kind == parent.kind { parent.tree } else { tree_of(&new.kind, parent.tree) };
        let unit = NewUnit {
            code: &new.code,
            kind: &new.kind,
            tree,
            name: &new.name,
            official_code: "",
            established: self.on,
            dissolved: None,
            territory: None,
            listed: true,
            source: self.document,
        };
        let id = store::insert_unit(self.tx, self.clock, &unit)?;
        let edge = Edge { child: id, parent: parent.id, from: self.on, to: None };
        store::insert_edge(self.tx, self.clock, &edge, tree, self.document)?;
        self.tx.bump("organisation")?;
        let before = Before {
            name: new.name.clone(),
            dissolved: None,
            territory: None,
            names: Vec::new(),
            edges: Vec::new(),
            is_new: true,
        };
        self.before.push((id, before));
        Ok(id)
    }

    fn target(&mut self, into: &Into) -> Outcome<UnitId> {
        match into {
            Into::Unit(unit) => {
                self.exists(*unit)?;
                Ok(*unit)
            }
            Into::New(new) => self.make(new),
        }
    }

    fn exists(&self, unit: UnitId) -> Outcome<()> {
        match Snapshot::at(self.tx, self.on)?.unit(unit) {
            Some(_) => Ok(()),
            None => Refusal::new("organisation-refusal-ended").at("unit").stop(),
        }
    }

    fn end(&mut self, unit: UnitId, heir: Option<UnitId>) -> Outcome<()> {
        if store::rows_of(self.tx, unit)?.dissolved.is_some_and(|end| end < self.on) {
            return Refusal::new("organisation-refusal-ended").at("unit").stop();
        }
        self.touch(unit)?;
        store::set_end(self.tx, unit, Some(self.on))?;
        self.tx.bump("organisation")?;
        self.ended.push(Ended { unit, heir });
        Ok(())
    }

    fn follow(&self, from: UnitId, to: UnitId, kind: &str, default: bool) -> Outcome<()> {
        let next = Successor { from, to, kind: kind.to_owned(), effective: self.on };
        store::insert_successor(self.tx, &next, default, self.document)?;
        Ok(())
    }

    /// Does one change.
    pub(super) fn change(&mut self, change: &Change) -> Outcome<()> {
        match change {
            Change::Establish { new } => {
                self.make(new)?;
            }
            Change::Rename { unit, name } => {
                self.exists(*unit)?;
                self.touch(*unit)?;
                store::rename(self.tx, *unit, &tidy(name), self.on, self.document)?;
                self.tx.bump("organisation")?;
            }
            Change::Move { unit, parent } => {
                self.exists(*unit)?;
                self.exists(*parent)?;
                let names = Snapshot::at(self.tx, self.on)?;
                if names.under(*unit).contains(parent) {
                    return Refusal::new("organisation-refusal-circle").at("parent").stop();
                }
                self.touch(*unit)?;
                let tree = names.unit(*unit).map_or(Tree::State, |u| u.tree);
                store::move_under(self.tx, self.clock, *unit, *parent, tree, self.on, self.document)?;
                self.tx.bump("organisation")?;
            }
            Change::Merge { units, into } => {
                let to = self.target(into)?;
                for unit in units.iter().copied().filter(|unit| *unit != to) {
                    self.follow(unit, to, "whole", true)?;
                    self.end(unit, Some(to))?;
                }
            }
            Change::Split { unit, into, heir } => {
                self.exists(*unit)?;
                let mut parts = Vec::new();
                for part in into {
                    parts.push(self.target(part)?);
                }
                let heir = heir.and_then(|i| parts.get(i)).copied();
                for part in parts {
                    self.follow(*unit, part, "split", Some(part) == heir)?;
                }
                self.end(*unit, heir)?;
            }
            Change::Dissolve { unit, heir } => {
                if let Some(heir) = heir {
                    self.exists(*heir)?;
                    self.follow(*unit, *heir, "whole", true)?;
                }
                self.end(*unit, *heir)?;
            }
        }
        Ok(())
    }

    /// Moves a unit that stood under one that ended; part of the same act.
    pub(super) fn rehang(&mut self, child: UnitId, tree: Tree, parent: UnitId) -> anyhow::Result<()> {
        self.touch(child)?;
        store::move_under(self.tx, self.clock, child, parent, tree, self.on, self.document)?;
        self.tx.bump("organisation")
    }

    /// Gives the unit that served a territory the territory that took it over.
    pub(super) fn serve(&mut self, unit: UnitId, territory: UnitId) -> anyhow::Result<()> {
        self.touch(unit)?;
        store::set_territory(self.tx, unit, territory)?;
        self.tx.bump("organisation")
    }
}

fn tree_of(kind: &str, above: Tree) -> Tree {
    use crate::Kind;
    match kind {
        Kind::CITY | Kind::DISTRICT | Kind::COMMUNE => Tree::Territory,
        Kind::DISTRICT_PARTY => Tree::Party,
        _ if above == Tree::Territory => Tree::State,
        _ => above,
    }
}

/// Puts a unit's rows back; a unit that the reorganisation made has then never existed.
pub(super) fn restore(
    tx: &Tx<'_>,
    clock: &Clock,
    unit: UnitId,
    before: &Before,
    (on, document): (Date, &str),
) -> anyhow::Result<()> {
    if before.is_new {
        return store::never_existed(tx, unit, on);
    }
    let rows = store::Rows {
        name: before.name.clone(),
        dissolved: before.dissolved,
        territory: before.territory,
        names: before.names.clone(),
        edges: before.edges.clone(),
    };
    store::put_rows(tx, clock, unit, &rows)?;
    store::drop_successors(tx, unit, on, document)
}
