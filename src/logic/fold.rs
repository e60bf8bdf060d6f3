//! The combination of a moving window's elements, at a constant cost an element.
//!
//! Two stacks in one queue: the older part holds the combination of every element with those of the
//! part behind it, the newer part the elements, and `newer` their combination. When the older part
//! is empty, the newer one becomes it. Exact for whatever combines associatively (Tangwongsan,
//! Hirzel & Schneider, VLDB 2015).

use serde::{Deserialize, Serialize};

use super::ring::Ring;

/// What combines associatively.
pub(super) trait Element: Copy {
    /// Changes nothing on either side.
    const NEUTRAL: Self;
    /// The combination with the newer element.
    fn with(self, newer: Self) -> Self;
}

/// The lesser of two numbers, neither of them NaN.
#[inline]
pub(super) fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The greater of two numbers, neither of them NaN.
#[inline]
pub(super) fn greatest(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

impl Element for f64 {
    const NEUTRAL: Self = f64::INFINITY;
    #[inline]
    fn with(self, newer: Self) -> Self {
        least(self, newer)
    }
}

/// The function v ↦ max(reach, min(hold, v)): one instant of `until` and what comes after it, or
/// one of `since` and what came before. Of several, the oldest is the outermost function ahead and
/// the newest behind.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Reach<const AHEAD: bool> {
    pub(super) hold: f64,
    pub(super) reach: f64,
}

/// Instants of `until`.
pub(super) type Ahead = Reach<true>;
/// Instants of `since`.
pub(super) type Behind = Reach<false>;

impl<const AHEAD: bool> Reach<AHEAD> {
    /// Of one instant, where the left side has `hold` and the right one `reach`.
    #[inline]
    pub(super) fn of(hold: f64, reach: f64) -> Self {
        Self { hold, reach }
    }
}

impl<const AHEAD: bool> Element for Reach<AHEAD> {
    const NEUTRAL: Self = Self {
        hold: f64::INFINITY,
        reach: f64::NEG_INFINITY,
    };
    #[inline]
    fn with(self, newer: Self) -> Self {
        let (outer, inner) = if AHEAD { (self, newer) } else { (newer, self) };
        Self {
            hold: least(self.hold, newer.hold),
            reach: greatest(outer.reach, least(outer.hold, inner.reach)),
        }
    }
}

/// A moving window and the combination of its elements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fold<E> {
    ring: Ring<E>,
    older: usize,
    newer: E,
}

impl<E: Element> Default for Fold<E> {
    fn default() -> Self {
        Self {
            ring: Ring::default(),
            older: 0,
            newer: E::NEUTRAL,
        }
    }
}

impl<E: Element> Fold<E> {
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.ring.len()
    }

    /// The combination of all, in order.
    #[inline]
    pub(super) fn total(&self) -> E {
        match self.older {
            0 => self.newer,
            _ => self.ring.get(0).unwrap_or(E::NEUTRAL).with(self.newer),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, item: E) {
        self.ring.push(item);
        self.newer = self.newer.with(item);
    }

    /// Takes the oldest away.
    #[inline]
    pub(super) fn pop(&mut self) {
        if self.older == 0 {
            self.turn();
        }
        if self.ring.pop().is_some() {
            self.older -= 1;
        }
    }

    fn turn(&mut self) {
        let mut behind = E::NEUTRAL;
        for k in (0..self.ring.len()).rev() {
            if let Some(own) = self.ring.get(k) {
                behind = own.with(behind);
                self.ring.set(k, behind);
            }
        }
        (self.older, self.newer) = (self.ring.len(), E::NEUTRAL);
    }

    /// Becomes the same as another, in the memory that it has.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.ring.copy_from(&other.ring);
        (self.older, self.newer) = (other.older, other.newer);
    }

    /// Whether bytes from outside have the form of a window.
    pub(super) fn is_sound(&self) -> bool {
        self.ring.is_sound() && self.older <= self.ring.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_combination_of_a_moving_window_is_that_of_its_elements() {
        let mut seed = 1u64;
        let mut draw = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as f64 % 64.0
        };
        let mut fold = Fold::default();
        let mut plain: Vec<Ahead> = Vec::new();
        for _ in 0..20_000 {
            if draw() < 33.0 {
                let own = Ahead {
                    hold: draw(),
                    reach: draw(),
                };
                fold.push(own);
                plain.push(own);
            } else if !plain.is_empty() {
                fold.pop();
                plain.remove(0);
            }
            let all = plain.iter().fold(Ahead::NEUTRAL, |all, own| all.with(*own));
            assert_eq!((fold.total(), fold.len()), (all, plain.len()));
            assert!(fold.is_sound());
        }
    }
}
