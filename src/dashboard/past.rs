//! The run of a folder in the window: its rows are read, its plant is run again when somebody goes
//! there.

use std::time::Instant;

use crate::base::Tick;
use crate::kernel::KernelState;

use super::driver::Driver;
use super::past_rows::read_beside;
use super::worker::{News, lock};

impl Driver {
    /// Whether the branch that is shown is the run of a folder.
    pub(super) fn shows_past(&self) -> bool {
        let current = self.history.as_ref().map(|own| own.current().number);
        self.plan.past.is_some() && current == Some(0)
    }

    /// Takes over what a folder tells of the run that has just begun.
    pub(super) fn begin_past(&mut self) {
        self.folders = vec![None];
        self.session.simulation.set_state(KernelState::Paused);
        let Some(past) = &self.plan.past else {
            return;
        };
        if let Some(history) = &mut self.history {
            history.adopt(past.end, past.digest().map(str::to_owned));
        }
        let mut published = lock(&self.published);
        let edition = published.edition;
        let events = past
            .saved
            .each_event(|event| published.tell(News::Event(0, event.clone())));
        let path = past.saved.path.display();
        let cut = match past.saved.manifest.is_cut() {
            true => ", where it was cut short",
            false => "",
        };
        published.tell(News::Told(format!(
            "the run of {path} up to tick {}{cut}; stepping and playing run it again",
            past.end
        )));
        drop(published);
        let rows = read_beside(
            &past.saved.path,
            &past.loaded.scene,
            edition,
            &self.published,
        );
        if let Err(error) = events
            .map_err(|error| error.to_string())
            .and(rows.map_err(|e| e.to_string()))
        {
            self.error = Some(error);
        }
        // A picture of a tick waits for the tick.
        if let Some(at) = self.plan.pause_at {
            self.replay_to(at);
        }
    }

    /// Whether the run of a folder stands at its end, where it pauses.
    pub(super) fn stands_at_end(&mut self) -> bool {
        let tick = self.session.simulation.clock().tick;
        let end = self.plan.past.as_ref().map(|past| past.end);
        if !self.shows_past() || end.is_none_or(|end| tick < end) {
            return false;
        }
        if self.session.simulation.state() == KernelState::Running {
            self.session.simulation.set_state(KernelState::Paused);
            self.tell("the folder's run ends here; a fork goes on from its last tick".to_owned());
        }
        self.run_to = None;
        true
    }

    /// Runs the folder's run again up to a tick, from the last frame before it.
    pub(super) fn replay_to(&mut self, tick: Tick) {
        let Some(history) = &self.history else {
            return;
        };
        let to = tick.min(history.current().head);
        let frame = history
            .current()
            .frame_ticks()
            .take_while(|own| *own <= to)
            .last();
        let now = self.session.simulation.clock().tick;
        let frame = frame.unwrap_or(0);
        if now > to || frame > now {
            self.go_to(frame);
        }
        let from = self.session.simulation.clock().tick;
        if from < to {
            self.tell(format!(
                "replaying {from} → tick {to}: the folder has its rows, not its states"
            ));
            self.run_to = Some(to);
            self.session.simulation.set_state(KernelState::Running);
            self.origin = (Instant::now(), from);
        }
    }
}
