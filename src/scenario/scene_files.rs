//! The paths of files in a scene.

use crate::graph::GraphKind;
use crate::resonator::distribution::Distribution;

use super::scene::Scene;

impl Scene {
    /// The path of every file that the scene itself names; devices of a user name theirs otherwise.
    pub fn file_paths_mut(&mut self) -> Vec<&mut String> {
        let mut paths = Vec::new();
        if let GraphKind::File(file) | GraphKind::EdgeList(file) | GraphKind::GraphMl(file) =
            &mut self.graph.kind
        {
            paths.push(&mut file.path);
        }
        for population in &mut self.populations {
            for (_, values) in population.model.distributions_mut() {
                if let Distribution::File(file) = values {
                    paths.push(&mut file.path);
                }
            }
        }
        for sensor in &mut self.sensors {
            paths.extend(sensor.device.kind_mut().paths_mut());
        }
        paths
    }
}
