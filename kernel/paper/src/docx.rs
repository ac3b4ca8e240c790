//! Reads a Word document as a person reads it: paragraphs with their automatic numbers, and tables.
//!
//! Inserted text counts, deleted text does not, footnotes stay out; how many of each there were is said.

use crate::{
    Cell, Sheet, SheetRow,
    docx_styles::Styles,
    numbering::Numbering,
    package::{Package, attribute, local},
    sheet::Merge,
    xlsx::text_of,
};
use base::{Refusal, fold::tidy_lines};
use quick_xml::{Reader, events::Event};

const MAX_BLOCKS: usize = 100_000;

/// A paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paragraph {
    /// The automatic number before the text, `II.`; empty when there is none.
    pub label: String,
    /// The text in NFC; soft line breaks are `\n`.
    pub text: String,
}

impl Paragraph {
    /// What the reader sees: label and text.
    pub fn shown(&self) -> String {
        if self.label.is_empty() { self.text.clone() } else { format!("{} {}", self.label, self.text) }
    }
}

/// A part of the body.
#[derive(Debug, Clone)]
pub enum Block {
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table; its cells hold the text of their paragraphs, one line each.
    Table(Sheet),
}

/// A document.
#[derive(Debug, Clone, Default)]
pub struct Docx {
    /// The body, in order.
    pub blocks: Vec<Block>,
    /// How many passages were marked as inserted; they count as text.
    pub insertions: usize,
    /// How many passages were marked as deleted; they are left out.
    pub deletions: usize,
    /// How many footnotes are referred to; their texts are left out.
    pub footnotes: usize,
}

impl Docx {
    /// The tables, each named after the last paragraphs before it.
    pub fn tables(&self) -> Vec<Sheet> {
        let mut out = Vec::new();
        let mut title: Vec<String> = Vec::new();
        for block in &self.blocks {
            match block {
                Block::Paragraph(p) if !p.text.trim().is_empty() => {
                    title.push(p.shown());
                    if title.len() > 3 {
                        title.remove(0);
                    }
                }
                Block::Paragraph(_) => {}
                Block::Table(sheet) => {
                    let mut sheet = sheet.clone();
                    sheet.name = title.join(" – ");
                    out.push(sheet);
                    title.clear();
                }
            }
        }
        out
    }
}

/// Reads the file.
///
/// # Errors
/// Refuses what is not a readable Word document.
pub fn read(bytes: &[u8]) -> Result<Docx, Refusal> {
    let mut package = Package::open(bytes)?;
    if !package.has("word/document.xml") {
        return Err(Refusal::new("paper-not-word"));
    }
    let numbering = match package.part("word/numbering.xml")? {
        Some(xml) => Numbering::read(&xml)?,
        None => Numbering::default(),
    };
    let styles = match package.part("word/styles.xml")? {
        Some(xml) => Styles::read(&xml)?,
        None => Styles::default(),
    };
    body(&package.needed("word/document.xml")?, numbering, styles)
}

/// A table being read; tables nest, and an inner one becomes text of the outer cell.
#[derive(Default)]
struct Open {
    sheet: Sheet,
    row: SheetRow,
    column: usize,
    span: usize,
    continues: bool,
    text: Vec<String>,
    /// Column → the row in which a vertical merge began.
    begun: std::collections::BTreeMap<usize, u32>,
}

#[derive(Default)]
struct State {
    out: Docx,
    tables: Vec<Open>,
    paragraph: Paragraph,
    list: Option<(String, usize)>,
    /// Whether the paragraph itself says that it has no number.
    unlisted: bool,
    style: String,
    /// Paragraphs that are not yet at their end: those to which a text box is anchored.
    anchors: Vec<(Paragraph, Option<(String, usize)>, bool, String)>,
    styles: Styles,
    in_text: bool,
    deleted: usize,
    fallback: usize,
}

fn body(xml: &[u8], mut numbering: Numbering, styles: Styles) -> Result<Docx, Refusal> {
    let mut reader = Reader::from_reader(xml);
    let mut state = State { styles, ..State::default() };
    loop {
        let event = reader.read_event().map_err(|_| Refusal::new("paper-damaged"))?;
        match &event {
            Event::Start(e) => state.start(local(e.name().as_ref()), e, false),
            Event::Empty(e) => {
                state.start(local(e.name().as_ref()), e, true);
                if local(e.name().as_ref()) == "p" {
                    state.end("p", &mut numbering);
                }
            }
            Event::End(e) => state.end(local(e.name().as_ref()), &mut numbering),
            Event::Eof => break,
            _ if state.in_text && state.deleted == 0 && state.fallback == 0 => {
                state.paragraph.text.extend(text_of(&event));
            }
            _ => {}
        }
        if state.out.blocks.len() > MAX_BLOCKS {
            return Err(Refusal::new("paper-too-long").with("max", MAX_BLOCKS));
        }
    }
    let shown = state.out.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(paragraph) => Some(paragraph.text.as_str()),
        Block::Table(_) => None,
    });
    crate::old_font::refuse(shown)?;
    let cells = state.out.blocks.iter().filter_map(|block| match block {
        Block::Table(sheet) => Some(sheet),
        Block::Paragraph(_) => None,
    });
    let cells = cells.flat_map(|sheet| &sheet.rows).flat_map(|row| row.cells.values());
    crate::old_font::refuse(cells.filter_map(|cell| match &cell.value {
        crate::Value::Text(text) => Some(text.as_str()),
        _ => None,
    }))?;
    if state.out.blocks.is_empty() {
        return Err(Refusal::new("paper-empty"));
    }
    Ok(state.out)
}

impl State {
    fn start(&mut self, name: &str, e: &quick_xml::events::BytesStart<'_>, empty: bool) {
        match name {
            "p" => {
                self.paragraph = Paragraph::default();
                self.list = None;
                self.unlisted = false;
                self.style.clear();
            }
            "txbxContent" if !empty => self.anchors.push((
                std::mem::take(&mut self.paragraph),
                self.list.take(),
                self.unlisted,
                std::mem::take(&mut self.style),
            )),
            "t" if !empty => self.in_text = true,
            "tab" if self.in_run() => self.paragraph.text.push('\t'),
            "br" | "cr" if self.in_run() => self.paragraph.text.push('\n'),
            "noBreakHyphen" if self.in_run() => self.paragraph.text.push('-'),
            "del" | "moveFrom" if !empty => {
                self.deleted += 1;
                self.out.deletions += 1;
            }
            "ins" | "moveTo" if !empty => self.out.insertions += 1,
            "Fallback" if !empty => self.fallback += 1,
            "footnoteReference" | "endnoteReference" => self.out.footnotes += 1,
            "pStyle" => self.style = attribute(e, "val").unwrap_or_default(),
            "numId" => {
                let id = attribute(e, "val").unwrap_or_default();
                self.unlisted = id == "0";
                let level = self.list.take().map_or(0, |(_, level)| level);
                self.list = (id != "0").then_some((id, level));
            }
            "ilvl" => {
                let level = attribute(e, "val").and_then(|v| v.parse().ok()).unwrap_or(0);
                self.list = Some((String::new(), level));
            }
            "tbl" => self.tables.push(Open::default()),
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    let number = table.row.number + 1;
                    table.row = SheetRow { number, ..SheetRow::default() };
                    table.column = 0;
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    (table.span, table.continues) = (1, false);
                    table.text.clear();
                }
            }
            "gridSpan" => {
                if let Some(table) = self.tables.last_mut() {
                    table.span = attribute(e, "val").and_then(|v| v.parse().ok()).unwrap_or(1).clamp(1, 200);
                }
            }
            "vMerge" => {
                let restarts = attribute(e, "val").is_some_and(|v| v == "restart");
                if let Some(table) = self.tables.last_mut() {
                    let (row, column) = (table.row.number, table.column);
                    if restarts {
                        table.begun.insert(column, row);
                    } else {
                        table.continues = true;
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether a mark stands in a run whose text counts. `w:tab` also names tab stops, which stand before any text.
    fn in_run(&self) -> bool {
        self.deleted == 0 && self.fallback == 0 && !self.paragraph.text.is_empty()
    }

    /// The list and level by which the paragraph is numbered: its own, else its style's.
    fn list_of(&mut self, numbering: &Numbering) -> Option<(String, usize)> {
        let own = self.list.take();
        if self.unlisted {
            return None;
        }
        match own {
            Some((number, level)) if !number.is_empty() => Some((number, level)),
            own => {
                let (number, level) = self.styles.list(&self.style)?;
                let level = own.map(|(_, level)| level).or(level);
                let level = level.unwrap_or_else(|| numbering.level_of(&number, &self.style));
                Some((number, level))
            }
        }
    }

    fn end(&mut self, name: &str, numbering: &mut Numbering) {
        match name {
            "t" => self.in_text = false,
            "txbxContent" => {
                if let Some(anchor) = self.anchors.pop() {
                    (self.paragraph, self.list, self.unlisted, self.style) = anchor;
                }
            }
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "Fallback" => self.fallback = self.fallback.saturating_sub(1),
            "p" => {
                let mut done = std::mem::take(&mut self.paragraph);
                done.text = tidy_lines(&done.text);
                if let Some((number, level)) = self.list_of(numbering)
                    && !done.text.is_empty()
                {
                    done.label = numbering.label(&number, level);
                }
                match self.tables.last_mut() {
                    Some(table) => table.text.push(done.shown()),
                    None => self.out.blocks.push(Block::Paragraph(done)),
                }
            }
            "tc" => {
                if let Some(table) = self.tables.last_mut() {
                    table.close_cell();
                }
            }
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    let number = table.row.number;
                    let row = std::mem::take(&mut table.row);
                    table.row.number = number;
                    table.sheet.rows.push(row);
                }
            }
            "tbl" => {
                if let Some(table) = self.tables.pop() {
                    match self.tables.last_mut() {
                        Some(outer) => outer
                            .text
                            .extend(table.sheet.rows.iter().flat_map(|r| r.cells.values().map(Cell::lines))),
                        None => self.out.blocks.push(Block::Table(table.sheet)),
                    }
                }
            }
            _ => {}
        }
    }
}

impl Open {
    fn close_cell(&mut self) {
        let (row, column, span) = (self.row.number, self.column, self.span);
        let text = self.text.join("\n");
        if self.continues {
            if let Some(top) = self.begun.get(&column).copied() {
                let right = column + span - 1;
                let area = Merge { top, bottom: row, left: column, right };
                self.sheet.merges.retain(|m| !(m.top == top && m.left == column));
                self.sheet.merges.push(area);
            }
        } else {
            if span > 1 && !self.begun.contains_key(&column) {
                self.sheet.merges.push(Merge {
                    top: row,
                    bottom: row,
                    left: column,
                    right: column + span - 1,
                });
            }
            if !text.trim().is_empty() {
                self.row.cells.insert(column, Cell::text(text));
            }
        }
        self.column += span;
    }
}
