//! The PDF file of a document: the same lines as the Word file, set by ourselves, the fonts inside (decision 14).

mod chart;
mod face;
mod flow;
mod table;
mod words;

use super::{
    Letter,
    setting::{self, HEADER, Line, Look, MARGINS, PAGE, WIDTH, points},
};
use anyhow::Context as _;
use face::Faces;
use flow::{BLACK, Colour, Flow, Op, Piece};
use krilla::{
    Document,
    color::rgb,
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
};

/// Small counts as lengths; nothing on a page is counted beyond 65,535.
fn float(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

pub(super) fn pdf(letter: &Letter) -> anyhow::Result<Vec<u8>> {
    let faces = Faces::get()?;
    let (top, bottom, left, _) = MARGINS;
    let mut flow = Flow::new(faces, (points(left), points(top), points(PAGE.1 - bottom)));
    for line in setting::lines(letter) {
        put(&mut flow, &line)?;
    }
    let mut pages = std::mem::take(&mut flow.pages);
    for (n, page) in (1..).zip(&mut pages) {
        page.extend(header(faces, letter, n));
    }
    write(faces, letter, &pages)
}

/// The head of a page: its number in the middle, except on the first, and the mark.
fn header(faces: &Faces, letter: &Letter, page: usize) -> Vec<Op> {
    let width = points(WIDTH);
    let mut head = Piece::default();
    if page > 1 {
        head.below(words::paragraph(faces, Look::plain(13).centred(), &page.to_string(), width));
    }
    if !letter.mark.is_empty() {
        head.below(words::paragraph(faces, Look::plain(10).italic().centred(), &letter.mark, width));
    }
    head.ops.into_iter().map(|op| op.moved(points(MARGINS.2), points(HEADER))).collect()
}

fn put(flow: &mut Flow, line: &Line<'_>) -> anyhow::Result<()> {
    let width = points(WIDTH);
    match line {
        Line::Words(look, text) => put_words(flow, *look, text, width),
        Line::Rule(length) => flow.put(rule(width, *length)),
        Line::Columns(left, one, other) => {
            let left = points(*left);
            let piece = column(flow.faces, one, left).beside(column(flow.faces, other, width - left), left);
            flow.put(piece);
        }
        Line::Grid(table, size) => table::put(flow, table, width, *size),
        Line::Chart(chart) => {
            #[expect(clippy::cast_precision_loss, reason = "millimetres of a page")]
            let tall = points(chart.height as f32);
            flow.space(f32::from(chart::look().space.0));
            // Its title below stays with it.
            flow.hold(chart::piece(flow.faces, chart, width, tall));
        }
        Line::Picture(png, size) => {
            #[expect(clippy::cast_precision_loss, reason = "pixels of a picture that fits a page")]
            let tall = width * size.1 as f32 / size.0.max(1) as f32;
            flow.space(6.0);
            let ops = vec![Op::Picture { at: (0.0, 0.0, width, tall), png: png.to_vec() }];
            flow.hold(Piece { height: tall, ops });
        }
        Line::Page => flow.next_page(),
    }
    Ok(())
}

/// A paragraph: never one line alone at the foot or the head of a page.
fn put_words(flow: &mut Flow, look: Look, text: &str, width: f32) {
    flow.space(f32::from(look.space.0));
    let lines = words::lines(flow.faces, look, text, width);
    let last = lines.len().saturating_sub(1);
    for (n, line) in lines.into_iter().enumerate() {
        let is_second_to_last = last > 0 && n + 1 == last;
        let is_first_of_many = last > 0 && n == 0;
        if look.is_kept || is_first_of_many || is_second_to_last {
            flow.hold(line);
        } else {
            flow.put(line);
        }
    }
    flow.space(f32::from(look.space.1));
}

/// A solid line in the middle of a column.
fn rule(column: f32, length: f32) -> Piece {
    let left = ((column - length) / 2.0).max(0.0);
    let ops = vec![Op::Line { points: vec![(left, 2.0), (left + length, 2.0)], width: 0.75, colour: BLACK }];
    Piece { height: 5.0, ops }
}

/// A column of words and rules.
fn column(faces: &Faces, lines: &[Line<'_>], width: f32) -> Piece {
    let mut whole = Piece::default();
    for line in lines {
        match line {
            Line::Words(look, text) => whole.below(words::paragraph(faces, *look, text, width)),
            Line::Rule(length) => whole.below(rule(width, *length)),
            _ => {}
        }
    }
    whole
}

fn write(faces: &Faces, letter: &Letter, pages: &[Vec<Op>]) -> anyhow::Result<Vec<u8>> {
    let mut document = Document::new();
    let title = format!("{} {}", letter.kind, letter.subject).trim().to_owned();
    document.set_metadata(
        Metadata::new()
            .title(title)
            .authors(vec![letter.issuer.clone()])
            .language("vi-VN".to_owned())
            .producer("Trọng Tâm".to_owned()),
    );
    for ops in pages {
        let size = PageSettings::from_wh(points(PAGE.0), points(PAGE.1)).context("the page's size")?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for op in ops {
            draw(faces, &mut surface, op)?;
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| anyhow::anyhow!("writing the PDF file: {error:?}"))
}

fn paint((red, green, blue): Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn draw(faces: &Faces, surface: &mut Surface<'_>, op: &Op) -> anyhow::Result<()> {
    match op {
        Op::Words { at, text, size, bold, italic, gap } => {
            let face = faces.face(*bold, *italic);
            surface.set_stroke(None);
            surface.set_fill(Some(paint(BLACK)));
            let glyphs = face.glyphs(text, *size, *gap);
            surface.draw_glyphs(Point::from_xy(at.0, at.1), &glyphs, face.font(), text, *size, false);
        }
        Op::Line { points, width, colour } => {
            let mut path = PathBuilder::new();
            for (n, (x, y)) in points.iter().enumerate() {
                if n == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
            }
            // One point alone makes no line.
            let Some(path) = (points.len() > 1).then(|| path.finish()).flatten() else { return Ok(()) };
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: paint(*colour).paint,
                width: *width,
                ..Stroke::default()
            }));
            surface.draw_path(&path);
        }
        Op::Fill { at: (x, y, w, h), colour } => {
            let Some(place) = Rect::from_xywh(*x, *y, *w, *h) else { return Ok(()) };
            let mut path = PathBuilder::new();
            path.push_rect(place);
            surface.set_stroke(None);
            surface.set_fill(Some(paint(*colour)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Op::Picture { at: (x, y, w, h), png } => {
            let image = Image::from_png(png.clone().into(), false).map_err(|why| anyhow::anyhow!(why))?;
            let size = Size::from_wh(*w, *h).context("the picture's size")?;
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.draw_image(image, size);
            surface.pop();
        }
    }
    Ok(())
}
