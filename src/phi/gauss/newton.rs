//! The minimisation behind Φ_G: Newton steps by conjugate gradients, with a line search.
//!
//! For f(A') = ½ ln det E' with D = A − A', P = E'⁻¹, U = P D Cov_X and T = Cov_X − (D Cov_X)ᵀ U:
//! −∇f = b(U) and ∇²f V = b(P V T − U Vᵀ U), where b keeps the diagonal blocks. Both cost O(n³).
//! Blocks of P V T alone are inverted exactly and precondition the conjugate gradients (Steihaug,
//! SIAM J. Numer. Anal. 20, 1983: directions of negative curvature end the inner loop).

use std::ops::Range;

use nalgebra::DMatrix;

use crate::phi::work::Budget;

use super::linear::{
    Factor, add_scaled, column, column_mut, difference, dot, multiply, multiply_transposed, sum,
    symmetric_part, transposed_multiply,
};

/// Newton steps that are tried.
const STEPS_MAX: usize = 300;

/// The dynamics with the units of every group next to each other.
#[derive(Clone, Debug)]
pub(crate) struct Arranged {
    /// Cov_X.
    pub cov_x: DMatrix<f64>,
    /// A.
    pub map: DMatrix<f64>,
    /// E.
    pub noise: DMatrix<f64>,
    /// ln det E.
    pub log_det_noise: f64,
    /// Rows of each group.
    pub groups: Vec<Range<usize>>,
}

impl Arranged {
    /// E' for the difference D = A − A', and D Cov_X.
    pub(crate) fn residual(&self, d: &DMatrix<f64>) -> (DMatrix<f64>, DMatrix<f64>) {
        let image = multiply(d, &self.cov_x);
        let added = multiply_transposed(&image, d);
        (symmetric_part(&sum(&self.noise, &added)), image)
    }
}

/// Where a descent ended.
#[derive(Clone, Debug)]
pub(crate) struct End {
    /// A', block-diagonal.
    pub model: DMatrix<f64>,
    /// ½ (ln det E' − ln det E).
    pub value: f64,
    /// Norm of the gradient.
    pub gradient_norm: f64,
    /// Newton steps.
    pub steps: usize,
}

struct Point {
    model: DMatrix<f64>,
    value: f64,
    p: DMatrix<f64>,
    u: DMatrix<f64>,
    t: DMatrix<f64>,
}

/// Follows f downhill from `start` until the gradient is no longer than `gradient_min` or falls no
/// more, or the budget ends; `None` when the start itself has no value.
pub(crate) fn minimise(
    problem: &Arranged,
    start: DMatrix<f64>,
    gradient_min: f64,
    budget: &mut Budget<'_>,
) -> Option<End> {
    let mut at = point(problem, start)?;
    let mut steps = 0;
    let mut down = blocks(&at.u, &problem.groups);
    let mut gradient_norm = norm(&down);
    let cost = Cost::of(problem);
    budget.spend(cost.point);
    while steps < STEPS_MAX && gradient_norm > gradient_min && !budget.ended() {
        let direction = newton_direction(&at, &problem.groups, &down, (&cost, budget))?;
        if budget.ended() {
            break;
        }
        let slope = inner(&direction, &down);
        steps += 1;
        let Some(next) = search(problem, &at, &direction, slope, (&cost, budget)) else {
            break;
        };
        let settled = at.value - next.value <= 1e-15 && slope <= 1e-20;
        at = next;
        down = blocks(&at.u, &problem.groups);
        let norm_next = norm(&down);
        let stalled = settled && norm_next >= 0.5 * gradient_norm;
        gradient_norm = norm_next;
        if stalled {
            break;
        }
    }
    Some(End {
        value: at.value,
        model: at.model,
        gradient_norm,
        steps,
    })
}

/// Operations of the pieces of a descent.
#[derive(Clone, Copy, Debug)]
struct Cost {
    /// A value with its gradient and curvature.
    point: u64,
    /// A round of conjugate gradients.
    round: u64,
}

impl Cost {
    fn of(problem: &Arranged) -> Self {
        let n = problem.map.nrows() as u64;
        let sizes = problem.groups.iter().map(|group| group.len() as u64);
        let (squares, cubes) = sizes.fold((0, 0), |(squares, cubes), size| {
            (squares + size * size, cubes + size * size * size)
        });
        Self {
            point: 3000 + n * n * (60 + 5 * n),
            round: 1500 + 30 * n * n + 4 * n * squares + 4 * cubes,
        }
    }
}

/// Value, gradient and curvature at a model.
fn point(problem: &Arranged, model: DMatrix<f64>) -> Option<Point> {
    let d = difference(&problem.map, &model);
    let (residual, image) = problem.residual(&d);
    let factor = Factor::new(&residual)?;
    let p = factor.inverse();
    let u = multiply(&p, &image);
    let t = symmetric_part(&difference(
        &problem.cov_x,
        &transposed_multiply(&image, &u),
    ));
    Some(Point {
        value: 0.5 * (factor.log_det() - problem.log_det_noise),
        model,
        p,
        u,
        t,
    })
}

/// A step along `direction` that lowers the value enough (Armijo's rule), halved until it does.
fn search(
    problem: &Arranged,
    at: &Point,
    direction: &DMatrix<f64>,
    slope: f64,
    (cost, budget): (&Cost, &mut Budget<'_>),
) -> Option<Point> {
    let mut share = 1.0;
    for _ in 0..40 {
        if !budget.spend(cost.point) {
            return None;
        }
        let model = at.model.zip_map(direction, |a, v| a + share * v);
        if let Some(next) = point(problem, model) {
            // Near the minimum the fall is below rounding, and the full step is taken on trust.
            let rounding = 4.0 * f64::EPSILON * (1.0 + at.value.abs());
            if next.value <= at.value - 1e-4 * share * slope + rounding {
                return Some(next);
            }
        }
        share *= 0.5;
    }
    None
}

/// The solution of ∇²f V = `down`, or what conjugate gradients have of it when curvature turns
/// negative or the residual is small enough.
fn newton_direction(
    at: &Point,
    groups: &[Range<usize>],
    down: &DMatrix<f64>,
    (cost, budget): (&Cost, &mut Budget<'_>),
) -> Option<DMatrix<f64>> {
    let scaling: Vec<(Factor, Factor)> = groups
        .iter()
        .map(|group| {
            let p = Factor::new(&square(&at.p, group))?;
            Some((p, Factor::new(&square(&at.t, group))?))
        })
        .collect::<Option<_>>()?;
    let n = down.nrows();
    let mut solution = DMatrix::zeros(n, n);
    let mut residual = down.clone();
    let mut scaled = precondition(&scaling, groups, &residual);
    let mut search = scaled.clone();
    let mut energy = inner(&residual, &scaled);
    let first = norm(down);
    let goal = first * 0.1f64.min(first);
    let free: usize = groups.iter().map(|group| group.len() * group.len()).sum();
    for round in 0..(2 * free).min(200) {
        if !budget.spend(cost.round) {
            return Some(if round == 0 { scaled } else { solution });
        }
        let curved = curvature(at, groups, &search);
        let bend = inner(&search, &curved);
        if bend <= 0.0 || bend.is_nan() {
            return Some(if round == 0 { scaled } else { solution });
        }
        let step = energy / bend;
        add_scaled(solution.as_mut_slice(), step, search.as_slice());
        add_scaled(residual.as_mut_slice(), -step, curved.as_slice());
        if norm(&residual) <= goal {
            break;
        }
        scaled = precondition(&scaling, groups, &residual);
        let energy_next = inner(&residual, &scaled);
        let keep = energy_next / energy;
        energy = energy_next;
        search.zip_apply(&scaled, |s, z| *s = z + keep * *s);
    }
    Some(solution)
}

/// The diagonal blocks of P V T − U Vᵀ U.
fn curvature(at: &Point, groups: &[Range<usize>], v: &DMatrix<f64>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(v.nrows(), v.ncols());
    let bent = times_blocks(&at.p, v, groups);
    add_block_product(&mut out, 1.0, &bent, &at.t, groups);
    let turned = times_blocks(&at.u, &v.transpose(), groups);
    add_block_product(&mut out, -1.0, &turned, &at.u, groups);
    out
}

/// A V for a block-diagonal V.
fn times_blocks(a: &DMatrix<f64>, v: &DMatrix<f64>, groups: &[Range<usize>]) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(a.nrows(), v.ncols());
    for group in groups {
        for j in group.clone() {
            let target = column_mut(&mut out, j);
            for k in group.clone() {
                add_scaled(target, v[(k, j)], column(a, k));
            }
        }
    }
    out
}

/// Adds c times the diagonal blocks of A B to `out`.
fn add_block_product(
    out: &mut DMatrix<f64>,
    c: f64,
    a: &DMatrix<f64>,
    b: &DMatrix<f64>,
    groups: &[Range<usize>],
) {
    for group in groups {
        for j in group.clone() {
            let target = &mut column_mut(out, j)[group.clone()];
            for (k, factor) in column(b, j).iter().enumerate() {
                add_scaled(target, c * factor, &column(a, k)[group.clone()]);
            }
        }
    }
}

/// The blocks Pᵢᵢ⁻¹ Rᵢ Tᵢᵢ⁻¹.
fn precondition(
    scaling: &[(Factor, Factor)],
    groups: &[Range<usize>],
    residual: &DMatrix<f64>,
) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(residual.nrows(), residual.ncols());
    for (group, (p, t)) in groups.iter().zip(scaling) {
        let left = p.solve(&square(residual, group));
        let both = t.solve(&left.transpose());
        for (i, row) in group.clone().enumerate() {
            for (j, column) in group.clone().enumerate() {
                out[(row, column)] = both[(j, i)];
            }
        }
    }
    out
}

/// The diagonal blocks of a matrix, zero elsewhere.
fn blocks(matrix: &DMatrix<f64>, groups: &[Range<usize>]) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(matrix.nrows(), matrix.ncols());
    for group in groups {
        for j in group.clone() {
            column_mut(&mut out, j)[group.clone()]
                .copy_from_slice(&column(matrix, j)[group.clone()]);
        }
    }
    out
}

/// One diagonal block.
fn square(matrix: &DMatrix<f64>, group: &Range<usize>) -> DMatrix<f64> {
    let (start, size) = (group.start, group.len());
    DMatrix::from_fn(size, size, |i, j| matrix[(start + i, start + j)])
}

fn inner(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
    dot(a.as_slice(), b.as_slice())
}

fn norm(a: &DMatrix<f64>) -> f64 {
    inner(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::geometric::GeometricProblem;
    use crate::phi::gauss::partition::Partition;
    use crate::phi::gauss::sample::random_system;

    #[test]
    fn gradient_and_curvature_are_those_of_the_value() {
        let system = random_system(5, 21).unwrap();
        let problem = GeometricProblem::new(&system, 1, 7).unwrap();
        let partition = Partition::from_labels(&[1, 2, 1, 2, 2]).unwrap();
        let (arranged, mut starts) = problem.arranged(&partition).unwrap();
        let start = starts.pop().unwrap();
        let bump = blocks(
            &DMatrix::from_fn(5, 5, |i, j| ((3 * i + 5 * j) % 7) as f64 / 7.0 - 0.4),
            &arranged.groups,
        );
        let at = |h: f64| point(&arranged, start.zip_map(&bump, |a, v| a + h * v)).unwrap();
        let h = 1e-4;
        let (low, middle, high) = (at(-h), at(0.0), at(h));
        let slope = (high.value - low.value) / (2.0 * h);
        assert!((slope + inner(&bump, &middle.u)).abs() < 1e-7);
        let bend = (high.value - 2.0 * middle.value + low.value) / (h * h);
        let curved = curvature(&middle, &arranged.groups, &bump);
        assert!((bend - inner(&bump, &curved)).abs() < 1e-5);
    }
}
