//! The row of a vertex in the coupling matrix, as its entity holds it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::VertexId;

/// An incoming edge of a vertex, in twelve bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[repr(Rust, packed(4))]
pub struct RowEntry {
    source: u32,
    /// Its weight.
    pub weight: f64,
}

impl RowEntry {
    /// An edge from a vertex; its number fits 32 bits, since no scene has more vertices.
    #[must_use]
    pub fn new(source: VertexId, weight: f64) -> Self {
        Self {
            source: source.0 as u32,
            weight,
        }
    }

    /// Where the edge comes from.
    #[must_use]
    pub fn source(&self) -> VertexId {
        VertexId(u64::from(self.source))
    }
}

/// The incoming edges of a vertex, ascending by source: its row of the coupling matrix. This is
/// the durable form of edges. Edges that weigh the same are kept in four bytes each, others in
/// twelve; which of both it is makes no difference to anything but memory.
#[derive(Clone, Debug)]
pub struct Row(Entries);

#[derive(Clone, Debug)]
enum Entries {
    Alike { weight: f64, sources: Box<[u32]> },
    Each(Box<[RowEntry]>),
}

impl Default for Row {
    fn default() -> Self {
        Self::alike(0.0, Box::default())
    }
}

impl From<Vec<RowEntry>> for Row {
    /// From entries that ascend by source.
    fn from(entries: Vec<RowEntry>) -> Self {
        let weight = entries.first().map_or(0.0, |entry| entry.weight);
        if entries
            .iter()
            .any(|entry| { entry.weight }.to_bits() != weight.to_bits())
        {
            return Self(Entries::Each(entries.into_boxed_slice()));
        }
        Self::alike(weight, entries.iter().map(|entry| entry.source).collect())
    }
}

impl Row {
    /// Edges of one weight from sources, which ascend.
    pub(super) fn alike(weight: f64, sources: Box<[u32]>) -> Self {
        Self(Entries::Alike { weight, sources })
    }

    /// Number of edges.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Entries::Alike { sources, .. } => sources.len(),
            Entries::Each(entries) => entries.len(),
        }
    }

    /// Whether there is no edge.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the edges take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &self.0 {
            Entries::Alike { sources, .. } => size_of_val(&**sources),
            Entries::Each(entries) => size_of_val(&**entries),
        }
    }

    /// The edges, ascending by source.
    #[must_use]
    pub fn iter(&self) -> RowIter<'_> {
        RowIter { row: self, at: 0 }
    }

    /// The sources, ascending.
    pub fn sources(&self) -> impl Iterator<Item = VertexId> + '_ {
        self.iter().map(|entry| entry.source())
    }

    /// The place of the edge from `source` among the edges.
    #[must_use]
    pub fn place(&self, source: VertexId) -> Option<usize> {
        let found = match &self.0 {
            Entries::Alike { sources, .. } => {
                sources.binary_search_by_key(&source.0, |own| u64::from(*own))
            }
            Entries::Each(entries) => entries.binary_search_by_key(&source, RowEntry::source),
        };
        found.ok()
    }

    /// The edge at a place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<RowEntry> {
        match &self.0 {
            Entries::Alike { weight, sources } => sources.get(at).map(|source| RowEntry {
                source: *source,
                weight: *weight,
            }),
            Entries::Each(entries) => entries.get(at).copied(),
        }
    }

    /// Sets the weight of the edge from `source`; 0 takes the edge out.
    pub fn set(&mut self, source: VertexId, weight: f64) {
        let place = self.place(source);
        match place {
            None if weight == 0.0 => return,
            Some(at) if weight != 0.0 => return self.set_weight(at, weight),
            _ => {}
        }
        let others = self.iter().filter(|entry| entry.source() != source);
        let mut entries: Vec<RowEntry> = others.collect();
        if place.is_none() {
            let at = entries.partition_point(|entry| entry.source() < source);
            entries.insert(at, RowEntry::new(source, weight));
        }
        *self = entries.into();
    }

    /// Sets the weights of all edges, in order of their sources.
    pub fn set_weights(&mut self, weights: impl Iterator<Item = f64>) {
        for (entry, weight) in self.each().iter_mut().zip(weights) {
            entry.weight = weight;
        }
    }

    /// Sets the weight of the edge at a place, which stays whatever it weighs.
    pub fn set_weight(&mut self, place: usize, weight: f64) {
        let old = self.get(place).map(|entry| { entry.weight }.to_bits());
        if old.is_some_and(|old| old != weight.to_bits()) {
            self.each()[place].weight = weight;
        }
    }

    fn each(&mut self) -> &mut [RowEntry] {
        if let Entries::Alike { .. } = self.0 {
            self.0 = Entries::Each(self.iter().collect());
        }
        match &mut self.0 {
            Entries::Each(entries) => entries,
            Entries::Alike { .. } => &mut [],
        }
    }
}

/// The edges of a row, ascending by source.
#[derive(Clone, Debug)]
pub struct RowIter<'a> {
    row: &'a Row,
    at: usize,
}

impl Iterator for RowIter<'_> {
    type Item = RowEntry;

    fn next(&mut self) -> Option<RowEntry> {
        let entry = self.row.get(self.at)?;
        self.at += 1;
        Some(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let rest = self.row.len() - self.at;
        (rest, Some(rest))
    }
}

impl ExactSizeIterator for RowIter<'_> {}

impl<'a> IntoIterator for &'a Row {
    type Item = RowEntry;
    type IntoIter = RowIter<'a>;

    fn into_iter(self) -> RowIter<'a> {
        self.iter()
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other)
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<RowEntry>::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(entries: &[(u64, f64)]) -> Row {
        let entries = entries.iter();
        let entries = entries.map(|(source, weight)| RowEntry::new(VertexId(*source), *weight));
        entries.collect::<Vec<_>>().into()
    }

    #[test]
    fn edges_that_weigh_the_same_take_a_third() {
        assert_eq!(row(&[(1, 0.5), (4, 0.5), (9, 0.5)]).bytes(), 12);
        assert_eq!(row(&[(1, 0.5), (4, 0.5), (9, 0.25)]).bytes(), 36);
        assert_eq!(size_of::<Row>(), size_of::<Vec<RowEntry>>());
    }

    #[test]
    fn a_row_is_its_entries_however_they_are_kept() {
        let mut own = row(&[(1, 0.5), (4, 0.5)]);
        own.set_weights([0.5, 0.5].into_iter());
        assert_eq!(own.bytes(), 24);
        assert_eq!(own, row(&[(1, 0.5), (4, 0.5)]));
        own.set(VertexId(2), 0.25);
        assert_eq!(own, row(&[(1, 0.5), (2, 0.25), (4, 0.5)]));
        own.set(VertexId(2), 0.0);
        own.set(VertexId(3), 0.0);
        own.set(VertexId(4), 0.5);
        assert_eq!((own.bytes(), own.len()), (8, 2));
        let bytes = postcard::to_stdvec(&own).unwrap();
        assert_eq!(postcard::from_bytes::<Row>(&bytes).unwrap(), own);
        own.set(VertexId(1), -0.0);
        own.set(VertexId(4), 0.0);
        assert_eq!(own, Row::default());
    }
}
