//! Tasks as a file: with the code of each, so that the same file, filled in further, is read back onto them.

use base::texts::Texts;
use db::Tx;
use organisation::Snapshot;
use paper::write::{List, Out};
use programme::store::{self, ListRow};
use std::collections::HashMap;

/// The first fifteen are read back; the rest is for people.
const HEADERS: [&str; 19] = [
    "Mã",
    "Nhóm nhiệm vụ",
    "Nhiệm vụ",
    "Mã đơn vị chủ trì",
    "Cơ quan chủ trì",
    "Cơ quan phối hợp",
    "Thời hạn",
    "Sản phẩm",
    "Tiêu chí nghiệm thu",
    "Thẩm quyền",
    "Người phụ trách",
    "Lĩnh vực",
    "Chương trình",
    "Điều khoản",
    "Đến hạn ngày",
    "Trạng thái",
    "Tiến độ (%)",
    "Ngày báo xong",
    "Việc mới, khó",
];

/// A list of tasks as it is filtered.
///
/// # Errors
/// When the reading fails.
pub fn tasks(
    tx: &Tx<'_>,
    rows: &[ListRow],
    names: &Snapshot,
    texts: &Texts,
    about: Vec<(String, String)>,
) -> anyhow::Result<List> {
    let codes: Vec<String> = rows.iter().map(|t| t.code.clone()).collect();
    let details = store::details(tx, &codes)?;
    let units: HashMap<_, _> =
        organisation::store::all_units(tx)?.into_iter().map(|u| (u.id, u.code)).collect();
    let row = |t: &ListRow| -> Vec<Out> {
        let lead = t.lead.map_or_else(|| t.lead_words.clone(), |unit| names.name(unit));
        let lead_code = t.lead.and_then(|unit| units.get(&unit).cloned()).unwrap_or_default();
        let due = if t.due_written.is_empty() { Out::from(t.due) } else { Out::from(t.due_written.clone()) };
        let detail = details.get(&t.code);
        let fact = |of: fn(&programme::words::Facts) -> &String| {
            Out::from(detail.map(|d| of(&d.facts).clone()).unwrap_or_default())
        };
        vec![
            t.code.clone().into(),
            detail.map(|d| d.group_title.clone()).unwrap_or_default().into(),
            t.title.clone().into(),
            lead_code.into(),
            lead.into(),
            detail.map(|d| d.support.join("; ")).unwrap_or_default().into(),
            due,
            fact(|f| &f.product),
            fact(|f| &f.acceptance),
            fact(|f| &f.authority),
            t.person.clone().into(),
            t.field.clone().into(),
            t.programme.clone().into(),
            detail.map(|d| d.clauses.join("; ")).unwrap_or_default().into(),
            t.due.into(),
            texts.say(&format!("state-{}", t.state.word())).into(),
            Out::Number(base::Decimal::new(t.percent, 2).normalize()),
            t.reported_on.into(),
            if t.new_and_hard { "x" } else { "" }.into(),
        ]
    };
    Ok(List {
        name: texts.say("export-tasks"),
        headers: HEADERS.map(str::to_owned).to_vec(),
        rows: rows.iter().map(row).collect(),
        about,
    })
}
