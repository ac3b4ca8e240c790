//! The table that is printed.

use std::io::Write as _;

/// Figures in the order in which they were measured.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<(String, String, String, &'static str)>,
}

impl Table {
    /// A figure without a limit.
    pub(crate) fn add(&mut self, name: &str, figure: &str, asked: &str) {
        self.keep(name, figure, asked, "");
    }

    /// A figure and whether it keeps its limit.
    pub(crate) fn check(&mut self, name: &str, holds: bool, figure: &str, asked: &str) {
        self.keep(name, figure, asked, if holds { "✓" } else { "✗" });
    }

    fn keep(&mut self, name: &str, figure: &str, asked: &str, mark: &'static str) {
        say(&format!("{mark:<2} {name}: {figure}"));
        self.lines.push((name.to_owned(), figure.to_owned(), asked.to_owned(), mark));
    }

    /// Takes over the figures of another table.
    pub(crate) fn extend(&mut self, other: Self) {
        self.lines.extend(other.lines);
    }

    /// The whole as Markdown.
    pub(crate) fn print(&self, tasks: usize) {
        say("");
        say(&format!("{tasks} tasks; server and load on the same machine"));
        say("");
        say("| what | measured | asked for | |");
        say("| --- | --- | --- | --- |");
        for (name, figure, asked, mark) in &self.lines {
            say(&format!("| {name} | {figure} | {asked} | {mark} |"));
        }
    }
}

pub(crate) fn say(line: &str) {
    // A closed pipe is no fault of ours.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
