//! Integer time. A tick is a whole number of integrator steps of a fixed length; plant time is
//! computed from the tick, never accumulated, so it carries no rounding drift.

use serde::{Deserialize, Serialize};

/// A tick number. Tick 0 is the initial state.
pub type Tick = u64;

/// The clock of a run.
///
/// t = tick · substeps · dt, in seconds of plant time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TickClock {
    /// Ticks completed.
    pub tick: Tick,
    /// Integrator step in seconds, > 0.
    pub dt_s: f64,
    /// Integrator steps in one tick, ≥ 1.
    pub substeps: u32,
}

impl TickClock {
    /// A clock at tick 0.
    #[must_use]
    pub fn new(dt_s: f64, substeps: u32) -> Self {
        Self {
            tick: 0,
            dt_s,
            substeps,
        }
    }

    /// Length of a tick in seconds of plant time.
    #[must_use]
    pub fn tick_s(&self) -> f64 {
        self.dt_s * f64::from(self.substeps)
    }

    /// Plant time in seconds at the present tick.
    #[must_use]
    pub fn time_s(&self) -> f64 {
        self.tick as f64 * self.tick_s()
    }

    /// Samples per second of anything sampled once a tick.
    #[must_use]
    pub fn sample_rate_hz(&self) -> f64 {
        1.0 / self.tick_s()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_a_product_and_does_not_drift() {
        let mut clock = TickClock::new(0.01, 1);
        clock.tick = 1_000_000;
        assert_eq!(clock.time_s(), 10_000.0);
        assert_eq!(clock.sample_rate_hz(), 100.0);
    }
}
