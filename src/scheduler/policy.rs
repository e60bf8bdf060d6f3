//! Policies: loads → moves. Integers decide and ties go to the lower id, so a plan repeats.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{NodeId, VertexId};
use crate::registry::part::{Catalog, CustomSpec, Opening, Part, PartError, PartResult, guarded};

/// When and how vertices move.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Policy {
    /// Never, but as scripted.
    #[default]
    Off,
    /// A node whose load exceeds the threshold gives vertices, lowest ids first, to the next node,
    /// until it is at the threshold.
    Original {
        /// Greatest load that is left alone.
        #[serde(default = "eight_tenths")]
        threshold: f64,
        /// Vertices that one node gives at a time.
        #[serde(default = "ten")]
        max_moves: usize,
    },
    /// The node with the greatest load gives vertices to the one with the least, preferring those
    /// with most edges there, until the spread of loads is within the tolerance.
    Balanced {
        /// Spread of loads that is left alone, as a share of the mean load.
        #[serde(default = "twentieth")]
        tolerance: f64,
        /// Vertices that move at a time.
        #[serde(default = "ten")]
        max_moves: usize,
    },
    /// A policy of the program's catalog; see `phantom list parts`.
    Custom(CustomSpec),
}

fn eight_tenths() -> f64 {
    0.8
}

fn twentieth() -> f64 {
    0.05
}

fn ten() -> usize {
    10
}

/// A vertex changes its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The vertex.
    pub vertex: VertexId,
    /// Where it lives.
    pub from: NodeId,
    /// Where it goes.
    pub to: NodeId,
}

/// What a policy sees.
pub struct Situation<'a> {
    /// Work of each node.
    pub work: Vec<u64>,
    /// Work that a node can do in a tick.
    pub capacity: u64,
    /// The node of each vertex.
    pub owners: &'a [NodeId],
    /// Work of each vertex.
    pub vertex_work: &'a [u64],
    /// Sources of each vertex's incoming edges.
    pub sources: &'a [Vec<u32>],
}

/// A scheduler policy of one's own: scenes name it by `policy: Custom(name: "…", parameters: {…})`.
///
/// It is a function of its parameters and the situation alone, so that a plan repeats; what it
/// plans changes no bit of the run. A move of a vertex that is not there, or to a node that is
/// none, ends the run by name.
///
/// ```
/// use phantomos::prelude::*;
///
/// /// Vertex 0 goes round the nodes.
/// struct Carousel;
///
/// impl Part for Carousel {
///     fn about() -> About {
///         About::new("carousel", "Vertex 0 goes round the nodes.")
///     }
///
///     fn open(_: &Opening) -> Result<Self, String> {
///         Ok(Self)
///     }
/// }
///
/// impl SchedulerPolicy for Carousel {
///     fn plan(&self, now: &Situation) -> Vec<Move> {
///         let from = now.owners[0];
///         let to = NodeId((from.0 + 1) % now.work.len() as u16);
///         vec![Move { vertex: VertexId(0), from, to }]
///     }
/// }
///
/// assert!(Parts::default().policy::<Carousel>().faults().is_empty());
/// ```
pub trait SchedulerPolicy: Part {
    /// The moves for a situation with two nodes or more.
    fn plan(&self, now: &Situation) -> Vec<Move>;
}

/// A policy of any type.
pub trait AnyPolicy: Send + Sync {
    /// The moves for a situation.
    fn plan(&self, now: &Situation) -> Vec<Move>;
}

struct Wrapped<P>(P);

impl<P: SchedulerPolicy> AnyPolicy for Wrapped<P> {
    fn plan(&self, now: &Situation) -> Vec<Move> {
        self.0.plan(now)
    }
}

/// The policies of a program by name.
pub type Policies = Catalog<dyn AnyPolicy>;

/// Adds a policy to a catalog.
///
/// # Errors
/// As [`Catalog::add`].
pub fn add_policy<P: SchedulerPolicy>(policies: &mut Policies) -> Result<(), String> {
    policies.add::<P>(|own| Ok(Box::new(Wrapped(own))))
}

/// A policy that was opened, with what messages call it.
#[derive(Clone, Default)]
pub struct OpenPolicy(Option<(String, Arc<dyn AnyPolicy>)>);

impl fmt::Debug for OpenPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenPolicy")
            .field(&self.0.as_ref().map(|(who, _)| who))
            .finish()
    }
}

impl OpenPolicy {
    /// Opens the policy of the catalog that a scene names, if it names one.
    ///
    /// # Errors
    /// When the policy refuses its parameters.
    pub fn open(policy: &Policy, policies: &Policies, opening: Opening) -> Result<Self, String> {
        let Policy::Custom(spec) = policy else {
            return Ok(Self::default());
        };
        let who = format!("policy {:?}", spec.name);
        let own = policies.open(spec, opening)?;
        Ok(Self(Some((who, own.into()))))
    }

    fn plan(&self, now: &Situation) -> PartResult<Vec<Move>> {
        let Some((who, policy)) = &self.0 else {
            return Ok(Vec::new());
        };
        let moves = guarded(who, || policy.plan(now))?;
        let nodes = now.work.len();
        let mut moved = BTreeSet::new();
        for Move { vertex, from, to } in &moves {
            let owner = now.owners.get(vertex.index());
            if !moved.insert(*vertex) {
                return Err(PartError(format!(
                    "{who} moves {vertex} twice, expected each vertex once"
                )));
            }
            if owner != Some(from) || to.index() >= nodes || from == to {
                return Err(PartError(format!(
                    "{who} moves {vertex} from {from} to {to}, expected a vertex that is there and \
                     another of {nodes} nodes"
                )));
            }
        }
        Ok(moves)
    }
}

impl Policy {
    /// The moves for a situation; those of a policy of the catalog are planned by `own`.
    ///
    /// # Errors
    /// When a policy of the catalog fails.
    pub fn plan(&self, mut now: Situation, own: &OpenPolicy) -> PartResult<Vec<Move>> {
        if now.work.len() < 2 {
            return Ok(Vec::new());
        }
        Ok(match self {
            Self::Off => Vec::new(),
            Self::Original {
                threshold,
                max_moves,
            } => original(&mut now, *threshold, *max_moves),
            Self::Balanced {
                tolerance,
                max_moves,
            } => balanced(&mut now, *tolerance, *max_moves),
            Self::Custom(_) => own.plan(&now)?,
        })
    }
}

fn original(now: &mut Situation, threshold: f64, max_moves: usize) -> Vec<Move> {
    let nodes = now.work.len();
    let limit = threshold * now.capacity as f64;
    let mut moves = Vec::new();
    // Loads as they were at the start decide who gives; what arrives now is looked at next time.
    let overloaded: Vec<bool> = now.work.iter().map(|work| *work as f64 > limit).collect();
    for from in (0..nodes).filter(|node| overloaded[*node]) {
        let to = (from + 1) % nodes;
        let mut work = now.work[from];
        let members = (0..now.owners.len()).filter(|v| now.owners[*v].index() == from);
        for vertex in members.take(max_moves) {
            if work as f64 <= limit {
                break;
            }
            work -= now.vertex_work[vertex].min(work);
            moves.push(Move {
                vertex: VertexId::from_index(vertex),
                from: NodeId(from as u16),
                to: NodeId(to as u16),
            });
        }
    }
    moves
}

fn balanced(now: &mut Situation, tolerance: f64, max_moves: usize) -> Vec<Move> {
    let mut owners = now.owners.to_vec();
    let mut moves: Vec<Move> = Vec::new();
    for _ in 0..max_moves {
        let nodes = 0..now.work.len();
        let Some(from) = nodes.clone().max_by_key(|n| (now.work[*n], usize::MAX - n)) else {
            break;
        };
        let Some(to) = nodes.min_by_key(|n| (now.work[*n], *n)) else {
            break;
        };
        let gap = now.work[from] - now.work[to];
        let mean = now.work.iter().sum::<u64>() as f64 / now.work.len() as f64;
        if gap as f64 <= tolerance * mean {
            break;
        }
        // A vertex that weighs more than the gap would only turn it round.
        let fitting = (0..owners.len()).filter(|v| {
            let once = moves.iter().all(|step| step.vertex.index() != *v);
            owners[*v].index() == from && now.vertex_work[*v] < gap && once
        });
        let ties = |v: usize, node: usize| {
            let at = |source: &&u32| owners[**source as usize].index() == node;
            now.sources[v].iter().filter(at).count() as i64
        };
        let Some(vertex) = fitting.max_by_key(|v| (ties(*v, to) - ties(*v, from), usize::MAX - v))
        else {
            break;
        };
        owners[vertex] = NodeId(to as u16);
        now.work[from] -= now.vertex_work[vertex];
        now.work[to] += now.vertex_work[vertex];
        moves.push(Move {
            vertex: VertexId::from_index(vertex),
            from: NodeId(from as u16),
            to: NodeId(to as u16),
        });
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(policy: &Policy, owners: &[u16], capacity: u64) -> Vec<Move> {
        let owners: Vec<NodeId> = owners.iter().map(|n| NodeId(*n)).collect();
        let mut work = vec![0; 3];
        owners.iter().for_each(|node| work[node.index()] += 10);
        let now = Situation {
            work,
            capacity,
            owners: &owners,
            vertex_work: &vec![10; owners.len()],
            sources: &vec![Vec::new(); owners.len()],
        };
        policy.plan(now, &OpenPolicy::default()).unwrap()
    }

    #[test]
    fn a_load_at_the_threshold_moves_nothing() {
        let policy = Policy::Original {
            threshold: 0.8,
            max_moves: 10,
        };
        assert_eq!(plan(&policy, &[0; 8], 100), []);
        let moves = plan(&policy, &[0; 9], 100);
        let expected = Move {
            vertex: VertexId(0),
            from: NodeId(0),
            to: NodeId(1),
        };
        assert_eq!(moves, [expected]);
        assert_eq!(plan(&policy, &[0; 40], 100).len(), 10);
    }

    #[test]
    fn balancing_ends_in_balance() {
        let policy = Policy::Balanced {
            tolerance: 0.05,
            max_moves: 100,
        };
        let moves = plan(&policy, &[0; 9], 100);
        assert_eq!(moves.len(), 6);
        assert_eq!(plan(&policy, &[0, 1, 2], 100), []);
        assert_eq!(plan(&Policy::Off, &[0; 99], 100), []);
    }
}
