//! Citations of clauses as offices write them: `CTr 01, mục II.6.b`, `điểm b) khoản 8 mục II CTr 01-CTr/TU`.

use crate::read::{number_and_symbol, roman};
use base::fold::{fold, tidy};

/// What a cell that cites says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Citation {
    /// The document's number without leading zeros; empty when the words name no document.
    pub number: String,
    /// The document's symbol, when written.
    pub symbol: String,
    /// The term by its congress, `XVI`, when written.
    pub congress: String,
    /// Clause keys, `II.6.b`.
    pub keys: Vec<String>,
}

/// Reads a citation; empty keys when there is none.
pub fn read(text: &str) -> Citation {
    let text = tidy(text);
    let lower = text.to_lowercase();
    let mut out = Citation { keys: dotted_keys(&lower), ..Citation::default() };
    for word in ["chương trình", "ctr", "nghị quyết", "nq", "kế hoạch", "kh", "đề án", "đa"] {
        // The number follows the kind at once, but for "số".
        let Some(at) = find_word(&lower, word) else { continue };
        let rest = lower.get(at + word.len()..).unwrap_or_default().trim_start();
        let rest = rest.strip_prefix("số").unwrap_or(rest).trim_start_matches([':', ' ']);
        if rest.starts_with(|c: char| c.is_ascii_digit())
            && let Some((number, symbol)) = number_and_symbol(rest)
        {
            out.number = number.trim_start_matches('0').to_owned();
            out.symbol = symbol;
            break;
        }
    }
    if let Some(at) = lower.find("khóa ").or_else(|| lower.find("khoá ")) {
        let rest = lower.get(at..).unwrap_or_default();
        let word = rest.split_whitespace().nth(1).unwrap_or_default();
        out.congress = word.trim_matches(|c: char| !c.is_alphanumeric()).to_uppercase();
    }
    if out.keys.is_empty() {
        out.keys.extend(worded_key(&lower));
    }
    out
}

fn find_word(text: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(word).map(|at| at + from) {
        let before = text.get(..at)?.chars().next_back();
        let after = text.get(at + word.len()..)?.chars().next();
        if !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphabetic) {
            return Some(at);
        }
        from = at + word.len();
    }
    None
}

/// `ii.6.b`, `ii.7c`, `ii.7`.
fn dotted_keys(lower: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for token in lower.split(|c: char| !(c.is_alphanumeric() || c == '.')) {
        let token = token.trim_matches('.');
        let Some((part, rest)) = token.split_once('.') else { continue };
        let part = part.to_uppercase();
        if roman(&part).is_none() {
            continue;
        }
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if digits.is_empty() {
            continue;
        }
        let letter = rest.get(digits.len()..).unwrap_or_default().trim_matches('.');
        let key = match letter.chars().count() {
            0 => format!("{part}.{digits}"),
            1 => format!("{part}.{digits}.{letter}"),
            _ => continue,
        };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// `điểm b mục 6 phần II`, `điểm b) khoản 8 mục II`.
fn worded_key(lower: &str) -> Option<String> {
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let (mut letter, mut number, mut part) = (None, None, None);
    for pair in words.windows(2) {
        let [word, next] = pair else { continue };
        match *word {
            "điểm" if next.chars().count() == 1 => letter = next.chars().next(),
            "khoản" | "mục" | "phần" => {
                if next.chars().all(|c| c.is_ascii_digit()) {
                    number = Some((*next).to_owned());
                } else if roman(&next.to_uppercase()).is_some() {
                    part = Some(next.to_uppercase());
                }
            }
            _ => {}
        }
    }
    let mut key = part?;
    key.push('.');
    key.push_str(&number?);
    if let Some(letter) = letter {
        key.push('.');
        key.push(letter);
    }
    Some(key)
}

/// The clause named in brackets at the end of a title, `Soạn bộ câu hỏi (II.1.a)`, and the title without it.
pub fn in_title(title: &str) -> (String, Vec<String>) {
    if let Some((before, inside)) = title.rsplit_once('(')
        && let Some(inside) = inside.trim_end().strip_suffix(')')
    {
        let keys = dotted_keys(&inside.to_lowercase());
        if !keys.is_empty() && fold(inside).split(' ').count() <= 12 {
            return (tidy(before), keys);
        }
    }
    (title.to_owned(), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_cite_is_read() {
        for (text, number, congress, keys) in [
            ("CTr 01, mục II.6.b", "1", "", vec!["II.6.b"]),
            ("mục II.7c CTr 01", "1", "", vec!["II.7.c"]),
            ("CTr 01, mục II.2.đ", "1", "", vec!["II.2.đ"]),
            ("CTr 01, mục II.1.c; II.8.a", "1", "", vec!["II.1.c", "II.8.a"]),
            ("CTr 01, mục II.7.a và II.7.h", "1", "", vec!["II.7.a", "II.7.h"]),
            ("CTr số 01-CTr/TU (mục II.8.b)", "1", "", vec!["II.8.b"]),
            ("Chương trình 01-CTr/TU, điểm b mục 6 phần II", "1", "", vec!["II.6.b"]),
            ("điểm e) khoản 7 mục II CTr 01-CTr/TU", "1", "", vec!["II.7.e"]),
            ("CTr 06, mục II.1.a", "6", "", vec!["II.1.a"]),
            ("CTr 01-CTr/TU khóa XVI, mục II.2.b", "1", "XVI", vec!["II.2.b"]),
            ("II.1.a", "", "", vec!["II.1.a"]),
            ("", "", "", vec![]),
        ] {
            let found = read(text);
            assert_eq!(
                (found.number.as_str(), found.congress.as_str(), &found.keys),
                (number, congress, &keys.iter().map(ToString::to_string).collect()),
                "{text}"
            );
        }
        assert_eq!(in_title("Lập bản tin (II.1.b)"), ("Lập bản tin".to_owned(), vec!["II.1.b".to_owned()]));
    }
}
