//! Word's automatic list numbers: the label that a reader sees before a paragraph but that is not in its text.

use crate::package::{attribute, local};
use base::Refusal;
use quick_xml::{Reader, events::Event};
use std::collections::HashMap;

#[derive(Debug, Clone, Default)]
struct Level {
    format: String,
    text: String,
    start: i64,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    levels: HashMap<(String, usize), Level>,
    lists: HashMap<String, String>,
    /// The level of a list that belongs to a style.
    of_style: HashMap<(String, String), usize>,
    counts: HashMap<String, Vec<i64>>,
}

impl Numbering {
    pub(crate) fn read(xml: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader::from_reader(xml);
        let mut out = Self::default();
        let (mut list, mut number, mut level) = (String::new(), String::new(), 0usize);
        loop {
            match reader.read_event().map_err(|_| Refusal::new("paper-damaged"))? {
                Event::Start(e) | Event::Empty(e) => {
                    let value = || attribute(&e, "val").unwrap_or_default();
                    match local(e.name().as_ref()) {
                        "abstractNum" => list = attribute(&e, "abstractNumId").unwrap_or_default(),
                        "num" => number = attribute(&e, "numId").unwrap_or_default(),
                        "abstractNumId" => {
                            out.lists.insert(number.clone(), value());
                        }
                        "lvl" if number.is_empty() => {
                            level = attribute(&e, "ilvl").and_then(|v| v.parse().ok()).unwrap_or(0);
                            out.levels.entry((list.clone(), level)).or_default().start = 1;
                        }
                        "start" if number.is_empty() => {
                            if let Some(l) = out.levels.get_mut(&(list.clone(), level)) {
                                l.start = value().parse().unwrap_or(1);
                            }
                        }
                        "numFmt" => {
                            if let Some(l) = out.levels.get_mut(&(list.clone(), level)) {
                                l.format = value();
                            }
                        }
                        "pStyle" => {
                            out.of_style.insert((list.clone(), value()), level);
                        }
                        "lvlText" => {
                            if let Some(l) = out.levels.get_mut(&(list.clone(), level)) {
                                l.text = value();
                            }
                        }
                        _ => {}
                    }
                }
                Event::Eof => return Ok(out),
                _ => {}
            }
        }
    }

    /// The level at which a list numbers a style's paragraphs; the first unless it says otherwise.
    pub(crate) fn level_of(&self, number: &str, style: &str) -> usize {
        let list = self.lists.get(number).cloned().unwrap_or_default();
        self.of_style.get(&(list, style.to_owned())).copied().unwrap_or(0)
    }

    /// The label of the next paragraph in a list, such as `II.` or `đ)`; empty for bullets and unknown lists.
    pub(crate) fn label(&mut self, number: &str, level: usize) -> String {
        let Some(list) = self.lists.get(number) else { return String::new() };
        let Some(own) = self.levels.get(&(list.clone(), level)) else { return String::new() };
        let counts = self.counts.entry(list.clone()).or_default();
        counts.truncate(level + 1);
        while counts.len() <= level {
            let at = counts.len();
            let start = self.levels.get(&(list.clone(), at)).map_or(1, |l| l.start);
            counts.push(start - 1);
        }
        if let Some(last) = counts.last_mut() {
            *last += 1;
        }
        if own.format == "bullet" || own.format == "none" {
            return String::new();
        }
        let mut text = own.text.clone();
        for (i, n) in counts.iter().enumerate() {
            let format = self.levels.get(&(list.clone(), i)).map_or("decimal", |l| l.format.as_str());
            text = text.replace(&format!("%{}", i + 1), &written(*n, format));
        }
        text
    }
}

fn written(n: i64, format: &str) -> String {
    match format {
        "upperRoman" => roman(n),
        "lowerRoman" => roman(n).to_lowercase(),
        "upperLetter" => letter(n).to_uppercase(),
        "lowerLetter" => letter(n),
        _ => n.to_string(),
    }
}

fn letter(n: i64) -> String {
    let at = u8::try_from((n - 1).rem_euclid(26)).unwrap_or(0);
    char::from(b'a' + at).to_string()
}

fn roman(n: i64) -> String {
    const STEPS: [(i64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut left = n.clamp(0, 5000);
    let mut out = String::new();
    for (value, sign) in STEPS {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}
