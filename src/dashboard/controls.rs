//! The bar at the top: menus, which run, where it stands, and its digest; sentences for a person.

use std::time::Duration;

use bevy_egui::egui::{self, RichText};

use crate::base::Subject;
use crate::kernel::KernelState;
use crate::safety::Severity;
use crate::scenario::scene::Scene;

use super::commands::{Command, all};
use super::execute::execute;
use super::layout::{Layout, Preset};
use super::order::Order;
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
            ui.monospace(format!("digest {digest}…")).on_hover_text(format!(
                "{}\nThe same scene, seed and inputs give the same digest, in a window or headless, \
                 on any number of nodes and threads.",
                view.digest
            ));
            ui.separator();
            ui.label(format!("{:.0} ticks/s", view.ticks_per_s));
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
    banner(ui, state);
}

fn menus(ui: &mut egui::Ui, state: &mut ViewState) {
    let context = ui.ctx().clone();
    let specs = all();
    let mut chosen = None;
    let mut item = |ui: &mut egui::Ui, command: Command| {
        let Some(spec) = specs.iter().find(|spec| spec.command == command) else {
            return;
        };
        let button = egui::Button::new(&spec.name).shortcut_text(spec.key_text());
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
            item(ui, command);
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
        list.into_iter().for_each(|command| item(ui, command));
    });
    let mut toggled = None;
    ui.menu_button("View", |ui| {
        for preset in Preset::ALL {
            item(ui, C::Preset(preset));
        }
        for command in [
            C::SaveLayout,
            C::ResetLayout,
            C::Theme,
            C::Map,
            C::Follow,
            C::All,
            C::Log,
            C::FullScreen,
        ] {
            item(ui, command);
        }
        ui.separator();
        ui.menu_button("panels", |ui| {
            for pane in Pane::all(&state.metrics) {
                if ui
                    .selectable_label(state.layout.has(&pane), title_of(&pane, state))
                    .clicked()
                {
                    toggled = Some(pane);
                }
            }
        });
    });
    ui.menu_button("Help", |ui| {
        for command in [C::Tour, C::Keys, C::Palette] {
            item(ui, command);
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

/// One sentence and one button for what is wrong.
fn banner(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        if state.waited_s() > 3.0 {
            ui.label("The first tick takes long: a big scene is being built.");
        }
        return;
    };
    let mut order = None;
    let color = theme::on_ground(theme::ALERT, ui.visuals().dark_mode);
    let mut show = |ui: &mut egui::Ui, text: String, button: &str, then: Order| {
        ui.horizontal(|ui| {
            ui.colored_label(color, text);
            if ui.button(button).clicked() {
                order = Some(then);
            }
        });
    };
    if let Some(error) = &view.error {
        let first = error.lines().next().unwrap_or_default();
        show(
            ui,
            format!("✖ {first}"),
            "back to the last good tick",
            Order::Recover,
        );
    } else if view.state == KernelState::SafeStopped {
        let text = "⚠ A safety rule stopped this run; its cause is in the events.".to_owned();
        let alerts = state.events().iter().rev();
        let mut stops = alerts.filter(|e| e.data.severity() == Some(Severity::Stop));
        match stops.next() {
            Some(stop) => {
                let then = Order::Without(Box::new(stop.clone()));
                if stop.about == Subject::Operator {
                    show(ui, text, "begin anew", Order::Reset);
                } else {
                    show(ui, text, "replay without the stop", then);
                }
            }
            None => show(ui, text, "begin anew", Order::Reset),
        }
    }
    if view.scene_error.is_some() && order.is_none() {
        ui.horizontal(|ui| {
            ui.colored_label(
                color,
                "✖ The scene's new text is wrong; the old world runs on.",
            );
            if ui.button("show where").clicked() && !state.layout.has(&Pane::Scenes) {
                state.layout.toggle(Pane::Scenes);
            }
            state.layout.show(&Pane::Scenes);
        });
    }
    state.orders.extend(order);
}

/// Sentences that came lately.
pub fn told(ui: &mut egui::Ui, state: &mut ViewState) {
    state.told.retain(|(at, _)| at.elapsed() < TOLD_FOR);
    if state.told.is_empty() {
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
    state.plots.cursor_s = state.plots.hovered_s.take();
    super::commands::keys(ui, state);
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
    super::tour::tour(ui, state);
    super::palette::help(ui, state);
    super::palette::palette(ui, state);
    told(ui, state);
}
