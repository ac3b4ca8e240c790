//! A line of the trail as a sentence and its facts, in the reader's language. Nothing is left out that was recorded,
//! except references to records that no longer have a name.

use base::{Date, Decimal, Uuid, format, ids::UnitId, texts::Texts};
use db::trail::Line;
use organisation::Snapshot;
use serde_json::Value;
use web::room::{Room, records};

/// A line as people read it.
pub(crate) struct Shown {
    /// The moment.
    pub(crate) at: String,
    /// Who, and on whose behalf.
    pub(crate) who: String,
    /// What was done.
    pub(crate) act: String,
    /// The record's code.
    pub(crate) code: String,
    /// Where the record stands.
    pub(crate) address: Option<String>,
    /// The unit whose work it is.
    pub(crate) unit: String,
    /// What was recorded: a name and a value.
    pub(crate) facts: Vec<(String, String)>,
}

impl Shown {
    /// The facts as one text, for a cell of a sheet.
    pub(crate) fn facts_in_one(&self) -> String {
        let facts: Vec<String> = self.facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        facts.join("; ")
    }
}

/// Puts lines into words.
pub(crate) struct Reader<'a> {
    /// The reader's language.
    pub(crate) texts: &'a Texts,
    /// Units by their names of today.
    pub(crate) names: &'a Snapshot,
    /// The rooms, whose records the lines are of.
    pub(crate) rooms: &'static [Room],
}

/// The key of an act's words: `programme.task.edit` is `act-programme-task-edit`.
pub(crate) fn act_key(act: &str) -> String {
    format!("act-{}", act.replace(['.', '_'], "-"))
}

impl Reader<'_> {
    /// One line.
    pub(crate) fn line(&self, line: &Line) -> Shown {
        let facts = serde_json::from_str(&line.facts).unwrap_or(Value::Null);
        let who = if line.on_behalf.is_empty() {
            line.actor.clone()
        } else {
            self.texts
                .with_all("audit-on-behalf", &[("who", line.actor.clone()), ("whom", line.on_behalf.clone())])
        };
        Shown {
            at: format::moment(line.at),
            who,
            act: self.act(line, &facts),
            code: line.code.clone(),
            address: room::address_of(records(self.rooms), &line.kind, &line.code),
            unit: line.unit.map(|unit| self.names.name(UnitId(unit))).unwrap_or_default(),
            facts: self.facts(&facts),
        }
    }

    /// A step of a task says which step; any other act has words of its own.
    fn act(&self, line: &Line, facts: &Value) -> String {
        if let Some(step) = facts.get("step").and_then(Value::as_str) {
            return self.known(&format!("step-{step}"), step);
        }
        self.known(&act_key(&line.act), &line.act)
    }

    fn known(&self, key: &str, otherwise: &str) -> String {
        if self.texts.knows(key) { self.texts.say(key) } else { otherwise.to_owned() }
    }

    fn facts(&self, facts: &Value) -> Vec<(String, String)> {
        let mut shown = Vec::new();
        for (name, value) in facts.as_object().into_iter().flatten() {
            if name == "step" || name == db::trail::KEPT {
                continue;
            }
            if let Some(words) = self.value(name, value).filter(|w| !w.is_empty()) {
                shown.push((self.known(&format!("fact-{}", name.replace('_', "-")), name), words));
            }
        }
        shown
    }

    /// A value in words; none when there is nothing to read in it.
    fn value(&self, name: &str, value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::Bool(yes) => Some(self.texts.say(if *yes { "audit-yes" } else { "audit-no" })),
            Value::Number(n) if name == "percent" => {
                n.as_i64().map(|n| format!("{}\u{a0}%", format::decimal(Decimal::new(n, 2).normalize())))
            }
            Value::Number(n) if matches!(name, "year" | "seq" | "row") => Some(n.to_string()),
            Value::Number(n) => Some(n.as_i64().map_or_else(|| n.to_string(), format::whole)),
            Value::String(text) => self.text(name, text),
            Value::Array(items) => {
                let words: Vec<String> = items.iter().filter_map(|item| self.value(name, item)).collect();
                Some(words.join(", "))
            }
            Value::Object(pair) if pair.contains_key("from") && pair.contains_key("to") => {
                let side = |key: &str| {
                    pair.get(key).and_then(|v| self.value(name, v)).unwrap_or_else(|| "–".to_owned())
                };
                Some(format!("{} → {}", side("from"), side("to")))
            }
            Value::Object(_) => {
                let facts = self.facts(value);
                Some(facts.iter().map(|(n, v)| format!("{n}: {v}")).collect::<Vec<_>>().join("; "))
            }
        }
    }

    fn text(&self, name: &str, text: &str) -> Option<String> {
        if let Ok(id) = text.parse::<Uuid>() {
            return self.names.unit(UnitId(id)).map(|unit| unit.name.clone());
        }
        if let Ok(day) = text.parse::<Date>() {
            return Some(format::date(day));
        }
        // A kind may be one of a unit, of a change of units, of a programme or of a target.
        let rooms: &[&str] = match name {
            "kind" => &["unit-kind", "change", "programme-kind", "kind"],
            "state" | "role" | "scope" | "stage" | "split" | "what" => &[name],
            _ => return Some(text.to_owned()),
        };
        let key = rooms.iter().map(|room| format!("{room}-{text}")).find(|key| self.texts.knows(key));
        Some(key.map_or_else(|| text.to_owned(), |key| self.texts.say(&key)))
    }
}
