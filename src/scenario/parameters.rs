//! The parameters that can be set while a run goes on.

use crate::control::{Law, Measure};
use crate::dynamics::dense::NoiseKind;
use crate::field::FieldKind;

use super::scene::Scene;

/// The greatest coupling and noise, as in the scene.
const STRONGEST: f64 = 1e6;

/// A live parameter: its path is what `Input::Set` names.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveParameter {
    /// Path, as in the scene.
    pub path: String,
    /// What a person calls it.
    pub label: String,
    /// Unit; empty for pure numbers.
    pub unit: &'static str,
    /// The value in the scene.
    pub initial: f64,
    /// Range of a slider; other values may be typed.
    pub range: (f64, f64),
    /// The least value that is accepted.
    pub least: f64,
    /// The greatest value that is accepted.
    pub most: f64,
    /// Whether it is a switch: 0 or 1.
    pub switch: bool,
}

fn parameter(
    path: &str,
    label: &str,
    unit: &'static str,
    initial: f64,
    high: f64,
) -> LiveParameter {
    LiveParameter {
        path: path.to_owned(),
        label: label.to_owned(),
        unit,
        initial,
        range: (0.0, high.max(2.0 * initial)),
        least: 0.0,
        most: f64::INFINITY,
        switch: false,
    }
}

/// All live parameters of a scene.
#[must_use]
pub fn live_parameters(scene: &Scene) -> Vec<LiveParameter> {
    let mut list = Vec::new();
    if !scene.control.loops.is_empty() {
        let enabled = f64::from(u8::from(scene.control.enabled));
        let mut switch = parameter("control.enabled", "control", "", enabled, 1.0);
        switch.switch = true;
        switch.range = (0.0, 1.0);
        list.push(switch);
    }
    for (k, spec) in scene.control.loops.iter().enumerate() {
        let path = |field: &str| format!("control.loops[{k}].{field}");
        let (unit, high) = match spec.measure {
            Measure::Coherence | Measure::EntropyNormalized => ("", 1.0),
            Measure::Entropy => ("nats", 6.0),
            Measure::Resonance => ("", 100.0),
        };
        let label = format!("{} setpoint", spec.name);
        let mut setpoint = parameter(&path("setpoint"), &label, unit, spec.setpoint, high);
        if high == 1.0 {
            setpoint.range = (0.0, 1.0);
        }
        list.push(setpoint);
        if let Law::Pid(pid) = &spec.law {
            for (field, value) in [("kp", pid.kp), ("ki", pid.ki), ("kd", pid.kd)] {
                let label = format!("{} {field}", spec.name);
                let unit = match field {
                    "ki" => "1/s",
                    "kd" => "s",
                    _ => "",
                };
                let mut gain = parameter(&path(&format!("law.{field}")), &label, unit, value, 5.0);
                gain.least = f64::NEG_INFINITY;
                list.push(gain);
            }
        }
    }
    for (k, population) in scene.populations.iter().enumerate() {
        let path = |field: &str| format!("populations[{k}].{field}");
        let label = format!("{} coupling κ", population.name);
        let mut coupling = parameter(&path("coupling"), &label, "", population.coupling, 3.0);
        (coupling.least, coupling.most) = (-STRONGEST, STRONGEST);
        list.push(coupling);
        if !population.mean_field.is_empty() {
            let total: f64 = population.mean_field.iter().map(|mean| mean.strength).sum();
            let total = if total == 0.0 { 1.0 } else { total };
            let label = format!("{} mean field K", population.name);
            let mut strength = parameter(&path("mean_field"), &label, "", total, 5.0);
            (strength.least, strength.most) = (-STRONGEST, STRONGEST);
            list.push(strength);
        }
        let scales = scene.dynamics.noise == NoiseKind::Multiplicative;
        if scene.dynamics.integrator.is_adaptive() || scales && population.model.is_phase() {
            continue;
        }
        let label = format!("{} noise σ", population.name);
        let mut noise = parameter(&path("noise"), &label, "", population.noise, 1.0);
        noise.most = STRONGEST;
        list.push(noise);
    }
    if scene.field.kind != FieldKind::Off {
        let gain = scene.field.kind.gain();
        let mut gain = parameter("field.gain", "field gain", "", gain, 5.0);
        gain.least = f64::NEG_INFINITY;
        list.push(gain);
        let felt = scene.field.felt_gain;
        let mut felt = parameter("field.felt_gain", "felt field", "", felt, 2.0);
        felt.least = f64::NEG_INFINITY;
        list.push(felt);
    }
    let energy = scene.safety.max_energy;
    list.push(parameter(
        "safety.max_energy",
        "greatest command",
        "",
        energy,
        20.0,
    ));
    let amplitude = scene.safety.max_amplitude;
    list.push(parameter(
        "safety.max_amplitude",
        "greatest amplitude",
        "",
        amplitude,
        2000.0,
    ));
    list
}

/// Judges an edit: what was expected, when the path is not live or the value not acceptable.
///
/// # Errors
/// With a sentence that says what was expected.
pub fn check_edit(parameters: &[LiveParameter], path: &str, value: f64) -> Result<(), String> {
    let Some(found) = parameters.iter().find(|p| p.path == path) else {
        return Err(format!("{path} is no live parameter of this scene"));
    };
    if !(value.is_finite() && (found.least..=found.most).contains(&value)) {
        let expected = match (found.least, found.most) {
            (f64::NEG_INFINITY, f64::INFINITY) => "a finite number".to_owned(),
            (least, f64::INFINITY) => format!("a finite number ≥ {least}"),
            (least, most) => format!("a finite number in {least} … {most}"),
        };
        return Err(format!("{path}: found {value}, expected {expected}"));
    }
    Ok(())
}
