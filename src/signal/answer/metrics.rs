//! Whole windows.

use serde_json::{Map, Value, json};

use crate::base::num;
use crate::signal::engine::SignalEngine;
use crate::signal::metrics::{
    self, correlation_eigenvalues, covariance, global_coherence, histogram_entropy,
    periodogram_entropy, permutation_entropy_nats,
};
use crate::signal::msc::cross;
use crate::signal::pairs::{PairMeasure, mean_of_pairs, measure, pair};
use crate::signal::peak::{find_peak, half_power_width, signal_to_noise};
use crate::signal::settings::SignalSettings;
use crate::signal::spectrum::{segment_spectra, welch};
use crate::signal::state::{Reason, SystemState};
use crate::signal::stream::SignalStream;
use crate::signal::window::FrameWindow;
use crate::signal::windowed::Windowed;

use super::{AnswerError, channels, maybe, sample_rate, settings};

/// Metrics of the window that a case's signal is.
pub(super) fn answer(case: &Value) -> Result<Value, AnswerError> {
    let signal = channels(&case["signal"], "signal")?;
    let settings = settings(case, signal[0].len())?;
    document(&signal, settings)
}

/// All that the whole of a recording has, as one window.
pub(super) fn document(
    signal: &[Vec<f64>],
    settings: SignalSettings,
) -> Result<Value, AnswerError> {
    let mut engine = engine(settings.clone())?;
    let borrowed: Vec<&[f64]> = signal.iter().map(Vec::as_slice).collect();
    let mut stream = SignalStream::of(FrameWindow::of_channels(&borrowed));
    let mut of_window = None;
    let (state, shown) = engine.look(&mut stream, |own| {
        let mut parts = Map::new();
        parts.insert("phase".to_owned(), phase(own));
        parts.insert("plv".to_owned(), locking(own));
        parts.insert("psd".to_owned(), spectra(own));
        if own.valid.len() > 1 {
            parts.insert("msc".to_owned(), coherence(own));
            parts.insert("multichannel".to_owned(), together(own));
        }
        of_window = Some((own.spectra.segments, own.spectra.peak.map(|p| p.bin)));
        parts
    });
    let mut out = Map::new();
    let headline = headline(&state, &settings, of_window);
    out.insert("headline".to_owned(), headline);
    let each = signal.iter().map(|series| channel(&settings, series));
    out.insert("channels".to_owned(), each.collect());
    out.extend(shown.unwrap_or_default());
    let flags: Vec<String> = state.flags.iter().map(ToString::to_string).collect();
    out.insert("flags".to_owned(), json!(flags));
    Ok(Value::Object(out))
}

fn engine(settings: SignalSettings) -> Result<SignalEngine, AnswerError> {
    // Two hours of W² comparisons are for who asks for them by name.
    let cheap = |own: &metrics::SignalMetric| own.about.id.as_str() != "sample_entropy_nats";
    let wanted = metrics::list().into_iter().filter(cheap);
    let wanted = wanted.map(|own| (own.about.id.clone(), own)).collect();
    Ok(SignalEngine::new(settings, wanted)?)
}

fn value(state: &SystemState, id: &str) -> Value {
    let outcome = state.outcome(&id.to_owned().into());
    maybe(outcome.unwrap_or(Err(Reason::Undefined)))
}

fn headline(
    state: &SystemState,
    settings: &SignalSettings,
    of_window: Option<(usize, Option<usize>)>,
) -> Value {
    let (segments, bin) = of_window.unzip();
    let bin = bin.flatten();
    json!({
        "entropy_nats": value(state, "entropy_nats"),
        "entropy_norm": value(state, "entropy_normalized"),
        "coherence": value(state, "coherence"),
        "peak_bin": bin,
        "peak_hz_bin": bin.map(|bin| bin as f64 * settings.bin_hz()),
        "peak_hz_interp": value(state, "peak_hz"),
        "snr": value(state, "peak_snr"),
        "crest": value(state, "crest"),
        "msc_mean": value(state, "msc"),
        "msc_debiased": value(state, "msc_debiased"),
        "segments": segments,
        "resonance": value(state, "resonance"),
    })
}

/// What one channel has, from its good segments; null where a broken sample leaves no number.
fn channel(settings: &SignalSettings, series: &[f64]) -> Value {
    let peak_value = series.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    let is_finite = peak_value.is_finite() && series.iter().all(|x| x.is_finite());
    let (density, taken) = welch(settings, series);
    let bits = |nats: f64| nats / std::f64::consts::LN_2;
    let nats = periodogram_entropy::entropy_of(&density);
    let has_power = taken > 0 && density.iter().any(|p| *p > 0.0);
    let whole = |x: f64| {
        if is_finite && has_power {
            json!(x)
        } else {
            Value::Null
        }
    };
    let some = |x: f64| if has_power { json!(x) } else { Value::Null };
    let scaled: Vec<f64> = series.iter().map(|x| x / peak_value).collect();
    let periodogram = match is_finite && has_power {
        true => periodogram_entropy::periodogram_entropy_nats(&scaled),
        false => 0.0,
    };
    let mut permutation = Map::new();
    for (order, lag) in [(3, 1), (4, 1), (5, 2)] {
        let nats = permutation_entropy_nats(series, order, lag).filter(|_| is_finite);
        let most: f64 = (2..=order).map(|k| num::ln(k as f64)).sum();
        permutation.insert(
            format!("m{order}_d{lag}"),
            json!({"bits": nats.map(bits), "norm": nats.map(|h| h / most)}),
        );
    }
    let (samples, bins) = (series.len() as f64, density.len() as f64);
    let mean = scaled.iter().sum::<f64>() / samples;
    let square = scaled.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / samples;
    json!({
        "spectral_entropy": {
            "periodogram_bits": whole(bits(periodogram)),
            "periodogram_norm": whole(periodogram / num::ln((series.len() / 2 + 1) as f64)),
            "welch_bits": some(bits(nats)),
            "welch_nats": some(nats),
            "welch_norm": some(nats / num::ln(bins)),
        },
        "perm_entropy": permutation,
        "hist_entropy_32_nats": whole(histogram_entropy::histogram_entropy_nats(series)),
        "hist_entropy_32_nats_numpy_edges": whole(histogram_entropy::numpy_edges_nats(series)),
        "peak": peak(settings, &density),
        "rms": whole(peak_value * square.sqrt()),
        "mean": whole(peak_value * mean),
        "segments": taken,
    })
}

fn peak(settings: &SignalSettings, density: &[f64]) -> Value {
    let Some(peak) = find_peak(density, settings.band_bins()) else {
        return Value::Null;
    };
    let hz = settings.bin_hz();
    let width = half_power_width(density, peak.bin, settings.band_bins());
    json!({
        "bin": peak.bin,
        "hz_bin": peak.bin as f64 * hz,
        "hz_interp": peak.place * hz,
        "psd": density[peak.bin],
        "snr": signal_to_noise(density, peak.bin, settings.band_bins()),
        "half_power_bw_hz": width.map(|w| w * hz),
        "q": width.map(|w| peak.place / w),
    })
}

fn phase(own: &Windowed<'_>) -> Value {
    let (phases, n) = (own.phases, own.samples());
    let mean = phases.order.iter().sum::<f64>() / n as f64;
    let square = phases.order.iter().map(|r| (r - mean) * (r - mean));
    let mut mean_at = Map::new();
    let mut each_at = Map::new();
    for at in [n / 4, n / 2, 3 * n / 4] {
        mean_at.insert(at.to_string(), json!(phases.mean_phase(at)));
        let angle = |c| {
            let (re, im) = phases.of(c);
            num::atan2(im[at], re[at])
        };
        let angles: Vec<f64> = (0..own.valid.len()).map(angle).collect();
        each_at.insert(at.to_string(), json!(angles));
    }
    let debiased = (own.valid.len() > 1).then(|| phases.debiased_order());
    json!({
        "order_parameter_R": phases.order,
        "mean_R": phases.mean_order(),
        "mean_R_trim10": phases.trimmed_order(),
        "std_R": (square.sum::<f64>() / n as f64).sqrt(),
        "mean_phase_at": mean_at,
        "phase_at": each_at,
        "debiased_R2": debiased,
    })
}

fn matrix(triangle: &[f64], channels: usize) -> Vec<Vec<f64>> {
    let row = |i: usize| (0..channels).map(|j| triangle[pair(i, j)]).collect();
    (0..channels).map(row).collect()
}

fn locking(own: &Windowed<'_>) -> Value {
    let (channels, n) = (own.valid.len(), own.samples());
    let (re, im) = &own.phases.phasors;
    let full = measure(own.isa, PairMeasure::Locking, (re, im), channels);
    let cut = n / 10;
    let trim = |part: &[f64]| -> Vec<f64> {
        let each = part.chunks_exact(n);
        each.flat_map(|own| own[cut..n - cut].iter().copied())
            .collect()
    };
    let trimmed = (trim(re), trim(im));
    let trimmed = measure(
        own.isa,
        PairMeasure::Locking,
        (&trimmed.0, &trimmed.1),
        channels,
    );
    json!({
        "full": matrix(&full, channels),
        "mean_offdiag": mean_of_pairs(&full, channels).unwrap_or(1.0),
        "trim10": matrix(&trimmed, channels),
    })
}

fn spectra(own: &Windowed<'_>) -> Value {
    let (density, _) = welch(own.settings, &own.series(own.valid[0]));
    json!({
        "freq_step_hz": own.settings.bin_hz(),
        "n_bins": own.settings.bins(),
        "welch_ch0": density,
        "welch_mean_of_normalised": own.spectra.mean,
    })
}

/// What pairs share: of the first two valid channels at all bins, of all at the peak.
fn coherence(own: &Windowed<'_>) -> Value {
    let channels = own.valid.len();
    let first = segment_spectra(own.settings, &own.scaled(own.valid[0]));
    let second = segment_spectra(own.settings, &own.scaled(own.valid[1]));
    let bins = own.settings.bins();
    let shared = (0..bins).map(|bin| {
        let pick = |part: fn(&(Vec<f64>, Vec<f64>)) -> &Vec<f64>| -> Vec<f64> {
            let segments = first.iter().zip(&second);
            segments
                .flat_map(|(a, b)| [part(a)[bin], part(b)[bin]])
                .collect()
        };
        let (re, im) = (pick(|own| &own.0), pick(|own| &own.1));
        squared((&re, &im), 2, 1, 0)
    });
    let shared: Vec<Option<f64>> = shared.collect();
    let at = (
        own.spectra.at_peak.0.as_slice(),
        own.spectra.at_peak.1.as_slice(),
    );
    let row = |i: usize| -> Vec<Option<f64>> {
        (0..channels).map(|j| squared(at, channels, i, j)).collect()
    };
    json!({
        "ch0_ch1": shared,
        "matrix_at_peak": (0..channels).map(row).collect::<Vec<_>>(),
        "mean_offdiag_at_peak": own.spectra.msc,
        "segments": own.spectra.segments,
    })
}

/// |Sᵢⱼ|²/(Sᵢᵢ Sⱼⱼ); none without power.
fn squared(at: (&[f64], &[f64]), channels: usize, i: usize, j: usize) -> Option<f64> {
    let (re, im) = cross(at, channels, i, j);
    let power = cross(at, channels, i, i).0 * cross(at, channels, j, j).0;
    (power > 0.0).then(|| ((re * re + im * im) / power).min(1.0))
}

fn together(own: &Windowed<'_>) -> Value {
    let scaled: Vec<Vec<f64>> = own.valid.iter().map(|c| own.scaled(*c)).collect();
    let eigenvalues = correlation_eigenvalues(&scaled);
    let shares: Vec<f64> = eigenvalues.iter().map(|l| l.max(0.0)).collect();
    let nats = periodogram_entropy::entropy_of(&shares);
    let (re, im) = &own.spectra.at_peak;
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("von_neumann_nats", json!(nats));
    put(
        "von_neumann_norm",
        json!(nats / num::ln(scaled.len() as f64)),
    );
    put("corr_eigs", json!(eigenvalues));
    put(
        "global_coherence_at_peak",
        json!(global_coherence((re, im), scaled.len())),
    );
    let series: Vec<Vec<f64>> = own.valid.iter().map(|c| own.series(*c)).collect();
    // Without a regular covariance there is neither.
    if let Some(entropy) = metrics::gaussian_entropy_nats(&series) {
        let eigenvalues = covariance(&series).symmetric_eigenvalues();
        put("gaussian_entropy_nats", json!(entropy));
        let logarithms = eigenvalues.iter().map(|l| num::ln(*l));
        put("logdet_cov", json!(logarithms.sum::<f64>()));
    }
    Value::Object(out)
}

/// The cases that hold a signal, in their order.
pub(super) fn edges(case: &Value) -> Result<Value, AnswerError> {
    let list = case["cases"]
        .as_array()
        .ok_or_else(|| super::invalid("cases", &case["cases"], "a list"))?;
    sample_rate(case)?;
    let mut out = Vec::new();
    for (k, own) in list.iter().enumerate() {
        if own["signal"].is_null() {
            continue;
        }
        let signal = channels(&own["signal"], &format!("cases[{k}].signal"))?;
        let asked = super::settings(case, signal[0].len())?;
        // Fewer samples than a segment are a case of their own: there is no value.
        let window = asked.segment.max(signal[0].len());
        let mut engine = engine(SignalSettings { window, ..asked })?;
        let borrowed: Vec<&[f64]> = signal.iter().map(Vec::as_slice).collect();
        let state = engine.analyze_channels(&borrowed);
        let flags: Vec<String> = state.flags.iter().map(ToString::to_string).collect();
        out.push(json!({
            "id": own["id"],
            "entropy_nats": value(&state, "entropy_nats"),
            "entropy_norm": value(&state, "entropy_normalized"),
            "coherence": value(&state, "coherence"),
            "resonance": value(&state, "resonance"),
            "valid_channels": state.valid.then_some(state.coverage.0),
            "flags": flags,
        }));
    }
    Ok(json!({"cases": out}))
}
