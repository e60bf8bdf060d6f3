//! What a part says of itself: its name, what it does, and its parameters.

use std::collections::BTreeMap;

use crate::base::Problems;
use crate::base::problem::did_you_mean;
use crate::registry::Bounds;

use super::guard::is_plain_name;
use super::value::Value;

/// A parameter of a part.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterInfo {
    /// Its name in scenes.
    pub name: &'static str,
    /// Its value where a scene gives none; also tells whether it is a number or a text.
    pub default: Value,
    /// Its unit; empty for pure numbers and texts.
    pub unit: &'static str,
    /// The numbers that are accepted.
    pub bounds: Bounds,
    /// What it does.
    pub help: &'static str,
}

/// What a part says of itself, for lists, the schema and the checks of scenes.
///
/// ```
/// use phantomos::prelude::*;
///
/// let about = About::new("tide", "A slow sine.")
///     .number("period_s", 600.0, "s", Bounds::range(1.0, 1e6), "Time of one turn.")
///     .text("unit", "m", "Unit of the column.");
/// assert_eq!(about.parameters.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// Its name in scenes.
    pub name: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Its parameters, in the order in which a person shall see them.
    pub parameters: Vec<ParameterInfo>,
}

impl About {
    /// A part without parameters.
    #[must_use]
    pub fn new(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            parameters: Vec::new(),
        }
    }

    /// With one number more.
    #[must_use]
    pub fn number(
        mut self,
        name: &'static str,
        default: f64,
        unit: &'static str,
        bounds: Bounds,
        help: &'static str,
    ) -> Self {
        self.parameters.push(ParameterInfo {
            name,
            default: Value::Number(default),
            unit,
            bounds,
            help,
        });
        self
    }

    /// With one text more.
    #[must_use]
    pub fn text(mut self, name: &'static str, default: &str, help: &'static str) -> Self {
        self.parameters.push(ParameterInfo {
            name,
            default: Value::from(default),
            unit: "",
            bounds: Bounds::FINITE,
            help,
        });
        self
    }

    /// What is wrong with the part itself, before any scene names it.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let mut seen: Vec<&str> = Vec::new();
        for own in &self.parameters {
            if !is_plain_name(own.name) {
                return Some(format!(
                    "{:?}: parameter {:?}, expected a name of letters, digits, - and _",
                    self.name, own.name
                ));
            }
            if seen.contains(&own.name) {
                return Some(format!("{:?} has two parameters {:?}", self.name, own.name));
            }
            seen.push(own.name);
            if let Value::Number(default) = own.default
                && !own.bounds.accepts(default)
            {
                return Some(format!(
                    "{:?}: the default {default} of {:?} is not {}",
                    self.name, own.name, own.bounds
                ));
            }
        }
        None
    }

    /// Collects what is wrong with the parameters that a scene gives at `path`.
    pub fn check(&self, problems: &mut Problems, path: &str, given: &BTreeMap<String, Value>) {
        for (name, value) in given {
            let path = format!("{path}.{name}");
            let Some(own) = self.parameters.iter().find(|own| own.name == name) else {
                let names: Vec<&str> = self.parameters.iter().map(|own| own.name).collect();
                let expected = match &names[..] {
                    [] => "none".to_owned(),
                    names => format!("{}{}", names.join(", "), did_you_mean(name, names)),
                };
                let part = self.name;
                problems.add(
                    path,
                    format!("{part:?} has no parameter {name:?}, expected {expected}"),
                );
                continue;
            };
            match (&own.default, value) {
                (Value::Number(_), Value::Number(number)) => {
                    let unit = match own.unit {
                        "" => String::new(),
                        unit => format!(" {unit}"),
                    };
                    let expected = format!("{}{unit}", own.bounds);
                    problems.require(own.bounds.accepts(*number), &path, number, &expected);
                }
                (Value::Text(_), Value::Text(text)) => problems.plain_text(&path, text),
                (Value::Number(_), _) => {
                    problems.add(path, format!("found {value}, expected a number"))
                }
                (Value::Text(_), _) => {
                    problems.add(path, format!("found {value}, expected a text"))
                }
            }
        }
    }

    /// The value of every parameter: as given, else its default.
    #[must_use]
    pub fn complete(&self, given: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        let values = self.parameters.iter().map(|own| {
            let value = given.get(own.name).unwrap_or(&own.default);
            (own.name.to_owned(), value.clone())
        });
        values.collect()
    }
}
