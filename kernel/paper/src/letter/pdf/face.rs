//! The four faces of the document's type. They go into the file itself, so that it looks the same everywhere.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rust_embed::Embed;
use skrifa::{
    FontRef, MetadataProvider as _, charmap::Charmap, instance::LocationRef, instance::Size,
    metrics::GlyphMetrics,
};
use std::sync::OnceLock;

/// Filled by the build from the packages of `ui/package-lock.json`; Tinos has the widths of Times New Roman.
#[derive(Embed)]
#[folder = "../../dist/type"]
#[allow_missing = true]
struct Gathered;

/// One face: the file's font, and how wide its letters are.
pub(super) struct Face {
    font: Font,
    letters: Charmap<'static>,
    widths: GlyphMetrics<'static>,
    em: f32,
}

/// Upright, bold, italic, both.
pub(super) struct Faces([Face; 4]);

static FACES: OnceLock<Option<Faces>> = OnceLock::new();

impl Faces {
    /// The faces, read once.
    ///
    /// # Errors
    /// When the program was built without its fonts.
    pub(super) fn get() -> anyhow::Result<&'static Self> {
        let faces = FACES.get_or_init(|| {
            Some(Self([
                Face::read("Tinos_400Regular.ttf")?,
                Face::read("Tinos_700Bold.ttf")?,
                Face::read("Tinos_400Regular_Italic.ttf")?,
                Face::read("Tinos_700Bold_Italic.ttf")?,
            ]))
        });
        faces
            .as_ref()
            .ok_or_else(|| anyhow::anyhow!("this program was built without the fonts of its PDF files"))
    }

    pub(super) fn face(&self, bold: bool, italic: bool) -> &Face {
        let [plain, heavy, slanted, both] = &self.0;
        match (bold, italic) {
            (false, false) => plain,
            (true, false) => heavy,
            (false, true) => slanted,
            (true, true) => both,
        }
    }
}

impl Face {
    fn read(name: &str) -> Option<Self> {
        // Lives as long as the program: read once for each of four faces.
        let bytes: &'static [u8] = Box::leak(Gathered::get(name)?.data.into_owned().into_boxed_slice());
        let read = FontRef::new(bytes).ok()?;
        let font = Font::new(bytes.to_vec().into(), 0)?;
        Some(Self {
            em: font.units_per_em(),
            font,
            letters: read.charmap(),
            widths: read.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// A letter's glyph; the face draws a box for what it does not hold, and we a question mark, which can be read.
    fn glyph(&self, letter: char) -> skrifa::GlyphId {
        self.letters.map(letter).or_else(|| self.letters.map('?')).unwrap_or_default()
    }

    fn advance(&self, glyph: skrifa::GlyphId) -> f32 {
        self.widths.advance_width(glyph).unwrap_or(0.0) / self.em
    }

    /// How wide words stand, in points at `size` points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(self.glyph(letter))).sum::<f32>() * size
    }

    /// The glyphs of a line; each space is `gap` points wider than the face has it.
    pub(super) fn glyphs(&self, text: &str, size: f32, gap: f32) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, letter)| {
                let glyph = self.glyph(letter);
                let wider = if letter == ' ' { gap / size } else { 0.0 };
                let advance = self.advance(glyph) + wider;
                let range = at..at + letter.len_utf8();
                KrillaGlyph::new(GlyphId::new(glyph.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect()
    }
}
