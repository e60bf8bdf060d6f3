//! Exit codes, the same for every command.

/// All went well.
pub const OK: u8 = 0;
/// Something inside failed.
pub const INTERNAL: u8 = 1;
/// The command line is wrong.
pub const USAGE: u8 = 2;
/// A scene or input is invalid.
pub const INVALID: u8 = 3;
/// An assertion of the scene failed.
pub const ASSERTION: u8 = 4;
/// A safety rule stopped the run.
pub const SAFETY: u8 = 5;
/// A run could not be reproduced.
pub const NOT_REPRODUCIBLE: u8 = 6;
/// A file could not be read or written.
pub const IO: u8 = 7;
/// The time limit was reached.
pub const TIME_LIMIT: u8 = 124;
/// The user interrupted; files are complete up to there.
pub const INTERRUPTED: u8 = 130;
