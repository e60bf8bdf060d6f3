//! Mean phase-lag index.

use crate::signal::pairs::{PairMeasure, mean_of_pairs, measure};

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("phase_lag_index"),
        "phase-lag index",
        Family::Coherence,
        "How constantly one channel of a pair leads the other.",
    )
    .unit_interval()
    .formula(
        "|time mean of sign Im uᵢ uⱼ*|, the mean over pairs.",
        "Stam 2007",
    );
    SignalMetric::new(
        about,
        &[Stage::Phasors],
        value,
        Reading {
            normalization: "lags of 0 and half a turn, which common sources give, count nothing",
            null: "independent channels: √(2/πN) for N independent moments",
            equals: &[("np.abs(np.sign(np.imag(u[i] * u[j].conj())).mean())", 8)],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let phasors = (
        own.phases.phasors.0.as_slice(),
        own.phases.phasors.1.as_slice(),
    );
    let all = measure(own.isa, PairMeasure::Lag, phasors, own.valid.len());
    mean_of_pairs(&all, own.valid.len()).ok_or(Reason::OneChannel)
}
