//! Locality ordering: reverse Cuthill–McKee.

use std::collections::VecDeque;

use crate::base::random::mix;

/// The order in which to visit vertices so that neighbours stand near each other: reverse
/// Cuthill–McKee (George & Liu, 1981, ch. 4), with a vertex that a breadth-first search finds last
/// as the beginning of each component. The graph is given by compressed rows; its edges count in
/// both directions.
#[must_use]
pub fn reverse_cuthill_mckee(start: &[usize], sources: &[u32]) -> Vec<u32> {
    if is_symmetric(start, sources) {
        return order_symmetric(start, sources);
    }
    let (start, sources) = symmetrised(start, sources);
    order_symmetric(&start, &sources)
}

/// Whether each entry has its reverse: a sum of hashes, so one that has none passes once in 2⁶⁴.
fn is_symmetric(start: &[usize], sources: &[u32]) -> bool {
    let mut sum = 0u64;
    for (v, ends) in start.windows(2).enumerate() {
        for &w in &sources[ends[0]..ends[1]] {
            let (low, high) = ((v as u64).min(w.into()), (v as u64).max(w.into()));
            let pair = mix(low << 32 | high);
            sum = match low == v as u64 {
                true => sum.wrapping_add(pair),
                false => sum.wrapping_sub(pair),
            };
        }
    }
    sum == 0
}

/// Rows with the reverse of every entry; an entry that had one stands twice.
fn symmetrised(start: &[usize], sources: &[u32]) -> (Vec<usize>, Vec<u32>) {
    let n = start.len().saturating_sub(1);
    let mut ends = vec![0; n + 1];
    for v in 0..n {
        ends[v + 1] += start[v + 1] - start[v];
        for &w in &sources[start[v]..start[v + 1]] {
            ends[w as usize + 1] += 1;
        }
    }
    for v in 0..n {
        ends[v + 1] += ends[v];
    }
    let mut next = ends.clone();
    let mut both = vec![0; 2 * sources.len()];
    let mut put = |v: usize, w: u32| {
        both[next[v]] = w;
        next[v] += 1;
    };
    for v in 0..n {
        for &w in &sources[start[v]..start[v + 1]] {
            put(v, w);
            put(w as usize, v as u32);
        }
    }
    (ends, both)
}

fn order_symmetric(start: &[usize], sources: &[u32]) -> Vec<u32> {
    let n = start.len().saturating_sub(1);
    let degree = |v: u32| start[v as usize + 1] - start[v as usize];
    let mut order: Vec<u32> = Vec::with_capacity(n);
    let mut placed = vec![false; n];
    let mut seen = vec![u32::MAX; n];
    let mut near: Vec<u32> = Vec::new();
    for root in 0..n as u32 {
        if placed[root as usize] {
            continue;
        }
        let first = far_end(root, start, sources, &mut seen);
        placed[first as usize] = true;
        let mut head = order.len();
        order.push(first);
        while let Some(&v) = order.get(head) {
            head += 1;
            near.clear();
            for &w in &sources[start[v as usize]..start[v as usize + 1]] {
                if !std::mem::replace(&mut placed[w as usize], true) {
                    near.push(w);
                }
            }
            near.sort_by_key(|w| (degree(*w), *w));
            order.extend_from_slice(&near);
        }
    }
    order.reverse();
    order
}

/// A vertex of least degree among those farthest from `root`.
fn far_end(root: u32, start: &[usize], sources: &[u32], seen: &mut [u32]) -> u32 {
    let mut queue = VecDeque::from([(root, 0u32)]);
    seen[root as usize] = root;
    let mut best = (0, usize::MAX, root);
    while let Some((v, depth)) = queue.pop_front() {
        let row = &sources[start[v as usize]..start[v as usize + 1]];
        if depth > best.0 || (depth == best.0 && row.len() < best.1) {
            best = (depth, row.len(), v);
        }
        for &w in row {
            if seen[w as usize] != root {
                seen[w as usize] = root;
                queue.push_back((w, depth + 1));
            }
        }
    }
    best.2
}

/// The order of [`reverse_cuthill_mckee`], where it brings the ends of edges to half their
/// distance.
#[must_use]
pub fn nearer_order(start: &[usize], sources: &[u32]) -> Option<Vec<u32>> {
    let order = reverse_cuthill_mckee(start, sources);
    let mut place = vec![0; order.len()];
    for (slot, vertex) in order.iter().enumerate() {
        place[*vertex as usize] = slot as u32;
    }
    let before = mean_distance(start, sources, |v| v);
    let after = mean_distance(start, sources, |v| place[v as usize]);
    (after < 0.5 * before).then_some(order)
}

/// The mean distance |i − j| between the ends of edges, for vertices that stand at `place`.
fn mean_distance(start: &[usize], sources: &[u32], place: impl Fn(u32) -> u32) -> f64 {
    let mut sum = 0.0;
    for (v, ends) in start.windows(2).enumerate() {
        let own = i64::from(place(v as u32));
        for w in &sources[ends[0]..ends[1]] {
            sum += (i64::from(place(*w)) - own).unsigned_abs() as f64;
        }
    }
    sum / (sources.len().max(1)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn directed_rows_are_ordered_too(
            n in 1..30usize,
            edges in prop::collection::vec((0..30u32, 0..30u32), 0..60),
        ) {
            let mut rows = vec![Vec::new(); n];
            for (v, w) in edges {
                let (v, w) = (v as usize % n, w % n as u32);
                if v != w as usize && !rows[v].contains(&w) {
                    rows[v].push(w);
                }
            }
            let mut start = vec![0];
            for row in &rows {
                start.push(start[start.len() - 1] + row.len());
            }
            let sources: Vec<u32> = rows.concat();
            let mut order = reverse_cuthill_mckee(&start, &sources);
            order.sort_unstable();
            prop_assert_eq!(order, (0..n as u32).collect::<Vec<_>>());
        }
    }
}
