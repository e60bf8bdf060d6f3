//! Mean phase-locking value by a filter that does not look ahead.

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("phase_locking_causal"),
        "causal phase locking",
        Family::Coherence,
        "Phase locking by phases that do not wait for the end of a window, moved on frame by \
            frame.",
    )
    .unit_interval()
    .formula(
        "|time mean of uᵢ uⱼ*| by a Hilbert transformer of 65 taps (type III, Hamming), the mean \
         over pairs.",
        "Lachaux 1999",
    );
    SignalMetric::new(
        about,
        &[Stage::CausalLocking],
        value,
        Reading {
            normalization: "1 whenever locked at any lag",
            null: "independent channels: √(π/4N) for N independent moments",
            caution: "An approximation of phase locking: it needs signals around 0 above about \
                fs/65, and leaves out the first 64 samples of a window.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.valid.len() < 2 {
        return Ok(1.0);
    }
    let mut sum = 0.0;
    for (n, i) in own.valid.iter().enumerate() {
        for j in &own.valid[..n] {
            sum += own.locking.value(*i, *j).ok_or(Reason::TooShort)?;
        }
    }
    let pairs = own.valid.len() * (own.valid.len() - 1) / 2;
    Ok(sum / pairs as f64)
}
