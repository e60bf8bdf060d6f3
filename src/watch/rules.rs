//! Rules of safety: readings of a tick → verdicts → what acts from the next tick on.
//!
//! A rule only observes. What it brings about enters the next tick as inputs and alerts, with the
//! rule as their cause.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::order::Order;
use crate::base::{Input, PopulationId, Subject, Tick};
use crate::logic::{Early, Formula, Monitor, MonitorState, Verdict};
use crate::registry::{Class, DurableApp, Metrics, OfResource, Readings, Site};
use crate::safety::alarm::{AlarmEvent, AlarmMemory, AlarmSpec, Side};
use crate::safety::state::DueAlerts;
use crate::safety::{Missing, Reaction, Rule, RuleSpec, SafetyAlert, SafetySpec, Severity};
use crate::tick::{NodeContext, PendingInputs};

use super::systems::Watches;

/// A rule of the scene, compiled, with what it remembers.
pub struct WatchedRule {
    spec: RuleSpec,
    /// Its horizon in ticks; none without a bound.
    horizon: Option<u64>,
    monitor: Monitor,
    alarm: AlarmSpec,
    /// What it reads: scope and place in the table; none where the table has no such metric.
    reads: Vec<Option<(PopulationId, usize)>>,
    /// Its place in the table.
    place: Option<usize>,
    sample: Vec<f64>,
    memory: RuleMemory,
}

/// What a rule remembers besides its monitor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct RuleMemory {
    alarm: AlarmMemory,
    /// Whether all that it reads has had a value.
    begun: bool,
    /// The tick of its first sample.
    first: Tick,
    last: Vec<f64>,
    /// The last final verdict: robustness and whether it is valid.
    settled: Option<(f64, bool)>,
    /// Whether its reaction is in force.
    acting: bool,
    /// What is to be told of its last intervention, and when.
    effect: Option<(Tick, f64)>,
}

/// What a rule said in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The least robustness that is certain of the instants that are judged.
    pub margin: f64,
    /// Whether a number that it needs is missing or not finite.
    pub invalid: bool,
    /// The first and the last tick whose samples it depends on.
    pub window: [Tick; 2],
}

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleChange {
    /// It is violated now.
    Began,
    /// It holds again.
    Over,
    /// Somebody acknowledged the violation.
    Acknowledged,
    /// What its intervention effected.
    Effect,
}

/// A turn of a rule in this tick, for the record.
#[derive(Clone, Debug)]
pub struct RuleTurn {
    /// The rule.
    pub spec: RuleSpec,
    /// What became of it.
    pub change: RuleChange,
    /// How it stands.
    pub standing: Standing,
    /// The margin when the intervention began, of an effect.
    pub before: f64,
    /// What was done, in words.
    pub action: String,
}

impl RuleTurn {
    /// Why, in words: rule, margin and window.
    #[must_use]
    pub fn cause(&self) -> String {
        let Standing {
            margin,
            invalid,
            window: [from, to],
        } = self.standing;
        let found = match invalid {
            true => "a number is missing or not finite".to_owned(),
            false => format!("margin {margin}"),
        };
        format!("{}: {found} over ticks {from} to {to}", self.spec.formula)
    }
}

/// The rules of a run.
#[derive(Resource, Default)]
pub struct Rules {
    list: Vec<WatchedRule>,
    /// What happened in this tick.
    pub turns: Vec<RuleTurn>,
}

/// The state of [`Rules`].
type RuleStates = Vec<(RuleMemory, MonitorState)>;

impl Rules {
    /// Those of a scene that has been judged.
    #[must_use]
    pub fn of(spec: &SafetySpec, metrics: &Metrics, site: &Site) -> Self {
        let tick_s = site.context.clock.tick_s();
        let rules = spec.all_rules().filter_map(|spec| {
            let formula = spec.parsed(tick_s).ok()?;
            WatchedRule::new(spec, &formula, metrics, site)
        });
        Self {
            list: rules.collect(),
            turns: Vec::new(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn states(&self) -> RuleStates {
        let own = self.list.iter();
        own.map(|rule| (rule.memory.clone(), rule.monitor.state().clone()))
            .collect()
    }

    fn restore(&mut self, states: RuleStates) -> Result<(), String> {
        if states.len() != self.list.len() {
            return Err("it is of a scene with other rules".to_owned());
        }
        for (rule, (memory, monitor)) in self.list.iter_mut().zip(states) {
            let done = rule.monitor.restore(monitor);
            done.map_err(|error| format!("rule {:?}: {error}", rule.spec.name))?;
            rule.memory = memory;
        }
        Ok(())
    }
}

impl WatchedRule {
    fn new(spec: RuleSpec, formula: &Formula, metrics: &Metrics, site: &Site) -> Option<Self> {
        let reads = spec.places(formula, metrics, site);
        let alarm = AlarmSpec {
            side: Side::Low,
            // Robustness 0 decides nothing, and so raises nothing.
            threshold: -f64::MIN_POSITIVE,
            clear: Some(spec.deadband.next_down()),
            on_delay: u32::try_from(spec.on_delay).unwrap_or(u32::MAX),
            off_delay: u32::try_from(spec.off_delay).unwrap_or(u32::MAX),
            latch: spec.latch,
        };
        Some(Self {
            horizon: formula.horizon(),
            monitor: Monitor::new(formula).ok()?,
            alarm,
            sample: vec![f64::NAN; reads.len()],
            memory: RuleMemory {
                last: vec![f64::NAN; reads.len()],
                ..RuleMemory::default()
            },
            reads,
            place: metrics.position(&spec.metric()),
            spec,
        })
    }

    /// Takes in the readings after a tick; nothing as long as not all that it reads has had a
    /// value.
    fn judge(&mut self, tick: Tick, readings: &Readings) -> Option<Standing> {
        let memory = &mut self.memory;
        let mut all = true;
        for ((read, sample), last) in self
            .reads
            .iter()
            .zip(&mut self.sample)
            .zip(&mut memory.last)
        {
            let found = read.and_then(|(scope, place)| readings.get(scope, place));
            let value = match (found, self.spec.missing) {
                (Some(value), _) => value,
                (None, Missing::LastValue) => *last,
                (None, Missing::Violation) => f64::NAN,
            };
            if found.is_some() {
                *last = value;
            }
            all &= last.is_finite();
            *sample = value;
        }
        if !memory.begun {
            if !all {
                return None;
            }
            (memory.begun, memory.first) = (true, tick);
        }
        if let Some(verdict) = self.monitor.push(&self.sample) {
            let Verdict {
                robustness, valid, ..
            } = verdict;
            memory.settled = Some((robustness, valid));
        }
        // Without a horizon no instant is open.
        let early: Option<Early> = match self.horizon {
            Some(0) => None,
            _ => self.monitor.early(),
        };
        let settled = memory.settled.unwrap_or((f64::INFINITY, true));
        let ahead = early.map_or((f64::INFINITY, true), |own| (own.high, !own.invalid));
        let reach = self.horizon.unwrap_or(tick - memory.first);
        Some(Standing {
            margin: settled.0.min(ahead.0),
            invalid: !(settled.1 && ahead.1),
            window: [tick.saturating_sub(reach).max(memory.first), tick],
        })
    }

    /// Brings its alarm up to date; what is to be told, and whether its reaction began or ended.
    fn settle(
        &mut self,
        tick: Tick,
        standing: Standing,
        acknowledged: bool,
    ) -> (Vec<RuleTurn>, Option<bool>) {
        let (spec, memory) = (&self.spec, &mut self.memory);
        let turn = |change, before: f64, action: String| RuleTurn {
            spec: spec.clone(),
            change,
            standing,
            before,
            action,
        };
        let value = match standing.invalid {
            true => f64::NAN,
            false => standing.margin.clamp(-f64::MAX, f64::MAX),
        };
        let mut told = Vec::new();
        let now = standing.margin;
        match self.alarm.step(&mut memory.alarm, value) {
            Some(AlarmEvent::Raised(_)) => {
                told.push(turn(RuleChange::Began, now, spec.then.told(&spec.loops)));
            }
            Some(AlarmEvent::Cleared) => {
                // Who acknowledged it while it lasted need not do so again.
                if !memory.alarm.unacknowledged {
                    memory.alarm.reset();
                }
                let action = match memory.alarm.latched {
                    true => "waits to be acknowledged",
                    false => "over",
                };
                told.push(turn(RuleChange::Over, now, action.to_owned()));
            }
            _ => {}
        }
        if acknowledged && memory.alarm.acknowledge().is_some() {
            memory.alarm.reset();
            let action = match memory.alarm.active {
                true => "still violated",
                false => "over",
            };
            told.push(turn(RuleChange::Acknowledged, now, action.to_owned()));
        }
        let acts = memory.alarm.active || memory.alarm.latched;
        let changed = (acts != memory.acting).then_some(acts);
        memory.acting = acts;
        if changed == Some(true) {
            memory.effect = Some((tick + spec.effect_ticks, now));
        }
        if let Some((_, before)) = memory.effect.take_if(|(when, _)| tick >= *when) {
            let action = format!("margin {before} at first, {now} now");
            told.push(turn(RuleChange::Effect, before, action));
        }
        (told, changed)
    }

    /// The orders of its reaction, as it begins or ends.
    fn orders(&self, on: bool) -> Option<Input> {
        let order = match self.spec.then {
            Reaction::FallBack => Order::FallBack(on),
            Reaction::Clamp(limit) => Order::Clamp(on.then_some(limit)),
            _ => return None,
        };
        Some(Input::Regulate {
            rule: self.spec.name.clone(),
            loops: self.spec.loops.clone(),
            order,
        })
    }

    /// The alert of its violation.
    fn alert(&self, standing: &Standing, at: &NodeContext) -> Option<SafetyAlert> {
        let severity = match self.spec.then {
            Reaction::Log => return None,
            Reaction::Hold => Severity::Hold,
            Reaction::SafeStop => Severity::Stop,
            Reaction::Alert | Reaction::Clamp(_) | Reaction::FallBack => Severity::Warning,
        };
        Some(SafetyAlert {
            rule: Rule::Formula,
            severity,
            subject: Subject::Rule(self.spec.name.clone()),
            value: standing.margin,
            limit: 0.0,
            action: self.spec.then.told(&self.spec.loops),
            tick: at.clock.tick,
            node: at.node,
        })
    }
}

/// Judges the rules after a tick.
pub fn judge_rules(
    at: Res<NodeContext>,
    inputs: Res<PendingInputs>,
    mut rules: ResMut<Rules>,
    mut readings: ResMut<Readings>,
    mut watches: ResMut<Watches>,
    mut due: ResMut<DueAlerts>,
) {
    let tick = at.clock.tick;
    let Rules { list, turns } = &mut *rules;
    turns.clear();
    let mut orders: Vec<Input> = Vec::new();
    let mut released = false;
    for rule in list.iter_mut() {
        let Some(standing) = rule.judge(tick, &readings) else {
            continue;
        };
        if let Some(place) = rule.place {
            let own = readings.scope_mut(PopulationId::CLUSTER);
            own[place] = standing.margin.is_finite().then_some(standing.margin);
        }
        let acknowledged = inputs.0.iter().any(
            |input| matches!(input, Input::Acknowledge { rule: own } if *own == rule.spec.name),
        );
        let (mut told, changed) = rule.settle(tick, standing, acknowledged);
        turns.append(&mut told);
        match changed {
            Some(true) => {
                orders.extend(rule.orders(true));
                due.0.extend(rule.alert(&standing, &at));
            }
            Some(false) => {
                released = true;
                orders.extend(rule.orders(false));
            }
            None => {}
        }
    }
    if released {
        // Another rule may still want what this one gave up.
        orders.extend(
            list.iter()
                .filter(|own| own.memory.acting)
                .filter_map(|own| own.orders(true)),
        );
    }
    if !orders.is_empty() {
        watches.state.due.extend(orders);
    }
}

/// Saves what rules remember.
pub fn durable(app: &mut App) {
    app.init_resource::<Rules>()
        .init_resource::<DueAlerts>()
        .durable(OfResource::<DueAlerts, _>::whole(
            "safety.due",
            Class::State,
        ))
        // They follow from readings, and what follows from them is state: hashing long windows in
        // every tick would cost more than judging them.
        .durable(OfResource::<Rules, _>::checked_part(
            "watch.rules",
            Class::Transport,
            Rules::states,
            Rules::restore,
        ));
}
