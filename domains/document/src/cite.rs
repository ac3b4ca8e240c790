//! Citations of clauses as offices write them: `CTr 01, mục II.6.b`, `điểm b) khoản 8 mục II CTr 01-CTr/TU`.

use crate::read::{number_and_symbol, roman, written_roman};
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
    /// The term by its years, `2020-2025`, when written.
    pub term: String,
    /// Clause keys, `II.6.b`.
    pub keys: Vec<String>,
}

/// Reads a citation; empty keys when there is none.
pub fn read(text: &str) -> Citation {
    let text = tidy(text);
    let lower = letters_closed(&text.to_lowercase());
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
    if let Some((_, after)) = lower.split_once("nhiệm kỳ ") {
        let years = after.replace(['–', '/'], "-").replace(" - ", "-");
        let years: String = years.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
        if years.len() == 9 {
            out.term = years;
        }
    }
    if out.keys.is_empty() {
        out.keys = worded_keys(&lower);
    }
    // "điểm a, b mục II.1": the points stand before the one clause that they are of.
    if let [key] = out.keys.as_slice()
        && key.matches('.').count() == 1
        && key.ends_with(|c: char| c.is_ascii_digit())
    {
        out.keys = with_letters(key, &pointed(&words_of(&lower)));
    }
    out
}

/// "ii.7 (đ)", "ii.7 đ", "mục 1 (c)": a letter that stands alone after a number belongs to it.
fn letters_closed(lower: &str) -> String {
    let lower = lower.replace(".(", " (");
    let mut out: Vec<String> = Vec::new();
    for word in lower.split(' ') {
        let bare = word.trim_matches(['(', ')', ',', ';', '.']);
        let mut letters = bare.chars();
        let letter = letters.next().filter(|c| letters.next().is_none() && LETTERS.contains(*c));
        let in_brackets = word.starts_with('(') && word.trim_end_matches([',', ';', '.']).ends_with(')');
        match (letter, out.last_mut()) {
            (Some(letter), Some(last))
                if last.ends_with(|c: char| c.is_ascii_digit())
                    && (in_brackets || last.contains('.'))
                    && last.chars().filter(char::is_ascii_digit).count() <= 3 =>
            {
                last.push('.');
                last.push(letter);
                last.push_str(word.trim_start_matches(['(', letter]).trim_start_matches(')'));
            }
            _ => out.push(word.to_owned()),
        }
    }
    out.join(" ")
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

/// The letters of points (điểm) in their order.
const LETTERS: &str = "abcdđeghiklmnopqrstuvxy";

/// A key as it is read: part, number, letter.
type Parts = (String, String, Option<char>);

fn joined((part, number, letter): &Parts) -> String {
    letter.map_or_else(|| format!("{part}.{number}"), |letter| format!("{part}.{number}.{letter}"))
}

/// `ii.6.b`, `ii.7c`, `ii.7`.
fn dotted(token: &str) -> Option<Parts> {
    let (part, rest) = token.split_once('.')?;
    let part = part.to_uppercase();
    roman(&part)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let mut letters = rest.get(digits.len()..)?.trim_matches('.').chars();
    match (digits.is_empty(), letters.next(), letters.next()) {
        (true, ..) | (_, _, Some(_)) => None,
        (_, letter, None) => Some((part, digits, letter)),
    }
}

/// `ii-6-b` is `ii.6.b`.
fn with_dots(word: &str) -> String {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let pieces: Vec<&str> = bare.split('-').collect();
    let is_number = |text: &str| text.len() <= 2 && text.chars().all(|c| c.is_ascii_digit());
    match pieces.as_slice() {
        [part, number] if roman(&part.to_uppercase()).is_some() && is_number(number) => {
            word.replace('-', ".")
        }
        [part, number, letter]
            if roman(&part.to_uppercase()).is_some() && is_number(number) && letter.chars().count() == 1 =>
        {
            word.replace('-', ".")
        }
        _ => word.to_owned(),
    }
}

/// The letters from one to another, without the first.
fn letters_after(from: char, to: char) -> Vec<char> {
    let place = |letter: char| LETTERS.chars().position(|l| l == letter);
    match (place(from), place(to)) {
        (Some(from), Some(to)) if from < to => LETTERS.chars().take(to + 1).skip(from + 1).collect(),
        _ => vec![to],
    }
}

/// Every key with a part in Roman digits: `II.6.b`, `II.1.a, b và d`, `II.1.a - II.1.c`, `II-1-a`.
fn dotted_keys(lower: &str) -> Vec<String> {
    let text: String = lower.split(' ').map(with_dots).collect::<Vec<_>>().join(" ");
    let mut keys: Vec<String> = Vec::new();
    let mut last: Option<Parts> = None;
    let mut is_range = false;
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let begins = rest.find(|c: char| c.is_alphanumeric()).unwrap_or(rest.len());
        let (between, word) = rest.split_at(begins);
        let ends = word.find(|c: char| !(c.is_alphanumeric() || c == '.')).unwrap_or(word.len());
        let (token, after) = word.split_at(ends);
        rest = after;
        is_range |= between.contains(['-', '–', '—']);
        let token = token.trim_matches('.');
        let mut letters = token.chars();
        let found: Option<Parts> = match (dotted(token), &last, (letters.next(), letters.next())) {
            (Some(parts), ..) => Some(parts),
            // "II.1.a, b": the same number, another letter.
            (None, Some((part, number, Some(_))), (Some(letter), None)) if LETTERS.contains(letter) => {
                Some((part.clone(), number.clone(), Some(letter)))
            }
            _ => None,
        };
        let Some(parts) = found else {
            match token {
                "" | "và" | "điểm" | "các" => {}
                "đến" | "tới" => is_range = true,
                _ => last = None,
            }
            continue;
        };
        let through = match (&last, &parts) {
            (Some((part, number, Some(from))), (p, n, Some(to))) if is_range && part == p && number == n => {
                letters_after(*from, *to)
            }
            _ => Vec::new(),
        };
        let through = through.into_iter().map(|letter| (parts.0.clone(), parts.1.clone(), Some(letter)));
        for key in through.chain([parts.clone()]).map(|parts| joined(&parts)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        (last, is_range) = (Some(parts), false);
    }
    keys
}

fn words_of(lower: &str) -> Vec<&str> {
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// The letters that "điểm a, b và c" names.
fn pointed(words: &[&str]) -> Vec<char> {
    after_word(words, "điểm")
}

/// The letters that follow a word.
fn after_word(words: &[&str], word: &str) -> Vec<char> {
    let Some(at) = words.iter().position(|own| *own == word) else { return Vec::new() };
    let is_letter = |w: &&&str| {
        let mut letters = w.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
    };
    let said = words.iter().skip(at + 1).take_while(|w| is_letter(w) || **w == "và" || **w == word);
    said.filter(|word| word.chars().count() == 1).filter_map(|word| word.chars().next()).collect()
}

/// `điểm b mục 6 phần II`, `điểm a, b khoản 8 mục II`, `mục 2.a phần II`, `khoản 2 Điều 5`; a part alone, `phần II`; or a
/// bare `1.a`, which names a clause where only one ends so.
fn worded_keys(lower: &str) -> Vec<String> {
    let words = words_of(lower);
    // "Tiết a điểm 7 mục II": the letter is called tiết, the number điểm.
    let is_old = words.contains(&"tiết");
    let mut letters = if is_old { after_word(&words, "tiết") } else { pointed(&words) };
    let (mut number, mut part, mut article) = (None, None, None);
    let mut further: Vec<String> = Vec::new();
    for (at, pair) in words.windows(2).enumerate() {
        let [word, next] = pair else { continue };
        if *word == "điều" && next.chars().all(|c| c.is_ascii_digit()) {
            article = Some(format!("Đ{next}"));
        }
        if !(matches!(*word, "khoản" | "mục" | "phần") || is_old && *word == "điểm") {
            continue;
        }
        // "mục 1a": number and letter in one word.
        let digits: String = next.chars().take_while(char::is_ascii_digit).collect();
        let mut behind = next.chars().skip(digits.len());
        if let (false, Some(letter), None) = (digits.is_empty(), behind.next(), behind.next())
            && LETTERS.contains(letter)
        {
            number = Some(digits);
            if letters.is_empty() {
                letters.push(letter);
            }
            continue;
        }
        if next.chars().all(|c| c.is_ascii_digit()) {
            number = Some((*next).to_owned());
            // "mục 3, 4 phần II": several numbers.
            let more = words
                .iter()
                .skip(at + 2)
                .take_while(|w| w.len() <= 2 && (w.chars().all(|c| c.is_ascii_digit()) || **w == "và"));
            further = more.filter(|w| **w != "và").map(|w| (*w).to_owned()).collect();
            let beside = words.get(at + 2).filter(|w| lower.contains(&format!("{next}.{w}")));
            if letters.is_empty() {
                letters.extend(beside.filter(|w| w.chars().count() == 1).and_then(|w| w.chars().next()));
            }
        } else if roman(&next.to_uppercase()).is_some() {
            part = Some(next.to_uppercase());
        } else if (*word, *next) == ("phần", "thứ") {
            let ordinal = ["nhất", "hai", "ba", "tư", "năm", "sáu"];
            let third = words.get(at + 2).and_then(|w| ordinal.iter().position(|o| o == w));
            part = third.and_then(|n| u32::try_from(n + 1).ok()).map(written_roman).or(part);
        }
    }
    match (article.or(part), number) {
        (Some(above), Some(number)) => {
            let mut keys = with_letters(&format!("{above}.{number}"), &letters);
            keys.extend(further.into_iter().map(|number| format!("{above}.{number}")));
            keys
        }
        // "1.a (phần II)": the item stands before its part.
        (Some(above), None) => match bare(lower.split(' ').next().unwrap_or_default()) {
            Some(item) => vec![format!("{above}.{item}")],
            None => vec![above],
        },
        (None, Some(number)) if letters.len() == 1 => with_letters(&number, &letters),
        (None, _) => bare(lower).into_iter().collect(),
    }
}

/// `1.a`, `1a`: a number and a letter, alone in the cell.
fn bare(lower: &str) -> Option<String> {
    let digits: String = lower.chars().take_while(char::is_ascii_digit).collect();
    let rest = lower.get(digits.len()..)?.trim_start_matches('.').trim_end_matches([')', '.']);
    let mut letters = rest.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if LETTERS.contains(letter) && (1..=2).contains(&digits.len()) => {
            Some(format!("{digits}.{letter}"))
        }
        _ => None,
    }
}

/// The key among the known ones (in small letters) that a cited one names: the same, or the only one that ends so.
pub fn resolve<'k>(cited: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let (cited, mut ending) = (cited.to_lowercase(), Vec::new());
    let tail = format!(".{cited}");
    for key in known {
        if key == cited {
            return Some(key);
        }
        if key.ends_with(&tail) {
            ending.push(key);
        }
    }
    // "II" is a part and ends nothing; a bare "1.a" may end one key.
    match ending.as_slice() {
        [one] if cited.starts_with(|c: char| c.is_ascii_digit()) => Some(*one),
        _ => None,
    }
}

/// A key with each of the letters; itself when there is none.
fn with_letters(key: &str, letters: &[char]) -> Vec<String> {
    if letters.is_empty() {
        return vec![key.to_owned()];
    }
    letters.iter().map(|letter| format!("{key}.{letter}")).collect()
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
            ("II.1.a, b, c", "", "", vec!["II.1.a", "II.1.b", "II.1.c"]),
            ("II.1.c và đ", "", "", vec!["II.1.c", "II.1.đ"]),
            ("điểm a, b mục II.1", "", "", vec!["II.1.a", "II.1.b"]),
            ("điểm a và b khoản 8 mục II", "", "", vec!["II.8.a", "II.8.b"]),
            ("mục 2.a phần II", "", "", vec!["II.2.a"]),
            ("II.1.a - II.1.đ", "", "", vec!["II.1.a", "II.1.b", "II.1.c", "II.1.d", "II.1.đ"]),
            ("II.1.a đến II.1.c", "", "", vec!["II.1.a", "II.1.b", "II.1.c"]),
            ("II-1-a", "", "", vec!["II.1.a"]),
            ("CTr 01-CTr/TU mục II.7", "1", "", vec!["II.7"]),
            ("Phần II", "", "", vec!["II"]),
            ("Phần II, mục 1 (c)", "", "", vec!["II.1.c"]),
            ("II.7 (đ)", "", "", vec!["II.7.đ"]),
            ("II.1.(a)", "", "", vec!["II.1.a"]),
            ("Mục 1a Phần II", "", "", vec!["II.1.a"]),
            ("1.a (phần II)", "", "", vec!["II.1.a"]),
            ("II.7 đ", "", "", vec!["II.7.đ"]),
            ("mục 3, 4 phần II", "", "", vec!["II.3", "II.4"]),
            ("Tiết a điểm 7 mục II", "", "", vec!["II.7.a"]),
            ("Phần thứ hai, mục 7, điểm d", "", "", vec!["II.7.d"]),
            ("khoản 2 Điều 5", "", "", vec!["Đ5.2"]),
            ("điểm a khoản 2 Điều 5 Nghị quyết 12/NQ-HĐND", "12", "", vec!["Đ5.2.a"]),
            ("1.a", "", "", vec!["1.a"]),
            ("theo 3 mục", "", "", vec![]),
            ("", "", "", vec![]),
        ] {
            let found = read(text);
            assert_eq!(
                (found.number.as_str(), found.congress.as_str(), &found.keys),
                (number, congress, &keys.iter().map(ToString::to_string).collect()),
                "{text}"
            );
        }
        let known = ["i.1", "ii.1", "ii.1.a", "ii.2.a"];
        assert_eq!(resolve("1.a", known.into_iter()), Some("ii.1.a"));
        assert_eq!(resolve("1", known.into_iter()), None);
        assert_eq!(resolve("II.2.a", known.into_iter()), Some("ii.2.a"));
        assert_eq!(in_title("Lập bản tin (II.1.b)"), ("Lập bản tin".to_owned(), vec!["II.1.b".to_owned()]));
    }
}
