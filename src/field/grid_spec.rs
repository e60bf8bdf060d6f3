//! The scene's field on a grid: a line or a plate with a law of its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::grid::{Axis, Boundary, Domain, FieldError, FiniteField, Law};

/// The most cells of a field.
pub const MAX_CELLS: usize = 1 << 20;

/// A field on a line or a plate, that resonators drive and feel at their places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GridSpec {
    /// The first side.
    pub x: SideSpec,
    /// The second side of a plate; a line has none.
    #[serde(default)]
    pub y: Option<SideSpec>,
    /// What holds at the border.
    #[serde(default)]
    pub boundary: Boundary,
    /// What the field obeys.
    pub law: Law,
    /// How it is solved.
    #[serde(default)]
    pub method: FieldMethod,
    /// Strength with which resonators drive the field: f = gain · (1/N) Σᵢ oᵢ δ(x − xᵢ), with oᵢ
    /// what sensors observe of a resonator.
    #[serde(default)]
    pub source_gain: f64,
    /// Modes that ring at the start.
    #[serde(default)]
    pub start: Vec<StartMode>,
}

/// A side of the domain.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SideSpec {
    /// Length.
    #[serde(default = "one")]
    pub length: f64,
    /// Cells of the grid, 2 … 4096.
    pub cells: usize,
}

fn one() -> f64 {
    1.0
}

/// How a field is solved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FieldMethod {
    /// Exactly, mode by mode.
    #[default]
    Spectral,
    /// By finite differences of second order; a tick must not be longer than their bound.
    FiniteDifferences,
}

/// A mode that rings at the start.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartMode {
    /// Its place along x, in ascending wave number from 0.
    pub x: usize,
    /// Its place along y.
    #[serde(default)]
    pub y: usize,
    /// Its greatest displacement.
    pub amplitude: f64,
}

impl GridSpec {
    /// The domain.
    ///
    /// # Errors
    /// When a side has no length or too few cells.
    pub fn domain(&self) -> Result<Domain, FieldError> {
        let axis = |side: &SideSpec| Axis::new(side.length, side.cells, self.boundary);
        match &self.y {
            None => Domain::line(axis(&self.x)),
            Some(y) => Domain::plate(axis(&self.x), axis(y)),
        }
    }

    /// Collects what is wrong with the field of a scene whose tick lasts `tick_s` seconds.
    pub fn validate(&self, problems: &mut Problems, tick_s: f64) {
        let at = "field.kind";
        let sides = [("x", Some(&self.x)), ("y", self.y.as_ref())];
        for (name, side) in sides
            .iter()
            .filter_map(|(name, side)| Some((name, (*side)?)))
        {
            problems.positive(&format!("{at}.{name}.length"), side.length, "");
            problems.count(&format!("{at}.{name}.cells"), side.cells as u64, 2, 4096);
        }
        let (first, second) = match self.law {
            Law::Wave { speed, damping } => (("speed", speed), ("damping", damping)),
            Law::Diffusion { diffusivity, decay } => {
                (("diffusivity", diffusivity), ("decay", decay))
            }
        };
        problems.positive(&format!("{at}.law.{}", first.0), first.1, "");
        let rate = format!("{at}.law.{}", second.0);
        problems.range(&rate, second.1, 0.0, f64::INFINITY, " 1/s");
        problems.range(
            &format!("{at}.source_gain"),
            self.source_gain,
            -1e6,
            1e6,
            "",
        );
        let Ok(domain) = self.domain() else {
            return;
        };
        problems.count(
            &format!("{at} cells"),
            domain.cells() as u64,
            2,
            MAX_CELLS as u64,
        );
        for (k, start) in self.start.iter().enumerate() {
            let path = format!("{at}.start[{k}]");
            problems.count(
                &format!("{path}.x"),
                start.x as u64,
                0,
                domain.nx() as u64 - 1,
            );
            problems.count(
                &format!("{path}.y"),
                start.y as u64,
                0,
                domain.ny() as u64 - 1,
            );
            problems.range(&format!("{path}.amplitude"), start.amplitude, -1e6, 1e6, "");
        }
        if self.method == FieldMethod::FiniteDifferences
            && let Ok(field) = FiniteField::new(domain, self.law)
            && tick_s > field.longest_step()
        {
            problems.add(
                format!("{at}.method"),
                format!(
                    "a tick of {tick_s} s with finite differences on this grid, expected at most \
                     {:.4e} s",
                    field.longest_step()
                ),
            );
        }
    }
}
