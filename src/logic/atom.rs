//! Comparisons, compiled: a sample in, a robustness out.

use super::formula::{Compare, Expr};
use super::verdict::{BAD, NAN};

/// A comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Atom {
    /// As it is written.
    pub(super) text: String,
    /// Columns of its signals.
    pub(super) columns: Vec<usize>,
    code: Code,
}

#[derive(Clone, Debug, PartialEq)]
enum Code {
    /// signal − level.
    Above(usize, f64),
    /// level − signal.
    Below(usize, f64),
    /// Anything else, operands before operators.
    Any(Vec<Word>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    Number(f64),
    Signal(usize),
    Abs,
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide(f64),
}

impl Atom {
    /// `signals` are the names of the columns, in order.
    pub(super) fn new(how: Compare, left: &Expr, right: &Expr, signals: &[String]) -> Self {
        let text = format!("{left} {} {right}", how.symbol());
        let (more, less) = if how.upward() {
            (left, right)
        } else {
            (right, left)
        };
        let mut code = Vec::new();
        push(more, signals, &mut code);
        push(less, signals, &mut code);
        code.push(Word::Subtract);
        let columns = code.iter().filter_map(|word| match word {
            Word::Signal(column) => Some(*column),
            _ => None,
        });
        let columns = columns.collect();
        let code = match *code {
            [Word::Signal(column), Word::Number(level), _] => Code::Above(column, level),
            [Word::Number(level), Word::Signal(column), _] => Code::Below(column, level),
            _ => Code::Any(code),
        };
        Self {
            text,
            columns,
            code,
        }
    }

    /// The robustness at a sample and its flags. What is missing in the sample is NaN. Never NaN,
    /// and never −0, which would let the order of a minimum matter.
    #[inline]
    pub(super) fn value(&self, sample: impl Fn(usize) -> f64, stack: &mut Vec<f64>) -> (f64, u8) {
        let (value, bad) = match &self.code {
            Code::Above(column, level) => {
                let x = sample(*column);
                (x - level, !x.is_finite())
            }
            Code::Below(column, level) => {
                let x = sample(*column);
                (level - x, !x.is_finite())
            }
            Code::Any(code) => run(code, sample, stack),
        };
        match value.is_nan() {
            true => (0.0, BAD | NAN),
            false => (value + 0.0, u8::from(bad) * BAD),
        }
    }
}

fn push(expr: &Expr, signals: &[String], code: &mut Vec<Word>) {
    let mut two = |left: &Expr, right: &Expr, word| {
        push(left, signals, code);
        push(right, signals, code);
        code.push(word);
    };
    match expr {
        Expr::Number(number) => code.push(Word::Number(*number)),
        Expr::Signal(name) => {
            // Every name of the formula is in the list; a place beyond it would read as NaN.
            let place = signals.iter().position(|own| own == name);
            code.push(Word::Signal(place.unwrap_or(usize::MAX)));
        }
        Expr::Add(left, right) => two(left, right, Word::Add),
        Expr::Subtract(left, right) => two(left, right, Word::Subtract),
        Expr::Multiply(left, right) => two(left, right, Word::Multiply),
        Expr::Abs(own) | Expr::Negate(own) | Expr::Divide(own, _) => {
            push(own, signals, code);
            code.push(match expr {
                Expr::Abs(_) => Word::Abs,
                Expr::Divide(_, by) => Word::Divide(*by),
                _ => Word::Negate,
            });
        }
    }
}

/// The value of the code, NaN where arithmetic gives none or a sample is NaN, and whether a sample
/// is no finite number.
fn run(code: &[Word], sample: impl Fn(usize) -> f64, stack: &mut Vec<f64>) -> (f64, bool) {
    stack.clear();
    let (mut bad, mut nan) = (false, false);
    for word in code {
        let top = match word {
            Word::Number(number) => *number,
            Word::Signal(column) => {
                let x = sample(*column);
                bad |= !x.is_finite();
                nan |= x.is_nan();
                x
            }
            Word::Abs => stack.pop().unwrap_or(f64::NAN).abs(),
            Word::Negate => -stack.pop().unwrap_or(f64::NAN),
            Word::Divide(by) => stack.pop().unwrap_or(f64::NAN) / by,
            Word::Add | Word::Subtract | Word::Multiply => {
                let right = stack.pop().unwrap_or(f64::NAN);
                let left = stack.pop().unwrap_or(f64::NAN);
                match word {
                    Word::Add => left + right,
                    Word::Subtract => left - right,
                    _ => left * right,
                }
            }
        };
        stack.push(top);
    }
    let value = stack.pop().unwrap_or(f64::NAN);
    (if nan { f64::NAN } else { value }, bad)
}
