//! Sliding windows, and the causal filter.

use serde_json::{Value, json};

use crate::signal::causal::{CausalOrder, DELAY, TAPS, coefficients};
use crate::signal::engine::SignalEngine;
use crate::signal::metrics;
use crate::signal::state::SystemState;
use crate::signal::stream::SignalStream;
use crate::signal::window::FrameWindow;

use super::{AnswerError, channels, count, invalid, maybe, settings};

/// Frames between two values of R(t) that are told.
const EVERY: usize = 16;

/// The metrics of every window of a case, and R(t) by the causal filter.
pub(super) fn answer(case: &Value) -> Result<Value, AnswerError> {
    let signal = channels(&case["signal"], "signal")?;
    let samples = signal[0].len();
    let window = count(&case["window"], "window", None)?;
    let hop = count(&case["hop"], "hop", None)?;
    if window > samples || window == 0 {
        let expected = format!("1 … {samples}, the samples of the signal");
        return Err(invalid("window", &case["window"], &expected));
    }
    if hop == 0 {
        return Err(invalid("hop", &case["hop"], "a whole number ≥ 1"));
    }
    let columns = [
        ("entropy_nats", "entropy_nats"),
        ("coherence", "coherence"),
        ("resonance", "resonance"),
        ("peak_hz_interp", "peak_hz"),
        ("crest", "crest"),
        ("msc_mean", "msc"),
        ("msc_debiased", "msc_debiased"),
    ];
    let wanted = metrics::named(columns.map(|(_, id)| id));
    let mut engine = SignalEngine::new(settings(case, window)?, wanted)?;
    let mut stream = SignalStream::new(signal.len(), window);
    let mut starts = Vec::new();
    let mut values = vec![Vec::new(); columns.len()];
    let mut bins = Vec::new();
    for t in 0..samples {
        let frame: Vec<f64> = signal.iter().map(|own| own[t]).collect();
        stream.push(&frame)?;
        if t + 1 < window || !(t + 1 - window).is_multiple_of(hop) {
            continue;
        }
        starts.push(t + 1 - window);
        let mut state = SystemState::default();
        engine.analyze(&mut stream, hop, &mut state);
        for (column, (_, outcome)) in values.iter_mut().zip(&state.values) {
            column.push(maybe(*outcome));
        }
        bins.push(engine.peak_bin().filter(|_| state.is_measured()));
    }
    let mut out = json!({"window_start": starts, "peak_bin": bins});
    for ((name, _), column) in columns.iter().zip(values) {
        out[*name] = json!(column);
    }
    out["causal_fir"] = causal(&signal, window);
    Ok(out)
}

/// R(t) of the whole signal; before its start all samples are 0.
fn causal(signal: &[Vec<f64>], window: usize) -> Value {
    let padded: Vec<Vec<f64>> = signal
        .iter()
        .map(|own| {
            let before = std::iter::repeat_n(0.0, TAPS - 1);
            before.chain(own.iter().copied()).collect()
        })
        .collect();
    let borrowed: Vec<&[f64]> = padded.iter().map(Vec::as_slice).collect();
    let frames = FrameWindow::of_channels(&borrowed);
    let valid: Vec<usize> = (0..signal.len()).collect();
    let mut order = CausalOrder::default();
    order.look(crate::base::isa::Isa::best(), &frames, 0, &valid);
    let all: Vec<f64> = order.values().collect();
    let last = &all[all.len() - window.min(all.len())..];
    let every: Vec<f64> = all.iter().step_by(EVERY).copied().collect();
    let mut out = json!({
        "taps": TAPS,
        "delay": DELAY,
        "window": "hamming symmetric",
        "rule": "h[m] = 2/(pi m) for odd m = i - 32 and 0 for even m, times the window; \
                 re[t] = x[t - 32], im[t] = sum of h[i] x[t - i]; samples before the start are 0",
        "coefficients": coefficients().to_vec(),
        "R_every_16": every,
    });
    let mean = last.iter().sum::<f64>() / last.len().max(1) as f64;
    out[format!("R_mean_last_{window}")] = json!(mean);
    out
}
