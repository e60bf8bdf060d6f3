//! Phase locking of all pairs of a scope's channels in the window of the shown tick, as a matrix.

use std::sync::Arc;

use bevy_egui::egui::{
    self, Align2, ColorImage, FontId, Painter, Pos2, Rect, RichText, Sense, Stroke, WidgetInfo,
    WidgetType, pos2, vec2,
};
use crossbeam_channel::{Receiver, TryRecvError, bounded};
use serde::{Deserialize, Serialize};

use super::heat::{BAR_ROOM, bar_beside, gap, hatching};
use super::live_picture::LivePicture;
use super::locking::{Locking, locking_of};
use super::sensed::{CHANNELS, SAMPLES, SensedWindow};
use super::state::ViewState;
use super::theme::{self, Look};

/// What the panel says of itself.
pub const HELP: &str = "\
    How constant the phase difference of each pair of channels is over the window of the shown \
    tick, the one that coherence is measured on. Locking: |mean uᵢ uⱼ*|, 1 whenever two \
    channels are locked, at any lag (Lachaux et al. 1999); independent channels have about \
    √(π/4N) for N independent moments. Lag: |mean sign Im uᵢ uⱼ*|, 1 when one leads always; \
    what both share without delay counts nothing (Stam et al. 2007). Phases are those of the \
    analytic signal, in signal.band_hz. Broken and constant channels are hatched and left out.";

/// Products of samples up to which a matrix is computed in the frame that shows it.
const AT_ONCE: usize = 400_000;

/// How the panel shows its matrix.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LockingPlot {
    /// Phase-lag index instead of the phase-locking value.
    pub lag: bool,
}

/// There is one such panel, however it is shown.
impl PartialEq for LockingPlot {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A matrix on its way from the thread that computes it.
type Pending = (Arc<SensedWindow>, bool, Receiver<Locking>);

/// What the panel keeps between frames.
#[derive(Default)]
pub struct LockingView {
    /// The matrix that is shown, with its window and measure.
    found: Option<(Arc<SensedWindow>, bool, Arc<Locking>)>,
    pending: Option<Pending>,
    picture: LivePicture,
    /// What the newest picture is of.
    drawn: Option<(Arc<Locking>, bool, bool)>,
}

impl LockingView {
    /// The matrix of a window: at once where it is small; else the last one, until a thread of its
    /// own has it. A thread computes one at a time.
    pub fn fetch(&mut self, window: &Arc<SensedWindow>, lag: bool) -> Option<Arc<Locking>> {
        if let Some((own, measured, receiver)) = &self.pending {
            match receiver.try_recv() {
                Ok(found) => {
                    self.found = Some((own.clone(), *measured, Arc::new(found)));
                    self.pending = None;
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => self.pending = None,
            }
        }
        let is_new = !matches!(&self.found, Some((own, measured, _))
            if Arc::ptr_eq(own, window) && *measured == lag);
        let channels = window.window.channel_count();
        if is_new && channels * channels * window.window.len() / 2 <= AT_ONCE {
            let found = Arc::new(locking_of(window, lag));
            self.found = Some((window.clone(), lag, found));
        } else if is_new && self.pending.is_none() {
            let (sender, receiver) = bounded(1);
            let own = window.clone();
            // A panel that is gone by then wants no answer.
            std::thread::spawn(move || drop(sender.send(locking_of(&own, lag))));
            self.pending = Some((window.clone(), lag, receiver));
        }
        let found = self.found.as_ref();
        found
            .filter(|(own, measured, _)| own.scope == window.scope && *measured == lag)
            .map(|(.., found)| found.clone())
    }

    /// Whether a newer matrix is on its way.
    fn is_waiting(&self) -> bool {
        self.pending.is_some()
    }
}

/// Why there is no window of samples of the shown scope.
fn absent(state: &ViewState) -> String {
    let scopes = state.view.iter().flat_map(|view| &view.facts.sensed);
    let scopes: Vec<_> = scopes.collect();
    let scene = state.view.as_ref().map(|view| &view.facts.scene);
    let window = scene.map_or(0, |scene| scene.signal.window);
    let names: Vec<&str> = scopes.iter().map(|own| own.name.as_str()).collect();
    match scopes.iter().find(|own| own.name == state.scope) {
        Some(own) if own.channels.len() > CHANNELS => format!(
            "{:?} has {} channels, and the matrix shows {CHANNELS} at most. device: \
             Probe(vertices: Spread({CHANNELS})) looks at fewer.",
            own.name,
            own.channels.len()
        ),
        Some(own) if own.channels.len() * window > SAMPLES => format!(
            "The window of {window} samples of {} channels is too large to be looked at: \
             signal.window × channels up to {SAMPLES} is.",
            own.channels.len()
        ),
        Some(_) => "Waiting for the window of samples…".to_owned(),
        None if names.is_empty() => "This scene has no sensors. sensors: [(name: \"probe\", \
                                     device: Probe())] gives it one."
            .to_owned(),
        None => format!(
            "No sensor looks at {:?}. Sensors look at {}: choose that scope beside the \
             parameters, or give a sensor scope: {:?}.",
            state.scope,
            names.join(", "),
            state.scope
        ),
    }
}

/// The panel.
pub fn locking(ui: &mut egui::Ui, state: &mut ViewState, plot: &mut LockingPlot) {
    state.signals.wanted = Some(state.scope.clone());
    let window = state.view.as_ref().and_then(|view| view.sensed.clone());
    let window = window.filter(|own| own.scope == state.scope);
    let mut view = std::mem::take(&mut state.signals.locking);
    let found = window.as_ref().map(|own| view.fetch(own, plot.lag));
    ui.horizontal_wrapped(|ui| {
        let choices = [
            (false, "locking", "phase-locking value: locked at any lag"),
            (
                true,
                "lag",
                "phase-lag index: one leads the other, common sources count nothing",
            ),
        ];
        for (lag, name, help) in choices {
            let own = ui.selectable_label(plot.lag == lag, name);
            if own.on_hover_text(help).clicked() {
                plot.lag = lag;
            }
        }
        if let Some(Some(own)) = &found
            && let Some(mean) = own.mean
        {
            ui.separator();
            let pairs = own.valid.len() * (own.valid.len() - 1) / 2;
            ui.label(format!("mean {mean:.4}"))
                .on_hover_text(format!("over {pairs} pairs of channels"));
            ui.label(RichText::new(own.remarks()).weak());
        }
    });
    match found {
        None => {
            ui.weak(absent(state));
        }
        Some(None) => {
            ui.weak("Computing…");
        }
        Some(Some(own)) => match own.missing() {
            Some(missing) => {
                ui.weak(missing);
            }
            None => matrix(ui, &mut view, &own, (state.look, plot.lag)),
        },
    }
    if view.is_waiting() {
        ui.ctx().request_repaint();
    }
    state.signals.locking = view;
}

/// The picture: the first channel at the left and at the top.
fn image(own: &Locking, look: Look) -> ColorImage {
    let n = own.names.len();
    let colours = super::heat::table(look);
    let empty = gap(!look.light);
    let cell = |k: usize| match own.value(k / n, k % n) {
        Some(value) => colours[(255.0 * value.clamp(0.0, 1.0)) as usize],
        None => empty,
    };
    ColorImage::new([n, n], (0..n * n).map(cell).collect())
}

fn matrix(
    ui: &mut egui::Ui,
    view: &mut LockingView,
    own: &Arc<Locking>,
    (look, lag): (Look, bool),
) {
    let made = |(known, light, viridis): &(Arc<Locking>, bool, bool)| {
        Arc::ptr_eq(known, own) && (*light, *viridis) == (look.light, look.viridis)
    };
    if !view.drawn.as_ref().is_some_and(made) {
        view.picture
            .set(ui.ctx(), "phase locking", image(own, look));
        view.drawn = Some((own.clone(), look.light, look.viridis));
    }
    let room = ui.available_size().max(vec2(60.0, 60.0));
    let (response, painter) = ui.allocate_painter(room, Sense::hover());
    let font = FontId::proportional(theme::SMALL);
    let text = theme::quiet(ui.visuals().dark_mode);
    let widths = own.names.iter().map(|name| {
        let galley = painter.layout_no_wrap(name.clone(), font.clone(), text);
        galley.size().x
    });
    let widest = widths.fold(0.0, f32::max).min(0.3 * room.x);
    let side = (room.x - widest - 8.0 - BAR_ROOM)
        .min(room.y - 22.0)
        .max(20.0);
    let spare = (room.x - widest - 8.0 - BAR_ROOM - side).max(0.0);
    let corner = response.rect.min + vec2(widest + 8.0 + 0.5 * spare, 4.0);
    let map = Rect::from_min_size(corner, vec2(side, side));
    if let Some(texture) = view.picture.shown(ui.ctx()) {
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        painter.image(texture, map, whole, egui::Color32::WHITE);
    }
    let dark = ui.visuals().dark_mode;
    hatch(&painter, map, own, dark);
    painter.rect_stroke(map, 0.0, Stroke::new(1.0, text), egui::StrokeKind::Outside);
    names(&painter, map, own, (widest, font, text));
    let name = match lag {
        true => "phase-lag index",
        false => "phase-locking value",
    };
    bar_beside(ui, &painter, map, look, name);
    let mean = own
        .mean
        .map_or(String::new(), |mean| format!(", mean {mean:.4}"));
    let label = format!("{name} of {} channels{mean}", own.valid.len());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
    let Some(at) = response.hover_pos().filter(|at| map.contains(*at)) else {
        return;
    };
    let [i, j] = cell_at(map, own.names.len(), at);
    let size = side / own.names.len() as f32;
    let min = map.min + size * vec2(j as f32, i as f32);
    let cell = Rect::from_min_size(min, vec2(size, size));
    let ink = Stroke::new(1.5, ui.visuals().strong_text_color());
    painter.rect_stroke(cell, 0.0, ink, egui::StrokeKind::Outside);
    response.on_hover_text_at_pointer(own.told(i, j));
}

/// Row and column of a place in the matrix.
fn cell_at(map: Rect, channels: usize, at: Pos2) -> [usize; 2] {
    let share = (at - map.min) / map.width();
    [share.y, share.x].map(|share| ((share * channels as f32) as usize).min(channels - 1))
}

/// Hatches rows and columns of channels that are left out.
fn hatch(painter: &Painter, map: Rect, own: &Locking, dark: bool) {
    let (n, line) = (own.names.len(), Stroke::new(1.0, hatching(dark)));
    let size = map.width() / n as f32;
    let stripe = |rect: Rect| {
        let inside = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
        let reach = rect.width() + rect.height();
        let mut along = 0.0;
        while along < reach {
            let from = pos2(rect.left() + along, rect.top());
            inside.line_segment([from, from + vec2(-rect.height(), rect.height())], line);
            along += 6.0;
        }
    };
    let mut channel = 0;
    while channel < n {
        let run = (channel..n).take_while(|k| own.fault(*k).is_some()).count();
        if run > 0 {
            let [low, high] = [channel, channel + run].map(|k| k as f32 * size);
            let (left, top) = (map.left(), map.top());
            stripe(Rect::from_min_max(
                pos2(left, top + low),
                pos2(map.right(), top + high),
            ));
            stripe(Rect::from_min_max(
                pos2(left + low, top),
                pos2(left + high, map.bottom()),
            ));
        }
        channel += run.max(1);
    }
}

/// Names of channels at the left and below, as many as have room.
fn names(
    painter: &Painter,
    map: Rect,
    own: &Locking,
    (widest, font, text): (f32, FontId, egui::Color32),
) {
    let size = map.width() / own.names.len() as f32;
    let every = |room: f32| ((room / size).ceil() as usize).max(1);
    let left = painter.with_clip_rect(Rect::from_min_max(
        pos2(map.left() - widest - 8.0, map.top() - 6.0),
        pos2(map.left(), map.bottom() + 6.0),
    ));
    for (k, name) in own.names.iter().enumerate().step_by(every(15.0)) {
        let at = pos2(map.left() - 5.0, map.top() + (k as f32 + 0.5) * size);
        left.text(at, Align2::RIGHT_CENTER, name, font.clone(), text);
    }
    for (k, name) in own.names.iter().enumerate().step_by(every(widest + 10.0)) {
        let at = pos2(map.left() + (k as f32 + 0.5) * size, map.bottom() + 4.0);
        painter.text(at, Align2::CENTER_TOP, name, font.clone(), text);
    }
}
