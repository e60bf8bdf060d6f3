//! A step that is too long is told.
//!
//! Now and then the plant's present state is moved on by one step of `dt_s`, and from the same
//! state by two of half its length, both on copies, with what acts in this tick and without noise.
//! Their difference is the error of a step ([`StepWarning`]). Beside it stand the rates that follow
//! from the parameters that act ([`crate::resonator::rates`]). What is found goes into events,
//! flags and the summary, and into nothing else: a run has the same states, rows and digest without
//! it.
//!
//! The copies stand in the node Worlds while they are compared, so stages and exchanges are those
//! of the run, and the largest differences are the same on any number of nodes. What is heard late
//! stands still through both. Adaptive steps follow their own error and are not compared; nor are
//! weights that adapt, of which the rate alone counts.
//!
//! A comparison is worth some steps of the plant, so it is made in every so many ticks that it
//! takes at most a hundredth of the modelled work, and as often again where an input or a command
//! changes what acts; always in the first tick.

use bevy::prelude::DetectChangesMut;

use crate::base::{Subject, Tick};
use crate::cluster::HaloRoutes;
use crate::dynamics::dense::StageClock;
use crate::record::step_watch::{Standing, StepWarning, StepWatch};
use crate::record::{EventKind, EventRecord, StepChange};
use crate::resonator::Plant;
use crate::resonator::plasticity::PlasticityRules;
use crate::resonator::rates::{Acts, Pace, Strain};
use crate::resonator::systems::Past;
use crate::tick::{NodeContext, PendingInputs};

use super::simulation::{SimError, Simulation};
use super::step_schedule::{StepCheck, is_jolt};

/// The states of a node's slots.
type States = Vec<[f64; 2]>;

impl Simulation {
    /// Populations for which the step was too long, with the tick in which it was told first and
    /// the worst that was told.
    pub(super) fn long_steps(&self) -> Vec<(String, Tick, StepWarning)> {
        let watch = self.coordinator.world().resource::<StepWatch>();
        let known = watch
            .standings
            .iter()
            .skip(1)
            .zip(&self.scene().populations);
        known
            .filter_map(|(own, population)| Some((population.name.clone(), own.since, own.worst?)))
            .collect()
    }

    /// Compares steps when it is time to, and tells what was found.
    pub(super) fn watch_step(&mut self) -> Result<(), SimError> {
        let Some(mut check) = self.step_check.take() else {
            return Ok(());
        };
        let done = self.compare_when_due(&mut check);
        self.step_check = Some(check);
        done
    }

    fn compare_when_due(&mut self, check: &mut StepCheck) -> Result<(), SimError> {
        let Some(node) = self.nodes.first_mut() else {
            return Ok(());
        };
        let acts = check.acts(node.world_mut());
        let (tick, period) = (self.clock.tick, check.period);
        let world = self.coordinator.world_mut();
        let jolted = world.resource::<PendingInputs>().0.iter().any(is_jolt);
        let mut watch = world.resource_mut::<StepWatch>();
        let changed = jolted || check.has_changed(&watch, &acts, self.clock.dt_s);
        let is_due = tick.is_multiple_of(2 * period) || changed && watch.credit >= period;
        watch.credit = match is_due {
            // The first is for nothing, so that an early change is told at once.
            true if tick == 0 => period,
            true => watch.credit.saturating_sub(period),
            false => (watch.credit + 1).min(period),
        };
        if !is_due {
            return Ok(());
        }
        let errors = self.step_errors(acts.len())?;
        let paces = self.paces(&acts);
        let step = (self.clock.dt_s, self.clock.tick_s());
        for number in 1..acts.len() {
            let strain = paces[number].worst(&check.limits, step);
            let found = (errors[number], strain, paces[number].weight);
            self.judge_step(number, acts[number], found);
        }
        Ok(())
    }

    /// The rates of each population, by number.
    pub(super) fn paces(&self, acts: &[Acts]) -> Vec<Pace> {
        let mut paces = vec![Pace::default(); acts.len()];
        for node in &self.nodes {
            let world = node.world();
            let rules = world.resource::<PlasticityRules>();
            world.resource::<Plant>().add_rates(acts, rules, &mut paces);
        }
        for (pace, acts) in paces.iter_mut().zip(acts) {
            pace.settle(acts);
        }
        paces
    }

    /// Takes down what was found of a population, and tells it when it is news.
    fn judge_step(&mut self, number: usize, acts: Acts, found: (f64, Option<Strain>, f64)) {
        let (error, strain, weight) = found;
        let order = self.scene().dynamics.integrator.order();
        let step = (self.clock.dt_s, order);
        let tick = self.clock.tick;
        let mut watch = self.coordinator.world_mut().resource_mut::<StepWatch>();
        if watch.standings.len() <= number {
            watch.standings.resize(number + 1, Standing::default());
        }
        let own = &mut watch.standings[number];
        (own.acts, own.weight) = (acts, weight);
        let found = StepWarning::judge(error, strain, step, own.told.is_some());
        let news = match (&own.told, &found) {
            (None, Some(_)) => Some(StepChange::Began),
            (Some(told), Some(found)) if found.is_worse_than(told) => Some(StepChange::Worse),
            (Some(_), None) => Some(StepChange::Over),
            _ => None,
        };
        let Some(change) = news else {
            return;
        };
        if own.worst.is_none() {
            own.since = tick;
        }
        let told = own.told;
        own.told = found;
        if let Some(found) = found
            && own
                .worst
                .is_none_or(|worst| found.would_do_s < worst.would_do_s)
        {
            own.worst = Some(found);
        }
        if let Some(warning) = found.or(told) {
            self.tell_step(number, change, &warning);
        }
    }

    fn tell_step(&mut self, number: usize, change: StepChange, warning: &StepWarning) {
        let population = self.scene().populations.get(number - 1);
        let name = population.map_or_else(String::new, |own| own.name.clone());
        let dt_s = self.clock.dt_s;
        let action = match change {
            StepChange::Over => format!("a step of {dt_s} s is short enough again"),
            StepChange::Began | StepChange::Worse => format!(
                "a step of {dt_s} s is too long; one of {} s would do; warning",
                warning.would_do_s
            ),
        };
        let event = EventRecord {
            tick: self.clock.tick,
            t_s: self.clock.time_s(),
            about: Subject::Population(name),
            name: None,
            data: EventKind::Step {
                change,
                cause: warning.cause,
                error: warning.error,
                rate_dt: warning.rate_dt,
                would_do_s: warning.would_do_s,
            },
            cause: warning.to_string(),
            action,
        };
        self.records_mut().events.push(event);
    }

    /// The error of a step of each population, by number.
    fn step_errors(&mut self, populations: usize) -> Result<Vec<f64>, SimError> {
        self.fit_routes()?;
        let kept: Vec<Plant> = (self.nodes.iter_mut())
            .map(|node| {
                let mut plant = node.world_mut().resource_mut::<Plant>();
                // The plant itself waits; what is declared of it does not change.
                let plant = plant.bypass_change_detection();
                let copy = plant.clone();
                std::mem::replace(plant, copy)
            })
            .collect();
        let moved = self.move_copies(&kept);
        let (once, twice) = match moved {
            Ok(moved) => moved,
            Err(error) => {
                self.put_back(kept);
                return Err(error);
            }
        };
        let mut errors = vec![Spread::default(); populations];
        for pass in [Spread::take_scale, Spread::add] {
            for (node, plant) in kept.iter().enumerate() {
                for segment in plant.dense.segments() {
                    let Some(own) = errors.get_mut(segment.population) else {
                        continue;
                    };
                    own.is_phase = segment.kind.is_phase();
                    for slot in segment.slots.clone() {
                        pass(
                            own,
                            [plant.state(slot), once[node][slot], twice[node][slot]],
                        );
                    }
                }
            }
        }
        self.put_back(kept);
        let order = self.scene().dynamics.integrator.order();
        let dt_s = self.clock.dt_s;
        Ok(errors.iter().map(|own| own.error(order, dt_s)).collect())
    }

    fn put_back(&mut self, kept: Vec<Plant>) {
        for (node, plant) in self.nodes.iter_mut().zip(kept) {
            let mut own = node.world_mut().resource_mut::<Plant>();
            *own.bypass_change_detection() = plant;
        }
    }

    /// The states after one step and after two of half its length, of copies that stand in the
    /// Worlds.
    fn move_copies(&mut self, kept: &[Plant]) -> Result<(Vec<States>, Vec<States>), SimError> {
        let dt_s = self.clock.dt_s;
        self.move_copy((0.0, dt_s))?;
        let once = self.states_here();
        for (node, plant) in self.nodes.iter_mut().zip(kept) {
            let mut own = node.world_mut().resource_mut::<Plant>();
            *own.bypass_change_detection() = plant.clone();
        }
        self.move_copy((0.0, 0.5 * dt_s))?;
        self.move_copy((0.5 * dt_s, 0.5 * dt_s))?;
        Ok((once, self.states_here()))
    }

    fn states_here(&self) -> Vec<States> {
        let plants = self
            .nodes
            .iter()
            .map(|node| node.world().resource::<Plant>());
        plants
            .map(|plant| (0..plant.len()).map(|slot| plant.state(slot)).collect())
            .collect()
    }

    /// Moves the copies by a step that begins some time after the tick.
    fn move_copy(&mut self, (after_s, step_s): (f64, f64)) -> Result<(), SimError> {
        let scheme = self.scene().dynamics.integrator.scheme();
        let step = self.clock.tick * u64::from(self.clock.substeps);
        let time_s = self.clock.time_s() + after_s;
        for node in &mut self.nodes {
            let mut plant = node.world_mut().resource_mut::<Plant>();
            plant.bypass_change_detection().dense.silence();
        }
        let late = !self.coordinator.world().resource::<Past>().0.is_empty();
        if late && after_s == 0.0 {
            self.remember(step);
            self.hear(0.0);
        }
        let feels_means = self.feels_means();
        for stage in 0..scheme.stages() {
            let clock = StageClock {
                stage,
                step,
                step_s,
                time_s,
            };
            self.routes.exchange(&mut self.nodes);
            if feels_means {
                HaloRoutes::exchange_means(&mut self.nodes);
            }
            self.on_nodes("plant, compared with half its step", &move |node| {
                let world = node.world_mut();
                let at = world.resource::<NodeContext>();
                let threads = if at.nodes == 1 { at.workers } else { 1 };
                let mut plant = world.resource_mut::<Plant>();
                let dense = &mut plant.bypass_change_detection().dense;
                dense.stage(threads, scheme, clock);
            })?;
        }
        Ok(())
    }
}

/// How far two states of a population lie apart, and its scale, of both variables. Shares of the
/// scale are summed in whole units of 2⁻³², so that the order of vertices does not matter.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    is_phase: bool,
    scale: [f64; 2],
    apart: [u64; 2],
    count: u64,
}

/// Units of a share of 1.
const UNITS: f64 = 4_294_967_296.0;

impl Spread {
    fn take_scale(&mut self, [before, _, twice]: [[f64; 2]; 3]) {
        for k in 0..2 {
            let scale = before[k].abs().max(twice[k].abs());
            if scale.is_finite() {
                self.scale[k] = self.scale[k].max(scale);
            }
        }
    }

    fn add(&mut self, [before, once, twice]: [[f64; 2]; 3]) {
        self.count += 1;
        for k in 0..2 {
            let scale = if self.is_phase { 1.0 } else { self.scale[k] };
            let apart = (once[k] - twice[k]).abs();
            // What was lost before is told elsewhere.
            if apart != 0.0 && before[k].is_finite() {
                let share = apart / scale;
                let share = if share < 1.0 { share } else { 1.0 };
                self.apart[k] += (share * UNITS) as u64;
            }
        }
    }

    fn error(&self, order: u32, dt_s: f64) -> f64 {
        let mean = |units: u64| units as f64 / UNITS / self.count.max(1) as f64;
        let rate_counts = if self.is_phase { dt_s } else { 1.0 };
        let apart = mean(self.apart[0]).max(rate_counts * mean(self.apart[1]));
        apart / (1.0 - 0.5f64.powi(order as i32))
    }
}
