//! The mean phase.

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("mean_phase_rad"),
        "mean phase",
        Family::Coherence,
        "The phase of the channels' mean phasor in the middle of the window.",
    )
    .unit("rad")
    .range("−π … π")
    .formula("arg Σ u at sample ⌊W/2⌋.", "");
    SignalMetric::new(
        about,
        &[Stage::Phases],
        value,
        Reading {
            caution: "At the ends of a window the Hilbert phase is distorted, so that of the \
                middle is given.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    Ok(own.phases.mean_phase(own.samples() / 2))
}
