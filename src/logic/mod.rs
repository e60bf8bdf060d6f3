//! Signal temporal logic over samples: formulas, how robustly a trace satisfies them, and monitors
//! that tell while samples arrive.
//!
//! The sign of the robustness is the verdict and its size the distance from the border; exactly 0
//! decides nothing. Time is a count of samples. What lies outside of a finite trace is skipped: the
//! least of nothing is +∞, the greatest of nothing −∞. An instant whose verdict depends on a sample
//! that is no finite number is invalid, which counts as a violation; a NaN makes its robustness −∞.
//!
//! ```
//! use phantomos::logic::{Formula, Monitor, evaluate};
//!
//! let formula = Formula::parse("always[0,2] (x <= 1)", None)?;
//! let samples = [0.5, 0.25, 0.75, 2.0];
//! let whole = evaluate(&formula, &[&samples], samples.len());
//! assert_eq!(whole.robustness, [0.25, -1.0, -1.0, -1.0]);
//!
//! let mut monitor = Monitor::new(&formula)?;
//! let mut told = Vec::new();
//! for x in samples {
//!     told.extend(monitor.push(&[x]).map(|verdict| verdict.robustness));
//! }
//! assert_eq!(told, [0.25, -1.0]);
//! assert_eq!(monitor.finish().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod text;
mod formula;
mod lex;
mod parse;
mod interval;
mod ring;
mod fold;
mod lower;
mod atom;
mod verdict;
mod state;
mod step;
mod chain;
mod range;
mod partial;
mod sweep;
mod early;
mod monitor;
mod offline;
mod blame;
pub mod answer;
pub mod explain;

pub use blame::{Blame, blame};
pub use error::FormulaError;
pub use formula::{BOUND_MAX, Bounds, Compare, Connective, DEPTH_MAX, Expr, Formula, Span, Step};
pub use lower::MonitorError;
pub use monitor::Monitor;
pub use offline::{Verdicts, evaluate};
pub use state::MonitorState;
pub use verdict::{Early, Verdict};
