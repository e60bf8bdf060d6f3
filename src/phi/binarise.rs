//! A transition probability matrix from a recording: units are binarised at a threshold and the
//! transitions between their joint states are counted.
//!
//! P(unit j on at t + lag | state s at t) = (k + a) / (N + 2a), with N visits of s after which j
//! was on k times, and a prior count a: ½ after Krichevsky & Trofimov (1981), 0 for the counts as
//! they are. A state that was never visited gives ½ for every unit: the recording says nothing of
//! it. The result is an estimate, and how much of it was seen is told.

/// What Krichevsky & Trofimov (1981) add to the counts of on and of off.
pub const KRICHEVSKY_TROFIMOV: f64 = 0.5;

/// Counted transitions.
#[derive(Clone, Debug, PartialEq)]
pub struct CountedTpm {
    /// P(unit j on | state s), `[2^n][n]`; bit i of s is unit i.
    pub rows: Vec<Vec<f64>>,
    /// The joint state of the last sample.
    pub state: u32,
    /// Visits of each state that a transition followed.
    pub visits: Vec<u32>,
}

impl CountedTpm {
    /// States that were visited.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.visits.iter().filter(|visits| **visits > 0).count()
    }

    /// Half the width of a 95 % interval of the probabilities, averaged over the visited states by
    /// their visits: 0.98 / √N at p = ½, where it is widest.
    #[must_use]
    pub fn half_width(&self) -> f64 {
        let total: u32 = self.visits.iter().sum();
        let visited = self.visits.iter().filter(|visits| **visits > 0);
        let sum: f64 = visited
            .map(|visits| f64::from(*visits) * 0.98 / f64::from(*visits).sqrt())
            .sum();
        sum / f64::from(total.max(1))
    }
}

/// Operations of counting the transitions of a window, and laying out a row for every state.
#[must_use]
pub fn counting_work(units: usize, samples: usize) -> u64 {
    let (n, samples) = (units as u64, samples as u64);
    let states = 1_u64 << n.min(20);
    (5 * n)
        .saturating_mul(samples)
        .saturating_add(states * (100 + 30 * n))
}

/// Counts transitions over `lag` samples of units given as series; a unit is on when its sample is
/// at least the threshold; `prior` is added to the counts of on and of off. `None` when there are
/// no samples beyond the lag, series differ in
/// length, a sample is not finite, or there are more than 20 units.
#[must_use]
pub fn counted_tpm(
    samples: &[Vec<f64>],
    threshold: f64,
    lag: usize,
    prior: f64,
) -> Option<CountedTpm> {
    let n = samples.len();
    let length = samples.first()?.len();
    let whole = samples
        .iter()
        .all(|series| series.len() == length && series.iter().all(|x| x.is_finite()));
    if n > 20 || !whole || length <= lag || lag == 0 {
        return None;
    }
    let states: Vec<u32> = (0..length)
        .map(|t| {
            let bit = |unit: usize| u32::from(samples[unit][t] >= threshold) << unit;
            (0..n).map(bit).sum()
        })
        .collect();
    let mut visits = vec![0_u32; 1 << n];
    let mut on = vec![vec![0_u32; n]; 1 << n];
    for (before, after) in states.iter().zip(&states[lag..]) {
        visits[*before as usize] += 1;
        for (unit, count) in on[*before as usize].iter_mut().enumerate() {
            *count += after >> unit & 1;
        }
    }
    let rows = on.iter().zip(&visits).map(|(on, visits)| {
        let share = |k: &u32| match f64::from(*visits) + 2.0 * prior {
            0.0 => 0.5,
            count => (f64::from(*k) + prior) / count,
        };
        on.iter().map(share).collect()
    });
    Some(CountedTpm {
        rows: rows.collect(),
        state: *states.last()?,
        visits,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_that_copies_another_is_found() {
        // Unit 1 is unit 0 of one sample before.
        let first: Vec<f64> = (0..400)
            .map(|t: u64| {
                if (t * t / 3 + t / 5).is_multiple_of(2) {
                    1.0
                } else {
                    -1.0
                }
            })
            .collect();
        let mut second = vec![-1.0];
        second.extend(&first[..399]);
        let counted = counted_tpm(&[first, second], 0.0, 1, KRICHEVSKY_TROFIMOV).unwrap();
        for (state, row) in counted.rows.iter().enumerate() {
            let expected = (state & 1) as f64;
            assert!((row[1] - expected).abs() < 0.05, "{state}: {row:?}");
        }
        assert_eq!(counted.visits.iter().sum::<u32>(), 399);
        assert_eq!(counted.seen(), 4);
        assert!(counted.half_width() < 0.2);
    }

    #[test]
    fn what_was_never_seen_is_half_and_half() {
        let counted =
            counted_tpm(&[vec![1.0; 9], vec![-1.0; 9]], 0.0, 1, KRICHEVSKY_TROFIMOV).unwrap();
        assert_eq!(counted.state, 1);
        assert_eq!(counted.seen(), 1);
        assert_eq!(counted.rows[2], [0.5, 0.5]);
        assert_eq!(counted.rows[1], [8.5 / 9.0, 0.5 / 9.0]);
        assert_eq!(counted_tpm(&[vec![1.0; 3]], 0.0, 3, 0.5), None);
        assert_eq!(counted_tpm(&[vec![f64::NAN; 3]], 0.0, 1, 0.5), None);
    }
}
