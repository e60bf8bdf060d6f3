//! A World with the schedules of its tick, which are kept beside it: to take them out of the World
//! and put them back in every run would cost as much as several systems.

use std::ops::{Deref, DerefMut};

use bevy::app::{First, SubApp};
use bevy::ecs::schedule::SingleThreadedExecutor;
use bevy::ecs::schedule::{InternedScheduleLabel, Schedule, ScheduleLabel, Schedules};
use bevy::prelude::World;

use crate::cluster::halo::HasWorld;

/// A World and the schedules that run in every tick.
pub struct Node {
    app: SubApp,
    schedules: Vec<(InternedScheduleLabel, Schedule)>,
}

impl Node {
    /// A World whose plugins are finished, with these schedules of it.
    #[must_use]
    pub fn new(mut app: SubApp, labels: &[InternedScheduleLabel]) -> Self {
        let mut all = app.world_mut().resource_mut::<Schedules>();
        let first = First.intern();
        let found = std::iter::once(&first).chain(labels).filter_map(|label| {
            let mut schedule = all.remove(*label)?;
            // Worlds run beside each other; nothing runs beside within one.
            schedule.set_executor(SingleThreadedExecutor::new());
            Some((*label, schedule))
        });
        let schedules = found.collect();
        Self { app, schedules }
    }

    /// Runs one of its schedules.
    pub fn run(&mut self, label: impl ScheduleLabel) {
        let label = label.intern();
        let found = self.schedules.iter_mut().find(|(own, _)| *own == label);
        match found {
            Some((_, schedule)) => schedule.run(self.app.world_mut()),
            None => self.app.world_mut().run_schedule(label),
        }
    }
}

impl Deref for Node {
    type Target = SubApp;

    fn deref(&self) -> &SubApp {
        &self.app
    }
}

impl DerefMut for Node {
    fn deref_mut(&mut self) -> &mut SubApp {
        &mut self.app
    }
}

impl HasWorld for Node {
    fn world(&self) -> &World {
        self.app.world()
    }

    fn world_mut(&mut self) -> &mut World {
        self.app.world_mut()
    }
}
