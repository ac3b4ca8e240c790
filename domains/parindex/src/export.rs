//! Workbooks: a scheme in the layout that its import reads, and the list of a round's results.

use crate::{
    points,
    results::Row,
    rules::{Absent, rule_name},
    scheme::{NodeLeaf, Scheme},
    store::Round,
};
use base::Date;
use paper::write::{List, Out};

/// Column headers, as the import finds them; workbooks are in Vietnamese.
const HEADERS: [&str; 12] = [
    "Mã",
    "Nội dung",
    "Điểm tối đa",
    "Phương pháp",
    "Tham số",
    "Tài liệu kiểm chứng",
    "Cơ quan thẩm định",
    "Điều tra xã hội học",
    "Khi không phát sinh",
    "Khi mẫu số bằng 0",
    "Nguồn số liệu",
    "Công sức",
];

fn absent(how: Option<Absent>) -> &'static str {
    match how {
        Some(Absent::Full) => "điểm tối đa",
        Some(Absent::Out) => "loại khỏi mẫu số",
        Some(Absent::Zero) | None => "",
    }
}

/// The workbook; its title stands on a sheet of its own.
pub fn workbook(scheme: &Scheme) -> List {
    let rows = scheme.nodes.iter().map(|node| {
        let leaf = node.leaf.as_ref();
        let text = |of: fn(&NodeLeaf) -> &str| leaf.map_or("", of).into();
        vec![
            node.code.as_str().into(),
            node.title.as_str().into(),
            node.most.map_or(Out::Empty, Into::into),
            text(|leaf| rule_name(&leaf.method)),
            text(|leaf| &leaf.parameters),
            text(|leaf| &leaf.evidence),
            text(|leaf| &leaf.owner),
            if leaf.is_some_and(|leaf| leaf.is_survey) { "x" } else { "" }.into(),
            absent(leaf.map(|leaf| leaf.when_none)).into(),
            absent(leaf.map(|leaf| leaf.when_zero)).into(),
            text(|leaf| &leaf.binding),
            leaf.map_or(Out::Empty, |leaf| leaf.effort.into()),
        ]
    });
    List {
        name: "Bộ chỉ số".to_owned(),
        headers: HEADERS.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        about: vec![
            ("Tên".to_owned(), scheme.title.clone()),
            ("Đơn vị được chấm".to_owned(), scheme.kind.clone()),
            ("Xếp loại".to_owned(), scheme.classes.to_string()),
            ("Năm".to_owned(), scheme.year.to_string()),
            (
                "Cách tính".to_owned(),
                if scheme.is_computed { "theo quy tắc" } else { "tự chấm, thẩm định" }.to_owned(),
            ),
        ],
    }
}

/// The list of results; the second sheet says of which round, by which day.
pub(crate) fn results(round: &Round, scheme: &Scheme, rows: &[Row], (day, mark): (Date, &str)) -> List {
    let heads =
        ["Hạng", "Mã đơn vị", "Đơn vị", "Kết quả (%)", "Xếp loại", "Điểm chấm", "Điều tra", "Thưởng", "Trừ"];
    let mut headers: Vec<String> = heads.map(str::to_owned).to_vec();
    headers.push("Tối đa".to_owned());
    headers.push("Theo quy tắc (%)".to_owned());
    headers.push("Còn thiếu số liệu".to_owned());
    headers.extend(scheme.fields().map(|field| format!("Lĩnh vực {} (%)", field.code)));
    let number = |n: usize| Out::from(i64::try_from(n).unwrap_or(0));
    let line = |row: &Row| {
        let totals = row.totals();
        let mut cells = vec![
            if row.rank > 0 { number(row.rank) } else { Out::Empty },
            row.code.as_str().into(),
            row.name.as_str().into(),
            points::decimal(&totals.result).into(),
            row.class.as_str().into(),
        ];
        for part in [&totals.scored, &totals.survey, &totals.bonus, &totals.penalty, &totals.base] {
            cells.push(points::decimal(part).into());
        }
        cells.push(points::decimal(&row.sums().by_rule.result).into());
        cells.push(number(row.missing()));
        for field in scheme.fields() {
            let share = totals.fields.get(&field.code).and_then(Option::as_ref);
            cells.push(share.map_or(Out::Empty, |share| points::decimal(share).into()));
        }
        cells
    };
    let mut about = vec![
        ("Kỳ chấm".to_owned(), format!("{} ({})", round.title, round.code)),
        ("Bộ chỉ số".to_owned(), format!("{} ({})", scheme.title, scheme.code)),
        ("Tính đến ngày".to_owned(), base::format::date(day)),
        ("Số đơn vị".to_owned(), rows.len().to_string()),
    ];
    let open = rows.iter().filter(|row| !row.is_final).count();
    if open > 0 {
        about.push(("Tình trạng".to_owned(), format!("Tạm tính: {open} đơn vị chưa thẩm định xong")));
    }
    if !mark.is_empty() {
        about.push(("Lưu ý".to_owned(), mark.to_owned()));
    }
    List { name: "Kết quả".to_owned(), headers, rows: rows.iter().map(line).collect(), about }
}
