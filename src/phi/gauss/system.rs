//! A Gaussian system: the covariances of its past and present.

use nalgebra::DMatrix;

use super::error::GaussError;
use super::linear::{Factor, PIVOT_SHARE_MIN, block, minor, symmetric_part};

/// Past X = x(t − τ) and present Y = x(t) of n units.
///
/// Shapes: all matrices n × n, row and column = unit. Units of entries: those of the units'
/// signals, multiplied. Orientation: `cov_xy[(i, j)]` = E[Xᵢ Yⱼ]. Made only through constructors
/// that check the shapes and that the (joint) covariance is positive definite beyond rounding.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianSystem {
    cov_x: DMatrix<f64>,
    lagged: Option<Lagged>,
}

#[derive(Clone, Debug, PartialEq)]
struct Lagged {
    cov_xy: DMatrix<f64>,
    cov_y: DMatrix<f64>,
}

impl GaussianSystem {
    /// A system of which only one instant is known: MI1 can be measured, nothing else.
    ///
    /// # Errors
    /// When the matrix is not square, finite, symmetric and positive definite.
    pub fn instantaneous(cov_x: DMatrix<f64>) -> Result<Self, GaussError> {
        let cov_x = checked("Cov_X", cov_x)?;
        definite("Cov_X", &cov_x)?;
        Ok(Self {
            cov_x,
            lagged: None,
        })
    }

    /// A system with past and present: Cov_X = E[X Xᵀ], Cov_XY = E[X Yᵀ], Cov_Y = E[Y Yᵀ].
    ///
    /// # Errors
    /// When shapes differ, entries are not finite, or the joint covariance is not symmetric and
    /// positive definite.
    pub fn new(
        cov_x: DMatrix<f64>,
        cov_xy: DMatrix<f64>,
        cov_y: DMatrix<f64>,
    ) -> Result<Self, GaussError> {
        let n = cov_x.nrows();
        let cov_x = checked("Cov_X", cov_x)?;
        shaped("Cov_XY", &cov_xy, n)?;
        shaped("Cov_Y", &cov_y, n)?;
        let cov_y = checked("Cov_Y", cov_y)?;
        definite("Cov_X", &cov_x)?;
        let lagged = Some(Lagged { cov_xy, cov_y });
        let system = Self { cov_x, lagged };
        if let Some(joint) = system.joint() {
            definite("the covariance of past and present", &joint)?;
        }
        Ok(system)
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cov_x.nrows()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Cov_X, the covariance of the past.
    #[must_use]
    pub fn cov_x(&self) -> &DMatrix<f64> {
        &self.cov_x
    }

    /// Cov_XY = E[past presentᵀ], when known.
    #[must_use]
    pub fn cov_xy(&self) -> Option<&DMatrix<f64>> {
        self.lagged.as_ref().map(|lagged| &lagged.cov_xy)
    }

    /// Cov_Y, the covariance of the present, when known.
    #[must_use]
    pub fn cov_y(&self) -> Option<&DMatrix<f64>> {
        self.lagged.as_ref().map(|lagged| &lagged.cov_y)
    }

    /// The covariance of past and present together, 2n × 2n, rows in the order X₀ Y₀ X₁ Y₁ …
    #[must_use]
    pub fn joint(&self) -> Option<DMatrix<f64>> {
        let lagged = self.lagged.as_ref()?;
        let n = self.len();
        Some(DMatrix::from_fn(2 * n, 2 * n, |r, c| {
            let (i, j) = (r / 2, c / 2);
            match (r % 2, c % 2) {
                (0, 0) => self.cov_x[(i, j)],
                (0, _) => lagged.cov_xy[(i, j)],
                (_, 0) => lagged.cov_xy[(j, i)],
                _ => lagged.cov_y[(i, j)],
            }
        }))
    }

    /// The system of some units alone, in the given order.
    ///
    /// Panics if a unit does not exist (programmer error).
    #[must_use]
    pub fn subsystem(&self, units: &[usize]) -> Self {
        Self {
            cov_x: minor(&self.cov_x, units),
            lagged: self.lagged.as_ref().map(|lagged| Lagged {
                cov_xy: block(&lagged.cov_xy, units, units),
                cov_y: minor(&lagged.cov_y, units),
            }),
        }
    }
}

/// Shrinks the joint covariance of past and present towards its diagonal: every entry off it is
/// multiplied by 1 − λ, the diagonals of Cov_X and Cov_Y stay. Returns Cov_X, Cov_XY, Cov_Y.
///
/// # Errors
/// When λ is not in 0 … 1.
pub fn shrunk(
    cov_x: &DMatrix<f64>,
    cov_xy: &DMatrix<f64>,
    cov_y: &DMatrix<f64>,
    lambda: f64,
) -> Result<[DMatrix<f64>; 3], GaussError> {
    if !(0.0..=1.0).contains(&lambda) {
        return Err(GaussError::Parameter {
            name: "shrinkage",
            value: lambda,
            expected: "0 … 1",
        });
    }
    let keep = 1.0 - lambda;
    let off = |m: &DMatrix<f64>| {
        DMatrix::from_fn(m.nrows(), m.ncols(), |i, j| {
            if i == j { m[(i, j)] } else { keep * m[(i, j)] }
        })
    };
    Ok([off(cov_x), cov_xy.map(|entry| keep * entry), off(cov_y)])
}

fn shaped(what: &'static str, matrix: &DMatrix<f64>, n: usize) -> Result<(), GaussError> {
    if matrix.shape() != (n, n) {
        return Err(GaussError::Shape {
            what,
            rows: matrix.nrows(),
            columns: matrix.ncols(),
            expected_rows: n,
            expected_columns: n,
        });
    }
    for j in 0..n {
        for i in 0..n {
            if !matrix[(i, j)].is_finite() {
                return Err(GaussError::NonFiniteEntry {
                    what,
                    row: i,
                    column: j,
                });
            }
        }
    }
    Ok(())
}

/// The matrix made exactly symmetric, if it was so but for rounding.
fn checked(what: &'static str, matrix: DMatrix<f64>) -> Result<DMatrix<f64>, GaussError> {
    let n = matrix.nrows();
    if n == 0 {
        return Err(GaussError::TooFewUnits { units: 0 });
    }
    shaped(what, &matrix, n)?;
    let scale = matrix.amax();
    for j in 0..n {
        for i in 0..j {
            let difference = (matrix[(i, j)] - matrix[(j, i)]).abs();
            if difference > 1e-9 * scale {
                return Err(GaussError::Asymmetric {
                    what,
                    row: i,
                    column: j,
                    difference,
                });
            }
        }
    }
    Ok(symmetric_part(&matrix))
}

/// The Cholesky factor of a covariance; refused when there is none beyond rounding.
pub(crate) fn definite(what: &'static str, matrix: &DMatrix<f64>) -> Result<Factor, GaussError> {
    if let Some(factor) = Factor::new(matrix) {
        return Ok(factor);
    }
    let n = matrix.nrows();
    let mut smallest = (0..n).map(|k| matrix[(k, k)]).fold(f64::INFINITY, f64::min);
    if smallest > 0.0 {
        let scaled = DMatrix::from_fn(n, n, |i, j| {
            matrix[(i, j)] / matrix[(i, i)].sqrt() / matrix[(j, j)].sqrt()
        });
        smallest = scaled.symmetric_eigenvalues().min();
    }
    Err(GaussError::NotPositiveDefinite {
        what,
        smallest_eigenvalue: smallest,
        limit: PIVOT_SHARE_MIN,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_singular_covariance_names_its_smallest_eigenvalue() {
        let matrix = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 2.0, 1.0]);
        let error = GaussianSystem::instantaneous(matrix).unwrap_err();
        let GaussError::NotPositiveDefinite {
            smallest_eigenvalue,
            ..
        } = error
        else {
            panic!("{error}");
        };
        assert!((smallest_eigenvalue + 1.0).abs() < 1e-12);
        assert!(error.to_string().contains("smallest eigenvalue"));
    }

    #[test]
    fn shapes_signs_and_symmetry_are_checked() {
        let unit = DMatrix::<f64>::identity(2, 2);
        let wide = DMatrix::<f64>::zeros(2, 3);
        assert!(GaussianSystem::instantaneous(wide.clone()).is_err());
        assert!(GaussianSystem::new(unit.clone(), wide, unit.clone()).is_err());
        let mut bad = unit.clone();
        bad[(0, 1)] = 0.5;
        assert!(matches!(
            GaussianSystem::instantaneous(bad.clone()),
            Err(GaussError::Asymmetric { .. })
        ));
        bad[(0, 1)] = f64::NAN;
        assert!(GaussianSystem::instantaneous(bad).is_err());
        let copied = GaussianSystem::new(unit.clone(), unit.clone(), unit.clone());
        assert!(copied.is_err(), "the present copies the past");
        let [x, xy, y] = shrunk(&unit, &unit, &unit, 0.25).unwrap();
        assert!(GaussianSystem::new(x, xy, y).is_ok());
    }
}
