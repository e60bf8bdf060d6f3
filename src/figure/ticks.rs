//! Where an axis has ticks, and what stands beside them.
//!
//! Linear axes have ticks at 1, 2 or 5 times a power of ten; logarithmic ones at powers of ten,
//! with smaller ticks between. Labels never overlap; where the room allows, there are at least
//! four.

use super::font::{self, Weight};
use super::number::{Decimal, decade, log10, power_of_ten, power_text};

/// The room that labels have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// Length of the axis, points.
    pub length: f64,
    /// Size of the letters, points.
    pub size: f64,
    /// Whether labels are written along the axis, as on a horizontal one, rather than across it.
    pub along: bool,
}

impl Room {
    /// How much of the axis a label takes with the gap to the next.
    fn taken(&self, label: &str) -> f64 {
        if self.along {
            font::width(label, self.size, Weight::Regular) + 0.8 * self.size
        } else {
            0.88 * self.size
        }
    }

    /// How many labels look best.
    fn ideal(&self) -> f64 {
        let each = if self.along { 5.5 } else { 3.6 };
        (self.length / (each * self.size)).clamp(4.0, 9.0)
    }

    /// Whether labels at places along the axis keep apart.
    fn fits(&self, labels: &[(f64, String)]) -> bool {
        labels.windows(2).all(|pair| {
            let [(a, one), (b, other)] = pair else {
                return true;
            };
            (b - a).abs() >= 0.5 * (self.taken(one) + self.taken(other))
        })
    }
}

/// The ticks of an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ticks {
    /// Values with labels, ascending.
    pub major: Vec<(f64, String)>,
    /// Values of smaller ticks between.
    pub minor: Vec<f64>,
    /// Labels are in ten to this power, which the axis' own label has to say; 0 is plain.
    pub power: i32,
}

/// A way of ticking that was tried.
struct Trial {
    ticks: Vec<(f64, String)>,
    /// Ticks between without labels, where not each has room for one.
    bare: Vec<f64>,
    fits: bool,
}

impl Trial {
    fn of(ticks: Vec<(f64, String)>, room: Room, place: &dyn Fn(f64) -> f64) -> Self {
        let placed = ticks.iter().map(|(at, text)| (place(*at), text.clone()));
        Self {
            fits: room.fits(&placed.collect::<Vec<_>>()),
            ticks,
            bare: Vec::new(),
        }
    }
}

/// The better of two ways: one that fits, with four labels or more, near the ideal count.
fn cost(trial: &Trial, room: Room) -> (bool, usize, bool, f64) {
    let count = trial.ticks.len();
    let lacking = 4_usize.saturating_sub(count);
    let off = (count.max(1) as f64 / room.ideal()).max(room.ideal() / count.max(1) as f64);
    (!trial.fits, lacking, !trial.bare.is_empty(), off)
}

fn best(trials: Vec<Trial>, room: Room) -> Trial {
    let chosen = trials.into_iter().min_by(|a, b| {
        let (a, b) = (cost(a, room), cost(b, room));
        let first = (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2));
        first.then(a.3.total_cmp(&b.3))
    });
    let mut chosen = chosen.unwrap_or(Trial {
        ticks: Vec::new(),
        bare: Vec::new(),
        fits: true,
    });
    // Where no two labels fit beside each other, one is left.
    if !chosen.fits {
        chosen.ticks.truncate(1);
    }
    chosen
}

/// The power of ten that labels are in: thousands and their powers, for large and for small
/// numbers.
fn common_power(low: f64, high: f64) -> i32 {
    let largest = low.abs().max(high.abs());
    if !(0.01..1e5).contains(&largest) {
        3 * decade(largest).div_euclid(3)
    } else {
        0
    }
}

/// Multiples of 1, 2 or 5 times a power of ten from low to high; `place` tells where a value lies.
fn even_steps(low: f64, high: f64, room: Room, place: &dyn Fn(f64) -> f64) -> Ticks {
    let power = common_power(low, high);
    let rough = decade((high - low).max(f64::MIN_POSITIVE));
    let mut trials: Vec<Trial> = Vec::new();
    for exponent in rough - 2..=rough {
        for factor in [1_i64, 2, 5] {
            let one = Decimal {
                digits: factor,
                exponent,
            };
            let step = one.value();
            let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
            if !(last - first <= 60.0 && first.abs().max(last.abs()) < 1e15) {
                continue;
            }
            let ticks = (first as i64..=last as i64).map(|k| {
                let at = Decimal {
                    digits: k * factor,
                    exponent,
                };
                let shown = Decimal {
                    exponent: exponent - power,
                    ..at
                };
                (at.value(), shown.text())
            });
            let ticks: Vec<(f64, String)> = ticks.collect();
            for stride in 2..=4_i64 {
                let labelled = |k: usize| (first as i64 + k as i64).rem_euclid(stride) == 0;
                let (with, without): (Vec<_>, Vec<_>) =
                    ticks.iter().enumerate().partition(|(k, _)| labelled(*k));
                let some = with.into_iter().map(|(_, tick)| tick.clone()).collect();
                let mut trial = Trial::of(some, room, place);
                trial.bare = without.into_iter().map(|(_, tick)| tick.0).collect();
                trials.push(trial);
            }
            trials.push(Trial::of(ticks, room, place));
        }
    }
    let best = best(trials, room);
    Ticks {
        major: best.ticks,
        minor: best.bare,
        power,
    }
}

/// Ticks of a linear axis.
#[must_use]
pub fn linear(low: f64, high: f64, room: Room) -> Ticks {
    if !(low.is_finite() && high.is_finite() && high > low) {
        return Ticks::default();
    }
    even_steps(low, high, room, &|value| {
        (value - low) / (high - low) * room.length
    })
}

/// Ticks of a logarithmic axis.
#[must_use]
pub fn logarithmic(low: f64, high: f64, room: Room) -> Ticks {
    if !(low > 0.0 && high.is_finite() && high > low) {
        return Ticks::default();
    }
    let (from, to) = (log10(low), log10(high));
    let place = |value: f64| (log10(value) - from) / (to - from) * room.length;
    let inside = |value: &f64| *value >= low * (1.0 - 1e-9) && *value <= high * (1.0 + 1e-9);
    let decades = decade(low)..=decade(high);
    let full = decades.clone().filter(|k| inside(&power_of_ten(*k)));
    let full: Vec<i32> = full.collect();
    let ninths = |k: i32| {
        (2..=9).map(move |digits| {
            Decimal {
                digits,
                exponent: k,
            }
            .value()
        })
    };
    let between = || decades.clone().flat_map(ninths).filter(&inside);

    if full.len() >= 3 {
        let mut trials = Vec::new();
        for stride in [1, 2, 3, 4, 5, 6, 10, 12, 20, 30, 50, 100] {
            let kept = full.iter().filter(|k| k.rem_euclid(stride) == 0);
            let ticks = kept.map(|k| (power_of_ten(*k), power_text(*k))).collect();
            trials.push(Trial::of(ticks, room, &place));
        }
        let major = best(trials, room).ticks;
        let every = full.len() as f64 / room.length;
        let minor = if every > 0.08 {
            full.iter().map(|k| power_of_ten(*k)).collect()
        } else {
            between().collect()
        };
        return Ticks {
            major,
            minor,
            power: 0,
        };
    }
    // Of one or two powers, some of their multiples have labels too.
    let plain = low >= 9e-4 && high < 1e5;
    let label = |digits: i64, exponent: i32| match (plain, digits) {
        (true, _) => Decimal { digits, exponent }.text(),
        (false, 1) => power_text(exponent),
        (false, _) => format!("{digits}×{}", power_text(exponent)),
    };
    let mut trials = Vec::new();
    for chosen in [
        &[1_i64][..],
        &[1, 3],
        &[1, 2, 5],
        &[1, 2, 3, 5],
        &[1, 2, 3, 4, 5, 6, 7, 8, 9],
    ] {
        let all = decades.clone().flat_map(|exponent| {
            let one = move |digits: &i64| (*digits, exponent);
            chosen.iter().map(one)
        });
        let ticks = all
            .map(|(digits, exponent)| {
                (
                    Decimal { digits, exponent }.value(),
                    label(digits, exponent),
                )
            })
            .filter(|(value, _)| inside(value));
        trials.push(Trial::of(ticks.collect(), room, &place));
    }
    let major = best(trials, room).ticks;
    if major.len() >= 3 {
        return Ticks {
            major,
            minor: between().collect(),
            power: 0,
        };
    }
    even_steps(low, high, room, &place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(length: f64, along: bool) -> Room {
        Room {
            length,
            size: 8.0,
            along,
        }
    }

    fn labels(ticks: &Ticks) -> Vec<&str> {
        ticks.major.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn linear_ticks_are_round_and_exact() {
        let ticks = linear(0.0, 1.0, room(120.0, false));
        assert_eq!(labels(&ticks), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(ticks.major[3].0, 0.6);
        let ticks = linear(-0.3, 0.31, room(80.0, false));
        let wanted = ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"];
        assert_eq!(labels(&ticks), wanted);
    }

    #[test]
    fn large_and_small_numbers_have_a_common_power() {
        let ticks = linear(0.0, 4.0e-6, room(120.0, false));
        assert_eq!(
            (ticks.power, labels(&ticks)),
            (-6, vec!["0", "1", "2", "3", "4"])
        );
        let ticks = linear(0.0, 2.5e5, room(200.0, true));
        assert_eq!(ticks.power, 3);
        assert!(labels(&ticks).contains(&"100"), "{ticks:?}");
    }

    #[test]
    fn four_labels_fit_on_25_mm_and_none_overlap() {
        for along in [true, false] {
            for k in 0..400 {
                let low = f64::from(k % 37) * 0.37 - 5.0;
                let high = low + 0.011 * 1.09_f64.powi(k % 97) + f64::from(k) * 0.01;
                let room = room(71.0 + f64::from(k % 50), along);
                let ticks = linear(low, high, room);
                let least = if along { 2 } else { 4 };
                assert!(
                    ticks.major.len() >= least,
                    "{low} {high} {room:?} {ticks:?}"
                );
                let placed = ticks.major.iter();
                let placed =
                    placed.map(|(v, t)| ((v - low) / (high - low) * room.length, t.clone()));
                assert!(room.fits(&placed.collect::<Vec<_>>()), "{low} {high}");
            }
        }
    }

    #[test]
    fn logarithmic_ticks_are_powers() {
        let ticks = logarithmic(1e-3, 1e2, room(150.0, false));
        let wanted = ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"];
        assert_eq!(labels(&ticks), wanted);
        assert_eq!(ticks.minor.len(), 40);
        let ticks = logarithmic(1e-30, 1e30, room(80.0, false));
        assert!((4..=9).contains(&ticks.major.len()), "{ticks:?}");
        let ticks = logarithmic(0.8, 30.0, room(150.0, false));
        assert_eq!(labels(&ticks), ["1", "2", "5", "10", "20"]);
        let ticks = logarithmic(1.01, 1.09, room(150.0, false));
        assert_eq!(labels(&ticks)[0], "1.02");
    }

    #[test]
    fn no_range_has_no_ticks() {
        assert!(linear(1.0, 1.0, room(90.0, true)).major.is_empty());
        assert!(linear(f64::NAN, 1.0, room(90.0, true)).major.is_empty());
        assert!(logarithmic(0.0, 1.0, room(90.0, true)).major.is_empty());
    }
}
