//! The parts of one kind by name, and how they are opened.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use xxhash_rust::xxh3::xxh3_64;

use crate::base::digest::fold;
use crate::base::problem::did_you_mean;
use crate::base::random::{KeyedRng, Purpose};
use crate::base::{Problems, Tick};

use super::about::About;
use super::guard::{guarded, is_plain_name};
use super::value::{Value, distinct};

/// A part as a scene names it: `Custom(name: "…", parameters: {"…": 1.0})`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomSpec {
    /// The name under which the program knows it.
    pub name: String,
    /// Its parameters by name; the part's own defaults where none is given.
    #[serde(default, deserialize_with = "distinct")]
    pub parameters: BTreeMap<String, Value>,
}

/// A part that scenes can name: every kind (sensor, law, policy, actuator) builds on it.
///
/// ```
/// use phantomos::prelude::*;
///
/// struct Tide {
///     period_s: f64,
/// }
///
/// impl Part for Tide {
///     fn about() -> About {
///         let bounds = Bounds::range(1.0, 1e6);
///         About::new("tide", "A slow sine.").number("period_s", 600.0, "s", bounds, "Of one turn.")
///     }
///
///     fn open(own: &Opening) -> Result<Self, String> {
///         let period_s = own.number("period_s")?;
///         Ok(Self { period_s })
///     }
/// }
/// # assert_eq!(Tide::about().name, "tide");
/// # let _ = |tide: Tide| tide.period_s;
/// ```
pub trait Part: Sized + Send + Sync + 'static {
    /// Its name, what it does, and its parameters.
    fn about() -> About;

    /// Opens it with the parameters of a scene, which have been checked against [`Part::about`].
    ///
    /// # Errors
    /// With a sentence that says what was found and expected; it is shown with the part's place in the
    /// scene.
    fn open(own: &Opening) -> Result<Self, String>;
}

/// Reads a file by its path in the scene: its name for messages, and its bytes.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<(String, Vec<u8>), String>;

/// What a part is opened with.
pub struct Opening<'a> {
    /// The value of every parameter.
    pub values: BTreeMap<String, Value>,
    /// Seed of the run.
    pub seed: u64,
    /// Number of the sensor, loop or actuator in the scene, from 0.
    pub index: u32,
    /// Length of a tick, s.
    pub tick_s: f64,
    stream: u64,
    read: Option<ReadFile<'a>>,
}

impl<'a> Opening<'a> {
    /// Of part number `index` in a run of this seed, with ticks of `tick_s`.
    #[must_use]
    pub fn new(seed: u64, index: u32, tick_s: f64) -> Self {
        Self {
            values: BTreeMap::new(),
            seed,
            index,
            tick_s,
            stream: 0,
            read: None,
        }
    }

    /// With files that the scene may read.
    #[must_use]
    pub fn with_files(mut self, read: ReadFile<'a>) -> Self {
        self.read = Some(read);
        self
    }

    /// A source of random numbers of this part's own, which no other part of the run shares.
    #[must_use]
    pub fn random(&self) -> PartRandom {
        PartRandom {
            seed: self.seed,
            stream: fold(self.stream, [u64::from(self.index)]),
        }
    }

    /// A number among the parameters.
    ///
    /// # Errors
    /// When the part declares no such number.
    pub fn number(&self, name: &str) -> Result<f64, String> {
        let found = self.values.get(name).and_then(Value::number);
        found.ok_or_else(|| format!("the part declares no number {name:?}"))
    }

    /// A text among the parameters.
    ///
    /// # Errors
    /// When the part declares no such text.
    pub fn text(&self, name: &str) -> Result<&str, String> {
        match self.values.get(name) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(format!("the part declares no text {name:?}")),
        }
    }

    /// The bytes of a file by its path in the scene, as far as the scene may read it.
    ///
    /// # Errors
    /// When it cannot be read or lies where the scene may not read.
    pub fn file(&self, path: &str) -> Result<Vec<u8>, String> {
        let read = self.read.ok_or("parts of this kind read no files")?;
        read(path).map(|(_, bytes)| bytes)
    }
}

/// Random numbers of a part, the same whenever a tick is run.
#[derive(Clone, Copy, Debug)]
pub struct PartRandom {
    seed: u64,
    stream: u64,
}

impl PartRandom {
    /// The numbers of a tick: `normal()`, `uniform()` and all that the crate `rand` makes of a
    /// source.
    #[must_use]
    pub fn at(&self, tick: Tick) -> KeyedRng {
        KeyedRng::new(self.seed, Purpose::Part, self.stream, tick)
    }
}

/// Makes the kind's trait object of a part.
pub type Wrap<P, T> = fn(P) -> Result<Box<T>, String>;

type Open<T> = Arc<dyn Fn(&Opening) -> Result<Box<T>, String> + Send + Sync>;

struct Entry<T: ?Sized> {
    about: Arc<About>,
    open: Open<T>,
}

impl<T: ?Sized> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self {
            about: self.about.clone(),
            open: self.open.clone(),
        }
    }
}

/// The parts of a kind by name. `T` is the kind's trait object.
pub struct Catalog<T: ?Sized> {
    kind: &'static str,
    entries: Vec<Entry<T>>,
}

impl<T: ?Sized> Clone for Catalog<T> {
    fn clone(&self) -> Self {
        Self {
            kind: self.kind,
            entries: self.entries.clone(),
        }
    }
}

impl<T: ?Sized> fmt::Debug for Catalog<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.entries.iter().map(|own| own.about.name);
        f.debug_list().entries(names).finish()
    }
}

impl<T: ?Sized + 'static> Catalog<T> {
    /// No parts yet, of a kind that messages call so, for example `law`.
    #[must_use]
    pub fn new(kind: &'static str) -> Self {
        Self {
            kind,
            entries: Vec::new(),
        }
    }

    /// Adds a part.
    ///
    /// # Errors
    /// When its name is taken or no name, or its defaults are not within their bounds.
    pub fn add<P: Part>(&mut self, wrap: Wrap<P, T>) -> Result<(), String> {
        let kind = self.kind;
        let about = guarded(&format!("a {kind}"), P::about).map_err(|error| error.to_string())?;
        let name = about.name;
        if !is_plain_name(name) {
            return Err(format!(
                "{kind} {name:?}: expected a name of letters, digits, - and _"
            ));
        }
        if self.find(name).is_some() {
            return Err(format!(
                "there is a {kind} named {name:?} already, expected another name"
            ));
        }
        if let Some(fault) = about.fault() {
            return Err(format!("{kind} {fault}"));
        }
        self.entries.push(Entry {
            about: Arc::new(about),
            open: Arc::new(move |opening| wrap(P::open(opening)?)),
        });
        Ok(())
    }

    /// What each part says of itself, in the order in which they were added.
    pub fn list(&self) -> impl Iterator<Item = &About> {
        self.entries.iter().map(|own| own.about.as_ref())
    }

    /// What the part of a name says of itself.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&About> {
        self.list().find(|own| own.name == name)
    }

    /// Collects what is wrong with a part that a scene names at `path`.
    pub fn check(&self, problems: &mut Problems, path: &str, spec: &CustomSpec) {
        match self.find(&spec.name) {
            Some(about) => about.check(problems, &format!("{path}.parameters"), &spec.parameters),
            None => problems.add(format!("{path}.name"), self.unknown(&spec.name)),
        }
    }

    fn unknown(&self, name: &str) -> String {
        let kind = self.kind;
        let names: Vec<&str> = self.list().map(|own| own.name).collect();
        let expected = match &names[..] {
            [] => "a program with it; this one has none of its own (is it the right program?)"
                .to_owned(),
            names => format!("{}{}", names.join(", "), did_you_mean(name, names)),
        };
        format!("this program has no {kind} named {name:?}, expected {expected}")
    }

    /// Opens the part that a scene names.
    ///
    /// # Errors
    /// When there is none of that name, or it refuses its parameters or panics.
    pub fn open(&self, spec: &CustomSpec, mut opening: Opening) -> Result<Box<T>, String> {
        let entry = self.entries.iter().find(|own| own.about.name == spec.name);
        let entry = entry.ok_or_else(|| self.unknown(&spec.name))?;
        opening.values = entry.about.complete(&spec.parameters);
        let who = format!("{} {:?}", self.kind, spec.name);
        opening.stream = xxh3_64(who.as_bytes());
        guarded(&who, || (entry.open)(&opening))
            .map_err(|error| error.to_string())?
            .map_err(|message| format!("{who}: {message}"))
    }
}
