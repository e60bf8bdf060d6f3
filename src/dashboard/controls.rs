//! What a person can do: transport, speed, parameters.

use bevy_egui::egui::{self, Key, RichText, Slider};

use crate::kernel::KernelState;

use super::theme;
use super::view::{Order, View, ViewState};

/// Paces that the buttons offer, in plant seconds per second.
const SPEEDS: [(f64, &str); 6] = [
    (0.25, "×¼"),
    (0.5, "×½"),
    (1.0, "×1"),
    (2.0, "×2"),
    (8.0, "×8"),
    (f64::INFINITY, "max"),
];

/// The bar at the top: which run, where it stands, its digest.
pub fn status(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = &state.view else {
        ui.label("starting…");
        return;
    };
    ui.horizontal(|ui| {
        let scene = &view.facts.scene;
        ui.strong(format!("PhantomOS · {}", scene.name));
        ui.weak(&scene.description);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let digest = &view.digest[..view.digest.len().min(8)];
            ui.monospace(format!("digest {digest}…"))
                .on_hover_text(format!(
                    "{}\nThe same scene, seed and inputs give the same digest, in a window or \
                     headless, on any number of nodes and threads.",
                    view.digest
                ));
            ui.separator();
            ui.label(format!("{:.0} ticks/s", view.ticks_per_s));
            ui.separator();
            ui.label(format!("t {:.2} s", view.t_s));
            ui.label(format!("tick {}", view.tick));
            ui.separator();
            ui.label(state_text(view));
        });
    });
    if let Some(error) = &view.error {
        ui.horizontal(|ui| {
            ui.colored_label(theme::ALERT, format!("✖ {error}"));
        });
    }
}

fn state_text(view: &View) -> RichText {
    match view.state {
        KernelState::Booting | KernelState::Running => {
            RichText::new("▶ running").color(theme::RESONANCE)
        }
        KernelState::Paused => RichText::new("⏸ paused").color(theme::ENTROPY),
        KernelState::SafeStopped => RichText::new("⚠ safety stop").color(theme::ALERT),
        KernelState::Stopped => RichText::new("■ stopped"),
    }
}

/// The bar at the bottom: play, pause, step, reset, pace, stop.
pub fn transport(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    let running = view.state.may_tick();
    let stopped = view.state == KernelState::SafeStopped;
    let speed = view.speed;
    let mut orders = Vec::new();
    ui.horizontal(|ui| {
        let (label, order) = if running {
            ("⏸ pause", Order::Pause)
        } else {
            ("▶ play", Order::Play)
        };
        let button = ui.add_enabled(!stopped, egui::Button::new(label));
        if button.on_hover_text("Space").clicked() {
            orders.push(order);
        }
        let step = ui.add_enabled(!stopped, egui::Button::new("⏭ step"));
        if step.on_hover_text("one tick, key .").clicked() {
            orders.push(Order::Step);
        }
        let reset = ui.button("⟲ reset");
        if reset.on_hover_text("begin the scene anew, key R").clicked() {
            orders.push(Order::Reset);
        }
        ui.separator();
        ui.label("speed");
        for (value, label) in SPEEDS {
            if ui.selectable_label(speed == value, label).clicked() {
                orders.push(Order::Speed(value));
            }
        }
        ui.separator();
        let stop = ui.add_enabled(!stopped, egui::Button::new("■ stop safely"));
        if stop
            .on_hover_text("the safety kernel drops every drive and ends the run")
            .clicked()
        {
            orders.push(Order::Stop);
        }
        if stopped {
            ui.colored_label(
                theme::ALERT,
                "A safety rule stopped this run; its cause is in the events. Reset begins anew.",
            );
        }
    });
    orders.extend(keys(ui, running, stopped));
    state.orders.extend(orders);
}

fn keys(ui: &egui::Ui, running: bool, stopped: bool) -> Vec<Order> {
    if ui.ctx().egui_wants_keyboard_input() {
        return Vec::new();
    }
    ui.input(|input| {
        let mut orders = Vec::new();
        if input.key_pressed(Key::Space) && !stopped {
            orders.push(if running { Order::Pause } else { Order::Play });
        }
        if input.key_pressed(Key::Period) && !stopped {
            orders.push(Order::Step);
        }
        if input.key_pressed(Key::R) {
            orders.push(Order::Reset);
        }
        orders
    })
}

/// Sliders of the live parameters. A dot marks what differs from the scene; ↺ takes it back.
pub fn parameters(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    ui.strong("parameters").on_hover_text(
        "Live parameters of the scene. An edit acts from the next tick on and is written to the \
         run folder's input log, so the run can be repeated.",
    );
    let facts = view.facts.clone();
    for parameter in &facts.parameters {
        let before = state.edits.get(&parameter.path).copied();
        let mut value = before.unwrap_or(parameter.initial);
        let changed = value != parameter.initial;
        ui.horizontal(|ui| {
            let dot = if changed { "• " } else { "" };
            let label = format!("{dot}{}", parameter.label);
            ui.label(label).on_hover_text(&parameter.path);
            let reset = ui.add_enabled(changed, egui::Button::new("↺").small());
            if reset.on_hover_text("the scene's value").clicked() {
                value = parameter.initial;
            }
        });
        if parameter.switch {
            let mut on = value != 0.0;
            let text = if on { "on" } else { "off" };
            ui.checkbox(&mut on, text);
            value = f64::from(u8::from(on));
        } else {
            let (low, high) = parameter.range;
            let slider = Slider::new(&mut value, low..=high)
                .clamping(egui::SliderClamping::Never)
                .suffix(match parameter.unit {
                    "" => String::new(),
                    unit => format!(" {unit}"),
                });
            ui.add(slider);
        }
        if value != before.unwrap_or(parameter.initial) {
            state.orders.push(Order::Set(parameter.path.clone(), value));
            state.edits.insert(parameter.path.clone(), value);
        }
    }
}

/// Chooses the scope whose metrics are plotted.
pub fn scopes(ui: &mut egui::Ui, state: &mut ViewState) {
    let names: Vec<String> = state.rows.iter().map(|row| row.scope.clone()).collect();
    if names.len() < 2 {
        return;
    }
    let mut chosen = state.scope.clone();
    egui::ComboBox::from_label("plotted scope")
        .selected_text(&chosen)
        .show_ui(ui, |ui| {
            for name in names {
                ui.selectable_value(&mut chosen, name.clone(), name);
            }
        });
    if chosen != state.scope {
        state.scope = chosen;
        let fresh = ViewState::new();
        state.entropy = fresh.entropy;
        state.coherence = fresh.coherence;
        state.resonance = fresh.resonance;
        state.phi = fresh.phi;
        state.command = fresh.command;
    }
}
