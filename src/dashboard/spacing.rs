//! Distances in a picture of vertices: how near the nearest are, and how to keep them apart.

use crate::base::num;

/// Vertices whose nearest neighbour is looked for at most.
const SAMPLES: usize = 2_000;
/// Sweeps over all pairs that are too near.
const SWEEPS: usize = 80;
/// Share of a gap that is closed at once; more than all of it, so that crowds part sooner.
const STRIDE: f32 = 1.05;

/// From one place to another.
#[must_use]
pub fn distance(from: [f32; 2], to: [f32; 2]) -> f32 {
    let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    (dx * dx + dy * dy).sqrt()
}

/// The distance to the nearest neighbour that a quarter of the places stay below; none with fewer
/// than two places, or when so many lie on one spot.
#[must_use]
pub fn usual_distance(places: &[[f32; 2]]) -> Option<f32> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a][0].total_cmp(&places[*b][0]));
    let step = places.len().div_ceil(SAMPLES).max(1);
    let mut found: Vec<f32> = (0..order.len())
        .step_by(step)
        .map(|at| nearest(places, &order, at))
        .collect();
    found.sort_by(f32::total_cmp);
    let quarter = found.get(found.len() / 4).copied();
    quarter.filter(|distance| distance.is_finite() && *distance > 0.0)
}

/// Distance from the place that stands at `at` in the order of x to the one nearest to it.
fn nearest(places: &[[f32; 2]], order: &[usize], at: usize) -> f32 {
    let from = places[order[at]];
    let mut best = f32::INFINITY;
    let mut look = |k: &usize| {
        let [dx, dy] = [places[*k][0] - from[0], places[*k][1] - from[1]];
        if dx * dx >= best {
            return false;
        }
        best = best.min(dx * dx + dy * dy);
        true
    };
    // Both ways, until x alone is farther than the best.
    let _ = order[at + 1..].iter().all(&mut look);
    let _ = order[..at].iter().rev().all(&mut look);
    best.sqrt()
}

/// The least distance between any two places; infinite with fewer than two.
#[must_use]
pub fn least_distance(places: &[[f32; 2]]) -> f32 {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a][0].total_cmp(&places[*b][0]));
    let all = (0..order.len()).map(|at| nearest(places, &order, at));
    all.fold(f32::INFINITY, f32::min)
}

/// Pushes places that are nearer to each other than `least` apart, and leaves the others where they
/// are. `looks` bounds the work, in looks at a vertex; a crowd that does not part by then stays a
/// little too dense.
pub fn keep_apart(places: &mut [[f32; 2]], least: f32, looks: usize) {
    let sweeps = looks / places.len().max(1);
    for _ in 0..sweeps.clamp(4, SWEEPS) {
        if !sweep(places, least) {
            return;
        }
    }
}

/// One push of all pairs that are too near; whether there were any.
fn sweep(places: &mut [[f32; 2]], least: f32) -> bool {
    let grid = Grid::over(places, least);
    // The vertices of a cell are a chain: the last one, and the one before each.
    let mut last = vec![None; grid.columns * grid.rows];
    let homes: Vec<[usize; 2]> = places.iter().map(|place| grid.cell(*place)).collect();
    let before: Vec<Option<usize>> = homes
        .iter()
        .enumerate()
        .map(|(k, [x, y])| last[x + y * grid.columns].replace(k))
        .collect();
    let mut pushed = false;
    for (k, [x, y]) in homes.into_iter().enumerate() {
        for row in y.saturating_sub(1)..=(y + 1).min(grid.rows - 1) {
            for column in x.saturating_sub(1)..=(x + 1).min(grid.columns - 1) {
                let mut other = last[column + row * grid.columns];
                while let Some(j) = other {
                    if j < k {
                        pushed |= part(places, (j, k), least);
                    }
                    other = before[j];
                }
            }
        }
    }
    pushed
}

/// Square cells over all places, no more than a few for each.
struct Grid {
    low: [f32; 2],
    side: f32,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// Cells that are no smaller than `least`.
    fn over(places: &[[f32; 2]], least: f32) -> Self {
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for place in places {
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let [wide, high] = [0, 1].map(|axis| (high[axis] - low[axis]).max(0.0));
        let n = places.len().max(1) as f32;
        let side = least.max((wide * high / n).sqrt()).max(wide.max(high) / n);
        let cells = |length: f32| (length / side) as usize + 1;
        Self {
            low,
            side,
            columns: cells(wide),
            rows: cells(high),
        }
    }

    fn cell(&self, place: [f32; 2]) -> [usize; 2] {
        let at = |axis: usize| ((place[axis] - self.low[axis]) / self.side) as usize;
        [at(0).min(self.columns - 1), at(1).min(self.rows - 1)]
    }
}

/// Parts two places that are too near; whether they were.
fn part(places: &mut [[f32; 2]], (j, k): (usize, usize), least: f32) -> bool {
    let [dx, dy] = [places[k][0] - places[j][0], places[k][1] - places[j][1]];
    let distance = (dx * dx + dy * dy).sqrt();
    if distance >= 0.999 * least {
        return false;
    }
    // Places on one spot part in a direction of their own.
    let [ux, uy] = if distance > 1e-4 * least {
        [dx / distance, dy / distance]
    } else {
        let (sin, cos) = num::sin_cos(2.4 * k as f64);
        [cos as f32, sin as f32]
    };
    let way = 0.5 * STRIDE * (least - distance);
    places[j] = [places[j][0] - way * ux, places[j][1] - way * uy];
    places[k] = [places[k][0] + way * ux, places[k][1] + way * uy];
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_neighbour_is_the_nearest_of_all_pairs() {
        let places: Vec<[f32; 2]> = (0..200)
            .map(|k| [(k * 37 % 101) as f32, (k * 53 % 89) as f32 * 1.7])
            .collect();
        let mut least = f32::INFINITY;
        for (k, a) in places.iter().enumerate() {
            for b in &places[..k] {
                least = least.min(distance(*a, *b));
            }
        }
        assert_eq!(least_distance(&places), least);
    }

    #[test]
    fn a_heap_parts_and_who_stands_alone_stays() {
        let mut places = vec![[0.5, 0.5]; 60];
        places.push([40.0, 40.0]);
        keep_apart(&mut places, 1.0, 10_000);
        assert!(least_distance(&places) > 0.9, "{}", least_distance(&places));
        assert_eq!(places[60], [40.0, 40.0]);
    }

    #[test]
    fn one_place_or_one_spot_has_no_usual_distance() {
        assert_eq!(usual_distance(&[]), None);
        assert_eq!(usual_distance(&[[1.0, 2.0]]), None);
        assert_eq!(usual_distance(&[[1.0, 2.0]; 5]), None);
        assert_eq!(usual_distance(&[[0.0, 0.0], [3.0, 4.0]]), Some(5.0));
    }
}
