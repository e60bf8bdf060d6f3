//! The cheapest partition of every subset: best(S) = min over blocks B ∋ top(S) of
//! weight(B) + best(S \ B), best(∅) = 0.
//!
//! For subsets with top element h this is a (min, +) subset convolution over h bits, 3ʰ steps.
//! The lowest three bits are unrolled: eight values of each operand lie together, and their 27
//! pairs of disjoint subsets need no index arithmetic.

use crate::phi::work::Stop;

const INNER_BITS: usize = 3;
const INNER: usize = 1 << INNER_BITS;

/// From so many elements on, a convolution takes milliseconds, and looks whether it is to stop.
const LONG: usize = 13;

/// Fills `best` for all subsets of `bits` elements. Both slices are [2^bits]. When `stop` says so
/// it is left unfinished.
pub fn cheapest_partitions(bits: usize, weight: &[f64], best: &mut [f64], stop: Stop<'_>) {
    best[0] = 0.0;
    for top in 0..bits {
        let (below, at) = best.split_at_mut(1 << top);
        let weight = &weight[1 << top..2 << top];
        convolve(top, weight, below, &mut at[..1 << top], stop);
    }
}

/// The cheapest partition of the whole, given `best` for all subsets without the top element.
/// `whole_allowed` tells whether a single block may be it.
#[must_use]
pub fn cheapest_of_whole(bits: usize, weight: &[f64], best: &[f64], whole_allowed: bool) -> f64 {
    let half = 1usize << (bits - 1);
    let last = half - usize::from(!whole_allowed);
    let blocks = weight[half..half + last].iter();
    let rests = best[half - last..half].iter().rev();
    blocks
        .zip(rests)
        .fold(f64::INFINITY, |least, (w, b)| lesser(least, w + b))
}

#[inline]
pub(super) fn lesser(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

fn convolve(bits: usize, weight: &[f64], below: &[f64], out: &mut [f64], stop: Stop<'_>) {
    if bits < INNER_BITS {
        for (rest, value) in out.iter_mut().enumerate() {
            let mut least = f64::INFINITY;
            for block in (0..=rest).filter(|block| block & !rest == 0) {
                least = lesser(least, weight[block] + below[rest ^ block]);
            }
            *value = least;
        }
        return;
    }
    let (weight, _) = weight.as_chunks::<INNER>();
    let (below, _) = below.as_chunks::<INNER>();
    let (out, _) = out.as_chunks_mut::<INNER>();
    for (rest, target) in out.iter_mut().enumerate() {
        if bits >= LONG && rest % 64 == 0 && stop() {
            return;
        }
        let mut least = [f64::INFINITY; INNER];
        let mut block = 0usize;
        loop {
            convolve_inner(&weight[block], &below[rest ^ block], &mut least);
            block = block.wrapping_sub(rest) & rest;
            if block == 0 {
                break;
            }
        }
        *target = least;
    }
}

#[inline(always)]
fn convolve_inner(w: &[f64; INNER], g: &[f64; INNER], least: &mut [f64; INNER]) {
    least[0] = lesser(least[0], w[0] + g[0]);
    least[1] = lesser(least[1], lesser(w[0] + g[1], w[1] + g[0]));
    least[2] = lesser(least[2], lesser(w[0] + g[2], w[2] + g[0]));
    least[3] = lesser(
        lesser(least[3], lesser(w[0] + g[3], w[1] + g[2])),
        lesser(w[2] + g[1], w[3] + g[0]),
    );
    least[4] = lesser(least[4], lesser(w[0] + g[4], w[4] + g[0]));
    least[5] = lesser(
        lesser(least[5], lesser(w[0] + g[5], w[1] + g[4])),
        lesser(w[4] + g[1], w[5] + g[0]),
    );
    least[6] = lesser(
        lesser(least[6], lesser(w[0] + g[6], w[2] + g[4])),
        lesser(w[4] + g[2], w[6] + g[0]),
    );
    let a = lesser(w[0] + g[7], w[1] + g[6]);
    let b = lesser(w[2] + g[5], w[3] + g[4]);
    let c = lesser(w[4] + g[3], w[5] + g[2]);
    let d = lesser(w[6] + g[1], w[7] + g[0]);
    least[7] = lesser(least[7], lesser(lesser(a, b), lesser(c, d)));
}

/// The blocks of a cheapest partition of `whole`, given the value to reach. Subsets below the top
/// element of `whole` must be filled in `best`. `None` when no sum attains `value` exactly.
#[must_use]
pub fn blocks_of(
    whole: u32,
    value: f64,
    weight: &[f64],
    best: &[f64],
    whole_allowed: bool,
) -> Option<Vec<u32>> {
    let mut blocks = Vec::new();
    let (mut left, mut target) = (whole, value);
    while left != 0 {
        let top = 1u32 << (31 - left.leading_zeros());
        let rest = left ^ top;
        let part = super::numeric::subsets_of(rest).find(|part| {
            let forbidden = !whole_allowed && left == whole && *part == rest;
            let sum = weight[(top | part) as usize] + best[(rest ^ part) as usize];
            !forbidden && sum <= target
        })?;
        blocks.push(top | part);
        left = rest ^ part;
        target = best[left as usize];
    }
    Some(blocks)
}

#[cfg(test)]
mod tests {
    use super::super::numeric::subsets_of;
    use super::*;
    use proptest::prelude::*;

    fn naive(set: u32, weight: &[f64]) -> f64 {
        if set == 0 {
            return 0.0;
        }
        let top = 1u32 << (31 - set.leading_zeros());
        subsets_of(set ^ top)
            .map(|part| weight[(top | part) as usize] + naive(set ^ top ^ part, weight))
            .fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn all_subsets_are_cheapest(
            bits in 1usize..7,
            seed in prop::collection::vec(-1.0..1.0f64, 128),
        ) {
            let weight = &seed[..1 << bits];
            let mut best = vec![0.0; 1 << bits];
            cheapest_partitions(bits, weight, &mut best, &|| false);
            for (set, value) in best.iter().enumerate() {
                prop_assert!((value - naive(set as u32, weight)).abs() < 1e-12);
            }
            let whole = (1u32 << bits) - 1;
            let value = cheapest_of_whole(bits, weight, &best, true);
            prop_assert_eq!(value, best[whole as usize]);
            let blocks = blocks_of(whole, value, weight, &best, true).unwrap();
            prop_assert_eq!(blocks.iter().fold(0, |a, b| a | b), whole);
            let sum: f64 = blocks.iter().map(|b| weight[*b as usize]).sum();
            prop_assert!((sum - value).abs() < 1e-12);
        }

        #[test]
        fn the_single_block_can_be_forbidden(
            seed in prop::collection::vec(0.5..1.0f64, 32),
        ) {
            let mut weight = seed;
            weight[31] = -5.0;
            let mut best = vec![0.0; 32];
            cheapest_partitions(5, &weight, &mut best, &|| false);
            prop_assert_eq!(cheapest_of_whole(5, &weight, &best, true), -5.0);
            let split = cheapest_of_whole(5, &weight, &best, false);
            prop_assert!(split >= 1.0);
            let blocks = blocks_of(31, split, &weight, &best, false).unwrap();
            prop_assert!(blocks.len() > 1);
        }
    }
}
