//! Small charts as SVG, drawn with whole numbers; the page's table says the same in figures.

use base::Decimal;
use std::fmt::Write as _;

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
