//! Finds a table by its headers, wherever it stands on a sheet, and reads its rows.
//!
//! A header may take two rows with merged cells; a row that only numbers the columns is passed over; hidden columns
//! never win over shown ones.

mod stack;

use crate::{Cell, Sheet, SheetRow};
use base::fold::fold;
use stack::Section;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

/// A column that a reader looks for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Its name in code, in `--map` files and in the wizard.
    pub name: &'static str,
    /// Folded headers, the most telling first. `=x` must be the whole header, `?x` too but gives way to any other
    /// header; `!x` is never this column; else it may be a part.
    pub headers: &'static [&'static str],
    /// Whether there is no table without it.
    pub needed: bool,
}

/// A table found on a sheet.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// The first header row's number.
    pub header_row: u32,
    /// The first row of data.
    pub first_row: u32,
    /// Where each wanted column stands.
    pub columns: BTreeMap<&'static str, usize>,
    /// The header of every column, as written.
    pub headers: BTreeMap<usize, String>,
    /// Tables further down the sheet, whose headers stand elsewhere or in another order.
    sections: Vec<Section>,
    /// Where ditto marks lead to, by row and column.
    ditto: RefCell<HashMap<(u32, usize), Option<u32>>>,
}

/// Header rows are looked for among this many rows.
const HEADER_WITHIN: usize = 60;

/// Finds the best table over all sheets: the one where most wanted columns are recognised.
pub fn find<'a>(sheets: &'a [Sheet], wanted: &[Wanted]) -> Option<Table<'a>> {
    // What is shown goes before what is hidden; then most columns; then a header whose second row tells more apart.
    type Rank = (bool, usize, usize);
    let mut best: Option<(Rank, Table<'a>)> = None;
    for sheet in sheets {
        for table in candidates(sheet, wanted) {
            let rank = (!sheet.hidden, table.columns.len(), table.different_headers());
            if best.as_ref().is_none_or(|(most, _)| rank > *most) {
                best = Some((rank, table));
            }
        }
    }
    best.map(|(_, table)| stack::with_sections(table, wanted))
}

/// The sheets, by name, that hold such a table besides the one that was chosen.
pub fn others(sheets: &[Sheet], wanted: &[Wanted], chosen: &Table<'_>) -> Vec<String> {
    sheets
        .iter()
        .filter(|sheet| !std::ptr::eq(*sheet, chosen.sheet))
        .filter(|sheet| !candidates(sheet, wanted).is_empty())
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// [`find`] with columns that a person named: wanted name → header as written. A header that stands on no row finds
/// nothing.
pub fn find_mapped<'a>(
    sheets: &'a [Sheet],
    wanted: &[Wanted],
    map: &BTreeMap<String, String>,
) -> Option<Table<'a>> {
    if map.is_empty() {
        return find(sheets, wanted);
    }
    let mut best: Option<Table<'a>> = None;
    for sheet in sheets {
        for table in header_rows(sheet) {
            let place = |header: &str| {
                let folded = fold(header);
                table.headers.iter().find(|(_, h)| fold(h) == folded).map(|(column, _)| *column)
            };
            let mut columns = BTreeMap::new();
            for want in wanted {
                if let Some(header) = map.get(want.name) {
                    columns.extend(place(header).map(|column| (want.name, column)));
                }
            }
            if columns.len()
                < map.keys().filter(|name| wanted.iter().any(|w| w.name == name.as_str())).count()
            {
                continue;
            }
            for (name, column) in assign(sheet, &table.headers, wanted) {
                if !columns.contains_key(name) && !columns.values().any(|c| *c == column) {
                    columns.insert(name, column);
                }
            }
            let is_whole = wanted.iter().all(|w| !w.needed || columns.contains_key(w.name));
            if is_whole && best.as_ref().is_none_or(|b| b.columns.len() < columns.len()) {
                best = Some(Table { columns, ..table });
            }
        }
    }
    best
}

/// The headers to choose from when a table is mapped by hand: those of the row that has most texts.
pub fn headers_of(sheets: &[Sheet]) -> Vec<String> {
    let rows = sheets.iter().flat_map(header_rows);
    let widest = rows.max_by_key(|table| (table.headers.len(), std::cmp::Reverse(table.header_row)));
    widest.map(|table| table.headers.into_values().collect()).unwrap_or_default()
}

/// Every row near the top that could be a header, with its texts.
fn header_rows(sheet: &Sheet) -> Vec<Table<'_>> {
    let near: Vec<&SheetRow> = sheet.rows.iter().take(HEADER_WITHIN).collect();
    headers_at(sheet, &near)
}

fn headers_at<'a>(sheet: &'a Sheet, rows: &[&SheetRow]) -> Vec<Table<'a>> {
    let mut out = Vec::new();
    for row in rows.iter().filter(|row| row.cells.len() >= 2) {
        for depth in [0, 1] {
            let (top, bottom) = (row.number, row.number + depth);
            if depth == 1 && !two_rows(sheet, top) {
                continue;
            }
            let headers = header_texts(sheet, top, bottom);
            let first_row = after_numbers(sheet, bottom + 1);
            out.push(Table {
                sheet,
                header_row: top,
                first_row,
                columns: BTreeMap::new(),
                headers,
                sections: Vec::new(),
                ditto: RefCell::default(),
            });
        }
    }
    out
}

fn candidates<'a>(sheet: &'a Sheet, wanted: &[Wanted]) -> Vec<Table<'a>> {
    recognised(header_rows(sheet), wanted)
}

/// The tables that begin on the given rows; of two readings of one header the one that tells more apart.
fn candidates_in<'a>(sheet: &'a Sheet, wanted: &[Wanted], rows: &[u32]) -> Vec<Table<'a>> {
    let rows: Vec<&SheetRow> =
        sheet.rows.iter().filter(|row| rows.binary_search(&row.number).is_ok()).collect();
    let mut found = recognised(headers_at(sheet, &rows), wanted);
    found.sort_by_key(|t| (t.header_row, std::cmp::Reverse((t.columns.len(), t.different_headers()))));
    found.dedup_by_key(|table| table.header_row);
    found
}

fn recognised<'a>(mut out: Vec<Table<'a>>, wanted: &[Wanted]) -> Vec<Table<'a>> {
    for table in &mut out {
        table.columns = assign(table.sheet, &table.headers, wanted);
    }
    out.retain(|table| wanted.iter().all(|w| !w.needed || table.columns.contains_key(w.name)));
    out
}

/// A header takes a second row when cells of the first reach into it or stand over several of its columns.
fn two_rows(sheet: &Sheet, top: u32) -> bool {
    sheet
        .merges
        .iter()
        .any(|m| m.top == top && (m.bottom == top + 1 || (m.bottom == top && m.left < m.right)))
}

fn header_texts(sheet: &Sheet, top: u32, bottom: u32) -> BTreeMap<usize, String> {
    let mut headers = BTreeMap::new();
    for column in 0..sheet.width() {
        let mut parts: Vec<String> = Vec::new();
        for row in top..=bottom {
            if let Some(text) = sheet.cell(row, column).map(Cell::line).filter(|t| !t.is_empty())
                && parts.last() != Some(&text)
            {
                parts.push(text);
            }
        }
        if !parts.is_empty() {
            headers.insert(column, parts.join(" / "));
        }
    }
    headers
}

fn assign(
    sheet: &Sheet,
    headers: &BTreeMap<usize, String>,
    wanted: &[Wanted],
) -> BTreeMap<&'static str, usize> {
    // (how telling, column, name): better matches choose first, so that "Đơn vị" does not take "Đơn vị tính".
    let mut matches: Vec<(u32, usize, &'static str)> = Vec::new();
    for (column, header) in headers {
        let whole = fold(header);
        let last = header.rsplit(" / ").next().map(fold).unwrap_or_default();
        // A sentence is not a header.
        if whole.split(' ').count() > 14 {
            continue;
        }
        for want in wanted {
            let is_other = |p: &&str| p.strip_prefix('!').is_some_and(|word| last.starts_with(word));
            if want.headers.iter().any(is_other) {
                continue;
            }
            for (rank, pattern) in want.headers.iter().enumerate() {
                let rank = u32::try_from(rank).unwrap_or(99);
                let is_whole = |words: &str| whole == words || last == words;
                let score = match pattern.split_at_checked(1) {
                    Some(("=", exact)) if is_whole(exact) => 1000,
                    Some(("?", exact)) if is_whole(exact) => 200,
                    Some(("=" | "?" | "!", _)) => continue,
                    _ if whole == *pattern || last == *pattern => 900,
                    _ if last.starts_with(pattern) || whole.starts_with(pattern) => 500,
                    _ if contains_words(&whole, pattern) => 300,
                    _ => continue,
                };
                let hidden = if sheet.hidden_columns.contains(column) { 2000 } else { 0 };
                matches.push((3000 + rank + hidden - score, *column, want.name));
            }
        }
    }
    matches.sort_unstable();
    let mut columns: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (_, column, name) in matches {
        if !columns.contains_key(name) && !columns.values().any(|c| *c == column) {
            columns.insert(name, column);
        }
    }
    columns
}

/// Marks that say "the same as above".
fn is_ditto(text: &str) -> bool {
    let bare = text.trim_matches(['-', '–', ' ', '.']);
    matches!(bare, "\"" | "''" | "“" | "”" | "〃" | "nt" | "Nt" | "NT") || fold(bare) == "nhu tren"
}

fn contains_words(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

/// Passes over a row such as `(1) (2) (3)` or `1 2 3`.
fn after_numbers(sheet: &Sheet, row: u32) -> u32 {
    let Some(found) = sheet.row(row) else { return row };
    let numbers: Vec<i64> = found
        .cells
        .values()
        .filter_map(|cell| cell.line().trim_matches(['(', ')', '[', ']']).parse().ok())
        .collect();
    let counts = 2 < numbers.len()
        && numbers.len() == found.cells.len()
        && numbers.windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1));
    if counts { row + 1 } else { row }
}

impl Table<'_> {
    /// How many headers differ from each other.
    fn different_headers(&self) -> usize {
        let texts: std::collections::BTreeSet<&String> = self.headers.values().collect();
        texts.len()
    }

    /// The text of a wanted column with what stands in the other columns under its merged header.
    pub fn joined(&self, row: u32, name: &str) -> String {
        let (columns, header_row) = self.at(row);
        let Some(column) = columns.get(name) else { return String::new() };
        let right = self.sheet.merged(header_row, *column).map_or(*column, |area| area.right);
        let parts: Vec<String> = (*column..=right)
            .filter_map(|at| self.sheet.cell(row, at).map(Cell::line))
            .filter(|text| !text.is_empty())
            .collect();
        parts.join(" ")
    }

    /// Whether the column shows a value that reaches down from a merged area begun in an earlier row.
    pub fn reaches_down(&self, row: u32, name: &str) -> bool {
        let Some(column) = self.at(row).0.get(name) else { return false };
        let area = self.sheet.merged(row, *column);
        area.is_some_and(|m| m.top < row && m.left == *column) && !self.line(row, name).is_empty()
    }

    /// The rows of data. A header repeated further down is passed over.
    pub fn rows(&self) -> impl Iterator<Item = &SheetRow> {
        self.sheet.rows.iter().filter(|row| {
            row.number >= self.first_row && !self.is_header(row.number) && !self.repeats_header(row)
        })
    }

    fn repeats_header(&self, row: &SheetRow) -> bool {
        let columns = self.at(row.number).0;
        let same = columns
            .values()
            .filter(|column| {
                let own = row.cells.get(column).map(|c| fold(&c.line()));
                let header = self.headers.get(column).map(|h| fold(h));
                own.is_some() && own == header
            })
            .count();
        same >= 2 && same * 2 > columns.len()
    }

    /// The first text of a row, in whatever column.
    pub fn label(&self, row: u32) -> String {
        self.sheet.row(row).and_then(|own| own.cells.values().next()).map(Cell::line).unwrap_or_default()
    }

    /// Whether the column was found.
    pub fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name) || self.sections.iter().any(|s| s.columns.contains_key(name))
    }

    /// The cell that shows in a wanted column of a row, merged areas included. A ditto mark shows what stands above.
    pub fn cell(&self, row: u32, name: &str) -> Option<&Cell> {
        let column = *self.at(row).0.get(name)?;
        self.sheet.cell(self.said_at(row, column)?, column)
    }

    /// The row in which a column says what it shows at a row: the row itself, or, for ditto marks, the first one above
    /// that is none. What was found is remembered, because a column may hold nothing but marks for thousands of rows.
    fn said_at(&self, row: u32, column: usize) -> Option<u32> {
        let (mut at, mut marks) = (row, Vec::new());
        let found = loop {
            let Some(cell) = self.sheet.cell(at, column) else { break None };
            if at <= self.first_row || !is_ditto(&cell.line()) {
                break Some(at);
            }
            if let Some(known) = self.ditto.borrow().get(&(at, column)) {
                break *known;
            }
            marks.push(at);
            // A heading between the rows has nothing in the column: what is repeated stands above it.
            let above = self.sheet.rows.partition_point(|row| row.number < at);
            let says = |row: &&SheetRow| {
                row.number >= self.first_row
                    && self.sheet.cell(row.number, column).is_some_and(|cell| !cell.line().is_empty())
            };
            let next = self.sheet.rows.get(..above).unwrap_or_default().iter().rev();
            match next.take_while(|row| row.number >= self.first_row).find(says) {
                Some(next) => at = next.number,
                None => break None,
            }
        };
        self.ditto.borrow_mut().extend(marks.into_iter().map(|mark| ((mark, column), found)));
        found
    }

    /// The headers of shown columns that nothing reads although something stands in them.
    pub fn unread(&self, also_read: &[usize]) -> Vec<String> {
        let is_read = |column: &usize| self.reads(*column) || also_read.contains(column);
        let mut open: BTreeMap<usize, &String> = self
            .headers
            .iter()
            .filter(|(column, _)| !is_read(column) && !self.sheet.hidden_columns.contains(column))
            .map(|(column, header)| (*column, header))
            .collect();
        let mut filled: BTreeSet<usize> = BTreeSet::new();
        for row in self.rows() {
            if open.is_empty() {
                break;
            }
            let found: Vec<usize> = row
                .cells
                .iter()
                .filter(|(column, cell)| open.contains_key(column) && !cell.line().is_empty())
                .map(|(column, _)| *column)
                .collect();
            for column in found {
                open.remove(&column);
                filled.insert(column);
            }
        }
        filled.iter().filter_map(|column| self.headers.get(column)).cloned().collect()
    }

    /// The cell stored in the row itself.
    pub fn own(&self, row: u32, name: &str) -> Option<&Cell> {
        self.sheet.own(row, *self.at(row).0.get(name)?)
    }

    /// The text of a wanted column on one line; empty when there is none.
    pub fn line(&self, row: u32, name: &str) -> String {
        self.cell(row, name).map(Cell::line).unwrap_or_default()
    }

    /// The text of a wanted column with its line breaks.
    pub fn lines(&self, row: u32, name: &str) -> String {
        self.cell(row, name).map(Cell::lines).unwrap_or_default()
    }

    /// Whether the value of the column comes from a merged area that begins in an earlier row.
    pub fn is_filled_down(&self, row: u32, name: &str) -> bool {
        self.own(row, name).is_none() && self.cell(row, name).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_file;

    const WANTED: &[Wanted] = &[
        Wanted { name: "unit", headers: &["don vi"], needed: true },
        Wanted { name: "measure", headers: &["don vi tinh", "dvt"], needed: false },
        Wanted { name: "plan", headers: &["ke hoach"], needed: true },
    ];

    #[test]
    fn headers_are_found_below_titles_and_repeated_ones_are_skipped() {
        let text = "BÁO CÁO,,\n,,\nSTT,Đơn vị tính,Đơn vị,Kế hoạch 2023\n1,%,Sở Nội vụ,5\nSTT,Đơn vị tính,Đơn vị,Kế hoạch 2023\n2,%,Sở Tư pháp,6\n";
        let sheets = csv_file::read(text.as_bytes()).unwrap();
        let table = find(&sheets, WANTED).unwrap();
        assert_eq!(table.header_row, 3);
        assert_eq!(table.columns.get("unit"), Some(&2));
        let units: Vec<String> = table.rows().map(|r| table.line(r.number, "unit")).collect();
        assert_eq!(units, ["Sở Nội vụ", "Sở Tư pháp"]);
    }

    #[test]
    fn a_bare_header_gives_way_and_a_beginning_is_no_end() {
        const TASKS: &[Wanted] = &[
            Wanted { name: "product", headers: &["san pham", "?ket qua"], needed: false },
            Wanted { name: "due", headers: &["=ket thuc", "thoi gian", "!bat dau"], needed: true },
        ];
        let columns = |head: &str| {
            let sheets = csv_file::read(format!("{head}\nx,y,z\n").as_bytes()).unwrap();
            find(&sheets, TASKS).map(|table| table.columns)
        };
        let both = columns("Kết quả,Thời gian,Sản phẩm dự kiến").unwrap();
        assert_eq!((both.get("product"), both.get("due")), (Some(&2), Some(&1)));
        assert_eq!(columns("Kết quả,Thời gian,Ghi chú").unwrap().get("product"), Some(&0));
        assert_eq!(columns("Bắt đầu,Kết thúc,Ghi chú").unwrap().get("due"), Some(&1));
        assert_eq!(columns("Kết quả,Bắt đầu,Ghi chú"), None);
    }

    #[test]
    fn a_ditto_mark_shows_what_stands_above_and_unread_columns_are_known() {
        let text = "STT,Đơn vị,Kế hoạch,Ghi chú\n1,Sở Nội vụ,5,x\n2,-nt-,6,\n3,nt,7,\n";
        let sheets = csv_file::read(text.as_bytes()).unwrap();
        let table = find(&sheets, WANTED).unwrap();
        assert!(table.rows().all(|r| table.line(r.number, "unit") == "Sở Nội vụ"));
        assert_eq!(table.unread(&[0]), ["Ghi chú"]);
    }
}
