//! Tables that stand below each other on one sheet: "A. Nhiệm vụ đột phá" with its header, "B. Nhiệm vụ khác" with another.

use super::{Table, Wanted, candidates_in, header_texts};
use base::fold::fold;
use std::collections::BTreeMap;

/// A further table of the sheet.
#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) header_row: u32,
    pub(super) first_row: u32,
    pub(super) columns: BTreeMap<&'static str, usize>,
    headers: BTreeMap<usize, String>,
}

/// A header says each thing in a few words.
const FEW: usize = 6;
/// Tables that stand below each other on one sheet at most: what is more is no stack of tables.
const MOST: usize = 200;

/// The table with those of its sheet that have their own headers, from the top down.
pub(super) fn with_sections<'a>(table: Table<'a>, wanted: &[Wanted]) -> Table<'a> {
    let sheet = table.sheet;
    let rows: Vec<u32> = sheet
        .rows
        .iter()
        .map(|row| row.number)
        .filter(|row| is_like_header(&table, *row, wanted))
        .take(MOST)
        .collect();
    let mut all: Vec<Table<'a>> = vec![table];
    for candidate in candidates_in(sheet, wanted, &rows) {
        let is_apart = |other: &Table<'_>| {
            candidate.header_row >= other.first_row || candidate.first_row <= other.header_row
        };
        if all.iter().all(is_apart) {
            all.push(candidate);
        }
    }
    all.sort_by_key(|table| table.header_row);
    let mut first = all.remove(0);
    for next in all {
        // A header repeated with the same columns is passed over where it stands.
        let before = first.sections.last().map_or(&first.columns, |section| &section.columns);
        if *before != next.columns {
            first.sections.push(Section {
                header_row: next.header_row,
                first_row: next.first_row,
                columns: next.columns,
                headers: next.headers,
            });
        }
    }
    first
}

/// Whether each needed column may have its header on the row: a few words that begin as offices write it.
fn is_like_header(table: &Table<'_>, row: u32, wanted: &[Wanted]) -> bool {
    if (table.header_row..table.first_row).contains(&row) {
        return false;
    }
    // Most rows have long words or few cells: those are told apart before anything is put together.
    let texts: Vec<String> = header_texts(table.sheet, row, row)
        .into_values()
        .filter(|text| text.split_whitespace().count() <= FEW)
        .map(|text| fold(&text))
        .filter(|text| text.split(' ').count() <= FEW)
        .collect();
    let names = |want: &Wanted| {
        let mut patterns = want.headers.iter().filter(|p| !p.starts_with('!'));
        patterns.any(|p| texts.iter().any(|text| text.starts_with(p.trim_start_matches(['=', '?']))))
    };
    wanted.iter().filter(|w| w.needed).all(names)
}

impl Table<'_> {
    /// The columns in force at a row, and the header row that they stand under.
    pub(super) fn at(&self, row: u32) -> (&BTreeMap<&'static str, usize>, u32) {
        let section = self.sections.iter().rev().find(|section| section.header_row <= row);
        section.map_or((&self.columns, self.header_row), |section| (&section.columns, section.header_row))
    }

    /// Whether a row is part of a further table's header.
    pub(super) fn is_header(&self, row: u32) -> bool {
        self.sections.iter().any(|section| (section.header_row..section.first_row).contains(&row))
    }

    /// Whether any of the tables reads a column.
    pub(super) fn reads(&self, column: usize) -> bool {
        let sections = self.sections.iter().map(|section| &section.columns);
        std::iter::once(&self.columns).chain(sections).any(|columns| columns.values().any(|c| *c == column))
    }

    /// The headers in force at a row, by column.
    pub fn headers_at(&self, row: u32) -> &BTreeMap<usize, String> {
        let section = self.sections.iter().rev().find(|section| section.header_row <= row);
        section.map_or(&self.headers, |section| &section.headers)
    }

    /// The header above a cell of a wanted column.
    pub fn header_of(&self, row: u32, name: &str) -> Option<&str> {
        let column = self.at(row).0.get(name)?;
        self.headers_at(row).get(column).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{csv_file, table::find};

    const WANTED: &[Wanted] = &[
        Wanted { name: "title", headers: &["nhiem vu"], needed: true },
        Wanted { name: "lead", headers: &["chu tri"], needed: true },
        Wanted { name: "support", headers: &["phoi hop"], needed: false },
        Wanted { name: "due", headers: &["thoi han"], needed: true },
    ];

    #[test]
    fn tables_below_each_other_are_read_each_by_its_own_header() {
        let text = "A. Nhiệm vụ đột phá,,,\nTT,Nhiệm vụ,Chủ trì,Thời hạn\n1,Một,Sở A,2023\n2,Hai,Sở B,2024\nB. Nhiệm vụ khác,,,\nTT,Nhiệm vụ,Thời hạn,Chủ trì,Phối hợp\n1,Ba,2025,Sở C,Sở D\n";
        let sheets = csv_file::read(text.as_bytes()).unwrap();
        let table = find(&sheets, WANTED).unwrap();
        let read: Vec<String> = table
            .rows()
            .filter(|row| row.cells.len() > 2)
            .map(|row| ["title", "lead", "due", "support"].map(|name| table.line(row.number, name)).join("|"))
            .collect();
        assert_eq!(read, ["Một|Sở A|2023|", "Hai|Sở B|2024|", "Ba|Sở C|2025|Sở D"]);
        assert!(table.has("support"));
    }
}
