//! Columns that tell the time.

use super::names::plain_name;

/// Names of columns that tell the time, without blanks and units.
const TIMES: [&str; 16] = [
    "zeit",
    "time",
    "t",
    "timestamp",
    "timestamps",
    "ts",
    "times",
    "tsec",
    "timesec",
    "seconds",
    "sec",
    "date",
    "datetime",
    "clock",
    "unixtime",
    "epoch",
];
/// Units of time that may stand behind a name, with their length in s; none for texts.
const TIME_UNITS: [(&str, Option<f64>); 12] = [
    ("s", Some(1.0)),
    ("ms", Some(1e-3)),
    ("us", Some(1e-6)),
    ("µs", Some(1e-6)),
    ("μs", Some(1e-6)),
    ("ns", Some(1e-9)),
    ("sec", Some(1.0)),
    ("secs", Some(1.0)),
    ("msec", Some(1e-3)),
    ("min", Some(60.0)),
    ("seconds", Some(1.0)),
    ("formatted", None),
];
/// Names that leave no doubt, also where times stand still for some rows or fall.
const SURE: [&str; 7] = [
    "zeit",
    "time",
    "times",
    "timestamp",
    "timestamps",
    "datetime",
    "unixtime",
];

fn unit(plain: &str) -> Option<&'static (&'static str, Option<f64>)> {
    TIME_UNITS.iter().find(|(name, _)| *name == plain)
}

/// Whether a name says that a column tells the time, whatever its numbers do.
pub(super) fn is_sure(name: &str) -> bool {
    SURE.contains(&base_name(name).as_str())
}

/// Whether a column tells the time: it is named so and rises; with a sure name it may stand still.
pub(super) fn tells_time(name: &str, values: &[f64]) -> bool {
    let plain = base_name(name);
    let ([first, .., last], true) = (values, TIMES.contains(&plain.as_str())) else {
        return false;
    };
    let rises = values.windows(2).all(|pair| pair[1] > pair[0]);
    let climbs = || values.windows(2).all(|pair| pair[1] >= pair[0]) && last > first;
    rises || SURE.contains(&plain.as_str()) && climbs()
}

/// Seconds of the unit in which a column of times counts, as its unit or its name says; none when
/// neither does.
pub(super) fn unit_s(name: &str, unit_text: &str) -> Option<f64> {
    let inner = name.split(['(', '[', ')', ']']).nth(1).unwrap_or_default();
    let before = name.split(['(', '[']).next().unwrap_or_default();
    let last = before.split(['_', ' ', '-']).map(plain_name).next_back();
    let words = [
        plain_name(unit_text),
        plain_name(inner),
        last.unwrap_or_default(),
    ];
    let whole = ["tsec", "timesec"].contains(&plain_name(name).as_str());
    let found = words.iter().find_map(|word| unit(word)?.1);
    found.or(whole.then_some(1.0))
}

/// A name in lower case without marks and without a unit of time at its end.
pub(super) fn base_name(name: &str) -> String {
    let before = name.split(['(', '[']).next().unwrap_or_default();
    let plain = plain_name(before);
    let inner = name.split(['(', '[', ')', ']']).nth(1).map(plain_name);
    if inner.is_some_and(|inner| unit(&inner).is_none()) {
        return plain_name(name);
    }
    let words: Vec<String> = before.split(['_', ' ', '-']).map(plain_name).collect();
    match words.as_slice() {
        [rest @ .., last] if !rest.is_empty() && unit(last).is_some() => rest.concat(),
        _ => plain,
    }
}

/// Times are often written with fewer decimals than their steps have.
pub(super) const ROUNDED: f64 = 0.02;
/// What steps may differ by in a column of any name.
pub(super) const FINE: f64 = 1e-3;

/// The step of numbers that rise or fall by equal ones, within a share of it.
pub(super) fn equal_steps(values: &[f64], within: f64) -> Option<f64> {
    let [first, .., last] = values else {
        return None;
    };
    let step = (last - first) / (values.len() - 1) as f64;
    if !step.is_finite() || step == 0.0 {
        return None;
    }
    let near = |(k, value): (usize, &f64)| (value - (first + step * k as f64)).abs();
    let worst = values.iter().enumerate().map(near).fold(0.0, f64::max);
    (worst <= within * step.abs()).then_some(step)
}
