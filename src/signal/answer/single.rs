//! Single frequencies, and resonance curves.

use serde_json::{Map, Value, json};

use crate::base::num;
use crate::signal::dft::{SlidingDft, goertzel};
use crate::signal::peak::half_power_width;

use super::{AnswerError, channels, count, invalid, number, sample_rate};

/// The transform at the frequencies and bins that a case asks for.
pub(super) fn answer(case: &Value) -> Result<Value, AnswerError> {
    let signal = channels(&case["signal"], "signal")?;
    let (series, rate) = (&signal[0], sample_rate(case)?);
    let mut values = Map::new();
    for name in asked(case, "goertzel", "values") {
        let hz: f64 = name
            .parse()
            .map_err(|_| invalid("goertzel.values", &json!(name), "frequencies in Hz"))?;
        let (re, im) = goertzel(series, hz, rate);
        let amplitude = 2.0 * num::hypot(re, im) / series.len().max(1) as f64;
        values.insert(name, json!([re, im, amplitude]));
    }
    let of = &place(case, "sliding_dft");
    let window = count(&of["window"], "sliding_dft.window", Some(128))?;
    if window == 0 || window > series.len().max(128) {
        let expected = format!("1 … {}, the samples of the signal", series.len());
        return Err(invalid("sliding_dft.window", &of["window"], &expected));
    }
    let every = count(&of["every"], "sliding_dft.every", Some(32))?.max(1);
    let names = asked(case, "sliding_dft", "bins");
    let mut bins = Vec::new();
    for name in &names {
        let refused = |_| invalid("sliding_dft.bins", &json!(name), "numbers of bins");
        bins.push(name.parse().map_err(refused)?);
    }
    let mut sliding = SlidingDft::new(window, &bins);
    let mut found = vec![Vec::new(); bins.len()];
    for (t, x) in series.iter().enumerate() {
        sliding.push(*x);
        if t + 1 < window || !(t + 1 - window).is_multiple_of(every) {
            continue;
        }
        for (column, (re, im)) in found.iter_mut().zip(sliding.values().unwrap_or_default()) {
            column.push(json!([re, im]));
        }
    }
    let bins: Map<String, Value> = names
        .into_iter()
        .zip(found.into_iter().map(Value::from))
        .collect();
    Ok(json!({
        "goertzel": {
            "definition": "X(f) = sum of x[n] exp(-2 pi i f n/fs); the third number is 2|X|/W",
            "values": values,
        },
        "sliding_dft": {
            "window": window,
            "every": every,
            "bins": bins,
            "definition": "the bin of the transform of the latest samples, its phase referred to \
                           the oldest",
        },
    }))
}

/// Where a case says what it asks for: beside the signal, or under `expected`.
fn place(case: &Value, part: &str) -> Value {
    match &case[part] {
        Value::Null => case["expected"][part].clone(),
        own => own.clone(),
    }
}

/// The names under which a part asks for something, which may be a list as well.
fn asked(case: &Value, part: &str, key: &str) -> Vec<String> {
    match &place(case, part)[key] {
        Value::Object(own) => own.keys().cloned().collect(),
        Value::Array(own) => own.iter().map(|x| x.to_string().replace('"', "")).collect(),
        _ => Vec::new(),
    }
}

/// Peak, width and decrement of the resonance curves of a case.
pub(super) fn curves(case: &Value) -> Result<Value, AnswerError> {
    let list = case["cases"]
        .as_array()
        .ok_or_else(|| invalid("cases", &case["cases"], "a list"))?;
    let mut out = Vec::new();
    for (k, own) in list.iter().enumerate() {
        let at = |key: &str| number(&own[key], &format!("cases[{k}].{key}"));
        let grid = |key: &str| number(&own["grid"][key], &format!("cases[{k}].grid.{key}"));
        let (f0, q) = (at("f0")?, at("Q")?);
        let (start, stop) = (grid("start")?, grid("stop")?);
        let points = count(&own["grid"]["points"], "grid.points", None)?;
        if !(f0 > 0.0 && q > 0.0 && start < stop && (3..=1 << 24).contains(&points)) {
            let expected = "f0 > 0, Q > 0 and a grid of 3 … 2^24 points";
            return Err(invalid(&format!("cases[{k}]"), own, expected));
        }
        out.push(curve((f0, q), (start, stop, points)));
    }
    Ok(json!({"cases": out}))
}

/// P(f) = 1/((f₀² − f²)² + (f₀ f/Q)²) on a grid, and what is known of it in closed form.
fn curve((f0, q): (f64, f64), (start, stop, points): (f64, f64, usize)) -> Value {
    let step = (stop - start) / (points - 1) as f64;
    let power = |k: usize| {
        let f = start + step * k as f64;
        let (a, b) = (f0 * f0 - f * f, f0 * f / q);
        1.0 / (a * a + b * b)
    };
    let curve: Vec<f64> = (0..points).map(power).collect();
    let mut bin = 0;
    for (k, p) in curve.iter().enumerate() {
        if *p > curve[bin] {
            bin = k;
        }
    }
    let peak = start + step * bin as f64;
    let width = half_power_width(&curve, bin, (0, points - 1)).map(|bins| bins * step);
    // With x = f²: the denominator is least at x₀ = f₀² (1 − 1/2Q²) and twice that at x₀ ± √least.
    let inverse = 1.0 / (q * q);
    let x0 = f0 * f0 * (1.0 - 0.5 * inverse);
    let half = f0 * f0 * (inverse - 0.25 * inverse * inverse).max(0.0).sqrt();
    let analytic_width = (x0 > half).then(|| (x0 + half).sqrt() - (x0 - half).sqrt());
    let damping = 0.5 / q;
    let decrement = num::TAU * damping / (1.0 - damping * damping).sqrt();
    json!({
        "f0": f0,
        "Q": q,
        "peak_hz_grid": peak,
        "peak_hz_analytic": (x0 > 0.0).then(|| x0.sqrt()),
        "half_power_bw_grid": width,
        "half_power_bw_analytic": analytic_width,
        "Q_from_bw": width.filter(|_| x0 > 0.0).map(|w| x0.sqrt() / w),
        "ringdown": {"log_decrement": (damping < 1.0).then_some(decrement)},
    })
}
