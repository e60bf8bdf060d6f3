//! Intervals of robustness, and what combines them.

use super::fold::{Ahead, Behind, Fold, greatest, least};
use super::state::Cell;
use super::step::distance;

/// What is certain of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    /// What is wrong for certain.
    pub(super) flags: u8,
}

impl Range {
    pub(super) const UNKNOWN: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
        flags: 0,
    };

    pub(super) fn exact(cell: Cell) -> Self {
        Self {
            low: cell.value,
            high: cell.value,
            flags: cell.flags,
        }
    }

    pub(super) fn value(value: f64) -> Self {
        Self {
            low: value,
            high: value,
            flags: 0,
        }
    }

    /// With another sign.
    pub(super) fn negative(self) -> Self {
        Self {
            low: 0.0 - self.high,
            high: 0.0 - self.low,
            ..self
        }
    }

    pub(super) fn signed(self, sign: f64) -> Self {
        if sign < 0.0 { self.negative() } else { self }
    }

    pub(super) fn least(self, other: Self) -> Self {
        Self {
            low: least(self.low, other.low),
            high: least(self.high, other.high),
            flags: self.flags | other.flags,
        }
    }

    pub(super) fn greatest(self, other: Self) -> Self {
        self.negative().least(other.negative()).negative()
    }

    pub(super) fn distance(self, other: Self) -> Self {
        let low = match () {
            () if self.low > other.high => distance(self.low, other.high),
            () if other.low > self.high => distance(other.low, self.high),
            () => 0.0,
        };
        let high = greatest(
            distance(self.high, other.low),
            distance(other.high, self.low),
        );
        Self {
            low,
            high,
            flags: self.flags | other.flags,
        }
    }
}

/// Memory for windows that go on from the state's with what is not final.
#[derive(Clone, Debug, Default)]
pub(super) struct Trial {
    pub(super) numbers: [Fold<f64>; 2],
    pub(super) aheads: [Fold<Ahead>; 2],
    pub(super) behinds: [Fold<Behind>; 2],
}
