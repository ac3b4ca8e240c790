//! Numbers as offices write them: `1.250` is one thousand two hundred and fifty, `1.234,5` has a decimal comma,
//! `85,5%`, `đạt 85%`, `vượt 12,9 %`, `khoảng 10.000/năm`.

use crate::fold::fold;
use rust_decimal::Decimal;
use std::str::FromStr;

/// Reads a number written the Vietnamese way. Spaces between thousands are accepted.
pub fn parse(text: &str) -> Option<Decimal> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let plain = match digits.rsplit_once(',') {
        // A comma is the decimal mark, unless there are several of them: then they part thousands.
        Some((int, frac)) if !int.contains(',') && !frac.contains('.') => {
            thousands(int, '.').map(|int| format!("{int}.{frac}"))?
        }
        // "1,234.5": English marks.
        Some((_, last)) if last.matches('.').count() == 1 => {
            let (int, frac) = digits.rsplit_once('.')?;
            thousands(int, ',').map(|int| format!("{int}.{frac}"))?
        }
        Some(_) => thousands(digits, ',')?,
        None if digits.contains('.') => match thousands(digits, '.') {
            Some(whole) => whole,
            // "85.5": a dot that parts no thousands can only be a decimal point.
            None if digits.matches('.').count() == 1 => digits.to_owned(),
            None => return None,
        },
        None => digits.to_owned(),
    };
    Decimal::from_str(&format!("{sign}{plain}")).ok()
}

/// Joins groups of three digits; `None` when the groups are not of three.
fn thousands(text: &str, mark: char) -> Option<String> {
    let mut groups = text.split(mark);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if rest.is_empty() {
        return (!first.is_empty()).then(|| first.to_owned());
    }
    let whole = !first.is_empty() && first.len() <= 3 && first != "0" && rest.iter().all(|g| g.len() == 3);
    whole.then(|| format!("{first}{}", rest.concat()))
}

/// The first number inside a text, such as `khoảng 10.000/năm` or `1 234 hồ sơ`.
pub fn first_in(text: &str) -> Option<Decimal> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(rest.len());
    let mut piece = rest.get(..end)?.to_owned();
    // Spaces part thousands where each group after the first has three digits.
    let mut tail = rest.get(end..)?;
    while piece.chars().all(|c| c.is_ascii_digit()) && piece.len() <= 15 {
        let Some(next) = tail.strip_prefix([' ', '\u{a0}', '\u{202f}']) else { break };
        let group = next.find(|c: char| !c.is_ascii_digit()).unwrap_or(next.len());
        let first_is_short = piece.len() <= 3 || tail.len() < rest.len() - end;
        if group != 3 || !first_is_short {
            break;
        }
        piece.push_str(next.get(..3)?);
        tail = next.get(3..)?;
    }
    if let Some(frac) = tail.strip_prefix(',')
        && rest.get(end..).is_some_and(|all| all.len() > tail.len())
    {
        let digits: String = frac.chars().take_while(char::is_ascii_digit).collect();
        piece = format!("{piece},{digits}");
    }
    parse(piece.trim_end_matches(['.', ',']))
}

/// "1,250": a decimal comma by our rules, thousands by English ones. A person should look.
pub fn is_two_ways(text: &str) -> bool {
    match text.trim().split_once(',') {
        Some((int, frac)) => {
            let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
            (1..=3).contains(&int.len()) && int != "0" && frac.len() == 3 && digits(int) && digits(frac)
        }
        None => false,
    }
}

/// What a cell that should hold one figure says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// Nothing, or a dash.
    None,
    /// One figure, with nothing beside it that could change its meaning.
    Plain(Decimal),
    /// A figure among words that may change its meaning: to be shown to a person.
    Doubtful(Decimal),
    /// A range, a fraction, or words without a figure: no one figure.
    Unclear,
}

/// Words that stand beside a figure and change nothing about it.
const BESIDE: [&str; 40] = [
    "dat", "tren", "duoi", "it", "nhat", "toi", "thieu", "da", "khoang", "gan", "hon", "nam", "tro", "len",
    "xuong", "khong", "qua", "ho", "so", "phan", "tram", "lan", "moi", "nguoi", "don", "vi", "tu", "den",
    "ty", "le", "tieu", "chi", "la", "tang", "them", "bac", "diem", "cac", "ca", "the",
];

/// Reads a cell that should hold one figure.
pub fn figure(text: &str) -> Figure {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '…')) {
        return Figure::None;
    }
    if let Some(number) =
        parse(trimmed.trim_end_matches('%').trim_start_matches(['≥', '≤', '>', '<', '‹', '›', '~', '=']))
    {
        return Figure::Plain(number);
    }
    let Some(number) = first_in(trimmed) else { return Figure::Unclear };
    let after_digits =
        trimmed.find(|c: char| c.is_ascii_digit()).and_then(|at| trimmed.get(at..)).unwrap_or("");
    let between =
        after_digits.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '%'));
    let next_is_digit =
        between.trim_start_matches(['-', '–', '/', ' ']).starts_with(|c: char| c.is_ascii_digit());
    if between.starts_with(['-', '–', '/']) && next_is_digit {
        return Figure::Unclear;
    }
    let folded = fold(trimmed);
    let is_beside = |word: &str| word.chars().all(|c| c.is_ascii_digit()) || BESIDE.contains(&word);
    if folded.split(' ').all(is_beside) { Figure::Plain(number) } else { Figure::Doubtful(number) }
}

/// A percentage as reported, and what the reader of the sheet should know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Percent {
    /// In percent: 85 means 85 %.
    pub value: Decimal,
    /// Written as "about".
    pub about: bool,
    /// Written as a share between 0 and 1 without a percent sign: to be judged with plan and actual.
    pub as_share: bool,
}

/// What stands in a cell where a percentage belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PercentCell {
    /// Nothing.
    Blank,
    /// A dash: no figure yet.
    NoFigure,
    /// Words without a figure that says how much is done ("chưa đạt", "giảm 5%").
    Words,
    /// From one figure to another ("50-60%"): no one figure.
    Range,
    /// A figure.
    Figure(Percent),
}

/// The number right before the last percent sign.
fn before_sign(text: &str) -> Option<Decimal> {
    let (before, _) = text.rsplit_once('%')?;
    let figure = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let before = before.trim_end();
    let start = before.char_indices().rev().take_while(|(_, c)| figure(*c)).last()?.0;
    parse(before.get(start..)?.trim_matches(['.', ',']))
}

/// "50-60%", "từ 50 đến 60%", "50% - 60%"; not "17-20 hồ sơ (85%)".
fn is_range(text: &str) -> bool {
    let bare = text.to_lowercase().replace("từ", " ").replace("đến", "-").replace('–', "-").replace('%', " ");
    match bare.split_once('-') {
        Some((from, to)) => parse(from).is_some() && parse(to).is_some() && !from.trim().is_empty(),
        None => false,
    }
}

/// Reads a percentage written as text.
pub fn percent(text: &str) -> PercentCell {
    let folded = fold(text);
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return PercentCell::Blank;
    }
    if trimmed.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '…')) || folded == "x" {
        return PercentCell::NoFigure;
    }
    if is_range(trimmed) {
        return PercentCell::Range;
    }
    // "9/10" is nine of ten.
    if let Some((of, all)) = trimmed.split_once('/')
        && let (Some(of), Some(all)) = (parse(of), parse(all))
        && all > Decimal::ZERO
    {
        let value = (of * Decimal::ONE_HUNDRED / all).round_dp(2).normalize();
        return PercentCell::Figure(Percent { value, about: false, as_share: true });
    }
    if let Some(below) = trimmed.strip_prefix(['-', '−'])
        && let Some(value) = parse(below.trim_end_matches('%'))
    {
        return PercentCell::Figure(Percent { value: -value, about: false, as_share: false });
    }
    // What follows "đạt" goes before what follows it: "đạt 95%, giảm 5% so với cùng kỳ".
    let lower = trimmed.to_lowercase();
    let reached = lower.split_once("đạt ").filter(|_| lower.contains("giảm") || lower.contains("tăng"));
    let told = reached.and_then(|(_, after)| first_in(after));
    if told.is_none() && (folded.starts_with("giam ") || folded.starts_with("tang ")) {
        return PercentCell::Words;
    }
    // The figure that is called a percentage goes before any other: "17/20 (85%)", "Từ 80% lên 85%".
    let Some(number) = told.or_else(|| before_sign(trimmed)).or_else(|| first_in(trimmed)) else {
        return PercentCell::Words;
    };
    let has_sign = trimmed.contains('%') || folded.contains("phan tram");
    let beyond = folded.starts_with("vuot") || folded.contains(" vuot ");
    let about = ["khoang", "gan", "uoc", "tren duoi"].iter().any(|word| folded.starts_with(word));
    let as_share =
        !has_sign && number > Decimal::ZERO && number < Decimal::ONE && trimmed.contains([',', '.']);
    let value = if beyond && number < Decimal::ONE_HUNDRED {
        Decimal::ONE_HUNDRED + number
    } else if as_share {
        number * Decimal::ONE_HUNDRED
    } else {
        number
    };
    PercentCell::Figure(Percent { value: value.normalize(), about, as_share })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        Decimal::from_str(text).unwrap()
    }

    #[test]
    fn dots_part_thousands_and_a_comma_marks_decimals() {
        for (written, value) in [
            ("1.250", "1250"),
            ("1.234,5", "1234.5"),
            ("85,5", "85.5"),
            ("85.5", "85.5"),
            ("1\u{a0}562,5", "1562.5"),
            ("9.744", "9744"),
            ("0,85", "0.85"),
            ("-3", "-3"),
            ("62.500", "62500"),
            ("1,234,567", "1234567"),
            ("0.850", "0.850"),
        ] {
            assert_eq!(parse(written), Some(dec(value)), "{written}");
        }
        assert_eq!(parse("abc"), None);
        assert_eq!(parse("1.2.3"), None);
    }

    #[test]
    fn one_figure_is_told_from_ranges_fractions_and_words() {
        let plain = |value: &str| Figure::Plain(dec(value));
        for (written, figure_is) in [
            ("1 234", plain("1234")),
            ("1 234 567", plain("1234567")),
            ("1,234.5", plain("1234.5")),
            ("12 345,5", plain("12345.5")),
            ("≥ 90%", plain("90")),
            ("khoảng 10.000/năm", plain("10000")),
            ("trên 95%", plain("95")),
            ("7-7,5", Figure::Unclear),
            ("80-85 %", Figure::Unclear),
            ("20/382", Figure::Unclear),
            ("cơ bản hoàn thành", Figure::Unclear),
            ("giảm 0,05", Figure::Doubtful(dec("0.05"))),
            ("hoàn thành 5 dự án", Figure::Doubtful(dec("5"))),
            ("–", Figure::None),
            ("", Figure::None),
        ] {
            assert_eq!(figure(written), figure_is, "{written}");
        }
    }

    #[test]
    fn percentages_are_read_as_offices_write_them() {
        let figure = |value: &str, about, as_share| {
            PercentCell::Figure(Percent { value: dec(value), about, as_share })
        };
        for (written, cell) in [
            ("đạt 85%", figure("85", false, false)),
            ("85,5%", figure("85.5", false, false)),
            ("85\u{a0}%", figure("85", false, false)),
            ("vượt 12,9 %", figure("112.9", false, false)),
            ("vượt 112,9%", figure("112.9", false, false)),
            ("17/20 (85%)", figure("85", false, false)),
            ("12/12 đạt 100%", figure("100", false, false)),
            ("Từ 80% lên 85%", figure("85", false, false)),
            ("khoảng 85%", figure("85", true, false)),
            ("0,85", figure("85", false, true)),
            ("-", PercentCell::NoFigure),
            ("chưa đạt", PercentCell::Words),
            ("", PercentCell::Blank),
        ] {
            assert_eq!(percent(written), cell, "{written}");
        }
    }

    #[test]
    fn a_range_or_a_change_is_no_share_done() {
        for text in ["50-60%", "50% - 60%", "từ 50 đến 60%"] {
            assert_eq!(percent(text), PercentCell::Range, "{text}");
        }
        assert_eq!(percent("giảm 5%"), PercentCell::Words);
        let done = |text: &str| match percent(text) {
            PercentCell::Figure(p) => Some(p.value),
            _ => None,
        };
        assert_eq!(done("đạt 95%, giảm 5% so với cùng kỳ"), Some(dec("95")));
        assert_eq!(done("Từ 80% lên 85%"), Some(dec("85")));
        assert_eq!(done("17/20 (85%)"), Some(dec("85")));
        assert_eq!(done("9/10"), Some(dec("90")));
        assert_eq!(done("-10%"), Some(dec("-10")));
        assert!(is_two_ways("1,250") && is_two_ways("10,000"));
        assert!(!is_two_ways("1,25") && !is_two_ways("0,925") && !is_two_ways("1.250"));
    }
}
