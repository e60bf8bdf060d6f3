//! A network in a state: what is analysed.

use super::error::Iit4Error;
use super::numeric::units_of;
use super::tpm::{DEPENDENCE, Tpm};

/// What an analysis may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most units of the network.
    pub units: usize,
    /// The most memory of an analysis with one worker, in bytes, by the estimate of
    /// [`needed_bytes`].
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            units: 16,
            bytes: 1 << 30,
        }
    }
}

/// Memory of an analysis of n units: some eight tables of n · 2ⁿ numbers at a time.
#[must_use]
pub fn needed_bytes(units: usize) -> u64 {
    (8 * 8 * units as u64) << units.min(40)
}

/// A transition matrix, its connections and the state it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    tpm: Tpm,
    sources: Vec<u32>,
    state: u32,
    likelihood: Vec<f64>,
    likelihood_total: f64,
}

impl Network {
    /// A network in `state` (0 or 1 per unit). `connections[i][j]` is nonzero when unit i acts on
    /// unit j; without them they are read off the matrix.
    ///
    /// # Errors
    /// When the limits are exceeded, shapes differ, the state is not binary, or the connections
    /// deny a dependency of the matrix.
    pub fn new<R: AsRef<[u8]>>(
        tpm: Tpm,
        connections: Option<&[R]>,
        state: &[u8],
        limits: Limits,
    ) -> Result<Self, Iit4Error> {
        let units = tpm.units();
        check_limits(units, limits)?;
        let inferred = inferred_sources(&tpm);
        let sources = match connections {
            Some(rows) => {
                let given = given_sources(units, rows)?;
                check_dependencies(&tpm, &inferred, &given)?;
                given
            }
            None => inferred,
        };
        Self::assemble(tpm, sources, state)
    }

    /// Like [`Network::new`], but takes the connections at their word: a dependency that they deny
    /// stays in the probabilities and merely does not count as a connection. Some published
    /// examples come with such connections.
    ///
    /// # Errors
    /// As for [`Network::new`], denied dependencies excepted.
    pub fn trusting<R: AsRef<[u8]>>(
        tpm: Tpm,
        connections: &[R],
        state: &[u8],
        limits: Limits,
    ) -> Result<Self, Iit4Error> {
        check_limits(tpm.units(), limits)?;
        let sources = given_sources(tpm.units(), connections)?;
        Self::assemble(tpm, sources, state)
    }

    /// The same network with one connection noised: `to` sees a fair coin in place of `from`.
    ///
    /// # Errors
    /// When there are no such units.
    pub fn without_connection(&self, from: usize, to: usize) -> Result<Self, Iit4Error> {
        self.mask_of(&[from])?;
        self.mask_of(&[to])?;
        let n = self.units();
        let p = |state: u32, unit: usize| {
            let column = self.tpm.column(unit);
            let own = column[state as usize];
            if unit == to {
                0.5 * (own + column[(state ^ (1 << from)) as usize])
            } else {
                own
            }
        };
        let tpm = Tpm::from_fn(n, p)?;
        let mut sources = self.sources.clone();
        sources[to] &= !(1 << from);
        let state: Vec<u8> = (0..n).map(|unit| (self.state >> unit & 1) as u8).collect();
        Self::assemble(tpm, sources, &state)
    }

    fn assemble(tpm: Tpm, sources: Vec<u32>, state: &[u8]) -> Result<Self, Iit4Error> {
        let units = tpm.units();
        let state = state_mask(state, units)?;
        let mut likelihood = vec![1.0; tpm.states()];
        for unit in 0..units {
            let on = state >> unit & 1 == 1;
            for (value, p) in likelihood.iter_mut().zip(tpm.column(unit)) {
                *value *= if on { *p } else { 1.0 - p };
            }
        }
        let likelihood_total = likelihood.iter().sum();
        Ok(Self {
            tpm,
            sources,
            state,
            likelihood,
            likelihood_total,
        })
    }

    /// The transition matrix.
    #[must_use]
    pub fn tpm(&self) -> &Tpm {
        &self.tpm
    }

    /// Number of units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.tpm.units()
    }

    /// The current state, bit i for unit i.
    #[must_use]
    pub fn state(&self) -> u32 {
        self.state
    }

    /// The units that act on `unit`, as a mask.
    #[must_use]
    pub fn sources(&self, unit: usize) -> u32 {
        self.sources[unit]
    }

    /// P(current state of all units | past state), by past state.
    #[must_use]
    pub fn likelihood(&self) -> &[f64] {
        &self.likelihood
    }

    /// Sum of the likelihood; 0 when no past state leads to the current one.
    #[must_use]
    pub fn likelihood_total(&self) -> f64 {
        self.likelihood_total
    }

    /// The mask of a list of units.
    ///
    /// # Errors
    /// When it is empty, or a unit is out of range or named twice.
    pub fn mask_of(&self, nodes: &[usize]) -> Result<u32, Iit4Error> {
        let units = self.units();
        let mut mask = 0u32;
        for unit in nodes {
            if *unit >= units || mask >> unit & 1 == 1 {
                return Err(Iit4Error::CandidateUnit { unit: *unit, units });
            }
            mask |= 1 << unit;
        }
        if mask == 0 {
            return Err(Iit4Error::EmptyCandidate);
        }
        Ok(mask)
    }
}

fn check_limits(units: usize, limits: Limits) -> Result<(), Iit4Error> {
    if units > limits.units {
        return Err(Iit4Error::TooManyUnits {
            found: units,
            limit: limits.units,
        });
    }
    let needed_bytes = needed_bytes(units);
    if needed_bytes > limits.bytes {
        return Err(Iit4Error::TooMuchMemory {
            units,
            needed_bytes,
            limit_bytes: limits.bytes,
        });
    }
    Ok(())
}

fn state_mask(state: &[u8], units: usize) -> Result<u32, Iit4Error> {
    if state.len() != units {
        return Err(Iit4Error::StateLength {
            found: state.len(),
            expected: units,
        });
    }
    let mut mask = 0;
    for (unit, value) in state.iter().enumerate() {
        if *value > 1 {
            return Err(Iit4Error::StateValue {
                unit,
                value: *value,
            });
        }
        mask |= u32::from(*value) << unit;
    }
    Ok(mask)
}

fn inferred_sources(tpm: &Tpm) -> Vec<u32> {
    let units = tpm.units();
    (0..units)
        .map(|to| {
            (0..units)
                .filter(|from| tpm.dependence(*from, to) > DEPENDENCE)
                .fold(0, |mask, from| mask | 1 << from)
        })
        .collect()
}

fn given_sources<R: AsRef<[u8]>>(units: usize, rows: &[R]) -> Result<Vec<u32>, Iit4Error> {
    if rows.len() != units {
        return Err(Iit4Error::ConnectionShape {
            row: units,
            found: rows.len(),
            expected: units,
        });
    }
    let mut sources = vec![0u32; units];
    for (from, row) in rows.iter().enumerate() {
        let row = row.as_ref();
        if row.len() != units {
            return Err(Iit4Error::ConnectionShape {
                row: from,
                found: row.len(),
                expected: units,
            });
        }
        for (to, edge) in row.iter().enumerate() {
            if *edge != 0 {
                sources[to] |= 1 << from;
            }
        }
    }
    Ok(sources)
}

fn check_dependencies(tpm: &Tpm, inferred: &[u32], given: &[u32]) -> Result<(), Iit4Error> {
    for (to, (real, claimed)) in inferred.iter().zip(given).enumerate() {
        if let Some(from) = units_of(real & !claimed).next() {
            return Err(Iit4Error::MissingConnection {
                from,
                to,
                change: tpm.dependence(from, to),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy_pair() -> Tpm {
        Tpm::from_fn(2, |x, j| f64::from(x >> (1 - j) & 1)).unwrap()
    }

    #[test]
    fn connections_are_read_off_or_checked() {
        let none: Option<&[Vec<u8>]> = None;
        let network = Network::new(copy_pair(), none, &[1, 0], Limits::default()).unwrap();
        assert_eq!((network.sources(0), network.sources(1)), (2, 1));
        assert_eq!(network.likelihood(), [0.0, 0.0, 1.0, 0.0]);
        let denied = [[0u8, 1], [0, 0]];
        let refused = Network::new(copy_pair(), Some(&denied), &[1, 0], Limits::default());
        assert!(refused.unwrap_err().to_string().contains("1 -> 0"));
        let trusted = Network::trusting(copy_pair(), &denied, &[1, 0], Limits::default());
        assert_eq!(trusted.unwrap().sources(0), 0);
    }

    #[test]
    fn limits_are_checked_before_tables_are_built() {
        let none: Option<&[Vec<u8>]> = None;
        let one = Limits {
            units: 1,
            bytes: u64::MAX,
        };
        assert!(Network::new(copy_pair(), none, &[1, 0], one).is_err());
        let little = Limits { units: 8, bytes: 9 };
        let refused = Network::new(copy_pair(), none, &[1, 0], little).unwrap_err();
        assert!(matches!(refused, Iit4Error::TooMuchMemory { .. }));
        let network = Network::new(copy_pair(), none, &[1, 0], Limits::default()).unwrap();
        assert!(network.mask_of(&[0, 0]).is_err());
        assert!(network.mask_of(&[2]).is_err());
        assert!(network.mask_of(&[]).is_err());
        assert!(Network::new(copy_pair(), none, &[1, 2], Limits::default()).is_err());
    }
}
