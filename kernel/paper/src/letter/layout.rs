//! Where each part of a document stands on the page, and how big its words are.

use super::{
    Block, Chart, Letter, System, chart, measure,
    parts::{Look, columns, grid, line},
};
use anyhow::Context as _;
use docx_rs::{
    Docx, Header, LineSpacing, PageMargin, PageNum, Paragraph, Pic, Run, RunFonts, SpecialIndentType, Style,
    StyleType,
};
use std::io::Cursor;

/// Margins in millimetres: top, bottom, left, right. Decree 30 gives ranges, Guidance 36 these very figures.
const MARGINS: (f64, f64, f64, f64) = (20.0, 20.0, 30.0, 15.0);
/// The page: A4.
const PAGE: (f64, f64) = (210.0, 297.0);
/// The left column of the header; the right one takes what is left of the text's width.
const LEFT: f64 = 65.0;
/// The body's size in points.
const BODY: usize = 14;
/// The size of words in tables, in points; smaller where a table has many columns.
const TABLE: usize = 12;
const WIDE_TABLE: usize = 11;
/// From so many columns on a table is a wide one.
const WIDE: usize = 7;

/// The width of the text in twips.
fn text_width() -> i32 {
    measure::mm(PAGE.0 - MARGINS.2 - MARGINS.3)
}

pub(super) fn docx(letter: &Letter) -> anyhow::Result<Vec<u8>> {
    let fonts = RunFonts::new()
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
        .east_asia("Times New Roman")
        .cs("Times New Roman");
    let mut doc = Docx::new()
        .page_size(measure::mm(PAGE.0).unsigned_abs(), measure::mm(PAGE.1).unsigned_abs())
        .page_margin(
            PageMargin::new()
                .top(measure::mm(MARGINS.0))
                .bottom(measure::mm(MARGINS.1))
                .left(measure::mm(MARGINS.2))
                .right(measure::mm(MARGINS.3))
                .header(measure::mm(10.0))
                .footer(measure::mm(10.0)),
        )
        .default_fonts(fonts)
        .default_size(BODY * 2)
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
    doc = doc.add_table(head(letter));
    for paragraph in title(letter).into_iter().chain(opening(letter)) {
        doc = doc.add_paragraph(paragraph);
    }
    let mut drawn = Drawn::default();
    doc = blocks(doc, &letter.body, &mut drawn);
    doc = doc.add_paragraph(Look::plain(6).paragraph("").keep_next(true)).add_table(end(letter));
    for appendix in &letter.appendices {
        let look = Look::plain(BODY).bold().centred();
        doc = doc
            .add_paragraph(look.paragraph(&appendix.label).page_break_before(true).style("Heading1"))
            .add_paragraph(look.spaced(0, 6).paragraph(&appendix.title.to_uppercase()));
        doc = blocks(doc, &appendix.blocks, &mut drawn);
    }
    let mut parts = doc.build();
    parts.document = stable(&parts.document)?;
    for header in &mut parts.headers {
        *header = stable(header)?;
    }
    let mut out = Cursor::new(Vec::new());
    parts.pack(&mut out).context("writing the Word file")?;
    let width = u32::try_from(text_width()).unwrap_or(0) * 254 / 14_400;
    chart::put(out.into_inner(), &drawn.charts, width)
}

/// What was drawn so far.
#[derive(Default)]
struct Drawn<'l> {
    pictures: usize,
    charts: Vec<&'l Chart>,
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
fn header(letter: &Letter, numbered: bool) -> Header {
    let mut header = Header::new();
    if numbered {
        header = header.add_paragraph(Look::plain(13).centred().empty().add_page_num(PageNum::new()));
    }
    if !letter.mark.is_empty() {
        header = header.add_paragraph(Look::plain(10).italic().centred().paragraph(&letter.mark));
    }
    if !numbered && letter.mark.is_empty() {
        header = header.add_paragraph(Paragraph::new());
    }
    header
}

/// Both columns at the head: issuer and number; the state's or the Party's name, place and date.
fn head(letter: &Letter) -> docx_rs::Table {
    let left = measure::mm(LEFT);
    let right = text_width() - left;
    let (mut issuer, mut name) = (Vec::new(), Vec::new());
    let upper = |text: &str| text.to_uppercase();
    match letter.system {
        System::State => {
            if !letter.parent.is_empty() {
                issuer.push(Look::plain(13).centred().paragraph(&upper(&letter.parent)));
            }
            let bold = Look::plain(13).bold().centred();
            issuer.push(bold.paragraph(&upper(&letter.issuer)));
            // Between a third and a half of the words above it.
            let length = measure::words(&upper(&letter.issuer), bold.size).min(left) * 2 / 5;
            issuer.push(line(left, length));
            issuer.push(Look::plain(13).centred().spaced(6, 0).paragraph(&letter.numbered()));
            if letter.kind.is_empty() {
                let about = format!("V/v {}", letter.subject);
                issuer.push(Look::plain(12).centred().spaced(6, 0).paragraph(&about));
            }
            let (country, motto) = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc");
            name.push(Look::plain(13).bold().centred().paragraph(country));
            let bold = Look::plain(14).bold().centred();
            name.push(bold.paragraph(motto));
            name.push(line(right, measure::words(motto, bold.size)));
            name.push(Look::plain(13).italic().centred().spaced(6, 0).paragraph(&letter.dated()));
        }
        System::Party => {
            if !letter.parent.is_empty() {
                issuer.push(Look::plain(14).centred().paragraph(&upper(&letter.parent)));
            }
            issuer.push(Look::plain(14).bold().centred().paragraph(&upper(&letter.issuer)));
            issuer.push(Look::plain(14).centred().paragraph("*"));
            issuer.push(Look::plain(14).centred().paragraph(&letter.numbered()));
            if letter.kind.is_empty() {
                let about = Look::plain(12).italic().centred().spaced(6, 0);
                issuer.push(about.paragraph(&letter.subject));
            }
            let party = "ĐẢNG CỘNG SẢN VIỆT NAM";
            let bold = Look::plain(15).bold().centred();
            name.push(bold.paragraph(party));
            name.push(line(right, measure::words(party, bold.size)));
            name.push(Look::plain(14).italic().centred().spaced(6, 0).paragraph(&letter.dated()));
        }
    }
    columns(&[left, right], vec![issuer, name])
}

/// The type's name and what the document is about; a công văn has neither.
fn title(letter: &Letter) -> Vec<Paragraph> {
    if letter.kind.is_empty() {
        return Vec::new();
    }
    let kind = letter.kind.to_uppercase();
    let subject = Look::plain(BODY).bold().centred();
    match letter.system {
        System::State => vec![
            Look::plain(14).bold().centred().spaced(18, 0).paragraph(&kind).style("Title"),
            subject.paragraph(&letter.subject),
            line(text_width(), (measure::words(&letter.subject, subject.size) * 2 / 5).min(text_width() / 3)),
        ],
        System::Party => vec![
            Look::plain(16).bold().centred().spaced(18, 0).paragraph(&kind).style("Title"),
            subject.paragraph(&letter.subject),
            Look::plain(BODY).centred().paragraph("-----"),
        ],
    }
}

/// To whom, and on what grounds.
fn opening(letter: &Letter) -> Vec<Paragraph> {
    let look = Look::plain(BODY).spaced(6, 0);
    let mut lines = Vec::new();
    match letter.to.as_slice() {
        [] => {}
        [one] => lines.push(look.centred().spaced(12, 6).paragraph(&format!("Kính gửi: {one}"))),
        many => {
            let side = measure::mm(35.0);
            lines.push(look.spaced(12, 0).paragraph("Kính gửi:").indent(Some(side), None, None, None));
            for (n, name) in many.iter().enumerate() {
                let end = if n + 1 == many.len() { '.' } else { ';' };
                let text = format!("- {name}{end}");
                lines.push(look.paragraph(&text).indent(Some(side + measure::mm(8.0)), None, None, None));
            }
        }
    }
    for (n, ground) in letter.grounds.iter().enumerate() {
        let end = if n + 1 == letter.grounds.len() { '.' } else { ';' };
        lines.push(look.italic().justified().running(&format!("{ground}{end}")));
    }
    lines
}

fn blocks<'l>(mut doc: Docx, blocks: &'l [Block], drawn: &mut Drawn<'l>) -> Docx {
    let body = Look::plain(BODY).justified().spaced(6, 0);
    for block in blocks {
        doc = match block {
            Block::Part(label, title) => {
                let look = Look::plain(BODY).bold().centred();
                doc.add_paragraph(look.spaced(12, 0).paragraph(label).keep_next(true).style("Heading1"))
                    .add_paragraph(look.spaced(0, 6).paragraph(&title.to_uppercase()).keep_next(true))
            }
            Block::Heading(level, text) => {
                let style = format!("Heading{}", (*level).clamp(1, 3));
                let (look, text) = match level {
                    1 => (body.bold().spaced(12, 0), text.to_uppercase()),
                    2 => (body.bold(), text.clone()),
                    _ => (body.italic(), text.clone()),
                };
                doc.add_paragraph(look.running(&text).keep_next(true).style(&style))
            }
            Block::Text(text) => text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .fold(doc, |doc, line| doc.add_paragraph(body.running(line))),
            Block::Item(text) => doc.add_paragraph(body.running(&format!("- {text}"))),
            Block::Table(table) => doc
                .add_paragraph(Look::plain(6).paragraph(""))
                .add_table(grid(
                    table,
                    text_width(),
                    if table.headers.len() >= WIDE { WIDE_TABLE } else { TABLE },
                ))
                .add_paragraph(Look::plain(6).paragraph("")),
            Block::Chart(chart) => {
                drawn.charts.push(chart);
                let word = chart::place(drawn.charts.len());
                doc.add_paragraph(Look::plain(BODY).centred().spaced(6, 0).paragraph(&word).keep_next(true))
                    .add_paragraph(Look::plain(TABLE).italic().centred().spaced(2, 6).paragraph(&chart.title))
            }
            Block::Picture { png, size, caption } => {
                drawn.pictures += 1;
                // A pixel of the given size is scaled to the width of the text; one twip is 635 EMU.
                let across = text_width().unsigned_abs() * 635;
                let down = u64::from(across) * u64::from(size.1) / u64::from(size.0.max(1));
                let picture = Pic::new_with_dimensions(png.clone(), size.0, size.1)
                    .id(format!("rIdPicture{}", drawn.pictures))
                    .size(across, u32::try_from(down).unwrap_or(across));
                doc.add_paragraph(
                    Look::plain(BODY).centred().spaced(6, 0).empty().add_run(Run::new().add_image(picture)),
                )
                .add_paragraph(Look::plain(TABLE).italic().centred().spaced(2, 6).paragraph(caption))
            }
        };
    }
    doc
}

/// The foot of the text: who gets it, and who signs.
fn end(letter: &Letter) -> docx_rs::Table {
    let left = measure::mm(75.0);
    let right = text_width() - left;
    let mut copies = Vec::new();
    let last = letter.copies.len();
    if last > 0 {
        let (heading, size) = match letter.system {
            System::State => {
                let look = Look::plain(12).bold().italic();
                (look.empty().add_run(look.run("Nơi nhận:")), 11)
            }
            System::Party => {
                let look = Look::plain(14);
                (look.empty().add_run(look.run("Nơi nhận").underline("single")).add_run(look.run(":")), 12)
            }
        };
        copies.push(heading);
        for (n, name) in letter.copies.iter().enumerate() {
            let mark = if n + 1 == last { '.' } else { ';' };
            let hanging = SpecialIndentType::Hanging(measure::mm(2.5));
            copies.push(Look::plain(size).paragraph(&format!("- {name}{mark}")).indent(
                Some(measure::mm(2.5)),
                Some(hanging),
                None,
                None,
            ));
        }
    } else {
        copies.push(Paragraph::new());
    }
    let bold = Look::plain(BODY).bold().centred();
    let mut signing = Vec::new();
    if !letter.signing.authority.is_empty() {
        signing.push(bold.paragraph(&letter.signing.authority.to_uppercase()));
    }
    signing.push(bold.paragraph(&letter.signing.title.to_uppercase()));
    for _ in 0..4 {
        signing.push(bold.paragraph(""));
    }
    signing.push(bold.paragraph(&letter.signing.name));
    columns(&[left, right], vec![copies, signing])
}
