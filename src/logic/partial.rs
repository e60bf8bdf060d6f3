//! What is certain of operators at instants whose values are not final: intervals, from the values
//! that are final and from intervals of operands.
//!
//! The value at an instant beyond the latest sample may be anything, and may never come.

use super::lower::{Op, Program};
use super::range::{Range, Trial};
use super::ring::Ring;
use super::state::{Align, Cell, Memory, MonitorState};

/// Intervals of a node from its first instant without a final value on.
pub(super) type Ranges = Vec<Range>;

/// A program at a state, and the intervals of its first nodes.
pub(super) struct Partial<'a> {
    pub(super) program: &'a Program,
    pub(super) state: &'a MonitorState,
    /// By node.
    pub(super) ranges: &'a [Ranges],
}

impl Partial<'_> {
    /// Instants of a node whose values are final.
    pub(super) fn finals(&self, node: usize) -> u64 {
        let horizon = self.program.horizon(node).unwrap_or(u64::MAX);
        self.state.samples.saturating_sub(horizon)
    }

    /// What is certain of a node at an instant without a final value.
    pub(super) fn at(&self, node: usize, instant: u64) -> Range {
        let place = instant.checked_sub(self.finals(node));
        let place = place.and_then(|place| usize::try_from(place).ok());
        let own = place.and_then(|place| self.ranges.get(node)?.get(place));
        own.copied().unwrap_or(Range::UNKNOWN)
    }

    /// The same, of a side whose final values wait in a queue that begins at instant `first`.
    fn side(&self, node: usize, queue: &Ring<Cell>, first: u64, at: u64) -> Range {
        if at >= self.finals(node) {
            return self.at(node, at);
        }
        let place = usize::try_from(at.saturating_sub(first)).unwrap_or(usize::MAX);
        queue.get(place).map_or(Range::UNKNOWN, Range::exact)
    }

    /// Both sides of an operator at an instant.
    pub(super) fn both(&self, align: &Align, [a, b]: [usize; 2], at: u64) -> (Range, Range) {
        let first = self.finals(a).min(self.finals(b));
        (
            self.side(a, &align.left, first, at),
            self.side(b, &align.right, first, at),
        )
    }

    /// Intervals of a node at the instants `first ..= last`, of which the first is the first
    /// without a final value.
    pub(super) fn fill(&self, node: usize, last: u64, trial: &mut Trial, out: &mut Ranges) {
        let first = self.finals(node);
        let (Some(own), Some(memory)) = (self.program.nodes.get(node), self.state.nodes.get(node))
        else {
            return;
        };
        match (own.op, memory) {
            (Op::Negate(of), _) => {
                out.extend((first..=last).map(|t| self.at(of, t).negative()));
            }
            (Op::Least(a, b) | Op::Greatest(a, b) | Op::Distance(a, b), Memory::Align(align)) => {
                out.extend((first..=last).map(|t| {
                    let (left, right) = self.both(align, [a, b], t);
                    match own.op {
                        Op::Least(..) => left.least(right),
                        Op::Greatest(..) => left.greatest(right),
                        _ => left.distance(right),
                    }
                }));
            }
            (Op::Later { of, by, .. }, _) => {
                out.extend((first..=last).map(|t| self.at(of, t.saturating_add(by))));
            }
            (Op::Earlier { of, by, empty }, Memory::Queue(queue)) => {
                let oldest = first.saturating_sub(by);
                out.extend((first..=last).map(|t| match t.checked_sub(by) {
                    Some(at) => self.side(of, queue, oldest, at),
                    None => Range::value(empty),
                }));
            }
            (op, memory) => self.sweep(op, memory, (first, last), trial, out),
        }
    }

    /// The latest instant that has come.
    pub(super) fn latest(&self) -> u64 {
        self.state.samples.saturating_sub(1)
    }
}
