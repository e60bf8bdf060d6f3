//! What can go wrong, with the place in the case and what was expected there.

use thiserror::Error;

/// An error of the dynamics engine; messages are in lower case, fit for "failed to …".
#[derive(Clone, Debug, Error, PartialEq)]
pub enum DynamicsError {
    /// A key that the case must have is not there.
    #[error("{path}: missing, expected {expected}")]
    Missing {
        /// JSON path of the key, such as `params.omega`.
        path: String,
        /// What should stand there.
        expected: String,
    },
    /// A value of the wrong shape or outside its range.
    #[error("{path}: found {found}, expected {expected}")]
    Invalid {
        /// JSON path of the value, such as `graph.edges[3][1]`.
        path: String,
        /// The value, shortened.
        found: String,
        /// What should stand there.
        expected: String,
    },
    /// The chosen integrator has no form for this model.
    #[error("integrator {integrator} does not apply to {model}: {reason}")]
    Unsupported {
        /// Name of the integrator.
        integrator: String,
        /// Name of the model.
        model: String,
        /// What is missing.
        reason: String,
    },
    /// A fixed step beyond the stability bound of an explicit method.
    #[error(
        "dt = {dt} s is beyond the stability bound of {method}: omega dt = {product} > 2 \
         for omega = {omega} rad/s; choose dt <= {limit} s"
    )]
    UnstableStep {
        /// Name of the method.
        method: String,
        /// The step, s.
        dt: f64,
        /// The largest angular frequency of the linear part, rad/s.
        omega: f64,
        /// omega · dt.
        product: f64,
        /// 2 / omega, s.
        limit: f64,
    },
    /// A variable of the state is NaN or infinite.
    #[error("{variable} is not finite at t = {t} s")]
    NonFinite {
        /// Name of the variable, such as `x[3]`.
        variable: String,
        /// Time of the state, s.
        t: f64,
    },
    /// The adaptive step shrank below the spacing of the numbers around t.
    #[error("step size underflow: h = {h} s at t = {t} s; {variable} has the largest error")]
    StepUnderflow {
        /// Time, s.
        t: f64,
        /// The step that was too small, s.
        h: f64,
        /// Name of the variable with the largest scaled error.
        variable: String,
    },
    /// The integration needed more steps than allowed.
    #[error("more than {limit} steps needed: stopped at t = {t} s")]
    TooManySteps {
        /// The largest number of steps.
        limit: u64,
        /// Time reached, s.
        t: f64,
    },
    /// An iteration of a solver did not converge.
    #[error("{what} did not converge: {detail}")]
    NotConverged {
        /// What was sought.
        what: String,
        /// Where it stood.
        detail: String,
    },
}

impl DynamicsError {
    /// A value outside its shape or range at a JSON path.
    #[must_use]
    pub fn invalid(path: &str, found: impl ToString, expected: impl ToString) -> Self {
        Self::Invalid {
            path: path.to_owned(),
            found: found.to_string(),
            expected: expected.to_string(),
        }
    }

    /// A missing key at a JSON path.
    #[must_use]
    pub fn missing(path: &str, expected: impl ToString) -> Self {
        Self::Missing {
            path: path.to_owned(),
            expected: expected.to_string(),
        }
    }
}
