//! The text of a formula, which reads back as the same one.

use std::fmt;

use super::formula::{Expr, Formula};

/// A number so that it reads back as itself.
fn write_number(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    match number == 0.0 || (1e-5..1e15).contains(&number.abs()) {
        true => write!(f, "{number}"),
        false => write!(f, "{number:e}"),
    }
}

/// Words that are no names unless they stand in quotation marks.
pub(super) const WORDS: [&str; 18] = [
    "abs",
    "always",
    "and",
    "eventually",
    "fall",
    "historically",
    "iff",
    "implies",
    "inf",
    "next",
    "not",
    "once",
    "or",
    "prev",
    "rise",
    "since",
    "until",
    "xor",
];

/// Whether a character begins a name.
pub(super) fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// Whether a character goes on with a name.
pub(super) fn within_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

fn is_plain(name: &str) -> bool {
    let (own, place) = name.split_once('@').unwrap_or((name, "_"));
    let begins = own.starts_with(begins_name) && !WORDS.contains(&own);
    begins && !place.is_empty() && own.chars().chain(place.chars()).all(within_name)
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A part, in brackets where it has an operator of two.
        fn part(f: &mut fmt::Formatter<'_>, own: &Expr) -> fmt::Result {
            match own {
                Expr::Number(_) | Expr::Signal(_) | Expr::Abs(_) => write!(f, "{own}"),
                _ => write!(f, "({own})"),
            }
        }
        match self {
            Self::Number(number) => write_number(f, *number),
            Self::Signal(name) if is_plain(name) => f.write_str(name),
            Self::Signal(name) => {
                let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "\"{quoted}\"")
            }
            Self::Abs(own) => write!(f, "abs({own})"),
            Self::Negate(own) => write!(f, "-({own})"),
            Self::Divide(own, by) => {
                part(f, own)?;
                f.write_str(" / ")?;
                write_number(f, *by)
            }
            Self::Add(left, right) | Self::Subtract(left, right) | Self::Multiply(left, right) => {
                part(f, left)?;
                f.write_str(match self {
                    Self::Add(..) => " + ",
                    Self::Subtract(..) => " - ",
                    _ => " * ",
                })?;
                part(f, right)
            }
        }
    }
}

impl Formula {
    /// Whether it is written without brackets behind an operator of one formula.
    fn bare(&self) -> bool {
        matches!(self, Self::Not(_) | Self::Span(..) | Self::Step(..))
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |f: &mut fmt::Formatter<'_>, own: &Self| match own.bare() {
            true => write!(f, " {own}"),
            false => write!(f, " ({own})"),
        };
        let two = |f: &mut fmt::Formatter<'_>, own: &Self| match own {
            Self::Compare(..) => write!(f, "{own}"),
            _ if own.bare() => write!(f, "{own}"),
            _ => write!(f, "({own})"),
        };
        match self {
            Self::Compare(how, left, right) => write!(f, "{left} {} {right}", how.symbol()),
            Self::Not(own) => {
                f.write_str("not")?;
                one(f, own)
            }
            Self::Span(span, bounds, own) => {
                write!(f, "{}{bounds}", span.word())?;
                one(f, own)
            }
            Self::Step(step, own) => {
                f.write_str(step.word())?;
                one(f, own)
            }
            Self::Connect(how, left, right) => {
                two(f, left)?;
                write!(f, " {} ", how.word())?;
                two(f, right)
            }
            Self::Until(bounds, left, right) => {
                two(f, left)?;
                write!(f, " until{bounds} ")?;
                two(f, right)
            }
            Self::Since(bounds, left, right) => {
                two(f, left)?;
                write!(f, " since{bounds} ")?;
                two(f, right)
            }
        }
    }
}
