//! A past that was not run here: a run folder tells its rows, and its ticks are run when they are
//! gone to.

use crate::base::Tick;

use super::{History, SPACING};
use crate::kernel::simulation::{SimError, Simulation};

/// What is known of a run that a folder tells.
#[derive(Clone, Debug, Default)]
pub struct KnownPast {
    /// Its last tick.
    pub end: Tick,
    /// The digest there; none of a run that was cut short.
    pub digest: Option<String>,
    /// How the run that was repeated differs at the end, once it has been reached.
    pub difference: Option<String>,
}

impl History {
    /// Takes the first branch, which stands at its first tick, for a run up to a later one whose
    /// records somebody has.
    pub fn adopt(&mut self, end: Tick, digest: Option<String>) {
        if let Some(branch) = self.branches.first_mut() {
            branch.head = branch.head.max(end);
        }
        self.past = Some(KnownPast {
            end,
            digest,
            difference: None,
        });
    }

    /// What is known of a past that a folder tells, if there is one.
    #[must_use]
    pub fn past(&self) -> Option<&KnownPast> {
        self.past.as_ref()
    }

    /// Keeps a frame of a tick of the known past when one is due, and compares its end.
    pub(super) fn visit(&mut self, simulation: &mut Simulation) -> Result<(), SimError> {
        let tick = simulation.clock().tick;
        let Some(past) = self.past.as_mut().filter(|_| self.current == 0) else {
            return Ok(());
        };
        if tick == past.end
            && let Some(claimed) = &past.digest
        {
            let found = simulation.digest().to_string();
            past.difference = (found != *claimed).then(|| {
                format!("after {tick} ticks the digest is {found}, the run folder says {claimed}")
            });
            self.branches[0].head_digest = simulation.digest();
        }
        self.since += self.tick_cost;
        let is_new = !self.branches[0].frames.contains_key(&tick);
        if is_new && self.since >= SPACING.max(self.frame_cost * super::SHARE) {
            self.keep(simulation)?;
        }
        Ok(())
    }
}
