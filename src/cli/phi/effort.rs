//! The deadline, and progress with its estimated end on standard error.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::base::cancel::{Cancel, CancelCause};

/// Time after which progress is shown at all.
const QUIET: Duration = Duration::from_secs(1);

/// When to stop, and what is told meanwhile.
pub struct Watch {
    began: Instant,
    deadline: Option<Duration>,
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
    cancel: Cancel,
    stage: Arc<Mutex<Option<String>>>,
}

impl Watch {
    /// A watch that starts now.
    #[must_use]
    pub fn start(deadline_s: Option<f64>) -> Self {
        let own = Self {
            began: Instant::now(),
            deadline: deadline_s.map(Duration::from_secs_f64),
            bar: Mutex::new(None),
            shown: std::io::stderr().is_terminal(),
            cancel: Cancel::default(),
            stage: Arc::default(),
        };
        if let Some(deadline) = own.deadline {
            let cancel = own.cancel.clone();
            std::thread::spawn(move || {
                std::thread::sleep(deadline);
                cancel.request(CancelCause::TimeLimit);
            });
        }
        own
    }

    /// The flag that is set at the deadline.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Says what is done now; it is shown once it takes long, until there is progress to tell.
    pub fn stage(&self, what: &'static str) {
        if !self.shown {
            return;
        }
        let Ok(mut stage) = self.stage.lock() else {
            return;
        };
        let is_first = stage.is_none();
        *stage = Some(format!("{what} …"));
        drop(stage);
        if is_first {
            let stage = Arc::clone(&self.stage);
            std::thread::spawn(move || show_stage(&stage));
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

    /// Seconds until the deadline, where there is one.
    #[must_use]
    pub fn left_s(&self) -> Option<f64> {
        let left = self.deadline?.saturating_sub(self.began.elapsed());
        Some(left.as_secs_f64())
    }

    /// Seconds so far.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    fn end_stage(&self) {
        if let Ok(mut stage) = self.stage.lock()
            && let Some(stage) = stage.as_mut()
        {
            stage.clear();
        }
    }

    /// Tells how much is done, 0 … 1.
    pub fn tell(&self, fraction: f64) {
        self.end_stage();
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
        self.end_stage();
        if let Ok(bar) = self.bar.lock()
            && let Some(bar) = &*bar
        {
            bar.finish_and_clear();
        }
    }
}

/// Shows a stage from one second on, until it is cleared.
fn show_stage(stage: &Mutex<Option<String>>) {
    std::thread::sleep(QUIET);
    let spinner = ProgressBar::new_spinner();
    loop {
        let text = stage.lock().ok().and_then(|stage| stage.clone());
        match text.filter(|text| !text.is_empty()) {
            None => return spinner.finish_and_clear(),
            Some(text) => spinner.set_message(text),
        }
        spinner.tick();
        std::thread::sleep(Duration::from_millis(100));
    }
}
