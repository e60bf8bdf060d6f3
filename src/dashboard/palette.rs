//! The command palette and the list of keys.

use std::path::PathBuf;

use bevy_egui::egui::{self, Key, RichText};

use crate::record::claim::MANIFEST;

use super::commands::{Command, all};
use super::execute::execute;
use super::graph_hands::select;
use super::order::{Order, SceneSource};
use super::panels::{Pane, title_of};
use super::state::ViewState;

/// What the palette keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaletteState {
    /// Whether it is open.
    pub open: bool,
    /// What was typed.
    pub text: String,
    /// The line that Enter runs.
    pub line: usize,
}

impl PaletteState {
    /// Opens or closes it.
    pub fn toggle(&mut self) {
        *self = Self {
            open: !self.open,
            ..Self::default()
        };
    }
}

/// What an entry of the palette leads to.
#[derive(Clone, Debug, PartialEq)]
enum Target {
    Command(Command),
    Scene(usize),
    Panel(Pane),
    Parameter(String),
    Vertex(u32),
    Run(PathBuf),
}

/// A line of the palette.
struct Entry {
    name: String,
    help: String,
    key: String,
    target: Target,
}

/// Everything that can be found: commands first, then scenes, panels, parameters and the vertex
/// whose number was typed.
fn entries(state: &ViewState) -> Vec<Entry> {
    let commands = all().into_iter().map(|spec| Entry {
        key: spec.key_text(),
        help: spec.help.to_owned(),
        target: Target::Command(spec.command),
        name: spec.name,
    });
    let entry = |name: String, help: &str, target| Entry {
        name,
        help: help.to_owned(),
        key: String::new(),
        target,
    };
    let mut list: Vec<Entry> = commands.collect();
    for (k, own) in state.scenes.entries.iter().enumerate() {
        let help = own.description.as_deref().unwrap_or("this scene is wrong");
        list.push(entry(
            format!("scene: {}", own.name),
            help,
            Target::Scene(k),
        ));
    }
    for pane in Pane::all(&state.metrics) {
        let name = format!("panel: {}", title_of(&pane, state));
        list.push(entry(name, "show this panel", Target::Panel(pane)));
    }
    for folder in runs(&state.palette.text) {
        let name = format!("run: {}", folder.display());
        let help = "open this run folder: its rows at once, its ticks when you go there";
        list.push(entry(name, help, Target::Run(folder)));
    }
    let Some(view) = &state.view else {
        return list;
    };
    for own in view.facts.parameters.list() {
        let name = format!("parameter: {}", own.label);
        list.push(entry(name, &own.path, Target::Parameter(own.label.clone())));
    }
    let typed = state.palette.text.trim().trim_start_matches('v');
    if let Some(vertex) = typed
        .parse::<u32>()
        .ok()
        .filter(|own| (*own as usize) < view.angles.len())
    {
        let name = format!("vertex: {}", view.facts.name_of(vertex));
        let help = format!("select it {}", state.palette.text.trim());
        list.push(entry(name, &help, Target::Vertex(vertex)));
    }
    list
}

/// The newest run, and the run folder whose name was typed, behind the word `run` or not.
fn runs(typed: &str) -> Vec<PathBuf> {
    let typed = typed.trim();
    let named = typed.strip_prefix("run:").unwrap_or(typed).trim();
    let named = (named.len() > 1).then(|| PathBuf::from(named));
    let last = PathBuf::from("runs/last");
    let all = std::iter::once(last.clone()).chain(named.filter(|own| *own != last));
    all.filter(|own| own.join(MANIFEST).is_file()).collect()
}

/// Goes where an entry leads.
fn follow(target: Target, state: &mut ViewState, context: &egui::Context) {
    let bring = |state: &mut ViewState, pane: Pane| {
        if !state.layout.has(&pane) {
            state.layout.toggle(pane.clone());
        }
        state.layout.show(&pane);
    };
    match target {
        Target::Command(command) => execute(command, state, context),
        Target::Run(folder) => state.leave(Order::Open(SceneSource::Run(folder))),
        Target::Scene(place) => {
            if let Some(source) = state.scenes.source(place) {
                state.leave(Order::Open(source));
            }
        }
        Target::Panel(pane) => bring(state, pane),
        Target::Parameter(label) => {
            bring(state, Pane::Parameters);
            state.sought = label;
        }
        Target::Vertex(vertex) => {
            select(state, Some(vertex));
            bring(state, Pane::Selection);
        }
    }
}

/// Whether all words occur in a name or help, in any order.
fn fits(text: &str, name: &str, help: &str) -> bool {
    let all = format!("{name} {help}").to_lowercase();
    text.to_lowercase()
        .split_whitespace()
        .all(|w| all.contains(w))
}

/// The palette, when it is open.
pub fn palette(ui: &mut egui::Ui, state: &mut ViewState) {
    if !state.palette.open {
        return;
    }
    let context = ui.ctx().clone();
    let mut found = entries(state);
    found.retain(|own| fits(&state.palette.text, &own.name, &own.help));
    let mut chosen: Option<Target> = None;
    let mut close = false;
    let modal = egui::Modal::new("palette".into()).show(&context, |ui| {
        ui.set_width(520.0);
        let down = ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, Key::ArrowDown));
        let up = ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, Key::ArrowUp));
        let enter = ui.input(|i| i.key_pressed(Key::Enter));
        close |= ui.input(|i| i.key_pressed(Key::Escape));
        let palette = &mut state.palette;
        let hint = egui::TextEdit::singleline(&mut palette.text)
            .hint_text("a command, scene, panel, parameter or the number of a vertex")
            .desired_width(f32::INFINITY);
        let field = ui.add(hint);
        field.widget_info(|| {
            egui::WidgetInfo::labeled(egui::WidgetType::TextEdit, true, "find a command")
        });
        if !field.has_focus() {
            field.request_focus();
        }
        if field.changed() {
            palette.line = 0;
        }
        if down {
            palette.line += 1;
        }
        if up {
            palette.line = palette.line.saturating_sub(1);
        }
        palette.line = palette.line.min(found.len().saturating_sub(1));
        ui.separator();
        egui::ScrollArea::vertical()
            .max_height(320.0)
            .show(ui, |ui| {
                for (k, own) in found.iter().enumerate() {
                    let line = ui.horizontal(|ui| {
                        let label = ui.selectable_label(k == palette.line, &own.name);
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            ui.label(RichText::new(&own.key).monospace());
                            let help = RichText::new(&own.help).weak();
                            ui.add(egui::Label::new(help).truncate());
                        });
                        label
                    });
                    if k == palette.line && (up || down) {
                        line.inner.scroll_to_me(None);
                    }
                    if line.inner.clicked() {
                        chosen = Some(own.target.clone());
                    }
                }
                if found.is_empty() {
                    ui.weak("Nothing has these words: no command, scene, panel or parameter.");
                }
            });
        if enter {
            chosen = found.get(palette.line).map(|own| own.target.clone());
        }
    });
    if close || modal.should_close() || chosen.is_some() {
        state.palette = PaletteState::default();
    }
    if let Some(target) = chosen {
        follow(target, state, &context);
    }
}

/// What hands do that no key does.
const GESTURES: [(&str, &str); 10] = [
    (
        "click a plot",
        "cursor 1; Shift+click: cursor 2, with Δt and Δy",
    ),
    (
        "drag or scroll a plot",
        "move or zoom in time; double-click: follow again",
    ),
    (
        "right-click a plot",
        "files, logarithm, statistics, more curves",
    ),
    (
        "click a name over a plot",
        "hide or show the curve; drag it onto another plot",
    ),
    ("drag the time bar", "go to any tick that has run"),
    (
        "right-click a vertex",
        "kick, link, cut, send to another node",
    ),
    ("right-click an event", "run again without it"),
    ("drag a tab", "move the panel, or split a tile"),
    ("Ctrl++, Ctrl+−, Ctrl+0", "size of everything; it is kept"),
    ("Esc", "close what is open; take away cursors"),
];

/// The list of keys, when it is open.
pub fn help(ui: &mut egui::Ui, state: &mut ViewState) {
    let mut open = state.help;
    egui::Window::new("all keys")
        .open(&mut open)
        .collapsible(false)
        .default_width(480.0)
        .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .show(ui.ctx(), |ui| {
            let room = (ui.ctx().content_rect().height() - 160.0).max(120.0);
            egui::ScrollArea::vertical()
                .max_height(room)
                .show(ui, |ui| {
                    egui::Grid::new("keys").striped(true).show(ui, |ui| {
                        for spec in all().iter().filter(|spec| spec.key.is_some()) {
                            ui.label(RichText::new(spec.key_text()).monospace());
                            ui.label(&spec.name);
                            ui.weak(spec.help);
                            ui.end_row();
                        }
                        for (gesture, does) in GESTURES {
                            ui.label(RichText::new(gesture).monospace());
                            ui.label("");
                            ui.weak(does);
                            ui.end_row();
                        }
                    });
                });
        });
    state.help = open;
}
