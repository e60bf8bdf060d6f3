//! The guided tour of `hello`: synchrony, control and Φ in eight steps.

use bevy_egui::egui;

use crate::signal::readings::COHERENCE;

use super::order::{Order, SceneSource};
use super::parameter_panel::set;
use super::state::ViewState;

/// Where the tour is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tour {
    /// The step that is shown, from 1; 0 when there is no tour.
    pub step: usize,
}

impl Tour {
    /// Begins at the first step.
    pub fn begin(&mut self) {
        self.step = 1;
    }
}

/// A step: what is seen, what to try, and what the button does.
struct Step {
    title: &'static str,
    text: &'static str,
    action: Option<(&'static str, fn(&mut ViewState))>,
}

const STEPS: [Step; 8] = [
    Step {
        title: "Twenty-four clocks",
        text: "The scene hello has 24 phase oscillators, each with a pace of its own. In the graph \
               the colour of a vertex is its phase; on the phase circle every dot is one of them. \
               Edges let neighbours feel each other.",
        action: Some(("open hello from the start", |state| {
            let open = SceneSource::BuiltIn("hello");
            let listed = state
                .scenes
                .entries
                .iter()
                .find(|entry| entry.name == "hello");
            let source = listed.map_or(open, |entry| entry.source.clone());
            state.orders.push(Order::Open(source));
        })),
    },
    Step {
        title: "Synchrony has a number",
        text: "Coherence is the length of the mean arrow on the circle, over a window: 0 when every \
               clock goes its own way, 1 when all go in step. It is the order parameter of Kuramoto.",
        action: None,
    },
    Step {
        title: "Coupling against difference",
        text: "Set control off and coupling κ to 0, and the clocks drift apart: coherence falls. \
               Above a critical κ they lock.",
        action: Some(("control off, κ = 0", |state| {
            set(state, "control.enabled", 0.0);
            set(state, "populations[0].coupling", 0.0);
        })),
    },
    Step {
        title: "A network that regulates itself",
        text: "Now the controller: it measures coherence, compares it with the setpoint (the dashed \
               line) and moves the coupling. The panel control shows its terms.",
        action: Some(("control on", |state| {
            set(state, "control.enabled", 1.0);
            if let Some(value) = initial(state, "populations[0].coupling") {
                set(state, "populations[0].coupling", value);
            }
        })),
    },
    Step {
        title: "Push one clock",
        text: "Right-click a vertex of the graph and kick it, or press the button. The others pull \
               it back: the network is stable. The kick is an event and an input of the run.",
        action: Some(("kick v0 by π", |state| {
            let kick = super::graph_hands::kick(0, crate::base::num::PI, 0.0);
            state.orders.push(kick);
        })),
    },
    Step {
        title: "Both futures",
        text: "Drag the time bar back and change something: a branch parts. Both futures are drawn \
               over each other, the old one dashed, and Δ coherence shows their difference.",
        action: Some(("go back five seconds and halve κ", |state| {
            let Some(view) = &state.view else {
                return;
            };
            let ticks = state.chronicle().map_or(500, |c| (5.0 / c.tick_s) as u64);
            let to = view.tick.saturating_sub(ticks);
            state.orders.push(Order::Seek(to));
            if let Some(value) = state.parameter("populations[0].coupling") {
                set(state, "populations[0].coupling", 0.5 * value);
            }
            state.orders.push(Order::Play);
        })),
    },
    Step {
        title: "Integration",
        text: "Φ asks how much the whole says about itself beyond its parts, across its weakest \
               cut. Clocks that ignore each other have none; clocks that all do the same have \
               little to tell apart. The dashed edges are the cut.",
        action: None,
    },
    Step {
        title: "One file is app, test and figure",
        text: "Everything here is in the scene's file and the run folder's input log: phantom verify \
               repeats it to the digest in the bar above, phantom replay goes to any tick. Press \
               Ctrl+P for every command.",
        action: Some(("show all keys", |state| state.help = true)),
    },
];

fn initial(state: &ViewState, path: &str) -> Option<f64> {
    let facts = &state.view.as_ref()?.facts;
    let found = facts.parameters.find(path)?;
    Some(found.initial)
}

/// The tour, when it is on.
pub fn tour(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(step) = state.tour.step.checked_sub(1).and_then(|k| STEPS.get(k)) else {
        return;
    };
    let mut open = true;
    let number = state.tour.step;
    egui::Window::new(format!("tour {number} of {}: {}", STEPS.len(), step.title))
        .id("tour".into())
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .default_width(340.0)
        .anchor(egui::Align2::CENTER_BOTTOM, [0.0, -70.0])
        .show(ui.ctx(), |ui| {
            ui.label(step.text);
            if let Some(value) = state.value(&COHERENCE).filter(|_| number > 1) {
                ui.strong(format!("coherence is {value:.3} now"));
            }
            ui.horizontal(|ui| {
                if ui
                    .add_enabled(number > 1, egui::Button::new("previous"))
                    .clicked()
                {
                    state.tour.step -= 1;
                }
                if let Some((name, act)) = &step.action
                    && ui.button(*name).clicked()
                {
                    act(state);
                }
                let last = number == STEPS.len();
                if ui.button(if last { "end" } else { "next" }).clicked() {
                    state.tour.step = if last { 0 } else { number + 1 };
                }
            });
        });
    if !open {
        state.tour.step = 0;
    }
}
