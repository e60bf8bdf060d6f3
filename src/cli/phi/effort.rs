//! The deadline, and progress with its estimated end on standard error.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time after which progress is shown at all.
const QUIET: Duration = Duration::from_millis(700);

/// When to stop, and what is told meanwhile.
pub struct Watch {
    began: Instant,
    deadline: Option<Duration>,
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
}

impl Watch {
    /// A watch that starts now.
    #[must_use]
    pub fn start(deadline_s: Option<f64>) -> Self {
        Self {
            began: Instant::now(),
            deadline: deadline_s.map(Duration::from_secs_f64),
            bar: Mutex::new(None),
            shown: std::io::stderr().is_terminal(),
        }
    }

    /// Whether the deadline has passed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| self.began.elapsed() >= deadline)
    }

    /// Whether there is a deadline.
    #[must_use]
    pub fn has_deadline(&self) -> bool {
        self.deadline.is_some()
    }

    /// Seconds so far.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// Tells how much is done, 0 … 1.
    pub fn tell(&self, fraction: f64) {
        if !self.shown || self.began.elapsed() < QUIET {
            return;
        }
        let Ok(mut bar) = self.bar.lock() else {
            return;
        };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:40} {percent:>3} % · {eta} to go");
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        });
        bar.set_position((1000.0 * fraction) as u64);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Ok(bar) = self.bar.lock()
            && let Some(bar) = &*bar
        {
            bar.finish_and_clear();
        }
    }
}
