//! Devices that the simulation does not own: what they give is an input of the run.

use crate::base::Tick;

/// A device that is read outside of the loop. What it gives enters through the input log, with the
/// tick at which it acts, so that a run repeats without it.
pub trait LiveDevice: Send + Sync {
    /// Names of the columns; each becomes a channel of the sensor, called `sensor[column]`.
    fn columns(&self) -> Vec<String>;

    /// Takes what there is as a tick begins. It must not wait.
    fn read(&mut self, at: &LiveMoment, news: &mut Vec<LiveNews>);
}

/// When a live device is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LiveMoment {
    /// The tick that begins.
    pub tick: Tick,
    /// Plant time, s.
    pub time_s: f64,
    /// Wall time on the scale of plant time, s: it equals `time_s` for a run that keeps up.
    pub wall_s: f64,
}

impl LiveMoment {
    /// By how much the run is behind the wall clock, s.
    #[must_use]
    pub fn late_s(&self) -> f64 {
        self.wall_s - self.time_s
    }
}

/// What a live device gives.
#[derive(Clone, Debug, PartialEq)]
pub enum LiveNews {
    /// A sample of a column.
    Reading {
        /// The column, from 0.
        column: u32,
        /// The value; NaN where the device has none.
        value: f64,
        /// How long after it was due it came, s of wall time; NaN when that is not known. A time of
        /// a clock that stands elsewhere shifts all of them: only their differences tell something.
        late_s: f64,
    },
    /// Something that a person should know, for example of a line that could not be read.
    Remark(String),
}
