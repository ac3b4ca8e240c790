//! What a row of a task table is: a task, a sum, or something below the table.

use base::fold::fold;
use paper::table::Table;

/// A row is a task when something besides its title says who, when or what, in the row itself or in a cell that
/// reaches down to it.
pub(super) fn is_task(table: &Table<'_>, row: u32) -> bool {
    let own = |name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    let says = |name: &str| own(name) || (own("title") && table.reaches_down(row, name));
    let any = ["lead", "due", "product", "support", "citation"].into_iter().any(says);
    !table.line(row, "title").is_empty() && any
}

/// Whether the table has ended: who signs and who receives stand below it.
pub(super) fn is_below(table: &Table<'_>, row: u32) -> bool {
    const WORDS: [&str; 8] =
        ["noi nhan", "nguoi lap", "tm ", "kt ", "tl ", "tuq ", "thu truong don vi", "xac nhan cua"];
    let texts = |name: &str| fold(&table.line(row, name));
    ["number", "title", "lead"]
        .into_iter()
        .map(texts)
        .any(|text| WORDS.iter().any(|word| format!("{text} ").starts_with(word)))
}

/// Whether the row only counts what stands above it.
pub(super) fn is_sum(table: &Table<'_>, row: u32) -> bool {
    ["number", "title"].into_iter().map(|name| fold(&table.line(row, name))).any(|text| {
        ["tong cong", "tong so", "tong"].iter().any(|w| text == *w) || text.starts_with("tong cong ")
    })
}

/// What a lead cell says of the lead: without "Chủ trì:", and without lines that name who supports.
pub(super) fn lead_words(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_start_matches(['-', '+', '•']).trim());
    let lead: Vec<&str> = lines
        .filter(|line| !fold(line).starts_with("phoi hop"))
        .map(|line| match line.split_once(':') {
            Some((before, after)) if fold(before).ends_with("chu tri") => after.trim(),
            _ => line,
        })
        .filter(|line| !line.is_empty())
        .collect();
    lead.join("\n")
}
