//! The nearest point by trying the sets of active rows.

use super::DIMENSIONS;
use super::rows::{Problem, ROWS, RowSet};

/// How far, in units of what is added, a row may be broken by rounding.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

fn dot<const D: usize>(a: &[f64; D], b: &[f64; D]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// The point of all `rows` as equations that is nearest to the wanted one, when every multiplier is
/// ≥ 0; none when they depend on each other. By orthogonal directions, taken one after the other,
/// and once more against what rounding left.
fn vertex<const D: usize>(problem: &Problem<D>, rows: &[usize]) -> Option<[f64; D]> {
    let mut directions = [[0.0; D]; DIMENSIONS];
    let mut triangle = [[0.0; DIMENSIONS]; DIMENSIONS];
    for (j, place) in rows.iter().enumerate() {
        let gradient = problem.rows[*place].0;
        let mut own = gradient;
        for _ in 0..2 {
            for (i, before) in directions.iter().enumerate().take(j) {
                let along = dot(before, &own);
                triangle[i][j] += along;
                for (x, y) in own.iter_mut().zip(before) {
                    *x -= along * y;
                }
            }
        }
        let length = dot(&own, &own).sqrt();
        // Also for lengths that are no number.
        if length.is_nan() || length <= 8.0 * f64::EPSILON * dot(&gradient, &gradient).sqrt() {
            return None;
        }
        triangle[j][j] = length;
        directions[j] = own.map(|x| x / length);
    }
    let (mut command, mut moved) = (problem.nominal, [0.0; DIMENSIONS]);
    for _ in 0..2 {
        for (j, place) in rows.iter().enumerate() {
            let step = -problem.residual(*place, &command).0 / triangle[j][j];
            moved[j] += step;
            for (x, y) in command.iter_mut().zip(&directions[j]) {
                *x += step * y;
            }
        }
    }
    let mut multipliers = [0.0; DIMENSIONS];
    for j in (0..rows.len()).rev() {
        let later = (j + 1..rows.len()).map(|i| triangle[j][i] * multipliers[i]);
        multipliers[j] = (moved[j] - later.sum::<f64>()) / triangle[j][j];
        if multipliers[j].is_nan() || multipliers[j] < 0.0 {
            return None;
        }
    }
    Some(command)
}

/// Whether a point keeps rows, within rounding.
fn keeps<const D: usize>(problem: &Problem<D>, among: RowSet, command: &[f64; D]) -> bool {
    (0..ROWS).filter(|k| among.has(*k)).all(|k| {
        let (residual, size) = problem.residual(k, command);
        residual >= -ROUNDING * size
    })
}

/// The point that keeps the rows of `among`, which the wanted one does not, and is nearest to it;
/// and the rows that it lies on.
pub(super) fn nearest<const D: usize>(
    problem: &Problem<D>,
    among: RowSet,
) -> Option<([f64; D], RowSet)> {
    for count in 1..=D {
        let mut found = None;
        each_set(count, among, |rows, set| {
            found = vertex(problem, rows)
                .filter(|command| keeps(problem, among, command))
                .map(|command| (command, set));
            found.is_some()
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Goes over the sets of `count` rows among some until told to stop.
fn each_set(count: usize, among: RowSet, mut visit: impl FnMut(&[usize], RowSet) -> bool) {
    let mut rows = [0; DIMENSIONS + 1];
    let mut depth = 0;
    // The place that is tried next at each depth.
    let mut next = [0; DIMENSIONS + 2];
    loop {
        if depth == count {
            let set = rows[..count]
                .iter()
                .fold(RowSet::default(), |set, k| set.with(*k));
            if visit(&rows[..count], set) {
                return;
            }
            depth -= 1;
            continue;
        }
        match (next[depth]..ROWS).find(|k| among.has(*k)) {
            Some(place) => {
                rows[depth] = place;
                next[depth] = place + 1;
                next[depth + 1] = place + 1;
                depth += 1;
            }
            None if depth == 0 => return,
            None => depth -= 1,
        }
    }
}

fn is_feasible<const D: usize>(problem: &Problem<D>, among: RowSet) -> bool {
    keeps(problem, among, &problem.nominal) || nearest(problem, among).is_some()
}

/// The fewest rows that no point keeps together: at most one more than dimensions (Helly).
pub(super) fn conflict<const D: usize>(problem: &Problem<D>) -> RowSet {
    let all = problem.all();
    for count in 1..=D + 1 {
        let mut found = None;
        each_set(count, all, |_, set| {
            found = (!is_feasible(problem, set)).then_some(set);
            found.is_some()
        });
        if let Some(set) = found {
            return set;
        }
    }
    // Rounding alone keeps these apart: leave out what is not needed.
    let mut left = all;
    for k in 0..ROWS {
        if left.has(k) && !is_feasible(problem, left.without(k)) {
            left = left.without(k);
        }
    }
    left
}
