//! The instruction set of numeric kernels, chosen at run time.
//!
//! A kernel is written once, generic over [`Arith`], and compiled for each set. Within one set a
//! kernel gives the same bits on every machine; sets differ in rounding, because the wider ones
//! fuse a multiplication and an addition.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(target_arch = "x86_64")]
use pulp::{
    NullaryFnOnce,
    x86::{V3, V4},
};

/// An instruction set of x86-64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Isa {
    /// What every x86-64 machine has.
    Baseline,
    /// AVX2 with fused multiply–add (x86-64-v3).
    Avx2,
    /// AVX-512 (x86-64-v4).
    Avx512,
}

/// How a kernel multiplies and adds.
pub trait Arith: Copy + Send + Sync {
    /// `x · y + z`.
    fn mul_add(self, x: f64, y: f64, z: f64) -> f64;
}

/// One rounding.
#[derive(Clone, Copy)]
pub struct Fused;

/// Two roundings, where the machine may have no fused operation.
#[derive(Clone, Copy)]
pub struct Split;

impl Arith for Fused {
    // Kernels that fuse run only where the machine does.
    #[allow(clippy::disallowed_methods)]
    #[inline(always)]
    fn mul_add(self, x: f64, y: f64, z: f64) -> f64 {
        x.mul_add(y, z)
    }
}

impl Arith for Split {
    #[inline(always)]
    fn mul_add(self, x: f64, y: f64, z: f64) -> f64 {
        x * y + z
    }
}

/// A piece of work that is compiled for every instruction set. `run` and all that it calls in a
/// loop must be `#[inline(always)]`, or it is compiled for the common set only.
pub trait Kernel {
    /// What it gives.
    type Output;
    /// Does the work.
    fn run<A: Arith>(self, arith: A) -> Self::Output;
}

#[cfg(target_arch = "x86_64")]
struct FusedCall<K>(K);

#[cfg(target_arch = "x86_64")]
impl<K: Kernel> NullaryFnOnce for FusedCall<K> {
    type Output = K::Output;

    #[inline(always)]
    fn call(self) -> K::Output {
        self.0.run(Fused)
    }
}

impl Isa {
    /// All sets, the widest last.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    /// The widest set of this machine.
    #[must_use]
    pub fn best() -> Self {
        let found = Self::ALL.into_iter().rev().find(|isa| isa.is_here());
        found.unwrap_or(Self::Baseline)
    }

    /// Whether this machine has the set.
    #[must_use]
    pub fn is_here(self) -> bool {
        match self {
            Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => V3::try_new().is_some(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => V4::try_new().is_some(),
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// Its name on the command line and in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Runs a kernel compiled for this set, or for the best below it that the machine has.
    #[inline]
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        #[cfg(target_arch = "x86_64")]
        {
            if self == Self::Avx512
                && let Some(v4) = V4::try_new()
            {
                return v4.vectorize(FusedCall(kernel));
            }
            if self != Self::Baseline
                && let Some(v3) = V3::try_new()
            {
                return v3.vectorize(FusedCall(kernel));
            }
        }
        kernel.run(Split)
    }
}

/// Asks for the cache line of a value that is read soon to come to the second-level cache, which
/// waits for many more lines at once than the first. It changes no result, and does nothing where
/// there is no such instruction.
#[inline(always)]
pub fn fetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    safe_arch::prefetch_t1(value);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

/// The same for what is read once: it is not to push out of the caches what is read often.
#[inline(always)]
pub fn fetch_once<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    safe_arch::prefetch_nta(value);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
