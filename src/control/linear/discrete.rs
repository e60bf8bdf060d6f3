//! Plants sampled exactly.

use nalgebra::{Complex, DMatrix, DVector};

use crate::base::num;

use super::plant::{LINE_MAX, LinearPlant, PlantError, companion};
use super::roots::rate;

/// x ← A x + B u, y = C x, behind a delay of whole samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Discrete {
    a: DMatrix<f64>,
    b: DVector<f64>,
    c: DVector<f64>,
    delay: usize,
    sample_s: f64,
}

/// A sampled plant with its state: all zero in the beginning, the delay line too.
#[derive(Clone, Debug, PartialEq)]
pub struct SampledPlant {
    own: Discrete,
    x: DVector<f64>,
    spare: DVector<f64>,
    line: Vec<f64>,
    at: usize,
}

/// e^M by scaling and squaring of its series; numbers that overflow are not finite.
fn exponential(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let size = matrix.nrows();
    let norm = (0..size)
        .map(|j| matrix.column(j).iter().map(|x| x.abs()).sum::<f64>())
        .fold(0.0f64, f64::max);
    let mut halvings = 0;
    let mut scale = 1.0;
    while norm * scale > 0.5 && halvings < 1000 {
        scale *= 0.5;
        halvings += 1;
    }
    let small = matrix * scale;
    let one = DMatrix::identity(size, size);
    let mut sum = one.clone();
    for k in (1..=18).rev() {
        sum = &one + (&small * &sum) / f64::from(k);
    }
    for _ in 0..halvings {
        sum = &sum * &sum;
    }
    sum
}

impl Discrete {
    /// The plant for samples of `sample_s` seconds. The delay is rounded to whole samples.
    ///
    /// # Errors
    /// When the sample time is none, the delay has too many samples, or the plant grows beyond all
    /// numbers within a sample.
    pub fn new(plant: &LinearPlant, sample_s: f64) -> Result<Self, PlantError> {
        if !(sample_s.is_finite() && sample_s > 0.0) {
            return Err(PlantError::SampleTime { found: sample_s });
        }
        let samples = (plant.delay_s() / sample_s).round();
        if samples > LINE_MAX as f64 {
            return Err(PlantError::Line { found: samples });
        }
        Self::with_delay(plant, sample_s, samples as usize)
    }

    /// The same with a delay of so many samples in place of the plant's own.
    ///
    /// # Errors
    /// As [`Discrete::new`].
    pub fn with_delay(
        plant: &LinearPlant,
        sample_s: f64,
        delay: usize,
    ) -> Result<Self, PlantError> {
        if !(sample_s.is_finite() && sample_s > 0.0) {
            return Err(PlantError::SampleTime { found: sample_s });
        }
        if delay > LINE_MAX {
            return Err(PlantError::Line {
                found: delay as f64,
            });
        }
        let (monic, order) = (plant.denominator(), plant.order());
        let rate = rate(monic);
        // The state and the input, which stands still, together: [A B; 0 0].
        let mut whole = DMatrix::zeros(order + 1, order + 1);
        let step = rate * sample_s;
        whole
            .view_mut((0, 0), (order, order))
            .copy_from(&(companion(monic, rate) * step));
        whole[(0, order)] = step;
        let whole = exponential(&whole);
        let mut c = DVector::zeros(order);
        let offset = order - plant.numerator().len();
        for (k, own) in plant.numerator().iter().enumerate() {
            let power = (offset + k + 1) as f64;
            c[offset + k] = own * num::pow(rate, -power);
        }
        let own = Self {
            a: whole.view((0, 0), (order, order)).into_owned(),
            b: whole.view((0, order), (order, 1)).column(0).into_owned(),
            c,
            delay,
            sample_s,
        };
        let mut numbers = own.a.iter().chain(own.b.iter()).chain(own.c.iter());
        match numbers.all(|x| x.is_finite()) {
            true => Ok(own),
            false => Err(PlantError::Overflow { sample_s }),
        }
    }

    /// The sample time, s.
    #[must_use]
    pub fn sample_s(&self) -> f64 {
        self.sample_s
    }

    /// The delay, samples.
    #[must_use]
    pub fn delay(&self) -> usize {
        self.delay
    }

    /// Number of states, without those of the delay.
    #[must_use]
    pub fn order(&self) -> usize {
        self.b.len()
    }

    /// det(z 1 − A) and the numerator C adj(z 1 − A) B at a complex number, without the delay.
    #[must_use]
    pub fn polynomials(&self, z: Complex<f64>) -> (Complex<f64>, Complex<f64>) {
        let order = self.order();
        let mut matrix = DMatrix::from_fn(order, order, |i, j| {
            let own = Complex::new(-self.a[(i, j)], 0.0);
            if i == j { own + z } else { own }
        });
        let mut right = self.b.map(|x| Complex::new(x, 0.0));
        let mut determinant = Complex::new(1.0, 0.0);
        // Gauss with the greatest pivot of each column.
        for k in 0..order {
            let size = |i: usize, m: &DMatrix<Complex<f64>>| m[(i, k)].norm_sqr();
            let mut pivot = k;
            for i in k + 1..order {
                if size(i, &matrix) > size(pivot, &matrix) {
                    pivot = i;
                }
            }
            if pivot != k {
                matrix.swap_rows(k, pivot);
                right.swap_rows(k, pivot);
                determinant = -determinant;
            }
            let head = matrix[(k, k)];
            determinant *= head;
            if head.norm_sqr() == 0.0 {
                return (Complex::new(0.0, 0.0), Complex::new(f64::NAN, 0.0));
            }
            for i in k + 1..order {
                let factor = matrix[(i, k)] / head;
                for j in k..order {
                    let own = matrix[(k, j)];
                    matrix[(i, j)] -= factor * own;
                }
                let own = right[k];
                right[i] -= factor * own;
            }
        }
        let mut sum = Complex::new(0.0, 0.0);
        for k in (0..order).rev() {
            for j in k + 1..order {
                let own = right[j];
                right[k] -= matrix[(k, j)] * own;
            }
            right[k] /= matrix[(k, k)];
            sum += right[k] * self.c[k];
        }
        (determinant, sum * determinant)
    }

    /// A plant at rest.
    #[must_use]
    pub fn at_rest(&self) -> SampledPlant {
        SampledPlant {
            own: self.clone(),
            x: DVector::zeros(self.order()),
            spare: DVector::zeros(self.order()),
            line: vec![0.0; self.delay],
            at: 0,
        }
    }
}

impl SampledPlant {
    /// y, before the input of this sample.
    #[must_use]
    pub fn output(&self) -> f64 {
        self.own.c.dot(&self.x)
    }

    /// One sample with the input u.
    pub fn advance(&mut self, u: f64) {
        let mut input = u;
        if !self.line.is_empty() {
            input = std::mem::replace(&mut self.line[self.at], u);
            self.at = (self.at + 1) % self.line.len();
        }
        self.spare.copy_from(&self.own.b);
        self.spare.gemv(1.0, &self.own.a, &self.x, input);
        std::mem::swap(&mut self.x, &mut self.spare);
    }
}
