//! What a cell says of who leads and who supports.

use base::fold::fold;

/// What a lead cell says of the lead, without "Chủ trì:"; and what it says of who supports: a line of their own, or
/// names followed by "(phối hợp)".
pub(super) fn lead_words(text: &str) -> (String, String) {
    let (mut lead, mut support): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let text = roles_spelled(text);
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
                // "Sở Nội vụ (phối hợp: Sở Tài chính)": who helps stands in the brackets.
                Some((names, role)) if fold(role).starts_with("phoi hop") && role.contains(':') => {
                    lead.push(names.trim().to_owned());
                    let named = role.split_once(':').map_or("", |(_, named)| named);
                    support.push(named.trim_end_matches([')', ' ']).trim().to_owned());
                }
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

/// Roles as they are read below: "Cơ quan chủ trì:", "CQ chủ trì", "CT:", "(CT)" are "chủ trì", and so for who helps.
fn roles_spelled(text: &str) -> String {
    const SPELLED: [(&str, &str); 18] = [
        ("Cơ quan chủ trì", "Chủ trì"),
        ("cơ quan chủ trì", "Chủ trì"),
        ("Đơn vị chủ trì", "Chủ trì"),
        ("đơn vị chủ trì", "Chủ trì"),
        ("CQ chủ trì", "Chủ trì"),
        ("ĐV chủ trì", "Chủ trì"),
        ("(CT)", "(chủ trì)"),
        ("(ct)", "(chủ trì)"),
        ("CT:", "Chủ trì:"),
        ("Cơ quan phối hợp", "Phối hợp"),
        ("cơ quan phối hợp", "Phối hợp"),
        ("Đơn vị phối hợp", "Phối hợp"),
        ("đơn vị phối hợp", "Phối hợp"),
        ("CQ phối hợp", "Phối hợp"),
        ("ĐV phối hợp", "Phối hợp"),
        ("(PH)", "(phối hợp)"),
        ("(ph)", "(phối hợp)"),
        ("PH:", "Phối hợp:"),
    ];
    let text = base::fold::nfc(text);
    SPELLED.iter().fold(text, |text, (written, spelled)| text.replace(written, spelled))
}

/// "Chủ trì: Sở Nội vụ; Phối hợp: Sở Tư pháp" on one line, "Sở Tài chính phối hợp với Sở Nội vụ", "Sở Nội vụ chủ trì,
/// Sở Tài chính phối hợp": who leads, and who helps on a line of its own. Roles in brackets stay where they are.
fn helpers_apart(line: &str) -> Vec<String> {
    let lower = line.to_lowercase();
    // Lower case may change how long a text is; then nothing is parted.
    let found = lower.find("phối hợp").filter(|at| *at > 0 && lower.len() == line.len());
    let Some((before, after)) =
        found.filter(|_| !line.contains('(')).and_then(|at| line.split_at_checked(at))
    else {
        return vec![line.to_owned()];
    };
    let before = before.trim().trim_end_matches([',', ';', '-', '.', ' ']);
    if after.trim_end_matches(['.', ' ']).chars().count() > "phối hợp".chars().count() {
        return vec![before.to_owned(), after.to_owned()];
    }
    // The role stands behind the names that it is said of.
    let parted = before.split_once(" chủ trì").or_else(|| before.rsplit_once([',', ';']));
    match parted {
        Some((lead, names)) => {
            vec![lead.trim().to_owned(), format!("phối hợp: {}", names.trim_start_matches([',', ';', ' ']))]
        }
        None => vec![line.to_owned()],
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
            ("Cơ quan chủ trì: Sở Nội vụ\nCơ quan phối hợp: Sở Tài chính", "Sở Nội vụ", "Sở Tài chính"),
            ("CQ chủ trì: Sở Nội vụ. CQ phối hợp: Sở Tài chính", "Sở Nội vụ", "Sở Tài chính"),
            ("CT: Sở Nội vụ; PH: Sở Tài chính", "Sở Nội vụ", "Sở Tài chính"),
            ("Sở Nội vụ chủ trì, Sở Tài chính phối hợp", "Sở Nội vụ", "Sở Tài chính"),
            ("Sở Nội vụ (phối hợp: Sở Tài chính, Sở Y tế)", "Sở Nội vụ", "Sở Tài chính, Sở Y tế"),
            ("Sở Nội vụ (CT), Sở Tài chính (PH)", "Sở Nội vụ", "Sở Tài chính"),
        ] {
            assert_eq!(lead_words(cell), (lead.to_owned(), support.to_owned()), "{cell}");
        }
    }
}
