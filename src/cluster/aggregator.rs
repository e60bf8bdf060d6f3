//! `Aggregator`: what the coordinator knows of the whole cluster.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::base::VertexId;
use crate::field::FieldState;
use crate::phi::PhiReport;
use crate::signal::SystemState;

use super::spec::AggregatorSpec;

/// Why a factor of the mask could not be set.
#[derive(Debug, Error, PartialEq)]
pub enum MaskError {
    /// The mask has no room for this vertex.
    #[error("vertex {vertex} is beyond the global mask, which has room for {size} vertices")]
    Beyond {
        /// The vertex.
        vertex: VertexId,
        /// `aggregator.mask_size`.
        size: usize,
    },
    /// The factor is not in 0 … 1.
    #[error("found {factor} as a factor of the mask, expected a number in 0 … 1")]
    Factor {
        /// The factor.
        factor: f64,
    },
}

/// Global mask, field and signals of the cluster.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregator {
    /// Factor by which commands act on each vertex; vertices beyond its length count as 1.
    pub global_mask: Vec<f64>,
    /// The superposed modes of the field.
    pub field: FieldState,
    /// Signals of the cluster.
    pub state: SystemState,
    /// Its parameters.
    pub spec: AggregatorSpec,
}

impl Aggregator {
    /// An aggregator before the first tick.
    #[must_use]
    pub fn new(spec: AggregatorSpec, field: FieldState) -> Self {
        Self {
            global_mask: Vec::new(),
            field,
            state: SystemState::default(),
            spec,
        }
    }

    /// Sets the factor of one vertex.
    ///
    /// # Errors
    /// When the vertex is beyond `aggregator.mask_size` or the factor not in 0 … 1.
    pub fn set_mask(&mut self, vertex: VertexId, factor: f64) -> Result<(), MaskError> {
        let size = self.spec.mask_size;
        if vertex.index() >= size {
            return Err(MaskError::Beyond { vertex, size });
        }
        if !(0.0..=1.0).contains(&factor) {
            return Err(MaskError::Factor { factor });
        }
        if self.global_mask.len() <= vertex.index() {
            self.global_mask.resize(vertex.index() + 1, 1.0);
        }
        self.global_mask[vertex.index()] = factor;
        Ok(())
    }

    /// Forms the mask from a report: 1 for the vertices of the major complex's units and
    /// `mask_outside` for those of the other units. A report without a complex weighs nothing.
    ///
    /// # Errors
    /// When a unit's vertex is beyond the mask.
    pub fn apply_complex(
        &mut self,
        report: &PhiReport,
        units: &[Vec<VertexId>],
    ) -> Result<(), MaskError> {
        let outside = if report.major_complex.is_empty() {
            1.0
        } else {
            self.spec.mask_outside
        };
        for (unit, vertices) in units.iter().enumerate() {
            let inside = report.major_complex.contains(&(unit as u32));
            for vertex in vertices {
                self.set_mask(*vertex, if inside { 1.0 } else { outside })?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_ends_where_it_says() {
        let spec = AggregatorSpec::default();
        assert_eq!(spec.mask_size, 10_000);
        let mut aggregator = Aggregator::new(spec, FieldState::default());
        assert!(aggregator.set_mask(VertexId(9_999), 0.5).is_ok());
        let refused = aggregator.set_mask(VertexId(10_000), 0.5).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "vertex v10000 is beyond the global mask, which has room for 10000 vertices"
        );
        assert!(aggregator.set_mask(VertexId(0), f64::NAN).is_err());
    }
}
