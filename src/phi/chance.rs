//! A window against chance: what the same measurement gives of surrogates.
//!
//! In a surrogate each unit's series is as long as the window and begins at a place of its own in
//! what came before it, half a window more. That keeps the spectra of the units and destroys what
//! they share at fixed times. Series that are shifted around their own end instead, as those of
//! `phantom phi` are, have a seam: of few periods of an oscillation, the seam makes the units
//! less alike than they are by chance, and nearly every value lies above such surrogates. A
//! surrogate is measured like the window itself, and its weakest partition is searched anew: to
//! keep the partition of the window would compare a minimum with what is none.
//!
//! Values of a window are positive by chance alone, the more so the longer its units remember and
//! the more alike they swing; only what exceeds the surrogates is of the network. What repeats
//! itself, or lasts longer than half a window, is not destroyed and counts as chance. Reports of
//! windows that overlap are not independent of each other.

use super::gauss::significance::starts;
use super::report::Significance;

/// Why a surrogate has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It cannot be measured.
    Unfit,
    /// The budget ended, or does not reach to the last surrogate.
    Ended,
}

/// Samples before a window that its surrogates begin in.
#[must_use]
pub fn room_of(window: usize) -> usize {
    window / 2
}

/// Compares the value of the last `window` samples with those of `count` surrogates, measured by
/// `value`; fewer where the budget ends. `None` without a single one, or while too few samples came
/// before the window.
pub fn against_shifts(
    observed: f64,
    (samples, window): (&[Vec<f64>], usize),
    count: usize,
    mut value: impl FnMut(usize, &[Vec<f64>]) -> Result<f64, Missing>,
) -> Option<Significance> {
    let length = samples.first().map_or(0, Vec::len);
    let room = length.checked_sub(window)?;
    if room < room_of(window).max(1) {
        return None;
    }
    let mut values = Vec::with_capacity(count);
    for k in 0..count {
        let from = starts(samples.len(), room, (0, k as u64));
        let parts = samples.iter().zip(from);
        let shifted = parts.map(|(series, from)| series[from..from + window].to_vec());
        let shifted: Vec<Vec<f64>> = shifted.collect();
        match value(k, &shifted) {
            Ok(found) => values.push(found),
            Err(Missing::Unfit) => {}
            Err(Missing::Ended) => break,
        }
    }
    significance(observed, values)
}

/// What values of surrogates say of a value.
fn significance(observed: f64, mut values: Vec<f64>) -> Option<Significance> {
    let greatest = values.iter().copied().max_by(f64::total_cmp)?;
    values.sort_by(|a, b| b.total_cmp(a));
    let count = values.len() as f64;
    let reached = values.iter().filter(|own| **own >= observed).count() as f64;
    let chance = values.iter().sum::<f64>() / count;
    let squares: f64 = values
        .iter()
        .map(|own| (own - chance) * (own - chance))
        .sum();
    // So many of the greatest that the value has to exceed for p ≤ 0.05.
    let above = ((values.len() + 1) / 20).max(1);
    Some(Significance {
        p_value: (1.0 + reached) / (1.0 + count),
        chance,
        deviation: (squares / (count - 1.0).max(1.0)).sqrt(),
        level: values.get(above - 1).copied().unwrap_or(greatest),
        surrogates: values.len() as u64,
        interval: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_above_chance_when_it_exceeds_all_but_a_twentieth() {
        let values = |n: usize| (1..=n).map(|k| k as f64).collect::<Vec<f64>>();
        let told = |observed, n| {
            let test = significance(observed, values(n)).unwrap();
            (test.level, test.is_above_chance())
        };
        assert_eq!(told(19.5, 19), (19.0, true));
        assert_eq!(told(19.0, 19), (19.0, false));
        assert_eq!(told(18.5, 19), (19.0, false));
        // Of 199, ten may reach it less one for the value itself.
        assert_eq!(told(190.5, 199), (190.0, true));
        assert_eq!(told(189.5, 199), (190.0, false));
        // Fewer than 19 tell nothing.
        assert_eq!(told(100.0, 18), (18.0, false));
        assert!(significance(1.0, Vec::new()).is_none());
    }
}
