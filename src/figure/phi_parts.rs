//! What a picture of integrated information is made of: its contents and its colours.

/// What a picture shows. Units are numbered from 0; numbers beyond them are left out.
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

/// A distinction of the picture.
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

/// Colours by what they stand for.
pub mod ink {
    use crate::figure::colour::{self, Rgb, okabe_ito};

    /// Lines and letters.
    pub const DARK: Rgb = colour::INK;
    /// Captions.
    pub const QUIET: Rgb = colour::QUIET;
    /// The cut, and effects.
    pub const RED: Rgb = okabe_ito::VERMILION;
    /// Causes, and the first side.
    pub const BLUE: Rgb = okabe_ito::BLUE;
    /// Complexes in turn.
    pub const COMPLEXES: [Rgb; 5] = [
        okabe_ito::SKY,
        okabe_ito::ORANGE,
        okabe_ito::GREEN,
        okabe_ito::PURPLE,
        okabe_ito::YELLOW,
    ];
}

/// Letters of units, legends and rows, points.
pub const SMALL: f64 = 8.0;
