//! The history of a live run: frames to go back to, and branches that part from one another.
//!
//! A run is a function of scene, seed and input log, so a tick of the past is reached from the
//! frame before it. An edit of the past opens a branch: it shares the past with its parent and
//! keeps every later input of it but a stop, so that two branches differ by the edits alone.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use crate::base::{Digest, Input, InputLog, InputRecord, Tick};
use crate::record::{EventKind, EventRecord};

use super::frames::Frame;
use super::simulation::{Known, SimError, Simulation};
use super::state::KernelState;

mod past;
pub use past::KnownPast;

/// Ticks of work between two frames, as wall time: less would cost more than a seek is worth.
const SPACING: Duration = Duration::from_millis(100);
/// Share of the time of ticks that frames may take, as its inverse.
const SHARE: u32 = 25;
/// Frames younger than this are given up only when older ones do not suffice.
const FRESH: Duration = Duration::from_secs(60);
/// Memory for frames, bytes.
pub const DEFAULT_BUDGET: usize = 1 << 30;

/// A line of time.
pub struct Branch {
    /// Its number among the branches; shown as a letter.
    pub number: usize,
    /// The branch that it parted from, and at which tick.
    pub parent: Option<(usize, Tick)>,
    /// The last tick that has run.
    pub head: Tick,
    /// The digest there.
    pub head_digest: Digest,
    /// Whether safety has stopped the run there.
    pub stopped: bool,
    frames: BTreeMap<Tick, (Frame, Instant)>,
    log: InputLog,
    known: Known,
}

impl Branch {
    /// The letter of a branch: A, B, … Z, A1, B1, …
    #[must_use]
    pub fn letter(number: usize) -> String {
        match (char::from(b'A' + (number % 26) as u8), number / 26) {
            (letter, 0) => letter.to_string(),
            (letter, round) => format!("{letter}{round}"),
        }
    }

    /// Ticks at which there are frames.
    pub fn frame_ticks(&self) -> impl Iterator<Item = Tick> {
        self.frames.keys().copied()
    }
}

/// Frames and branches of a run.
pub struct History {
    branches: Vec<Branch>,
    current: usize,
    budget: usize,
    bytes: usize,
    /// Work since the last frame.
    since: Duration,
    /// What a frame cost last.
    frame_cost: Duration,
    /// What going to a frame cost last.
    restore_cost: Duration,
    /// Mean cost of a tick, lately.
    tick_cost: Duration,
    /// Time spent on frames and on ticks so far.
    spent: (Duration, Duration),
    past: Option<KnownPast>,
}

impl History {
    /// Begins with the present tick as the first frame.
    ///
    /// # Errors
    /// When the frame cannot be taken.
    pub fn begin(simulation: &mut Simulation, budget: usize) -> Result<Self, SimError> {
        let begun = Instant::now();
        let frame = simulation.frame(None)?;
        let head = frame.tick();
        let bytes = frame.bytes();
        let branch = Branch {
            number: 0,
            parent: None,
            head,
            head_digest: frame.digest(),
            stopped: false,
            frames: BTreeMap::from([(head, (frame, begun))]),
            log: InputLog::default(),
            known: Known::default(),
        };
        let cost = begun.elapsed();
        Ok(Self {
            branches: vec![branch],
            current: 0,
            budget,
            bytes,
            since: Duration::ZERO,
            frame_cost: cost,
            restore_cost: cost,
            tick_cost: Duration::ZERO,
            spent: (Duration::ZERO, Duration::ZERO),
            past: None,
        })
    }

    /// All branches.
    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The branch that the simulation is on.
    #[must_use]
    pub fn current(&self) -> &Branch {
        &self.branches[self.current]
    }

    /// Memory that frames take, bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Time spent on frames over time spent on ticks.
    #[must_use]
    pub fn overhead(&self) -> f64 {
        let (frames, ticks) = self.spent;
        frames.as_secs_f64() / ticks.as_secs_f64().max(1e-9)
    }

    /// Runs one tick and keeps a frame when one is due. Tells whether the tick is new on this
    /// branch; a tick that runs again leaves no records.
    ///
    /// # Errors
    /// When the tick fails, or when it ran before and came out otherwise.
    pub fn step(&mut self, simulation: &mut Simulation) -> Result<bool, SimError> {
        let begun = Instant::now();
        simulation.step()?;
        let cost = begun.elapsed();
        self.tick_cost = match self.tick_cost.is_zero() {
            true => cost,
            false => (self.tick_cost * 31 + cost) / 32,
        };
        let tick = simulation.clock().tick;
        let branch = &mut self.branches[self.current];
        if tick <= branch.head {
            let known = branch.frames.get(&tick);
            if known.is_some_and(|(frame, _)| frame.digest() != simulation.digest()) {
                return Err(SimError::Refused(format!(
                    "tick {tick} came out otherwise than the first time, so something that is not \
                     in the input log acts on this run"
                )));
            }
            forget_records(simulation);
            return self.visit(simulation).map(|()| false);
        }
        branch.head = tick;
        branch.head_digest = simulation.digest();
        branch.stopped = simulation.state() == KernelState::SafeStopped;
        self.spent.1 += cost;
        self.since += cost;
        if self.since >= SPACING.max(self.frame_cost * SHARE) {
            self.keep(simulation)?;
        }
        Ok(true)
    }

    fn keep(&mut self, simulation: &mut Simulation) -> Result<(), SimError> {
        let begun = Instant::now();
        let branch = &mut self.branches[self.current];
        let last = branch.frames.values().next_back().map(|(frame, _)| frame);
        let frame = simulation.frame(last)?;
        self.bytes += frame.bytes();
        branch.frames.insert(frame.tick(), (frame, begun));
        while self.bytes > self.budget && self.thin() {}
        self.frame_cost = begun.elapsed();
        self.spent.0 += self.frame_cost;
        self.since = Duration::ZERO;
        Ok(())
    }

    /// Gives up the frame whose loss makes seeking least slower, old ones first. The first frame
    /// of a branch and its newest stay.
    fn thin(&mut self) -> bool {
        let mut best: Option<((bool, Tick), usize, Tick)> = None;
        for branch in &self.branches {
            let ticks: Vec<Tick> = branch.frames.keys().copied().collect();
            for window in ticks.windows(3) {
                let [before, tick, after] = *window else {
                    continue;
                };
                let fresh = branch.frames[&tick].1.elapsed() < FRESH;
                let rank = (fresh, after - before);
                if best.is_none_or(|(least, ..)| rank < least) {
                    best = Some((rank, branch.number, tick));
                }
            }
        }
        let Some((_, number, tick)) = best else {
            return false;
        };
        let removed = self.branches[number].frames.remove(&tick);
        // A frame that another branch shares still takes its memory.
        if let Some((frame, _)) = removed.filter(|(frame, _)| frame.is_sole()) {
            self.bytes = self.bytes.saturating_sub(frame.bytes());
        }
        true
    }

    /// The ticks that can be gone to.
    #[must_use]
    pub fn reachable(&self) -> RangeInclusive<Tick> {
        let branch = self.current();
        let first = branch.frames.keys().next().copied().unwrap_or(branch.head);
        first..=branch.head
    }

    /// Wall time of going to a frame, and of a tick.
    #[must_use]
    pub fn costs(&self) -> (Duration, Duration) {
        (self.restore_cost, self.tick_cost)
    }

    /// The last frame before a tick, or the first one.
    fn frame_before(&self, tick: Tick) -> Option<&Frame> {
        let frames = &self.current().frames;
        let before = frames.range(..tick).next_back();
        before.or_else(|| frames.iter().next()).map(|(_, (f, _))| f)
    }

    /// Goes to a tick of this branch. The run is paused there. Views of the tick are complete: at
    /// least one tick runs, unless it is the first.
    ///
    /// # Errors
    /// When the tick is out of reach, or a tick comes out otherwise than the first time.
    pub fn seek(&mut self, simulation: &mut Simulation, tick: Tick) -> Result<(), SimError> {
        let reach = self.reachable();
        let tick = tick.clamp(*reach.start(), *reach.end());
        let now = simulation.clock().tick;
        simulation.known.writes = *reach.end();
        simulation.known.samples = simulation.known.samples.max(*reach.end());
        let frame = self.frame_before(tick).cloned();
        let frame = frame.ok_or_else(|| SimError::Refused("there is no frame".to_owned()))?;
        // Ahead and without a frame between, the ticks are simply run.
        if now > tick || frame.tick() > now || now == *reach.start() {
            let begun = Instant::now();
            simulation.go_to(&frame)?;
            self.restore_cost = begun.elapsed();
        }
        while simulation.clock().tick < tick {
            self.step(simulation)?;
        }
        if simulation.state() != KernelState::SafeStopped {
            simulation.set_state(KernelState::Paused);
        }
        Ok(())
    }

    /// Opens a branch at the present tick and goes on in it. Gives its number.
    pub fn fork(&mut self, simulation: &mut Simulation) -> usize {
        let tick = simulation.clock().tick;
        let number = self.branches.len();
        let parent = &mut self.branches[self.current];
        parent.log = simulation.log().clone();
        parent.known = simulation.known;
        let mut log = parent.log.clone();
        log.retain(|record| record.tick < tick || record.input != Input::Stop);
        if simulation.extended {
            // What a user's systems write, they write again.
            let is_write = |own: &InputRecord| matches!(own.input, Input::Write { .. });
            log.retain(|own| own.tick < tick || !is_write(own));
        }
        let known = Known {
            writes: tick,
            samples: parent.head.max(parent.known.samples),
        };
        let shared = parent.frames.range(..=tick);
        let branch = Branch {
            number,
            parent: Some((self.current, tick)),
            head: tick,
            head_digest: simulation.digest(),
            stopped: false,
            frames: shared.map(|(k, v)| (*k, v.clone())).collect(),
            log: log.clone(),
            known,
        };
        self.branches.push(branch);
        self.current = number;
        simulation.log = log;
        simulation.known = known;
        number
    }

    /// Goes to another branch, at a tick of it.
    ///
    /// # Errors
    /// When there is no such branch, or as [`History::seek`].
    pub fn switch(
        &mut self,
        simulation: &mut Simulation,
        number: usize,
        tick: Tick,
    ) -> Result<(), SimError> {
        if number >= self.branches.len() {
            let letter = Branch::letter(number);
            return Err(SimError::Refused(format!("there is no branch {letter}")));
        }
        if number != self.current {
            let left = &mut self.branches[self.current];
            left.log = simulation.log().clone();
            left.known = simulation.known;
            self.current = number;
            let entered = &self.branches[number];
            simulation.log = entered.log.clone();
            simulation.known = entered.known;
        }
        // What the Worlds hold is of the branch that was left.
        let reach = self.reachable();
        let tick = tick.clamp(*reach.start(), *reach.end());
        let frame = self.frame_before(tick).cloned();
        let frame = frame.ok_or_else(|| SimError::Refused("there is no frame".to_owned()))?;
        simulation.go_to(&frame)?;
        self.seek(simulation, tick)
    }

    /// Enters an edit at the present tick; in the past, on a branch of its own. Tells whether one
    /// was opened.
    ///
    /// # Errors
    /// When the edit does not fit the run; then nothing has changed.
    pub fn edit(&mut self, simulation: &mut Simulation, input: Input) -> Result<bool, SimError> {
        simulation.judge(&input)?;
        let tick = simulation.clock().tick;
        let past = tick < self.current().head;
        if past {
            self.fork(simulation);
        }
        simulation.push_input(tick, input)?;
        Ok(past)
    }

    /// Goes back to a tick and opens a branch in which an input of that tick never was, or, when
    /// there is none such, in which the intervention on its subject is held back. Of a live
    /// parameter that was set several times in that tick, as by one gesture, every edit is left
    /// out.
    ///
    /// # Errors
    /// When the tick is out of reach.
    pub fn without(
        &mut self,
        simulation: &mut Simulation,
        record: &InputRecord,
    ) -> Result<usize, SimError> {
        self.seek(simulation, record.tick)?;
        let number = self.fork(simulation);
        if !simulation.log.remove_gesture(record.tick, &record.input) {
            simulation.push_input(record.tick, record.input.clone())?;
        }
        Ok(number)
    }

    /// How an event is held back: by taking out the input that it tells of, when that is in the
    /// log, else by sparing its subject.
    #[must_use]
    pub fn cause_of(&self, log: &InputLog, event: &EventRecord) -> InputRecord {
        let tick = event.tick;
        let input = match &event.data {
            EventKind::Input { input, .. } => Some(input),
            _ => None,
        };
        let entered = input.filter(|input| log.at(tick).iter().any(|r| r.input == **input));
        let spare = || Input::Spare {
            subject: event.about.clone(),
        };
        InputRecord {
            tick,
            input: entered.cloned().unwrap_or_else(spare),
        }
    }
}

/// Drops records of ticks that ran before.
fn forget_records(simulation: &mut Simulation) {
    let mut records = simulation.records_mut();
    records.rows.clear();
    records.events.clear();
    records.commands.clear();
}
