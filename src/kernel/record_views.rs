//! The records of a run one by one, to be compared with those of another: all that the digest is
//! taken of but the vertices, which [`Simulation::vertex_images`] tells.

use crate::base::NodeId;
use crate::cluster::halo::HasWorld;
use crate::registry::RecordView;
use crate::registry::durable::Durables;
use crate::tick::NodeContext;

use super::simulation::{SimError, Simulation};

/// A record and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedRecord {
    /// The node whose World it is in; `None` for the coordinator's.
    pub node: Option<NodeId>,
    /// The record.
    pub record: RecordView,
}

impl Simulation {
    /// Every record that takes part in the digest, by name and by the number of what it belongs
    /// to; of replicas, the one that counts.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    pub fn record_views(&mut self) -> Result<Vec<PlacedRecord>, SimError> {
        let mut all = Vec::new();
        for node in &mut self.nodes {
            let at = node.world().resource::<NodeContext>();
            let (id, first) = (at.node, at.node == at.home_of(0));
            let views = Durables::views(node.world_mut(), first);
            let views = views.map_err(|error| SimError::Refused(error.to_string()))?;
            all.extend(views.into_iter().map(|record| PlacedRecord {
                node: Some(id),
                record,
            }));
        }
        let views = Durables::views(self.coordinator.world_mut(), false);
        let views = views.map_err(|error| SimError::Refused(error.to_string()))?;
        all.extend(
            views
                .into_iter()
                .map(|record| PlacedRecord { node: None, record }),
        );
        all.sort_by(|a, b| {
            let key = |own: &PlacedRecord| (own.record.name, own.record.of);
            key(a)
                .cmp(&key(b))
                .then_with(|| a.record.bytes.cmp(&b.record.bytes))
        });
        Ok(all)
    }
}
