//! What a user types after `phantom phi`.

use std::path::PathBuf;

use clap::Args;

use super::super::file_args::DialectArgs;
use super::super::scene_args::parse_seconds;

/// A measure of integrated information.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhiMeasureArg {
    /// φ_s, complexes and structures of IIT 4.0, of binary units.
    Iit4,
    /// Φ of IIT 3.0, up to six binary units.
    Iit3,
    /// Gaussian multi-information of one instant.
    Mi1,
    /// Gaussian multi-information of past and present.
    Mi,
    /// Stochastic interaction.
    Si,
    /// Φ*, from mismatched decoding.
    Star,
    /// Φ_G, from information geometry.
    Geo,
}

/// A search for the minimum bipartition of a Gaussian measure.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhiSearchArg {
    /// Every bipartition: exact.
    Exhaustive,
    /// Queyranne's algorithm: exact for mi1 and mi.
    Queyranne,
    /// Spectral cuts: heuristic.
    Spectral,
    /// Replica-exchange Monte Carlo: heuristic.
    Remcmc,
}

/// What a table is.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhiKind {
    /// A transition matrix: 2^n rows of n columns, or 2^n × 2^n; needs --state.
    Tpm,
    /// A covariance.
    Covariance,
    /// A recording: samples in rows, units in columns.
    Recording,
}

/// What to do with missing cells of a recording.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingArg {
    /// They are refused, with their places.
    #[default]
    Refuse,
    /// The last number before them stands.
    Hold,
    /// A line from the number before to the one behind.
    Interpolate,
    /// Their rows are left out.
    Drop,
}

/// Arguments of `phi`.
#[derive(Args, Debug)]
pub struct PhiArgs {
    /// Reference cases as JSON, a table as .npy or CSV (a transition matrix, a covariance or a
    /// recording), or a recording as EDF, BDF or WAV.
    #[arg(long, value_name = "FILE", conflicts_with = "selftest")]
    pub input: Option<PathBuf>,
    /// What the table is, instead of what its shape says.
    #[arg(long, value_enum)]
    pub kind: Option<PhiKind>,
    /// Columns or channels that are units, by name, or by number from 1 when the file has no names.
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub columns: Vec<String>,
    /// How the table is written.
    #[command(flatten)]
    pub dialect: DialectArgs,
    /// Channels are in rows: turn the table.
    #[arg(long)]
    pub transpose: bool,
    /// What to do with missing cells of a recording.
    #[arg(long, value_enum, default_value = "refuse")]
    pub missing: MissingArg,
    /// The state of each unit of a transition matrix, unit 0 first, for example 1,0,0.
    #[arg(long, value_name = "0,1,…", value_parser = parse_state)]
    pub state: Option<std::vec::Vec<u8>>,
    /// The measure; iit4 for transition matrices and mi1 for the rest when absent.
    #[arg(long, value_enum)]
    pub measure: Option<PhiMeasureArg>,
    /// How the minimum bipartition of a Gaussian measure is searched for.
    #[arg(long, value_enum)]
    pub search: Option<PhiSearchArg>,
    /// Minimise the normalised value (Gaussian measures).
    #[arg(long)]
    pub normalized: bool,
    /// Look for complexes.
    #[arg(long)]
    pub complexes: bool,
    /// Unfold the cause–effect structure also of more than six units.
    #[arg(long)]
    pub structure: bool,
    /// The value without each unit, and without each connection of a network.
    #[arg(long)]
    pub lesion: bool,
    /// Samples between past and present of a recording.
    #[arg(long, default_value_t = 1, value_name = "SAMPLES")]
    pub lag: usize,
    /// Shrinkage of a recording's covariance towards its diagonal: auto, none, or a share 0 … 1;
    /// auto when absent, unless the covariance is singular.
    #[arg(long)]
    pub shrink: Option<String>,
    /// Added to the counts of on and of off when transitions are counted (iit4, iit3).
    #[arg(long, default_value_t = 0.5, value_parser = parse_prior)]
    pub prior: f64,
    /// Sample from which a unit of a recording is on (iit4, iit3), instead of its mean.
    #[arg(long)]
    pub threshold: Option<f64>,
    /// Compare a recording's value with this many surrogates, and give an interval from as many
    /// resamples.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = parse_surrogates)]
    pub surrogates: usize,
    /// Seed of surrogates and resamples.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Give the best bound after this many seconds.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub deadline: Option<f64>,
    /// Worker threads; the numbers do not depend on them.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
    /// Draw the network with its cut, complexes and structure; the ending says the format: .svg,
    /// .pdf or .png.
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,
    /// Print one JSON document: an answer, or a list of answers for a list of cases.
    #[arg(long)]
    pub json: bool,
    /// Compute the published figures 1, 6 and 7 of Albantakis et al. (2023) and compare.
    #[arg(long)]
    pub selftest: bool,
}

fn parse_prior(text: &str) -> Result<f64, String> {
    let prior = text.parse().ok().filter(|x| (0.0..=1e6).contains(x));
    prior.ok_or_else(|| "expected a number from 0 on".to_owned())
}

fn parse_surrogates(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Ok(0),
        Ok(count @ 19..=100_000) => Ok(count),
        _ => Err("expected 0, or 19 … 100000 so that p can be 0.05 or less".to_owned()),
    }
}

fn parse_state(text: &str) -> Result<Vec<u8>, String> {
    let bit = |part: &str| match part.trim() {
        "0" => Ok(0),
        "1" => Ok(1),
        other => Err(format!(
            "{other:?}, expected 0 or 1 for each unit, for example 1,0,0"
        )),
    };
    text.split(',').map(bit).collect()
}
