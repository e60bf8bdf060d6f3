//! Complex transforms of any length.

use crate::base::isa::Isa;

use super::bluestein::Bluestein;
use super::passes::Passes;

/// The plan of a complex transform of one length.
#[derive(Clone, Debug)]
pub struct Fft {
    n: usize,
    way: Way,
}

#[derive(Clone, Debug)]
enum Way {
    Passes(Passes),
    Chirp(Box<Bluestein>),
}

impl Fft {
    /// Plans transforms of `n` points, at least 1; any length takes O(n log n) operations.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self::on(n, Isa::best())
    }

    /// Plans for an instruction set, which changes no bit of a result.
    fn on(n: usize, isa: Isa) -> Self {
        let n = n.max(1);
        let way = match Passes::new(n, isa) {
            Some(passes) => Way::Passes(passes),
            None => Way::Chirp(Box::new(Bluestein::new(n, isa))),
        };
        Self { n, way }
    }

    /// Points of a transform.
    #[must_use]
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether a transform has no points, which no plan has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Replaces `batch` series by their transforms Xⱼ = Σₖ xₖ e^(−2πi jk/n). Entry `k · batch + b`
    /// of `re` and `im` is point k of series b. `scratch` grows to what is needed and keeps nothing
    /// from one call to the next. Whatever is not finite stays in its own series.
    ///
    /// # Panics
    /// When `re` or `im` does not hold `n · batch` entries.
    pub fn forward(&self, batch: usize, re: &mut [f64], im: &mut [f64], scratch: &mut Vec<f64>) {
        let size = self.n * batch;
        assert!(
            re.len() == size && im.len() == size,
            "{} and {} entries, expected {size}",
            re.len(),
            im.len()
        );
        match &self.way {
            Way::Passes(passes) => passes.forward(batch, re, im, scratch),
            Way::Chirp(chirp) => chirp.forward(batch, re, im, scratch),
        }
    }

    /// The inverse without its factor 1/n: xₖ = Σⱼ Xⱼ e^(2πi jk/n).
    ///
    /// # Panics
    /// As [`Self::forward`].
    pub fn backward(&self, batch: usize, re: &mut [f64], im: &mut [f64], scratch: &mut Vec<f64>) {
        // Swapping the parts conjugates both sides of the transform.
        self.forward(batch, im, re, scratch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fft::roots::root;

    fn numbers(count: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn lengths_of_every_kind_agree_with_the_sum() {
        let mut scratch = Vec::new();
        for n in [
            1usize, 2, 3, 4, 5, 6, 7, 8, 11, 12, 15, 16, 30, 61, 64, 67, 77, 100, 127, 134, 210,
            250,
        ] {
            for batch in [1, 3] {
                let (re, im) = (numbers(n * batch, 1), numbers(n * batch, 2));
                let (mut x, mut y) = (re.clone(), im.clone());
                Fft::new(n).forward(batch, &mut x, &mut y, &mut scratch);
                for (at, j) in (0..n * batch).map(|at| (at, at / batch)) {
                    let (mut p, mut q) = (0.0, 0.0);
                    for k in 0..n {
                        let (wr, wi) = root(j * k % n, n);
                        let from = k * batch + at % batch;
                        p += re[from] * wr - im[from] * wi;
                        q += re[from] * wi + im[from] * wr;
                    }
                    let off = (x[at] - p).abs().max((y[at] - q).abs());
                    assert!(off < 1e-13 * (n as f64), "{n} × {batch}, {j}: {off:e}");
                }
                Fft::new(n).backward(batch, &mut x, &mut y, &mut scratch);
                for k in 0..n * batch {
                    assert!((x[k] / n as f64 - re[k]).abs() < 1e-13, "{n}");
                    assert!((y[k] / n as f64 - im[k]).abs() < 1e-13, "{n}");
                }
            }
        }
    }

    #[test]
    fn every_instruction_set_and_batch_gives_the_same_bits() {
        for n in [60usize, 128, 77, 67] {
            let (re, im) = (numbers(n * 4, 3), numbers(n * 4, 4));
            let mut scratch = Vec::new();
            let mut all = Vec::new();
            for isa in Isa::ALL.into_iter().filter(|isa| isa.is_here()) {
                let plan = Fft::on(n, isa);
                let (mut x, mut y) = (re.clone(), im.clone());
                plan.forward(4, &mut x, &mut y, &mut scratch);
                all.push((x, y));
            }
            assert!(all.iter().all(|own| *own == all[0]), "{n}");
            let column =
                |from: &[f64]| -> Vec<f64> { from.iter().skip(2).step_by(4).copied().collect() };
            let (mut x, mut y) = (column(&re), column(&im));
            Fft::new(n).forward(1, &mut x, &mut y, &mut scratch);
            assert_eq!(x, column(&all[0].0));
            assert_eq!(y, column(&all[0].1));
        }
    }

    #[test]
    fn what_is_not_finite_stays_in_its_series() {
        for n in [64usize, 67, 30] {
            let mut re = numbers(n * 2, 5);
            let mut im = vec![0.0; n * 2];
            re[7] = f64::NAN;
            Fft::new(n).forward(2, &mut re, &mut im, &mut Vec::new());
            let each = re.iter().zip(&im);
            let broken = |(x, y): (&f64, &f64)| x.is_nan() || y.is_nan();
            assert!(each.clone().skip(1).step_by(2).all(broken), "{n}");
            assert!(!each.step_by(2).any(broken), "{n}");
        }
    }
}
