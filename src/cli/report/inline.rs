//! Pictures within a page: SVG as elements of the page itself.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::figure::Drawing;
use crate::figure::svg::svg;

use super::html::escaped;

/// What the program's own pictures are made of. Anything else could act or load something.
const ELEMENTS: [&str; 13] = [
    "svg", "title", "desc", "g", "defs", "clipPath", "rect", "path", "circle", "line", "polygon",
    "text", "image",
];
const ATTRIBUTES: [&str; 50] = [
    "xmlns",
    "xmlns:xlink",
    "version",
    "width",
    "height",
    "viewBox",
    "font-family",
    "font-size",
    "font-weight",
    "font-style",
    "role",
    "class",
    "id",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "d",
    "points",
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-width",
    "stroke-linejoin",
    "stroke-linecap",
    "stroke-dasharray",
    "stroke-opacity",
    "opacity",
    "transform",
    "text-anchor",
    "paint-order",
    "clip-path",
    "preserveAspectRatio",
    "image-rendering",
    "xlink:href",
    "href",
    "lang",
    "xml:lang",
    "xml:space",
    "dominant-baseline",
    "aria-label",
    "aria-hidden",
    "rx",
    "ry",
];

/// A drawing as a figure of a page, named `id`, with HTML below it.
#[must_use]
pub fn figure(id: &str, drawing: &Drawing, below: &str) -> String {
    framed(id, &prefixed(&svg(drawing), id), below)
}

/// An SVG document as a figure of a page, named `id`, with HTML below it.
///
/// # Errors
/// For what is no XML, and for a document with other elements and attributes than the program's own
/// pictures have, or with a reference outside itself.
pub fn document(id: &str, text: &str, below: &str) -> Result<String, String> {
    check(text)?;
    Ok(framed(id, &prefixed(text, id), below))
}

fn framed(id: &str, svg: &str, below: &str) -> String {
    let id = escaped(id);
    let caption = match below {
        "" => String::new(),
        below => format!("\n<figcaption>{below}</figcaption>"),
    };
    format!("<figure id=\"{id}\">\n<div class=\"sheet\">{svg}</div>{caption}\n</figure>")
}

/// The element `svg` without what stands before it, whose names are apart from those of the other
/// pictures of the page.
fn prefixed(text: &str, id: &str) -> String {
    let start = text.find("<svg").unwrap_or(0);
    let name = |own: &str| format!("{own}{id}-");
    text[start..]
        .replace(" id=\"", &name(" id=\""))
        .replace("url(#", &name("url(#"))
        .replace("href=\"#", &name("href=\"#"))
}

fn check(text: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut roots) = (0_usize, 0);
    loop {
        match reader
            .read_event()
            .map_err(|error| format!("it is no XML: {error}"))?
        {
            Event::Start(element) => {
                roots += usize::from(depth == 0);
                depth += 1;
                plain(&element)?;
            }
            Event::Empty(element) => {
                roots += usize::from(depth == 0);
                plain(&element)?;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(_) | Event::PI(_) => {
                return Err("it has more than elements and texts, expected a plain picture".into());
            }
            Event::Eof if roots == 1 && depth == 0 => return Ok(()),
            Event::Eof => return Err("it ends within an element, expected one whole svg".into()),
            _ => {}
        }
    }
}

fn plain(element: &BytesStart) -> Result<(), String> {
    let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
    if !ELEMENTS.contains(&name.as_str()) {
        return Err(format!(
            "it has an element <{name}>, expected a plain picture"
        ));
    }
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|error| format!("<{name}>: {error}"))?;
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = String::from_utf8_lossy(&attribute.value).into_owned();
        let outside = match key.as_str() {
            "href" | "xlink:href" => !value.starts_with("data:image/png;base64,"),
            _ => value.contains("url(") && !value.starts_with("url(#"),
        };
        if !ATTRIBUTES.contains(&key.as_str()) || outside {
            return Err(format!(
                "<{name}> has {key}={value:?}, expected a plain picture"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_a_page_have_names_of_their_own() {
        let mut drawing = Drawing::new([72.0, 36.0], "a");
        drawing.line(
            [0.0, 0.0],
            [1.0, 1.0],
            crate::figure::Paint::line([0; 3], 1.0),
        );
        drawing.clip_since(0, [0.0, 0.0], [5.0, 5.0]);
        let text = figure("f2", &drawing, "");
        assert!(text.contains("<clipPath id=\"f2-clip1\">"), "{text}");
        assert!(
            text.contains("url(#f2-clip1)") && !text.contains("<?xml"),
            "{text}"
        );
        assert!(
            document("f3", &svg(&drawing), "x")
                .unwrap()
                .contains("f3-clip1")
        );
    }

    #[test]
    fn a_picture_that_acts_or_loads_is_refused() {
        let svg = |inner: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inner}</svg>");
        assert!(document("f", &svg("<path d=\"M0,0\"/>"), "").is_ok());
        for inner in [
            "<script>alert(1)</script>",
            "<path d=\"M0,0\" onclick=\"alert(1)\"/>",
            "<image href=\"http://example.org/a.png\"/>",
            "<rect fill=\"url(http://example.org/a)\"/>",
            "<foreignObject/>",
            "<path",
            "<g>",
        ] {
            let told = document("f", &svg(inner), "").unwrap_err();
            assert!(told.contains("expected") || told.contains("XML"), "{told}");
        }
        assert!(document("f", "<!DOCTYPE svg><svg/>", "").is_err());
        assert!(document("f", "no picture", "").is_err());
    }
}
