//! Sampled loops under a PID law.

use serde_json::{Map, Value, json};

use crate::base::Problems;
use crate::control::linear::{Discrete, Disturbance, LoopRun, Manual, StepMetrics, step_metrics};
use crate::control::pid::{AntiWindup, PidSpec};

use super::case::{
    CaseError, SAMPLES_MAX, count, finite, invalid, maybe, maybe_all, number, plant, positive,
    refused, sound,
};

/// The sample at which a setpoint that is no single step is taken to begin.
const USUAL_STEP: usize = 10;

/// The settings of a law, beside those of `base`.
fn law(settings: &Value, base: &PidSpec, path: &str) -> Result<PidSpec, CaseError> {
    let expected = "settings of a law: kp, ki, kd, tf, b, c, uff, lo, hi, rate, aw, tt";
    let own = settings
        .as_object()
        .ok_or_else(|| invalid(path, settings, expected))?;
    let mut spec = base.clone();
    for (key, value) in own {
        let at = format!("{path}.{key}");
        let limit = |value: &Value| match value {
            Value::Null => Ok(None),
            other => number(other, &at).map(Some),
        };
        let slot = match key.as_str() {
            "kp" => &mut spec.kp,
            "ki" => &mut spec.ki,
            "kd" => &mut spec.kd,
            "tf" => &mut spec.derivative_filter_s,
            "b" => &mut spec.setpoint_weight,
            "c" => &mut spec.derivative_weight,
            "uff" | "u_ff" => &mut spec.feed_forward,
            "lo" => {
                spec.output_min = limit(value)?;
                continue;
            }
            "hi" => {
                spec.output_max = limit(value)?;
                continue;
            }
            "rate" => {
                spec.rate_per_s = limit(value)?;
                continue;
            }
            "aw" => {
                spec.anti_windup = anti_windup(value, &own.get("tt").cloned(), &at)?;
                continue;
            }
            "tt" => {
                if !own.contains_key("aw") {
                    let aw = json!("back");
                    spec.anti_windup = anti_windup(&aw, &Some(value.clone()), &at)?;
                }
                continue;
            }
            _ => return Err(invalid(&at, value, expected)),
        };
        *slot = number(value, &at)?;
    }
    let mut problems = Problems::default();
    spec.validate(&mut problems, path);
    sound(&problems)?;
    Ok(spec)
}

fn anti_windup(
    value: &Value,
    tracking: &Option<Value>,
    path: &str,
) -> Result<AntiWindup, CaseError> {
    Ok(match value.as_str().unwrap_or_default() {
        "none" => AntiWindup::None,
        "clamp" => AntiWindup::Clamping,
        "conditional" => AntiWindup::Conditional,
        "back" => AntiWindup::BackCalculation {
            tracking_s: match tracking {
                None | Some(Value::Null) => None,
                Some(own) => Some(positive(own, path)?),
            },
        },
        _ => {
            let expected = "\"none\", \"clamp\", \"conditional\" or \"back\"";
            return Err(invalid(path, value, expected));
        }
    })
}

/// The loop of a case, sample by sample, and its numbers.
pub(super) fn answer(case: &Value) -> Result<Value, CaseError> {
    let ts = positive(&case["ts"], "ts")?;
    let mut reference = finite(&case["reference"], "reference")?;
    let samples = count(&case["n"], "n", Some(reference.len()), SAMPLES_MAX)?;
    if samples > reference.len() {
        let expected = format!("at most {}, the samples of the reference", reference.len());
        return Err(invalid("n", &case["n"], &expected));
    }
    reference.truncate(samples);
    let of = &case["plant"];
    if of["x0"].as_f64().is_some_and(|x| x != 0.0) {
        return Err(invalid("plant.x0", &of["x0"], "0: plants begin at rest"));
    }
    let delay = count(
        &of["delay_samples"],
        "plant.delay_samples",
        Some(0),
        samples,
    )?;
    let plant = plant(of, delay as f64 * ts)?;
    let plant = Discrete::with_delay(&plant, ts, delay).map_err(|own| refused("plant", &own))?;
    let first = law(&case["pid"], &PidSpec::default(), "pid")?;
    let noise = match &case["measurement_noise"] {
        Value::Null => Vec::new(),
        own => finite(own, "measurement_noise")?,
    };
    let retunes = retunes(&case["retune_before_step"], &first)?;
    let missing = missing(&case["nan_measurement_at"])?;
    let run = LoopRun {
        noise: &noise,
        disturbance: disturbance(&case["disturbance"], samples)?,
        missing: &missing,
        manual: manual(&case["manual"])?,
        retunes: &retunes,
        ..LoopRun::new(&plant, &first, &reference)
    };
    let series = run.run();
    let mut changes = (1..samples).filter(|k| reference[*k] != reference[*k - 1]);
    let step_at = match (changes.next(), changes.next()) {
        (Some(only), None) => only,
        _ => USUAL_STEP.min(samples.saturating_sub(1)),
    };
    let found = step_metrics(&reference, &series.y, &series.u, ts, step_at);
    Ok(json!({
        "y": maybe_all(&series.y),
        "u": maybe_all(&series.u),
        "v": maybe_all(&series.v),
        "i_after": maybe_all(&series.integral),
        "metrics": metrics(&found),
    }))
}

/// The numbers of an answer by the names of a case.
pub(super) fn metrics(found: &StepMetrics) -> Value {
    let mut out = Map::new();
    for (name, value) in [
        ("iae", found.iae),
        ("ise", found.ise),
        ("itae", found.itae),
        ("u_max", found.u_max),
        ("u_min", found.u_min),
        ("total_variation_u", found.total_variation_u),
        ("y_final", found.y_final),
    ] {
        out.insert(name.to_owned(), maybe(value));
    }
    if let Some(step) = &found.step {
        let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
        put("overshoot_pct_of_step", maybe(step.overshoot_percent));
        put("settling_time_2pct_after_step", json!(step.settling_s));
        put("rise_time_10_90", json!(step.rise_s));
    }
    Value::Object(out)
}

fn retunes(value: &Value, first: &PidSpec) -> Result<Vec<(usize, PidSpec)>, CaseError> {
    let path = "retune_before_step";
    let expected = "settings of a law by the number of a sample";
    let own = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Object(own) => own,
        other => return Err(invalid(path, other, expected)),
    };
    let mut all: Vec<(usize, &Value)> = Vec::new();
    for (key, settings) in own {
        let at = key
            .parse()
            .map_err(|_| invalid(path, &json!(key), expected))?;
        all.push((at, settings));
    }
    all.sort_by_key(|(at, _)| *at);
    let mut laws: Vec<(usize, PidSpec)> = Vec::new();
    for (at, settings) in all {
        let before = laws.last().map_or(first, |(_, law)| law);
        let next = law(settings, before, &format!("{path}.{at}"))?;
        laws.push((at, next));
    }
    Ok(laws)
}

fn missing(value: &Value) -> Result<Vec<usize>, CaseError> {
    let path = "nan_measurement_at";
    let list = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        other => return Err(invalid(path, other, "a list of numbers of samples")),
    };
    let each = list.iter().map(|own| count(own, path, None, SAMPLES_MAX));
    let mut all = each.collect::<Result<Vec<usize>, CaseError>>()?;
    all.sort_unstable();
    Ok(all)
}

fn disturbance(value: &Value, samples: usize) -> Result<Option<Disturbance>, CaseError> {
    if value.is_null() {
        return Ok(None);
    }
    let at = |key: &str| format!("disturbance.{key}");
    Ok(Some(Disturbance {
        at: count(&value["at"], &at("at"), None, SAMPLES_MAX)?,
        until: count(&value["until"], &at("until"), Some(samples), SAMPLES_MAX)?,
        value: number(&value["value"], &at("value"))?,
    }))
}

fn manual(value: &Value) -> Result<Option<Manual>, CaseError> {
    if value.is_null() {
        return Ok(None);
    }
    let at = |key: &str| format!("manual.{key}");
    Ok(Some(Manual {
        from: count(&value["from"], &at("from"), None, SAMPLES_MAX)?,
        to: count(&value["to"], &at("to"), None, SAMPLES_MAX)?,
        value: number(&value["u"], &at("u"))?,
    }))
}
