//! What pairs of channels share: phase-locking value and phase-lag index from phasors.
//!
//! PLVᵢⱼ = |mean uᵢ uⱼ*| (Lachaux et al., 1999): 1 whenever two channels are locked, at any lag.
//! PLIᵢⱼ = |mean sign Im uᵢ uⱼ*| (Stam et al., 2007): 1 when one leads always; a lag of 0 or half a
//! turn, as common sources and references give it, counts nothing.

use crate::base::isa::{Arith, Isa, Kernel};

/// Sums that run side by side.
const LANES: usize = 8;

/// The measures of pairs that phasors have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairMeasure {
    /// Phase-locking value.
    Locking,
    /// Phase-lag index.
    Lag,
}

/// Where pair (i, j), j ≤ i, stands in a triangle that is stored row by row.
#[must_use]
pub fn pair(i: usize, j: usize) -> usize {
    let (i, j) = (i.max(j), i.min(j));
    i * (i + 1) / 2 + j
}

/// A measure of all pairs of channels, row by row of the lower triangle, the diagonal included.
/// Phasor t of channel c is entry `c · samples + t`.
#[must_use]
pub fn measure(isa: Isa, of: PairMeasure, phasors: (&[f64], &[f64]), channels: usize) -> Vec<f64> {
    let samples = phasors.0.len() / channels.max(1);
    let mut sums = vec![(0.0, 0.0); channels * (channels + 1) / 2];
    if of == PairMeasure::Lag {
        isa.run(Signs {
            phasors,
            channels,
            sums: &mut sums,
        });
    } else {
        add_products(isa, phasors, channels, 1.0, &mut sums);
    }
    let count = samples.max(1) as f64;
    let size = |(re, im): &(f64, f64)| ((re * re + im * im).sqrt() / count).min(1.0);
    sums.iter().map(size).collect()
}

/// The mean over pairs of different channels; `None` for one channel.
#[must_use]
pub fn mean_of_pairs(triangle: &[f64], channels: usize) -> Option<f64> {
    let mut sum = 0.0;
    for i in 0..channels {
        for j in 0..i {
            sum += triangle[pair(i, j)];
        }
    }
    let pairs = channels * channels.saturating_sub(1) / 2;
    (pairs > 0).then(|| sum / pairs as f64)
}

/// Adds `sign` · Σ uᵢ uⱼ* of all pairs to `sums`.
pub fn add_products(
    isa: Isa,
    phasors: (&[f64], &[f64]),
    channels: usize,
    sign: f64,
    sums: &mut [(f64, f64)],
) {
    isa.run(Products {
        phasors,
        channels,
        sign,
        sums,
    });
}

struct Products<'a> {
    phasors: (&'a [f64], &'a [f64]),
    channels: usize,
    sign: f64,
    sums: &'a mut [(f64, f64)],
}

/// Channels of a tile: each loaded phasor serves two pairs.
const TILE: usize = 2;

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let samples = self.phasors.0.len() / self.channels.max(1);
        let of = |c: usize| {
            // A channel beyond the last is the last once more.
            let c = c.min(self.channels - 1);
            let at = c * samples..(c + 1) * samples;
            (&self.phasors.0[at.clone()], &self.phasors.1[at])
        };
        for i in (0..self.channels).step_by(TILE) {
            let a = [of(i), of(i + 1)];
            for j in (0..=i).step_by(TILE) {
                let b = [of(j), of(j + 1)];
                let tile = products(a, b, samples);
                for (k, own) in tile.iter().enumerate() {
                    let (p, q) = (i + k / TILE, j + k % TILE);
                    if p < self.channels && q <= p {
                        let sum = &mut self.sums[pair(p, q)];
                        sum.0 += self.sign * own.0;
                        sum.1 += self.sign * own.1;
                    }
                }
            }
        }
    }
}

type Phasors<'a> = (&'a [f64], &'a [f64]);

#[inline(always)]
fn products(a: [Phasors; 2], b: [Phasors; 2], samples: usize) -> [(f64, f64); 4] {
    let mut re = [[0.0; LANES]; 4];
    let mut im = [[0.0; LANES]; 4];
    let whole = samples - samples % LANES;
    for t in (0..whole).step_by(LANES) {
        let take = |x: &[f64]| -> [f64; LANES] { std::array::from_fn(|l| x[t + l]) };
        let (ar, ai) = ([take(a[0].0), take(a[1].0)], [take(a[0].1), take(a[1].1)]);
        let (br, bi) = ([take(b[0].0), take(b[1].0)], [take(b[0].1), take(b[1].1)]);
        for k in 0..4 {
            let (p, q) = (k / TILE, k % TILE);
            for l in 0..LANES {
                re[k][l] += ar[p][l] * br[q][l] + ai[p][l] * bi[q][l];
                im[k][l] += ai[p][l] * br[q][l] - ar[p][l] * bi[q][l];
            }
        }
    }
    std::array::from_fn(|k| {
        let (p, q) = (k / TILE, k % TILE);
        let (mut x, mut y) = (re[k].iter().sum::<f64>(), im[k].iter().sum::<f64>());
        for t in whole..samples {
            x += a[p].0[t] * b[q].0[t] + a[p].1[t] * b[q].1[t];
            y += a[p].1[t] * b[q].0[t] - a[p].0[t] * b[q].1[t];
        }
        (x, y)
    })
}

struct Signs<'a> {
    phasors: (&'a [f64], &'a [f64]),
    channels: usize,
    sums: &'a mut [(f64, f64)],
}

impl Kernel for Signs<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let samples = self.phasors.0.len() / self.channels.max(1);
        for i in 0..self.channels {
            let (ar, ai) = (
                &self.phasors.0[i * samples..],
                &self.phasors.1[i * samples..],
            );
            for j in 0..i {
                let (br, bi) = (
                    &self.phasors.0[j * samples..],
                    &self.phasors.1[j * samples..],
                );
                let mut sum = 0.0;
                for t in 0..samples {
                    let lag = ai[t] * br[t] - ar[t] * bi[t];
                    sum += if lag > 0.0 { 1.0 } else { 0.0 };
                    sum -= if lag < 0.0 { 1.0 } else { 0.0 };
                }
                self.sums[pair(i, j)] = (sum, 0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    fn phasors(channels: usize, samples: usize, of: impl Fn(usize, usize) -> f64) -> [Vec<f64>; 2] {
        let each = (0..channels * samples).map(|k| num::sin_cos(of(k / samples, k % samples)));
        let (im, re) = each.unzip();
        [re, im]
    }

    #[test]
    fn locked_channels_have_locking_at_any_lag_and_lag_unless_in_step() {
        let offset = [0.0, 1.0, 0.0, 2.0, 0.0];
        let [re, im] = phasors(5, 203, |c, t| {
            // The last runs at a frequency of its own, seven turns more.
            let own = if c == 4 { num::TAU * 7.0 / 203.0 } else { 0.0 };
            (0.3 + own) * t as f64 + offset[c]
        });
        for isa in Isa::ALL {
            let locking = measure(isa, PairMeasure::Locking, (&re, &im), 5);
            let lag = measure(isa, PairMeasure::Lag, (&re, &im), 5);
            for i in 0..5 {
                for j in 0..=i {
                    let expected = if i == 4 && j < 4 { 0.0 } else { 1.0 };
                    assert!((locking[pair(i, j)] - expected).abs() < 1e-12, "{i}, {j}");
                }
            }
            assert_eq!((lag[pair(1, 0)], lag[pair(3, 2)]), (1.0, 1.0));
            assert!(lag[pair(4, 1)] < 0.05);
            assert!((mean_of_pairs(&locking, 5).unwrap() - 0.6).abs() < 1e-12);
        }
        assert_eq!(mean_of_pairs(&[1.0], 1), None);
    }
}
