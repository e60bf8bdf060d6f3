//! The figure of an answer: the network with its cut and complexes, and the structure.

use super::plot_network::{NETWORK_SIZE, network};
use super::plot_structure::{structure, structure_height};
use super::plot_svg::{Anchor, Svg, wrapped};

/// What a figure shows.
#[derive(Clone, Debug, Default)]
pub struct PhiFigure {
    /// The heading.
    pub title: String,
    /// The value in words.
    pub value: String,
    /// Names of the units.
    pub units: Vec<String>,
    /// 1 where a unit is on, when units have states.
    pub states: Option<Vec<u8>>,
    /// Connections: from, to, weight; both directions of equal weight are one line.
    pub edges: Vec<(usize, usize, f64)>,
    /// Connections that the minimum partition removes: from, to.
    pub cut: Vec<[usize; 2]>,
    /// The two sides of a bipartition.
    pub sides: Option<(Vec<usize>, Vec<usize>)>,
    /// Complexes with their values.
    pub complexes: Vec<(Vec<usize>, f64)>,
    /// The distinctions of a structure.
    pub distinctions: Vec<FigureDistinction>,
    /// What else is said: name, value.
    pub numbers: Vec<(String, String)>,
}

/// A distinction of the figure.
#[derive(Clone, Debug)]
pub struct FigureDistinction {
    /// Units of the mechanism.
    pub mechanism: Vec<usize>,
    /// φ_d, bits.
    pub phi: f64,
    /// Units of the cause purview and their states.
    pub cause: (Vec<usize>, Vec<u8>),
    /// Units of the effect purview and their states.
    pub effect: (Vec<usize>, Vec<u8>),
}

const MARGIN: f64 = 36.0;
const TOP: f64 = 92.0;
const COLUMN: f64 = 470.0;
const LINE: f64 = 19.0;
/// Letters of a value beside its name.
const LETTERS: usize = 52;

/// Colours of a palette that colour-blind readers can tell apart (Okabe and Ito 2008).
pub mod ink {
    /// Lines and letters.
    pub const DARK: &str = "#22262e";
    /// Captions.
    pub const QUIET: &str = "#6a7180";
    /// Hairlines.
    pub const FAINT: &str = "#d9dde4";
    /// The cut, and effects.
    pub const RED: &str = "#d55e00";
    /// Causes, and the first side.
    pub const BLUE: &str = "#0072b2";
    /// Complexes in turn.
    pub const COMPLEXES: [&str; 5] = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#b3a800"];
}

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
