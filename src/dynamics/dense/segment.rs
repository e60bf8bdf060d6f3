//! A segment: slots of one population and one model, and their parameters.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lane::Lane;
use crate::dynamics::own_model::{Moment, PARAMETERS_MAX, Registered};

/// The model of a segment's resonators. `first` and `second` are its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Phase θ: θ′ = ω + pull − f sin θ, pull = Σ wⱼ sin(θⱼ − θ − α).
    Phase,
    /// Phase θ and rate v of an oscillator with inertia m: m v′ = ω − v + pull − f sin θ.
    InertialPhase,
    /// Displacement x and velocity v: v′ = −γ v − ω² x + Σ w (xⱼ − x) + F cos Ωt + f.
    Harmonic,
    /// Displacement x and velocity v: v′ = μ (1 − x²) v − ω² x + Σ w (xⱼ − x) + f.
    VanDerPol,
    /// z = x + iy: z′ = (μ + iω) z − (1 + i c₂) |z|² z + Σ w (zⱼ − z) + f.
    StuartLandau,
    /// A model of one's own with the state (x, y), of which others see x.
    Own,
}

impl Kind {
    /// Whether others see (sin θ, cos θ), and not the state itself.
    #[must_use]
    pub fn is_phase(self) -> bool {
        matches!(self, Self::Phase | Self::InertialPhase)
    }

    /// Whether the state is a position and its rate.
    #[must_use]
    pub fn is_second_order(self) -> bool {
        matches!(self, Self::InertialPhase | Self::Harmonic | Self::VanDerPol)
    }

    /// Whether the state has a second number.
    #[must_use]
    pub fn has_second(self) -> bool {
        self != Self::Phase
    }

    /// Whether the state has a second number that others do not see.
    #[must_use]
    pub fn hides_second(self) -> bool {
        self.is_second_order() || self == Self::Own
    }

    /// Whether it shows two numbers.
    #[must_use]
    pub fn shows_pair(self) -> bool {
        self.is_phase() || self == Self::StuartLandau
    }
}

/// How noise of intensity σ depends on the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NoiseKind {
    /// b = σ.
    #[default]
    Additive,
    /// b = σ y, for each variable that noise acts on.
    Multiplicative,
}

/// Slots of one population and one model.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The model.
    pub kind: Kind,
    /// Number of the population, from 0.
    pub population: usize,
    /// The slots.
    pub slots: Range<usize>,
    /// ω, rad/s.
    pub omega: Lane,
    /// γ of a harmonic oscillator, μ of Van der Pol and Stuart–Landau, 1/s; m of inertial phases,
    /// s.
    pub rate: Lane,
    /// sin α of phases; c₂ of Stuart–Landau.
    pub twist: Lane,
    /// cos α of phases.
    pub twist_cos: Lane,
    /// Amplitude F of a periodic force.
    pub swing: Lane,
    /// Its angular frequency Ω, rad/s.
    pub swing_omega: Lane,
    /// Sum of each slot's row weights, where the model pulls towards its neighbours' states.
    pub row_weight: Lane,
    /// The model of [`Kind::Own`].
    pub own: Option<OwnPart>,
    /// What acts now.
    pub acting: Acting,
    /// How noise depends on the state.
    pub noise_kind: NoiseKind,
}

/// A model of one's own, and the parameters of a segment's slots.
#[derive(Clone, Debug)]
pub struct OwnPart {
    /// The model.
    pub model: Registered,
    /// Its parameters, in its order.
    pub parameters: Vec<Lane>,
}

impl OwnPart {
    /// The slope of the slot that is number `index` of the segment; `at` needs no parameters.
    #[must_use]
    pub fn slope(&self, index: usize, at: Moment) -> [f64; 2] {
        let mut parameters = [0.0; PARAMETERS_MAX];
        for (own, lane) in parameters.iter_mut().zip(&self.parameters) {
            *own = lane.get(index);
        }
        let parameters = &parameters[..self.parameters.len()];
        self.model.slope(&Moment { parameters, ..at })
    }

    /// Rate of decay, 1/s, and angular frequency, rad/s, that the model tells of the slot that is
    /// number `index`, under a pull that falls by `held` as x rises.
    #[must_use]
    pub fn rates(&self, index: usize, held: f64) -> [f64; 2] {
        let lanes = self.parameters.iter();
        let parameters: Vec<f64> = lanes.map(|lane| lane.get(index)).collect();
        [
            self.model.decay(&parameters, held),
            self.model.swing(&parameters, held),
        ]
    }
}

/// What acts on the slots of a segment until it is set anew.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Acting {
    /// κ, which multiplies the row sums.
    pub coupling: Lane,
    /// Added to ω, rad/s.
    pub shift: Lane,
    /// Added damping rate, 1/s; a first-order phase has none.
    pub damping: Lane,
    /// f: commanded force and felt field.
    pub force: Lane,
    /// Noise intensity σ.
    pub noise: Lane,
    /// Coupling to the means over populations: (population, strength).
    pub means: Vec<(usize, f64)>,
}

impl Segment {
    /// A segment without parameters, in which nothing acts.
    #[must_use]
    pub fn new(kind: Kind, population: usize, slots: Range<usize>) -> Self {
        Self {
            kind,
            population,
            slots,
            omega: Lane::default(),
            rate: Lane::default(),
            twist: Lane::default(),
            twist_cos: Lane::Uniform(1.0),
            swing: Lane::default(),
            swing_omega: Lane::default(),
            row_weight: Lane::default(),
            own: None,
            acting: Acting::default(),
            noise_kind: NoiseKind::default(),
        }
    }
}
