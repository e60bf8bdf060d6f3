//! A model of one's own in scenes: FitzHugh–Nagumo neurons (FitzHugh 1961; Nagumo, Arimoto &
//! Yoshizawa 1962), x′ = x − x³/3 − y + I + pull, y′ = (x + a − b y) / τ.
//!
//! `phantom` with one model more:
//! `cargo run --release --example custom_model -- run examples/custom_model.ron` judges the scene's
//! assertions; without `run` it opens the scene in a window.

use std::process::ExitCode;

use phantomos::prelude::*;

struct FitzHughNagumo;

impl OwnModel for FitzHughNagumo {
    fn name(&self) -> &'static str {
        "fitzhugh_nagumo"
    }

    fn parameters(&self) -> &'static [(&'static str, f64)] {
        &[("stimulus", 0.0), ("a", 0.7), ("b", 0.8), ("tau", 12.5)]
    }

    fn slope(&self, at: &ModelMoment) -> [f64; 2] {
        let ([x, y], [stimulus, a, b, tau]) = (at.state, own(at.parameters));
        let slow = (x + a - b * y) / tau;
        let fast = x - x * x * x / 3.0 - y + stimulus + at.pull;
        [fast - at.damping * x, slow]
    }

    fn decay(&self, parameters: &[f64], held: f64) -> f64 {
        let [_, _, b, tau] = own(parameters);
        // Of y alone, and of x where |x| is 2.
        (b / tau).max(3.0 + held)
    }
}

fn own(parameters: &[f64]) -> [f64; 4] {
    [0, 1, 2, 3].map(|k| parameters[k])
}

/// What this program has.
pub fn parts() -> Parts {
    Parts::default().model(FitzHughNagumo)
}

#[allow(dead_code, reason = "this file is a module of the tests too")]
fn main() -> ExitCode {
    Program::default().parts(parts()).main()
}
