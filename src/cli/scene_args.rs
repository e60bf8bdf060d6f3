//! Arguments that several commands have: changes of a scene, and times.

use std::path::PathBuf;

use clap::Args;

use crate::scenario::Assertion;

use super::bench_args::IsaArg;

/// What changes a scene before it runs.
#[derive(Args, Debug, Clone, Default)]
pub struct SceneArgs {
    /// Set a value of the scene, for example control.enabled=false; may be repeated.
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = parse_set)]
    pub sets: Vec<(String, String)>,
    /// Demand besides what the scene asserts: `METRIC[@SCOPE]:STATISTIC >= NUMBER` (or `<=`), for
    /// example coherence:mean >= 0.8, or a formula as `always[0,5 s] (coherence >= 0.2)`; may be
    /// repeated. What does not hold ends the command with exit code 4.
    #[arg(long = "assert", value_name = "EXPR", value_parser = Assertion::parse)]
    pub asserts: Vec<Assertion>,
    /// Seed instead of the scene's.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Ticks instead of the scene's.
    #[arg(long)]
    pub ticks: Option<u64>,
    /// Node Worlds instead of the scene's.
    #[arg(long)]
    pub nodes: Option<u16>,
    /// Worker threads that run the node Worlds.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
    /// Let the scene read files below this directory, too; may be repeated. Without it, a scene
    /// reads files below its own directory, and those that --set names.
    #[arg(long, value_name = "DIR")]
    pub allow_read: Vec<PathBuf>,
    /// Instruction set of the plant, instead of the best of this machine. Digests are those of one
    /// set.
    #[arg(long)]
    pub isa: Option<IsaArg>,
}

fn parse_set(text: &str) -> Result<(String, String), String> {
    let (path, value) = text
        .split_once('=')
        .ok_or("expected PATH=VALUE, for example control.enabled=false")?;
    Ok((path.trim().to_owned(), value.trim().to_owned()))
}

pub(super) fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds")?;
    if (0.0..=1e9).contains(&seconds) {
        Ok(seconds)
    } else {
        Err("expected 0 … 1e9 seconds".to_owned())
    }
}

impl SceneArgs {
    /// All changes as overrides of the scene's text.
    #[must_use]
    pub fn overrides(&self) -> Vec<(String, String)> {
        let mut sets = self.sets.clone();
        let named = [
            ("seed", self.seed),
            ("ticks", self.ticks),
            ("cluster.nodes", self.nodes.map(u64::from)),
        ];
        for (path, value) in named {
            if let Some(value) = value {
                sets.push((path.to_owned(), value.to_string()));
            }
        }
        // Each goes in front of the others.
        let asserts = self.asserts.iter().rev();
        sets.extend(asserts.map(|own| ("assertions[+]".to_owned(), own.ron())));
        sets
    }
}
