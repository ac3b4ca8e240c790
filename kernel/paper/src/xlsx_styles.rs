//! The part of a workbook's styles that changes what a number means: dates and percentages.

use crate::package::{attribute, local};
use base::Refusal;
use quick_xml::{Reader, events::Event};
use std::collections::HashMap;

/// What a cell style shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shows {
    pub(crate) date: bool,
    pub(crate) without_day: bool,
    pub(crate) percent: bool,
    /// A date of which only the year shows, and the words before and after it: `"Quý III/"yyyy`.
    pub(crate) year: Option<(String, String)>,
}

pub(crate) fn read(xml: &[u8]) -> Result<Vec<Shows>, Refusal> {
    let mut reader = Reader::from_reader(xml);
    let mut formats: HashMap<u32, String> = HashMap::new();
    let mut styles = Vec::new();
    let mut in_cell_styles = false;
    loop {
        match reader.read_event().map_err(|_| Refusal::new("paper-damaged"))? {
            Event::Start(e) | Event::Empty(e) if local(e.name().as_ref()) == "numFmt" => {
                let id = attribute(&e, "numFmtId").and_then(|v| v.parse().ok());
                if let (Some(id), Some(code)) = (id, attribute(&e, "formatCode")) {
                    formats.insert(id, code);
                }
            }
            Event::Start(e) if local(e.name().as_ref()) == "cellXfs" => in_cell_styles = true,
            Event::End(e) if local(e.name().as_ref()) == "cellXfs" => in_cell_styles = false,
            Event::Start(e) | Event::Empty(e) if in_cell_styles && local(e.name().as_ref()) == "xf" => {
                let id: u32 = attribute(&e, "numFmtId").and_then(|v| v.parse().ok()).unwrap_or(0);
                styles.push(shows(id, formats.get(&id).map(String::as_str)));
            }
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}

fn shows(id: u32, code: Option<&str>) -> Shows {
    match (id, code) {
        (9 | 10, _) => Shows { percent: true, ..Shows::default() },
        (17, _) => Shows { date: true, without_day: true, ..Shows::default() },
        (14..=16 | 22, _) => Shows { date: true, ..Shows::default() },
        (_, Some(code)) => by_code(code),
        _ => Shows::default(),
    }
}

/// Reads a format code, leaving out what stands in quotes, brackets and after a backslash.
fn by_code(code: &str) -> Shows {
    let mut bare = String::new();
    // What a person reads around the year.
    let (mut before, mut after) = (String::new(), String::new());
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                let words = if bare.contains('y') { &mut after } else { &mut before };
                words.extend(chars.by_ref().take_while(|c| *c != '"'));
            }
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            ';' => break,
            c => bare.extend(c.to_lowercase()),
        }
    }
    let (year, day, month) = (bare.contains('y'), bare.contains('d'), bare.contains('m'));
    let date = (year && (month || day)) || (day && month);
    let only_year = year && !month && !day && bare.trim().chars().all(|c| matches!(c, 'y' | ' ' | '/' | '@'));
    Shows {
        date,
        without_day: date && !day,
        percent: bare.contains('%'),
        year: only_year.then_some((before, after)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_dates_and_percentages() {
        let date = Shows { date: true, ..Shows::default() };
        for (code, shows) in [
            ("dd/mm/yyyy", date.clone()),
            ("[$-1010000]d/m/yyyy;@", date),
            ("mm/yyyy", Shows { date: true, without_day: true, ..Shows::default() }),
            ("yyyy", Shows { year: Some((String::new(), String::new())), ..Shows::default() }),
            (
                "\"Quý III/\"yyyy",
                Shows { year: Some(("Quý III/".to_owned(), String::new())), ..Shows::default() },
            ),
            ("0.0%", Shows { percent: true, ..Shows::default() }),
            ("#,##0", Shows::default()),
            ("\"ngày\" 0", Shows::default()),
            ("General", Shows::default()),
        ] {
            assert_eq!(by_code(code), shows, "{code}");
        }
    }
}
