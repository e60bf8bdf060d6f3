//! The worker's thread: owns the simulation and its history, drives them at their pace, obeys
//! orders, and publishes.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::base::{RunStatus, Tick, VertexId};
use crate::kernel::{History, KernelState, Observer, Session, SimError, Simulation, Verdict};
use crate::record::{Ending, RunFolder};
use crate::scenario::view_spec::Pace;

use super::order::Order;
use super::tick_news::TakenWindow;
use super::view::{BranchView, SceneFacts, TimeView, View, facts};
use super::worker::{News, NewsOf, Published, WorkerPlan, lock};

/// Time of ticks between two looks at the orders.
const BUDGET: Duration = Duration::from_millis(12);
/// Time between two looks at the scene's file.
const WATCH: Duration = Duration::from_millis(400);
/// Frames that the time bar draws at most.
const SHOWN_FRAMES: usize = 400;

/// A run that is driven.
pub struct Driver {
    pub(super) session: Session,
    pub(super) history: Option<History>,
    pub(super) plan: WorkerPlan,
    pub(super) facts: Arc<SceneFacts>,
    /// The run folder of each branch.
    pub(super) folders: Vec<Option<RunFolder>>,
    pub(super) published: Arc<Mutex<Published>>,
    pub(super) selected: Option<VertexId>,
    /// The scope whose window of samples is shown, and the window that was taken last.
    pub(super) sensed: Option<String>,
    pub(super) window: Option<TakenWindow>,
    pub(super) speed: f64,
    /// The tick to which it runs as fast as possible, and pauses.
    pub(super) run_to: Option<Tick>,
    /// Where pace is counted from: wall time and tick.
    pub(super) origin: (Instant, Tick),
    /// Where the rate is counted from.
    pub(super) rate_from: (Instant, Tick),
    pub(super) rate: f64,
    pub(super) error: Option<String>,
    pub(super) scene_error: Option<String>,
    /// How this run ended, once it has.
    verdict: Option<Verdict>,
    /// When the scene's file was looked at, and what it was then.
    pub(super) watched: (Instant, Option<SystemTime>),
    /// Whether values were written into the scene's file since it was read.
    pub(super) written: bool,
    pub(super) shown: Instant,
    pub(super) changed: bool,
}

impl Driver {
    /// A driver of a simulation that stands at tick 0.
    #[must_use]
    pub fn new(
        mut simulation: Simulation,
        plan: WorkerPlan,
        published: Arc<Mutex<Published>>,
    ) -> Self {
        let now = Instant::now();
        let modified = plan.source.modified();
        let mut driver = Self {
            facts: Arc::new(facts(&mut simulation, 0)),
            verdict: None,
            speed: match plan.pause_at {
                Some(_) => f64::INFINITY,
                None => pace_of(&simulation),
            },
            session: Session::of(simulation),
            run_to: None,
            history: None,
            plan,
            folders: Vec::new(),
            published,
            selected: None,
            sensed: None,
            window: None,
            origin: (now, 0),
            rate_from: (now, 0),
            rate: 0.0,
            error: None,
            scene_error: None,
            watched: (now, modified),
            written: false,
            shown: now,
            changed: true,
        };
        driver.begin();
        driver
    }

    /// Begins history, folder and news of a fresh simulation.
    pub(super) fn begin(&mut self) {
        self.error = None;
        self.verdict = None;
        self.window = None;
        self.run_to = None;
        self.origin = (Instant::now(), 0);
        self.rate_from = self.origin;
        let scene = self.session.simulation.scene();
        let restarted = News::Restarted {
            every: scene.record.every_ticks,
            tick_s: self.session.simulation.clock().tick_s(),
        };
        let mut published = lock(&self.published);
        published.news.clear();
        published.edition += 1;
        published.tell(restarted);
        drop(published);
        match History::begin(&mut self.session.simulation, self.plan.frame_budget) {
            Ok(history) => self.history = Some(history),
            Err(error) => self.fail(&error),
        }
        match self.plan.past.is_some() {
            true => self.begin_past(),
            false => self.folders = vec![self.open_folder()],
        }
        self.changed = true;
    }

    pub(super) fn open_folder(&mut self) -> Option<RunFolder> {
        match (self.plan.folder)(&self.session.simulation) {
            Ok(folder) => Some(folder),
            Err(error) => {
                self.error = Some(format!("no run folder: {error}"));
                None
            }
        }
    }

    pub(super) fn fail(&mut self, error: &SimError) {
        self.changed = true;
        if !matches!(error, SimError::Cancelled { .. }) {
            self.error = Some(error.to_string());
        }
    }

    fn is_cancelled(&self) -> bool {
        self.session.simulation.cancel().is_requested()
    }

    /// Tells how the run ended, once it has.
    fn conclude(&mut self) {
        let tick = self.session.simulation.clock().tick;
        let stopped = self.session.simulation.state() == KernelState::SafeStopped;
        let over = self.plan.pause_at == Some(tick) || stopped || self.is_cancelled();
        if self.verdict.is_some() || !(over || self.error.is_some()) {
            return;
        }
        let cut = self.session.simulation.cancel().cause();
        let state = self.session.simulation.state();
        let verdict = match &self.error {
            // The folder tells how the run ended.
            None if self.plan.past.is_some() => Verdict {
                status: RunStatus::Ok,
                judged: Vec::new(),
            },
            None => self.session.statistics().verdict(state, tick, cut),
            Some(error) => Verdict::broken(error),
        };
        lock(&self.published).verdict = Some(verdict.clone());
        self.verdict = Some(verdict);
    }

    pub(super) fn tell(&self, text: String) {
        lock(&self.published).tell(News::Told(text));
    }

    /// Drives until the front end is gone.
    pub fn run(mut self, inbox: &Receiver<Order>) {
        self.publish();
        loop {
            match inbox.recv_timeout(self.wait()) {
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            // Of seeks that wait, the last one counts.
            let mut orders: Vec<Order> = inbox.try_iter().collect();
            while let Some(at) = orders
                .windows(2)
                .position(|pair| matches!(pair, [Order::Seek(_), Order::Seek(_)]))
            {
                orders.remove(at);
            }
            for order in orders {
                self.obey(order);
            }
            self.advance();
            self.watch();
            self.publish();
            if self.is_cancelled() {
                self.conclude();
                break;
            }
        }
        for number in 0..self.folders.len() {
            self.close_folder(number);
        }
    }

    fn can_run(&self) -> bool {
        self.session.simulation.state().may_tick() && self.error.is_none() && !self.is_cancelled()
    }

    /// Time until the next tick is due, at most one frame.
    fn wait(&self) -> Duration {
        if !self.can_run() {
            return Duration::from_millis(15);
        }
        if self.due() > self.session.simulation.clock().tick {
            Duration::ZERO
        } else {
            Duration::from_millis(2)
        }
    }

    /// The tick that should be reached by now.
    fn due(&self) -> Tick {
        if self.speed.is_infinite() || self.run_to.is_some() {
            return Tick::MAX;
        }
        let elapsed = self.origin.0.elapsed().as_secs_f64();
        let tick_s = self.session.simulation.clock().tick_s();
        self.origin.1 + (elapsed * self.speed / tick_s) as Tick
    }

    fn advance(&mut self) {
        let begun = Instant::now();
        while self.can_run()
            && self.session.simulation.clock().tick < self.due()
            && begun.elapsed() < BUDGET
        {
            self.tick();
            let ends = [self.plan.pause_at, self.run_to];
            if ends.contains(&Some(self.session.simulation.clock().tick)) {
                self.run_to = None;
                self.session.simulation.set_state(KernelState::Paused);
            }
        }
        // What could not be done in time is not made up for: the pace is counted from here.
        if begun.elapsed() >= BUDGET {
            self.origin = (Instant::now(), self.session.simulation.clock().tick);
        }
        let (since, from) = self.rate_from;
        if since.elapsed() > Duration::from_millis(500) {
            let ticks = self.session.simulation.clock().tick.saturating_sub(from);
            self.rate = ticks as f64 / since.elapsed().as_secs_f64();
            self.rate_from = (Instant::now(), self.session.simulation.clock().tick);
            self.changed = true;
        }
    }

    pub(super) fn tick(&mut self) {
        if self.stands_at_end() {
            return;
        }
        let stepped = match &mut self.history {
            Some(history) => history.step(&mut self.session.simulation),
            None => self.session.simulation.step().map(|()| true),
        };
        if let Err(error) = stepped {
            self.fail(&error);
        }
        self.changed = true;
        self.tell_tick();
    }

    /// Reads the scene again when its file has changed.
    fn watch(&mut self) {
        if self.watched.0.elapsed() < WATCH {
            return;
        }
        let now = self.plan.source.modified();
        let before = self.watched.1;
        self.watched = (Instant::now(), now.or(before));
        if now.is_some() && now != before {
            self.changed = true;
            self.open(self.plan.source.clone());
        }
    }

    /// Takes records to the run folder and into the news.
    pub(super) fn record(&mut self) {
        let number = self.history.as_ref().map_or(0, |h| h.current().number);
        let folder = self.folders.get_mut(number).and_then(Option::as_mut);
        let mut news = NewsOf {
            number,
            list: Vec::new(),
        };
        let mut observers: Vec<&mut dyn Observer> = vec![&mut news];
        observers.extend(folder.map(|own| own as &mut dyn Observer));
        let written = self.session.drain(&mut observers);
        if let Err(error) = written {
            self.error = Some(format!("cannot write the run folder: {error}"));
            self.folders[number] = None;
        }
        let mut published = lock(&self.published);
        for news in news.list {
            published.tell(news);
        }
    }

    /// Records always go out; a view is made only when the last one was taken. The end is told when
    /// the view of it is out.
    fn publish(&mut self) {
        self.record();
        if !self.changed {
            return self.conclude();
        }
        let taken = lock(&self.published).view.is_none();
        if !taken && self.shown.elapsed() < Duration::from_millis(250) {
            return;
        }
        self.notice_graph();
        let mut view = View::of(&mut self.session.simulation, &self.facts, self.selected);
        view.ticks_per_s = self.rate;
        view.speed = self.speed;
        view.error.clone_from(&self.error);
        view.scene_error.clone_from(&self.scene_error);
        view.time = self.history.as_ref().map(time_view).unwrap_or_default();
        let past = self.history.as_ref().and_then(History::past);
        view.differs = past.and_then(|past| past.difference.clone());
        let folder = self.folders.get(view.time.current).and_then(Option::as_ref);
        view.folder = folder.map(|folder| folder.path().display().to_string());
        view.sensed = self.sensed_window();
        lock(&self.published).view = Some(view);
        self.shown = Instant::now();
        self.changed = false;
    }

    pub(super) fn ending(&self, number: usize) -> Ending {
        let branch = self.history.as_ref().map(|h| &h.branches()[number]);
        let stopped = branch.is_some_and(|branch| branch.stopped);
        let failed = |verdict: &Verdict| verdict.status == RunStatus::AssertionFailed;
        let status = match &self.error {
            Some(_) => RunStatus::Error,
            None if stopped => RunStatus::SafeStopped,
            None if self.is_cancelled() => RunStatus::Interrupted,
            None if self.verdict.as_ref().is_some_and(failed) => RunStatus::AssertionFailed,
            None => RunStatus::Ok,
        };
        Ending {
            status,
            error: self.error.clone(),
            ticks: branch.map_or(self.session.simulation.clock().tick, |b| b.head),
            digest: branch
                .map_or(self.session.simulation.digest(), |b| b.head_digest)
                .to_string(),
        }
    }

    pub(super) fn close_folders(&mut self) {
        self.record();
        for number in 0..self.folders.len() {
            self.close_folder(number);
        }
        self.folders.clear();
    }

    fn close_folder(&mut self, number: usize) {
        let ending = self.ending(number);
        let Some(folder) = self.folders.get_mut(number).and_then(Option::take) else {
            return;
        };
        if let Err(error) = folder.finish(&ending) {
            eprintln!("cannot close the run folder: {error}");
        }
    }
}

/// The pace that a scene begins with.
pub(super) fn pace_of(simulation: &Simulation) -> f64 {
    simulation.scene().view.speed.map_or(1.0, Pace::factor)
}

fn time_view(history: &History) -> TimeView {
    let frames: Vec<Tick> = history.current().frame_ticks().collect();
    let every = frames.len().div_ceil(SHOWN_FRAMES).max(1);
    let (restore, tick) = history.costs();
    TimeView {
        branches: history.branches().iter().map(BranchView::of).collect(),
        current: history.current().number,
        frames: frames.into_iter().step_by(every).collect(),
        restore_s: restore.as_secs_f64(),
        tick_s: tick.as_secs_f64(),
        bytes: history.bytes(),
        overhead: history.overhead(),
    }
}
