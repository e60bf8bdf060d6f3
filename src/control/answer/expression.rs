//! Functions of one variable as texts: `5-2(theta-1.5)^2`, `exp(-(theta-0.7)^2/2)`.
//!
//! Numbers, the variable (`theta`, `θ` or `x`), `pi` and `e`; + − * / ^, where ^ binds to the right
//! and before a sign; exp, ln, log (natural), sqrt, sin, cos, abs; parentheses; two factors beside
//! each other are multiplied. Values come with their first two derivatives.

use thiserror::Error;

use crate::base::num;

/// Why a text is no function.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("at character {at}: found {found}, expected {expected}")]
pub struct ExpressionError {
    /// The character, from 1.
    pub at: usize,
    /// What is there.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

/// A function of one variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    root: Node,
}

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

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Number(f64),
    Variable,
    Call(Function, Box<Node>),
    Two(char, Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Negate,
    Exp,
    Ln,
    Sqrt,
    Sin,
    Cos,
    Abs,
}

const FUNCTIONS: [(&str, Function); 7] = [
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("log", Function::Ln),
    ("sqrt", Function::Sqrt),
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("abs", Function::Abs),
];

/// Parentheses and signs within each other at most, and characters of a text.
const DEPTH_MAX: usize = 100;
const LENGTH_MAX: usize = 2000;

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
}

type Parsed = Result<Node, ExpressionError>;

impl Expression {
    /// Reads a function.
    ///
    /// # Errors
    /// With the character at which something else was expected.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        let text = text.replace("**", "^").replace('²', "^2");
        let text: Vec<char> = text
            .chars()
            .map(|c| match c {
                '·' | '×' => '*',
                '−' | '–' => '-',
                other => other,
            })
            .collect();
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
        };
        if parser.text.len() > LENGTH_MAX {
            parser.at = LENGTH_MAX;
            return Err(parser.wrong("the end: a function has at most 2000 characters"));
        }
        let root = parser.sum()?;
        match parser.peek() {
            None => Ok(Self { root }),
            Some(_) => Err(parser.wrong("an operator or the end")),
        }
    }

    /// The value at `x`.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        self.root.value(x)
    }

    /// The value at `x` with its derivatives.
    #[must_use]
    pub fn jet(&self, x: f64) -> Jet {
        self.root.jet(x)
    }

    /// The place near `start` where the slope is 0, by Newton's method; none when it does not get
    /// there.
    #[must_use]
    pub fn extremum(&self, start: f64) -> Option<f64> {
        let mut x = start;
        for _ in 0..200 {
            let own = self.jet(x);
            let step = own.slope / own.curvature;
            if own.slope == 0.0 {
                return Some(x);
            }
            if !step.is_finite() {
                return None;
            }
            let next = x - step.clamp(-10.0, 10.0);
            if next == x || (step.abs() < 1e-15 * x.abs()) {
                return Some(next);
            }
            x = next;
        }
        let own = self.jet(x);
        (own.slope.abs() <= 1e-12 * own.value.abs().max(1.0)).then_some(x)
    }
}

impl Parser {
    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let has = self.peek() == Some(wanted);
        self.at += usize::from(has);
        has
    }

    fn wrong(&self, expected: &'static str) -> ExpressionError {
        ExpressionError {
            at: self.at + 1,
            found: match self.text.get(self.at) {
                Some(c) => format!("{c:?}"),
                None => "the end".to_owned(),
            },
            expected,
        }
    }

    fn deeper(&mut self, part: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.wrong("no more than 100 levels"));
        }
        let own = part(self);
        self.depth -= 1;
        own
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Some(c @ ('+' | '-')) => c,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = Node::Two(operator, Box::new(left), Box::new(right));
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.signed()?;
        loop {
            let operator = match self.peek() {
                Some(c @ ('*' | '/')) => {
                    self.at += 1;
                    c
                }
                Some(c) if c == '(' || c == '.' || c.is_alphanumeric() => '*',
                _ => return Ok(left),
            };
            let right = self.signed()?;
            left = Node::Two(operator, Box::new(left), Box::new(right));
        }
    }

    fn signed(&mut self) -> Parsed {
        if self.take('-') {
            let own = self.deeper(Self::signed)?;
            return Ok(Node::Call(Function::Negate, Box::new(own)));
        }
        if self.take('+') {
            return self.deeper(Self::signed);
        }
        self.power()
    }

    fn power(&mut self) -> Parsed {
        let base = self.primary()?;
        if !self.take('^') {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(Node::Two('^', Box::new(base), Box::new(exponent)))
    }

    fn primary(&mut self) -> Parsed {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let own = self.deeper(Self::sum)?;
                match self.take(')') {
                    true => Ok(own),
                    false => Err(self.wrong("a closing parenthesis")),
                }
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() => self.word(),
            _ => Err(self.wrong("a number, theta, a function or a parenthesis")),
        }
    }

    fn number(&mut self) -> Parsed {
        let start = self.at;
        let digits = |own: &mut Self| {
            while own.text.get(own.at).is_some_and(char::is_ascii_digit) {
                own.at += 1;
            }
        };
        digits(self);
        if self.text.get(self.at) == Some(&'.') {
            self.at += 1;
            digits(self);
        }
        // A power of ten only where a digit follows: 2exp(x) is a product.
        if matches!(self.text.get(self.at), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.text.get(self.at + 1), Some('+' | '-')));
            let first = self.text.get(self.at + 1 + sign);
            if first.is_some_and(char::is_ascii_digit) {
                self.at += 1 + sign;
                digits(self);
            }
        }
        let text: String = self.text[start..self.at].iter().collect();
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Node::Number(value)),
            _ => {
                self.at = start;
                Err(self.wrong("a finite number"))
            }
        }
    }

    fn word(&mut self) -> Parsed {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|c| c.is_alphabetic()) {
            self.at += 1;
        }
        let word: String = self.text[start..self.at].iter().collect();
        if let Some((_, function)) = FUNCTIONS.iter().find(|(name, _)| *name == word) {
            if !self.take('(') {
                return Err(self.wrong("a parenthesis after the name of a function"));
            }
            let own = self.deeper(Self::sum)?;
            return match self.take(')') {
                true => Ok(Node::Call(*function, Box::new(own))),
                false => Err(self.wrong("a closing parenthesis")),
            };
        }
        match word.as_str() {
            "theta" | "θ" | "x" => Ok(Node::Variable),
            "pi" | "π" => Ok(Node::Number(num::PI)),
            "e" => Ok(Node::Number(std::f64::consts::E)),
            _ => {
                self.at = start;
                Err(self.wrong("theta, θ, x, pi, e, exp, ln, log, sqrt, sin, cos or abs"))
            }
        }
    }
}

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
    fn value(&self, x: f64) -> f64 {
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

    fn jet(&self, x: f64) -> Jet {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, x: f64) -> f64 {
        Expression::parse(text).unwrap().value(x)
    }

    #[test]
    fn texts_are_read_as_people_mean_them() {
        for (text, x, value) in [
            ("5-2(theta-1.5)^2", 0.0, 0.5),
            ("exp(-(theta-0.7)^2/2)", 0.7, 1.0),
            ("0.5(theta+2)^2+1", 0.0, 3.0),
            ("-θ^2", 3.0, -9.0),
            ("2^-2 x", 8.0, 2.0),
            ("2^3^2", 0.0, 512.0),
            ("2exp(0)x - 1e1", 3.0, -4.0),
            ("x(x - 1)(x + 1)/2", 2.0, 3.0),
            ("3·x² − sqrt(abs(-4))", 1.0, 1.0),
            ("cos(pi) + ln(e)", 0.0, 0.0),
            ("x**2 * -1", 2.0, -4.0),
            ("1/2/2", 0.0, 0.25),
            (".5e-1x", 2.0, 0.1),
        ] {
            assert!(
                (at(text, x) - value).abs() < 1e-12,
                "{text}: {}",
                at(text, x)
            );
        }
    }

    #[test]
    fn what_is_no_function_is_told_with_its_place() {
        for (text, place) in [
            ("", 1),
            ("2+", 3),
            ("(x", 3),
            ("x)", 2),
            ("sin x", 5),
            ("y+1", 1),
            ("2 $ 3", 3),
            ("1e999", 1),
            (".", 1),
        ] {
            let error = Expression::parse(text).unwrap_err();
            assert_eq!(error.at, place, "{text}: {error}");
        }
        assert!(Expression::parse(&"(".repeat(5000)).is_err());
        assert!(Expression::parse(&"-".repeat(1500)).is_err());
        assert!(Expression::parse(&"2^".repeat(900)).is_err());
    }

    #[test]
    fn derivatives_are_those_of_differences() {
        for text in [
            "5-2(x-1.5)^2",
            "exp(-(x-0.7)^2/2)",
            "sin(x)cos(2x)/sqrt(x)",
            "ln(x)^3 + x^2.5 - abs(x-9)",
            "x^x",
            "(1+x)/(2+x^2)",
        ] {
            let own = Expression::parse(text).unwrap();
            let (x, h) = (1.3, 1e-4);
            let [low, middle, high] = [x - h, x, x + h].map(|x| own.value(x));
            let jet = own.jet(x);
            assert!((jet.value - middle).abs() < 1e-14);
            assert!(
                (jet.slope - (high - low) / (2.0 * h)).abs() < 1e-6,
                "{text}"
            );
            let second = (high - 2.0 * middle + low) / (h * h);
            assert!(
                (jet.curvature - second).abs() < 1e-5,
                "{text}: {jet:?} {second}"
            );
        }
        let own = Expression::parse("5-2(theta-1.5)^2").unwrap();
        assert_eq!(own.extremum(0.3), Some(1.5));
        assert_eq!(Expression::parse("x").unwrap().extremum(0.0), None);
    }
}
