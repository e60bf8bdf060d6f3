//! Drawings as PDF 1.7: outlines stay outlines, texts can be searched and copied, letters are
//! embedded.

use std::collections::BTreeSet;

use pdf_writer::types::{LineCapStyle, LineJoinStyle};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use xxhash_rust::xxh3::xxh3_128;

use crate::base::num;

use super::drawing::{Anchor, Drawing, Paint, Raster, Shape, Text};
use super::font;
use super::path::{Path, Step, finite};
use super::pdf_font::{Faces, deflated};
use super::picture::{enlarged, text_outlines};

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);
const FIRST_FREE: i32 = 6;

/// The drawing as the bytes of a PDF file: one page of its size. The same drawing gives the same
/// bytes.
#[must_use]
pub fn pdf(drawing: &Drawing) -> Vec<u8> {
    let mut page = Page {
        content: Content::new(),
        faces: Faces::default(),
        rasters: Vec::new(),
        opacities: BTreeSet::new(),
    };
    let [width, height] = drawing.size.map(|x| x as f32);
    // The page's y goes upwards, the drawing's downwards.
    page.content.transform([1.0, 0.0, 0.0, -1.0, 0.0, height]);
    page.content.set_line_join(LineJoinStyle::RoundJoin);
    page.shapes(&drawing.shapes);
    let Page {
        content,
        faces,
        rasters,
        opacities,
    } = page;

    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let mut free = Ref::new(FIRST_FREE);
    let fonts = faces.write(&mut pdf, &mut free);
    let images: Vec<Ref> = rasters
        .iter()
        .map(|cells| image(&mut pdf, &mut free, cells))
        .collect();

    let mut leaf = pdf.page(PAGE);
    leaf.media_box(Rect::new(0.0, 0.0, width, height));
    leaf.parent(PAGES);
    leaf.contents(CONTENT);
    let mut resources = leaf.resources();
    let mut list = resources.fonts();
    for (weight, id) in &fonts {
        list.pair(Name(Faces::key(*weight)), *id);
    }
    list.finish();
    let mut list = resources.x_objects();
    for (k, id) in images.iter().enumerate() {
        list.pair(Name(format!("I{k}").as_bytes()), *id);
    }
    list.finish();
    let mut list = resources.ext_g_states();
    for percent in &opacities {
        let share = f32::from(*percent) / 100.0;
        list.insert(Name(opacity_key(*percent).as_bytes()))
            .start::<pdf_writer::writers::ExtGraphicsState>()
            .stroking_alpha(share)
            .non_stroking_alpha(share);
    }
    list.finish();
    resources.finish();
    leaf.finish();

    let body = content.finish();
    pdf.stream(CONTENT, &deflated(&body))
        .filter(Filter::FlateDecode);
    let mut info = pdf.document_info(INFO);
    info.title(TextStr(&font::cleaned(&drawing.title)));
    if !drawing.comment.is_empty() {
        info.subject(TextStr(&font::cleaned(&drawing.comment)));
    }
    info.creator(TextStr(super::SOFTWARE));
    info.producer(TextStr(super::SOFTWARE));
    info.finish();
    // Of what is shown and told, since two files are the same by it.
    let told = format!("{}\n{}\n{:?}", drawing.title, drawing.comment, drawing.size);
    let id = xxh3_128(&[body.as_slice(), told.as_bytes()].concat()).to_be_bytes();
    pdf.set_file_id((id.to_vec(), id.to_vec()));
    pdf.finish()
}

fn image(pdf: &mut Pdf, free: &mut Ref, cells: &Raster) -> Ref {
    let id = free.bump();
    let (width, height, rgb) = enlarged(cells).unwrap_or((1, 1, vec![255; 3]));
    let bytes = deflated(&rgb);
    let mut object = pdf.image_xobject(id, &bytes);
    object.filter(Filter::FlateDecode);
    object.width(i32::try_from(width).unwrap_or(1));
    object.height(i32::try_from(height).unwrap_or(1));
    object.color_space().device_rgb();
    object.bits_per_component(8);
    object.interpolate(false);
    id
}

fn opacity_key(percent: u8) -> String {
    format!("G{percent}")
}

/// What a page's content needs, as it is found.
struct Page<'a> {
    content: Content,
    faces: Faces,
    rasters: Vec<&'a Raster>,
    /// Percent, those that were needed.
    opacities: BTreeSet<u8>,
}

impl<'a> Page<'a> {
    fn shapes(&mut self, list: &'a [Shape]) {
        for shape in list {
            match shape {
                Shape::Path(path, paint) => self.outline(path, paint),
                Shape::Rectangle(corner, size, paint) => {
                    self.outline(&Path::rectangle(*corner, *size), paint);
                }
                Shape::Circle(centre, radius, paint) => {
                    self.outline(&Path::circle(*centre, *radius), paint);
                }
                Shape::Text(text) => self.text(text),
                Shape::Raster(cells) => self.raster(cells),
                Shape::Clipped(corner, size, inner) => {
                    if !finite(*corner) || !finite(*size) {
                        continue;
                    }
                    self.content.save_state();
                    self.steps(&Path::rectangle(*corner, *size));
                    self.content.clip_nonzero().end_path();
                    self.shapes(inner);
                    self.content.restore_state();
                }
            }
        }
    }

    fn steps(&mut self, path: &Path) {
        for step in &path.steps {
            match *step {
                Step::Move([x, y]) => self.content.move_to(short(x), short(y)),
                Step::Line([x, y]) => self.content.line_to(short(x), short(y)),
                Step::Cubic([ax, ay], [bx, by], [x, y]) => self.content.cubic_to(
                    short(ax),
                    short(ay),
                    short(bx),
                    short(by),
                    short(x),
                    short(y),
                ),
                Step::Close => self.content.close_path(),
            };
        }
    }

    fn outline(&mut self, path: &Path, paint: &Paint) {
        if path.steps.is_empty() || !path.is_finite() {
            return;
        }
        if paint.fill.is_none() && paint.stroke.is_none() {
            return;
        }
        self.content.save_state();
        let percent = (100.0 * paint.opacity.clamp(0.0, 1.0)).round() as u8;
        if percent < 100 {
            self.opacities.insert(percent);
            let key = opacity_key(percent);
            self.content.set_parameters(Name(key.as_bytes()));
        }
        // One after the other: viewers differ in what an opacity does to both at once.
        if let Some(fill) = paint.fill {
            self.fill_colour(fill);
            self.steps(path);
            self.content.fill_nonzero();
        }
        if let Some(stroke) = paint.stroke {
            let [r, g, b] = stroke.colour.map(share);
            self.content.set_stroke_rgb(r, g, b);
            self.content.set_line_width(short(stroke.width));
            let pattern = stroke.dash.pattern();
            if pattern.is_empty() {
                self.content.set_line_cap(LineCapStyle::RoundCap);
            } else {
                let lengths = pattern.iter().map(|k| short(k * stroke.width));
                self.content.set_dash_pattern(lengths, 0.0);
            }
            self.steps(path);
            self.content.stroke();
        }
        self.content.restore_state();
    }

    fn fill_colour(&mut self, colour: [u8; 3]) {
        let [r, g, b] = colour.map(share);
        self.content.set_fill_rgb(r, g, b);
    }

    fn text(&mut self, text: &Text) {
        if !finite(text.at) || !text.size.is_finite() || !text.turn_deg.is_finite() {
            return;
        }
        let letters = self.faces.letters(&text.text, text.weight);
        if letters.is_empty() {
            return;
        }
        if let Some((rim, width)) = text.rim {
            let paint = Paint::line(rim, 2.0 * width);
            self.outline(&text_outlines(text), &paint);
        }
        let width = font::width(&text.text, text.size, text.weight);
        let back = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5 * width,
            Anchor::End => width,
        };
        let (sin, cos) = num::sin_cos(text.turn_deg.to_radians());
        let (x, y) = (text.at[0] - back * cos, text.at[1] - back * sin);
        let (sin, cos) = (turn(sin), turn(cos));
        self.content.save_state();
        self.fill_colour(text.colour);
        self.content.begin_text();
        self.content
            .set_font(Name(Faces::key(text.weight)), short(text.size));
        let matrix = [cos, sin, sin, -cos, short(x), short(y)];
        self.content.set_text_matrix(matrix);
        self.content.show(Str(&letters));
        self.content.end_text();
        self.content.restore_state();
    }

    fn raster(&mut self, cells: &'a Raster) {
        let ([x, y], [w, h]) = (cells.at, cells.size);
        if !finite(cells.at) || !finite(cells.size) || cells.rows() == 0 {
            return;
        }
        let name = format!("I{}", self.rasters.len());
        self.rasters.push(cells);
        self.content.save_state();
        // A picture fills the unit square with its first row on top, and y goes downwards here.
        let matrix = [short(w), 0.0, 0.0, short(-h), short(x), short(y + h)];
        self.content.transform(matrix);
        self.content.x_object(Name(name.as_bytes()));
        self.content.restore_state();
    }
}

/// Thousandths of a point.
fn short(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}

fn turn(value: f64) -> f32 {
    ((value * 1e6).round() / 1e6) as f32
}

fn share(byte: u8) -> f32 {
    ((f64::from(byte) / 255.0 * 1e4).round() / 1e4) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Drawing {
        let mut drawing = Drawing::new([200.0, 100.0], "A title with φ");
        drawing.comment = "seed 7".to_owned();
        drawing.text(Text::new([10.0, 20.0], "κ = 1.5 ± 0.1 字", 9.0, Anchor::Start).bold());
        let mut turned = Text::new([90.0, 60.0], "time → (s)", 8.0, Anchor::Middle);
        turned.turn_deg = -90.0;
        turned.rim = Some(([255; 3], 1.0));
        drawing.text(turned);
        drawing.circle([50.0, 50.0], 10.0, Paint::fill([1, 2, 3]).faded(0.25));
        drawing.circle([f64::NAN, 50.0], 10.0, Paint::fill([1, 2, 3]));
        drawing.raster(Raster {
            at: [60.0, 10.0],
            size: [20.0, 20.0],
            columns: 2,
            cells: vec![[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]],
        });
        drawing.clip_since(2, [0.0, 0.0], [100.0, 60.0]);
        drawing
    }

    #[test]
    fn a_file_has_its_parts_and_is_the_same_twice() {
        let bytes = pdf(&some());
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert!(bytes.trim_ascii_end().ends_with(b"%%EOF"));
        let has = |text: &str| {
            let wanted = text.as_bytes();
            bytes.windows(wanted.len()).any(|w| w == wanted)
        };
        for part in [
            "xref",
            "/FontFile2",
            "/ToUnicode",
            "/CIDFontType2",
            "/ca 0.25",
            "/ID",
        ] {
            assert!(has(part), "{part}");
        }
        assert!(!has("CreationDate") && !has("NaN"));
        assert_eq!(bytes, pdf(&some()));
    }

    /// Runs `pdftotext` of Poppler where it is installed; elsewhere there is nothing to compare
    /// with.
    #[test]
    fn texts_can_be_copied() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.pdf");
        std::fs::write(&file, pdf(&some())).unwrap();
        let ran = std::process::Command::new("pdftotext")
            .args([file.as_os_str(), "-".as_ref()])
            .output();
        let Ok(output) = ran else {
            eprintln!("skipped: pdftotext is not installed");
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && output.stderr.is_empty());
        assert!(text.contains("κ = 1.5 ± 0.1 \u{fffd}"), "{text:?}");
        assert_eq!(text.matches("time → (s)").count(), 1, "{text:?}");
    }
}
