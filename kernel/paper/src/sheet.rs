//! A sheet as a person sees it: rows with their numbers, cells with what they show, merged and hidden parts.

use base::{
    Date, Decimal,
    fold::{tidy, tidy_lines},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

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
    /// What is worked out once, when it is first asked, of a sheet that changes no more.
    pub(crate) shape: OnceLock<Shape>,
}

/// What would take a walk over the whole sheet for every row that is read.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    width: usize,
    /// The merged areas over a column, from the top down.
    merges: HashMap<usize, Vec<Merge>>,
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
        self.row(row)?.cells.get(&column)
    }

    fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| {
            let width =
                self.rows.iter().filter_map(|r| r.cells.keys().next_back()).max().map_or(0, |c| c + 1);
            let mut merges: HashMap<usize, Vec<Merge>> = HashMap::new();
            for area in &self.merges {
                for column in area.left..=area.right {
                    merges.entry(column).or_default().push(*area);
                }
            }
            for column in merges.values_mut() {
                column.sort_by_key(|area| area.top);
            }
            Shape { width, merges }
        })
    }

    /// The merged area around a place. Areas of one column do not overlap.
    pub fn merged(&self, row: u32, column: usize) -> Option<Merge> {
        let areas = self.shape().merges.get(&column)?;
        let above = areas.partition_point(|area| area.top <= row).checked_sub(1)?;
        areas.get(above).copied().filter(|area| row <= area.bottom)
    }

    /// The row with a number.
    pub fn row(&self, number: u32) -> Option<&SheetRow> {
        self.rows.get(self.rows.binary_search_by_key(&number, |r| r.number).ok()?)
    }

    /// One past the last column that holds something.
    pub fn width(&self) -> usize {
        self.shape().width
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
