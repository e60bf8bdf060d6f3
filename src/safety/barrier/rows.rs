//! Rows g·u + b ≥ 0, scaled so that nothing overflows.

use super::{BARRIERS, DIMENSIONS, Filtered};

/// A barrier as a row: `gradient`·u + `offset` ≥ 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Barrier<const D: usize> {
    /// g, what a unit of the command adds to the barrier's rate.
    pub gradient: [f64; D],
    /// b, the rate without command plus α h.
    pub offset: f64,
}

/// A row by its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// The barrier of this number.
    Barrier(usize),
    /// The least value of this dimension.
    Least(usize),
    /// The greatest value of this dimension.
    Greatest(usize),
}

/// A set of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSet(u32);

/// Rows at most: the barriers and both sides of each dimension.
pub(super) const ROWS: usize = BARRIERS + 2 * DIMENSIONS;

impl RowSet {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether a barrier is among them.
    #[must_use]
    pub fn has_barrier(self, number: usize) -> bool {
        number < BARRIERS && self.has(number)
    }

    /// The rows: barriers by number, then the sides of each dimension.
    pub fn iter(self) -> impl Iterator<Item = Row> {
        (0..ROWS).filter(move |k| self.has(*k)).map(|k| match k {
            k if k < BARRIERS => Row::Barrier(k),
            k if (k - BARRIERS).is_multiple_of(2) => Row::Least((k - BARRIERS) / 2),
            k => Row::Greatest((k - BARRIERS) / 2),
        })
    }

    pub(super) fn has(self, place: usize) -> bool {
        self.0 >> place & 1 == 1
    }

    pub(super) fn with(self, place: usize) -> Self {
        Self(self.0 | 1 << place)
    }

    pub(super) fn without(self, place: usize) -> Self {
        Self(self.0 & !(1 << place))
    }
}

/// The power of two that brings a number > 0 to 1 … 2; 1 for 0 and what is not finite.
pub(super) fn power_of_two(size: f64) -> f64 {
    let bits = i64::try_from(size.to_bits() >> 52).unwrap_or(0);
    match bits {
        // Numbers below the normal ones are brought up as far as a factor can.
        0 if size > 0.0 => f64::from_bits(2046 << 52),
        0 => 1.0,
        2046.. => f64::from_bits(1),
        _ => f64::from_bits(u64::try_from((2046 - bits).max(1)).unwrap_or(1) << 52),
    }
}

/// Rows in scaled form.
pub(super) struct Problem<const D: usize> {
    pub nominal: [f64; D],
    pub rows: [([f64; D], f64); ROWS],
    all: RowSet,
    scale: f64,
}

impl<const D: usize> Problem<D> {
    pub(super) fn new(
        nominal: [f64; D],
        barriers: &[Barrier<D>],
        bounds: &[[f64; 2]; D],
    ) -> Result<Self, Filtered<D>> {
        let sizes = D == 0 || D > DIMENSIONS || barriers.len() > BARRIERS;
        if sizes || nominal.iter().any(|x| !x.is_finite()) {
            return Err(Filtered::Unusable { row: None });
        }
        let mut own = Self {
            nominal,
            rows: [([0.0; D], 0.0); ROWS],
            all: RowSet::default(),
            scale: 1.0,
        };
        for (k, barrier) in barriers.iter().enumerate() {
            own.add_barrier(k, barrier)?;
        }
        for (k, [low, high]) in bounds.iter().enumerate() {
            let axis = |sign: f64| std::array::from_fn(|j| if j == k { sign } else { 0.0 });
            if low.is_nan() || *low == f64::INFINITY {
                return Err(Filtered::Unusable {
                    row: Some(Row::Least(k)),
                });
            }
            if high.is_nan() || *high == f64::NEG_INFINITY {
                return Err(Filtered::Unusable {
                    row: Some(Row::Greatest(k)),
                });
            }
            if low.is_finite() {
                own.rows[BARRIERS + 2 * k] = (axis(1.0), -low);
                own.all = own.all.with(BARRIERS + 2 * k);
            }
            if high.is_finite() {
                own.rows[BARRIERS + 2 * k + 1] = (axis(-1.0), *high);
                own.all = own.all.with(BARRIERS + 2 * k + 1);
            }
        }
        own.rescale();
        Ok(own)
    }

    fn add_barrier(&mut self, k: usize, barrier: &Barrier<D>) -> Result<(), Filtered<D>> {
        let Barrier { gradient, offset } = barrier;
        if gradient.iter().any(|x| !x.is_finite()) || !offset.is_finite() {
            return Err(Filtered::Unusable {
                row: Some(Row::Barrier(k)),
            });
        }
        let largest = gradient.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        let scale = power_of_two(largest);
        let scaled = offset * scale;
        if largest == 0.0 || scaled.is_infinite() {
            // Kept or broken whatever the command is.
            return match *offset < 0.0 {
                true => Err(Filtered::Infeasible {
                    conflict: RowSet::default().with(k),
                }),
                false => Ok(()),
            };
        }
        self.rows[k] = (gradient.map(|x| x * scale), scaled);
        self.all = self.all.with(k);
        Ok(())
    }

    /// Brings numbers near the ends of what doubles hold away from there.
    fn rescale(&mut self) {
        let offsets = self.rows.iter().map(|(_, offset)| offset.abs());
        let sizes = self.nominal.iter().map(|x| x.abs()).chain(offsets);
        let largest = sizes.fold(0.0f64, f64::max);
        let (far, factor) = (
            f64::from_bits((1023 + 400) << 52),
            f64::from_bits((1023 - 600) << 52),
        );
        self.scale = if largest > far {
            factor
        } else if largest < 1.0 / far {
            1.0 / factor
        } else {
            return;
        };
        self.nominal = self.nominal.map(|x| x * self.scale);
        for (_, offset) in &mut self.rows {
            *offset *= self.scale;
        }
    }

    pub(super) fn unscale(&self, command: [f64; D]) -> [f64; D] {
        command.map(|x| x / self.scale)
    }

    pub(super) fn all(&self) -> RowSet {
        self.all
    }

    /// g·u + b of a row, and the size of what was added.
    pub(super) fn residual(&self, place: usize, command: &[f64; D]) -> (f64, f64) {
        let (gradient, offset) = &self.rows[place];
        let (mut sum, mut size) = (*offset, offset.abs());
        for (g, u) in gradient.iter().zip(command) {
            sum += g * u;
            size += (g * u).abs();
        }
        (sum, size)
    }

    /// Whether the wanted command keeps every row.
    pub(super) fn is_kept(&self) -> bool {
        let broken = |k| self.residual(k, &self.nominal).0 < 0.0;
        !(0..ROWS).any(|k| self.all.has(k) && broken(k))
    }
}
