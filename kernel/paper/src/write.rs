//! Writes lists as workbooks and CSV files that the imports read back.

use crate::csv_file::guarded;
use anyhow::Context as _;
use base::{Date, Decimal};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook};

/// A cell to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// Nothing.
    Empty,
    /// Text; never a formula, whatever it begins with.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A day.
    Date(Date),
}

impl From<&str> for Out {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for Out {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

impl From<i64> for Out {
    fn from(n: i64) -> Self {
        Self::Number(n.into())
    }
}

impl From<Decimal> for Out {
    fn from(n: Decimal) -> Self {
        Self::Number(n)
    }
}

impl From<Date> for Out {
    fn from(day: Date) -> Self {
        Self::Date(day)
    }
}

impl<T: Into<Out>> From<Option<T>> for Out {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A list to write.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The sheet's name.
    pub name: String,
    /// Column headers.
    pub headers: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Out>>,
    /// What the second sheet says: filter, cut-off time, number of rows; pairs of name and value.
    pub about: Vec<(String, String)>,
}

impl List {
    /// The list as a workbook.
    ///
    /// # Errors
    /// When it is larger than a sheet can be.
    pub fn xlsx(&self) -> anyhow::Result<Vec<u8>> {
        if self.rows.iter().flatten().any(|cell| pieces(cell) > 1) {
            return self.spread().xlsx();
        }
        let mut book = Workbook::new();
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00EC_EAE3))
            .set_border(FormatBorder::Thin);
        let wrap = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let day = Format::new().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Top);
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&self.name))?;
        for (c, header) in self.headers.iter().enumerate() {
            let c = u16::try_from(c)?;
            sheet.write_string_with_format(0, c, header, &head)?;
            sheet.set_column_width(c, width(self, usize::from(c)))?;
        }
        for (r, row) in self.rows.iter().enumerate() {
            let r = u32::try_from(r + 1)?;
            for (c, cell) in row.iter().enumerate() {
                let c = u16::try_from(c)?;
                match cell {
                    Out::Empty => {}
                    Out::Text(text) => {
                        sheet.write_string_with_format(r, c, text, &wrap)?;
                    }
                    Out::Number(n) => {
                        let n: f64 = n.to_string().parse().context("a number for a cell")?;
                        sheet.write_number_with_format(r, c, n, &wrap)?;
                    }
                    Out::Date(d) => {
                        let at = ExcelDateTime::from_ymd(
                            u16::try_from(d.year())?,
                            u8::try_from(d.month())?,
                            u8::try_from(d.day())?,
                        )?;
                        sheet.write_datetime_with_format(r, c, &at, &day)?;
                    }
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        if !self.about.is_empty() {
            let about = book.add_worksheet();
            about.set_name("Thông tin")?;
            about.set_column_width(0, 28)?;
            about.set_column_width(1, 80)?;
            for (r, (name, value)) in self.about.iter().enumerate() {
                let r = u32::try_from(r)?;
                about.write_string(r, 0, name)?;
                about.write_string(r, 1, value)?;
            }
        }
        Ok(book.save_to_buffer()?)
    }

    /// The list with texts that no cell can hold gone on with in columns of their own, on the right, so that nothing of
    /// them is lost and every other column stays where it is.
    fn spread(&self) -> Self {
        let mut list = self.clone();
        for column in 0..self.headers.len() {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            let most = cells.map(pieces).max().unwrap_or(1);
            for place in 1..most {
                let header = self.headers.get(column).map_or("", String::as_str);
                list.headers.push(format!("{header} ({})", place + 1));
                for (row, from) in list.rows.iter_mut().zip(&self.rows) {
                    row.resize(list.headers.len() - 1, Out::Empty);
                    row.push(from.get(column).map_or(Out::Empty, |cell| piece(cell, place)));
                }
            }
            for (row, from) in list.rows.iter_mut().zip(&self.rows) {
                if let (Some(cell), Some(whole)) = (row.get_mut(column), from.get(column)) {
                    *cell = piece(whole, 0);
                }
            }
        }
        list
    }

    /// The list as CSV: UTF-8 with a mark, so that Excel opens it right.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn csv(&self) -> anyhow::Result<Vec<u8>> {
        let mut out = b"\xef\xbb\xbf".to_vec();
        let mut writer = csv::Writer::from_writer(&mut out);
        writer.write_record(self.headers.iter().map(|h| guarded(h).into_owned()))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell {
                Out::Empty => String::new(),
                Out::Text(text) => guarded(text).into_owned(),
                Out::Number(n) => base::format::decimal(*n).replace('.', ""),
                Out::Date(day) => base::format::date(*day),
            }))?;
        }
        writer.flush()?;
        drop(writer);
        Ok(out)
    }
}

/// What a cell of a workbook holds at most is 32,767 units of UTF-16.
const MOST_OF_A_CELL: usize = 32_000;

/// The text in pieces that each fit into a cell.
fn split(text: &str) -> Vec<&str> {
    let (mut found, mut begin, mut units) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        if units + c.len_utf16() > MOST_OF_A_CELL {
            found.extend(text.get(begin..at));
            (begin, units) = (at, 0);
        }
        units += c.len_utf16();
    }
    found.extend(text.get(begin..));
    found
}

/// How many cells a cell takes.
fn pieces(cell: &Out) -> usize {
    match cell {
        Out::Text(text) if text.len() > MOST_OF_A_CELL => split(text).len(),
        _ => 1,
    }
}

fn piece(cell: &Out, place: usize) -> Out {
    match cell {
        Out::Text(text) if text.len() > MOST_OF_A_CELL => {
            split(text).get(place).map_or(Out::Empty, |part| (*part).into())
        }
        whole if place == 0 => whole.clone(),
        _ => Out::Empty,
    }
}

fn sheet_name(name: &str) -> String {
    let name: String = name.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).take(31).collect();
    if name.trim().is_empty() { "Danh sách".to_owned() } else { name }
}

fn width(list: &List, column: usize) -> f64 {
    let longest = list
        .rows
        .iter()
        .take(200)
        .filter_map(|row| row.get(column))
        .map(|cell| match cell {
            Out::Empty => 0,
            Out::Text(text) => text.chars().count(),
            Out::Number(_) | Out::Date(_) => 12,
        })
        .max()
        .unwrap_or(0);
    let chars = longest.clamp(10, 60);
    f64::from(u32::try_from(chars).unwrap_or(60)) + 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_no_cell_is_a_formula() {
        let list = List {
            name: "Việc".to_owned(),
            headers: vec!["Tên".to_owned(), "Số".to_owned(), "Ngày".to_owned()],
            rows: vec![vec![
                "=1+1".into(),
                Out::Number(Decimal::new(12345, 1)),
                Date::constant(2023, 4, 19).into(),
            ]],
            about: vec![],
        };
        for bytes in [list.xlsx().unwrap(), list.csv().unwrap()] {
            let sheets = crate::sheets(&bytes).unwrap();
            let cell = |c| sheets[0].cell(2, c).unwrap();
            assert_eq!(cell(0).line(), "=1+1");
            assert!(!cell(0).formula);
            assert_eq!(base::number::parse(&cell(1).line().replace('.', ",")), Some(Decimal::new(12345, 1)));
            assert_eq!(cell(2).line(), "19/04/2023");
        }
    }
}
