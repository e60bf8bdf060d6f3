//! What is asked: a network in a state, a Gaussian system, or a recording.

use crate::phi::gauss::case::{CaseRequest, CaseSystem};
use crate::phi::iit3::case::CaseNetwork;

/// The most units whose matrix is made from weights, or from a matrix state by state.
pub(super) const WEIGHT_UNITS_MAX: usize = 20;

/// A network of binary units in a state.
#[derive(Clone, Debug)]
pub struct DiscreteQuestion {
    /// P(unit on | state), one row a state, unit 0 toggling fastest.
    pub rows: Vec<Vec<f64>>,
    /// Connections, source by target, when they are given.
    pub connections: Option<Vec<Vec<u8>>>,
    /// The state.
    pub state: Vec<u8>,
    /// Whether only the whole is asked for.
    pub whole_only: bool,
    /// What is known of where the matrix comes from.
    pub remarks: Vec<String>,
    /// Whether the matrix is an estimate.
    pub estimated: bool,
}

/// A recording: one series of samples for each unit.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The series.
    pub series: Vec<Vec<f64>>,
    /// Names of the units.
    pub names: Vec<String>,
}

/// One question.
#[derive(Clone, Debug)]
pub enum Subject {
    /// IIT 4.0.
    Discrete(DiscreteQuestion),
    /// IIT 3.0.
    Older(CaseNetwork),
    /// A Gaussian system with what is asked of it; and whether an independent tree was expected.
    Gaussian(CaseSystem, CaseRequest, bool),
    /// A recording.
    Recording(Recording),
}

/// A question with its name.
#[derive(Clone, Debug)]
pub struct Question {
    /// The case's id, or the file's name.
    pub id: String,
    /// The kind that the case named.
    pub kind: Option<String>,
    /// What it is about.
    pub subject: Subject,
}
