//! Formulas and traces drawn at random, and an evaluator straight from the definitions.

use phantomos::logic::{Bounds, Compare, Connective, Expr, Formula, Span, Step};

/// A generator of numbers (Knuth's constants).
pub struct Dice(pub u64);

impl Dice {
    /// A whole number below another one.
    pub fn below(&mut self, count: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count.max(1)
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    fn number(&mut self, scale: f64) -> f64 {
        (8.0 - self.below(17) as f64) / -4.0 * scale
    }

    fn expr(&mut self, depth: u64, scale: f64) -> Expr {
        let signal = |dice: &mut Self| Expr::Signal(dice.of(&["x", "y", "z.b@p"]).to_owned());
        if depth == 0 || self.below(3) > 0 {
            return match self.below(3) {
                0 => Expr::Number(self.number(scale)),
                _ => signal(self),
            };
        }
        let own = Box::new(self.expr(depth - 1, scale));
        let other = Box::new(self.expr(depth - 1, scale));
        match self.below(6) {
            0 => Expr::Abs(own),
            1 => Expr::Negate(own),
            2 => Expr::Add(own, other),
            3 => Expr::Subtract(own, other),
            4 => Expr::Multiply(own, other),
            _ => Expr::Divide(own, self.of(&[-4.0, 0.5, 3.0])),
        }
    }

    fn bounds(&mut self, endless: bool) -> Bounds {
        let from = self.of(&[0, 0, 0, 1, 2, 5]);
        let width = self.of(&[0, 0, 1, 2, 3, 7]);
        let to = (!endless || self.below(4) > 0).then_some(from + width);
        Bounds::new(from, to).unwrap()
    }

    /// A formula with operators `depth` deep at most; without upper bounds ahead unless `endless`.
    pub fn formula(&mut self, depth: u64, scale: f64, endless: bool) -> Formula {
        if depth == 0 || self.below(5) == 0 {
            let how = [
                Compare::AtLeast,
                Compare::Above,
                Compare::AtMost,
                Compare::Below,
            ];
            let level = match self.below(3) {
                0 => self.expr(1, scale),
                _ => Expr::Number(self.number(scale)),
            };
            return Formula::Compare(self.of(&how), self.expr(2, scale), level);
        }
        let own = Box::new(self.formula(depth - 1, scale, endless));
        let ahead = self.bounds(endless);
        let behind = self.bounds(true);
        match self.below(12) {
            0 => Formula::Not(own),
            1 => {
                let how = [Step::Next, Step::Prev, Step::Rise, Step::Fall];
                Formula::Step(self.of(&how), own)
            }
            2 | 3 => Formula::Span(self.of(&[Span::Always, Span::Eventually]), ahead, own),
            4 | 5 => Formula::Span(self.of(&[Span::Historically, Span::Once]), behind, own),
            6 | 7 => Formula::Until(
                ahead,
                own,
                Box::new(self.formula(depth - 1, scale, endless)),
            ),
            8 => Formula::Since(
                behind,
                own,
                Box::new(self.formula(depth - 1, scale, endless)),
            ),
            _ => {
                let how = [
                    Connective::And,
                    Connective::Or,
                    Connective::Implies,
                    Connective::Iff,
                    Connective::Xor,
                ];
                let other = Box::new(self.formula(depth - 1, scale, endless));
                Formula::Connect(self.of(&how), own, other)
            }
        }
    }

    /// A column of samples; `odd` of them in a thousand are no finite numbers.
    pub fn column(&mut self, samples: usize, scale: f64, odd: u64) -> Vec<f64> {
        let sample = |_| match self.below(1000) < odd {
            true => self.of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]),
            false => self.number(scale) + self.of(&[0.0, 0.0, 1e-3 * scale]),
        };
        (0..samples).map(sample).collect()
    }
}

/// What the definitions give: the least and the greatest value that is possible, and whether a
/// sample on which it depends is no finite number, or none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    pub low: f64,
    pub high: f64,
    pub bad: bool,
    pub nan: bool,
}

/// A trace of which `known` samples have come and `end` will have come, if that is known.
pub struct Trace<'a> {
    pub columns: &'a [Vec<f64>],
    pub known: i64,
    pub end: Option<i64>,
}

const UNKNOWN: Told = Told {
    low: f64::NEG_INFINITY,
    high: f64::INFINITY,
    bad: false,
    nan: false,
};

impl Trace<'_> {
    /// The value of a formula, straight from the definitions: each operator goes over its interval.
    pub fn at(&self, formula: &Formula, t: i64) -> Told {
        let min = f64::min;
        let max = f64::max;
        if t >= self.known {
            return UNKNOWN;
        }
        match formula {
            Formula::Compare(how, left, right) => {
                let (more, less) = if how.upward() {
                    (left, right)
                } else {
                    (right, left)
                };
                let (mut bad, mut nan) = (false, false);
                let value =
                    self.expr(more, t, &mut bad, &mut nan) - self.expr(less, t, &mut bad, &mut nan);
                let nan = nan || value.is_nan();
                let value = if nan { 0.0 } else { value };
                Told {
                    low: value,
                    high: value,
                    bad: bad || nan,
                    nan,
                }
            }
            Formula::Not(own) => self.at(own, t).not(),
            Formula::Connect(how, left, right) => {
                let (a, b) = (self.at(left, t), self.at(right, t));
                match how {
                    Connective::And => a.with(b, min),
                    Connective::Or => a.with(b, max),
                    Connective::Implies => a.not().with(b, max),
                    Connective::Xor => a.apart(b),
                    Connective::Iff => a.apart(b).not(),
                }
            }
            Formula::Step(step, own) => match step {
                Step::Next => self.ahead(t, 1, 1).fold(Told::of(f64::INFINITY), |all, s| {
                    all.with(self.at(own, s), min)
                }),
                Step::Prev => self.before(own, t, f64::INFINITY),
                Step::Rise => self
                    .before(own, t, f64::NEG_INFINITY)
                    .not()
                    .with(self.at(own, t), min),
                Step::Fall => self
                    .before(own, t, f64::INFINITY)
                    .with(self.at(own, t).not(), min),
            },
            Formula::Span(span, bounds, own) => {
                let all = matches!(span, Span::Always | Span::Historically);
                let (empty, how): (f64, fn(f64, f64) -> f64) = if all {
                    (f64::INFINITY, min)
                } else {
                    (f64::NEG_INFINITY, max)
                };
                let places: Vec<i64> = match span.ahead() {
                    true => self
                        .ahead(t, bounds.from(), bounds.to().unwrap_or(1 << 40))
                        .collect(),
                    false => behind(t, *bounds).collect(),
                };
                places
                    .into_iter()
                    .fold(Told::of(empty), |sum, s| sum.with(self.at(own, s), how))
            }
            Formula::Until(bounds, left, right) => {
                let mut sum = Told::of(f64::NEG_INFINITY);
                for s in self.ahead(t, bounds.from(), bounds.to().unwrap_or(1 << 40)) {
                    let held = (t..s).map(|r| self.at(left, r));
                    let own = held.fold(self.at(right, s), |all, one| all.with(one, min));
                    sum = sum.with(own, max);
                }
                // The left side counts as read in all of [t, t + b].
                for s in self.ahead(t, 0, bounds.to().unwrap_or(1 << 40)) {
                    sum = sum.flagged(self.at(left, s));
                }
                sum
            }
            Formula::Since(bounds, left, right) => {
                let mut sum = Told::of(f64::NEG_INFINITY);
                for s in behind(t, *bounds) {
                    let held = (s + 1..=t).map(|r| self.at(left, r));
                    let own = held.fold(self.at(right, s), |all, one| all.with(one, min));
                    sum = sum.with(own, max);
                }
                let all = Bounds::new(0, bounds.to()).unwrap();
                behind(t, all).fold(sum, |sum, s| sum.flagged(self.at(left, s)))
            }
        }
    }

    /// The instants of an interval ahead that the trace has; while its end is not known, one instant
    /// stands for all that have not come.
    fn ahead(&self, t: i64, from: u64, to: u64) -> std::ops::RangeInclusive<i64> {
        let (from, to) = (t + from as i64, t + to as i64);
        match self.end {
            Some(end) => from..=to.min(end - 1),
            None => from.min(self.known)..=to.min(self.known),
        }
    }

    fn before(&self, own: &Formula, t: i64, empty: f64) -> Told {
        if t == 0 {
            Told::of(empty)
        } else {
            self.at(own, t - 1)
        }
    }

    fn expr(&self, expr: &Expr, t: i64, bad: &mut bool, nan: &mut bool) -> f64 {
        let mut of = |own: &Expr| self.expr(own, t, bad, nan);
        match expr {
            Expr::Number(number) => *number,
            Expr::Signal(name) => {
                let column = ["x", "y", "z.b@p"]
                    .iter()
                    .position(|own| own == name)
                    .unwrap();
                let x = self.columns[column][t as usize];
                *bad |= !x.is_finite();
                *nan |= x.is_nan();
                x
            }
            Expr::Abs(own) => of(own).abs(),
            Expr::Negate(own) => -of(own),
            Expr::Add(a, b) => of(a) + of(b),
            Expr::Subtract(a, b) => of(a) - of(b),
            Expr::Multiply(a, b) => of(a) * of(b),
            Expr::Divide(own, by) => of(own) / by,
        }
    }
}

fn behind(t: i64, bounds: Bounds) -> impl DoubleEndedIterator<Item = i64> {
    let first = bounds.to().map_or(0, |to| (t - to as i64).max(0));
    first..=(t - bounds.from() as i64)
}

impl Told {
    fn of(value: f64) -> Self {
        Self {
            low: value,
            high: value,
            bad: false,
            nan: false,
        }
    }

    fn not(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
            ..self
        }
    }

    fn flagged(self, other: Self) -> Self {
        Self {
            bad: self.bad || other.bad,
            nan: self.nan || other.nan,
            ..self
        }
    }

    fn with(self, other: Self, how: impl Fn(f64, f64) -> f64) -> Self {
        let own = Self {
            low: how(self.low, other.low),
            high: how(self.high, other.high),
            ..self
        };
        own.flagged(other)
    }

    fn apart(self, other: Self) -> Self {
        let gap = |a: f64, b: f64| if a == b { 0.0 } else { (a - b).abs() };
        let low = match () {
            () if self.low > other.high => gap(self.low, other.high),
            () if other.low > self.high => gap(other.low, self.high),
            () => 0.0,
        };
        let high = gap(self.high, other.low).max(gap(other.high, self.low));
        Self { low, high, ..self }.flagged(other)
    }
}
