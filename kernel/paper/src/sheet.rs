//! A sheet as a person sees it: rows with their numbers, cells with what they show, merged and hidden parts.

use base::{
    Date, Decimal,
    fold::{tidy, tidy_lines},
};
use std::collections::{BTreeMap, BTreeSet};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A date; its time of day is kept beside it.
    Date(Date),
    /// Yes or no.
    Bool(bool),
    /// An error such as `#REF!`.
    Error(String),
}

/// One cell that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it holds.
    pub value: Value,
    /// The number format shows percent.
    pub percent: bool,
    /// The date format shows no day (`mm/yyyy`).
    pub without_day: bool,
    /// The minute of the day of a date; none where it is a day alone.
    pub minute: Option<u16>,
    /// The value was computed by a formula.
    pub formula: bool,
}

impl Cell {
    /// A cell of plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::of(Value::Text(text.into()))
    }

    /// A plain cell.
    pub fn of(value: Value) -> Self {
        Self { value, percent: false, without_day: false, minute: None, formula: false }
    }

    /// The cell as one line of text, in NFC.
    pub fn line(&self) -> String {
        match &self.value {
            Value::Text(text) => tidy(text),
            Value::Number(n) => n.normalize().to_string(),
            Value::Date(day) => base::format::date(*day),
            Value::Bool(yes) => if *yes { "x" } else { "" }.to_owned(),
            Value::Error(code) => code.clone(),
        }
    }

    /// The cell's text with its line breaks, in NFC.
    pub fn lines(&self) -> String {
        match &self.value {
            Value::Text(text) => tidy_lines(text),
            _ => self.line(),
        }
    }
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct SheetRow {
    /// The number that the program shows beside it, from 1.
    pub number: u32,
    /// Whether it is hidden.
    pub hidden: bool,
    /// The cells that hold something, by column from 0.
    pub cells: BTreeMap<usize, Cell>,
}

/// A merged area, both ends included; rows by number, columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    /// First row.
    pub top: u32,
    /// Last row.
    pub bottom: u32,
    /// First column.
    pub left: usize,
    /// Last column.
    pub right: usize,
}

/// A sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows that hold something, in order.
    pub rows: Vec<SheetRow>,
    /// Merged areas.
    pub merges: Vec<Merge>,
    /// Hidden columns.
    pub hidden_columns: BTreeSet<usize>,
    /// Whether the sheet itself is hidden.
    pub hidden: bool,
}

impl Sheet {
    /// The cell at a row number and a column; inside a merged area, the cell that shows there.
    pub fn cell(&self, row: u32, column: usize) -> Option<&Cell> {
        if let Some(cell) = self.own(row, column) {
            return Some(cell);
        }
        let area = self.merged(row, column)?;
        self.own(area.top, area.left)
    }

    /// The cell that is stored at the place itself.
    pub fn own(&self, row: u32, column: usize) -> Option<&Cell> {
        let at = self.rows.binary_search_by_key(&row, |r| r.number).ok()?;
        self.rows.get(at)?.cells.get(&column)
    }

    /// The merged area around a place.
    pub fn merged(&self, row: u32, column: usize) -> Option<Merge> {
        self.merges
            .iter()
            .copied()
            .find(|m| (m.top..=m.bottom).contains(&row) && (m.left..=m.right).contains(&column))
    }

    /// One past the last column that holds something.
    pub fn width(&self) -> usize {
        self.rows.iter().filter_map(|r| r.cells.keys().next_back()).max().map_or(0, |c| c + 1)
    }

    /// All text of the first rows, one line a cell: titles, numbers and dates of the document stand there.
    pub fn head_text(&self, until_row: u32) -> Vec<String> {
        self.rows
            .iter()
            .take_while(|r| r.number < until_row)
            .flat_map(|r| r.cells.values().map(Cell::line))
            .filter(|line| !line.is_empty())
            .collect()
    }
}
