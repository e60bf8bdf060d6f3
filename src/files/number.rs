//! Numbers as programs and spreadsheets write them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The mark before the decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Decimal {
    /// 1.5
    #[default]
    Point,
    /// 1,5
    Comma,
}

/// Texts that stand for a missing number, in any case.
const MISSING: [&str; 9] = ["", "na", "n/a", "nan", "null", "none", "-", "?", "#n/a"];

/// What spreadsheets write where a formula failed.
const SHEET_ERRORS: [&str; 7] = [
    "#n/a", "#div/0!", "#ref!", "#value!", "#num!", "#name?", "#null!",
];

/// Whether a trimmed cell says that there is no number.
#[must_use]
pub fn is_missing(cell: &str) -> bool {
    cell.len() <= 4 && MISSING.iter().any(|own| cell.eq_ignore_ascii_case(own))
        || cell.starts_with('#')
            && SHEET_ERRORS
                .iter()
                .any(|own| cell.eq_ignore_ascii_case(own))
        || cell.eq_ignore_ascii_case("-nan")
        || cell.eq_ignore_ascii_case("+nan")
}

/// The number of a trimmed cell: decimal, with an exponent (`e` or Fortran's `d`), hexadecimal as C
/// writes it (`0x1.8p+0`), `true` and `false` as 1 and 0, or infinite. A missing number is none.
///
/// ```
/// use phantomos::files::number::{Decimal, number};
/// assert_eq!(number("0x1.8p+0", Decimal::Point), Some(1.5));
/// assert_eq!(number("1,5", Decimal::Comma), Some(1.5));
/// assert_eq!(number("1,", Decimal::Comma), None);
/// ```
#[must_use]
pub fn number(cell: &str, decimal: Decimal) -> Option<f64> {
    if decimal == Decimal::Comma {
        if cell.contains(',') {
            return comma_number(cell);
        }
        // A point would be a mark of thousands, or another dialect: both are refused.
        if cell.contains('.') && !cell.starts_with("0x") {
            return None;
        }
    }
    point_number(cell)
}

fn point_number(cell: &str) -> Option<f64> {
    let first = cell.bytes().next()?;
    if first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.') {
        // Nearly every cell is one of these.
        if let Ok(found) = cell.parse::<f64>() {
            return if found.is_nan() { None } else { Some(found) };
        }
        return hexadecimal(cell).or_else(|| fortran(cell));
    }
    if cell.eq_ignore_ascii_case("true") {
        return Some(1.0);
    }
    if cell.eq_ignore_ascii_case("false") {
        return Some(0.0);
    }
    if cell.eq_ignore_ascii_case("inf") || cell.eq_ignore_ascii_case("infinity") {
        return Some(f64::INFINITY);
    }
    // A typographic minus.
    let rest = cell.strip_prefix('−')?;
    let begins = rest.bytes().next()?;
    if begins.is_ascii_digit() || begins == b'.' {
        rest.parse::<f64>().ok().map(|found| -found)
    } else {
        None
    }
}

/// One comma with digits behind it, no point.
fn comma_number(cell: &str) -> Option<f64> {
    let (whole, rest) = cell.split_once(',')?;
    let has_digit = rest
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit());
    if !has_digit || rest.contains([',', '.']) || whole.contains('.') {
        return None;
    }
    point_number(&format!("{whole}.{rest}"))
}

/// `1.5D+03`.
fn fortran(cell: &str) -> Option<f64> {
    let place = cell.find(['d', 'D'])?;
    let (mantissa, exponent) = cell.split_at(place);
    let ends = mantissa.bytes().last()?;
    if !(ends.is_ascii_digit() || ends == b'.') {
        return None;
    }
    let text = format!("{mantissa}e{}", exponent.get(1..)?);
    text.parse::<f64>().ok()
}

/// `0x1.8p+0`: hexadecimal digits times a power of two. Digits beyond the 53 bits of a double are
/// cut off; what C prints has none.
#[must_use]
pub fn hexadecimal(cell: &str) -> Option<f64> {
    let (negative, rest) = match cell.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, cell.strip_prefix('+').unwrap_or(cell)),
    };
    let rest = rest
        .strip_prefix("0x")
        .or_else(|| rest.strip_prefix("0X"))?;
    let (digits, exponent) = match rest.split_once(['p', 'P']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut mantissa, mut scale) = (0u64, 0i32);
    for (k, digit) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(digit.to_digit(16)?);
        let behind = k >= whole.len();
        if mantissa < 1 << 58 {
            mantissa = mantissa * 16 + digit;
            scale -= if behind { 4 } else { 0 };
        } else {
            scale += if behind { 0 } else { 4 };
        }
    }
    let exponent = exponent.clamp(-5000, 5000) + scale;
    // Two steps, so that no factor leaves the range of a double by itself.
    let half = (exponent / 2).clamp(-1000, 1000);
    let rest = (exponent - half).clamp(-1000, 1000);
    let size = mantissa as f64 * power_of_two(half) * power_of_two(rest);
    Some(if negative { -size } else { size })
}

/// 2ⁿ, exactly, for |n| ≤ 1000.
fn power_of_two(n: i32) -> f64 {
    f64::from_bits(((1023 + n) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_many_programs_are_read() {
        let point = |cell| number(cell, Decimal::Point);
        assert_eq!(point("1.5D+02"), Some(150.0));
        assert_eq!(point("0x1.6666666666666p-1"), Some(0.7));
        assert_eq!(point("-0x1p+0"), Some(-1.0));
        assert_eq!(point("True"), Some(1.0));
        assert_eq!(point("−2.5"), Some(-2.5));
        assert_eq!(point("1,5"), None);
        assert_eq!(point("1.5 uV"), None);
        assert_eq!(point("nan"), None);
        let comma = |cell| number(cell, Decimal::Comma);
        assert_eq!(comma("-0,25"), Some(-0.25));
        assert_eq!(comma("1.234,5"), None);
        assert_eq!(comma("1.5"), None);
        assert_eq!(comma("7"), Some(7.0));
        assert!(is_missing("NaN") && is_missing("N/A") && is_missing("") && !is_missing("0"));
    }

    proptest! {
        #[test]
        fn hexadecimal_is_exact(value in any::<f64>().prop_filter("finite", |x| x.is_normal())) {
            let bits = value.to_bits();
            let exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
            let sign = if value < 0.0 { "-" } else { "" };
            let text = format!("{sign}0x1.{:013x}p{exponent:+}", bits & ((1 << 52) - 1));
            prop_assert_eq!(hexadecimal(&text), Some(value));
        }

        #[test]
        fn no_text_breaks_it(text in ".{0,20}") {
            let _ = number(&text, Decimal::Point);
            let _ = number(&text, Decimal::Comma);
        }
    }
}
