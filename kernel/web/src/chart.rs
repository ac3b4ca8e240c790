//! Small charts as SVG, drawn with whole numbers; the page's table says the same in figures.

use base::Decimal;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// One group of a bar chart.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Below the bar.
    pub label: String,
    /// What was planned: a frame behind the bar.
    pub plan: Option<Decimal>,
    /// What is: the bar.
    pub value: Option<Decimal>,
}

const HEIGHT: i64 = 120;
const STEP: i64 = 56;

/// A number as a height, 0–[`HEIGHT`], of the largest.
fn height(value: Decimal, most: Decimal) -> i64 {
    if most <= Decimal::ZERO || value <= Decimal::ZERO {
        return 0;
    }
    let share = (value * Decimal::from(HEIGHT) / most).round();
    i64::try_from(share).unwrap_or(HEIGHT).min(HEIGHT)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Bars side by side, each with its figure; `title` is what a screen reader says.
pub fn bars(title: &str, bars: &[Bar]) -> String {
    let figures = || bars.iter().flat_map(|bar| [bar.plan, bar.value]).flatten();
    let most = figures().max().unwrap_or_default();
    let width = STEP * i64::try_from(bars.len()).unwrap_or(0);
    let mut svg = format!(
        "<svg class=\"chart\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width} {}\" width=\"{width}\" height=\"{}\">",
        escaped(title),
        HEIGHT + 44,
        HEIGHT + 44
    );
    for (i, bar) in bars.iter().enumerate() {
        let x = STEP * i64::try_from(i).unwrap_or(0);
        let (top, base) = (18, 18 + HEIGHT);
        // Writing to a string cannot fail.
        if let Some(plan) = bar.plan {
            let h = height(plan, most);
            let _ = write!(
                svg,
                "<rect class=\"plan\" x=\"{}\" y=\"{}\" width=\"36\" height=\"{h}\"/>",
                x + 10,
                base - h
            );
        }
        if let Some(value) = bar.value {
            let h = height(value, most);
            let _ = write!(
                svg,
                "<rect class=\"value\" x=\"{}\" y=\"{}\" width=\"24\" height=\"{h}\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text>",
                x + 16,
                base - h,
                x + STEP / 2,
                (base - h - 4).max(top - 4),
                escaped(&base::format::decimal(value))
            );
        }
        let _ = write!(
            svg,
            "<line x1=\"{x}\" y1=\"{base}\" x2=\"{}\" y2=\"{base}\"/><text x=\"{}\" y=\"{}\">{}</text>",
            x + STEP,
            x + STEP / 2,
            base + 18,
            escaped(&bar.label)
        );
    }
    svg + "</svg>"
}

/// One line of a chart of ranks.
#[derive(Debug, Clone)]
pub struct Climb {
    /// Who it is.
    pub label: String,
    /// Its rank in each column; none where it did not stand.
    pub ranks: Vec<Option<usize>>,
    /// Whether it stands out.
    pub is_marked: bool,
}

/// How far columns of a chart of ranks stand apart, and lines below each other.
const WIDE: i64 = 130;
const LINE: i64 = 18;

/// A bump chart: a line for each who was ranked, the first at the top; `title` is what a screen reader says.
pub fn climbs(title: &str, columns: &[String], lines: &[Climb]) -> String {
    let number = |n: usize| i64::try_from(n).unwrap_or(0);
    // A row for each rank that is drawn: units far down do not make the chart as long as the whole list.
    let drawn: BTreeSet<usize> = lines.iter().flat_map(|line| line.ranks.iter().flatten()).copied().collect();
    let rows: BTreeMap<usize, usize> = drawn.into_iter().zip(1..).collect();
    let (width, height) = (60 + WIDE * number(columns.len()) + 200, 40 + LINE * number(rows.len()));
    let x = |column: usize| 40 + WIDE * number(column);
    let y = |rank: usize| 20 + LINE * number(rows.get(&rank).copied().unwrap_or(0));
    // Units that share their last rank share its label.
    let last = |line: &Climb| {
        let at = line.ranks.iter().rposition(Option::is_some)?;
        Some((at, line.ranks.get(at).copied().flatten()?))
    };
    let mut labels: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for (place, line) in lines.iter().filter_map(|line| Some((last(line)?, line))) {
        labels.entry(place).or_default().push(&line.label);
    }
    let mut svg = format!(
        "<svg class=\"chart climbs\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">",
        escaped(title)
    );
    // Writing to a string cannot fail.
    for (at, column) in columns.iter().enumerate() {
        let _ = write!(svg, "<text x=\"{}\" y=\"14\">{}</text>", x(at), escaped(column));
    }
    // Lines that stand out lie above the others.
    for line in lines.iter().filter(|line| !line.is_marked).chain(lines.iter().filter(|line| line.is_marked))
    {
        let class = if line.is_marked { "climb marked" } else { "climb" };
        let places: Vec<(usize, usize)> =
            line.ranks.iter().enumerate().filter_map(|(at, rank)| Some((at, (*rank)?))).collect();
        for pair in places.windows(2) {
            if let [(from, a), (to, b)] = pair {
                let _ = write!(
                    svg,
                    "<line class=\"{class}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
                    x(*from),
                    y(*a),
                    x(*to),
                    y(*b)
                );
            }
        }
        for (at, rank) in &places {
            let _ = write!(svg, "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"4\"/>", x(*at), y(*rank));
        }
        let Some((place, names)) = last(line).and_then(|place| Some((place, labels.remove(&place)?))) else {
            continue;
        };
        let (at, rank) = place;
        let (x, y) = (x(at) + 10, y(rank) + 4);
        let names = escaped(&names.join(", "));
        let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{rank}. {names}</text>");
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_fills_the_chart_and_words_are_escaped() {
        let bar = |n: i64| Bar { label: "<2023>".to_owned(), plan: None, value: Some(n.into()) };
        let svg = bars("A & B", &[bar(50), bar(100), bar(-1)]);
        assert!(
            svg.contains("height=\"60\"") && svg.contains("height=\"120\"") && svg.contains("height=\"0\"")
        );
        assert!(svg.contains("&lt;2023&gt;") && svg.contains("A &amp; B"));
        assert!(bars("none", &[]).ends_with("</svg>"));
    }
}
