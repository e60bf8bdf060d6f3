//! Alarms on a number, with deadband, delays, latch and acknowledgement.
//!
//! Without alarm, samples at or beyond the threshold in a row are counted, and the `on_delay`-th
//! raises the alarm; a sample that is not finite raises it at once. In alarm, finite samples back
//! beyond `clear` in a row are counted, and the `off_delay`-th clears it. Any other sample and
//! every transition set the count to 0. The states of operation are those of ISA-18.2 / IEC 62682.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Parameters of an alarm. Thresholds have the unit of what is watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmSpec {
    /// Whether high or low values alarm.
    #[serde(default)]
    pub side: Side,
    /// Values at or beyond it count towards the alarm.
    pub threshold: f64,
    /// Values strictly within it count towards its end: ≤ `threshold` for a high alarm, ≥ for a
    /// low one. The distance is the deadband; `threshold` when absent, without a deadband.
    #[serde(default)]
    pub clear: Option<f64>,
    /// Samples in a row that raise it, ≥ 1.
    #[serde(default = "one")]
    pub on_delay: u32,
    /// Samples in a row that clear it, ≥ 1.
    #[serde(default = "one")]
    pub off_delay: u32,
    /// Whether it stays until it is reset by hand, however the value goes.
    #[serde(default)]
    pub latch: bool,
}

fn one() -> u32 {
    1
}

/// Which values alarm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Side {
    /// High ones.
    #[default]
    High,
    /// Low ones.
    Low,
}

/// What an alarm remembers. The default is the state before the first sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmMemory {
    /// Whether the condition holds: it was raised and has not cleared since.
    pub active: bool,
    /// Whether the alarm waits to be acknowledged.
    pub unacknowledged: bool,
    /// Whether the alarm waits to be reset, after its condition has cleared or before.
    pub latched: bool,
    /// Samples in a row towards the next transition.
    pub count: u32,
}

/// The state of operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmState {
    /// No alarm.
    #[default]
    Normal,
    /// In alarm, and nobody has said that they know.
    Unacknowledged,
    /// In alarm, acknowledged.
    Acknowledged,
    /// The condition has gone before anybody acknowledged it (returned to normal, unacknowledged).
    Returned,
    /// The condition has gone, the alarm is latched and waits to be reset, unacknowledged.
    LatchedUnacknowledged,
    /// The same, acknowledged.
    LatchedAcknowledged,
}

/// What raised an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmCause {
    /// Enough samples at or beyond the threshold.
    Threshold,
    /// A sample that is not finite.
    NonFinite,
}

/// What happened to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlarmEvent {
    /// It was raised.
    Raised(AlarmCause),
    /// Its condition has gone.
    Cleared,
    /// It was acknowledged.
    Acknowledged,
    /// A latched one was reset.
    Reset,
}

impl AlarmMemory {
    /// The state of operation.
    #[must_use]
    pub fn state(&self) -> AlarmState {
        match (self.active, self.latched, self.unacknowledged) {
            (true, _, true) => AlarmState::Unacknowledged,
            (true, _, false) => AlarmState::Acknowledged,
            (false, true, true) => AlarmState::LatchedUnacknowledged,
            (false, true, false) => AlarmState::LatchedAcknowledged,
            (false, false, true) => AlarmState::Returned,
            (false, false, false) => AlarmState::Normal,
        }
    }

    /// Says that somebody knows of the alarm.
    pub fn acknowledge(&mut self) -> Option<AlarmEvent> {
        std::mem::take(&mut self.unacknowledged).then_some(AlarmEvent::Acknowledged)
    }

    /// Gives a latched alarm free. It is refused while the condition holds.
    pub fn reset(&mut self) -> Option<AlarmEvent> {
        if self.active || !self.latched {
            return None;
        }
        self.latched = false;
        self.unacknowledged = false;
        Some(AlarmEvent::Reset)
    }
}

impl AlarmSpec {
    /// A high alarm without deadband, delays and latch.
    #[must_use]
    pub fn high(threshold: f64) -> Self {
        Self {
            side: Side::High,
            threshold,
            clear: None,
            on_delay: 1,
            off_delay: 1,
            latch: false,
        }
    }

    /// Takes in a sample; gives the transition, if there was one.
    pub fn step(&self, memory: &mut AlarmMemory, value: f64) -> Option<AlarmEvent> {
        // A low alarm is the high alarm of the mirrored value.
        let mirror = |x: f64| match self.side {
            Side::High => x,
            Side::Low => -x,
        };
        let x = mirror(value);
        let (threshold, clear) = (
            mirror(self.threshold),
            mirror(self.clear.unwrap_or(self.threshold)),
        );
        let counts = match memory.active {
            false => x >= threshold,
            true => x.is_finite() && x < clear,
        };
        memory.count = if counts {
            memory.count.saturating_add(1)
        } else {
            0
        };
        if !memory.active {
            let cause = match (value.is_finite(), memory.count >= self.on_delay.max(1)) {
                (false, _) => AlarmCause::NonFinite,
                (true, true) => AlarmCause::Threshold,
                (true, false) => return None,
            };
            *memory = AlarmMemory {
                active: true,
                unacknowledged: true,
                latched: self.latch,
                count: 0,
            };
            return Some(AlarmEvent::Raised(cause));
        }
        if memory.count < self.off_delay.max(1) {
            return None;
        }
        memory.active = false;
        memory.count = 0;
        Some(AlarmEvent::Cleared)
    }

    /// Collects what is wrong with these parameters at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        let threshold = self.threshold;
        problems.require(
            threshold.is_finite(),
            &at("threshold"),
            threshold,
            "a finite number",
        );
        let clear = self.clear.unwrap_or(threshold);
        let (holds, sign) = match self.side {
            Side::High => (clear <= threshold, '≤'),
            Side::Low => (clear >= threshold, '≥'),
        };
        let expected = format!("a finite number {sign} threshold, {threshold}");
        // A threshold that is no number was named already.
        let holds = clear.is_finite() && (holds || !threshold.is_finite());
        problems.require(
            holds || self.clear.is_none(),
            &at("clear"),
            clear,
            &expected,
        );
        let most = u64::from(u32::MAX);
        problems.count(&at("on_delay"), u64::from(self.on_delay), 1, most);
        problems.count(&at("off_delay"), u64::from(self.off_delay), 1, most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(spec: &AlarmSpec, values: &[f64]) -> Vec<bool> {
        let mut memory = AlarmMemory::default();
        let each = values.iter().map(|x| {
            spec.step(&mut memory, *x);
            memory.active
        });
        each.collect()
    }

    #[test]
    fn delays_and_deadband_hold_on_both_sides() {
        let high = AlarmSpec {
            clear: Some(8.0),
            on_delay: 2,
            off_delay: 2,
            ..AlarmSpec::high(10.0)
        };
        let values = [10.0, 9.0, 10.0, 11.0, 9.0, 7.0, 8.0, 7.0, 7.0, 10.0];
        let expected = [0, 0, 0, 1, 1, 1, 1, 1, 0, 0].map(|x| x == 1);
        assert_eq!(run(&high, &values), expected);
        let low = AlarmSpec {
            side: Side::Low,
            threshold: -10.0,
            clear: Some(-8.0),
            ..high
        };
        assert_eq!(run(&low, &values.map(|x| -x)), expected);
    }

    #[test]
    fn what_is_not_finite_raises_at_once_and_never_clears() {
        let slow = AlarmSpec {
            on_delay: 5,
            ..AlarmSpec::high(1.0)
        };
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut memory = AlarmMemory::default();
            let event = slow.step(&mut memory, bad);
            assert_eq!(event, Some(AlarmEvent::Raised(AlarmCause::NonFinite)));
            assert_eq!(slow.step(&mut memory, bad), None);
            assert_eq!(slow.step(&mut memory, 0.0), Some(AlarmEvent::Cleared));
        }
    }

    #[test]
    fn alarms_are_acknowledged_and_latched_ones_reset() {
        let mut spec = AlarmSpec::high(1.0);
        let mut memory = AlarmMemory::default();
        assert_eq!(memory.state(), AlarmState::Normal);
        assert_eq!(memory.acknowledge(), None);
        spec.step(&mut memory, 2.0);
        assert_eq!(memory.state(), AlarmState::Unacknowledged);
        assert_eq!(memory.acknowledge(), Some(AlarmEvent::Acknowledged));
        assert_eq!(memory.state(), AlarmState::Acknowledged);
        spec.step(&mut memory, 0.0);
        assert_eq!(memory.state(), AlarmState::Normal);
        spec.step(&mut memory, 2.0);
        spec.step(&mut memory, 0.0);
        assert_eq!(memory.state(), AlarmState::Returned);
        memory.acknowledge();
        assert_eq!((memory.state(), memory.reset()), (AlarmState::Normal, None));
        spec.latch = true;
        spec.step(&mut memory, 2.0);
        assert_eq!(memory.reset(), None);
        spec.step(&mut memory, 0.0);
        assert_eq!(memory.state(), AlarmState::LatchedUnacknowledged);
        memory.acknowledge();
        assert_eq!(memory.state(), AlarmState::LatchedAcknowledged);
        assert_eq!(memory.reset(), Some(AlarmEvent::Reset));
        assert_eq!(memory, AlarmMemory::default());
    }

    #[test]
    fn wrong_parameters_are_named() {
        let found = |text: &str| {
            let mut problems = Problems::default();
            let spec: AlarmSpec = ron::from_str(text).unwrap();
            spec.validate(&mut problems, "a");
            let paths = problems.list().iter();
            paths.map(|own| own.path.clone()).collect::<Vec<_>>()
        };
        assert!(found("(threshold: 1)").is_empty());
        assert_eq!(found("(threshold: NaN)"), ["a.threshold"]);
        assert_eq!(found("(threshold: 1, clear: Some(2))"), ["a.clear"]);
        assert_eq!(
            found("(threshold: 1, side: Low, clear: Some(0))"),
            ["a.clear"]
        );
        let delays = found("(threshold: 1, on_delay: 0, off_delay: 0)");
        assert_eq!(delays, ["a.on_delay", "a.off_delay"]);
    }
}
