//! Functions as trees, their values and derivatives.

use crate::base::num;

/// A value with its first and second derivative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Jet {
    /// The value.
    pub value: f64,
    /// The first derivative.
    pub slope: f64,
    /// The second derivative.
    pub curvature: f64,
}

/// A part of a function.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Number(f64),
    Variable,
    Call(Function, Box<Node>),
    Two(char, Box<Node>, Box<Node>),
}

/// Functions of one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Negate,
    Exp,
    Ln,
    Sqrt,
    Sin,
    Cos,
    Abs,
}

/// Their names.
pub(super) const FUNCTIONS: [(&str, Function); 7] = [
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("log", Function::Ln),
    ("sqrt", Function::Sqrt),
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("abs", Function::Abs),
];

/// x to a whole power, by products.
fn whole_power(x: f64, exponent: i32) -> f64 {
    let product = (0..exponent.unsigned_abs()).fold(1.0, |own, _| own * x);
    if exponent < 0 { 1.0 / product } else { product }
}

fn power(base: f64, exponent: f64) -> f64 {
    match exponent == exponent.round() && exponent.abs() <= 16.0 {
        true => whole_power(base, exponent as i32),
        false => num::pow(base, exponent),
    }
}

impl Node {
    pub(super) fn value(&self, x: f64) -> f64 {
        match self {
            Self::Number(own) => *own,
            Self::Variable => x,
            Self::Call(function, of) => {
                let own = of.value(x);
                match function {
                    Function::Negate => -own,
                    Function::Exp => num::exp(own),
                    Function::Ln => num::ln(own),
                    Function::Sqrt => own.sqrt(),
                    Function::Sin => num::sin(own),
                    Function::Cos => num::cos(own),
                    Function::Abs => own.abs(),
                }
            }
            Self::Two(operator, left, right) => {
                let (a, b) = (left.value(x), right.value(x));
                match operator {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    '/' => a / b,
                    _ => power(a, b),
                }
            }
        }
    }

    pub(super) fn jet(&self, x: f64) -> Jet {
        let chain = |of: Jet, [value, first, second]: [f64; 3]| Jet {
            value,
            slope: first * of.slope,
            curvature: second * of.slope * of.slope + first * of.curvature,
        };
        match self {
            Self::Number(value) => Jet {
                value: *value,
                ..Jet::default()
            },
            Self::Variable => Jet {
                value: x,
                slope: 1.0,
                curvature: 0.0,
            },
            Self::Call(function, of) => {
                let own = of.jet(x);
                let v = own.value;
                let (sin, cos) = num::sin_cos(v);
                let turns = match function {
                    Function::Negate => [-v, -1.0, 0.0],
                    Function::Exp => [num::exp(v); 3],
                    Function::Ln => [num::ln(v), 1.0 / v, -1.0 / (v * v)],
                    Function::Sqrt => [v.sqrt(), 0.5 / v.sqrt(), -0.25 / (v * v.sqrt())],
                    Function::Sin => [sin, cos, -sin],
                    Function::Cos => [cos, -sin, -cos],
                    Function::Abs => [v.abs(), v.signum(), 0.0],
                };
                chain(own, turns)
            }
            Self::Two(operator, left, right) => {
                let (a, b) = (left.jet(x), right.jet(x));
                let product = |a: Jet, b: Jet| Jet {
                    value: a.value * b.value,
                    slope: a.slope * b.value + a.value * b.slope,
                    curvature: a.curvature * b.value
                        + 2.0 * a.slope * b.slope
                        + a.value * b.curvature,
                };
                let scaled = |own: Jet, sign: f64| Jet {
                    value: a.value + sign * own.value,
                    slope: a.slope + sign * own.slope,
                    curvature: a.curvature + sign * own.curvature,
                };
                match operator {
                    '+' => scaled(b, 1.0),
                    '-' => scaled(b, -1.0),
                    '*' => product(a, b),
                    '/' => {
                        let v = b.value;
                        let inverse = [1.0 / v, -1.0 / (v * v), 2.0 / (v * v * v)];
                        product(a, chain(b, inverse))
                    }
                    _ if b.slope == 0.0 && b.curvature == 0.0 => {
                        let (v, n) = (a.value, b.value);
                        let first = n * power(v, n - 1.0);
                        let second = n * (n - 1.0) * power(v, n - 2.0);
                        // 0 · ∞ where v = 0 and the factor has gone.
                        let sound = |own: f64, factor: f64| if factor == 0.0 { 0.0 } else { own };
                        let turns = [power(v, n), sound(first, n), sound(second, n * (n - 1.0))];
                        chain(a, turns)
                    }
                    _ => {
                        let v = a.value;
                        let logarithm = chain(a, [num::ln(v), 1.0 / v, -1.0 / (v * v)]);
                        let own = product(b, logarithm);
                        chain(own, [num::exp(own.value); 3])
                    }
                }
            }
        }
    }
}
