//! The registry of panels: title, help and picture of each. New engines add theirs here.

use bevy_egui::egui;
use serde::{Deserialize, Serialize};

use crate::registry::{MetricId, Metrics};
use crate::signal::metrics::COHERENCE;

use super::curve::TimePlot;
use super::locking_panel::LockingPlot;
use super::spectrum_panel::SpectrumPlot;
use super::state::ViewState;
use super::{
    circle_panel, cluster_panels, control_panel, event_panel, field_panel, graph_view,
    locking_panel, modes_panel, notes_panel, parameter_panel, phi_panel, plane_panel, plots,
    safety_panel, scenes, selection_panel, sensor_panel, spectrum_panel, sweep_panel,
};

/// A panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Pane {
    /// The entity graph.
    Graph,
    /// The field over place and time.
    Field,
    /// Phases on the unit circle.
    Circle,
    /// Metrics over time.
    Plot(TimePlot),
    /// Metrics of this branch less those of another one.
    Difference(TimePlot),
    /// Nodes and links.
    Nodes,
    /// Integrated information.
    Phi,
    /// A control loop: its command, and what it is made of.
    Control,
    /// Rules, limits of commands, barriers and interventions.
    Safety,
    /// Events with their causes.
    Events,
    /// The selected vertex.
    Selection,
    /// Live parameters.
    Parameters,
    /// Scenes to open.
    Scenes,
    /// Order over a swept parameter.
    Sweep,
    /// Both numbers of each resonator.
    Plane,
    /// Power over frequency, or over time and frequency.
    Spectrum(SpectrumPlot),
    /// Phase locking of all pairs of a scope's channels.
    Locking(LockingPlot),
    /// The modes of the field.
    Modes,
    /// Sensors, with what they give and how well they are.
    Sensors,
    /// What to look for in the scene, and what to try.
    Notes,
}

impl Pane {
    /// A plot of one metric.
    #[must_use]
    pub fn plot(metric: MetricId) -> Self {
        Self::Plot(TimePlot::of(metric))
    }

    /// A plot of what differs in one metric between two branches.
    #[must_use]
    pub fn difference(metric: MetricId) -> Self {
        Self::Difference(TimePlot::of(metric))
    }

    /// Every panel that the menu offers.
    #[must_use]
    pub fn all(metrics: &Metrics) -> Vec<Self> {
        let ids = metrics.list().iter().map(|metric| metric.id.clone());
        let plots = ids.map(Self::plot);
        let mut list = vec![
            Self::Graph,
            Self::Field,
            Self::Circle,
            Self::Nodes,
            Self::Phi,
            Self::Control,
            Self::Safety,
            Self::Events,
            Self::Selection,
            Self::Parameters,
            Self::Scenes,
            Self::Sweep,
            Self::Plane,
            Self::Spectrum(SpectrumPlot::default()),
            Self::Locking(LockingPlot::default()),
            Self::Modes,
            Self::Sensors,
            Self::Notes,
            Self::difference(COHERENCE),
        ];
        list.extend(plots);
        list
    }
}

/// A panel's title.
#[must_use]
pub fn title_of(pane: &Pane, state: &ViewState) -> String {
    match pane {
        Pane::Graph => "graph".into(),
        Pane::Field => "field".into(),
        Pane::Circle => "phase circle".into(),
        Pane::Plot(plot) => titles(plot, state),
        Pane::Difference(plot) => format!("Δ {}", titles(plot, state)),
        Pane::Nodes => "nodes".into(),
        Pane::Phi => "integration".into(),
        Pane::Control => "control".into(),
        Pane::Safety => "safety".into(),
        Pane::Events => "events".into(),
        Pane::Selection => "vertex".into(),
        Pane::Parameters => "parameters".into(),
        Pane::Scenes => "scenes".into(),
        Pane::Sweep => "transition".into(),
        Pane::Plane => "phase plane".into(),
        Pane::Spectrum(_) => "spectrum".into(),
        Pane::Locking(_) => "phase locking".into(),
        Pane::Modes => "field modes".into(),
        Pane::Sensors => "sensors".into(),
        Pane::Notes => "about this scene".into(),
    }
}

/// The metrics of a plot, each once.
fn titles(plot: &TimePlot, state: &ViewState) -> String {
    let mut labels: Vec<_> = Vec::new();
    for curve in &plot.curves {
        let label = state.metric(&curve.metric).label;
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels.join(", ")
}

/// What a panel shows, and what can be done there.
#[must_use]
pub fn help_of(pane: &Pane, state: &ViewState) -> String {
    match pane {
        Pane::Graph => "Every vertex is an entity. Drag to move about, scroll to zoom, click to \
                        select, right-click to kick, link, cut or send a vertex. The layout is \
                        force-directed (Fruchterman & Reingold 1991; Barnes & Hut 1986) and says \
                        nothing about places."
            .into(),
        Pane::Field => "The superposed modes of the field along the domain, now and over the last \
                        256 columns of 0.1 s. A synthesis has the first mode gain · coherence · \
                        sin 2πx; a wave is driven by the resonators and acts back on them. A plate \
                        is shown as it is now. Hover to probe."
            .into(),
        Pane::Circle => "Each vertex at its angle: θ, or that of (x, −v/ω). Arrows are order \
                         parameters r = |mean of e^(iθ)|: white for all, coloured for populations. \
                         r = 1 is full synchrony. (Kuramoto 1984)"
            .into(),
        Pane::Plot(plot) => {
            let curves = plot.curves.iter();
            let mut help: Vec<String> = curves
                .map(|curve| state.metric(&curve.metric).explained())
                .collect();
            help.dedup();
            help.join("\n\n")
        }
        Pane::Difference(plot) => format!(
            "{} of the branch that is shown, less that of the branch it parted from (or of the \
             newest other one), at equal ticks. What differs is what your edits did: all else is \
             the same.",
            titles(plot, state)
        ),
        Pane::Nodes => "Each node is a World of its own, joined to the others by the bus alone. \
                        Load is a modelled cost (vertices, edges, devices) over capacity; the \
                        scheduler moves vertices by it. No move changes the run."
            .into(),
        Pane::Phi => "Integrated information of the declared units: what is lost across their \
                      weakest cut, by the measure of the scene's phi part, and the complexes, sets \
                      that hold together better than any set around them. Says what the value is \
                      worth: exact, a bound, or an estimate from samples."
            .into(),
        Pane::Control => control_panel::HELP.into(),
        Pane::Safety => safety_panel::HELP.into(),
        Pane::Events => "Every intervention with its cause. Click to jump to its tick; run again \
                         without it to see what it did. The same list is events.jsonl in the run \
                         folder."
            .into(),
        Pane::Selection => "The components of the selected vertex, read by reflection, its edges, \
                            and what can be done to it."
            .into(),
        Pane::Parameters => "Live parameters of the scene. An edit acts from this tick on and is \
                             in the run folder's input log, so the run repeats. In the past it \
                             parts a branch. A dot marks what differs from the scene."
            .into(),
        Pane::Scenes => "Scenes to open. A scene's file is watched: save it and it begins anew; \
                         while its text is wrong, the old world runs on."
            .into(),
        Pane::Sweep => "The order parameter of a population over a parameter that the scene's \
                        schedule ramps, one line for each ramp, so that hysteresis shows. Dashed: \
                        infinitely many phases with Lorentzian frequencies in their mean field, \
                        r = √(1 − Kc/K). (Kuramoto 1984)"
            .into(),
        Pane::Plane => "Each resonator at its two numbers: displacement and velocity over ω, the \
                        parts of z, or phase and rate. Lines are the ways of sixteen over \
                        the last 500 ticks; the selected one is large."
            .into(),
        Pane::Spectrum(_) => spectrum_panel::HELP.into(),
        Pane::Locking(_) => locking_panel::HELP.into(),
        Pane::Modes => "The modes of the field over their numbers: half waves along a line, or \
                        whole waves around a ring, where sines have negative numbers. On a plate \
                        the strongest, named by their numbers along x and y."
            .into(),
        Pane::Sensors => sensor_panel::HELP.into(),
        Pane::Notes => "What the scene shows, what to look for and what to try: the field `notes` \
                        of its file."
            .into(),
    }
}

/// Draws a panel. Without a view, every panel says what it waits for.
pub fn show(ui: &mut egui::Ui, pane: &mut Pane, state: &mut ViewState) {
    if state.view.is_none() && *pane != Pane::Scenes {
        ui.weak("Waiting for the first tick…");
        return;
    }
    match pane {
        Pane::Graph => graph_view::graph(ui, state),
        Pane::Field => field_panel::field(ui, state),
        Pane::Circle => circle_panel::circle(ui, state),
        Pane::Plot(plot) => plots::plot(ui, state, plot),
        Pane::Difference(plot) => plots::difference(ui, state, plot),
        Pane::Nodes => cluster_panels::nodes(ui, state),
        Pane::Phi => phi_panel::phi(ui, state),
        Pane::Control => control_panel::control(ui, state),
        Pane::Safety => safety_panel::safety(ui, state),
        Pane::Events => event_panel::events(ui, state),
        Pane::Selection => selection_panel::selection(ui, state),
        Pane::Parameters => parameter_panel::parameters(ui, state),
        Pane::Scenes => scenes::scenes(ui, state),
        Pane::Sweep => sweep_panel::sweep(ui, state),
        Pane::Plane => plane_panel::plane(ui, state),
        Pane::Spectrum(plot) => spectrum_panel::spectrum(ui, state, plot),
        Pane::Locking(plot) => locking_panel::locking(ui, state, plot),
        Pane::Modes => modes_panel::modes(ui, state),
        Pane::Sensors => sensor_panel::sensors(ui, state),
        Pane::Notes => notes_panel::notes(ui, state),
    }
}
