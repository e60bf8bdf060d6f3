//! Resonance.

use crate::signal::msc::debias_msc;

use super::*;

/// Resonance.
pub const RESONANCE: MetricId = MetricId::new("resonance");

pub(super) fn metric() -> SignalMetric {
    let about = row(
        RESONANCE,
        "resonance",
        Family::Resonance,
        "How far one shared tone stands above the rest: 0 for noise, and for tones that nobody \
         shares.",
    )
    .formula(
        "(crest − 1) of the spectral peak times the debiased magnitude-squared coherence there.",
        "",
    );
    SignalMetric::new(about, &[Stage::Shared], value, Reading {
        normalization: "0 … B − 2 for B bins; a locked bin-centred tone gives 2(B − 1)/3 − 1, 84.3 \
                        for 129 bins",
        null: "white noise: 0.00 … 0.02; oscillators at frequencies of their own: about 0",
        null_value: Some(|_| 0.0),
        caution: "With one channel or one segment nothing is shared, and it is crest − 1.",
        ..Reading::default()
    })
    .in_silence(0.0)
}

fn value(own: &Windowed<'_>) -> Outcome {
    let Some(peak) = own.spectra.peak else {
        return Ok(0.0);
    };
    let segments = own.spectra.segments;
    let shared = if own.valid.len() == 1 || segments < 2 {
        1.0
    } else {
        debias_msc(own.spectra.msc, own.settings.independent_segments(segments))
    };
    Ok((peak.crest - 1.0).max(0.0) * shared)
}
