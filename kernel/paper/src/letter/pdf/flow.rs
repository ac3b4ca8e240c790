//! What is drawn, piece by piece, down one page after the other.

use super::face::Faces;

/// Something drawn; places in points from the left and the top.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// Words, the feet of their letters at `at`.
    Words { at: (f32, f32), text: String, size: f32, bold: bool, italic: bool, gap: f32 },
    /// A line through points.
    Line { points: Vec<(f32, f32)>, width: f32, colour: Colour },
    /// A filled box: left, top, width, height.
    Fill { at: (f32, f32, f32, f32), colour: Colour },
    /// A picture in PNG in such a box.
    Picture { at: (f32, f32, f32, f32), png: Vec<u8> },
}

/// Red, green, blue.
pub(super) type Colour = (u8, u8, u8);

pub(super) const BLACK: Colour = (0, 0, 0);

impl Op {
    /// The same thing elsewhere.
    pub(super) fn moved(self, right: f32, down: f32) -> Self {
        match self {
            Self::Words { at, text, size, bold, italic, gap } => {
                Self::Words { at: (at.0 + right, at.1 + down), text, size, bold, italic, gap }
            }
            Self::Line { points, width, colour } => {
                let points = points.into_iter().map(|(x, y)| (x + right, y + down)).collect();
                Self::Line { points, width, colour }
            }
            Self::Fill { at: (x, y, w, h), colour } => Self::Fill { at: (x + right, y + down, w, h), colour },
            Self::Picture { at: (x, y, w, h), png } => Self::Picture { at: (x + right, y + down, w, h), png },
        }
    }
}

/// Things that stay together on a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    pub(super) height: f32,
    pub(super) ops: Vec<Op>,
}

impl Piece {
    /// Puts another piece below.
    pub(super) fn below(&mut self, other: Self) {
        let down = self.height;
        self.ops.extend(other.ops.into_iter().map(|op| op.moved(0.0, down)));
        self.height += other.height;
    }

    /// Two pieces side by side.
    pub(super) fn beside(self, other: Self, right: f32) -> Self {
        let height = self.height.max(other.height);
        let ops = self.ops.into_iter().chain(other.ops.into_iter().map(|op| op.moved(right, 0.0)));
        Self { height, ops: ops.collect() }
    }
}

/// The pages, and how far the last one is filled.
pub(super) struct Flow {
    pub(super) faces: &'static Faces,
    pub(super) pages: Vec<Vec<Op>>,
    /// Left, top, bottom of the text.
    edges: (f32, f32, f32),
    at: f32,
    /// Pieces that must stand on the page of what follows them.
    held: Piece,
}

impl Flow {
    pub(super) fn new(faces: &'static Faces, edges: (f32, f32, f32)) -> Self {
        Self { faces, pages: vec![Vec::new()], edges, at: edges.1, held: Piece::default() }
    }

    /// What is left of the page, in points.
    pub(super) fn room(&self) -> f32 {
        self.edges.2 - self.at - self.held.height
    }

    /// The height of an empty page.
    pub(super) fn page(&self) -> f32 {
        self.edges.2 - self.edges.1
    }

    pub(super) fn next_page(&mut self) {
        self.release();
        self.pages.push(Vec::new());
        self.at = self.edges.1;
    }

    /// Room between pieces; none at the head of a page.
    pub(super) fn space(&mut self, points: f32) {
        if self.held.height > 0.0 {
            self.held.height += points;
        } else if self.at > self.edges.1 {
            self.at += points;
        }
    }

    /// Keeps a piece on the page of what comes next.
    pub(super) fn hold(&mut self, piece: Piece) {
        self.held.below(piece);
    }

    /// Puts a piece where it fits, with what was held for it.
    pub(super) fn put(&mut self, piece: Piece) {
        let mut whole = std::mem::take(&mut self.held);
        whole.below(piece);
        let is_begun = self.at > self.edges.1;
        if whole.height > self.edges.2 - self.at + 0.01 && is_begun {
            self.pages.push(Vec::new());
            self.at = self.edges.1;
        }
        self.draw(whole);
    }

    fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.draw(held);
    }

    fn draw(&mut self, piece: Piece) {
        let (left, top) = (self.edges.0, self.at);
        if let Some(page) = self.pages.last_mut() {
            page.extend(piece.ops.into_iter().map(|op| op.moved(left, top)));
        }
        self.at += piece.height;
    }
}
