//! How many edges there are, in words: the same in checks, commands and the window.

/// `870 directed edges`.
#[must_use]
pub fn directed(edges: usize) -> String {
    match edges {
        1 => "1 directed edge".to_owned(),
        edges => format!("{edges} directed edges"),
    }
}

/// `870 directed edges (435 pairs)`, or without the pairs where not all edges lead both ways.
#[must_use]
pub fn edges_and_pairs(edges: usize, pairs: Option<usize>) -> String {
    match pairs {
        Some(pairs) if edges > 1 => format!("{} ({pairs} pairs)", directed(edges)),
        _ => directed(edges),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_stand_beside_the_edges_when_all_lead_both_ways() {
        assert_eq!(
            edges_and_pairs(870, Some(435)),
            "870 directed edges (435 pairs)"
        );
        assert_eq!(edges_and_pairs(869, None), "869 directed edges");
        assert_eq!(edges_and_pairs(1, Some(1)), "1 directed edge");
        assert_eq!(edges_and_pairs(0, Some(0)), "0 directed edges");
    }
}
