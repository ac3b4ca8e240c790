//! How a leaf is scored: the rule that its scheme gives it, the figure of a unit, and why it comes to its points.
//!
//! Rules as they stand in the scales of provinces and districts; limits are inclusive from below and compared unrounded.

mod formula;
mod parse;
mod possible;
mod total;

pub use formula::{Facts, Formula, Stuck};
pub use parse::{METHODS, Problem, parse, rule_name, rule_word};
pub use possible::reachable;
pub use total::{Column, Given, Place, Standing, Totals, ranks, total};

use crate::points::{self, Points};
use base::Date;
use num_traits::{One as _, Signed as _, Zero as _};

/// How points come from a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// `có`: all points.
    YesNo,
    /// All points by a day of the year, a share of them when late by so many calendar days, else none.
    Deadline {
        /// The month and the day.
        by: (i8, i8),
        /// Days late, and the share of the points that is still given; rising.
        late: Vec<(i64, Points)>,
    },
    /// All points from a share on, below it in proportion.
    FullAt(Points),
    /// Points from a share on; falling.
    Tiers(Vec<(Points, Points)>),
    /// All points at 100 %, in proportion from a floor on, none below.
    LinearFloor(Points),
    /// All points from 95 %, half from 80 %, else none.
    NinetyFiveEighty,
    /// Points from a number on; falling.
    Count(Vec<(Points, Points)>),
    /// Points for having risen, kept and fallen in rank.
    RankChange(Points, Points, Points),
    /// So many points for each case (negative), not below a floor.
    Penalty {
        /// For each case.
        each: Points,
        /// The least.
        floor: Points,
    },
    /// The mean of answers on a scale.
    SurveyMean(Points),
    /// The share of those who are content.
    SurveyTop,
    /// The council gives points between two limits.
    Manual(Points, Points),
    /// What a formula yields, held between 0 and the most points.
    Formula(Formula),
}

impl Rule {
    /// Whether the figure has a typed value: a number, a day, a word.
    pub fn has_value(&self) -> bool {
        match self {
            Self::Formula(formula) => formula.asks_value() || !formula.asks_ratio(),
            other => !other.is_ratio(),
        }
    }

    /// Whether the figure has a numerator and a denominator.
    pub fn is_ratio(&self) -> bool {
        if let Self::Formula(formula) = self {
            return formula.asks_ratio();
        }
        matches!(
            self,
            Self::FullAt(_)
                | Self::Tiers(_)
                | Self::LinearFloor(_)
                | Self::NinetyFiveEighty
                | Self::SurveyMean(_)
                | Self::SurveyTop
        )
    }
}

/// What happens to a leaf that does not apply, or whose denominator is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Absent {
    /// It has no points, and its maximum stays.
    #[default]
    Zero,
    /// It has all its points.
    Full,
    /// It leaves the base: neither points nor maximum.
    Out,
}

impl Absent {
    /// The word for databases and text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Full => "full",
            Self::Out => "out",
        }
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "full" => Self::Full,
            "out" => Self::Out,
            _ => Self::Zero,
        }
    }
}

/// What a unit says of a leaf.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// Above the line.
    pub numerator: Option<Points>,
    /// Below it.
    pub denominator: Option<Points>,
    /// A number, a day, `có`, `không`, `tăng`, `giữ`, `giảm`.
    pub value: String,
    /// Whether something proves it.
    pub has_evidence: bool,
    /// Nothing arose (không phát sinh).
    pub is_none: bool,
}

impl Figure {
    /// Whether nothing was said at all.
    pub fn is_empty(&self) -> bool {
        !self.is_none
            && self.value.trim().is_empty()
            && self.numerator.is_none()
            && self.denominator.is_none()
    }
}

/// What a leaf comes to, and why: a text key with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// Its points; none when it leaves the base or its figure is missing.
    pub points: Option<Points>,
    /// Whether it leaves the base.
    pub is_out: bool,
    /// The text key of why.
    pub why: &'static str,
    /// What the sentence says.
    pub facts: Vec<(&'static str, String)>,
}

impl Scored {
    fn of(points: Points, why: &'static str, facts: Vec<(&'static str, String)>) -> Self {
        Self { points: Some(points), is_out: false, why, facts }
    }

    fn missing(why: &'static str) -> Self {
        Self { points: None, is_out: false, why, facts: Vec::new() }
    }

    /// Whether no figure is there to score: never the same as 0 points.
    pub fn is_missing(&self) -> bool {
        self.points.is_none() && !self.is_out
    }
}

/// A leaf as its rule needs it.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'s> {
    /// Its rule.
    pub rule: &'s Rule,
    /// Its most points.
    pub most: &'s Points,
    /// What happens when nothing arose.
    pub when_none: Absent,
    /// What happens when the denominator is 0.
    pub when_zero: Absent,
    /// Whether it is proved by a survey, which needs no other evidence.
    pub is_survey: bool,
    /// The year that is scored.
    pub year: i16,
    /// Whether the facts of why are wanted: they are words, and most of the work where only points are.
    pub tells: bool,
}

impl Leaf<'_> {
    /// The same without the facts of why.
    #[must_use]
    pub fn untold(self) -> Self {
        Self { tells: false, ..self }
    }

    fn facts<const N: usize>(
        &self,
        facts: impl FnOnce() -> [(&'static str, String); N],
    ) -> Vec<(&'static str, String)> {
        if self.tells { facts().into() } else { Vec::new() }
    }
}

/// Scores a figure.
pub fn score(leaf: Leaf<'_>, figure: &Figure) -> Scored {
    let absent = |how: Absent, why: &'static str| match how {
        Absent::Zero => Scored::of(Points::zero(), why, Vec::new()),
        // Where points are taken away, all there is to keep is that nothing is.
        Absent::Full => Scored::of(leaf.most.clone().max(Points::zero()), why, Vec::new()),
        Absent::Out => Scored { points: None, is_out: true, why, facts: Vec::new() },
    };
    if figure.is_none {
        return absent(leaf.when_none, "why-none");
    }
    if figure.is_empty() {
        // A unit that holds no survey has no survey points to reach.
        return if leaf.is_survey {
            absent(Absent::Out, "why-no-survey")
        } else {
            Scored::missing("why-missing")
        };
    }
    // Whoever tells of a case that takes points away needs no proof of it: without proof it must not vanish.
    let is_taking = matches!(leaf.rule, Rule::Penalty { .. }) || leaf.most.is_negative();
    if !figure.has_evidence && !leaf.is_survey && !is_taking {
        return Scored::of(Points::zero(), "why-no-evidence", Vec::new());
    }
    if let Rule::Formula(formula) = leaf.rule {
        return by_formula(leaf, formula, figure).unwrap_or_else(|| absent(leaf.when_zero, "why-zero"));
    }
    if leaf.rule.is_ratio() {
        let (Some(above), Some(below)) = (&figure.numerator, &figure.denominator) else {
            return Scored::missing("why-half");
        };
        if below.is_zero() {
            return absent(leaf.when_zero, "why-zero");
        }
        if above.is_negative() || below.is_negative() || is_beyond(leaf.rule, above, below) {
            return Scored::missing("why-beyond");
        }
        return ratio(leaf, above, below);
    }
    match leaf.rule {
        Rule::YesNo => match base::fold::fold(&figure.value).as_str() {
            "co" | "x" | "yes" => Scored::of(leaf.most.clone(), "why-yes", Vec::new()),
            "khong" | "no" => Scored::of(Points::zero(), "why-no", Vec::new()),
            _ => Scored::missing("why-unread"),
        },
        Rule::Deadline { by, late } => deadline(leaf, *by, late, &figure.value),
        Rule::RankChange(up, same, down) => {
            let points = match base::fold::fold(&figure.value).as_str() {
                "tang" => up,
                "giu" => same,
                "giam" => down,
                _ => return Scored::missing("why-unread"),
            };
            Scored::of(points.clone(), "why-rank", vec![("value", figure.value.clone())])
        }
        _ => number(leaf, &figure.value),
    }
}

/// Whether answers are more than there can be: above the scale, or more content people than people.
fn is_beyond(rule: &Rule, above: &Points, below: &Points) -> bool {
    match rule {
        Rule::SurveyMean(scale) => *above > scale * below,
        Rule::SurveyTop => above > below,
        _ => false,
    }
}

/// What a formula makes of a figure; none when it divides by zero.
fn by_formula(leaf: Leaf<'_>, formula: &Formula, figure: &Figure) -> Option<Scored> {
    let value = points::parse(&figure.value);
    let facts = Facts {
        numerator: figure.numerator.as_ref(),
        denominator: figure.denominator.as_ref(),
        value: value.as_ref(),
        most: leaf.most,
    };
    match formula.points(facts) {
        Ok(points) => {
            let (low, high) = (leaf.most.clone().min(Points::zero()), leaf.most.clone().max(Points::zero()));
            let is_held = points < low || points > high;
            let said = leaf.facts(|| [("value", plain(&points))]);
            let why = if is_held { "why-formula-held" } else { "why-formula" };
            Some(Scored::of(points.clamp(low, high), why, said))
        }
        Err(Stuck::Missing) if value.is_none() && !figure.value.trim().is_empty() => {
            Some(Scored::missing("why-unread"))
        }
        Err(Stuck::Missing) => Some(Scored::missing("why-half")),
        Err(Stuck::ByZero) => None,
    }
}

fn percent(share: &Points) -> String {
    points::shown(&(share * points::whole(100)))
}

fn ratio(leaf: Leaf<'_>, above: &Points, below: &Points) -> Scored {
    let share = above / below;
    let most = leaf.most;
    let hundred = Points::one();
    let (points, why, limit) = match leaf.rule {
        Rule::FullAt(at) if share >= *at => (most.clone(), "why-full-at", Some(at.clone())),
        Rule::FullAt(at) => (&share * most / at, "why-part-of", Some(at.clone())),
        Rule::Tiers(tiers) => match tiers.iter().find(|(from, _)| share >= *from) {
            Some((from, points)) => (points.clone(), "why-tier", Some(from.clone())),
            None => (Points::zero(), "why-below-tiers", None),
        },
        Rule::LinearFloor(_) if share >= hundred => (most.clone(), "why-full", None),
        Rule::LinearFloor(floor) if share >= *floor => (&share * most, "why-linear", Some(floor.clone())),
        Rule::LinearFloor(floor) => (Points::zero(), "why-below", Some(floor.clone())),
        Rule::NinetyFiveEighty => {
            let (high, low) =
                (points::whole(95) / points::whole(100), points::whole(80) / points::whole(100));
            if share >= high {
                (most.clone(), "why-full-at", Some(high))
            } else if share >= low {
                (most / points::whole(2), "why-tier", Some(low))
            } else {
                (Points::zero(), "why-below", Some(low))
            }
        }
        Rule::SurveyMean(scale) => (&share / scale * most, "why-mean", None),
        Rule::SurveyTop => (&share * most, "why-top", None),
        _ => return Scored::missing("why-unread"),
    };
    let mut facts =
        leaf.facts(|| [("above", plain(above)), ("below", plain(below)), ("share", percent(&share))]);
    if let Some(limit) = limit.filter(|_| leaf.tells) {
        facts.push(("limit", percent(&limit)));
    }
    Scored::of(points, why, facts)
}

fn deadline(leaf: Leaf<'_>, (month, day): (i8, i8), late: &[(i64, Points)], value: &str) -> Scored {
    let base::period::Due::Day { on } = base::period::read(value) else {
        return Scored::missing("why-unread");
    };
    let Ok(by) = Date::new(leaf.year, month, day) else { return Scored::missing("why-unread") };
    let Some(days) = points::days(by, on) else { return Scored::missing("why-unread") };
    let facts = leaf.facts(|| {
        [("day", base::format::date(on)), ("by", base::format::date(by)), ("days", days.to_string())]
    });
    if days <= 0 {
        return Scored::of(leaf.most.clone(), "why-in-time", facts);
    }
    let share =
        late.iter().find(|(within, _)| days <= *within).map_or_else(Points::zero, |(_, share)| share.clone());
    Scored::of(share * leaf.most, "why-late", facts)
}

fn number(leaf: Leaf<'_>, value: &str) -> Scored {
    let Some(n) = points::parse(value) else { return Scored::missing("why-unread") };
    let said = leaf.facts(|| [("value", plain(&n))]);
    if n.is_negative() && !matches!(leaf.rule, Rule::Manual(..)) {
        return Scored::missing("why-beyond");
    }
    match leaf.rule {
        Rule::Count(steps) => {
            let reached = steps.iter().find(|(from, _)| n >= *from);
            let points = reached.map_or_else(Points::zero, |(_, points)| points.clone());
            Scored::of(points, "why-count", said)
        }
        Rule::Penalty { each, floor } => {
            // Inside the scale cases take away from its points; outside, from nothing.
            let from = if leaf.most.is_negative() { Points::zero() } else { leaf.most.clone() };
            let left = from + n * each;
            Scored::of(if left < *floor { floor.clone() } else { left }, "why-penalty", said)
        }
        Rule::Manual(low, high) if n < *low || n > *high => Scored::missing("why-out-of-limits"),
        Rule::Manual(..) => Scored::of(n, "why-council", said),
        _ => Scored::missing("why-unread"),
    }
}

/// A number without needless decimals.
fn plain(n: &Points) -> String {
    let shown = points::shown(n);
    match shown.strip_suffix(",00") {
        Some(whole) => whole.to_owned(),
        None => shown,
    }
}

#[cfg(test)]
mod tests;
