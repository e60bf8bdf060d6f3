//! Scratch memory of stages.

use std::fmt;

use super::BLOCK;
use super::fused::{Alike, Room};
use super::shown::{Pair, Shown};

/// Memory for a block's numbers, which is cleared once and not in every stage. Nothing in it
/// outlives a block.
pub(super) struct Scratch<S> {
    pub(super) alike: Vec<Option<Alike>>,
    pub(super) sums: [S; BLOCK],
    pub(super) parameters: Room,
    pub(super) before: [S; BLOCK],
}

impl<S: Shown> Default for Scratch<S> {
    fn default() -> Self {
        Self {
            alike: Vec::new(),
            sums: [S::default(); BLOCK],
            parameters: [[0.0; BLOCK]; 8],
            before: [S::default(); BLOCK],
        }
    }
}

/// Scratch memory for each thread of a stage.
#[derive(Default)]
pub(super) struct Scratches {
    single: Vec<Box<Scratch<f64>>>,
    pair: Vec<Box<Scratch<Pair>>>,
}

/// A clone has scratch memory of its own.
impl Clone for Scratches {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for Scratches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scratches").finish_non_exhaustive()
    }
}

/// What has scratch memory among [`Scratches`].
pub(super) trait HasScratch: Shown {
    /// That for `threads` threads.
    fn scratch(all: &mut Scratches, threads: usize) -> &mut [Box<Scratch<Self>>];
}

fn at_least<S: Shown>(list: &mut Vec<Box<Scratch<S>>>, threads: usize) -> &mut [Box<Scratch<S>>] {
    list.resize_with(threads.max(list.len()), Box::default);
    list
}

impl HasScratch for f64 {
    fn scratch(all: &mut Scratches, threads: usize) -> &mut [Box<Scratch<Self>>] {
        at_least(&mut all.single, threads)
    }
}

impl HasScratch for Pair {
    fn scratch(all: &mut Scratches, threads: usize) -> &mut [Box<Scratch<Self>>] {
        at_least(&mut all.pair, threads)
    }
}
