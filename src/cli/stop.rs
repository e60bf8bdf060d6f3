//! Ending early: Ctrl-C, SIGTERM, SIGHUP, and limits of wall time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use crate::base::{Cancel, CancelCause};

use super::exit;
use super::say::aside;

/// The work that finishes its files when it is asked to stop; without one the process just ends.
static ASKED: Mutex<Option<Cancel>> = Mutex::new(None);

fn asked() -> Option<Cancel> {
    let asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    asked.clone()
}

/// Makes interrupts end the process with the exit code of an interrupt: at once where no files are
/// open, else as soon as they are closed. A second interrupt does not wait.
pub fn heed_signals() {
    let handler = ctrlc::set_handler(|| match asked() {
        Some(cancel) if !cancel.is_requested() => cancel.request(CancelCause::Interrupted),
        _ => std::process::exit(i32::from(exit::INTERRUPTED)),
    });
    if let Err(error) = handler {
        aside!("interrupts will not close files cleanly: {error}");
    }
}

/// A limit of wall time, counted from where it was made.
///
/// While work goes on that has no files to close, such as building a scene, the process ends at the
/// limit by itself. From [`TimeLimit::close_files`] on, the [`Cancel`] is set and the work ends.
pub struct TimeLimit {
    cancel: Cancel,
    closes_files: Arc<AtomicBool>,
    /// Its loss ends the thread that waits.
    _alive: Sender<()>,
}

impl TimeLimit {
    /// Begins to count.
    #[must_use]
    pub fn begin(limit: Option<Duration>) -> Self {
        let (alive, over) = bounded(0);
        let own = Self {
            cancel: Cancel::default(),
            closes_files: Arc::default(),
            _alive: alive,
        };
        let (cancel, closes_files) = (own.cancel.clone(), own.closes_files.clone());
        if let Some(limit) = limit {
            std::thread::spawn(move || {
                if over.recv_timeout(limit) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                if closes_files.load(Ordering::SeqCst) {
                    cancel.request(CancelCause::TimeLimit);
                } else {
                    aside!("the time limit of {} s was reached", limit.as_secs_f64());
                    std::process::exit(i32::from(exit::TIME_LIMIT));
                }
            });
        }
        own
    }

    /// The flag that is set at the limit, and by an interrupt.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Says that files are open from now on, which have to be closed before the process ends.
    pub fn close_files(&self) {
        self.closes_files.store(true, Ordering::SeqCst);
        *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.cancel.clone());
    }
}

impl Drop for TimeLimit {
    fn drop(&mut self) {
        *ASKED.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
