//! Finds issuer, number, date, title and clauses of a document by how offices lay documents out.

use crate::words::ClauseKind;
use base::{
    Date,
    fold::{fold, tidy},
};
use paper::docx::{Block, Docx};

/// A document as read, shown for correction before it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// `party` or `state`.
    pub system: String,
    /// `chuong_trinh`, `nghi_quyet`, `ke_hoach` …
    pub kind: String,
    /// Number.
    pub number: String,
    /// Symbol.
    pub symbol: String,
    /// Subject line.
    pub title: String,
    /// Issuer as written.
    pub issuer: String,
    /// The congress named in the document, `XVII`.
    pub congress: String,
    /// Day of issue.
    pub issued: Option<Date>,
    /// Clauses and parts in order.
    pub clauses: Vec<DraftClause>,
    /// Passages marked as inserted or deleted, and footnotes left out.
    pub notes: Notes,
}

/// What the reader should know about the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notes {
    /// Insertions, taken as text.
    pub insertions: usize,
    /// Deletions, left out.
    pub deletions: usize,
    /// Footnotes, left out.
    pub footnotes: usize,
}

/// A clause as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftClause {
    /// `II.1.đ`.
    pub key: String,
    /// Level.
    pub kind: ClauseKind,
    /// Text, heading first.
    pub text: String,
}

const KINDS: &[(&str, &str)] = &[
    ("nghi quyet", "nghi_quyet"),
    ("chuong trinh", "chuong_trinh"),
    ("ke hoach", "ke_hoach"),
    ("de an", "de_an"),
    ("quyet dinh", "quyet_dinh"),
    ("chi thi", "chi_thi"),
    ("ket luan", "ket_luan"),
    ("quy dinh", "quy_dinh"),
    ("huong dan", "huong_dan"),
    ("thong bao", "thong_bao"),
    ("bao cao", "bao_cao"),
    ("to trinh", "to_trinh"),
];

/// Reads a Word document.
pub fn docx(doc: &Docx) -> Draft {
    let mut draft = Draft {
        notes: Notes { insertions: doc.insertions, deletions: doc.deletions, footnotes: doc.footnotes },
        ..Draft::default()
    };
    let mut lines: Vec<Line> = Vec::new();
    let mut header_done = false;
    for block in &doc.blocks {
        match block {
            Block::Table(sheet) => {
                let cells: Vec<String> =
                    sheet.rows.iter().flat_map(|r| r.cells.values().map(paper::Cell::lines)).collect();
                let all = fold(&cells.join("\n"));
                if all.contains("noi nhan") {
                    lines.push(Line::Stop);
                } else if !header_done && lines.len() < 3 {
                    header(&cells, &mut draft);
                    header_done = true;
                }
            }
            Block::Paragraph(p) => {
                let shown = p.shown();
                if !shown.trim().is_empty() {
                    lines.push(Line::Text(shown));
                }
            }
        }
    }
    finish(draft, &lines)
}

/// Reads pasted text.
pub fn text(text: &str) -> Draft {
    let lines: Vec<Line> = text.lines().map(tidy).filter(|l| !l.is_empty()).map(Line::Text).collect();
    let mut draft = Draft::default();
    let head: Vec<String> = lines
        .iter()
        .take(8)
        .filter_map(|l| match l {
            Line::Text(t) => Some(t.clone()),
            Line::Stop => None,
        })
        .collect();
    header(&head, &mut draft);
    finish(draft, &lines)
}

enum Line {
    Text(String),
    Stop,
}

fn finish(mut draft: Draft, lines: &[Line]) -> Draft {
    title(lines, &mut draft);
    draft.clauses = clauses(lines);
    draft.congress = lines.iter().find_map(congress).unwrap_or_default();
    if draft.system.is_empty() {
        draft.system = "state".to_owned();
    }
    draft
}

/// "… Đại hội … lần thứ XVII" → XVII.
fn congress(line: &Line) -> Option<String> {
    let Line::Text(text) = line else { return None };
    let (_, after) = text.split_once("lần thứ ")?;
    let word: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
    (fold(text).contains("dai hoi") && roman(&word).is_some()).then_some(word)
}

/// Reads number, symbol, date and issuer from the header block.
fn header(cells: &[String], draft: &mut Draft) {
    for cell in cells {
        for line in cell.lines() {
            let folded = fold(line);
            if folded.contains("dang cong san") {
                "party".clone_into(&mut draft.system);
            } else if folded.contains("cong hoa xa hoi") {
                "state".clone_into(&mut draft.system);
            }
            if draft.number.is_empty()
                && folded.starts_with("so ")
                && let Some((number, symbol)) = number_and_symbol(line)
            {
                (draft.number, draft.symbol) = (number, symbol);
            }
            if draft.issued.is_none() && folded.contains("ngay") && folded.contains("thang") {
                draft.issued = base::period::read(line).date();
            }
        }
    }
    if draft.issuer.is_empty() && !draft.number.is_empty() {
        let first =
            cells.iter().flat_map(|c| c.lines()).map(tidy).find(|l| l.chars().any(char::is_alphabetic));
        draft.issuer = first.map(|l| calm(&l)).unwrap_or_default();
    }
    if draft.system.is_empty()
        && ["/TU", "/QU", "/HU", "/ThU", "/ĐU", "/TW"].iter().any(|s| draft.symbol.ends_with(s))
    {
        "party".clone_into(&mut draft.system);
    }
}

/// "Số 01-CTr/TU", "Số: 12/KH-UBND" → number and symbol.
pub fn number_and_symbol(line: &str) -> Option<(String, String)> {
    let at = line.find(|c: char| c.is_ascii_digit())?;
    let rest = line.get(at..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let number = rest.get(..end)?.to_owned();
    let symbol: String = rest
        .get(end..)?
        .trim_start_matches(['-', '/', '–', ' '])
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '&'))
        .collect();
    Some((number, symbol))
}

/// A name in capitals, calmed down: THÀNH ỦY HÀ NỘI → Thành ủy Hà Nội. A guess for display; the directory of units
/// has the last word.
pub fn calm(text: &str) -> String {
    const SMALL: &[&str] =
        &["uy", "dan", "nhan", "va", "cac", "hoi", "dong", "to", "chuc", "ban", "bo", "vien", "kiem", "tra"];
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let words: Vec<String> = text
        .split_whitespace()
        .enumerate()
        .map(|(i, word)| {
            let lower = word.to_lowercase();
            if word == "UBND" || word == "HĐND" || word == "MTTQ" {
                word.to_owned()
            } else if i > 0 && SMALL.contains(&fold(word).as_str()) {
                lower
            } else {
                let mut chars = lower.chars();
                chars
                    .next()
                    .map(|c| c.to_uppercase().collect::<String>() + chars.as_str())
                    .unwrap_or_default()
            }
        })
        .collect();
    words.join(" ")
}

fn title(lines: &[Line], draft: &mut Draft) {
    let mut texts = lines.iter().filter_map(|l| match l {
        Line::Text(t) => Some(t.as_str()),
        Line::Stop => None,
    });
    let kind_of = |text: &str| {
        let folded = fold(text);
        KINDS.iter().find(|(words, _)| folded == *words).map(|(_, kind)| *kind)
    };
    let mut kind = None;
    for text in texts.by_ref().take(12) {
        kind = kind_of(text);
        if kind.is_some() {
            break;
        }
    }
    if let Some(kind) = kind {
        kind.clone_into(&mut draft.kind);
        let mut parts = Vec::new();
        for text in texts.take(3) {
            let folded = fold(text);
            let ends = !text.chars().any(char::is_alphanumeric)
                || folded.starts_with("can cu")
                || folded.starts_with("theo de nghi")
                || label(text).is_some();
            if ends {
                break;
            }
            parts.push(tidy(text));
        }
        draft.title = parts.join(" ");
    }
    if draft.title.is_empty() {
        let first = lines.iter().find_map(|l| match l {
            Line::Text(t) if t.chars().count() > 12 && label(t).is_none() => Some(tidy(t)),
            _ => None,
        });
        draft.title = first.unwrap_or_default();
    }
}

/// The letters of points in order; f, j, w and z are not used.
const LETTERS: &[char] = &[
    'a', 'b', 'c', 'd', 'đ', 'e', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
    'x', 'y',
];

/// The label before a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Label {
    Part(u32, String),
    Article(u32),
    Item(Vec<u32>),
    Point(char),
}

/// Reads the label of a paragraph and the text after it.
fn label(text: &str) -> Option<(Label, &str)> {
    let text = text.trim_start();
    let lower = text.to_lowercase();
    if let Some(rest) = lower.strip_prefix("điều ") {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let after = text.split_once(['.', ':']).map_or("", |(_, after)| after);
        return Some((Label::Article(digits.parse().ok()?), after));
    }
    for word in ["phần thứ ", "phần ", "chương ", "mục "] {
        if let Some(rest) = lower.strip_prefix(word) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            let number = roman(&name.to_uppercase()).or_else(|| ordinal(&name))?;
            let after = text.split_once(['.', ':', '-', '\n']).map_or("", |(_, after)| after);
            return (word != "mục ").then(|| (Label::Part(number, written_roman(number)), after));
        }
    }
    let end = text.find(['.', ')', '/'])?;
    let (head, tail) = (text.get(..end)?, text.get(end..)?);
    let mark = tail.chars().next()?;
    let rest = tail.get(mark.len_utf8()..)?;
    if mark == ')' {
        let mut chars = head.chars();
        let letter = chars.next()?.to_lowercase().next()?;
        return (chars.next().is_none() && LETTERS.contains(&letter)).then_some((Label::Point(letter), rest));
    }
    if mark != '.' {
        return None;
    }
    if let Some(number) = roman(head) {
        return Some((Label::Part(number, head.to_owned()), rest));
    }
    let number: u32 = head.parse().ok()?;
    let mut path = vec![number];
    let mut rest = rest;
    // "1.2." and "1.2 Text": further numbers that follow without a blank.
    loop {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let Ok(next) = digits.parse::<u32>() else { break };
        let after = rest.get(digits.len()..)?;
        if !after.starts_with(['.', ' ', '\t', ')']) {
            // "1.000 đảng viên": a number, not a label.
            return None;
        }
        path.push(next);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    Some((Label::Item(path), rest))
}

/// Finds the clauses. A label counts when it is the next one of its kind, so that dates and numbers at the beginning
/// of a sentence are left in the text.
fn clauses(lines: &[Line]) -> Vec<DraftClause> {
    let mut out: Vec<DraftClause> = Vec::new();
    let (mut part, mut last_part) = (String::new(), 0);
    let mut item = String::new();
    let mut last_item: Vec<u32> = Vec::new();
    let mut last_letter: Option<usize> = None;
    let mut begun = false;
    for line in lines {
        let Line::Text(text) = line else {
            if begun {
                break;
            }
            continue;
        };
        if begun && fold(text).starts_with("phu luc") && text.chars().count() < 40 {
            break;
        }
        let found = label(text).and_then(|(label, rest)| match label {
            Label::Part(number, written) if number == last_part + 1 => {
                (last_part, part) = (number, written);
                item.clear();
                last_item.clear();
                last_letter = None;
                Some((part.clone(), ClauseKind::Part, rest))
            }
            Label::Article(number) => {
                item = format!("Đ{number}");
                last_item.clear();
                last_letter = None;
                Some((item.clone(), ClauseKind::Article, rest))
            }
            Label::Item(path) if follows(&path, &last_item) => {
                let key: Vec<String> = path.iter().map(ToString::to_string).collect();
                let article = item.split('.').next().filter(|a| a.starts_with('Đ')).unwrap_or_default();
                let above = if article.is_empty() { part.as_str() } else { article };
                item = [above, &key.join(".")]
                    .iter()
                    .filter(|s| !s.is_empty())
                    .copied()
                    .collect::<Vec<_>>()
                    .join(".");
                last_item = path;
                last_letter = None;
                Some((item.clone(), ClauseKind::Item, rest))
            }
            Label::Point(letter) => {
                let at = LETTERS.iter().position(|l| *l == letter)?;
                let next = last_letter.map_or(at == 0, |last| last < at && at <= last + 2);
                if !next {
                    return None;
                }
                last_letter = Some(at);
                let above = if item.is_empty() { &part } else { &item };
                Some((format!("{above}.{letter}"), ClauseKind::Point, rest))
            }
            Label::Part(..) | Label::Item(_) => None,
        });
        match found {
            Some((key, kind, rest)) => {
                begun = true;
                out.push(DraftClause { key, kind, text: rest.trim().to_owned() });
            }
            None => {
                if let Some(last) = out.last_mut() {
                    if !last.text.is_empty() {
                        last.text.push('\n');
                    }
                    last.text.push_str(text.trim());
                }
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    out.retain(|clause| seen.insert(clause.key.clone()));
    out
}

/// Whether an item's number is the next one: 1 after nothing, 2 after 1, 1.1 after 1, 1.2 after 1.1, 2 after 1.2.
fn follows(path: &[u32], last: &[u32]) -> bool {
    let Some((own, above)) = path.split_last() else { return false };
    if last.len() < path.len() {
        return above == last && *own == 1;
    }
    last.get(..above.len()) == Some(above) && last.get(above.len()).is_some_and(|n| *own == n + 1)
}

pub(crate) fn roman(text: &str) -> Option<u32> {
    if text.is_empty() || text.chars().count() > 7 {
        return None;
    }
    let value = |c: char| match c {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        'L' => Some(50),
        'C' => Some(100),
        _ => None,
    };
    let digits: Vec<u32> = text.chars().map(value).collect::<Option<_>>()?;
    let mut sum = 0;
    for (i, digit) in digits.iter().enumerate() {
        if digits.get(i + 1).is_some_and(|next| digit < next) {
            sum -= i64::from(*digit);
        } else {
            sum += i64::from(*digit);
        }
    }
    u32::try_from(sum).ok().filter(|n| *n > 0)
}

fn ordinal(word: &str) -> Option<u32> {
    match fold(word).as_str() {
        "nhat" | "mot" => Some(1),
        "hai" => Some(2),
        "ba" => Some(3),
        "tu" | "bon" => Some(4),
        "nam" => Some(5),
        "sau" => Some(6),
        other => other.parse().ok(),
    }
}

fn written_roman(n: u32) -> String {
    const STEPS: [(u32, &str); 5] = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let (mut left, mut out) = (n.min(50), String::new());
    for (value, sign) in STEPS {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_found_by_their_labels() {
        let draft = text(
            "KẾ HOẠCH\nvề một việc\nI. MỤC ĐÍCH\n1. Mục đích\nLàm tốt.\n2. Yêu cầu\n- một\n- hai\nII. NHIỆM VỤ\n1.\tViệc\na) Một\nb) Hai\nc) Ba\nd) Bốn\nđ) Năm\ne) Sáu\nCác nội dung tại điểm b) mục 1 làm trước.\n2. Việc khác\n1.000 người\nIII. THỰC HIỆN\n1. Ai: làm gì",
        );
        let keys: Vec<&str> = draft.clauses.iter().map(|c| c.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "I", "I.1", "I.2", "II", "II.1", "II.1.a", "II.1.b", "II.1.c", "II.1.d", "II.1.đ", "II.1.e",
                "II.2", "III", "III.1"
            ]
        );
        assert_eq!(draft.kind, "ke_hoach");
        assert_eq!(draft.title, "về một việc");
    }

    #[test]
    fn articles_have_items_and_points() {
        let draft = text("QUYẾT ĐỊNH\nĐiều 1. Ban hành\n1. Một\na) A\nb) B\n2. Hai\nĐiều 2. Hiệu lực");
        let keys: Vec<&str> = draft.clauses.iter().map(|c| c.key.as_str()).collect();
        assert_eq!(keys, ["Đ1", "Đ1.1", "Đ1.1.a", "Đ1.1.b", "Đ1.2", "Đ2"]);
    }
}
