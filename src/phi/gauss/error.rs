//! What makes a Gaussian system unmeasurable.

use thiserror::Error;

/// Why there is no value of integrated information.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum GaussError {
    /// A matrix is not of the shape that its partners ask for.
    #[error("{what} is {rows} × {columns}, expected {expected_rows} × {expected_columns}")]
    Shape {
        /// The matrix.
        what: &'static str,
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
        /// Rows that were expected.
        expected_rows: usize,
        /// Columns that were expected.
        expected_columns: usize,
    },
    /// An entry of a matrix is NaN or infinite.
    #[error("{what} has an entry that is not finite in row {row}, column {column}")]
    NonFiniteEntry {
        /// The matrix.
        what: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
    },
    /// A covariance differs from its transpose beyond rounding.
    #[error("{what} is not symmetric: entries ({row}, {column}) differ by {difference}")]
    Asymmetric {
        /// The matrix.
        what: &'static str,
        /// Row, from 0.
        row: usize,
        /// Column, from 0.
        column: usize,
        /// Difference of the two entries.
        difference: f64,
    },
    /// A covariance has no Cholesky factor beyond rounding.
    #[error(
        "{what} is not positive definite: smallest eigenvalue of its correlation matrix \
         {smallest_eigenvalue}, expected more than {limit}; more samples than units, no unit that \
         is a sum of others, or shrinkage > 0 would help"
    )]
    NotPositiveDefinite {
        /// The matrix.
        what: &'static str,
        /// Smallest eigenvalue of the matrix scaled to a unit diagonal (or, when a diagonal entry
        /// is not positive, that entry).
        smallest_eigenvalue: f64,
        /// The least that is accepted.
        limit: f64,
    },
    /// The measure needs past and present, and only one covariance was given.
    #[error("{measure} needs the covariance of past and present, only that of the past was given")]
    NoDynamics {
        /// The measure.
        measure: &'static str,
    },
    /// A partition does not fit the system.
    #[error("the partition is not one of {units} units: {reason}")]
    Partition {
        /// Units of the system.
        units: usize,
        /// What is wrong.
        reason: String,
    },
    /// There are too few units to cut.
    #[error("{units} units cannot be cut in two, expected at least 2")]
    TooFewUnits {
        /// Units of the system.
        units: usize,
    },
    /// There are too many units for an exhaustive method.
    #[error("{units} units are too many for {method}, expected at most {limit}")]
    TooManyUnits {
        /// The method.
        method: &'static str,
        /// Units of the system.
        units: usize,
        /// The most that it takes.
        limit: usize,
    },
    /// The budget or the stop callback ended a search before there was an answer.
    #[error("the search ended without an answer, after {spent} units of work")]
    Ended {
        /// Work that was done.
        spent: u64,
    },
    /// A unit has a sample that is not finite.
    #[error("unit {unit} has a sample that is not finite at {sample}")]
    NonFiniteSample {
        /// The unit, from 0.
        unit: usize,
        /// The sample, from 0.
        sample: usize,
    },
    /// A unit does not vary.
    #[error("unit {unit} does not vary beyond rounding, its information is not defined")]
    Constant {
        /// The unit, from 0.
        unit: usize,
    },
    /// Units have different numbers of samples, or too few.
    #[error(
        "unit {unit} has {found} samples, expected {expected} as unit 0 has, and at least {least} \
         for this lag"
    )]
    Length {
        /// The unit, from 0.
        unit: usize,
        /// Its samples.
        found: usize,
        /// Samples of the first unit.
        expected: usize,
        /// The least that is needed.
        least: usize,
    },
    /// A parameter lies outside its range.
    #[error("{name} is {value}, expected {expected}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What was expected.
        expected: &'static str,
    },
    /// A discrete linear system has no stationary state.
    #[error("x' = A x + e is not stable: spectral radius {radius}, expected less than 1")]
    UnstableMap {
        /// Largest modulus of an eigenvalue of A.
        radius: f64,
    },
    /// A continuous linear system has no stationary state.
    #[error("dx = J x dt + B dW is not stable: spectral abscissa {abscissa}, expected less than 0")]
    UnstableFlow {
        /// Largest real part of an eigenvalue of J.
        abscissa: f64,
    },
}
