//! Coherence: the order parameter of phases.

use super::*;

/// Coherence.
pub const COHERENCE: MetricId = MetricId::new("coherence");

pub(super) fn metric() -> SignalMetric {
    let about = row(
        COHERENCE,
        "coherence",
        Family::Coherence,
        "How far the channels go in step. Independent channels give about √(π/4C), not 0.",
    )
    .unit_interval()
    .formula(
        "R = the time mean of |mean of e^(iφ)| over the channels' Hilbert phases, the Kuramoto \
         order parameter.",
        "Kuramoto 1984",
    );
    SignalMetric::new(
        about,
        &[Stage::Phases],
        value,
        Reading {
            normalization: "mean over channels, then over time; 1 for one channel by definition",
            null: "C independent channels: √(π/4C)",
            null_value: Some(|own| (0.25 * crate::base::num::PI / own.valid.len() as f64).sqrt()),
            equals: &[(
                "np.abs(np.exp(1j*np.angle(scipy.signal.hilbert(x - mean))).mean(0)).mean()",
                8,
            )],
            caution: "Phases mean something for narrow-band channels; give broadband ones a band.",
            ..Reading::default()
        },
    )
    .in_silence(0.0)
}

fn value(own: &Windowed<'_>) -> Outcome {
    // One channel is in step with itself; its phasors are 1 within rounding alone.
    Ok(match own.valid.len() {
        1 => 1.0,
        _ => own.phases.mean_order(),
    })
}
