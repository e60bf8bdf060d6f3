//! Draws of one seed.

use phantomos::base::random::{KeyedRng, Purpose};

/// A stream of draws that a seed alone decides.
pub struct Draw(KeyedRng);

impl Draw {
    pub fn new(seed: u64, stream: u64) -> Self {
        Self(KeyedRng::new(seed, Purpose::Fault, stream, 0))
    }

    /// A whole number below `count`; 0 for none.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.0.uniform() * count as f64) as usize).min(count.saturating_sub(1))
    }

    /// A whole number in `low..=high`.
    pub fn within(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// A number in `low..high`, with three places, so that a scene stays readable.
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        ((low + (high - low) * self.0.uniform()) * 1000.0).round() / 1000.0
    }

    /// True with this chance.
    pub fn chance(&mut self, p: f64) -> bool {
        self.0.uniform() < p
    }

    /// One of a list.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}
