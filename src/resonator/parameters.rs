//! The live parameters of populations, and the gain with which the field is felt.

use crate::base::PopulationId;
use crate::dynamics::dense::NoiseKind;
use crate::registry::{Bounds, Key, LiveParameter};

use super::components::{FeltGain, MeanField, PlantParameters, Population};
use super::dynamics_spec::DynamicsSpec;
use super::model_spec::ModelSpec;
use super::spec::{PopulationSpec, STRENGTH_MAX};

impl Key for Population {
    const KIND: &'static str = "population";

    fn key(&self) -> u64 {
        u64::from(self.id.0)
    }
}

/// Strengths of either sign, as in the scene.
const STRENGTHS: Bounds = Bounds::range(-STRENGTH_MAX, STRENGTH_MAX);

/// The live parameters of all populations.
#[must_use]
pub fn live_parameters(
    populations: &[PopulationSpec],
    dynamics: &DynamicsSpec,
) -> Vec<LiveParameter> {
    let mut list = Vec::new();
    for (k, spec) in populations.iter().enumerate() {
        let id = PopulationId(k as u16 + 1);
        let key = u64::from(id.0);
        let path = |field: &str| format!("populations[{k}].{field}");
        let coupling = LiveParameter::of_component::<Population, PlantParameters>(
            path("coupling"),
            format!("{} coupling κ", spec.name),
            spec.coupling,
            key,
            (|own| own.coupling, |own, value| own.coupling = value),
        )
        .unit(rates(spec))
        .help(
            "How strongly each resonator is drawn to those whose edges it feels: the weights of \
             its incoming edges are multiplied by κ. Raise it to make a network fall into step, \
             lower it to let it drift apart.",
        );
        list.push(coupling.slider(3.0).bounds(STRENGTHS));
        if !spec.mean_field.is_empty() {
            let strengths = spec.mean_field.iter().map(|mean| (id, mean.strength));
            let strength = LiveParameter::of_component::<Population, MeanField>(
                path("mean_field"),
                format!("{} mean field K", spec.name),
                MeanField::new(strengths.collect()).strength,
                key,
                (|own| own.strength, |own, value| own.strength = value),
            )
            .unit(rates(spec))
            .help(
                "How strongly each resonator is drawn to the means over populations; the shares of \
                 several means stay as they are. Phases fall into step above a critical K.",
            );
            list.push(strength.slider(5.0).bounds(STRENGTHS));
        }
        let scales = dynamics.noise == NoiseKind::Multiplicative;
        if dynamics.integrator.is_adaptive() || scales && spec.model.is_phase() {
            continue;
        }
        let noise = LiveParameter::of_component::<Population, PlantParameters>(
            path("noise"),
            format!("{} noise σ", spec.name),
            spec.noise,
            key,
            (|own| own.noise, |own, value| own.noise = value),
        )
        .unit(noise_unit(spec))
        .help(
            "Intensity of white noise on each resonator, before what control adds. Raise it to see \
             whether an order holds against disturbance.",
        );
        let bounds = Bounds::range(0.0, STRENGTH_MAX);
        list.push(noise.slider(1.0).bounds(bounds));
    }
    list
}

/// The gain with which vertices feel a field.
#[must_use]
pub fn felt_gain(initial: f64) -> LiveParameter {
    let get = |own: &FeltGain| Some(own.0);
    let set = |own: &mut FeltGain, value| own.0 = value;
    LiveParameter::of_resource("field.felt_gain", "felt field", initial, get, set)
        .slider(2.0)
        .bounds(Bounds::FINITE)
        .help(
            "How strongly the resonators feel the field, before what control adds; at 0 it does \
             not act on them. Raise it to let the field join resonators without edges.",
        )
}

/// The unit of coupling strengths: rates of change of phases and amplitudes, accelerations of
/// displacements (1/s² for each unit of displacement).
fn rates(spec: &PopulationSpec) -> &'static str {
    match spec.model {
        ModelSpec::Kuramoto { .. }
        | ModelSpec::Inertial { .. }
        | ModelSpec::StuartLandau { .. } => "1/s",
        ModelSpec::Harmonic { .. } | ModelSpec::VanDerPol { .. } => "1/s²",
        ModelSpec::Custom { .. } => "",
    }
}

/// The unit of the noise intensity.
fn noise_unit(spec: &PopulationSpec) -> &'static str {
    match spec.model {
        ModelSpec::Kuramoto { .. } | ModelSpec::Inertial { .. } => "rad/√s",
        ModelSpec::StuartLandau { .. } => "1/√s",
        ModelSpec::Harmonic { .. } | ModelSpec::VanDerPol { .. } => "1/√s³",
        ModelSpec::Custom { .. } => "",
    }
}
