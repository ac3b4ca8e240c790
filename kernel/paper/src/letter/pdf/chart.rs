//! Charts: lying bars for a ranking, a line for a course.

use super::{
    super::{Chart, ChartKind, setting::Look},
    face::Faces,
    float,
    flow::{Colour, Op, Piece},
};
use base::{Decimal, format::decimal};

const COLOURS: [Colour; 4] = [(0x1F, 0x4E, 0x79), (0xB4, 0x5F, 0x06), (0x38, 0x76, 0x1D), (0x74, 0x1B, 0x47)];
const GREY: Colour = (0xD0, 0xD0, 0xD0);
/// The sizes of words: at the axis, at a value.
const AXIS: f32 = 9.0;
const VALUE: f32 = 8.0;
/// Room for the numbers of the scale, and for the legend.
const SCALE: f32 = 16.0;
const LEGEND: f32 = 16.0;
/// Steps of the scale.
const STEPS: u16 = 5;

/// A box on the paper, and the scale along it.
struct Plot {
    left: f32,
    top: f32,
    right: f32,
    foot: f32,
    most: f32,
}

fn number(value: Decimal) -> f32 {
    // Only where ink goes; the figure beside it is written from the decimal itself.
    value.to_string().parse().unwrap_or(0.0)
}

/// A scale that ends at a round figure.
fn most(chart: &Chart) -> f32 {
    if let Some(most) = chart.most {
        return number(most).max(1.0);
    }
    let largest = chart.series.iter().flat_map(|(_, values)| values.iter().flatten().copied()).max();
    let largest = number(largest.unwrap_or(Decimal::ONE)).max(1.0);
    let step = 10_f32.powf(largest.log10().floor()) / 2.0;
    (largest / step).ceil() * step
}

struct Drawing<'f> {
    faces: &'f Faces,
    ops: Vec<Op>,
}

impl Drawing<'_> {
    fn words(&mut self, text: &str, at: (f32, f32), size: f32) {
        let op = Op::Words { at, text: text.to_owned(), size, bold: false, italic: false, gap: 0.0 };
        self.ops.push(op);
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        self.faces.face(false, false).width(text, size)
    }

    fn line(&mut self, points: Vec<(f32, f32)>, width: f32, colour: Colour) {
        self.ops.push(Op::Line { points, width, colour });
    }
}

/// The chart, `whole` points wide and `tall` high.
pub(super) fn piece(faces: &Faces, chart: &Chart, whole: f32, tall: f32) -> Piece {
    let mut drawing = Drawing { faces, ops: Vec::new() };
    let legend = if chart.series.len() > 1 { LEGEND } else { 0.0 };
    let foot = tall - legend - SCALE;
    let most = most(chart);
    match chart.kind {
        ChartKind::Bars => {
            let widest = chart.categories.iter().map(|name| drawing.width(name, AXIS)).fold(0.0, f32::max);
            let plot =
                Plot { left: widest.min(whole * 0.4) + 6.0, top: 6.0, right: whole - 28.0, foot, most };
            bars(&mut drawing, chart, &plot);
        }
        ChartKind::Line => {
            let plot = Plot { left: 30.0, top: 12.0, right: whole - 12.0, foot, most };
            courses(&mut drawing, chart, &plot);
        }
    }
    if legend > 0.0 {
        let mut left = 30.0;
        for (n, (name, _)) in chart.series.iter().enumerate() {
            let down = tall - 4.0;
            drawing.ops.push(Op::Fill { at: (left, down - 7.0, 8.0, 8.0), colour: colour(n) });
            drawing.words(name, (left + 12.0, down), AXIS);
            left += 30.0 + drawing.width(name, AXIS);
        }
    }
    Piece { height: tall, ops: drawing.ops }
}

fn colour(series: usize) -> Colour {
    COLOURS.get(series % COLOURS.len()).copied().unwrap_or(GREY)
}

fn shown(value: Decimal) -> String {
    decimal(value.round_dp(1).normalize())
}

/// The words of a step of the scale.
fn step(plot: &Plot, n: u16) -> (f32, String) {
    let share = f32::from(n) / f32::from(STEPS);
    let value = Decimal::try_from(plot.most * share).unwrap_or_default();
    (share, shown(value))
}

fn bars(drawing: &mut Drawing<'_>, chart: &Chart, plot: &Plot) {
    for n in 0..=STEPS {
        let (share, words) = step(plot, n);
        let x = plot.left + (plot.right - plot.left) * share;
        drawing.line(vec![(x, plot.top), (x, plot.foot)], 0.5, GREY);
        let half = drawing.width(&words, AXIS) / 2.0;
        drawing.words(&words, (x - half, plot.foot + 11.0), AXIS);
    }
    let slot = (plot.foot - plot.top) / float(chart.categories.len().max(1));
    let thick = slot * 0.72 / float(chart.series.len().max(1));
    for (n, name) in chart.categories.iter().enumerate() {
        let middle = plot.top + slot * (float(n) + 0.5);
        // Smaller where the rows stand close.
        let size = AXIS.min(slot * 0.95);
        let wide = drawing.width(name, size);
        drawing.words(name, ((plot.left - 4.0 - wide).max(0.0), middle + size * 0.33), size);
        for (s, (_, values)) in chart.series.iter().enumerate() {
            let Some(value) = values.get(n).copied().flatten() else { continue };
            let long = (plot.right - plot.left) * (number(value) / plot.most).clamp(0.0, 1.0);
            let top = plot.top + slot * (float(n) + 0.14) + thick * float(s);
            drawing.ops.push(Op::Fill { at: (plot.left, top, long.max(0.1), thick), colour: colour(s) });
            let size = VALUE.min(slot * 0.95);
            drawing.words(&shown(value), (plot.left + long + 3.0, top + thick / 2.0 + size * 0.33), size);
        }
    }
}

fn courses(drawing: &mut Drawing<'_>, chart: &Chart, plot: &Plot) {
    for n in 0..=STEPS {
        let (share, words) = step(plot, n);
        let y = plot.foot - (plot.foot - plot.top) * share;
        drawing.line(vec![(plot.left, y), (plot.right, y)], 0.5, GREY);
        let wide = drawing.width(&words, AXIS);
        drawing.words(&words, (plot.left - 4.0 - wide, y + 3.0), AXIS);
    }
    let slot = (plot.right - plot.left) / float(chart.categories.len().max(1));
    let x = |n: usize| plot.left + slot * (float(n) + 0.5);
    // Where names would touch, only every second or third is written.
    let widest = chart.categories.iter().map(|name| drawing.width(name, AXIS)).fold(0.0, f32::max) + 6.0;
    let every = (1..10).find(|n| slot * float(*n) >= widest).unwrap_or(10);
    for (n, name) in chart.categories.iter().enumerate().step_by(every) {
        let half = drawing.width(name, AXIS) / 2.0;
        drawing.words(name, (x(n) - half, plot.foot + 11.0), AXIS);
    }
    for (s, (_, values)) in chart.series.iter().enumerate() {
        let y =
            |value: Decimal| plot.foot - (plot.foot - plot.top) * (number(value) / plot.most).clamp(0.0, 1.0);
        // A gap in the figures is a gap in the line.
        let mut run: Vec<(f32, f32)> = Vec::new();
        for (n, value) in values.iter().enumerate() {
            let Some(value) = value else {
                drawing.line(std::mem::take(&mut run), 1.8, colour(s));
                continue;
            };
            let at = (x(n), y(*value));
            run.push(at);
            drawing.ops.push(Op::Fill { at: (at.0 - 2.0, at.1 - 2.0, 4.0, 4.0), colour: colour(s) });
            let words = shown(*value);
            let half = drawing.width(&words, VALUE) / 2.0;
            drawing.words(&words, (at.0 - half, at.1 - 5.0), VALUE);
        }
        drawing.line(run, 1.8, colour(s));
    }
}

/// The look of a chart's place in the text.
pub(super) fn look() -> Look {
    Look::plain(super::super::setting::BODY).centred().spaced(6, 0)
}
