//! A control loop in words: its law, what it measures and moves, what limits it, its tuning.

use bevy_egui::egui::Color32;

use crate::control::{Law, LoopSpec, Output};

use super::state::ViewState;
use super::theme;

/// The law's own limits hold its output.
pub const SATURATED: u8 = 8;
/// The law had no measure, and kept its output.
pub const HELD: u8 = 9;

/// What may limit a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Its number: 1 to 7 as in the term `bound`, then [`SATURATED`] and [`HELD`].
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// What it means while it acts.
    pub help: &'static str,
    /// Its colour.
    pub color: Color32,
}

/// All that may limit a command.
pub const LIMITS: [Limit; 9] = [
    limit(
        1,
        "greatest command",
        "The command was greater than safety.max_energy: it was refused or clamped to it.",
        theme::ALERT,
    ),
    limit(
        2,
        "slew",
        "The command changed faster than safety.max_slew_per_s, and followed as fast as it may.",
        theme::ENTROPY,
    ),
    limit(
        3,
        "power",
        "The mean magnitude over safety.power_window_s had reached safety.max_power.",
        theme::FIELD,
    ),
    limit(
        4,
        "barrier",
        "A barrier moved the command to the nearest one that keeps its measure within the bound.",
        theme::RESONANCE,
    ),
    limit(
        5,
        "clamp of a rule",
        "A rule is violated and clamps the command.",
        theme::REFERENCE,
    ),
    limit(
        6,
        "fall-back",
        "The loop's fall-back gives the output: a rule is violated, barriers contradict each \
         other, or a barrier has no measure.",
        theme::BLUE,
    ),
    limit(
        7,
        "not finite",
        "The command was no finite number, and was refused.",
        theme::ALERT,
    ),
    limit(
        SATURATED,
        "limits of the law",
        "The output is at the least or greatest one that the law itself allows.",
        Color32::GRAY,
    ),
    limit(
        HELD,
        "no measure",
        "There was no measure, and the law kept its output.",
        theme::COHERENCE,
    ),
];

const fn limit(number: u8, name: &'static str, help: &'static str, color: Color32) -> Limit {
    Limit {
        number,
        name,
        help,
        color,
    }
}

/// The limit with a number, if there is one.
#[must_use]
pub fn limit_of(number: u8) -> Option<&'static Limit> {
    LIMITS.iter().find(|own| own.number == number)
}

/// A law's name with what it does.
#[must_use]
pub fn law_of(law: &Law) -> (String, &'static str) {
    let (name, help) = match law {
        Law::Original => (
            "original law",
            "0.5 · (1 − coherence), whatever the loop measures; it has no setpoint.",
        ),
        Law::Pid(_) => (
            "PID",
            "P answers the deviation of the measure from its setpoint, I what of it lasts, D how \
             fast it changes; the output is their sum.",
        ),
        Law::Relay(_) => (
            "relay tuning",
            "A relay makes the plant swing about its setpoint; the swing gives the gains of the \
             PID law that takes over.",
        ),
        Law::Seek(_) => (
            "extremum seeking",
            "It wobbles its output and follows the slope of the measure to its greatest or least \
             value; it has no setpoint.",
        ),
        Law::Mrac(_) => (
            "model reference",
            "It adapts two gains until the plant answers like a first-order model.",
        ),
        Law::Custom(own) => return (own.name.clone(), "A law of the program's catalog."),
    };
    (name.to_owned(), help)
}

/// Whether a law steers for the loop's setpoint.
#[must_use]
pub fn has_setpoint(law: &Law) -> bool {
    !matches!(law, Law::Original | Law::Seek(_))
}

/// What an output moves.
#[must_use]
pub fn moved(output: Output) -> &'static str {
    match output {
        Output::Coupling => "coupling",
        Output::Force => "force",
        Output::FrequencyShift => "natural frequency",
        Output::Damping => "damping",
        Output::FieldGain => "field gain",
        Output::Noise => "noise",
        Output::ToneAmplitude => "tone amplitude",
        Output::ToneFrequency => "tone frequency",
    }
}

/// The unit of a loop's output; empty where populations of its scope differ in it, or without one.
#[must_use]
pub fn unit_of_output(state: &ViewState, spec: &LoopSpec) -> &'static str {
    match spec.output {
        Output::FrequencyShift => return "rad/s",
        Output::Damping => return "1/s",
        Output::ToneFrequency => return "Hz",
        _ => {}
    }
    let (Some(view), Some(field)) = (&state.view, spec.output.adds_to()) else {
        return "";
    };
    let populations = view.facts.scene.populations.iter().enumerate();
    let driven = populations.filter(|(_, own)| spec.scope == "cluster" || own.name == spec.scope);
    let mut units = driven.map(|(k, _)| {
        let parameters = &view.facts.parameters;
        let found = parameters.find(&format!("populations[{k}].{field}"));
        found.map_or("", |own| own.unit)
    });
    let first = units.next().unwrap_or_default();
    match units.all(|unit| unit == first) {
        true => first,
        false => "",
    }
}

/// What a loop measures and what it moves.
#[must_use]
pub fn task_of(state: &ViewState, spec: &LoopSpec) -> String {
    let measure = state.metric(&spec.measure.metric()).label;
    let of = spec.measure_of.as_ref().unwrap_or(&spec.scope);
    let followers = spec.outputs().skip(1).map(moved);
    let outputs: Vec<&str> = std::iter::once(moved(spec.output))
        .chain(followers)
        .collect();
    format!(
        "measures {measure} of {of}, moves {} of {}",
        outputs.join(" and "),
        spec.scope
    )
}

/// How far a relay experiment is, and what it found, of its terms.
#[must_use]
pub fn tuning(term: impl Fn(&str) -> Option<f64>) -> String {
    let number = |name: &str| term(name).map_or("—".to_owned(), |own| format!("{own:.4}"));
    let gains = || {
        format!(
            "Kp {}, Ki {} 1/s, Kd {} s",
            number("kp"),
            number("ki"),
            number("kd")
        )
    };
    match term("phase").map(|own| own as u8) {
        Some(0) => "the swing comes about".to_owned(),
        Some(1) => format!(
            "the swing is measured: {:.0} periods so far",
            term("periods").unwrap_or(0.0)
        ),
        Some(2) => format!(
            "tuned: ultimate gain Ku {}, period Tu {} s, error {:.1} %; gains {}",
            number("ku"),
            number("tu_s"),
            100.0 * term("error").unwrap_or(f64::NAN),
            gains()
        ),
        Some(3) => format!("given up; the law's own gains act: {}", gains()),
        _ => "the experiment has not begun".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_bound_has_words() {
        for number in 1..=HELD {
            let own = limit_of(number).unwrap();
            assert!(own.help.len() > 30 && !own.name.is_empty(), "{number}");
        }
        assert_eq!(limit_of(0), None);
    }

    #[test]
    fn a_relay_experiment_is_told_in_each_phase() {
        let at = |phase: f64| {
            tuning(|name| match name {
                "phase" => Some(phase),
                "periods" => Some(5.0),
                "error" => Some(0.031),
                "kd" => None,
                _ => Some(0.5),
            })
        };
        assert_eq!(at(1.0), "the swing is measured: 5 periods so far");
        let wanted = "tuned: ultimate gain Ku 0.5000, period Tu 0.5000 s, error 3.1 %; gains Kp \
                      0.5000, Ki 0.5000 1/s, Kd — s";
        assert_eq!(at(2.0), wanted);
        assert!(at(3.0).starts_with("given up"));
        assert_eq!(tuning(|_| None), "the experiment has not begun");
    }
}
