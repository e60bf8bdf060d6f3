//! The guided tour of `hello`. Each step opens the panel that it speaks of and rings it; what each
//! claims of the numbers is tested on the run (`tests/suite/tour.rs`).

use bevy_egui::egui::{self, RichText};

use crate::base::num;
use crate::signal::metrics::COHERENCE;

use super::order::{Order, SceneSource};
use super::panels::Pane;
use super::parameter_panel::set;
use super::state::ViewState;

/// Where the tour is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tour {
    /// The step that is shown, from 1; 0 when there is no tour.
    pub step: usize,
    /// Whether it is offered, as at the first start.
    pub offered: bool,
}

/// A step: what is seen, what to try, the panel that it speaks of, and what the button does.
struct Step {
    title: &'static str,
    text: &'static str,
    panel: fn() -> Pane,
    action: Option<(&'static str, fn(&mut ViewState))>,
}

const STEPS: [Step; 8] = [
    Step {
        title: "twenty-four clocks",
        text: "The scene hello has 24 phase oscillators, each with a pace of its own. Here every \
               dot is one of them at its phase, and the arrow is their mean: short while they \
               disagree, as long as the radius when all agree.",
        panel: || Pane::Circle,
        action: Some(("open hello from the start", open_hello)),
    },
    Step {
        title: "synchrony has a number",
        text: "Coherence is the length of that arrow, averaged over a window of 2.6 s: it takes \
               the first seconds to fill. Within 10 s the controller lifts it from below 0.5 to \
               above 0.9. It is the order parameter of Kuramoto (1984).",
        panel: || Pane::plot(COHERENCE),
        action: None,
    },
    Step {
        title: "left alone they drift apart",
        text: "Take control off. The clocks have no coupling of their own (ring coupling κ is 0), \
               so within 10 s coherence falls below 0.5 and stays there.",
        panel: || Pane::Parameters,
        action: Some(("control off", |state| set(state, "control.enabled", 0.0))),
    },
    Step {
        title: "a network that regulates itself",
        text: "Switch control on again. The loop measures coherence, compares it with the setpoint \
               0.95 (the dashed line in the plot) and adds to the coupling: within ten seconds \
               coherence is above 0.8 again. Its terms stand here: P answers the deviation, I what \
               is left of it. Below κ the sum stands: 0 + what the loop adds.",
        panel: || Pane::Control,
        action: Some(("control on", |state| set(state, "control.enabled", 1.0))),
    },
    Step {
        title: "push one clock",
        text: "Kick one vertex by half a turn, here or by a right-click in the graph. Its \
               neighbours pull it back within seconds. The kick is an event with its tick, and an \
               input of the run: the run folder repeats it.",
        panel: || Pane::Graph,
        action: Some(("kick v0 by half a turn", |state| {
            state.orders.push(super::graph_hands::kick(0, num::PI, 0.0));
        })),
    },
    Step {
        title: "two futures",
        text: "Go back ten seconds and lower the setpoint to 0.5. A branch opens: both futures are \
               drawn over each other, the old one dashed. They share every other input, so Δ \
               coherence, here, shows what your edit alone did.",
        panel: || Pane::difference(COHERENCE),
        action: Some(("back 10 s, setpoint 0.5", |state| {
            let Some(view) = &state.view else {
                return;
            };
            let ticks = state.chronicle().map_or(500, |c| (10.0 / c.tick_s) as u64);
            let to = view.tick.saturating_sub(ticks);
            state.orders.push(Order::Seek(to));
            set(state, "control.loops[0].setpoint", 0.5);
            state.orders.push(Order::Live);
        })),
    },
    Step {
        title: "numbers that know their worth",
        text: "Integrated information asks what is lost when the network is cut in two. Here it is \
               an estimate from a window of 5 s, and estimates of this kind are above zero by \
               themselves: beside the value stands what the same clocks give when each is looked \
               at at another time. Not above chance, as of clocks left alone and of clocks that all \
               turn at one pace: then the number tells nothing about their connections.",
        panel: || Pane::Phi,
        action: None,
    },
    Step {
        title: "it is yours",
        text: "Every run folder repeats to the last bit: phantom verify runs/last. Scenes are text \
               files; save one in an editor and the window begins anew with it. Ctrl+P finds \
               everything, F1 lists keys and gestures.",
        panel: || Pane::Scenes,
        action: None,
    },
];

fn open_hello(state: &mut ViewState) {
    let entries = state.scenes.entries.iter();
    let listed = entries.into_iter().find(|entry| entry.name == "hello");
    let source = listed.map_or(SceneSource::BuiltIn("hello"), |entry| entry.source.clone());
    state.leave(Order::Open(source));
}

/// Begins the tour at its first step.
pub fn begin(state: &mut ViewState) {
    state.tour.offered = false;
    turn_to(state, 1);
}

/// Opens the panel of a step.
fn turn_to(state: &mut ViewState, step: usize) {
    state.tour.step = step;
    let Some(step) = step.checked_sub(1).and_then(|k| STEPS.get(k)) else {
        return;
    };
    let pane = (step.panel)();
    if !state.layout.has(&pane) {
        state.layout.toggle(pane.clone());
    }
    state.layout.show(&pane);
}

impl ViewState {
    /// The panel that the tour speaks of, if it is on.
    #[must_use]
    pub fn toured(&self) -> Option<Pane> {
        let step = self.tour.step.checked_sub(1).and_then(|k| STEPS.get(k))?;
        Some((step.panel)())
    }
}

/// The tour, when it is on, or the offer of one.
pub fn tour(ui: &mut egui::Ui, state: &mut ViewState) {
    if state.tour.offered && state.view.is_some() {
        offer(ui, state);
        return;
    }
    let number = state.tour.step;
    let Some(step) = number.checked_sub(1).and_then(|k| STEPS.get(k)) else {
        return;
    };
    let mut open = true;
    let mut next = number;
    let height = 190.0;
    egui::Window::new(format!("tour {number} of {}: {}", STEPS.len(), step.title))
        .id("tour".into())
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .fixed_size([380.0, height])
        .anchor(egui::Align2::LEFT_BOTTOM, [12.0, -90.0])
        .show(ui.ctx(), |ui| {
            ui.label(step.text);
            if let Some(value) = state.value(&COHERENCE).filter(|_| number > 1) {
                ui.strong(format!("coherence is {value:.3} now"));
            }
            ui.with_layout(egui::Layout::bottom_up(egui::Align::Min), |ui| {
                ui.horizontal(|ui| {
                    let last = number == STEPS.len();
                    if ui
                        .add_enabled(number > 1, egui::Button::new("previous"))
                        .clicked()
                    {
                        next = number - 1;
                    }
                    if ui.button(if last { "end" } else { "next" }).clicked() {
                        next = if last { 0 } else { number + 1 };
                    }
                    if let Some((name, act)) = &step.action
                        && ui.button(RichText::new(*name).strong()).clicked()
                    {
                        act(state);
                    }
                });
            });
        });
    if !open {
        next = 0;
    }
    if next != number {
        turn_to(state, next);
    }
}

/// Asks once whether somebody wants to be led.
fn offer(ui: &mut egui::Ui, state: &mut ViewState) {
    let mut answer = None;
    egui::Window::new("first time here?")
        .id("offer".into())
        .collapsible(false)
        .resizable(false)
        .anchor(egui::Align2::LEFT_BOTTOM, [12.0, -90.0])
        .show(ui.ctx(), |ui| {
            ui.label("Eight steps show what stands where. Help has them later, too.");
            ui.horizontal(|ui| {
                if ui.button("take the tour").clicked() {
                    answer = Some(true);
                }
                if ui.button("not now").clicked() {
                    answer = Some(false);
                }
            });
        });
    if let Some(wanted) = answer {
        state.look.tour_offered = true;
        state.tour.offered = false;
        if wanted {
            turn_to(state, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_opens_its_panel() {
        let mut state = ViewState::new();
        for step in 1..=STEPS.len() {
            turn_to(&mut state, step);
            let pane = state.toured().unwrap();
            assert!(state.layout.has(&pane), "step {step}");
        }
        turn_to(&mut state, 0);
        assert_eq!(state.toured(), None);
    }
}
