//! The border: a case as JSON (schema `phantom-ref-1`) read into numbers, with the path of every
//! value kept for messages.

use serde_json::Value;

use super::error::DynamicsError;
use super::network::Network;

/// Largest number of vertices a case may have.
const VERTICES_MAX: u64 = 10_000_000;

/// A value of the case and where it stands.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    value: &'a Value,
    path: String,
}

impl<'a> Node<'a> {
    /// The whole case.
    #[must_use]
    pub fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: String::new(),
        }
    }

    /// The path of a key below this node.
    #[must_use]
    pub fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// The value under a key, if it is there and not null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Node<'a>> {
        let value = self.value.get(key).filter(|v| !v.is_null())?;
        Some(Node {
            value,
            path: self.path_of(key),
        })
    }

    /// The value under a key.
    ///
    /// # Errors
    /// [`DynamicsError::Missing`].
    pub fn need(&self, key: &str, expected: &str) -> Result<Node<'a>, DynamicsError> {
        self.get(key)
            .ok_or_else(|| DynamicsError::missing(&self.path_of(key), expected))
    }

    /// An error about this value.
    #[must_use]
    pub fn wrong(&self, expected: impl ToString) -> DynamicsError {
        let mut found = self.value.to_string();
        if let Some((cut, _)) = found.char_indices().nth(60) {
            found.truncate(cut);
            found.push('…');
        }
        DynamicsError::invalid(&self.path, found, expected)
    }

    /// The items of an array.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] for anything else.
    pub fn items(&self) -> Result<Vec<Node<'a>>, DynamicsError> {
        let Some(items) = self.value.as_array() else {
            return Err(self.wrong("an array"));
        };
        let item = |(i, value)| Node {
            value,
            path: format!("{}[{i}]", self.path),
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A finite number.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`].
    pub fn as_number(&self) -> Result<f64, DynamicsError> {
        self.value
            .as_f64()
            .filter(|x| x.is_finite())
            .ok_or_else(|| self.wrong("a finite number"))
    }

    /// A whole number from 0 to `max`.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`].
    pub fn as_count(&self, max: u64) -> Result<u64, DynamicsError> {
        let count = self.value.as_u64().filter(|&n| n <= max);
        count.ok_or_else(|| self.wrong(format!("a whole number from 0 to {max}")))
    }

    /// A text.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`].
    pub fn as_text(&self) -> Result<&'a str, DynamicsError> {
        self.value.as_str().ok_or_else(|| self.wrong("a text"))
    }

    /// An array of finite numbers.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`].
    pub fn as_numbers(&self) -> Result<Vec<f64>, DynamicsError> {
        self.items()?.iter().map(Node::as_number).collect()
    }

    /// The finite number under a key.
    ///
    /// # Errors
    /// [`DynamicsError::Missing`], [`DynamicsError::Invalid`].
    pub fn number(&self, key: &str) -> Result<f64, DynamicsError> {
        self.need(key, "a number")?.as_number()
    }

    /// The finite number under a key, or `default` when the key is not there.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`].
    pub fn number_or(&self, key: &str, default: f64) -> Result<f64, DynamicsError> {
        self.get(key).map_or(Ok(default), |node| node.as_number())
    }

    /// The number > 0 under a key.
    ///
    /// # Errors
    /// [`DynamicsError::Missing`], [`DynamicsError::Invalid`].
    pub fn positive(&self, key: &str) -> Result<f64, DynamicsError> {
        let node = self.need(key, "a positive number")?;
        let x = node.as_number()?;
        if x > 0.0 {
            Ok(x)
        } else {
            Err(node.wrong("a positive number"))
        }
    }

    /// The number ≥ 0 under a key.
    ///
    /// # Errors
    /// [`DynamicsError::Missing`], [`DynamicsError::Invalid`].
    pub fn non_negative(&self, key: &str) -> Result<f64, DynamicsError> {
        let node = self.need(key, "a number that is not negative")?;
        let x = node.as_number()?;
        if x >= 0.0 {
            Ok(x)
        } else {
            Err(node.wrong("a number that is not negative"))
        }
    }

    /// One number per vertex under a key: an array of `n`, or one number for all.
    ///
    /// # Errors
    /// [`DynamicsError::Missing`], [`DynamicsError::Invalid`] also for another length.
    pub fn per_vertex(&self, key: &str, n: usize) -> Result<Vec<f64>, DynamicsError> {
        let node = self.need(key, "a number or an array with one number per vertex")?;
        if node.value.is_number() {
            return Ok(vec![node.as_number()?; n]);
        }
        let values = node.as_numbers()?;
        if values.len() == n {
            return Ok(values);
        }
        let found = format!("{} numbers", values.len());
        Err(DynamicsError::invalid(
            &node.path,
            found,
            format!("one per vertex ({n})"),
        ))
    }

    /// Like [`Node::per_vertex`], and none may be negative.
    ///
    /// # Errors
    /// As [`Node::per_vertex`].
    pub fn per_vertex_non_negative(&self, key: &str, n: usize) -> Result<Vec<f64>, DynamicsError> {
        let values = self.per_vertex(key, n)?;
        match values.iter().position(|&x| x < 0.0) {
            None => Ok(values),
            Some(i) => {
                let path = format!("{}[{i}]", self.path_of(key));
                Err(DynamicsError::invalid(
                    &path,
                    values[i],
                    "a number that is not negative",
                ))
            }
        }
    }
}

/// A case, read.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// Identifier, such as `damped-00`.
    pub id: String,
    /// Family, such as `damped`.
    pub family: String,
    /// Kind, such as `trajectory`.
    pub kind: String,
    /// The whole case.
    pub root: Node<'a>,
    /// Its parameters (an empty object when there are none).
    pub params: Node<'a>,
    /// Output times, s: ascending and ≥ 0.
    pub times_s: Vec<f64>,
    /// Names of the arrays and scalars wanted at each time; empty: those usual for the family.
    pub wanted: Vec<String>,
    /// Names of the quantities wanted; `None`: all that the family knows.
    pub quantities: Option<Vec<String>>,
}

/// Stands for parameters that are not there.
static EMPTY: Value = Value::Null;

impl<'a> Case<'a> {
    /// Reads what all families share.
    ///
    /// # Errors
    /// [`DynamicsError::Missing`], [`DynamicsError::Invalid`] with the JSON path.
    pub fn read(value: &'a Value) -> Result<Self, DynamicsError> {
        let root = Node::root(value);
        if !value.is_object() {
            return Err(DynamicsError::invalid("case", value, "an object"));
        }
        let text = |key: &str| root.need(key, "a text")?.as_text().map(str::to_owned);
        let (id, family) = (text("id")?, text("family")?);
        let kind = root.get("kind").map_or(Ok(""), |k| k.as_text())?.to_owned();
        let (times_s, wanted) = read_times(&root)?;
        let quantities = root.get("quantities").map(|q| read_names(&q)).transpose()?;
        let params = root.get("params").unwrap_or(Node {
            value: &EMPTY,
            path: "params".to_owned(),
        });
        Ok(Self {
            id,
            family,
            kind,
            root,
            params,
            times_s,
            wanted,
            quantities,
        })
    }

    /// The network of the case, or `n` vertices as `fallback` makes them when it has none.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] for bad edges, see [`Network::new`].
    pub fn network(
        &self,
        fallback: impl FnOnce() -> Result<Network, DynamicsError>,
    ) -> Result<Network, DynamicsError> {
        let Some(graph) = self.root.get("graph") else {
            return fallback();
        };
        let n = graph
            .need("n", "the number of vertices")?
            .as_count(VERTICES_MAX)? as usize;
        let symmetric = match graph.get("symmetric") {
            None => true,
            Some(node) => node
                .value
                .as_bool()
                .ok_or_else(|| node.wrong("true or false"))?,
        };
        let mut edges = Vec::new();
        for edge in graph.need("edges", "an array of [i, j, w]")?.items()? {
            let parts = edge.items()?;
            let [i, j, w] = parts.as_slice() else {
                return Err(edge.wrong("[i, j, w]"));
            };
            let vertex = |node: &Node| node.as_count(VERTICES_MAX).map(|v| v as usize);
            edges.push((vertex(i)?, vertex(j)?, w.as_number()?));
        }
        Network::new(n, symmetric, &edges)
    }

    /// An initial array; its length is `n` when that is given, and at least 1.
    ///
    /// # Errors
    /// [`DynamicsError::Missing`], [`DynamicsError::Invalid`] for another length.
    pub fn initial(&self, key: &str, n: Option<usize>) -> Result<Vec<f64>, DynamicsError> {
        let init = self.root.need("init", "an object of initial arrays")?;
        let node = init.need(key, "an array with one number per vertex")?;
        let values = node.as_numbers()?;
        let fits = n.map_or(!values.is_empty(), |n| values.len() == n);
        if fits {
            return Ok(values);
        }
        let count = n.map_or("one per vertex, at least one".to_owned(), |n| {
            format!("one per vertex ({n})")
        });
        Err(DynamicsError::invalid(
            &node.path,
            format!("{} numbers", values.len()),
            count,
        ))
    }
}

fn read_times(root: &Node) -> Result<(Vec<f64>, Vec<String>), DynamicsError> {
    let mut times: Vec<(f64, String)> = Vec::new();
    let mut wanted: Vec<String> = Vec::new();
    if let Some(expect) = root.get("expect") {
        for entry in expect.items()? {
            times.push((entry.number("t")?, entry.path_of("t")));
            let object = entry.value.as_object().into_iter().flatten();
            for key in object.map(|(key, _)| key).filter(|key| *key != "t") {
                if !wanted.contains(key) {
                    wanted.push(key.clone());
                }
            }
        }
    }
    // An empty `expect` asks for nothing, and leaves the times to `times`.
    if let Some(list) = root.get("times")
        && times.is_empty()
    {
        for entry in list.items()? {
            times.push((entry.as_number()?, entry.path.clone()));
        }
    }
    let mut before = 0.0;
    for (t, path) in &times {
        if *t < before {
            return Err(DynamicsError::invalid(
                path,
                t,
                "times from 0 on in ascending order",
            ));
        }
        before = *t;
    }
    Ok((times.into_iter().map(|(t, _)| t).collect(), wanted))
}

fn read_names(list: &Node) -> Result<Vec<String>, DynamicsError> {
    let name = |item: &Node| match item.value {
        Value::String(text) => Ok(text.clone()),
        _ => item
            .need("name", "the name of the quantity")?
            .as_text()
            .map(str::to_owned),
    };
    list.items()?.iter().map(name).collect()
}
