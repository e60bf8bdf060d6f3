//! Formulas as a short list of operators, operands before what uses them.
//!
//! Intervals that begin later are intervals that begin at once, seen from a later instant:
//! `always[a,b] φ` is `always[0,b−a] φ` a samples ahead, and `φ until[a,b] ψ` is
//! `always[0,a−1] φ and (φ until[0,b−a] ψ, a samples ahead)`; the past mirrors it.

use thiserror::Error;

use super::atom::Atom;
use super::formula::{Bounds, Connective, Formula, Span, Step};

/// Why a formula cannot be monitored while samples arrive, or a state not be taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MonitorError {
    /// An operator without an upper bound stands within one that is judged at every instant, which
    /// would need the whole trace.
    #[error(
        "found `{within}` without an upper bound within `{outer}`, expected a bound such as \
         {within}[0,100]; a finished trace is judged without"
    )]
    Unbounded {
        /// The operator without an upper bound.
        within: &'static str,
        /// The operator around it.
        outer: &'static str,
    },
    /// The state is not that of a monitor of this formula.
    #[error("found a state of another formula, expected one of {expected}")]
    State {
        /// The monitor's formula.
        expected: String,
    },
}

/// An operator; operands are places in the list. `sign` is 1 for a minimum and −1 for a maximum,
/// which is a minimum of the negatives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Op {
    /// A comparison, by its place among the atoms.
    Atom(usize),
    /// −x.
    Negate(usize),
    /// The minimum of two.
    Least(usize, usize),
    /// The maximum of two.
    Greatest(usize, usize),
    /// |x − y|, 0 where they are equal.
    Distance(usize, usize),
    /// The value `by` samples later; `empty` beyond the trace.
    Later { of: usize, by: u64, empty: f64 },
    /// The value `by` samples earlier; `empty` before the trace.
    Earlier { of: usize, by: u64, empty: f64 },
    /// Over [t, t + width].
    Future { of: usize, width: u64, sign: f64 },
    /// Over [t − width, t].
    Past { of: usize, width: u64, sign: f64 },
    /// Over all from t on.
    Forever { of: usize, sign: f64 },
    /// Over all up to t.
    Ever { of: usize, sign: f64 },
    /// Within [t, t + width].
    Until {
        left: usize,
        right: usize,
        width: u64,
    },
    /// Within [t − width, t].
    Since {
        left: usize,
        right: usize,
        width: u64,
    },
    /// From t on.
    UntilForever { left: usize, right: usize },
    /// Up to t.
    SinceEver { left: usize, right: usize },
}

/// An operator, and how many samples after an instant its value is final.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) op: Op,
    /// `None` without a bound.
    pub(super) horizon: Option<u64>,
}

/// A compiled formula. The last node is the whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Program {
    pub(super) nodes: Vec<Node>,
    pub(super) atoms: Vec<Atom>,
    pub(super) signals: Vec<String>,
}

impl Program {
    pub(super) fn new(formula: &Formula) -> Self {
        let signals = formula.signals();
        let mut own = Self {
            nodes: Vec::new(),
            atoms: Vec::new(),
            signals,
        };
        own.lower(formula);
        own
    }

    pub(super) fn root(&self) -> usize {
        self.nodes.len().saturating_sub(1)
    }

    pub(super) fn horizon(&self, node: usize) -> Option<u64> {
        self.nodes.get(node).and_then(|own| own.horizon)
    }

    fn add(&mut self, op: Op) -> usize {
        let of = |node: usize, more: u64| Some(self.horizon(node)?.saturating_add(more));
        let both = |a: usize, b: usize| Some(self.horizon(a)?.max(self.horizon(b)?));
        let horizon = match op {
            Op::Atom(_) => Some(0),
            Op::Negate(own)
            | Op::Earlier { of: own, .. }
            | Op::Past { of: own, .. }
            | Op::Ever { of: own, .. } => of(own, 0),
            Op::Least(a, b) | Op::Greatest(a, b) | Op::Distance(a, b) => both(a, b),
            Op::Later { of: own, by, .. } => of(own, by),
            Op::Future { of: own, width, .. } => of(own, width),
            Op::Until { left, right, width } => {
                both(left, right).map(|own| own.saturating_add(width))
            }
            Op::Since { left, right, .. } | Op::SinceEver { left, right } => both(left, right),
            Op::Forever { .. } | Op::UntilForever { .. } => None,
        };
        self.nodes.push(Node { op, horizon });
        self.root()
    }

    fn lower(&mut self, formula: &Formula) -> usize {
        match formula {
            Formula::Compare(how, left, right) => {
                let atom = Atom::new(*how, left, right, &self.signals);
                self.atoms.push(atom);
                self.add(Op::Atom(self.atoms.len() - 1))
            }
            Formula::Not(own) => {
                let own = self.lower(own);
                self.add(Op::Negate(own))
            }
            Formula::Connect(how, left, right) => {
                let (mut left, right) = (self.lower(left), self.lower(right));
                if *how == Connective::Implies {
                    left = self.add(Op::Negate(left));
                }
                match how {
                    Connective::And => self.add(Op::Least(left, right)),
                    Connective::Or | Connective::Implies => self.add(Op::Greatest(left, right)),
                    Connective::Xor => self.add(Op::Distance(left, right)),
                    Connective::Iff => {
                        let own = self.add(Op::Distance(left, right));
                        self.add(Op::Negate(own))
                    }
                }
            }
            Formula::Span(span, bounds, own) => {
                let own = self.lower(own);
                self.span(*span, *bounds, own)
            }
            Formula::Until(bounds, left, right) => {
                let (left, right) = (self.lower(left), self.lower(right));
                self.pair(true, *bounds, left, right)
            }
            Formula::Since(bounds, left, right) => {
                let (left, right) = (self.lower(left), self.lower(right));
                self.pair(false, *bounds, left, right)
            }
            Formula::Step(step, own) => {
                let own = self.lower(own);
                self.step(*step, own)
            }
        }
    }

    fn step(&mut self, step: Step, of: usize) -> usize {
        let (most, least) = (f64::INFINITY, f64::NEG_INFINITY);
        match step {
            Step::Next => self.add(Op::Later {
                of,
                by: 1,
                empty: most,
            }),
            Step::Prev => self.add(Op::Earlier {
                of,
                by: 1,
                empty: most,
            }),
            Step::Rise => {
                let before = self.add(Op::Earlier {
                    of,
                    by: 1,
                    empty: least,
                });
                let not = self.add(Op::Negate(before));
                self.add(Op::Least(not, of))
            }
            Step::Fall => {
                let before = self.add(Op::Earlier {
                    of,
                    by: 1,
                    empty: most,
                });
                let not = self.add(Op::Negate(of));
                self.add(Op::Least(before, not))
            }
        }
    }

    fn span(&mut self, span: Span, bounds: Bounds, of: usize) -> usize {
        let sign = match span {
            Span::Always | Span::Historically => 1.0,
            Span::Eventually | Span::Once => -1.0,
        };
        let width = bounds.to().map(|to| to - bounds.from());
        let own = match (width, span.ahead()) {
            (Some(0), _) => of,
            (Some(width), true) => self.add(Op::Future { of, width, sign }),
            (Some(width), false) => self.add(Op::Past { of, width, sign }),
            (None, true) => self.add(Op::Forever { of, sign }),
            (None, false) => self.add(Op::Ever { of, sign }),
        };
        self.moved(own, bounds.from(), span.ahead(), sign * f64::INFINITY)
    }

    fn moved(&mut self, of: usize, by: u64, ahead: bool, empty: f64) -> usize {
        match (by, ahead) {
            (0, _) => of,
            (_, true) => self.add(Op::Later { of, by, empty }),
            (_, false) => self.add(Op::Earlier { of, by, empty }),
        }
    }

    fn pair(&mut self, ahead: bool, bounds: Bounds, left: usize, right: usize) -> usize {
        let width = bounds.to().map(|to| to - bounds.from());
        let own = match (width, ahead) {
            (Some(width), true) => self.add(Op::Until { left, right, width }),
            (Some(width), false) => self.add(Op::Since { left, right, width }),
            (None, true) => self.add(Op::UntilForever { left, right }),
            (None, false) => self.add(Op::SinceEver { left, right }),
        };
        let Some(before) = bounds.from().checked_sub(1) else {
            return own;
        };
        let own = self.moved(own, bounds.from(), ahead, f64::NEG_INFINITY);
        let (of, width, sign) = (left, before, 1.0);
        let hold = match (before, ahead) {
            (0, _) => left,
            (_, true) => self.add(Op::Future { of, width, sign }),
            (_, false) => self.add(Op::Past { of, width, sign }),
        };
        self.add(Op::Least(hold, own))
    }
}
