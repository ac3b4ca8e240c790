//! Words that name no end: none at all, a beginning, a condition, another document; and those that lack their year.

use super::{Due, Every, Written, closed_slashes, dates_in, has, repetition, roman_or_digit, years_in};
use crate::fold::fold;

fn dated(tokens: &[&str]) -> bool {
    !years_in(tokens).is_empty()
}

/// Whether the words name a day or a month and only the year is missing: "30/6", "Trước ngày 15/12".
pub fn lacks_year(words: &str) -> bool {
    let folded = fold(words);
    let tokens: Vec<&str> = folded.split(' ').collect();
    let named = matches!(dates_in(&closed_slashes(words)), Some(Written::Day { year: None, .. }))
        || tokens.windows(2).any(|pair| {
            matches!(pair, ["thang", next] if next.parse::<i8>().is_ok_and(|month| (1..=12).contains(&month)))
                || matches!(pair, ["quy" | "qui", next] if roman_or_digit(next).is_some())
        });
    !dated(&tokens) && named && !has(&folded, &["hang nam", "moi nam"])
}

/// Words that name a beginning, a condition or another document instead of an end.
pub(super) fn without_an_end(folded: &str, tokens: &[&str]) -> Option<Due> {
    match folded {
        "khong thoi han" | "khong co thoi han" | "khong han" | "dot xuat" | "khi co yeu cau" => {
            return Some(Due::None);
        }
        "tx" | "t xuyen" => return Some(Due::Continuous),
        _ => {}
    }
    // "Ngày 15 tháng cuối quý": every quarter, by that day of its last month.
    if has(folded, &["thang cuoi quy", "thang cuoi cua quy"]) && !dated(tokens) {
        let at = tokens.iter().position(|t| *t == "ngay");
        let day = at.and_then(|at| tokens.get(at + 1)?.parse().ok()).filter(|day| (1..=31).contains(day));
        return Some(Due::Recurring { every: Every::Quarter, day });
    }
    if ["theo ", "sau khi ", "khi ", "can cu ", "tuy theo ", "tuy "].iter().any(|w| folded.starts_with(w)) {
        return Some(repetition(folded).map_or(Due::Invalid, |every| Due::Recurring { every, day: None }));
    }
    // What was done says nothing about when it is due.
    if ["da xong", "da hoan thanh", "da thuc hien", "hoan thanh ngay"].iter().any(|w| folded.starts_with(w)) {
        return Some(Due::Invalid);
    }
    if (folded.starts_with("tu ") && !tokens.contains(&"den") && !folded.contains(" toi ") && dated(tokens))
        || has(folded, &["nam tiep theo", "tro di"])
    {
        return Some(Due::Continuous);
    }
    // No day ends the beginning or the middle of something, and school years end on days of their own.
    if has(folded, &["dau thang", "giua thang", "dau quy", "giua quy", "dau qui", "giua qui"]) {
        return Some(Due::Invalid);
    }
    (has(folded, &["nam hoc", "dau nam", "giua nam"])
        && !tokens.contains(&"thang")
        && !tokens.contains(&"nua"))
    .then_some(Due::Invalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::read;

    #[test]
    fn words_without_a_day_are_told_apart() {
        for (words, due) in [
            ("Không thời hạn", Due::None),
            ("Đột xuất", Due::None),
            ("TX", Due::Continuous),
            ("Ngày 15 tháng cuối quý", Due::Recurring { every: Every::Quarter, day: Some(15) }),
            ("Trước ngày 20 của tháng cuối quý", Due::Recurring { every: Every::Quarter, day: Some(20) }),
            ("15 hàng tháng", Due::Recurring { every: Every::Month, day: Some(15) }),
            ("Hàng năm (trước 30/11)", Due::RecurringDay { month: 11, day: 30 }),
            ("Nửa đầu năm 2023", Due::Period { on: "2023-06-30".parse().unwrap() }),
            ("Ngày 30 tháng Sáu năm 2023", Due::Day { on: "2023-06-30".parse().unwrap() }),
            ("30/6", Due::Invalid),
        ] {
            assert_eq!(read(words), due, "{words}");
        }
        assert!(lacks_year("Trước 15/12") && lacks_year("30/6"));
        assert!(!lacks_year("31/6/2023") && !lacks_year("theo tiến độ"));
    }
}
