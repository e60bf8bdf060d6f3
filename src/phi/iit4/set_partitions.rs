//! All set partitions of a few elements.

/// The set partitions of 0 … m elements into blocks, as masks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetPartitions {
    blocks: Vec<u32>,
    ends: Vec<usize>,
}

impl SetPartitions {
    /// All partitions of `elements` elements (Bell numbers: 1, 2, 5, 15, 52, 203, 877, 4140,
    /// 21147, 115975), those with fewer blocks first, then in the order of restricted growth
    /// strings.
    #[must_use]
    pub fn new(elements: usize) -> Self {
        let mut all = Self {
            blocks: Vec::new(),
            ends: Vec::new(),
        };
        for count in 0..=elements {
            all.place(0, elements, count, &mut Vec::new());
        }
        all
    }

    fn place(&mut self, element: usize, elements: usize, count: usize, blocks: &mut Vec<u32>) {
        if element == elements {
            if blocks.len() == count {
                self.blocks.extend_from_slice(blocks);
                self.ends.push(self.blocks.len());
            }
            return;
        }
        for k in 0..blocks.len() {
            blocks[k] |= 1 << element;
            self.place(element + 1, elements, count, blocks);
            blocks[k] ^= 1 << element;
        }
        if blocks.len() < count {
            blocks.push(1 << element);
            self.place(element + 1, elements, count, blocks);
            blocks.pop();
        }
    }

    /// Their number.
    #[must_use]
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Each partition as its blocks.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.ends.len()).map(|k| {
            let from = if k == 0 { 0 } else { self.ends[k - 1] };
            &self.blocks[from..self.ends[k]]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_as_many_as_bell_numbers() {
        for (elements, bell) in [1, 1, 2, 5, 15, 52, 203, 877].into_iter().enumerate() {
            let all = SetPartitions::new(elements);
            assert_eq!(all.count(), bell);
            let distinct: BTreeSet<Vec<u32>> = all.iter().map(<[u32]>::to_vec).collect();
            assert_eq!(distinct.len(), bell);
            for blocks in all.iter() {
                assert_eq!(blocks.iter().sum::<u32>(), (1u32 << elements) - 1);
            }
        }
        assert_eq!(SetPartitions::new(3).iter().next(), Some(&[7][..]));
    }
}
