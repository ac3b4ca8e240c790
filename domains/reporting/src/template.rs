//! What a template in Word may name, and a template to begin with: the official layout with a placeholder wherever a
//! figure or somebody's words come.

use crate::gather::{Facts, Figures, Line};
use base::{
    Outcome,
    format::{date, whole},
};
use paper::{
    letter::{Block, Grid, Letter, Signing, System, place_of},
    template::{Data, Fields},
};

/// The lists and the fields of their items.
const LISTS: [(&str, &[&str]); 4] = [
    ("don_vi", &["thu_tu", "ten", "den_han", "dung_han", "ty_le", "qua_han", "nop"]),
    ("qua_han", &["ma", "viec", "chu_tri", "han", "tien_do"]),
    ("sap_den_han", &["ma", "viec", "chu_tri", "han", "tien_do"]),
    ("trong_ky", &["noi_dung", "ke_hoach", "thuc_hien", "ty_le"]),
];

fn counts(f: &Figures) -> [(&'static str, String); 9] {
    [
        ("so_lieu.da_giao", whole(f.all)),
        ("so_lieu.giao_trong_ky", whole(f.given)),
        ("so_lieu.den_han", whole(f.due)),
        ("so_lieu.dung_han", whole(f.on_time)),
        ("so_lieu.ty_le_dung_han", f.share()),
        ("so_lieu.muon", whole(f.late)),
        ("so_lieu.hoan_thanh", whole(f.done)),
        ("so_lieu.qua_han", whole(f.overdue)),
        ("so_lieu.ton_tu_ky_truoc", whole(f.carried)),
    ]
}

fn fields(pairs: &[(&str, String)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn tasks(lines: &[Line]) -> Vec<Fields> {
    let task = |line: &Line| {
        fields(&[
            ("ma", line.code.clone()),
            ("viec", line.title.clone()),
            ("chu_tri", line.lead.clone()),
            ("han", line.due.clone()),
            ("tien_do", line.percent.clone()),
        ])
    };
    lines.iter().map(task).collect()
}

/// What fills a template.
pub(crate) fn data(facts: &Facts) -> Data {
    let mut data = Data::default();
    data.fields.extend(fields(&[
        ("ten_bao_cao", crate::letter::subject(&facts.title)),
        ("dia_danh", place_of(&facts.issuer)),
        ("ky", facts.period.clone()),
        ("tu_ngay", facts.first.clone()),
        ("den_ngay", facts.last.map(date).unwrap_or_default()),
        ("don_vi_bao_cao", facts.issuer.clone()),
        ("noi_nhan", facts.to.clone()),
        ("ghi_chu", facts.demo.clone()),
    ]));
    data.fields.extend(fields(&counts(&facts.figures)));
    for (at, (heading, words)) in (1..).zip(&facts.words) {
        data.fields.insert(format!("phan.{at}"), words.trim().to_owned());
        data.fields.insert(format!("phan.{at}.tieu_de"), heading.clone());
    }
    for (list, columns) in LISTS {
        data.columns.insert(list.to_owned(), columns.iter().map(|c| (*c).to_owned()).collect());
    }
    let units = (1..).zip(&facts.units).map(|(n, unit): (i64, _)| {
        let f = &unit.figures;
        fields(&[
            ("thu_tu", whole(n)),
            ("ten", unit.name.clone()),
            ("den_han", whole(f.due)),
            ("dung_han", whole(f.on_time)),
            ("ty_le", f.share()),
            ("qua_han", whole(f.overdue)),
            ("nop", crate::letter::handed_in(&unit.turn).to_owned()),
        ])
    });
    data.lists.insert("don_vi".to_owned(), units.collect());
    data.lists.insert("qua_han".to_owned(), tasks(&facts.figures.behind));
    data.lists.insert("sap_den_han".to_owned(), tasks(&facts.figures.next));
    let reported = facts.figures.reported.iter().map(|r| {
        fields(&[
            ("noi_dung", r.item.clone()),
            ("ke_hoach", r.plan.clone()),
            ("thuc_hien", r.actual.clone()),
            ("ty_le", r.percent.clone()),
        ])
    });
    data.lists.insert("trong_ky".to_owned(), reported.collect());
    data
}

/// A template to begin with.
pub(crate) fn starter(is_party: bool, sections: usize, is_whole: bool) -> Outcome<Vec<u8>> {
    let mark = |name: &str| format!("{{{{{name}}}}}");
    let table = |list: &str, heads: &[&str], widths: &[u32], columns: &[&str]| {
        Block::Table(Grid {
            headers: heads.iter().map(|head| (*head).to_owned()).collect(),
            widths: widths.to_vec(),
            numbers: Vec::new(),
            shades: Vec::new(),
            rows: vec![columns.iter().map(|column| mark(&format!("{list}.{column}"))).collect()],
        })
    };
    let mut body = vec![
        Block::Heading(1, "I. Kết quả thực hiện".to_owned()),
        Block::Text(
            "Số liệu từ {{tu_ngay}} đến {{den_ngay}}: {{so_lieu.da_giao}} nhiệm vụ đã giao, {{so_lieu.den_han}} nhiệm vụ \
             đến hạn, hoàn thành đúng hạn {{so_lieu.dung_han}} ({{so_lieu.ty_le_dung_han}}), quá hạn chưa hoàn thành \
             {{so_lieu.qua_han}}."
                .to_owned(),
        ),
    ];
    if is_whole {
        body.push(table(
            "don_vi",
            &["STT", "Đơn vị", "Đến hạn", "Đúng hạn", "Tỷ lệ", "Quá hạn", "Nộp"],
            &[8, 32, 12, 12, 12, 12, 12],
            &["thu_tu", "ten", "den_han", "dung_han", "ty_le", "qua_han", "nop"],
        ));
    } else {
        body.push(table(
            "trong_ky",
            &["Nội dung", "Kế hoạch", "Thực hiện", "Tỷ lệ (%)"],
            &[52, 16, 16, 16],
            &["noi_dung", "ke_hoach", "thuc_hien", "ty_le"],
        ));
        body.push(table(
            "qua_han",
            &["Mã", "Nhiệm vụ quá hạn", "Chủ trì", "Thời hạn", "Tiến độ (%)"],
            &[16, 40, 20, 14, 10],
            &["ma", "viec", "chu_tri", "han", "tien_do"],
        ));
    }
    for n in 1..=sections {
        body.push(Block::Heading(2, mark(&format!("phan.{n}.tieu_de"))));
        body.push(Block::Text(mark(&format!("phan.{n}"))));
    }
    let letter = Letter {
        system: if is_party { System::Party } else { System::State },
        issuer: mark("don_vi_bao_cao"),
        place: mark("dia_danh"),
        symbol: "BC".to_owned(),
        kind: "Báo cáo".to_owned(),
        subject: "{{ten_bao_cao}} {{ky}}".to_owned(),
        to: if is_whole { Vec::new() } else { vec![mark("noi_nhan")] },
        body,
        signing: Signing {
            authority: String::new(),
            title: "Thủ trưởng đơn vị".to_owned(),
            name: String::new(),
        },
        copies: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
        mark: mark("ghi_chu"),
        ..Letter::default()
    };
    Ok(letter.docx()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_to_begin_with_names_only_what_is_there() {
        let facts = Facts {
            words: vec![("Ưu điểm".to_owned(), "Tốt".to_owned()), ("Hạn chế".to_owned(), String::new())],
            ..Facts::default()
        };
        for is_whole in [true, false] {
            let template = starter(true, facts.words.len(), is_whole).unwrap();
            paper::template::fill(&template, &data(&facts)).unwrap();
        }
    }
}
