//! Laplacian spectra: all eigenvalues of small graphs, and λ₂ with its vector of large sparse ones.

use nalgebra::{DMatrix, SymmetricEigen};

use crate::base::num;

use super::laplacian::Laplacian;

/// The algebraic connectivity λ₂ and its eigenvector.
#[derive(Clone, Debug)]
pub struct Fiedler {
    /// λ₂.
    pub value: f64,
    /// Unit eigenvector, orthogonal to the constant vector; its entry of largest magnitude is > 0.
    pub vector: Vec<f64>,
    /// |Lx − λ₂x|.
    pub residual: f64,
    /// Whether the residual is below 1e-9 of the greatest eigenvalue's bound; if not, `value` is an
    /// upper bound of λ₂.
    pub converged: bool,
}

/// Graphs up to this size are solved densely.
const DENSE_UP_TO: usize = 400;

/// All eigenvalues, ascending, by a dense solver (O(n³)).
#[must_use]
pub fn eigenvalues(laplacian: &Laplacian) -> Vec<f64> {
    let mut values: Vec<f64> = dense(laplacian).eigenvalues.iter().copied().collect();
    values.sort_by(f64::total_cmp);
    values
}

fn dense(laplacian: &Laplacian) -> SymmetricEigen<f64, nalgebra::Dyn> {
    let n = laplacian.len();
    let mut matrix = DMatrix::zeros(n, n);
    let (mut x, mut y) = (vec![0.0; n], vec![0.0; n]);
    for column in 0..n {
        x[column] = 1.0;
        laplacian.multiply(&x, &mut y);
        x[column] = 0.0;
        matrix.set_column(column, &nalgebra::DVector::from_column_slice(&y));
    }
    SymmetricEigen::new(matrix)
}

/// λ₂ of a combinatorial Laplacian and its Fiedler vector; `None` for fewer than two vertices.
///
/// Small graphs are solved densely. Large ones by thick restarts of a Lanczos iteration with full
/// reorthogonalisation (Wu & Simon, 2000) on the space orthogonal to the constant vector, from a
/// fixed start. It is an iteration: `converged` says whether it arrived.
#[must_use]
pub fn fiedler(laplacian: &Laplacian) -> Option<Fiedler> {
    let n = laplacian.len();
    if n < 2 {
        return None;
    }
    let mut vector = if n <= DENSE_UP_TO {
        dense_second(laplacian)
    } else {
        lanczos_second(laplacian)
    };
    orient(&mut vector);
    let mut image = vec![0.0; n];
    laplacian.multiply(&vector, &mut image);
    let value = dot(&vector, &image).max(0.0);
    let residual = image
        .iter()
        .zip(&vector)
        .map(|(y, x)| (y - value * x) * (y - value * x))
        .sum::<f64>()
        .sqrt();
    Some(Fiedler {
        value,
        vector,
        residual,
        converged: residual <= 1e-9 * laplacian.bound().max(f64::MIN_POSITIVE),
    })
}

fn dense_second(laplacian: &Laplacian) -> Vec<f64> {
    let eigen = dense(laplacian);
    let n = laplacian.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));
    // With several components the constant vector mixes with other null vectors: take from the
    // first two the part that is orthogonal to it.
    let mut best: Vec<f64> = Vec::new();
    let mut length = 0.0;
    for column in order.iter().take(2) {
        let mut candidate: Vec<f64> = eigen.eigenvectors.column(*column).iter().copied().collect();
        let size = project(&mut candidate);
        let zero = eigen.eigenvalues[order[1]].abs() <= 1e-12 * laplacian.bound();
        let eligible = zero || *column == order[1];
        if eligible && size > length {
            best = candidate;
            length = size;
        }
    }
    scale(&mut best, 1.0 / length);
    best
}

/// Removes the constant part and gives the length of the rest.
fn project(x: &mut [f64]) -> f64 {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    x.iter_mut().for_each(|value| *value -= mean);
    dot(x, x).sqrt()
}

fn lanczos_second(laplacian: &Laplacian) -> Vec<f64> {
    let n = laplacian.len();
    let steps = 120.min(n - 1);
    let keep = 20;
    // A fixed start with all frequencies in it.
    let mut next: Vec<f64> = (0..n)
        .map(|k| num::cos(0.7 + k as f64 * 1.618_033_988_749_895))
        .collect();
    let length = project(&mut next);
    scale(&mut next, 1.0 / length);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut images: Vec<Vec<f64>> = Vec::new();
    let mut best = next.clone();
    for _ in 0..80 {
        while basis.len() < steps {
            let mut image = vec![0.0; n];
            laplacian.multiply(&next, &mut image);
            let mut rest = image.clone();
            basis.push(next);
            images.push(image);
            for _ in 0..2 {
                for q in &basis {
                    let along = dot(q, &rest);
                    axpy(&mut rest, -along, q);
                }
                project(&mut rest);
            }
            let length = dot(&rest, &rest).sqrt();
            if length <= 1e-13 * laplacian.bound() {
                next = Vec::new();
                break;
            }
            scale(&mut rest, 1.0 / length);
            next = rest;
        }
        let (vectors, residual) = ritz(&basis, &images, keep);
        best.clone_from(&vectors[0].0);
        if next.is_empty() || residual <= 1e-11 * laplacian.bound() {
            break;
        }
        (basis, images) = vectors.into_iter().unzip();
    }
    let length = project(&mut best);
    scale(&mut best, 1.0 / length);
    best
}

/// The lowest Ritz vectors with their images, and the residual of the lowest.
fn ritz(basis: &[Vec<f64>], images: &[Vec<f64>], keep: usize) -> (Vec<(Vec<f64>, Vec<f64>)>, f64) {
    let m = basis.len();
    let mut small = DMatrix::zeros(m, m);
    for i in 0..m {
        for j in 0..=i {
            let entry = dot(&basis[i], &images[j]);
            small[(i, j)] = entry;
            small[(j, i)] = entry;
        }
    }
    let eigen = SymmetricEigen::new(small);
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));
    let combine = |parts: &[Vec<f64>], column: usize| {
        let mut sum = vec![0.0; parts[0].len()];
        for (k, part) in parts.iter().enumerate() {
            axpy(&mut sum, eigen.eigenvectors[(k, column)], part);
        }
        sum
    };
    let vectors: Vec<(Vec<f64>, Vec<f64>)> = order
        .iter()
        .take(keep.min(m))
        .map(|column| (combine(basis, *column), combine(images, *column)))
        .collect();
    let value = eigen.eigenvalues[order[0]];
    let residual = vectors[0]
        .1
        .iter()
        .zip(&vectors[0].0)
        .map(|(y, x)| (y - value * x) * (y - value * x))
        .sum::<f64>()
        .sqrt();
    (vectors, residual)
}

/// Makes the entry of largest magnitude positive; entries within 1e-9 of it tie, the first counts.
fn orient(x: &mut [f64]) {
    let peak = x.iter().fold(0.0f64, |peak, value| peak.max(value.abs()));
    let first = x.iter().find(|value| value.abs() >= peak * (1.0 - 1e-9));
    if first.is_some_and(|value| *value < 0.0) {
        scale(x, -1.0);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn axpy(y: &mut [f64], a: f64, x: &[f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

fn scale(x: &mut [f64], by: f64) {
    x.iter_mut().for_each(|value| *value *= by);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::GraphKind;
    use crate::graph::generators::generate;
    use crate::graph::laplacian::LaplacianKind;

    fn lambda2(kind: &GraphKind, n: usize) -> Fiedler {
        let graph = generate(kind, n, 1.0, n, 1).unwrap();
        fiedler(&Laplacian::new(&graph, LaplacianKind::Combinatorial)).unwrap()
    }

    #[test]
    fn rings_have_the_closed_form_small_and_large() {
        for n in [10usize, 60, 900] {
            let found = lambda2(&GraphKind::Ring { neighbors: 1 }, n);
            let exact = 2.0 - 2.0 * num::cos(num::TAU / n as f64);
            assert!(found.converged, "{n}: residual {}", found.residual);
            assert!((found.value - exact).abs() < 1e-8 * exact.max(4e-6), "{n}");
        }
    }

    #[test]
    fn a_graph_in_pieces_has_no_connectivity() {
        let found = lambda2(&GraphKind::Empty, 5);
        assert_eq!(found.value, 0.0);
        let sum: f64 = found.vector.iter().sum();
        assert!(sum.abs() < 1e-9);
    }
}
