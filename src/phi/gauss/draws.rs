//! Keyed random numbers of the searches and estimates.

use crate::base::random::{KeyedRng, Purpose};

/// What a stream is drawn for; the discriminant is part of the key.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Draw {
    /// Starting points of the minimisation behind Φ_G.
    Start = 0x6761_7573_7301,
    /// Moves of the replica-exchange search.
    Exchange = 0x6761_7573_7302,
    /// Time shifts of surrogates.
    Surrogate = 0x6761_7573_7303,
    /// Blocks of the bootstrap.
    Bootstrap = 0x6761_7573_7304,
}

/// The stream number `index` of its kind.
pub(crate) fn stream(seed: u64, draw: Draw, index: u64) -> KeyedRng {
    KeyedRng::new(seed, Purpose::Parameter, draw as u64, index)
}

/// A whole number in 0 … `limit` − 1; 0 when the limit is 0.
pub(crate) fn below(rng: &mut KeyedRng, limit: usize) -> usize {
    let drawn = (rng.uniform() * limit as f64) as usize;
    drawn.min(limit.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_stay_below_their_limit_and_reach_it() {
        let mut rng = stream(1, Draw::Start, 0);
        let drawn: Vec<usize> = (0..200).map(|_| below(&mut rng, 5)).collect();
        for k in 0..5 {
            assert!(drawn.contains(&k));
        }
        assert!(drawn.iter().all(|k| *k < 5));
        assert_eq!(below(&mut rng, 0), 0);
    }
}
