//! A sampled loop over time.

use crate::control::pid::{Mode, PidSpec, PidState};

use super::discrete::Discrete;

/// A load that is added to the input of the plant, before its delay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disturbance {
    /// The first sample with it.
    pub at: usize,
    /// The first sample without it again.
    pub until: usize,
    /// Its value, in the unit of the output.
    pub value: f64,
}

/// Samples in manual mode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Manual {
    /// The first sample.
    pub from: usize,
    /// The first sample that is automatic again.
    pub to: usize,
    /// The output.
    pub value: f64,
}

/// A loop and what happens to it.
#[derive(Clone, Debug)]
pub struct LoopRun<'a> {
    /// The plant.
    pub plant: &'a Discrete,
    /// The law in the beginning.
    pub law: &'a PidSpec,
    /// The setpoint of each sample.
    pub reference: &'a [f64],
    /// What is added to the measure; nothing beyond its end.
    pub noise: &'a [f64],
    /// A load.
    pub disturbance: Option<Disturbance>,
    /// Samples without a measure, in ascending order.
    pub missing: &'a [usize],
    /// A time in manual mode.
    pub manual: Option<Manual>,
    /// New laws by the sample before which they come, in ascending order.
    pub retunes: &'a [(usize, PidSpec)],
}

/// What a loop did, sample by sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoopSeries {
    /// y of the plant, without noise.
    pub y: Vec<f64>,
    /// u, after all limits.
    pub u: Vec<f64>,
    /// v, before all limits; NaN where the output was held.
    pub v: Vec<f64>,
    /// The integral after each sample.
    pub integral: Vec<f64>,
}

impl<'a> LoopRun<'a> {
    /// A loop to which nothing happens but its setpoint.
    #[must_use]
    pub fn new(plant: &'a Discrete, law: &'a PidSpec, reference: &'a [f64]) -> Self {
        Self {
            plant,
            law,
            reference,
            noise: &[],
            disturbance: None,
            missing: &[],
            manual: None,
            retunes: &[],
        }
    }

    /// Runs it from rest.
    #[must_use]
    pub fn run(&self) -> LoopSeries {
        let sample_s = self.plant.sample_s();
        let (mut plant, mut law) = (self.plant.at_rest(), self.law);
        let mut state = PidState::default();
        let mut series = LoopSeries::default();
        let mut retunes = self.retunes.iter().peekable();
        for (k, setpoint) in self.reference.iter().enumerate() {
            let y = plant.output();
            let measured = match self.missing.binary_search(&k) {
                Ok(_) => f64::NAN,
                Err(_) => y + self.noise.get(k).copied().unwrap_or(0.0),
            };
            while let Some((_, next)) = retunes.next_if(|(at, _)| *at <= k) {
                next.retune_proportional(law, &mut state, *setpoint, measured);
                law = next;
            }
            let manual = self.manual.filter(|own| (own.from..own.to).contains(&k));
            let mode = manual.map_or(Mode::Automatic, |own| Mode::Manual(own.value));
            let step = law.step_in(mode, &mut state, *setpoint, measured, sample_s);
            series.y.push(y);
            series.u.push(step.output);
            series
                .v
                .push(if step.held { f64::NAN } else { step.unlimited });
            series.integral.push(state.integral);
            let load = self
                .disturbance
                .filter(|own| (own.at..own.until).contains(&k))
                .map_or(0.0, |own| own.value);
            plant.advance(step.output + load);
        }
        series
    }
}
