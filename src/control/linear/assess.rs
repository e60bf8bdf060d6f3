//! What is to be expected of a law at a plant.

use crate::base::num;
use crate::control::pid::PidSpec;

use super::discrete::Discrete;
use super::margins::{Margins, SampledLoop};
use super::plant::{LinearPlant, PlantError};
use super::series::{LoopRun, LoopSeries};
use super::stability::Stability;
use super::step_metrics::{StepMetrics, step_metrics};

/// Samples of an answer at most.
const SAMPLES_MAX: usize = 2_000_000;

/// What is to be expected of a law at a plant: margins and stability of the sampled loop without
/// limits, and its answer to a step of the setpoint with them. The setpoint is 0 in the first
/// sample.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The sampled plant.
    pub plant: Discrete,
    /// Margins.
    pub margins: Margins,
    /// Stability.
    pub stability: Stability,
    /// The setpoint.
    pub reference: Vec<f64>,
    /// What the loop did.
    pub series: LoopSeries,
    /// The numbers of that.
    pub metrics: StepMetrics,
}

/// A sample time that suits a plant, s: about a hundredth of its ultimate period, or of its fastest
/// time constant where there is none, as 1, 2 or 5 times a power of ten.
#[must_use]
pub fn usual_sample_s(plant: &LinearPlant) -> f64 {
    let wanted = match plant.ultimate(plant.sign()) {
        Some(own) => own.period_s / 100.0,
        // The band ends at a thousand times the fastest rate.
        None => 1e3 / plant.band()[1] / 20.0,
    };
    let power = (num::ln(wanted) / std::f64::consts::LN_10).floor();
    let decade = num::pow(10.0, power);
    let share = [5.0, 2.0].into_iter().find(|own| own * decade <= wanted);
    // 0.05 and not 0.05000000000000001, as people write it.
    let rounded = format!("{:e}", share.unwrap_or(1.0) * decade);
    let head = rounded
        .split_once('e')
        .map_or(1.0, |(head, _)| head.parse::<f64>().map_or(1.0, f64::round));
    format!("{head}e{power}").parse().unwrap_or(wanted)
}

/// Assesses a law, sampled every `sample_s` seconds, with a step of the setpoint to `setpoint`. The
/// answer takes `time_s` seconds, or as long as it takes to settle.
///
/// # Errors
/// When the plant cannot be sampled so.
pub fn assess(
    plant: &LinearPlant,
    law: &PidSpec,
    sample_s: f64,
    setpoint: f64,
    time_s: Option<f64>,
) -> Result<Assessment, PlantError> {
    let sampled = Discrete::new(plant, sample_s)?;
    let whole = SampledLoop {
        plant: &sampled,
        law,
    };
    let (margins, stability) = (whole.margins(), whole.stability());
    let samples = |time: f64| ((time / sample_s).ceil().max(2.0) as usize).min(SAMPLES_MAX);
    let mut count = samples(time_s.unwrap_or_else(|| usual_time_s(plant, law)));
    let mut left = if time_s.is_none() && stability == Stability::Stable {
        6
    } else {
        0
    };
    loop {
        let mut reference = vec![setpoint; count + 1];
        reference[0] = 0.0;
        let series = LoopRun::new(&sampled, law, &reference).run();
        let metrics = step_metrics(&reference, &series.y, &series.u, sample_s, 1);
        let settled = metrics.step.and_then(|own| own.settling_s);
        let long = settled.is_some_and(|own| samples(2.0 * own) <= count);
        if left == 0 || long || 2 * count > SAMPLES_MAX {
            return Ok(Assessment {
                plant: sampled,
                margins,
                stability,
                reference,
                series,
                metrics,
            });
        }
        left -= 1;
        count *= 2;
    }
}

fn usual_time_s(plant: &LinearPlant, law: &PidSpec) -> f64 {
    let slow = plant
        .poles()
        .into_iter()
        .map(|pole| num::hypot(pole.re, pole.im))
        .filter(|own| *own > 1e-9)
        .fold(f64::INFINITY, f64::min);
    let mut time = 10.0 * plant.delay_s();
    if slow.is_finite() {
        time = time.max(6.0 / slow);
    }
    let reset = (law.kp / law.ki).abs();
    if reset.is_finite() {
        time = time.max(4.0 * reset);
    }
    if time > 0.0 { time } else { 10.0 }
}
