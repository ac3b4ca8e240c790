//! What a row of a task table is: a task, a sum, or something below the table.

use base::fold::fold;
use paper::table::Table;
use std::collections::HashSet;

/// A row is a task when something besides its title says who, when or what, in the row itself or in a cell that
/// reaches down to it.
pub(super) fn is_task(table: &Table<'_>, row: u32) -> bool {
    let own = |name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    let says = |name: &str| own(name) || (own("title") && table.reaches_down(row, name));
    let any = ["code", "lead", "due", "product", "support", "citation"].into_iter().any(says);
    !table.line(row, "title").is_empty() && any
}

/// A row that carries on the numbers of the tasks around it but names nobody and no time: a task that was forgotten to
/// be given, no heading. `before` is the number of the task above.
pub(super) fn is_unassigned(table: &Table<'_>, row: u32, next: Option<u32>, before: Option<u32>) -> bool {
    let number = |row: u32| number_in(table, row);
    if is_unassigned_below(table, row, next) {
        return true;
    }
    let Some(own) = number(row).filter(|own| before.is_some_and(|before| *own == before + 1)) else {
        return false;
    };
    !table.line(row, "title").is_empty() && next.is_none_or(|next| number(next) == Some(own + 1))
}

/// "1.2" below the task "1.1", naming nobody and followed by no "1.2.1".
fn is_unassigned_below(table: &Table<'_>, row: u32, next: Option<u32>) -> bool {
    let number = |row: u32| -> Option<Vec<u32>> {
        let text = table.own(row, "number")?.line();
        text.trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect()
    };
    let Some(own) = number(row).filter(|own| own.len() > 1 && !table.line(row, "title").is_empty()) else {
        return false;
    };
    let follows = row.checked_sub(1).and_then(number).is_some_and(|above| {
        above.len() == own.len()
            && own
                .split_last()
                .zip(above.split_last())
                .is_some_and(|((n, of), (m, same))| of == same && *n == m + 1)
    });
    let has_parts =
        next.and_then(number).is_some_and(|next| next.len() > own.len() && next.starts_with(&own));
    let is_counted_on = next.is_none_or(|next| number(next).is_some());
    follows && !has_parts && is_counted_on
}

/// The rows that go on with the title above them: without a number, their words beginning in small letters. Found from
/// the top down in one walk, because each depends on the one above it, and there may be tens of thousands.
pub(super) fn continued(table: &Table<'_>) -> HashSet<u32> {
    let mut found = HashSet::new();
    if !table.has("number") {
        return found;
    }
    for row in table.rows().map(|row| row.number) {
        let above = row.checked_sub(1);
        if goes_on(table, row) && above.is_some_and(|above| found.contains(&above) || is_task(table, above)) {
            found.insert(row);
        }
    }
    found
}

fn goes_on(table: &Table<'_>, row: u32) -> bool {
    let own = |name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    let others = ["number", "code", "lead", "due", "product", "support", "citation"];
    own("title")
        && !others.into_iter().any(own)
        && table.line(row, "title").chars().next().is_some_and(char::is_lowercase)
}

/// The title of a row with the rows that go on with it.
pub(super) fn title_of(table: &Table<'_>, row: u32, continued: &HashSet<u32>) -> String {
    let mut title = table.line(row, "title");
    for next in (row + 1..).take_while(|next| continued.contains(next)) {
        title.push(' ');
        title.push_str(&table.line(next, "title"));
    }
    title
}

/// A heading that says who leads all tasks under it: "I | Nhóm giao Sở Nội vụ | Sở Nội vụ", and below it tasks that
/// count from 1 and name no lead of their own.
pub(super) fn is_heading_with_lead(table: &Table<'_>, row: u32, next: Option<u32>) -> bool {
    let own = |row: u32, name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    let number = table.line(row, "number");
    let is_roman = !number.is_empty()
        && number.trim_end_matches('.').chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'A'..='H'));
    let names_lead_only = own(row, "lead")
        && !["code", "due", "product", "support", "citation"].into_iter().any(|name| own(row, name));
    is_roman
        && names_lead_only
        && next.is_some_and(|next| {
            number_in(table, next).is_some() && !own(next, "lead") && is_task(table, next)
        })
}

/// The plain number of a row: `2`, `2.`.
pub(super) fn number_in(table: &Table<'_>, row: u32) -> Option<u32> {
    table.own(row, "number")?.line().trim_end_matches('.').parse().ok()
}

/// A row that says who and when but not what: no heading, and no part of the row above.
pub(super) fn is_nameless(table: &Table<'_>, row: u32) -> bool {
    let own = |name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    let says = ["code", "lead", "due", "product"].into_iter().filter(|name| own(name)).count();
    table.line(row, "title").is_empty() && says >= 2
}

/// Whether the table has ended: who signs and who receives stand below it.
pub(super) fn is_below(table: &Table<'_>, row: u32) -> bool {
    // "Nơi nhận hồ sơ tập trung" with a number, a lead or a deadline beside it is work like any other.
    let own = |name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    let is_counted = number_in(table, row).is_some();
    if (is_counted && (own("lead") || own("due"))) || (own("lead") && own("due")) {
        return false;
    }
    let texts = |name: &str| fold(&table.line(row, name));
    ["number", "title", "lead"]
        .into_iter()
        .map(texts)
        .any(|text| super::super::FOOT.iter().any(|word| format!("{text} ").starts_with(word)))
}

/// Whether the row only counts what stands above it.
pub(super) fn is_sum(table: &Table<'_>, row: u32) -> bool {
    let own = |name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    if number_in(table, row).is_some() && (own("lead") || own("due")) {
        return false;
    }
    ["number", "title"].into_iter().map(|name| fold(&table.line(row, name))).any(|text| {
        ["tong cong", "tong so", "tong"].iter().any(|w| text == *w) || text.starts_with("tong cong ")
    })
}
