//! Verdicts while samples arrive.

use super::chain::{self, Link};
use super::early::{self, Scratch, judge};
use super::formula::Formula;
use super::lower::{MonitorError, Program};
use super::partial::Partial;
use super::state::{Cell, MonitorState};
use super::step::{Moment, Registers, step};
use super::verdict::{Early, Verdict};

/// Judges a formula while samples arrive, with the bits that [`super::evaluate`] gives of the whole
/// trace.
///
/// The verdict of an instant is final [`Formula::horizon`] samples later. A formula without an
/// upper bound (`always`, `eventually`, `until` without an interval, or up to `inf`) is judged at
/// instant 0 only, and finally at the end of the trace; below another operator over instants it is
/// refused, since it would need the whole trace.
///
/// A push costs a constant time on average and allocates nothing once as many samples have come as
/// horizon and past are long. The whole state is a [`MonitorState`].
#[derive(Clone, Debug)]
pub struct Monitor {
    formula: Formula,
    program: Program,
    links: Vec<Link>,
    state: MonitorState,
    registers: Registers,
    scratch: Scratch,
}

/// Monitors of one formula after equal samples are equal.
impl PartialEq for Monitor {
    fn eq(&self, other: &Self) -> bool {
        self.formula == other.formula && self.state == other.state
    }
}

impl Monitor {
    /// A monitor before the first sample.
    ///
    /// # Errors
    /// When an operator without an upper bound stands within one that is judged at many instants.
    pub fn new(formula: &Formula) -> Result<Self, MonitorError> {
        let program = Program::new(formula);
        let links = chain::links(&program)?;
        let state = MonitorState::new(&program, chain::kept(&links));
        let cells = vec![Cell::default(); program.nodes.len()];
        Ok(Self {
            formula: formula.clone(),
            program,
            links,
            state,
            registers: Registers {
                cells,
                stack: Vec::new(),
            },
            scratch: Scratch::default(),
        })
    }

    /// The formula that is judged.
    #[must_use]
    pub fn formula(&self) -> &Formula {
        &self.formula
    }

    /// The names of the columns of a sample, in order: those of [`Formula::signals`].
    #[must_use]
    pub fn signals(&self) -> &[String] {
        &self.program.signals
    }

    /// The whole state.
    #[must_use]
    pub fn state(&self) -> &MonitorState {
        &self.state
    }

    /// Goes on from a state that a monitor of the same formula had.
    ///
    /// # Errors
    /// When the state does not have the form of this formula's; nothing changes then.
    pub fn restore(&mut self, state: MonitorState) -> Result<(), MonitorError> {
        let new = MonitorState::new(&self.program, chain::kept(&self.links));
        if !state.fits(&new) {
            let expected = self.formula.to_string();
            return Err(MonitorError::State { expected });
        }
        self.state = state;
        Ok(())
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.state = MonitorState::new(&self.program, chain::kept(&self.links));
    }

    /// Takes the next sample, a number for each of [`Monitor::signals`]; what is missing is NaN.
    /// Gives the verdict that becomes final, that of the instant [`Formula::horizon`] samples ago.
    pub fn push(&mut self, sample: &[f64]) -> Option<Verdict> {
        let moment = Moment {
            now: self.state.samples,
            end: u64::MAX,
        };
        let found = self.take(moment, sample);
        self.state.samples = self.state.samples.saturating_add(1);
        found
    }

    #[inline]
    fn take(&mut self, moment: Moment, sample: &[f64]) -> Option<Verdict> {
        let Self {
            program,
            links,
            state,
            registers,
            ..
        } = self;
        step(program, state, registers, moment, sample);
        if !links.is_empty() {
            chain::keep(program, links, state, registers, moment);
        }
        let root = program.root();
        let instant = moment.instant(program.horizon(root))?;
        let cell = registers.cells.get(root)?;
        Some(Verdict::new(instant, cell.value, cell.flags))
    }

    /// What is certain of the oldest instant without a final verdict; `None` when all have one. A
    /// formula without an upper bound is asked for instant 0. What is certain stays so: the
    /// interval of an instant only shrinks, and its robustness lies in it unless a NaN follows.
    ///
    /// Costs a constant time once as many samples have come as the horizon is long; before that,
    /// and below operators without an upper bound, as much as the operators within other ones have
    /// horizon. Changes nothing that a verdict depends on.
    pub fn early(&mut self) -> Option<Early> {
        early::early(&self.program, &self.links, &self.state, &mut self.scratch)
    }

    /// The verdicts of all instants that have none, if the trace ended now; of a formula without an
    /// upper bound, that of instant 0. The monitor itself can go on.
    #[must_use]
    pub fn finish(&self) -> Vec<Verdict> {
        let end = self.state.samples;
        let mut own = self.clone();
        let root = own.program.root();
        let mut found = Vec::new();
        if end == 0 {
            return found;
        }
        // A node has values from its horizon on, one for each sample; between, nothing happens.
        let mut horizons: Vec<u64> = own.program.nodes.iter().filter_map(|n| n.horizon).collect();
        horizons.sort_unstable();
        let mut now = end;
        for horizon in horizons {
            now = now.max(horizon);
            while now < horizon.saturating_add(end) {
                found.extend(own.take(Moment { now, end }, &[]));
                now += 1;
            }
        }
        if own.program.horizon(root).is_none() {
            let partial = Partial {
                program: &own.program,
                state: &own.state,
                ranges: &[],
            };
            let last = judge(&partial, &own.links, &mut Vec::new(), end, true);
            found.push(Verdict::new(0, last.low, last.flags));
        }
        found
    }
}
