//! manifest.json: what ran, with what, how it ended, and what the folder's files hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{RunStatus, Tick};

/// The form of run folders. Raise it when the lines of a file change.
pub const RUN_FORMAT: u32 = 2;

/// manifest.json.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the folder, [`RUN_FORMAT`].
    pub format: u32,
    /// How the run ended.
    pub status: RunStatus,
    /// What failed, when its status is `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Name and version of the program.
    pub tool: String,
    /// Instruction set whose rounding the digest stands for.
    pub isa: String,
    /// Operating system and processor architecture.
    pub platform: String,
    /// Name of the scene.
    pub scene: String,
    /// Directory that the scene's files are relative to.
    #[serde(default)]
    pub scene_directory: Option<String>,
    /// Folders and files beyond that directory that the scene was allowed to read.
    #[serde(default)]
    pub allow_read: Vec<String>,
    /// The files that the scene reads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputClaim>,
    /// XXH3-64 of the resolved scene.
    pub scene_hash: String,
    /// Seed.
    pub seed: u64,
    /// Node Worlds.
    pub nodes: u16,
    /// Worker threads.
    pub threads: usize,
    /// The command line.
    pub argv: Vec<String>,
    /// When it began.
    pub started: String,
    /// Ticks completed.
    pub ticks: Tick,
    /// Digest of the run after these ticks.
    pub digest: String,
    /// Wall time, s.
    pub wall_s: f64,
    /// Length and hash of each file, by its name; empty before the run has ended.
    #[serde(default)]
    pub files: BTreeMap<String, FileClaim>,
}

impl Manifest {
    /// Whether the run that wrote it did not come to its end, so that it claims nothing of its
    /// files.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.status == RunStatus::Running
    }
}

/// A file that the scene reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputClaim {
    /// Its path in the scene that was run.
    pub path: String,
    /// Where it was, relative to the run folder.
    pub source: String,
    /// Its copy in the run folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
    /// Its length.
    pub bytes: u64,
    /// XXH3-64 of it, as 16 hexadecimal digits.
    pub xxh3: String,
    /// What it was read as.
    pub read_as: String,
    /// What was detected, chosen and left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What a file of the folder holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileClaim {
    /// Its length.
    pub bytes: u64,
    /// XXH3-64 of it, as 16 hexadecimal digits.
    pub xxh3: String,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Its status.
    pub status: RunStatus,
    /// What failed, when the status is [`RunStatus::Error`].
    pub error: Option<String>,
    /// Ticks completed.
    pub ticks: Tick,
    /// Digest.
    pub digest: String,
}

impl Ending {
    /// Of a run in which something failed.
    #[must_use]
    pub fn failed(error: &impl std::fmt::Display, ticks: Tick, digest: String) -> Self {
        Self {
            status: RunStatus::Error,
            error: Some(error.to_string()),
            ticks,
            digest,
        }
    }
}
