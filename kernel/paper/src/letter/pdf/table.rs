//! Tables: as wide as the text, their header again on every page, rows broken only when they are taller than a page can hold.

use super::{
    super::{
        Grid,
        setting::{Align, Look},
    },
    float,
    flow::{BLACK, Colour, Flow, Op, Piece},
    words,
};

/// From a cell's edge to its words, as word processors have it.
const INSIDE: f32 = 5.4;
/// How thick the borders are.
const BORDER: f32 = 0.5;

/// A row before it is drawn: the lines of each cell, and its shade.
struct Row {
    cells: Vec<(Vec<Piece>, Option<Colour>)>,
}

impl Row {
    fn height(&self) -> f32 {
        self.cells.iter().map(|(lines, _)| height(lines)).fold(0.0, f32::max)
    }

    /// Takes off what fits into `room`; nothing when not even one line does.
    fn cut(&mut self, room: f32) -> Self {
        let cells = self.cells.iter_mut().map(|(lines, shade)| {
            let mut used = 0.0;
            let fit = lines.iter().take_while(|line| {
                used += line.height;
                used <= room
            });
            let fit = fit.count();
            (lines.drain(..fit).collect(), *shade)
        });
        Self { cells: cells.collect() }
    }

    fn is_empty(&self) -> bool {
        self.cells.iter().all(|(lines, _)| lines.is_empty())
    }

    /// The row as it is drawn, its words in the middle of its height.
    fn piece(self, widths: &[f32]) -> Piece {
        let tall = self.height();
        let mut ops = Vec::new();
        let mut left = 0.0;
        for ((lines, shade), wide) in self.cells.into_iter().zip(widths) {
            if let Some(colour) = shade {
                ops.push(Op::Fill { at: (left, 0.0, *wide, tall), colour });
            }
            let mut down = (tall - height(&lines)) / 2.0;
            for line in lines {
                ops.extend(line.ops.into_iter().map(|op| op.moved(left + INSIDE, down)));
                down += line.height;
            }
            let (right, foot) = (left + wide, tall);
            let around = vec![(left, 0.0), (right, 0.0), (right, foot), (left, foot), (left, 0.0)];
            ops.push(Op::Line { points: around, width: BORDER, colour: BLACK });
            left = right;
        }
        Piece { height: tall, ops }
    }
}

fn height(lines: &[Piece]) -> f32 {
    lines.iter().map(|line| line.height).sum()
}

/// Puts a table, `whole` points wide, its words `size` points high.
pub(super) fn put(flow: &mut Flow, table: &Grid, whole: f32, size: u16) {
    let parts = table.widths.iter().sum::<u32>().max(1) as usize;
    let widths: Vec<f32> =
        table.widths.iter().map(|part| whole * float(*part as usize) / float(parts)).collect();
    let faces = flow.faces;
    let row = |cells: &[String], look: &dyn Fn(usize) -> Look, shade: &dyn Fn(usize) -> Option<Colour>| {
        let cells = cells.iter().zip(&widths).enumerate().map(|(n, (text, wide))| {
            (words::lines(faces, look(n), text, (wide - 2.0 * INSIDE).max(1.0)), shade(n))
        });
        Row { cells: cells.collect() }
    };
    let head = Look::plain(size).bold().centred();
    let header = || row(&table.headers, &|_| head, &|_| None).piece(&widths);
    let mut is_headed = false;
    for (at, cells) in table.rows.iter().enumerate() {
        let look = |n: usize| {
            let align = if table.numbers.contains(&n) { Align::Right } else { Align::Left };
            Look { align, ..Look::plain(size) }
        };
        let shade = |n: usize| table.shades.get(at)?.get(n)?.colour();
        let mut rest = row(cells, &look, &shade);
        loop {
            let above = if is_headed { 0.0 } else { header().height };
            let tall = rest.height();
            let fits = tall <= flow.room() - above;
            // A row that no page can hold begins where it stands; any other goes to the next page whole.
            let is_cut = !fits && tall > flow.page() - header().height;
            let piece =
                if fits || is_cut { rest.cut(flow.room() - above) } else { Row { cells: Vec::new() } };
            if piece.is_empty() && !fits {
                flow.next_page();
                is_headed = false;
                continue;
            }
            if !is_headed {
                flow.hold(header());
                is_headed = true;
            }
            flow.put(piece.piece(&widths));
            if rest.is_empty() {
                break;
            }
        }
    }
    if table.rows.is_empty() {
        flow.put(header());
    }
}
