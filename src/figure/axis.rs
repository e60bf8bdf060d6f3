//! An axis: what it is called, how values lie along it, and which it spans.

use super::font::{self, Weight};
use super::number::{log10, power_text};
use super::ticks::{Room, Ticks, linear, logarithmic};

/// How values lie along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences are equally long.
    #[default]
    Linear,
    /// Equal ratios are equally long; values of zero and below are gaps.
    Log10,
}

/// One axis of a panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What is along it.
    pub label: String,
    /// Its unit, empty without one.
    pub unit: String,
    /// How values lie along it.
    pub scale: Scale,
    /// The least and greatest value; `None` takes them from what is drawn.
    pub range: Option<[f64; 2]>,
    /// Ticks with names instead of numbers, for categories.
    pub names: Vec<(f64, String)>,
    /// Nothing of it is drawn, as for maps and graphs.
    pub hidden: bool,
}

impl Axis {
    /// A linear axis whose range follows from what is drawn.
    #[must_use]
    pub fn new(label: impl Into<String>, unit: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            unit: unit.into(),
            ..Self::default()
        }
    }

    /// An axis that is not drawn.
    #[must_use]
    pub fn hidden() -> Self {
        Self {
            hidden: true,
            ..Self::default()
        }
    }

    /// The same with a logarithmic scale.
    #[must_use]
    pub fn log(mut self) -> Self {
        self.scale = Scale::Log10;
        self
    }

    /// The same from a value to another.
    #[must_use]
    pub fn within(mut self, low: f64, high: f64) -> Self {
        self.range = Some([low, high]);
        self
    }

    /// The same with names at 0, 1, 2 and so on.
    #[must_use]
    pub fn of_categories(mut self, names: &[&str]) -> Self {
        let named = names.iter().enumerate();
        self.names = named
            .map(|(k, name)| (k as f64, (*name).to_owned()))
            .collect();
        self
    }

    /// What stands beside it: label and unit, and the power of ten that numbers are in.
    #[must_use]
    pub fn title(&self, power: i32) -> String {
        self.titled(&self.label, power)
    }

    /// The same in at most so much room: the label is shortened, not the unit.
    #[must_use]
    pub fn short_title(&self, power: i32, room: f64, size: f64) -> String {
        let whole = self.title(power);
        if font::width(&whole, size, Weight::Regular) <= room {
            return whole;
        }
        let rest = font::width(&self.titled("", power), size, Weight::Regular) + 1.2 * size;
        let label = font::shortened(&self.label, room - rest, size, Weight::Regular);
        font::shortened(&self.titled(&label, power), room, size, Weight::Regular)
    }

    fn titled(&self, label: &str, power: i32) -> String {
        let unit = match (power, self.unit.as_str()) {
            (0, unit) => unit.to_owned(),
            (power, "") => power_text(power),
            (power, unit) => format!("{} {unit}", power_text(power)),
        };
        match (label, unit.as_str()) {
            (label, "") => label.to_owned(),
            ("", unit) => unit.to_owned(),
            (label, unit) => format!("{label} ({unit})"),
        }
    }
}

/// A range of values along a length of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Track {
    /// How values lie.
    pub scale: Scale,
    /// Value at the beginning.
    pub low: f64,
    /// Value at the end.
    pub high: f64,
    /// Where it begins on the page, points.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
}

/// How far beyond the page places may lie, points; formats of files do not take endless numbers.
const FAR: f64 = 20_000.0;

impl Track {
    /// Where a value lies; NaN for what has no place.
    #[must_use]
    pub fn place(&self, value: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear => (value - self.low) / (self.high - self.low),
            Scale::Log10 if value > 0.0 => {
                let low = log10(self.low);
                (log10(value) - low) / (log10(self.high) - low)
            }
            Scale::Log10 => f64::NAN,
        };
        if !share.is_finite() {
            return f64::NAN;
        }
        (self.start + share * (self.end - self.start)).clamp(-FAR, FAR)
    }

    /// Whether a value lies on it.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        let slack = 1e-9 * (self.end - self.start).abs();
        let (from, to) = (self.start.min(self.end), self.start.max(self.end));
        let at = self.place(value);
        at >= from - slack && at <= to + slack
    }

    /// Its ticks for labels of a size.
    #[must_use]
    pub fn ticks(&self, size: f64, along: bool) -> Ticks {
        let room = Room {
            length: (self.end - self.start).abs(),
            size,
            along,
        };
        match self.scale {
            Scale::Linear => linear(self.low, self.high, room),
            Scale::Log10 => logarithmic(self.low, self.high, room),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_units_and_powers() {
        assert_eq!(Axis::new("time", "s").title(0), "time (s)");
        assert_eq!(Axis::new("power", "W").title(-6), "power (10⁻⁶ W)");
        assert_eq!(Axis::new("order", "").title(0), "order");
        assert_eq!(Axis::new("order", "").title(3), "order (10³)");
        let long = Axis::new("a quantity with a long name", "kg").short_title(0, 80.0, 8.0);
        assert!(long.ends_with("… (kg)"), "{long}");
    }

    #[test]
    fn values_have_places() {
        let track = Track {
            scale: Scale::Log10,
            low: 1.0,
            high: 100.0,
            start: 10.0,
            end: 30.0,
        };
        assert!((track.place(10.0) - 20.0).abs() < 1e-9);
        assert!(track.place(-1.0).is_nan() && track.place(0.0).is_nan());
        assert!(track.contains(100.0) && !track.contains(101.0));
        let flat = Track {
            scale: Scale::Linear,
            high: 1.0,
            ..track
        };
        assert!(flat.place(3.0).is_nan(), "no range, no place");
    }
}
