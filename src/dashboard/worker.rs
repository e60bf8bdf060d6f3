//! The worker's handle: orders in, news and views out. No frame waits for a tick.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, unbounded};

use crate::base::Tick;
use crate::kernel::Verdict;
use crate::kernel::repeat::SavedPast;
use crate::kernel::{Observer, SimOptions, Simulation};
use crate::record::{Batch, EventRecord, MetricRow, RunFolder};
use crate::scenario::{Blueprint, LoadedScene, Parts, SceneError};

use super::driver::Driver;
use super::order::{Order, SceneSource};
use super::past_rows::{Edition, PastColumns};
use super::state::ViewState;
use super::view::{BranchView, View};

/// One piece of news, in the order in which it happened.
#[derive(Clone, Debug)]
pub enum News {
    /// A run began anew.
    Restarted {
        /// Ticks between rows.
        every: Tick,
        /// Length of a tick, s.
        tick_s: f64,
    },
    /// A branch was opened.
    Branch(BranchView),
    /// A row of metrics of a branch.
    Row(usize, MetricRow),
    /// Columns of rows that a folder has of a branch.
    Past(usize, PastColumns),
    /// An event of a branch.
    Event(usize, EventRecord),
    /// The amplitudes of the field's modes at a tick of a branch.
    Field(usize, Tick, Vec<f32>),
    /// Places of followed vertices in the phase plane at a tick of a branch.
    Plane(usize, Tick, Vec<[f32; 2]>),
    /// The samples that a tick of a branch brought of a scope, by its number among the scopes that
    /// sensors look at.
    Samples(usize, usize, Tick, Vec<f64>),
    /// Something to tell a person.
    Told(String),
}

/// What the worker has published and nobody has taken yet.
#[derive(Default)]
pub struct Published {
    /// The latest view.
    pub view: Option<View>,
    /// News, oldest first.
    pub news: VecDeque<News>,
    /// How the run ended, once it has: at the tick that was asked for, by safety, or by an
    /// interrupt.
    pub verdict: Option<Verdict>,
    /// Counts the runs that were begun.
    pub edition: Edition,
}

/// Makes news of what a branch records.
pub struct NewsOf {
    /// Number of the branch.
    pub number: usize,
    /// In the order in which it happened.
    pub list: Vec<News>,
}

impl Observer for NewsOf {
    fn records(&mut self, batch: &Batch) -> std::io::Result<()> {
        let number = self.number;
        let rows = batch.rows.iter().map(|row| News::Row(number, row.clone()));
        self.list.extend(rows);
        let events = batch.events.iter();
        self.list
            .extend(events.map(|event| News::Event(number, event.clone())));
        Ok(())
    }
}

/// Rows that wait to be taken at most, so that a window that is not drawn does not fill the memory;
/// the rows are in the run folder all the same.
const WAITING: usize = 2_000_000;

impl Published {
    /// Adds news.
    pub fn tell(&mut self, news: News) {
        if self.news.len() >= WAITING {
            self.news.pop_front();
        }
        self.news.push_back(news);
    }
}

/// Opens a scene by where it comes from, with the parts that it may name and changes of its text.
pub type Opener = fn(&Parts, &SceneSource, &[(String, String)]) -> Result<LoadedScene, SceneError>;

/// Where a worker begins.
pub struct WorkerPlan {
    /// What to run.
    pub blueprint: Blueprint,
    /// How.
    pub options: SimOptions,
    /// Changes of the scene, made again when its file is read anew.
    pub sets: Vec<(String, String)>,
    /// Where the scene comes from.
    pub source: SceneSource,
    /// What scenes may name.
    pub parts: Parts,
    /// Reads scenes.
    pub opener: Opener,
    /// Makes the run folder of each start and of each branch.
    pub folder: fn(&Simulation) -> std::io::Result<RunFolder>,
    /// The folder whose run is shown, if one is; nothing is written there.
    pub past: Option<SavedPast>,
    /// Run as fast as possible to this tick and pause there.
    pub pause_at: Option<Tick>,
    /// Memory for frames to go back to, bytes.
    pub frame_budget: usize,
}

impl WorkerPlan {
    /// How the run is run: as the plan says, with what a folder says of it.
    #[must_use]
    pub fn run_options(&self) -> SimOptions {
        options_of(&self.options, self.past.as_ref())
    }
}

/// Options with what a folder says of its run.
#[must_use]
pub fn options_of(options: &SimOptions, past: Option<&SavedPast>) -> SimOptions {
    match past {
        None => options.clone(),
        Some(past) => SimOptions {
            isa: past.isa,
            replay: Some(past.log.clone()),
            ..options.clone()
        },
    }
}

/// The front end's handle of a worker thread.
pub struct Worker {
    orders: Sender<Order>,
    published: Arc<Mutex<Published>>,
    thread: Option<JoinHandle<()>>,
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
        let mut published = lock(&self.published);
        let edition = published.edition;
        let taken = std::mem::take(&mut *published);
        published.edition = edition;
        drop(published);
        for news in taken.news {
            state.take_news(news);
        }
        if let Some(view) = taken.view {
            state.take_view(view);
        }
        if taken.verdict.is_some() {
            state.verdict = taken.verdict;
        }
    }
}

impl Drop for Worker {
    /// Ends the worker and waits until its run folders are closed.
    fn drop(&mut self) {
        let (closed, _) = unbounded();
        self.orders = closed;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Locks what is published, also after a panic of the other side.
pub fn lock(published: &Mutex<Published>) -> MutexGuard<'_, Published> {
    published.lock().unwrap_or_else(PoisonError::into_inner)
}
