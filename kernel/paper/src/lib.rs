//! Files of offices: workbooks, comma-separated lists and Word documents.
//!
//! Reading is bounded in memory and follows no link out of the file; whatever cannot be read is a refusal that says
//! what to do. A workbook, a CSV file and the tables of a Word document all become [`Sheet`]s, so that one reader of
//! tables serves all three. Nothing here knows what the columns mean.

pub mod csv_file;
pub mod docx;
mod docx_styles;
pub mod letter;
mod numbering;
mod old_font;
mod package;
pub mod sheet;
pub mod table;
pub mod template;
pub mod write;
mod xlsx;
mod xlsx_styles;

use base::Refusal;
pub use sheet::{Cell, Sheet, SheetRow, Value};

/// The texts of this crate: refusals of files.
pub const TEXTS: base::texts::RoomTexts = base::texts::RoomTexts {
    room: "paper",
    vi: include_str!("../texts/vi.ftl"),
    en: include_str!("../texts/en.ftl"),
};

/// The largest file taken, in bytes.
pub const MAX_FILE: usize = 50 * 1024 * 1024;

/// The most rows of a file that are read, over all its sheets. What is more is split by who makes it: an import is one
/// act, and nobody else writes while it is kept.
pub const MAX_ROWS: usize = 60_000;

/// What a file really is, by its first bytes, whatever its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// An Excel workbook of 2007 or later.
    Xlsx,
    /// A Word document of 2007 or later.
    Docx,
    /// A PDF.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// An Office file of before 2007, or an encrypted one.
    OldOffice,
    /// Another zip archive.
    Zip,
    /// Text.
    Text,
    /// Something else.
    Other,
}

impl FileKind {
    /// A document's file by its name: what stands before `.docx` or `.pdf`, and which of the two it is.
    pub fn printed(name: &str) -> (&str, Self) {
        match name.strip_suffix(".pdf") {
            Some(stem) => (stem, Self::Pdf),
            None => (name.strip_suffix(".docx").unwrap_or(name), Self::Docx),
        }
    }

    /// Looks at the bytes.
    pub fn sniff(bytes: &[u8]) -> Self {
        if bytes.starts_with(b"PK\x03\x04") {
            return match package::Package::open(bytes) {
                Ok(package) if package.has("xl/workbook.xml") => Self::Xlsx,
                Ok(package) if package.has("word/document.xml") => Self::Docx,
                _ => Self::Zip,
            };
        }
        if bytes.starts_with(b"%PDF-") {
            Self::Pdf
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Self::Png
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            Self::Jpeg
        } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
            Self::OldOffice
        } else if csv_file::decode(bytes).is_ok() {
            Self::Text
        } else {
            Self::Other
        }
    }

    /// The media type sent with a download.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::OldOffice | Self::Zip | Self::Text | Self::Other => "application/octet-stream",
        }
    }
}

/// Reads every table of a file: the sheets of a workbook, a CSV file as one sheet, the tables of a Word document.
///
/// # Errors
/// Refuses what it cannot read, and says what to do.
pub fn sheets(bytes: &[u8]) -> Result<Vec<Sheet>, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::new("paper-empty"));
    }
    if bytes.len() > MAX_FILE {
        return Err(Refusal::new("paper-too-large").with("max", MAX_FILE / 1024 / 1024));
    }
    match FileKind::sniff(bytes) {
        FileKind::Xlsx => {
            let sheets = xlsx::read(bytes)?;
            let texts = sheets.iter().flat_map(|s| &s.rows).flat_map(|r| r.cells.values());
            old_font::refuse(texts.filter_map(|cell| match &cell.value {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            }))?;
            Ok(sheets)
        }
        FileKind::Docx => Ok(docx::read(bytes)?.tables()),
        FileKind::Text => csv_file::read(bytes),
        FileKind::OldOffice => Err(Refusal::new("paper-old-office")),
        FileKind::Zip => {
            Err(package::Package::open(bytes).err().unwrap_or_else(|| Refusal::new("paper-unknown-zip")))
        }
        FileKind::Pdf | FileKind::Png | FileKind::Jpeg => Err(Refusal::new("paper-picture")),
        FileKind::Other => {
            Err(csv_file::decode(bytes).err().unwrap_or_else(|| Refusal::new("paper-unknown")))
        }
    }
}
