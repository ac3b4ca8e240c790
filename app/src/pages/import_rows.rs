//! The rows of an import as a person reads them: names instead of codes, days as offices write them.

use base::{Date, texts::Texts};
use organisation::Snapshot;
use serde_json::Value;

/// A row of any kind of file.
pub(super) struct Row {
    /// Its number on the sheet.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// What else was read: the column's name, what stands there.
    pub facts: Vec<(String, String)>,
    /// `created`, `unchanged` …; empty when the kind has none.
    pub status: String,
}

/// A value as text: a number the Vietnamese way, nothing for null.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => match text.parse::<Date>() {
            Ok(day) if text.len() == 10 => base::format::date(day),
            _ => text.parse().map_or_else(|_| text.clone(), base::format::decimal),
        },
        Value::Number(n) => n.to_string().parse().map_or_else(|_| n.to_string(), base::format::decimal),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// The texts of a list, put together.
fn list(value: &Value) -> Vec<String> {
    value.as_array().map(|all| all.iter().map(plain).filter(|t| !t.is_empty()).collect()).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value.as_str().map(str::to_owned).unwrap_or_default()
}

/// A row of the report.
pub(super) fn shown(row: &Value, names: &Snapshot, texts: &Texts) -> Row {
    let unit = |code: &String| names.by_code(code).map_or_else(|| code.clone(), |unit| unit.name.clone());
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut tell = |key: &str, words: String| {
        if !words.is_empty() {
            facts.push((texts.say(key), words));
        }
    };
    let leads: Vec<String> = list(&row["lead"]).iter().map(unit).collect();
    if leads.is_empty() {
        tell("task-lead", plain(&row["lead_words"]));
    } else {
        tell("task-lead", leads.join("; "));
    }
    let mut support: Vec<String> = list(&row["support"]).iter().map(unit).collect();
    for group in row["support_groups"].as_array().into_iter().flatten() {
        support.push(plain(&group["as_written"]));
    }
    support.extend(list(&row["support_open"]));
    tell("task-support", support.join("; "));
    if let Some(deadline) = row["deadline"].as_object() {
        let of = |name: &str| deadline.get(name).unwrap_or(&Value::Null);
        let kind = texts.say(&format!("due-kind-{}", plain(of("kind"))));
        let (due, written) = (text(of("due")), plain(of("as_written")));
        let words = [written.clone(), if due == written { String::new() } else { due }, kind];
        tell("task-due", words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" → "));
    }
    tell("task-product", plain(&row["product"]));
    tell("task-clauses", list(&row["clauses"]).join(", "));
    for (name, key) in [("plan", "plan"), ("actual", "actual"), ("percent", "task-percent"), ("day", "day")] {
        tell(key, text(&row[name]));
    }
    // A plan for each year: of a target as written, of a unit as read.
    for (name, of) in [("years", "as_written"), ("values", "")] {
        let cells = row[name].as_object().into_iter().flatten();
        let said =
            cells.map(|(year, cell)| (year, if of.is_empty() { text(cell) } else { plain(&cell[of]) }));
        let said: Vec<String> = said
            .filter(|(_, words)| !words.is_empty())
            .map(|(year, words)| format!("{year}: {words}"))
            .collect();
        tell("plan", said.join(" · "));
    }
    for (name, key) in [
        ("words", "import-column-words"),
        ("measure", "target-measure"),
        ("goal_written", "target-goal"),
        ("code", "code"),
    ] {
        tell(key, plain(&row[name]));
    }
    let title = ["key", "title", "item", "name", "text"].iter().map(|name| plain(&row[*name]));
    let mut title: Vec<String> = title.filter(|t| !t.is_empty()).collect();
    let unit_named = plain(&row["unit"]);
    if !unit_named.is_empty() {
        title.insert(0, unit(&unit_named));
    }
    Row { number: text(&row["row"]), title: title.join(" · "), facts, status: plain(&row["status"]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_numbers_are_shown_as_offices_write_them() {
        assert_eq!(text(&serde_json::json!("2023-06-30")), "30/06/2023");
        assert_eq!(text(&serde_json::json!("85.5")), "85,5");
        assert_eq!(text(&serde_json::json!(1250)), "1.250");
        assert_eq!(text(&Value::Null), "");
    }
}
