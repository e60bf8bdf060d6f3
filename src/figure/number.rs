//! Numbers as they are written on axes: exact decimals, minus signs, powers of ten.

use crate::base::num;

/// Ten to a power, correctly rounded.
#[must_use]
pub fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(f64::NAN)
}

/// The largest power of ten that is at most a positive number, as its exponent.
#[must_use]
pub fn decade(value: f64) -> i32 {
    let guess = (num::ln(value) / std::f64::consts::LN_10).floor() as i32;
    // The logarithm may be off by a rounding just at a power.
    if power_of_ten(guess + 1) <= value {
        guess + 1
    } else if power_of_ten(guess) > value {
        guess - 1
    } else {
        guess
    }
}

/// Ten to the logarithm: `log10`, by way of the natural one.
#[must_use]
pub fn log10(value: f64) -> f64 {
    num::ln(value) / std::f64::consts::LN_10
}

/// A whole number times a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The whole number.
    pub digits: i64,
    /// The exponent of ten.
    pub exponent: i32,
}

impl Decimal {
    /// The nearest double.
    #[must_use]
    pub fn value(self) -> f64 {
        let digits = self.digits as f64;
        if self.exponent >= 0 {
            digits * power_of_ten(self.exponent)
        } else {
            // A quotient of two exact numbers is rounded once.
            digits / power_of_ten(-self.exponent)
        }
    }

    /// Written with as many decimals as its exponent asks for, and a minus sign that is as wide as
    /// plus.
    #[must_use]
    pub fn text(self) -> String {
        let size = self.digits.unsigned_abs().to_string();
        let sign = if self.digits < 0 { "−" } else { "" };
        if self.exponent >= 0 {
            let zeros = if self.digits == 0 { 0 } else { self.exponent };
            return format!("{sign}{size}{}", "0".repeat(zeros as usize));
        }
        let decimals = self.exponent.unsigned_abs() as usize;
        let padded = format!("{size:0>width$}", width = decimals + 1);
        let (whole, rest) = padded.split_at(padded.len() - decimals);
        format!("{sign}{whole}.{rest}")
    }
}

/// A whole number in raised digits.
#[must_use]
pub fn raised(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let one = |c: char| match c {
        '-' => '⁻',
        c => DIGITS[c.to_digit(10).unwrap_or(0) as usize],
    };
    number.to_string().chars().map(one).collect()
}

/// Ten to a power, as it is written: 10⁻³.
#[must_use]
pub fn power_text(exponent: i32) -> String {
    format!("10{}", raised(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let one = |digits, exponent| Decimal { digits, exponent };
        assert_eq!(one(3, -1).value(), 0.3);
        assert_eq!(one(3, -1).text(), "0.3");
        assert_eq!(one(-5, -3).text(), "−0.005");
        assert_eq!(one(12, 2).text(), "1200");
        assert_eq!(one(0, 2).text(), "0");
        assert_eq!(one(0, -1).text(), "0.0");
        assert_eq!(one(1250, -2).text(), "12.50");
    }

    #[test]
    fn decades_hold_at_their_borders() {
        for k in -12..=12 {
            assert_eq!(decade(power_of_ten(k)), k);
            assert_eq!(decade(power_of_ten(k) * 0.999), k - 1);
        }
        assert_eq!(power_text(-12), "10⁻¹²");
    }
}
