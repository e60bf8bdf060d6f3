//! Words that panels share.

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
    fn a_vertex_is_called_by_number_and_name() {
        let names: Vec<Box<str>> = vec!["V1".into(), "MT".into(), "".into()];
        assert_eq!(named(1, &names), "v1 \"MT\"");
        assert_eq!(named(2, &names), "v2");
        assert_eq!(named(1, &[]), "v1");
    }
}
