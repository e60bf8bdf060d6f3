//! The peak of a spectrum, its width and quality.

use crate::base::num;

/// The peak of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Peak {
    /// Its bin, never DC; the lowest on ties.
    pub bin: usize,
    /// Its power over the mean of the bins above DC: the spectral crest factor, 1 … B − 1.
    pub crest: f64,
    /// Its place in bins, within one of `bin`: k + (a − c) / (2 (a − 2b + c)) for the logarithms
    /// a, b, c of bins k − 1, k, k + 1; k itself at the end of the spectrum.
    pub place: f64,
}

/// Finds the peak of a spectrum within bins `from ..= to`, DC left out. `None` when there is no
/// power.
#[must_use]
pub fn find_peak(spectrum: &[f64], (from, to): (usize, usize)) -> Option<Peak> {
    let (from, to) = (from.max(1), to.min(spectrum.len().checked_sub(1)?));
    let above = spectrum.get(from..=to).filter(|above| !above.is_empty())?;
    let floor = above.iter().sum::<f64>() / above.len() as f64;
    if floor.is_nan() || floor <= 0.0 {
        return None;
    }
    let mut bin = from;
    for (k, p) in spectrum.iter().enumerate().take(to + 1).skip(from + 1) {
        if *p > spectrum[bin] {
            bin = k;
        }
    }
    let mut shift = 0.0;
    if bin + 1 < spectrum.len() && spectrum[bin - 1] > 0.0 && spectrum[bin + 1] > 0.0 {
        let [a, b, c] = [bin - 1, bin, bin + 1].map(|k| num::ln(spectrum[k]));
        let curvature = a - 2.0 * b + c;
        // DC can exceed bin 1, and then there is no summit near it.
        if curvature < 0.0 {
            shift = ((a - c) / (2.0 * curvature)).clamp(-1.0, 1.0);
        }
    }
    Some(Peak {
        bin,
        crest: spectrum[bin] / floor,
        place: bin as f64 + shift,
    })
}

/// Width of a peak at half its power, in bins, interpolated between the bins on both sides. `None`
/// when the spectrum does not fall that low within bins `from ..= to` on one of them.
#[must_use]
pub fn half_power_width(spectrum: &[f64], bin: usize, (from, to): (usize, usize)) -> Option<f64> {
    let half = 0.5 * spectrum.get(bin)?;
    let end = spectrum.len().min(to + 1);
    let cross = |inner: usize, outer: usize| {
        let (a, b) = (spectrum[inner], spectrum[outer]);
        (a - half) / (a - b)
    };
    let low = (from..bin).rev().find(|k| spectrum[*k] <= half)?;
    let high = (bin + 1..end).find(|k| spectrum[*k] <= half)?;
    let left = low as f64 + 1.0 - cross(low + 1, low);
    let right = high as f64 - 1.0 + cross(high - 1, high);
    Some(right - left)
}

/// Power of a peak over that of its surroundings: the median of bins `from ..= to` but DC and those
/// within two of the peak, not below 10⁻⁸ of the mean power of these bins above DC.
#[must_use]
pub fn signal_to_noise(spectrum: &[f64], bin: usize, (from, to): (usize, usize)) -> Option<f64> {
    let (from, end) = (from.max(1), spectrum.len().min(to + 1));
    let above = spectrum.get(from..end)?;
    let floor = 1e-8 * above.iter().sum::<f64>() / above.len().max(1) as f64;
    let mut around: Vec<f64> = (from..end)
        .filter(|k| k.abs_diff(bin) > 2)
        .map(|k| spectrum[k])
        .collect();
    around.sort_unstable_by(f64::total_cmp);
    let count = around.len();
    let upper = *around.get(count / 2)?;
    let median = if count % 2 == 1 {
        upper
    } else {
        0.5 * (upper + around[count / 2 - 1])
    };
    let ground = median.max(floor);
    (ground > 0.0).then(|| spectrum[bin] / ground)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_are_the_lowest_on_ties_and_never_dc() {
        let of = |spectrum: &[f64]| find_peak(spectrum, (0, spectrum.len().saturating_sub(1)));
        let peak = of(&[9.0, 1.0, 3.0, 1.0, 3.0]).unwrap();
        assert_eq!((peak.bin, peak.crest, peak.place), (2, 1.5, 2.0));
        let high_dc = of(&[9.0, 2.0, 1.0]).unwrap();
        assert_eq!((high_dc.bin, high_dc.place), (1, 1.0));
        for nothing in [&[][..], &[1.0], &[1.0, 0.0, 0.0], &[0.0, f64::NAN]] {
            assert_eq!(of(nothing), None);
        }
        assert_eq!(
            find_peak(&[0.0, 9.0, 1.0, 2.0, 1.0], (2, 4)).unwrap().bin,
            3
        );
    }

    #[test]
    fn widths_are_those_of_a_triangle() {
        let width = half_power_width(&[0.0, 1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0], 4, (0, 7)).unwrap();
        assert!((width - 4.0).abs() < 1e-12, "{width}");
        assert_eq!(half_power_width(&[3.0, 4.0, 1.0], 1, (0, 2)), None);
        assert_eq!(half_power_width(&[1.0, 4.0, 3.0], 1, (0, 2)), None);
        // What lies outside a band is not looked at.
        assert_eq!(half_power_width(&[0.0, 3.0, 4.0, 1.0], 2, (1, 3)), None);
    }

    #[test]
    fn a_peak_stands_above_the_median_of_the_rest() {
        let mut spectrum = vec![1.0; 20];
        (spectrum[0], spectrum[8]) = (100.0, 12.0);
        assert_eq!(signal_to_noise(&spectrum, 8, (0, 19)), Some(12.0));
        assert_eq!(signal_to_noise(&[0.0; 9], 4, (0, 8)), None);
    }
}
