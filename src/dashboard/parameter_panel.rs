//! Live parameters: sliders with unit and range, a dot for what differs, and the way back.

use bevy_egui::egui::{self, RichText, Slider, WidgetInfo, WidgetType};

use crate::registry::LiveParameter;

use super::driven::driven;
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
    ui.horizontal_wrapped(|ui| {
        let field = egui::TextEdit::singleline(&mut state.sought)
            .hint_text(format!("find among {}", live.len()))
            .desired_width(102.0);
        ui.add(field)
            .widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "find a parameter"));
        ui.weak(format!("{changed} changed"));
        if ui
            .add_enabled(changed > 0, egui::Button::new("↺ all").small())
            .on_hover_text("set all to the scene's values")
            .clicked()
        {
            for parameter in live {
                if value_of(state, parameter) != parameter.initial {
                    set(state, &parameter.path, parameter.initial);
                }
            }
        }
    });
    let words = state.sought.to_lowercase();
    let fits = |own: &&LiveParameter| {
        let text = format!("{} {}", own.label, own.path).to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    };
    let found: Vec<&LiveParameter> = live.iter().filter(fits).collect();
    if found.is_empty() && !live.is_empty() {
        ui.weak("No parameter has these words.");
    }
    egui::ScrollArea::vertical().show(ui, |ui| {
        for own in found {
            parameter(ui, state, own);
        }
    });
}

/// One parameter: its name, the way back, its slider, and what else moves it.
fn parameter(ui: &mut egui::Ui, state: &mut ViewState, own: &LiveParameter) {
    let value = knob(ui, state, own, &own.label);
    let driven = state
        .view
        .as_ref()
        .and_then(|view| driven(view, own, value));
    if let Some(text) = driven {
        ui.add(egui::Label::new(RichText::new(text).small().weak()).wrap());
    }
}

/// A parameter under a name: the way back and its slider or switch. Gives the value that it shows.
pub fn knob(ui: &mut egui::Ui, state: &mut ViewState, own: &LiveParameter, name: &str) -> f64 {
    let before = state.parameter(&own.path).unwrap_or(own.initial);
    let dragged = state.dragged.as_ref().filter(|(path, _)| *path == own.path);
    let mut value = dragged.map_or(before, |(_, value)| *value);
    let differs = value != own.initial;
    let (mut back, mut written) = (false, false);
    ui.horizontal(|ui| {
        let dot = if differs { "• " } else { "" };
        ui.label(format!("{dot}{name}")).on_hover_text(help(own));
        let reset = egui::Button::new("↺").small().frame(false);
        let reset = ui.add_enabled(differs, reset);
        reset.widget_info(|| {
            let text = format!("reset {}", own.label);
            WidgetInfo::labeled(WidgetType::Button, differs, text)
        });
        back = reset.on_hover_text("the scene's value").clicked();
        if differs && dragged.is_none() {
            let write = ui.add(egui::Button::new("✎").small().frame(false));
            write.widget_info(|| {
                let text = format!("write {} into the scene's file", own.label);
                WidgetInfo::labeled(WidgetType::Button, true, text)
            });
            let help = "write this value into the scene's file, which stays as it is otherwise";
            written = write.on_hover_text(help).clicked();
        }
    });
    let mut held = false;
    if own.is_switch() {
        let mut on = value != 0.0;
        let text = if on { "on" } else { "off" };
        ui.checkbox(&mut on, text).on_hover_text(help(own));
        value = f64::from(u8::from(on));
    } else {
        let (low, high) = own.range;
        let suffix = match own.unit {
            "" => String::new(),
            unit => format!(" {unit}"),
        };
        ui.spacing_mut().slider_width = (ui.available_width() - 82.0).clamp(40.0, 150.0);
        let slider = Slider::new(&mut value, low..=high)
            .clamping(egui::SliderClamping::Never)
            .update_while_editing(false)
            .suffix(suffix);
        let response = ui.add(slider);
        // A drag is one edit: it acts when the hand lets go.
        held = response.dragged();
        let label = own.label.clone();
        response.widget_info(move || WidgetInfo::slider(true, value, &label));
        response.on_hover_text(help(own));
    }
    if written {
        state
            .orders
            .push(Order::WriteBack(own.path.clone(), before));
    }
    if back {
        value = own.initial;
    }
    // The same parameter may stand in two panels: the one that is not dragged waits.
    let elsewhere = dragged_here(state, own) && ui.input(|input| input.pointer.any_down());
    if held {
        state.dragged = Some((own.path.clone(), value));
    } else if !elsewhere {
        if dragged_here(state, own) {
            state.dragged = None;
        }
        if value != before {
            set(state, &own.path, value);
        }
    }
    value
}

fn dragged_here(state: &ViewState, own: &LiveParameter) -> bool {
    let dragged = state.dragged.as_ref();
    dragged.is_some_and(|(path, _)| *path == own.path)
}

fn help(parameter: &LiveParameter) -> String {
    let unit = match parameter.unit {
        "" => "a pure number",
        unit => unit,
    };
    let (low, high) = parameter.range;
    format!(
        "{}\nUnit: {unit}. Accepted: {}; the slider goes from {low} to {high}, other values may be \
         typed. The scene has {}. An edit acts from the next tick on; a drag is one edit, made \
         when it ends.\n{}",
        parameter.help, parameter.bounds, parameter.initial, parameter.path
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
    let list = egui::ComboBox::from_id_salt("plotted scope")
        .selected_text(format!("plots of {chosen}"))
        .width((ui.available_width() - 8.0).clamp(60.0, 180.0))
        .truncate()
        .show_ui(ui, |ui| {
            for name in names {
                ui.selectable_value(&mut chosen, name.clone(), name);
            }
        });
    let response = list.response;
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, "plotted scope"));
    response.on_hover_text("The population, or the cluster, whose metrics are plotted.");
    state.scope = chosen;
}
