//! Reads a rule from its word and its parameters as a scheme writes them: `ratio_tier`, `100%=1.5; 80%=0.75; 0%=0`.

use super::{Formula, Rule};
use crate::points::{self, Points};
use base::fold::fold;
use num_traits::{Signed as _, Zero as _};

/// What is wrong with a rule: a text key and the words that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The text key.
    pub key: &'static str,
    /// The words.
    pub words: String,
}

fn problem<T>(key: &'static str, words: &str) -> Result<T, Problem> {
    Err(Problem { key, words: words.to_owned() })
}

/// `a=b; c=d`.
fn pairs(parameters: &str) -> Vec<(String, String)> {
    let parts = parameters.split(';').filter_map(|part| part.split_once('='));
    parts.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

/// Refuses a part without `=`: it would be passed over, and a step lost.
fn whole_pairs(parameters: &str) -> Result<(), Problem> {
    let stray = parameters.split(';').map(str::trim).find(|part| !part.is_empty() && !part.contains('='));
    stray.map_or(Ok(()), |part| problem("scheme-problem-part", part))
}

/// Refuses points beyond what a leaf can give.
fn within(points: Points, most: &Points, words: &str) -> Result<Points, Problem> {
    let (low, high) = (most.clone().min(Points::zero()), most.clone().max(Points::zero()));
    if points < low || points > high { problem("scheme-problem-unreachable", words) } else { Ok(points) }
}

fn points_in(text: &str) -> Result<Points, Problem> {
    points::parameter(text).map_or_else(|| problem("scheme-problem-number", text), Ok)
}

/// Steps, falling; refuses two that begin at the same place, and points above the most or below the next step's.
fn steps(parameters: &str, most: &Points) -> Result<Vec<(Points, Points)>, Problem> {
    let mut steps: Vec<(Points, Points)> = Vec::new();
    for (from, points) in pairs(parameters) {
        steps.push((points_in(&from)?, points_in(&points)?));
    }
    if steps.is_empty() {
        return problem("scheme-problem-empty", parameters);
    }
    steps.sort_by(|a, b| b.0.cmp(&a.0));
    for pair in steps.windows(2) {
        if let [(high, more), (low, less)] = pair {
            if high == low {
                return problem("scheme-problem-overlap", parameters);
            }
            if less > more {
                return problem("scheme-problem-order", parameters);
            }
        }
    }
    if steps.iter().any(|(_, points)| points > most) {
        return problem("scheme-problem-unreachable", parameters);
    }
    Ok(steps)
}

/// The value of a parameter, by its folded name.
fn named(parameters: &str, names: &[&str]) -> Option<String> {
    pairs(parameters)
        .into_iter()
        .find(|(name, _)| names.contains(&fold(name).as_str()))
        .map(|(_, value)| value)
}

/// The day of the year after which a leaf is late, and how much is still given.
fn deadline(parameters: &str) -> Result<Rule, Problem> {
    let Some(by) = named(parameters, &["han", "by"]) else {
        return problem("scheme-problem-deadline", parameters);
    };
    let day = by
        .split_once('/')
        .and_then(|(day, month)| Some((month.trim().parse().ok()?, day.trim().parse().ok()?)));
    let Some((month, day)) = day.filter(|(month, day)| base::Date::new(2023, *month, *day).is_ok()) else {
        return problem("scheme-problem-deadline", &by);
    };
    let mut late = Vec::new();
    for (name, value) in pairs(parameters) {
        let folded = fold(&name);
        if folded.starts_with("cham den") {
            let days = folded.split(' ').find_map(|word| word.parse::<i64>().ok());
            let Some(days) = days else { return problem("scheme-problem-number", &name) };
            let share = points_in(&value)?;
            if share.is_negative() || share > points::whole(1) {
                return problem("scheme-problem-share", &value);
            }
            late.push((days, share));
        } else if !matches!(folded.as_str(), "han" | "deadline" | "by") && !folded.starts_with("cham hon") {
            // Passed over, it would take points from everybody who was late.
            return problem("scheme-problem-parameter", &name);
        }
    }
    late.sort_by_key(|(days, _)| *days);
    Ok(Rule::Deadline { by: (month, day), late })
}

/// A share between 0 and 1, as a limit.
fn share(parameters: &str, names: &[&str]) -> Result<Points, Problem> {
    let Some(text) = named(parameters, names) else { return problem("scheme-problem-empty", parameters) };
    let share = points_in(&text)?;
    if share.is_zero() || share.is_negative() || share > points::whole(10) {
        return problem("scheme-problem-number", &text);
    }
    Ok(share)
}

/// The words of all rules, as schemes write them.
pub const METHODS: [&str; 13] = [
    "yes_no",
    "deadline",
    "ratio_full_at",
    "ratio_tier",
    "ratio_linear_floor",
    "ratio_95_80",
    "count_min",
    "rank_change",
    "penalty",
    "survey_mean",
    "survey_top2",
    "manual",
    "formula",
];

/// What the rules are called in workbooks, which are in Vietnamese, in the order of [`METHODS`].
const NAMES: [&str; 13] = [
    "Có hoặc không",
    "Đúng hạn",
    "Đủ điểm từ một tỷ lệ",
    "Bậc theo tỷ lệ",
    "Theo tỷ lệ, có sàn",
    "95 % và 80 %",
    "Theo số lượng",
    "Thay đổi thứ hạng",
    "Trừ theo trường hợp",
    "Điểm trung bình điều tra",
    "Tỷ lệ hài lòng",
    "Hội đồng chấm",
    "Theo công thức",
];

/// A rule's name in workbooks; its word when it has none.
pub fn rule_name(method: &str) -> &str {
    let at = METHODS.iter().position(|known| *known == method);
    at.and_then(|at| NAMES.get(at)).copied().unwrap_or(method)
}

/// The rule's word for its name in a workbook, or the word itself; what is neither stays as it is.
pub fn rule_word(written: &str) -> &str {
    let folded = base::fold::fold(written);
    let at = NAMES.iter().position(|name| base::fold::fold(name) == folded);
    at.and_then(|at| METHODS.get(at)).copied().unwrap_or_else(|| written.trim())
}

/// Reads a rule.
///
/// # Errors
/// Tells what is wrong: an unknown rule, a parameter that is missing or no number, steps that overlap or cannot be reached.
pub fn parse(method: &str, parameters: &str, most: &Points) -> Result<Rule, Problem> {
    if matches!(method.trim(), "deadline" | "ratio_tier" | "count_min" | "rank_change" | "penalty") {
        whole_pairs(parameters)?;
    }
    Ok(match method.trim() {
        "yes_no" => Rule::YesNo,
        "deadline" => deadline(parameters)?,
        "ratio_full_at" => Rule::FullAt(share(parameters, &["t"])?),
        "ratio_tier" => {
            let steps = steps(parameters, most)?;
            // 80 without its percent sign is 8,000 %: nobody would reach it.
            if let Some((from, _)) = steps.iter().find(|(from, _)| *from > points::whole(10)) {
                return problem("scheme-problem-tier", &points::shown(from));
            }
            Rule::Tiers(steps)
        }
        "ratio_linear_floor" => Rule::LinearFloor(share(parameters, &["san", "floor"])?),
        "ratio_95_80" => Rule::NinetyFiveEighty,
        "count_min" => Rule::Count(steps(parameters, most)?),
        "rank_change" => {
            let of = |name: &str| {
                named(parameters, &[name])
                    .map_or_else(|| problem("scheme-problem-empty", parameters), |text| points_in(&text))
                    .and_then(|points| within(points, most, parameters))
            };
            Rule::RankChange(of("tang")?, of("giu")?, of("giam")?)
        }
        "penalty" => {
            let each = named(parameters, &["moi truong hop", "each"]);
            let Some(each) = each else { return problem("scheme-problem-empty", parameters) };
            let floor = named(parameters, &["san", "floor"]).map(|text| points_in(&text)).transpose()?;
            let each = points_in(&each)?;
            if !each.is_negative() {
                return problem("scheme-problem-number", parameters);
            }
            // Left out, cases may take all there is: the points of the leaf, or outside the hundred its most.
            let least = most.clone().min(Points::zero());
            let floor = within(floor.unwrap_or(least), most, parameters)?;
            Rule::Penalty { each, floor }
        }
        "survey_mean" => {
            let scale = named(parameters, &["thang", "scale"])
                .map_or(Ok(points::whole(5)), |text| points_in(&text))?;
            if !scale.is_positive() {
                return problem("scheme-problem-number", parameters);
            }
            Rule::SurveyMean(scale)
        }
        "survey_top2" => Rule::SurveyTop,
        "manual" => {
            let limits = parameters.split_once("..");
            let Some((low, high)) = limits else { return problem("scheme-problem-empty", parameters) };
            let (low, high) = (points_in(low)?, points_in(high)?);
            if high > *most || low > high || low < most.clone().min(Points::zero()) {
                return problem("scheme-problem-unreachable", parameters);
            }
            Rule::Manual(low, high)
        }
        "formula" => match Formula::read(parameters) {
            Ok(formula) => Rule::Formula(formula),
            Err(words) => return problem("scheme-problem-formula", &words),
        },
        other => return problem("scheme-problem-rule", other),
    })
}
