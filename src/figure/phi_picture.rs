//! The picture of an answer about integrated information: the network with its cut and complexes,
//! and the structure. Two columns of a journal wide.

use super::drawing::{Anchor, Drawing, Text};
use super::font::{self, Weight};
use super::look::MM;
use super::phi_network::{LEGEND_LINES, NETWORK_SIZE, network};
use super::phi_parts::{PhiFigure, SMALL, ink};
use super::phi_structure::{structure, structure_height};

/// Width of the page, mm.
const WIDTH_MM: f64 = 178.0;
const MARGIN: f64 = 7.0;
const TOP: f64 = 42.0;
/// Between the network and what stands beside it.
const GAP: f64 = 14.0;
const LINE: f64 = 11.0;
/// Width of the names before values.
const NAMES: f64 = 62.0;
/// The most lines of a value.
const VALUE_LINES: usize = 8;

/// The picture as shapes on a page.
#[must_use]
pub fn phi_drawing(of: &PhiFigure) -> Drawing {
    let width = WIDTH_MM * MM;
    let mut drawing = Drawing::new([width, 0.0], format!("{}: {}", of.title, of.value));
    let room = width - 2.0 * MARGIN;
    let title = font::shortened(&of.title, room, 10.5, Weight::Bold);
    drawing.text(Text::new([MARGIN, 16.0], title, 10.5, Anchor::Start).bold());
    let value = font::shortened(&of.value, room, 9.0, Weight::Regular);
    let value = Text::new([MARGIN, 29.0], value, 9.0, Anchor::Start);
    drawing.text(value.coloured(ink::QUIET));

    network(&mut drawing, [MARGIN, TOP], of);
    let left = MARGIN + NETWORK_SIZE + GAP;
    let column = width - MARGIN - left;
    let mut y = TOP;
    if !of.distinctions.is_empty() {
        structure(&mut drawing, [left, y], column, of);
        y += structure_height(of) + 10.0;
    }
    y = numbers(&mut drawing, [left, y], column, &of.numbers);
    let legend = 1.3 * SMALL * LEGEND_LINES as f64 + 4.0;
    drawing.size[1] = y.max(TOP + NETWORK_SIZE + legend) + MARGIN;
    drawing
}

/// Names and values in lines; gives where they end.
fn numbers(drawing: &mut Drawing, at: [f64; 2], width: f64, numbers: &[(String, String)]) -> f64 {
    let [x, mut y] = at;
    for (name, value) in numbers {
        y += LINE;
        let name = font::shortened(name, NAMES - SMALL, SMALL, Weight::Regular);
        drawing.text(Text::new([x, y], name, SMALL, Anchor::Start).coloured(ink::QUIET));
        let room = width - NAMES;
        let lines = font::wrapped(value, room, SMALL, Weight::Regular, VALUE_LINES);
        for (k, line) in lines.iter().enumerate() {
            y += if k == 0 { 0.0 } else { LINE };
            let at = [x + NAMES, y];
            drawing.text(Text::new(at, line.as_str(), SMALL, Anchor::Start));
        }
    }
    y + 0.3 * SMALL
}

#[cfg(test)]
mod tests {
    use super::super::file::Format;
    use super::super::phi_parts::FigureDistinction;
    use super::super::svg::svg;
    use super::*;

    fn some() -> PhiFigure {
        PhiFigure {
            title: "a<b".to_owned(),
            value: "φ_s = 0.2 bits (exact)".to_owned(),
            units: ["A", "B", "C"].map(str::to_owned).to_vec(),
            states: Some(vec![1, 0, 1]),
            edges: vec![
                (0, 1, 1.0),
                (1, 0, 1.0),
                (1, 2, -0.5),
                (2, 2, 1.0),
                (7, 0, 1.0),
            ],
            cut: vec![[1, 2]],
            sides: None,
            complexes: vec![(vec![0, 1], 0.2), (vec![2], 0.0)],
            distinctions: vec![FigureDistinction {
                mechanism: vec![0],
                phi: 0.3,
                cause: (vec![0, 1], vec![1, 0]),
                effect: (vec![1], vec![1]),
            }],
            numbers: vec![("remark".to_owned(), "words ".repeat(40))],
        }
    }

    #[test]
    fn a_picture_holds_what_it_was_given() {
        let drawing = phi_drawing(&some());
        let text = svg(&drawing);
        assert!(text.contains("<title>a&lt;b: φ_s"), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        assert_eq!(text.matches("class=\"unit\"").count(), 3);
        assert_eq!(text.matches("class=\"cut\"").count(), 1);
        assert_eq!(text.matches("class=\"complex\"").count(), 2);
        assert_eq!(text.matches("class=\"bar\"").count(), 1);
        for format in [Format::Pdf, Format::Png] {
            assert!(format.bytes(&drawing).is_ok());
        }
    }

    #[test]
    fn lines_follow_the_sides_of_a_bipartition() {
        let mut of = some();
        of.cut.clear();
        of.sides = Some((vec![0, 1], vec![2]));
        let text = svg(&phi_drawing(&of));
        assert_eq!(text.matches("class=\"cut\"").count(), 1, "only 1→2 crosses");
        assert_eq!(text.matches("class=\"unit\"").count(), 3);
    }

    #[test]
    fn nothing_and_nonsense_make_a_page_too() {
        let empty = svg(&phi_drawing(&PhiFigure::default()));
        assert!(empty.starts_with("<?xml") && empty.ends_with("</svg>\n"));
        let mut of = some();
        of.states = Some(vec![]);
        of.edges.push((0, 1, f64::NAN));
        of.distinctions[0].phi = f64::NAN;
        of.distinctions[0].cause = (vec![9], vec![]);
        let text = svg(&phi_drawing(&of));
        assert!(!text.contains("NaN"), "{text}");
    }
}
