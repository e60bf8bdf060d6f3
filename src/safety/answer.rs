//! Answers to reference cases of safety: JSON in, JSON out, with the names of the case.

use serde_json::{Value, json};

use crate::base::Problems;
use crate::control::answer::case::{
    CaseError, SAMPLES_MAX, count, finite, invalid, maybe_all, number, positive, samples, sound,
};

use super::alarm::{AlarmCause, AlarmEvent, AlarmMemory, AlarmSpec, Side};
use super::barrier::{Barrier, Filtered, Projected, filter, project, unbounded};
use super::gate::{GateVerdict, OnExcess, gate};
use super::simplex::{Controller, DoubleIntegrator, SimplexSpec, SimplexState};

/// The kinds of cases that can be answered.
pub const KINDS: [&str; 4] = ["kernel_gate", "alarm", "cbf", "simplex"];

/// Answers a case: `kernel_gate` (a list of verdicts), `alarm`, `cbf` (barrier filter) or `simplex`
/// (run-time assurance). The answer has the form of the case's `expected`, which is not looked at.
///
/// # Errors
/// With the place in the case and what was expected there.
pub fn answer(case: &Value) -> Result<Value, CaseError> {
    match case["kind"].as_str().unwrap_or_default() {
        "kernel_gate" => verdicts(case),
        "alarm" => alarm(case),
        "cbf" => barriers(case),
        "simplex" => simplex(case),
        _ => Err(invalid(
            "kind",
            &case["kind"],
            &format!("one of {}", KINDS.join(", ")),
        )),
    }
}

/// For each value the verdict, what passes, and the rule that it broke.
fn verdicts(case: &Value) -> Result<Value, CaseError> {
    let limit = number(&case["limit"], "limit")?;
    let values = samples(&case["input"], "input")?;
    let each = values
        .into_iter()
        .map(|value| match gate(value, limit, OnExcess::Clamp) {
            GateVerdict::Pass(own) => json!(["pass", own, null]),
            GateVerdict::Clamped(own, rule) => json!(["clamp", own, rule.to_string()]),
            GateVerdict::Rejected(rule) => json!(["reject", 0.0, rule.to_string()]),
        });
    Ok(each.collect())
}

/// The states of an alarm, and its transitions.
fn alarm(case: &Value) -> Result<Value, CaseError> {
    let of = &case["params"];
    let values = samples(&case["input"], "input")?;
    let (side, key) = match (&of["hi"], &of["lo"]) {
        (Value::Null, Value::Null) => {
            return Err(invalid("params.hi", &of["hi"], "a threshold hi or lo"));
        }
        (Value::Null, _) => (Side::Low, "lo"),
        _ => (Side::High, "hi"),
    };
    let delay = |key: &str| {
        let path = format!("params.{key}");
        let own = count(&of[key], &path, Some(1), SAMPLES_MAX)?;
        u32::try_from(own).map_err(|_| invalid(&path, &of[key], "a whole number"))
    };
    let spec = AlarmSpec {
        side,
        threshold: number(&of[key], &format!("params.{key}"))?,
        clear: match &of["clear"] {
            Value::Null => None,
            own => Some(number(own, "params.clear")?),
        },
        on_delay: delay("on_delay")?,
        off_delay: delay("off_delay")?,
        latch: false,
    };
    let mut problems = Problems::default();
    spec.validate(&mut problems, "params");
    sound(&problems)?;
    let mut memory = AlarmMemory::default();
    let (mut states, mut events) = (Vec::new(), Vec::new());
    for (k, value) in values.into_iter().enumerate() {
        match spec.step(&mut memory, value) {
            Some(AlarmEvent::Raised(AlarmCause::NonFinite)) => {
                events.push(json!([k, "raise", "invalid"]));
            }
            Some(AlarmEvent::Raised(AlarmCause::Threshold)) => {
                let cause = if side == Side::High { "high" } else { "low" };
                events.push(json!([k, "raise", cause]));
            }
            Some(_) => events.push(json!([k, "clear", null])),
            None => {}
        }
        states.push(u8::from(memory.active));
    }
    Ok(json!({"state": states, "events": events}))
}

/// For dx = u within the unit ball, h = 1 − |x|²: the command nearest to the wanted one.
fn barriers(case: &Value) -> Result<Value, CaseError> {
    let list = case["cases"]
        .as_array()
        .ok_or_else(|| invalid("cases", &case["cases"], "a list"))?;
    let mut out = Vec::new();
    for (k, own) in list.iter().enumerate() {
        let at = |key: &str| format!("cases[{k}].{key}");
        let x = finite(&own["x"], &at("x"))?;
        let wanted = finite(&own["u_nom"], &at("u_nom"))?;
        let alpha = number(&own["alpha"], &at("alpha"))?;
        if wanted.len() != x.len() || x.is_empty() {
            let expected = format!("{} numbers, as of x, at least one", x.len());
            return Err(invalid(&at("u_nom"), &own["u_nom"], &expected));
        }
        let h = 1.0 - x.iter().map(|x| x * x).sum::<f64>();
        let gradient: Vec<f64> = x.iter().map(|x| -2.0 * x).collect();
        let offset = alpha * h;
        let found = match (x.as_slice(), wanted.as_slice()) {
            ([_], [u]) => nearest([*u], &gradient, offset),
            ([_, _], [u, v]) => nearest([*u, *v], &gradient, offset),
            ([_, _, _], [u, v, w]) => nearest([*u, *v, *w], &gradient, offset),
            _ => {
                let mut own = wanted;
                match project(&mut own, &gradient, offset) {
                    Projected::Unchanged => (maybe_all(&own), false),
                    Projected::Changed => (maybe_all(&own), true),
                    Projected::Refused => (Value::Null, true),
                }
            }
        };
        out.push(json!({"u": found.0, "active": found.1}));
    }
    Ok(json!({"cases": out}))
}

/// The command of a filter of one barrier, null when there is none, and whether it was changed.
fn nearest<const D: usize>(wanted: [f64; D], gradient: &[f64], offset: f64) -> (Value, bool) {
    let barrier = Barrier {
        gradient: std::array::from_fn(|k| gradient[k]),
        offset,
    };
    let found = filter(wanted, &[barrier], &unbounded());
    match found {
        Filtered::Unchanged(command) => (maybe_all(&command), false),
        Filtered::Changed { command, .. } => (maybe_all(&command), true),
        Filtered::Infeasible { .. } | Filtered::Unusable { .. } => (Value::Null, true),
    }
}

/// A mass on a line, driven by a controller that aims beyond the limit.
fn simplex(case: &Value) -> Result<Value, CaseError> {
    let of = &case["params"];
    let at = |key: &str| number(&of[key], &format!("params.{key}"));
    let ts = positive(&of["ts"], "params.ts")?;
    let all = count(&of["n"], "params.n", None, SAMPLES_MAX)?;
    let brake = positive(&of["umax"], "params.umax")?;
    let plant = DoubleIntegrator {
        limit: at("xmax")?,
        brake,
    };
    let gain = at("kadv")?;
    let mut now = [at("x0")?, at("v0")?];
    let (spec, mut state) = (SimplexSpec::default(), SimplexState::default());
    let mut told = [const { Vec::new() }; 3];
    let (mut advanced, mut switches) = (Vec::new(), Vec::new());
    for k in 0..all {
        let [x, v] = now;
        let wanted = gain * (1.5 * plant.limit - x) - 0.2 * v;
        let step = spec.step(
            &mut state,
            wanted.max(-brake).min(brake),
            || plant.braking(v, ts),
            |u| plant.is_recoverable(plant.advance(now, *u, ts)),
        );
        let is_advanced = step.controller == Controller::Advanced;
        if step.switched {
            let name = if is_advanced { "advanced" } else { "baseline" };
            switches.push(json!([k, name]));
        }
        for (list, own) in told.iter_mut().zip([x, v, step.command]) {
            list.push(own);
        }
        advanced.push(u8::from(is_advanced));
        now = plant.advance(now, step.command, ts);
    }
    let [x, v, u] = told;
    let farthest = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ok(json!({
        "x": maybe_all(&x),
        "v": maybe_all(&v),
        "u": maybe_all(&u),
        "advanced": advanced,
        "switches": switches,
        "max_x": if farthest.is_finite() { json!(farthest) } else { Value::Null },
    }))
}
