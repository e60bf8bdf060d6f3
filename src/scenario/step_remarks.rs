//! What is told of a scene's step before it runs: whether it is too long for the scene's own
//! values, or for what its schedule, crossings and loops could set.

use std::fmt::Write as _;

use crate::control::{LoopSpec, Output};
use crate::resonator::plant::Gathering;
use crate::resonator::rates::{Acts, Limits, Nature, Pace, Strain, rounded};
use crate::resonator::spec::PopulationSpec;
use crate::resonator::{Plant, PlasticityRules, VertexImage};
use crate::watch::Action;

use super::blueprint::Blueprint;
use super::scene::Scene;
use super::schedule::Scheduled;

/// From this share of the bound of stability on, a rate is told: eigenvalues of networks lie above
/// the greatest weighted degree.
const TOLD_FROM: f64 = 2.0 / 3.0;

/// What may act on a population, and what makes it so.
struct Case {
    acts: Acts,
    origin: String,
}

impl Blueprint {
    /// One line for each population whose step is too long, or could become so. Adaptive steps are
    /// never too long. Vertices that a simulation has taken over are not looked at.
    #[must_use]
    pub fn step_remarks(&self) -> Vec<String> {
        let scene = self.scene();
        let Some(limits) = Limits::of(scene.dynamics.integrator) else {
            return Vec::new();
        };
        let plant = self.whole_plant();
        let rules = scene.populations.iter().map(|own| own.plasticity);
        let rules = PlasticityRules(std::iter::once(None).chain(rules).collect());
        let dt_s = scene.clock.dt_s;
        let step = (dt_s, dt_s * f64::from(scene.clock.substeps));
        let mut remarks = Vec::new();
        for (k, population) in scene.populations.iter().enumerate() {
            let mut told = 0.0;
            for case in cases(scene, k) {
                let mut acts = vec![Acts::default(); scene.populations.len() + 1];
                acts[k + 1] = case.acts;
                let mut paces = vec![Pace::default(); acts.len()];
                plant.add_rates(&acts, &rules, &mut paces);
                paces[k + 1].settle(&case.acts);
                let strain = paces[k + 1].worst(&limits, step);
                let is_told = |own: &Strain| own.ratio() > told_from(own.rate.nature);
                // What a case adds to one that was told already is told when it is much worse.
                if let Some(strain) = strain.filter(|own| is_told(own) && own.ratio() > 1.5 * told)
                {
                    told = strain.ratio();
                    remarks.push(remark(scene, population, &case.origin, &strain));
                }
            }
        }
        remarks
    }

    fn whole_plant(&self) -> Plant {
        let views: Vec<_> = self.vertices.iter().map(VertexImage::view).collect();
        Plant::gather(&views, Gathering::default())
    }
}

fn told_from(nature: Nature) -> f64 {
    match nature {
        Nature::Decay => TOLD_FROM,
        Nature::Swing | Nature::Tick => 1.0,
    }
}

fn remark(scene: &Scene, population: &PopulationSpec, origin: &str, strain: &Strain) -> String {
    let dt_s = scene.clock.dt_s;
    let short = |number| rounded(number, f64::round);
    let step = match strain.rate.nature {
        Nature::Tick => "tick",
        Nature::Decay | Nature::Swing => "step",
    };
    let mut text = format!(
        "a step of {dt_s} s may be too long for population {:?}: {}",
        population.name, strain.rate.cause
    );
    // Writing into a string cannot fail.
    let _ = write!(
        text,
        "{origin} makes a rate of {} 1/s, rate × {step} is {}, and {:?} follows up to {}; ",
        short(strain.rate.per_s),
        short(strain.rate_dt),
        scene.dynamics.integrator,
        short(strain.limit * told_from(strain.rate.nature)),
    );
    let would_do = rounded(dt_s * strain.shorter(), f64::floor);
    let _ = write!(text, "a step of {would_do} s would do");
    text
}

/// The values of the scene, then each that is set while it runs, then the loops on top of the
/// greatest of these.
fn cases(scene: &Scene, k: usize) -> Vec<Case> {
    let population = &scene.populations[k];
    let means = population.mean_field.iter().map(|own| own.strength);
    let (mean, sum): (f64, f64) = (means.clone().map(f64::abs).sum(), means.sum());
    let is_pushed = scene.field.felt_gain != 0.0 || !scene.forces.is_empty();
    let own = Acts {
        coupling: population.coupling,
        mean,
        is_pushed,
        ..Acts::default()
    };
    let mut cases = vec![Case {
        acts: own,
        origin: String::new(),
    }];
    let coupling = format!("populations[{k}].coupling");
    let strength = format!("populations[{k}].mean_field");
    for (path, value, origin) in settings(scene) {
        let mut acts = own;
        if path == coupling {
            acts.coupling = value;
        } else if path == strength {
            // The shares stay; strengths that cancel count as a whole of 1.
            acts.mean = value.abs() * mean / if sum == 0.0 { 1.0 } else { sum.abs() };
        } else {
            continue;
        }
        let origin = format!(" as {origin} sets it to {value}");
        cases.push(Case { acts, origin });
    }
    let size = |acts: &Acts| acts.coupling.abs() + acts.mean;
    let greatest = cases.iter().map(|own| own.acts);
    let greatest = greatest
        .max_by(|a, b| size(a).total_cmp(&size(b)))
        .unwrap_or(own);
    cases.extend(steered(scene, population, greatest));
    cases
}

/// What schedule and crossings set: path, value, and where it is said.
fn settings(scene: &Scene) -> Vec<(&str, f64, String)> {
    let mut all = Vec::new();
    for (k, entry) in scene.schedule.iter().enumerate() {
        let origin = format!("schedule[{k}]");
        match entry {
            Scheduled::Ramp { path, from, to, .. } => {
                for value in [*from, *to] {
                    all.push((path.as_str(), value, origin.clone()));
                }
            }
            Scheduled::At { then, .. } => all.extend(set_by(then, &origin)),
        }
    }
    for (k, crossing) in scene.crossings.iter().enumerate() {
        all.extend(set_by(&crossing.then, &format!("crossings[{k}]")));
    }
    all
}

fn set_by<'a>(actions: &'a [Action], origin: &str) -> Vec<(&'a str, f64, String)> {
    let set = actions.iter().filter_map(|action| match action {
        Action::Set { path, value } => Some((path.as_str(), *value, origin.to_owned())),
        Action::Edge { .. } | Action::Kick { .. } => None,
    });
    set.collect()
}

/// The greatest that the loops of a population could add to what acts on it.
fn steered(scene: &Scene, population: &PopulationSpec, acts: Acts) -> Option<Case> {
    if !scene.control.enabled {
        return None;
    }
    let gates = settings(scene).into_iter();
    let gates = gates.filter_map(|(path, value, _)| (path == "safety.max_energy").then_some(value));
    let gate = gates.fold(scene.safety.max_energy, f64::max);
    let acting = |own: &&LoopSpec| own.scope == "cluster" || own.scope == population.name;
    let loops: Vec<&LoopSpec> = scene.control.loops.iter().filter(acting).collect();
    let span = |output: Output| {
        let outputs = loops.iter().flat_map(|own| own.reach(gate));
        let spans = outputs.filter_map(|(own, span)| (own == output).then_some(span));
        spans.fold([0.0, 0.0], |sum: [f64; 2], own| {
            [sum[0] + own[0], sum[1] + own[1]]
        })
    };
    let farthest = |own: f64, [low, high]: [f64; 2]| match (own + low).abs() > (own + high).abs() {
        true => own + low,
        false => own + high,
    };
    let steered = Acts {
        coupling: farthest(acts.coupling, span(Output::Coupling)),
        damping: farthest(acts.damping, span(Output::Damping)),
        shift: farthest(acts.shift, span(Output::FrequencyShift)),
        force: farthest(acts.force, span(Output::Force)),
        is_pushed: acts.is_pushed || span(Output::FieldGain) != [0.0; 2],
        ..acts
    };
    let names: Vec<String> = loops.iter().map(|own| format!("{:?}", own.name)).collect();
    (steered != acts).then(|| Case {
        acts: steered,
        origin: format!(" as loop {} could drive it", names.join(" and ")),
    })
}
