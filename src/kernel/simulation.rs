//! `Simulation`: the Worlds of one run, tick by tick.

use bevy::app::First;
use bevy::prelude::*;
use thiserror::Error;

use crate::base::{Cancel, CancelCause, Input, InputLog, InputRecord, Tick, TickClock};
use crate::bus::Address;
use crate::cluster::coordinator::{NewInputs, Outgoing, Placement};
use crate::cluster::handoff::DepartOrders;
use crate::cluster::link::NodeLinks;
use crate::cluster::router::deliver;
use crate::cluster::{DistributedEvent, HaloRoutes};
use crate::registry::LiveParameters;
use crate::scenario::schedule::Scheduled;
use crate::scenario::{Blueprint, LoadedScene, SceneError};
use crate::scheduler::PlannedMoves;
use crate::tick::{After, Arrive, Before, Cause, Coordinate, Depart, NodeContext, PendingInputs};
use crate::watch::Watches;

use super::assembly::{Worlds, build};
use super::node::Node;
use super::options::SimOptions;
use super::outside::{Outside, check_input};
use super::state::KernelState;
use super::state_record::StateRecorder;
use super::step_schedule::StepCheck;
use super::workers::{Workers, guarded};

/// Clusters of fewer vertices run their nodes one after the other: waking a worker costs more than
/// their stages.
const BESIDE_FROM: usize = 2_000;

/// Why a run could not go on.
#[derive(Debug, Error)]
pub enum SimError {
    /// The scene is wrong.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// Something inside failed; names the tick and the World.
    #[error("tick {tick}, {place}: {message}")]
    Internal {
        /// The tick.
        tick: Tick,
        /// Nodes, coordinator, halo or hand-off.
        place: &'static str,
        /// What failed.
        message: String,
    },
    /// An edit or snapshot that does not fit the run.
    #[error("{0}")]
    Refused(String),
    /// The run was asked to stop in the middle of a tick, which is not finished and does not count.
    #[error("stopped within tick {tick}: {cause}")]
    Cancelled {
        /// The tick.
        tick: Tick,
        /// Who asked.
        cause: CancelCause,
    },
}

/// A run: coordinator, nodes and the time they have reached.
pub struct Simulation {
    pub(super) blueprint: Blueprint,
    pub(super) coordinator: Node,
    pub(super) nodes: Vec<Node>,
    pub(super) clock: TickClock,
    pub(super) log: InputLog,
    pub(super) routes: HaloRoutes,
    pub(super) workers: Workers,
    pub(super) cancel: Cancel,
    pub(super) state: KernelState,
    pub(super) outside: Outside,
    pub(super) parameters: LiveParameters,
    pub(super) new_inputs: Vec<InputRecord>,
    pub(super) known: Known,
    /// Counts what may change the set of a World's vertices outside its systems.
    pub(super) shape: u64,
    /// Whether systems of a user run in the nodes.
    pub(super) extended: bool,
    /// Takes states of single vertices, where the scene asks.
    pub(super) states: Option<StateRecorder>,
    /// Compares steps with their halves, unless the scene asks for none or steps are adaptive.
    pub(super) step_check: Option<StepCheck>,
}

/// What is in the log already, for ticks that run again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// Before this tick, foreign writes are in the log.
    pub(super) writes: Tick,
    /// Before this tick, samples of devices outside are in the log.
    pub(super) samples: Tick,
}

impl Simulation {
    /// Builds the Worlds of a scene.
    ///
    /// # Errors
    /// With the problems that only show now, as [`Blueprint::new`], or when a device cannot be opened.
    pub fn open(loaded: LoadedScene, options: SimOptions) -> Result<Self, SimError> {
        Self::new(Blueprint::new(loaded)?, options)
    }

    /// Builds the Worlds of a blueprint.
    ///
    /// # Errors
    /// When a device cannot be opened or the signal settings are refused.
    pub fn new(mut blueprint: Blueprint, options: SimOptions) -> Result<Self, SimError> {
        let workers = Workers::new(options.threads);
        let states = StateRecorder::of(blueprint.scene(), &|vertex| {
            let image = blueprint.vertices.get(vertex.index());
            image.map_or(1.0, |image| image.model.omega())
        });
        let step_check = StepCheck::of(&blueprint);
        let Worlds { coordinator, nodes } = build(&mut blueprint, workers.count(), &options)?;
        let scene = blueprint.scene();
        let parameters = coordinator.world().resource::<LiveParameters>().clone();
        let outside = match &options.replay {
            None => Outside::of(&blueprint)?,
            Some(log) => {
                for record in log.records() {
                    check_input(&blueprint, &parameters, &record.input).map_err(|problem| {
                        SimError::Refused(format!("input at tick {}: {problem}", record.tick))
                    })?;
                }
                Outside::default()
            }
        };
        let mut own = Self {
            clock: TickClock::new(scene.clock.dt_s, scene.clock.substeps),
            // A run that repeats inputs hands them on like one that reads them.
            new_inputs: options
                .replay
                .as_ref()
                .map_or_else(Vec::new, |log| log.records().to_vec()),
            log: options.replay.unwrap_or_default(),
            routes: HaloRoutes::default(),
            state: KernelState::Booting,
            states,
            step_check,
            parameters,
            known: Known::default(),
            shape: 0,
            extended: !options.node_plugins.is_empty(),
            blueprint,
            coordinator,
            nodes,
            workers,
            cancel: options.cancel,
            outside,
        };
        if let Some(mut states) = own.states.take() {
            let all = own.vertex_states();
            states.begin(|vertex| all[vertex.index()]);
            own.states = Some(states);
        }
        Ok(own)
    }

    /// Runs one tick on all Worlds.
    ///
    /// # Errors
    /// When a system refuses or panics, the bus is full, or the run is cancelled. The run cannot go on
    /// then.
    pub fn step(&mut self) -> Result<(), SimError> {
        let done = self.tick();
        if done.is_err() {
            self.forget_tick();
        }
        done
    }

    /// Drops what was recorded of a tick that was not finished.
    fn forget_tick(&mut self) {
        let tick = self.clock.tick;
        let mut records = self.records_mut();
        records.rows.retain(|row| row.tick <= tick);
        records.events.retain(|event| event.tick < tick);
        records.commands.retain(|(at, _)| *at < tick);
    }

    fn tick(&mut self) -> Result<(), SimError> {
        self.heed_cancel()?;
        if self.state != KernelState::Running {
            self.outside.wait();
        }
        self.state = KernelState::Running;
        self.read_outside();
        let picture = self.due_picture();
        let tuned = self.tuned(picture.as_ref())?;
        self.heed_cancel()?;
        self.deliver_inputs(tuned)?;
        // Only a user's systems send messages, whose queues move on here.
        let extended = self.extended;
        self.on_nodes("nodes before the plant", &move |node| {
            if extended {
                node.run(First);
            }
            node.run(Before);
        })?;
        self.show_picture(picture);
        self.watch_step()?;
        self.evolve()?;
        self.on_nodes("nodes after the plant", &|node| {
            node.run(After);
            node.world_mut().clear_trackers();
        })?;
        self.coordinate()?;
        self.hand_off()?;
        self.clock.tick += 1;
        let stop = self.cluster().stop;
        if stop.is_some_and(|tick| self.clock.tick > tick + 1) {
            self.state = KernelState::SafeStopped;
        }
        let clock = self.clock;
        for world in self.nodes.iter_mut().chain([&mut self.coordinator]) {
            world.world_mut().resource_mut::<NodeContext>().clock = clock;
        }
        self.record_states();
        Ok(())
    }

    /// Takes the states of single vertices when they are due.
    fn record_states(&mut self) {
        let Some(mut states) = self.states.take_if(|own| own.is_due(self.clock.tick)) else {
            return;
        };
        let all = self.vertex_states();
        states.take(&self.clock, |vertex| all[vertex.index()]);
        self.states = Some(states);
    }

    fn coordinate(&mut self) -> Result<(), SimError> {
        let done = guarded(&mut self.coordinator, &|world: &mut Node| {
            world.run(Coordinate);
            world.world_mut().clear_trackers();
        });
        done.map_err(|message| self.internal("coordinator", message))?;
        let mut found = self.coordinator.world_mut().resource_mut::<NewInputs>();
        let found = std::mem::take(&mut found.0);
        // Writes of ticks that run again are in the log already.
        if self.clock.tick >= self.known.writes {
            self.enter(found);
        }
        Ok(())
    }

    /// Moves vertices between two ticks, as the scheduler planned.
    fn hand_off(&mut self) -> Result<(), SimError> {
        let world = self.coordinator.world_mut();
        let moves = world.resource::<PlannedMoves>().moves.clone();
        if moves.is_empty() {
            return Ok(());
        }
        for step in &moves {
            let source = &mut self.nodes[step.from.index()];
            let mut orders = source.world_mut().resource_mut::<DepartOrders>();
            orders.0.push((step.vertex, step.to));
            let mut placement = world.resource_mut::<Placement>();
            placement.0[step.vertex.index()] = step.to;
        }
        self.on_nodes("departure", &|node| node.run(Depart))?;
        let links = self.coordinator.world().resource::<NodeLinks>().clone();
        let departed = links.0.iter().flat_map(|(up, _)| up.drain()).collect();
        deliver(&links, departed).map_err(|error| self.internal("hand-off", error.to_string()))?;
        self.reshaped();
        self.on_nodes("arrival", &|node| node.run(Arrive))
    }

    pub(super) fn on_nodes(
        &mut self,
        place: &'static str,
        work: &(dyn Fn(&mut Node) + Sync),
    ) -> Result<(), SimError> {
        let beside = self.blueprint.scene().vertices() >= BESIDE_FROM;
        let done = self.workers.run(&mut self.nodes, beside, work);
        // What was cut short may have failed for that reason.
        self.heed_cancel()?;
        done.map_err(|message| self.internal(place, message))
    }

    /// Ends the step when the run is to stop.
    pub(super) fn heed_cancel(&self) -> Result<(), SimError> {
        let tick = self.clock.tick;
        let stop = |cause| Err(SimError::Cancelled { tick, cause });
        self.cancel.cause().map_or(Ok(()), stop)
    }

    pub(super) fn internal(&self, place: &'static str, message: String) -> SimError {
        SimError::Internal {
            tick: self.clock.tick,
            place,
            message,
        }
    }

    /// Notes that vertices may have come or gone.
    pub(super) fn reshaped(&mut self) {
        self.shape += 1;
    }

    /// The state that follows from where a safety rule stopped the run, after a jump in time.
    pub(super) fn settle_state(&mut self, stop: Option<Tick>) {
        let stopped = stop.is_some_and(|tick| self.clock.tick > tick + 1);
        self.state = if stopped {
            KernelState::SafeStopped
        } else {
            KernelState::Paused
        };
    }

    /// Puts inputs into the log, and among those that the run folder has not had.
    fn enter(&mut self, records: Vec<InputRecord>) {
        self.new_inputs.extend(records.iter().cloned());
        for record in records {
            self.log.push(record);
        }
    }

    fn read_outside(&mut self) {
        if self.clock.tick >= self.known.samples && !self.outside.is_empty() {
            let records = self.outside.read(&self.clock);
            self.enter(records);
        }
    }

    /// Puts the inputs of this tick into every inbox.
    fn deliver_inputs(&mut self, own: Option<Input>) -> Result<(), SimError> {
        let records = self.log.at(self.clock.tick);
        let inputs = records.iter().map(|record| record.input.clone());
        let mut inputs: Vec<Input> = inputs.chain(own).collect();
        let clock = &self.clock;
        let schedule = self.blueprint.scene().schedule.iter();
        let scheduled: Vec<(Input, Cause)> = schedule
            .flat_map(|entry| {
                let cause = match entry {
                    Scheduled::Ramp { .. } => Cause::Ramp,
                    Scheduled::At { .. } => Cause::Schedule,
                };
                entry.inputs(clock).map(move |input| (input, cause))
            })
            .collect();
        let world = self.coordinator.world_mut();
        let crossed = match world.resource::<Watches>().state.due.is_empty() {
            true => Vec::new(),
            false => std::mem::take(&mut world.resource_mut::<Watches>().state.due),
        };
        let crossed = crossed.into_iter().map(Cause::by_itself);
        let cause_of = |input: &Input| match input {
            Input::Tune { .. } => Cause::Maximise,
            _ => Cause::Operator,
        };
        let mut causes: Vec<Cause> = inputs.iter().map(cause_of).collect();
        for (input, cause) in scheduled.into_iter().chain(crossed) {
            let about = input.about();
            let spared = |own: &Input| matches!(own, Input::Spare { subject } if *subject == about);
            if !inputs.iter().any(spared) {
                inputs.push(input);
                causes.push(cause);
            }
        }
        let world = self.coordinator.world_mut();
        *world.resource_mut::<PendingInputs>() = PendingInputs(inputs.clone(), causes);
        if inputs.is_empty() {
            return Ok(());
        }
        let context = world.resource::<NodeContext>().clone();
        let links = world.resource::<NodeLinks>().clone();
        let mut outgoing = world.resource_mut::<Outgoing>();
        let payload = DistributedEvent::Inputs(inputs);
        let envelope = outgoing.seal(&context, Address::AllNodes, payload);
        deliver(&links, vec![envelope]).map_err(|error| self.internal("inputs", error.to_string()))
    }

    /// Judges an input without entering it.
    ///
    /// # Errors
    /// When it does not fit the run.
    pub fn judge(&self, input: &Input) -> Result<(), SimError> {
        check_input(&self.blueprint, &self.parameters, input).map_err(SimError::Refused)
    }

    /// Enters an input, to act in the next tick, or in a later one.
    ///
    /// # Errors
    /// When it is an edit of something that is not live, or of a value that is not acceptable.
    pub fn push_input(&mut self, tick: Tick, input: Input) -> Result<InputRecord, SimError> {
        self.judge(&input)?;
        let record = InputRecord {
            tick: tick.max(self.clock.tick),
            input,
        };
        self.enter(vec![record.clone()]);
        Ok(record)
    }
}
