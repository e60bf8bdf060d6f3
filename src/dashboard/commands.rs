//! Every command with its name, help and key: the one list that keys, menus and palette read.

use bevy_egui::egui::{Key, Modifiers};

use crate::scenario::view_spec::Arrangement;

/// Paces on offer, in plant seconds per second of wall time.
pub const SPEEDS: [(f64, &str); 6] = [
    (0.25, "×¼"),
    (0.5, "×½"),
    (1.0, "×1"),
    (2.0, "×2"),
    (8.0, "×8"),
    (f64::INFINITY, "max"),
];

/// Something that a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Play or pause.
    PlayPause,
    /// One tick on.
    Step,
    /// One tick back.
    Back,
    /// Plant seconds on, or back when negative.
    Jump(i32),
    /// To the first tick.
    Start,
    /// To the newest tick, and on.
    Live,
    /// The next slower pace.
    Slower,
    /// The next faster pace.
    Faster,
    /// Open a scene of the list.
    Scene(u8),
    /// Open a branch.
    Fork,
    /// Show the next branch.
    NextBranch,
    /// Remember this tick.
    Bookmark,
    /// Begin anew.
    Reset,
    /// Stop safely.
    Stop,
    /// Write a run folder.
    Export,
    /// Begin or end a sequence of pictures.
    Record,
    /// The command palette.
    Palette,
    /// Arrange the panels.
    Arrange(Arrangement),
    /// Keep the arrangement for this scene.
    SaveLayout,
    /// Back to the arrangement as it comes.
    ResetLayout,
    /// Light or dark.
    Theme,
    /// Cividis or viridis.
    Map,
    /// Keep the newest tick in sight.
    Follow,
    /// Logarithm of values.
    Log,
    /// Show all of the run.
    All,
    /// Copy the scene.
    CopyScene,
    /// Save the scene with its edits.
    SaveScene,
    /// The guided tour.
    Tour,
    /// The list of keys.
    Keys,
    /// Full screen.
    FullScreen,
    /// A picture of the window.
    Picture,
    /// Let the graph settle anew.
    Rearrange,
    /// Close the window.
    Quit,
}

/// A command, and how it is called.
pub struct Spec {
    /// The command.
    pub command: Command,
    /// What a person calls it.
    pub name: String,
    /// What it does.
    pub help: &'static str,
    /// Its key.
    pub key: Option<(Modifiers, Key)>,
}

const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const CTRL: Modifiers = Modifiers::COMMAND;

/// The keys of the first nine scenes.
const DIGITS: [Key; 9] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

/// All commands, in the order of the palette.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table, a row a command")]
pub fn all() -> Vec<Spec> {
    use Command as C;
    let mut list: Vec<Spec> = [
        (
            C::PlayPause,
            "play or pause",
            "let ticks run, or hold them",
            Some((NONE, Key::Space)),
        ),
        (C::Step, "step", "run one tick", Some((NONE, Key::Period))),
        (
            C::Back,
            "step back",
            "go one tick back",
            Some((NONE, Key::Comma)),
        ),
        (
            C::Jump(1),
            "one second on",
            "of plant time",
            Some((NONE, Key::ArrowRight)),
        ),
        (
            C::Jump(-1),
            "one second back",
            "of plant time",
            Some((NONE, Key::ArrowLeft)),
        ),
        (
            C::Jump(10),
            "ten seconds on",
            "of plant time",
            Some((SHIFT, Key::ArrowRight)),
        ),
        (
            C::Jump(-10),
            "ten seconds back",
            "of plant time",
            Some((SHIFT, Key::ArrowLeft)),
        ),
        (
            C::Start,
            "go to the start",
            "the first tick",
            Some((NONE, Key::Home)),
        ),
        (
            C::Live,
            "go live",
            "the newest tick of this branch, and on",
            Some((NONE, Key::End)),
        ),
        (
            C::Slower,
            "slower",
            "the next slower pace",
            Some((NONE, Key::OpenBracket)),
        ),
        (
            C::Faster,
            "faster",
            "the next faster pace",
            Some((NONE, Key::CloseBracket)),
        ),
        (
            C::Fork,
            "fork",
            "part a branch from here; both futures are drawn",
            Some((NONE, Key::F)),
        ),
        (
            C::NextBranch,
            "next branch",
            "show the next branch at this tick",
            Some((NONE, Key::N)),
        ),
        (
            C::Bookmark,
            "bookmark",
            "remember this tick on the time bar",
            Some((NONE, Key::B)),
        ),
        (
            C::Reset,
            "reset",
            "begin the scene anew; asks where much would be lost",
            Some((NONE, Key::R)),
        ),
        (
            C::Stop,
            "stop safely",
            "drop every drive and end the run",
            None,
        ),
        (
            C::Export,
            "export the run",
            "write a run folder under exports/",
            Some((CTRL, Key::E)),
        ),
        (
            C::Record,
            "record pictures",
            "begin or end a film: a PNG every 1/25 s of plant time",
            Some((CTRL, Key::R)),
        ),
        (
            C::Picture,
            "screenshot",
            "save a PNG under exports/",
            Some((NONE, Key::F12)),
        ),
        (
            C::Palette,
            "command palette",
            "find commands, scenes, panels, parameters, vertices",
            Some((CTRL, Key::P)),
        ),
        (
            C::SaveLayout,
            "save layout",
            "keep the panels as they are",
            Some((CTRL, Key::S)),
        ),
        (
            C::ResetLayout,
            "reset layout",
            "the panels as they come",
            None,
        ),
        (
            C::Theme,
            "light or dark",
            "change the background",
            Some((NONE, Key::T)),
        ),
        (
            C::Map,
            "cividis or viridis",
            "change the map of magnitudes",
            None,
        ),
        (
            C::Follow,
            "follow",
            "keep the newest tick in sight",
            Some((NONE, Key::L)),
        ),
        (
            C::All,
            "whole run",
            "show every tick from the first",
            Some((NONE, Key::A)),
        ),
        (
            C::Log,
            "logarithm",
            "a logarithmic axis of values for the plot under the pointer",
            Some((SHIFT, Key::L)),
        ),
        (
            C::Rearrange,
            "arrange the graph",
            "let its layout settle anew",
            Some((NONE, Key::G)),
        ),
        (
            C::CopyScene,
            "copy scene as RON",
            "with the values set live",
            Some((SHIFT, Key::C)),
        ),
        (
            C::SaveScene,
            "save scene as",
            "a new file beside it, with live values",
            Some((CTRL, Key::D)),
        ),
        (
            C::Tour,
            "guided tour",
            "synchrony, control, safety of numbers, in eight steps",
            Some((SHIFT, Key::F1)),
        ),
        (C::Keys, "all keys", "this list", Some((NONE, Key::F1))),
        (
            C::FullScreen,
            "full screen",
            "on or off",
            Some((NONE, Key::F11)),
        ),
        (
            C::Quit,
            "quit",
            "close the window and the run folder",
            Some((CTRL, Key::Q)),
        ),
    ]
    .into_iter()
    .map(|(command, name, help, key)| Spec {
        command,
        name: name.to_owned(),
        help,
        key,
    })
    .collect();
    for arrangement in Arrangement::ALL {
        list.push(Spec {
            command: C::Arrange(arrangement),
            name: format!("layout: {}", arrangement.name()),
            help: arrangement.help(),
            key: None,
        });
    }
    for (k, key) in DIGITS.into_iter().enumerate() {
        list.push(Spec {
            command: C::Scene(k as u8),
            name: format!("open scene {}", k + 1),
            help: "of the list of scenes",
            key: Some((NONE, key)),
        });
    }
    list
}

impl Spec {
    /// The key in words.
    #[must_use]
    pub fn key_text(&self) -> String {
        let Some((modifiers, key)) = self.key else {
            return String::new();
        };
        let mut text = String::new();
        if modifiers.command {
            text.push_str("Ctrl+");
        }
        if modifiers.shift {
            text.push_str("Shift+");
        }
        text + match key {
            Key::ArrowLeft => "←",
            Key::ArrowRight => "→",
            other => other.symbol_or_name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_and_no_name_is_taken_twice() {
        let list = all();
        for (k, one) in list.iter().enumerate() {
            for other in &list[..k] {
                assert!(one.key.is_none() || one.key != other.key, "{}", one.name);
                assert_ne!(one.name, other.name);
                assert_ne!(one.command, other.command);
            }
        }
        assert!(list.len() >= 40);
    }
}
