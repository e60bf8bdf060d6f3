//! Imaginary part of coherency at the peak.

use crate::signal::msc::cross;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("imaginary_coherence"),
        "imaginary coherence",
        Family::Coherence,
        "What pairs share at the peak with a lag that no common source explains.",
    )
    .unit_interval()
    .formula(
        "|Im Sᵢⱼ| / √(Sᵢᵢ Sⱼⱼ) at the peak of the mean spectrum, the mean over pairs.",
        "Nolte 2004",
    );
    SignalMetric::new(
        about,
        &[Stage::Shared],
        value,
        Reading {
            normalization: "of the magnitude, so that pairs do not cancel; within 0 … 1 since it \
                is at most the square root of the magnitude-squared coherence",
            null: "independent channels: about √(1/2Ke) for Ke independent segments",
            equals: &[(
                "np.abs(np.imag(scipy.signal.csd(x, y))) / np.sqrt(welch(x) * welch(y))",
                8,
            )],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let channels = own.valid.len();
    if channels < 2 {
        return Err(Reason::OneChannel);
    }
    if own.spectra.segments < 2 {
        return Err(Reason::TooShort);
    }
    let at = (
        own.spectra.at_peak.0.as_slice(),
        own.spectra.at_peak.1.as_slice(),
    );
    if at.0.is_empty() {
        return Err(Reason::Undefined);
    }
    let power: Vec<f64> = (0..channels).map(|c| cross(at, channels, c, c).0).collect();
    let mut sum = 0.0;
    for i in 0..channels {
        for j in 0..i {
            let scale = (power[i] * power[j]).sqrt();
            if scale > 0.0 {
                sum += (cross(at, channels, i, j).1.abs() / scale).min(1.0);
            }
        }
    }
    Ok(sum / (channels * (channels - 1) / 2) as f64)
}
