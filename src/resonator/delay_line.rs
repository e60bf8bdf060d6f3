//! What all vertices showed at the ends of past integrator steps, for those that hear them late.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::plant::Seen;

/// Weights of four values with equal gaps for the middle of their second, first and third gap.
const MIDDLES: [(i64, [f64; 4]); 3] = [
    (-1, [-0.0625, 0.5625, 0.5625, -0.0625]),
    (0, [0.3125, 0.9375, -0.3125, 0.0625]),
    (-2, [0.0625, -0.3125, 0.9375, 0.3125]),
];

/// A ring of what every vertex showed, one entry a step. Before the start, all showed what they
/// showed then.
///
/// Between two steps the past is a cubic through four of them, of fourth order in the step. It
/// does not reach over the start, nor over the kinks that follow it by one delay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DelayLine {
    keep: usize,
    kinks: Vec<u32>,
    now: u64,
    past: VecDeque<Vec<Seen>>,
}

/// How late edges are heard that come while a run goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DelayRule {
    /// At once.
    #[default]
    AtOnce,
    /// All by the same number of integrator steps.
    Uniform(u32),
    /// By distance.
    Distance {
        /// Integrator steps for a side of the field.
        steps_per_side: f64,
        /// Place of every vertex, in shares of the sides.
        places: Vec<[f64; 2]>,
    },
}

impl DelayRule {
    /// Integrator steps from a vertex to another, by their numbers.
    #[must_use]
    pub fn steps(&self, source: usize, target: usize) -> u32 {
        match self {
            Self::AtOnce => 0,
            Self::Uniform(steps) => *steps,
            Self::Distance {
                steps_per_side,
                places,
            } => {
                let ([x, y], [u, v]) = (places[target], places[source]);
                let distance = ((x - u) * (x - u) + (y - v) * (y - v)).sqrt();
                (distance * steps_per_side).round() as u32
            }
        }
    }
}

/// Which entries of the ring are mixed, and how.
pub type Mix = Vec<(usize, f64)>;

impl DelayLine {
    /// A ring for these delays, in steps; without delays it keeps nothing.
    #[must_use]
    pub fn new(delays: impl Iterator<Item = u32>) -> Self {
        let mut kinks: Vec<u32> = delays.collect();
        kinks.sort_unstable();
        kinks.dedup();
        Self {
            keep: kinks.last().map_or(0, |longest| *longest as usize + 4),
            kinks,
            ..Self::default()
        }
    }

    /// Whether nobody hears anything late.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keep == 0
    }

    /// The longest delay, in steps.
    #[must_use]
    pub fn longest(&self) -> u32 {
        self.kinks.last().copied().unwrap_or(0)
    }

    /// Takes what every vertex shows, in order of ids, as step `step` begins.
    pub fn record(&mut self, step: u64, shown: Vec<Seen>) {
        if self.now == step {
            self.past.pop_back();
        }
        self.past.push_back(shown);
        self.now = step;
        if self.past.len() > self.keep {
            self.past.pop_front();
        }
    }

    /// How to mix the past that is heard `delay` ≥ 1 steps late, `node` (0, ½ or 1) of a step into
    /// the present one.
    #[must_use]
    pub fn mix(&self, delay: u32, node: f64) -> Mix {
        let (now, last) = (self.now as i64, self.past.len() as i64 - 1);
        let entry = |step: i64| (last - (now - step)).clamp(0, last.max(0)) as usize;
        let step = now - i64::from(delay);
        if node == 0.0 || step < 0 {
            return vec![(entry(step), 1.0)];
        }
        if node == 1.0 {
            return vec![(entry(step + 1), 1.0)];
        }
        let smooth = |from: i64| {
            let whole = from >= 0 && from + 3 <= now;
            let mut kinks = self.kinks.iter().map(|kink| i64::from(*kink));
            whole && !kinks.any(|kink| from < kink && kink < from + 3)
        };
        for (start, weights) in MIDDLES {
            let from = step + start;
            if smooth(from) {
                return (from..).map(entry).zip(weights).collect();
            }
        }
        vec![(entry(step), 0.5), (entry(step + 1), 0.5)]
    }

    /// What vertex number `index` showed, by a mix.
    #[must_use]
    pub fn heard(&self, mix: &Mix, index: usize) -> Seen {
        let mut sum = [0.0; 2];
        for (entry, weight) in mix {
            let [first, second] = self.past[*entry][index];
            sum[0] += weight * first;
            sum[1] += weight * second;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line after `steps` steps of a cubic.
    fn cubic(steps: u64, delays: &[u32]) -> DelayLine {
        let mut line = DelayLine::new(delays.iter().copied());
        for step in 0..=steps {
            let t = step as f64;
            line.record(step, vec![[1.0 + t * (2.0 - t * (3.0 - t)), t]]);
        }
        line
    }

    #[test]
    fn the_past_is_kept_and_a_cubic_is_met_in_the_middle_of_a_step() {
        let line = cubic(40, &[3, 7]);
        for (delay, node) in [(3, 0.0), (3, 0.5), (7, 0.5), (7, 1.0), (1, 0.5)] {
            let t = 40.0 - f64::from(delay) + node;
            let [value, time] = line.heard(&line.mix(delay, node), 0);
            let expected = 1.0 + t * (2.0 - t * (3.0 - t));
            assert!(
                (value - expected).abs() < 1e-9 * expected.abs(),
                "{delay} {node}"
            );
            assert!((time - t).abs() < 1e-12);
        }
        assert_eq!(line.past.len(), 11);
    }

    #[test]
    fn before_the_start_everything_stands_and_no_cubic_reaches_over_a_kink() {
        let line = cubic(5, &[8]);
        assert_eq!(line.heard(&line.mix(8, 0.5), 0), [1.0, 0.0]);
        let late = cubic(12, &[8]);
        for delay in 1..=8 {
            let mix = late.mix(delay, 0.5);
            let steps: Vec<u64> = mix
                .iter()
                .map(|(entry, _)| late.now - (late.past.len() - 1 - entry) as u64)
                .collect();
            assert!(
                steps[0] >= 8 || steps[steps.len() - 1] <= 8,
                "{delay}: {steps:?}"
            );
            assert_eq!(mix.len(), 4, "{delay}");
        }
    }

    #[test]
    fn a_step_that_begins_again_replaces_what_was_shown() {
        let mut line = cubic(5, &[2]);
        line.record(5, vec![[9.0, 9.0]]);
        assert_eq!(line.heard(&line.mix(1, 1.0), 0), [9.0, 9.0]);
        assert!(DelayLine::new(std::iter::empty()).is_empty());
    }
}
