//! Word files with placeholders, `{{so_lieu.den_han}}`, filled with the figures and words of a report.
//!
//! A placeholder may be split over several runs, as Word likes to do; it takes the look of where it begins. One that is
//! written in capitals is filled in capitals. A row of a
//! table that names fields of a list, `{{don_vi.ten}}`, is repeated for every item of the list.

use crate::package::Package;
use base::{Refusal, fold::nfc};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _, Write as _},
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Fields by their names.
pub type Fields = BTreeMap<String, String>;

/// What a template is filled with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Data {
    /// Single values.
    pub fields: Fields,
    /// Lists, whose fields are named `list.field`.
    pub lists: BTreeMap<String, Vec<Fields>>,
    /// The names of the fields of each list, known even when the list is empty.
    pub columns: BTreeMap<String, Vec<String>>,
}

/// A tag with its brackets, or the text between two tags, still escaped.
#[derive(Debug, Clone, Copy)]
enum Piece<'x> {
    Tag(&'x str),
    Text(&'x str),
}

fn pieces(xml: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (text, tail) = rest.split_at(at);
        if !text.is_empty() {
            out.push(Piece::Text(text));
        }
        let end = tail.find('>').map_or(tail.len(), |end| end + 1);
        let (tag, tail) = tail.split_at(end);
        out.push(Piece::Tag(tag));
        rest = tail;
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

/// Whether a tag opens an element of a name and has something inside.
fn opens(tag: &str, name: &str) -> bool {
    let Some(rest) = tag.strip_prefix('<').and_then(|t| t.strip_prefix(name)) else { return false };
    rest.starts_with(['>', ' ', '\t', '\n']) && !tag.ends_with("/>")
}

fn closes(tag: &str, name: &str) -> bool {
    tag.strip_prefix("</").and_then(|t| t.strip_suffix('>')).is_some_and(|t| t.trim() == name)
}

/// The place after the tag that closes the element opened at the beginning.
fn end_of(pieces: &[Piece<'_>], name: &str) -> usize {
    let mut depth = 0_usize;
    for (at, piece) in pieces.iter().enumerate() {
        if let Piece::Tag(tag) = piece {
            if opens(tag, name) {
                depth += 1;
            } else if closes(tag, name) {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
        }
    }
    pieces.len()
}

/// The places of the texts that are shown.
fn shown(pieces: &[Piece<'_>]) -> Vec<usize> {
    let mut inside = false;
    let mut out = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Tag(tag) if opens(tag, "w:t") => inside = true,
            Piece::Tag(tag) if closes(tag, "w:t") => inside = false,
            Piece::Text(_) if inside => out.push(at),
            Piece::Tag(_) | Piece::Text(_) => {}
        }
    }
    out
}

fn text_at<'x>(pieces: &[Piece<'x>], at: usize) -> &'x str {
    match pieces.get(at) {
        Some(Piece::Text(text)) => text,
        _ => "",
    }
}

fn joined(pieces: &[Piece<'_>]) -> String {
    shown(pieces).into_iter().map(|at| text_at(pieces, at)).collect()
}

/// The placeholders in a text: where each begins and ends, and its name.
fn names_in(text: &str) -> Result<Vec<(usize, usize, String)>, Refusal> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|t| t.find("{{")).map(|at| at + from) {
        let rest = text.get(at..).unwrap_or_default();
        let Some(end) = rest.find("}}") else {
            let words: String = rest.chars().take(30).collect();
            return Err(Refusal::new("paper-placeholder-open").at("template").with("words", words));
        };
        let name = rest.get(2..end).unwrap_or_default().trim().to_owned();
        out.push((at, at + end + 2, name));
        from = at + end + 2;
    }
    Ok(out)
}

fn escaped(text: &str) -> String {
    let plain = nfc(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    plain.replace('\n', "</w:t><w:br/><w:t xml:space=\"preserve\">")
}

struct Filler<'d> {
    data: &'d Data,
    unknown: BTreeSet<String>,
}

impl Filler<'_> {
    fn value(&mut self, written: &str, item: Option<(&str, &Fields)>) -> String {
        let name = written.to_lowercase();
        let is_loud = name != written && !written.chars().any(char::is_lowercase);
        let value = self.plain(&name, item);
        if is_loud { value.to_uppercase() } else { value }
    }

    fn plain(&mut self, name: &str, item: Option<(&str, &Fields)>) -> String {
        if let (Some((list, fields)), Some((of, field))) = (item, name.split_once('.'))
            && list == of
            && let Some(value) = fields.get(field)
        {
            return value.clone();
        }
        if let Some(value) = self.data.fields.get(name) {
            return value.clone();
        }
        self.unknown.insert(name.to_owned());
        String::new()
    }

    /// The list whose fields a row names.
    fn list_of(&self, row: &[Piece<'_>]) -> Result<Option<String>, Refusal> {
        let names = names_in(&joined(row))?;
        Ok(names.into_iter().find_map(|(_, _, name)| {
            let name = name.to_lowercase();
            let (list, field) = name.split_once('.')?;
            let known = self.data.columns.get(list)?.iter().any(|column| column == field);
            (known && !self.data.fields.contains_key(&name)).then(|| list.to_owned())
        }))
    }

    fn fill(
        &mut self,
        pieces: &[Piece<'_>],
        item: Option<(&str, &Fields)>,
        out: &mut String,
    ) -> Result<(), Refusal> {
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            let rest = pieces.get(at..).unwrap_or_default();
            match piece {
                Piece::Tag(tag) if opens(tag, "w:tr") && item.is_none() => {
                    let end = end_of(rest, "w:tr");
                    let row = rest.get(..end).unwrap_or_default();
                    let inner = row.get(1..).unwrap_or_default();
                    match self.list_of(row)? {
                        Some(list) => {
                            for fields in self.data.lists.get(&list).into_iter().flatten() {
                                out.push_str(tag);
                                self.fill(inner, Some((&list, fields)), out)?;
                            }
                        }
                        None => {
                            out.push_str(tag);
                            self.fill(inner, None, out)?;
                        }
                    }
                    at += end;
                }
                Piece::Tag(tag) if opens(tag, "w:p") => {
                    let end = end_of(rest, "w:p");
                    self.paragraph(rest.get(..end).unwrap_or_default(), item, out)?;
                    at += end;
                }
                Piece::Tag(text) | Piece::Text(text) => {
                    out.push_str(text);
                    at += 1;
                }
            }
        }
        Ok(())
    }

    fn paragraph(
        &mut self,
        pieces: &[Piece<'_>],
        item: Option<(&str, &Fields)>,
        out: &mut String,
    ) -> Result<(), Refusal> {
        let texts = shown(pieces);
        let names = names_in(&joined(pieces))?;
        // What each text becomes: a placeholder's value stands where it begins, the rest of it is gone.
        let mut begins = 0;
        let mut made: BTreeMap<usize, String> = BTreeMap::new();
        let values: Vec<(usize, usize, String)> =
            names.into_iter().map(|(from, to, name)| (from, to, escaped(&self.value(&name, item)))).collect();
        for at in texts {
            let text = text_at(pieces, at);
            let ends = begins + text.len();
            let mut new = String::new();
            let mut kept = begins;
            for (from, to, value) in values.iter().filter(|(from, to, _)| *from < ends && begins < *to) {
                if kept < *from {
                    new.push_str(text.get(kept - begins..from - begins).unwrap_or_default());
                }
                if begins <= *from {
                    new.push_str(value);
                }
                kept = (*to).min(ends);
            }
            new.push_str(text.get(kept - begins..).unwrap_or_default());
            made.insert(at, new);
            begins = ends;
        }
        for (at, piece) in pieces.iter().enumerate() {
            match (piece, made.get(&at)) {
                (_, Some(text)) => out.push_str(text),
                (Piece::Tag(tag), None) if *tag == "<w:t>" => out.push_str("<w:t xml:space=\"preserve\">"),
                (Piece::Tag(text) | Piece::Text(text), None) => out.push_str(text),
            }
        }
        Ok(())
    }
}

/// The parts of a Word file in which words stand.
fn has_words(name: &str) -> bool {
    name == "word/document.xml"
        || ["word/header", "word/footer"].iter().any(|begin| name.starts_with(begin))
            && name.ends_with(".xml")
}

/// Fills a template. The same template and data always give the same bytes.
///
/// # Errors
/// Refuses what is no Word file, a placeholder that is not closed, and placeholders that nothing fills: by name.
pub fn fill(template: &[u8], data: &Data) -> Result<Vec<u8>, Refusal> {
    let damaged = || Refusal::new("paper-not-word").at("template");
    // The limits of any file that is read.
    let mut package = Package::open(template)?;
    package.needed("word/document.xml").map_err(|_| damaged())?;
    let mut filler = Filler { data, unknown: BTreeSet::new() };
    let mut from = ZipArchive::new(Cursor::new(template)).map_err(|_| damaged())?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    for at in 0..from.len() {
        let mut part = from.by_index(at).map_err(|_| damaged())?;
        let name = part.name().map_err(|_| damaged())?.into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).map_err(|_| damaged())?;
        if has_words(&name) {
            let xml = String::from_utf8(content).map_err(|_| damaged())?;
            let mut out = String::with_capacity(xml.len());
            filler.fill(&pieces(&xml), None, &mut out)?;
            content = out.into_bytes();
        }
        to.start_file(name, how).map_err(|_| damaged())?;
        to.write_all(&content).map_err(|_| damaged())?;
    }
    if !filler.unknown.is_empty() {
        let names: Vec<String> = filler.unknown.iter().map(|name| format!("{{{{{name}}}}}")).collect();
        return Err(Refusal::new("paper-placeholder").at("template").with("names", names.join(", ")));
    }
    Ok(to.finish().map_err(|_| damaged())?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use docx_rs::{Docx, Paragraph, Run, Table, TableCell, TableRow};

    fn word(paragraphs: &[&[&str]], row: &[&str]) -> Vec<u8> {
        let mut doc = Docx::new();
        for runs in paragraphs {
            let paragraph =
                runs.iter().fold(Paragraph::new(), |p, text| p.add_run(Run::new().add_text(*text)));
            doc = doc.add_paragraph(paragraph);
        }
        let cells = row
            .iter()
            .map(|text| TableCell::new().add_paragraph(Paragraph::new().add_run(Run::new().add_text(*text))));
        doc = doc.add_table(Table::new(vec![TableRow::new(cells.collect())]));
        let mut out = Cursor::new(Vec::new());
        doc.build().pack(&mut out).unwrap();
        out.into_inner()
    }

    fn data() -> Data {
        let fields = |pairs: &[(&str, &str)]| -> Fields {
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
        };
        Data {
            fields: fields(&[("ky", "quý I năm 2023"), ("so_lieu.den_han", "24"), ("loi", "một\nhai & ba")]),
            lists: BTreeMap::from([(
                "don_vi".to_owned(),
                vec![fields(&[("ten", "Quận A")]), fields(&[("ten", "Quận B")])],
            )]),
            columns: BTreeMap::from([("don_vi".to_owned(), vec!["ten".to_owned()])]),
        }
    }

    fn read(bytes: &[u8]) -> String {
        let doc = crate::docx::read(bytes).unwrap();
        let lines = doc.blocks.iter().map(|block| match block {
            crate::docx::Block::Paragraph(p) => p.shown(),
            crate::docx::Block::Table(sheet) => {
                let rows = sheet
                    .rows
                    .iter()
                    .map(|r| r.cells.values().map(crate::Cell::line).collect::<Vec<_>>().join("|"));
                rows.collect::<Vec<_>>().join("/")
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn placeholders_are_filled_wherever_word_has_split_them() {
        let template = word(
            &[&["Báo cáo {", "{k", "y}} có {{ so_lieu.den_han }} việc, {{KY}}."], &["{{loi}}"]],
            &["{{don_vi.ten}}", "trong {{ky}}"],
        );
        let filled = fill(&template, &data()).unwrap();
        assert_eq!(filled, fill(&template, &data()).unwrap());
        let text = read(&filled);
        assert!(text.contains("Báo cáo quý I năm 2023 có 24 việc, QUÝ I NĂM 2023."), "{text}");
        assert!(text.contains("hai & ba"), "{text}");
        assert!(text.contains("Quận A|trong quý I năm 2023/Quận B|trong quý I năm 2023"), "{text}");
    }

    #[test]
    fn what_nothing_fills_is_named() {
        let wrong = fill(&word(&[&["{{khong_co}} {{ky}} {{don_vi.tuoi}}"]], &["x"]), &data()).unwrap_err();
        assert_eq!(wrong.key, "paper-placeholder");
        assert_eq!(wrong.args, [("names", "{{don_vi.tuoi}}, {{khong_co}}".to_owned())]);
        let open = fill(&word(&[&["{{ky chưa đóng"]], &["x"]), &data()).unwrap_err();
        assert_eq!(open.key, "paper-placeholder-open");
        assert_eq!(fill(b"khong phai", &data()).unwrap_err().key, "paper-damaged");
    }
}
