//! The figure of an answer: the network with its cut and complexes, and the structure.

use super::plot_network::{NETWORK_SIZE, network};
use super::plot_parts::{PhiFigure, ink};
use super::plot_structure::{structure, structure_height};
use super::plot_svg::{Anchor, Svg, wrapped};

const MARGIN: f64 = 36.0;
const TOP: f64 = 92.0;
const COLUMN: f64 = 470.0;
const LINE: f64 = 19.0;
/// Letters of a value beside its name.
const LETTERS: usize = 52;

/// The figure as an SVG document. Indices outside the units are left out.
#[must_use]
pub fn figure(of: &PhiFigure) -> String {
    let mut svg = Svg::default();
    let heading = format!(r#"fill="{}" font-size="20" font-weight="600""#, ink::DARK);
    svg.text([MARGIN, 42.0], &of.title, Anchor::Start, &heading);
    let value = format!(r#"fill="{}" font-size="15""#, ink::QUIET);
    svg.text([MARGIN, 68.0], &of.value, Anchor::Start, &value);

    network(&mut svg, [MARGIN, TOP], of);
    let left = MARGIN + NETWORK_SIZE + 40.0;
    let mut y = TOP;
    if !of.distinctions.is_empty() {
        structure(&mut svg, [left, y], COLUMN, of);
        y += structure_height(of) + 28.0;
    }
    y = numbers(&mut svg, [left, y], &of.numbers);
    let bottom = y.max(TOP + NETWORK_SIZE) + MARGIN;
    let title = format!("{}: {}", of.title, of.value);
    svg.document([left + COLUMN + MARGIN, bottom], &title)
}

/// Names and values in lines; gives where they end.
fn numbers(svg: &mut Svg, at: [f64; 2], numbers: &[(String, String)]) -> f64 {
    let [x, mut y] = at;
    let (quiet, dark) = (
        format!(r#"fill="{}""#, ink::QUIET),
        format!(r#"fill="{}""#, ink::DARK),
    );
    for (name, value) in numbers {
        y += LINE;
        svg.text([x, y], name, Anchor::Start, &quiet);
        for (k, line) in wrapped(value, LETTERS).iter().enumerate() {
            y += if k == 0 { 0.0 } else { LINE };
            svg.text([x + 110.0, y], line, Anchor::Start, &dark);
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::super::plot_parts::FigureDistinction;
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
    fn a_figure_holds_what_it_was_given() {
        let text = figure(&some());
        assert!(text.contains("<title>a&lt;b: φ_s"), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        assert_eq!(text.matches("class=\"unit\"").count(), 3);
        assert_eq!(text.matches("class=\"cut\"").count(), 1);
        assert_eq!(text.matches("class=\"complex\"").count(), 2);
        assert_eq!(text.matches("class=\"bar\"").count(), 1);
    }

    #[test]
    fn lines_follow_the_sides_of_a_bipartition() {
        let mut of = some();
        of.cut.clear();
        of.sides = Some((vec![0, 1], vec![2]));
        let text = figure(&of);
        assert_eq!(text.matches("class=\"cut\"").count(), 1, "only 1→2 crosses");
        assert_eq!(text.matches("class=\"unit\"").count(), 3);
    }

    #[test]
    fn nothing_and_nonsense_make_a_document_too() {
        let empty = figure(&PhiFigure::default());
        assert!(empty.starts_with("<svg") && empty.ends_with("</svg>\n"));
        let mut of = some();
        of.states = Some(vec![]);
        of.edges.push((0, 1, f64::NAN));
        of.distinctions[0].phi = f64::NAN;
        of.distinctions[0].cause = (vec![9], vec![]);
        let text = figure(&of);
        assert!(!text.contains("NaN"), "{text}");
    }
}
