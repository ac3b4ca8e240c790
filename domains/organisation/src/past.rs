//! Units as older work names them: a unit that still exists by its code and name of today, one that ended since by its last
//! ones, so that two that were merged are not one and the same.

use crate::{Snapshot, Unit, store};
use base::{Date, ids::UnitId};
use db::Tx;
use std::{collections::HashMap, sync::Arc};

/// The units of a day with those that had ended by then.
#[derive(Debug, Clone)]
pub struct Past {
    now: Arc<Snapshot>,
    ended: Arc<HashMap<UnitId, Unit>>,
}

impl Past {
    /// The units of a day and of all days before.
    ///
    /// # Errors
    /// When the reading fails.
    pub fn at(tx: &Tx<'_>, on: Date) -> anyhow::Result<Self> {
        let now = Snapshot::at(tx, on)?;
        let ended = tx.cached(&format!("organisation past {on}"), "organisation", || {
            let gone = store::all_units(tx)?.into_iter().filter(|unit| now.unit(unit.id).is_none());
            anyhow::Ok(gone.map(|unit| (unit.id, unit)).collect())
        })?;
        Ok(Self { now, ended })
    }

    /// The units of the day.
    pub fn now(&self) -> &Snapshot {
        &self.now
    }

    /// A unit of the day, or one that ended as it last was.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.now.unit(id).or_else(|| self.ended.get(&id))
    }

    /// Its name.
    pub fn name(&self, id: UnitId) -> String {
        self.unit(id).map_or_else(|| self.now.name(id), |unit| unit.name.clone())
    }

    /// Its code; empty for a unit that nobody knows.
    pub fn code(&self, id: UnitId) -> String {
        self.unit(id).map(|unit| unit.code.clone()).unwrap_or_default()
    }

    /// The unit above it; of one that ended, above whoever follows it.
    pub fn parent(&self, id: UnitId) -> Option<&Unit> {
        self.now.parent(self.now.now(id))
    }

    /// The units that a code can mean: of the day first, then those that ended, since codes are used again.
    pub fn of_code(&self, code: &str) -> Vec<UnitId> {
        let ended = self.ended.values().filter(|unit| unit.code == code).map(|unit| unit.id);
        self.now.by_code(code).map(|unit| unit.id).into_iter().chain(ended).collect()
    }
}
