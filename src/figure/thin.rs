//! Fewer points for the same picture: extremes are kept.

use super::path::{Place, finite};

/// Width of a column of the page that keeps its extremes, points: a dot of 300 an inch.
const COLUMN: f64 = 0.24;
/// Curves of fewer points are drawn as they are.
const FEW: usize = 2_000;
/// How near to the one before a point of a curve that turns back is left out, points.
const NEAR: f64 = 0.1;

/// Places of a curve on the page with what nobody would see left out. Places that are not finite
/// are gaps, and stay. Where x only grows, each column keeps its first, least, greatest and last
/// place.
#[must_use]
pub fn thinned(places: Vec<Place>) -> Vec<Place> {
    if places.len() <= FEW {
        return places;
    }
    let mut last = f64::NEG_INFINITY;
    let grows = places.iter().filter(|p| finite(**p)).all(|p| {
        let further = p[0] >= last;
        last = p[0];
        further
    });
    if grows {
        extremes(&places)
    } else {
        spread(&places)
    }
}

/// What a column has seen so far.
struct Column {
    number: i64,
    first: Place,
    least: (usize, Place),
    greatest: (usize, Place),
    last: (usize, Place),
}

impl Column {
    fn begin(number: i64, k: usize, place: Place) -> Self {
        Self {
            number,
            first: place,
            least: (k, place),
            greatest: (k, place),
            last: (k, place),
        }
    }

    fn take(&mut self, k: usize, place: Place) {
        if place[1] < self.least.1[1] {
            self.least = (k, place);
        }
        if place[1] > self.greatest.1[1] {
            self.greatest = (k, place);
        }
        self.last = (k, place);
    }

    fn give(&self, out: &mut Vec<Place>) {
        out.push(self.first);
        let mut rest = [self.least, self.greatest, self.last];
        rest.sort_by_key(|(k, _)| *k);
        for (_, place) in rest {
            if out.last() != Some(&place) {
                out.push(place);
            }
        }
    }
}

fn extremes(places: &[Place]) -> Vec<Place> {
    let mut out = Vec::new();
    let mut open: Option<Column> = None;
    for (k, place) in places.iter().enumerate() {
        if !finite(*place) {
            if let Some(column) = open.take() {
                column.give(&mut out);
                out.push([f64::NAN; 2]);
            }
            continue;
        }
        let number = (place[0] / COLUMN).floor() as i64;
        match &mut open {
            Some(column) if column.number == number => column.take(k, *place),
            other => {
                if let Some(column) = other.take() {
                    column.give(&mut out);
                }
                *other = Some(Column::begin(number, k, *place));
            }
        }
    }
    if let Some(column) = open {
        column.give(&mut out);
    }
    out
}

fn spread(places: &[Place]) -> Vec<Place> {
    let mut out: Vec<Place> = Vec::new();
    let mut skipped: Option<Place> = None;
    for place in places {
        let near = out.last().is_some_and(|kept| {
            (kept[0] - place[0]).abs() < NEAR && (kept[1] - place[1]).abs() < NEAR
        });
        if near {
            skipped = Some(*place);
            continue;
        }
        if !finite(*place) {
            // A run ends where it did.
            out.extend(skipped.take());
        }
        skipped = None;
        out.push(*place);
    }
    out.extend(skipped);
    out
}

/// Numbers of the points that are drawn of many: of those in one small square with one look, the
/// last.
#[must_use]
pub fn distinct<K: Ord + Copy>(places: &[Place], look: impl Fn(usize) -> K) -> Vec<usize> {
    let drawable = |k: &usize| finite(places[*k]);
    let all = (0..places.len()).filter(drawable);
    if places.len() <= FEW {
        return all.collect();
    }
    let square = |x: f64| (x / COLUMN).floor() as i64;
    let mut keyed: Vec<((i64, i64, K), usize)> = all
        .map(|k| ((square(places[k][0]), square(places[k][1]), look(k)), k))
        .collect();
    keyed.sort_unstable();
    let mut kept: Vec<usize> = keyed
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|same| same.last().map(|(_, k)| *k))
        .collect();
    kept.sort_unstable();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_peak_is_kept() {
        let mut places: Vec<Place> = (0..100_000).map(|k| [f64::from(k) * 0.001, 5.0]).collect();
        places[51_234][1] = -7.0;
        places[80_000][1] = f64::NAN;
        let thin = thinned(places.clone());
        assert!(thin.len() < 2_000, "{}", thin.len());
        assert!(thin.contains(&places[51_234]));
        assert_eq!(thin.iter().filter(|p| !finite(**p)).count(), 1);
        assert_eq!((thin[0], thin.last()), (places[0], places.last()));
    }

    #[test]
    fn a_curve_that_turns_back_keeps_its_way() {
        let round = |k: u32| {
            let (s, c) = crate::base::num::sin_cos(f64::from(k) * 1e-4);
            [50.0 * c, 50.0 * s]
        };
        let thin = thinned((0..200_000).map(round).collect());
        assert!(thin.len() < 20_000, "{}", thin.len());
        assert_eq!(thin.last(), Some(&round(199_999)));
    }

    #[test]
    fn points_on_points_are_drawn_once() {
        let places = vec![[1.0, 1.0]; 10_000];
        assert_eq!(distinct(&places, |_| 0), [9_999]);
        assert_eq!(distinct(&places, |k| k % 2), [9_998, 9_999]);
    }
}
