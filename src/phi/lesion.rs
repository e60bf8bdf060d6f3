//! Lesions: the value without a unit, or without a connection.
//!
//! A unit that is left out of a network of binary units is part of its background; of a Gaussian
//! system its marginal remains. A connection of binary units is noised: its target sees a fair coin
//! in place of the source. One of a plant is cut from the model, with its reverse, and the dynamics
//! linearised anew at the same state.

use crate::base::VertexId;

use super::gauss::minimum::{MinimumSettings, minimum_partition};
use super::gauss::{Budget, GaussianSystem};
use super::iit4::{Effort, Iit4Error, Network, system_phi};
use super::linearise::{LEAK, linearised};
use super::picture::PlantPicture;

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
        let rest = system.subsystem(&without(unit));
        minimum_partition(&rest, settings, budget).map_or(f64::NAN, |found| found.phi)
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
        let mut cut = picture.clone();
        for (row, place, _) in &tie.places {
            cut.images[*row].row.set_weight(*place, 0.0);
        }
        let value = linearised(&cut, units, lag_ticks, LEAK)
            .and_then(|system| minimum_partition(&system, settings, budget));
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

/// φ_s of the other units without each unit, bits.
///
/// # Errors
/// When the effort ended before there was a value.
pub fn without_binary_units(network: &Network, effort: Effort) -> Result<Vec<f64>, Iit4Error> {
    let n = network.units();
    let value = |unit: usize| {
        if (effort.stop)() {
            return Err(Iit4Error::Stopped);
        }
        let rest: Vec<usize> = (0..n).filter(|k| *k != unit).collect();
        if rest.is_empty() {
            return Ok(0.0);
        }
        system_phi(network, &rest, effort).map(|system| system.phi_s)
    };
    (0..n).map(value).collect()
}

/// φ_s of the whole without each connection: from, to, bits.
///
/// # Errors
/// When the effort ended before there was a value.
pub fn without_connections(
    network: &Network,
    effort: Effort,
) -> Result<Vec<(u32, u32, f64)>, Iit4Error> {
    let n = network.units();
    let nodes: Vec<usize> = (0..n).collect();
    let mut found = Vec::new();
    for to in 0..n {
        for from in (0..n).filter(|from| network.sources(to) >> from & 1 == 1) {
            if (effort.stop)() {
                return Err(Iit4Error::Stopped);
            }
            let cut = network.without_connection(from, to)?;
            let phi = system_phi(&cut, &nodes, effort)?.phi_s;
            found.push((from as u32, to as u32, phi));
        }
    }
    Ok(found)
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
        assert_eq!(without_binary_units(&network, effort).unwrap()[2], 2.0);
        let cut = network.without_connection(0, 1).unwrap();
        assert_eq!(cut.sources(1), 0);
        assert_eq!(cut.sources(0), 0b10);
        let pair = |network: &Network| system_phi(network, &[0, 1], effort).unwrap().phi_s;
        assert_eq!(pair(&network), 2.0);
        assert_eq!(pair(&cut), 0.0);
        let all = without_connections(&network, effort).unwrap();
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
