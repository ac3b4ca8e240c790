//! The Word file of a document.

use super::{
    Chart, Letter, chart,
    parts::{columns, empty, grid, paragraph, rule, run, twips},
    setting::{self, BODY, HEADER, Line, Look, MARGINS, PAGE, WIDTH, points},
};
use anyhow::Context as _;
use docx_rs::{
    Docx, Header, LineSpacing, PageMargin, PageNum, Paragraph, Pic, Run, RunFonts, Style, StyleType, Table,
};
use std::io::Cursor;

/// Millimetres in twips.
fn mm(millimetres: f32) -> i32 {
    twips(points(millimetres))
}

pub(super) fn docx(letter: &Letter) -> anyhow::Result<Vec<u8>> {
    let fonts = RunFonts::new()
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
        .east_asia("Times New Roman")
        .cs("Times New Roman");
    let mut doc = Docx::new()
        .page_size(mm(PAGE.0).unsigned_abs(), mm(PAGE.1).unsigned_abs())
        .page_margin(
            PageMargin::new()
                .top(mm(MARGINS.0))
                .bottom(mm(MARGINS.1))
                .left(mm(MARGINS.2))
                .right(mm(MARGINS.3))
                .header(mm(HEADER))
                .footer(mm(HEADER)),
        )
        .default_fonts(fonts)
        .default_size(usize::from(BODY) * 2)
        .default_line_spacing(LineSpacing::new().before(0).after(0))
        .first_header(header(letter, false))
        .header(header(letter, true))
        .add_style(Style::new("Title", StyleType::Paragraph).name("Title").bold());
    for level in 1..=3_usize {
        let style = Style::new(format!("Heading{level}"), StyleType::Paragraph)
            .name(format!("heading {level}"))
            .outline_lvl(level - 1);
        doc = doc.add_style(style);
    }
    let mut drawn = Drawn::default();
    let lines = setting::lines(letter);
    let mut is_new_page = false;
    for line in &lines {
        doc = match line {
            Line::Words(look, text) => {
                let words = paragraph(*look, text);
                doc.add_paragraph(if is_new_page { words.page_break_before(true) } else { words })
            }
            Line::Rule(length) => doc.add_paragraph(rule(mm(WIDTH), twips(*length))),
            Line::Columns(left, one, other) => doc.add_table(side_by_side(*left, one, other)),
            Line::Grid(table, size) => doc.add_table(grid(table, mm(WIDTH), *size)),
            Line::Chart(chart) => {
                drawn.charts.push(chart);
                let word = chart::place(drawn.charts.len());
                let look = Look { is_kept: true, ..Look::plain(BODY).centred().spaced(6, 0) };
                doc.add_paragraph(paragraph(look, &word))
            }
            Line::Picture(png, size) => {
                drawn.pictures += 1;
                let picture = picture(png, *size, drawn.pictures);
                let look = Look::plain(BODY).centred().spaced(6, 0);
                doc.add_paragraph(empty(look).add_run(Run::new().add_image(picture)))
            }
            Line::Page => doc,
        };
        is_new_page = matches!(line, Line::Page);
    }
    let mut parts = doc.build();
    parts.document = stable(&parts.document)?;
    for header in &mut parts.headers {
        *header = stable(header)?;
    }
    let mut out = Cursor::new(Vec::new());
    parts.pack(&mut out).context("writing the Word file")?;
    chart::put(out.into_inner(), &drawn.charts, mm(WIDTH).unsigned_abs() * 254 / 14_400)
}

/// What was drawn so far.
#[derive(Default)]
struct Drawn<'l> {
    pictures: usize,
    charts: Vec<&'l Chart>,
}

/// A picture as wide as the text; one twip is 635 EMU.
fn picture(png: &[u8], size: (u32, u32), number: usize) -> Pic {
    let across = mm(WIDTH).unsigned_abs() * 635;
    let down = u64::from(across) * u64::from(size.1) / u64::from(size.0.max(1));
    Pic::new_with_dimensions(png.to_vec(), size.0, size.1)
        .id(format!("rIdPicture{number}"))
        .size(across, u32::try_from(down).unwrap_or(across))
}

/// Two columns; in them stand words and rules only.
fn side_by_side(left: f32, one: &[Line<'_>], other: &[Line<'_>]) -> Table {
    let widths = [mm(left), mm(WIDTH) - mm(left)];
    let column = |lines: &[Line<'_>], width: i32| -> Vec<Paragraph> {
        let paragraphs: Vec<Paragraph> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Words(look, text) => Some(paragraph(*look, text)),
                Line::Rule(length) => Some(rule(width, twips(*length))),
                _ => None,
            })
            .collect();
        // A cell without a paragraph is no valid cell.
        if paragraphs.is_empty() { vec![Paragraph::new()] } else { paragraphs }
    };
    columns(&widths, vec![column(one, widths[0]), column(other, widths[1])])
}

/// Takes out the numbers that the writer counts up from one file to the next, so that the same document gives the same
/// bytes, and marks the rows that every page repeats.
fn stable(xml: &[u8]) -> anyhow::Result<Vec<u8>> {
    let text = std::str::from_utf8(xml)?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" w14:paraId=\"") {
        out.push_str(before);
        rest = after.split_once('"').map_or("", |(_, tail)| tail);
    }
    out.push_str(rest);
    Ok(out.replace("<w:cantSplit />", "<w:cantSplit /><w:tblHeader />").into_bytes())
}

/// The head of a page: its number in the middle, except on the first, and the mark.
fn header(letter: &Letter, is_numbered: bool) -> Header {
    let mut header = Header::new();
    if is_numbered {
        let number = empty(Look::plain(13).centred()).add_page_num(PageNum::new());
        header = header.add_paragraph(number);
    }
    if !letter.mark.is_empty() {
        let look = Look::plain(10).italic().centred();
        header = header.add_paragraph(empty(look).add_run(run(look, &letter.mark)));
    }
    if !is_numbered && letter.mark.is_empty() {
        header = header.add_paragraph(Paragraph::new());
    }
    header
}
