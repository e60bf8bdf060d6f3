//! Formulas of signal temporal logic as values: what they depend on, and their text.

use std::fmt;

/// Greatest bound of an interval, samples.
pub const BOUND_MAX: u64 = 1 << 32;
/// Operators within each other at most.
pub const DEPTH_MAX: usize = 128;

/// An interval of samples, counted from the instant at which an operator is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    from: u64,
    to: Option<u64>,
}

impl Bounds {
    /// Everything from the instant on.
    pub const ALL: Self = Self { from: 0, to: None };

    /// From `from` to `to`, both included, in samples; `None` for `to` is without end. `None` when
    /// `from` is above `to`, or a bound above [`BOUND_MAX`].
    #[must_use]
    pub fn new(from: u64, to: Option<u64>) -> Option<Self> {
        let sound = from <= to.unwrap_or(BOUND_MAX) && to.unwrap_or(0) <= BOUND_MAX;
        sound.then_some(Self { from, to })
    }

    /// The first sample.
    #[must_use]
    pub fn from(&self) -> u64 {
        self.from
    }

    /// The last sample, itself included; `None` without end.
    #[must_use]
    pub fn to(&self) -> Option<u64> {
        self.to
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (0, None) => Ok(()),
            (from, None) => write!(f, "[{from},inf]"),
            (from, Some(to)) => write!(f, "[{from},{to}]"),
        }
    }
}

/// A number at an instant.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A constant, finite.
    Number(f64),
    /// The sample of a signal, by name.
    Signal(String),
    /// |x|.
    Abs(Box<Expr>),
    /// −x.
    Negate(Box<Expr>),
    /// x + y.
    Add(Box<Expr>, Box<Expr>),
    /// x − y.
    Subtract(Box<Expr>, Box<Expr>),
    /// x · y.
    Multiply(Box<Expr>, Box<Expr>),
    /// x divided by a constant, finite and not 0.
    Divide(Box<Expr>, f64),
}

/// How two numbers are compared. Strict and not strict have the same robustness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// ≥
    AtLeast,
    /// >
    Above,
    /// ≤
    AtMost,
    /// <
    Below,
}

impl Compare {
    /// As it is written.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::AtMost => "<=",
            Self::Below => "<",
        }
    }

    /// Whether the left side is to be the greater one.
    #[must_use]
    pub fn upward(self) -> bool {
        matches!(self, Self::AtLeast | Self::Above)
    }
}

/// What connects two formulas at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connective {
    /// Both.
    And,
    /// One at least.
    Or,
    /// The second, where the first.
    Implies,
    /// Both or none.
    Iff,
    /// One of them only.
    Xor,
}

impl Connective {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Implies => "implies",
            Self::Iff => "iff",
            Self::Xor => "xor",
        }
    }
}

/// What an operator over an interval demands of its formula there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// At every instant to come.
    Always,
    /// At some instant to come.
    Eventually,
    /// At every instant past.
    Historically,
    /// At some instant past.
    Once,
}

impl Span {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Eventually => "eventually",
            Self::Historically => "historically",
            Self::Once => "once",
        }
    }

    /// Whether it looks ahead.
    #[must_use]
    pub fn ahead(self) -> bool {
        matches!(self, Self::Always | Self::Eventually)
    }
}

/// An operator of neighbouring instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// At the instant after.
    Next,
    /// At the instant before.
    Prev,
    /// Now, and not at the instant before.
    Rise,
    /// At the instant before, and not now.
    Fall,
}

impl Step {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Prev => "prev",
            Self::Rise => "rise",
            Self::Fall => "fall",
        }
    }
}

/// A formula of signal temporal logic in discrete time. [`Formula::parse`] reads one, `Display`
/// writes what is read as the same formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// One number against another.
    Compare(Compare, Expr, Expr),
    /// Not.
    Not(Box<Formula>),
    /// Two formulas at the same instant.
    Connect(Connective, Box<Formula>, Box<Formula>),
    /// A formula over an interval.
    Span(Span, Bounds, Box<Formula>),
    /// The second comes about within the interval ahead, and until then the first holds.
    Until(Bounds, Box<Formula>, Box<Formula>),
    /// The second came about within the interval past, and since then the first holds.
    Since(Bounds, Box<Formula>, Box<Formula>),
    /// A formula at a neighbouring instant.
    Step(Step, Box<Formula>),
}

impl Formula {
    /// The formulas directly within.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Compare(..) => Vec::new(),
            Self::Not(own) | Self::Span(_, _, own) | Self::Step(_, own) => vec![own],
            Self::Connect(_, left, right)
            | Self::Until(_, left, right)
            | Self::Since(_, left, right) => vec![left, right],
        }
    }

    /// How many samples after an instant its verdict is final: the sum of upper bounds along the
    /// deepest path. `None` when there is no bound.
    #[must_use]
    pub fn horizon(&self) -> Option<u64> {
        let own = match self {
            Self::Span(span, bounds, _) if span.ahead() => bounds.to?,
            Self::Until(bounds, ..) => bounds.to?,
            Self::Step(Step::Next, _) => 1,
            _ => 0,
        };
        self.deepest(own, Self::horizon)
    }

    /// How many samples before an instant its verdict depends on at most. `None` when there is no
    /// bound.
    #[must_use]
    pub fn past(&self) -> Option<u64> {
        let own = match self {
            Self::Span(span, bounds, _) if !span.ahead() => bounds.to?,
            Self::Since(bounds, ..) => bounds.to?,
            Self::Step(Step::Prev | Step::Rise | Step::Fall, _) => 1,
            _ => 0,
        };
        self.deepest(own, Self::past)
    }

    fn deepest(&self, own: u64, of: fn(&Self) -> Option<u64>) -> Option<u64> {
        let within = self.parts().into_iter().map(of);
        let deepest = within.collect::<Option<Vec<u64>>>()?.into_iter().max();
        Some(own.saturating_add(deepest.unwrap_or(0)))
    }

    /// The names of its signals, each once, in alphabetical order: the order of columns wherever
    /// samples are given.
    #[must_use]
    pub fn signals(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    fn collect(&self, found: &mut Vec<String>) {
        if let Self::Compare(_, left, right) = self {
            left.collect(found);
            right.collect(found);
        }
        for own in self.parts() {
            own.collect(found);
        }
    }
}

impl Expr {
    fn collect(&self, found: &mut Vec<String>) {
        match self {
            Self::Number(_) => {}
            Self::Signal(name) => found.push(name.clone()),
            Self::Abs(own) | Self::Negate(own) | Self::Divide(own, _) => own.collect(found),
            Self::Add(left, right) | Self::Subtract(left, right) | Self::Multiply(left, right) => {
                left.collect(found);
                right.collect(found);
            }
        }
    }
}
