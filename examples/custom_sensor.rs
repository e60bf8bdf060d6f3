//! A sensor device of one's own: a chirp, a sine whose frequency rises in a straight line,
//! a sin(2π (f₀ t + ½ (f₁ − f₀) t² / T)) up to T and of frequency f₁ from there.
//!
//! `phantom` with one device more:
//! `cargo run --release --example custom_sensor -- run examples/custom_sensor.ron`

use std::process::ExitCode;

use phantomos::prelude::*;

struct Chirp {
    from_hz: f64,
    to_hz: f64,
    duration_s: f64,
    noise: f64,
    random: PartRandom,
}

impl Part for Chirp {
    fn about() -> About {
        let hz = Bounds::range(0.0, 1e6);
        About::new("chirp", "A sine whose frequency rises.")
            .number("from_hz", 1.0, "Hz", hz, "Frequency at the start.")
            .number("to_hz", 10.0, "Hz", hz, "Frequency at the end.")
            .number(
                "duration_s",
                10.0,
                "s",
                Bounds::range(1e-3, 1e6),
                "Time of the rise.",
            )
            .number(
                "noise",
                0.0,
                "",
                Bounds::NON_NEGATIVE,
                "Standard deviation of white noise.",
            )
    }

    fn open(own: &Opening) -> Result<Self, String> {
        let chirp = Self {
            from_hz: own.number("from_hz")?,
            to_hz: own.number("to_hz")?,
            duration_s: own.number("duration_s")?,
            noise: own.number("noise")?,
            random: own.random(),
        };
        let nyquist = 0.5 / own.tick_s;
        match chirp.to_hz < nyquist {
            true => Ok(chirp),
            false => Err(format!(
                "to_hz {}, expected less than {nyquist}, half the rate of the ticks",
                chirp.to_hz
            )),
        }
    }
}

impl SensorDevice for Chirp {
    fn columns(&self) -> Vec<String> {
        vec!["chirp".to_owned()]
    }

    fn read(&mut self, tick: Tick, time_s: f64, values: &mut [f64]) {
        let rising = time_s.min(self.duration_s);
        let slope = (self.to_hz - self.from_hz) / self.duration_s;
        let turns =
            self.from_hz * rising + 0.5 * slope * rising * rising + self.to_hz * (time_s - rising);
        let xi = self.random.at(tick).normal();
        values[0] = num::sin(num::TAU * turns) + self.noise * xi;
    }
}

/// What this program has.
pub fn parts() -> Parts {
    Parts::default().sensor::<Chirp>()
}

#[allow(dead_code, reason = "this file is a module of the tests too")]
fn main() -> ExitCode {
    Program::default().parts(parts()).main()
}
