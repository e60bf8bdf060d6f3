//! What people call the vertices of a file, beside their ids.

use super::super::fault::shown;
use super::names::NameIndex;

/// Labels of one source.
#[derive(Clone, Debug)]
struct Source {
    what: &'static str,
    texts: Vec<Box<str>>,
}

/// Labels of nodes from several sources, the first of which counts that has one for each vertex.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    sources: Vec<Source>,
}

impl Labels {
    /// No labels yet from these sources, the best first.
    #[must_use]
    pub fn new(sources: &[&'static str]) -> Self {
        let source = |what: &&'static str| Source {
            what,
            texts: Vec::new(),
        };
        Self {
            sources: sources.iter().map(source).collect(),
        }
    }

    /// The place of the source of this name, in any case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.sources
            .iter()
            .position(|source| source.what.eq_ignore_ascii_case(name))
    }

    /// Puts the label of a node; the first from each source counts.
    pub fn put(&mut self, source: usize, node: u32, text: &str) {
        let (text, node) = (text.trim(), node as usize);
        let Some(own) = self.sources.get_mut(source) else {
            return;
        };
        if text.is_empty() {
            return;
        }
        if own.texts.len() <= node {
            own.texts.resize(node + 1, Box::default());
        }
        if let Some(free) = own.texts.get_mut(node).filter(|free| free.is_empty()) {
            *free = text.into();
        }
    }

    /// The labels of the vertices, none when no source has a label of its own for each of them;
    /// `vertex_of` has the vertex of each node, `u32::MAX` where it is none.
    #[must_use]
    pub fn finish(self, vertex_of: &[u32], notes: &mut Vec<String>) -> Vec<Box<str>> {
        let all = vertex_of
            .iter()
            .filter(|vertex| **vertex != u32::MAX)
            .count();
        let mut why = None;
        for source in self.sources {
            let what = source.what;
            let texts: Vec<Box<str>> = source
                .texts
                .into_iter()
                .zip(vertex_of)
                .filter(|(text, vertex)| **vertex != u32::MAX && !text.is_empty())
                .map(|(text, _)| text)
                .collect();
            if texts.is_empty() {
                continue;
            }
            if texts.len() < all {
                let found = texts.len();
                why.get_or_insert_with(|| {
                    format!("labels ({what:?}) are not used: {found} of {all} vertices have one")
                });
                continue;
            }
            match repeated(&texts) {
                None => return texts,
                Some(text) => {
                    why.get_or_insert_with(|| {
                        format!(
                            "labels ({what:?}) are not used: {} is that of several vertices",
                            shown(text)
                        )
                    });
                }
            }
        }
        notes.extend(why);
        Vec::new()
    }
}

/// A text that comes twice.
fn repeated(texts: &[Box<str>]) -> Option<&str> {
    let mut seen = NameIndex::default();
    texts
        .iter()
        .map(AsRef::as_ref)
        .find(|text| !seen.number(text).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_source_with_a_label_for_each_vertex_counts() {
        let mut labels = Labels::new(&["label", "name"]);
        labels.put(0, 0, "a");
        labels.put(1, 0, " x ");
        labels.put(1, 2, "y");
        let name = labels.find("NAME");
        assert_eq!(name, Some(1));
        let mut notes = Vec::new();
        let found = labels.clone().finish(&[0, u32::MAX, 1], &mut notes);
        assert_eq!(
            found.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
            ["x", "y"]
        );
        assert!(notes.is_empty());
        assert!(labels.finish(&[0, 1, 2], &mut notes).is_empty());
        assert_eq!(
            notes,
            ["labels (\"label\") are not used: 1 of 3 vertices have one"]
        );
    }

    #[test]
    fn labels_of_several_vertices_are_not_used() {
        let mut labels = Labels::new(&["label"]);
        for node in 0..3 {
            labels.put(0, node, ["a", "b", "a"][node as usize]);
        }
        let mut notes = Vec::new();
        assert!(labels.finish(&[0, 1, 2], &mut notes).is_empty());
        assert_eq!(
            notes,
            ["labels (\"label\") are not used: \"a\" is that of several vertices"]
        );
    }
}
