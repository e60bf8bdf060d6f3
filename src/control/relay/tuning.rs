//! Rules of tuning: from the ultimate point to gains.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::control::pid::PidSpec;

use super::fit::LagDelay;
use super::ultimate::Ultimate;

/// A rule that gives the gains of a PID law.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TuningRule {
    /// Ziegler & Nichols (1942): fast, with a quarter of each swing left in the next. P: Ku/2; PI:
    /// 0.45 Ku, Tu/1.2; PID: 0.6 Ku, Tu/2, Tu/8.
    ZieglerNichols,
    /// Tyreus & Luyben (1992): calm. PI: Ku/3.2, 2.2 Tu; PID: Ku/2.2, 2.2 Tu, Tu/6.3; no P.
    #[default]
    TyreusLuyben,
    /// Skogestad (2003) with τc = L for K e^(−sL)/(1 + sτ) through the ultimate point: PI:
    /// τ/(2KL), min(τ, 8L); PID: the same in series with a derivative time L/3. K is the static
    /// gain; without one the plant is taken for an integrator with delay.
    Simc,
}

/// Which parts a law has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PidKind {
    /// Proportional.
    P,
    /// Proportional and integral.
    #[default]
    Pi,
    /// All three.
    Pid,
}

/// Gains in the standard form Kp (e + ∫e/Ti + Td e').
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gains {
    /// Kp, output over measure.
    pub kp: f64,
    /// Ti, s; none for a law without integral.
    pub ti_s: Option<f64>,
    /// Td, s; none for a law without derivative.
    pub td_s: Option<f64>,
}

/// How an ultimate point was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// From a model through the first and third harmonic.
    Harmonics,
    /// From the fundamental alone: the third harmonic is lost in noise, or no model goes through.
    Fourier,
}

/// What a relay experiment found. Relative numbers are shares of 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelayTuning {
    /// a, half of what y covers from peak to peak.
    pub amplitude: f64,
    /// Period of the limit cycle, s.
    pub period_s: f64,
    /// Ku by the describing function, 4d/(π √(a² − ε²)).
    pub ku_describing: f64,
    /// The same without the correction for hysteresis, 4d/(π a).
    pub ku_without_hysteresis: f64,
    /// Ku by the fundamental, 1/|G| at the frequency of the limit cycle.
    pub ku_fourier: f64,
    /// Relative difference of the two: what the describing function's sine costs.
    pub describing_error: f64,
    /// arg G + π at the frequency of the limit cycle, rad: how far it is from the ultimate one.
    pub phase_rad: f64,
    /// |Y3|/|Y1|, the share of the third harmonic in y; 1/3 for a plant that passes all.
    pub harmonic_share: f64,
    /// Greatest relative difference of a measured period from their mean.
    pub period_spread: f64,
    /// The same for the amplitude of each period.
    pub amplitude_spread: f64,
    /// The ultimate point that gains are made of.
    pub ultimate: Ultimate,
    /// How it was found.
    pub method: Method,
    /// Its own relative error: the spread of the periods, and what another way to −180° gives.
    pub error: f64,
    /// The model through the harmonics, if there is one.
    pub model: Option<LagDelay>,
    /// Mean of the output over the measured periods, where the law begins.
    pub mean_output: f64,
    /// The gains.
    pub gains: Gains,
}

impl Gains {
    /// Ki = Kp/Ti; 0 without integral.
    #[must_use]
    pub fn ki(&self) -> f64 {
        self.ti_s.map_or(0.0, |ti| self.kp / ti)
    }

    /// Kd = Kp Td; 0 without derivative.
    #[must_use]
    pub fn kd(&self) -> f64 {
        self.td_s.map_or(0.0, |td| self.kp * td)
    }

    /// A law with these gains and all else of another; its derivative is filtered with Td/10.
    #[must_use]
    pub fn law(&self, other: &PidSpec) -> PidSpec {
        PidSpec {
            kp: self.kp,
            ki: self.ki(),
            kd: self.kd(),
            derivative_filter_s: self.td_s.map_or(0.0, |td| td / 10.0),
            ..other.clone()
        }
    }

    fn is_usable(&self) -> bool {
        let time = |own: Option<f64>| own.is_none_or(|t| t.is_finite() && t > 0.0);
        self.kp.is_finite() && self.kp != 0.0 && time(self.ti_s) && time(self.td_s)
    }
}

impl TuningRule {
    /// Whether the rule has a law with these parts.
    #[must_use]
    pub fn has(self, kind: PidKind) -> bool {
        self != Self::TyreusLuyben || kind != PidKind::P
    }

    /// The gains for an ultimate point and, where it is known, the plant's static gain. None when
    /// the rule has no such law, or a number is out of range.
    #[must_use]
    pub fn gains(
        self,
        kind: PidKind,
        ultimate: Ultimate,
        static_gain: Option<f64>,
    ) -> Option<Gains> {
        let Ultimate { gain, period_s } = ultimate;
        let made = |share: f64, ti: Option<f64>, td: Option<f64>| Gains {
            kp: gain * share,
            ti_s: ti.map(|own| own * period_s),
            td_s: td.map(|own| own * period_s),
        };
        let own = match (self, kind) {
            (Self::ZieglerNichols, PidKind::P) => made(0.5, None, None),
            (Self::ZieglerNichols, PidKind::Pi) => made(0.45, Some(1.0 / 1.2), None),
            (Self::ZieglerNichols, PidKind::Pid) => made(0.6, Some(0.5), Some(0.125)),
            (Self::TyreusLuyben, PidKind::P) => return None,
            (Self::TyreusLuyben, PidKind::Pi) => made(1.0 / 3.2, Some(2.2), None),
            (Self::TyreusLuyben, PidKind::Pid) => made(1.0 / 2.2, Some(2.2), Some(1.0 / 6.3)),
            (Self::Simc, kind) => simc(kind, ultimate, static_gain),
        };
        own.is_usable().then_some(own)
    }
}

fn simc(kind: PidKind, ultimate: Ultimate, static_gain: Option<f64>) -> Gains {
    let lag = static_gain.and_then(|k| Some((k, ultimate.first_order(k)?)));
    let (kp, ti_s, delay_s) = match lag {
        Some((k, [tau, delay])) => (tau / (2.0 * k * delay), tau.min(8.0 * delay), delay),
        // k' e^(−sL)/s through the point: L = Tu/4, k' = ω/Ku.
        None => {
            let delay = ultimate.period_s / 4.0;
            let slope = num::TAU / ultimate.period_s / ultimate.gain;
            (1.0 / (2.0 * slope * delay), 8.0 * delay, delay)
        }
    };
    let td_s = delay_s / 3.0;
    match kind {
        PidKind::P => Gains {
            kp,
            ti_s: None,
            td_s: None,
        },
        PidKind::Pi => Gains {
            kp,
            ti_s: Some(ti_s),
            td_s: None,
        },
        // From the series form to the parallel one.
        PidKind::Pid => Gains {
            kp: kp * (1.0 + td_s / ti_s),
            ti_s: Some(ti_s + td_s),
            td_s: Some(ti_s * td_s / (ti_s + td_s)),
        },
    }
}

impl fmt::Display for TuningRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ZieglerNichols => "Ziegler–Nichols",
            Self::TyreusLuyben => "Tyreus–Luyben",
            Self::Simc => "SIMC",
        })
    }
}

impl fmt::Display for PidKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P => "P",
            Self::Pi => "PI",
            Self::Pid => "PID",
        })
    }
}
