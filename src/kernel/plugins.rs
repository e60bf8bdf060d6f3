//! `PhantomPlugins`: a run inside somebody's own Bevy app.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bevy::prelude::*;

use crate::scenario::LoadedScene;

use super::options::SimOptions;
use super::simulation::Simulation;

/// Steps a scene once per update of the app, until its ticks are done.
///
/// Works with `MinimalPlugins`. Systems of the app reach the run by `Res<PhantomRun>`; systems that
/// shall run inside every node World go into `node_plugins`.
pub struct PhantomPlugins {
    scene: LoadedScene,
    options: SimOptions,
}

impl PhantomPlugins {
    /// A run of this scene on one thread.
    #[must_use]
    pub fn new(scene: LoadedScene) -> Self {
        Self {
            scene,
            options: SimOptions::default(),
        }
    }

    /// Installs systems in every node World.
    #[must_use]
    pub fn node_plugin(mut self, plugin: fn(&mut App)) -> Self {
        self.options.node_plugins.push(plugin);
        self
    }
}

/// The run of [`PhantomPlugins`].
#[derive(Resource)]
pub struct PhantomRun {
    simulation: Mutex<Simulation>,
}

impl PhantomRun {
    /// The simulation.
    pub fn simulation(&self) -> MutexGuard<'_, Simulation> {
        self.simulation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn step(run: Res<PhantomRun>) -> Result {
    let mut simulation = run.simulation();
    let done = simulation.clock().tick >= simulation.scene().ticks;
    if !done && simulation.state().may_tick() {
        simulation.step()?;
    }
    Ok(())
}

impl Plugin for PhantomPlugins {
    fn build(&self, app: &mut App) {
        let built = Simulation::open(self.scene.clone(), self.options.clone());
        match built {
            Ok(simulation) => {
                app.insert_resource(PhantomRun {
                    simulation: Mutex::new(simulation),
                })
                .add_systems(Update, step);
            }
            Err(error) => {
                app.world()
                    .get_resource::<bevy::ecs::error::FallbackErrorHandler>()
                    .copied()
                    .unwrap_or_default()
                    .0(
                    error.into(),
                    bevy::ecs::error::ErrorContext::Command {
                        name: "PhantomPlugins".into(),
                    },
                );
            }
        }
    }
}
