//! The parameters and initial states of a model that may come from files.

use super::distribution::Distribution;
use super::model_spec::ModelSpec;

impl ModelSpec {
    /// Every parameter and initial state of single vertices, by its path below the model.
    pub fn distributions_mut(&mut self) -> Vec<(String, &mut Distribution)> {
        let named: Vec<(&str, &mut Distribution)> = match self {
            Self::Kuramoto { omega, phase, .. } => vec![("omega", omega), ("phase", phase)],
            Self::Harmonic {
                omega,
                gamma,
                force,
                force_omega,
                x,
                v,
            } => vec![
                ("omega", omega),
                ("gamma", gamma),
                ("force", force),
                ("force_omega", force_omega),
                ("x", x),
                ("v", v),
            ],
            Self::Inertial {
                omega,
                inertia,
                phase,
                v,
                ..
            } => vec![
                ("omega", omega),
                ("inertia", inertia),
                ("phase", phase),
                ("v", v),
            ],
            Self::VanDerPol { omega, mu, x, v } => {
                vec![("omega", omega), ("mu", mu), ("x", x), ("v", v)]
            }
            Self::StuartLandau {
                omega,
                mu,
                c2,
                x,
                y,
            } => vec![("omega", omega), ("mu", mu), ("c2", c2), ("x", x), ("y", y)],
            Self::Custom {
                parameters, x, y, ..
            } => {
                let own = parameters.iter_mut();
                let mut all: Vec<(String, &mut Distribution)> = own
                    .map(|(name, values)| (format!("parameters.{name}"), values))
                    .collect();
                all.extend([("x".to_owned(), x), ("y".to_owned(), y)]);
                return all;
            }
        };
        let named = named.into_iter();
        named
            .map(|(name, values)| (name.to_owned(), values))
            .collect()
    }

    /// Names of the two numbers of its states; the second may be absent.
    #[must_use]
    pub fn state_names(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Kuramoto { .. } => ("theta", None),
            Self::Inertial { .. } => ("theta", Some("v")),
            Self::Harmonic { .. } | Self::VanDerPol { .. } => ("x", Some("v")),
            Self::StuartLandau { .. } | Self::Custom { .. } => ("x", Some("y")),
        }
    }
}
