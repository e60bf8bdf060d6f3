//! Partitions of units into groups.

use super::error::GaussError;

/// Units divided into disjoint, non-empty groups M₁ … M_K. Units count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    units: usize,
    groups: Vec<Vec<usize>>,
}

impl Partition {
    /// The partition with group `labels[u]` (1 … K, every number used) for unit u.
    ///
    /// # Errors
    /// When a label is 0 or one between 1 and the largest is not used.
    pub fn from_labels(labels: &[usize]) -> Result<Self, GaussError> {
        let refuse = |reason| GaussError::Partition {
            units: labels.len(),
            reason,
        };
        let count = labels.iter().copied().max().unwrap_or(0);
        if count == 0 || count > labels.len() {
            return Err(refuse(format!("its largest group is {count}")));
        }
        let mut groups = vec![Vec::new(); count];
        for (unit, label) in labels.iter().enumerate() {
            match label.checked_sub(1) {
                Some(group) => groups[group].push(unit),
                None => return Err(refuse(format!("unit {unit} is in group 0"))),
            }
        }
        if let Some(empty) = groups.iter().position(Vec::is_empty) {
            return Err(refuse(format!("group {} has no unit", empty + 1)));
        }
        Ok(Self {
            units: labels.len(),
            groups,
        })
    }

    /// The bipartition {side, rest} of `units` units; the group of unit 0 comes first.
    ///
    /// # Errors
    /// When a side is empty, or `side` names a unit twice or one that does not exist.
    pub fn bipartition(units: usize, side: &[usize]) -> Result<Self, GaussError> {
        let mut labels = vec![1; units];
        for unit in side {
            match labels.get_mut(*unit) {
                Some(label) if *label == 1 => *label = 2,
                _ => {
                    return Err(GaussError::Partition {
                        units,
                        reason: format!("unit {unit} is unknown or named twice"),
                    });
                }
            }
        }
        if labels.first() == Some(&2) {
            for label in &mut labels {
                *label = 3 - *label;
            }
        }
        Self::from_labels(&labels).and_then(|partition| {
            if partition.groups.len() == 2 {
                return Ok(partition);
            }
            Err(GaussError::Partition {
                units,
                reason: "one side is empty".to_owned(),
            })
        })
    }

    /// Every unit in a group of its own.
    #[must_use]
    pub fn atomic(units: usize) -> Self {
        Self {
            units,
            groups: (0..units).map(|unit| vec![unit]).collect(),
        }
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units
    }

    /// Whether there are no units.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units == 0
    }

    /// The groups, each ascending.
    #[must_use]
    pub fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// The group number (1 … K) of every unit.
    #[must_use]
    pub fn labels(&self) -> Vec<usize> {
        let mut labels = vec![0; self.units];
        for (k, group) in self.groups.iter().enumerate() {
            for unit in group {
                labels[*unit] = k + 1;
            }
        }
        labels
    }
}

/// The units of `0..units` that are not in `side`, ascending.
#[must_use]
pub fn complement(units: usize, side: &[usize]) -> Vec<usize> {
    let mut inside = vec![false; units];
    for unit in side {
        inside[*unit] = true;
    }
    (0..units).filter(|unit| !inside[*unit]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_go_and_come_back() {
        let labels = [2, 2, 1, 3, 2];
        let partition = Partition::from_labels(&labels).unwrap();
        assert_eq!(partition.groups(), [vec![2], vec![0, 1, 4], vec![3]]);
        assert_eq!(partition.labels(), labels);
        let cut = Partition::bipartition(4, &[0, 3]).unwrap();
        assert_eq!(cut.labels(), [1, 2, 2, 1]);
    }

    #[test]
    fn what_is_no_partition_is_refused() {
        for labels in [vec![], vec![0, 1], vec![1, 3], vec![1, 9, 2]] {
            assert!(Partition::from_labels(&labels).is_err(), "{labels:?}");
        }
        assert!(Partition::bipartition(3, &[]).is_err());
        assert!(Partition::bipartition(3, &[0, 1, 2]).is_err());
        assert!(Partition::bipartition(3, &[1, 1]).is_err());
        assert!(Partition::bipartition(3, &[3]).is_err());
    }
}
