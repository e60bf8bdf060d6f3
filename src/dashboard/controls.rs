//! The bar at the top: menus, which run, where it stands, and its digest; sentences for a person.

use std::time::Duration;

use bevy_egui::egui::{self, RichText};

use crate::kernel::KernelState;
use crate::scenario::scene::Scene;
use crate::scenario::view_spec::Arrangement;

use super::commands::{Command, all};
use super::execute::execute;
use super::layout::Layout;
use super::panels::{Pane, title_of};
use super::state::ViewState;
use super::theme;
use super::view::View;

/// How long a sentence stays.
const TOLD_FOR: Duration = Duration::from_secs(6);

/// The bar at the top.
pub fn status(ui: &mut egui::Ui, state: &mut ViewState) {
    ui.horizontal(|ui| {
        menus(ui, state);
        ui.separator();
        let Some(view) = &state.view else {
            ui.label("starting…");
            return;
        };
        let scene = &view.facts.scene;
        ui.strong(&scene.name).on_hover_text(&scene.description);
        ui.weak(format!("seed {}", scene.seed));
        ui.separator();
        ui.label(state_text(view, ui.visuals().dark_mode));
        ui.label(format!("tick {}", view.tick));
        ui.label(format!("t {:.2} s", view.t_s));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let digest = &view.digest[..view.digest.len().min(8)];
            ui.monospace(format!("digest {digest}…"))
                .on_hover_text(format!(
                    "{}\nThe same scene, seed and inputs give the same digest, in a window or \
                 headless, on any number of nodes and threads.",
                    view.digest
                ));
            ui.separator();
            pace(ui, view, state.chronicle().map_or(0.01, |own| own.tick_s));
            if state.frame_s > 0.0 {
                ui.label(format!("{:.0} fps", 1.0 / state.frame_s))
                    .on_hover_text("Pictures a second; they never wait for ticks.");
            }
            if ui.available_width() > 120.0 {
                ui.separator();
                ui.add(egui::Label::new(RichText::new(&scene.description).weak()).truncate());
            }
        });
    });
    super::banner::banner(ui, state);
}

/// How fast ticks run, and a word when the pace that was asked for cannot be held.
fn pace(ui: &mut egui::Ui, view: &View, tick_s: f64) {
    let rate = view.ticks_per_s;
    let reached = rate * tick_s;
    let behind = view.speed.is_finite() && reached < 0.85 * view.speed;
    if view.state.may_tick() && rate > 0.0 && behind {
        let color = theme::on_ground(theme::ENTROPY, ui.visuals().dark_mode);
        let text = format!("⚠ ×{reached:.2} of ×{} reached", view.speed);
        ui.colored_label(color, text).on_hover_text(
            "This machine runs the scene slower than the pace that was asked for. The run is the \
             same; only the wall time differs.",
        );
    }
    ui.label(format!("{rate:.0} ticks/s"));
}

/// Whether what a command switches is on; `None` for commands that switch nothing.
fn ticked(command: Command, state: &ViewState) -> Option<bool> {
    match command {
        Command::Arrange(own) => Some(state.layout.arrangement == own),
        Command::Theme => Some(state.look.light),
        Command::Map => Some(state.look.viridis),
        Command::Follow => Some(state.plots.follow),
        Command::All => Some(state.plots.follow && state.plots.window_s.is_infinite()),
        Command::Record => Some(state.film.is_some()),
        Command::Keys => Some(state.help),
        _ => None,
    }
}

/// The list of panels, as high as the window; gives the one that was clicked.
fn panels(ui: &mut egui::Ui, state: &ViewState) -> Option<Pane> {
    let mut clicked = None;
    let room = (ui.ctx().content_rect().height() - 160.0).max(120.0);
    egui::ScrollArea::vertical()
        .max_height(room)
        .show(ui, |ui| {
            for pane in Pane::all(&state.metrics) {
                let on = state.layout.has(&pane);
                let sign = if on { "✔ " } else { "    " };
                let title = format!("{sign}{}", title_of(&pane, state));
                if ui.selectable_label(on, title).clicked() {
                    clicked = Some(pane);
                }
            }
        });
    clicked
}

fn menus(ui: &mut egui::Ui, state: &mut ViewState) {
    let context = ui.ctx().clone();
    let specs = all();
    let mut chosen = None;
    let mut item = |ui: &mut egui::Ui, state: &ViewState, command: Command| {
        let Some(spec) = specs.iter().find(|spec| spec.command == command) else {
            return;
        };
        let name = match ticked(command, state) {
            Some(true) => format!("✔ {}", spec.name),
            Some(false) => format!("    {}", spec.name),
            None => spec.name.clone(),
        };
        let button = egui::Button::new(name).shortcut_text(spec.key_text());
        if ui.add(button).on_hover_text(spec.help).clicked() {
            chosen = Some(command);
            ui.close();
        }
    };
    use Command as C;
    ui.menu_button("File", |ui| {
        for command in [
            C::Export,
            C::Picture,
            C::Record,
            C::CopyScene,
            C::SaveScene,
            C::Quit,
        ] {
            item(ui, state, command);
        }
    });
    ui.menu_button("Run", |ui| {
        let list = [
            C::PlayPause,
            C::Step,
            C::Back,
            C::Live,
            C::Fork,
            C::NextBranch,
            C::Bookmark,
            C::Reset,
            C::Stop,
        ];
        list.into_iter()
            .for_each(|command| item(ui, state, command));
    });
    let mut toggled = None;
    ui.menu_button("View", |ui| {
        for arrangement in Arrangement::ALL {
            item(ui, state, C::Arrange(arrangement));
        }
        for command in [
            C::SaveLayout,
            C::ResetLayout,
            C::Theme,
            C::Map,
            C::Follow,
            C::All,
            C::Rearrange,
            C::FullScreen,
        ] {
            item(ui, state, command);
        }
        ui.separator();
        ui.menu_button("panels", |ui| toggled = panels(ui, state));
    });
    ui.menu_button("Help", |ui| {
        for command in [C::Tour, C::Keys, C::Palette] {
            item(ui, state, command);
        }
    });
    if let Some(pane) = toggled {
        state.layout.toggle(pane);
    }
    if let Some(command) = chosen {
        execute(command, state, &context);
    }
}

fn state_text(view: &View, dark: bool) -> RichText {
    let past = view.tick < view.time.head();
    let (text, color) = match view.state {
        KernelState::Booting | KernelState::Running if past => {
            ("▶ running again", theme::COHERENCE)
        }
        KernelState::Booting | KernelState::Running => ("▶ running", theme::RESONANCE),
        KernelState::Paused if past => ("⏸ in the past", theme::COHERENCE),
        KernelState::Paused => ("⏸ paused", theme::ENTROPY),
        KernelState::SafeStopped => ("⚠ safety stop", theme::ALERT),
        KernelState::Stopped => ("■ stopped", theme::REFERENCE),
    };
    RichText::new(text).color(theme::on_ground(color, dark))
}

/// Sentences that came lately.
pub fn told(ui: &mut egui::Ui, state: &mut ViewState) {
    state.told.retain(|(at, _)| at.elapsed() < TOLD_FOR);
    if state.told.is_empty() || state.bare || state.film.is_some() {
        return;
    }
    egui::Area::new("told".into())
        .anchor(egui::Align2::RIGHT_BOTTOM, [-12.0, -76.0])
        .interactable(false)
        .show(ui.ctx(), |ui| {
            for (_, text) in &state.told {
                egui::Frame::popup(ui.style()).show(ui, |ui| ui.label(text));
            }
        });
}

impl ViewState {
    /// Keeps the layout of the open scene. Says what it did.
    pub fn save_layout(&mut self) -> String {
        let (Some(view), Some(settings)) = (&self.view, &self.settings) else {
            return "there is no directory for settings: HOME is not set".to_owned();
        };
        match self.layout.save(&view.facts.scene.name, settings) {
            Ok(path) => format!("layout saved to {}", path.display()),
            Err(error) => format!("the layout cannot be saved: {error}"),
        }
    }

    /// Takes the layout that was saved for a scene.
    pub fn load_layout(&mut self, scene: &Scene) {
        self.layout = Layout::for_scene(scene, self.settings.as_deref());
    }
}

/// The whole dashboard.
pub fn dashboard(ui: &mut egui::Ui, state: &mut ViewState) {
    state.look.apply(ui.ctx());
    let dt = ui.input(|input| input.unstable_dt).clamp(1e-4, 2.0);
    state.frame_s = if state.frame_s == 0.0 {
        dt
    } else {
        0.95 * state.frame_s + 0.05 * dt
    };
    let pointed = state.plots.hovered_s.take();
    state.plots.cursor_s = pointed.filter(|_| !state.bare && state.film.is_none());
    super::keyboard::keys(ui, state);
    if let Some(view) = &state.view {
        state.graph.take(view);
    }
    state.graph.fetch();
    egui::Panel::top("status").show(ui, |ui| {
        ui.add_space(3.0);
        status(ui, state);
        ui.add_space(3.0);
    });
    egui::Panel::bottom("time").show(ui, |ui| {
        ui.add_space(3.0);
        super::timebar::timebar(ui, state);
        ui.add_space(2.0);
    });
    let ground = egui::Frame::central_panel(ui.style()).inner_margin(2.0);
    egui::CentralPanel::default().frame(ground).show(ui, |ui| {
        super::layout::panels(ui, state);
    });
    state.ask_for_samples();
    if std::mem::take(&mut state.plots.log_asked) {
        state.say("Point at a plot over time, then press Shift+L.");
    }
    state.plots.refit = state.plots.refit.saturating_sub(1);
    super::tour::tour(ui, state);
    super::palette::help(ui, state);
    super::palette::palette(ui, state);
    super::question::question(ui, state);
    told(ui, state);
}
