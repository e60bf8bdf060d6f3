//! The guard of commands: what a loop asks for becomes what may act, or an alert.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, Subject, Tick};
use crate::control::custom::FurtherOutput;
use crate::control::measured::Measured;
use crate::control::systems::sample_s;
use crate::control::{ControlCommand, ControlEnabled, ControlLoop, LoopState, LoopTerms};
use crate::signal::SignalSynthesizer;
use crate::tick::{NodeContext, PendingInputs};

use super::alert::{Rule, SafetyAlert, Severity};
use super::barrier::{BARRIERS, Barrier, Row, interval};
use super::barrier_spec::BarrierSpec;
use super::command::{Acted, CommandBounds, Judged, Spent};
use super::spec::SafetySpec;
use super::state::{Alerts, LatestSafe, SafeCommand, SafetyKernel};

/// What the guard remembers of a loop.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GuardState {
    /// The bound that acted on its last command.
    pub acted: Acted,
    /// When a bound other than energy acted last; one that chatters is told once.
    pub told: Option<(Acted, Tick)>,
    /// Whether this breach is spared: the command passes as it was asked.
    pub spared: bool,
    /// Energy and slew.
    pub spent: Spent,
}

impl GuardState {
    /// Judges a command with the noise that comes with it, both or neither of which pass.
    fn judge(
        &mut self,
        bounds: &CommandBounds,
        (value, noise): (f64, f64),
        acted: Acted,
        spares: bool,
    ) -> Judged {
        let mut spent = self.spent;
        let quiet = noise.is_finite() && noise.abs() <= bounds.max_energy;
        let mut judged = match quiet {
            true => bounds.judge(&mut spent, value, acted),
            false => Judged {
                passed: None,
                acted: match noise.is_finite() {
                    true => Acted::Energy,
                    false => Acted::NonFinite,
                },
                limit: bounds.max_energy,
            },
        };
        let exceeds = matches!(judged.acted, Acted::Energy | Acted::Slew | Acted::Power);
        let finite = value.is_finite() && noise.is_finite();
        self.spared = exceeds && finite && (self.spared || spares);
        if self.spared {
            (judged.passed, judged.acted) = (Some(value), Acted::Nothing);
            spent.pass(value);
        }
        // Also of what is refused: time gives energy back.
        self.spent = spent;
        self.acted = judged.acted;
        judged
    }
}

/// The barriers that a loop keeps, with where each is measured and what was measured last.
#[derive(Component, Clone, Debug, Default)]
pub struct LoopBarriers {
    /// The barriers.
    pub list: Vec<(BarrierSpec, PopulationId)>,
    /// What is remembered of each.
    pub seen: Vec<Seen>,
}

/// What is remembered of a barrier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The last measure.
    pub measure: Option<f64>,
    /// The drift of the measure per s, smoothed; known from the second measure on.
    pub drift: Option<f64>,
}

impl Seen {
    /// Takes in a measure, a time after the last, when `acted` was the command in between; gives
    /// the drift.
    fn see(&mut self, own: &BarrierSpec, y: f64, acted: f64, sample_s: f64) -> f64 {
        let before = self.measure.replace(y);
        let Some(before) = before else {
            return 0.0;
        };
        let now = (y - before) / sample_s - own.gain * acted;
        let drift = self.drift.map_or(now, |drift| {
            drift + sample_s / (own.drift_filter_s + sample_s) * (now - drift)
        });
        self.drift = Some(drift);
        drift
    }
}

/// What the barriers made of a command.
struct Filtered {
    value: f64,
    acted: Acted,
    /// What is told of it: value, limit and words.
    told: Option<(f64, f64, String)>,
}

impl LoopBarriers {
    /// The command nearest to `wanted` that keeps all barriers within the other bounds, or that of
    /// the fall-back: when none does, or when something is no finite number.
    fn filter(
        &mut self,
        measured: impl Fn(&BarrierSpec, PopulationId) -> Option<f64>,
        bounds: &CommandBounds,
        spent: &Spent,
        (wanted, fallback): (f64, f64),
    ) -> Filtered {
        let fall = |value: f64, limit: f64, why: String| Filtered {
            value: fallback,
            acted: Acted::FallBack,
            told: Some((value, limit, why)),
        };
        let energy = bounds.clamp.unwrap_or(f64::INFINITY);
        let energy = energy.min(bounds.max_energy);
        let mut limits = [-energy, energy];
        if let Some(slew) = bounds.max_slew_per_s {
            let reach = slew * bounds.sample_s;
            limits[0] = limits[0].max(spent.last - reach);
            limits[1] = limits[1].min(spent.last + reach);
        }
        let mut rows = [Barrier {
            gradient: [0.0],
            offset: 0.0,
        }; BARRIERS];
        let mut missing = None;
        let mut least = f64::INFINITY;
        let all = self.list.iter().zip(&mut self.seen);
        for (((own, scope), seen), row) in all.zip(&mut rows) {
            let Some(y) = measured(own, *scope) else {
                *seen = Seen::default();
                missing = missing.or(Some(own.name.as_str()));
                continue;
            };
            let drift = seen.see(own, y, spent.acted(bounds.lag), bounds.sample_s);
            let (gradient, offset) = own.row(y, drift);
            *row = Barrier {
                gradient: [gradient],
                offset,
            };
            least = least.min(own.margin(y));
        }
        let count = self.list.len().min(BARRIERS);
        let found = interval(&rows[..count], limits).filter(|_| wanted.is_finite());
        let (Some(found), None) = (found, missing) else {
            let why = match missing {
                Some(name) => format!("barrier {name:?} has no measure"),
                None => "a number is not finite".to_owned(),
            };
            return fall(wanted, f64::NAN, why);
        };
        let name = |row: Option<Row>| match row {
            Some(Row::Barrier(k)) => self.list.get(k).map(|(own, _)| own.name.as_str()),
            _ => None,
        };
        let (low, high) = (found.low, found.high);
        let ends = [found.low_row, found.high_row].map(name);
        if found.is_empty() {
            let [floor, ceiling] = ends.map(|own| own.unwrap_or("the limits of commands"));
            let why = format!("{floor:?} and {ceiling:?} conflict: u ≥ {low} and u ≤ {high}");
            return fall(low, high, why);
        }
        let value = wanted.clamp(low, high);
        // The limits themselves are told by the gate.
        let by = match value {
            _ if value == wanted => None,
            _ if wanted < low => ends[0].map(|name| (low, name)),
            _ => ends[1].map(|name| (high, name)),
        };
        Filtered {
            value: by.map_or(wanted, |_| value),
            acted: by.map_or(Acted::Nothing, |_| Acted::Barrier),
            told: by.map(|(limit, name)| {
                let why = format!("barrier {name:?} at a margin of {least}");
                (wanted, limit, why)
            }),
        }
    }
}

/// The bounds on the commands of a loop.
fn bounds_of(
    spec: &SafetySpec,
    clamp: Option<f64>,
    (sample_s, tick_s): (f64, f64),
) -> CommandBounds {
    CommandBounds {
        max_energy: spec.max_energy,
        on_excess: spec.on_excess,
        max_slew_per_s: spec.max_slew_per_s,
        max_power: spec.max_power.map(|power| (power, spec.power_window_s)),
        clamp,
        sample_s,
        // A command acts from the next tick on, and what it did is measured in the tick after.
        lag: if sample_s < 1.5 * tick_s { 2 } else { 1 },
    }
}

/// The loops of a World, with what the guard needs of them.
type Guarded<'w, 's> = Query<
    'w,
    's,
    (
        &'static ControlLoop,
        &'static ControlCommand,
        &'static mut LatestSafe,
        &'static mut GuardState,
        Option<&'static LoopState>,
        Option<&'static FurtherOutput>,
        Option<&'static mut LoopTerms>,
        Option<&'static mut LoopBarriers>,
    ),
>;

/// Lets commands pass, limits, replaces or rejects them.
pub fn guard_commands(
    at: Res<NodeContext>,
    kernel: Res<SafetyKernel>,
    (inputs, enabled): (Res<PendingInputs>, Res<ControlEnabled>),
    synthesizer: Option<Res<SignalSynthesizer>>,
    measured: Measured,
    mut alerts: ResMut<Alerts>,
    mut loops: Guarded,
) {
    let times = (sample_s(&at, synthesizer.as_deref()), at.clock.tick_s());
    let tick = at.clock.tick;
    let mut ordered: Vec<_> = loops.iter_mut().filter(|own| own.1.fresh).collect();
    // Further outputs are numbered behind the loops, so that those that follow come after.
    ordered.sort_unstable_by_key(|own| own.0.index);
    let mut passed_now: Vec<(u32, Option<f64>)> = Vec::new();
    for (control, command, latest, guard, state, further, terms, barriers) in &mut ordered {
        let bounds = bounds_of(&kernel.0, state.and_then(|own| own.clamp), times);
        let fallen = state.is_some_and(|own| own.fallen_back);
        let follows = further.and_then(|own| Some((own.of, own.follows?)));
        let (value, acted, told) = match (barriers, follows) {
            (_, Some((of, by))) => {
                let main = passed_now.iter().find(|(index, _)| *index == of);
                let Some(u) = main.and_then(|(_, passed)| *passed) else {
                    continue;
                };
                let value = if enabled.0 {
                    by.offset + by.gain * u
                } else {
                    0.0
                };
                (value, Acted::Nothing, None)
            }
            (Some(barriers), None) if !fallen => {
                let look =
                    |own: &BarrierSpec, scope| measured.named(&own.metric, control.scope, scope);
                let wanted = (command.value, command.fallback);
                let found = barriers.filter(look, &bounds, &guard.spent, wanted);
                (found.value, found.acted, found.told)
            }
            _ if fallen => (command.value, Acted::FallBack, None),
            _ => (command.value, Acted::Nothing, None),
        };
        let subject = Subject::Loop {
            index: control.index,
            name: control.spec.name.clone(),
        };
        let before = guard.acted;
        let spares = inputs.spares(&subject);
        let judged = guard.judge(&bounds, (value, command.noise), acted, spares);
        if let Some(value) = judged.passed {
            latest.0 = Some(SafeCommand::pass(control, value, command.noise, tick));
        }
        if further.is_none() {
            passed_now.push((control.index, judged.passed));
        }
        if let Some(terms) = terms {
            let passed = latest.0.map(|own| own.value());
            terms.gate(passed, judged.acted.number());
        }
        if let Some(alert) = guard.alert(&kernel.0, before, command.value, &judged, told, tick) {
            let (rule, severity, value, limit, action) = alert;
            alerts.0.push(SafetyAlert {
                rule,
                severity,
                subject,
                value,
                limit,
                action,
                tick,
                node: at.node,
            });
        }
    }
}

/// What is told of a command: rule, severity, value, limit and action.
type Told = (Rule, Severity, f64, f64, String);

impl GuardState {
    /// The alert that a command raises, if any. A breach of energy is told as it begins; what
    /// limits a command in the course of things is told once as long as it goes on with breaks
    /// shorter than a hold.
    fn alert(
        &mut self,
        spec: &SafetySpec,
        before: Acted,
        value: f64,
        judged: &Judged,
        told: Option<(f64, f64, String)>,
        tick: Tick,
    ) -> Option<Told> {
        let limit = judged.limit;
        let done = judged.passed.map_or("rejected", |_| "clamped");
        let (rule, severity, (value, limit, action)) = match self.acted {
            Acted::Nothing | Acted::Clamp => return None,
            Acted::Energy | Acted::NonFinite => {
                let (rule, severity) = match self.acted {
                    Acted::Energy => (Rule::MaxEnergy, spec.energy_severity),
                    _ => (Rule::NonFinite, spec.non_finite_severity),
                };
                let told = (rule, severity, value, limit, format!("command {done}"));
                return (before != self.acted).then_some(told);
            }
            Acted::Slew => {
                let action = "command slowed".to_owned();
                (Rule::MaxSlew, Severity::Warning, (value, limit, action))
            }
            Acted::Power => {
                let action = format!("command {done}");
                (Rule::MaxPower, Severity::Warning, (value, limit, action))
            }
            // A rule that falls back is told by its own event.
            Acted::Barrier | Acted::FallBack => {
                let (value, limit, why) = told?;
                let what = match self.acted {
                    Acted::Barrier => "command moved",
                    _ => "fall-back acts",
                };
                let action = format!("{what}: {why}");
                (Rule::Barrier, Severity::Warning, (value, limit, action))
            }
        };
        let quiet = self
            .told
            .is_none_or(|(own, at)| own != self.acted || tick > at + spec.hold_ticks);
        self.told = Some((self.acted, tick));
        quiet.then_some((rule, severity, value, limit, action))
    }
}
