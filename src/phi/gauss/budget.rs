//! How much work a search may do.

/// A limit in units of work, which are the same on every machine, and a callback that can end a
/// search at any time (a deadline, say; a search that it ended is not reproducible).
///
/// One unit of work is one value of the measure on one cut. Searches that get many values at once
/// charge the number of values.
pub struct Budget<'a> {
    limit: u64,
    spent: u64,
    stop: Option<&'a dyn Fn() -> bool>,
    ended: bool,
}

impl<'a> Budget<'a> {
    /// At most `limit` units of work.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self {
            limit,
            spent: 0,
            stop: None,
            ended: false,
        }
    }

    /// Work without limit.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// The same, ended as soon as `stop` says so.
    #[must_use]
    pub fn with_stop(mut self, stop: &'a dyn Fn() -> bool) -> Self {
        self.stop = Some(stop);
        self
    }

    /// Charges `work` units; false when they are not left or the callback said stop, and from then
    /// on.
    pub fn spend(&mut self, work: u64) -> bool {
        let total = self.spent.saturating_add(work);
        if self.ended || total > self.limit || self.stop.is_some_and(|stop| stop()) {
            self.ended = true;
            return false;
        }
        self.spent = total;
        true
    }

    /// Units of work that were charged.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Whether a search was ended.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.ended
    }
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget")
            .field("limit", &self.limit)
            .field("spent", &self.spent)
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
        let mut budget = Budget::new(5);
        assert!(budget.spend(3) && budget.spend(2));
        assert!(!budget.ended());
        assert!(!budget.spend(1) && !budget.spend(0));
        assert_eq!(budget.spent(), 5);
    }

    #[test]
    fn the_callback_ends_it() {
        let calls = Cell::new(0);
        let stop = || {
            calls.set(calls.get() + 1);
            calls.get() > 2
        };
        let mut budget = Budget::unlimited().with_stop(&stop);
        assert!(budget.spend(1) && budget.spend(1));
        assert!(!budget.spend(1));
        assert!(budget.ended());
    }
}
