//! What the window gives egui: keys with the modifiers that were down when they were pressed, and
//! no pointer while a picture is taken.

use bevy::input::ButtonState;
use bevy::input::keyboard::{Key, KeyboardInput};
use bevy::prelude::*;
use bevy_egui::egui::{Event, Modifiers};
use bevy_egui::helpers::{bevy_to_egui_key, bevy_to_egui_physical_key};
use bevy_egui::{EguiInput, egui};

/// The modifiers that are down.
#[derive(Default)]
pub struct Down(Modifiers);

impl Down {
    /// Takes a press or release. Gives the modifiers of a key that egui is told of.
    fn take(&mut self, message: &KeyboardInput) -> Option<Modifiers> {
        let pressed = message.state == ButtonState::Pressed;
        match &message.logical_key {
            Key::Shift => self.0.shift = pressed,
            Key::Alt => self.0.alt = pressed,
            Key::Control => {
                self.0.ctrl = pressed;
                if !cfg!(target_os = "macos") {
                    self.0.command = pressed;
                }
            }
            Key::Super | Key::Meta if cfg!(target_os = "macos") => {
                (self.0.mac_cmd, self.0.command) = (pressed, pressed);
            }
            _ => {}
        }
        let key = bevy_to_egui_key(&message.logical_key);
        let key = key.or_else(|| bevy_to_egui_physical_key(&message.key_code));
        key.map(|_| self.0)
    }
}

/// Gives each press the modifiers of its own moment. bevy_egui gives all presses of a frame those
/// of its end, so that a quick Shift+F1 within a slow frame would be F1.
pub fn own_modifiers(
    mut messages: MessageReader<KeyboardInput>,
    mut down: Local<Down>,
    mut inputs: Query<&mut EguiInput>,
    windows: Query<&Window>,
) {
    if windows.iter().all(|window| !window.focused) {
        *down = Down::default();
    }
    let of_keys: Vec<Modifiers> = messages.read().filter_map(|one| down.take(one)).collect();
    for mut input in &mut inputs {
        let keys = input.events.iter_mut().filter_map(|event| match event {
            Event::Key { modifiers, .. } => Some(modifiers),
            _ => None,
        });
        let keys: Vec<&mut Modifiers> = keys.collect();
        if keys.len() == of_keys.len() {
            for (key, own) in keys.into_iter().zip(&of_keys) {
                *key = *own;
            }
        }
    }
}

/// Takes the pointer out of what egui is given, so that a picture shows no hand.
pub fn without_pointer(mut inputs: Query<&mut EguiInput>) {
    for mut input in &mut inputs {
        input.events.retain(|event| !is_of_pointer(event));
        input.events.push(Event::PointerGone);
    }
}

fn is_of_pointer(event: &Event) -> bool {
    matches!(
        event,
        Event::PointerMoved(_)
            | Event::MouseMoved(_)
            | Event::PointerButton { .. }
            | Event::MouseWheel { .. }
            | Event::Zoom(_)
            | Event::Touch { .. }
    )
}

/// Whether tooltips come up.
pub fn tooltips(context: &egui::Context, wanted: bool) {
    let delay = if wanted { 0.4 } else { NEVER_S };
    if context.style_of(context.theme()).interaction.tooltip_delay != delay {
        context.all_styles_mut(|style| style.interaction.tooltip_delay = delay);
    }
}

/// Seconds that nobody waits.
const NEVER_S: f32 = 1e6;
