//! The letters of a PDF: composite fonts with their widths and what each letter means.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};

use super::font::{self, Weight};

const SYSTEM: SystemInfo = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// The letters that a document has used of each face: number → character and width in sizes.
#[derive(Default)]
pub struct Faces {
    used: BTreeMap<Weight, BTreeMap<u16, (char, f64)>>,
}

impl Faces {
    /// The name that a page calls a face by.
    #[must_use]
    pub fn key(weight: Weight) -> &'static [u8] {
        match weight {
            Weight::Regular => b"F0",
            Weight::Bold => b"F1",
        }
    }

    /// The bytes that show a text, which is noted as used; two a letter.
    pub fn letters(&mut self, text: &str, weight: Weight) -> Vec<u8> {
        let letters = font::letters(text, weight);
        let used = self.used.entry(weight).or_default();
        let mut bytes = Vec::with_capacity(2 * letters.len());
        for letter in letters {
            let means = if letter.glyph == 0 {
                char::REPLACEMENT_CHARACTER
            } else {
                letter.of
            };
            used.entry(letter.glyph).or_insert((means, letter.advance));
            bytes.extend_from_slice(&letter.glyph.to_be_bytes());
        }
        bytes
    }

    /// Writes the faces that were used; gives what each became.
    pub fn write(&self, pdf: &mut Pdf, free: &mut Ref) -> Vec<(Weight, Ref)> {
        let faces = self.used.iter().filter(|(_, used)| !used.is_empty());
        faces
            .map(|(weight, used)| (*weight, write(pdf, free, *weight, used)))
            .collect()
    }
}

fn write(pdf: &mut Pdf, free: &mut Ref, weight: Weight, used: &BTreeMap<u16, (char, f64)>) -> Ref {
    let [font, cid, descriptor, file, means] = std::array::from_fn(|_| free.bump());
    // Six letters before the name tell that the font is not all of its family.
    let name = format!("PHNTMS+{}", weight.name());
    let name = Name(name.as_bytes());
    pdf.type0_font(font)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(cid)
        .to_unicode(means);

    let mut object = pdf.cid_font(cid);
    object.subtype(CidFontType::Type2);
    object.base_font(name);
    object.system_info(SYSTEM);
    object.font_descriptor(descriptor);
    object.default_width(0.0);
    object.cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = object.widths();
    for (glyph, (_, advance)) in used {
        widths.consecutive(*glyph, [(1000.0 * advance) as f32]);
    }
    widths.finish();
    object.finish();

    let units = |sizes: f64| (1000.0 * sizes) as f32;
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(-700.0, -400.0, 2000.0, 1200.0))
        .italic_angle(0.0)
        .ascent(units(font::ASCENT))
        .descent(units(-font::DESCENT))
        .cap_height(units(font::CAP_HEIGHT))
        .stem_v(if weight == Weight::Bold { 140.0 } else { 80.0 })
        .font_file2(file);

    let bytes = weight.file();
    pdf.stream(file, &deflated(bytes))
        .filter(Filter::FlateDecode)
        .pair(Name(b"Length1"), i32::try_from(bytes.len()).unwrap_or(0));
    let mut cmap = UnicodeCmap::new(Name(b"PhantomFigureSans-UTF16"), SYSTEM);
    for (glyph, (means, _)) in used {
        cmap.pair(*glyph, *means);
    }
    pdf.stream(means, &deflated(&cmap.finish()))
        .filter(Filter::FlateDecode);
    font
}

/// Bytes in the format of zlib.
#[must_use]
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
