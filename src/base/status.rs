//! How a run stands or ended, with the exit code of each end.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The status of a run: what `manifest.json` and the last line of `--json` say, and what the
/// process exits with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// It has not ended. A run folder that still says so was cut short.
    Running,
    /// It ended as it should, and every assertion held.
    Ok,
    /// It reached its end, where an assertion did not hold.
    AssertionFailed,
    /// A safety rule of severity `Stop` ended it.
    SafeStopped,
    /// The wall time that it was given is over.
    TimeLimit,
    /// Somebody asked the process to stop.
    Interrupted,
    /// A system or a device failed.
    Error,
}

impl RunStatus {
    /// The process's exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Running | Self::Ok => 0,
            Self::Error => 1,
            Self::AssertionFailed => 4,
            Self::SafeStopped => 5,
            Self::TimeLimit => 124,
            Self::Interrupted => 130,
        }
    }

    /// Whether someone ended it early.
    #[must_use]
    pub const fn is_cancelled(self) -> bool {
        matches!(self, Self::TimeLimit | Self::Interrupted)
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Running => "running",
            Self::Ok => "ok",
            Self::AssertionFailed => "assertion_failed",
            Self::SafeStopped => "safe_stopped",
            Self::TimeLimit => "time_limit",
            Self::Interrupted => "interrupted",
            Self::Error => "error",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_reads_the_same_in_text_and_in_json() {
        use RunStatus as S;
        let all = [
            S::Running,
            S::Ok,
            S::AssertionFailed,
            S::SafeStopped,
            S::TimeLimit,
            S::Interrupted,
            S::Error,
        ];
        for status in all {
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json, format!("\"{status}\""));
            assert_eq!(serde_json::from_str::<S>(&json).unwrap(), status);
        }
    }
}
