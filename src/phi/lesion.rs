//! Lesions: the value without a unit, or without a connection.
//!
//! A unit that is left out of a network of binary units is part of its background; of a Gaussian
//! system its marginal remains. A connection of binary units is noised: its target sees a fair coin
//! in place of the source. One of a plant is cut from the model, with its reverse, and the dynamics
//! linearised anew at the same state.

use crate::base::VertexId;

use super::gauss::GaussianSystem;
use super::gauss::minimum::{MinimumSettings, Standing, minimum_partition};
use super::iit4::{Bound, Effort, Iit4Error, Network, system_phi, work_of};
use super::linearise::{LEAK, linearised_within};
use super::picture::{PlantPicture, layout_work};
use super::work::{Budget, OPERATIONS};

/// A model is cut at most so often, and only when it has at most so many state variables: each cut
/// linearises it anew.
pub const CUTS_MAX: usize = 256;
/// See [`CUTS_MAX`].
pub const CUT_VARIABLES_MAX: usize = 128;

/// The value of a Gaussian system without each unit, nats; 0 where one unit is left, NaN where the
/// budget ended.
#[must_use]
pub fn without_units(
    system: &GaussianSystem,
    settings: &MinimumSettings,
    budget: &mut Budget<'_>,
) -> Vec<f64> {
    let n = system.len();
    let without = |unit: usize| -> Vec<usize> { (0..n).filter(|k| *k != unit).collect() };
    let value = |unit| {
        if n < 3 {
            return 0.0;
        }
        if budget.ended() {
            return f64::NAN;
        }
        let rest = system.subsystem(&without(unit));
        let found = minimum_partition(&rest, settings, budget);
        // A bound would not say what the unit carries.
        let found = found
            .ok()
            .filter(|own| own.standing != Standing::Unfinished);
        found.map_or(f64::NAN, |found| found.phi)
    };
    (0..n).map(value).collect()
}

/// The value of the linearised dynamics without each edge of the graph (and its reverse), nats;
/// empty for plants beyond [`CUTS_MAX`] or [`CUT_VARIABLES_MAX`]. Edges without which there is no
/// stationary covariance, or at which the budget ended, are left out.
#[must_use]
pub fn without_edges(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    lag_ticks: u64,
    settings: &MinimumSettings,
    budget: &mut Budget<'_>,
) -> Vec<(u32, u32, f64)> {
    let ties = picture.ties();
    if ties.len() > CUTS_MAX || picture.variables() > CUT_VARIABLES_MAX {
        return Vec::new();
    }
    let mut found = Vec::new();
    for tie in &ties {
        if !budget.spend(layout_work(picture.size())) {
            break;
        }
        let mut cut = picture.clone();
        for (row, place, _) in &tie.places {
            cut.images[*row].row.set_weight(*place, 0.0);
        }
        let value = linearised_within(&cut, units, (lag_ticks, LEAK), budget)
            .and_then(|system| minimum_partition(&system, settings, budget));
        if budget.ended() {
            break;
        }
        let Some((row, place, _)) = tie.places.first() else {
            continue;
        };
        let image = &picture.images[*row];
        if let (Ok(value), Some(edge)) = (value, image.row.get(*place)) {
            found.push((edge.source().0 as u32, image.vertex.0 as u32, value.phi));
        }
    }
    found
}

/// Lesions as far as a bound of work reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesions<T> {
    /// The values.
    pub values: Vec<T>,
    /// Whether that is all of them.
    pub whole: bool,
    /// Operations that they took.
    pub operations: u64,
}

/// Work that is left for lesions.
struct Left<'a> {
    effort: Effort<'a>,
    spent: u64,
    whole: bool,
}

impl<'a> Left<'a> {
    fn new(effort: Effort<'a>) -> Self {
        Self {
            effort,
            spent: 0,
            whole: true,
        }
    }

    /// φ_s of some units, bits; `None` when it cannot be known with the work that is left: a bound
    /// would not say what the lesion took away.
    fn value(&mut self, network: &Network, nodes: &[usize]) -> Result<Option<f64>, Iit4Error> {
        if (self.effort.stop)() {
            return Err(Iit4Error::Stopped);
        }
        if !self.whole {
            return Ok(None);
        }
        let bounded = self.effort.work_max != u64::MAX;
        let effort = Effort {
            work_max: self.effort.work_max.saturating_sub(self.spent),
            ..self.effort
        };
        let effort = if bounded { effort } else { self.effort };
        let system = system_phi(network, nodes, effort)?;
        let work = work_of(network, std::slice::from_ref(&system));
        self.spent = self.spent.saturating_add(work.saturating_mul(OPERATIONS));
        let over = self.spent > self.effort.work_max || system.bound == Bound::Upper;
        self.whole = !(bounded && over);
        Ok(self.whole.then_some(system.phi_s))
    }

    fn with<T>(self, values: Vec<T>) -> Lesions<T> {
        Lesions {
            values,
            whole: self.whole,
            operations: self.spent.min(self.effort.work_max),
        }
    }
}

/// φ_s of the other units without each unit, bits; NaN where the bound of work came first.
///
/// # Errors
/// When it was stopped.
pub fn without_binary_units(network: &Network, effort: Effort) -> Result<Lesions<f64>, Iit4Error> {
    let n = network.units();
    let mut left = Left::new(effort);
    let mut values = Vec::with_capacity(n);
    for unit in 0..n {
        let rest: Vec<usize> = (0..n).filter(|k| *k != unit).collect();
        values.push(if rest.is_empty() {
            0.0
        } else {
            left.value(network, &rest)?.unwrap_or(f64::NAN)
        });
    }
    Ok(left.with(values))
}

/// φ_s of the whole without each connection: from, to, bits; without those that the bound of work
/// does not reach.
///
/// # Errors
/// When it was stopped.
pub fn without_connections(
    network: &Network,
    effort: Effort,
) -> Result<Lesions<(u32, u32, f64)>, Iit4Error> {
    let n = network.units();
    let nodes: Vec<usize> = (0..n).collect();
    let (mut found, mut left) = (Vec::new(), Left::new(effort));
    for to in 0..n {
        for from in (0..n).filter(|from| network.sources(to) >> from & 1 == 1) {
            let cut = network.without_connection(from, to)?;
            if let Some(phi) = left.value(&cut, &nodes)? {
                found.push((from as u32, to as u32, phi));
            }
        }
    }
    Ok(left.with(found))
}

#[cfg(test)]
mod tests {
    use super::super::gauss::Measure;
    use super::super::gauss::minimum::Search;
    use super::super::gauss::sample::random_system;
    use super::super::iit4::{Limits, Tpm};
    use super::*;

    #[test]
    fn a_pair_dies_with_either_unit_or_connection() {
        // Units 0 and 1 copy each other; unit 2 keeps its state.
        let on = |s: u32, unit: usize| f64::from(s >> [1, 0, 2][unit] & 1);
        let tpm = Tpm::from_fn(3, on).unwrap();
        let none: Option<&[Vec<u8>]> = None;
        let network = Network::new(tpm, none, &[1, 1, 1], Limits::default()).unwrap();
        let effort = Effort::unlimited();
        assert_eq!(
            without_binary_units(&network, effort).unwrap().values[2],
            2.0
        );
        let cut = network.without_connection(0, 1).unwrap();
        assert_eq!(cut.sources(1), 0);
        assert_eq!(cut.sources(0), 0b10);
        let pair = |network: &Network| system_phi(network, &[0, 1], effort).unwrap().phi_s;
        assert_eq!(pair(&network), 2.0);
        assert_eq!(pair(&cut), 0.0);
        let all = without_connections(&network, effort).unwrap().values;
        let named: Vec<(u32, u32)> = all.iter().map(|(a, b, _)| (*a, *b)).collect();
        assert_eq!(named, [(1, 0), (0, 1), (2, 2)]);
    }

    #[test]
    fn a_gaussian_lesion_is_the_value_of_the_rest() {
        let system = random_system(5, 1).unwrap();
        let settings = MinimumSettings::of(Measure::Mi1, Search::Exhaustive);
        let all = without_units(&system, &settings, &mut Budget::unlimited());
        let rest = system.subsystem(&[0, 1, 3, 4]);
        let value = minimum_partition(&rest, &settings, &mut Budget::unlimited()).unwrap();
        assert_eq!(all[2], value.phi);
        assert!(all.iter().all(|phi| *phi > 0.0));
    }
}
