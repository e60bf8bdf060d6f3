//! What the dashboard keeps between frames.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::base::Tick;
use crate::figure::Size;
use crate::kernel::Verdict;
use crate::record::{EventRecord, MetricRow};
use crate::registry::{MetricId, Metrics};
use crate::scenario::view_spec::Arrangement;
use crate::scenario::{Parts, Scene};

use super::chronicle::Chronicle;
use super::control_panel::ControlView;
use super::film::Film;
use super::graph_view::GraphView;
use super::kymograph::Kymograph;
use super::layout::Layout;
use super::live_picture::LivePicture;
use super::order::Order;
use super::palette::PaletteState;
use super::scenes::SceneList;
use super::signal_pictures::SignalPictures;
use super::theme::Look;
use super::tour::Tour;
use super::view::View;
use super::worker::News;

/// How long a value that was set here may take until the run's view has it.
const ON_THEIR_WAY: Duration = Duration::from_millis(500);

/// A tick that is worth coming back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// The branch.
    pub branch: usize,
    /// The tick.
    pub tick: Tick,
}

/// What the window, and not the worker, has to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Save a picture of the window.
    Picture(PathBuf),
    /// Begin a film in a folder, or end it.
    Film(Option<PathBuf>),
    /// Write a scene's text to a file.
    SaveScene(PathBuf, String),
    /// Full screen or not.
    FullScreen,
    /// Close the window.
    Close,
}

/// How the plots show time.
#[derive(Clone, Debug, PartialEq)]
pub struct PlotView {
    /// Whether the newest tick stays in sight.
    pub follow: bool,
    /// Seconds of plant time in sight while following; infinite for all.
    pub window_s: f64,
    /// Times of the two cursors, s; the second is there only with the first.
    pub cursors: [Option<f64>; 2],
    /// Branches that are not drawn besides the one that is shown.
    pub hidden_branches: BTreeSet<usize>,
    /// Frames in which axes of values are fitted to what is in sight.
    pub refit: u8,
    /// Whether the plot under the pointer shall change between linear and logarithmic values.
    pub log_asked: bool,
    /// The time under the pointer, as the last frame had it.
    pub cursor_s: Option<f64>,
    /// The time under the pointer in this frame.
    pub hovered_s: Option<f64>,
    /// The range in sight, as the plots drew it last.
    pub shown_s: (f64, f64),
}

impl Default for PlotView {
    fn default() -> Self {
        Self {
            follow: true,
            window_s: 40.0,
            cursors: [None; 2],
            hidden_branches: BTreeSet::new(),
            refit: 0,
            log_asked: false,
            cursor_s: None,
            hovered_s: None,
            shown_s: (0.0, 40.0),
        }
    }
}

impl PlotView {
    /// Fits the axes of values to what is in sight.
    pub fn fit(&mut self) {
        self.refit = 3;
    }
}

/// What the list of events shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Text that must occur.
    pub text: String,
    /// Kinds that are hidden.
    pub hidden: Vec<String>,
}

/// What the panels keep between frames.
pub struct ViewState {
    /// The latest view.
    pub view: Option<View>,
    /// How the run ended, once it has.
    pub verdict: Option<Verdict>,
    /// Every branch, by number.
    pub chronicles: Vec<Chronicle>,
    /// The last row of each scope.
    pub rows: Vec<MetricRow>,
    /// The metrics that there are.
    pub metrics: Metrics,
    /// Values that were set here and are on their way to the run, by path.
    pub edits: BTreeMap<String, f64>,
    /// The scope whose metrics are shown.
    pub scope: String,
    /// Orders that the worker has not had yet.
    pub orders: Vec<Order>,
    /// What the window has to do.
    pub requests: Vec<Request>,
    /// Sentences for a person, with the time at which they came.
    pub told: VecDeque<(Instant, String)>,
    /// Ticks worth coming back to.
    pub bookmarks: Vec<Bookmark>,
    /// The selected vertex.
    pub selected: Option<u32>,
    /// Where panels stand.
    pub layout: Layout,
    /// Light or dark, and colours.
    pub look: Look,
    /// The look as it was kept last.
    pub kept_look: Look,
    /// How plots show time.
    pub plots: PlotView,
    /// The field over time.
    pub kymograph: Kymograph,
    /// Its picture.
    pub field_picture: LivePicture,
    /// Whether the field's picture was made for a light ground.
    pub field_light: bool,
    /// Spectra and phase locking.
    pub signals: SignalPictures,
    /// The graph's picture.
    pub graph: GraphView,
    /// The command palette.
    pub palette: PaletteState,
    /// The guided tour.
    pub tour: Tour,
    /// What scenes may name.
    pub parts: Parts,
    /// The scenes that can be opened.
    pub scenes: SceneList,
    /// How large figures of panels are.
    pub figure_size: Size,
    /// What the list of events shows.
    pub filter: EventFilter,
    /// Whether the list of keys is shown.
    pub help: bool,
    /// The film that is being taken.
    pub film: Option<Film>,
    /// An order that waits for the answer whether the run may be thrown away.
    pub question: Option<Order>,
    /// Whether nothing that moves with a hand is drawn: no pointer, tooltip or passing sentence.
    pub bare: bool,
    /// Which loop the control panel shows, and which of its terms.
    pub control: ControlView,
    /// The words that a parameter's name must have to be listed.
    pub sought: String,
    /// The parameter that is being dragged, and where its slider stands.
    pub dragged: Option<(String, f64)>,
    /// The arrangement to begin with, instead of the saved one.
    pub first_arrangement: Option<Arrangement>,
    /// Where settings are kept, if anywhere.
    pub settings: Option<PathBuf>,
    /// When a parameter was set here last.
    pub edited: Option<Instant>,
    /// Smoothed time of a frame, s.
    pub frame_s: f32,
    began: Instant,
}

impl Default for ViewState {
    fn default() -> Self {
        Self::new()
    }
}

impl ViewState {
    /// An empty state that shows the cluster, for scenes of built-in parts.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Parts::default())
    }

    /// An empty state that shows the cluster, for scenes that may name these parts.
    #[must_use]
    pub fn of(parts: Parts) -> Self {
        Self {
            view: None,
            verdict: None,
            chronicles: Vec::new(),
            rows: Vec::new(),
            metrics: parts.metrics(),
            edits: BTreeMap::new(),
            scope: "cluster".to_owned(),
            orders: Vec::new(),
            requests: Vec::new(),
            told: VecDeque::new(),
            bookmarks: Vec::new(),
            selected: None,
            layout: Layout::default(),
            look: Look::default(),
            kept_look: Look::default(),
            plots: PlotView::default(),
            kymograph: Kymograph::default(),
            field_picture: LivePicture::default(),
            field_light: false,
            signals: SignalPictures::default(),
            graph: GraphView::default(),
            palette: PaletteState::default(),
            tour: Tour::default(),
            scenes: SceneList::of(Path::new("scenes"), &parts),
            parts,
            figure_size: Size::default(),
            filter: EventFilter::default(),
            help: false,
            film: None,
            question: None,
            bare: false,
            control: ControlView::default(),
            sought: String::new(),
            dragged: None,
            first_arrangement: None,
            settings: None,
            edited: None,
            frame_s: 0.0,
            began: Instant::now(),
        }
    }

    /// Seconds since the window opened.
    #[must_use]
    pub fn waited_s(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    /// Takes a piece of news.
    pub fn take_news(&mut self, news: News) {
        match news {
            News::Restarted { every, tick_s } => self.restart(every, tick_s),
            News::Branch(branch) => {
                if let Some((parent, tick)) = branch.parent
                    && let Some(chronicle) = self.chronicles.get(parent)
                {
                    let fork = chronicle.fork(parent, tick);
                    self.chronicles.push(fork);
                }
            }
            News::Row(branch, row) => {
                if let Some(chronicle) = self.chronicles.get_mut(branch) {
                    chronicle.take_row(&row);
                }
                match self.rows.iter_mut().find(|old| old.scope == row.scope) {
                    Some(old) => *old = row,
                    None => self.rows.push(row),
                }
            }
            News::Past(branch, columns) => {
                if let Some(chronicle) = self.chronicles.get_mut(branch) {
                    chronicle.take_past(columns);
                }
            }
            News::Event(branch, event) => {
                if let Some(chronicle) = self.chronicles.get_mut(branch) {
                    chronicle.take_event(event);
                }
            }
            News::Field(branch, tick, amplitudes) => {
                if let Some(chronicle) = self.chronicles.get_mut(branch) {
                    chronicle.take_field(tick, amplitudes);
                }
            }
            News::Plane(branch, tick, places) => {
                if let Some(chronicle) = self.chronicles.get_mut(branch) {
                    chronicle.take_plane(tick, places);
                }
            }
            News::Samples(branch, scope, tick, frame) => {
                if let Some(chronicle) = self.chronicles.get_mut(branch) {
                    chronicle.take_samples(scope, tick, &frame);
                }
            }
            News::Told(text) => self.say(text),
        }
    }

    /// Takes a view.
    pub fn take_view(&mut self, view: View) {
        let before = self.view.as_ref().map(|old| old.facts.scene.name.clone());
        if before.as_deref() != Some(view.facts.scene.name.as_str()) {
            self.load_layout(&view.facts.scene);
            if let Some(arrangement) = self.first_arrangement {
                self.layout.arrange(arrangement, Some(&view.facts.scene));
            }
            self.take_view_of(&view.facts.scene);
        }
        // Values set here are on their way for a moment; then those of the run count.
        if self.edited.is_none_or(|at| at.elapsed() > ON_THEIR_WAY) {
            self.edits.clear();
        }
        self.metrics = view.facts.metrics.clone();
        self.view = Some(view);
    }

    /// Takes colours and span of time that a scene opens with.
    fn take_view_of(&mut self, scene: &Scene) {
        self.graph.color_by = scene.view.color.unwrap_or_default();
        self.plots.window_s = scene.view.window_s.unwrap_or(40.0);
    }

    /// Shows a sentence for a while.
    pub fn say(&mut self, text: impl Into<String>) {
        self.told.push_back((Instant::now(), text.into()));
        if self.told.len() > 5 {
            self.told.pop_front();
        }
    }

    fn restart(&mut self, every: Tick, tick_s: f64) {
        self.chronicles = vec![Chronicle::new(every, tick_s)];
        self.rows.clear();
        self.edits.clear();
        self.bookmarks.clear();
        self.selected = None;
        self.kymograph = Kymograph::default();
        self.forget_signals();
        self.plots.follow = true;
        self.plots.cursors = [None; 2];
        self.plots.hidden_branches.clear();
        "cluster".clone_into(&mut self.scope);
    }

    /// The branch that is shown.
    #[must_use]
    pub fn branch(&self) -> usize {
        self.view.as_ref().map_or(0, |view| view.time.current)
    }

    /// What is remembered of the branch that is shown.
    #[must_use]
    pub fn chronicle(&self) -> Option<&Chronicle> {
        self.chronicles.get(self.branch())
    }

    /// Events of the branch that is shown.
    #[must_use]
    pub fn events(&self) -> &[EventRecord] {
        self.chronicle().map_or(&[], |chronicle| &chronicle.events)
    }

    /// The value of a metric of the shown scope at the shown tick.
    #[must_use]
    pub fn value(&self, metric: &MetricId) -> Option<f64> {
        let tick = self.view.as_ref()?.tick;
        self.chronicle()?.value(&self.scope, metric, tick)
    }

    /// The present value of a live parameter: what is in force in the run, or on its way there.
    #[must_use]
    pub fn parameter(&self, path: &str) -> Option<f64> {
        let view = self.view.as_ref()?;
        let at = view.facts.parameters.position(path)?;
        let edited = self.edits.get(path).or_else(|| view.values.get(at));
        edited.copied()
    }

    /// The file name of an export: scene, branch, tick and digest.
    #[must_use]
    pub fn stamp(&self) -> String {
        let Some(view) = &self.view else {
            return "phantom".to_owned();
        };
        let letter = crate::kernel::Branch::letter(view.time.current);
        let digest = &view.digest[..view.digest.len().min(8)];
        let name = &view.facts.scene.name;
        format!("{name}_{letter}_t{}_{digest}", view.tick)
    }
}
