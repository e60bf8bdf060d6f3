//! The robustness of a whole trace at every instant, each operator in one pass.

use super::fold::{Element, Fold, Reach, greatest, least};
use super::formula::Formula;
use super::lower::{Op, Program};
use super::state::{Cell, Seen};
use super::step::distance;
use super::verdict::Verdict;

/// The verdicts of a trace, an entry a sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdicts {
    /// Robustness; −∞ where a NaN is within what the instant depends on, never NaN.
    pub robustness: Vec<f64>,
    /// Whether all samples that an instant depends on are finite numbers.
    pub valid: Vec<bool>,
}

impl Verdicts {
    /// The verdict of an instant within the trace.
    #[must_use]
    pub fn at(&self, instant: usize) -> Option<Verdict> {
        let (robustness, valid) = (*self.robustness.get(instant)?, *self.valid.get(instant)?);
        Some(Verdict {
            instant: instant as u64,
            robustness,
            valid,
        })
    }
}

/// Judges a formula at every instant of a trace of so many samples. `columns` are the signals in
/// the order of [`Formula::signals`]; what is missing at their ends, or beyond them, is NaN.
///
/// Each operator takes one pass over the trace, whatever its interval.
#[must_use]
pub fn evaluate(formula: &Formula, columns: &[&[f64]], samples: usize) -> Verdicts {
    let program = Program::new(formula);
    let root = program.root();
    let mut all = values(&program, columns, samples, false);
    let mut found = Verdicts::default();
    if let Some(own) = all.get_mut(root) {
        for (instant, cell) in std::mem::take(own).into_iter().enumerate() {
            let verdict = Verdict::new(instant as u64, cell.value, cell.flags);
            found.robustness.push(verdict.robustness);
            found.valid.push(verdict.valid);
        }
    }
    found
}

/// Values of all nodes at all instants; those that no later node uses are dropped unless `all`.
pub(super) fn values(
    program: &Program,
    columns: &[&[f64]],
    samples: usize,
    all: bool,
) -> Vec<Vec<Cell>> {
    let mut found: Vec<Vec<Cell>> = Vec::with_capacity(program.nodes.len());
    let mut last_use = vec![usize::MAX; program.nodes.len()];
    for (k, node) in program.nodes.iter().enumerate() {
        for of in operands(&node.op).into_iter().flatten() {
            last_use[of] = k;
        }
    }
    let mut stack = Vec::new();
    for (k, node) in program.nodes.iter().enumerate() {
        let own = match &node.op {
            Op::Atom(atom) => (0..samples)
                .map(|t| {
                    let take = |c: usize| {
                        let own = columns.get(c).and_then(|own| own.get(t));
                        own.copied().unwrap_or(f64::NAN)
                    };
                    let own = program.atoms.get(*atom);
                    let (value, flags) = own.map_or((0.0, 0), |own| own.value(take, &mut stack));
                    Cell { value, flags }
                })
                .collect(),
            op => operator(op, &found, samples),
        };
        found.push(own);
        for of in operands(&node.op).into_iter().flatten() {
            if !all && last_use[of] == k {
                found[of] = Vec::new();
            }
        }
    }
    found
}

/// The nodes that an operator reads.
pub(super) fn operands(op: &Op) -> [Option<usize>; 2] {
    match *op {
        Op::Atom(_) => [None, None],
        Op::Negate(of)
        | Op::Later { of, .. }
        | Op::Earlier { of, .. }
        | Op::Future { of, .. }
        | Op::Past { of, .. }
        | Op::Forever { of, .. }
        | Op::Ever { of, .. } => [Some(of), None],
        Op::Least(a, b) | Op::Greatest(a, b) | Op::Distance(a, b) => [Some(a), Some(b)],
        Op::Until { left, right, .. }
        | Op::Since { left, right, .. }
        | Op::UntilForever { left, right }
        | Op::SinceEver { left, right } => [Some(left), Some(right)],
    }
}

fn operator(op: &Op, found: &[Vec<Cell>], samples: usize) -> Vec<Cell> {
    let [first, second] = operands(op).map(|of| {
        let own = of.and_then(|of| found.get(of));
        own.map_or(&[][..], Vec::as_slice)
    });
    let both = first.iter().zip(second);
    let whole = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let two = |of: fn(f64, f64) -> f64| {
        let own = |(a, b): (&Cell, &Cell)| Cell {
            value: of(a.value, b.value),
            flags: a.flags | b.flags,
        };
        both.clone().map(own).collect()
    };
    match *op {
        Op::Atom(_) => Vec::new(),
        Op::Negate(_) => {
            let own = |cell: &Cell| Cell {
                value: 0.0 - cell.value,
                ..*cell
            };
            first.iter().map(own).collect()
        }
        Op::Least(..) => two(least),
        Op::Greatest(..) => two(greatest),
        Op::Distance(..) => two(distance),
        Op::Later { by, empty, .. } => {
            let cut = first.get(whole(by)..).unwrap_or_default();
            let mut own = cut.to_vec();
            own.resize(
                samples,
                Cell {
                    value: empty,
                    flags: 0,
                },
            );
            own
        }
        Op::Earlier { by, empty, .. } => {
            let by = whole(by).min(samples);
            let mut own = vec![
                Cell {
                    value: empty,
                    flags: 0
                };
                by
            ];
            own.extend(first.iter().take(samples - by));
            own
        }
        Op::Future { width, sign, .. } | Op::Past { width, sign, .. } => {
            let ahead = matches!(op, Op::Future { .. });
            let feed = first.iter().map(|own| (sign * own.value, own.flags));
            moving(feed, width, ahead, |own| sign * own + 0.0)
        }
        Op::Until { width, .. } => pairs::<true>(both, width),
        Op::Since { width, .. } => pairs::<false>(both, width),
        Op::Forever { sign, .. } => {
            let mut own = ever(first.iter().rev(), sign);
            own.reverse();
            own
        }
        Op::Ever { sign, .. } => ever(first.iter(), sign),
        Op::UntilForever { .. } => {
            let mut own = reached(both.rev());
            own.reverse();
            own
        }
        Op::SinceEver { .. } => reached(both),
    }
}

/// Combinations over [t, t + width] or [t − width, t] of what the trace has there.
fn moving<E: Element>(
    feed: impl ExactSizeIterator<Item = (E, u8)>,
    width: u64,
    ahead: bool,
    value: impl Fn(E) -> f64,
) -> Vec<Cell> {
    let samples = feed.len();
    let width = usize::try_from(width).unwrap_or(usize::MAX);
    let (mut fold, mut seen) = (Fold::default(), Seen::default());
    let mut out = Vec::with_capacity(samples);
    for (t, (own, flags)) in feed.enumerate() {
        fold.push(own);
        seen.note(t as u64, flags);
        if ahead && t < width {
            continue;
        }
        let since = t.saturating_sub(width) as u64;
        out.push(Cell {
            value: value(fold.total()),
            flags: seen.since(since),
        });
        if t >= width {
            fold.pop();
        }
    }
    while out.len() < samples {
        let flags = seen.since(out.len() as u64);
        out.push(Cell {
            value: value(fold.total()),
            flags,
        });
        fold.pop();
    }
    out
}

/// `until` within [t, t + width] or `since` within [t − width, t].
fn pairs<'a, const AHEAD: bool>(
    both: impl ExactSizeIterator<Item = (&'a Cell, &'a Cell)>,
    width: u64,
) -> Vec<Cell> {
    let own = |(a, b): (&Cell, &Cell)| {
        let pair = Reach::<AHEAD>::of(a.value, b.value);
        (pair, a.flags | b.flags)
    };
    moving(both.map(own), width, AHEAD, |own| own.reach)
}

/// The minimum of all so far, with a sign.
fn ever<'a>(cells: impl Iterator<Item = &'a Cell>, sign: f64) -> Vec<Cell> {
    let mut all = Cell {
        value: f64::INFINITY,
        flags: 0,
    };
    let next = |own: &Cell| {
        all.value = least(all.value, sign * own.value);
        all.flags |= own.flags;
        Cell {
            value: sign * all.value + 0.0,
            ..all
        }
    };
    cells.map(next).collect()
}

/// The second of a pair at some instant so far, the first at all instants since.
fn reached<'a>(pairs: impl Iterator<Item = (&'a Cell, &'a Cell)>) -> Vec<Cell> {
    let mut all = Cell {
        value: f64::NEG_INFINITY,
        flags: 0,
    };
    let next = |(a, b): (&Cell, &Cell)| {
        all.value = greatest(b.value, least(a.value, all.value));
        all.flags |= a.flags | b.flags;
        all
    };
    pairs.map(next).collect()
}
