//! Extremum seeking, adaptive control by a model, and the original laws.

use serde_json::{Value, json};

use crate::base::{Problems, num};
use crate::control::mrac::{FirstOrderPlant, MracSpec};
use crate::control::original::{AdaptiveSpec, AdaptiveState, original_gain, unbounded_gain};
use crate::control::seek::{Goal, SeekSpec, SeekState};

use super::case::{
    CaseError, SAMPLES_MAX, count, invalid, maybe, maybe_all, number, positive, samples, sound,
};
use super::expression::Expression;

/// Samples between two that are told of extremum seeking, and of adaptive control.
const SEEK_EVERY: usize = 20;
const MRAC_EVERY: usize = 10;

/// The objective and the goal of a text such as `5-2(theta-1.5)^2, maximise`.
fn objective(value: &Value) -> Result<(Expression, Option<Goal>), CaseError> {
    let expected = "a function of theta and a goal, for example \"5-2(theta-1.5)^2, maximise\"";
    let text = value
        .as_str()
        .ok_or_else(|| invalid("objective", value, expected))?;
    let (function, goal) = match text.rsplit_once(',') {
        Some((function, goal)) => (function, Some(goal.trim())),
        None => (text, None),
    };
    let goal = match goal {
        None => None,
        Some("maximise" | "maximize" | "max") => Some(Goal::Maximise),
        Some("minimise" | "minimize" | "min") => Some(Goal::Minimise),
        Some(_) => return Err(invalid("objective", value, expected)),
    };
    let function = Expression::parse(function).map_err(|error| CaseError::Refused {
        path: "objective".to_owned(),
        message: error.to_string(),
    })?;
    Ok((function, goal))
}

/// A run of extremum seeking on a static objective.
pub(super) fn seek(case: &Value) -> Result<Value, CaseError> {
    let (function, named) = objective(&case["objective"])?;
    let of = &case["params"];
    let at = |key: &str| number(&of[key], &format!("params.{key}"));
    let ts = positive(&of["ts"], "params.ts")?;
    let all = count(&of["n"], "params.n", None, SAMPLES_MAX)?;
    let sign = match &of["sign"] {
        Value::Null => None,
        own => Some(number(own, "params.sign")?),
    };
    let goal = match (sign, named) {
        (Some(sign), _) if sign < 0.0 => Goal::Minimise,
        (Some(_), _) => Goal::Maximise,
        (None, Some(goal)) => goal,
        (None, None) => return Err(invalid("params.sign", &of["sign"], "1 or -1, or a goal")),
    };
    let law = SeekSpec {
        goal,
        amplitude: at("a")?,
        frequency_rad_s: at("omega")?,
        washout_rad_s: at("omega_h")?,
        smoothing_rad_s: at("omega_l")?,
        gain: at("k")?,
        start: at("theta0")?,
        ..SeekSpec::default()
    };
    let mut problems = Problems::default();
    law.validate(&mut problems, "params");
    law.validate_for(&mut problems, "params", ts);
    sound(&problems)?;
    let mut state = SeekState::default();
    let (mut theta, mut value) = (Vec::with_capacity(all), Vec::with_capacity(all));
    for _ in 0..all {
        let answer = function.value(law.probe(&state, ts));
        law.learn(&mut state, answer, ts);
        theta.push(state.theta.unwrap_or(law.start));
        value.push(answer);
    }
    let period = (num::TAU / law.frequency_rad_s / ts) as usize;
    let last = &theta[all.saturating_sub(period.max(1))..];
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    let optimum = function.extremum(mean);
    let every = |own: &[f64]| -> Vec<f64> { own.iter().step_by(SEEK_EVERY).copied().collect() };
    let curvature = optimum.map(|own| function.jet(own).curvature);
    Ok(json!({
        "theta_hat_every_20": maybe_all(&every(&theta)),
        "j_every_20": maybe_all(&every(&value)),
        "theta_final_mean_last_period": maybe(mean),
        "optimum": optimum,
        "abs_error": optimum.map(|own| (mean - own).abs()),
        "averaging_note": "near an optimum of curvature J'' the error falls at the rate \
                           k a |J''|/2 times w^2/(w^2 + wh^2), what the washout passes",
        "averaged_rate_per_s": curvature.map(|own| law.averaged_rate(own)),
    }))
}

/// A run of adaptive control with a square wave as setpoint.
pub(super) fn mrac(case: &Value) -> Result<Value, CaseError> {
    let of = &case["params"];
    let at = |key: &str| number(&of[key], &format!("params.{key}"));
    let ts = positive(&of["ts"], "params.ts")?;
    let all = count(&of["n"], "params.n", None, SAMPLES_MAX)?;
    let half = positive(&of["square_period_half"], "params.square_period_half")?;
    let plant = FirstOrderPlant {
        a: at("a")?,
        b: at("b")?,
    };
    let law = MracSpec {
        model_rate_per_s: at("am")?,
        model_gain_per_s: at("bm")?,
        gamma: at("gamma")?,
        sigma_per_s: at("sigma")?,
        ..MracSpec::default()
    };
    let mut problems = Problems::default();
    law.validate(&mut problems, "params");
    sound(&problems)?;
    let mut now = [0.0; 4];
    let mut told = [const { Vec::new() }; 4];
    let (mut sum, from) = (0.0, all - all / 4);
    for k in 0..all {
        if k % MRAC_EVERY == 0 {
            for (list, own) in told.iter_mut().zip(now) {
                list.push(own);
            }
        }
        if k >= from {
            sum += (now[0] - now[1]) * (now[0] - now[1]);
        }
        let turn = (k as f64 * ts / half).floor() % 2.0;
        now = law.advance(&plant, now, if turn == 0.0 { 1.0 } else { -1.0 }, ts);
    }
    let [y, ym, theta1, theta2] = told;
    let [ideal1, ideal2] = law.ideal(&plant);
    Ok(json!({
        "every": MRAC_EVERY,
        "y": maybe_all(&y),
        "ym": maybe_all(&ym),
        "theta1": maybe_all(&theta1),
        "theta2": maybe_all(&theta2),
        "ideal": {"theta1": maybe(ideal1), "theta2": maybe(ideal2)},
        "rms_error_last_quarter": maybe((sum / (all - from) as f64).sqrt()),
    }))
}

/// The original laws and their bounded form.
pub(super) fn original(case: &Value) -> Result<Value, CaseError> {
    let input = |key: &str| samples(&case["inputs"][key], &format!("inputs.{key}"));
    let coherence = input("coherence")?;
    let (entropy, suggested) = (input("entropy")?, input("suggested_gain")?);
    for (key, own) in [("entropy", &entropy), ("suggested_gain", &suggested)] {
        if own.len() != coherence.len() {
            let expected = format!("{} numbers, as of coherence", coherence.len());
            let path = format!("inputs.{key}");
            return Err(invalid(&path, &json!(own.len()), &expected));
        }
    }
    let start = |key: &str, usual: f64| match &case["init"][key] {
        Value::Null => Ok(usual),
        own => number(own, &format!("init.{key}")),
    };
    let law = AdaptiveSpec::default();
    let mut literal = start("gain", 1.0)?;
    let mut state = AdaptiveState {
        gain: literal,
        temperature: start("temperature", 0.0)?,
    };
    let mut out = [const { Vec::new() }; 4];
    for k in 0..coherence.len() {
        literal = unbounded_gain(literal, suggested[k]);
        law.step(&mut state, suggested[k], entropy[k]);
        let row = [
            original_gain(coherence[k]),
            literal,
            state.temperature,
            state.gain,
        ];
        for (list, own) in out.iter_mut().zip(row) {
            list.push(own);
        }
    }
    let [u, gain, temperature, bounded] = out;
    Ok(json!({
        "u": maybe_all(&u),
        "gain": maybe_all(&gain),
        "temperature": maybe_all(&temperature),
        "gain_bounded": maybe_all(&bounded),
    }))
}
