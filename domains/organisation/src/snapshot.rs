//! The units of one day and their tree, held in memory until a unit changes.

use crate::{
    store,
    words::{Kind, Unit},
};
use base::{Date, ids::UnitId};
use db::Tx;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// All units that exist on a day.
#[derive(Debug)]
pub struct Snapshot {
    /// The day.
    pub on: Date,
    units: HashMap<UnitId, Unit>,
    children: HashMap<UnitId, Vec<UnitId>>,
    parents: HashMap<UnitId, Vec<UnitId>>,
    by_code: HashMap<String, UnitId>,
    /// In Vietnamese order of names.
    order: Vec<UnitId>,
    /// Which unit took over which by the day.
    heirs: HashMap<UnitId, UnitId>,
    /// Under which unit each is counted; worked out when first asked.
    columns: std::sync::OnceLock<HashMap<UnitId, UnitId>>,
}

impl Snapshot {
    /// The units of the day.
    ///
    /// # Errors
    /// When the reading fails.
    pub fn at(tx: &Tx<'_>, on: Date) -> anyhow::Result<Arc<Self>> {
        tx.cached(&format!("organisation {on}"), "organisation", || Self::load(tx, on))
    }

    fn load(tx: &Tx<'_>, on: Date) -> anyhow::Result<Self> {
        let mut units = HashMap::new();
        let mut order = Vec::new();
        let mut by_code = HashMap::new();
        for unit in store::units_on(tx, on)? {
            order.push(unit.id);
            by_code.insert(unit.code.clone(), unit.id);
            units.insert(unit.id, unit);
        }
        let rank: HashMap<UnitId, usize> = order.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        let mut children: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
        let mut parents: HashMap<UnitId, Vec<UnitId>> = HashMap::new();
        for edge in store::edges_on(tx, on)? {
            if units.contains_key(&edge.child) && units.contains_key(&edge.parent) {
                children.entry(edge.parent).or_default().push(edge.child);
                parents.entry(edge.child).or_default().push(edge.parent);
            }
        }
        for list in children.values_mut() {
            list.sort_by_key(|id| rank.get(id).copied().unwrap_or(usize::MAX));
            list.dedup();
        }
        let heirs = store::heirs(tx, on)?.into_iter().collect();
        Ok(Self { on, units, children, parents, by_code, order, heirs, columns: std::sync::OnceLock::new() })
    }

    /// A unit of the day.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(&id)
    }

    /// The unit itself, or the one that had taken it over by the day, through any number of reorganisations.
    pub fn now(&self, id: UnitId) -> UnitId {
        let mut at = id;
        for _ in 0..20 {
            match self.heirs.get(&at) {
                Some(next) if !self.units.contains_key(&at) => at = *next,
                _ => break,
            }
        }
        at
    }

    /// The units that ended and that units of a set have taken over: their past belongs to whoever follows them.
    pub fn taken_over(&self, by: &HashSet<UnitId>) -> Vec<UnitId> {
        let ended = self.heirs.keys().filter(|unit| !self.units.contains_key(unit));
        ended.copied().filter(|unit| by.contains(&self.now(*unit))).collect()
    }

    /// A unit by its human code.
    pub fn by_code(&self, code: &str) -> Option<&Unit> {
        self.units.get(self.by_code.get(code)?)
    }

    /// The name of a unit; its identifier's beginning when it does not exist that day.
    pub fn name(&self, id: UnitId) -> String {
        self.unit(id).map_or_else(
            || format!("({})", id.to_string().chars().take(8).collect::<String>()),
            |u| u.name.clone(),
        )
    }

    /// All units in Vietnamese order.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        self.order.iter().filter_map(|id| self.units.get(id))
    }

    /// The units right below.
    pub fn children(&self, id: UnitId) -> impl Iterator<Item = &Unit> {
        self.children.get(&id).into_iter().flatten().filter_map(|id| self.units.get(id))
    }

    /// The first unit above, when there is one.
    pub fn parent(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(self.parents.get(&id)?.first()?)
    }

    /// The units above nobody: the tops of the trees.
    pub fn tops(&self) -> impl Iterator<Item = &Unit> {
        self.units().filter(|unit| !self.parents.contains_key(&unit.id))
    }

    /// The unit and all below it.
    pub fn under(&self, top: UnitId) -> HashSet<UnitId> {
        let mut seen = HashSet::from([top]);
        let mut waiting = vec![top];
        while let Some(unit) = waiting.pop() {
            for child in self.children.get(&unit).into_iter().flatten() {
                if seen.insert(*child) {
                    waiting.push(*child);
                }
            }
        }
        seen
    }

    /// All whose work is looked at with a unit: those below it, those that serve its territory with what is below
    /// them, and those that any of these have taken over.
    pub fn work_of(&self, top: UnitId) -> HashSet<UnitId> {
        let mut reach = self.under(top);
        let serving: Vec<UnitId> = self.units().filter(|u| u.territory == Some(top)).map(|u| u.id).collect();
        for unit in serving {
            reach.extend(self.under(unit));
        }
        reach.extend(self.taken_over(&reach));
        reach
    }

    /// The units that a unit may ask and judge as a body of its territory: those below it, and all that belong to or serve
    /// the territory it serves itself.
    pub fn served_by(&self, unit: UnitId) -> HashSet<UnitId> {
        let mut reach = self.under(unit);
        if let Some(territory) = self.unit(unit).and_then(|unit| unit.territory) {
            let places = self.under(territory);
            for body in self.units().filter(|unit| unit.territory.is_some_and(|at| places.contains(&at))) {
                reach.extend(self.under(body.id));
            }
            reach.extend(places);
        }
        reach
    }

    /// The path from the top down to the unit.
    pub fn path(&self, id: UnitId) -> Vec<&Unit> {
        let mut path = Vec::new();
        let mut at = Some(id);
        while let Some(unit) = at.and_then(|id| self.unit(id)) {
            if path.len() > 20 {
                break;
            }
            path.push(unit);
            at = self.parent(unit.id).map(|u| u.id);
        }
        path.reverse();
        path
    }

    /// The members of a closed group that documents name, such as "các quận, huyện, thị xã".
    pub fn group(&self, key: &str, issuer: Option<UnitId>) -> Vec<UnitId> {
        let of_kind = |kind: &str, starts: &[&str]| -> Vec<UnitId> {
            self.units()
                .filter(|u| u.kind == kind)
                .filter(|u| {
                    starts.is_empty() || starts.iter().any(|s| base::fold::fold(&u.name).starts_with(s))
                })
                .map(|u| u.id)
                .collect()
        };
        match key {
            "ubnd.district" => of_kind(Kind::DISTRICT_COMMITTEE, &[]),
            "ubnd.quan" => of_kind(Kind::DISTRICT_COMMITTEE, &["ubnd quan"]),
            "ubnd.huyen" => of_kind(Kind::DISTRICT_COMMITTEE, &["ubnd huyen"]),
            "party.district" => of_kind(Kind::DISTRICT_PARTY, &[]),
            "communes" => {
                let territory = issuer.and_then(|id| self.unit(id)).and_then(|u| u.territory);
                territory
                    .map(|t| self.children(t).filter(|u| u.kind == Kind::COMMUNE).map(|u| u.id).collect())
                    .unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// The unit under which the work of a unit is counted in city-wide tables: its district by territory or by tree,
    /// else itself; for one that ended, that of whoever follows it.
    pub fn column(&self, id: UnitId) -> UnitId {
        let columns = self
            .columns
            .get_or_init(|| self.order.iter().map(|unit| (*unit, self.column_of(*unit))).collect());
        let now = self.now(id);
        columns.get(&now).copied().unwrap_or(now)
    }

    /// The units that [`Snapshot::column`] counts under one, with those that ended.
    pub fn counted_under(&self, column: UnitId) -> HashSet<UnitId> {
        let mut units: HashSet<UnitId> =
            self.order.iter().copied().filter(|unit| self.column(*unit) == column).collect();
        units.extend(self.taken_over(&units));
        units
    }

    fn column_of(&self, id: UnitId) -> UnitId {
        let mut at = id;
        for _ in 0..20 {
            let Some(unit) = self.unit(at) else { return at };
            if let Some(territory) = unit.territory
                && territory != at
            {
                at = territory;
                continue;
            }
            if unit.kind == Kind::DISTRICT {
                return at;
            }
            match self.parent(at) {
                Some(parent) if self.parent(parent.id).is_some() || parent.territory.is_some() => {
                    at = parent.id;
                }
                Some(parent) if parent.kind == Kind::DISTRICT => at = parent.id,
                _ => return at,
            }
        }
        at
    }
}
