//! States of single oscillators, and their mean phase velocities over windows.
//!
//! states.csv has a row for each recorded tick: `tick,t_s` and the numbers of each vertex
//! (`v3.theta`, `v3.v`). states.npy has the same columns.
//!
//! The mean phase velocity of an oscillator over a window is (θ(t₂) − θ(t₁)) / (t₂ − t₁) of phases,
//! which are not wrapped, and the same of the angle of (x, y) or (ωx, −v), followed from tick to
//! tick the shorter way: turns are counted when at least two ticks fall on each. Its spread is the
//! standard deviation of the velocities from tick to tick. The first window begins at t = 0.

use crate::base::Tick;

/// States of single oscillators.
pub const STATES: &str = "states.csv";
/// The same as an array, once the run has ended.
pub const STATES_ARRAY: &str = "states.npy";
/// The numbers of that array, while the run goes on.
pub const STATES_RAW: &str = "states.f64";
/// The state of every vertex at the end of the run.
pub const LAST_STATE: &str = "last_state.csv";
/// Mean phase velocities.
pub const VELOCITIES: &str = "velocities.csv";
/// The first line of velocities.csv.
pub const VELOCITIES_HEAD: &str = "tick,t_s,from_s,scope,vertex,mean_velocity,velocity_sd";

/// The states of the chosen vertices after a tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateRow {
    /// Ticks completed.
    pub tick: Tick,
    /// Plant time, s.
    pub t_s: f64,
    /// The numbers, in the order of the columns.
    pub values: Vec<f64>,
}

/// A mean phase velocity over a window.
#[derive(Clone, Debug, PartialEq)]
pub struct VelocityRow {
    /// The tick that ends the window.
    pub tick: Tick,
    /// Its time, s.
    pub t_s: f64,
    /// When the window began, s.
    pub from_s: f64,
    /// The population.
    pub scope: String,
    /// The oscillator; none for the mean over the population's recorded oscillators.
    pub vertex: Option<u64>,
    /// Mean velocity, rad/s.
    pub mean: f64,
    /// Its spread, rad/s: over the window of an oscillator, over the oscillators of a population.
    pub sd: f64,
}

/// The first line of states.csv.
#[must_use]
pub fn states_head(columns: &[String]) -> String {
    let mut head = "tick,t_s".to_owned();
    for column in columns {
        head.push(',');
        head.push_str(column);
    }
    head
}

impl StateRow {
    /// The line of states.csv; a number that is not finite leaves its cell empty.
    pub fn write(&self, line: &mut String) {
        use std::fmt::Write;
        line.clear();
        // Writing into a string cannot fail.
        let _ = write!(line, "{},{}", self.tick, self.t_s);
        for value in &self.values {
            line.push(',');
            if value.is_finite() {
                let _ = write!(line, "{value}");
            }
        }
    }
}

impl VelocityRow {
    /// The line of velocities.csv.
    #[must_use]
    pub fn line(&self) -> String {
        let vertex = self
            .vertex
            .map(|vertex| vertex.to_string())
            .unwrap_or_default();
        let number = |value: f64| {
            if value.is_finite() {
                value.to_string()
            } else {
                String::new()
            }
        };
        let (tick, t_s, from_s, scope) = (self.tick, self.t_s, self.from_s, &self.scope);
        let (mean, sd) = (number(self.mean), number(self.sd));
        format!("{tick},{t_s},{from_s},{scope},{vertex},{mean},{sd}")
    }
}
