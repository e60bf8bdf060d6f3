//! Two values of JSON, number by number.

use serde_json::Value;

/// A number, word or part that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Where it is within the value; empty for the whole.
    pub path: String,
    /// What it is in both, as JSON; `None` where it is not there.
    pub values: [Option<String>; 2],
    /// How far numbers are apart; infinite for everything else.
    pub apart: f64,
}

/// What differs between two values, in the order of the first.
#[must_use]
pub fn leaves(a: &Value, b: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    walk(String::new(), Some(a), Some(b), &mut found);
    found
}

fn walk(path: String, a: Option<&Value>, b: Option<&Value>, found: &mut Vec<Leaf>) {
    match (a, b) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let extra = other.keys().filter(|key| !one.contains_key(*key));
            for key in one.keys().chain(extra) {
                let inner = match path.is_empty() {
                    true => key.clone(),
                    false => format!("{path}.{key}"),
                };
                walk(inner, one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for k in 0..one.len().max(other.len()) {
                walk(format!("{path}[{k}]"), one.get(k), other.get(k), found);
            }
        }
        (a, b) => {
            let values = [a, b].map(|own| own.map(ToString::to_string));
            // As texts, since 0.0 and -0.0 are the same as numbers.
            if values[0] != values[1] {
                let number = |own: Option<&Value>| own.and_then(Value::as_f64);
                let apart = number(a).zip(number(b)).map(|(a, b)| (a - b).abs());
                let apart = apart.filter(|own| own.is_finite()).unwrap_or(f64::INFINITY);
                found.push(Leaf {
                    path,
                    values,
                    apart,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_that_differ_in_a_bit_are_found() {
        let x = 0.1_f64;
        let a = json!({"p": [1, x, -0.0], "q": "w", "r": null});
        assert!(leaves(&a, &a).is_empty());
        let b = json!({"p": [1, f64::from_bits(x.to_bits() + 1), 0.0], "q": "w", "s": 1});
        let found = leaves(&a, &b);
        let paths: Vec<&str> = found.iter().map(|own| own.path.as_str()).collect();
        assert_eq!(paths, ["p[1]", "p[2]", "r", "s"]);
        assert_eq!(found[0].values[1].as_deref(), Some("0.10000000000000002"));
        assert!(found[0].apart < 1e-16 && found[2].apart.is_infinite());
        assert_eq!(found[3].values, [None, Some("1".to_owned())]);
    }
}
