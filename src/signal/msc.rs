//! Magnitude-squared coherence of channels at one bin.

use crate::base::isa::{Arith, Isa, Kernel};

/// The mean magnitude-squared coherence over all pairs of channels, 0 … 1, from the segments'
/// spectra at one bin (Carter, Knapp & Nuttall, 1973): |Σ Xi Xj*|² / (Σ|Xi|² Σ|Xj|²). Entry
/// `j · channels + c` of the real and imaginary parts is segment j of channel c.
///
/// With every channel's K values normalised to length 1, the pairs are the off-diagonal of a C × C
/// Gram matrix whose norm equals that of the K × K one: M = (‖G‖² − C′) / (C (C − 1)) for C′
/// channels with power. The smaller of the two is used. A channel without power shares nothing; one
/// channel alone gives 1. `weights` is scratch memory.
#[must_use]
pub fn mean_msc(
    isa: Isa,
    at_bin: (&[f64], &[f64]),
    (channels, segments): (usize, usize),
    weights: &mut Vec<f64>,
) -> f64 {
    if channels < 2 {
        return 1.0;
    }
    weights.clear();
    weights.resize(channels, 0.0);
    for (at, (x, y)) in at_bin.0.iter().zip(at_bin.1).enumerate() {
        weights[at % channels] += x * x + y * y;
    }
    let powered = weights.iter().filter(|w| **w > 0.0).count();
    for w in weights.iter_mut() {
        *w = if *w > 0.0 { 1.0 / *w } else { 0.0 };
    }
    let shared = if channels <= segments {
        let mut sum = 0.0;
        for i in 0..channels {
            for j in 0..i {
                let (re, im) = cross(at_bin, channels, i, j);
                sum += 2.0 * (re * re + im * im) * weights[i] * weights[j];
            }
        }
        sum
    } else {
        let norm = isa.run(GramNorm {
            re: at_bin.0,
            im: at_bin.1,
            weights,
        });
        norm - powered as f64
    };
    let pairs = channels as f64 * (channels as f64 - 1.0);
    (shared / pairs).clamp(0.0, 1.0)
}

/// Σ Xi Xj* over segments.
#[must_use]
pub fn cross((re, im): (&[f64], &[f64]), channels: usize, i: usize, j: usize) -> (f64, f64) {
    let mut sum = (0.0, 0.0);
    for (x, y) in re.chunks_exact(channels).zip(im.chunks_exact(channels)) {
        sum.0 += x[i] * x[j] + y[i] * y[j];
        sum.1 += y[i] * x[j] - x[i] * y[j];
    }
    sum
}

/// ‖VᴴV‖² of the C × K matrix V of normalised channels, by the half of the K × K matrix that its
/// symmetry leaves.
struct GramNorm<'a> {
    re: &'a [f64],
    im: &'a [f64],
    weights: &'a [f64],
}

/// Sums that run side by side.
const LANES: usize = 8;

impl Kernel for GramNorm<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<A: Arith>(self, _: A) -> f64 {
        let channels = self.weights.len();
        let rows = self.re.len() / channels;
        let row = |k: usize| {
            let at = k * channels..(k + 1) * channels;
            (&self.re[at.clone()], &self.im[at])
        };
        let mut norm = 0.0;
        for i in 0..rows {
            let (a, b) = row(i);
            for j in 0..=i {
                let (c, d) = row(j);
                let (re, im) = self.entry((a, b), (c, d));
                norm += (re * re + im * im) * if i == j { 1.0 } else { 2.0 };
            }
        }
        norm
    }
}

impl GramNorm<'_> {
    /// Σ conj(Xᵢ) Xⱼ over channels, each divided by its power.
    #[inline(always)]
    fn entry(&self, (a, b): (&[f64], &[f64]), (c, d): (&[f64], &[f64])) -> (f64, f64) {
        let (mut re, mut im) = ([0.0; LANES], [0.0; LANES]);
        let n = self.weights.len();
        let whole = n - n % LANES;
        for k in (0..whole).step_by(LANES) {
            for l in 0..LANES {
                let (w, at) = (self.weights[k + l], k + l);
                re[l] += (a[at] * c[at] + b[at] * d[at]) * w;
                im[l] += (a[at] * d[at] - b[at] * c[at]) * w;
            }
        }
        let (mut sum_re, mut sum_im) = (re.iter().sum::<f64>(), im.iter().sum::<f64>());
        for at in whole..n {
            let w = self.weights[at];
            sum_re += (a[at] * c[at] + b[at] * d[at]) * w;
            sum_im += (a[at] * d[at] - b[at] * c[at]) * w;
        }
        (sum_re, sum_im)
    }
}

/// Removes the bias of magnitude-squared coherence estimated from Ke independent segments:
/// (M − 1/Ke) / (1 − 1/Ke), not below 0 (Carter, Knapp & Nuttall, 1973). One segment says nothing
/// about coherence and gives 0.
#[must_use]
pub fn debias_msc(mean: f64, independent: f64) -> f64 {
    if independent <= 1.0 {
        return 0.0;
    }
    let floor = 1.0 / independent;
    ((mean - floor) / (1.0 - floor)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;
    use proptest::prelude::*;

    fn phasors(
        channels: usize,
        segments: usize,
        of: impl Fn(usize) -> Option<f64>,
    ) -> [Vec<f64>; 2] {
        let each = (0..channels * segments).map(|at| match of(at % channels) {
            Some(angle) => num::sin_cos(angle),
            None => (0.0, 0.0),
        });
        let (im, re) = each.unzip();
        [re, im]
    }

    #[test]
    fn a_silent_channel_takes_nothing_from_the_others() {
        // Both ways: fewer channels than segments, and more.
        for segments in [4, 2] {
            let of = |c: usize| [Some(0.3), Some(1.3), None][c];
            let [re, im] = phasors(3, segments, of);
            let found = mean_msc(Isa::best(), (&re, &im), (3, segments), &mut Vec::new());
            assert!((found - 1.0 / 3.0).abs() < 1e-12, "{found}");
        }
        assert_eq!(
            mean_msc(Isa::best(), (&[1.0], &[0.0]), (1, 1), &mut Vec::new()),
            1.0
        );
    }

    #[test]
    fn debiasing_ends_at_one_and_not_below_zero() {
        assert!((debias_msc(1.0, 7.0) - 1.0).abs() < 1e-15);
        assert!(debias_msc(0.1467, 6.68).abs() < 1e-15);
        assert!(debias_msc(0.1497, 6.6818) < 1e-3);
        assert_eq!(debias_msc(1.0, 1.0), 0.0);
    }

    proptest! {
        #[test]
        fn both_ways_to_the_mean_coherence_agree(
            re in prop::collection::vec(-1.0..1.0f64, 9 * 8),
            im in prop::collection::vec(-1.0..1.0f64, 9 * 8),
        ) {
            let (channels, segments) = (9, 8);
            let found = mean_msc(Isa::best(), (&re, &im), (channels, segments), &mut Vec::new());
            let at = (re.as_slice(), im.as_slice());
            let mut sum = 0.0;
            for i in 0..channels {
                for j in (0..channels).filter(|j| *j != i) {
                    let own = |k: usize| cross(at, channels, k, k).0;
                    let (x, y) = cross(at, channels, i, j);
                    sum += (x * x + y * y) / own(i) / own(j);
                }
            }
            let pairs = (channels * (channels - 1)) as f64;
            prop_assert!((found - sum / pairs).abs() < 1e-12);
        }
    }
}
