//! Functions of one variable as texts: `5-2(theta-1.5)^2`, `exp(-(theta-0.7)^2/2)`.
//!
//! Numbers, the variable (`theta`, `θ` or `x`), `pi` and `e`; + − * / ^, where ^ binds to the right
//! and before a sign; exp, ln, log (natural), sqrt, sin, cos, abs; parentheses; two factors beside
//! each other are multiplied. Values come with their first two derivatives.

mod node;
mod parse;

pub use node::Jet;
pub use parse::ExpressionError;

use node::Node;
use parse::parse;

/// A function of one variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    root: Node,
}

impl Expression {
    /// Reads a function.
    ///
    /// # Errors
    /// With the character at which something else was expected.
    pub fn parse(text: &str) -> Result<Self, ExpressionError> {
        parse(text).map(|root| Self { root })
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
