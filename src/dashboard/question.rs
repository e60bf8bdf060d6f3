//! A question before something is thrown away.

use bevy_egui::egui::{self, Key, RichText};

use super::linked::head_s;
use super::order::Order;
use super::state::ViewState;

/// Seconds of plant time that are thrown away without a question.
const UNASKED_S: f64 = 60.0;

impl ViewState {
    /// Gives an order that ends the present run: at once where little is lost, else after a
    /// question.
    pub fn leave(&mut self, order: Order) {
        if self.branches() > 1 || head_s(self) > UNASKED_S {
            self.question = Some(order);
        } else {
            self.orders.push(order);
        }
    }

    fn branches(&self) -> usize {
        self.view
            .as_ref()
            .map_or(0, |view| view.time.branches.len())
    }
}

/// The question, when there is one.
pub fn question(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(order) = state.question.clone() else {
        return;
    };
    let does = match &order {
        Order::Open(_) => "Open another scene?",
        _ => "Begin anew?",
    };
    let many = state.branches();
    let lost = match many {
        0 | 1 => format!("{:.0} s of this run", head_s(state)),
        many => format!("{:.0} s of this run and its {many} branches", head_s(state)),
    };
    let kept = state.view.as_ref().and_then(|view| view.folder.clone());
    let kept = kept.map_or(String::new(), |folder| {
        format!(" The run folder {folder} stays.")
    });
    let mut answer = None;
    let modal = egui::Modal::new("question".into()).show(ui.ctx(), |ui| {
        ui.set_width(380.0);
        ui.label(RichText::new(does).heading());
        ui.label(format!("You can then no longer go back in {lost}.{kept}"));
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            if ui.button("go on").on_hover_text("Enter").clicked() {
                answer = Some(true);
            }
            if ui.button("keep this run").on_hover_text("Esc").clicked() {
                answer = Some(false);
            }
        });
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            answer = Some(true);
        }
    });
    if modal.should_close() {
        answer = Some(false);
    }
    if let Some(answer) = answer {
        state.question = None;
        if answer {
            state.orders.push(order);
        }
    }
}
