//! People in their posts, from a list of staff.

use base::{Actor, Clock, Outcome, Refusal, intake::Report};
use db::Tx;
use programme::import::{Options, Source};
use serde_json::json;

/// A name without the words of politeness before it.
fn plain_name(written: &str) -> String {
    let mut name = written.trim();
    for word in ["Đồng chí ", "đồng chí ", "Đ/c ", "đ/c ", "Ông ", "ông ", "Bà ", "bà "] {
        name = name.strip_prefix(word).unwrap_or(name);
    }
    base::fold::tidy(name)
}

pub(super) const WANTED: &[paper::table::Wanted] = &[
    paper::table::Wanted {
        name: "name",
        headers: &["ho va ten", "ho ten", "ho dem", "ho va ten dem"],
        needed: true,
    },
    // "Họ và tên đệm" and "Tên" in columns of their own.
    paper::table::Wanted { name: "given", headers: &["=ten"], needed: false },
    paper::table::Wanted { name: "unit", headers: &["=don vi", "don vi cong tac", "co quan"], needed: true },
    paper::table::Wanted { name: "title", headers: &["chuc danh", "chuc vu", "vi tri"], needed: true },
    paper::table::Wanted { name: "from", headers: &["tu ngay", "ngay bo nhiem"], needed: false },
    paper::table::Wanted { name: "unit_code", headers: &["=ma don vi"], needed: false },
];

pub(super) fn import(
    tx: &Tx<'_>,
    clock: &Clock,
    actor: &Actor,
    source: &Source<'_>,
    options: &Options,
) -> Outcome<Report> {
    let mut report = Report::default();
    let table = paper::table::find_mapped(source.sheets, WANTED, &options.map)
        .ok_or_else(|| Refusal::new("paper-no-table").with("columns", "name, unit, title"))?;
    let today = options.as_of.unwrap_or_else(|| clock.today());
    let unread = table.unread(&[]);
    if !unread.is_empty() {
        report.warn(None, "programme-warn-unread", &[("columns", unread.join(", "))]);
    }
    let rows: Vec<u32> = table.rows().map(|r| r.number).collect();
    for row in rows {
        let (name, unit, title) = (
            plain_name(&format!("{} {}", table.joined(row, "name"), table.line(row, "given"))),
            table.line(row, "unit"),
            table.line(row, "title"),
        );
        // Sums and signatures below the table name no unit and no post.
        if name.is_empty() && !unit.is_empty() && !title.is_empty() {
            report.read += 1;
            report.refuse(row, "name", "", "organisation-refusal-row-person");
            continue;
        }
        if name.is_empty() || (unit.is_empty() && title.is_empty()) {
            continue;
        }
        report.read += 1;
        let written = table.line(row, "from");
        let appointed = base::period::beginning(&written);
        if !written.is_empty() && appointed.is_none() {
            report.refuse(row, "from", &written, "organisation-refusal-row-date");
            continue;
        }
        if let Some((day, false)) = appointed {
            let facts =
                [("row", row.to_string()), ("written", written.clone()), ("day", base::format::date(day))];
            report.warn(Some(row), "organisation-warn-from", &facts);
        }
        let directory = organisation::Directory::at(tx, today)?;
        let code = table.line(row, "unit_code");
        let by_code = directory.snapshot.by_code(&code).map(|u| organisation::Named::Unit(u.id));
        let named = by_code.unwrap_or_else(|| directory.code_or_name(&unit, None));
        let organisation::Named::Unit(id) = named else {
            report.refuse(row, "unit", &unit, "programme-refusal-row-unit");
            continue;
        };
        let known = people::store::holders(tx, id, today)?.iter().any(|h| {
            base::fold::fold(&h.name) == base::fold::fold(&name)
                && base::fold::fold(&h.title) == base::fold::fold(&title)
        });
        let counts = report.counts();
        let row_shown = json!({"row": row, "name": name, "unit": unit, "title": title});
        if known {
            report.unchanged += 1;
            report.rows.push(row_shown);
            report.mark(counts);
            continue;
        }
        let from = appointed.map_or(today, |(day, _)| day);
        match people::acts::appoint(tx, clock, actor, &name, id, &title, from) {
            Ok(_) => report.created += 1,
            Err(base::Stop::Refused(refusal)) => report.refuse_by(row, "unit", &unit, &refusal),
            Err(fault) => return Err(fault),
        }
        report.rows.push(row_shown);
        report.mark(counts);
    }
    Ok(report)
}
