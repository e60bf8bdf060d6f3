//! Mean phase-locking value.

use crate::signal::pairs::{PairMeasure, mean_of_pairs, measure};

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("phase_locking"),
        "phase locking",
        Family::Coherence,
        "How constant the phase differences of pairs are, whatever they are.",
    )
    .unit_interval()
    .formula(
        "|time mean of uᵢ uⱼ*|, the mean over pairs.",
        "Lachaux 1999",
    );
    SignalMetric::new(
        about,
        &[Stage::Phasors],
        value,
        Reading {
            normalization: "1 whenever locked at any lag: a splay state has 1 here and 0 coherence",
            null: "independent channels: √(π/4N) for N independent moments, which a window of slow \
               oscillations has few of",
            equals: &[(
                "np.abs((u[i] * u[j].conj()).mean()), u = np.exp(1j*angle(hilbert(x)))",
                8,
            )],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.valid.len() < 2 {
        return Ok(1.0);
    }
    let phasors = (
        own.phases.phasors.0.as_slice(),
        own.phases.phasors.1.as_slice(),
    );
    let all = measure(own.isa, PairMeasure::Locking, phasors, own.valid.len());
    mean_of_pairs(&all, own.valid.len()).ok_or(Reason::OneChannel)
}
