//! `phantom control tune`.

use anyhow::{Result, anyhow, bail, ensure};
use serde_json::{Value, json};

use crate::base::{Problems, num};
use crate::cli::answers::print_answers;
use crate::cli::exit;
use crate::cli::say::{aside, say};
use crate::control::linear::{Assessment, Discrete, LinearPlant, assess};
use crate::control::pid::PidSpec;
use crate::control::relay::{
    Gains, Method, PidKind, RelayPhase, RelaySpec, RelayState, RelayTuning, TuningRule, Ultimate,
};

use super::args::{MethodArg, TuneArgs};
use super::plot::{self, Cycle, Shown};
use super::tell::{self, digits};

/// Samples of an experiment at most.
const SAMPLES_MAX: usize = 2_000_000;

/// Finds gains and tells what to expect of them.
pub fn run(args: &TuneArgs) -> Result<u8> {
    let (plant, ts) = args.plant.read()?;
    let growth = plant.growth();
    ensure!(
        growth <= 1e-9,
        "the plant has a pole with the real part {} /s, expected none that grows: rules of tuning \
         are for plants that rest by themselves; try gains by `phantom control step`",
        digits(growth)
    );
    let (rule, kind) = (TuningRule::from(args.rule), PidKind::from(args.kind));
    let sign = plant.sign();
    let Some(exact) = plant.ultimate(sign) else {
        bail!(
            "the plant's response never crosses −180°, expected a delay or a plant of third order: \
             what limits its gain is the delay of sensor and actuator, which --delay takes"
        );
    };
    let static_gain = plant.static_gain();
    let (ultimate, relay) = match args.method {
        MethodArg::Exact => (exact, None),
        MethodArg::Relay => {
            let found = experiment(args, &plant, ts, static_gain)?;
            (found.0.ultimate, Some(found))
        }
    };
    let gains = rule.gains(kind, ultimate, static_gain).ok_or_else(|| {
        let expected = "expected --kind pi or pid for Tyreus–Luyben, or another --rule";
        anyhow!("{rule} gives no {kind} law here, {expected}")
    })?;
    // Rounded as they are told, so that what is told of the loop holds for what is told of the law.
    let law = rounded(&gains.law(&PidSpec::default()));
    let found = assess(&plant, &law, ts, 1.0, args.show.time()?)?;
    let mut notes = tell::notes(&law, &found);
    let samples = exact.period_s / ts;
    if samples < 20.0 {
        notes.push(format!(
            "a period of the ultimate point has {} samples, expected at least 20: what sampling \
             costs is in the margins, and not in the gains",
            digits(samples)
        ));
    }
    for note in &notes {
        aside!("note: {note}");
    }
    if let Some(out) = &args.show.plot {
        let shown = Shown {
            title: format!("{}: {rule} {kind}", args.plant.shown()),
            law: &law,
            found: &found,
            relay: relay.as_ref().map(|(_, cycle)| cycle),
        };
        plot::write(out, &shown)?;
    }
    let told = Told {
        args,
        ts,
        exact,
        ultimate,
        gains,
        law,
        relay: relay.map(|(found, _)| found),
    };
    match args.show.json {
        true => told.document(&found, &notes)?,
        false => told.table(&found),
    }
    Ok(exit::OK)
}

/// What is told of gains.
struct Told<'a> {
    args: &'a TuneArgs,
    ts: f64,
    exact: Ultimate,
    ultimate: Ultimate,
    gains: Gains,
    law: PidSpec,
    relay: Option<RelayTuning>,
}

impl Told<'_> {
    fn document(&self, found: &Assessment, notes: &[String]) -> Result<()> {
        let mut out = tell::document(&self.law, found, notes);
        let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
        put("plant", json!(self.args.plant.shown()));
        put("rule", json!(TuningRule::from(self.args.rule).to_string()));
        put("kind", json!(PidKind::from(self.args.kind).to_string()));
        put("ku", json!(self.ultimate.gain));
        put("tu_s", json!(self.ultimate.period_s));
        put("ku_exact", json!(self.exact.gain));
        put("tu_exact_s", json!(self.exact.period_s));
        put("gains", gains_document(&self.law, &self.gains));
        if let Some(found) = &self.relay {
            put("relay", relay_document(found));
        }
        print_answers(vec![Value::Object(out)], false)
    }

    fn table(&self, found: &Assessment) {
        let (exact, law, gains) = (&self.exact, &self.law, &self.gains);
        let (rule, kind) = (
            TuningRule::from(self.args.rule),
            PidKind::from(self.args.kind),
        );
        say!(
            "{}, sampled every {} s",
            self.args.plant.shown(),
            digits(self.ts)
        );
        let [ku, tu] = [exact.gain, exact.period_s].map(digits);
        say!("  {:<22} Ku {ku}, Tu {tu} s", "ultimate point");
        if let Some(found) = &self.relay {
            tell_relay(found, *exact);
        }
        let law_name = format!("{rule} {kind}");
        let [ti, td] = [("Ti", gains.ti_s), ("Td", gains.td_s)].map(|(name, own)| {
            own.map_or(String::new(), |own| format!(", {name} {} s", digits(own)))
        });
        say!(
            "  {law_name:<22} kp {}, ki {}, kd {}{ti}{td}",
            law.kp,
            law.ki,
            law.kd
        );
        tell::table(found);
        say!("for a scene:\n  law: {},", tell::ron(law));
    }
}

/// Six digits of each gain.
fn rounded(law: &PidSpec) -> PidSpec {
    let short = |x: f64| format!("{x:.5e}").parse().unwrap_or(x);
    PidSpec {
        kp: short(law.kp),
        ki: short(law.ki),
        kd: short(law.kd),
        derivative_filter_s: short(law.derivative_filter_s),
        ..law.clone()
    }
}

/// Runs the experiment on the plant; gives what it found and its course.
fn experiment(
    args: &TuneArgs,
    plant: &LinearPlant,
    ts: f64,
    static_gain: Option<f64>,
) -> Result<(RelayTuning, Cycle)> {
    let spec = RelaySpec {
        amplitude: args.amplitude.abs() * plant.sign(),
        hysteresis: args.hysteresis,
        rule: TuningRule::ZieglerNichols,
        kind: PidKind::P,
        time_limit_s: ts * SAMPLES_MAX as f64,
        static_gain,
        ..RelaySpec::default()
    };
    let mut problems = Problems::default();
    spec.validate(&mut problems, "relay");
    if let Some(own) = problems.list().first() {
        bail!("{}: {}", own.path, own.message);
    }
    let (mut at, mut state) = (Discrete::new(plant, ts)?.at_rest(), RelayState::default());
    let mut cycle = Cycle::default();
    for k in 0..SAMPLES_MAX {
        let y = at.output();
        let step = spec.step(&mut state, 0.0, y, ts);
        match step.phase {
            RelayPhase::Tuned(found) => return Ok((found, cycle)),
            RelayPhase::Aborted(why) => bail!("the relay experiment was given up: {why}"),
            _ => {}
        }
        let time = k as f64 * ts;
        cycle.y.push([time, y]);
        cycle.u.push([time, step.output]);
        at.advance(step.output);
    }
    bail!("the relay made no steady limit cycle in {SAMPLES_MAX} samples, expected one before")
}

fn tell_relay(found: &RelayTuning, exact: Ultimate) {
    let off = |ku: f64| format!("{:+.2} %", 100.0 * (ku / exact.gain - 1.0));
    let row = |head: &str, ku: f64, told: String| {
        say!(
            "  {head:<22} Ku {:<10} {:>9} of the exact one; {told}",
            digits(ku),
            off(ku)
        );
    };
    let own = 100.0 * found.error;
    let method = match found.method {
        Method::Harmonics => "relay, harmonics",
        Method::Fourier => "relay, Fourier",
    };
    row(
        method,
        found.ultimate.gain,
        format!("its own error {own:.2} %"),
    );
    let told = format!("{:.1}° beside −180°", found.phase_rad.to_degrees());
    row("relay, fundamental", found.ku_fourier, told);
    let told = format!(
        "{:.1} % from the fundamental",
        100.0 * found.describing_error
    );
    row("relay, describing f.", found.ku_describing, told);
    say!(
        "  {:<22} amplitude {}, period {} s, third harmonic {:.1} %",
        "limit cycle",
        digits(found.amplitude),
        digits(found.period_s),
        100.0 * found.harmonic_share
    );
}

fn gains_document(law: &PidSpec, gains: &Gains) -> Value {
    json!({
        "kp": law.kp,
        "ki": law.ki,
        "kd": law.kd,
        "derivative_filter_s": law.derivative_filter_s,
        "ti_s": gains.ti_s,
        "td_s": gains.td_s,
    })
}

fn relay_document(found: &RelayTuning) -> Value {
    json!({
        "ku": found.ultimate.gain,
        "tu_s": found.ultimate.period_s,
        "method": match found.method {
            Method::Harmonics => "harmonics",
            Method::Fourier => "fourier",
        },
        "relative_error": found.error,
        "ku_fourier": found.ku_fourier,
        "ku_describing_function": found.ku_describing,
        "describing_error": found.describing_error,
        "amplitude": found.amplitude,
        "period_s": found.period_s,
        "period_spread": found.period_spread,
        "harmonic_share": found.harmonic_share,
        "phase_deg": found.phase_rad * 360.0 / num::TAU,
    })
}
