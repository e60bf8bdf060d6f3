//! A parameter of many slots: one number for all, or one for each.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::CHUNK;

/// A parameter of the slots of a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Lane {
    /// The same for all.
    Uniform(f64),
    /// One for each slot of the segment.
    Each(Vec<f64>),
}

impl Default for Lane {
    fn default() -> Self {
        Self::Uniform(0.0)
    }
}

impl Lane {
    /// The shortest form of these values; an empty list is uniformly 0.
    #[must_use]
    pub fn of(values: Vec<f64>) -> Self {
        let first = values.first().copied().unwrap_or(0.0);
        if values.iter().all(|v| v.to_bits() == first.to_bits()) {
            Self::Uniform(first)
        } else {
            Self::Each(values)
        }
    }

    /// The value of number `index` of the segment.
    #[must_use]
    pub fn get(&self, index: usize) -> f64 {
        match self {
            Self::Uniform(value) => *value,
            Self::Each(values) => values.get(index).copied().unwrap_or(f64::NAN),
        }
    }

    /// Whether the parameter is zero throughout.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::Uniform(0.0)
    }

    /// The values from number `start` on, as many as fit `room`.
    #[inline(always)]
    pub(super) fn block<'b>(&'b self, start: usize, room: &'b mut [f64]) -> &'b [f64] {
        match self {
            Self::Uniform(value) => {
                room.fill(*value);
                room
            }
            Self::Each(values) => &values[start..start + room.len()],
        }
    }

    #[inline(always)]
    pub(super) fn view(&self) -> LaneView<'_> {
        match self {
            Self::Uniform(value) => LaneView::Uniform([*value; CHUNK]),
            Self::Each(values) => LaneView::Each(values),
        }
    }
}

/// A lane as the hot loop reads it, a chunk at a time. It lives on the stack for a block.
#[allow(clippy::large_enum_variant)]
pub(super) enum LaneView<'a> {
    Uniform([f64; CHUNK]),
    Each(&'a [f64]),
}

impl LaneView<'_> {
    /// The values of at most [`CHUNK`] slots of the segment.
    #[inline(always)]
    pub(super) fn at(&self, slots: &Range<usize>) -> &[f64] {
        match self {
            Self::Uniform(values) => &values[..slots.len()],
            Self::Each(values) => &values[slots.start..slots.end],
        }
    }
}
