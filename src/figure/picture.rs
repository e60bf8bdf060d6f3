//! Drawings as PNG pictures of 300 dots per inch.

use tiny_skia::{
    Color, FillRule, IntSize, LineCap, LineJoin, Mask, PathBuilder, Pixmap, StrokeDash, Transform,
};

use crate::base::num;

use super::drawing::{Anchor, Drawing, Paint, Raster, Shape, Stroke, Text};
use super::font;
use super::path::{Path, Step, finite};

/// Dots in an inch.
pub const DOTS_PER_INCH: f64 = 300.0;
/// The most dots that a picture may have each way.
const DOTS_MAX: f64 = 20_000.0;

/// The drawing as the bytes of a PNG file, or why it cannot be.
///
/// # Errors
/// When the page has no or too large a size.
pub fn png(drawing: &Drawing) -> Result<Vec<u8>, String> {
    let scale = DOTS_PER_INCH / 72.0;
    let [width, height] = drawing.size.map(|points| (points * scale).round());
    let fits = |dots: f64| (1.0..=DOTS_MAX).contains(&dots);
    if !fits(width) || !fits(height) {
        return Err(format!(
            "a picture of {width} × {height} dots is beyond 1 to {DOTS_MAX} each way"
        ));
    }
    let size = (width as u32, height as u32);
    let mut canvas = Pixmap::new(size.0, size.1).ok_or("no memory for the picture")?;
    canvas.fill(Color::WHITE);
    shapes(&mut canvas, &drawing.shapes, scale as f32, None);
    let rgb: Vec<u8> = canvas
        .pixels()
        .iter()
        .flat_map(|p| [p.red(), p.green(), p.blue()])
        .collect();
    let texts = [
        ("Title", drawing.title.as_str()),
        ("Comment", drawing.comment.as_str()),
        ("Software", super::SOFTWARE),
    ];
    encoded(size, &rgb, &texts, Some(DOTS_PER_INCH))
}

fn encoded(
    size: (u32, u32),
    rgb: &[u8],
    texts: &[(&str, &str)],
    dots_per_inch: Option<f64>,
) -> Result<Vec<u8>, String> {
    let told = |error: png::EncodingError| error.to_string();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, size.0, size.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    if let Some(dots) = dots_per_inch {
        let per_metre = (dots / 0.0254).round() as u32;
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
    }
    for (name, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        let (name, text) = ((*name).to_owned(), font::cleaned(text));
        // Letters beyond Latin-1 need the chunk of international texts.
        let added = if text.chars().all(|c| u32::from(c) < 256) {
            encoder.add_text_chunk(name, text)
        } else {
            encoder.add_itxt_chunk(name, text)
        };
        added.map_err(told)?;
    }
    let mut writer = encoder.write_header().map_err(told)?;
    writer.write_image_data(rgb).map_err(told)?;
    writer.finish().map_err(told)?;
    Ok(out)
}

/// Each cell as so many equal dots that viewers which smooth pictures leave its edges sharp: width,
/// height and bytes of RGB.
#[must_use]
pub fn enlarged(cells: &Raster) -> Option<(usize, usize, Vec<u8>)> {
    let (columns, rows) = (cells.columns, cells.rows());
    if columns == 0 || rows == 0 || !finite(cells.size) {
        return None;
    }
    let dots = |points: f64| (points.clamp(1.0, 1000.0) * DOTS_PER_INCH / 72.0) as usize;
    let wide = dots(cells.size[0]).div_ceil(columns);
    let high = dots(cells.size[1]).div_ceil(rows);
    let mut out = Vec::with_capacity(columns * wide * rows * high * 3);
    for row in cells.cells.chunks_exact(columns) {
        let dots: Vec<u8> = row
            .iter()
            .flat_map(|cell| std::iter::repeat_n(cell, wide).flatten().copied())
            .collect();
        for _ in 0..high {
            out.extend_from_slice(&dots);
        }
    }
    Some((columns * wide, rows * high, out))
}

/// The same as the bytes of a PNG file.
#[must_use]
pub fn enlarged_png(cells: &Raster) -> Option<Vec<u8>> {
    let (width, height, rgb) = enlarged(cells)?;
    let size = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    encoded(size, &rgb, &[], None).ok()
}

fn shapes(canvas: &mut Pixmap, list: &[Shape], scale: f32, mask: Option<&Mask>) {
    for shape in list {
        match shape {
            Shape::Path(path, paint) => outline(canvas, path, paint, scale, mask),
            Shape::Rectangle(corner, size, paint) => {
                let path = Path::rectangle(*corner, *size);
                outline(canvas, &path, paint, scale, mask);
            }
            Shape::Circle(centre, radius, paint) => {
                let path = Path::circle(*centre, *radius);
                outline(canvas, &path, paint, scale, mask);
            }
            Shape::Text(text) => words(canvas, text, scale, mask),
            Shape::Raster(cells) => raster(canvas, cells, scale, mask),
            Shape::Clipped(corner, size, inner) => {
                let path = built(&Path::rectangle(*corner, *size), scale);
                let Some(path) = path else { continue };
                let narrower = match mask {
                    Some(mask) => Some(mask.clone()),
                    None => Mask::new(canvas.width(), canvas.height()),
                };
                let Some(mut narrower) = narrower else {
                    continue;
                };
                match mask {
                    Some(_) => {
                        narrower.intersect_path(
                            &path,
                            FillRule::Winding,
                            true,
                            Transform::identity(),
                        );
                    }
                    None => {
                        narrower.fill_path(&path, FillRule::Winding, true, Transform::identity())
                    }
                }
                shapes(canvas, inner, scale, Some(&narrower));
            }
        }
    }
}

/// The outline in dots, if all of it is finite and there is something of it.
fn built(path: &Path, scale: f32) -> Option<tiny_skia::Path> {
    if !path.is_finite() {
        return None;
    }
    let mut builder = PathBuilder::new();
    let dots = |place: [f64; 2]| place.map(|x| scale * x as f32);
    for step in &path.steps {
        match step {
            Step::Move(a) => {
                let [x, y] = dots(*a);
                builder.move_to(x, y);
            }
            Step::Line(a) => {
                let [x, y] = dots(*a);
                builder.line_to(x, y);
            }
            Step::Cubic(a, b, c) => {
                let ([ax, ay], [bx, by], [x, y]) = (dots(*a), dots(*b), dots(*c));
                builder.cubic_to(ax, ay, bx, by, x, y);
            }
            Step::Close => builder.close(),
        }
    }
    builder.finish()
}

fn inked(colour: [u8; 3], opacity: f64) -> tiny_skia::Paint<'static> {
    let mut paint = tiny_skia::Paint::default();
    let alpha = (255.0 * opacity.clamp(0.0, 1.0)).round() as u8;
    paint.set_color_rgba8(colour[0], colour[1], colour[2], alpha);
    paint.anti_alias = true;
    paint
}

fn outline(canvas: &mut Pixmap, path: &Path, paint: &Paint, scale: f32, mask: Option<&Mask>) {
    let Some(path) = built(path, scale) else {
        return;
    };
    if let Some(fill) = paint.fill {
        let ink = inked(fill, paint.opacity);
        canvas.fill_path(&path, &ink, FillRule::Winding, Transform::identity(), mask);
    }
    if let Some(stroke) = paint.stroke {
        let ink = inked(stroke.colour, paint.opacity);
        let how = stroked(&stroke, scale);
        canvas.stroke_path(&path, &ink, &how, Transform::identity(), mask);
    }
}

fn stroked(stroke: &Stroke, scale: f32) -> tiny_skia::Stroke {
    let width = scale * stroke.width as f32;
    let pattern = stroke.dash.pattern();
    let lengths = pattern.iter().map(|k| width * *k as f32).collect();
    tiny_skia::Stroke {
        width,
        line_cap: if pattern.is_empty() {
            LineCap::Round
        } else {
            LineCap::Butt
        },
        line_join: LineJoin::Round,
        dash: StrokeDash::new(lengths, 0.0),
        ..Default::default()
    }
}

/// The outlines of a text at its place.
#[must_use]
pub fn text_outlines(text: &Text) -> Path {
    let width = font::width(&text.text, text.size, text.weight);
    let back = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * width,
        Anchor::End => width,
    };
    let (sin, cos) = num::sin_cos(text.turn_deg.to_radians());
    let [x, y] = text.at;
    font::outlines(&text.text, text.size, text.weight).mapped(|[u, v]| {
        let u = u - back;
        [x + cos * u - sin * v, y + sin * u + cos * v]
    })
}

fn words(canvas: &mut Pixmap, text: &Text, scale: f32, mask: Option<&Mask>) {
    let path = text_outlines(text);
    if let Some((rim, width)) = text.rim {
        outline(canvas, &path, &Paint::line(rim, 2.0 * width), scale, mask);
    }
    outline(canvas, &path, &Paint::fill(text.colour), scale, mask);
}

/// Cells are drawn dot by dot: the dot has the cell that its middle lies in.
fn raster(canvas: &mut Pixmap, cells: &Raster, scale: f32, mask: Option<&Mask>) {
    let (columns, rows) = (cells.columns, cells.rows());
    let scale = f64::from(scale);
    if columns == 0 || rows == 0 || !finite(cells.at) || !finite(cells.size) {
        return;
    }
    let left = (cells.at[0] * scale).round();
    let top = (cells.at[1] * scale).round();
    let width = ((cells.at[0] + cells.size[0]) * scale).round() - left;
    let height = ((cells.at[1] + cells.size[1]) * scale).round() - top;
    let fits = |dots: f64| (1.0..=DOTS_MAX).contains(&dots);
    if !fits(width) || !fits(height) {
        return;
    }
    let (wide, high) = (width as u32, height as u32);
    let cell = |dot: u32, of: u32, count: usize| {
        let at = (f64::from(dot) + 0.5) / f64::from(of) * count as f64;
        (at as usize).min(count - 1)
    };
    let mut bytes = Vec::with_capacity(wide as usize * high as usize * 4);
    for y in 0..high {
        let row = cell(y, high, rows) * columns;
        for x in 0..wide {
            let [r, g, b] = cells.cells[row + cell(x, wide, columns)];
            bytes.extend_from_slice(&[r, g, b, 255]);
        }
    }
    let picture = IntSize::from_wh(wide, high).and_then(|size| Pixmap::from_vec(bytes, size));
    if let Some(picture) = picture {
        let paint = tiny_skia::PixmapPaint::default();
        let (x, y) = (left as i32, top as i32);
        canvas.draw_pixmap(x, y, picture.as_ref(), &paint, Transform::identity(), mask);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> (png::Info<'static>, Vec<u8>) {
        let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        let mut reader = decoder.read_info().unwrap();
        let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut rgb).unwrap();
        (reader.info().clone(), rgb)
    }

    #[test]
    fn size_dots_and_texts_are_in_the_file() {
        let mut drawing = Drawing::new([72.0, 36.0], "φ of a scene");
        drawing.comment = "seed 1".to_owned();
        drawing.rectangle([0.0, 0.0], [36.0, 36.0], Paint::fill([10, 20, 30]));
        let bytes = png(&drawing).unwrap();
        assert_eq!(bytes, png(&drawing).unwrap(), "the same twice");
        let (info, rgb) = decoded(&bytes);
        assert_eq!((info.width, info.height), (300, 150));
        let dims = info.pixel_dims.unwrap();
        assert_eq!((dims.xppu, dims.unit), (11_811, png::Unit::Meter));
        assert_eq!(info.utf8_text[0].get_text().unwrap(), "φ of a scene");
        assert_eq!(info.uncompressed_latin1_text[0].text, "seed 1");
        assert_eq!(info.uncompressed_latin1_text[1].keyword, "Software");
        assert_eq!(rgb[..3], [10, 20, 30]);
        assert_eq!(rgb[3 * 299..3 * 300], [255, 255, 255]);
    }

    #[test]
    fn a_page_without_or_beyond_size_is_refused() {
        for size in [[0.0, 9.0], [f64::NAN, 9.0], [9.0, 1e9]] {
            assert!(png(&Drawing::new(size, "")).is_err());
        }
    }

    #[test]
    fn cells_stay_sharp_and_clips_hide() {
        let mut drawing = Drawing::new([72.0, 72.0], "");
        drawing.raster(Raster {
            at: [0.0, 0.0],
            size: [72.0, 72.0],
            columns: 2,
            cells: vec![[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]],
        });
        drawing.clip_since(0, [0.0, 0.0], [72.0, 36.0]);
        let (_, rgb) = decoded(&png(&drawing).unwrap());
        let at = |x: usize, y: usize| &rgb[3 * (300 * y + x)..3 * (300 * y + x) + 3];
        assert_eq!(at(149, 10), [255, 0, 0]);
        assert_eq!(at(150, 10), [0, 255, 0]);
        assert_eq!(at(10, 200), [255, 255, 255], "behind the clip");
    }

    #[test]
    fn enlarged_cells_are_whole_dots() {
        let cells = Raster {
            at: [0.0; 2],
            size: [72.0; 2],
            columns: 7,
            cells: vec![[1, 2, 3]; 14],
        };
        let (w, h, rgb) = enlarged(&cells).unwrap();
        assert_eq!((w, h, rgb.len()), (301, 300, 301 * 300 * 3));
        assert!(enlarged_png(&cells).unwrap().len() < 40_000);
    }
}
