//! Intervals of a formula's text, in samples or in units of time.

use super::error::FormulaError;
use super::formula::{BOUND_MAX, Bounds};
use super::lex::Token;
use super::parse::Parser;

impl Parser<'_> {
    /// An interval in brackets, or all where there is none.
    pub(super) fn bounds(&mut self) -> Result<Bounds, FormulaError> {
        let place = self.at;
        if !self.take("[") {
            return Ok(Bounds::ALL);
        }
        let (from, first_unit) = self.bound()?;
        if !self.take(",") && !self.take(":") {
            return Err(self.refuse(", and the upper bound"));
        }
        let second = self.at;
        let (to, second_unit) = self.bound()?;
        self.demand("]", "]")?;
        let mixed = first_unit != second_unit && from != Some(0) && to.is_some_and(|to| to > 0);
        if mixed {
            return Err(self.error(
                place,
                "one bound with a unit",
                "a unit at both bounds or at none",
            ));
        }
        let Some(from) = from else {
            return Err(self.error(place + 1, "inf", "a whole number of samples"));
        };
        let found = format!("{} after {from}", to.unwrap_or(0));
        let expected = "an upper bound that is not below the lower one";
        Bounds::new(from, to).ok_or_else(|| self.error(second, &found, expected))
    }

    /// A bound in samples, none for `inf`, and whether it has a unit.
    fn bound(&mut self) -> Result<(Option<u64>, bool), FormulaError> {
        let place = self.at;
        let expected = format!("a whole number of samples, 0 … {BOUND_MAX}, or inf");
        let number = match self.peek() {
            Token::Number(number) => *number,
            Token::Word(word) if word == "inf" => {
                self.next();
                return Ok((None, false));
            }
            _ => return Err(self.refuse(&expected)),
        };
        self.next();
        let unit = match self.peek() {
            Token::Word(word) => Some(word.clone()),
            _ => None,
        };
        let Some(unit) = unit else {
            return match whole(number, 0.0) {
                Some(samples) => Ok((Some(samples), false)),
                None => Err(self.error(place, &number.to_string(), &expected)),
            };
        };
        let Some((_, seconds)) = UNITS.iter().find(|(own, _)| *own == unit) else {
            let known: Vec<&str> = UNITS.iter().map(|(own, _)| *own).collect();
            return Err(self.refuse(&format!("a unit of time: {}", known.join(", "))));
        };
        self.next();
        let found = format!("{number} {unit}");
        let period = self
            .period_s
            .filter(|period| period.is_finite() && *period > 0.0);
        let Some(period) = period else {
            let expected = "a bound in samples, since the time between samples is not known";
            return Err(self.error(place, &found, expected));
        };
        whole(number * seconds / period, 1e-9).map_or_else(
            || {
                let expected = format!("a whole number of samples, which are {period} s apart");
                Err(self.error(place, &found, &expected))
            },
            |samples| Ok((Some(samples), true)),
        )
    }
}

/// Units of time, s.
const UNITS: [(&str, f64); 8] = [
    ("s", 1.0),
    ("ms", 1e-3),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("μs", 1e-6),
    ("ns", 1e-9),
    ("min", 60.0),
    ("h", 3600.0),
];

/// A number of samples that is whole but for a relative difference.
fn whole(number: f64, tolerance: f64) -> Option<u64> {
    let near = number.round();
    let sound = (0.0..=BOUND_MAX as f64).contains(&near);
    (sound && (number - near).abs() <= tolerance * near.max(1.0)).then_some(near as u64)
}
