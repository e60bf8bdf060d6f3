//! What is wrong, in one sentence with one button: faults, stops, wrong scenes, steps that are too
//! long.

use std::collections::BTreeMap;

use bevy_egui::egui;

use crate::base::{Subject, Tick};
use crate::kernel::KernelState;
use crate::record::{EventKind, StepChange};
use crate::resonator::rates::StepCause;
use crate::safety::Severity;

use super::order::Order;
use super::panels::Pane;
use super::state::ViewState;
use super::theme;

/// One sentence and one button for what is wrong.
pub fn banner(ui: &mut egui::Ui, state: &mut ViewState) {
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
                    let text =
                        format!("⚠ Safety stopped this run: {}, {}.", stop.about, stop.cause);
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
    if let Some(differs) = &view.differs {
        ui.colored_label(
            color,
            format!("✖ This run did not come out as its folder says: {differs}."),
        );
    }
    state.orders.extend(order);
    let Some((text, tick)) = step_too_long(state) else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.colored_label(color, text);
        if ui.button("go to where it began").clicked() {
            state.orders.push(Order::Seek(tick));
        }
    });
}

/// The sentence of a step that is too long at the shown tick, and the tick at which it became so.
fn step_too_long(state: &ViewState) -> Option<(String, Tick)> {
    let now = state.view.as_ref()?.tick;
    let past = state.events().iter().filter(|event| event.tick <= now);
    let mut began: BTreeMap<String, (Tick, StepCause, f64)> = BTreeMap::new();
    for event in past {
        let EventKind::Step {
            change,
            cause,
            would_do_s,
            ..
        } = &event.data
        else {
            continue;
        };
        let about = event.about.to_string();
        if *change == StepChange::Over {
            began.remove(&about);
            continue;
        }
        let (_, own, would_do) = began
            .entry(about)
            .or_insert((event.tick, *cause, *would_do_s));
        (*own, *would_do) = (*cause, *would_do_s);
    }
    let (about, (tick, cause, would_do_s)) = began.into_iter().next()?;
    let text = format!(
        "⚠ The integrator's step is too long for {about} ({cause}): what is seen is an error of \
         numbers. A step of {would_do_s} s would do (clock.dt_s)."
    );
    Some((text, tick))
}
