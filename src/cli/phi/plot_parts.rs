//! What a figure is made of: its contents and its colours.

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
