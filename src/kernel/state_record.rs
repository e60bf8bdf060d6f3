//! The states of chosen vertices, taken after each tick that is due.

use crate::base::num::{self, PI, TAU};
use crate::base::{Tick, TickClock, VertexId};
use crate::record::states::{StateRow, VelocityRow};
use crate::registry::site::PopulationRange;
use crate::resonator::model_spec::ModelSpec;
use crate::scenario::Scene;
use crate::scenario::record_spec::StatesSpec;

/// Numbers that wait to be taken at most; beyond, the oldest half of the rows gives way.
const KEPT: usize = 1 << 24;

/// How the angle of an oscillator follows from its state.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Angle {
    /// It is the first number, not wrapped.
    First,
    /// That of (x, y).
    Planar,
    /// That of (ωx, −v), with the mean natural frequency of its population as ω.
    Motion(f64),
}

/// One recorded vertex.
#[derive(Clone, Copy, Debug)]
struct Watched {
    vertex: VertexId,
    population: usize,
    numbers: usize,
    angle: Angle,
}

/// Turns of an oscillator since the window began.
#[derive(Clone, Copy, Debug, Default)]
struct Turned {
    last: f64,
    sum: f64,
    squares: f64,
    steps: u64,
}

/// Records states of chosen vertices.
#[derive(Clone, Debug)]
pub struct StateRecorder {
    watched: Vec<Watched>,
    populations: Vec<String>,
    every: u64,
    window: u64,
    turned: Vec<Turned>,
    /// Tick and time of the last look, and when the window began.
    last: Option<(Tick, f64)>,
    began_s: f64,
    rows: Vec<StateRow>,
    velocities: Vec<VelocityRow>,
}

impl StateRecorder {
    /// For a scene that asks for states.
    #[must_use]
    pub fn of(scene: &Scene, omega: &dyn Fn(VertexId) -> f64) -> Option<Self> {
        let spec = scene.record.vertices.as_ref()?;
        let watched = watched(scene, spec, omega);
        Some(Self {
            turned: vec![Turned::default(); watched.len()],
            populations: scene
                .populations
                .iter()
                .map(|own| own.name.clone())
                .collect(),
            every: spec.every_ticks,
            window: spec.velocity_ticks,
            last: None,
            began_s: 0.0,
            rows: Vec::new(),
            velocities: Vec::new(),
            watched,
        })
    }

    /// Whether states are wanted after these ticks: for a row, or to follow how phases turn.
    #[must_use]
    pub fn is_due(&self, completed: Tick) -> bool {
        self.window > 0 || completed.is_multiple_of(self.every)
    }

    /// Begins the first window with the initial states.
    pub fn begin(&mut self, state: impl Fn(VertexId) -> [f64; 2]) {
        for (own, turned) in self.watched.iter().zip(&mut self.turned) {
            turned.last = own.angle.of(state(own.vertex));
        }
        self.last = Some((0, 0.0));
    }

    /// Takes the states after a tick.
    pub fn take(&mut self, clock: &TickClock, state: impl Fn(VertexId) -> [f64; 2]) {
        let (tick, t_s) = (clock.tick, clock.time_s());
        let mut values = Vec::with_capacity(2 * self.watched.len());
        // A window that is not followed tick by tick begins anew.
        let follows = self.last.is_some_and(|(last, _)| last + 1 == tick);
        let span_s = self.last.map_or(f64::NAN, |(_, last_s)| t_s - last_s);
        if !follows {
            self.began_s = t_s;
        }
        for (own, turned) in self.watched.iter().zip(&mut self.turned) {
            let state = state(own.vertex);
            values.extend_from_slice(&state[..own.numbers]);
            if self.window == 0 {
                continue;
            }
            let angle = own.angle.of(state);
            if follows {
                let step = own.angle.step(turned.last, angle) / span_s;
                turned.sum += step;
                turned.squares += step * step;
                turned.steps += 1;
            } else {
                *turned = Turned::default();
            }
            turned.last = angle;
        }
        self.last = Some((tick, t_s));
        if follows && self.window > 0 && tick.is_multiple_of(self.window) {
            self.close_window(tick, t_s);
        }
        if !tick.is_multiple_of(self.every) {
            return;
        }
        if self.rows.len() > 1 && self.rows.len() * values.len() > KEPT {
            self.rows.drain(..self.rows.len() / 2);
        }
        self.rows.push(StateRow { tick, t_s, values });
    }

    fn close_window(&mut self, tick: Tick, t_s: f64) {
        let from_s = self.began_s;
        let row = |scope: &str, vertex, mean, sd| VelocityRow {
            tick,
            t_s,
            from_s,
            scope: scope.to_owned(),
            vertex,
            mean,
            sd,
        };
        let mut sums = vec![(0.0, 0.0, 0u64); self.populations.len()];
        for (own, turned) in self.watched.iter().zip(&mut self.turned) {
            let (mean, sd) = moments(turned.sum, turned.squares, turned.steps);
            let scope = &self.populations[own.population];
            self.velocities
                .push(row(scope, Some(own.vertex.0), mean, sd));
            let of = &mut sums[own.population];
            *of = (of.0 + mean, of.1 + mean * mean, of.2 + 1);
            let last = turned.last;
            *turned = Turned {
                last,
                ..Turned::default()
            };
        }
        for (scope, (sum, squares, count)) in self.populations.iter().zip(sums) {
            if count > 0 {
                let (mean, sd) = moments(sum, squares, count);
                self.velocities.push(row(scope, None, mean, sd));
            }
        }
        self.began_s = t_s;
    }

    /// What was recorded since it was taken last.
    pub fn drain(&mut self) -> (Vec<StateRow>, Vec<VelocityRow>) {
        (
            std::mem::take(&mut self.rows),
            std::mem::take(&mut self.velocities),
        )
    }
}

/// Mean and standard deviation from sums.
fn moments(sum: f64, squares: f64, count: u64) -> (f64, f64) {
    let count = count as f64;
    let mean = sum / count;
    (mean, (squares / count - mean * mean).max(0.0).sqrt())
}

impl Angle {
    fn of(self, [first, second]: [f64; 2]) -> f64 {
        match self {
            Self::First => first,
            Self::Planar => num::atan2(second, first),
            // x = cos θ, v = −ω sin θ turn with θ.
            Self::Motion(omega) => num::atan2(-second, omega * first),
        }
    }

    /// From one angle to the next; of angles that are wrapped, the shorter way.
    fn step(self, from: f64, to: f64) -> f64 {
        match self {
            Self::First => to - from,
            _ => (to - from + PI).rem_euclid(TAU) - PI,
        }
    }
}

fn watched(scene: &Scene, spec: &StatesSpec, omega: &dyn Fn(VertexId) -> f64) -> Vec<Watched> {
    let ranges = scene.ranges();
    let population_of = |vertex: VertexId| {
        let holds = |range: &PopulationRange| {
            (range.first..range.first + range.count).contains(&vertex.index())
        };
        ranges.iter().position(holds)
    };
    let one = |vertex: VertexId| {
        let population = population_of(vertex)?;
        let model = &scene.populations[population].model;
        let angle = match model {
            ModelSpec::Kuramoto { .. } | ModelSpec::Inertial { .. } => Angle::First,
            ModelSpec::Harmonic { .. } | ModelSpec::VanDerPol { .. } => {
                Angle::Motion(omega(vertex))
            }
            ModelSpec::StuartLandau { .. } | ModelSpec::Custom { .. } => Angle::Planar,
        };
        Some(Watched {
            vertex,
            population,
            numbers: 1 + usize::from(model.state_names().1.is_some()),
            angle,
        })
    };
    spec.of
        .resolve(&ranges)
        .into_iter()
        .filter_map(one)
        .collect()
}

/// The columns of states.csv behind the time.
#[must_use]
pub fn state_columns(scene: &Scene) -> Vec<String> {
    let Some(spec) = &scene.record.vertices else {
        return Vec::new();
    };
    let mut columns = Vec::new();
    for own in watched(scene, spec, &|_| 1.0) {
        let (first, second) = scene.populations[own.population].model.state_names();
        let vertex = own.vertex;
        columns.push(format!("{vertex}.{first}"));
        columns.extend(second.map(|second| format!("{vertex}.{second}")));
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_angles_are_followed_the_shorter_way() {
        let planar = Angle::Planar;
        assert!((planar.step(3.0, -3.0) - (TAU - 6.0)).abs() < 1e-12);
        assert!((planar.step(-3.0, 3.0) + (TAU - 6.0)).abs() < 1e-12);
        assert_eq!(Angle::First.step(3.0, -3.0), -6.0);
        let motion = Angle::Motion(2.0);
        let at = |theta: f64| motion.of([num::cos(theta), -2.0 * num::sin(theta)]);
        assert!((motion.step(at(1.0), at(1.4)) - 0.4).abs() < 1e-12);
    }
}
