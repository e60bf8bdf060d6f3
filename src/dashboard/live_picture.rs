//! A picture that changes often. A texture's new content reaches the renderer one or two frames
//! after egui has it, and until then nothing would be drawn; so several textures take turns, and
//! the newest one that the renderer has is shown.

use bevy_egui::egui::{self, ColorImage, TextureHandle, TextureId, TextureOptions};

/// Frames after which the renderer has a texture.
pub const FRAMES_ON_THE_WAY: u64 = 2;
/// Textures that take turns: those on the way, the one that is shown, and one that waits.
const TURNS: usize = FRAMES_ON_THE_WAY as usize + 2;

/// The textures, with the frames in which they were set.
#[derive(Default)]
pub struct LivePicture {
    ring: Vec<(TextureHandle, u64)>,
    next: usize,
}

impl LivePicture {
    /// Takes a new picture; gives the texture that it is in.
    pub fn set(&mut self, context: &egui::Context, name: &str, image: ColorImage) -> TextureId {
        let now = context.cumulative_frame_nr();
        let id = match self.ring.get_mut(self.next) {
            Some((texture, set)) => {
                texture.set(image, TextureOptions::NEAREST);
                *set = now;
                texture.id()
            }
            None => {
                let texture = context.load_texture(name, image, TextureOptions::NEAREST);
                let id = texture.id();
                self.ring.push((texture, now));
                id
            }
        };
        self.next = (self.next + 1) % TURNS;
        id
    }

    /// Whether there is no picture yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// The picture to show in this frame. While a newer one is on its way, asks for another frame.
    #[must_use]
    pub fn shown(&self, context: &egui::Context) -> Option<TextureId> {
        let now = context.cumulative_frame_nr();
        let there = |set: u64| now >= set + FRAMES_ON_THE_WAY;
        if self.ring.iter().any(|(_, set)| !there(*set)) {
            context.request_repaint();
        }
        let ready = self.ring.iter().filter(|(_, set)| there(*set));
        let newest = ready.max_by_key(|(_, set)| *set);
        // In the first frames there is none that the renderer has for certain.
        let first = || self.ring.iter().min_by_key(|(_, set)| *set);
        newest.or_else(first).map(|(texture, _)| texture.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::Color32;

    #[test]
    fn what_is_shown_is_never_on_its_way() {
        let context = egui::Context::default();
        let mut picture = LivePicture::default();
        let mut set_in = std::collections::BTreeMap::new();
        for frame in 0..40_u64 {
            let mut output = context.run_ui(egui::RawInput::default(), |ui| {
                let context = ui.ctx();
                // A picture in every frame, then rarely.
                if frame < 20 || frame % 5 == 0 {
                    let image = ColorImage::filled([2, 2], Color32::from_gray(frame as u8));
                    picture.set(context, "test", image);
                    let at = (picture.next + TURNS - 1) % TURNS;
                    set_in.insert(picture.ring[at].0.id(), context.cumulative_frame_nr());
                }
                let shown = picture.shown(context).unwrap();
                if frame >= FRAMES_ON_THE_WAY {
                    let age = context.cumulative_frame_nr() - set_in[&shown];
                    assert!(age >= FRAMES_ON_THE_WAY, "frame {frame}: {age}");
                    assert!(age < 8, "frame {frame} shows what is {age} frames old");
                }
            });
            output.textures_delta.clear();
        }
    }
}
