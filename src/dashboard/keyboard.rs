//! Keys: each press with its own modifiers finds the command that wants most of them.

use bevy_egui::egui::{self, Event, Key, Modifiers};

use super::commands::{Command, Spec, all};
use super::execute::execute;
use super::state::ViewState;

/// The keys that were pressed in this frame, with their modifiers and whether they repeat.
fn pressed(context: &egui::Context) -> Vec<(Modifiers, Key, bool)> {
    context.input(|input| {
        let presses = input.events.iter().filter_map(|event| match event {
            Event::Key {
                key,
                pressed: true,
                repeat,
                modifiers,
                ..
            } => Some((*modifiers, *key, *repeat)),
            _ => None,
        });
        presses.collect()
    })
}

/// The command that a press stands for: one that wants exactly these modifiers, else one that wants
/// none where Shift only helps to type a sign.
#[must_use]
pub fn command_of(list: &[Spec], modifiers: Modifiers, key: Key) -> Option<Command> {
    let with = |wanted: Modifiers| {
        let wants = |spec: &&Spec| spec.key.is_some_and(|own| own == (wanted, key));
        list.iter().find(wants).map(|spec| spec.command)
    };
    let ctrl = modifiers.ctrl || modifiers.command || modifiers.mac_cmd;
    let own = match (ctrl, modifiers.shift) {
        _ if modifiers.alt => return None,
        (true, true) => return None,
        (true, false) => Modifiers::COMMAND,
        (false, true) => Modifiers::SHIFT,
        (false, false) => Modifiers::NONE,
    };
    let typed = matches!(
        key,
        Key::OpenBracket | Key::CloseBracket | Key::Comma | Key::Period
    );
    with(own).or_else(|| with(Modifiers::NONE).filter(|_| typed && own == Modifiers::SHIFT))
}

/// Obeys the keys of this frame, unless a text field or a focused widget has them.
pub fn keys(ui: &egui::Ui, state: &mut ViewState) {
    let context = ui.ctx().clone();
    let typing = context.text_edit_focused();
    let focused = context.egui_wants_keyboard_input();
    let list = all();
    for (modifiers, key, repeats) in pressed(&context) {
        if key == Key::Escape && !typing {
            close_something(state);
            continue;
        }
        // A field takes plain keys, a focused widget those that move or press it; keys with Ctrl
        // and function keys still act.
        let function = key.name().starts_with('F') && key != Key::F;
        let plain = !modifiers.command && !modifiers.ctrl && !function;
        let presses = matches!(
            key,
            Key::Space
                | Key::Enter
                | Key::ArrowLeft
                | Key::ArrowRight
                | Key::ArrowUp
                | Key::ArrowDown
        );
        if plain && (typing || focused && presses) {
            continue;
        }
        let Some(command) = command_of(&list, modifiers, key) else {
            continue;
        };
        let moves = matches!(command, Command::Step | Command::Back | Command::Jump(_));
        if repeats && !moves {
            continue;
        }
        context.input_mut(|input| input.consume_key(modifiers, key));
        execute(command, state, &context);
    }
}

/// Closes what was opened last: a question, the list of keys, the tour, cursors, the selection.
fn close_something(state: &mut ViewState) {
    if state.question.take().is_some() {
    } else if state.palette.open {
        state.palette.toggle();
    } else if state.help {
        state.help = false;
    } else if state.tour.step > 0 {
        state.tour.step = 0;
    } else if state.tour.offered {
        state.tour.offered = false;
    } else if state.graph.linking.take().is_some() {
    } else {
        state.plots.cursors = [None; 2];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_wants_most_modifiers_is_meant() {
        let list = all();
        let found = |modifiers, key| command_of(&list, modifiers, key);
        let shift = Modifiers::SHIFT;
        assert_eq!(
            found(Modifiers::NONE, Key::ArrowRight),
            Some(Command::Jump(1))
        );
        assert_eq!(found(shift, Key::ArrowRight), Some(Command::Jump(10)));
        assert_eq!(found(shift, Key::ArrowLeft), Some(Command::Jump(-10)));
        assert_eq!(found(Modifiers::NONE, Key::L), Some(Command::Follow));
        assert_eq!(found(shift, Key::L), Some(Command::Log));
        assert_eq!(found(shift, Key::F1), Some(Command::Tour));
        assert_eq!(found(shift, Key::Space), None);
        assert_eq!(found(shift, Key::CloseBracket), Some(Command::Faster));
        let ctrl = Modifiers {
            ctrl: true,
            ..Modifiers::COMMAND
        };
        assert_eq!(found(ctrl, Key::E), Some(Command::Export));
        assert_eq!(found(ctrl | shift, Key::E), None);
        assert_eq!(found(Modifiers::ALT, Key::F), None);
    }
}
