//! The unit in which the work of a measurement is counted, and the budget that limits it.
//!
//! One unit of work is 1000 operations: about one microsecond of one core of a desktop machine of
//! 2024. An operation is a floating-point operation of a dense kernel, with what it takes to bring
//! its operands; things that are not one (a logarithm, a matrix that is laid out anew, a side that
//! is listed) count as the operations that take as long. The counts follow from sizes and from
//! iterations done, never from time, so that a measurement ends at the same place on every machine
//! and on any number of threads. What each piece of work counts stands beside its code. A release
//! build was measured over 215 pieces of all measures, searches, sources and sizes: the median of a
//! unit was 0.8 microseconds, nine of ten lay between 0.35 and 1.8, and all between 0.29 and 3.1.

/// Operations in a unit of work.
pub const OPERATIONS: u64 = 1000;

/// Asked by long work at least every few milliseconds, from any thread; `true` ends it. What work
/// returns that was ended so is not used.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// Operations that a real number stands for; a count beyond all numbers for what is too large.
#[must_use]
pub fn operations(count: f64) -> u64 {
    // A float turns into the nearest integer there is.
    count as u64
}

/// A limit of work, and a callback that can end a search at any time (a deadline, or a request to
/// stop; a search that it ended is not reproducible).
pub struct Budget<'a> {
    limit: u64,
    spent: u64,
    values: u64,
    stop: Option<&'a dyn Fn() -> bool>,
    ended: bool,
    stopped: bool,
}

impl<'a> Budget<'a> {
    /// At most `limit` units of work.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self::of_operations(limit.saturating_mul(OPERATIONS))
    }

    /// At most so many operations; u64::MAX is no limit.
    #[must_use]
    pub fn of_operations(limit: u64) -> Self {
        Self {
            limit,
            spent: 0,
            values: 0,
            stop: None,
            ended: false,
            stopped: false,
        }
    }

    /// Work without limit.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::of_operations(u64::MAX)
    }

    /// The same, ended as soon as `stop` says so.
    #[must_use]
    pub fn with_stop(mut self, stop: &'a dyn Fn() -> bool) -> Self {
        self.stop = Some(stop);
        self
    }

    /// Charges operations; false when they are not left or the callback said stop, and from then
    /// on.
    pub fn spend(&mut self, operations: u64) -> bool {
        let total = self.spent.saturating_add(operations);
        if self.ended || total > self.limit {
            self.ended = true;
            return false;
        }
        self.spent = total;
        self.goes_on()
    }

    /// Charges values of a measure and their operations, as [`Budget::spend`].
    pub fn take(&mut self, values: u64, operations: u64) -> bool {
        let paid = self.spend(operations);
        if paid {
            self.values = self.values.saturating_add(values);
        }
        paid
    }

    /// Asks the callback; false when it said stop or the budget ended before.
    pub fn goes_on(&mut self) -> bool {
        if !self.ended && self.stop.is_some_and(|stop| stop()) {
            self.ended = true;
            self.stopped = true;
        }
        !self.ended
    }

    /// Units of work that were charged, rounded up.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent.div_ceil(OPERATIONS)
    }

    /// Operations that are left.
    #[must_use]
    pub fn left(&self) -> u64 {
        if self.ended {
            0
        } else {
            self.limit - self.spent
        }
    }

    /// Units of work that it allows in all.
    #[must_use]
    pub fn allowed(&self) -> u64 {
        self.limit / OPERATIONS
    }

    /// Values of a measure that were charged.
    #[must_use]
    pub fn values(&self) -> u64 {
        self.values
    }

    /// Whether work was ended, by the limit or by the callback.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Whether the callback ended it.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stopped
    }
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget")
            .field("limit", &self.limit)
            .field("spent", &self.spent)
            .field("values", &self.values)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn work_ends_at_the_limit_and_stays_ended() {
        let mut budget = Budget::of_operations(5);
        assert!(budget.spend(3) && budget.take(7, 2));
        assert!(!budget.ended());
        assert!(!budget.take(1, 1) && !budget.spend(0));
        assert_eq!((budget.spent(), budget.values(), budget.left()), (1, 7, 0));
        assert!(!budget.stopped());
        assert_eq!(Budget::new(3).left(), 3 * OPERATIONS);
    }

    #[test]
    fn the_callback_ends_it() {
        let calls = Cell::new(0);
        let stop = || {
            calls.set(calls.get() + 1);
            calls.get() > 2
        };
        let mut budget = Budget::unlimited().with_stop(&stop);
        assert!(budget.spend(1) && budget.goes_on());
        assert!(!budget.spend(1));
        assert!(budget.ended() && budget.stopped());
    }
}
