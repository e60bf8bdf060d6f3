//! A request to stop early, shared between whoever asks and long work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Who asked to stop early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelCause {
    /// A person or the operating system: Ctrl-C, SIGTERM, SIGHUP, a closed window.
    Interrupted,
    /// The limit of wall time was reached.
    TimeLimit,
}

impl std::fmt::Display for CancelCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Interrupted => "interrupted",
            Self::TimeLimit => "time limit",
        })
    }
}

/// A flag that long work looks at between its pieces, at least every 100 ms. Work that sees it set
/// returns at once; what it returns then is not used.
///
/// Reading the flag is one relaxed load, so that an integrator may look once a step. The first
/// cause counts. Clones share the flag.
///
/// ```
/// use phantomos::base::cancel::{Cancel, CancelCause};
/// let cancel = Cancel::default();
/// let seen = cancel.clone();
/// cancel.request(CancelCause::TimeLimit);
/// cancel.request(CancelCause::Interrupted);
/// assert_eq!(seen.cause(), Some(CancelCause::TimeLimit));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicU8>);

impl Cancel {
    /// Asks the work to stop.
    pub fn request(&self, cause: CancelCause) {
        let number = match cause {
            CancelCause::Interrupted => 1,
            CancelCause::TimeLimit => 2,
        };
        // A failure means that somebody asked before.
        let _ = self
            .0
            .compare_exchange(0, number, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    #[inline]
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }

    /// Who asked first, if anyone did.
    #[must_use]
    pub fn cause(&self) -> Option<CancelCause> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(CancelCause::Interrupted),
            _ => Some(CancelCause::TimeLimit),
        }
    }
}
