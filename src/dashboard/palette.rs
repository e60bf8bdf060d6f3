//! The command palette and the list of keys.

use bevy_egui::egui::{self, Key, RichText};

use super::commands::{Command, all};
use super::execute::execute;
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
    let specs = all();
    let found: Vec<_> = specs
        .iter()
        .filter(|spec| fits(&state.palette.text, &spec.name, spec.help))
        .collect();
    let mut chosen: Option<Command> = None;
    let mut close = false;
    let modal = egui::Modal::new("palette".into()).show(&context, |ui| {
        ui.set_width(460.0);
        let down = ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, Key::ArrowDown));
        let up = ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, Key::ArrowUp));
        let enter = ui.input(|i| i.key_pressed(Key::Enter));
        close |= ui.input(|i| i.key_pressed(Key::Escape));
        let palette = &mut state.palette;
        let hint = egui::TextEdit::singleline(&mut palette.text)
            .hint_text("type a command")
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
                for (k, spec) in found.iter().enumerate() {
                    let line = ui.horizontal(|ui| {
                        let label = ui.selectable_label(k == palette.line, &spec.name);
                        ui.weak(spec.help);
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            ui.label(RichText::new(spec.key_text()).monospace());
                        });
                        label
                    });
                    if k == palette.line && (up || down) {
                        line.inner.scroll_to_me(None);
                    }
                    if line.inner.clicked() {
                        chosen = Some(spec.command);
                    }
                }
                if found.is_empty() {
                    ui.weak("No command has these words.");
                }
            });
        if enter {
            chosen = found.get(palette.line).map(|spec| spec.command);
        }
    });
    if close || modal.should_close() || chosen.is_some() {
        state.palette = PaletteState::default();
    }
    if let Some(command) = chosen {
        execute(command, state, &context);
    }
}

/// The list of keys, when it is open.
pub fn help(ui: &mut egui::Ui, state: &mut ViewState) {
    let mut open = state.help;
    egui::Window::new("all keys")
        .open(&mut open)
        .collapsible(false)
        .default_width(420.0)
        .show(ui.ctx(), |ui| {
            egui::ScrollArea::vertical()
                .max_height(520.0)
                .show(ui, |ui| {
                    egui::Grid::new("keys").striped(true).show(ui, |ui| {
                        for spec in all().iter().filter(|spec| spec.key.is_some()) {
                            ui.label(RichText::new(spec.key_text()).monospace());
                            ui.label(&spec.name);
                            ui.weak(spec.help);
                            ui.end_row();
                        }
                    });
                });
        });
    state.help = open;
}
