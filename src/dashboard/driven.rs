//! What moves a live parameter besides a hand: loops that add to it, ramps, the schedule,
//! crossings.

use crate::control::{LoopSpec, Output};
use crate::registry::LiveParameter;
use crate::scenario::Scene;
use crate::scenario::schedule::Scheduled;
use crate::watch::Action;

use super::view::View;

/// What moves a parameter whose own value is `value`, with the value that it has together with what
/// is added; `None` when only hands move it.
#[must_use]
pub fn driven(view: &View, parameter: &LiveParameter, value: f64) -> Option<String> {
    let scene = &view.facts.scene;
    let parts = [
        added(view, parameter, value),
        ramps(scene, &parameter.path, view.t_s),
        set_by(scene, &parameter.path),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What loops add to a parameter of a population.
fn added(view: &View, parameter: &LiveParameter, value: f64) -> Option<String> {
    let scene = &view.facts.scene;
    let path = parameter.path.strip_prefix("populations[")?;
    let (number, field) = path.split_once("].")?;
    let (population, field) = match number.parse::<usize>() {
        Ok(number) => (scene.populations.get(number)?, field),
        Err(_) => return None,
    };
    let reaches = |own: &LoopSpec| own.scope == "cluster" || own.scope == population.name;
    let enabled = parameter_of(view, "control.enabled").is_none_or(|on| on != 0.0);
    let mut sum = value;
    let mut text = number_of(value);
    let mut any = false;
    for (own, shown) in scene.control.loops.iter().zip(&view.loops) {
        let passed = shown.passed.filter(|_| enabled).unwrap_or(0.0);
        let by_output = (own.output.adds_to() == Some(field)).then_some(passed);
        let warmth = own.noise_per_temperature;
        let temperature = shown.terms.iter().find(|(name, _)| *name == "temperature");
        let by_noise = (field == "noise" && warmth > 0.0 && own.output != Output::Noise)
            .then(|| temperature.map_or(0.0, |(_, t)| warmth * t));
        let Some(adds) = by_output.or(by_noise).filter(|_| reaches(own)) else {
            continue;
        };
        any = true;
        sum += adds;
        let sign = if adds < 0.0 { "−" } else { "+" };
        text = format!(
            "{text} {sign} {} by loop {}",
            number_of(adds.abs()),
            own.name
        );
    }
    let unit = match parameter.unit {
        "" => String::new(),
        unit => format!(" {unit}"),
    };
    any.then(|| format!("now {text} = {}{unit}", number_of(sum)))
}

fn number_of(value: f64) -> String {
    format!("{value:.3}")
}

fn parameter_of(view: &View, path: &str) -> Option<f64> {
    let at = view.facts.parameters.position(path)?;
    view.values.get(at).copied()
}

/// The ramp that moves a path now, or the next one that will.
fn ramps(scene: &Scene, path: &str, now_s: f64) -> Option<String> {
    let own = scene.schedule.iter().filter_map(|entry| match entry {
        Scheduled::Ramp {
            path: own,
            from,
            to,
            start_s,
            end_s,
        } if own == path => Some((*from, *to, *start_s, *end_s)),
        _ => None,
    });
    let next = own.into_iter().find(|(.., end_s)| now_s <= *end_s);
    let (from, to, start_s, end_s) = next?;
    let word = if now_s < start_s {
        "will move"
    } else {
        "moves"
    };
    Some(format!(
        "a ramp of the scene {word} it from {from} to {to}, {start_s} s … {end_s} s"
    ))
}

/// Crossings and times of the schedule that set a path.
fn set_by(scene: &Scene, path: &str) -> Option<String> {
    let sets = |actions: &[Action]| {
        actions
            .iter()
            .any(|action| matches!(action, Action::Set { path: own, .. } if own == path))
    };
    let crossings = scene.crossings.iter().filter(|own| sets(&own.then));
    let mut by: Vec<String> = crossings
        .map(|own| format!("crossing {}", own.name))
        .collect();
    by.extend(scene.schedule.iter().filter_map(|entry| match entry {
        Scheduled::At { at_s, then } if sets(then) => Some(format!("the schedule at {at_s} s")),
        _ => None,
    }));
    (!by.is_empty()).then(|| format!("set by {}", by.join(", ")))
}
