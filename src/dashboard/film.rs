//! A film: pictures at a fixed step of plant time, whatever the pace of the run and of the screen.

use std::path::PathBuf;

use crate::base::Tick;

use super::order::Order;
use super::view::View;

/// Pictures for each second of plant time at the pace ×1.
pub const PICTURES_PER_S: f64 = 25.0;

/// Frames that are drawn of a tick before its picture is taken: panels that find their sizes in one
/// frame use them in the next.
const DRAWN: u32 = 3;

/// A film that is being taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// Where the pictures go.
    pub folder: PathBuf,
    /// Ticks from one picture to the next.
    pub step: Tick,
    /// Pictures so far.
    pub taken: u32,
    /// The tick of the next picture.
    next: Tick,
    /// Frames that were drawn of it.
    drawn: u32,
    /// The tick that the run was asked to go on to.
    asked: Option<Tick>,
}

/// What a film needs next.
#[derive(Clone, Debug, PartialEq)]
pub enum Need {
    /// That frames are drawn.
    Wait,
    /// That the run goes on.
    Run(Order),
    /// A picture of the window, in this file.
    Picture(PathBuf),
}

impl Film {
    /// A film that begins at a tick, of a run that is shown at a pace of so many plant seconds a
    /// second: played at 25 pictures a second, it has that pace.
    #[must_use]
    pub fn new(folder: PathBuf, begin: Tick, tick_s: f64, pace: f64) -> Self {
        let pace = if pace.is_finite() { pace } else { 1.0 };
        let step = (pace / (PICTURES_PER_S * tick_s)).round().max(1.0) as Tick;
        Self {
            folder,
            step,
            taken: 0,
            next: begin,
            drawn: 0,
            asked: None,
        }
    }

    /// What it needs, after a frame of a view was drawn.
    pub fn look(&mut self, view: &View) -> Need {
        self.look_at(view.tick, view.state.may_tick())
    }

    fn look_at(&mut self, tick: Tick, runs: bool) -> Need {
        if tick > self.next {
            // A hand went on.
            self.asked = None;
        }
        if self.asked.is_none() {
            // Pictures are of ticks at which the run stands.
            if runs {
                return Need::Run(Order::Pause);
            }
            if tick > self.next || self.taken == 0 {
                self.next = tick;
            }
        }
        if tick < self.next {
            self.drawn = 0;
            if self.asked != Some(self.next) || !runs {
                self.asked = Some(self.next);
                return Need::Run(Order::RunTo(self.next));
            }
            return Need::Wait;
        }
        self.drawn += 1;
        if self.drawn < DRAWN {
            return Need::Wait;
        }
        self.taken += 1;
        self.drawn = 0;
        self.next = tick + self.step;
        let name = format!("frame_{:06}_tick_{tick:09}.png", self.taken);
        Need::Picture(self.folder.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_equally_far_apart_in_plant_time() {
        let mut film = Film::new(PathBuf::from("f"), 7, 0.01, 2.0);
        assert_eq!(film.step, 8, "2 s in 25 pictures");
        let mut ticks = Vec::new();
        let (mut tick, mut runs) = (5, true);
        for frame in 0..100 {
            match film.look_at(tick, runs) {
                Need::Wait if runs && frame % 3 == 0 => tick = film.next,
                Need::Wait => {}
                Need::Run(Order::Pause) => (tick, runs) = (7, false),
                Need::Run(order) => {
                    assert_eq!(order, Order::RunTo(film.next));
                    runs = true;
                }
                Need::Picture(file) => {
                    assert!(file.display().to_string().contains("frame_"));
                    ticks.push(tick);
                    runs = false;
                }
            }
        }
        assert!(ticks.len() > 5 && ticks[0] == 7);
        assert!(
            ticks.windows(2).all(|pair| pair[1] == pair[0] + 8),
            "{ticks:?}"
        );
    }
}
