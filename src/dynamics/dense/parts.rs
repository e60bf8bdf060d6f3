//! The parts of a stage: ranges of blocks with numbers of their own, one for each thread.

use super::plant::Block;
use super::scratch::Scratch;
use super::shown::Shown;
use super::work::{Heard, Part, Shared, run_part};
use crate::base::isa::Isa;

/// Runs the parts of a stage, beside each other where there is a pool.
pub(super) fn run_parts<S: Shown>(
    isa: Isa,
    shared: &Shared<S>,
    parts: Vec<Part<S>>,
    scratch: &mut [Box<Scratch<S>>],
    pool: Option<&rayon::ThreadPool>,
) -> Heard {
    let mut found: Vec<Heard> = vec![Heard::default(); parts.len()];
    match pool {
        Some(pool) => pool.scope(|scope| {
            let parts = parts.into_iter().zip(scratch);
            for ((part, scratch), found) in parts.zip(&mut found) {
                scope.spawn(move |_| *found = run_part(isa, shared, part, scratch));
            }
        }),
        None => {
            let parts = parts.into_iter().zip(scratch);
            for ((part, scratch), found) in parts.zip(&mut found) {
                *found = run_part(isa, shared, part, scratch);
            }
        }
    }
    let mut parts = found.into_iter();
    let mut heard = parts.next().unwrap_or_default();
    for own in parts {
        let pairs = heard.means.iter_mut().zip(&own.means);
        pairs.for_each(|(sum, own)| sum.merge(own));
        heard.worst.merge(own.worst);
    }
    heard
}

/// Splits an array unless it holds nothing.
fn split_off<T>(values: &mut [T], at: usize) -> (&mut [T], &mut [T]) {
    let at = if values.is_empty() { 0 } else { at };
    values.split_at_mut(at)
}

impl<'a, S> Part<'a, S> {
    /// The blocks before `cut`, and the rest.
    pub(super) fn split(self, cut: usize, blocks: &[Block]) -> (Self, Self) {
        let middle = if cut == self.blocks.end {
            self.slots.end
        } else {
            blocks[cut].slots.start
        };
        let at = middle - self.slots.start;
        let (first, first_rest) = self.first.split_at_mut(at);
        let (second, second_rest) = split_off(self.second, at);
        let (sum_first, sum_first_rest) = self.sum_first.split_at_mut(at);
        let (sum_second, sum_second_rest) = split_off(self.sum_second, at);
        let (held, held_rest) = split_off(self.held, at);
        let (next, next_rest) = self.next.split_at_mut(at);
        let [slopes, slopes_second] = self.slopes;
        let (slopes, slopes_rest) = split_off(slopes, at);
        let (slopes_second, slopes_second_rest) = split_off(slopes_second, at);
        let part = Self {
            blocks: self.blocks.start..cut,
            slots: self.slots.start..middle,
            first,
            second,
            sum_first,
            sum_second,
            held,
            next,
            slopes: [slopes, slopes_second],
        };
        let rest = Self {
            blocks: cut..self.blocks.end,
            slots: middle..self.slots.end,
            first: first_rest,
            second: second_rest,
            sum_first: sum_first_rest,
            sum_second: sum_second_rest,
            held: held_rest,
            next: next_rest,
            slopes: [slopes_rest, slopes_second_rest],
        };
        (part, rest)
    }
}
