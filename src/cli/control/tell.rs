//! What is told of a loop, in words and as JSON.

use serde_json::{Map, Value, json};

use crate::base::num;
use crate::cli::say::say;
use crate::control::linear::{Assessment, Stability, StepMetrics};
use crate::control::pid::{AntiWindup, PidSpec};

/// A number as people read it: five digits.
pub fn digits(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e6).contains(&size) {
        return format!("{value:.4e}");
    }
    // Places behind the point that five digits leave.
    let before = if size >= 1.0 {
        size.to_string().find('.').map_or(5, |k| k.min(5))
    } else {
        0
    };
    let text = format!("{value:.*}", 5 - before);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

fn decibels(factor: f64) -> f64 {
    20.0 * num::ln(factor) / std::f64::consts::LN_10
}

/// The law as it stands in a scene. Only what differs from the defaults is written.
pub fn ron(law: &PidSpec) -> String {
    let usual = PidSpec::default();
    let mut parts = Vec::new();
    for (name, value, usual) in [
        ("kp", law.kp, usual.kp),
        ("ki", law.ki, usual.ki),
        ("kd", law.kd, usual.kd),
        ("derivative_filter_s", law.derivative_filter_s, 0.0),
        ("setpoint_weight", law.setpoint_weight, 1.0),
        ("derivative_weight", law.derivative_weight, 0.0),
        ("feed_forward", law.feed_forward, 0.0),
        ("feed_forward_gain", law.feed_forward_gain, 0.0),
    ] {
        if value != usual {
            parts.push(format!("{name}: {value}"));
        }
    }
    for (name, value) in [
        ("output_min", law.output_min),
        ("output_max", law.output_max),
        ("rate_per_s", law.rate_per_s),
    ] {
        if let Some(value) = value {
            parts.push(format!("{name}: Some({value})"));
        }
    }
    let rule = match law.anti_windup {
        AntiWindup::Clamping => None,
        AntiWindup::None => Some("None".to_owned()),
        AntiWindup::Conditional => Some("Conditional".to_owned()),
        AntiWindup::BackCalculation { tracking_s: None } => Some("BackCalculation()".to_owned()),
        AntiWindup::BackCalculation {
            tracking_s: Some(own),
        } => Some(format!("BackCalculation(tracking_s: Some({own}))")),
    };
    parts.extend(rule.map(|own| format!("anti_windup: {own}")));
    format!("Pid({})", parts.join(", "))
}

/// What is to be known of a loop beside its numbers.
pub fn notes(law: &PidSpec, own: &Assessment) -> Vec<String> {
    let mut notes = Vec::new();
    match own.stability {
        Stability::Stable => {}
        Stability::Border => notes.push(
            "the loop stands at the border of stability, expected a stable one; its margins mean \
             nothing"
                .to_owned(),
        ),
        Stability::Unstable(poles) => notes.push(format!(
            "the loop is unstable, with poles beyond the unit circle ({poles}); its margins mean \
             nothing"
        )),
    }
    let limited = law.output_min.is_some() || law.output_max.is_some() || law.rate_per_s.is_some();
    if limited {
        notes.push("margins and stability are those without the limits of the output".to_owned());
    }
    let ts = own.plant.sample_s();
    let fastest = own.margins.phase_at_rad_s.map(|own| own * ts);
    if fastest.is_some_and(|own| own > 0.5) {
        notes.push(
            "the loop is sampled less than 13 times in a period of its crossover: a shorter --ts \
             leaves more margin"
                .to_owned(),
        );
    }
    notes
}

/// Prints margins, stability and the answer.
pub fn table(own: &Assessment) {
    let row = |head: &str, text: String| say!("  {head:<22} {text}");
    let hz =
        |own: Option<f64>| own.map_or(String::new(), |own| format!(" at {} rad/s", digits(own)));
    let margins = &own.margins;
    row(
        "stability",
        match own.stability {
            Stability::Stable => "stable".to_owned(),
            Stability::Border => "at the border".to_owned(),
            Stability::Unstable(poles) => {
                format!("UNSTABLE: poles beyond the unit circle: {poles}")
            }
        },
    );
    let gain = margins.gain.map_or("unlimited".to_owned(), |gain| {
        let (db, at) = (digits(decibels(gain)), hz(margins.gain_at_rad_s));
        format!("{} ({db} dB){at}", digits(gain))
    });
    row("gain margin", gain);
    if let Some(least) = margins.gain_least {
        let db = digits(decibels(least));
        row("least gain", format!("{} ({db} dB)", digits(least)));
    }
    let phase = margins.phase_rad.map_or("none".to_owned(), |phase| {
        let at = hz(margins.phase_at_rad_s);
        format!("{}°{at}", digits(phase.to_degrees()))
    });
    row("phase margin", phase);
    if let Some(delay) = margins.delay_s {
        row("delay margin", format!("{} s", digits(delay)));
    }
    row("sensitivity peak", digits(margins.sensitivity));
    let found = &own.metrics;
    if let Some(step) = &found.step {
        let time =
            |own: Option<f64>| own.map_or("not reached".to_owned(), |t| format!("{} s", digits(t)));
        row("overshoot", format!("{} %", digits(step.overshoot_percent)));
        row("settling, 2 %", time(step.settling_s));
        row("rise, 10 to 90 %", time(step.rise_s));
    }
    let sums = format!(
        "IAE {}, ISE {}, ITAE {}",
        digits(found.iae),
        digits(found.ise),
        digits(found.itae)
    );
    row("error", sums);
    let output = format!(
        "{} … {}, total variation {}",
        digits(found.u_min),
        digits(found.u_max),
        digits(found.total_variation_u)
    );
    row("output", output);
}

fn maybe(value: f64) -> Value {
    if value.is_finite() {
        json!(value)
    } else {
        Value::Null
    }
}

/// The numbers of an answer by the names of reference cases.
fn metrics(found: &StepMetrics) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("iae", maybe(found.iae));
    put("ise", maybe(found.ise));
    put("itae", maybe(found.itae));
    put("u_max", maybe(found.u_max));
    put("u_min", maybe(found.u_min));
    put("total_variation_u", maybe(found.total_variation_u));
    put("y_final", maybe(found.y_final));
    if let Some(step) = &found.step {
        put("overshoot_pct_of_step", maybe(step.overshoot_percent));
        put("settling_time_2pct_after_step", json!(step.settling_s));
        put("rise_time_10_90", json!(step.rise_s));
    }
    Value::Object(out)
}

/// The document of a loop.
pub fn document(law: &PidSpec, own: &Assessment, notes: &[String]) -> Map<String, Value> {
    let margins = &own.margins;
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("sample_s", json!(own.plant.sample_s()));
    put("delay_samples", json!(own.plant.delay()));
    put("law", json!(ron(law)));
    put(
        "stability",
        match own.stability {
            Stability::Stable => json!("stable"),
            Stability::Border => json!("border"),
            Stability::Unstable(_) => json!("unstable"),
        },
    );
    put(
        "margins",
        json!({
            "gain": margins.gain,
            "gain_db": margins.gain.map(decibels),
            "gain_at_rad_s": margins.gain_at_rad_s,
            "gain_least": margins.gain_least,
            "phase_deg": margins.phase_rad.map(f64::to_degrees),
            "phase_at_rad_s": margins.phase_at_rad_s,
            "delay_s": margins.delay_s,
            "sensitivity": maybe(margins.sensitivity),
        }),
    );
    put("metrics", metrics(&own.metrics));
    put("notes", json!(notes));
    out
}

/// The series of a loop.
pub fn series(own: &Assessment) -> Value {
    let ts = own.plant.sample_s();
    let all = |own: &[f64]| -> Value { own.iter().map(|x| maybe(*x)).collect() };
    let time = (0..own.reference.len()).map(|k| json!(k as f64 * ts));
    json!({
        "t": time.collect::<Vec<_>>(),
        "setpoint": own.reference,
        "y": all(&own.series.y),
        "u": all(&own.series.u),
        "v": all(&own.series.v),
        "integral": all(&own.series.integral),
    })
}
