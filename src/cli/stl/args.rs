//! Arguments of `stl`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::file_args::DialectArgs;

/// What `--help` says behind the options.
const LESSON: &str = "\
A formula says what a trace of samples has to do:
  always[0,50] (coherence >= 0.2)                      never below 0.2 for 51 samples
  always (x >= 1 implies eventually[0, 2 s] (y >= 1))  each request is answered within 2 s
  (x <= 0.8) until[0,8] (y >= 0.3)                     x stays low until y rises
Its robustness is positive where it holds and says by how much. --explain lists the operators.

Examples:
  phantom stl --formula \"always[0,50] (coherence >= 0.2)\" --trace runs/last/metrics.csv
  phantom stl --formula \"eventually[0, 2 s] (x > 1)\" --trace mine.csv --plot stl.svg
  phantom stl --explain until

Exit code 0: it holds at the first sample; 4: it is violated there; 3: formula or trace is wrong.";

/// Arguments of `stl`.
#[derive(Args, Debug)]
#[command(after_long_help = LESSON, after_help = LESSON)]
pub struct StlArgs {
    /// The formula, for example `always[0,50] (coherence >= 0.2)`. Bounds count samples, or have a
    /// unit of time where the trace says its times.
    #[arg(
        long,
        value_name = "FORMULA",
        requires = "trace",
        required_unless_present_any = ["input", "explain"]
    )]
    pub formula: Option<String>,
    /// The trace: a table with a column for each signal (CSV, TSV and the like, .npy, .npz, also
    /// .gz), as a run's metrics.csv.
    #[arg(long, value_name = "FILE", requires = "formula")]
    pub trace: Option<PathBuf>,
    /// The rows that are taken of a table with a column `scope`. When absent, those of `cluster`;
    /// `coherence@drive` in a formula takes those of `drive`.
    #[arg(long, value_name = "NAME", requires = "trace")]
    pub scope: Option<String>,
    /// The first sample that is taken, counted from 0; all when absent.
    #[arg(long, value_name = "SAMPLE", requires = "trace", default_value_t = 0)]
    pub from: usize,
    /// Samples a second, Hz, where the table does not say.
    #[arg(long, value_name = "HZ", requires = "trace", value_parser = positive)]
    pub fs: Option<f64>,
    /// A reference case as JSON, of kind stl or stl_nan.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["formula", "explain"])]
    pub input: Option<PathBuf>,
    /// Prints what an operator means: its robustness, what it depends on, what an end of the trace
    /// does, an example; without a name, of all.
    #[arg(
        long,
        value_name = "OPERATOR",
        num_args = 0..=1,
        default_missing_value = "list",
        conflicts_with = "formula"
    )]
    pub explain: Option<String>,
    /// Draw the signals with their thresholds and the robustness; the ending says the format: .svg,
    /// .pdf or .png. stl.svg when no file is named.
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        default_missing_value = "stl.svg",
        requires = "trace"
    )]
    pub plot: Option<PathBuf>,
    /// How tables are written.
    #[command(flatten)]
    pub dialect: DialectArgs,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(x) if x.is_finite() && x > 0.0 => Ok(x),
        _ => Err("expected a number > 0".to_owned()),
    }
}
