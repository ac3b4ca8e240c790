//! Lists as files, in the layout that their import reads back.

mod plain;
mod tasks;

pub use tasks::tasks;

use base::{Actor, Clock, Date, Outcome, Refusal, Right, texts::Texts};
use db::Tx;
use organisation::Snapshot;
use paper::write::{List, Out};
use programme::store::{self, Filter};
use std::collections::HashMap;

/// The largest list written at once.
pub const MOST: i64 = 100_000;

/// The lists whose files an import reads back, by the word in addresses and on the command line.
const ROUND: [&str; 10] = [
    "tasks",
    "units",
    "units-map",
    "people",
    "calendar",
    "documents",
    "programmes",
    "targets",
    "progress",
    "names",
];

/// The words of all lists.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    ROUND.into_iter().chain(plain::KINDS)
}

/// Whether there is such a list.
pub fn is_kind(word: &str) -> bool {
    kinds().any(|kind| kind == word)
}

/// A list by its word, limited to what the actor may see.
///
/// # Errors
/// Refuses an unknown word, and an actor without the right to the list.
pub fn by_kind(
    tx: &Tx<'_>,
    clock: &Clock,
    texts: &Texts,
    actor: &Actor,
    kind: &str,
    on: Date,
) -> Outcome<List> {
    // One document is imported; what can be taken out again are its clauses.
    let kind = if kind == "document" { "clauses" } else { kind };
    let names = Snapshot::at(tx, on)?;
    let about = vec![
        (texts.say("export-as-of"), base::format::date(on)),
        (texts.say("export-made"), base::format::moment(clock.now())),
    ];
    let list = |key: &str, headers: &[&str], rows: Vec<Vec<Out>>| List {
        name: texts.say(key),
        headers: headers.iter().map(|h| (*h).to_owned()).collect(),
        rows,
        about: about.clone(),
    };
    Ok(match kind {
        "tasks" => {
            let all = Filter {
                seen: actor.reach(Right::See),
                sort: "code".to_owned(),
                as_of: (on != clock.today()).then_some(on),
                ..Filter::default()
            };
            tasks(tx, &store::first(tx, &all, on, on, MOST)?, &names, texts, about)?
        }
        "units" => list(
            "export-units",
            &["code", "name_vi", "level", "valid_from", "valid_to", "parent_code", "he_thong"],
            names.units().map(|u| unit_row(u, &names)).collect(),
        ),
        "units-map" => {
            list("export-units-map", &["old_code", "new_code", "kind", "effective"], units_map(tx)?)
        }
        "people" => list(
            "export-people",
            &["Mã", "Họ và tên", "Mã đơn vị", "Đơn vị", "Chức danh", "Từ ngày"],
            people::store::all_held(tx, "", on, MOST)?
                .into_iter()
                .filter(|h| people::sight::may_see(actor, h.unit))
                .map(|h| {
                    vec![
                        h.code.into(),
                        h.name.into(),
                        names.unit(h.unit).map(|u| u.code.clone()).unwrap_or_default().into(),
                        names.name(h.unit).into(),
                        h.title.into(),
                        Out::Date(h.from),
                    ]
                })
                .collect(),
        ),
        "calendar" => list("export-calendar", &["Ngày", "Tên", "Loại", "Văn bản"], calendar(tx)?),
        "documents" => list(
            "export-documents",
            &["Mã", "Số, ký hiệu", "Trích yếu", "Cơ quan ban hành", "Ngày ban hành"],
            document::store::list(tx, "", MOST, 0)?
                .into_iter()
                .map(|d| {
                    let mark = d.mark();
                    vec![
                        d.code.into(),
                        mark.into(),
                        d.title.into(),
                        d.issuer_name.into(),
                        Out::from(d.issued),
                    ]
                })
                .collect(),
        ),
        "programmes" => list(
            "export-programmes",
            &["Mã", "Số, ký hiệu", "Tên", "Loại", "Đơn vị", "Ngày ban hành"],
            store::programmes(tx)?
                .into_iter()
                .map(|p| {
                    let issuer = p.issuer.map(|u| names.name(names.now(u))).unwrap_or_default();
                    let (mark, kind) = (p.mark(), texts.say(&format!("programme-kind-{}", p.kind)));
                    vec![
                        p.code.into(),
                        mark.into(),
                        p.title.into(),
                        kind.into(),
                        issuer.into(),
                        Out::from(p.issued),
                    ]
                })
                .collect(),
        ),
        "targets" => targets(tx, texts, about)?,
        "progress" => list(
            "export-progress",
            &[
                "Mã đơn vị",
                "Đơn vị",
                "Điều khoản",
                "Kỳ đến",
                "Chương trình",
                "Kế hoạch",
                "Thực hiện",
                "Tỷ lệ hoàn thành (%)",
                "Kết quả bằng lời",
                "Minh chứng",
                "Ngày báo cáo",
            ],
            progress(tx, actor, &names, on)?,
        ),
        "names" => {
            actor.need_somewhere(Right::Assign).or_else(|_| actor.need_somewhere(Right::Administer))?;
            list(
                "export-names",
                &["Cách viết", "Đơn vị", "Người quyết định"],
                organisation::store::synonyms(tx)?
                    .into_iter()
                    .map(|s| {
                        let meant = s.unit.map_or(s.group, |u| names.name(u));
                        vec![s.written.into(), meant.into(), s.decided_by.into()]
                    })
                    .collect(),
            )
        }
        other => match plain::by_kind(tx, texts, actor, other, on)? {
            Some((key, headers, rows)) => List {
                name: texts.say(key),
                headers: headers.into_iter().map(|header| texts.say(header)).collect(),
                rows,
                about,
            },
            None => {
                return Refusal::new("refusal-unknown-word")
                    .with("field", "KIND")
                    .with("value", other)
                    .stop();
            }
        },
    })
}

/// Which commune became which, with the day, as its import reads it.
fn units_map(tx: &Tx<'_>) -> anyhow::Result<Vec<Vec<Out>>> {
    let official = |unit: organisation::Unit| {
        let is_listed = unit.kind == organisation::Kind::COMMUNE && !unit.official_code.is_empty();
        is_listed.then_some((unit.id, unit.official_code))
    };
    let codes: HashMap<_, _> = organisation::store::all_units(tx)?.into_iter().filter_map(official).collect();
    Ok(organisation::store::all_successors(tx)?
        .into_iter()
        .filter_map(|s| {
            let (from, to) = (codes.get(&s.from)?, codes.get(&s.to)?);
            Some(vec![from.clone().into(), to.clone().into(), s.kind.into(), Out::Date(s.effective)])
        })
        .collect())
}

fn calendar(tx: &Tx<'_>) -> anyhow::Result<Vec<Vec<Out>>> {
    let days =
        organisation::store::special_days(tx, Date::constant(1900, 1, 1), Date::constant(2200, 12, 31))?;
    Ok(days
        .into_iter()
        .map(|d| {
            let kind = match d.kind {
                base::calendar::DayKind::Holiday => "nghỉ lễ",
                base::calendar::DayKind::InLieu => "nghỉ bù",
                base::calendar::DayKind::Working => "làm bù",
            };
            vec![Out::Date(d.day), Out::from(d.name), Out::from(kind), Out::from(d.document)]
        })
        .collect())
}

/// Targets with a column a year, as their import reads them.
fn targets(tx: &Tx<'_>, texts: &Texts, about: Vec<(String, String)>) -> anyhow::Result<List> {
    let all = store::targets(tx, None)?;
    let codes: HashMap<_, _> = store::programmes(tx)?.into_iter().map(|p| (p.id, p.code)).collect();
    let mut plans = Vec::new();
    for target in &all {
        plans.push(store::target_years(tx, target.id)?);
    }
    let mut years: Vec<i64> = plans.iter().flatten().map(|(year, _, _)| *year).collect();
    years.sort_unstable();
    years.dedup();
    let mut headers: Vec<String> =
        ["Mã", "Chương trình", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu"].map(str::to_owned).to_vec();
    headers.extend(years.iter().map(|year| format!("Năm {year}")));
    let rows = all
        .into_iter()
        .zip(plans)
        .map(|(target, plan)| {
            let mut row: Vec<Out> = vec![
                target.code.into(),
                codes.get(&target.programme).cloned().unwrap_or_default().into(),
                target.title.into(),
                target.measure.into(),
                target.goal_written.into(),
            ];
            row.extend(years.iter().map(|year| {
                plan.iter()
                    .find(|(y, ..)| y == year)
                    .map_or(Out::Empty, |(_, _, written)| written.as_str().into())
            }));
            row
        })
        .collect();
    Ok(List { name: texts.say("export-targets"), headers, rows, about })
}

/// The allocation of a target where the actor may see the units, as its import reads it.
///
/// # Errors
/// 404 for a target that is not there.
pub fn allocation(tx: &Tx<'_>, clock: &Clock, texts: &Texts, actor: &Actor, code: &str) -> Outcome<List> {
    let Some(target) = store::target_by_code(tx, code)? else { return Refusal::not_found().stop() };
    let names = Snapshot::at(tx, clock.today())?;
    let mut all = store::allocations(tx, target.id)?;
    all.retain(|(unit, ..)| actor.may(Right::See, *unit));
    let mut years: Vec<i64> = all.iter().map(|(_, year, _)| *year).collect();
    years.sort_unstable();
    years.dedup();
    let mut headers = vec!["Mã chỉ tiêu".to_owned(), "Đơn vị".to_owned()];
    headers.extend(years.iter().map(|year| format!("Năm {year}")));
    let mut units: Vec<base::ids::UnitId> = all.iter().map(|(unit, ..)| *unit).collect();
    units.dedup();
    let row = |unit: &base::ids::UnitId| {
        let plan = |year: &i64| all.iter().find(|(u, y, _)| u == unit && y == year).map(|(.., plan)| *plan);
        let mut row: Vec<Out> = vec![code.into(), names.name(*unit).into()];
        row.extend(years.iter().map(|year| Out::from(plan(year))));
        row
    };
    Ok(List {
        name: texts.say("allocation"),
        headers,
        rows: units.iter().map(row).collect(),
        about: vec![
            (texts.say("target"), target.title),
            (texts.say("export-made"), base::format::moment(clock.now())),
        ],
    })
}

fn progress(tx: &Tx<'_>, actor: &Actor, names: &Snapshot, on: Date) -> anyhow::Result<Vec<Vec<Out>>> {
    let mut rows = Vec::new();
    for programme in store::programmes(tx)? {
        for line in store::reports(tx, programme.id, on)? {
            if !actor.may(Right::See, line.unit) {
                continue;
            }
            let code = names.unit(line.unit).map(|u| u.code.clone()).unwrap_or_default();
            rows.push(vec![
                code.into(),
                names.name(line.unit).into(),
                line.item.into(),
                Out::Date(line.as_of),
                programme.code.clone().into(),
                Out::from(line.plan),
                Out::from(line.actual),
                Out::from(line.percent),
                line.words.into(),
                line.evidence.into(),
                Out::from(line.reported_on),
            ]);
        }
    }
    Ok(rows)
}

/// A unit as its import reads it: territories by their official code and level, offices by their own code and kind.
fn unit_row(unit: &organisation::Unit, names: &Snapshot) -> Vec<Out> {
    use organisation::{Kind, Tree};
    let (tree, territory) = match unit.tree {
        Tree::State => ("nha_nuoc", false),
        Tree::Party => ("dang", false),
        Tree::Mass => ("doan_the", false),
        Tree::Territory => ("dia_gioi", true),
    };
    let level = match unit.kind.as_str() {
        Kind::CITY => "tinh",
        Kind::DISTRICT => "huyen",
        Kind::COMMUNE => "xa",
        other => other,
    };
    let official = territory && !unit.official_code.is_empty();
    let code = if official { &unit.official_code } else { &unit.code };
    let code_of = |p: &organisation::Unit| {
        if territory && !p.official_code.is_empty() { p.official_code.clone() } else { p.code.clone() }
    };
    let parent = names.parent(unit.id).map(code_of);
    // The file names the last day, the store the first day after it.
    let last = unit.dissolved.and_then(|end| end.yesterday().ok());
    vec![
        Out::from(code.clone()),
        Out::from(unit.name.clone()),
        Out::from(level),
        Out::Date(unit.established),
        Out::from(last),
        Out::from(parent),
        Out::from(tree),
    ]
}
