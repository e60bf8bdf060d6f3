//! What makes a network unfit for analysis.

use thiserror::Error;

/// Why a network has no integrated information.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Iit3Error {
    /// There are no units, or more than are taken.
    #[error("{units} units, expected 1 … {limit}")]
    Units {
        /// Units given.
        units: usize,
        /// The most that are taken.
        limit: usize,
    },
    /// A table is not of the size that the number of units asks for.
    #[error("{what} has {found} entries, expected {expected}")]
    Size {
        /// The table or row.
        what: &'static str,
        /// Its entries.
        found: usize,
        /// Entries that were expected.
        expected: usize,
    },
    /// An entry of the transition table is not a probability.
    #[error("unit {unit} turns on after state {state} with probability {value}, expected 0 … 1")]
    Probability {
        /// State index.
        state: usize,
        /// The unit.
        unit: usize,
        /// The entry.
        value: f64,
    },
    /// An entry of a state or of the connectivity is neither 0 nor 1.
    #[error("{what} has the entry {value}, expected 0 or 1")]
    Binary {
        /// The table.
        what: &'static str,
        /// The entry.
        value: u8,
    },
    /// A unit depends on one that the connectivity does not let act on it.
    #[error("unit {target} depends on unit {source_unit}, but cm has no edge between them")]
    Unconnected {
        /// The unit that is acted upon.
        target: usize,
        /// The unit that acts.
        source_unit: usize,
    },
}
