//! Nodes that hold others: a folder is no vertex, unless an edge ends at it.

use super::super::fault::shown;
use super::names::NameIndex;

/// A name that is no node, a node that is no vertex.
pub const NONE: u32 = u32::MAX;
/// Folders that are told one by one.
const TOLD: usize = 5;

/// A node that holds others.
#[derive(Clone, Copy, Debug)]
struct Folder {
    node: u32,
    line: u64,
    inside: u64,
}

/// The folders of a graph.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    list: Vec<Folder>,
    /// Of each node, its folder, as far as there are any.
    of_node: Vec<u32>,
}

impl Folders {
    /// The folder that a node is, from now on if it was none.
    pub fn of(&mut self, node: u32, line: u64) -> usize {
        let place = node as usize;
        if node != NONE && self.of_node.len() <= place {
            self.of_node.resize(place + 1, NONE);
        }
        match self.of_node.get_mut(place) {
            Some(own) if *own == NONE => *own = u32::try_from(self.list.len()).unwrap_or(NONE),
            Some(own) => return *own as usize,
            None => return usize::MAX,
        }
        self.list.push(Folder {
            node,
            line,
            inside: 0,
        });
        self.list.len() - 1
    }

    /// The folder that a node is, if it is one.
    #[must_use]
    pub fn find(&self, node: u32) -> Option<usize> {
        let own = self.of_node.get(node as usize).copied();
        own.filter(|own| *own != NONE).map(|own| own as usize)
    }

    /// Counts a node within a folder.
    pub fn inside(&mut self, folder: usize) {
        if let Some(own) = self.list.get_mut(folder) {
            own.inside += 1;
        }
    }

    /// The vertex of each node, [`NONE`] for folders at which no edge ends. `nodes` has the numbers
    /// of their names and their lines.
    #[must_use]
    pub fn vertices(
        &self,
        nodes: &[[u32; 2]],
        edges: &[[u32; 2]],
        names: &NameIndex,
        notes: &mut Vec<String>,
    ) -> Vec<u32> {
        let mut is_end = Vec::new();
        if !self.list.is_empty() {
            is_end = vec![false; names.len()];
            for name in edges.iter().flatten() {
                if let Some(flag) = is_end.get_mut(*name as usize) {
                    *flag = true;
                }
            }
        }
        let mut vertices = vec![0; nodes.len()];
        let mut more = [0u64; 2];
        for (k, folder) in self.list.iter().enumerate() {
            let name = nodes.get(folder.node as usize).map_or(NONE, |node| node[0]);
            let ends = is_end.get(name as usize).copied().unwrap_or(false);
            if let Some(vertex) = vertices.get_mut(folder.node as usize)
                && !ends
            {
                *vertex = NONE;
            }
            if k >= TOLD {
                more[usize::from(ends)] += 1;
                continue;
            }
            let (id, line, inside) = (shown(names.name(name)), folder.line, folder.inside);
            let s = if inside == 1 { "" } else { "s" };
            notes.push(if ends {
                format!(
                    "group {id} of line {line} is a folder of {inside} node{s} and a vertex too, \
                     since edges end at it"
                )
            } else {
                format!("group {id} of line {line} is a folder of {inside} node{s}, no vertex")
            });
        }
        if more[0] > 0 {
            notes.push(format!("{} more groups are folders, no vertices", more[0]));
        }
        if more[1] > 0 {
            notes.push(format!(
                "{} more groups are vertices, since edges end at them",
                more[1]
            ));
        }
        let mut next = 0;
        for vertex in &mut vertices {
            if *vertex != NONE {
                *vertex = next;
                next += 1;
            }
        }
        vertices
    }
}
