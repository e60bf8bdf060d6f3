//! A scheduler policy of one's own: a vertex goes to the node that most of its neighbours are on,
//! as long as no node gets more than its share of the vertices (label propagation with a bound).
//!
//! `phantom` with one policy more:
//! `cargo run --release --example custom_policy -- run examples/custom_policy.ron`

use std::process::ExitCode;

use phantomos::prelude::*;

struct Neighbours {
    slack: f64,
    max_moves: usize,
}

impl Part for Neighbours {
    fn about() -> About {
        let share = Bounds::range(0.0, 10.0);
        let count = Bounds::range(1.0, 1000.0);
        About::new("neighbours", "Vertices go to where their neighbours are.")
            .number(
                "slack",
                0.2,
                "",
                share,
                "How far a node may be beyond its share.",
            )
            .number("max_moves", 4.0, "", count, "Vertices that move at a time.")
    }

    fn open(own: &Opening) -> Result<Self, String> {
        Ok(Self {
            slack: own.number("slack")?,
            max_moves: own.number("max_moves")? as usize,
        })
    }
}

impl SchedulerPolicy for Neighbours {
    fn plan(&self, now: &Situation) -> Vec<Move> {
        let nodes = now.work.len();
        let share = now.owners.len() as f64 / nodes as f64;
        let most = ((1.0 + self.slack) * share) as usize;
        let mut members = vec![0; nodes];
        now.owners
            .iter()
            .for_each(|node| members[node.index()] += 1);
        let mut moves = Vec::new();
        for (vertex, from) in now.owners.iter().enumerate() {
            let mut ties = vec![0; nodes];
            for source in &now.sources[vertex] {
                ties[now.owners[*source as usize].index()] += 1;
            }
            // The lower node of two that are alike, so that the plan repeats.
            let best = (0..nodes).max_by_key(|node| (ties[*node], usize::MAX - node));
            let Some(to) = best.filter(|to| ties[*to] > ties[from.index()]) else {
                continue;
            };
            if members[to] < most {
                members[to] += 1;
                members[from.index()] -= 1;
                let (vertex, to) = (VertexId(vertex as u64), NodeId(to as u16));
                moves.push(Move {
                    vertex,
                    from: *from,
                    to,
                });
            }
            if moves.len() == self.max_moves {
                break;
            }
        }
        moves
    }
}

/// What this program has.
pub fn parts() -> Parts {
    Parts::default().policy::<Neighbours>()
}

#[allow(dead_code, reason = "this file is a module of the tests too")]
fn main() -> ExitCode {
    Program::default().parts(parts()).main()
}
