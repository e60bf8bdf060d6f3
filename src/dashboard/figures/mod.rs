//! What a panel shows, as a figure for a page: drawn by the room `figure`, with the same values.

mod curves;
mod phi;
mod regulation;
mod signals;
mod space;
mod time;

use std::path::PathBuf;

use bevy_egui::egui::{self, Color32};

use crate::figure::colour::Rgb;
use crate::figure::{Drawing, Figure, Size, write};
use crate::kernel::Branch;

use super::execute::exports;
use super::export::file_name;
use super::panels::{Pane, title_of};
use super::state::ViewState;
use super::theme;

/// Sizes on offer.
pub const SIZES: [(&str, Size); 3] = [
    ("one column, 85 mm", Size::Column),
    ("two columns, 178 mm", Size::TwoColumns),
    ("slide, 16:9", Size::Slide),
];

/// Formats on offer, by the ending of the file.
const ENDINGS: [&str; 3] = ["svg", "pdf", "png"];

/// A figure of what a panel shows, in the size that is chosen; `None` for panels of text and
/// controls, and while there is nothing to draw.
#[must_use]
pub fn drawing_of(pane: &Pane, state: &ViewState) -> Option<Drawing> {
    let figure = match pane {
        Pane::Plot(plot) => time::plot(state, plot, false),
        Pane::Difference(plot) => time::plot(state, plot, true),
        Pane::Sweep => curves::sweep(state),
        Pane::Plane => curves::plane(state),
        Pane::Spectrum(plot) => signals::spectrum(state, plot),
        Pane::Locking(plot) => signals::locking(state, plot),
        Pane::Modes => curves::modes(state),
        Pane::Field => space::field(state),
        Pane::Graph => space::graph(state),
        Pane::Circle => space::circle(state),
        Pane::Nodes => space::nodes(state),
        Pane::Phi => return phi::drawing(state),
        Pane::Control => regulation::control(state),
        Pane::Safety => regulation::safety(state),
        Pane::Events
        | Pane::Selection
        | Pane::Parameters
        | Pane::Scenes
        | Pane::Sensors
        | Pane::Notes => None,
    };
    figure.map(|figure| finished(figure, state).drawing())
}

/// Whether a panel shows something that a figure can be made of.
#[must_use]
pub fn has_figure(pane: &Pane) -> bool {
    !matches!(
        pane,
        Pane::Events
            | Pane::Selection
            | Pane::Parameters
            | Pane::Scenes
            | Pane::Sensors
            | Pane::Notes
    )
}

/// The figure in the size that is chosen, with the run that it is of below it.
fn finished(mut figure: Figure, state: &ViewState) -> Figure {
    figure.size = state.figure_size;
    figure.caption = caption(state);
    figure
}

/// Which run, branch and tick a figure is of.
fn caption(state: &ViewState) -> Vec<String> {
    let Some(view) = &state.view else {
        return Vec::new();
    };
    let scene = &view.facts.scene;
    let branch = match view.time.branches.len() {
        0 | 1 => String::new(),
        _ => format!(", branch {}", Branch::letter(state.branch())),
    };
    let digest = &view.digest[..view.digest.len().min(16)];
    vec![format!(
        "{}, seed {}{branch}, tick {}, digest {digest}",
        scene.name, scene.seed, view.tick
    )]
}

/// The entries of a menu that save a panel as a figure.
pub fn menu(ui: &mut egui::Ui, state: &mut ViewState, pane: &Pane) {
    for ending in ENDINGS {
        let text = format!("save figure as {}", ending.to_uppercase());
        if ui.button(text).clicked() {
            save(state, pane, ending);
            ui.close();
        }
    }
    ui.menu_button("size of figures", |ui| {
        for (name, size) in SIZES {
            let on = state.figure_size == size;
            if ui.selectable_label(on, name).clicked() {
                state.figure_size = size;
                ui.close();
            }
        }
    });
}

/// Writes the figure of a panel below `exports/` and says so.
fn save(state: &mut ViewState, pane: &Pane, ending: &str) {
    let name = match pane {
        Pane::Plot(plot) => file_name(state, plot, false),
        Pane::Difference(plot) => file_name(state, plot, true),
        other => {
            let title = title_of(other, state).replace(' ', "-");
            format!("{}_{title}", state.stamp())
        }
    };
    let path: PathBuf = exports().join(format!("{name}.{ending}"));
    let said = match drawing_of(pane, state) {
        None => "there is nothing to draw here yet".to_owned(),
        Some(drawing) => match write(&path, &drawing) {
            Ok(()) => format!("saved {}", path.display()),
            Err(error) => error,
        },
    };
    state.say(said);
}

/// A colour of the window, as lines and text of it are drawn on paper.
fn on_paper(color: Color32) -> Rgb {
    let shown = theme::on_ground(color, false);
    [shown.r(), shown.g(), shown.b()]
}

/// A colour of the window as it is, for areas.
fn plain(color: Color32) -> Rgb {
    [color.r(), color.g(), color.b()]
}
