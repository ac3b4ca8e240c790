//! Comma-separated text, as spreadsheets save it: UTF-8 with or without a mark, UTF-16, comma, semicolon or tab.

use crate::{Cell, MAX_ROWS, Sheet, SheetRow};
use base::Refusal;
use std::borrow::Cow;

const MAX_COLUMNS: usize = 300;

/// Decodes text. Anything but Unicode is refused: guessing between windows-1258, TCVN3 and VNI silently spoils names.
///
/// # Errors
/// Refuses other encodings and control characters.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let text: Cow<'_, str> = if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        std::str::from_utf8(rest).map_err(|_| Refusal::new("paper-encoding"))?.into()
    } else if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        utf16(rest, u16::from_le_bytes)?.into()
    } else if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        utf16(rest, u16::from_be_bytes)?.into()
    } else {
        std::str::from_utf8(bytes).map_err(|_| Refusal::new("paper-encoding"))?.into()
    };
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Refusal::new("paper-control"));
    }
    Ok(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Refusal> {
    let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(unit).collect();
    String::from_utf16(&units).map_err(|_| Refusal::new("paper-encoding"))
}

/// Reads the file as one sheet.
///
/// # Errors
/// Refuses other encodings, broken quoting, and sizes beyond the limits.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    let text = decode(bytes)?;
    // Titles above the table have no delimiters: the line that has most decides.
    let count = |c: char| text.lines().take(30).map(|line| line.matches(c).count()).max().unwrap_or(0);
    let delimiter = [(b',', count(',')), (b';', count(';')), (b'\t', count('\t'))]
        .into_iter()
        .max_by_key(|(_, n)| *n)
        .map_or(b',', |(d, _)| d);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut sheet = Sheet { name: "csv".to_owned(), ..Sheet::default() };
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|_| Refusal::new("paper-csv-row").with("row", i + 1))?;
        if record.len() > MAX_COLUMNS {
            return Err(Refusal::new("paper-too-wide").with("max", MAX_COLUMNS));
        }
        if sheet.rows.len() >= MAX_ROWS {
            return Err(Refusal::new("paper-too-long")
                .with("max", base::format::whole(i64::try_from(MAX_ROWS).unwrap_or(i64::MAX))));
        }
        let line = record.position().map_or(i + 1, |p| usize::try_from(p.line()).unwrap_or(i + 1));
        // Rows are numbered as a spreadsheet would number them, not by lines of text.
        let _ = line;
        let cells: std::collections::BTreeMap<usize, Cell> = record
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(c, text)| (c, Cell::text(unguarded(text))))
            .collect();
        if !cells.is_empty() {
            let number = u32::try_from(i + 1).unwrap_or(u32::MAX);
            sheet.rows.push(SheetRow { number, hidden: false, cells });
        }
    }
    if sheet.rows.is_empty() {
        return Err(Refusal::new("paper-empty"));
    }
    Ok(vec![sheet])
}

/// A text that a spreadsheet would run as a formula gets an apostrophe before it.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && base::number::parse(text).is_none() {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}
