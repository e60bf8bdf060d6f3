//! A model of one's own in scenes: FitzHugh–Nagumo neurons (FitzHugh 1961; Nagumo, Arimoto &
//! Yoshizawa 1962), x′ = x − x³/3 − y + I + pull, y′ = (x + a − b y) / τ.
//!
//! `cargo run --release --example own_model` prints the pulses of `examples/pulse.ron`. With
//! arguments this program is `phantom` with one model more:
//! `cargo run --release --example own_model -- examples/pulse.ron` opens the scene in a window, and
//! `… -- run examples/pulse.ron` judges its assertions.

use std::process::ExitCode;

use phantomos::cli;
use phantomos::dynamics::own_model::{Moment, OwnModel, register};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::scenario::{Blueprint, load};

struct FitzHughNagumo;

impl OwnModel for FitzHughNagumo {
    fn name(&self) -> &'static str {
        "fitzhugh_nagumo"
    }

    fn parameters(&self) -> &'static [(&'static str, f64)] {
        &[("stimulus", 0.0), ("a", 0.7), ("b", 0.8), ("tau", 12.5)]
    }

    fn slope(&self, at: &Moment) -> [f64; 2] {
        let ([x, y], [stimulus, a, b, tau]) = (at.state, self.own(at.parameters));
        let slow = (x + a - b * y) / tau;
        let fast = x - x * x * x / 3.0 - y + stimulus + at.pull;
        [fast - at.damping * x, slow]
    }

    fn decay(&self, parameters: &[f64], held: f64) -> f64 {
        let [_, _, b, tau] = self.own(parameters);
        // Of y alone, and of x where |x| is 2.
        (b / tau).max(3.0 + held)
    }
}

impl FitzHughNagumo {
    fn own(&self, parameters: &[f64]) -> [f64; 4] {
        [0, 1, 2, 3].map(|k| parameters[k])
    }
}

fn main() -> ExitCode {
    if let Err(error) = register(FitzHughNagumo) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    if std::env::args().len() > 1 {
        return cli::main();
    }
    match print_pulses() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn print_pulses() -> Result<(), Box<dyn std::error::Error>> {
    let scene = load("examples/pulse.ron".as_ref(), &[])?;
    let mut simulation = Simulation::new(Blueprint::new(scene)?, SimOptions::default())?;
    for line in 1..=50 {
        for _ in 0..80 {
            simulation.step()?;
        }
        let states = simulation.vertex_states();
        let cells = states.iter().map(|[x, _]| if *x > 0.5 { '█' } else { '·' });
        println!("t = {:>3}  {}", 4 * line, cells.collect::<String>());
    }
    println!("digest {}", simulation.digest());
    Ok(())
}
