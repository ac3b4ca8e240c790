//! The report of a review and its concluding notice as official documents, from frozen facts alone.

use crate::{
    gather::{Facts, Part},
    store::{Conclusion, Paper, PartWords},
};
use base::{Date, Decimal, format};
use paper::letter::{
    Appendix, Block, Chart, ChartKind, Grid, Letter, Shade, Signing, System, office_of, place_of,
};

/// The mid-term report follows the outline that offices use; every figure comes from the facts.
pub(crate) fn letter(facts: &Facts) -> Letter {
    let kind = if facts.kind == "tong_ket" { "tổng kết" } else { "sơ kết giữa nhiệm kỳ" };
    let mut body = vec![Block::Heading(1, "Đặc điểm tình hình".to_owned())];
    body.extend(words(facts, "context"));
    body.push(Block::Part("Phần thứ nhất".to_owned(), "Kết quả thực hiện".to_owned()));
    leadership(facts, &mut body);
    target_table(facts, &mut body);
    fields(facts, &mut body);
    judgement(facts, &mut body);
    body.push(Block::Part("Phần thứ hai".to_owned(), "Phương hướng, nhiệm vụ, giải pháp".to_owned()));
    body.extend(words(facts, "directions"));
    restated(facts, &mut body);
    body.push(Block::Heading(1, "Kiến nghị, đề xuất".to_owned()));
    body.extend(words(facts, "proposals"));
    body.extend(from_units(facts, |p| &p.proposals));
    let subject = format!("{kind} thực hiện Chương trình số {} “{}”{}", facts.mark, facts.title, term(facts));
    Letter {
        kind: "Báo cáo".to_owned(),
        subject,
        symbol: symbol("BC", facts),
        date: facts.as_of,
        body,
        appendices: appendices(facts),
        ..frame(facts)
    }
}

fn term(facts: &Facts) -> String {
    if facts.term.is_empty() { String::new() } else { format!(", giai đoạn {}", facts.term) }
}

/// `BC/TU` of the Party, `BC-UBND` of the state.
fn symbol(kind: &str, facts: &Facts) -> String {
    let between = if facts.is_party { '/' } else { '-' };
    format!("{kind}{between}{}", office_of(&facts.issuer, facts.is_party))
}

/// Head and foot, which the report and the notice share.
fn frame(facts: &Facts) -> Letter {
    let (system, authority, title) = if facts.is_party {
        (System::Party, "T/M Ban Thường vụ", "Phó Bí thư")
    } else {
        (System::State, "TM. Ủy ban nhân dân", "Chủ tịch")
    };
    Letter {
        system,
        parent: facts.parent.clone(),
        issuer: facts.issuer.clone(),
        place: place_of(&facts.issuer),
        signing: Signing { authority: authority.to_owned(), title: title.to_owned(), name: String::new() },
        copies: vec!["Các đơn vị thực hiện chương trình".to_owned(), "Lưu: VT".to_owned()],
        mark: facts.demo.clone(),
        ..Letter::default()
    }
}

fn day(facts: &Facts) -> String {
    facts.as_of.map(format::date).unwrap_or_default()
}

fn words(facts: &Facts, section: &str) -> Vec<Block> {
    match facts.words.get(section).filter(|w| !w.is_empty()) {
        Some(words) => vec![Block::Text(words.clone())],
        None => Vec::new(),
    }
}

/// What units wrote under one heading, each with its name.
fn from_units(facts: &Facts, of: impl Fn(&PartWords) -> &String) -> Vec<Block> {
    facts
        .parts
        .iter()
        .filter(|(_, words)| !of(words).is_empty())
        .map(|(name, words)| Block::Item(format!("{name}: {}", of(words).replace('\n', " "))))
        .collect()
}

fn leadership(facts: &Facts, body: &mut Vec<Block>) {
    body.push(Block::Heading(1, "I. Công tác lãnh đạo, chỉ đạo, triển khai".to_owned()));
    body.extend(words(facts, "leadership"));
    let plans = facts.documents.len().saturating_sub(1);
    let mut text = format!(
        "Đến ngày {}, đã ban hành {} văn bản triển khai chương trình (danh mục tại Phụ lục II)",
        day(facts),
        format::whole(i64::try_from(plans).unwrap_or(0))
    );
    if facts.early.all > 0 {
        text += &format!(
            "; {} đơn vị ban hành văn bản{}",
            facts.early.shown(),
            facts.early_limit.map_or_else(String::new, |days| format!(" trong thời hạn {days} ngày")),
        );
        if !facts.early_median.is_empty() {
            text += &format!(", trung vị {} ngày kể từ ngày chương trình được ban hành", facts.early_median);
        }
    }
    body.push(Block::Text(text + "."));
    body.push(Block::Text(format!(
        "Đánh giá việc triển khai: cụ thể (đủ sáu rõ) {}; đồng bộ (nội dung được các đơn vị triển khai) {}; kịp thời {} \
         (theo hạn đã được gia hạn), {} (theo hạn ban đầu).",
        facts.concrete.shown(),
        facts.in_step.shown(),
        facts.on_time.shown(),
        facts.on_time_first.shown(),
    )));
    if !facts.nobody.is_empty() {
        body.push(Block::Text(format!(
            "Nội dung chưa có đơn vị nào triển khai: {}.",
            facts.nobody.join(", ")
        )));
    }
}

fn target_table(facts: &Facts, body: &mut Vec<Block>) {
    body.push(Block::Heading(1, "II. Kết quả thực hiện các mục tiêu, chỉ tiêu".to_owned()));
    if facts.targets.is_empty() {
        body.push(Block::Text("Chương trình không ghi chỉ tiêu.".to_owned()));
        return;
    }
    body.push(Block::Table(Grid {
        headers: ["STT", "Chỉ tiêu", "ĐVT", "Mục tiêu", "Kết quả đến kỳ báo cáo", "%", "Đánh giá"]
            .map(str::to_owned)
            .to_vec(),
        widths: vec![8, 32, 10, 12, 18, 9, 15],
        numbers: vec![0, 5],
        shades: Vec::new(),
        rows: facts
            .targets
            .iter()
            .enumerate()
            .map(|(n, t)| {
                vec![
                    (n + 1).to_string(),
                    t.title.clone(),
                    t.measure.clone(),
                    t.goal.clone(),
                    t.value.clone(),
                    t.percent.clone(),
                    t.verdict.clone(),
                ]
            })
            .collect(),
    }));
}

fn fields(facts: &Facts, body: &mut Vec<Block>) {
    body.push(Block::Heading(1, "III. Kết quả thực hiện nhiệm vụ, giải pháp theo lĩnh vực".to_owned()));
    if facts.fields.is_empty() {
        body.push(Block::Text("Chưa có nhiệm vụ nào được giao.".to_owned()));
    }
    for (n, f) in facts.fields.iter().enumerate() {
        body.push(Block::Heading(2, format!("{}. {}", n + 1, f.field)));
        let mut text = format!(
            "Có {} nhiệm vụ; trong số nhiệm vụ đã đến hạn, hoàn thành đúng hạn {}; hoàn thành quá hạn {}; quá hạn chưa \
             hoàn thành {}.",
            format::whole(f.all),
            f.on_time.shown(),
            format::whole(f.late),
            format::whole(f.overdue)
        );
        if !f.good.is_empty() {
            text +=
                &format!(" Các đơn vị hoàn thành đúng hạn toàn bộ nhiệm vụ đến hạn: {}.", f.good.join("; "));
        }
        if !f.behind.is_empty() {
            text += &format!(" Các đơn vị còn nhiệm vụ quá hạn: {}.", f.behind.join("; "));
        }
        body.push(Block::Text(text));
    }
    if facts.trend.len() > 1 {
        let (labels, parts): (Vec<_>, Vec<_>) = facts.trend.iter().cloned().unzip();
        body.push(Block::Chart(Chart {
            title: "Biểu đồ 1. Tỷ lệ hoàn thành đúng hạn lũy kế qua các quý (%)".to_owned(),
            kind: ChartKind::Line,
            categories: labels,
            series: vec![("Đúng hạn".to_owned(), parts.iter().map(share).collect())],
            most: Some(Decimal::ONE_HUNDRED),
            height: 65,
        }));
    }
}

/// A share in percent to one decimal place; none when there is nothing to divide by.
fn share(part: &Part) -> Option<Decimal> {
    format::percent_of(part.of, part.all).map(|percent| percent.round_dp(1))
}

/// The units in their ranking as bars, and each unit's share on time in each field as a shaded table.
fn pictures(facts: &Facts) -> Vec<Block> {
    let mut blocks = Vec::new();
    let ranked: Vec<_> = facts.units.iter().filter(|unit| unit.on_time.all > 0).collect();
    if ranked.len() > 1 {
        // A page holds some forty bars; more units than that are told by the table.
        let shown: Vec<_> = ranked.iter().take(40).collect();
        blocks.push(Block::Chart(Chart {
            title: "Biểu đồ 2. Xếp hạng các đơn vị theo tỷ lệ hoàn thành đúng hạn (%)".to_owned(),
            kind: ChartKind::Bars,
            categories: shown.iter().map(|u| format!("{}. {}", u.rank, u.name)).collect(),
            series: vec![("Đúng hạn".to_owned(), shown.iter().map(|u| share(&u.on_time)).collect())],
            most: None,
            height: (20 + 5 * u32::try_from(shown.len()).unwrap_or(40)).min(210),
        }));
    }
    if !facts.matrix.is_empty() && !facts.fields.is_empty() {
        let columns = u32::try_from(facts.fields.len()).unwrap_or(1);
        let cells = |row: &(String, Vec<Part>)| {
            let shown = row
                .1
                .iter()
                .map(|part| share(part).map_or_else(|| "–".to_owned(), |p| format::decimal(p.normalize())));
            std::iter::once(row.0.clone()).chain(shown).collect()
        };
        let shades = |row: &(String, Vec<Part>)| {
            let shade = row.1.iter().map(|part| match share(part) {
                None => Shade::None,
                Some(p) if p >= Decimal::from(90) => Shade::Good,
                Some(p) if p >= Decimal::from(70) => Shade::Fair,
                Some(_) => Shade::Poor,
            });
            std::iter::once(Shade::None).chain(shade).collect()
        };
        let mut headers = vec!["Đơn vị".to_owned()];
        headers.extend(facts.fields.iter().map(|field| field.field.clone()));
        let mut widths = vec![30];
        widths.extend(facts.fields.iter().map(|_| 70 / columns.max(1)));
        blocks.push(Block::Text(
            "Ma trận tỷ lệ đúng hạn theo đơn vị và lĩnh vực (%): từ 90 là tốt, từ 70 cần theo dõi, dưới 70 là chậm."
                .to_owned(),
        ));
        blocks.push(Block::Table(Grid {
            headers,
            widths,
            numbers: (1..=facts.fields.len()).collect(),
            shades: facts.matrix.iter().map(shades).collect(),
            rows: facts.matrix.iter().map(cells).collect(),
        }));
    }
    blocks
}

fn judgement(facts: &Facts, body: &mut Vec<Block>) {
    body.push(Block::Heading(1, "IV. Đánh giá chung".to_owned()));
    let parts: [(&str, &str, fn(&PartWords) -> &String); 3] = [
        ("1. Ưu điểm", "strengths", |p| &p.strengths),
        ("2. Hạn chế, tồn tại", "weaknesses", |p| &p.weaknesses),
        ("3. Nguyên nhân", "causes", |p| &p.causes),
    ];
    for (heading, section, of) in parts {
        body.push(Block::Heading(2, heading.to_owned()));
        if section == "strengths" {
            let best: Vec<&str> = facts
                .units
                .iter()
                .filter(|u| u.rank == 1 && u.on_time.all > 0)
                .map(|u| u.name.as_str())
                .collect();
            if !best.is_empty() && best.len() <= 10 {
                body.push(Block::Text(format!("Đơn vị dẫn đầu về tỷ lệ đúng hạn: {}.", best.join("; "))));
            }
        }
        body.extend(words(facts, section));
        body.extend(from_units(facts, of));
    }
    body.push(Block::Heading(2, "4. Bài học kinh nghiệm".to_owned()));
    body.extend(words(facts, "lessons"));
}

/// The targets that are still to be reached, restated for the rest of the term.
fn restated(facts: &Facts, body: &mut Vec<Block>) {
    let open: Vec<&crate::gather::TargetLine> =
        facts.targets.iter().filter(|t| matches!(t.verdict.as_str(), "khả năng đạt" | "khó đạt")).collect();
    if open.is_empty() {
        return;
    }
    body.push(Block::Text("Tập trung thực hiện các chỉ tiêu chưa đạt đến hết giai đoạn:".to_owned()));
    for t in open {
        body.push(Block::Item(format!(
            "{}: {} {} (hiện đạt {}, {}).",
            t.title, t.goal, t.measure, t.value, t.verdict
        )));
    }
}

fn appendices(facts: &Facts) -> Vec<Appendix> {
    let table = |headers: &[&str], widths: &[u32], numbers: &[usize], rows: Vec<Vec<String>>| {
        vec![Block::Table(Grid {
            headers: headers.iter().map(|h| (*h).to_owned()).collect(),
            widths: widths.to_vec(),
            numbers: numbers.to_vec(),
            shades: Vec::new(),
            rows,
        })]
    };
    let numbered = |n: usize| (n + 1).to_string();
    let tasks = facts.tasks.iter().enumerate().map(|(n, t)| {
        vec![
            numbered(n),
            t.title.clone(),
            t.lead.clone(),
            t.support.clone(),
            t.due.clone(),
            t.product.clone(),
            t.progress.clone(),
            String::new(),
        ]
    });
    let documents =
        facts.documents.iter().enumerate().map(|(n, d)| {
            vec![numbered(n), d.mark.clone(), d.title.clone(), d.issuer.clone(), d.issued.clone()]
        });
    let units = facts.units.iter().map(|u| {
        vec![
            u.rank.to_string(),
            u.name.clone(),
            if u.early.is_empty() { "chưa có".to_owned() } else { u.early.clone() },
            u.concrete.shown(),
            u.in_step.shown(),
            u.on_time.shown(),
        ]
    });
    let mut all = Vec::new();
    all.push((
        "Bảng kết quả thực hiện nhiệm vụ",
        table(
            &[
                "STT",
                "Nhiệm vụ",
                "Cơ quan chủ trì",
                "Cơ quan phối hợp",
                "Thời hạn",
                "Sản phẩm",
                "Tiến độ, kết quả",
                "Ghi chú",
            ],
            &[7, 27, 14, 12, 15, 11, 14, 8],
            &[0],
            tasks.collect(),
        ),
    ));
    all.push((
        "Danh mục văn bản triển khai",
        table(
            &["STT", "Số, ký hiệu", "Trích yếu", "Cơ quan ban hành", "Ngày ban hành"],
            &[8, 16, 38, 24, 14],
            &[0],
            documents.collect(),
        ),
    ));
    all.push((
        "Thống kê theo đơn vị, xếp theo tỷ lệ đúng hạn",
        table(
            &["Thứ", "Đơn vị", "Sớm (ngày)", "Cụ thể", "Đồng bộ", "Kịp thời"],
            &[8, 30, 13, 17, 17, 17],
            &[0, 2],
            units.collect(),
        ),
    ));
    let pictures = pictures(facts);
    if !pictures.is_empty() {
        all.push(("Biểu đồ xếp hạng và ma trận", pictures));
    }
    all.into_iter()
        .zip(["I", "II", "III", "IV"])
        .map(|((title, blocks), n)| Appendix {
            label: format!("Phụ lục {n}"),
            title: title.to_owned(),
            blocks,
        })
        .collect()
}

/// The notice of what a conference concluded.
pub(crate) fn notice(facts: &Facts, on: Date, conclusions: &[(Conclusion, String)]) -> Letter {
    let mut body = vec![Block::Text(format!(
        "Tại hội nghị {} thực hiện Chương trình số {}, sau khi nghe báo cáo và các ý kiến tham luận, {} kết luận:",
        if facts.kind == "tong_ket" { "tổng kết" } else { "sơ kết" },
        facts.mark,
        facts.issuer
    ))];
    for (n, (c, lead)) in conclusions.iter().enumerate() {
        let mut text = format!("{}. {}. Chủ trì: {lead}", n + 1, c.words.trim_end_matches('.'));
        for (label, value) in [
            ("người chịu trách nhiệm", &c.person),
            ("sản phẩm", &c.product),
            ("thời hạn", &c.due),
            ("thẩm quyền", &c.authority),
            ("nhiệm vụ số", &c.task),
        ] {
            if !value.is_empty() {
                text += &format!("; {label}: {value}");
            }
        }
        body.push(Block::Text(text + "."));
    }
    Letter {
        kind: "Thông báo".to_owned(),
        subject: format!("kết luận hội nghị {} Chương trình số {}", kind_short(facts), facts.mark),
        symbol: symbol("TB", facts),
        date: Some(on),
        body,
        ..frame(facts)
    }
}

fn kind_short(facts: &Facts) -> &'static str {
    if facts.kind == "tong_ket" { "tổng kết" } else { "sơ kết" }
}

/// The conference's file: agenda, and the delegates' papers in their speaking order.
pub(crate) fn papers(facts: &Facts, papers: &[(Paper, String)]) -> Letter {
    let mut body = vec![Block::Table(Grid {
        headers: ["Thứ tự", "Đơn vị", "Chủ đề", "Người trình bày"].map(str::to_owned).to_vec(),
        widths: vec![10, 30, 40, 20],
        numbers: vec![0],
        shades: Vec::new(),
        rows: papers
            .iter()
            .enumerate()
            .map(|(n, (p, unit))| vec![(n + 1).to_string(), unit.clone(), p.topic.clone(), p.speaker.clone()])
            .collect(),
    })];
    for (n, (p, unit)) in papers.iter().enumerate().filter(|(_, (p, _))| !p.words.is_empty()) {
        body.push(Block::Heading(1, format!("{}. {}", n + 1, p.topic)));
        body.push(Block::Heading(
            3,
            format!(
                "{unit}{}",
                if p.speaker.is_empty() { String::new() } else { format!(", {}", p.speaker) }
            ),
        ));
        body.push(Block::Text(p.words.clone()));
    }
    Letter {
        kind: "Tham luận".to_owned(),
        subject: format!("tại hội nghị {} Chương trình số {}", kind_short(facts), facts.mark),
        symbol: symbol("TL", facts),
        date: facts.as_of,
        body,
        ..frame(facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that `reference/programmes.md` §4 asks for stands in the report, in its order.
    #[test]
    fn the_outline_is_whole() {
        let facts = Facts {
            mark: "01-CTr/TU".to_owned(),
            title: "Xây dựng tổ chức".to_owned(),
            is_party: true,
            issuer: "Thành ủy Lạc Hà".to_owned(),
            ..Facts::default()
        };
        let letter = letter(&facts);
        let headings: Vec<String> = letter
            .body
            .iter()
            .filter_map(|block| match block {
                Block::Part(label, _) => Some(label.clone()),
                Block::Heading(_, text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(
            headings,
            [
                "Đặc điểm tình hình",
                "Phần thứ nhất",
                "I. Công tác lãnh đạo, chỉ đạo, triển khai",
                "II. Kết quả thực hiện các mục tiêu, chỉ tiêu",
                "III. Kết quả thực hiện nhiệm vụ, giải pháp theo lĩnh vực",
                "IV. Đánh giá chung",
                "1. Ưu điểm",
                "2. Hạn chế, tồn tại",
                "3. Nguyên nhân",
                "4. Bài học kinh nghiệm",
                "Phần thứ hai",
                "Kiến nghị, đề xuất",
            ]
        );
        assert_eq!(letter.appendices.len(), 3);
    }
}
