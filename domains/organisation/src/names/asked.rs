//! Units that a person names in a field of a form: by code, by name, or by name and code where several bear the name.

use super::{Directory, Named};
use crate::{Snapshot, words::Unit};
use base::{Actor, Outcome, Refusal, Right, fold::spelling, ids::UnitId};

/// How many units of one name are shown to choose from.
const SHOWN: usize = 8;

impl Snapshot {
    /// The name of a unit, with its code where another unit bears the same: what a form shows and reads back.
    pub fn titled(&self, id: UnitId) -> String {
        let Some(unit) = self.unit(id) else { return self.name(id) };
        let is_only = self.units().filter(|other| other.name == unit.name).nth(1).is_none();
        if is_only { unit.name.clone() } else { format!("{} [{}]", unit.name, unit.code) }
    }
}

/// The code in brackets at the end of a text: "Phường Viên Phong [X0120]".
fn code_in(text: &str) -> Option<&str> {
    let (_, code) = text.trim().strip_suffix(']')?.rsplit_once('[')?;
    Some(code.trim())
}

impl Directory {
    /// The unit that a person names in a field of a form; none when it is empty.
    ///
    /// # Errors
    /// Refuses what names no unit, and a name that several bear: it lists them with their codes.
    pub fn asked(&self, text: &str, field: &'static str) -> Outcome<Option<UnitId>> {
        self.found(text, field, self.code_or_name(text, None))
    }

    /// [`Directory::asked`] where a territory may be meant as well as the office that serves it.
    ///
    /// # Errors
    /// As [`Directory::asked`].
    pub fn asked_itself(&self, text: &str, field: &'static str) -> Outcome<Option<UnitId>> {
        self.found(text, field, self.itself(text))
    }

    fn found(&self, text: &str, field: &'static str, named: Named) -> Outcome<Option<UnitId>> {
        if text.is_empty() {
            return Ok(None);
        }
        if let Named::Unit(unit) = named {
            return Ok(Some(unit));
        }
        let wanted = spelling(text);
        let same: Vec<&Unit> = self.snapshot.units().filter(|unit| spelling(&unit.name) == wanted).collect();
        if same.len() > 1 {
            let named = same.iter().take(SHOWN).map(|unit| {
                let above =
                    self.snapshot.parent(unit.id).map(|above| above.name.as_str()).unwrap_or_default();
                format!("{} [{}] ({above})", unit.name, unit.code)
            });
            return Refusal::new("organisation-refusal-several")
                .at(field)
                .with("value", text)
                .with("n", same.len())
                .with("units", named.collect::<Vec<_>>().join("; "))
                .stop();
        }
        Refusal::new("task-refusal-lead").at(field).with("value", text).stop()
    }

    /// A unit by its human code or exactly its own name, a territory too; else as [`Directory::code_or_name`].
    pub fn itself(&self, text: &str) -> Named {
        let wanted = spelling(text);
        let mut same = self.snapshot.units().filter(|unit| spelling(&unit.name) == wanted);
        match (self.by_code(text), same.next(), same.next()) {
            (Some(unit), _, _) | (None, Some(unit), None) => Named::Unit(unit.id),
            _ => self.code_or_name(text, None),
        }
    }

    /// A unit by its human code or its name.
    pub fn code_or_name(&self, text: &str, issuer: Option<UnitId>) -> Named {
        self.by_code(text).map_or_else(|| self.name(text, issuer), |unit| Named::Unit(unit.id))
    }

    /// The units of a list in words: codes, names, groups such as "các quận, huyện, thị xã".
    ///
    /// # Errors
    /// The words that name no unit.
    pub fn all_of(&self, words: &str) -> Result<Vec<UnitId>, String> {
        let mut units = Vec::new();
        for item in self.list(words, None) {
            match self.code_or_name(&item.written, None) {
                Named::Unit(unit) => units.push(unit),
                Named::Group(key) => units.extend(self.snapshot.group(&key, None)),
                _ => return Err(item.written),
            }
        }
        Ok(units)
    }

    /// The first unit of a list that neither a body serves nor an actor may enter work for; its name.
    pub fn out_of_reach(&self, units: &[UnitId], body: UnitId, actor: &Actor) -> Option<String> {
        let served = self.snapshot.served_by(self.snapshot.now(body));
        let is_out = |unit: &&UnitId| !served.contains(unit) && !actor.may(Right::Draft, **unit);
        units.iter().find(is_out).map(|unit| self.snapshot.name(*unit))
    }

    /// A unit by its code, alone or in brackets behind its name.
    fn by_code(&self, text: &str) -> Option<&Unit> {
        self.snapshot.by_code(text.trim()).or_else(|| self.snapshot.by_code(code_in(text)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_behind_a_name_is_read() {
        assert_eq!(code_in("Phường Viên Phong [X0120]"), Some("X0120"));
        assert_eq!(code_in("Phường Viên Phong"), None);
    }
}
