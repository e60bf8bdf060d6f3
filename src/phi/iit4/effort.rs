//! How much an analysis may work, and how it is asked to stop.

use crate::phi::work::Stop;

/// Bounds and listeners of an analysis.
///
/// Work is counted in operations ([`crate::phi::work`]); the count is the same on every machine and
/// for any number of workers. A step of the subset dynamic programmes, the part that grows as 4ⁿ,
/// is one: a system of n units takes about 2 · 4ⁿ / 6 of them per tied state and round.
#[derive(Clone, Copy)]
pub struct Effort<'a> {
    /// The most operations, over all systems of a call together; u64::MAX for no bound.
    pub work_max: u64,
    /// Threads. Results do not depend on their number.
    pub workers: usize,
    /// The most distinct tied cuts that are listed.
    pub tied_cuts_max: usize,
    /// Asked between steps, from any worker; `true` ends the search with a bound.
    pub stop: Stop<'a>,
    /// Told the fraction done, 0 … 1, never falling.
    pub progress: &'a (dyn Fn(f64) + Sync),
}

impl Effort<'static> {
    /// No bound, one worker, nobody listening.
    #[must_use]
    pub fn unlimited() -> Self {
        Self {
            work_max: u64::MAX,
            workers: 1,
            tied_cuts_max: 64,
            stop: &|| false,
            progress: &|_| {},
        }
    }
}

impl std::fmt::Debug for Effort<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Effort")
            .field("work_max", &self.work_max)
            .field("workers", &self.workers)
            .field("tied_cuts_max", &self.tied_cuts_max)
            .finish_non_exhaustive()
    }
}

impl<'a> Effort<'a> {
    /// The same effort with progress told to another listener.
    #[must_use]
    pub fn told<'b>(self, progress: &'b (dyn Fn(f64) + Sync)) -> Effort<'b>
    where
        'a: 'b,
    {
        Effort { progress, ..self }
    }

    /// The same effort without a listener.
    #[must_use]
    pub fn quiet(self) -> Effort<'a> {
        self.told(&|_| {})
    }
}

/// Deals items out to workers, item k to worker k mod their number, and collects results in order.
/// A worker stops at the first item without a result. Each worker has one set of `tools`.
pub(super) fn deal_out<S, T: Send>(
    items: usize,
    workers: usize,
    tools: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> Option<T> + Sync,
) -> Vec<Option<T>> {
    let workers = workers.clamp(1, items.max(1));
    let share = |first: usize| -> Vec<T> {
        let mut own = tools();
        let places = (first..items).step_by(workers);
        places.map_while(|place| work(&mut own, place)).collect()
    };
    let shares = std::thread::scope(|scope| {
        let share = &share;
        let others: Vec<_> = (1..workers)
            .map(|first| scope.spawn(move || share(first)))
            .collect();
        let mut shares = vec![share(0).into_iter()];
        for other in others {
            match other.join() {
                Ok(found) => shares.push(found.into_iter()),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        shares
    });
    let mut shares = shares;
    (0..items)
        .map(|place| shares[place % workers].next())
        .collect()
}

/// What is left of an effort while one system is searched.
#[derive(Debug)]
pub(super) struct Meter<'a> {
    pub(super) effort: Effort<'a>,
    pub(super) left: u64,
    pub(super) ended: bool,
    shares: usize,
    share: usize,
}

impl<'a> Meter<'a> {
    /// A meter of a search in `shares` parts of equal weight.
    pub(super) fn new(effort: Effort<'a>, shares: usize) -> Self {
        Self {
            effort,
            left: effort.work_max,
            ended: false,
            shares: shares.max(1),
            share: 0,
        }
    }

    /// Operations so far.
    pub(super) fn spent(&self) -> u64 {
        self.effort.work_max - self.left
    }

    /// Pays for some operations, or ends the search when they are too many or the caller says so.
    pub(super) fn pay(&mut self, operations: u64) -> bool {
        if operations > self.left || (self.effort.stop)() {
            self.ended = true;
            return false;
        }
        self.left -= operations;
        true
    }

    /// Reports the state of the present share: `round` rounds are through and `part` of the next.
    /// The number of rounds is not known ahead; each fills half of what is left.
    pub(super) fn report(&self, round: u32, part: f64) {
        let left = 0.5f64.powi(round.min(60) as i32);
        let done = 1.0 - left * (1.0 - 0.5 * part);
        (self.effort.progress)((self.share as f64 + done) / self.shares as f64);
    }

    /// Ends the present share.
    pub(super) fn next_share(&mut self) {
        self.share += 1;
        (self.effort.progress)(self.share as f64 / self.shares as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn items_come_back_in_order() {
        let expected: Vec<_> = (0..10).map(|k| Some(k * k)).collect();
        for workers in [1, 3, 20] {
            assert_eq!(deal_out(10, workers, || (), |(), k| Some(k * k)), expected);
        }
        let first = deal_out(5, 2, || (), |(), k| (k < 2).then_some(k));
        assert_eq!(first, [Some(0), Some(1), None, None, None]);
        assert!(deal_out(0, 2, || (), |(), k| Some(k)).is_empty());
    }

    #[test]
    fn progress_rises_to_one() {
        let seen = Mutex::new(Vec::new());
        let listen = |fraction: f64| seen.lock().unwrap().push(fraction);
        let effort = Effort {
            progress: &listen,
            ..Effort::unlimited()
        };
        let mut meter = Meter::new(effort, 2);
        for _ in 0..2 {
            for round in 0..3 {
                meter.report(round, 0.25);
                meter.report(round, 0.75);
            }
            meter.next_share();
        }
        let seen = seen.lock().unwrap().clone();
        assert!(seen.is_sorted());
        assert_eq!(seen.last(), Some(&1.0));
    }
}
