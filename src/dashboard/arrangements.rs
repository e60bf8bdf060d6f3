//! The arrangements that come with the program, filled with the plots and notes of a scene.

use egui_tiles::{Container, Linear, LinearDir, TileId, Tiles, Tree};

use crate::field::readings::FIELD_ENERGY;
use crate::phi::readings::{PHI, PHI_CHANCE};
use crate::registry::MetricId;
use crate::resonator::readings as plant;
use crate::safety::readings::COMMAND;
use crate::scenario::scene::Scene;
use crate::scenario::view_spec::Arrangement;
use crate::scheduler::readings::LOAD_MAX;
use crate::signal::metrics as signal;

use super::curve::{Curve, TimePlot};
use super::locking_panel::LockingPlot;
use super::panels::Pane;
use super::spectrogram::Source;
use super::spectrum_panel::SpectrumPlot;

use LinearDir::{Horizontal as Beside, Vertical as Above};

/// Children beside or above one another, with shares.
fn linear(tiles: &mut Tiles<Pane>, dir: LinearDir, parts: &[(TileId, f32)]) -> TileId {
    let mut linear = Linear::new(dir, parts.iter().map(|(tile, _)| *tile).collect());
    for (tile, share) in parts {
        linear.shares.set_share(*tile, *share);
    }
    tiles.insert_container(Container::Linear(linear))
}

fn tabs(tiles: &mut Tiles<Pane>, panes: &[Pane]) -> TileId {
    let children = panes.iter().map(|pane| tiles.insert_pane(pane.clone()));
    let children: Vec<TileId> = children.collect();
    tiles.insert_tab_tile(children)
}

/// The plots of a scene, or those that an arrangement has by itself: each a list of tabs.
fn plots(arrangement: Arrangement, scene: Option<&Scene>) -> Vec<Vec<Pane>> {
    let own = scene.map_or(&[][..], |scene| &scene.view.plots);
    if !own.is_empty() {
        let tabs = own.iter().map(|spec| {
            let plot = TimePlot::from(spec);
            vec![Pane::Plot(plot.clone()), Pane::Difference(plot)]
        });
        return tabs.collect();
    }
    let metric = |id: MetricId| vec![Pane::plot(id)];
    let both = |a: MetricId, b: MetricId| vec![Pane::plot(a), Pane::plot(b)];
    let compared = |id: MetricId| vec![Pane::plot(id.clone()), Pane::difference(id)];
    let phi = TimePlot {
        curves: vec![Curve::of(PHI), Curve::of(PHI_CHANCE)],
        ..TimePlot::default()
    };
    match arrangement {
        Arrangement::Overview | Arrangement::Plots | Arrangement::Signals => vec![
            both(signal::ENTROPY, COMMAND),
            compared(signal::COHERENCE),
            vec![Pane::plot(signal::RESONANCE), Pane::Plot(phi)],
        ],
        Arrangement::Field => vec![metric(FIELD_ENERGY), metric(signal::RESONANCE)],
        Arrangement::Cluster => vec![
            compared(signal::COHERENCE),
            vec![Pane::plot(LOAD_MAX), Pane::Plot(phi)],
        ],
        Arrangement::Integration => vec![
            vec![Pane::Plot(phi.clone()), Pane::Difference(phi)],
            compared(signal::COHERENCE),
        ],
        Arrangement::Control => vec![metric(signal::COHERENCE), metric(COMMAND)],
        Arrangement::Transition => vec![both(plant::ORDER, signal::COHERENCE)],
        Arrangement::Plane => vec![
            both(plant::ORDER, plant::LOCAL_ORDER),
            both(plant::OWN_ENERGY, plant::ENERGY),
        ],
    }
}

/// Plots in two lists of tabs, where there are more; without differences between branches.
fn in_pairs(plots: &[Vec<Pane>]) -> Vec<Vec<Pane>> {
    let of = |first: usize| {
        let own = plots.iter().skip(first).step_by(2).flatten();
        let own = own.filter(|pane| matches!(pane, Pane::Plot(_)));
        own.cloned().collect::<Vec<Pane>>()
    };
    let both = [of(0), of(1)].into_iter();
    both.filter(|own| !own.is_empty()).collect()
}

/// The tiles of an arrangement.
#[must_use]
pub fn tree(arrangement: Arrangement, scene: Option<&Scene>) -> Tree<Pane> {
    let mut t = Tiles::default();
    let mut left = tabs(&mut t, &[Pane::Parameters, Pane::Scenes]);
    if scene.is_some_and(|scene| !scene.notes.is_empty()) {
        let notes = tabs(&mut t, &[Pane::Notes]);
        left = linear(&mut t, Above, &[(notes, 0.6), (left, 1.0)]);
    }
    let mut plots = plots(arrangement, scene);
    if arrangement == Arrangement::Control {
        plots = in_pairs(&plots);
    }
    let stack: Vec<(TileId, f32)> = plots
        .iter()
        .map(|panes| (tabs(&mut t, panes), 1.0))
        .collect();
    let stack = linear(&mut t, Above, &stack);
    let (centre, right) = sides(&mut t, arrangement, scene, stack);
    let parts: Vec<(TileId, f32)> = [Some((left, 0.95)), Some(centre), right]
        .into_iter()
        .flatten()
        .collect();
    let root = linear(&mut t, Beside, &parts);
    Tree::new("panels", root, t)
}

/// The middle of an arrangement and its right side, if it has one, with their shares.
type Parts = ((TileId, f32), Option<(TileId, f32)>);

/// The middle of an arrangement and its right side around the plots.
fn sides(
    t: &mut Tiles<Pane>,
    arrangement: Arrangement,
    scene: Option<&Scene>,
    stack: TileId,
) -> Parts {
    match arrangement {
        Arrangement::Overview => {
            let graph = tabs(t, &[Pane::Graph, Pane::Circle]);
            let field = tabs(t, &[Pane::Field, Pane::Nodes, Pane::Phi]);
            let events = tabs(
                t,
                &[Pane::Events, Pane::Selection, Pane::Control, Pane::Safety],
            );
            let has_field = scene.is_none_or(|scene| scene.field.kind.is_on());
            let middle = match has_field {
                true => field,
                false => tabs(t, &[Pane::Control, Pane::Safety, Pane::Nodes, Pane::Phi]),
            };
            let right = linear(t, Above, &[(graph, 1.5), (middle, 1.0), (events, 0.9)]);
            ((stack, 2.4), Some((right, 1.7)))
        }
        Arrangement::Plots => {
            let circle = tabs(t, &[Pane::Circle, Pane::Graph]);
            let below = [
                Pane::Events,
                Pane::Control,
                Pane::Safety,
                Pane::Selection,
                Pane::Sensors,
            ];
            let events = tabs(t, &below);
            let right = linear(t, Above, &[(circle, 1.4), (events, 1.0)]);
            ((stack, 2.6), Some((right, 1.4)))
        }
        Arrangement::Field => {
            let field = tabs(t, &[Pane::Field]);
            let circle = tabs(t, &[Pane::Circle, Pane::Plane, Pane::Graph]);
            let modes = tabs(t, &[Pane::Modes, Pane::Events]);
            let lower = linear(t, Beside, &[(circle, 0.9), (stack, 1.7), (modes, 1.3)]);
            let centre = linear(t, Above, &[(field, 1.6), (lower, 1.0)]);
            ((centre, 4.0), None)
        }
        Arrangement::Cluster => {
            let nodes = tabs(t, &[Pane::Nodes]);
            let phi = tabs(t, &[Pane::Phi, Pane::Control]);
            let graph = tabs(t, &[Pane::Graph, Pane::Circle]);
            let events = tabs(t, &[Pane::Events, Pane::Selection]);
            let middle = linear(t, Above, &[(graph, 1.0), (stack, 1.0)]);
            let right = linear(t, Above, &[(nodes, 1.0), (phi, 1.0), (events, 1.2)]);
            ((middle, 2.4), Some((right, 1.7)))
        }
        Arrangement::Integration => {
            let circle = tabs(t, &[Pane::Circle, Pane::Graph]);
            let events = tabs(t, &[Pane::Events, Pane::Selection, Pane::Nodes]);
            let upper = linear(t, Beside, &[(circle, 1.0), (events, 1.3)]);
            let middle = linear(t, Above, &[(upper, 1.0), (stack, 1.6)]);
            let report = tabs(t, &[Pane::Phi, Pane::Control]);
            ((middle, 2.5), Some((report, 1.5)))
        }
        Arrangement::Transition => {
            let sweep = tabs(t, &[Pane::Sweep]);
            let circle = tabs(t, &[Pane::Circle, Pane::Graph]);
            let events = tabs(t, &[Pane::Events, Pane::Selection]);
            let middle = linear(t, Above, &[(sweep, 2.2), (stack, 1.0)]);
            let right = linear(t, Above, &[(circle, 1.6), (events, 1.0)]);
            ((middle, 2.5), Some((right, 1.5)))
        }
        Arrangement::Plane => {
            let plane = tabs(t, &[Pane::Plane, Pane::Circle]);
            let graph = tabs(t, &[Pane::Graph, Pane::Events, Pane::Selection]);
            let spectrum = tabs(t, &[Pane::Spectrum(SpectrumPlot::default())]);
            let middle = linear(t, Above, &[(plane, 2.2), (graph, 1.0)]);
            let right = linear(t, Above, &[(spectrum, 1.0), (stack, 1.8)]);
            ((middle, 2.2), Some((right, 1.9)))
        }
        Arrangement::Control => regulation(t, stack),
        Arrangement::Signals => signals(t, stack),
    }
}

/// Spectrum over time above the plots, pairs of channels beside them.
fn signals(t: &mut Tiles<Pane>, stack: TileId) -> Parts {
    let over_time = SpectrumPlot {
        over_time: true,
        of: Some(Source::Sensors),
    };
    let spectrum = tabs(t, &[Pane::Spectrum(over_time)]);
    let pairs = tabs(t, &[Pane::Locking(LockingPlot::default())]);
    let circle = tabs(t, &[Pane::Circle, Pane::Graph, Pane::Events, Pane::Sensors]);
    let middle = linear(t, Above, &[(spectrum, 1.2), (stack, 1.8)]);
    let right = linear(t, Above, &[(pairs, 1.4), (circle, 1.0)]);
    ((middle, 2.4), Some((right, 1.6)))
}

/// A loop above the plots, rules above the events.
fn regulation(t: &mut Tiles<Pane>, stack: TileId) -> Parts {
    let control = tabs(t, &[Pane::Control, Pane::Circle, Pane::Graph]);
    let safety = tabs(t, &[Pane::Safety, Pane::Sensors]);
    let events = tabs(t, &[Pane::Events, Pane::Selection, Pane::Nodes]);
    let middle = linear(t, Above, &[(control, 1.7), (stack, 1.0)]);
    let right = linear(t, Above, &[(safety, 1.9), (events, 0.8)]);
    ((middle, 2.5), Some((right, 1.8)))
}
