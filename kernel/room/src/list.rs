//! Lists that go out as files, each by its room: what a page shows as a table is taken along as Excel or CSV.

use crate::Read;
use base::{Date, Outcome, texts::Texts};
use paper::write::{List as Table, Out};

/// The most rows that are written at once.
pub const MOST: i64 = 100_000;

/// What a list is asked: for whom, of which day, in which language.
pub struct Asked<'a, 't> {
    /// For whom, and today.
    pub read: Read<'a, 't>,
    /// The day asked.
    pub on: Date,
    /// The reader's language.
    pub texts: &'a Texts,
    /// What stands beside the rows: names and values.
    pub about: Vec<(String, String)>,
}

impl Asked<'_, '_> {
    /// A table whose headers an import reads: the same in every language.
    pub fn table(&self, key: &str, headers: &[&str], rows: Vec<Vec<Out>>) -> Table {
        let headers = headers.iter().map(|header| (*header).to_owned()).collect();
        Table { name: self.texts.say(key), headers, rows, about: self.about.clone() }
    }

    /// A table for people: its headers are keys of texts.
    pub fn said(&self, key: &str, headers: &[&str], rows: Vec<Vec<Out>>) -> Table {
        let headers = headers.iter().map(|header| self.texts.say(header)).collect();
        Table { name: self.texts.say(key), headers, rows, about: self.about.clone() }
    }
}

/// A list by its word.
#[derive(Clone, Copy)]
pub struct List {
    /// The word in addresses and on the command line, in the plural.
    pub word: &'static str,
    /// Another word for the same: that of the import which makes what is listed.
    pub also: &'static str,
    /// The rows that the actor may see.
    pub run: fn(&Asked<'_, '_>) -> Outcome<Table>,
}

impl List {
    /// A list by its word.
    pub const fn of(word: &'static str, run: fn(&Asked<'_, '_>) -> Outcome<Table>) -> Self {
        Self { word, also: "", run }
    }

    /// Which another word names as well.
    pub const fn also(self, also: &'static str) -> Self {
        Self { also, ..self }
    }

    /// Whether a word names it.
    pub fn is(&self, word: &str) -> bool {
        self.word == word || (!self.also.is_empty() && self.also == word)
    }
}
