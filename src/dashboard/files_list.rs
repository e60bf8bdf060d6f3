//! What the open scene's files were read as.

use bevy_egui::egui::{self, Label, RichText};

use crate::scenario::InputFile;

/// Height beyond which the list scrolls.
const HEIGHT: f32 = 190.0;

/// A line for each file, and what was detected, chosen and left out; nothing without files.
pub fn files(ui: &mut egui::Ui, files: &[InputFile]) {
    if files.is_empty() {
        return;
    }
    egui::CollapsingHeader::new("Files")
        .default_open(true)
        .show(ui, |ui| {
            egui::ScrollArea::vertical()
                .id_salt("files")
                .max_height(HEIGHT)
                .show(ui, |ui| {
                    for file in files {
                        let head = format!("{}: {}", file.path, file.read_as);
                        ui.add(Label::new(RichText::new(head).strong()).wrap());
                        for note in &file.notes {
                            ui.add(Label::new(RichText::new(note).small()).wrap());
                        }
                    }
                });
        });
    ui.separator();
}
