//! The letters of figures: two embedded faces, their widths and outlines.
//!
//! A letter that the faces lack is drawn as an empty box. There is no kerning and no shaping, so
//! every back end puts the same letters at the same places.

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::path::Path;

static REGULAR: &[u8] = include_bytes!("../../assets/fonts/FigureSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../assets/fonts/FigureSans-Bold.ttf");

/// Units of the faces in the size of a letter.
pub const UNITS_PER_EM: f64 = 1000.0;
/// Height of capitals and digits, in sizes.
pub const CAP_HEIGHT: f64 = 0.714;
/// How far letters reach above the base line, in sizes.
pub const ASCENT: f64 = 1.069;
/// How far they reach below it, in sizes.
pub const DESCENT: f64 = 0.293;
/// From one base line to the next, in sizes.
pub const LEADING: f64 = 1.3;

/// How heavy letters are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// For labels and words.
    #[default]
    Regular,
    /// For titles.
    Bold,
}

impl Weight {
    /// The face as a TrueType file.
    #[must_use]
    pub fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Bold => BOLD,
        }
    }

    /// The face's name, without spaces.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "PhantomFigureSans-Regular",
            Self::Bold => "PhantomFigureSans-Bold",
        }
    }

    fn face(self) -> Option<FontRef<'static>> {
        FontRef::new(self.file()).ok()
    }
}

/// A text without what cannot be drawn: control characters are spaces.
#[must_use]
pub fn cleaned(text: &str) -> String {
    let one = |c: char| match c {
        '\u{fffe}' | '\u{ffff}' => None,
        c if c.is_control() => Some(' '),
        c => Some(c),
    };
    text.chars().filter_map(one).collect()
}

/// A letter of a text: the character, its number in the face (0 is the box), its width in sizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Letter {
    /// The character.
    pub of: char,
    /// Its number in the face; 0 is the box for what the face lacks.
    pub glyph: u16,
    /// How far the next letter stands from it, in sizes.
    pub advance: f64,
}

/// The letters of a cleaned text.
#[must_use]
pub fn letters(text: &str, weight: Weight) -> Vec<Letter> {
    let Some(face) = weight.face() else {
        return Vec::new();
    };
    let charmap = face.charmap();
    let widths = face.glyph_metrics(Size::unscaled(), LocationRef::default());
    let one = |of: char| {
        let glyph = charmap.map(of).unwrap_or(GlyphId::NOTDEF);
        let advance = widths.advance_width(glyph).unwrap_or(600.0);
        Letter {
            of,
            glyph: u16::try_from(glyph.to_u32()).unwrap_or(0),
            advance: f64::from(advance) / UNITS_PER_EM,
        }
    };
    cleaned(text).chars().map(one).collect()
}

/// Width of a text, in the unit of the size.
#[must_use]
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let advances = letters(text, weight).into_iter().map(|l| l.advance);
    size * advances.sum::<f64>()
}

/// The outlines of a text of a size whose base line begins at the origin, y downwards.
#[must_use]
pub fn outlines(text: &str, size: f64, weight: Weight) -> Path {
    let mut pen = Pen {
        path: Path::default(),
        scale: size / UNITS_PER_EM,
        x: 0.0,
        last: [0.0; 2],
    };
    let Some(face) = weight.face() else {
        return pen.path;
    };
    let outlines = face.outline_glyphs();
    for letter in letters(text, weight) {
        if let Some(outline) = outlines.get(GlyphId::from(letter.glyph)) {
            let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
            // A letter that cannot be drawn leaves its room empty.
            let _ = outline.draw(settings, &mut pen);
        }
        pen.x += size * letter.advance;
    }
    pen.path
}

struct Pen {
    path: Path,
    scale: f64,
    x: f64,
    last: [f64; 2],
}

impl Pen {
    fn place(&self, x: f32, y: f32) -> [f64; 2] {
        [
            self.x + self.scale * f64::from(x),
            -self.scale * f64::from(y),
        ]
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = self.place(x, y);
        self.path.move_to(self.last);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.last = self.place(x, y);
        self.path.line_to(self.last);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (control, to) = (self.place(cx, cy), self.place(x, y));
        self.path.quad_to(self.last, control, to);
        self.last = to;
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (a, b) = (self.place(cx0, cy0), self.place(cx1, cy1));
        self.last = self.place(x, y);
        self.path.cubic_to(a, b, self.last);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

/// A text that is at most so wide: what is too much gives way to "…".
#[must_use]
pub fn shortened(text: &str, room: f64, size: f64, weight: Weight) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let mut left = room - width("…", size, weight);
    let mut out = String::new();
    for letter in letters(text, weight) {
        left -= size * letter.advance;
        if left < 0.0 {
            break;
        }
        out.push(letter.of);
    }
    format!("{}…", out.trim_end())
}

/// A text in lines that are at most so wide, broken between words; of more than `most` lines the
/// last that is kept ends with "…". A word wider than a line is shortened.
#[must_use]
pub fn wrapped(text: &str, room: f64, size: f64, weight: Weight, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if width(&longer, size, weight) <= room {
                *line = longer;
                continue;
            }
            if lines.len() >= most {
                let rest: Vec<&str> = std::iter::once(word).chain(words.by_ref()).collect();
                if let Some(line) = lines.last_mut() {
                    *line = shortened(&format!("{line} {}", rest.join(" ")), room, size, weight);
                }
                break;
            }
        }
        lines.push(shortened(word, room, size, weight));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_the_signs_of_science() {
        let signs = "ΦφκσωτΔθγμλπ·−×√∞±≤≥≈°²³ⁿ⁻⁰¹⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ₛ→∂Σ…–—‘’“”";
        for weight in [Weight::Regular, Weight::Bold] {
            for letter in letters(signs, weight) {
                assert_ne!(letter.glyph, 0, "{} in {weight:?}", letter.of);
            }
        }
    }

    #[test]
    fn what_is_lacking_is_a_box() {
        let [letter] = letters("字", Weight::Regular)[..] else {
            panic!("one letter");
        };
        assert_eq!(letter.glyph, 0);
        assert!(letter.advance > 0.3);
        assert!(outlines("字", 10.0, Weight::Regular).steps.len() > 6);
        assert!(outlines("\u{0}", 10.0, Weight::Bold).steps.is_empty());
    }

    #[test]
    fn digits_are_equally_wide() {
        let one = |c: &str| width(c, 1.0, Weight::Regular);
        for digit in ["0", "1", "7"] {
            assert!((one(digit) - one("8")).abs() < 1e-12);
        }
    }

    #[test]
    fn long_texts_end_with_dots() {
        let text = "a name that goes on and on";
        let short = shortened(text, 60.0, 9.0, Weight::Regular);
        assert!(short.ends_with('…') && width(&short, 9.0, Weight::Regular) <= 60.0);
        assert_eq!(shortened("ok", 60.0, 9.0, Weight::Regular), "ok");
        let lines = wrapped(text, 60.0, 9.0, Weight::Regular, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert!(wrapped("", 60.0, 9.0, Weight::Bold, 2).is_empty());
        assert_eq!(wrapped("one two", 600.0, 9.0, Weight::Bold, 2), ["one two"]);
    }
}
