//! Deadline words as typed, brought to one way of writing before they are read.

/// "30/6/2023-30/9/2023" is "30/6/2023 - 30/9/2023": a dash between two whole dates stands apart.
pub(super) fn apart(text: &str) -> String {
    let part = |word: &str| {
        let parts: Vec<&str> = word.split(['-', '–']).collect();
        let whole = parts.len() == 2 && parts.iter().all(|part| part.matches('/').count() == 2);
        if whole { parts.join(" - ") } else { word.to_owned() }
    };
    text.split(' ').map(part).collect::<Vec<_>>().join(" ")
}

/// "30//6/2023", "3O/6/2023": a slip of the pen, of which no part is to be read as something else.
pub(super) fn is_slip(text: &str) -> bool {
    let is_mixed = |part: &str| {
        part.contains(|c: char| c.is_ascii_digit()) && part.contains(|c: char| c.is_ascii_alphabetic())
    };
    text.split([' ', ',', ';', '(', ')']).any(|word| {
        let parts: Vec<&str> = word.split('/').collect();
        word.contains("//") || (parts.len() == 3 && parts.iter().any(|part| is_mixed(part)))
    })
}

/// A note in brackets does not change a period; brackets around the whole say nothing.
pub(super) fn without_notes(text: &str) -> String {
    let text = text.trim();
    let is_open = |c: char| matches!(c, '(' | '[');
    if text.starts_with(is_open) {
        return text
            .trim_start_matches(is_open)
            .split(is_open)
            .next()
            .unwrap_or_default()
            .trim_end_matches([')', ']'])
            .to_owned();
    }
    // "Quý III (2023)": only the year, which belongs to the words.
    if let Some((before, inside)) = text.split_once('(')
        && let Some(year) = inside.trim_end().strip_suffix(')').map(str::trim)
        && let Some(digits) = year.strip_prefix("năm ").or(Some(year))
        && digits.len() == 4
        && digits.chars().all(|c| c.is_ascii_digit())
        && !before.contains(digits)
    {
        return format!("{} năm {digits}", before.trim());
    }
    let (mut kept, mut depth) = (String::new(), 0_u32);
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept.trim().to_owned()
}

/// "30 / 6 / 2023" is "30/6/2023".
pub(super) fn closed_slashes(text: &str) -> String {
    text.replace(" /", "/").replace("/ ", "/")
}

#[cfg(test)]
mod tests {
    use crate::period::{Due, read};

    fn day(text: &str) -> jiff::civil::Date {
        text.parse().unwrap()
    }

    #[test]
    fn notes_and_dashes_do_not_change_a_deadline() {
        for (words, on) in [
            ("30/6/2023-30/9/2023", "2023-09-30"),
            ("01/01/2023-30/06/2023", "2023-06-30"),
            ("30/6/2023 (bản thảo)", "2023-06-30"),
        ] {
            assert_eq!(read(words), Due::Day { on: day(on) }, "{words}");
        }
        for (words, on) in [
            ("Quý II/2023 (thí điểm), Quý IV/2023 (nhân rộng)", "2023-12-31"),
            ("(Quý II/2023)", "2023-06-30"),
            ("Tháng 6-9/2023", "2023-09-30"),
            ("Hoàn thành trước năm 2025", "2024-12-31"),
            ("Hoàn thành trước hạn năm 2025", "2025-12-31"),
            ("Sáu tháng đầu năm 2023", "2023-06-30"),
        ] {
            assert_eq!(read(words), Due::Period { on: day(on) }, "{words}");
        }
        assert_eq!(read("sau 30/6/2023"), Due::Invalid);
        assert_eq!(read("31/12/2205"), Due::Invalid);
    }
}
