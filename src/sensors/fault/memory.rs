//! What the faults of a channel remember, and how a sample goes through them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::base::Tick;

use super::kind::{FaultMoment, Sample};
use super::spec::FaultSpec;

/// What the faults of one channel remember: samples, for each fault in the order of the scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FaultMemory(Vec<VecDeque<Sample>>);

/// Where the samples of a channel go through its faults.
#[derive(Clone, Copy, Debug)]
pub struct FaultPlace {
    /// Number of the channel over all sensors.
    pub channel: u32,
    /// The tick in which the sample was taken.
    pub tick: Tick,
    /// Plant time then, s.
    pub time_s: f64,
    /// Seed of the run.
    pub seed: u64,
}

/// Whether any of these faults needs a memory.
#[must_use]
pub fn remember(faults: &[FaultSpec]) -> bool {
    faults.iter().any(|own| own.kind().remembers())
}

/// A sample as it arrives after these faults. Those that need a memory do nothing without one.
#[must_use]
pub fn pass_through(
    faults: &[FaultSpec],
    place: &FaultPlace,
    mut memory: Option<&mut FaultMemory>,
    mut sample: Sample,
) -> Sample {
    if let Some(memory) = &mut memory {
        memory.0.resize_with(faults.len(), VecDeque::new);
    }
    for (k, fault) in faults.iter().enumerate() {
        let kind = fault.kind();
        let at = FaultMoment {
            tick: place.tick,
            time_s: place.time_s,
            seed: place.seed,
            // Apart from the noise of sensors (a channel alone) and of synthetic ones (bit 63).
            stream: (1 << 62) | ((k as u64) << 32) | u64::from(place.channel),
        };
        let mut none = VecDeque::new();
        let own = match &mut memory {
            Some(memory) => &mut memory.0[k],
            None if kind.remembers() => continue,
            None => &mut none,
        };
        match kind.window().holds(place.time_s) {
            true => kind.act(&at, own, &mut sample),
            false => kind.pass(own, &sample),
        }
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensors::fault::bias::BiasFault;
    use crate::sensors::fault::delay::DelayFault;
    use crate::sensors::fault::drift::DriftFault;
    use crate::sensors::fault::dropout::DropoutFault;
    use crate::sensors::fault::noise::NoiseFault;
    use crate::sensors::fault::quantise::QuantiseFault;
    use crate::sensors::fault::stuck::StuckFault;

    /// What arrives of values that were taken in ticks of 0.1 s.
    fn through(faults: &[FaultSpec], values: &[f64]) -> Vec<f64> {
        let mut memory = FaultMemory::default();
        let arrived = values.iter().zip(0..).map(|(value, tick)| {
            let place = FaultPlace {
                channel: 4,
                tick,
                time_s: tick as f64 / 10.0,
                seed: 9,
            };
            let taken = Some(tick);
            let value = *value;
            pass_through(faults, &place, Some(&mut memory), Sample { value, taken }).value
        });
        arrived.collect()
    }

    fn ramp(count: u32) -> Vec<f64> {
        (0..count).map(f64::from).collect()
    }

    #[test]
    fn a_delay_moves_samples_by_its_ticks_and_tells_when_they_were_taken() {
        let delay = FaultSpec::Delay(DelayFault {
            ticks: 3,
            from_s: 0.0,
            to_s: Some(0.7),
        });
        let found = through(std::slice::from_ref(&delay), &ramp(9));
        assert!(found[..3].iter().all(|value| value.is_nan()));
        assert_eq!(found[3..], [0.0, 1.0, 2.0, 3.0, 7.0, 8.0]);
        let mut memory = FaultMemory::default();
        let mut last = None;
        for tick in 0..5 {
            let place = FaultPlace {
                channel: 0,
                tick,
                time_s: 0.0,
                seed: 1,
            };
            let sample = Sample {
                value: 1.0,
                taken: Some(tick),
            };
            let faults = std::slice::from_ref(&delay);
            last = pass_through(faults, &place, Some(&mut memory), sample).taken;
        }
        assert_eq!(last, Some(1));
    }

    #[test]
    fn a_stuck_sensor_keeps_its_last_value_until_it_is_over() {
        let stuck = |from_s, to_s| [FaultSpec::Stuck(StuckFault { from_s, to_s })];
        let values = [0.0, 1.0, f64::NAN, 3.0, 4.0, 5.0];
        let found = through(&stuck(0.25, Some(0.45)), &values);
        assert!(found[2].is_nan());
        assert_eq!(
            [found[1], found[3], found[4], found[5]],
            [1.0, 1.0, 1.0, 5.0]
        );
        assert_eq!(through(&stuck(0.0, None), &[2.0, 3.0, 4.0]), [2.0; 3]);
    }

    #[test]
    fn bias_drift_and_steps_do_what_they_say() {
        let (from_s, to_s) = (0.2, Some(0.4));
        let bias = FaultSpec::Bias(BiasFault {
            offset: 0.5,
            from_s,
            to_s,
        });
        assert_eq!(through(&[bias], &[1.0; 5]), [1.0, 1.0, 1.5, 1.5, 1.0]);
        let drift = FaultSpec::Drift(DriftFault {
            per_s: 10.0,
            from_s,
            to_s,
        });
        let found = through(&[drift], &[0.0; 5]);
        assert_eq!(found[..3], [0.0; 3]);
        assert!((found[3] - 1.0).abs() < 1e-12 && found[4] == 0.0);
        let steps = FaultSpec::Quantise(QuantiseFault {
            step: 0.25,
            from_s: 0.0,
            to_s: None,
        });
        let found = through(&[steps], &[0.3, -0.3, 0.9, f64::NAN, 1e300]);
        assert_eq!(found[..3], [0.25, -0.25, 1.0]);
        assert!(found[3].is_nan() && found[4] == 1e300);
    }

    #[test]
    fn random_faults_have_their_rates_and_streams_of_their_own() {
        let dropout = FaultSpec::Dropout(DropoutFault {
            probability: 0.25,
            from_s: 0.0,
            to_s: None,
        });
        let lost = through(std::slice::from_ref(&dropout), &[1.0; 20_000]);
        let lost = lost.iter().filter(|value| value.is_nan()).count();
        // Five standard deviations of a binomial count.
        assert!((lost as f64 - 5000.0).abs() < 5.0 * 61.3, "{lost}");
        let noise = |sd| {
            FaultSpec::Noise(NoiseFault {
                sd,
                from_s: 0.0,
                to_s: None,
            })
        };
        let once = through(&[noise(2.0)], &[0.0; 20_000]);
        let power = once.iter().map(|value| value * value).sum::<f64>() / 20_000.0;
        assert!((power / 4.0 - 1.0).abs() < 0.05, "{power}");
        // Two like faults are independent, and neither depends on what stands behind it.
        let twice = through(&[noise(2.0), noise(2.0)], &[0.0; 20_000]);
        let both = once.iter().zip(&twice);
        let shared = both.map(|(a, b)| a * (b - a)).sum::<f64>() / 20_000.0;
        assert!(shared.abs() < 0.15, "{shared}");
    }

    #[test]
    fn what_is_missing_stays_missing() {
        let (from_s, to_s) = (0.0, None);
        let all = [
            FaultSpec::Noise(NoiseFault {
                sd: 1.0,
                from_s,
                to_s,
            }),
            FaultSpec::Bias(BiasFault {
                offset: 1.0,
                from_s,
                to_s,
            }),
            FaultSpec::Stuck(StuckFault { from_s, to_s }),
        ];
        assert!(through(&all, &[f64::NAN; 3]).iter().all(|v| v.is_nan()));
    }
}
