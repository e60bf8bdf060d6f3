//! The delays of a scene's edges, in whole integrator steps.

use crate::base::VertexId;
use crate::graph::file_spec::Rounding;
use crate::graph::{DelaySpec, FileEdges};
use crate::phi::settings::PhiSource;
use crate::resonator::{DelayLine, DelayRule, VertexImage};
use crate::watch::Action;

use super::scene::Scene;
use super::schedule::Scheduled;

/// The most memory that the past of all vertices may take.
const PAST_BYTES_MAX: u64 = 4 << 30;

/// The delays of a scene.
pub struct SceneDelays {
    /// The past that late edges hear.
    pub line: DelayLine,
    /// The rule for edges to come.
    pub rule: DelayRule,
    /// What rounding changed.
    pub note: Option<String>,
}

/// Sets the delays of all vertices, and gives the ring that keeps their past and the rule for edges
/// to come. `stated` are edges as a file gave them.
///
/// # Errors
/// With what was found and expected.
pub fn set_delays(
    scene: &Scene,
    vertices: &mut [VertexImage],
    stated: Option<&FileEdges>,
) -> Result<SceneDelays, String> {
    let dt_s = scene.clock.dt_s;
    let note = match stated {
        Some(edges) => set_stated(scene, vertices, edges)?,
        None => None,
    };
    let rule = match scene.graph.delay {
        DelaySpec::AsGiven => DelayRule::AtOnce,
        DelaySpec::Uniform(delay_s) => DelayRule::Uniform(whole_steps(delay_s, dt_s)?),
        DelaySpec::Distance { speed } => DelayRule::Distance {
            steps_per_side: 1.0 / (speed * dt_s),
            places: vertices.iter().map(|vertex| vertex.position).collect(),
        },
    };
    for (target, vertex) in vertices.iter_mut().enumerate() {
        if rule != DelayRule::AtOnce {
            let sources = vertex.row.sources();
            let delays = sources.map(|source| (source, rule.steps(source.index(), target)));
            vertex.delays = delays.filter(|(_, steps)| *steps > 0).collect();
        }
        vertex.delays.sort_unstable();
    }
    let drawn = vertices.iter().flat_map(|vertex| &vertex.delays);
    let drawn = drawn.map(|(_, steps)| *steps);
    let uniform = match rule {
        DelayRule::Uniform(steps) => Some(steps),
        _ => None,
    };
    let later = later_edges(scene).filter(|ends| ends.iter().all(|end| *end < vertices.len()));
    let later = later.map(|[source, target]| rule.steps(source, target));
    let delays = drawn.chain(uniform).chain(later);
    let line = DelayLine::new(delays.filter(|steps| *steps > 0));
    check_line(scene, &line)?;
    Ok(SceneDelays { line, rule, note })
}

/// Sets the delays that a file states; tells what rounding changed.
fn set_stated(
    scene: &Scene,
    vertices: &mut [VertexImage],
    edges: &FileEdges,
) -> Result<Option<String>, String> {
    let dt_s = scene.clock.dt_s;
    let file = scene.graph.kind.file().unwrap_or_default();
    let (mut changed, mut greatest, mut lost) = (0u64, 0.0f64, 0u64);
    for ([source, target], delay_s) in edges.delayed() {
        if scene.graph.delay != DelaySpec::AsGiven {
            return Err("the file has delays of its own, expected AsGiven".to_owned());
        }
        let steps = match file.delay_rounding {
            Rounding::Nearest => nearest_step(delay_s, dt_s),
            Rounding::Refuse => whole_steps(delay_s, dt_s),
        };
        let steps = steps.map_err(|message| {
            format!("the edge from {source} to {target}: {message}; delay_rounding: Nearest rounds")
        })?;
        let change = (f64::from(steps) * dt_s - delay_s).abs();
        if change > 1e-6 * dt_s {
            changed += 1;
            greatest = greatest.max(change);
            lost += u64::from(steps == 0);
        }
        if steps > 0 {
            let delays = &mut vertices[target as usize].delays;
            delays.push((VertexId(u64::from(source)), steps));
        }
    }
    Ok((changed > 0).then(|| {
        let none = match lost {
            0 => String::new(),
            lost => format!("; {lost} of them to none"),
        };
        format!(
            "delays of {changed} edges are rounded to steps of {dt_s} s, by {greatest:.6} s at \
             most{none} (delay_rounding: Refuse to have none rounded)"
        )
    }))
}

/// Ends of the edges that the scene itself brings while it runs.
fn later_edges(scene: &Scene) -> impl Iterator<Item = [usize; 2]> {
    let scheduled = scene.schedule.iter().flat_map(Scheduled::actions);
    let crossed = scene.crossings.iter().flat_map(|crossing| &crossing.then);
    scheduled.chain(crossed).filter_map(|action| match action {
        Action::Edge { source, target, .. } => Some([*source as usize, *target as usize]),
        _ => None,
    })
}

fn check_line(scene: &Scene, line: &DelayLine) -> Result<(), String> {
    if line.is_empty() {
        return Ok(());
    }
    let longest = line.longest();
    let count = scene.vertices();
    let bytes = (u64::from(longest) + 4) * count as u64 * 16;
    if bytes > PAST_BYTES_MAX {
        return Err(format!(
            "the longest delay is {longest} integrator steps, so the past of {count} vertices would take \
             {:.1} GiB, expected at most {} GiB",
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
    Ok(())
}

fn nearest_step(delay_s: f64, dt_s: f64) -> Result<u32, String> {
    let steps = (delay_s / dt_s).round();
    if (0.0..=1e9).contains(&steps) {
        return Ok(steps as u32);
    }
    Err(format!(
        "a delay of {delay_s} s, expected 0 … 1e9 integrator steps of {dt_s} s"
    ))
}

fn whole_steps(delay_s: f64, dt_s: f64) -> Result<u32, String> {
    let steps = (delay_s / dt_s).round();
    if !(0.0..=1e9).contains(&steps) {
        return Err(format!(
            "a delay of {delay_s} s, expected 0 … 1e9 integrator steps of {dt_s} s"
        ));
    }
    let lost = steps == 0.0 && delay_s > 0.0;
    if lost || (steps - delay_s / dt_s).abs() > 1e-6 {
        return Err(format!(
            "a delay of {delay_s} s is no whole number of integrator steps of {dt_s} s, expected \
             for example {} s",
            steps * dt_s
        ));
    }
    Ok(steps as u32)
}
