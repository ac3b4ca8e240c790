//! The part of a Word document's styles that changes what a reader sees: which list a style numbers its paragraphs by.

use crate::package::{attribute, local};
use base::Refusal;
use quick_xml::{Reader, events::Event};
use std::collections::HashMap;

#[derive(Debug, Clone, Default)]
struct Style {
    based_on: String,
    list: Option<String>,
    level: Option<usize>,
}

/// Paragraph styles by their ids.
#[derive(Debug, Default)]
pub(crate) struct Styles(HashMap<String, Style>);

impl Styles {
    pub(crate) fn read(xml: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader::from_reader(xml);
        let mut out = Self::default();
        let mut id = String::new();
        loop {
            match reader.read_event().map_err(|_| Refusal::new("paper-damaged"))? {
                Event::Start(e) | Event::Empty(e) => {
                    let name = local(e.name().as_ref()).to_owned();
                    if name == "style" {
                        id = attribute(&e, "styleId").unwrap_or_default();
                    }
                    let value = || attribute(&e, "val").unwrap_or_default();
                    match name.as_str() {
                        "basedOn" => out.0.entry(id.clone()).or_default().based_on = value(),
                        "numId" => out.0.entry(id.clone()).or_default().list = Some(value()),
                        "ilvl" => out.0.entry(id.clone()).or_default().level = value().parse().ok(),
                        _ => {}
                    }
                }
                Event::Eof => return Ok(out),
                _ => {}
            }
        }
    }

    /// The list that numbers paragraphs of a style, and the level where the style names one.
    pub(crate) fn list(&self, style: &str) -> Option<(String, Option<usize>)> {
        let (mut at, mut level) = (style, None);
        // A chain of styles that bites its own tail ends here.
        for _ in 0..20 {
            let found = self.0.get(at)?;
            level = level.or(found.level);
            if let Some(list) = &found.list {
                return (list != "0").then(|| (list.clone(), level));
            }
            at = &found.based_on;
        }
        None
    }
}
