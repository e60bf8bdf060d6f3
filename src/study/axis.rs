//! A parameter that is varied, and the values that it takes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Values of a list at most.
const VALUES_MAX: u64 = 1_000_000;

/// A path of the scene with the values that it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// The path, for example `populations[0].coupling`.
    pub path: String,
    /// Its values.
    pub values: Values,
}

/// What a parameter is varied over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Values {
    /// These, as RON text.
    List(Vec<String>),
    /// All between two bounds.
    Range {
        /// The least.
        low: f64,
        /// The greatest.
        high: f64,
        /// Whether equal ratios count as equal steps.
        log: bool,
        /// Whether only whole numbers are meant.
        whole: bool,
    },
}

impl Axis {
    /// The axis that a text writes: `PATH=low:high:step` with both ends, `PATH=a,b,c`, or, for
    /// designs that draw and for searches, `PATH=low:high` or `PATH=low:high:log`.
    ///
    /// # Errors
    /// With what was expected; also when the steps do not reach the upper end.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (path, values) = text.split_once('=').ok_or_else(|| {
            format!("{text:?}, expected PATH=VALUES, for example populations[0].coupling=0:5:0.25")
        })?;
        let (path, values) = (path.trim().to_owned(), values.trim());
        if path.is_empty() {
            return Err(format!(
                "{text:?}, expected the path of a value before the ="
            ));
        }
        let about = |message: String| format!("{path}={values}: {message}");
        let parsed = parse_values(values).map_err(about)?;
        Ok(Self {
            path,
            values: parsed,
        })
    }

    /// Says that only whole numbers can stand at the path.
    pub fn hold_whole(&mut self) {
        if let Values::Range { whole, .. } = &mut self.values {
            *whole = true;
        }
    }

    /// The value at a share of the way from its lower end, 0 … 1 without 1, as RON text.
    #[must_use]
    pub fn at(&self, share: f64) -> String {
        match &self.values {
            Values::List(list) => {
                let k = (share * list.len() as f64) as usize;
                list[k.min(list.len() - 1)].clone()
            }
            Values::Range {
                whole: true,
                low,
                high,
                ..
            } => {
                let k = (share * (high - low + 1.0)).floor();
                format!("{}", (low + k).min(*high))
            }
            Values::Range { low, high, log, .. } => number(place(share, [*low, *high], *log)),
        }
    }
}

/// The number at a share of the way between two bounds.
fn place(share: f64, [low, high]: [f64; 2], log: bool) -> f64 {
    use crate::base::num;
    let value = match log {
        true => num::exp(num::ln(low) + share * (num::ln(high) - num::ln(low))),
        false => low + share * (high - low),
    };
    value.clamp(low, high)
}

/// A number as RON text that reads back as the same number.
#[must_use]
pub fn number(value: f64) -> String {
    format!("{value:?}")
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.values {
            Values::List(list) if list.len() <= 6 => {
                write!(f, "{}={}", self.path, list.join(","))
            }
            Values::List(list) => {
                let (first, last) = (&list[0], &list[list.len() - 1]);
                write!(
                    f,
                    "{}={first},{},…,{last} ({})",
                    self.path,
                    list[1],
                    list.len()
                )
            }
            Values::Range { low, high, log, .. } => {
                let log = if *log { ":log" } else { "" };
                write!(f, "{}={low}:{high}{log}", self.path)
            }
        }
    }
}

fn parse_values(text: &str) -> Result<Values, String> {
    if text.is_empty() {
        return Err("expected values".to_owned());
    }
    let parts = split(text, ':');
    if parts.len() == 1 || text.starts_with(['(', '[', '{', '"']) {
        let list: Vec<String> = split(text, ',').into_iter().map(str::to_owned).collect();
        if list.iter().any(String::is_empty) {
            return Err("one of the values is empty".to_owned());
        }
        return Ok(Values::List(list));
    }
    let expected = || "expected low:high:step, low:high or low:high:log".to_owned();
    let bound = |text: &str| {
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| format!("{text:?} is no number, {}", expected()))
    };
    let (low, high) = (bound(parts[0])?, bound(parts[1])?);
    if low > high {
        return Err(format!(
            "{low} is above {high}, so nothing lies between them"
        ));
    }
    let range = |log| Values::Range {
        low,
        high,
        log,
        whole: false,
    };
    match &parts[2..] {
        [] if low == high => Err("both ends are the same, expected a list or two ends".to_owned()),
        [] => Ok(range(false)),
        ["log"] if low > 0.0 && low < high => Ok(range(true)),
        ["log"] => Err(format!("{low}:{high}:log, expected 0 < low < high")),
        [step] => stepped(parts[0], parts[1], step, bound(step)?),
        _ => Err(expected()),
    }
}

/// The values from one end to the other, both among them, with as many decimals as were written.
fn stepped(low: &str, high: &str, step: &str, step_value: f64) -> Result<Values, String> {
    // Both were read before.
    let (first, last): (f64, f64) = (low.parse().unwrap_or(0.0), high.parse().unwrap_or(0.0));
    if step_value <= 0.0 {
        return Err(format!("step {step}, expected more than 0"));
    }
    let steps = (last - first) / step_value;
    let count = steps.round();
    if count >= VALUES_MAX as f64 {
        return Err(format!("{count} steps, expected less than {VALUES_MAX}"));
    }
    if (steps - count).abs() > 1e-6 {
        let reached = first + steps.floor() * step_value;
        let nearest = (last - first) / count.max(1.0);
        return Err(format!(
            "steps of {step} from {low} do not reach {high}, expected an upper end of {reached}, \
             or steps of {nearest}"
        ));
    }
    let decimals = decimals(low).and_then(|own| Some(own.max(decimals(step)?)));
    let value = |k: u64| {
        let value = match k == count as u64 {
            true => last,
            false => first + k as f64 * step_value,
        };
        match decimals {
            Some(places) => format!("{value:.places$}"),
            None => number(value),
        }
    };
    let decimal = |text: String| match text.strip_prefix("-0") {
        // Minus zero is written as zero.
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => format!("0{rest}"),
        _ => text,
    };
    Ok(Values::List(
        (0..=count as u64).map(|k| decimal(value(k))).collect(),
    ))
}

/// Digits behind the point; `None` for numbers with an exponent.
fn decimals(text: &str) -> Option<usize> {
    if text.contains(['e', 'E']) {
        return None;
    }
    Some(text.split_once('.').map_or(0, |(_, digits)| digits.len()))
}

/// Splits at a sign that stands in no bracket and no quotes.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0_i32, false, 0);
    let mut parts = Vec::new();
    for (k, sign) in text.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            sign if sign == at && depth == 0 && !quoted => {
                parts.push(text[start..k].trim());
                start = k + sign.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        match Axis::parse(text).unwrap().values {
            Values::List(list) => list,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn ranges_include_their_ends_as_they_are_written() {
        assert_eq!(list("a=0:5:0.25").len(), 21);
        assert_eq!(list("a=0:0.3:0.1"), ["0.0", "0.1", "0.2", "0.3"]);
        assert_eq!(list("a=1:4:1"), ["1", "2", "3", "4"]);
        assert_eq!(list("a=-1:1:0.5"), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(list("a=1e-3:3e-3:1e-3").len(), 3);
        let told = Axis::parse("a=0:1:0.3").unwrap_err();
        assert!(
            told.contains("upper end of 0.8999999999999999") || told.contains("0.9"),
            "{told}"
        );
        assert!(told.contains("do not reach 1"), "{told}");
    }

    #[test]
    fn lists_keep_what_stands_in_brackets_together() {
        assert_eq!(
            list("a=Off, Pid(kp: 1, ki: 2),\"x,y\""),
            ["Off", "Pid(kp: 1, ki: 2)", "\"x,y\""]
        );
        assert_eq!(list("a=0.5"), ["0.5"]);
        assert_eq!(list("a=(x: 1),(x: 2)"), ["(x: 1)", "(x: 2)"]);
    }

    #[test]
    fn bounds_are_for_designs_that_draw() {
        let axis = Axis::parse("a=1:100:log").unwrap();
        assert_eq!(axis.at(0.0), "1.0");
        assert!((axis.at(0.5).parse::<f64>().unwrap() - 10.0).abs() < 1e-12);
        let mut whole = Axis::parse("n=2:4").unwrap();
        whole.hold_whole();
        assert_eq!(
            [0.0, 0.4, 0.99].map(|share| whole.at(share)),
            ["2", "3", "4"]
        );
        assert_eq!(Axis::parse("a=x,y").unwrap().at(0.999), "y");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_reason() {
        let told = |text: &str| Axis::parse(text).unwrap_err();
        assert!(told("a").contains("expected PATH=VALUES"));
        assert!(told("=1").contains("path"));
        assert!(told("a=").contains("expected values"));
        assert!(told("a=1,,2").contains("empty"));
        assert!(told("a=5:0:1").contains("above"));
        assert!(told("a=0:5:-1").contains("more than 0"));
        assert!(told("a=0:5:x").contains("no number"));
        assert!(told("a=0:1:log").contains("0 < low"));
        assert!(told("a=0:1e9:1e-3").contains("less than"));
        assert!(told("a=1:1").contains("same"));
        assert!(told("a=1:2:3:4").contains("expected low:high:step"));
    }
}
