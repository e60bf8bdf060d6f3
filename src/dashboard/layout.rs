//! Where the panels stand: tiles that a person splits, drags and saves.

use std::path::{Path, PathBuf};

use bevy_egui::egui::{self, RichText, WidgetText};
use egui_tiles::{Behavior, SimplificationOptions, TileId, Tiles, Tree, UiResponse};
use serde::{Deserialize, Serialize};

use crate::field::FieldKind;
use crate::scenario::scene::Scene;
use crate::scenario::schedule::Scheduled;
use crate::scenario::view_spec::Arrangement;

use super::arrangements::tree;
use super::figures::{self, has_figure};
use super::panels::{Pane, help_of, show, title_of};
use super::state::ViewState;
use super::theme;

/// The arrangement that a scene opens with: the one that it names; else integration where Φ is
/// asked for with its parts, transition where a parameter is swept, field where there is one on a
/// grid, plane where nothing is controlled and every resonator has two numbers.
#[must_use]
pub fn fitting(scene: &Scene) -> Arrangement {
    if let Some(named) = scene.view.layout {
        return named;
    }
    let phi = &scene.phi;
    let whole = phi.structure || phi.lesions || phi.maximise.is_some();
    let mut schedule = scene.schedule.iter();
    if !phi.units.is_empty() && whole {
        Arrangement::Integration
    } else if schedule.any(|s| matches!(s, Scheduled::Ramp { .. })) {
        Arrangement::Transition
    } else if matches!(scene.field.kind, FieldKind::Grid(_)) {
        Arrangement::Field
    } else if scene.control.loops.is_empty()
        && scene.populations.iter().all(|p| !p.model.is_phase())
    {
        Arrangement::Plane
    } else {
        Arrangement::Overview
    }
}

/// The arrangement of the panels.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Layout {
    /// The tiles.
    pub tree: Tree<Pane>,
    /// The arrangement that it came from.
    pub arrangement: Arrangement,
}

impl Default for Layout {
    fn default() -> Self {
        Self::of(Arrangement::Overview, None)
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
            .unwrap_or_else(|| Self::of(fitting(scene), Some(scene)))
    }

    fn of(arrangement: Arrangement, scene: Option<&Scene>) -> Self {
        Self {
            tree: tree(arrangement, scene),
            arrangement,
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

    /// Takes an arrangement, with the plots and notes of a scene.
    pub fn arrange(&mut self, arrangement: Arrangement, scene: Option<&Scene>) {
        *self = Self::of(arrangement, scene);
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

/// How tiles look and what is in them.
struct Panels<'a> {
    state: &'a mut ViewState,
}

impl Behavior<Pane> for Panels<'_> {
    fn pane_ui(&mut self, ui: &mut egui::Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        let room = ui.max_rect();
        egui::Frame::new().inner_margin(6.0).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            show(ui, pane, self.state);
        });
        // The tour points at the panel that it speaks of.
        if self.state.toured().as_ref() == Some(&*pane) {
            let color = theme::on_ground(theme::ENTROPY, ui.visuals().dark_mode);
            let stroke = egui::Stroke::new(2.0, color);
            ui.painter()
                .rect_stroke(room.shrink(1.0), 4.0, stroke, egui::StrokeKind::Inside);
        }
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
        if has_figure(pane) {
            let pane = pane.clone();
            button.context_menu(|ui| figures::menu(ui, self.state, &pane));
        }
        button.on_hover_text(help_of(pane, self.state))
    }

    fn top_bar_right_ui(
        &mut self,
        tiles: &Tiles<Pane>,
        ui: &mut egui::Ui,
        _tile: TileId,
        tabs: &egui_tiles::Tabs,
        _scroll: &mut f32,
    ) {
        let active = tabs.active.and_then(|tile| tiles.get_pane(&tile)).cloned();
        if let Some(pane) = active.filter(has_figure) {
            let title = title_of(&pane, self.state);
            let menu = ui.menu_button("⬇", |ui| figures::menu(ui, self.state, &pane));
            menu.response.widget_info(|| {
                let text = format!("save a figure of {title}");
                egui::WidgetInfo::labeled(egui::WidgetType::Button, true, text)
            });
            menu.response
                .on_hover_text("save this panel as a figure: SVG, PDF or PNG");
        }
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
