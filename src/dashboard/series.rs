//! A metric over time, and what of it a plot draws.

/// Values of a metric by plant time, ascending.
#[derive(Clone, Debug, Default)]
pub struct Series {
    times: Vec<f64>,
    values: Vec<f64>,
}

impl Series {
    /// Adds a value. A time that is not after the last one begins the series anew.
    pub fn push(&mut self, t_s: f64, value: f64) {
        if self.times.last().is_some_and(|last| t_s <= *last) {
            self.times.clear();
            self.values.clear();
        }
        self.times.push(t_s);
        self.values.push(value);
    }

    /// The newest (time, value).
    #[must_use]
    pub fn last(&self) -> Option<(f64, f64)> {
        Some((*self.times.last()?, *self.values.last()?))
    }

    /// Number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The points to draw between two times in `columns` columns of pixels: the least and the
    /// greatest value of each column in the order in which they came, so that no extreme is lost.
    #[must_use]
    pub fn decimate(&self, from_s: f64, to_s: f64, columns: usize) -> Vec<[f64; 2]> {
        let first = self
            .times
            .partition_point(|t| *t < from_s)
            .saturating_sub(1);
        let last = self.times.partition_point(|t| *t <= to_s);
        let last = (last + 1).min(self.times.len());
        let point = |k: usize| [self.times[k], self.values[k]];
        let columns = columns.max(1);
        if last - first <= 2 * columns {
            return (first..last).map(point).collect();
        }
        let mut out = Vec::with_capacity(2 * columns + 2);
        for column in 0..columns {
            let from = first + (last - first) * column / columns;
            let to = first + (last - first) * (column + 1) / columns;
            let (mut low, mut high) = (from, from);
            for k in from..to {
                if self.values[k] < self.values[low] {
                    low = k;
                }
                if self.values[k] > self.values[high] {
                    high = k;
                }
            }
            out.push(point(low.min(high)));
            if low != high {
                out.push(point(low.max(high)));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_extreme_is_lost(
            values in prop::collection::vec(-1e6f64..1e6, 1..3000),
            columns in 1usize..200,
        ) {
            let mut series = Series::default();
            for (k, value) in values.iter().enumerate() {
                series.push(k as f64, *value);
            }
            let points = series.decimate(0.0, values.len() as f64, columns);
            let pick = |f: fn(f64, f64) -> f64, of: Vec<f64>| of.into_iter().reduce(f);
            let drawn: Vec<f64> = points.iter().map(|p| p[1]).collect();
            prop_assert_eq!(pick(f64::max, drawn.clone()), pick(f64::max, values.clone()));
            prop_assert_eq!(pick(f64::min, drawn), pick(f64::min, values));
            prop_assert!(points.windows(2).all(|w| w[0][0] < w[1][0]));
            prop_assert!(points.len() <= 2 * columns.max(1));
        }
    }
}
