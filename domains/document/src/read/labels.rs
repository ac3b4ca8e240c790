//! The label before a clause: "Phần thứ nhất", "I.", "1.2.", "a)", "Điều 5.", and the numbers in it.

use base::fold::fold;

/// The letters of points in order; f, j, w and z are usually passed over.
pub(super) const LETTERS: &[char] = &[
    'a', 'b', 'c', 'd', 'đ', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't',
    'u', 'v', 'w', 'x', 'y', 'z',
];

/// The label before a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Label {
    /// "Phần thứ nhất", "Chương I": its number and its key, `P1`; or a letter before a heading in capitals, `A`.
    Division(u32, String),
    /// "Mục 1" below a chapter.
    Section(u32),
    /// "I."
    Part(u32, String),
    /// "Điều 4.", "Điều 4a.": its number and the letter of one that was put in later.
    Article(u32, String),
    Item(Vec<u32>),
    Point(char),
}

/// Reads the label of a paragraph and the text after it.
pub(super) fn label(text: &str) -> Option<(Label, &str)> {
    let text = text.trim_start();
    let lower = text.to_lowercase();
    if let Some(rest) = lower.strip_prefix("điều ") {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        // "Điều 7 Luật …" is a sentence, not an article.
        let rest = rest.get(digits.len()..).unwrap_or_default();
        let mut letters = rest.chars();
        let added: String = match (letters.next(), letters.next()) {
            (Some(letter), Some('.' | ':')) if LETTERS.contains(&letter) => letter.to_string(),
            _ => String::new(),
        };
        let after = rest.get(added.len()..).unwrap_or_default().trim_start();
        if !after.is_empty() && !after.starts_with(['.', ':']) {
            return None;
        }
        let after = text.split_once(['.', ':']).map_or("", |(_, after)| after);
        return Some((Label::Article(digits.parse().ok()?, added), after));
    }
    for word in ["phần thứ ", "phần ", "chương ", "mục "] {
        if let Some(rest) = lower.strip_prefix(word) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            let number = roman(&name.to_uppercase()).or_else(|| ordinal(&name))?;
            let after = text.split_once(['.', ':', '-', '–', '\n']).map_or("", |(_, after)| after);
            if word == "mục " {
                // "Mục 1" alone or before its heading; "Mục II.1 của Chương trình …" is a sentence.
                let rest = rest.get(name.len()..).unwrap_or_default().trim_start();
                let is_heading = rest.is_empty() || rest.starts_with(['.', ':', '-', '–', '\n']);
                let is_number = name.chars().all(|c| c.is_ascii_digit());
                let goes_on =
                    after.trim_start().starts_with(|c: char| c.is_ascii_digit() || c.is_lowercase());
                return (is_heading && is_number && !goes_on).then_some((Label::Section(number), after));
            }
            return Some((Label::Division(number, format!("P{number}")), after));
        }
    }
    // "5: Việc" is a label, "Ai: việc gì" is none.
    let colon = text
        .find(':')
        .filter(|at| text.get(..*at).is_some_and(|head| head.len() <= 2 && head.parse::<u8>().is_ok()));
    let end = text.find(['.', ')', '/', '-', '–']).into_iter().chain(colon).min()?;
    let (head, tail) = (text.get(..end)?.trim_end(), text.get(end..)?);
    let mark = tail.chars().next()?;
    let rest = tail.get(mark.len_utf8()..)?;
    // "1/7/2023", "2021-2025": a date or a range of years, not a label.
    if matches!(mark, '/' | '-' | '–') && !rest.starts_with([' ', '\t', '\u{a0}']) {
        return None;
    }
    // "I – MỤC ĐÍCH" is a heading, "5 – 10 %" is not.
    let is_capital = rest.trim_start().starts_with(char::is_uppercase);
    if mark == '–' && roman(head).is_none() && !(text.starts_with(&format!("{head}–")) && is_capital) {
        return None;
    }
    // "A. MỤC ĐÍCH", not "C. Nguyễn": the heading stands in capitals. I, V and X are numbers.
    if let Some(at) = ["A", "B", "C", "D", "E", "G", "H"].iter().position(|letter| *letter == head)
        && mark == '.'
        && rest.chars().filter(|c| c.is_alphabetic()).count() > 3
        && !rest.chars().any(char::is_lowercase)
    {
        return Some((Label::Division(u32::try_from(at).ok()? + 1, head.to_owned()), rest));
    }
    let mut chars = head.chars();
    if let (Some(letter), None) = (chars.next(), chars.next())
        && letter.is_lowercase()
    {
        return LETTERS.contains(&letter).then_some((Label::Point(letter), rest));
    }
    if mark == ')' && head.chars().count() == 1 && !head.starts_with(|c: char| c.is_ascii_digit()) {
        let letter = head.chars().next()?.to_lowercase().next()?;
        return LETTERS.contains(&letter).then_some((Label::Point(letter), rest));
    }
    if let Some(number) = roman(head).filter(|_| mark != ')') {
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
        // "1.1- Việc": a dash after the number, and a blank.
        let is_dashed = ["- ", "– "].iter().any(|dash| after.starts_with(dash));
        if !after.starts_with(['.', ' ', '\t', ')']) && !is_dashed {
            // "1.000 đảng viên": a number, not a label.
            return None;
        }
        path.push(next);
        rest = after.strip_prefix('.').unwrap_or(after);
        if is_dashed {
            rest = rest.trim_start_matches(['-', '–']);
        }
    }
    Some((Label::Item(path), rest))
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

pub(crate) fn written_roman(n: u32) -> String {
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
