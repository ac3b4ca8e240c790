//! What an import says: counted, row by row, the same for the command line, the wizard and the tests.

use crate::{Refusal, texts::Texts};
use serde::{Deserialize, Serialize};

/// A row, or a part of one, that was not taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refused {
    /// The row's number in the sheet.
    pub row: u32,
    /// The field.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// The text key of the reason.
    pub code: String,
    /// The facts that the reason names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
    /// The reason and the remedy in the reader's language; filled in when it is shown.
    #[serde(default)]
    pub why: String,
}

/// Something the reader should know; nothing was refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Warning {
    /// The row, when it belongs to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The text key.
    pub code: String,
    /// Facts, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
    /// In the reader's language; filled in when it is shown.
    #[serde(default)]
    pub text: String,
}

/// How far an import is, told while it runs.
#[derive(Debug, Default)]
pub struct Progress {
    done: std::sync::atomic::AtomicUsize,
    total: std::sync::atomic::AtomicUsize,
    is_cancelled: std::sync::atomic::AtomicBool,
}

impl Progress {
    /// Says how many rows there are; begins to count anew.
    pub fn begin(&self, total: usize) {
        self.done.store(0, std::sync::atomic::Ordering::Relaxed);
        self.total.store(total, std::sync::atomic::Ordering::Relaxed);
    }

    /// One row more.
    ///
    /// # Errors
    /// Refuses to go on when somebody cancelled it; the act then keeps nothing.
    pub fn step(&self) -> Result<(), Refusal> {
        self.done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if self.is_cancelled.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Refusal::new("import-cancelled"));
        }
        Ok(())
    }

    /// Ends it at its next row; nothing of it is kept.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// Rows done, and how many there are.
    pub fn now(&self) -> (usize, usize) {
        use std::sync::atomic::Ordering::Relaxed;
        (self.done.load(Relaxed), self.total.load(Relaxed))
    }
}

/// The account of an import.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Report {
    /// Rows that became, or would become, a record.
    pub read: usize,
    /// New records.
    pub created: usize,
    /// Changed records.
    pub changed: usize,
    /// Records that were there and are the same.
    pub unchanged: usize,
    /// Rows not taken.
    pub refused: Vec<Refused>,
    /// What the reader should know.
    pub warnings: Vec<Warning>,
    /// One entry a row, as read.
    pub rows: Vec<serde_json::Value>,
    /// Facts about the whole file.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub file: serde_json::Map<String, serde_json::Value>,
    /// Names that nobody is certain of, to be asked once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_names: Vec<OpenName>,
}

/// A name of a unit that a person is to decide; the decision is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenName {
    /// As the file writes it.
    pub written: String,
    /// The code of the unit that it may mean; empty when nothing is near.
    pub perhaps: String,
    /// How sure that is, 0–100 percent; 0 when nothing is near.
    #[serde(default)]
    pub confidence: u8,
}

impl Report {
    /// What the counters stand at, to tell by [`Report::mark`] what became of the next row.
    pub fn counts(&self) -> [usize; 3] {
        [self.created, self.changed, self.unchanged]
    }

    /// Writes into the last row what became of it since the counters stood there.
    pub fn mark(&mut self, before: [usize; 3]) {
        let words = ["created", "changed", "unchanged"];
        let grown = self.counts().into_iter().zip(before).position(|(now, then)| now > then);
        let status = grown.and_then(|at| words.get(at)).copied().unwrap_or("refused");
        if let Some(serde_json::Value::Object(row)) = self.rows.last_mut() {
            row.insert("status".to_owned(), serde_json::json!(status));
        }
    }

    /// Notes a name to be asked about, once however often it stands there.
    pub fn ask(&mut self, written: &str, (perhaps, confidence): (&str, u8)) {
        if !written.is_empty() && !self.open_names.iter().any(|known| known.written == written) {
            self.open_names.push(OpenName {
                written: written.to_owned(),
                perhaps: perhaps.to_owned(),
                confidence,
            });
        }
    }

    /// Notes a refusal of a row.
    pub fn refuse(&mut self, row: u32, field: &str, value: &str, code: &str) {
        self.refused.push(Refused {
            row,
            field: field.to_owned(),
            value: value.to_owned(),
            code: code.to_owned(),
            args: Vec::new(),
            why: String::new(),
        });
    }

    /// Notes a rule's refusal of a row.
    pub fn refuse_by(&mut self, row: u32, field: &str, value: &str, refusal: &Refusal) {
        self.refuse(row, refusal.field.unwrap_or(field), value, refusal.key);
        if let Some(last) = self.refused.last_mut() {
            last.args = refusal.args.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        }
    }

    /// Notes a warning.
    pub fn warn(&mut self, row: Option<u32>, code: &str, args: &[(&str, String)]) {
        self.warnings.push(Warning {
            row,
            code: code.to_owned(),
            args: args.iter().map(|(n, v)| ((*n).to_owned(), v.clone())).collect(),
            text: String::new(),
        });
    }

    /// Puts reasons and warnings into the reader's language.
    pub fn say(&mut self, texts: &Texts) {
        for refused in &mut self.refused {
            let mut args: Vec<(&str, String)> =
                refused.args.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
            args.push(("value", refused.value.clone()));
            args.push(("row", refused.row.to_string()));
            refused.why = texts.with_all(&refused.code, &args);
        }
        for warning in &mut self.warnings {
            let args: Vec<(&str, String)> =
                warning.args.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
            warning.text = texts.with_all(&warning.code, &args);
        }
    }
}
