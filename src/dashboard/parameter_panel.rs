//! Live parameters: sliders with unit and range, a dot for what differs, and the way back.

use bevy_egui::egui::{self, Slider, WidgetInfo, WidgetType};

use crate::registry::LiveParameter;

use super::order::Order;
use super::state::ViewState;

/// Sliders of the live parameters, and the scope whose metrics are plotted.
pub fn parameters(ui: &mut egui::Ui, state: &mut ViewState) {
    scopes(ui, state);
    let Some(view) = &state.view else {
        return;
    };
    let facts = view.facts.clone();
    let live = facts.parameters.list();
    let value_of =
        |state: &ViewState, own: &LiveParameter| state.parameter(&own.path).unwrap_or(own.initial);
    let differs = |own: &&LiveParameter| value_of(state, own) != own.initial;
    let changed = live.iter().filter(differs).count();
    ui.horizontal(|ui| {
        ui.weak(format!("{} live, {changed} changed", live.len()));
        if ui
            .add_enabled(changed > 0, egui::Button::new("↺ all").small())
            .on_hover_text("set all to the scene's values")
            .clicked()
        {
            for parameter in live {
                set(state, &parameter.path, parameter.initial);
            }
        }
    });
    egui::ScrollArea::vertical().show(ui, |ui| {
        for parameter in live {
            let before = value_of(state, parameter);
            let mut value = before;
            let differs = value != parameter.initial;
            ui.horizontal(|ui| {
                let dot = if differs { "• " } else { "" };
                ui.label(format!("{dot}{}", parameter.label))
                    .on_hover_text(help(parameter));
                let reset = egui::Button::new("↺").small().frame(false);
                let reset = ui.add_enabled(differs, reset);
                reset.widget_info(|| {
                    let text = format!("reset {}", parameter.label);
                    WidgetInfo::labeled(WidgetType::Button, differs, text)
                });
                if reset.on_hover_text("the scene's value").clicked() {
                    value = parameter.initial;
                }
            });
            if parameter.is_switch() {
                let mut on = value != 0.0;
                let text = if on { "on" } else { "off" };
                ui.checkbox(&mut on, text);
                value = f64::from(u8::from(on));
            } else {
                let (low, high) = parameter.range;
                let suffix = match parameter.unit {
                    "" => String::new(),
                    unit => format!(" {unit}"),
                };
                ui.spacing_mut().slider_width = (ui.available_width() - 74.0).clamp(40.0, 150.0);
                let slider = Slider::new(&mut value, low..=high)
                    .clamping(egui::SliderClamping::Never)
                    .suffix(suffix);
                let response = ui.add(slider);
                let label = parameter.label.clone();
                response.widget_info(move || WidgetInfo::slider(true, value, &label));
            }
            if value != before {
                set(state, &parameter.path, value);
            }
        }
    });
}

fn help(parameter: &LiveParameter) -> String {
    let unit = match parameter.unit {
        "" => "a pure number",
        unit => unit,
    };
    let (low, high) = parameter.range;
    format!(
        "{}\n{}\nUnit: {unit}. Accepted: {}; the slider goes from {low} to {high}, other values may \
         be typed. Scene: {}. Acts live, from the next tick.",
        parameter.path, parameter.help, parameter.bounds, parameter.initial
    )
}

/// Sets a live parameter.
pub fn set(state: &mut ViewState, path: &str, value: f64) {
    // Of edits of one parameter in one frame the last one counts.
    state.orders.push(Order::set(path, value));
    state.edits.insert(path.to_owned(), value);
    state.edited = Some(std::time::Instant::now());
}

/// Chooses the scope whose metrics are plotted.
fn scopes(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(chronicle) = state.chronicle() else {
        return;
    };
    let mut names: Vec<String> = chronicle.scopes().map(str::to_owned).collect();
    if names.len() < 2 {
        return;
    }
    names.sort_by_key(|name| (name != "cluster", name.clone()));
    let mut chosen = state.scope.clone();
    egui::ComboBox::from_label("plotted scope")
        .selected_text(&chosen)
        .show_ui(ui, |ui| {
            for name in names {
                ui.selectable_value(&mut chosen, name.clone(), name);
            }
        });
    state.scope = chosen;
}
