//! A control loop: what it measures and asks for, what safety lets pass, and what its command is
//! made of, over time.

use std::collections::BTreeSet;

use bevy_egui::egui::{self, RichText, ScrollArea, Ui, WidgetInfo, WidgetType, vec2};

use crate::control::{Law, LoopSpec};
use crate::registry::LiveParameter;

use super::control_plots::over_time;
use super::legend::shown_value;
use super::loop_words::{
    HELD, Limit, SATURATED, has_setpoint, law_of, limit_of, task_of, tuning, unit_of_output,
};
use super::parameter_panel::{knob, set};
use super::rule_words::snippet;
use super::state::ViewState;
use super::term_history::help_of_term;
use super::theme;
use super::view::LoopView;

/// What the panel says of itself.
pub const HELP: &str = "A loop of the scene: what it measured and steers for, what it asked for, \
                        what safety let pass and which limit acted, and below over time what its \
                        command is made of. The terms of a PID law are stacked: positive ones \
                        upwards from 0, negative ones downwards; their sum is the thin line. \
                        Switch to manual to give the output yourself.";

/// Width of a parameter, points.
const KNOB: f32 = 226.0;

/// Which loop the panel shows, and which of its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControlView {
    /// The loop, by its number in the scene.
    pub index: usize,
    /// Terms that the legend has switched off.
    pub hidden: BTreeSet<&'static str>,
}

/// The panel.
pub fn control(ui: &mut Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    let facts = view.facts.clone();
    let loops = &facts.scene.control.loops;
    if loops.is_empty() {
        without_loops(ui);
        return;
    }
    state.control.index = state.control.index.min(loops.len() - 1);
    let room = ui.available_height();
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let top = ui.cursor().top();
            choice(ui, state, loops);
            let index = state.control.index;
            let view = state.view.as_ref();
            let mut loops_now = view.into_iter().flat_map(|view| &view.loops);
            let shown = loops_now.find(|own| own.index as usize == index).cloned();
            let Some(shown) = shown else {
                ui.weak("The loop has not begun yet.");
                return;
            };
            let spec = &loops[index];
            numbers(ui, state, spec, &shown);
            mode(ui, state, &shown);
            knobs(ui, state, index);
            if matches!(spec.law, Law::Relay(_)) {
                let text = tuning(|name| shown.term(name));
                ui.add(egui::Label::new(RichText::new(text).strong()).wrap());
            }
            ui.separator();
            let left = room - (ui.cursor().top() - top);
            over_time(ui, state, (spec, &shown), left);
        });
}

fn without_loops(ui: &mut Ui) {
    ui.label(
        "This scene has no control loop. A loop measures a metric of a population and moves one of \
         its drives, for example:",
    );
    let text = "control: (loops: [(\n    name: \"keeper\",\n    scope: \"ring\",\n    measure: \
                   Coherence,\n    setpoint: 0.9,\n    law: Pid(kp: 0.6, ki: 0.3),\n    output: \
                   Coupling,\n)]),";
    snippet(ui, text);
}

/// Which loop, its law and its task.
fn choice(ui: &mut Ui, state: &mut ViewState, loops: &[LoopSpec]) {
    ui.horizontal_wrapped(|ui| {
        let index = state.control.index;
        if loops.len() == 1 {
            ui.strong(&loops[0].name);
        } else {
            let list =
                egui::ComboBox::from_id_salt("control loop").selected_text(&loops[index].name);
            let response = list
                .show_ui(ui, |ui| {
                    for (k, own) in loops.iter().enumerate() {
                        ui.selectable_value(&mut state.control.index, k, &own.name);
                    }
                })
                .response;
            response
                .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, "control loop"));
        }
        let spec = &loops[state.control.index];
        let (law, help) = law_of(&spec.law);
        ui.label(law).on_hover_text(help);
        ui.weak(task_of(state, spec));
    });
}

/// A number below its name.
fn cell(ui: &mut Ui, name: &str, value: String, help: &str) {
    let column = egui::Layout::top_down(egui::Align::Min);
    ui.allocate_ui_with_layout(vec2(88.0, 34.0), column, |ui| {
        ui.set_min_width(88.0);
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.add(egui::Label::new(RichText::new(name).small().weak()).truncate())
            .on_hover_text(help);
        ui.add(egui::Label::new(RichText::new(&value).strong()).truncate())
            .on_hover_text(help);
    });
}

/// The terms that every loop has, as they are now, and what limits the command.
fn numbers(ui: &mut Ui, state: &ViewState, spec: &LoopSpec, shown: &LoopView) {
    let measure = state.metric(&spec.measure.metric()).unit;
    let output = unit_of_output(state, spec);
    let dark = ui.visuals().dark_mode;
    ui.horizontal_wrapped(|ui| {
        let all = [
            ("setpoint", measure),
            ("measured", measure),
            ("asked", output),
            ("passed", output),
        ];
        for (term, unit) in all {
            if term == "setpoint" && !has_setpoint(&spec.law) {
                continue;
            }
            let value = shown.term(term).map_or_else(
                || "—".to_owned(),
                |value| format!("{} {unit}", shown_value(value)),
            );
            cell(ui, term, value, help_of_term(spec, term));
        }
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let help = "Which limit of safety, or of the law itself, acted on the last command.";
            ui.label(RichText::new("limited by").small().weak())
                .on_hover_text(help);
            match acting(shown) {
                Some(limit) => ui
                    .colored_label(
                        theme::on_ground(limit.color, dark),
                        format!("■ {}", limit.name),
                    )
                    .on_hover_text(limit.help),
                None => ui.label("nothing").on_hover_text(help),
            };
        });
    });
}

/// What limits the command now: safety, then the law itself.
fn acting(shown: &LoopView) -> Option<&'static Limit> {
    let safety = shown.term("bound").map_or(0, |number| number as u8);
    let on = |term: &str| shown.term(term).is_some_and(|own| own > 0.0);
    limit_of(match (safety, on("held"), on("saturated")) {
        (0, true, _) => HELD,
        (0, false, true) => SATURATED,
        (number, ..) => number,
    })
}

/// Who gives the output, with the switch to manual.
fn mode(ui: &mut Ui, state: &mut ViewState, shown: &LoopView) {
    let path = |field: &str| format!("control.loops[{}].{field}", shown.index);
    let manual = state.parameter(&path("manual")).unwrap_or(0.0) != 0.0;
    let enabled = state.parameter("control.enabled") != Some(0.0);
    ui.horizontal_wrapped(|ui| {
        let dark = ui.visuals().dark_mode;
        ui.weak("mode");
        let law = ui.selectable_label(!manual, "automatic").on_hover_text(
            "The law gives the output. It followed the manual one, so nothing jumps.",
        );
        let hand = ui.selectable_label(manual, "manual").on_hover_text(
            "The output is the manual one, which begins at what passed last; the law \
             follows it.",
        );
        if law.clicked() && manual {
            set(state, &path("manual"), 0.0);
        }
        if hand.clicked() && !manual {
            if let Some(passed) = shown.passed {
                set(state, &path("manual_output"), passed);
            }
            set(state, &path("manual"), 1.0);
        }
        let warn = theme::on_ground(theme::ALERT, dark);
        if !enabled {
            ui.colored_label(warn, "⚠ control is off: no loop gives commands");
        } else if shown.fallen_back {
            ui.colored_label(warn, "⚠ a rule has it give its fall-back");
        } else if shown.term("bound") == Some(6.0) {
            ui.colored_label(warn, "⚠ its fall-back acts");
        } else if let Some(limit) = shown.clamp {
            ui.colored_label(
                warn,
                format!("⚠ a rule clamps it to {}", shown_value(limit)),
            );
        }
    });
}

/// The loop's live numbers, side by side.
fn knobs(ui: &mut Ui, state: &mut ViewState, index: usize) {
    let Some(view) = &state.view else {
        return;
    };
    let facts = view.facts.clone();
    let spec = &facts.scene.control.loops[index];
    let prefix = format!("control.loops[{index}].");
    let is_shown = |own: &&LiveParameter| {
        own.path.strip_prefix(&prefix).is_some_and(|field| {
            field != "manual" && (field != "setpoint" || has_setpoint(&spec.law))
        })
    };
    let found: Vec<_> = facts.parameters.list().iter().filter(is_shown).collect();
    egui::CollapsingHeader::new("settings")
        .id_salt("settings of the loop")
        .default_open(true)
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                for own in found {
                    let name = own.label.strip_prefix(&spec.name).unwrap_or(&own.label);
                    let column = egui::Layout::top_down(egui::Align::Min);
                    ui.allocate_ui_with_layout(vec2(KNOB, 42.0), column, |ui| {
                        ui.set_max_width(KNOB);
                        knob(ui, state, own, name.trim_start());
                    });
                }
            });
        });
}
