//! Windows that segments are multiplied by.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num;

/// The shape of a window of n samples, from cosines of 2πk/n (periodic) or 2πk/(n − 1) (symmetric).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Shape {
    /// ½ − ½ cos.
    #[default]
    Hann,
    /// 0.54 − 0.46 cos.
    Hamming,
    /// 0.42 − 0.5 cos + 0.08 cos of twice the angle.
    Blackman,
    /// 1: no window.
    Boxcar,
}

/// Whether a window repeats after n samples, as spectra want it, or ends as it begins, as filters
/// do. SciPy's `get_window` is periodic, MATLAB's `hann` symmetric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Symmetry {
    /// The sample after the last would be the first.
    #[default]
    Periodic,
    /// The last sample equals the first.
    Symmetric,
}

/// A window: shape and symmetry. Displayed and parsed as `hann:periodic`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Taper {
    /// Its shape.
    pub shape: Shape,
    /// Its symmetry.
    pub symmetry: Symmetry,
}

impl Taper {
    /// The n factors; 1 for a window of one sample.
    #[must_use]
    pub fn factors(self, n: usize) -> Vec<f64> {
        let turn = match self.symmetry {
            Symmetry::Periodic => n,
            Symmetry::Symmetric => n.saturating_sub(1),
        };
        if n < 2 {
            return vec![1.0; n];
        }
        let cosine = |k: usize| num::cos(num::TAU * k as f64 / turn as f64);
        let factor = |k: usize| match self.shape {
            Shape::Hann => 0.5 - 0.5 * cosine(k),
            Shape::Hamming => 0.54 - 0.46 * cosine(k),
            Shape::Blackman => 0.42 - 0.5 * cosine(k) + 0.08 * cosine(2 * k),
            Shape::Boxcar => 1.0,
        };
        (0..n).map(factor).collect()
    }
}

impl fmt::Display for Taper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = match self.shape {
            Shape::Hann => "hann",
            Shape::Hamming => "hamming",
            Shape::Blackman => "blackman",
            Shape::Boxcar => return f.write_str("boxcar"),
        };
        match self.symmetry {
            Symmetry::Periodic => write!(f, "{shape}:periodic"),
            Symmetry::Symmetric => write!(f, "{shape}:symmetric"),
        }
    }
}

impl FromStr for Taper {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (shape, symmetry) = text.split_once(':').unwrap_or((text, "periodic"));
        let refused = || {
            format!(
                "found {text:?}, expected hann, hamming, blackman or boxcar, with :periodic (the \
                 default) or :symmetric behind it"
            )
        };
        Ok(Self {
            shape: match shape {
                "hann" => Shape::Hann,
                "hamming" => Shape::Hamming,
                "blackman" => Shape::Blackman,
                "boxcar" => Shape::Boxcar,
                _ => return Err(refused()),
            },
            symmetry: match symmetry {
                "periodic" => Symmetry::Periodic,
                "symmetric" => Symmetry::Symmetric,
                _ => return Err(refused()),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_those_of_the_textbook() {
        let of = |text: &str, n| text.parse::<Taper>().unwrap().factors(n);
        let near = |found: Vec<f64>, expected: &[f64]| {
            assert_eq!(found.len(), expected.len());
            for (a, b) in found.iter().zip(expected) {
                assert!((a - b).abs() < 1e-15, "{found:?}");
            }
        };
        near(of("hann", 4), &[0.0, 0.5, 1.0, 0.5]);
        near(of("hann:symmetric", 5), &[0.0, 0.5, 1.0, 0.5, 0.0]);
        near(of("hamming", 4), &[0.08, 0.54, 1.0, 0.54]);
        near(of("blackman", 4), &[0.0, 0.34, 1.0, 0.34]);
        near(of("boxcar", 3), &[1.0; 3]);
        near(of("hann:symmetric", 1), &[1.0]);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for text in [
            "hann:periodic",
            "hamming:symmetric",
            "blackman:periodic",
            "boxcar",
        ] {
            assert_eq!(text.parse::<Taper>().unwrap().to_string(), text);
        }
        assert!(
            "kaiser"
                .parse::<Taper>()
                .unwrap_err()
                .contains("expected hann")
        );
        assert!("hann:odd".parse::<Taper>().is_err());
    }
}
