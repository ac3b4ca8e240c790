//! Two periodic reports that the city collects: most parts of the last period came in time, some late, some not at all.

use base::{Actor, Clock, Outcome};
use db::Tx;
use reporting::{
    acts::{self, NewKind},
    rules::PartStep,
};
use std::collections::BTreeMap;

/// What units write, by heading.
const WORDS: [(&str, &str); 4] = [
    ("Ưu điểm nổi bật", "Các nhiệm vụ trong kỳ có một đầu mối, được rà soát hằng tuần."),
    ("Hạn chế, nguyên nhân", "Một số việc liên ngành còn chờ ý kiến của sở chuyên môn."),
    ("Nhiệm vụ trọng tâm kỳ tới", "Hoàn thành các nhiệm vụ quá hạn, chuẩn bị tổng kết năm."),
    ("Kiến nghị, đề xuất", ""),
];

/// Sets up the reports and writes the parts of the last period that has closed.
pub(super) fn reports(tx: &Tx<'_>, clock: &Clock, actor: &Actor) -> Outcome<()> {
    let today = clock.today();
    let headings: Vec<&str> = WORDS.iter().map(|(heading, _)| *heading).collect();
    let kinds = [
        (
            "Báo cáo kết quả thực hiện chương trình công tác",
            "quarter",
            "UBND các quận, huyện, thị xã",
            "TU",
            "3",
        ),
        ("Báo cáo tháng về nhiệm vụ được giao", "month", "SNV; STP; STC", "TU", "2"),
    ];
    for (title, cycle, scope, issuer, days) in kinds {
        let names = organisation::Directory::at(tx, today)?;
        let scope: Vec<&str> = scope
            .split("; ")
            .filter(|unit| {
                let known = names.code_or_name(unit, None);
                matches!(known, organisation::Named::Unit(_) | organisation::Named::Group(_))
            })
            .collect();
        let new = NewKind {
            title: title.to_owned(),
            issuer: issuer.to_owned(),
            cycle: cycle.to_owned(),
            closes_on: "14".to_owned(),
            due_days: days.to_owned(),
            scope: scope.join("; "),
            sections: headings.join("\n"),
            from: Some(super::back(today, 400)),
            ..NewKind::default()
        };
        if scope.is_empty() {
            continue;
        }
        let code = acts::set_up(tx, clock, actor, &new)?;
        parts(tx, clock, actor, &code)?;
    }
    Ok(())
}

fn parts(tx: &Tx<'_>, clock: &Clock, actor: &Actor, code: &str) -> Outcome<()> {
    let today = clock.today();
    let kind = acts::load(tx, code)?;
    let words: BTreeMap<String, String> =
        WORDS.iter().map(|(heading, words)| ((*heading).to_owned(), (*words).to_owned())).collect();
    for round in acts::rounds_of(&kind, today) {
        let days = acts::days_of(tx, &kind, round)?;
        if today <= days.last {
            continue;
        }
        let due = days.due.or_else(|| days.last.tomorrow().ok()).unwrap_or(days.last);
        let names = organisation::Snapshot::at(tx, today)?;
        for (n, unit) in acts::units_of(tx, &kind, &names)?.into_iter().enumerate() {
            // Most hand in on the last day, every seventh a week late, every ninth not at all.
            let on = match n {
                _ if n % 9 == 8 => continue,
                _ if n % 7 == 6 => due.checked_add(base::Span::new().days(7)).unwrap_or(due),
                _ => due,
            };
            let then = Clock::stopped_on(on.min(today))?;
            let of = (code, round, unit);
            acts::part_step(tx, &then, actor, of, PartStep::Send, &words, "", 0)?;
            let why = "Nêu rõ nguyên nhân của từng nhiệm vụ quá hạn.";
            let (step, note) = if n % 11 == 4 { (PartStep::Return, why) } else { (PartStep::Accept, "") };
            acts::part_step(tx, &then, actor, of, step, &BTreeMap::new(), note, 1)?;
        }
        // One period is enough to look at.
        break;
    }
    Ok(())
}
