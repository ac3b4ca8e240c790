//! The small parts a document is set with: runs, paragraphs, lines under words, tables.

use super::{Grid, Shade, measure};
use docx_rs::{
    AlignmentType, BorderType, LineSpacing, LineSpacingType, Paragraph, ParagraphBorder,
    ParagraphBorderPosition, ParagraphBorders, Run, Shading, ShdType, SpecialIndentType, Table, TableCell,
    TableLayoutType, TableRow, VAlignType, WidthType,
};

/// How words look.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// Size in half-points.
    pub(super) size: usize,
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) align: AlignmentType,
    /// Space before and after, in points.
    pub(super) space: (u32, u32),
}

impl Look {
    /// Upright words at a size in points.
    pub(super) fn plain(points: usize) -> Self {
        Self { size: points * 2, bold: false, italic: false, align: AlignmentType::Left, space: (0, 0) }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn italic(self) -> Self {
        Self { italic: true, ..self }
    }

    pub(super) fn centred(self) -> Self {
        Self { align: AlignmentType::Center, ..self }
    }

    pub(super) fn right(self) -> Self {
        Self { align: AlignmentType::Right, ..self }
    }

    pub(super) fn justified(self) -> Self {
        Self { align: AlignmentType::Both, ..self }
    }

    pub(super) fn spaced(self, before: u32, after: u32) -> Self {
        Self { space: (before, after), ..self }
    }

    pub(super) fn run(self, text: &str) -> Run {
        let mut run = Run::new().add_text(base::fold::nfc(text)).size(self.size);
        if self.bold {
            run = run.bold();
        }
        if self.italic {
            run = run.italic();
        }
        run
    }

    fn spacing(self) -> LineSpacing {
        LineSpacing::new().before(self.space.0 * 20).after(self.space.1 * 20)
    }

    pub(super) fn empty(self) -> Paragraph {
        Paragraph::new().align(self.align).line_spacing(self.spacing())
    }

    pub(super) fn paragraph(self, text: &str) -> Paragraph {
        self.empty().add_run(self.run(text))
    }

    /// A paragraph of the running text: justified, its first line moved in by 1.27 cm, at least 6 pt apart.
    pub(super) fn running(self, text: &str) -> Paragraph {
        Paragraph::new()
            .align(self.align)
            .line_spacing(self.spacing().line_rule(LineSpacingType::Auto).line(264))
            .indent(None, Some(SpecialIndentType::FirstLine(measure::mm(12.7))), None, None)
            .add_run(self.run(text))
    }
}

/// A solid line in the middle of a column, `length` twips long.
pub(super) fn line(column: i32, length: i32) -> Paragraph {
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
pub(super) fn grid(table: &Grid, whole: i32, points: usize) -> Table {
    let parts: u32 = table.widths.iter().sum::<u32>().max(1);
    let widths: Vec<usize> = table
        .widths
        .iter()
        .map(|part| usize::try_from(i64::from(whole) * i64::from(*part) / i64::from(parts)).unwrap_or(0))
        .collect();
    let width = |column: usize| widths.get(column).copied().unwrap_or(600);
    let head = Look::plain(points).bold().centred();
    let cell = |column: usize, paragraph: Paragraph| {
        TableCell::new()
            .width(width(column), WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(paragraph)
    };
    let header: Vec<TableCell> =
        table.headers.iter().enumerate().map(|(n, text)| cell(n, head.paragraph(text))).collect();
    let mut rows = vec![TableRow::new(header).cant_split()];
    for (at, row) in table.rows.iter().enumerate() {
        let shade = |n: usize| table.shades.get(at).and_then(|row| row.get(n)).copied().unwrap_or_default();
        let cells = row.iter().enumerate().map(|(n, text)| {
            let look = Look::plain(points);
            let cell = cell(n, if table.numbers.contains(&n) { look.right() } else { look }.paragraph(text));
            let fill = match shade(n) {
                Shade::None => return cell,
                Shade::Good => "D9EAD3",
                Shade::Fair => "FFF2CC",
                Shade::Poor => "F4CCCC",
            };
            cell.shading(Shading::new().shd_type(ShdType::Clear).fill(fill))
        });
        rows.push(TableRow::new(cells.collect()));
    }
    Table::new(rows)
        .set_grid(widths.clone())
        .width(widths.iter().sum(), WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
}
