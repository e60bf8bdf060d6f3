//! Words that panels share.

/// `870 directed edges`.
#[must_use]
pub fn directed(edges: usize) -> String {
    match edges {
        1 => "1 directed edge".to_owned(),
        edges => format!("{edges} directed edges"),
    }
}

/// `870 directed edges (435 pairs)`, or without the pairs where not all edges lead both ways: the
/// words of `Blueprint::edges_shown`, for a graph that a person edits.
#[must_use]
pub fn edges_and_pairs(edges: usize, pairs: Option<usize>) -> String {
    match pairs {
        Some(pairs) if edges > 1 => format!("{} ({pairs} pairs)", directed(edges)),
        _ => directed(edges),
    }
}

/// `v3 "MT"`, or `v3` for a vertex that has no name.
#[must_use]
pub fn named(vertex: u32, names: &[Box<str>]) -> String {
    match names.get(vertex as usize) {
        Some(name) if !name.is_empty() => format!("v{vertex} \"{name}\""),
        _ => format!("v{vertex}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_counted_in_the_words_of_the_check() {
        assert_eq!(
            edges_and_pairs(870, Some(435)),
            "870 directed edges (435 pairs)"
        );
        assert_eq!(edges_and_pairs(869, None), "869 directed edges");
        assert_eq!(edges_and_pairs(1, Some(1)), "1 directed edge");
        assert_eq!(edges_and_pairs(0, Some(0)), "0 directed edges");
    }

    #[test]
    fn a_vertex_is_called_by_number_and_name() {
        let names: Vec<Box<str>> = vec!["V1".into(), "MT".into(), "".into()];
        assert_eq!(named(1, &names), "v1 \"MT\"");
        assert_eq!(named(2, &names), "v2");
        assert_eq!(named(1, &[]), "v1");
    }
}
