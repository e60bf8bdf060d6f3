//! manifest.json: what ran, with what, how it ended, and what the folder's files hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::Tick;

/// The status of a manifest before the run has ended.
pub const RUNNING: &str = "running";

/// manifest.json.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `running`, or how the run ended.
    pub status: String,
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
    /// Whether the run that wrote it did not come to its end, so that it claims nothing of its files.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.status == RUNNING
    }
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
    /// `ok`, `safe_stopped`, `interrupted`, `time_limit`, `assertion_failed` or `error`.
    pub status: String,
    /// Ticks completed.
    pub ticks: Tick,
    /// Digest.
    pub digest: String,
}
