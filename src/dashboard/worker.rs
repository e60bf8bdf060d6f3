//! The worker: owns the simulation, drives it at its pace, and publishes views.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::base::{Input, Tick};
use crate::kernel::runner::drain;
use crate::kernel::{KernelState, SimOptions, Simulation};
use crate::record::{Ending, EventRecord, MetricRow, RunFolder};
use crate::scenario::Blueprint;

use super::view::{Order, SceneFacts, View, ViewState, facts};

/// What the worker has published and nobody has taken yet.
#[derive(Default)]
struct Published {
    view: Option<View>,
    rows: Vec<MetricRow>,
    events: Vec<EventRecord>,
    restarted: bool,
}

/// The front end's handle of a worker thread.
pub struct Worker {
    orders: Sender<Order>,
    published: Arc<Mutex<Published>>,
    thread: Option<JoinHandle<()>>,
}

/// Where a worker begins.
pub struct WorkerPlan {
    /// What to run.
    pub blueprint: Blueprint,
    /// How.
    pub options: SimOptions,
    /// Makes the run folder of each start.
    pub folder: fn(&Simulation) -> std::io::Result<RunFolder>,
    /// Run as fast as possible to this tick and pause there.
    pub pause_at: Option<Tick>,
}

impl Worker {
    /// Starts a worker on a simulation that is built already.
    #[must_use]
    pub fn start(simulation: Simulation, plan: WorkerPlan) -> Self {
        let (orders, inbox) = unbounded();
        let published = Arc::new(Mutex::new(Published::default()));
        let shared = published.clone();
        let thread = std::thread::spawn(move || Driver::new(simulation, plan, shared).run(&inbox));
        Self {
            orders,
            published,
            thread: Some(thread),
        }
    }

    /// Sends the state's orders and takes what was published.
    pub fn exchange(&self, state: &mut ViewState) {
        for order in state.orders.drain(..) {
            // A worker that is gone has said why in its last view.
            let _ = self.orders.send(order);
        }
        let taken = std::mem::take(&mut *lock(&self.published));
        if taken.restarted {
            state.forget();
        }
        state.take_rows(taken.rows);
        state.take_events(taken.events);
        if let Some(view) = taken.view {
            state.view = Some(view);
        }
    }
}

impl Drop for Worker {
    /// Ends the worker and waits until its run folder is closed.
    fn drop(&mut self) {
        let (closed, _) = unbounded();
        self.orders = closed;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(published: &Mutex<Published>) -> std::sync::MutexGuard<'_, Published> {
    published.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Driver {
    simulation: Simulation,
    plan: WorkerPlan,
    facts: Arc<SceneFacts>,
    folder: Option<RunFolder>,
    published: Arc<Mutex<Published>>,
    speed: f64,
    /// Where pace is counted from: wall time and tick.
    origin: (Instant, Tick),
    /// Where the rate is counted from.
    rate_from: (Instant, Tick),
    rate: f64,
    error: Option<String>,
    shown: Instant,
}

impl Driver {
    fn new(simulation: Simulation, plan: WorkerPlan, published: Arc<Mutex<Published>>) -> Self {
        let now = Instant::now();
        let mut driver = Self {
            facts: Arc::new(facts(&simulation)),
            speed: if plan.pause_at.is_some() {
                f64::INFINITY
            } else {
                1.0
            },
            simulation,
            plan,
            folder: None,
            published,
            origin: (now, 0),
            rate_from: (now, 0),
            rate: 0.0,
            error: None,
            shown: now,
        };
        driver.open_folder();
        driver
    }

    fn open_folder(&mut self) {
        match (self.plan.folder)(&self.simulation) {
            Ok(folder) => self.folder = Some(folder),
            Err(error) => self.error = Some(format!("no run folder: {error}")),
        }
    }

    fn run(mut self, inbox: &Receiver<Order>) {
        self.publish();
        loop {
            let wait = self.wait();
            match inbox.recv_timeout(wait) {
                Ok(order) => self.obey(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            for order in inbox.try_iter() {
                self.obey(order);
            }
            self.advance();
            self.publish();
        }
        self.close_folder();
    }

    /// Time until the next tick is due, at most one frame.
    fn wait(&self) -> Duration {
        let frame = Duration::from_millis(15);
        if !self.simulation.state().may_tick() || self.error.is_some() {
            return frame;
        }
        let ahead = self.due().saturating_sub(self.simulation.clock().tick);
        if ahead > 0 {
            Duration::ZERO
        } else {
            frame.min(Duration::from_millis(2))
        }
    }

    /// The tick that should be reached by now.
    fn due(&self) -> Tick {
        if self.speed.is_infinite() {
            return Tick::MAX;
        }
        let elapsed = self.origin.0.elapsed().as_secs_f64();
        let tick_s = self.simulation.clock().tick_s();
        self.origin.1 + (elapsed * self.speed / tick_s) as Tick
    }

    fn advance(&mut self) {
        let begun = Instant::now();
        let budget = Duration::from_millis(12);
        while self.simulation.state().may_tick()
            && self.error.is_none()
            && self.simulation.clock().tick < self.due()
            && begun.elapsed() < budget
        {
            self.tick();
            if self.plan.pause_at == Some(self.simulation.clock().tick) {
                self.simulation.set_state(KernelState::Paused);
            }
        }
        // What could not be done in time is not made up for: the pace is counted from here.
        if begun.elapsed() >= budget {
            self.origin = (Instant::now(), self.simulation.clock().tick);
        }
        let (since, from) = self.rate_from;
        if since.elapsed() > Duration::from_millis(500) {
            let ticks = self.simulation.clock().tick.saturating_sub(from);
            self.rate = ticks as f64 / since.elapsed().as_secs_f64();
            self.rate_from = (Instant::now(), self.simulation.clock().tick);
        }
    }

    fn tick(&mut self) {
        if let Err(error) = self.simulation.step() {
            self.error = Some(error.to_string());
        }
    }

    fn obey(&mut self, order: Order) {
        let tick = self.simulation.clock().tick;
        match order {
            Order::Play => {
                if self.simulation.state() == KernelState::Paused {
                    self.simulation.set_state(KernelState::Running);
                }
                self.origin = (Instant::now(), tick);
            }
            Order::Pause => self.simulation.set_state(KernelState::Paused),
            Order::Step => {
                if self.simulation.state() != KernelState::SafeStopped && self.error.is_none() {
                    self.tick();
                    self.simulation.set_state(KernelState::Paused);
                }
            }
            Order::Speed(speed) => {
                self.speed = speed;
                self.origin = (Instant::now(), tick);
            }
            Order::Set(path, value) => self.enter(Input::Set { path, value }),
            Order::Stop => self.enter(Input::Stop),
            Order::Reset => self.reset(),
        }
    }

    fn enter(&mut self, input: Input) {
        let tick = self.simulation.clock().tick;
        if let Err(error) = self.simulation.push_input(tick, input) {
            lock(&self.published).events.push(EventRecord {
                tick,
                t_s: self.simulation.clock().time_s(),
                kind: "input".to_owned(),
                subject: "operator".to_owned(),
                cause: error.to_string(),
                action: "refused".to_owned(),
            });
        }
    }

    fn reset(&mut self) {
        self.close_folder();
        match Simulation::new(self.plan.blueprint.clone(), self.plan.options.clone()) {
            Ok(simulation) => {
                self.simulation = simulation;
                self.error = None;
                self.origin = (Instant::now(), 0);
                self.rate_from = self.origin;
                *lock(&self.published) = Published {
                    restarted: true,
                    ..Published::default()
                };
                self.open_folder();
            }
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    /// Records always go to the run folder; a view is made only when the last one was taken.
    fn publish(&mut self) {
        let (mut rows, mut events) = (Vec::new(), Vec::new());
        let written = drain(
            &mut self.simulation,
            self.folder.as_mut(),
            &mut |row| rows.push(row.clone()),
            &mut |progress| {
                if let crate::kernel::runner::Progress::Event(event) = progress {
                    events.push(event.clone());
                }
            },
        );
        if let Err(error) = written {
            self.error = Some(format!("cannot write the run folder: {error}"));
            self.folder = None;
        }
        let mut published = lock(&self.published);
        published.rows.append(&mut rows);
        published.events.append(&mut events);
        let wanted = published.view.is_none() || self.shown.elapsed() > Duration::from_millis(250);
        drop(published);
        if wanted {
            let mut view = View::of(&self.simulation, &self.facts);
            view.ticks_per_s = self.rate;
            view.speed = self.speed;
            view.error.clone_from(&self.error);
            lock(&self.published).view = Some(view);
            self.shown = Instant::now();
        }
    }

    fn close_folder(&mut self) {
        let Some(folder) = self.folder.take() else {
            return;
        };
        let ending = Ending {
            status: match (&self.error, self.simulation.state()) {
                (Some(error), _) => format!("error: {error}"),
                (None, KernelState::SafeStopped) => "safe_stopped".to_owned(),
                (None, _) => "ok".to_owned(),
            },
            ticks: self.simulation.clock().tick,
            digest: self.simulation.digest().to_string(),
        };
        if let Err(error) = folder.finish(&ending) {
            eprintln!("cannot close the run folder: {error}");
        }
    }
}
