//! Global coherence at the peak.

use nalgebra::{Complex, DMatrix};

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("global_coherence"),
        "global coherence",
        Family::Coherence,
        "The share of the power at the peak that one common oscillation carries.",
    )
    .range("1/C … 1 for C channels")
    .formula(
        "Largest eigenvalue over trace of the cross-spectral matrix at the peak.",
        "Cimenser 2011",
    );
    SignalMetric::new(
        about,
        &[Stage::Shared],
        value,
        Reading {
            normalization: "channels weigh by their power",
            null: "independent channels: above 1/C, the fewer segments the further",
            equals: &[("np.linalg.eigvalsh(S)[-1] / np.trace(S).real", 8)],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.valid.len() < 2 {
        return Err(Reason::OneChannel);
    }
    let scaled = |part: &[f64]| -> Vec<f64> {
        let relative = own.spectra.relative.iter().cycle();
        part.iter().zip(relative).map(|(x, f)| x * f).collect()
    };
    let (re, im) = &own.spectra.at_peak;
    global_coherence((&scaled(re), &scaled(im)), own.valid.len()).ok_or(Reason::Undefined)
}

/// Largest eigenvalue over trace of Σ X Xᴴ; segment j of channel c is entry `j · channels + c`.
/// `None` without power. The smaller of the two Gram matrices has the same eigenvalues.
#[must_use]
pub fn global_coherence(at: (&[f64], &[f64]), channels: usize) -> Option<f64> {
    let segments = at.0.len() / channels.max(1);
    let x = DMatrix::from_fn(segments, channels, |j, c| {
        Complex::new(at.0[j * channels + c], at.1[j * channels + c])
    });
    let gram = match segments < channels {
        true => &x * x.adjoint(),
        false => x.adjoint() * &x,
    };
    let trace: f64 = gram.diagonal().iter().map(|z| z.re).sum();
    if trace.is_nan() || trace <= 0.0 {
        return None;
    }
    Some((gram.symmetric_eigenvalues().max() / trace).min(1.0))
}
