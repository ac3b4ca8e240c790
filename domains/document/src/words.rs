//! Documents and clauses.

use base::{Date, ids::UnitId};

base::id! {
    /// A document.
    DocumentId,
    /// A clause of a document.
    ClauseId,
}
db::stored_id!(DocumentId, ClauseId);

/// The level of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClauseKind {
    /// Phần, chương, a roman number.
    Part,
    /// Điều.
    Article,
    /// Mục, khoản: an arabic number.
    Item,
    /// Điểm: a letter.
    Point,
}

impl ClauseKind {
    /// The word in the database, in JSON and in text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Article => "article",
            Self::Item => "item",
            Self::Point => "point",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Self {
        match word {
            "part" => Self::Part,
            "article" => Self::Article,
            "point" => Self::Point,
            _ => Self::Item,
        }
    }
}

/// A clause as kept.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Its identity.
    pub id: ClauseId,
    /// Its key within the document, `II.1.đ`.
    pub key: String,
    /// Its level.
    pub kind: ClauseKind,
    /// Its text, heading first.
    pub text: String,
}

/// A document as kept.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its identity.
    pub id: DocumentId,
    /// Its code in addresses, `VB-01-CTr-TU-2021`.
    pub code: String,
    /// `state` or `party`.
    pub system: String,
    /// The kind, `chuong_trinh`, `nghi_quyet`, `ke_hoach` …
    pub kind: String,
    /// The number as text.
    pub number: String,
    /// The symbol, `CTr/TU`.
    pub symbol: String,
    /// The subject line.
    pub title: String,
    /// The issuing unit, when it is known.
    pub issuer: Option<UnitId>,
    /// The issuing unit as written.
    pub issuer_name: String,
    /// The day of issue.
    pub issued: Option<Date>,
    /// The term, `2020-2025`.
    pub term: String,
    /// The congress that opened the term, `XVII`; empty when the document does not say.
    pub congress: String,
    /// The file it was read from.
    pub file: Option<String>,
    /// Counts the corrections, from 1.
    pub version: i64,
}

impl Document {
    /// How it is cited: `01-CTr/TU`, `12/KH-UBND`.
    pub fn mark(&self) -> String {
        mark(&self.system, &self.number, &self.symbol)
    }
}

/// Number and symbol as each system writes them.
pub fn mark(system: &str, number: &str, symbol: &str) -> String {
    if number.is_empty() {
        return symbol.to_owned();
    }
    let between = if system == "party" { "-" } else { "/" };
    format!("{number}{between}{symbol}")
}
