//! Where the panels stand: tiles that a person splits, drags and saves, in six presets.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{self, RichText, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, SimplificationOptions, TileId, Tiles, Tree, UiResponse,
};
use serde::{Deserialize, Serialize};

use crate::field::FieldKind;
use crate::scenario::scene::Scene;
use crate::scenario::schedule::Scheduled;

use crate::field::readings::FIELD_ENERGY;
use crate::phi::readings::PHI;
use crate::resonator::readings as plant;
use crate::safety::readings::COMMAND;
use crate::scheduler::readings::LOAD_MAX;
use crate::signal::readings as signal;

use super::panels::{Pane, help_of, show, title_of};
use super::state::ViewState;

/// An arrangement that comes with the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// Plots, graph and circle.
    #[default]
    Overview,
    /// The field over time.
    Field,
    /// Nodes, Φ, control and events.
    Cluster,
    /// Φ: its report, its history, the units in the graph.
    Integration,
    /// Order over a swept parameter.
    Transition,
    /// The phase plane, spectrum and energies.
    Plane,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Field,
        Self::Cluster,
        Self::Integration,
        Self::Transition,
        Self::Plane,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Field => "field",
            Self::Cluster => "cluster",
            Self::Integration => "integration",
            Self::Transition => "transition",
            Self::Plane => "plane",
        }
    }

    /// The one that a scene opens with: integration where Φ is asked for with its parts, transition
    /// where a parameter is swept, field where there is one on a grid, plane where nothing is
    /// controlled and every resonator has two numbers.
    #[must_use]
    pub fn fitting(scene: &Scene) -> Self {
        let phi = &scene.phi;
        let whole = phi.structure || phi.lesions || phi.maximise.is_some();
        if !phi.units.is_empty() && whole {
            Self::Integration
        } else if scene
            .schedule
            .iter()
            .any(|s| matches!(s, Scheduled::Ramp { .. }))
        {
            Self::Transition
        } else if matches!(scene.field.kind, FieldKind::Grid(_)) {
            Self::Field
        } else if scene.control.loops.is_empty()
            && scene.populations.iter().all(|p| !p.model.is_phase())
        {
            Self::Plane
        } else {
            Self::Overview
        }
    }
}

/// The arrangement of the panels.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Layout {
    /// The tiles.
    pub tree: Tree<Pane>,
    /// The preset that it came from.
    pub preset: Preset,
}

impl Default for Layout {
    fn default() -> Self {
        Self::of(Preset::Overview)
    }
}

/// The file of a scene's layout in a directory of settings.
fn file(settings: &Path, scene: &str) -> PathBuf {
    settings.join("layouts").join(format!("{scene}.ron"))
}

impl Layout {
    /// The saved arrangement of a scene, or the preset that fits it. One that cannot be read counts
    /// as not saved.
    #[must_use]
    pub fn for_scene(scene: &Scene, settings: Option<&Path>) -> Self {
        let text = settings.and_then(|s| std::fs::read_to_string(file(s, &scene.name)).ok());
        text.and_then(|text| ron::from_str(&text).ok())
            .unwrap_or_else(|| Self::of(Preset::fitting(scene)))
    }

    fn of(preset: Preset) -> Self {
        Self {
            tree: tree(preset),
            preset,
        }
    }

    /// Keeps the arrangement for a scene.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, scene: &str, settings: &Path) -> std::io::Result<PathBuf> {
        let path = file(settings, scene);
        std::fs::create_dir_all(settings.join("layouts"))?;
        let text = ron::to_string(self).map_err(std::io::Error::other)?;
        std::fs::write(&path, text)?;
        Ok(path)
    }

    /// Takes a preset's arrangement.
    pub fn arrange(&mut self, preset: Preset) {
        *self = Self::of(preset);
    }

    /// Whether a panel stands anywhere.
    #[must_use]
    pub fn has(&self, pane: &Pane) -> bool {
        self.tree.tiles.find_pane(pane).is_some()
    }

    /// Brings a panel to the front of its tabs.
    pub fn show(&mut self, pane: &Pane) {
        if let Some(found) = self.tree.tiles.find_pane(pane) {
            self.tree.make_active(|tile, _| tile == found);
        }
    }

    /// Shows a panel that is hidden, or hides it.
    pub fn toggle(&mut self, pane: Pane) {
        if let Some(tile) = self.tree.tiles.find_pane(&pane) {
            self.tree.remove_recursively(tile);
            return;
        }
        let tile = self.tree.tiles.insert_pane(pane);
        match self.tree.root() {
            Some(root) => self
                .tree
                .move_tile_to_container(tile, root, usize::MAX, false),
            None => self.tree.root = Some(tile),
        }
    }
}

/// Children beside or above one another, with shares.
fn linear(tiles: &mut Tiles<Pane>, dir: LinearDir, parts: &[(TileId, f32)]) -> TileId {
    let mut linear = Linear::new(dir, parts.iter().map(|(tile, _)| *tile).collect());
    for (tile, share) in parts {
        linear.shares.set_share(*tile, *share);
    }
    tiles.insert_container(Container::Linear(linear))
}

fn tabs(tiles: &mut Tiles<Pane>, panes: Vec<Pane>) -> TileId {
    let children: Vec<TileId> = panes.into_iter().map(|p| tiles.insert_pane(p)).collect();
    tiles.insert_tab_tile(children)
}

#[expect(clippy::too_many_lines, reason = "an arm for each preset")]
fn tree(preset: Preset) -> Tree<Pane> {
    use LinearDir::{Horizontal as Beside, Vertical as Above};
    let mut t = Tiles::default();
    let left = tabs(&mut t, vec![Pane::Parameters, Pane::Scenes]);
    let entropy = tabs(
        &mut t,
        vec![Pane::plot(signal::ENTROPY), Pane::plot(COMMAND)],
    );
    let coherence = tabs(
        &mut t,
        vec![
            Pane::plot(signal::COHERENCE),
            Pane::Difference(signal::COHERENCE),
        ],
    );
    let resonance = tabs(&mut t, vec![Pane::plot(signal::RESONANCE), Pane::plot(PHI)]);
    let root = match preset {
        Preset::Overview => {
            let plots = linear(
                &mut t,
                Above,
                &[(entropy, 1.0), (coherence, 1.0), (resonance, 1.0)],
            );
            let graph = tabs(&mut t, vec![Pane::Graph, Pane::Circle]);
            let field = tabs(&mut t, vec![Pane::Field, Pane::Nodes, Pane::Phi]);
            let events = tabs(&mut t, vec![Pane::Events, Pane::Selection, Pane::Control]);
            let right = linear(&mut t, Above, &[(graph, 1.5), (field, 1.0), (events, 0.9)]);
            linear(&mut t, Beside, &[(left, 0.95), (plots, 2.4), (right, 1.7)])
        }
        Preset::Field => {
            let field = tabs(&mut t, vec![Pane::Field]);
            let circle = tabs(&mut t, vec![Pane::Circle, Pane::Plane, Pane::Graph]);
            let modes = tabs(&mut t, vec![Pane::Modes, Pane::plot(FIELD_ENERGY)]);
            let lower = linear(
                &mut t,
                Beside,
                &[
                    (circle, 1.0),
                    (coherence, 1.4),
                    (resonance, 1.4),
                    (modes, 1.1),
                ],
            );
            let centre = linear(&mut t, Above, &[(field, 1.9), (lower, 1.0)]);
            linear(&mut t, Beside, &[(left, 0.95), (centre, 4.0)])
        }
        Preset::Cluster => {
            let nodes = tabs(&mut t, vec![Pane::Nodes]);
            let phi = tabs(&mut t, vec![Pane::Phi, Pane::Control]);
            let graph = tabs(&mut t, vec![Pane::Graph, Pane::Circle]);
            let events = tabs(&mut t, vec![Pane::Events, Pane::Selection]);
            let load = tabs(&mut t, vec![Pane::plot(LOAD_MAX), Pane::plot(PHI)]);
            let middle = linear(
                &mut t,
                Above,
                &[(graph, 2.0), (coherence, 1.0), (load, 1.0)],
            );
            let right = linear(&mut t, Above, &[(nodes, 1.0), (phi, 1.0), (events, 1.2)]);
            linear(&mut t, Beside, &[(left, 0.95), (middle, 2.4), (right, 1.7)])
        }
        Preset::Integration => {
            let circle = tabs(&mut t, vec![Pane::Circle, Pane::Graph]);
            let events = tabs(&mut t, vec![Pane::Events, Pane::Selection, Pane::Nodes]);
            let upper = linear(&mut t, Beside, &[(circle, 1.0), (events, 1.3)]);
            let phi = tabs(&mut t, vec![Pane::plot(PHI), Pane::Difference(PHI)]);
            let middle = linear(&mut t, Above, &[(upper, 1.4), (phi, 1.2), (coherence, 1.0)]);
            let report = tabs(&mut t, vec![Pane::Phi, Pane::Control]);
            linear(
                &mut t,
                Beside,
                &[(left, 0.95), (middle, 2.5), (report, 1.5)],
            )
        }
        Preset::Transition => {
            let sweep = tabs(&mut t, vec![Pane::Sweep]);
            let order = tabs(
                &mut t,
                vec![Pane::plot(plant::ORDER), Pane::plot(signal::COHERENCE)],
            );
            let circle = tabs(&mut t, vec![Pane::Circle, Pane::Graph]);
            let events = tabs(&mut t, vec![Pane::Events, Pane::Selection]);
            let middle = linear(&mut t, Above, &[(sweep, 2.2), (order, 1.0)]);
            let right = linear(&mut t, Above, &[(circle, 1.6), (events, 1.0)]);
            linear(&mut t, Beside, &[(left, 0.95), (middle, 2.5), (right, 1.5)])
        }
        Preset::Plane => {
            let plane = tabs(&mut t, vec![Pane::Plane, Pane::Circle]);
            let graph = tabs(&mut t, vec![Pane::Graph, Pane::Events, Pane::Selection]);
            let spectrum = tabs(&mut t, vec![Pane::Spectrum]);
            let order = tabs(
                &mut t,
                vec![Pane::plot(plant::ORDER), Pane::plot(plant::LOCAL_ORDER)],
            );
            let energy = tabs(
                &mut t,
                vec![Pane::plot(plant::OWN_ENERGY), Pane::plot(plant::ENERGY)],
            );
            let right = linear(
                &mut t,
                Above,
                &[(spectrum, 1.2), (order, 1.0), (energy, 1.0)],
            );
            let middle = linear(&mut t, Above, &[(plane, 2.2), (graph, 1.0)]);
            linear(&mut t, Beside, &[(left, 0.95), (middle, 2.2), (right, 1.9)])
        }
    };
    Tree::new("panels", root, t)
}

/// How tiles look and what is in them.
struct Panels<'a> {
    state: &'a mut ViewState,
}

impl Behavior<Pane> for Panels<'_> {
    fn pane_ui(&mut self, ui: &mut egui::Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        egui::Frame::new().inner_margin(6.0).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            show(ui, pane, self.state);
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        RichText::new(title_of(pane, self.state)).into()
    }

    fn on_tab_button(
        &mut self,
        tiles: &mut Tiles<Pane>,
        tile: TileId,
        button: egui::Response,
    ) -> egui::Response {
        let Some(pane) = tiles.get_pane(&tile) else {
            return button;
        };
        let title = title_of(pane, self.state);
        button.widget_info(|| {
            egui::WidgetInfo::labeled(egui::WidgetType::Button, true, format!("panel {title}"))
        });
        button.on_hover_text(help_of(pane, self.state))
    }

    fn is_tab_closable(&self, _tiles: &Tiles<Pane>, _tile: TileId) -> bool {
        false
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        22.0
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        3.0
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }
}

/// The panels.
pub fn panels(ui: &mut egui::Ui, state: &mut ViewState) {
    // The tree is taken out while its panes use the rest of the state.
    let empty = Tree::empty("panels while drawing");
    let mut tree = std::mem::replace(&mut state.layout.tree, empty);
    tree.ui(&mut Panels { state }, ui);
    if state.layout.tree.is_empty() {
        state.layout.tree = tree;
    }
}
