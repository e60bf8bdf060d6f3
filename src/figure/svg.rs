//! Drawings as SVG 1.1: outlines stay outlines and texts stay texts.

use std::fmt::Write as _;

use super::drawing::{Anchor, Drawing, Paint, Raster, Shape, Text};
use super::font::{Weight, cleaned};
use super::path::{Path, Step};
use super::picture::enlarged_png;

/// Letters were measured as those of Noto Sans; what stands in for it is hardly wider.
const FAMILIES: &str = "'Noto Sans', 'Open Sans', 'Segoe UI', Helvetica, Arial, 'Liberation Sans', \
                        'DejaVu Sans', sans-serif";

/// The drawing as a document. Its size is told in millimetres; coordinates are points.
#[must_use]
pub fn svg(drawing: &Drawing) -> String {
    let [width, height] = drawing.size;
    let (w, h) = (number(width), number(height));
    let millimetres = |points: f64| number(points * 25.4 / 72.0);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         version=\"1.1\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"{FAMILIES}\" role=\"img\">",
        millimetres(width),
        millimetres(height)
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(&drawing.title));
    if !drawing.comment.is_empty() {
        let _ = writeln!(out, "<desc>{}</desc>", escaped(&drawing.comment));
    }
    let _ = writeln!(out, "<rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>");
    let mut clips = 0;
    shapes(&mut out, &drawing.shapes, &mut clips);
    out.push_str("</svg>\n");
    out
}

fn shapes(out: &mut String, list: &[Shape], clips: &mut usize) {
    for shape in list {
        match shape {
            Shape::Path(path, paint) if path.is_finite() => {
                if !path.steps.is_empty() {
                    let _ = writeln!(out, "<path d=\"{}\"{}/>", outline(path), style(paint));
                }
            }
            Shape::Rectangle([x, y], [w, h], paint) => {
                if let Some([x, y, w, h]) = numbers([*x, *y, *w, *h]) {
                    let style = style(paint);
                    let _ = writeln!(
                        out,
                        "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{style}/>"
                    );
                }
            }
            Shape::Circle([x, y], radius, paint) => {
                if let Some([x, y, r]) = numbers([*x, *y, *radius]) {
                    let style = style(paint);
                    let _ = writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{style}/>");
                }
            }
            Shape::Text(text) => words(out, text),
            Shape::Raster(cells) => raster(out, cells),
            Shape::Clipped([x, y], [w, h], inner) => {
                *clips += 1;
                let name = format!("clip{clips}");
                if let Some([x, y, w, h]) = numbers([*x, *y, *w, *h]) {
                    let _ = writeln!(
                        out,
                        "<clipPath id=\"{name}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" \
                         height=\"{h}\"/></clipPath>\n<g clip-path=\"url(#{name})\">"
                    );
                    shapes(out, inner, clips);
                    out.push_str("</g>\n");
                }
            }
            Shape::Path(..) => {}
        }
    }
}

fn outline(path: &Path) -> String {
    let mut out = String::with_capacity(path.steps.len() * 12);
    let mut drawn = ' ';
    for step in &path.steps {
        let (letter, places): (char, &[[f64; 2]]) = match step {
            Step::Move(a) => ('M', &[*a]),
            Step::Line(a) => ('L', &[*a]),
            Step::Cubic(a, b, c) => ('C', &[*a, *b, *c]),
            Step::Close => ('Z', &[]),
        };
        // A letter stands for all that follow until the next.
        if letter == drawn && letter == 'L' {
            out.push(' ');
        } else {
            out.push(letter);
        }
        drawn = letter;
        for (k, [x, y]) in places.iter().enumerate() {
            if k > 0 {
                out.push(' ');
            }
            put(&mut out, *x);
            out.push(',');
            put(&mut out, *y);
        }
    }
    out
}

fn style(paint: &Paint) -> String {
    let mut out = String::new();
    if !paint.class.is_empty() {
        let _ = write!(out, " class=\"{}\"", paint.class);
    }
    match paint.fill {
        Some(fill) => drop(write!(out, " fill=\"{}\"", hex(fill))),
        None => out.push_str(" fill=\"none\""),
    }
    let opaque = paint.opacity >= 1.0;
    let opacity = number(paint.opacity.clamp(0.0, 1.0));
    if paint.fill.is_some() && !opaque {
        let _ = write!(out, " fill-opacity=\"{opacity}\"");
    }
    if let Some(stroke) = paint.stroke {
        let width = number(stroke.width);
        let _ = write!(
            out,
            " stroke=\"{}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"",
            hex(stroke.colour)
        );
        if !opaque {
            let _ = write!(out, " stroke-opacity=\"{opacity}\"");
        }
        let pattern = stroke.dash.pattern();
        if pattern.is_empty() {
            out.push_str(" stroke-linecap=\"round\"");
        } else {
            let lengths = pattern.iter().map(|k| number(k * stroke.width));
            let lengths: Vec<String> = lengths.collect();
            let _ = write!(out, " stroke-dasharray=\"{}\"", lengths.join(" "));
        }
    }
    out
}

fn words(out: &mut String, text: &Text) {
    let content = cleaned(&text.text);
    let Some([x, y, size]) = numbers([text.at[0], text.at[1], text.size]) else {
        return;
    };
    if content.trim().is_empty() {
        return;
    }
    let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"");
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    if text.weight == Weight::Bold {
        out.push_str(" font-weight=\"bold\"");
    }
    if text.turn_deg != 0.0 && text.turn_deg.is_finite() {
        let turn = number(text.turn_deg);
        let _ = write!(out, " transform=\"rotate({turn} {x} {y})\"");
    }
    let _ = write!(out, " fill=\"{}\"", hex(text.colour));
    if let Some((rim, width)) = text.rim {
        let width = number(2.0 * width);
        let _ = write!(
            out,
            " stroke=\"{}\" stroke-width=\"{width}\" stroke-linejoin=\"round\" \
             paint-order=\"stroke\"",
            hex(rim)
        );
    }
    let _ = writeln!(out, ">{}</text>", escaped(&content));
}

fn raster(out: &mut String, cells: &Raster) {
    let ([x, y], [w, h]) = (cells.at, cells.size);
    let (Some([x, y, w, h]), Some(png)) = (numbers([x, y, w, h]), enlarged_png(cells)) else {
        return;
    };
    let _ = writeln!(
        out,
        "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" \
         image-rendering=\"optimizeSpeed\" xlink:href=\"data:image/png;base64,{}\"/>",
        base64(&png)
    );
}

/// A text as content of an element; characters that XML lacks are left out.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in cleaned(text).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Numbers as texts, if all are finite.
fn numbers<const N: usize>(list: [f64; N]) -> Option<[String; N]> {
    list.iter().all(|x| x.is_finite()).then(|| list.map(number))
}

fn number(value: f64) -> String {
    let mut out = String::new();
    put(&mut out, value);
    out
}

/// Hundredths of a point at most, without zeros at the end.
fn put(out: &mut String, value: f64) {
    let hundredths = (value * 100.0).round() as i64;
    let size = hundredths.unsigned_abs();
    if hundredths < 0 {
        out.push('-');
    }
    let _ = match size % 100 {
        0 => write!(out, "{}", size / 100),
        rest if rest % 10 == 0 => write!(out, "{}.{}", size / 100, rest / 10),
        rest => write!(out, "{}.{rest:02}", size / 100),
    };
}

/// Bytes in the alphabet of base 64 (RFC 4648), padded.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for k in 0..3 {
            bits = bits << 8 | u32::from(chunk.get(k).copied().unwrap_or(0));
        }
        for k in 0..4 {
            let place = (bits >> (18 - 6 * k) & 63) as usize;
            out.push(if k > chunk.len() {
                '='
            } else {
                char::from(ALPHABET[place])
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::drawing::Stroke;
    use super::*;

    #[test]
    fn numbers_are_short() {
        let texts = [0.0, -0.004, 12.0, 0.1 + 0.2, -3.456, 7.05].map(number);
        assert_eq!(texts, ["0", "0", "12", "0.3", "-3.46", "7.05"]);
    }

    #[test]
    fn bytes_in_base_64() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ];
        for (bytes, text) in cases {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_document_keeps_its_texts() {
        let mut drawing = Drawing::new([72.0, 36.0], "a<b");
        drawing.comment = "seed 1".to_owned();
        drawing.text(Text::new([1.0, 2.0], "φ & \u{1}κ", 9.0, Anchor::Middle));
        drawing.text(Text::new([f64::NAN, 2.0], "lost", 9.0, Anchor::End));
        let dashed = Stroke {
            dash: super::super::drawing::Dash::Dashed,
            ..Stroke::new([1, 2, 3], 1.0)
        };
        drawing.line([0.0, 0.0], [1.0, 1.5], Paint::stroke(dashed).faded(0.5));
        drawing.circle([1.0, f64::INFINITY], 1.0, Paint::fill([0; 3]));
        let text = svg(&drawing);
        assert!(text.contains("width=\"25.4mm\" height=\"12.7mm\" viewBox=\"0 0 72 36\""));
        assert!(text.contains("<title>a&lt;b</title>\n<desc>seed 1</desc>"));
        assert!(text.contains(">φ &amp;  κ</text>"), "{text}");
        assert!(text.contains("d=\"M0,0L1,1.5\""), "{text}");
        assert!(text.contains("stroke-dasharray=\"4 2.5\""), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf") && !text.contains("lost"));
    }
}
