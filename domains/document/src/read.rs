//! Finds issuer, number, date, title and clauses of a document by how offices lay documents out.

mod issuer;
mod labels;

use crate::words::ClauseKind;
use base::{
    Date,
    fold::{fold, tidy},
};
use issuer::issuer;
use labels::{LETTERS, Label, label};
pub(crate) use labels::{roman, written_roman};
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
    /// Lines that begin like a clause but do not follow the one before, left in its text.
    pub passed_over: Vec<String>,
    /// How many lines begin like clauses below the signature: what is attached is not read.
    pub attached: usize,
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

/// How documents are called: the folded words, and the kind.
pub const KINDS: &[(&str, &str)] = &[
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
                let signs = cells.iter().flat_map(|cell| cell.lines()).any(is_signature);
                if all.contains("noi nhan") || (signs && lines.len() > 3) {
                    lines.push(Line::Stop);
                } else if !header_done && lines.len() < 3 {
                    header(&cells, &mut draft);
                    header_done = true;
                } else {
                    lines.extend(table_lines(sheet));
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
    if draft.number.is_empty() && draft.issued.is_none() {
        header(&head(&lines), &mut draft);
    }
    finish(draft, lines)
}

/// A table within the text: of one column it only frames what is written; else its rows are kept as they stand.
fn table_lines(sheet: &paper::Sheet) -> Vec<Line> {
    let is_frame = sheet.rows.iter().all(|row| row.cells.len() <= 1);
    let rows = sheet.rows.iter().map(|row| row.cells.values().map(paper::Cell::lines).collect::<Vec<_>>());
    if is_frame {
        return rows
            .flatten()
            .flat_map(|cell| cell.lines().map(str::to_owned).collect::<Vec<_>>())
            .map(Line::Text)
            .collect();
    }
    rows.map(|cells| Line::Row(cells.iter().map(|cell| tidy(cell)).collect::<Vec<_>>().join(" | "))).collect()
}

/// The lines above the kind of document, where a header stands that is no table. Its two halves may share a line,
/// parted by a tab or by blanks.
fn head(lines: &[Line]) -> Vec<String> {
    let texts = lines.iter().take(14).filter_map(|l| match l {
        Line::Text(t) => Some(t.as_str()),
        Line::Row(_) | Line::Stop => None,
    });
    let above = texts.take_while(|text| kind_of(text).is_none());
    let halves = above.flat_map(str::lines).flat_map(|line| line.split('\t')).flat_map(|l| l.split("   "));
    let halves = halves.flat_map(halves_named);
    halves.map(tidy).filter(|line| line.chars().any(char::is_alphanumeric)).collect()
}

/// "THÀNH ỦY HÀ NỘI ĐẢNG CỘNG SẢN VIỆT NAM": the right half begins with words that every document has.
fn halves_named(line: &str) -> Vec<&str> {
    let right = ["ĐẢNG CỘNG SẢN VIỆT NAM", "CỘNG HÒA XÃ HỘI", "CỘNG HOÀ XÃ HỘI", "Độc lập"];
    match right.iter().find_map(|words| line.find(words).filter(|at| *at > 0)) {
        Some(at) => {
            let (left, right) = line.split_at(at);
            vec![left, right]
        }
        None => vec![line],
    }
}

/// Reads pasted text.
pub fn text(text: &str) -> Draft {
    let shown = text.lines().filter(|line| !line.trim().is_empty());
    let mut draft = Draft::default();
    header(&head(&shown.clone().map(|line| Line::Text(line.to_owned())).collect::<Vec<_>>()), &mut draft);
    let lines: Vec<Line> = shown.map(tidy).map(Line::Text).collect();
    finish(draft, lines)
}

/// Clauses that share a paragraph, parted by line breaks: "1. Một⏎2. Hai".
fn apart(line: Line) -> Vec<Line> {
    let Line::Text(text) = &line else { return vec![line] };
    let is_clause = label(text).is_some();
    if !is_clause || !text.lines().skip(1).any(|line| label(line).is_some()) {
        return vec![line];
    }
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        match out.last_mut() {
            Some(last) if label(line).is_none() => {
                last.push('\n');
                last.push_str(line);
            }
            _ => out.push(line.to_owned()),
        }
    }
    out.into_iter().map(Line::Text).collect()
}

enum Line {
    Text(String),
    /// A row of a table within the text; never the beginning of a clause.
    Row(String),
    Stop,
}

fn finish(mut draft: Draft, lines: Vec<Line>) -> Draft {
    let lines: &[Line] = &lines.into_iter().flat_map(apart).collect::<Vec<_>>();
    title(lines, &mut draft);
    draft.clauses = clauses(lines);
    draft.passed_over = passed_over(lines, &draft.clauses);
    draft.attached = attached(lines, &draft.clauses);
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
            if draft.issued.is_none()
                && folded.contains("ngay")
                && (folded.contains("thang") || line.contains('/'))
            {
                // A day left open is none: "ngày      tháng 4 năm 2022".
                draft.issued = match base::period::read(line) {
                    base::period::Due::Day { on } => Some(on),
                    _ => None,
                };
            }
        }
    }
    if draft.issuer.is_empty() && !draft.number.is_empty() {
        draft.issuer = issuer(cells);
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

/// The kind that a line of its own in capitals names, alone or with a few words: "CHƯƠNG TRÌNH CÔNG TÁC".
fn kind_of(text: &str) -> Option<&'static str> {
    let first = text.lines().next().unwrap_or_default();
    let folded = fold(first);
    let few = !first.chars().any(char::is_lowercase) && folded.split(' ').count() <= 5;
    let is = |words: &str| folded == words || (few && folded.starts_with(&format!("{words} ")));
    KINDS.iter().find(|(words, _)| is(words)).map(|(_, kind)| *kind)
}

/// Who decides, named between the title and the grounds: "HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ HÀ NỘI", "KHÓA XVI, KỲ HỌP THỨ 12".
fn is_decider(text: &str) -> bool {
    const BODIES: [&str; 9] = [
        "hoi dong nhan dan",
        "uy ban nhan dan",
        "chu tich",
        "ban chap hanh",
        "ban thuong vu",
        "thanh uy",
        "giam doc",
        "bi thu",
        "khoa ",
    ];
    let folded = fold(text);
    !text.chars().any(char::is_lowercase) && BODIES.iter().any(|body| folded.starts_with(body))
}

fn title(lines: &[Line], draft: &mut Draft) {
    let mut texts = lines.iter().filter_map(|l| match l {
        Line::Text(t) => Some(t.as_str()),
        Line::Row(_) | Line::Stop => None,
    });
    let mut kind = None;
    let mut same_line = String::new();
    for text in texts.by_ref().take(12) {
        kind = kind_of(text);
        if kind.is_some() {
            same_line = tidy(&text.lines().skip(1).collect::<Vec<_>>().join(" "));
            break;
        }
    }
    if let Some(kind) = kind {
        kind.clone_into(&mut draft.kind);
        let mut parts: Vec<String> = Some(same_line).filter(|l| !l.is_empty()).into_iter().collect();
        for text in texts.take(3) {
            let folded = fold(text);
            let ends = !text.chars().any(char::is_alphanumeric)
                || (text.trim_end().ends_with(':') && !parts.is_empty())
                || folded.starts_with("can cu")
                || folded.starts_with("theo de nghi")
                || is_decider(text)
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

/// Finds the clauses. A label counts when it is the next one of its kind, so that dates and numbers at the beginning
/// of a sentence are left in the text.
fn clauses(lines: &[Line]) -> Vec<DraftClause> {
    let mut out: Vec<DraftClause> = Vec::new();
    let (mut part, mut last_part) = (String::new(), 0);
    // Divisions count as parts, unless numbered parts stand below them: then those begin anew in each.
    let labels = || {
        lines.iter().filter_map(|l| match l {
            Line::Text(text) => label(text),
            Line::Row(_) | Line::Stop => None,
        })
    };
    let nested = labels().any(|(l, _)| matches!(l, Label::Division(..)))
        && labels().any(|(l, _)| matches!(l, Label::Part(..)));
    let (mut division, mut last_division, mut last_section, mut last_article) = (String::new(), 0, 0, 0);
    let mut item = String::new();
    let mut last_item: Vec<u32> = Vec::new();
    let mut last_letter: Option<usize> = None;
    let mut begun = false;
    for line in lines {
        let text = match line {
            Line::Text(text) => text,
            Line::Row(row) => {
                if let Some(last) = out.last_mut() {
                    last.text.push('\n');
                    last.text.push_str(row);
                }
                continue;
            }
            Line::Stop if begun => break,
            Line::Stop => continue,
        };
        if begun && (is_signature(text) || fold(text).starts_with("phu luc") && text.chars().count() < 40) {
            break;
        }
        let found = label(text).and_then(|(label, rest)| match label {
            Label::Division(number, key) if nested && number == last_division + 1 => {
                last_division = number;
                division = format!("{key}.");
                // Items may stand right below a division without parts.
                (last_part, last_section, part) = (0, 0, key.clone());
                item.clear();
                last_item.clear();
                last_letter = None;
                Some((key, ClauseKind::Part, rest))
            }
            Label::Division(number, key) if !nested && number == last_part + 1 => {
                // A letter stays what it is; "Phần thứ hai" is cited as II.
                let key = if key.starts_with('P') { written_roman(number) } else { key };
                (last_part, last_section, part) = (number, 0, key);
                item.clear();
                last_item.clear();
                last_letter = None;
                Some((part.clone(), ClauseKind::Part, rest))
            }
            Label::Section(number) if !part.is_empty() && number == last_section + 1 => {
                last_section = number;
                Some((format!("{part}.M{number}"), ClauseKind::Part, rest))
            }
            Label::Part(number, written) if number == last_part + 1 => {
                (last_part, part) = (number, format!("{division}{written}"));
                item.clear();
                last_item.clear();
                last_letter = None;
                Some((part.clone(), ClauseKind::Part, rest))
            }
            Label::Article(number, added)
                if last_article == 0
                    || number == last_article + 1
                    || (number == last_article && !added.is_empty()) =>
            {
                last_article = number;
                item = format!("Đ{number}{added}");
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
            Label::Division(..)
            | Label::Section(_)
            | Label::Part(..)
            | Label::Article(..)
            | Label::Item(_) => None,
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

/// Who receives and who signs: the end of the clauses.
fn is_signature(text: &str) -> bool {
    let folded = fold(text);
    if folded.starts_with("noi nhan") {
        return true;
    }
    let first = text.lines().next().unwrap_or_default().trim();
    if first.chars().any(char::is_lowercase) || first.chars().count() > 60 {
        return false;
    }
    let for_whom = ["tm ", "t m ", "kt ", "k t ", "tl ", "t l ", "tuq ", "t uq ", "q "];
    let office =
        ["chu tich", "pho chu tich", "bi thu", "pho bi thu", "giam doc", "pho giam doc", "truong ban"];
    for_whom.iter().any(|word| folded.starts_with(word)) || office.contains(&fold(first).as_str())
}

/// Labels at the beginning of lines that were left in the text because they are not the next of their kind.
fn passed_over(lines: &[Line], clauses: &[DraftClause]) -> Vec<String> {
    if clauses.is_empty() {
        return Vec::new();
    }
    let inside = clauses.iter().flat_map(|clause| clause.text.lines().skip(1));
    let is_line = |text: &str| lines.iter().any(|l| matches!(l, Line::Text(t) if t.trim() == text));
    inside
        .filter(|text| label(text).is_some() && is_line(text))
        .map(|text| text.chars().take(40).collect())
        .take(10)
        .collect()
}

/// How many lines below the end of the clauses begin like articles, parts or divisions of a document of their own.
fn attached(lines: &[Line], clauses: &[DraftClause]) -> usize {
    let Some(last) = clauses.last().and_then(|clause| clause.text.lines().last()) else { return 0 };
    let is_last = |line: &Line| matches!(line, Line::Text(text) | Line::Row(text) if text.trim().ends_with(last.trim()));
    let Some(at) = lines.iter().rposition(is_last) else { return 0 };
    let below = lines.iter().skip(at + 1).filter_map(|line| match line {
        Line::Text(text) => label(text),
        Line::Row(_) | Line::Stop => None,
    });
    below
        .filter(|(label, _)| matches!(label, Label::Article(..) | Label::Part(..) | Label::Division(..)))
        .count()
}

/// Whether an item's number is the next one: 1 after nothing, 2 after 1, 1.1 after 1, 1.2 after 1.1, 2 after 1.2.
fn follows(path: &[u32], last: &[u32]) -> bool {
    let Some((own, above)) = path.split_last() else { return false };
    if last.len() < path.len() {
        return above == last && *own == 1;
    }
    // One number may be missing: offices count wrongly more often than they quote a number at a line's beginning.
    last.get(..above.len()) == Some(above)
        && last.get(above.len()).is_some_and(|n| *own == n + 1 || (*own == n + 2 && *n > 1))
}

#[cfg(test)]
mod tests;
