//! A scheme as a workbook in the layout that its import reads.

use crate::{
    rules::Absent,
    scheme::{NodeLeaf, Scheme},
};
use paper::write::{List, Out};

/// Column headers, as the import finds them; workbooks are in Vietnamese.
const HEADERS: [&str; 10] = [
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
            text(|leaf| &leaf.method),
            text(|leaf| &leaf.parameters),
            text(|leaf| &leaf.evidence),
            text(|leaf| &leaf.owner),
            if leaf.is_some_and(|leaf| leaf.is_survey) { "x" } else { "" }.into(),
            absent(leaf.map(|leaf| leaf.when_none)).into(),
            absent(leaf.map(|leaf| leaf.when_zero)).into(),
        ]
    });
    List {
        name: "Bộ chỉ số".to_owned(),
        headers: HEADERS.map(str::to_owned).to_vec(),
        rows: rows.collect(),
        about: vec![("Tên".to_owned(), scheme.title.clone())],
    }
}
