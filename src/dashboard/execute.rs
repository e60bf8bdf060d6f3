//! What each command does.

use std::path::PathBuf;

use bevy_egui::egui;

use crate::base::{Input, Tick};
use crate::kernel::{Branch, KernelState};

use super::commands::{Command, SPEEDS};
use super::layout::fitting;
use super::order::Order;
use super::state::{Bookmark, Request, ViewState};

/// Does what a command says.
#[expect(clippy::too_many_lines, reason = "an arm for each command")]
pub fn execute(command: Command, state: &mut ViewState, context: &egui::Context) {
    use Command as C;
    let Some(view) = &state.view else {
        match command {
            C::Quit => state.requests.push(Request::Close),
            C::Palette => state.palette.toggle(),
            _ => {}
        }
        return;
    };
    let (tick, tick_s) = (view.tick, state.chronicle().map_or(0.01, |c| c.tick_s));
    let current = view.time.current;
    match command {
        C::PlayPause if view.state == KernelState::SafeStopped => {}
        C::PlayPause if view.state.may_tick() => state.orders.push(Order::Pause),
        C::PlayPause => state.orders.push(Order::Play),
        C::Step => state.orders.push(Order::Step),
        C::Back => state.orders.push(Order::Back),
        C::Jump(seconds) => {
            let ticks = (f64::from(seconds.abs()) / tick_s).round() as Tick;
            let to = if seconds < 0 {
                tick.saturating_sub(ticks)
            } else {
                (tick + ticks).min(view.time.head())
            };
            state.orders.push(Order::Seek(to));
        }
        C::Start => state.orders.push(Order::Seek(0)),
        C::Live => state.orders.push(Order::Live),
        C::Slower | C::Faster => {
            let at = SPEEDS.iter().position(|(speed, _)| *speed == view.speed);
            let at = at.unwrap_or(2);
            let to = if command == C::Faster {
                (at + 1).min(SPEEDS.len() - 1)
            } else {
                at.saturating_sub(1)
            };
            state.orders.push(Order::Speed(SPEEDS[to].0));
        }
        C::Fork => state.orders.push(Order::Fork),
        C::NextBranch => {
            let count = view.time.branches.len();
            if count > 1 {
                state.orders.push(Order::Switch((current + 1) % count));
            } else {
                state.say("There is one branch; F parts another from it.");
            }
        }
        C::Bookmark => {
            let mark = Bookmark {
                branch: current,
                tick,
            };
            if state.bookmarks.contains(&mark) {
                state.bookmarks.retain(|other| *other != mark);
            } else {
                let letter = Branch::letter(current);
                state.say(format!("bookmark at tick {tick} of branch {letter}"));
                state.bookmarks.push(mark);
            }
        }
        C::Reset => state.leave(Order::Reset),
        C::Stop => state.orders.push(Order::Edit(vec![Input::Stop])),
        C::Scene(number) => match state.scenes.source(usize::from(number)) {
            Some(source) => state.leave(Order::Open(source)),
            None => state.say(format!("there is no scene {}", number + 1)),
        },
        C::Export => {
            state.orders.push(Order::Export(exports()));
        }
        C::Record => {
            let into = exports().join(format!("{}_frames", state.stamp()));
            let begins = state.film.is_none();
            state.requests.push(Request::Film(begins.then_some(into)));
        }
        C::Picture => {
            let file = exports().join(format!("{}.png", state.stamp()));
            state.requests.push(Request::Picture(file));
        }
        C::Palette => state.palette.toggle(),
        C::Arrange(arrangement) => {
            let facts = view.facts.clone();
            state.layout.arrange(arrangement, Some(&facts.scene));
        }
        C::SaveLayout => {
            let said = state.save_layout();
            state.say(said);
        }
        C::ResetLayout => {
            let facts = view.facts.clone();
            let arrangement = fitting(&facts.scene);
            state.layout.arrange(arrangement, Some(&facts.scene));
        }
        C::Theme => state.look.light = !state.look.light,
        C::Map => state.look.viridis = !state.look.viridis,
        C::Follow => state.plots.follow = !state.plots.follow,
        C::All => {
            state.plots.follow = true;
            let all = state.plots.window_s.is_infinite();
            state.plots.window_s = if all { 40.0 } else { f64::INFINITY };
            state.plots.fit();
        }
        C::Log => state.plots.log_asked = true,
        C::Rearrange => state.graph.rearrange(),
        C::CopyScene => match state.scene_text() {
            Ok(text) => {
                context.copy_text(text);
                state.say("the scene is in the clipboard, with the values set live");
            }
            Err(error) => state.say(error),
        },
        C::SaveScene => match state.scene_copy() {
            Ok((path, text)) => state.requests.push(Request::SaveScene(path, text)),
            Err(error) => state.say(error),
        },
        C::Tour => super::tour::begin(state),
        C::Keys => state.help = !state.help,
        C::FullScreen => state.requests.push(Request::FullScreen),
        C::Quit => state.requests.push(Request::Close),
    }
}

/// Where exports go.
#[must_use]
pub fn exports() -> PathBuf {
    PathBuf::from("exports")
}
