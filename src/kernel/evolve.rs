//! The plant's part of a tick: stages on all nodes, with an exchange before each.

use crate::cluster::HaloRoutes;
use crate::cluster::coordinator::{ClusterState, Placement};
use crate::dynamics::dense::StageClock;
use crate::dynamics::dense::adaptive::{StepFailure, Steppers, Worst, advance};
use crate::registry::{Demand, Need};
use crate::resonator::Plant;
use crate::resonator::systems::{Due, Past, evolve_alone, stages_of_tick};
use crate::tick::Stage;

use super::simulation::{SimError, Simulation};

impl Simulation {
    /// Moves the plant through the tick.
    pub(super) fn evolve(&mut self) -> Result<(), SimError> {
        let begun = self.keep_states();
        self.advance()?;
        if let Some(begun) = begun {
            self.contain(&begun)?;
        }
        let demand = self.coordinator.world().resource::<Demand>();
        if demand.needs(Need::Edges, self.clock.tick + 1) {
            // Edges are observed as they are felt at the end of the tick: between what the target
            // shows now and what the source shows now, or showed one delay ago.
            self.exchange(false);
            self.hear(1.0);
        }
        Ok(())
    }

    /// Finds the ways between the nodes anew where the plants have changed.
    pub(super) fn fit_routes(&mut self) -> Result<(), SimError> {
        if !self.routes.fit(&self.nodes) {
            let owners = &self.coordinator.world().resource::<Placement>().0;
            self.routes = HaloRoutes::build(&self.nodes, owners)
                .map_err(|message| self.internal("halo", message))?;
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<(), SimError> {
        self.fit_routes()?;
        let integrator = self.blueprint.scene().dynamics.integrator;
        if integrator.is_adaptive() {
            return self.evolve_adaptively();
        }
        if self.nodes.len() == 1 && !self.hears_late() {
            // A lone node has nothing to exchange and runs all stages of the tick in one.
            return self.run_stage(Due::Tick);
        }
        self.stage_by_stage(true, |_| false)
    }

    /// Whether something is heard late.
    fn hears_late(&self) -> bool {
        !self.coordinator.world().resource::<Past>().0.is_empty()
    }

    /// Runs the stages of the tick with an exchange before each, until `ends` says so after one.
    /// Weights adapt in the first when the tick begins, and not when it runs again.
    pub(super) fn stage_by_stage(
        &mut self,
        begins: bool,
        mut ends: impl FnMut(&Self) -> bool,
    ) -> Result<(), SimError> {
        let scheme = self.blueprint.scene().dynamics.integrator.scheme();
        let late = self.hears_late();
        let feels_means = self.feels_means();
        for (k, clock) in stages_of_tick(self.clock, scheme).enumerate() {
            self.exchange(feels_means);
            if late {
                if clock.stage == 0 {
                    self.remember(clock.step);
                }
                self.hear(scheme.node(clock.stage));
            }
            self.run_stage(Due::Stage(clock, begins && k == 0))?;
            if ends(self) {
                break;
            }
        }
        Ok(())
    }

    fn evolve_adaptively(&mut self) -> Result<(), SimError> {
        let (time_s, tick_s) = (self.clock.time_s(), self.clock.tick_s());
        let mut control = self.cluster().steps;
        let feels_means = self.feels_means();
        let mut plants = Plants {
            simulation: self,
            feels_means,
            begun: false,
        };
        let done = advance(&mut plants, &mut control, (time_s, tick_s));
        let world = self.coordinator.world_mut();
        world.resource_mut::<ClusterState>().steps = control;
        done.map_err(|failure| match failure {
            StepFailure::Stage(error) => error,
            other => self.internal("plant", other.to_string()),
        })
    }

    pub(super) fn feels_means(&self) -> bool {
        let mut nodes = self.nodes.iter();
        nodes.any(|node| node.world().resource::<Plant>().dense.feels_means())
    }

    fn exchange(&mut self, feels_means: bool) {
        self.routes.exchange(&mut self.nodes);
        if feels_means {
            HaloRoutes::exchange_means(&mut self.nodes);
        }
    }

    /// Keeps what all vertices show as a step begins.
    pub(super) fn remember(&mut self, step: u64) {
        let mut shown = vec![[0.0; 2]; self.blueprint.scene().vertices()];
        for node in &self.nodes {
            let plant = node.world().resource::<Plant>();
            for (slot, vertex) in plant.ids().iter().enumerate() {
                shown[vertex.index()] = plant.dense.shown(slot);
            }
        }
        let mut line = self.coordinator.world_mut().resource_mut::<Past>();
        line.0.record(step, shown);
    }

    /// Brings the past to those that hear late, at `node` (0 … 1) of the step that was remembered
    /// last.
    pub(super) fn hear(&mut self, node: f64) {
        let line = &self.coordinator.world().resource::<Past>().0;
        if line.is_empty() {
            return;
        }
        for world in &mut self.nodes {
            world.world_mut().resource_mut::<Plant>().hear(line, node);
        }
    }

    fn run_stage(&mut self, due: Due) -> Result<(), SimError> {
        // Without systems of a user there is one system in a stage, which needs no schedule.
        let plain = !self.extended;
        self.on_nodes("plant", &move |node| {
            if plain && evolve_alone(node.world_mut(), due) {
                return;
            }
            *node.world_mut().resource_mut::<Due>() = due;
            node.run(Stage);
        })
    }
}

/// The plants of all nodes, taking adaptive steps together.
struct Plants<'a> {
    simulation: &'a mut Simulation,
    feels_means: bool,
    /// Whether a stage of this tick has run.
    begun: bool,
}

impl Plants<'_> {
    fn each(&mut self, act: impl Fn(&mut Plant)) {
        for node in &mut self.simulation.nodes {
            act(&mut node.world_mut().resource_mut::<Plant>());
        }
    }
}

impl Steppers for Plants<'_> {
    type Error = SimError;

    fn begin(&mut self) {
        self.each(|plant| plant.dense.begin_steps());
    }

    fn stage(&mut self, clock: StageClock) -> Result<(), SimError> {
        self.simulation.exchange(self.feels_means);
        let first = !std::mem::replace(&mut self.begun, true);
        self.simulation.run_stage(Due::Stage(clock, first))
    }

    fn worst(&self) -> Worst {
        let mut worst = Worst::default();
        for node in &self.simulation.nodes {
            worst.merge(node.world().resource::<Plant>().dense.worst());
        }
        worst
    }

    fn accept(&mut self) {
        self.each(|plant| plant.dense.accept_step());
    }
}
