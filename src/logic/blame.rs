//! Which comparison decides a verdict, found by going back along minima and maxima.

use super::formula::Formula;
use super::lower::{Op, Program};
use super::offline::values;
use super::state::Cell;
use super::verdict::NAN;

/// The comparison that decides the verdict of an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Blame {
    /// The comparison as it is written.
    pub comparison: String,
    /// The sample, counted from 0.
    pub instant: usize,
    /// The robustness of the comparison there; NaN where a sample is NaN.
    pub robustness: f64,
    /// The samples of its signals there, by name.
    pub samples: Vec<(String, f64)>,
}

/// The comparison whose robustness at some sample is that of the formula at `instant`, up to the
/// sign; of an instant that depends on a sample that is no finite number, one that reads such a
/// sample. `None` when the end of the trace decides, or there is no such instant.
///
/// Of several, the first in the order of the formula and of time. `columns` and `samples` are as
/// for [`super::evaluate`].
#[must_use]
pub fn blame(
    formula: &Formula,
    columns: &[&[f64]],
    samples: usize,
    instant: usize,
) -> Option<Blame> {
    let program = Program::new(formula);
    let values = values(&program, columns, samples, true);
    let search = Search {
        program: &program,
        values: &values,
    };
    let (mut node, mut at) = (program.root(), instant);
    loop {
        let own = *values.get(node)?.get(at)?;
        if let Op::Atom(atom) = program.nodes.get(node)?.op {
            let atom = program.atoms.get(atom)?;
            let sample = |column: &usize| {
                let value = columns.get(*column).and_then(|own| own.get(at));
                let name = program.signals.get(*column).cloned().unwrap_or_default();
                (name, value.copied().unwrap_or(f64::NAN))
            };
            let mut samples: Vec<(String, f64)> = atom.columns.iter().map(sample).collect();
            samples.sort_by(|a, b| a.0.cmp(&b.0));
            samples.dedup_by(|a, b| a.0 == b.0);
            let nan = own.flags & NAN != 0;
            return Some(Blame {
                comparison: atom.text.clone(),
                instant: at,
                robustness: if nan { f64::NAN } else { own.value },
                samples,
            });
        }
        (node, at) = search.before(node, at)?;
    }
}

struct Search<'a> {
    program: &'a Program,
    values: &'a [Vec<Cell>],
}

impl Search<'_> {
    fn cell(&self, node: usize, at: usize) -> Option<Cell> {
        self.values.get(node)?.get(at).copied()
    }

    /// The operand and its instant from which the value of a node at an instant comes.
    fn before(&self, node: usize, at: usize) -> Option<(usize, usize)> {
        let own = self.cell(node, at)?;
        let op = self.program.nodes.get(node)?.op;
        let wide = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let last = self.values.get(node)?.len().checked_sub(1)?;
        let ahead = |width: u64| at..=at.saturating_add(wide(width)).min(last);
        let behind = |width: u64| at.saturating_sub(wide(width))..=at;
        match op {
            Op::Atom(_) => None,
            Op::Negate(of) => Some((of, at)),
            Op::Later { of, by, .. } => {
                let at = at.checked_add(wide(by))?;
                (at <= last).then_some((of, at))
            }
            Op::Earlier { of, by, .. } => Some((of, at.checked_sub(wide(by))?)),
            Op::Least(a, b) | Op::Greatest(a, b) => self.first(own, [(a, at), (b, at)].into_iter()),
            Op::Distance(a, b) => {
                let bad = own.flags != 0;
                let of = |node| self.cell(node, at);
                let left = match bad {
                    true => of(a)?.flags != 0,
                    false => of(a)?.value.abs() <= of(b)?.value.abs(),
                };
                Some((if left { a } else { b }, at))
            }
            Op::Future { of, width, .. } => self.first(own, ahead(width).map(|t| (of, t))),
            Op::Forever { of, .. } => self.first(own, (at..=last).map(|t| (of, t))),
            Op::Past { of, width, .. } => self.first(own, behind(width).map(|t| (of, t))),
            Op::Ever { of, .. } => self.first(own, (0..=at).map(|t| (of, t))),
            Op::Until { left, right, width } => self.reached(own, ahead(width), [left, right]),
            Op::UntilForever { left, right } => self.reached(own, at..=last, [left, right]),
            Op::Since { left, right, width } => {
                self.reached(own, behind(width).rev(), [left, right])
            }
            Op::SinceEver { left, right } => self.reached(own, (0..=at).rev(), [left, right]),
        }
    }

    /// The first place with the same value, or with what is wrong where something is.
    fn first(
        &self,
        own: Cell,
        mut places: impl Iterator<Item = (usize, usize)>,
    ) -> Option<(usize, usize)> {
        places.find(|(node, at)| {
            self.cell(*node, *at).is_some_and(|cell| match own.flags {
                0 => cell.value == own.value,
                flags => cell.flags & flags != 0 && (flags & NAN == 0 || cell.flags & NAN != 0),
            })
        })
    }

    /// The place that decides an `until` along instants from its own on, or a `since`.
    fn reached(
        &self,
        own: Cell,
        instants: impl Iterator<Item = usize> + Clone,
        [left, right]: [usize; 2],
    ) -> Option<(usize, usize)> {
        if own.flags != 0 {
            return self.first(own, instants.flat_map(|t| [(left, t), (right, t)]));
        }
        let mut hold: Option<(f64, usize)> = None;
        for t in instants {
            let (a, b) = (self.cell(left, t)?, self.cell(right, t)?);
            let held = hold.map_or(f64::INFINITY, |(value, _)| value);
            if b.value.min(held) == own.value {
                return match hold {
                    Some((value, at)) if value < b.value => Some((left, at)),
                    _ => Some((right, t)),
                };
            }
            if a.value < held {
                hold = Some((a.value, t));
            }
        }
        None
    }
}
