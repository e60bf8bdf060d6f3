//! The delays of a scene's edges, in whole integrator steps.

use crate::graph::edge_list::EdgeRecord;
use crate::graph::{DelaySpec, RowEntry};
use crate::phi::settings::PhiSource;
use crate::resonator::{DelayLine, VertexImage};

use super::scene::Scene;

/// The most memory that the past of all vertices may take.
const PAST_BYTES_MAX: u64 = 4 << 30;

/// Sets the delays of all vertices, and gives the ring that keeps their past. `stated` are edges as
/// a file gave them.
///
/// # Errors
/// With what was found and expected.
pub fn set_delays(
    scene: &Scene,
    vertices: &mut [VertexImage],
    stated: &[EdgeRecord],
) -> Result<DelayLine, String> {
    let dt_s = scene.clock.dt_s;
    match scene.graph.delay {
        DelaySpec::AsGiven => {
            for edge in stated.iter().filter(|edge| edge.delay_s != 0.0) {
                let (source, target) = (edge.source, edge.target);
                let steps = whole_steps(edge.delay_s, dt_s)
                    .map_err(|message| format!("the edge from {source} to {target}: {message}"))?;
                let delays = &mut vertices[edge.target as usize].delays;
                delays.push((crate::base::VertexId(source), steps));
            }
            for vertex in &mut *vertices {
                vertex.delays.sort_unstable();
            }
        }
        DelaySpec::Uniform(delay_s) => {
            let steps = whole_steps(delay_s, dt_s)?;
            set_all(vertices, |_, _| steps);
        }
        DelaySpec::Distance { speed } => {
            let places: Vec<[f64; 2]> = vertices.iter().map(|vertex| vertex.position).collect();
            set_all(vertices, |target, entry| {
                let ([x, y], [u, v]) = (places[target], places[entry.source().index()]);
                let distance = ((x - u) * (x - u) + (y - v) * (y - v)).sqrt();
                (distance / speed / dt_s).round() as u32
            });
        }
    }
    let delays = vertices.iter().flat_map(|vertex| &vertex.delays);
    let line = DelayLine::new(delays.map(|(_, steps)| *steps).filter(|steps| *steps > 0));
    if line.is_empty() {
        return Ok(line);
    }
    let longest = line.longest();
    let bytes = (u64::from(longest) + 4) * vertices.len() as u64 * 16;
    if bytes > PAST_BYTES_MAX {
        return Err(format!(
            "the longest delay is {longest} integrator steps, so the past of {} vertices would take \
             {:.1} GiB, expected at most {} GiB",
            vertices.len(),
            bytes as f64 / f64::from(1 << 30),
            PAST_BYTES_MAX >> 30
        ));
    }
    if scene.dynamics.integrator.is_adaptive() {
        let message = "delays with DormandPrince, whose steps are of any length; expected Rk4 or \
                       another integrator of fixed step";
        return Err(message.to_owned());
    }
    if scene.phi.source != PhiSource::Window && !scene.phi.units.is_empty() {
        let message = "delays with a Φ of the model, whose state is the present only; expected \
                       phi.source: Window";
        return Err(message.to_owned());
    }
    Ok(line)
}

fn set_all(vertices: &mut [VertexImage], delay: impl Fn(usize, &RowEntry) -> u32) {
    for (target, vertex) in vertices.iter_mut().enumerate() {
        let delays = vertex
            .row
            .iter()
            .map(|entry| (entry.source(), delay(target, entry)));
        vertex.delays = delays.filter(|(_, steps)| *steps > 0).collect();
    }
}

fn whole_steps(delay_s: f64, dt_s: f64) -> Result<u32, String> {
    let steps = (delay_s / dt_s).round();
    if !(0.0..=1e9).contains(&steps) {
        return Err(format!(
            "a delay of {delay_s} s, expected 0 … 1e9 integrator steps of {dt_s} s"
        ));
    }
    if (steps - delay_s / dt_s).abs() > 1e-6 {
        return Err(format!(
            "a delay of {delay_s} s is no whole number of integrator steps of {dt_s} s, expected \
             for example {} s",
            steps * dt_s
        ));
    }
    Ok(steps as u32)
}
