//! Which edges are directed, kept edge by edge only once they differ.

use super::super::fault::Faults;
use super::data::Direction;

/// The directions of edges; none where nothing says so.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// The direction of a graph without edges.
    pub fallback: Option<bool>,
    first: Option<bool>,
    each: Vec<Option<bool>>,
}

impl Ways {
    /// Adds the direction of the edge at this place, behind those before it.
    pub fn push(&mut self, place: usize, directed: Option<bool>) {
        if place == 0 {
            self.first = directed;
        } else if self.each.is_empty() && directed != self.first {
            self.each = vec![self.first; place];
        }
        if !self.each.is_empty() {
            self.each.push(directed);
        }
    }

    /// Says that all edges are directed, or none.
    pub fn all(&mut self, directed: bool) {
        *self = Self {
            fallback: Some(directed),
            first: Some(directed),
            each: Vec::new(),
        };
    }

    /// The direction of the graph whose edges have these lines. That only some edges say it is a
    /// problem.
    pub fn finish(
        &mut self,
        lines: &[u32],
        faults: &mut Faults,
        notes: &mut Vec<String>,
    ) -> Direction {
        let said = |directed| match directed {
            None => Direction::Unsaid,
            Some(true) => Direction::Directed,
            Some(false) => Direction::Undirected,
        };
        if lines.is_empty() {
            return said(self.fallback);
        }
        if self.each.is_empty() {
            return said(self.first);
        }
        let each = std::mem::take(&mut self.each);
        let all = each.len();
        let unsaid = each.iter().filter(|way| way.is_none()).count();
        if unsaid > 0 {
            let first = each.iter().position(Option::is_none);
            let line = first
                .and_then(|first| lines.get(first))
                .copied()
                .unwrap_or(0);
            faults.add(
                line.into(),
                0,
                format!(
                    "{unsaid} of {all} edges do not say whether they are directed, and the graph \
                     does not; expected that it says so"
                ),
            );
            return Direction::Unsaid;
        }
        let each: Vec<bool> = each.into_iter().map(|way| way == Some(true)).collect();
        let directed = each.iter().filter(|way| **way).count();
        notes.push(format!(
            "{directed} of {all} edges are directed, the others undirected"
        ));
        Direction::Each(each)
    }
}
