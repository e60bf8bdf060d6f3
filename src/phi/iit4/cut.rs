//! A cut of a system: which inputs of each unit are kept.

/// Inputs that each of m units keeps, as masks over the m units.
///
/// The inputs of a unit from its own block are always kept, so bit j of `kept[j]` is set, except
/// that the only cut of a single unit severs it from itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cut {
    /// Kept inputs of each unit.
    pub kept: Vec<u32>,
}

impl Cut {
    /// The cut of a single unit from itself.
    #[must_use]
    pub fn of_one_unit() -> Self {
        Self { kept: vec![0] }
    }

    /// Number of ordered pairs that are cut, whether or not a connection is there.
    #[must_use]
    pub fn pairs(&self) -> u32 {
        let units = self.kept.len() as u32;
        self.kept.iter().map(|k| units - k.count_ones()).sum()
    }

    /// Ordered pairs (source, target) that are cut, ascending, with units named by `nodes`.
    #[must_use]
    pub fn edges(&self, nodes: &[usize]) -> Vec<[usize; 2]> {
        let mut edges = Vec::new();
        for (from, source) in nodes.iter().enumerate() {
            for (to, target) in nodes.iter().enumerate() {
                if self.kept[to] >> from & 1 == 0 {
                    edges.push([*source, *target]);
                }
            }
        }
        edges
    }

    /// A key in the order of cut matrices read row by row (source by source), uncut before cut.
    #[must_use]
    pub fn matrix_key(&self) -> Vec<u32> {
        let units = self.kept.len();
        (0..units)
            .map(|from| (0..units).fold(0u32, |row, to| row << 1 | (self.kept[to] >> from & 1 ^ 1)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_edges_and_key_agree() {
        // 2 -> 0 and 2 -> 1 are cut.
        let cut = Cut {
            kept: vec![0b011, 0b011, 0b111],
        };
        assert_eq!(cut.pairs(), 2);
        assert_eq!(cut.edges(&[3, 5, 8]), [[8, 3], [8, 5]]);
        assert_eq!(cut.matrix_key(), [0, 0, 0b110]);
        assert_eq!(Cut::of_one_unit().edges(&[4]), [[4, 4]]);
        assert_eq!(Cut::of_one_unit().pairs(), 1);
    }
}
