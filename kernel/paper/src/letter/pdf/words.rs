//! Words set into lines: how a paragraph breaks, and where each line begins.

use super::{
    super::setting::{Align, Look, points},
    face::{Face, Faces},
    float,
    flow::{BLACK, Op, Piece},
};
use base::fold::nfc;

/// Single spacing, as word processors have it with Times, in sizes of the type.
const SINGLE: f32 = 1.15;
/// The same with a little more room.
const LOOSE: f32 = SINGLE * 1.1;
/// From the line's top to the feet of its letters.
const ASCENT: f32 = 0.891;
/// From the feet of the letters down to a line under them.
const UNDER: f32 = 0.12;

/// A paragraph's lines, each a piece; the room before and after is not in them.
pub(super) fn lines(faces: &Faces, look: Look, text: &str, column: f32) -> Vec<Piece> {
    let text = nfc(text);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let broken = Broken { look, face: faces.face(look.bold, look.italic), column }.lines(paragraph);
        let last = broken.len().saturating_sub(1);
        for (n, words) in broken.into_iter().enumerate() {
            lines.push(line(faces, look, words, column, (n == 0, n == last)));
        }
    }
    lines
}

/// The whole paragraph in one piece, with the room before and after it.
pub(super) fn paragraph(faces: &Faces, look: Look, text: &str, column: f32) -> Piece {
    let mut whole = Piece { height: f32::from(look.space.0), ops: Vec::new() };
    for line in lines(faces, look, text, column) {
        whole.below(line);
    }
    whole.height += f32::from(look.space.1);
    whole
}

/// How far a line is moved in.
fn indent(look: Look, is_first: bool) -> f32 {
    points(if is_first { look.indent.0 } else { look.indent.1 })
}

fn line(faces: &Faces, look: Look, words: String, column: f32, (is_first, is_last): (bool, bool)) -> Piece {
    let size = f32::from(look.points);
    let face = faces.face(look.bold, look.italic);
    let width = face.width(&words, size);
    let free = column - indent(look, is_first) - width;
    let spaces = words.matches(' ').count();
    let (shift, gap) = match look.align {
        Align::Left => (0.0, 0.0),
        Align::Centre => (free / 2.0, 0.0),
        Align::Right => (free, 0.0),
        Align::Both if is_last || spaces == 0 => (0.0, 0.0),
        Align::Both => (0.0, free.max(0.0) / float(spaces)),
    };
    let leading = if look.is_loose { LOOSE } else { SINGLE };
    // What the leading adds stands above the letters.
    let at = (indent(look, is_first) + shift, size * (leading - SINGLE + ASCENT));
    let mut ops = Vec::new();
    if look.underlined {
        let under = at.1 + size * UNDER;
        let long = face.width(words.trim_end_matches(':'), size);
        ops.push(Op::Line { points: vec![(at.0, under), (at.0 + long, under)], width: 0.6, colour: BLACK });
    }
    ops.push(Op::Words { at, text: words, size, bold: look.bold, italic: look.italic, gap });
    Piece { height: size * leading, ops }
}

/// How one paragraph breaks: at spaces; a word wider than the column is cut.
struct Broken<'f> {
    look: Look,
    face: &'f Face,
    column: f32,
}

impl Broken<'_> {
    fn width(&self, text: &str) -> f32 {
        self.face.width(text, f32::from(self.look.points))
    }

    fn lines(&self, text: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let (mut line, mut used) = (String::new(), 0.0);
        // A hair more, so that what just fits is not broken by rounding.
        let room = |lines: &[String]| self.column - indent(self.look, lines.is_empty()) + 0.01;
        let space = self.width(" ");
        for (n, word) in text.split(' ').enumerate() {
            let wide = self.width(word);
            if n > 0 {
                if used + space + wide <= room(&lines) {
                    line.push(' ');
                    used += space;
                } else {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
            }
            if wide <= room(&lines) {
                line.push_str(word);
                used += wide;
                continue;
            }
            for letter in word.chars() {
                let one = self.width(letter.encode_utf8(&mut [0; 4]));
                if used + one > room(&lines) && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(letter);
                used += one;
            }
        }
        lines.push(line);
        lines
    }
}
