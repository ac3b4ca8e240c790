//! Days off and working Saturdays.

use super::no_table;
use crate::acts;
use base::{
    Actor, Clock, Date, Outcome,
    calendar::{DayKind, SpecialDay},
    fold::fold,
    intake::Report,
};
use db::Tx;
use paper::{
    Sheet,
    table::{self, Wanted},
};
use std::collections::BTreeMap;

/// The columns of a list of special days.
pub const CALENDAR: &[Wanted] = &[
    Wanted {
        name: "day",
        headers: &["=date", "=ngay", "tu ngay", "ngay", "thoi gian", "!so ngay", "!den ngay"],
        needed: true,
    },
    Wanted {
        name: "name",
        headers: &["=name vi", "=ten", "ten ngay", "noi dung", "dip nghi", "ngay le", "=dien giai"],
        needed: true,
    },
    Wanted { name: "until", headers: &["den ngay", "=den", "ngay ket thuc"], needed: false },
    Wanted { name: "kind", headers: &["=observed or swap", "=kind", "=loai"], needed: false },
    Wanted { name: "document", headers: &["van ban", "quyet dinh", "can cu"], needed: false },
];

/// Imports days off and working Saturdays.
///
/// # Errors
/// Refuses a file without the table, and an actor without the right.
pub fn calendar(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    sheets: &[Sheet],
    map: &BTreeMap<String, String>,
) -> Outcome<Report> {
    let table = table::find_mapped(sheets, CALENDAR, map).ok_or_else(|| no_table(CALENDAR))?;
    let mut report = Report::default();
    let mut days = Vec::new();
    for row in table.rows() {
        let at = row.number;
        let text = table.line(at, "day");
        let name = table.line(at, "name");
        // Sums and notes below the table have no day at all.
        if !text.chars().any(|c| c.is_ascii_digit()) && (text.is_empty() || name.is_empty()) {
            continue;
        }
        report.read += 1;
        let until = table.line(at, "until");
        let text = if until.is_empty() { text } else { format!("{text} - {until}") };
        let Some((first, last)) = days_of(&text) else {
            report.refuse(at, "day", &text, "organisation-refusal-row-date");
            continue;
        };
        let written = table.line(at, "kind");
        let Some(kind) = day_kind(&name, &written) else {
            report.refuse(at, "kind", &written, "organisation-refusal-row-kind");
            continue;
        };
        let mut day = first;
        while day <= last {
            report.rows.push(serde_json::json!({"row": at, "day": day, "kind": kind.word(), "name": name}));
            let document = table.line(at, "document");
            days.push(SpecialDay { day, kind, name: name.clone(), document });
            day = day.tomorrow().unwrap_or(Date::MAX);
        }
    }
    report.created = acts::keep_days(tx, clock, actor, &days)?;
    report.unchanged = days.len() - report.created;
    Ok(report)
}

/// Whether a day is off, off in lieu, or worked; `None` when the kind column says something else.
fn day_kind(name: &str, written: &str) -> Option<DayKind> {
    let own = fold(written);
    let is_said = own.is_empty()
        || ["nghi", "le", "tet", "bu", "hoan doi", "lam", "holiday", "working", "lieu", "observed", "swap"]
            .iter()
            .any(|word| own.contains(word));
    if !is_said {
        return None;
    }
    let said = format!("{} {own}", fold(name));
    // "Nghỉ hoán đổi, làm bù vào 04/5" is the day off; "Làm việc bù" is the day that is worked.
    let worked = ["lam bu", "lam viec bu", "di lam", "working"].iter().any(|w| said.contains(w));
    Some(if worked && !said.starts_with("nghi") {
        DayKind::Working
    } else if ["nghi bu", "hoan doi", "in lieu", "observed"].iter().any(|w| said.contains(w)) {
        DayKind::InLieu
    } else {
        DayKind::Holiday
    })
}

/// A day, or the days from one to another: "20/01/2023 - 26/01/2023", "Từ 29/4 đến hết 03/5/2023"; at most a month.
fn days_of(text: &str) -> Option<(Date, Date)> {
    let one = |words: &str| match base::period::read(words) {
        base::period::Due::Day { on } => Some(on),
        _ => words.trim().parse().ok(),
    };
    let folded = text.to_lowercase().replace("đến hết", "–").replace("đến", "–").replace(" - ", "–");
    let (from, to) = match folded.split_once('–') {
        None => return one(text).map(|day| (day, day)),
        Some((from, to)) => {
            (from.trim().trim_start_matches("từ").replace("ngày", ""), to.replace("ngày", ""))
        }
    };
    let last = one(to.trim())?;
    // The first day may leave out its year.
    let first = one(from.trim()).or_else(|| one(&format!("{}/{}", from.trim(), last.year())))?;
    let most = first.checked_add(base::Span::new().days(31)).ok()?;
    (first <= last && last <= most).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_one_by_one_or_as_a_range() {
        let day = Date::constant;
        for (text, days) in [
            ("02/9/2023", Some((day(2023, 9, 2), day(2023, 9, 2)))),
            ("20/01/2023 - 26/01/2023", Some((day(2023, 1, 20), day(2023, 1, 26)))),
            ("Từ 29/4 đến hết 03/5/2023", Some((day(2023, 4, 29), day(2023, 5, 3)))),
            ("Từ ngày 30/4/2025 đến ngày 04/5/2025", Some((day(2025, 4, 30), day(2025, 5, 4)))),
            ("03/5/2023 - 29/4/2023", None),
            ("31/2/2023", None),
        ] {
            assert_eq!(days_of(text), days, "{text}");
        }
    }
}
