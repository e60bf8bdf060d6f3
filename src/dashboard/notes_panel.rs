//! What a scene says of itself: what to look for, and what to try.

use bevy_egui::egui::{self, RichText};

use super::state::ViewState;

/// The panel.
pub fn notes(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    let scene = &view.facts.scene;
    egui::ScrollArea::vertical().show(ui, |ui| {
        ui.add(egui::Label::new(RichText::new(&scene.description).strong()).wrap());
        if scene.notes.is_empty() {
            ui.weak("The scene says no more of itself. A field `notes` in its file stands here.");
            return;
        }
        for paragraph in paragraphs(&scene.notes) {
            ui.add_space(4.0);
            ui.add(egui::Label::new(paragraph).wrap());
        }
    });
}

/// The paragraphs of a text, which empty lines divide; lines within one are joined.
fn paragraphs(text: &str) -> Vec<String> {
    let mut list = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        match (line.is_empty(), list.last_mut()) {
            (false, Some(last)) => last.push(line),
            _ => list.push(Vec::new()),
        }
    }
    list.retain(|lines: &Vec<&str>| !lines.is_empty());
    list.into_iter().map(|lines| lines.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_divide_paragraphs() {
        let text = "\n  one\n  line\n\n\n  two\n";
        assert_eq!(paragraphs(text), ["one line", "two"]);
        assert!(paragraphs("").is_empty());
    }
}
