//! Live parameters: what can be set while a run goes on, said once by the room that owns the value.
//!
//! ```text
//! Input::Set { path, value } ─► apply_edits ─► LiveParameter::set   on every World that has the value
//! window ◄────────────────────────────────────── LiveParameter::get   the value in force, ramps included
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bevy::prelude::*;

use crate::tick::PendingInputs;

use super::key::{Key, KeyIndex};

/// The values that a live parameter accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bounds {
    /// 0 (off) or 1 (on).
    Switch,
    /// Finite numbers from `least` to `most`; either may be infinite.
    Range {
        /// The least value.
        least: f64,
        /// The greatest value.
        most: f64,
    },
}

impl Bounds {
    /// Every finite number.
    pub const FINITE: Self = Self::range(f64::NEG_INFINITY, f64::INFINITY);
    /// Every finite number from 0.
    pub const NON_NEGATIVE: Self = Self::range(0.0, f64::INFINITY);

    /// Finite numbers from `least` to `most`.
    #[must_use]
    pub const fn range(least: f64, most: f64) -> Self {
        Self::Range { least, most }
    }

    /// Whether it accepts a value.
    #[must_use]
    pub fn accepts(&self, value: f64) -> bool {
        match self {
            Self::Switch => value == 0.0 || value == 1.0,
            Self::Range { least, most } => value.is_finite() && (*least..=*most).contains(&value),
        }
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Switch => f.write_str("0 (off) or 1 (on)"),
            Self::Range { least, most } => match (least.is_finite(), most.is_finite()) {
                (false, false) => f.write_str("a finite number"),
                (true, false) => write!(f, "a finite number ≥ {least}"),
                (false, true) => write!(f, "a finite number ≤ {most}"),
                (true, true) => write!(f, "a finite number in {least} … {most}"),
            },
        }
    }
}

type Get = Arc<dyn Fn(&World) -> Option<f64> + Send + Sync>;
type Set = Arc<dyn Fn(&mut World, f64) + Send + Sync>;

/// A value that can be set while a run goes on.
#[derive(Clone)]
pub struct LiveParameter {
    /// Where it stands in the scene; what `Input::Set` names.
    pub path: String,
    /// What a person calls it.
    pub label: String,
    /// Its unit; empty for pure numbers.
    pub unit: &'static str,
    /// Range of a slider; other accepted values may be typed.
    pub range: (f64, f64),
    /// What is accepted.
    pub bounds: Bounds,
    /// What it does.
    pub help: &'static str,
    /// The value that the scene gives it.
    pub initial: f64,
    get: Get,
    set: Set,
}

impl fmt::Debug for LiveParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveParameter")
            .field("path", &self.path)
            .field("initial", &self.initial)
            .finish_non_exhaustive()
    }
}

impl LiveParameter {
    /// A pure number from 0 with this value in the scene, read and written by these functions.
    /// `get` gives `None`, and `set` does nothing, in Worlds that do not have the value.
    #[must_use]
    pub fn new(
        path: impl Into<String>,
        label: impl Into<String>,
        initial: f64,
        get: impl Fn(&World) -> Option<f64> + Send + Sync + 'static,
        set: impl Fn(&mut World, f64) + Send + Sync + 'static,
    ) -> Self {
        Self {
            path: path.into(),
            label: label.into(),
            unit: "",
            range: (0.0, (2.0 * initial).max(1.0)),
            bounds: Bounds::NON_NEGATIVE,
            help: "",
            initial,
            get: Arc::new(get),
            set: Arc::new(set),
        }
    }

    /// A number in a resource.
    #[must_use]
    pub fn of_resource<R: Resource<Mutability = bevy::ecs::component::Mutable>>(
        path: impl Into<String>,
        label: impl Into<String>,
        initial: f64,
        get: impl Fn(&R) -> Option<f64> + Send + Sync + 'static,
        set: impl Fn(&mut R, f64) + Send + Sync + 'static,
    ) -> Self {
        Self::new(
            path,
            label,
            initial,
            move |world| get(world.get_resource::<R>()?),
            move |world, value| {
                if let Some(mut resource) = world.get_resource_mut::<R>() {
                    set(&mut resource, value);
                }
            },
        )
    }

    /// A number in a component of the entity with a key.
    #[must_use]
    pub fn of_component<K: Key, C: Component<Mutability = bevy::ecs::component::Mutable>>(
        path: impl Into<String>,
        label: impl Into<String>,
        initial: f64,
        key: u64,
        (get, set): (fn(&C) -> f64, fn(&mut C, f64)),
    ) -> Self {
        let find = move |world: &World| world.get_resource::<KeyIndex<K>>()?.entity(key);
        Self::new(
            path,
            label,
            initial,
            move |world| Some(get(world.get::<C>(find(world)?)?)),
            move |world, value| {
                if let Some(entity) = find(world)
                    && let Some(mut component) = world.get_mut::<C>(entity)
                {
                    set(&mut component, value);
                }
            },
        )
    }

    /// In this unit.
    #[must_use]
    pub fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// With a slider up to `high`, or to twice the scene's value when that is more.
    #[must_use]
    pub fn slider(mut self, high: f64) -> Self {
        self.range = (0.0, high.max(2.0 * self.initial));
        self
    }

    /// With a slider over all that is possible.
    #[must_use]
    pub fn spans(mut self, low: f64, high: f64) -> Self {
        self.range = (low, high);
        self
    }

    /// Accepts these values.
    #[must_use]
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Explained by this sentence.
    #[must_use]
    pub fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// The value in force in a World; `None` when it does not have it.
    #[must_use]
    pub fn get(&self, world: &World) -> Option<f64> {
        (self.get)(world)
    }

    /// Sets the value in a World that has it.
    pub fn set(&self, world: &mut World, value: f64) {
        (self.set)(world, value);
    }

    /// Whether it is a switch.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        self.bounds == Bounds::Switch
    }
}

/// The live parameters of a run, the same list in every World.
#[derive(Resource, Clone, Debug, Default)]
pub struct LiveParameters(Arc<Listed>);

#[derive(Debug, Default)]
struct Listed {
    list: Vec<LiveParameter>,
    by_path: BTreeMap<String, usize>,
}

impl LiveParameters {
    /// Of a list, in the order in which a person shall see it.
    #[must_use]
    pub fn new(list: Vec<LiveParameter>) -> Self {
        let paths = list.iter().map(|parameter| parameter.path.clone());
        let by_path = paths.zip(0..).collect();
        Self(Arc::new(Listed { list, by_path }))
    }

    /// All of them.
    #[must_use]
    pub fn list(&self) -> &[LiveParameter] {
        &self.0.list
    }

    /// Where the one with a path stands in the list.
    #[must_use]
    pub fn position(&self, path: &str) -> Option<usize> {
        self.0.by_path.get(path).copied()
    }

    /// The one with a path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&LiveParameter> {
        self.position(path).map(|at| &self.0.list[at])
    }
}

/// Judges an edit: what was expected, when the path is not live or the value not acceptable.
///
/// # Errors
/// With a sentence that says what was expected.
pub fn check_edit(live: &LiveParameters, path: &str, value: f64) -> Result<(), String> {
    let Some(found) = live.find(path) else {
        return Err(format!("{path} is no live parameter of this scene"));
    };
    if found.bounds.accepts(value) {
        Ok(())
    } else {
        Err(format!("{path}: found {value}, expected {}", found.bounds))
    }
}

/// Applies the edits of this tick to all that this World has.
pub fn apply_edits(world: &mut World) {
    let edits = world.resource::<PendingInputs>().edits();
    let edits: Vec<(String, f64)> = edits
        .map(|(path, value)| (path.to_owned(), value))
        .collect();
    if edits.is_empty() {
        return;
    }
    let Some(live) = world.get_resource::<LiveParameters>().cloned() else {
        return;
    };
    for (path, value) in edits {
        if let Some(parameter) = live.find(&path) {
            parameter.set(world, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Input;

    #[derive(Resource, Default)]
    struct Gain(f64);

    fn gain() -> LiveParameter {
        let set = |own: &mut Gain, value| own.0 = value;
        LiveParameter::of_resource("a.gain", "gain", 1.0, |own: &Gain| Some(own.0), set)
            .bounds(Bounds::range(-2.0, 2.0))
    }

    #[test]
    fn an_edit_reaches_the_worlds_that_have_the_value() {
        let live = LiveParameters::new(vec![gain()]);
        let edit = Input::Set {
            path: "a.gain".to_owned(),
            value: 1.5,
        };
        let mut worlds = [World::new(), World::new()];
        worlds[0].init_resource::<Gain>();
        for world in &mut worlds {
            world.insert_resource(live.clone());
            world.insert_resource(PendingInputs(vec![edit.clone()], Vec::new()));
            apply_edits(world);
        }
        let values = worlds.each_ref().map(|world| live.list()[0].get(world));
        assert_eq!(values, [Some(1.5), None]);
    }

    #[test]
    fn a_refusal_says_the_bounds_that_the_tooltip_shows() {
        let live = LiveParameters::new(vec![gain()]);
        assert_eq!(check_edit(&live, "a.gain", -2.0), Ok(()));
        let refused = check_edit(&live, "a.gain", 3.0).unwrap_err();
        assert_eq!(
            refused,
            "a.gain: found 3, expected a finite number in -2 … 2"
        );
        assert!(check_edit(&live, "a.gain", f64::NAN).is_err());
        assert!(
            check_edit(&live, "b", 0.0)
                .unwrap_err()
                .contains("no live parameter")
        );
        assert!(Bounds::Switch.accepts(1.0) && !Bounds::Switch.accepts(0.5));
    }
}
