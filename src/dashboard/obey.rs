//! What the driver does with each order: seek, edit, part branches, open scenes, export.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::base::{Input, Tick};
use crate::kernel::repeat::SavedPast;
use crate::kernel::{Branch, History, KernelState, Session, SimError, Simulation};
use crate::record::EventRecord;
use crate::scenario::Blueprint;

use super::driver::{Driver, pace_of};
use super::facts::{facts, gathers};
use super::order::{Order, SceneSource};
use super::view::BranchView;
use super::worker::{News, lock, options_of};

impl Driver {
    /// Does something with the history; what fails is told and changes nothing else.
    fn with_history<R>(
        &mut self,
        act: impl FnOnce(&mut History, &mut Simulation) -> Result<R, SimError>,
    ) -> Option<R> {
        self.record();
        let history = self.history.as_mut()?;
        let done = act(history, &mut self.session.simulation);
        self.origin = (Instant::now(), self.session.simulation.clock().tick);
        self.rate_from = self.origin;
        self.changed = true;
        match done {
            Ok(done) => Some(done),
            Err(error @ SimError::Refused(_)) => {
                self.tell(error.to_string());
                None
            }
            Err(error) => {
                self.fail(&error);
                None
            }
        }
    }

    pub(super) fn obey(&mut self, order: Order) {
        let tick = self.session.simulation.clock().tick;
        self.changed = true;
        // What is looked at stops nothing.
        if !matches!(order, Order::Sense(_) | Order::WriteBack(..)) {
            self.run_to = None;
        }
        match order {
            // What is reached already is not run to.
            Order::RunTo(to) if to <= tick => {
                self.session.simulation.set_state(KernelState::Paused);
            }
            Order::RunTo(to) => {
                self.run_to = Some(to);
                if self.session.simulation.state() == KernelState::Paused {
                    self.session.simulation.set_state(KernelState::Running);
                }
                self.origin = (Instant::now(), tick);
            }
            Order::Play => {
                if self.session.simulation.state() == KernelState::Paused {
                    self.session.simulation.set_state(KernelState::Running);
                }
                self.origin = (Instant::now(), tick);
            }
            Order::Pause => self.session.simulation.set_state(KernelState::Paused),
            Order::Step => {
                if self.session.simulation.state() != KernelState::SafeStopped
                    && self.error.is_none()
                {
                    self.tick();
                    self.session.simulation.set_state(KernelState::Paused);
                }
            }
            Order::Back => self.seek(tick.saturating_sub(1)),
            Order::Seek(tick) => self.seek(tick),
            Order::Live if self.shows_past() => self.replay_to(Tick::MAX),
            Order::Live => {
                self.with_history(|history, simulation| {
                    let head = history.current().head;
                    history.seek(simulation, head)
                });
                self.session.simulation.set_state(KernelState::Running);
            }
            Order::Speed(speed) => {
                self.speed = speed;
                self.origin = (Instant::now(), tick);
            }
            Order::Edit(inputs) => self.edit(inputs),
            Order::WriteBack(path, value) => self.write_back(&path, value),
            Order::Fork => {
                let number = self.with_history(|history, sim| Ok(history.fork(sim)));
                self.opened(number);
            }
            Order::Switch(number) => {
                let done = self
                    .with_history(|history, simulation| history.switch(simulation, number, tick));
                if done.is_some() {
                    self.learn_graph();
                }
            }
            Order::Without(event) => self.without(&event),
            Order::Reset => self.reset(),
            Order::Open(source) => self.open(source),
            Order::Select(vertex) => self.selected = vertex,
            Order::Sense(scope) => self.sensed = scope,
            Order::Export(into) => self.export(&into),
            Order::Recover => self.recover(),
        }
    }

    fn seek(&mut self, tick: Tick) {
        self.error = None;
        if self.shows_past() {
            return self.replay_to(tick);
        }
        self.with_history(|history, simulation| history.seek(simulation, tick));
    }

    /// Goes to a tick without regard to what a folder has.
    pub(super) fn go_to(&mut self, tick: Tick) {
        self.with_history(|history, simulation| history.seek(simulation, tick));
    }

    fn edit(&mut self, inputs: Vec<Input>) {
        let running = self.session.simulation.state().may_tick();
        // The run of the folder stays as it is; what is done at its end goes on from there.
        if self.stands_at_end() {
            let number = self.with_history(|history, sim| Ok(history.fork(sim)));
            self.opened(number);
        }
        let reshapes = inputs.iter().any(|i| matches!(i, Input::Edge { .. }));
        for input in inputs {
            let text = format!("{} {}", input.about(), input.action());
            let forked = self.with_history(|history, sim| history.edit(sim, input));
            match forked {
                Some(true) => {
                    let number = self.history.as_ref().map(|h| h.current().number);
                    self.opened(number);
                }
                Some(false) => {}
                None => self.tell(format!("refused: {text}")),
            }
        }
        if running {
            self.session.simulation.set_state(KernelState::Running);
        }
        if reshapes {
            // The row changes in the next tick; the picture is gathered after it.
            if self.error.is_none() && self.session.simulation.state() != KernelState::SafeStopped {
                self.tick();
                if !running {
                    self.session.simulation.set_state(KernelState::Paused);
                }
            }
            self.learn_graph();
        }
    }

    fn learn_graph(&mut self) {
        let edition = self.facts.edition + 1;
        self.facts = Arc::new(facts(&mut self.session.simulation, edition));
    }

    /// Looks at the edges again when a node has gathered them anew: the schedule, a crossing or a
    /// way through time may have changed them. Vertices that only moved keep the picture.
    pub(super) fn notice_graph(&mut self) {
        if gathers(&mut self.session.simulation) == self.facts.gathers {
            return;
        }
        let mut fresh = facts(&mut self.session.simulation, self.facts.edition);
        if !fresh.has_edges_of(&self.facts) {
            fresh.edition += 1;
        }
        self.facts = Arc::new(fresh);
    }

    fn without(&mut self, event: &EventRecord) {
        let number = self.with_history(|history, simulation| {
            let cause = history.cause_of(simulation.log(), event);
            history.without(simulation, &cause)
        });
        self.opened(number);
        if number.is_some() {
            self.session.simulation.set_state(KernelState::Running);
        }
    }

    /// Tells of a branch and opens its run folder.
    fn opened(&mut self, number: Option<usize>) {
        let (Some(number), Some(history)) = (number, &self.history) else {
            return;
        };
        let branch = BranchView::of(&history.branches()[number]);
        lock(&self.published).tell(News::Branch(branch));
        let mut folder = self.open_folder();
        let parent = branch.parent.map_or(0, |(parent, _)| parent);
        let written = match self.folders.get_mut(parent) {
            Some(Some(parent)) => {
                let flushed = parent.flush();
                Some(flushed.map(|()| parent.path().to_owned()))
            }
            // What a folder tells of the first branch.
            _ => self
                .plan
                .past
                .as_ref()
                .map(|past| Ok(past.saved.path.clone())),
        };
        if let (Some(folder), Some(parent)) = (&mut folder, written) {
            let inputs = self.session.simulation.log().records();
            let inherited = parent.and_then(|path| folder.inherit(&path, branch.head, inputs));
            if let Err(error) = inherited {
                self.error = Some(format!("cannot write the run folder: {error}"));
            }
        }
        self.session.simulation.take_new_inputs();
        self.folders.push(folder);
        let letter = Branch::letter(number);
        let from = Branch::letter(parent);
        let tick = branch.head;
        self.tell(format!("branch {letter} parts from {from} at tick {tick}"));
    }

    fn reset(&mut self) {
        // The scene's file has other values than the run began with.
        if std::mem::take(&mut self.written) {
            return self.open(self.plan.source.clone());
        }
        self.close_folders();
        let options = self.plan.run_options();
        match Simulation::new(self.plan.blueprint.clone(), options) {
            Ok(simulation) => {
                self.session = Session::of(simulation);
                self.learn_graph();
                self.begin();
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Opens a scene, or the run of a folder. While it is wrong, the old one runs on.
    pub(super) fn open(&mut self, source: SceneSource) {
        let sets = if source == self.plan.source {
            self.plan.sets.clone()
        } else {
            Vec::new()
        };
        match self.build(&source, &sets) {
            Err(error) => self.scene_error = Some(error),
            Ok((past, blueprint, simulation)) => {
                self.close_folders();
                self.scene_error = None;
                self.written = false;
                if source != self.plan.source {
                    self.speed = pace_of(&simulation);
                }
                self.watched = (Instant::now(), source.modified());
                self.plan.source = source;
                self.plan.sets = sets;
                self.plan.blueprint = blueprint;
                self.plan.past = past;
                self.session = Session::of(simulation);
                self.selected = None;
                self.learn_graph();
                self.begin();
            }
        }
    }

    fn build(
        &self,
        source: &SceneSource,
        sets: &[(String, String)],
    ) -> Result<(Option<SavedPast>, Blueprint, Simulation), String> {
        let text = |error: SimError| error.to_string();
        let past = match source {
            SceneSource::Run(path) => {
                let past = SavedPast::open(path, &self.plan.parts, false);
                Some(past.map_err(|error| error.to_string())?)
            }
            _ => None,
        };
        let loaded = match &past {
            Some(past) => Ok(past.loaded.clone()),
            None => (self.plan.opener)(&self.plan.parts, source, sets),
        };
        let blueprint = loaded
            .and_then(Blueprint::new)
            .map_err(|error| text(error.into()))?;
        let options = options_of(&self.plan.options, past.as_ref());
        let simulation = Simulation::new(blueprint.clone(), options).map_err(text)?;
        Ok((past, blueprint, simulation))
    }

    fn recover(&mut self) {
        self.error = None;
        let Some(history) = &self.history else {
            return self.reset();
        };
        let last = history.current().frame_ticks().last().unwrap_or(0);
        self.seek(last);
    }

    fn export(&mut self, below: &Path) {
        self.record();
        let number = self.history.as_ref().map_or(0, |h| h.current().number);
        let ending = self.ending(number);
        let (name, letter) = (&self.facts.scene.name, Branch::letter(number));
        let digest = &ending.digest[..ending.digest.len().min(8)];
        let into = &below.join(format!("{name}_{letter}_t{}_{digest}", ending.ticks));
        let done = match self.folders.get_mut(number) {
            Some(Some(folder)) => folder.export(into, &ending),
            _ => Err(std::io::Error::other("this run has no folder")),
        };
        self.tell(match done {
            Ok(()) => format!("run written to {}", into.display()),
            Err(error) => format!("cannot write {}: {error}", into.display()),
        });
    }
}
