//! Judgement of what was drawn: parameters out of their range, and steps too long for them.

use crate::base::{Input, VertexId};
use crate::registry::part::guarded;
use crate::resonator::{ModelImage, VertexImage};

use super::scene::Scene;

/// Refuses drawn parameters for which the model has no meaning.
///
/// # Errors
/// With the path and what was found.
pub fn refuse_drawn(scene: &Scene, vertices: &[VertexImage]) -> Result<(), (String, String)> {
    for image in vertices {
        let (name, value, holds, expected) = match image.model {
            ModelImage::Inertial(p, _) => ("inertia", p.inertia, p.inertia > 0.0, "more than 0"),
            ModelImage::Harmonic(p, _) => ("omega", p.omega, p.omega >= 0.0, "at least 0"),
            ModelImage::VanDerPol(p, _) => ("omega", p.omega, p.omega >= 0.0, "at least 0"),
            ModelImage::Kuramoto(..) | ModelImage::StuartLandau(..) | ModelImage::Own(..) => {
                continue;
            }
        };
        if !holds {
            let k = image.population.index() - 1;
            let population = &scene.populations[k].name;
            return Err((
                format!("populations[{k}].model.{name}"),
                format!(
                    "{value} was drawn for vertex {} of {population:?}, expected {expected}; a \
                     Uniform or Values keeps to bounds",
                    image.vertex
                ),
            ));
        }
    }
    Ok(())
}

/// Refuses a step at which an oscillation or a decay that the vertex certainly has would grow.
///
/// # Errors
/// With the vertex and the longest step.
pub fn refuse_long_steps(scene: &Scene, vertices: &[VertexImage]) -> Result<(), String> {
    let integrator = scene.dynamics.integrator;
    let dt = scene.clock.dt_s;
    for image in vertices {
        let population = &scene.populations[image.population.index() - 1];
        let weights: f64 = image.row.iter().map(|entry| entry.weight).sum();
        let pull = population.coupling * weights;
        let means: f64 = population.mean_field.iter().map(|m| m.strength).sum();
        let held = pull + means;
        // Held by neighbours at rest; the network swings at least this fast.
        let sprung = |omega: f64| (omega * omega + pull + means).max(0.0).sqrt();
        let (fastest, decay) = match image.model {
            // A phase turns at its own rate without error, however fast.
            ModelImage::Kuramoto(..) => (0.0, 0.0),
            ModelImage::Inertial(p, _) => (0.0, 1.0 / p.inertia),
            ModelImage::Harmonic(p, _) => {
                let fastest = sprung(p.omega);
                let swings = p.gamma < 2.0 * fastest;
                (fastest, if swings { 0.0 } else { p.gamma })
            }
            // Where its limit cycle turns, |x| is 2.
            ModelImage::VanDerPol(p, _) => (sprung(p.omega), 3.0 * p.mu),
            // Towards its limit cycle, or to rest.
            ModelImage::StuartLandau(p, _) => {
                (p.omega.abs(), (2.0 * p.mu).max(-p.mu) + pull + means)
            }
            ModelImage::Own(p, _) => {
                let parameters = p.parameters();
                let rates = || {
                    let swing = p.model.swing(parameters, held);
                    (swing, p.model.decay(parameters, held))
                };
                let who = format!("model {:?}", p.model.name());
                guarded(&who, rates).map_err(|error| error.to_string())?
            }
        };
        for (bound, rate) in [
            (integrator.oscillation_bound(), fastest),
            (integrator.decay_bound(), decay),
        ] {
            if bound.is_some_and(|bound| dt * rate > bound) {
                return Err(format!(
                    "a step of {dt} s is too long for vertex {} of {:?}, expected at most {:.3e} s",
                    image.vertex,
                    population.name,
                    bound.unwrap_or_default() / rate
                ));
            }
        }
    }
    Ok(())
}

/// Refuses an edge or kick that the scene's vertices cannot have, whoever asks for it: a schedule,
/// a crossing, an operator or an input log.
///
/// # Errors
/// With the field and what was found.
pub fn refuse_input(scene: &Scene, input: &Input) -> Result<(), (&'static str, String)> {
    let known = |field: &'static str, vertex: VertexId| {
        scene.model_of(vertex).ok_or_else(|| {
            let count = scene.vertices();
            let text = format!("vertex {vertex}, expected one below v{count}");
            (field, text)
        })
    };
    let finite = |field: &'static str, number: f64| match number.is_finite() {
        true => Ok(()),
        false => Err((field, format!("found {number}, expected a finite number"))),
    };
    match input {
        Input::Edge {
            source,
            target,
            weight,
        } => {
            let (from, to) = (known("source", *source)?, known("target", *target)?);
            finite("weight", *weight)?;
            if source == target {
                let text = format!("an edge from {source} to itself, expected another");
                return Err(("target", text));
            }
            let (one, other) = (from.shows(), to.shows());
            if one != other {
                let (one, other) = (one.plural(), other.plural());
                let text = format!(
                    "{source} and {target} are {one} and {other}, expected like resonators"
                );
                return Err(("target", text));
            }
        }
        Input::Kick {
            vertex,
            first,
            second,
        } => {
            let model = known("vertex", *vertex)?;
            finite("first", *first)?;
            finite("second", *second)?;
            if *second != 0.0 && !model.has_second() {
                let text = format!("found {second} for a phase without a rate, expected 0");
                return Err(("second", text));
            }
        }
        Input::Write { vertex, .. } | Input::Move { vertex, .. } => {
            known("vertex", *vertex)?;
        }
        _ => {}
    }
    Ok(())
}
