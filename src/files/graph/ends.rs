//! The ends of edges as they are read: numbers, or names.

use std::collections::BTreeMap;

use super::super::fault::{Faults, shown};
use super::super::number::{Decimal, number};
use super::data::Names;
use super::names::NameIndex;

/// Edges whose ends are few names among numbers are refused; from this share on all are names.
const NAMES_SHARE: f64 = 0.1;

/// Pairs of vertices in the order of the file.
#[derive(Debug, Default)]
pub struct Ends {
    /// Numbers, or places in `names` or `wide`.
    pairs: Vec<[u32; 2]>,
    /// Once a number does not fit 32 bits: all of them, by first appearance.
    wide: Option<(BTreeMap<u64, u32>, Vec<u64>)>,
    /// Once an end is no number: all of them, by first appearance.
    names: Option<NameIndex>,
    /// The first ends that are no numbers.
    odd: Vec<(u64, String)>,
    odd_count: u64,
}

/// A whole number ≥ 0 of at most 19 digits, also as `3.0` or `3e0`.
fn whole(cell: &str) -> Option<u64> {
    let mut value = 0u64;
    let plain = !cell.is_empty() && cell.len() <= 19;
    if plain && cell.bytes().all(|byte| byte.is_ascii_digit()) {
        for byte in cell.bytes() {
            value = value * 10 + u64::from(byte - b'0');
        }
        return Some(value);
    }
    let first = cell.bytes().next()?;
    if !first.is_ascii_digit() && first != b'+' {
        return None;
    }
    let value = number(cell, Decimal::Point)?;
    let exact = value >= 0.0 && value.fract() == 0.0 && value <= 9e15;
    exact.then_some(value as u64)
}

impl Ends {
    /// With room for so many edges.
    #[must_use]
    pub fn with_capacity(edges: usize) -> Self {
        Self {
            pairs: Vec::with_capacity(edges),
            ..Self::default()
        }
    }

    /// Number of edges.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Adds an edge.
    pub fn push(&mut self, line: u64, source: &str, target: &str) {
        let values = [whole(source), whole(target)];
        for (value, cell) in values.iter().zip([source, target]) {
            if value.is_none() {
                self.odd_count += 1;
                if self.odd.len() < super::super::fault::SHOWN {
                    self.odd.push((line, cell.to_owned()));
                }
            }
        }
        let far = |value: &Option<u64>| value.is_some_and(|value| value >= u64::from(u32::MAX));
        if self.names.is_none() && values.contains(&None) {
            self.go_over_to_names();
        } else if self.names.is_none() && self.wide.is_none() && values.iter().any(far) {
            self.go_over_to_wide();
        }
        let pair = [self.end(values[0], source), self.end(values[1], target)];
        self.pairs.push(pair);
    }

    fn end(&mut self, value: Option<u64>, cell: &str) -> u32 {
        if let Some(names) = &mut self.names {
            return match value {
                Some(value) => names.number(&value.to_string()).0,
                None => names.number(cell).0,
            };
        }
        let value = value.unwrap_or(0);
        match &mut self.wide {
            None => value as u32,
            Some((places, list)) => *places.entry(value).or_insert_with(|| {
                list.push(value);
                list.len() as u32 - 1
            }),
        }
    }

    fn go_over_to_wide(&mut self) {
        let (mut places, mut list) = (BTreeMap::new(), Vec::new());
        for end in self.pairs.iter_mut().flatten() {
            let value = u64::from(*end);
            *end = *places.entry(value).or_insert_with(|| {
                list.push(value);
                list.len() as u32 - 1
            });
        }
        self.wide = Some((places, list));
    }

    fn go_over_to_names(&mut self) {
        let mut names = NameIndex::default();
        let wide = self.wide.take();
        for end in self.pairs.iter_mut().flatten() {
            let value = match &wide {
                Some((_, list)) => list[*end as usize],
                None => u64::from(*end),
            };
            *end = names.number(&value.to_string()).0;
        }
        self.names = Some(names);
    }

    /// The vertices, and the edges as places among them. Numbers stand in ascending order.
    ///
    /// # Errors
    /// When a few ends are no numbers while nearly all others are.
    pub fn finish(self) -> Result<(Names, Vec<[u32; 2]>), Faults> {
        let Self {
            mut pairs,
            wide,
            names,
            odd,
            odd_count,
        } = self;
        if let Some(names) = names {
            if (odd_count as f64) < NAMES_SHARE * 2.0 * pairs.len() as f64 {
                let mut faults = Faults::default();
                for (line, cell) in odd {
                    let message = format!(
                        "found {}, expected the number of a vertex, as nearly all others are",
                        shown(&cell)
                    );
                    faults.add(line, 0, message);
                }
                return Err(faults);
            }
            return Ok((Names::Texts(names.into_names()), pairs));
        }
        let (numbers, places) = match wide {
            Some((_, list)) => by_sorting(list),
            None => compact(&pairs),
        };
        if let Some(places) = places {
            for end in pairs.iter_mut().flatten() {
                *end = places.of(*end);
            }
        }
        Ok((Names::Numbers(numbers), pairs))
    }
}

/// From a number to its place.
enum Places {
    From(u32),
    Table(Vec<u32>),
    Sorted(Vec<u32>),
}

impl Places {
    fn of(&self, number: u32) -> u32 {
        match self {
            Self::From(first) => number - first,
            Self::Table(table) => table[number as usize],
            Self::Sorted(list) => list.partition_point(|own| *own < number) as u32,
        }
    }
}

fn by_sorting(list: Vec<u64>) -> (Vec<u64>, Option<Places>) {
    let mut order: Vec<u32> = (0..list.len() as u32).collect();
    order.sort_unstable_by_key(|k| list[*k as usize]);
    let mut table = vec![0; list.len()];
    for (place, k) in order.iter().enumerate() {
        table[*k as usize] = place as u32;
    }
    let sorted = order.iter().map(|k| list[*k as usize]).collect();
    (sorted, Some(Places::Table(table)))
}

/// The different numbers of all pairs, ascending, and their places.
fn compact(pairs: &[[u32; 2]]) -> (Vec<u64>, Option<Places>) {
    let Some(most) = pairs.iter().flatten().copied().max() else {
        return (Vec::new(), None);
    };
    let least = pairs.iter().flatten().copied().min().unwrap_or(0);
    if u64::from(most) <= 32 * pairs.len() as u64 + (1 << 20) {
        let mut seen = vec![false; most as usize + 1];
        for end in pairs.iter().flatten() {
            seen[*end as usize] = true;
        }
        if seen[least as usize..].iter().all(|seen| *seen) {
            let numbers = (u64::from(least)..=u64::from(most)).collect();
            return (numbers, (least > 0).then_some(Places::From(least)));
        }
        let mut table = vec![0; most as usize + 1];
        let mut numbers = Vec::new();
        for (number, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
            table[number] = numbers.len() as u32;
            numbers.push(number as u64);
        }
        return (numbers, Some(Places::Table(table)));
    }
    let mut all: Vec<u32> = pairs.iter().flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    let numbers = all.iter().map(|number| u64::from(*number)).collect();
    (numbers, Some(Places::Sorted(all)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[(&str, &str)]) -> Result<(Names, Vec<[u32; 2]>), Faults> {
        let mut ends = Ends::default();
        for (k, (source, target)) in list.iter().enumerate() {
            ends.push(k as u64 + 1, source, target);
        }
        ends.finish()
    }

    #[test]
    fn numbers_keep_their_order_and_lose_their_gaps() {
        let found = read(&[("7", "2.0"), ("2", "9e0")]).unwrap();
        assert_eq!(found, (Names::Numbers(vec![2, 7, 9]), vec![[1, 0], [0, 2]]));
        let wide = read(&[("3", "18446744073"), ("5", "3")]).unwrap();
        assert_eq!(
            wide,
            (
                Names::Numbers(vec![3, 5, 18_446_744_073]),
                vec![[0, 2], [1, 0]]
            )
        );
        let far = read(&[("4000000000", "5"), ("5", "6")]).unwrap();
        assert_eq!(
            far,
            (
                Names::Numbers(vec![5, 6, 4_000_000_000]),
                vec![[2, 0], [0, 1]]
            )
        );
    }

    #[test]
    fn names_keep_the_order_of_their_first_appearance() {
        let found = read(&[("b", "a"), ("4", "b")]).unwrap();
        let names = ["b", "a", "4"].map(Into::into).to_vec();
        assert_eq!(found, (Names::Texts(names), vec![[0, 1], [2, 0]]));
        let mut many = vec![("1", "2"); 30];
        many[7] = ("1", "x");
        let refused = read(&many).unwrap_err().to_string();
        assert!(refused.starts_with("line 8: found \"x\""), "{refused}");
    }
}
