//! The earth mover's distance, exactly.
//!
//! A transportation problem on a dense table of costs, solved by shortest augmenting paths with
//! potentials (the method of Jonker & Volgenant for assignments, with amounts in place of ones).
//! Every path is a cheapest one, so the flow is optimal for the mass that it has moved so far.

/// Amounts no greater than this are rounding.
const AMOUNT_MIN: f64 = 1e-14;

/// Least cost of moving the masses `supply` to the places of `demand`, `cost(i, j)` ≥ 0 for each
/// unit of mass. Both have the same total; what rounding leaves over is not moved.
#[must_use]
pub fn least_cost(supply: &[f64], demand: &[f64], cost: &dyn Fn(usize, usize) -> f64) -> f64 {
    let plan = solved(supply, demand, cost);
    plan.flow.iter().zip(&plan.cost).map(|(f, c)| f * c).sum()
}

/// The same when costs are dear to compute: `bound(i, j)` is a cheap lower bound of `cost(i, j)`,
/// and whether it is the cost itself. The plan for the bounds is made exact where it moves mass,
/// and made anew, until all that it moves has its exact cost: no plan can then be cheaper.
#[must_use]
pub fn least_cost_with_bounds(
    supply: &[f64],
    demand: &[f64],
    bound: &dyn Fn(usize, usize) -> (f64, bool),
    cost: &dyn Fn(usize, usize) -> f64,
) -> f64 {
    let n = demand.len();
    let places = (0..supply.len()).flat_map(|i| (0..n).map(move |j| (i, j)));
    let (mut costs, mut exact): (Vec<f64>, Vec<bool>) = places.map(|(i, j)| bound(i, j)).collect();
    loop {
        let plan = solved(supply, demand, &|i, j| costs[i * n + j]);
        let mut settled = true;
        for (place, flow) in plan.flow.iter().enumerate() {
            if *flow > 0.0 && !exact[place] {
                costs[place] = cost(place / n, place % n);
                exact[place] = true;
                settled = false;
            }
        }
        if settled {
            return plan.flow.iter().zip(&costs).map(|(f, c)| f * c).sum();
        }
    }
}

fn solved(supply: &[f64], demand: &[f64], cost: &dyn Fn(usize, usize) -> f64) -> Plan {
    let mut plan = Plan::new(supply, demand, cost);
    for source in 0..supply.len() {
        while plan.supply[source] > AMOUNT_MIN {
            if !plan.augment(source) {
                break;
            }
        }
    }
    plan
}

/// Distance of two distributions over the states of some binary units, where moving mass costs the
/// number of units whose state differs (Hamming).
#[must_use]
pub fn hamming_distance(p: &[f64], q: &[f64]) -> f64 {
    // Mass that both have in one state stays there: the ground distance is a metric.
    let (mut from, mut to) = (Vec::new(), Vec::new());
    let (mut supply, mut demand) = (Vec::new(), Vec::new());
    for (state, (a, b)) in p.iter().zip(q).enumerate() {
        if a - b > AMOUNT_MIN {
            from.push(state);
            supply.push(a - b);
        } else if b - a > AMOUNT_MIN {
            to.push(state);
            demand.push(b - a);
        }
    }
    least_cost(&supply, &demand, &|i, j| {
        f64::from((from[i] ^ to[j]).count_ones())
    })
}

struct Plan {
    supply: Vec<f64>,
    demand: Vec<f64>,
    cost: Vec<f64>,
    flow: Vec<f64>,
    /// Potentials of sources and of sinks.
    high: Vec<f64>,
    low: Vec<f64>,
}

impl Plan {
    fn new(supply: &[f64], demand: &[f64], cost: &dyn Fn(usize, usize) -> f64) -> Self {
        let (m, n) = (supply.len(), demand.len());
        let places = (0..m).flat_map(|i| (0..n).map(move |j| (i, j)));
        Self {
            supply: supply.to_vec(),
            demand: demand.to_vec(),
            cost: places.map(|(i, j)| cost(i, j)).collect(),
            flow: vec![0.0; m * n],
            high: vec![0.0; m],
            low: vec![0.0; n],
        }
    }

    /// Moves mass from a source along a cheapest path (Dijkstra's algorithm on reduced costs over
    /// the nodes 0 … m − 1, sources, and m …, sinks); false when no sink is in need.
    fn augment(&mut self, source: usize) -> bool {
        let (m, n) = (self.supply.len(), self.demand.len());
        let mut reach = vec![f64::INFINITY; m + n];
        let mut before = vec![usize::MAX; m + n];
        let mut done = vec![false; m + n];
        reach[source] = 0.0;
        let end = loop {
            let mut nearest = usize::MAX;
            let mut least = f64::INFINITY;
            for node in 0..m + n {
                if !done[node] && reach[node] < least {
                    nearest = node;
                    least = reach[node];
                }
            }
            if nearest == usize::MAX {
                return false;
            }
            done[nearest] = true;
            if nearest < m {
                let costs = &self.cost[nearest * n..(nearest + 1) * n];
                for (j, cost) in costs.iter().enumerate() {
                    let reduced = cost - self.high[nearest] - self.low[j];
                    let length = least + reduced.max(0.0);
                    if !done[m + j] && length < reach[m + j] {
                        reach[m + j] = length;
                        before[m + j] = nearest;
                    }
                }
                continue;
            }
            let sink = nearest - m;
            if self.demand[sink] > AMOUNT_MIN {
                break sink;
            }
            for i in 0..m {
                // Along an edge with flow the reduced cost is 0.
                if self.flow[i * n + sink] > AMOUNT_MIN && !done[i] && least < reach[i] {
                    reach[i] = least;
                    before[i] = nearest;
                }
            }
        };
        self.shift_potentials(reach[m + end], &reach, &done);
        self.push(source, end, &before);
        true
    }

    /// Keeps reduced costs at or above 0, and at 0 along the path.
    fn shift_potentials(&mut self, length: f64, reach: &[f64], done: &[bool]) {
        let m = self.supply.len();
        for node in (0..reach.len()).filter(|node| done[*node]) {
            if node < m {
                self.high[node] += length - reach[node];
            } else {
                self.low[node - m] -= length - reach[node];
            }
        }
    }

    fn push(&mut self, source: usize, end: usize, before: &[usize]) {
        let (m, n) = (self.supply.len(), self.demand.len());
        let mut amount = self.supply[source].min(self.demand[end]);
        let mut edges = Vec::new();
        let mut node = m + end;
        while node != source {
            let previous = before[node];
            if previous < m {
                edges.push((previous * n + node - m, 1.0));
            } else {
                let back = node * n + previous - m;
                amount = amount.min(self.flow[back]);
                edges.push((back, -1.0));
            }
            node = previous;
        }
        for (edge, sign) in edges {
            self.flow[edge] += sign * amount;
        }
        self.supply[source] -= amount;
        self.demand[end] -= amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn permutations(n: usize) -> Vec<Vec<usize>> {
        if n == 0 {
            return vec![vec![]];
        }
        let mut all = Vec::new();
        for shorter in permutations(n - 1) {
            for place in 0..n {
                let mut longer = shorter.clone();
                longer.insert(place, n - 1);
                all.push(longer);
            }
        }
        all
    }

    proptest! {
        #[test]
        fn equal_masses_are_an_assignment(
            n in 1usize..6,
            costs in prop::collection::vec(0.0..9.0f64, 25),
        ) {
            let masses = vec![1.0 / n as f64; n];
            let found = least_cost(&masses, &masses, &|i, j| costs[i * n + j]);
            let best = permutations(n)
                .iter()
                .map(|p| p.iter().enumerate().map(|(i, j)| costs[i * n + j]).sum::<f64>())
                .fold(f64::INFINITY, f64::min);
            prop_assert!((found - best / n as f64).abs() < 1e-12);
            let exact = |i: usize, j: usize| costs[i * n + j];
            let bound = |i: usize, j: usize| match (i + 2 * j) % 3 {
                2 => (costs[i * n + j], i.is_multiple_of(2)),
                part => (costs[i * n + j] * part as f64 / 2.0, false),
            };
            let lazy = least_cost_with_bounds(&masses, &masses, &bound, &exact);
            prop_assert!((found - lazy).abs() < 1e-12);
        }

        #[test]
        fn masses_in_whole_parts_are_an_assignment_of_the_parts(
            parts in prop::collection::vec(0usize..3, 6),
            costs in prop::collection::vec(0.0..9.0f64, 9),
        ) {
            // Six parts fall on three sources and, in another order, on three sinks.
            let mass = |k: usize| parts.iter().filter(|p| **p == k).count() as f64;
            let supply: Vec<f64> = (0..3).map(mass).collect();
            let demand = vec![2.0; 3];
            let found = least_cost(&supply, &demand, &|i, j| costs[i * 3 + j]);
            let best = permutations(6)
                .iter()
                .map(|p| {
                    let each = p.iter().enumerate().map(|(k, j)| costs[parts[k] * 3 + j / 2]);
                    each.sum::<f64>()
                })
                .fold(f64::INFINITY, f64::min);
            prop_assert!((found - best).abs() < 1e-11, "{found} {best}");
        }

        #[test]
        fn independent_units_move_by_their_marginals(
            p in prop::collection::vec(0.0..1.0f64, 4),
            q in prop::collection::vec(0.0..1.0f64, 4),
        ) {
            let joint = |on: &[f64]| -> Vec<f64> {
                (0..16)
                    .map(|s| {
                        let factor = |u: usize| if s >> u & 1 == 1 { on[u] } else { 1.0 - on[u] };
                        (0..4).map(factor).product()
                    })
                    .collect()
            };
            let expected: f64 = p.iter().zip(&q).map(|(a, b)| (a - b).abs()).sum();
            let found = hamming_distance(&joint(&p), &joint(&q));
            prop_assert!((found - expected).abs() < 1e-11, "{found} {expected}");
        }
    }

    #[test]
    fn a_point_moves_as_far_as_its_states_differ() {
        let at = |s: usize| {
            (0..8)
                .map(|k| f64::from(u8::from(k == s)))
                .collect::<Vec<_>>()
        };
        assert_eq!(hamming_distance(&at(0), &at(7)), 3.0);
        assert_eq!(hamming_distance(&at(5), &at(5)), 0.0);
        let even = [0.5, 0.0, 0.0, 0.5];
        let odd = [0.0, 0.5, 0.5, 0.0];
        assert_eq!(hamming_distance(&even, &odd), 1.0);
        assert_eq!(least_cost(&[], &[], &|_, _| 1.0), 0.0);
    }
}
