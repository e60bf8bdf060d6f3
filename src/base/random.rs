//! Keyed random streams: every draw is a function of what it is for, never of when it is drawn.
//!
//! A stream is named by (seed, purpose, a, b); its k-th word is a hash of the name and k. Streams
//! of different names are independent for the purposes of simulation, and the numbers are the same
//! on any number of threads and nodes. The mixer is the 64-bit finaliser of `SplitMix64` (Steele,
//! Lea & Flood, 2014), applied to a Weyl sequence whose start is the hashed name.

use std::convert::Infallible;

use rand::TryRng;

use super::num;

/// What a stream of random numbers is for. The discriminant is part of the key: never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Generation of the entity graph.
    Graph = 1,
    /// Natural frequencies and other drawn parameters.
    Parameter = 2,
    /// Initial states.
    Initial = 3,
    /// Dynamic noise, keyed by vertex and step.
    Noise = 4,
    /// Sensor noise, keyed by channel and tick.
    Sensor = 5,
    /// Placement of vertices on nodes.
    Placement = 6,
    /// Faults of the bus.
    Fault = 7,
    /// Numbers of a user's part, keyed by the part and the tick.
    Part = 8,
    /// Points of a design, keyed by the axis.
    Design = 9,
    /// Candidates of a search, keyed by the generation.
    Search = 10,
}

/// The step of the Weyl sequence: 2⁶⁴ over the golden ratio, odd.
pub const WEYL: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser: every bit of `z` reaches every bit of the result.
#[inline(always)]
#[must_use]
pub fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The start of the splitmix64 sequence that a seed and a tag name on a PG1 graph.
#[must_use]
pub fn tagged(seed: u64, tag: u64) -> u64 {
    mix(seed ^ tag.wrapping_mul(0xD134_2543_DE82_EF95))
}

/// One keyed stream; a source for everything in `rand`.
#[derive(Clone, Debug)]
pub struct KeyedRng {
    state: u64,
}

impl KeyedRng {
    /// The stream named by (seed, purpose, a, b).
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, a: u64, b: u64) -> Self {
        let mut key = mix(seed.wrapping_add(WEYL));
        for part in [purpose as u64, a, b] {
            key = mix(key.rotate_left(23) ^ part.wrapping_mul(WEYL).wrapping_add(WEYL));
        }
        Self { state: key }
    }

    fn word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(WEYL);
        mix(self.state)
    }

    /// A number uniform in [0, 1), a multiple of 2⁻⁵³.
    #[must_use]
    pub fn uniform(&mut self) -> f64 {
        (self.word() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A pair of independent standard normal numbers (Box & Muller, 1958).
    #[must_use]
    pub fn normal_pair(&mut self) -> (f64, f64) {
        let radius = libm::sqrt(-2.0 * num::ln(1.0 - self.uniform()));
        let (s, c) = num::sin_cos(num::TAU * self.uniform());
        (radius * c, radius * s)
    }

    /// A standard normal number.
    #[must_use]
    pub fn normal(&mut self) -> f64 {
        self.normal_pair().0
    }
}

impl TryRng for KeyedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.word() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.word())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_keyed_and_repeatable() {
        let draw = |seed, a, b| {
            let mut rng = KeyedRng::new(seed, Purpose::Noise, a, b);
            (0..4).map(|_| rng.word()).collect::<Vec<_>>()
        };
        assert_eq!(draw(1, 2, 3), draw(1, 2, 3));
        for other in [draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4), draw(1, 3, 2)] {
            assert_ne!(draw(1, 2, 3), other);
        }
    }

    #[test]
    fn neighbouring_keys_give_standard_normal_numbers() {
        let n = 40_000;
        let values: Vec<f64> = (0..n)
            .map(|k| KeyedRng::new(7, Purpose::Noise, k % 200, k / 200).normal())
            .collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n as f64;
        let lag = values.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / n as f64;
        // Five standard errors of each estimate.
        assert!(mean.abs() < 0.025, "{mean}");
        assert!((variance - 1.0).abs() < 0.036, "{variance}");
        assert!(lag.abs() < 0.025, "{lag}");
    }
}
