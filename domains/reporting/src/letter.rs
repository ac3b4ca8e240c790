//! A unit's report and the whole of a period as official documents, from facts alone. Documents are in Vietnamese.

use crate::gather::{Facts, Figures, Line};
use base::format::{date, whole};
use paper::letter::{Appendix, Block, Grid, Letter, Signing, System, office_of, place_of};

pub(crate) fn letter(facts: &Facts) -> Letter {
    let (system, between, authority, title) = if facts.is_party {
        (System::Party, '/', "T/M Ban Thường vụ", "Phó Bí thư")
    } else {
        (System::State, '-', "", "Thủ trưởng đơn vị")
    };
    let mut body = vec![Block::Heading(1, "I. Kết quả thực hiện".to_owned())];
    body.push(Block::Text(result(facts)));
    let is_whole = !facts.units.is_empty();
    if is_whole {
        body.push(Block::Table(units(facts)));
    }
    if !facts.figures.reported.is_empty() {
        body.push(Block::Text("Số liệu đã báo cáo và đo đếm trong kỳ:".to_owned()));
        body.push(Block::Table(reported(&facts.figures)));
    }
    let mut number = 1;
    for (heading, words) in facts.words.iter().filter(|(_, words)| !words.is_empty()) {
        number += 1;
        body.push(Block::Heading(1, format!("{}. {heading}", roman(number))));
        for line in words.lines() {
            body.push(if is_whole { Block::Item(line.to_owned()) } else { Block::Text(line.to_owned()) });
        }
    }
    let mut appendices = Vec::new();
    for (title, lines) in [
        ("Nhiệm vụ quá hạn chưa hoàn thành", &facts.figures.behind),
        ("Nhiệm vụ đến hạn trong ba mươi ngày tới", &facts.figures.next),
    ] {
        if !lines.is_empty() {
            appendices.push(Appendix {
                label: format!("Phụ lục {}", roman(appendices.len() + 1)),
                title: title.to_owned(),
                blocks: vec![Block::Table(tasks(lines))],
            });
        }
    }
    Letter {
        system,
        parent: facts.parent.clone(),
        issuer: facts.issuer.clone(),
        place: place_of(&facts.issuer),
        symbol: format!("BC{between}{}", office_of(&facts.issuer, facts.is_party)),
        kind: "Báo cáo".to_owned(),
        subject: format!("{} {}", subject(&facts.title), facts.period),
        to: if facts.to.is_empty() { Vec::new() } else { vec![facts.to.clone()] },
        body,
        signing: Signing { authority: authority.to_owned(), title: title.to_owned(), name: String::new() },
        copies: vec!["Như trên".to_owned(), "Lưu: VT".to_owned()],
        appendices,
        mark: facts.demo.clone(),
        ..Letter::default()
    }
}

/// The title without the kind that stands above it: "Báo cáo kết quả …" is "Kết quả …".
pub(crate) fn subject(title: &str) -> String {
    let rest = title.strip_prefix("Báo cáo ").unwrap_or(title);
    base::fold::capitalised(rest)
}

fn result(facts: &Facts) -> String {
    let f = &facts.figures;
    let last = facts.last.map(date).unwrap_or_default();
    let mut text = format!(
        "Số liệu từ {} đến {last}. Đến cuối kỳ có {} nhiệm vụ đã giao, trong đó {} nhiệm vụ giao trong kỳ. Trong kỳ có {} \
         nhiệm vụ đến hạn: hoàn thành đúng hạn {} ({}), hoàn thành quá hạn {}; hoàn thành trong kỳ {} nhiệm vụ.",
        facts.first,
        whole(f.all),
        whole(f.given),
        whole(f.due),
        whole(f.on_time),
        f.share(),
        whole(f.late),
        whole(f.done),
    );
    text += &if f.overdue > 0 {
        format!(
            " Còn {} nhiệm vụ quá hạn chưa hoàn thành, {} nhiệm vụ chuyển từ kỳ trước.",
            whole(f.overdue),
            whole(f.carried)
        )
    } else {
        " Không có nhiệm vụ quá hạn.".to_owned()
    };
    text
}

/// How a unit stands with its part, in the words of a document.
pub(crate) fn handed_in(turn: &str) -> &'static str {
    match turn {
        "sent" => "đúng hạn",
        "late" => "muộn",
        "returned" => "trả lại",
        "missing" => "chưa nộp",
        _ => "chưa đến hạn",
    }
}

fn units(facts: &Facts) -> Grid {
    Grid {
        headers: ["STT", "Đơn vị", "Đến hạn", "Đúng hạn", "Tỷ lệ", "Quá hạn", "Nộp báo cáo"]
            .map(str::to_owned)
            .to_vec(),
        widths: vec![7, 33, 11, 11, 12, 11, 15],
        numbers: vec![0, 2, 3, 4, 5],
        shades: Vec::new(),
        rows: facts
            .units
            .iter()
            .enumerate()
            .map(|(n, unit)| {
                let f = &unit.figures;
                vec![
                    (n + 1).to_string(),
                    unit.name.clone(),
                    whole(f.due),
                    whole(f.on_time),
                    f.share(),
                    whole(f.overdue),
                    handed_in(&unit.turn).to_owned(),
                ]
            })
            .collect(),
    }
}

fn reported(figures: &Figures) -> Grid {
    Grid {
        headers: ["Nội dung", "Kế hoạch", "Thực hiện", "Tỷ lệ (%)"].map(str::to_owned).to_vec(),
        widths: vec![52, 16, 16, 16],
        numbers: vec![1, 2, 3],
        shades: Vec::new(),
        rows: figures
            .reported
            .iter()
            .map(|r| vec![r.item.clone(), r.plan.clone(), r.actual.clone(), r.percent.clone()])
            .collect(),
    }
}

fn tasks(lines: &[Line]) -> Grid {
    Grid {
        headers: ["STT", "Nhiệm vụ", "Chủ trì", "Thời hạn", "Tiến độ (%)"].map(str::to_owned).to_vec(),
        widths: vec![7, 42, 22, 17, 12],
        numbers: vec![0, 4],
        shades: Vec::new(),
        rows: lines
            .iter()
            .enumerate()
            .map(|(n, line)| {
                vec![
                    (n + 1).to_string(),
                    format!("{} ({})", line.title, line.code),
                    line.lead.clone(),
                    line.due.clone(),
                    line.percent.clone(),
                ]
            })
            .collect(),
    }
}

fn roman(n: usize) -> &'static str {
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
        .get(n.saturating_sub(1))
        .unwrap_or(&"")
}
