//! Limit cycles under a relay, and the exact ultimate point beside what is measured of them.

use serde_json::{Map, Value, json};

use crate::base::num;
use crate::control::linear::{Discrete, LinearPlant, limit_cycle};
use crate::control::relay::{
    Method, PidKind, RelayPhase, RelaySpec, RelayState, TuningRule, Ultimate,
};

use super::case::{CaseError, count, invalid, number, plant, positive, refused};

/// Samples of a limit cycle at most, and of one of its periods.
const SAMPLES: usize = 4_000_000;
const PERIOD: f64 = 50_000.0;

/// The ultimate point of a case's plant, its limit cycle, and what follows from both.
pub(super) fn answer(case: &Value) -> Result<Value, CaseError> {
    let (of, relay) = (&case["plant"], &case["relay"]);
    let ts = positive(&case["ts"], "ts")?;
    let d = number(&relay["d"], "relay.d")?;
    if d == 0.0 {
        return Err(invalid("relay.d", &relay["d"], "a number other than 0"));
    }
    let hysteresis = match &relay["hysteresis"] {
        Value::Null => 0.0,
        own => number(own, "relay.hysteresis")?,
    };
    if hysteresis < 0.0 {
        let found = &relay["hysteresis"];
        return Err(invalid("relay.hysteresis", found, "a number ≥ 0"));
    }
    let samples = match &of["delay_samples"] {
        Value::Null => None,
        own => Some(count(own, "plant.delay_samples", None, SAMPLES)?),
    };
    let delay_s = match &of["delay_s"] {
        Value::Null => samples.unwrap_or(0) as f64 * ts,
        own => number(own, "plant.delay_s")?,
    };
    let plant = plant(of, delay_s)?;
    let delay = samples.unwrap_or((delay_s / ts).round().min(SAMPLES as f64) as usize);
    let sampled = Discrete::with_delay(&plant, ts, delay).map_err(|own| refused("plant", &own))?;
    let exact = plant.ultimate(d.signum()).ok_or_else(|| {
        let expected =
            "a plant whose response reaches −180°, as one with a delay or of third order";
        invalid("plant.den", &of["den"], expected)
    })?;
    let period = exact.period_s / ts;
    if period.is_nan() || period > PERIOD {
        let expected = format!("at least {} s, a 50,000th of Tu", exact.period_s / PERIOD);
        return Err(invalid("ts", &case["ts"], &expected));
    }
    // A limit cycle that is much slower than the ultimate period does not come about.
    let most = ((150.0 * period) as usize + 1000).min(SAMPLES);
    let spec = RelaySpec {
        amplitude: d,
        hysteresis,
        time_limit_s: f64::MAX,
        rule: TuningRule::ZieglerNichols,
        kind: PidKind::Pid,
        ..RelaySpec::default()
    };
    let cycle = limit_cycle(&spec, &sampled, most).ok_or_else(|| {
        let expected = "a relay and a plant that make a limit cycle of at least eight samples";
        invalid("relay", relay, expected)
    })?;
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("ku_exact", json!(exact.gain));
    put("tu_exact", json!(exact.period_s));
    put("wu_exact", json!(num::TAU / exact.period_s));
    put("relay_amplitude_sim", json!(cycle.amplitude));
    put("relay_period_sim", json!(cycle.period_s));
    put("ku_describing_function", json!(cycle.ku_describing));
    put("ku_fourier", json!(cycle.ku_fourier));
    put(
        "ku_ratio_fourier_to_exact",
        json!(cycle.ku_fourier / exact.gain),
    );
    put(
        "ku_ratio_df_to_exact",
        json!(cycle.ku_describing / exact.gain),
    );
    put(
        "tu_ratio_relay_to_exact",
        json!(cycle.period_s / exact.period_s),
    );
    if let Some([amplitude, period]) = first_order_cycle(&plant, d, hysteresis) {
        put("relay_amplitude_exact", json!(amplitude));
        put("relay_period_exact", json!(period));
    }
    put("tuning_from_exact", tunings(exact));
    put("auto_tuner", tuner(&spec, &sampled, most));
    put("trajectory_tail", json!(cycle.tail));
    Ok(Value::Object(out))
}

/// Amplitude and period, s, of the limit cycle of K e^(−sL)/(1 + sτ), which is known in closed
/// form: a = Kd − (Kd − ε) e^(−L/τ), T = 2 (L + τ ln((Kd + a)/(Kd − ε))).
fn first_order_cycle(plant: &LinearPlant, d: f64, hysteresis: f64) -> Option<[f64; 2]> {
    let ([gain], [_, rate]) = (plant.numerator(), plant.denominator()) else {
        return None;
    };
    let delay = plant.delay_s();
    let (tau, most) = (1.0 / rate, gain / rate * d);
    if delay == 0.0 || *rate <= 0.0 || most <= hysteresis {
        return None;
    }
    let amplitude = most - (most - hysteresis) * num::exp(-delay / tau);
    let half = delay + tau * num::ln((most + amplitude) / (most - hysteresis));
    Some([amplitude, 2.0 * half])
}

fn tunings(exact: Ultimate) -> Value {
    let mut out = Map::new();
    for (name, rule, kind) in [
        ("zn_pid", TuningRule::ZieglerNichols, PidKind::Pid),
        ("zn_pi", TuningRule::ZieglerNichols, PidKind::Pi),
        ("tyreus_luyben_pid", TuningRule::TyreusLuyben, PidKind::Pid),
        ("tyreus_luyben_pi", TuningRule::TyreusLuyben, PidKind::Pi),
    ] {
        let Some(gains) = rule.gains(kind, exact, None) else {
            continue;
        };
        let mut own = Map::new();
        own.insert("kp".to_owned(), json!(gains.kp));
        for (name, time) in [("ti", gains.ti_s), ("td", gains.td_s)] {
            if let Some(time) = time {
                own.insert(name.to_owned(), json!(time));
            }
        }
        out.insert(name.to_owned(), Value::Object(own));
    }
    Value::Object(out)
}

/// What the experiment in the loop finds of the same plant.
fn tuner(spec: &RelaySpec, plant: &Discrete, most: usize) -> Value {
    let (ts, mut state) = (plant.sample_s(), RelayState::default());
    let mut plant = plant.at_rest();
    for _ in 0..most {
        let step = spec.step(&mut state, 0.0, plant.output(), ts);
        match step.phase {
            RelayPhase::Tuned(found) => {
                return json!({
                    "ku": found.ultimate.gain,
                    "tu": found.ultimate.period_s,
                    "method": match found.method {
                        Method::Harmonics => "harmonics",
                        Method::Fourier => "fourier",
                    },
                    "relative_error": found.error,
                    "samples": (state.time_s / ts).round(),
                });
            }
            RelayPhase::Aborted(why) => return json!({"aborted": why.to_string()}),
            _ => plant.advance(step.output),
        }
    }
    Value::Null
}
