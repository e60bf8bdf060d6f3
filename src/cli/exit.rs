//! Exit codes, the same for every command. Those of a run are its status's.

use crate::base::RunStatus;

/// All went well.
pub const OK: u8 = RunStatus::Ok.exit_code();
/// Something inside failed.
pub const INTERNAL: u8 = RunStatus::Error.exit_code();
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// A scene or input is invalid.
pub const INVALID: u8 = 3;
/// An assertion of the scene failed.
pub const ASSERTION: u8 = RunStatus::AssertionFailed.exit_code();
/// A safety rule stopped the run.
pub const SAFETY: u8 = RunStatus::SafeStopped.exit_code();
/// A run could not be reproduced.
pub const NOT_REPRODUCIBLE: u8 = 6;
/// A file could not be read or written.
pub const IO: u8 = 7;
/// The time limit was reached.
pub const TIME_LIMIT: u8 = RunStatus::TimeLimit.exit_code();
/// The user interrupted; files are complete up to there.
pub const INTERRUPTED: u8 = RunStatus::Interrupted.exit_code();
