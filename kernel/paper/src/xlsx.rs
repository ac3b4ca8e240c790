//! Reads a workbook part by part: values, number formats, merged areas, hidden rows and columns.
//!
//! Written here because the libraries looked at drop the number format and what is hidden, and both change what a
//! row means (`docs/decisions/0004-own-workbook-reader.md`). Formulas are never computed: the value that the program
//! saved is read. A sheet's claimed size is not believed; cells are counted as they come.

use crate::{
    Cell, MAX_ROWS, Sheet, SheetRow, Value,
    package::{Package, attribute, local},
    sheet::Merge,
    xlsx_styles::{self, Shows},
};
use base::{Date, Decimal, Refusal, Span};
use quick_xml::{Reader, events::Event};
use std::collections::HashMap;

const MAX_COLUMNS: usize = 300;
/// Merged columns over all areas of a sheet at most.
const MAX_MERGED: usize = 3_000_000;
const MAX_CELLS: usize = 3_000_000;
const MAX_SHEETS: usize = 200;
/// The last row of a sheet of Excel.
const LAST_ROW: u32 = 1_048_576;
/// A sheet of more bytes is counted before it is read.
const LARGE_PART: u64 = 8 * 1024 * 1024;

/// The text of a text event or of a character reference.
pub(crate) fn text_of(event: &Event<'_>) -> Option<String> {
    match event {
        Event::Text(t) => Some(t.to_string()),
        Event::CData(t) => Some(t.to_string()),
        Event::GeneralRef(r) => {
            let name: &str = r;
            let entity = format!("&{name};");
            // Only the predefined entities and character numbers: a document's own entities are not expanded.
            quick_xml::escape::unescape(&entity).ok().map(std::borrow::Cow::into_owned)
        }
        _ => None,
    }
}

fn damaged<E>(_: E) -> Refusal {
    Refusal::new("paper-damaged")
}

pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    let mut package = Package::open(bytes)?;
    let (names, epoch_1904) = workbook(&package.needed("xl/workbook.xml")?)?;
    let targets = relations(&package.part("xl/_rels/workbook.xml.rels")?.unwrap_or_default())?;
    let path_of = |relation: &str| {
        let target = targets.get(relation)?;
        Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
    };
    // A file that is too long is refused before a minute is spent on reading it.
    let mut rows = 0;
    for (_, relation, _) in names.iter().take(MAX_SHEETS) {
        let Some(path) = path_of(relation) else { continue };
        if package.size(&path) > LARGE_PART {
            rows += package.part(&path)?.map_or(0, |xml| filled_rows(&xml));
        }
        if rows > MAX_ROWS {
            return Err(too_long());
        }
    }
    let strings = match package.part("xl/sharedStrings.xml")? {
        Some(xml) => shared_strings(&xml)?,
        None => Vec::new(),
    };
    let styles = match package.part("xl/styles.xml")? {
        Some(xml) => xlsx_styles::read(&xml)?,
        None => Vec::new(),
    };
    let mut sheets = Vec::new();
    let mut budget = Budget { cells: MAX_CELLS, rows: MAX_ROWS };
    for (name, relation, hidden) in names.into_iter().take(MAX_SHEETS) {
        let Some(path) = path_of(&relation) else { continue };
        // A sheet that lies outside the file (an external link) is not there.
        let Some(xml) = package.part(&path)? else { continue };
        let context = Context { strings: &strings, styles: &styles, epoch_1904 };
        sheets.push(Sheet { hidden, ..worksheet(name, &xml, &context, &mut budget)? });
    }
    if sheets.iter().all(|s| s.rows.is_empty()) {
        return Err(Refusal::new("paper-empty"));
    }
    Ok(sheets)
}

/// Name, relation, whether hidden.
type Names = Vec<(String, String, bool)>;

fn workbook(xml: &[u8]) -> Result<(Names, bool), Refusal> {
    let mut reader = Reader::from_reader(xml);
    let (mut names, mut epoch_1904) = (Vec::new(), false);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(e) | Event::Empty(e) => match local(e.name().as_ref()) {
                "sheet" => {
                    let name = attribute(&e, "name").unwrap_or_default();
                    // The local name "id" also belongs to sheetId's neighbour r:id, which is the one meant.
                    let relation = e
                        .attributes()
                        .flatten()
                        .find(|a| a.key.as_ref().ends_with(":id"))
                        .map(|a| a.value.to_string());
                    let hidden = attribute(&e, "state").is_some_and(|state| state.contains("idden"));
                    names.push((name, relation.unwrap_or_default(), hidden));
                }
                "workbookPr" => {
                    epoch_1904 = attribute(&e, "date1904").is_some_and(|v| v == "1" || v == "true");
                }
                _ => {}
            },
            Event::Eof => return Ok((names, epoch_1904)),
            _ => {}
        }
    }
}

fn relations(xml: &[u8]) -> Result<HashMap<String, String>, Refusal> {
    let mut reader = Reader::from_reader(xml);
    let mut targets = HashMap::new();
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(e) | Event::Empty(e) if local(e.name().as_ref()) == "Relationship" => {
                let external = attribute(&e, "TargetMode").is_some_and(|m| m == "External");
                if let (Some(id), Some(target), false) =
                    (attribute(&e, "Id"), attribute(&e, "Target"), external)
                {
                    targets.insert(id, target);
                }
            }
            Event::Eof => return Ok(targets),
            _ => {}
        }
    }
}

fn shared_strings(xml: &[u8]) -> Result<Vec<String>, Refusal> {
    let mut reader = Reader::from_reader(xml);
    let mut strings = Vec::new();
    let mut current = String::new();
    let (mut in_text, mut phonetic) = (false, false);
    loop {
        let event = reader.read_event().map_err(damaged)?;
        match &event {
            Event::Start(e) => match local(e.name().as_ref()) {
                "si" => current.clear(),
                "t" => in_text = true,
                "rPh" => phonetic = true,
                _ => {}
            },
            Event::End(e) => match local(e.name().as_ref()) {
                "si" => strings.push(std::mem::take(&mut current)),
                "t" => in_text = false,
                "rPh" => phonetic = false,
                _ => {}
            },
            Event::Empty(e) if local(e.name().as_ref()) == "si" => strings.push(String::new()),
            Event::Eof => return Ok(strings),
            _ if in_text && !phonetic => current.extend(text_of(&event)),
            _ => {}
        }
    }
}

/// What may still be read of a file.
struct Budget {
    cells: usize,
    rows: usize,
}

fn too_long() -> Refusal {
    let most = i64::try_from(MAX_ROWS).unwrap_or(i64::MAX);
    Refusal::new("paper-too-long").with("max", base::format::whole(most))
}

/// Rows with anything in them, counted without reading what it is. Rows that only have a format are no rows.
fn filled_rows(xml: &[u8]) -> usize {
    let (mut count, mut is_open) = (0, false);
    for tag in xml.split(|byte| *byte == b'<') {
        let name = tag.split(|byte| matches!(byte, b' ' | b'>' | b'/')).next().unwrap_or_default();
        match name.rsplit(|byte| *byte == b':').next().unwrap_or_default() {
            b"row" => is_open = true,
            b"v" | b"t" | b"f" if is_open => {
                count += 1;
                is_open = false;
            }
            _ => {}
        }
    }
    count
}

struct Context<'a> {
    strings: &'a [String],
    styles: &'a [Shows],
    epoch_1904: bool,
}

#[derive(Default)]
struct Pending {
    column: usize,
    kind: String,
    shows: Shows,
    text: String,
    formula: bool,
    /// Whether a value is kept at all: a formula that nobody worked out has none.
    valued: bool,
}

fn worksheet(name: String, xml: &[u8], context: &Context<'_>, budget: &mut Budget) -> Result<Sheet, Refusal> {
    let mut reader = Reader::from_reader(xml);
    let mut sheet = Sheet { name, ..Sheet::default() };
    let mut row = SheetRow::default();
    let mut pending = Pending::default();
    let mut in_value = false;
    let mut next_column = 0;
    loop {
        let event = reader.read_event().map_err(damaged)?;
        match &event {
            Event::Start(e) | Event::Empty(e) => {
                let empty = matches!(event, Event::Empty(_));
                match local(e.name().as_ref()) {
                    "row" => {
                        let last = row.number;
                        let number = attribute(e, "r").and_then(|r| r.parse().ok());
                        let number = number.unwrap_or_else(|| last.saturating_add(1));
                        // No program makes a row further down; a walk over row numbers would never end.
                        if number > LAST_ROW {
                            return Err(Refusal::new("paper-damaged"));
                        }
                        row = SheetRow {
                            number,
                            hidden: attribute(e, "hidden").is_some_and(|v| v == "1" || v == "true"),
                            ..SheetRow::default()
                        };
                        next_column = 0;
                    }
                    "c" => {
                        let style: Option<usize> = attribute(e, "s").and_then(|s| s.parse().ok());
                        let column = attribute(e, "r").and_then(|r| column_of(&r)).unwrap_or(next_column);
                        if column >= MAX_COLUMNS && !empty {
                            return Err(Refusal::new("paper-too-wide").with("max", MAX_COLUMNS));
                        }
                        next_column = column + 1;
                        pending = Pending {
                            column,
                            kind: attribute(e, "t").unwrap_or_default(),
                            shows: style.and_then(|s| context.styles.get(s)).cloned().unwrap_or_default(),
                            ..Pending::default()
                        };
                    }
                    "f" => pending.formula = true,
                    "v" | "t" => {
                        in_value = !empty;
                        pending.valued = true;
                    }
                    "mergeCell" => sheet.merges.extend(attribute(e, "ref").and_then(|r| area(&r))),
                    "col" if attribute(e, "hidden").is_some_and(|v| v == "1" || v == "true") => {
                        let number = |name: &str| attribute(e, name).and_then(|v| v.parse::<usize>().ok());
                        if let (Some(min), Some(max)) = (number("min"), number("max")) {
                            sheet.hidden_columns.extend((min.max(1)..=max.min(MAX_COLUMNS)).map(|c| c - 1));
                        }
                    }
                    _ => {}
                }
            }
            Event::End(e) => match local(e.name().as_ref()) {
                "v" | "t" => in_value = false,
                "c" => {
                    if let Some(cell) = finish(&pending, context) {
                        budget.cells = budget.cells.checked_sub(1).ok_or_else(too_long)?;
                        row.cells.insert(pending.column, cell);
                    }
                }
                "row" if !row.cells.is_empty() => {
                    budget.rows = budget.rows.checked_sub(1).ok_or_else(too_long)?;
                    let number = row.number;
                    sheet.rows.push(std::mem::take(&mut row));
                    row.number = number;
                }
                _ => {}
            },
            Event::Eof => break,
            _ if in_value => pending.text.extend(text_of(&event)),
            _ => {}
        }
    }
    sheet.rows.sort_by_key(|r| r.number);
    sheet.merges.retain(|area| area.left <= area.right && area.right < MAX_COLUMNS);
    if sheet.merges.iter().map(|area| area.right - area.left + 1).sum::<usize>() > MAX_MERGED {
        return Err(too_long());
    }
    Ok(sheet)
}

fn finish(pending: &Pending, context: &Context<'_>) -> Option<Cell> {
    let text = pending.text.as_str();
    let value = match pending.kind.as_str() {
        // A program that writes formulas without working them out leaves nothing to read: no empty cell, a fault.
        _ if pending.formula && (!pending.valued || (text.trim().is_empty() && pending.kind != "str")) => {
            Value::Error("#CALC!".to_owned())
        }
        "s" => Value::Text(context.strings.get(text.trim().parse::<usize>().ok()?)?.clone()),
        "str" | "inlineStr" => Value::Text(text.to_owned()),
        "b" => Value::Bool(text.trim() == "1"),
        "e" => Value::Error(text.to_owned()),
        "d" => Value::Date(text.get(..10)?.parse().ok()?),
        _ => {
            let number = decimal(text.trim())?;
            if let Some((before, after)) = &pending.shows.year
                && let Some(day) = day(number, context.epoch_1904)
            {
                return Some(Cell::text(format!("{before}{}{after}", day.year())));
            }
            match pending.shows.date.then(|| day(number, context.epoch_1904)).flatten() {
                Some(day) => Value::Date(day),
                None => Value::Number(number),
            }
        }
    };
    if matches!(&value, Value::Text(text) if text.trim().is_empty()) {
        return None;
    }
    let minute = matches!(value, Value::Date(_)).then(|| minute(pending.kind.as_str(), text)).flatten();
    Some(Cell {
        value,
        percent: pending.shows.percent,
        without_day: pending.shows.without_day,
        minute,
        formula: pending.formula,
    })
}

/// A number as saved, without the noise that binary floats leave behind (`80.299999999999997`).
fn decimal(text: &str) -> Option<Decimal> {
    let number: Decimal = text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())?;
    Some(number.round_sf(14).unwrap_or(number).normalize())
}

fn day(serial: Decimal, epoch_1904: bool) -> Option<Date> {
    let days: i64 = serial.floor().try_into().ok()?;
    // Excel's 1900 calendar has a 29 February that never was; from March 1900 on, day 0 is 30 December 1899.
    let start = if epoch_1904 { Date::new(1904, 1, 1) } else { Date::new(1899, 12, 30) };
    start.ok()?.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The minute of the day in a date as saved; none for a day alone.
fn minute(kind: &str, text: &str) -> Option<u16> {
    if kind == "d" {
        let (hour, rest) = text.split_once('T')?.1.split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, rest.get(..2)?.parse().ok()?);
        return (hour < 24 && minute < 60).then_some(hour * 60 + minute);
    }
    let number = decimal(text.trim())?;
    let minutes = ((number - number.floor()) * Decimal::from(24 * 60)).round();
    u16::try_from(minutes).ok().filter(|minute| *minute > 0).map(|minute| minute.min(24 * 60 - 1))
}

fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_uppercase);
    let n = letters.fold(0usize, |n, b| n.saturating_mul(26).saturating_add(usize::from(b - b'A') + 1));
    n.checked_sub(1)
}

fn row_of(reference: &str) -> Option<u32> {
    reference.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse().ok()
}

fn area(reference: &str) -> Option<Merge> {
    let (from, to) = reference.split_once(':')?;
    Some(Merge { top: row_of(from)?, bottom: row_of(to)?, left: column_of(from)?, right: column_of(to)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_what_stands_in_them() {
        let xml = b"<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c><v>2</v></c></row>\
            <row r=\"2\" s=\"3\"/><row r=\"3\"><c r=\"A3\" s=\"1\"/></row>\
            <x:row r=\"4\"><x:c t=\"inlineStr\"><x:is><x:t>a</x:t></x:is></x:c></x:row></sheetData>";
        assert_eq!(filled_rows(xml), 2);
    }
}
