//! Lines of JSON on standard output as an actuator: commands for a process outside.
//!
//! ```text
//! {"loop":"heat","output":"Force","t_s":0.8,"tick":40,"type":"command","value":1.25}
//! {"loop":"heat","output":"Force","safe":true,"t_s":1.8,"tick":90,"type":"command","value":0.0}
//! ```
//!
//! A line is written as a command takes effect, and flushed. When no command of a loop took effect
//! for `timeout_ticks`, its safe value is written once; so it is after a safe stop and as the run
//! ends. Ticks that run again after going back in time write nothing.

use std::collections::BTreeMap;
use std::io::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::{Problems, Tick, TickClock};
use crate::control::Output;
use crate::safety::SafeCommand;

use super::device::ActuatorDevice;

/// Lines of JSON on standard output; the scene must say `live: true`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinesSpec {
    /// The loops whose commands are written; all when empty.
    #[serde(default)]
    pub loops: Vec<String>,
    /// Ticks without a command after which the safe value is written, ≥ 1.
    #[serde(default = "fifty")]
    pub timeout_ticks: u64,
    /// The safe value, in the unit of the output.
    #[serde(default)]
    pub safe: f64,
}

fn fifty() -> u64 {
    50
}

impl LinesSpec {
    /// Collects what is wrong with it at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, (live, loops): (bool, &[&str])) {
        if !live {
            let message = "Lines acts on the world outside, expected a scene with `live: true`";
            problems.add(path, message);
        }
        problems.count(
            &format!("{path}.timeout_ticks"),
            self.timeout_ticks,
            1,
            1 << 32,
        );
        let finite = self.safe.is_finite();
        let at = format!("{path}.safe");
        problems.require(finite, &at, self.safe, "a finite number");
        for (k, name) in self.loops.iter().enumerate() {
            if !loops.contains(&name.as_str()) {
                let known = loops.join(", ");
                let message = format!("{name:?} is no loop, expected one of {known}");
                problems.add(format!("{path}.loops[{k}]"), message);
            }
        }
    }
}

/// What was written last of a loop.
struct Written {
    output: Output,
    /// The tick of its last command.
    tick: Tick,
    /// Whether the safe value stands.
    safe: bool,
}

/// The device.
pub struct Lines<W: Write + Send + Sync> {
    spec: LinesSpec,
    clock: TickClock,
    /// Names of the loops, by number.
    names: Vec<String>,
    written: BTreeMap<u32, Written>,
    /// The first tick that has not been written.
    next: Tick,
    /// Whether nobody reads any more.
    closed: bool,
    to: W,
}

impl<W: Write + Send + Sync> Lines<W> {
    /// Writes commands of loops with these names, by number, to `to`.
    #[must_use]
    pub fn new(spec: LinesSpec, clock: TickClock, names: Vec<String>, to: W) -> Self {
        Self {
            spec,
            clock,
            names,
            written: BTreeMap::new(),
            next: 0,
            closed: false,
            to,
        }
    }

    fn write(&mut self, tick: Tick, (control, output): (u32, Output), value: f64, safe: bool) {
        let clock = TickClock { tick, ..self.clock };
        let mut line = json!({
            "type": "command", "tick": tick, "t_s": clock.time_s(),
            "loop": self.names.get(control as usize), "output": output, "value": value,
        });
        if safe {
            line["safe"] = json!(true);
        }
        let done = writeln!(self.to, "{line}").and_then(|()| self.to.flush());
        // Who has stopped reading is not told, and the run goes on.
        self.closed |= done.is_err();
        let own = Written { output, tick, safe };
        self.written.insert(control, own);
    }

    /// Writes the safe value of every loop that `wants` it.
    fn make_safe(&mut self, tick: Tick, wants: impl Fn(&Written) -> bool) {
        let due = self.written.iter();
        let due = due.filter(|(_, own)| !own.safe && wants(own));
        let due: Vec<_> = due.map(|(control, own)| (*control, own.output)).collect();
        for own in due {
            self.write(tick, own, self.spec.safe, true);
        }
    }
}

impl<W: Write + Send + Sync> ActuatorDevice for Lines<W> {
    fn apply(&mut self, tick: Tick, command: &SafeCommand) {
        let control = command.control();
        let Some(name) = self.names.get(control as usize) else {
            return;
        };
        let wanted = self.spec.loops.is_empty() || self.spec.loops.contains(name);
        if wanted && tick >= self.next && !self.closed {
            self.write(tick, (control, command.output()), command.value(), false);
        }
    }

    fn pass(&mut self, tick: Tick) {
        if tick < self.next || self.closed {
            return;
        }
        self.next = tick + 1;
        let timeout = self.spec.timeout_ticks;
        self.make_safe(tick, |own| tick >= own.tick + timeout);
    }

    fn release(&mut self, tick: Tick) {
        if tick >= self.next && !self.closed {
            self.make_safe(tick, |_| true);
        }
    }
}

impl<W: Write + Send + Sync> Drop for Lines<W> {
    fn drop(&mut self) {
        if !self.closed {
            let next = self.next;
            self.make_safe(next, |_| true);
        }
    }
}
