//! What comes again: how often, and on which day.

use super::{Due, Every, has};
use crate::fold::fold;

/// How often the words say something comes again.
pub(super) fn repetition(folded: &str) -> Option<Every> {
    // "Theo quy định", "theo năm học" are no repetitions.
    let mut text = format!(" {folded} ");
    for word in [
        "quy dinh",
        "quy che",
        "quy trinh",
        "quy hoach",
        "quy dat",
        "quy mo",
        "quy pham",
        "quy tien",
        "nam hoc",
    ] {
        text = text.replace(&format!(" {word} "), " - ");
    }
    let each = |unit: &str| {
        let before = ["hang", "moi", "theo", "tung", "dinh ky", "1 lan", "mot lan", "lan"];
        before.iter().any(|word| text.contains(&format!(" {word} {unit} ")))
    };
    let half = [
        "6 thang mot lan",
        "sau thang mot lan",
        "6 thang 1 lan",
        "6 thang lan",
        "nua nam mot lan",
        "2 lan nam",
        "hai lan nam",
        "dinh ky 6 thang",
        "dinh ky sau thang",
        "moi 6 thang",
        "hang 6 thang",
    ];
    if has(folded, &["4 lan nam", "bon lan nam"]) {
        Some(Every::Quarter)
    } else if each("tuan") {
        Some(Every::Week)
    } else if each("thang") {
        Some(Every::Month)
    } else if each("quy") {
        Some(Every::Quarter)
    } else if has(folded, &half) {
        Some(Every::HalfYear)
    } else if each("nam") || folded.contains("dinh ky nam") {
        Some(Every::Year)
    } else {
        None
    }
}

/// "Ngày 25 hằng tháng", "15 hàng tháng", "trước 25 hằng tháng".
pub(super) fn day_of_month(every: Every, tokens: &[&str]) -> Option<i8> {
    if every != Every::Month {
        return None;
    }
    let named = tokens.iter().position(|t| *t == "ngay").and_then(|at| tokens.get(at + 1));
    let before = || {
        let at =
            tokens.windows(2).position(|pair| matches!(pair, ["hang" | "moi" | "dinh", "thang" | "ky"]))?;
        tokens.get(at.checked_sub(1)?)
    };
    let word = named.or_else(before)?;
    word.parse().ok().filter(|day| (1..=31).contains(day))
}

/// The day that a note in brackets names: "(trước ngày 20)".
pub(super) fn day_in_note(text: &str) -> Option<i8> {
    let (_, note) = text.split_once('(')?;
    let folded = fold(note.split(')').next()?);
    let mut words = folded.split(' ').skip_while(|word| *word != "ngay").skip(1);
    words.next()?.parse().ok().filter(|day| (1..=31).contains(day))
}

/// Several days or months of every year: "30/6 và 31/12 hằng năm", "Tháng 3, 6, 9, 12 hằng năm". Halves and quarters
/// are repetitions of their own; other sets of days are not one deadline.
pub(super) fn several_a_year(text: &str) -> Option<Due> {
    let folded = fold(text);
    if !has(&folded, &["hang nam", "moi nam"]) {
        return None;
    }
    let months = months_named(text, &folded);
    if months.len() < 2 {
        return None;
    }
    Some(match months.as_slice() {
        [6, 12] => Due::Recurring { every: Every::HalfYear, day: None },
        [3, 6, 9, 12] => Due::Recurring { every: Every::Quarter, day: None },
        _ => Due::Invalid,
    })
}

/// The months that stand there without a year: as days, "30/6", or by name, "tháng 3, 6 và 9".
fn months_named(text: &str, folded: &str) -> Vec<i8> {
    let mut months: Vec<i8> = Vec::new();
    for word in text.split([' ', ',', ';', '(', ')']) {
        if let [day, month] = word.split('/').collect::<Vec<_>>().as_slice()
            && day.parse::<i8>().is_ok()
            && let Ok(month @ 1..=12) = month.parse::<i8>()
        {
            months.push(month);
        }
    }
    if months.is_empty() {
        let words = folded.split(' ').skip_while(|word| *word != "thang").skip(1);
        let named = words.take_while(|w| w.parse::<i8>().is_ok() || matches!(*w, "va" | "thang"));
        months =
            named.filter_map(|word| word.parse().ok()).filter(|month| (1..=12).contains(month)).collect();
    }
    months.sort_unstable();
    months.dedup();
    months
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::read;

    #[test]
    fn what_comes_again_is_told_from_words_that_only_sound_so() {
        let every = |every, day| Due::Recurring { every, day };
        for (words, due) in [
            ("Theo quy định", Due::Invalid),
            ("Theo quỹ đất được giao", Due::Invalid),
            ("Theo năm học", Due::Invalid),
            ("Hằng năm theo quy định", every(Every::Year, None)),
            ("Theo quý", every(Every::Quarter, None)),
            ("1 lần/quý", every(Every::Quarter, None)),
            ("2 lần/năm", every(Every::HalfYear, None)),
            ("Hàng quý, 6 tháng, năm", every(Every::Quarter, None)),
            ("Trước 25 hằng tháng", every(Every::Month, Some(25))),
            ("30/6 và 31/12 hằng năm", every(Every::HalfYear, None)),
            ("Tháng 6 và tháng 12 hằng năm", every(Every::HalfYear, None)),
            ("Tháng 3, 6, 9, 12 hằng năm", every(Every::Quarter, None)),
            ("Tháng 3 và tháng 9 hằng năm", Due::Invalid),
            ("Tháng 11 hằng năm (trước ngày 20)", Due::RecurringDay { month: 11, day: 20 }),
            ("Tháng 11 hằng năm", Due::RecurringDay { month: 11, day: 30 }),
            ("Ngày 5 tháng 9", Due::Invalid),
            ("Ngày 5 tháng 9 hằng năm", Due::RecurringDay { month: 9, day: 5 }),
        ] {
            assert_eq!(read(words), due, "{words}");
        }
    }
}
