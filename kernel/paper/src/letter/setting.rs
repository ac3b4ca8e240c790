//! Where each part of a document stands on the page, and how big its words are: what the law says, for Word and PDF alike.

use super::{Block, Chart, Grid, Letter, System, measure};

/// The page in millimetres: A4.
pub(super) const PAGE: (f32, f32) = (210.0, 297.0);
/// Margins in millimetres: top, bottom, left, right. Decree 30 gives ranges, Guidance 36 these very figures.
pub(super) const MARGINS: (f32, f32, f32, f32) = (20.0, 20.0, 30.0, 15.0);
/// Where the head of a page stands, in millimetres from its top.
pub(super) const HEADER: f32 = 10.0;
/// The width of the text in millimetres.
pub(super) const WIDTH: f32 = PAGE.0 - MARGINS.2 - MARGINS.3;
/// The left column of the head; the right one takes what is left of the text's width.
const LEFT: f32 = 65.0;
/// The left column of the foot.
const FOOT: f32 = 75.0;
/// The body's size in points.
pub(super) const BODY: u16 = 14;
/// The size of words in tables and below pictures, in points; smaller where a table has many columns.
const TABLE: u16 = 12;
const WIDE_TABLE: u16 = 11;
/// From so many columns on a table is a wide one.
const WIDE: usize = 7;

/// Where lines stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Align {
    #[default]
    Left,
    Centre,
    Right,
    /// Both edges straight.
    Both,
}

/// How words look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Size in points.
    pub(super) points: u16,
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// Underlined, but for a colon at the end.
    pub(super) underlined: bool,
    pub(super) align: Align,
    /// Space before and after, in points.
    pub(super) space: (u16, u16),
    /// How far the first line and the others are moved in, in millimetres.
    pub(super) indent: (f32, f32),
    /// A little more room between the lines, as in the running text.
    pub(super) is_loose: bool,
    /// Stays on the page of what follows.
    pub(super) is_kept: bool,
    /// What it is in the outline: 0 the title, then the levels of headings.
    pub(super) outline: Option<u8>,
}

impl Look {
    /// Upright words at a size in points.
    pub(super) fn plain(points: u16) -> Self {
        Self {
            points,
            bold: false,
            italic: false,
            underlined: false,
            align: Align::Left,
            space: (0, 0),
            indent: (0.0, 0.0),
            is_loose: false,
            is_kept: false,
            outline: None,
        }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn italic(self) -> Self {
        Self { italic: true, ..self }
    }

    pub(super) fn centred(self) -> Self {
        Self { align: Align::Centre, ..self }
    }

    pub(super) fn right(self) -> Self {
        Self { align: Align::Right, ..self }
    }

    pub(super) fn spaced(self, before: u16, after: u16) -> Self {
        Self { space: (before, after), ..self }
    }

    fn indented(self, first: f32, others: f32) -> Self {
        Self { indent: (first, others), ..self }
    }

    fn kept(self) -> Self {
        Self { is_kept: true, ..self }
    }

    fn outlined(self, level: u8) -> Self {
        Self { outline: Some(level), ..self }
    }

    /// The running text: justified, its first line moved in by 1.27 cm.
    fn running(self) -> Self {
        Self { align: Align::Both, is_loose: true, ..self.indented(12.7, 0.0) }
    }

    fn words<'l>(self, text: impl Into<String>) -> Line<'l> {
        Line::Words(self, text.into())
    }

    /// How wide words stand, in points.
    fn width(self, text: &str) -> f32 {
        measure::words(text, self.points)
    }
}

/// What stands on the page, from its top down.
#[derive(Debug, Clone)]
pub(super) enum Line<'l> {
    /// A paragraph.
    Words(Look, String),
    /// A solid line in the middle of its column, so many points long.
    Rule(f32),
    /// Two columns without borders; the left one is so many millimetres wide.
    Columns(f32, Vec<Line<'l>>, Vec<Line<'l>>),
    /// A table, its words at a size in points.
    Grid(&'l Grid, u16),
    /// A chart.
    Chart(&'l Chart),
    /// A picture in PNG, and its pixels across and down.
    Picture(&'l [u8], (u32, u32)),
    /// A new page.
    Page,
}

/// The whole document.
pub(super) fn lines(letter: &Letter) -> Vec<Line<'_>> {
    let mut lines = vec![head(letter)];
    lines.extend(title(letter));
    lines.extend(opening(letter));
    lines.extend(letter.body.iter().flat_map(block));
    lines.push(Look::plain(6).kept().words(""));
    lines.push(end(letter));
    for appendix in &letter.appendices {
        let look = Look::plain(BODY).bold().centred();
        lines.push(Line::Page);
        lines.push(look.outlined(1).words(&appendix.label));
        lines.push(look.spaced(0, 6).words(appendix.title.to_uppercase()));
        lines.extend(appendix.blocks.iter().flat_map(block));
    }
    lines
}

/// Both columns at the head: issuer and number; the state's or the Party's name, place and date.
fn head(letter: &Letter) -> Line<'_> {
    let (mut issuer, mut name) = (Vec::new(), Vec::new());
    let above = letter.parent.to_uppercase();
    let own = letter.issuer.to_uppercase();
    match letter.system {
        System::State => {
            if !above.is_empty() {
                issuer.push(Look::plain(13).centred().words(above));
            }
            let bold = Look::plain(13).bold().centred();
            // Between a third and a half of the words above it.
            let length = bold.width(&own).min(points(LEFT)) * 0.4;
            issuer.push(bold.words(own));
            issuer.push(Line::Rule(length));
            issuer.push(Look::plain(13).centred().spaced(6, 0).words(letter.numbered()));
            if letter.kind.is_empty() {
                let about = format!("V/v {}", letter.subject);
                issuer.push(Look::plain(12).centred().spaced(6, 0).words(about));
            }
            let (country, motto) = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc");
            name.push(Look::plain(13).bold().centred().words(country));
            let bold = Look::plain(14).bold().centred();
            name.push(bold.words(motto));
            name.push(Line::Rule(bold.width(motto)));
            name.push(Look::plain(13).italic().centred().spaced(6, 0).words(letter.dated()));
        }
        System::Party => {
            let look = Look::plain(14).centred();
            if !above.is_empty() {
                issuer.push(look.words(above));
            }
            issuer.push(look.bold().words(own));
            issuer.push(look.words("*"));
            issuer.push(look.words(letter.numbered()));
            if letter.kind.is_empty() {
                issuer.push(Look::plain(12).italic().centred().spaced(6, 0).words(&letter.subject));
            }
            let party = "ĐẢNG CỘNG SẢN VIỆT NAM";
            let bold = Look::plain(15).bold().centred();
            name.push(bold.words(party));
            name.push(Line::Rule(bold.width(party)));
            name.push(look.italic().spaced(6, 0).words(letter.dated()));
        }
    }
    Line::Columns(LEFT, issuer, name)
}

/// The type's name and what the document is about; a công văn has neither.
fn title(letter: &Letter) -> Vec<Line<'_>> {
    if letter.kind.is_empty() {
        return Vec::new();
    }
    let kind = letter.kind.to_uppercase();
    let subject = Look::plain(BODY).bold().centred();
    let size = if letter.system == System::Party { 16 } else { 14 };
    let below = match letter.system {
        System::State => Line::Rule((subject.width(&letter.subject) * 0.4).min(points(WIDTH) / 3.0)),
        System::Party => Look::plain(BODY).centred().words("-----"),
    };
    let kind = Look::plain(size).bold().centred().spaced(18, 0).outlined(0).words(kind);
    vec![kind, subject.words(&letter.subject), below]
}

/// To whom, and on what grounds.
fn opening(letter: &Letter) -> Vec<Line<'_>> {
    let look = Look::plain(BODY).spaced(6, 0);
    let mut lines = Vec::new();
    match letter.to.as_slice() {
        [] => {}
        [one] => lines.push(look.centred().spaced(12, 6).words(format!("Kính gửi: {one}"))),
        many => {
            lines.push(look.spaced(12, 0).indented(35.0, 35.0).words("Kính gửi:"));
            for (n, name) in many.iter().enumerate() {
                let end = if n + 1 == many.len() { '.' } else { ';' };
                lines.push(look.indented(43.0, 43.0).words(format!("- {name}{end}")));
            }
        }
    }
    for (n, ground) in letter.grounds.iter().enumerate() {
        let end = if n + 1 == letter.grounds.len() { '.' } else { ';' };
        lines.push(look.italic().running().words(format!("{ground}{end}")));
    }
    lines
}

fn block(block: &Block) -> Vec<Line<'_>> {
    let body = Look::plain(BODY).spaced(6, 0).running();
    let caption = Look::plain(TABLE).italic().centred().spaced(2, 6);
    match block {
        Block::Part(label, title) => {
            let look = Look::plain(BODY).bold().centred().kept();
            let mut lines = vec![look.spaced(12, 0).outlined(1).words(label)];
            if !title.is_empty() {
                lines.push(look.spaced(0, 6).words(title.to_uppercase()));
            }
            lines
        }
        Block::Heading(level, text) => {
            let look = body.kept().outlined((*level).clamp(1, 3));
            vec![match level {
                1 => look.bold().spaced(12, 0).words(text.to_uppercase()),
                2 => look.bold().words(text),
                _ => look.italic().words(text),
            }]
        }
        Block::Text(text) => {
            text.lines().filter(|line| !line.trim().is_empty()).map(|line| body.words(line)).collect()
        }
        Block::Item(text) => vec![body.words(format!("- {text}"))],
        Block::Table(table) => {
            let size = if table.headers.len() >= WIDE { WIDE_TABLE } else { TABLE };
            vec![Look::plain(6).words(""), Line::Grid(table, size), Look::plain(6).words("")]
        }
        Block::Chart(chart) => vec![Line::Chart(chart), caption.words(&chart.title)],
        Block::Picture { png, size, caption: below } => {
            vec![Line::Picture(png, *size), caption.words(below)]
        }
    }
}

/// The foot of the text: who gets it, and who signs.
fn end(letter: &Letter) -> Line<'_> {
    let mut copies = Vec::new();
    let last = letter.copies.len();
    if last > 0 {
        let (look, size) = match letter.system {
            System::State => (Look::plain(12).bold().italic(), 11),
            System::Party => (Look { underlined: true, ..Look::plain(14) }, 12),
        };
        copies.push(look.words("Nơi nhận:"));
        for (n, name) in letter.copies.iter().enumerate() {
            let mark = if n + 1 == last { '.' } else { ';' };
            copies.push(Look::plain(size).indented(0.0, 2.5).words(format!("- {name}{mark}")));
        }
    }
    let bold = Look::plain(BODY).bold().centred();
    let mut signing = Vec::new();
    if !letter.signing.authority.is_empty() {
        signing.push(bold.words(letter.signing.authority.to_uppercase()));
    }
    signing.push(bold.words(letter.signing.title.to_uppercase()));
    signing.extend((0..4).map(|_| bold.words("")));
    signing.push(bold.words(&letter.signing.name));
    Line::Columns(FOOT, copies, signing)
}

/// Millimetres in points.
pub(super) fn points(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}
