//! What a slot shows to those that feel it.

use bytemuck::Pod;

use crate::base::isa::Arith;

/// An entry of the table that rows are summed from: one number, or a pair in 16 bytes.
pub trait Shown: Pod + Default + Send + Sync {
    /// Whether there is a second number.
    const PAIR: bool;
    /// From the two numbers; the second may be dropped.
    fn new(first: f64, second: f64) -> Self;
    /// The first number.
    fn first(self) -> f64;
    /// The second number, or 0.
    fn second(self) -> f64;
    /// `sum + weight · self`, by components.
    fn add_to<A: Arith>(self, a: A, weight: f64, sum: Self) -> Self;
}

impl Shown for f64 {
    const PAIR: bool = false;

    #[inline(always)]
    fn new(first: f64, _second: f64) -> Self {
        first
    }

    #[inline(always)]
    fn first(self) -> f64 {
        self
    }

    #[inline(always)]
    fn second(self) -> f64 {
        0.0
    }

    #[inline(always)]
    fn add_to<A: Arith>(self, a: A, weight: f64, sum: Self) -> Self {
        a.mul_add(weight, self, sum)
    }
}

/// Two numbers side by side, so that a random access touches one cache line.
pub type Pair = [f64; 2];

impl Shown for Pair {
    const PAIR: bool = true;

    #[inline(always)]
    fn new(first: f64, second: f64) -> Self {
        [first, second]
    }

    #[inline(always)]
    fn first(self) -> f64 {
        self[0]
    }

    #[inline(always)]
    fn second(self) -> f64 {
        self[1]
    }

    #[inline(always)]
    fn add_to<A: Arith>(self, a: A, weight: f64, sum: Self) -> Self {
        [
            a.mul_add(weight, self[0], sum[0]),
            a.mul_add(weight, self[1], sum[1]),
        ]
    }
}
