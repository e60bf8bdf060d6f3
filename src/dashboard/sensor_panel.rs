//! The sensors of the shown scope: what they give, and how well they are.

use bevy_egui::egui::{self, Color32, ProgressBar, RichText, WidgetInfo, WidgetType};

use crate::sensors::SensorSpec;
use crate::sensors::reading::{ChannelReading, SensorReading};

use super::state::ViewState;
use super::theme;
use super::view::View;

/// What the panel shows.
pub const HELP: &str = "The sensors that the shown scope reads: the latest value, how many samples \
                        are there, how old the latest is, gaps, how unevenly live ones come, and \
                        the faults that the scene gives them. Hover for what a column means; open \
                        a sensor for its channels.";

/// Coverage from which a sensor needs no warning.
const WELL: f64 = 0.95;

/// Columns of the table, with what they mean.
const COLUMNS: [(&str, &str); 7] = [
    ("sensor", "A sensor of the scene; open it for its channels."),
    (
        "value",
        "The latest value of its first channel; — where there is none.",
    ),
    (
        "coverage",
        "Share of samples that are there, over its channels and the ticks of a signal window.",
    ),
    (
        "stale",
        "Ticks since the latest sample, of the channel where that is longest. A value that is held \
         ages.",
    ),
    (
        "gaps",
        "Spans without a sample since the start, with the samples that are missing.",
    ),
    (
        "jitter",
        "How unevenly samples of a live device arrive (RFC 3550); others have none.",
    ),
    (
        "faults",
        "Faults of the scene that act now; those that do not are pale.",
    ),
];

/// Sensors of the shown scope.
pub fn sensors(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    let specs = &view.facts.scene.sensors;
    if specs.is_empty() {
        ui.weak(
            "This scene has no sensor. sensors: [(name: \"probe\", device: Probe())] gives it one.",
        );
        return;
    }
    let populations = &view.facts.scene.populations;
    let is_shown = |own: &&SensorReading| match own.scope.index().checked_sub(1) {
        None => state.scope == "cluster",
        Some(k) => populations
            .get(k)
            .is_some_and(|own| own.name == state.scope),
    };
    let shown: Vec<&SensorReading> = view.sensors.iter().filter(is_shown).collect();
    let elsewhere = view.sensors.len() - shown.len();
    if shown.is_empty() {
        ui.weak(match view.sensors.is_empty() {
            true => "No sample has arrived yet: those of a tick are there in the next.".to_owned(),
            false => format!(
                "No sensor is read in {}. Another scope above shows its own; scope: {:?} in a \
                 sensor brings it here.",
                state.scope, state.scope
            ),
        });
        return;
    }
    if elsewhere > 0 {
        ui.weak(format!("and {elsewhere} that other scopes read"));
    }
    egui::ScrollArea::both().show(ui, |ui| {
        egui::Grid::new("sensors")
            .num_columns(COLUMNS.len())
            .striped(true)
            .show(ui, |ui| {
                for (name, help) in COLUMNS {
                    ui.weak(name).on_hover_text(help);
                }
                ui.end_row();
                for reading in &shown {
                    if let Some(spec) = specs.get(reading.sensor as usize) {
                        row(ui, view, spec, reading);
                    }
                }
            });
        for reading in shown {
            if let Some(spec) = specs.get(reading.sensor as usize) {
                channels(ui, view, spec, reading);
            }
        }
    });
}

fn row(ui: &mut egui::Ui, view: &View, spec: &SensorSpec, reading: &SensorReading) {
    let kind = spec.device.name();
    let count = match reading.channels {
        1 => format!("{kind}, 1 channel"),
        count => format!("{kind}, {count} channels"),
    };
    ui.label(RichText::new(&spec.name).strong())
        .on_hover_text(count);
    let first = reading.shown.first().map_or(f64::NAN, |own| own.value);
    ui.label(number(first));
    coverage(ui, &spec.name, reading.coverage);
    ui.label(reading.stale_ticks.to_string());
    ui.label(reading.gaps.to_string())
        .on_hover_text(format!("{} samples are missing", reading.missing));
    ui.label(match reading.jitter_s {
        Some(jitter) => format!("{:.2} ms", jitter * 1e3),
        None => "—".to_owned(),
    });
    faults(ui, view, spec);
    ui.end_row();
}

/// A bar for a share, with a sign where it is low.
fn coverage(ui: &mut egui::Ui, name: &str, share: f64) {
    let (sign, color) = match share < WELL {
        true => ("⚠ ", theme::ALERT),
        false => ("", Color32::from_rgb(0, 95, 140)),
    };
    let text = format!("{sign}{:.0} %", share * 100.0);
    let bar = ProgressBar::new(share as f32)
        .desired_width(90.0)
        .text(RichText::new(text).color(Color32::WHITE));
    ui.add(bar.fill(color)).widget_info(|| {
        let text = format!("coverage of {name}: {:.0} %", share * 100.0);
        WidgetInfo::labeled(WidgetType::ProgressIndicator, true, &text)
    });
}

fn faults(ui: &mut egui::Ui, view: &View, spec: &SensorSpec) {
    if spec.faults.is_empty() {
        ui.weak("none");
        return;
    }
    let dark = ui.visuals().dark_mode;
    ui.horizontal(|ui| {
        for fault in &spec.faults {
            let acts = fault.kind().window().holds(view.t_s);
            let response = match acts {
                true => ui.colored_label(theme::on_ground(theme::ALERT, dark), fault.name()),
                false => ui.weak(fault.name()),
            };
            response.on_hover_text(fault.explained());
        }
    });
}

/// The channels of a sensor, when it is opened.
fn channels(ui: &mut egui::Ui, view: &View, spec: &SensorSpec, reading: &SensorReading) {
    let title = format!("channels of {}", spec.name);
    egui::CollapsingHeader::new(title)
        .id_salt(("sensor", reading.sensor, reading.scope.0))
        .default_open(false)
        .show(ui, |ui| {
            egui::Grid::new(("channels", reading.sensor, reading.scope.0))
                .num_columns(5)
                .striped(true)
                .show(ui, |ui| {
                    for own in &reading.shown {
                        channel(ui, view, own);
                    }
                });
            let more = reading.channels - reading.shown.len();
            if more > 0 {
                ui.weak(format!("and {more} more"));
            }
        });
}

fn channel(ui: &mut egui::Ui, view: &View, own: &ChannelReading) {
    let names = &view.facts.channels;
    let name = names.get(own.channel as usize).map_or("", String::as_str);
    ui.label(name);
    ui.label(number(own.value));
    ui.label(format!("{:.0} %", own.coverage * 100.0))
        .on_hover_text("coverage");
    let tick_s = view.facts.scene.clock.dt_s * f64::from(view.facts.scene.clock.substeps);
    ui.label(match own.health.latest {
        Some(tick) => format!("{:.3} s", tick as f64 * tick_s),
        None => "never".to_owned(),
    })
    .on_hover_text("When its latest sample was taken, in plant time.");
    ui.label(format!("{} gaps", own.health.gaps))
        .on_hover_text(format!("{} samples are missing", own.health.missing));
    ui.end_row();
}

fn number(value: f64) -> String {
    match value.is_finite() {
        true => format!("{value:+.4}"),
        false => "—".to_owned(),
    }
}
