//! Cuts of a system in two.

/// A unidirectional bipartition: the edges from one side to the other are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemCut {
    /// Mask of the side whose outputs are cut.
    pub from: usize,
    /// Mask of the side whose inputs are cut.
    pub to: usize,
}

/// All unidirectional bipartitions, in the order of PyPhi: sides by binary numbers up to half of
/// all, then their mirror images backwards.
#[must_use]
pub fn system_cuts(units: usize) -> Vec<SystemCut> {
    let full = (1usize << units) - 1;
    let forward = (1..1usize << (units - 1)).map(|from| SystemCut {
        from,
        to: full & !from,
    });
    let mut cuts: Vec<SystemCut> = forward.collect();
    let mirror = |cut: &SystemCut| SystemCut {
        from: cut.to,
        to: cut.from,
    };
    let backward: Vec<SystemCut> = cuts.iter().rev().map(mirror).collect();
    cuts.extend(backward);
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_come_in_the_known_order() {
        let sides: Vec<usize> = system_cuts(3).iter().map(|cut| cut.from).collect();
        assert_eq!(sides, [1, 2, 3, 4, 5, 6]);
    }
}
