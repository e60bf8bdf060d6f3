//! The values of a part's parameters.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The value of a parameter of a part: a number or a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Value {
    /// The number that it is.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Bare::json_schema(generator)
    }
}

/// How people write it: the bare value.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a number or a text in double quotes")]
enum Bare {
    Number(f64),
    Text(String),
}

/// How formats keep it that do not tell a number from a text.
#[derive(Serialize, Deserialize)]
enum Tagged {
    Number(f64),
    Text(String),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.clone(), serializer.is_human_readable()) {
            (Self::Number(own), true) => Bare::Number(own).serialize(serializer),
            (Self::Text(own), true) => Bare::Text(own).serialize(serializer),
            (Self::Number(own), false) => Tagged::Number(own).serialize(serializer),
            (Self::Text(own), false) => Tagged::Text(own).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(match Bare::deserialize(deserializer)? {
                Bare::Number(own) => Self::Number(own),
                Bare::Text(own) => Self::Text(own),
            });
        }
        Ok(match Tagged::deserialize(deserializer)? {
            Tagged::Number(own) => Self::Number(own),
            Tagged::Text(own) => Self::Text(own),
        })
    }
}

/// Reads values by name, of which none stands twice.
///
/// # Errors
/// Those of the format, and when one does.
pub fn distinct<'de, D: Deserializer<'de>, V: Deserialize<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, V>, D::Error> {
    struct Distinct<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for Distinct<V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("a map from the names of parameters to their values")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut found = BTreeMap::new();
            while let Some((name, values)) = entries.next_entry::<String, V>()? {
                if found.contains_key(&name) {
                    return Err(A::Error::custom(format!(
                        "parameter {name:?} is given twice, expected once"
                    )));
                }
                found.insert(name, values);
            }
            Ok(found)
        }
    }

    deserializer.deserialize_map(Distinct(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_scenes_and_snapshots() {
        for (value, written) in [
            (Value::from(0.1), "0.1"),
            (Value::from("a \"b\""), "\"a \\\"b\\\"\""),
        ] {
            let text = ron::to_string(&value).unwrap();
            assert_eq!(text, written);
            assert_eq!(ron::from_str::<Value>(&text).unwrap(), value);
            let bytes = postcard::to_stdvec(&value).unwrap();
            assert_eq!(postcard::from_bytes::<Value>(&bytes).unwrap(), value);
        }
        assert_eq!(ron::from_str::<Value>("3").unwrap(), Value::Number(3.0));
        assert!(ron::from_str::<Value>("[1]").is_err());
    }
}
