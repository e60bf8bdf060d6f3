//! The menu of a plot over time: files of what is in sight, and how it is shown.

use std::path::{Path, PathBuf};

use bevy_egui::egui;

use crate::registry::metric::MetricScope;

use super::curve::{Curve, TimePlot};
use super::execute::exports;
use super::export::{csv, file_name};
use super::figures;
use super::panels::Pane;
use super::state::ViewState;

/// Spans of time on offer, s.
const SPANS: [(&str, f64); 4] = [
    ("10 s", 10.0),
    ("40 s", 40.0),
    ("200 s", 200.0),
    ("all", f64::INFINITY),
];

/// The menu of a plot.
pub fn menu(response: &egui::Response, state: &mut ViewState, plot: &mut TimePlot, differs: bool) {
    response.context_menu(|ui| {
        if ui.button("save as CSV").clicked() {
            let text = csv(state, plot, differs);
            let name = format!("{}.csv", file_name(state, plot, differs));
            save(state, &exports().join(name), &text);
            ui.close();
        }
        let pane = match differs {
            true => Pane::Difference(plot.clone()),
            false => Pane::Plot(plot.clone()),
        };
        figures::menu(ui, state, &pane);
        ui.separator();
        for (name, window_s) in SPANS {
            let on = state.plots.follow && state.plots.window_s == window_s;
            if ui.selectable_label(on, format!("show {name}")).clicked() {
                state.plots.window_s = window_s;
                state.plots.follow = true;
                state.plots.fit();
                ui.close();
            }
        }
        ui.checkbox(&mut state.plots.follow, "follow the newest tick");
        if !differs {
            ui.checkbox(&mut plot.log, "logarithmic values");
        }
        ui.checkbox(&mut plot.statistics, "statistics of what is in sight");
        if state.plots.cursors[0].is_some() && ui.button("remove the cursors").clicked() {
            state.plots.cursors = [None; 2];
            ui.close();
        }
        ui.separator();
        ui.menu_button("add a curve", |ui| add(ui, state, plot));
    });
}

/// Every metric, each of the scope that is chosen or of one of its own.
fn add(ui: &mut egui::Ui, state: &ViewState, plot: &mut TimePlot) {
    let scopes: Vec<String> = match state.chronicle() {
        Some(chronicle) => chronicle.scopes().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    egui::ScrollArea::vertical()
        .max_height(360.0)
        .show(ui, |ui| {
            for metric in state.metrics.list() {
                ui.menu_button(metric.label.as_ref(), |ui| {
                    let mut chosen = None;
                    if ui.button("the chosen scope").clicked() {
                        chosen = Some(None);
                    }
                    let known = scopes
                        .iter()
                        .filter(|scope| metric.scope == MetricScope::All || *scope == "cluster");
                    egui::ScrollArea::vertical()
                        .max_height(300.0)
                        .show(ui, |ui| {
                            for scope in known {
                                if ui.button(scope).clicked() {
                                    chosen = Some(Some(scope.clone()));
                                }
                            }
                        });
                    if let Some(scope) = chosen {
                        let curve = Curve {
                            metric: metric.id.clone(),
                            scope,
                        };
                        if !plot.curves.contains(&curve) {
                            plot.curves.push(curve);
                        }
                        ui.close();
                    }
                });
            }
        });
}

/// Writes a text file and says so.
pub fn save(state: &mut ViewState, path: &Path, text: &str) {
    let directory = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let written = std::fs::create_dir_all(directory).and_then(|()| std::fs::write(path, text));
    state.say(match written {
        Ok(()) => format!("saved {}", path.display()),
        Err(error) => format!("cannot write {}: {error}", path.display()),
    });
}
