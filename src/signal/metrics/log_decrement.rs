//! Logarithmic decrement of a ring-down.

use crate::base::num;

use super::*;

/// Fewest segments through which a line is laid.
const SEGMENTS_MIN: usize = 3;

/// Least fall of the logarithm over a window that is more than rounding.
const LEAST_FALL: f64 = 1e-9;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("log_decrement"),
        "log decrement",
        Family::Resonance,
        "By how much the logarithm of the amplitude at the peak falls in a period.",
    )
    .range("> 0")
    .formula(
        "Slope of ½ ln Σ|X|² at the peak over the segments' times, over the peak's frequency; \
         Q = (π/δ) √(1 + (δ/2π)²).",
        "Thomson 1972",
    );
    SignalMetric::new(
        about,
        &[Stage::Shared],
        value,
        Reading {
            caution: "For decays without a drive: a steady tone has none, and noise puts a floor \
                under the amplitude.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let peak = own.spectra.peak.ok_or(Reason::Undefined)?;
    let segments = own.spectra.segments;
    if segments < SEGMENTS_MIN {
        return Err(Reason::TooShort);
    }
    let channels = own.valid.len();
    let at = (&own.spectra.at_peak.0, &own.spectra.at_peak.1);
    let rows = at.0.chunks_exact(channels).zip(at.1.chunks_exact(channels));
    let relative = &own.spectra.relative;
    let powers = rows.map(|(re, im)| {
        let each = re.iter().zip(im).zip(relative);
        each.map(|((x, y), f)| (x * x + y * y) * f * f).sum::<f64>()
    });
    let mean_time = 0.5 * (segments - 1) as f64;
    let (mut slope, mut spread) = (0.0, 0.0);
    for (k, power) in powers.enumerate() {
        if power <= 0.0 {
            return Err(Reason::Undefined);
        }
        let time = k as f64 - mean_time;
        slope += time * 0.5 * num::ln(power);
        spread += time * time;
    }
    let periods = own.settings.step as f64 * peak.place / own.settings.points as f64;
    let decrement = -slope / spread / periods;
    // A fall that is rounding over the whole window is none.
    match decrement * periods * segments as f64 > LEAST_FALL {
        true => Ok(decrement),
        false => Err(Reason::Undefined),
    }
}
