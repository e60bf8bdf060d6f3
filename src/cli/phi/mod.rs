//! `phantom phi`: integrated information of a transition matrix, a covariance or a recording.

pub mod args;
pub mod question;
pub mod read;
pub mod effort;
pub mod gaps;
pub mod meaning;
pub mod discrete;
pub mod gaussian;
pub mod recorded;
pub mod figure;
pub mod notes;
pub mod selftest;
pub mod run;

pub use args::PhiArgs;
