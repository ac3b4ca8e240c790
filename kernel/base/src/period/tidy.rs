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
