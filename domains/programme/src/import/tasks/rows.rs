//! What a row of a task table is: a task, a sum, or something below the table.

use base::fold::fold;
use paper::table::Table;

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
    let Some(own) = number(row).filter(|own| before.is_some_and(|before| *own == before + 1)) else {
        return false;
    };
    !table.line(row, "title").is_empty() && next.is_none_or(|next| number(next) == Some(own + 1))
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
    let own = |name: &str| table.own(row, name).is_some_and(|c| !c.line().is_empty());
    if number_in(table, row).is_some() && (own("lead") || own("due")) {
        return false;
    }
    ["number", "title"].into_iter().map(|name| fold(&table.line(row, name))).any(|text| {
        ["tong cong", "tong so", "tong"].iter().any(|w| text == *w) || text.starts_with("tong cong ")
    })
}

/// What a lead cell says of the lead, without "Chủ trì:"; and what it says of who supports: a line of their own, or
/// names followed by "(phối hợp)".
pub(super) fn lead_words(text: &str) -> (String, String) {
    let (mut lead, mut support): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let lines: Vec<String> = text.lines().flat_map(helpers_apart).collect();
    for line in &lines {
        let line = line.trim().trim_start_matches(['-', '+', '•']).trim();
        // "(chủ trì)" on a line of its own is said of the line above.
        if line.starts_with('(') && fold(line).trim_matches(['(', ')']) == "chu tri" {
            continue;
        }
        if fold(line).starts_with("phoi hop") {
            let rest = line.split_whitespace().skip(2).collect::<Vec<_>>().join(" ");
            let named = rest.trim_start_matches([':', ' ']);
            support
                .push(named.strip_prefix("với ").unwrap_or(named).trim_start_matches([':', ' ']).to_owned());
            continue;
        }
        let line = match line.split_once(':') {
            Some((before, after)) if fold(before).ends_with("chu tri") => after.trim(),
            _ => line,
        };
        // "Sở Nội vụ chủ trì" is Sở Nội vụ.
        let line = line.strip_suffix(" chủ trì").unwrap_or(line).trim_end_matches([',', ';', ' ']);
        let folded = fold(line);
        if !line.contains('(') || !["phoi hop", "chu tri"].iter().any(|role| folded.contains(role)) {
            lead.push(line.to_owned());
            continue;
        }
        // Where one is called the lead, whoever has no role supports.
        let names_lead = folded.contains("chu tri");
        for part in line.split_inclusive(')') {
            let part = part.trim_start_matches([',', ';', ' ']).trim();
            match part.rsplit_once('(') {
                // The role is said of the name right before it.
                Some((names, role)) if fold(role).contains("phoi hop") => {
                    let (others, name) = names.rsplit_once([',', ';']).unwrap_or(("", names));
                    lead.push(others.trim().to_owned());
                    support.push(name.trim().to_owned());
                }
                Some((names, role)) if fold(role).contains("chu tri") => {
                    let (others, name) = names.rsplit_once([',', ';']).unwrap_or(("", names));
                    support.push(others.trim().to_owned());
                    lead.push(name.trim().to_owned());
                }
                _ if names_lead => support.push(part.to_owned()),
                _ => lead.push(part.to_owned()),
            }
        }
    }
    let kept =
        |lines: Vec<String>| lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    (kept(lead), kept(support))
}

/// "Chủ trì: Sở Nội vụ; Phối hợp: Sở Tư pháp" on one line, "Sở Tài chính phối hợp với Sở Nội vụ": who leads, and who
/// helps on a line of its own. Roles in brackets stay where they are.
fn helpers_apart(line: &str) -> Vec<String> {
    let lower = line.to_lowercase();
    // Lower case may change how long a text is; then nothing is parted.
    let found = lower.find("phối hợp").filter(|at| *at > 0 && lower.len() == line.len());
    match found {
        Some(at) if !line.contains('(') && line.is_char_boundary(at) => {
            let (before, after) = line.split_at(at);
            vec![before.trim().trim_end_matches([',', ';', '-', ' ']).to_owned(), after.to_owned()]
        }
        _ => vec![line.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_cell_may_also_name_who_supports() {
        for (cell, lead, support) in [
            ("Sở Nội vụ", "Sở Nội vụ", ""),
            ("Chủ trì: Sở Nội vụ\nPhối hợp: Sở Tư pháp", "Sở Nội vụ", "Sở Tư pháp"),
            ("Sở Nội vụ (chủ trì), Sở Tư pháp (phối hợp)", "Sở Nội vụ", "Sở Tư pháp"),
            ("Sở Nội vụ, Sở Tư pháp (phối hợp)", "Sở Nội vụ", "Sở Tư pháp"),
            ("Sở Nội vụ (chủ trì), Sở Tư pháp", "Sở Nội vụ", "Sở Tư pháp"),
            ("Sở Tài chính, Sở Nội vụ (chủ trì); Sở Tư pháp", "Sở Nội vụ", "Sở Tài chính\nSở Tư pháp"),
            ("Sở Nội vụ\n(chủ trì)", "Sở Nội vụ", ""),
            ("Chủ trì: Sở Nội vụ; Phối hợp: Sở Tư pháp, Sở Y tế", "Sở Nội vụ", "Sở Tư pháp, Sở Y tế"),
            ("Sở Nội vụ chủ trì, phối hợp với Sở Tư pháp", "Sở Nội vụ", "Sở Tư pháp"),
            ("Sở Tài chính phối hợp Sở Nội vụ", "Sở Tài chính", "Sở Nội vụ"),
        ] {
            assert_eq!(lead_words(cell), (lead.to_owned(), support.to_owned()), "{cell}");
        }
    }
}
