//! Weights of the coupling matrix: one for all entries, or one for each.

use std::ops::Range;

use crate::base::pages::Pages;

/// Entries between the one that is summed and the one whose numbers are fetched. A core follows a
/// stream by itself, but not across pages and not soon enough beside random reads.
pub(super) const FAR: usize = 256;

/// Weights of the entries.
#[derive(Clone, Debug)]
pub(super) enum Weights {
    /// One for all: as many of it as the longest row has entries.
    Alike(Vec<f64>),
    /// With [`FAR`] more at the end.
    Each(Pages<f64>),
}

impl Default for Weights {
    fn default() -> Self {
        Self::Alike(Vec::new())
    }
}

impl Weights {
    /// The weights of a row, whose entries are at `entries`.
    pub(super) fn of(&self, entries: Range<usize>) -> &[f64] {
        match self {
            Self::Alike(weights) => &weights[..entries.len()],
            Self::Each(weights) => &weights[entries],
        }
    }

    /// Takes in the weights of the entries from `start` on, of `all`.
    pub(super) fn take(&mut self, own: &[f64], start: usize, all: usize) {
        if let Self::Alike(weights) = self {
            let weight = *weights.first().unwrap_or(&own[0]);
            if own.iter().all(|own| own.to_bits() == weight.to_bits()) {
                weights.resize(weights.len().max(own.len()), weight);
                return;
            }
            self.spread(start, all);
        }
        if let Self::Each(weights) = self {
            weights[start..start + own.len()].copy_from_slice(own);
        }
    }

    /// Gives the first `known` entries of `all` a weight of their own each.
    pub(super) fn spread(&mut self, known: usize, all: usize) {
        if let Self::Alike(weights) = self {
            let weight = weights.first().copied().unwrap_or_default();
            let mut each = Pages::zeroed(all + FAR);
            each[..known].fill(weight);
            *self = Self::Each(each);
        }
    }
}

/// The weights of the rows of a block, in their order.
pub(super) trait WeightsOf<'a> {
    /// The weights of the next `rows` rows of `degree` entries, and what is [`FAR`] entries after.
    fn next(
        &mut self,
        rows: usize,
        degree: usize,
    ) -> impl Iterator<Item = (&'a [f64], &'a [f64])> + use<'a, Self>;
}

/// One weight for all.
pub(super) struct Alike<'a>(pub(super) &'a [f64]);

impl<'a> WeightsOf<'a> for Alike<'a> {
    #[inline(always)]
    fn next(
        &mut self,
        rows: usize,
        degree: usize,
    ) -> impl Iterator<Item = (&'a [f64], &'a [f64])> + use<'a> {
        std::iter::repeat_n((&self.0[..degree], &[][..]), rows)
    }
}

/// A weight for each entry.
pub(super) struct Each<'a> {
    pub(super) own: &'a [f64],
    /// What is [`FAR`] entries after.
    pub(super) far: &'a [f64],
}

impl<'a> WeightsOf<'a> for Each<'a> {
    #[inline(always)]
    fn next(
        &mut self,
        rows: usize,
        degree: usize,
    ) -> impl Iterator<Item = (&'a [f64], &'a [f64])> + use<'a> {
        let (own, rest) = self.own.split_at(degree * rows);
        self.own = rest;
        let (far, rest) = self.far.split_at(degree * rows);
        self.far = rest;
        own.chunks_exact(degree).zip(far.chunks_exact(degree))
    }
}
