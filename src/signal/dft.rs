//! The discrete Fourier transform at single frequencies.

use crate::base::num;

/// X(f) = Σ xₙ e^(−2πi fn/fs) at any frequency, as (Re, Im), by Goertzel's recursion (Goertzel,
/// 1958) that begins anew every 64 samples, so that its rounding does not grow with the length.
#[must_use]
pub fn goertzel(series: &[f64], frequency_hz: f64, sample_rate_hz: f64) -> (f64, f64) {
    const BLOCK: usize = 64;
    let turn = frequency_hz / sample_rate_hz;
    let angle = num::TAU * (turn - turn.floor());
    let (sin, cos) = num::sin_cos(angle);
    let mut sum = (0.0, 0.0);
    for (number, block) in series.chunks(BLOCK).enumerate() {
        let (mut now, mut before) = (0.0, 0.0);
        for x in block {
            (now, before) = (x + 2.0 * cos * now - before, now);
        }
        // The recursion refers the phase to the block's last sample.
        let (re, im) = (now - cos * before, sin * before);
        let last = number * BLOCK + block.len() - 1;
        let turns = last as f64 * turn;
        let (s, c) = num::sin_cos(num::TAU * (turns - turns.floor()));
        sum.0 += re * c + im * s;
        sum.1 += im * c - re * s;
    }
    sum
}

/// Bins of the transform of the latest n samples, moved on sample by sample and computed anew every
/// n samples, so that rounding does not add up (sliding DFT; Jacobsen & Lyons, 2003). Phases refer
/// to the oldest sample.
#[derive(Clone, Debug)]
pub struct SlidingDft {
    samples: Vec<f64>,
    next: usize,
    seen: u64,
    bins: Vec<usize>,
    turns: Vec<(f64, f64)>,
    values: Vec<(f64, f64)>,
}

impl SlidingDft {
    /// Bins of windows of n samples, at least 1.
    #[must_use]
    pub fn new(n: usize, bins: &[usize]) -> Self {
        let n = n.max(1);
        let turn = |bin: &usize| {
            let (s, c) = num::sin_cos(num::TAU * (bin % n) as f64 / n as f64);
            (c, s)
        };
        Self {
            samples: vec![0.0; n],
            next: 0,
            seen: 0,
            bins: bins.to_vec(),
            turns: bins.iter().map(turn).collect(),
            values: vec![(0.0, 0.0); bins.len()],
        }
    }

    /// Takes a sample.
    pub fn push(&mut self, sample: f64) {
        let n = self.samples.len();
        let change = sample - self.samples[self.next];
        self.samples[self.next] = sample;
        self.next = (self.next + 1) % n;
        self.seen += 1;
        // What was broken in the window leaves no trace once it is anew.
        if self.next == 0 || !change.is_finite() {
            self.renew();
            return;
        }
        for ((re, im), (c, s)) in self.values.iter_mut().zip(&self.turns) {
            let x = *re + change;
            (*re, *im) = (x * c - *im * s, x * s + *im * c);
        }
    }

    /// The bins of the latest n samples, as (Re, Im); `None` before there are so many.
    #[must_use]
    pub fn values(&self) -> Option<&[(f64, f64)]> {
        (self.seen >= self.samples.len() as u64).then_some(&self.values)
    }

    fn renew(&mut self) {
        let n = self.samples.len();
        let (newer, older) = self.samples.split_at(self.next);
        let ordered: Vec<f64> = older.iter().chain(newer).copied().collect();
        for (value, bin) in self.values.iter_mut().zip(&self.bins) {
            *value = goertzel(&ordered, (bin % n) as f64, n as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(series: &[f64], turn: f64) -> (f64, f64) {
        let mut sum = (0.0, 0.0);
        for (n, x) in series.iter().enumerate() {
            let (s, c) = num::sin_cos(num::TAU * turn * n as f64);
            sum.0 += x * c;
            sum.1 -= x * s;
        }
        sum
    }

    #[test]
    fn any_frequency_agrees_with_the_sum() {
        let series: Vec<f64> = (0..1000)
            .map(|k| num::sin(f64::from(k * k) * 0.01))
            .collect();
        for turn in [0.0, 0.013, 0.25, 0.4999, 0.5, 1.3] {
            let (found, expected) = (goertzel(&series, turn, 1.0), direct(&series, turn));
            assert!((found.0 - expected.0).abs() < 1e-9, "{turn}: {found:?}");
            assert!((found.1 - expected.1).abs() < 1e-9, "{turn}: {found:?}");
        }
        assert_eq!(goertzel(&[], 1.0, 10.0), (0.0, 0.0));
    }

    #[test]
    fn a_window_that_slides_far_is_still_exact_and_forgets_what_was_broken() {
        let (n, bins) = (128, [3, 10]);
        let mut sliding = SlidingDft::new(n, &bins);
        let x = |k: usize| num::sin(0.37 * k as f64) + 0.1 * num::cos(1.9 * k as f64);
        for k in 0..200_001 {
            sliding.push(if k == 150_000 { f64::NAN } else { x(k) });
        }
        let window: Vec<f64> = (200_001 - n..200_001).map(x).collect();
        for (found, bin) in sliding.values().unwrap().iter().zip(bins) {
            let expected = direct(&window, bin as f64 / n as f64);
            assert!((found.0 - expected.0).abs() < 1e-10);
            assert!((found.1 - expected.1).abs() < 1e-10);
        }
        assert!(SlidingDft::new(4, &[1]).values().is_none());
    }
}
