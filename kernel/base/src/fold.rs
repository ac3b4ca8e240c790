//! Folding for search and comparison, and the Vietnamese order of names.
//!
//! "hoan kiem" must find "Hoàn Kiếm"; "hòa" and "hoà" are one word; đ is d. Text is stored as NFC.

use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Letters below this are looked up in a table; all of Vietnamese stands there.
const KNOWN: usize = 0x1F00;

/// What becomes of a letter: nothing, one plain letter or digit, or a gap; none where it takes more than a table.
#[derive(Clone, Copy)]
enum Plain {
    Mark,
    Letter(u8),
    Gap,
    Other,
}

/// How each letter is folded, worked out once: folding is most of what reading a file does.
static PLAIN: LazyLock<Vec<Plain>> = LazyLock::new(|| {
    let plain = |code: usize| {
        let Some(c) = u32::try_from(code).ok().and_then(char::from_u32) else { return Plain::Other };
        if is_combining_mark(c) {
            return Plain::Mark;
        }
        let bare: Vec<char> = std::iter::once(c)
            .nfd()
            .filter(|c| !is_combining_mark(*c))
            .map(|c| if matches!(c, 'đ' | 'Đ') { 'd' } else { c })
            .collect();
        match bare.as_slice() {
            [letter] if letter.is_ascii_alphanumeric() => Plain::Letter(letter.to_ascii_lowercase() as u8),
            [letter] if !letter.is_alphanumeric() => Plain::Gap,
            _ => Plain::Other,
        }
    };
    (0..KNOWN).map(plain).collect()
});

/// Folds a text: no tones, no marks, đ → d, lower case, runs of anything but letters and digits → one space.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    let table = &*PLAIN;
    for c in text.chars() {
        match table.get(c as usize).copied().unwrap_or(Plain::Other) {
            Plain::Mark => {}
            Plain::Letter(letter) => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(char::from(letter));
            }
            Plain::Gap => gap = true,
            Plain::Other => {
                for c in std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)) {
                    if c.is_alphanumeric() {
                        if gap && !out.is_empty() {
                            out.push(' ');
                        }
                        gap = false;
                        out.extend(c.to_lowercase());
                    } else {
                        gap = true;
                    }
                }
            }
        }
    }
    out
}

/// What a search asks for, folded: every word, and what stands in quotation marks as one phrase.
pub fn terms(words: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (i, piece) in words.split(['"', '“', '”']).enumerate() {
        let folded = fold(piece);
        if i % 2 == 1 {
            out.push(folded);
        } else {
            out.extend(folded.split(' ').map(str::to_owned));
        }
    }
    out.retain(|term| !term.is_empty());
    // Longer words choose more; a handful is enough.
    out.sort_by_key(|term| std::cmp::Reverse(term.len()));
    out.dedup();
    out.truncate(6);
    out
}

/// The terms as patterns for `like`, always four of them: with fewer, the others let everything through.
pub fn patterns(words: &str) -> [String; 4] {
    let mut all = terms(words).into_iter().map(|term| format!("%{term}%"));
    std::array::from_fn(|_| all.next().unwrap_or_else(|| "%".to_owned()))
}

/// Words with every letter and its tone in one character (NFC), as the law asks of documents.
pub fn nfc(text: &str) -> String {
    // No letter below U+0300 and none of the Vietnamese ones changes in NFC.
    if text.chars().all(|c| c < '\u{300}' || ('\u{1E00}'..='\u{1EFF}').contains(&c)) {
        return text.to_owned();
    }
    text.nfc().collect()
}

/// Puts a text into the form in which it is kept: NFC, white space tidied, ends trimmed.
pub fn tidy(text: &str) -> String {
    let nfc = nfc(text);
    let is_tidy = !nfc.starts_with(' ')
        && !nfc.ends_with(' ')
        && !nfc.contains("  ")
        && nfc.chars().all(|c| c == ' ' || !c.is_whitespace());
    if is_tidy {
        return nfc;
    }
    nfc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Like [`tidy`], but keeps line breaks.
pub fn tidy_lines(text: &str) -> String {
    text.lines().map(tidy).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Compares two spellings as a reader would: tone placement, case and composition do not matter, tones do.
///
/// The key keeps the tone of each word but not the letter that carries it: "hoà" = "hòa" ≠ "hoá".
pub fn spelling(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        let mut tone = None;
        for c in word.nfd() {
            match c {
                '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => tone = Some(c),
                c => out.extend(c.to_lowercase()),
            }
        }
        out.extend(tone);
    }
    out
}

/// The key by which names sort in Vietnamese (CLDR `vi`): compare the bytes.
pub fn sort_key(text: &str) -> Vec<u8> {
    use icu_collator::{Collator, options::CollatorOptions};
    thread_local! {
        static VI: Option<icu_collator::CollatorBorrowed<'static>> = {
            let vi = icu_locale_core::locale!("vi");
            Collator::try_new(vi.into(), CollatorOptions::default()).ok()
        };
    }
    let mut key = Vec::new();
    VI.with(|vi| match vi {
        Some(collator) => {
            if collator.write_sort_key_to(text, &mut key).is_err() {
                key = text.as_bytes().to_vec();
            }
        }
        None => key = text.as_bytes().to_vec(),
    });
    key
}

/// [`sort_key`] as text that a database column holds: hexadecimal, so that both databases order it alike.
pub fn sort_text(text: &str) -> String {
    use std::fmt::Write as _;
    sort_key(text).iter().fold(String::new(), |mut out, byte| {
        // Writing into a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The order of people: given name (the last word), then middle names, then the family name.
pub fn person_sort_text(name: &str) -> String {
    let name = tidy(name);
    let mut words: Vec<&str> = name.split(' ').collect();
    let given = words.pop().unwrap_or_default();
    let family = if words.is_empty() { "" } else { words.remove(0) };
    sort_text(&format!("{given} {} {family}", words.join(" ")))
}

/// A word with a capital at its beginning.
pub fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    /// As folding was defined before it had a table.
    fn slowly(text: &str) -> String {
        let mut out = String::new();
        let mut gap = false;
        for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
            let c = if matches!(c, 'đ' | 'Đ') { 'd' } else { c };
            if c.is_alphanumeric() {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.extend(c.to_lowercase());
            } else {
                gap = true;
            }
        }
        out
    }

    #[test]
    fn every_letter_is_folded_as_it_is_defined() {
        for code in 0..0x3_0000_u32 {
            let Some(c) = char::from_u32(code) else { continue };
            let text = format!("a{c}b {c}");
            assert_eq!(super::fold(&text), slowly(&text), "{code:x}");
            assert_eq!(super::nfc(&text), text.nfc().collect::<String>(), "{code:x}");
            let plain = text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(super::tidy(&text), plain, "{code:x}");
        }
        assert_eq!(super::fold("Trọng  Tâm – Đống Đa, Hòa"), "trong tam dong da hoa");
    }

    use super::*;

    #[test]
    fn a_search_is_words_in_any_order_and_phrases() {
        assert_eq!(terms("Hoàn Kiếm 2023"), ["hoan", "kiem", "2023"]);
        assert_eq!(terms("\"cải cách\" Đống"), ["cai cach", "dong"]);
        assert_eq!(terms("  "), Vec::<String>::new());
    }

    #[test]
    fn folding_drops_tones_and_marks() {
        assert_eq!(fold("Quận ủy Hoàn Kiếm"), "quan uy hoan kiem");
        assert_eq!(fold("Đông  Anh – 2"), "dong anh 2");
        assert_eq!(fold("hòa"), fold("hoà"));
        assert_eq!(fold("Ho\u{300}a"), "hoa");
    }

    #[test]
    fn spelling_ignores_where_the_tone_sits_but_not_which_tone() {
        assert_eq!(spelling("Ứng Hoà"), spelling("Ứng Hòa"));
        assert_eq!(spelling("Quận uỷ"), spelling("QUẬN ỦY"));
        assert_ne!(spelling("hoà"), spelling("hoá"));
    }

    #[test]
    fn names_sort_in_vietnamese() {
        let mut names = vec!["Ứng Hòa", "Đông Anh", "Ba Vì", "Ba Đình", "Đan Phượng", "Chương Mỹ"];
        names.sort_by_key(|n| sort_text(n));
        assert_eq!(names, ["Ba Đình", "Ba Vì", "Chương Mỹ", "Đan Phượng", "Đông Anh", "Ứng Hòa"]);
    }

    #[test]
    fn people_sort_by_given_name() {
        let mut names = vec!["Trần Thị Yến", "Lê Văn Anh", "Nguyễn Anh"];
        names.sort_by_key(|n| person_sort_text(n));
        assert_eq!(names, ["Nguyễn Anh", "Lê Văn Anh", "Trần Thị Yến"]);
    }
}
