//! PG1: deterministic benchmark graphs with their weights and node data, and the `.pgr` file.
//!
//! All numbers come from random access to splitmix64 (Steele, Lea & Flood, 2014) by integer
//! arithmetic alone, so that programs in any language work on the same bits.

use thiserror::Error;

use crate::base::num::TAU;
use crate::base::random::{WEYL, mix, tagged};

const HEADER: usize = 32;
const EDGE: usize = 16;

/// A named stream of random words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(u64);

impl Words {
    /// The stream of a seed with a tag: 1 topology, 2 weights, 3 frequencies, 4 and 5 initial data,
    /// 6 noise, 7 shuffle, 8 rewiring.
    #[must_use]
    pub fn new(seed: u64, tag: u64) -> Self {
        Self(tagged(seed, tag))
    }

    fn word(self, n: u64) -> u64 {
        mix(self.0.wrapping_add(n.wrapping_add(1).wrapping_mul(WEYL)))
    }

    /// Number `n`, uniform in [0, 1).
    #[must_use]
    pub fn unit(self, n: u64) -> f64 {
        (self.word(n) >> 11) as f64 / 9_007_199_254_740_992.0
    }

    fn below(self, n: u64, bound: u64) -> u64 {
        ((u128::from(self.word(n)) * u128::from(bound)) >> 64) as u64
    }

    /// A vertex other than `u`.
    fn other(self, n: u64, u: u64, vertices: u64) -> u64 {
        let w = self.below(n, vertices - 1);
        w + u64::from(w >= u)
    }
}

/// Who is joined with whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Topology {
    /// 8·N edges between uniformly random vertices; parallel edges add.
    #[default]
    Rand16,
    /// Each vertex with the next eight on a ring, 2 % of the edges rewired.
    Ring16,
    /// The ring with shuffled vertex numbers.
    Ring16Shuffled,
}

/// Why a benchmark graph refuses.
#[derive(Debug, Error, PartialEq)]
pub enum Pg1Error {
    /// Not a file of this kind.
    #[error("the file begins with {found:02x?}, expected the bytes of \"PGR1\" and version 1")]
    Kind {
        /// Its first bytes.
        found: Vec<u8>,
    },
    /// Its length contradicts its header.
    #[error("the file has {found} bytes, expected {expected} for {edges} edges")]
    Length {
        /// Bytes in the file.
        found: usize,
        /// Bytes that the header asks for.
        expected: u128,
        /// Edges in the header.
        edges: u64,
    },
    /// Too few or too many vertices.
    #[error("{found} vertices, expected {least} … 4,294,967,295")]
    Vertices {
        /// Their number.
        found: u64,
        /// The least number.
        least: u64,
    },
    /// An edge that cannot be.
    #[error("edge {edge} joins {u} and {v}, expected two different vertices below {vertices}")]
    Edge {
        /// Its number.
        edge: u64,
        /// One end.
        u: u32,
        /// The other.
        v: u32,
        /// Number of vertices.
        vertices: u64,
    },
    /// A weight that is not a number.
    #[error("edge {edge} weighs {weight}, expected a finite number")]
    Weight {
        /// Its number.
        edge: u64,
        /// Its weight.
        weight: f64,
    },
}

/// An undirected weighted graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Pg1 {
    /// Number of vertices.
    pub vertices: usize,
    /// The seed of node data.
    pub seed: u64,
    /// Ends of each edge.
    pub edges: Vec<[u32; 2]>,
    /// Weight of each edge, the same in both directions.
    pub weights: Vec<f64>,
}

impl Pg1 {
    /// Generates a graph.
    ///
    /// # Errors
    /// When the topology needs more vertices, or there are more than fit 32 bits.
    pub fn generate(topology: Topology, vertices: u64, seed: u64) -> Result<Self, Pg1Error> {
        let least = if topology == Topology::Rand16 { 2 } else { 9 };
        if !(least..=u64::from(u32::MAX)).contains(&vertices) {
            let found = vertices;
            return Err(Pg1Error::Vertices { found, least });
        }
        let count = 8 * vertices;
        let mut edges: Vec<[u32; 2]> = match topology {
            Topology::Rand16 => {
                let words = Words::new(seed, 1);
                let edge = |e| {
                    let u = words.below(2 * e, vertices);
                    [u as u32, words.other(2 * e + 1, u, vertices) as u32]
                };
                (0..count).map(edge).collect()
            }
            Topology::Ring16 | Topology::Ring16Shuffled => {
                let words = Words::new(seed, 8);
                let edge = |e: u64| {
                    let u = e / 8;
                    let rewired = words.unit(2 * e) < 0.02;
                    let next = (u + e % 8 + 1) % vertices;
                    let v = if rewired {
                        words.other(2 * e + 1, u, vertices)
                    } else {
                        next
                    };
                    [u as u32, v as u32]
                };
                (0..count).map(edge).collect()
            }
        };
        if topology == Topology::Ring16Shuffled {
            let words = Words::new(seed, 7);
            let mut labels: Vec<u32> = (0..vertices as u32).collect();
            for i in (1..vertices).rev() {
                let j = words.below(vertices - 1 - i, i + 1);
                labels.swap(i as usize, j as usize);
            }
            for end in edges.iter_mut().flatten() {
                *end = labels[*end as usize];
            }
        }
        let words = Words::new(seed, 2);
        Ok(Self {
            vertices: vertices as usize,
            seed,
            edges,
            weights: (0..count).map(|e| 0.5 + words.unit(e)).collect(),
        })
    }

    /// Reads the bytes of a `.pgr` file.
    ///
    /// # Errors
    /// When they are not such a file, or an edge or weight is not possible.
    pub fn read(bytes: &[u8]) -> Result<Self, Pg1Error> {
        let head = bytes
            .get(..HEADER)
            .filter(|head| head.starts_with(b"PGR1\x01\0\0\0"));
        let Some(head) = head else {
            let found = bytes[..bytes.len().min(8)].to_vec();
            return Err(Pg1Error::Kind { found });
        };
        let word = |at: usize| {
            let mut own = [0; 8];
            own.copy_from_slice(&head[at..at + 8]);
            u64::from_le_bytes(own)
        };
        let (vertices, count, seed) = (word(8), word(16), word(24));
        if !(1..=u64::from(u32::MAX)).contains(&vertices) {
            let found = vertices;
            return Err(Pg1Error::Vertices { found, least: 1 });
        }
        let expected = HEADER as u128 + EDGE as u128 * u128::from(count);
        if bytes.len() as u128 != expected {
            let (found, edges) = (bytes.len(), count);
            return Err(Pg1Error::Length {
                found,
                expected,
                edges,
            });
        }
        let (ends, weights) = bytes[HEADER..].split_at(8 * count as usize);
        let (ends, _) = ends.as_chunks::<4>();
        let (ends, _) = ends.as_chunks::<2>();
        let edges: Vec<[u32; 2]> = ends.iter().map(|end| end.map(u32::from_le_bytes)).collect();
        let (weights, _) = weights.as_chunks::<8>();
        let weights: Vec<f64> = weights
            .iter()
            .map(|bytes| f64::from_le_bytes(*bytes))
            .collect();
        for (edge, ([u, v], weight)) in edges.iter().zip(&weights).enumerate() {
            let edge = edge as u64;
            if u == v || u64::from(*u.max(v)) >= vertices {
                let (u, v) = (*u, *v);
                return Err(Pg1Error::Edge {
                    edge,
                    u,
                    v,
                    vertices,
                });
            }
            if !weight.is_finite() {
                let weight = *weight;
                return Err(Pg1Error::Weight { edge, weight });
            }
        }
        Ok(Self {
            vertices: vertices as usize,
            seed,
            edges,
            weights,
        })
    }

    /// The bytes of its `.pgr` file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + EDGE * self.edges.len());
        bytes.extend_from_slice(b"PGR1\x01\0\0\0");
        for word in [self.vertices as u64, self.edges.len() as u64, self.seed] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        self.edges
            .iter()
            .flatten()
            .for_each(|end| bytes.extend_from_slice(&end.to_le_bytes()));
        self.weights
            .iter()
            .for_each(|weight| bytes.extend_from_slice(&weight.to_le_bytes()));
        bytes
    }

    /// Both directions of every edge as compressed rows: row starts, sources, weights. Rows stand
    /// in the order of vertices and the entries of a row in that of edges.
    #[must_use]
    pub fn compressed(&self) -> (Vec<usize>, Vec<u32>, Vec<f64>) {
        let mut start = vec![0usize; self.vertices + 1];
        for end in self.edges.iter().flatten() {
            start[*end as usize + 1] += 1;
        }
        for i in 0..self.vertices {
            start[i + 1] += start[i];
        }
        let mut at = start.clone();
        let mut sources = vec![0; 2 * self.edges.len()];
        let mut weights = vec![0.0; 2 * self.edges.len()];
        for ([u, v], weight) in self.edges.iter().zip(&self.weights) {
            for (row, source) in [(u, v), (v, u)] {
                let place = &mut at[*row as usize];
                sources[*place] = *source;
                weights[*place] = *weight;
                *place += 1;
            }
        }
        (start, sources, weights)
    }

    /// Natural frequencies in [−1, 1), rad/s.
    #[must_use]
    pub fn omega(&self) -> Vec<f64> {
        self.draw(3, |u| 2.0 * u - 1.0)
    }

    /// Initial phases in [0, 2π), rad.
    #[must_use]
    pub fn phases(&self) -> Vec<f64> {
        self.draw(4, |u| TAU * u)
    }

    /// Initial x in [−1, 1).
    #[must_use]
    pub fn x(&self) -> Vec<f64> {
        self.draw(4, |u| 2.0 * u - 1.0)
    }

    /// Initial y or velocities in [−1, 1).
    #[must_use]
    pub fn y(&self) -> Vec<f64> {
        self.draw(5, |u| 2.0 * u - 1.0)
    }

    fn draw(&self, tag: u64, shape: impl Fn(f64) -> f64) -> Vec<f64> {
        let words = Words::new(self.seed, tag);
        (0..self.vertices as u64)
            .map(|i| shape(words.unit(i)))
            .collect()
    }
}
