//! Deadline words: how offices write when something is due, read into a date, a period, a repetition, or nothing.
//!
//! Shown as read and never guessed silently: what cannot be a date is `Invalid` and must be refused by the caller.
//! Order is always day/month; a two-digit year is 20yy. "Trước ngày 27/5/2021" gives the 27th itself.

mod endless;
mod months;
mod often;
mod quarters;
mod remark;
mod span;
mod tidy;
mod week;
mod written;

pub use endless::lacks_year;
pub use remark::remark;
pub use span::{Cycle, span};
pub use week::week_of;

use crate::fold::fold;
use endless::without_an_end;
use jiff::civil::Date;
use months::{month_of, months};
use often::{day_of_month, repetition, several_a_year};
use quarters::{is_small_number, quarters, roman_or_digit};
use serde::{Deserialize, Serialize};
use tidy::{apart, closed_slashes, is_slip, without_notes};
use written::{Written, dates_in};

/// How often something repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Hằng tuần.
    Week,
    /// Hằng tháng.
    Month,
    /// Hằng quý.
    Quarter,
    /// Sáu tháng một lần.
    HalfYear,
    /// Hằng năm.
    Year,
}

/// When something is due, as its document says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Due {
    /// On one calendar day.
    Day {
        /// The day.
        on: Date,
    },
    /// At the end of a named period: due on its last day.
    Period {
        /// The last day.
        on: Date,
    },
    /// Again and again.
    Recurring {
        /// How often.
        every: Every,
        /// The day of the month, 1–31, where it repeats by the month and one is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<i8>,
    },
    /// Every year by a day.
    RecurringDay {
        /// The month, 1–12.
        month: i8,
        /// The day of the month, 1–31.
        day: i8,
    },
    /// All the time.
    Continuous,
    /// The document does not say.
    None,
    /// The words cannot be a date, such as 31/6/2023.
    Invalid,
}

impl Due {
    /// The one date by which it is due, when there is one.
    pub fn date(self) -> Option<Date> {
        match self {
            Self::Day { on } | Self::Period { on } => Some(on),
            Self::Recurring { .. }
            | Self::RecurringDay { .. }
            | Self::Continuous
            | Self::None
            | Self::Invalid => None,
        }
    }

    /// The word for databases, JSON and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day { .. } => "day",
            Self::Period { .. } => "period",
            Self::Recurring { .. } => "recurring",
            Self::RecurringDay { .. } => "recurring_day",
            Self::Continuous => "continuous",
            Self::None => "none",
            Self::Invalid => "invalid",
        }
    }

    /// Whether the document says when: the third of the six clears.
    pub fn is_clear(self) -> bool {
        !matches!(self, Self::None | Self::Invalid)
    }

    /// The first day on or after `today` on which a repetition falls due; a fixed date stays itself.
    pub fn next(self, today: Date) -> Option<Date> {
        match self {
            Self::Day { on } | Self::Period { on } => Some(on),
            Self::RecurringDay { month, day } => {
                let in_year = |year| last_valid(year, month, day);
                in_year(today.year()).filter(|d| *d >= today).or_else(|| in_year(today.year() + 1))
            }
            Self::Recurring { every: Every::Month, day: Some(day) } => {
                let this = last_valid(today.year(), today.month(), day);
                let next = today.last_of_month().tomorrow().ok()?;
                this.filter(|on| *on >= today).or_else(|| last_valid(next.year(), next.month(), day))
            }
            Self::Recurring { every: Every::Quarter, day: Some(day) } => {
                let (year, month) = (today.year(), (today.month() + 2) / 3 * 3);
                let next = if month == 12 { (year + 1, 3) } else { (year, month + 3) };
                let this = last_valid(year, month, day);
                this.filter(|on| *on >= today).or_else(|| last_valid(next.0, next.1, day))
            }
            Self::Recurring { every, .. } => match every {
                Every::Week => {
                    let ahead = 7 - i64::from(today.weekday().to_monday_one_offset());
                    today.checked_add(jiff::Span::new().days(ahead)).ok()
                }
                Every::Month => Some(today.last_of_month()),
                Every::Quarter => end_of(today.year(), (today.month() + 2) / 3 * 3),
                Every::HalfYear => end_of(today.year(), if today.month() <= 6 { 6 } else { 12 }),
                Every::Year => Some(today.last_of_year()),
            },
            Self::Continuous | Self::None | Self::Invalid => None,
        }
    }
}

fn last_valid(year: i16, month: i8, day: i8) -> Option<Date> {
    Date::new(year, month, day).ok().or_else(|| Some(Date::new(year, month, 1).ok()?.last_of_month()))
}

fn end_of(year: i16, month: i8) -> Option<Date> {
    Some(Date::new(year, month, 1).ok()?.last_of_month())
}

/// Years in which a day of an office can lie; others are slips of the pen.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2099;

/// Reads the words.
pub fn read(words: &str) -> Due {
    let due = read_any(words);
    match due {
        Due::Day { on } | Due::Period { on } if !YEARS.contains(&on.year()) => Due::Invalid,
        due => due,
    }
}

fn read_any(words: &str) -> Due {
    let text = words.trim();
    if text.is_empty() || text.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '…')) {
        return Due::None;
    }
    // "Hằng năm (trước 30/11)": the note says by which day.
    let whole = closed_slashes(text);
    if let Some(Written::Day { day, month, year: None }) = dates_in(&whole)
        && has(&fold(&whole), &["hang nam", "moi nam"])
        && Date::new(2024, month, day).is_ok()
        && several_a_year(&whole).is_none()
    {
        return Due::RecurringDay { month, day };
    }
    if is_slip(&whole) {
        return Due::Invalid;
    }
    let text = without_notes(&apart(&whole));
    let text = text.as_str();
    let folded = fold(text);
    let tokens: Vec<&str> = folded.split(' ').filter(|t| !t.is_empty()).collect();
    if let Some(due) = without_an_end(&folded, &tokens) {
        return due;
    }
    // "Sau 30/6/2023" names a beginning. It is read with its tones: "sáu tháng" is six months.
    let lower = crate::fold::nfc(text).to_lowercase();
    if lower
        .strip_prefix("sau ")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("ngày"))
    {
        return Due::Invalid;
    }
    let yearly = has(&folded, &["hang nam", "moi nam", "cac nam"]);
    if let Some(due) = several_a_year(&whole) {
        return due;
    }
    // "Tháng 11 hằng năm (trước ngày 20)": the note says by which day of the month.
    if yearly
        && let Some(Due::RecurringDay { month, .. }) = named_period(&tokens, true)
        && let Some(day) = often::day_in_note(&whole)
        && Date::new(2023, month, day).is_ok()
    {
        return Due::RecurringDay { month, day };
    }
    if let Some(due) = until_year_ends(&folded, &tokens) {
        return due;
    }
    if let Some(due) = quarters(&tokens, yearly).or_else(|| months(&tokens)) {
        return due;
    }
    let numbers = dates_in(text);

    if let Some(found) = numbers {
        return match found {
            Written::Day { day, month, year: Some(year) } => {
                Date::new(year, month, day).map_or(Due::Invalid, |on| Due::Day { on })
            }
            Written::Day { day, month, year: None } if yearly => {
                if Date::new(2024, month, day).is_ok() {
                    Due::RecurringDay { month, day }
                } else {
                    Due::Invalid
                }
            }
            Written::Day { .. } | Written::Nonsense => Due::Invalid,
            Written::Month { month, year } => {
                end_of(year, month).map_or(Due::Invalid, |on| Due::Period { on })
            }
        };
    }
    if let Some(due) = worded_day(&tokens, yearly) {
        return due;
    }
    if let Some(due) = named_period(&tokens, yearly) {
        return due;
    }
    if has(&folded, &["thuong xuyen", "lien tuc", "hang ngay"]) {
        return Due::Continuous;
    }
    if let Some(every) = repetition(&folded) {
        return Due::Recurring { every, day: day_of_month(every, &tokens) };
    }
    match years_in(&tokens).last() {
        Some(year) if tokens.iter().all(|token| is_said_of_years(token)) => {
            // "Trước năm 2025" is by the end of 2024.
            let before = tokens.windows(2).any(|pair| {
                matches!(pair, ["truoc", next] if *next == "nam" || next.starts_with(|c: char| c.is_ascii_digit()))
            });
            let whole = year - i16::from(before);
            end_of(whole, 12).map_or(Due::Invalid, |on| Due::Period { on })
        }
        _ => Due::Invalid,
    }
}

/// Words that stand beside a year without changing what its end is.
fn is_said_of_years(token: &str) -> bool {
    token.chars().all(|c| c.is_ascii_digit())
        || matches!(
            token,
            "nam"
                | "trong"
                | "het"
                | "den"
                | "toi"
                | "cuoi"
                | "truoc"
                | "tu"
                | "va"
                | "giai"
                | "doan"
                | "cac"
                | "hoan"
                | "thanh"
                | "xong"
                | "nhiem"
                | "ky"
                | "cham"
                | "nhat"
                | "la"
                | "tron"
                | "ca"
                | "suot"
                | "thoi"
                | "gian"
                | "han"
                | "ket"
                | "thuc"
                | "trien"
                | "khai"
                | "hien"
                | "vao"
                | "ngay"
        )
}

/// The first day of what the words name, where they say when something began: "2020", "7/2021", "Quý II/2021"; and
/// whether they name the day itself.
pub fn beginning(words: &str) -> Option<(Date, bool)> {
    let folded = fold(words);
    let tokens: Vec<&str> = folded.split(' ').collect();
    let first = |year: i16, month: i8| Date::new(year, month, 1).ok().map(|day| (day, false));
    match read(words) {
        Due::Day { on } => Some((on, true)),
        Due::Period { on } => {
            let named = |all: &[&str]| tokens.iter().any(|t| all.contains(t) || t.starts_with('q'));
            if named(&["quy", "qui"]) {
                first(on.year(), on.month() - 2)
            } else if tokens.contains(&"thang") || matches!(dates_in(words), Some(Written::Month { .. })) {
                first(on.year(), on.month())
            } else {
                first(years_in(&tokens).first().copied()?, 1)
            }
        }
        _ => None,
    }
}

/// What an Excel date cell means: shown without a day, it names its month.
pub fn from_cell(on: Date, shown_without_day: bool) -> Due {
    if shown_without_day { Due::Period { on: on.last_of_month() } } else { Due::Day { on } }
}

/// "Từ 15/3/2023 đến hết năm": the end of the year that is named.
fn until_year_ends(folded: &str, tokens: &[&str]) -> Option<Due> {
    let ends = [" den het nam", " den cuoi nam", " toi het nam"].iter().any(|tail| folded.ends_with(tail));
    let year = years_in(tokens).last().copied().filter(|_| ends)?;
    end_of(year, 12).map(|on| Due::Period { on })
}

fn has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// "ngày 13 tháng 3 năm 2021".
fn worded_day(tokens: &[&str], yearly: bool) -> Option<Due> {
    let after = |word: &str| {
        let at = tokens.iter().position(|t| *t == word)?;
        tokens.get(at + 1)?.parse::<i16>().ok()
    };
    let named = || {
        let at = tokens.iter().position(|t| *t == "thang")?;
        month_of(tokens.get(at + 1)?, tokens.get(at + 2).copied()).map(|(month, _)| i16::from(month))
    };
    let (d, m) = (after("ngay")?, after("thang").or_else(named)?);
    let (Ok(d), Ok(m)) = (i8::try_from(d), i8::try_from(m)) else { return Some(Due::Invalid) };
    match after("nam") {
        Some(y) => Some(Date::new(full_year(y), m, d).map_or(Due::Invalid, |on| Due::Day { on })),
        None if yearly && Date::new(2024, m, d).is_ok() => Some(Due::RecurringDay { month: m, day: d }),
        None => Some(Due::Invalid),
    }
}

fn full_year(year: i16) -> i16 {
    if year < 100 { 2000 + year } else { year }
}

fn years_in(tokens: &[&str]) -> Vec<i16> {
    tokens
        .iter()
        .filter(|t| t.len() == 4)
        .filter_map(|t| t.parse().ok())
        .filter(|y| (1945..2200).contains(y))
        .collect()
}

/// "tháng 3 hằng năm", "nửa cuối năm 2023".
fn named_period(tokens: &[&str], yearly: bool) -> Option<Due> {
    let year = years_in(tokens).last().copied();
    let end = |month: i8| match year {
        Some(year) => end_of(year, month).map(|on| Due::Period { on }),
        None if yearly => {
            let day = end_of(2023, month)?.day();
            Some(Due::RecurringDay { month, day })
        }
        None => None,
    };
    for (i, token) in tokens.iter().enumerate() {
        let next = tokens.get(i + 1).copied().unwrap_or_default();
        match *token {
            "thang" if i == 0 || !matches!(tokens.get(i - 1), Some(&"6" | &"9" | &"sau" | &"chin")) => {
                if let Some(month) = next.parse::<i8>().ok().filter(|m| (1..=12).contains(m)) {
                    return end(month);
                }
            }
            "nua" if next == "dau" => return end(6),
            "nua" if next == "cuoi" => return end(12),
            _ => {}
        }
    }
    None
}

/// The quarter of a day, `2023-Q2`.
pub fn quarter(day: Date) -> String {
    format!("{}-Q{}", day.year(), (day.month() + 2) / 3)
}

#[cfg(test)]
mod tests;
