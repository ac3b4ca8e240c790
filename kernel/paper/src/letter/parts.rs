//! The small parts a document is set with: runs, paragraphs, lines under words, tables.

use super::{
    Grid,
    setting::{Align, Look, points},
};
use base::fold::nfc;
use docx_rs::{
    AlignmentType, BorderType, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder,
    ParagraphBorderPosition, ParagraphBorders, Run, Shading, ShdType, SpecialIndentType, Table, TableCell,
    TableLayoutType, TableRow, VAlignType, WidthType,
};

/// Points in twips.
pub(super) fn twips(points: f32) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a page is at most a few thousand twips wide")]
    let twips = (points * 20.0).round() as i32;
    twips
}

pub(super) fn run(look: Look, text: &str) -> Run {
    let mut run = Run::new().add_text(nfc(text)).size(usize::from(look.points) * 2);
    if look.bold {
        run = run.bold();
    }
    if look.italic {
        run = run.italic();
    }
    run
}

/// A paragraph that has no words yet.
pub(super) fn empty(look: Look) -> Paragraph {
    let align = match look.align {
        Align::Left => AlignmentType::Left,
        Align::Centre => AlignmentType::Center,
        Align::Right => AlignmentType::Right,
        Align::Both => AlignmentType::Both,
    };
    let mut spacing =
        LineSpacing::new().before(u32::from(look.space.0) * 20).after(u32::from(look.space.1) * 20);
    if look.is_loose {
        // 240 is single.
        spacing = spacing.line_rule(LineSpacingType::Auto).line(264);
    }
    let mut paragraph = Paragraph::new().align(align).line_spacing(spacing);
    let (first, others) = (twips(points(look.indent.0)), twips(points(look.indent.1)));
    if first != 0 || others != 0 {
        let special = match first - others {
            0 => None,
            further if further > 0 => Some(SpecialIndentType::FirstLine(further)),
            less => Some(SpecialIndentType::Hanging(-less)),
        };
        paragraph = paragraph.indent((others != 0).then_some(others), special, None, None);
    }
    if look.is_kept {
        paragraph = paragraph.keep_next(true);
    }
    match look.outline {
        None => paragraph,
        Some(0) => paragraph.style("Title"),
        Some(level) => paragraph.style(&format!("Heading{level}")),
    }
}

pub(super) fn paragraph(look: Look, text: &str) -> Paragraph {
    if look.underlined {
        let bare = text.trim_end_matches(':');
        let rest = text.get(bare.len()..).unwrap_or("");
        return empty(look).add_run(run(look, bare).underline("single")).add_run(run(look, rest));
    }
    empty(look).add_run(run(look, text))
}

/// A solid line in the middle of a column, `length` twips long.
pub(super) fn rule(column: i32, length: i32) -> Paragraph {
    let side = (column - length).max(0) / 2;
    let top = ParagraphBorder::new(ParagraphBorderPosition::Top).val(BorderType::Single).size(6).space(1);
    let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(80).before(20);
    let mut line = Paragraph::new()
        .line_spacing(spacing)
        .indent(Some(side), None, Some(side), None)
        .add_run(Run::new().size(4));
    line.property = line.property.set_borders(ParagraphBorders::with_empty().set(top));
    line
}

/// Columns without borders, side by side; widths in twips.
pub(super) fn columns(widths: &[i32], cells: Vec<Vec<Paragraph>>) -> Table {
    let grid: Vec<usize> = widths.iter().map(|w| usize::try_from(*w).unwrap_or(0)).collect();
    let cells = cells
        .into_iter()
        .zip(&grid)
        .map(|(paragraphs, width)| {
            let cell = TableCell::new().width(*width, WidthType::Dxa).clear_all_border();
            paragraphs.into_iter().fold(cell, TableCell::add_paragraph)
        })
        .collect();
    Table::without_borders(vec![TableRow::new(cells)])
        .set_grid(grid.clone())
        .width(grid.iter().sum(), WidthType::Dxa)
        .margins(docx_rs::TableCellMargins::new().margin(0, 0, 0, 0))
        .layout(TableLayoutType::Fixed)
}

/// A table with borders, `whole` twips wide. Only its header row is kept whole, which is how the layout finds it again.
pub(super) fn grid(table: &Grid, whole: i32, size: u16) -> Table {
    let parts: u32 = table.widths.iter().sum::<u32>().max(1);
    let widths: Vec<usize> = table
        .widths
        .iter()
        .map(|part| usize::try_from(i64::from(whole) * i64::from(*part) / i64::from(parts)).unwrap_or(0))
        .collect();
    let width = |column: usize| widths.get(column).copied().unwrap_or(600);
    let head = Look::plain(size).bold().centred();
    let cell = |column: usize, words: Paragraph| {
        TableCell::new()
            .width(width(column), WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(words)
    };
    let header: Vec<TableCell> =
        table.headers.iter().enumerate().map(|(n, text)| cell(n, paragraph(head, text))).collect();
    let mut rows = vec![TableRow::new(header).cant_split()];
    for (at, row) in table.rows.iter().enumerate() {
        let shade = |n: usize| table.shades.get(at).and_then(|row| row.get(n)).copied().unwrap_or_default();
        let cells = row.iter().enumerate().map(|(n, text)| {
            let look = Look::plain(size);
            let look = if table.numbers.contains(&n) { look.right() } else { look };
            let cell = cell(n, paragraph(look, text));
            let Some(fill) = shade(n).colour() else { return cell };
            let fill = format!("{:02X}{:02X}{:02X}", fill.0, fill.1, fill.2);
            cell.shading(Shading::new().shd_type(ShdType::Clear).fill(fill))
        });
        rows.push(TableRow::new(cells.collect()));
    }
    Table::new(rows)
        .set_grid(widths.clone())
        .width(widths.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
}
