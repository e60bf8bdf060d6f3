//! What is refused, and why.

use thiserror::Error;

/// A network or a request that cannot be analysed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Iit4Error {
    /// A matrix without units.
    #[error("the network has no units; expected at least 1")]
    NoUnits,
    /// More units than allowed.
    #[error("found {found} units, expected at most {limit}")]
    TooManyUnits {
        /// Units found.
        found: usize,
        /// The most allowed.
        limit: usize,
    },
    /// Tables that would not fit the memory that was granted.
    #[error("{units} units need about {needed_bytes} bytes, expected at most {limit_bytes}")]
    TooMuchMemory {
        /// Units found.
        units: usize,
        /// Estimate of the memory of an analysis.
        needed_bytes: u64,
        /// The most allowed.
        limit_bytes: u64,
    },
    /// A matrix with a wrong number of rows.
    #[error("found {found} rows of the transition matrix, expected {expected} for {units} units")]
    Rows {
        /// Units, from the first row.
        units: usize,
        /// Rows found.
        found: usize,
        /// 2 to the power of the units.
        expected: usize,
    },
    /// A row with a wrong number of values.
    #[error("found {found} values in row {row}, expected {expected}")]
    RowLength {
        /// Index of the row.
        row: usize,
        /// Values found.
        found: usize,
        /// Values expected.
        expected: usize,
    },
    /// A value that is no probability.
    #[error("found {value} for unit {unit} in row {row}, expected a probability between 0 and 1")]
    NotAProbability {
        /// Index of the row.
        row: usize,
        /// Index of the unit.
        unit: usize,
        /// Value found.
        value: f64,
    },
    /// A connection matrix of a wrong shape.
    #[error("found {found} values in row {row} of the connections, expected {expected}")]
    ConnectionShape {
        /// Index of the row; equal to the units when the number of rows is wrong.
        row: usize,
        /// Values (or rows) found.
        found: usize,
        /// Values (or rows) expected.
        expected: usize,
    },
    /// A dependency that the connection matrix denies.
    #[error(
        "unit {to} depends on unit {from} (its probability changes by {change:e}), expected a \
         connection {from} -> {to}"
    )]
    MissingConnection {
        /// The source.
        from: usize,
        /// The target.
        to: usize,
        /// The greatest change of probability when the source flips.
        change: f64,
    },
    /// A state with a wrong number of units.
    #[error("found a state of {found} units, expected {expected}")]
    StateLength {
        /// Units found.
        found: usize,
        /// Units expected.
        expected: usize,
    },
    /// A state value that is neither 0 nor 1.
    #[error("found state {value} of unit {unit}, expected 0 or 1")]
    StateValue {
        /// Index of the unit.
        unit: usize,
        /// Value found.
        value: u8,
    },
    /// A candidate system without units.
    #[error("found an empty candidate system, expected at least 1 unit")]
    EmptyCandidate,
    /// A candidate system with a unit that the network has not, or has twice.
    #[error("found unit {unit} in a candidate system, expected distinct units below {units}")]
    CandidateUnit {
        /// The unit found.
        unit: usize,
        /// Units of the network.
        units: usize,
    },
    /// A system too large for its structure to be unfolded.
    #[error("found a system of {found} units, expected at most {limit} to unfold its structure")]
    StructureTooLarge {
        /// Units found.
        found: usize,
        /// The most allowed.
        limit: usize,
    },
    /// A state that the network cannot be in.
    #[error("the state of system {nodes:?} cannot be reached, expected one that can")]
    Unreachable {
        /// Units of the system.
        nodes: Vec<usize>,
    },
    /// The caller asked to stop.
    #[error("the analysis was stopped before it had a result")]
    Stopped,
}
