//! Intervals of operators over windows at instants whose values are not final.
//!
//! At a single instant the window's combination goes on with what is not final. At several, two
//! copies of the window go on, one with the lower ends and one with the upper ones.

use super::fold::{Ahead, Behind, Element, Fold, Reach, greatest, least};
use super::lower::Op;
use super::partial::{Partial, Ranges};
use super::range::{Range, Trial};
use super::state::{Align, Memory, Seen};

/// A window that is swept over instants.
#[derive(Clone, Copy)]
struct Window {
    /// The first instant without a final value, and the last that is asked for.
    first: u64,
    last: u64,
    /// Samples on one side of an instant: ahead of it or behind.
    width: u64,
    ahead: bool,
    /// The first instant whose operand is not final.
    begin: u64,
    /// The latest instant that has come.
    latest: u64,
}

/// Both ends of an interval as elements of a window, and what is wrong.
type Fed<E> = (E, E, u8);

impl Window {
    /// Calls `tell` with the combinations of both ends at each instant, what is wrong, and whether
    /// the window lies within what has come.
    fn sweep<E: Element>(
        self,
        (fold, mut seen): (&Fold<E>, Seen),
        [lows, highs]: &mut [Fold<E>; 2],
        fed: impl Fn(u64) -> Fed<E>,
        mut tell: impl FnMut(Fed<E>, bool),
    ) {
        let until = |t: u64| match self.ahead {
            true => t.saturating_add(self.width),
            false => t,
        };
        let since = |t: u64| match self.ahead {
            true => t,
            false => t.saturating_sub(self.width),
        };
        if self.first == self.last {
            let (mut low, mut high) = (fold.total(), fold.total());
            for at in self.begin..=until(self.first).min(self.latest) {
                let own = fed(at);
                (low, high) = (low.with(own.0), high.with(own.1));
                seen.note(at, own.2);
            }
            let flags = seen.since(since(self.first));
            tell((low, high, flags), until(self.first) <= self.latest);
            return;
        }
        lows.copy_from(fold);
        highs.copy_from(fold);
        let mut next = self.begin;
        for t in self.first..=self.last {
            while next <= until(t).min(self.latest) {
                let own = fed(next);
                lows.push(own.0);
                highs.push(own.1);
                seen.note(next, own.2);
                next += 1;
            }
            let flags = seen.since(since(t));
            tell(
                (lows.total(), highs.total(), flags),
                until(t) <= self.latest,
            );
            if self.ahead || t >= self.width {
                lows.pop();
                highs.pop();
            }
        }
    }
}

impl Partial<'_> {
    /// Both ends of the functions of an instant.
    fn pair<const AHEAD: bool>(
        &self,
        align: &Align,
        sides: [usize; 2],
        t: u64,
    ) -> Fed<Reach<AHEAD>> {
        let (a, b) = self.both(align, sides, t);
        (
            Reach::of(a.low, b.low),
            Reach::of(a.high, b.high),
            a.flags | b.flags,
        )
    }

    /// Intervals of an operator over a window, or over all before an instant.
    pub(super) fn sweep(
        &self,
        op: Op,
        memory: &Memory,
        (first, last): (u64, u64),
        trial: &mut Trial,
        out: &mut Ranges,
    ) {
        let latest = self.latest();
        let window = |begin, width, ahead| Window {
            first,
            last,
            width,
            ahead,
            begin,
            latest,
        };
        let pairs = |a: usize, b: usize| self.finals(a).min(self.finals(b));
        match (op, memory) {
            (Op::Future { of, width, sign }, Memory::Window(fold, seen))
            | (Op::Past { of, width, sign }, Memory::Window(fold, seen)) => {
                let ahead = matches!(op, Op::Future { .. });
                let fed = |t| {
                    let own = self.at(of, t).signed(sign);
                    (own.low, own.high, own.flags)
                };
                let begin = self.finals(of);
                let all = window(begin, width, ahead);
                all.sweep(
                    (fold, *seen),
                    &mut trial.numbers,
                    fed,
                    |(low, high, flags), whole| {
                        let low = if whole { low } else { f64::NEG_INFINITY };
                        out.push(Range { low, high, flags }.signed(sign));
                    },
                );
            }
            (Op::Until { left, right, width }, Memory::Until(align, fold, seen)) => {
                let fed = |t| self.pair(align, [left, right], t);
                let all = window(pairs(left, right), width, true);
                all.sweep(
                    (fold, *seen),
                    &mut trial.aheads,
                    fed,
                    |(low, high, flags), whole| {
                        out.push(until(low, high, flags, whole));
                    },
                );
            }
            (Op::Since { left, right, width }, Memory::Since(align, fold, seen)) => {
                let fed = |t| self.pair(align, [left, right], t);
                let all = window(pairs(left, right), width, false);
                all.sweep(
                    (fold, *seen),
                    &mut trial.behinds,
                    fed,
                    |(low, high, flags): Fed<Behind>, _| {
                        out.push(Range {
                            low: low.reach,
                            high: high.reach,
                            flags,
                        });
                    },
                );
            }
            (Op::Ever { of, sign }, Memory::Ever(all)) => {
                let mut all = Range::exact(*all);
                out.extend((first..=last).map(|t| {
                    all = all.least(self.at(of, t).signed(sign));
                    all.signed(sign)
                }));
            }
            (Op::SinceEver { left, right }, Memory::SinceEver(align, all)) => {
                let mut all = Range::exact(*all);
                out.extend((first..=last).map(|t| {
                    let (a, b) = self.both(align, [left, right], t);
                    let next = |a, b, all| greatest(b, least(a, all));
                    all = Range {
                        low: next(a.low, b.low, all.low),
                        high: next(a.high, b.high, all.high),
                        flags: all.flags | a.flags | b.flags,
                    };
                    all
                }));
            }
            _ => {}
        }
    }
}

/// The interval of `until` whose window is whole, or goes on with what nobody knows.
pub(super) fn until(low: Ahead, high: Ahead, flags: u8, whole: bool) -> Range {
    let most = if whole {
        high.reach
    } else {
        greatest(high.reach, high.hold)
    };
    Range {
        low: low.reach,
        high: most,
        flags,
    }
}
