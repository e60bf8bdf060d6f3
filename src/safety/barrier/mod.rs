//! Control barrier filter: the command nearest to the wanted one that keeps every barrier.
//!
//! A barrier h(x) ≥ 0 is kept by every u with ∂h/∂x (f + g u) + α h ≥ 0: a row g·u + b ≥ 0 in the
//! command u. The filter solves min |u − u_nom|² under up to eight such rows and a box, in one to
//! three dimensions, exactly: the solution has at most as many active rows as dimensions, and all
//! sets of them are tried. Ames, Xu, Grizzle & Tabuada, IEEE Trans. Autom. Control 62 (2017) 3861.
//! Where no command keeps all rows, the filter names rows that contradict each other, and gives no
//! command.

mod rows;
mod solve;

pub use rows::{Barrier, Row, RowSet};

use rows::{Problem, power_of_two};

/// The most barriers of a filter.
pub const BARRIERS: usize = 8;
/// The most dimensions of a command.
pub const DIMENSIONS: usize = 3;

/// What became of a command. Only the first two hold one that may be given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filtered<const D: usize> {
    /// The wanted command keeps every row.
    Unchanged([f64; D]),
    /// The nearest command that does.
    Changed {
        /// The command.
        command: [f64; D],
        /// The rows that it was brought to.
        active: RowSet,
    },
    /// No command keeps these rows together; without any one of them there is one. A row alone is
    /// one whose gradient is 0 and whose offset is negative, or that asks for more than a number
    /// can hold.
    Infeasible {
        /// The rows.
        conflict: RowSet,
    },
    /// Nothing can be said: a number is not finite, or there are more than [`BARRIERS`] barriers or
    /// [`DIMENSIONS`] dimensions.
    Unusable {
        /// The row with the number, or none when it is the wanted command or the size.
        row: Option<Row>,
    },
}

impl<const D: usize> Filtered<D> {
    /// The command that may be given, if there is one.
    #[must_use]
    pub fn command(&self) -> Option<[f64; D]> {
        match self {
            Self::Unchanged(command) | Self::Changed { command, .. } => Some(*command),
            Self::Infeasible { .. } | Self::Unusable { .. } => None,
        }
    }
}

/// A box without limits.
#[must_use]
pub fn unbounded<const D: usize>() -> [[f64; 2]; D] {
    [[f64::NEG_INFINITY, f64::INFINITY]; D]
}

/// Brings `nominal` to the nearest command that keeps every barrier, within `bounds`: least and
/// greatest value of each dimension, infinite for none.
#[must_use]
pub fn filter<const D: usize>(
    nominal: [f64; D],
    barriers: &[Barrier<D>],
    bounds: &[[f64; 2]; D],
) -> Filtered<D> {
    let problem = match Problem::new(nominal, barriers, bounds) {
        Ok(problem) => problem,
        Err(refused) => return refused,
    };
    if problem.is_kept() {
        return Filtered::Unchanged(nominal);
    }
    let all = problem.all();
    let Some((scaled, active)) = solve::nearest(&problem, all) else {
        return Filtered::Infeasible {
            conflict: solve::conflict(&problem),
        };
    };
    let mut command = problem.unscale(scaled);
    for (own, [low, high]) in command.iter_mut().zip(bounds) {
        *own = own.max(*low).min(*high);
    }
    if command.iter().all(|x| x.is_finite()) {
        Filtered::Changed { command, active }
    } else {
        Filtered::Infeasible { conflict: active }
    }
}

/// The commands of one dimension that keep every row, and who says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The least command, −∞ for none.
    pub low: f64,
    /// The row that sets it.
    pub low_row: Option<Row>,
    /// The greatest command, ∞ for none.
    pub high: f64,
    /// The row that sets it.
    pub high_row: Option<Row>,
}

impl Interval {
    /// Whether there is a command in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.low > self.high
    }
}

/// The interval of commands of one dimension: each barrier g u + b ≥ 0 is a bound −b/g on one side.
/// When it is empty, the rows of its ends contradict each other. None when a number is not finite,
/// or a barrier with g = 0 is broken whatever the command.
#[must_use]
pub fn interval(barriers: &[Barrier<1>], bounds: [f64; 2]) -> Option<Interval> {
    let [low, high] = bounds;
    if low.is_nan() || high.is_nan() {
        return None;
    }
    let mut own = Interval {
        low,
        low_row: low.is_finite().then_some(Row::Least(0)),
        high,
        high_row: high.is_finite().then_some(Row::Greatest(0)),
    };
    for (k, barrier) in barriers.iter().enumerate() {
        let ([gradient], offset) = (barrier.gradient, barrier.offset);
        if !gradient.is_finite() || !offset.is_finite() || (gradient == 0.0 && offset < 0.0) {
            return None;
        }
        let edge = -offset / gradient;
        if gradient > 0.0 && edge > own.low {
            (own.low, own.low_row) = (edge, Some(Row::Barrier(k)));
        } else if gradient < 0.0 && edge < own.high {
            (own.high, own.high_row) = (edge, Some(Row::Barrier(k)));
        }
    }
    Some(own)
}

/// What became of a command under one barrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projected {
    /// The wanted command keeps it.
    Unchanged,
    /// The command was brought to its edge.
    Changed,
    /// No command keeps it, or a number is not finite. There is no command.
    Refused,
}

/// One barrier in any number of dimensions: `command` is brought to the nearest one with
/// g·u + b ≥ 0, u + g max(0, −(g·u + b))/|g|². When it is refused, `command` is all NaN, so that it
/// cannot pass as one.
pub fn project(command: &mut [f64], gradient: &[f64], offset: f64) -> Projected {
    let largest = gradient.iter().fold(0.0f64, |most, x| most.max(x.abs()));
    let finite = command.iter().chain(gradient).all(|x| x.is_finite());
    let fits = finite && offset.is_finite() && gradient.len() == command.len();
    let scale = power_of_two(largest);
    // Scaled to a gradient about 1, so that its square neither overflows nor vanishes.
    let scaled = |k: usize| gradient[k] * scale;
    let dot = |own: &[f64]| -> f64 { (0..own.len()).map(|k| scaled(k) * own[k]).sum() };
    let distance = if fits {
        dot(command) + offset * scale
    } else {
        f64::NAN
    };
    if (0.0..f64::INFINITY).contains(&distance) {
        return Projected::Unchanged;
    }
    let square: f64 = (0..gradient.len()).map(|k| scaled(k) * scaled(k)).sum();
    let step = -distance / square;
    if fits && step.is_finite() {
        for (k, own) in command.iter_mut().enumerate() {
            *own += scaled(k) * step;
        }
        if command.iter().all(|x| x.is_finite()) {
            return Projected::Changed;
        }
    }
    command.fill(f64::NAN);
    Projected::Refused
}

#[cfg(test)]
mod tests;
