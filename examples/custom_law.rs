//! A control law of one's own: a relay with hysteresis, with two measures and two outputs. It
//! drives while the first measure is below its band, rests above it, and pushes frequencies apart
//! while the second measure says that all go in step too well.
//!
//! `phantom` with one law more:
//! `cargo run --release --example custom_law -- run examples/custom_law.ron`

use std::process::ExitCode;

use phantomos::prelude::*;
use serde::{Deserialize, Serialize};

struct Relay {
    drive: f64,
    band: f64,
    spread: f64,
}

/// Whether it drives, and how often that has changed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Position {
    on: bool,
    changes: u32,
}

impl Part for Relay {
    fn about() -> About {
        About::new("relay", "All or nothing, with hysteresis.")
            .number(
                "drive",
                1.0,
                "",
                Bounds::NON_NEGATIVE,
                "Output while it drives.",
            )
            .number(
                "band",
                0.1,
                "",
                Bounds::range(0.0, 1.0),
                "Width of the band at the setpoint.",
            )
            .number(
                "spread",
                0.0,
                "rad/s",
                Bounds::FINITE,
                "Second output for each unit of order.",
            )
    }

    fn open(own: &Opening) -> Result<Self, String> {
        Ok(Self {
            drive: own.number("drive")?,
            band: own.number("band")?,
            spread: own.number("spread")?,
        })
    }
}

impl ControlLaw for Relay {
    type State = Position;

    fn measures(&self) -> usize {
        2
    }

    fn outputs(&self) -> usize {
        2
    }

    fn terms(&self) -> &'static [&'static str] {
        &["error", "on"]
    }

    fn step(&self, own: &mut Position, at: &Sample, outputs: &mut [f64], terms: &mut [f64]) {
        let error = at.setpoint - at.first();
        let on = match own.on {
            true => error > -0.5 * self.band,
            false => error > 0.5 * self.band,
        };
        own.changes += u32::from(on != own.on);
        own.on = on;
        let on = f64::from(u8::from(on));
        (outputs[0], outputs[1]) = (self.drive * on, self.spread * at.measured[1]);
        (terms[0], terms[1]) = (error, on);
    }
}

/// What this program has.
pub fn parts() -> Parts {
    Parts::default().law::<Relay>()
}

#[allow(dead_code, reason = "this file is a module of the tests too")]
fn main() -> ExitCode {
    Program::default().parts(parts()).main()
}
