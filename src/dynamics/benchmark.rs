//! The four benchmark problems K1–K4 on PG1 graphs.

use super::dense::noise::NoiseStream;
use super::dense::{DensePlant, Kind, Lane, Scheme, Segment};
use crate::base::isa::Isa;
use crate::base::{VertexId, num};
use crate::graph::pg1::Pg1;

/// Step length of all problems, s.
pub const STEP_S: f64 = 0.01;
const ALONG_EDGES: f64 = 0.0625;
const MEAN_FIELD: f64 = 2.0;

/// Two numbers of a state that tell whether programs computed the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checksums {
    /// What they are.
    pub names: [&'static str; 2],
    /// Their values.
    pub values: [f64; 2],
}

/// A benchmark problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Kuramoto phases along edges, RK4.
    K1,
    /// Kuramoto phases in their mean field, RK4.
    K2,
    /// Damped harmonic oscillators, symplectic Euler.
    K3,
    /// Stuart–Landau oscillators with additive noise, stochastic Heun.
    K4,
}

impl Problem {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::K1 => "K1",
            Self::K2 => "K2",
            Self::K3 => "K3",
            Self::K4 => "K4",
        }
    }

    /// Its scheme.
    #[must_use]
    pub fn scheme(self) -> Scheme {
        match self {
            Self::K1 | Self::K2 => Scheme::Rk4,
            Self::K3 => Scheme::SymplecticEuler,
            Self::K4 => Scheme::StochasticHeun,
        }
    }

    /// Whether its oscillators feel each other along edges.
    #[must_use]
    pub fn has_edges(self) -> bool {
        self != Self::K2
    }

    /// What programs that solve the problem compare: r and mean θ, mean x² and v², or mean |z|²
    /// and Re z. Summed in the order of vertices.
    #[must_use]
    pub fn checksums(self, plant: &DensePlant) -> Checksums {
        let n = plant.len() as f64;
        let mut by_vertex: Vec<usize> = (0..plant.len()).collect();
        by_vertex.sort_by_key(|slot| plant.ids()[*slot]);
        let sum =
            |term: &dyn Fn(usize) -> f64| by_vertex.iter().map(|slot| term(*slot)).sum::<f64>();
        let shown = |slot: usize| plant.shown(slot);
        match self {
            Self::K1 | Self::K2 => {
                let (s, c) = (sum(&|i| shown(i)[0]), sum(&|i| shown(i)[1]));
                let theta = sum(&|i| plant.first()[i]);
                Checksums {
                    names: ["r", "mean_theta"],
                    values: [num::hypot(s, c) / n, theta / n],
                }
            }
            Self::K3 => {
                let square = |values: &[f64], i: usize| values[i] * values[i];
                let x = sum(&|i| square(plant.first(), i));
                let v = sum(&|i| square(plant.second(), i));
                Checksums {
                    names: ["mean_x2", "mean_v2"],
                    values: [x / n, v / n],
                }
            }
            Self::K4 => {
                let square = sum(&|i| shown(i).iter().map(|z| z * z).sum());
                let re = sum(&|i| shown(i)[0]);
                Checksums {
                    names: ["mean_z2", "mean_re"],
                    values: [square / n, re / n],
                }
            }
        }
    }

    /// The plant at t = 0, its slots in `order` (vertices, one after the other).
    #[must_use]
    pub fn plant(self, graph: &Pg1, order: &[u32], isa: Isa) -> DensePlant {
        let n = graph.vertices;
        let (start, sources, weights) = graph.compressed();
        let mut place = vec![0u32; n];
        for (slot, vertex) in order.iter().enumerate() {
            place[*vertex as usize] = slot as u32;
        }
        let arranged =
            |values: Vec<f64>| -> Vec<f64> { order.iter().map(|v| values[*v as usize]).collect() };
        let omega = arranged(graph.omega());
        let (x, y) = (arranged(graph.x()), arranged(graph.y()));
        let row = |slot: usize| {
            let v = order[slot] as usize;
            start[v]..start[v + 1]
        };
        let row_weight = || Lane::of((0..n).map(|s| weights[row(s)].iter().sum()).collect());
        let mut segment = Segment::new(Kind::Phase, 0, 0..n);
        segment.acting.coupling = Lane::Uniform(ALONG_EDGES);
        let states: Vec<[f64; 2]> = match self {
            Self::K1 | Self::K2 => {
                segment.omega = Lane::of(omega);
                if self == Self::K2 {
                    segment.acting.means = vec![(0, MEAN_FIELD)];
                }
                arranged(graph.phases())
                    .into_iter()
                    .map(|t| [t, 0.0])
                    .collect()
            }
            Self::K3 => {
                segment.kind = Kind::Harmonic;
                segment.omega = Lane::of(omega.iter().map(|w| 1.0 + 0.5 * w).collect());
                segment.rate = Lane::Uniform(0.1);
                segment.row_weight = row_weight();
                x.into_iter().zip(y).map(|(x, v)| [x, v]).collect()
            }
            Self::K4 => {
                segment.kind = Kind::StuartLandau;
                segment.omega = Lane::of(omega);
                segment.rate = Lane::Uniform(1.0);
                segment.row_weight = row_weight();
                segment.acting.noise = Lane::Uniform(0.1);
                x.into_iter().zip(y).map(|(x, y)| [x, y]).collect()
            }
        };
        let ids = order.iter().map(|v| VertexId(u64::from(*v))).collect();
        let degree = |slot: usize| if self.has_edges() { row(slot).len() } else { 0 };
        let mut plant = DensePlant::build(
            isa,
            vec![segment],
            ids,
            states,
            (0, 1),
            degree,
            |slot, to, w| {
                let sources = sources[row(slot)].iter();
                let sources = sources.map(|source| place[*source as usize]);
                let mut own: Vec<(u32, f64)> =
                    sources.zip(weights[row(slot)].iter().copied()).collect();
                // Reads that ascend through the table are faster, and what scenes do.
                own.sort_by_key(|(source, _)| *source);
                to.extend(own.iter().map(|(source, _)| source));
                w.extend(own.iter().map(|(_, weight)| weight));
            },
        );
        plant.set_noise(NoiseStream::new(graph.seed, n as u64));
        plant
    }
}
