//! A metric over time, with a pyramid of extremes, and what of it a plot draws.

/// Values under one entry of the next level.
const FAN: usize = 16;

/// Values of a metric at regular ticks; NaN where there was none.
#[derive(Clone, Debug, Default)]
pub struct Column {
    values: Vec<f64>,
    /// Level k: for each run of 16^(k+1) values the places of its least and its greatest one.
    levels: Vec<Vec<[u32; 2]>>,
}

/// No place: a run without any value.
const NOWHERE: u32 = u32::MAX;

impl Column {
    /// Sets the value at a place; places between the last and this one are without value.
    pub fn set(&mut self, place: usize, value: f64) {
        while self.values.len() < place {
            self.append(f64::NAN);
        }
        if place == self.values.len() {
            self.append(value);
        } else if self.values[place].to_bits() != value.to_bits() {
            self.values[place] = value;
            self.rebuild();
        }
    }

    fn append(&mut self, value: f64) {
        let place = self.values.len();
        self.values.push(value);
        let mut width = FAN;
        for level in 0.. {
            if level == self.levels.len() {
                if place < width / FAN {
                    break;
                }
                // A level begins when the one below has more than one entry to speak for.
                let first = self.scan(0, place + 1, level);
                self.levels.push(vec![first]);
            }
            let entry = place / width;
            let entries = &mut self.levels[level];
            if entry == entries.len() {
                entries.push([NOWHERE; 2]);
            }
            let values = &self.values;
            let pair = &mut self.levels[level][entry];
            merge(values, pair, [place as u32; 2]);
            if width > place {
                break;
            }
            width *= FAN;
        }
    }

    fn rebuild(&mut self) {
        let values = std::mem::take(&mut self.values);
        self.levels.clear();
        for value in values {
            self.append(value);
        }
    }

    /// Forgets everything from a place on.
    pub fn truncate(&mut self, places: usize) {
        if places < self.values.len() {
            self.values.truncate(places);
            self.rebuild();
        }
    }

    /// The value at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().filter(|v| !v.is_nan())
    }

    /// The last place with a value, and the value.
    #[must_use]
    pub fn last(&self) -> Option<(usize, f64)> {
        let place = self.values.iter().rposition(|value| !value.is_nan())?;
        Some((place, self.values[place]))
    }

    /// Places, with or without value.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether nothing was ever set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Places of the least and the greatest value in `from..to`, looking at entries of levels below
    /// `top` only.
    fn scan(&self, from: usize, to: usize, top: usize) -> [u32; 2] {
        let mut pair = [NOWHERE; 2];
        let mut at = from;
        while at < to {
            let mut step = 1;
            let mut level = None;
            let mut width = FAN;
            for k in 0..top.min(self.levels.len()) {
                if !at.is_multiple_of(width) || at + width > to {
                    break;
                }
                (step, level) = (width, Some(k));
                width *= FAN;
            }
            let found = match level {
                Some(level) => self.levels[level][at / step],
                None => [at as u32; 2],
            };
            merge(&self.values, &mut pair, found);
            at += step;
        }
        pair
    }

    /// The least and the greatest value in a range of places.
    #[must_use]
    pub fn extremes(&self, from: usize, to: usize) -> Option<(f64, f64)> {
        let to = to.min(self.values.len());
        let [low, high] = self.scan(from.min(to), to, usize::MAX);
        (low != NOWHERE).then(|| (self.values[low as usize], self.values[high as usize]))
    }

    /// Runs of (place, value) to draw for `from..to` in `columns` columns of pixels: the least and
    /// the greatest value of each column in the order in which they came, so that no extreme is
    /// lost. A run ends where a column has no value.
    #[must_use]
    pub fn decimate(&self, from: usize, to: usize, columns: usize) -> Vec<Vec<(usize, f64)>> {
        let to = to.min(self.values.len());
        let from = from.min(to);
        let columns = columns.max(1);
        let mut runs = Vec::new();
        let mut run: Vec<(usize, f64)> = Vec::new();
        let mut add = |pair: [u32; 2], run: &mut Vec<(usize, f64)>| {
            let [low, high] = pair;
            if low == NOWHERE {
                if !run.is_empty() {
                    runs.push(std::mem::take(run));
                }
                return;
            }
            let point = |place: u32| (place as usize, self.values[place as usize]);
            run.push(point(low.min(high)));
            if low != high {
                run.push(point(low.max(high)));
            }
        };
        if to - from <= 2 * columns {
            for place in from..to {
                let pair = if self.values[place].is_nan() {
                    [NOWHERE; 2]
                } else {
                    [place as u32; 2]
                };
                add(pair, &mut run);
            }
        } else {
            // Borders between columns stand where a level's entries end, at most half a
            // column away, so that few entries speak for each.
            let mut grain = 1;
            while grain * FAN * 2 <= (to - from) / columns {
                grain *= FAN;
            }
            let border = |column: usize| {
                let place = from + (to - from) * column / columns;
                let inner = column > 0 && column < columns;
                if inner { place / grain * grain } else { place }
            };
            for column in 0..columns {
                let (first, last) = (border(column).max(from), border(column + 1));
                add(self.scan(first, last, usize::MAX), &mut run);
            }
        }
        if !run.is_empty() {
            runs.push(run);
        }
        runs
    }
}

/// Takes the places of another run into a pair.
fn merge(values: &[f64], pair: &mut [u32; 2], [low, high]: [u32; 2]) {
    if low == NOWHERE || values[low as usize].is_nan() {
        return;
    }
    if pair[0] == NOWHERE {
        *pair = [low, high];
        return;
    }
    if values[low as usize] < values[pair[0] as usize] {
        pair[0] = low;
    }
    if values[high as usize] > values[pair[1] as usize] {
        pair[1] = high;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_extreme_is_lost(
            values in prop::collection::vec(
                prop_oneof![9 => -1e6f64..1e6, 1 => Just(f64::NAN)], 1..5000),
            columns in 1usize..200,
            cut in (0usize..5000, 0usize..5000),
        ) {
            let mut column = Column::default();
            for (k, value) in values.iter().enumerate() {
                column.set(k, *value);
            }
            let (a, b) = (cut.0.min(values.len()), cut.1.min(values.len()));
            let (from, to) = (a.min(b), a.max(b));
            let drawn: Vec<(usize, f64)> =
                column.decimate(from, to, columns).into_iter().flatten().collect();
            let there: Vec<f64> =
                values[from..to].iter().copied().filter(|v| !v.is_nan()).collect();
            let pick = |f: fn(f64, f64) -> f64, of: &[f64]| of.iter().copied().reduce(f);
            let shown: Vec<f64> = drawn.iter().map(|p| p.1).collect();
            prop_assert_eq!(pick(f64::max, &shown), pick(f64::max, &there));
            prop_assert_eq!(pick(f64::min, &shown), pick(f64::min, &there));
            let extremes = pick(f64::min, &there).zip(pick(f64::max, &there));
            prop_assert_eq!(column.extremes(from, to), extremes);
            prop_assert!(drawn.windows(2).all(|w| w[0].0 < w[1].0));
            prop_assert!(drawn.len() <= 2 * columns);
            prop_assert!(drawn.iter().all(|(k, v)| values[*k] == *v));
        }
    }

    #[test]
    fn a_gap_ends_a_run_and_a_cut_forgets() {
        let mut column = Column::default();
        column.set(0, 1.0);
        column.set(3, 2.0);
        assert_eq!(
            column.decimate(0, 9, 10),
            vec![vec![(0, 1.0)], vec![(3, 2.0)]]
        );
        assert_eq!(column.at(1), None);
        column.set(1, 5.0);
        assert_eq!(column.extremes(0, 4), Some((1.0, 5.0)));
        column.truncate(1);
        assert_eq!((column.len(), column.last()), (1, Some((0, 1.0))));
    }
}
