//! `FieldError`: what a field refuses, and why.

use std::error::Error;
use std::fmt;

/// Why a field, a step or a probe was refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldError {
    /// The length of an axis is not a positive finite number.
    Length(f64),
    /// An axis has fewer cells than the least number, 2.
    Cells(usize),
    /// A parameter of the law is out of range.
    Parameter {
        /// Which parameter.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// The step is beyond the stability bound of the finite differences, negative or not finite.
    Step {
        /// The step asked for, s.
        step_s: f64,
        /// The longest stable step, s.
        bound_s: f64,
    },
    /// A state of another size was offered for restoring.
    Size {
        /// The number of values needed.
        needed: usize,
        /// The number of values given.
        given: usize,
    },
    /// A position is not in the domain.
    Outside {
        /// The coordinate that is not.
        coordinate: f64,
        /// The length of its axis.
        length: f64,
    },
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Length(length) => {
                write!(
                    f,
                    "the length of an axis must be positive and finite, not {length}"
                )
            }
            Self::Cells(cells) => write!(f, "an axis needs at least 2 cells, not {cells}"),
            Self::Parameter { name, value } => write!(f, "{name} = {value} is out of range"),
            Self::Step { step_s, bound_s } => write!(
                f,
                "a step of {step_s} s is not stable: finite differences need 0 to {bound_s} s here"
            ),
            Self::Size { needed, given } => {
                write!(
                    f,
                    "a state of {given} values does not fit a field of {needed}"
                )
            }
            Self::Outside { coordinate, length } => {
                write!(
                    f,
                    "the coordinate {coordinate} is outside the domain, 0 to {length}"
                )
            }
        }
    }
}

impl Error for FieldError {}
