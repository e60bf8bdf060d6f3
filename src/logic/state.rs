//! What a monitor knows of the samples so far.

use serde::{Deserialize, Serialize};

use super::fold::{Ahead, Behind, Element, Fold};
use super::lower::{Op, Program};
use super::ring::Ring;
use super::verdict::{BAD, NAN};

/// A value of an operator at an instant, and what is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Cell {
    pub(super) value: f64,
    pub(super) flags: u8,
}

/// The last instants at which something was wrong, counted from 1; 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    bad: u64,
    nan: u64,
}

impl Seen {
    #[inline]
    pub(super) fn note(&mut self, instant: u64, flags: u8) {
        if flags & BAD != 0 {
            self.bad = instant.saturating_add(1);
        }
        if flags & NAN != 0 {
            self.nan = instant.saturating_add(1);
        }
    }

    /// What was wrong at an instant or later.
    #[inline]
    pub(super) fn since(&self, instant: u64) -> u8 {
        BAD * u8::from(self.bad > instant) + NAN * u8::from(self.nan > instant)
    }
}

/// Values that wait for those of the other side, of which the later one is never here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Align {
    pub(super) left: Ring<Cell>,
    pub(super) right: Ring<Cell>,
}

impl Align {
    fn is_sound(&self) -> bool {
        self.left.is_sound() && self.right.is_sound()
    }
}

/// What an operator keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Memory {
    /// Nothing.
    None,
    /// Values of one side until the other side's come.
    Align(Align),
    /// The latest values.
    Queue(Ring<Cell>),
    /// The latest values, with a sign, and their minimum.
    Window(Fold<f64>, Seen),
    /// The minimum of all, with a sign.
    Ever(Cell),
    Until(Align, Fold<Ahead>, Seen),
    Since(Align, Fold<Behind>, Seen),
    SinceEver(Align, Cell),
}

impl Memory {
    fn new(op: &Op) -> Self {
        match op {
            Op::Atom(_) | Op::Negate(_) | Op::Later { .. } => Self::None,
            Op::Forever { .. } | Op::UntilForever { .. } => Self::None,
            Op::Least(..) | Op::Greatest(..) | Op::Distance(..) => Self::Align(Align::default()),
            Op::Earlier { .. } => Self::Queue(Ring::default()),
            Op::Future { .. } | Op::Past { .. } => Self::Window(Fold::default(), Seen::default()),
            Op::Ever { .. } => Self::Ever(Cell {
                value: f64::NEUTRAL,
                flags: 0,
            }),
            Op::Until { .. } => Self::Until(Align::default(), Fold::default(), Seen::default()),
            Op::Since { .. } => Self::Since(Align::default(), Fold::default(), Seen::default()),
            Op::SinceEver { .. } => {
                let none = Cell {
                    value: f64::NEG_INFINITY,
                    flags: 0,
                };
                Self::SinceEver(Align::default(), none)
            }
        }
    }

    fn is_sound(&self) -> bool {
        match self {
            Self::None | Self::Ever(_) => true,
            Self::Align(own) | Self::SinceEver(own, _) => own.is_sound(),
            Self::Queue(own) => own.is_sound(),
            Self::Window(own, _) => own.is_sound(),
            Self::Until(align, own, _) => align.is_sound() && own.is_sound(),
            Self::Since(align, own, _) => align.is_sound() && own.is_sound(),
        }
    }
}

/// What is kept of the one instant at which a formula without an upper bound is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Kept {
    /// Nothing.
    None,
    /// The value there, once it is final.
    Value(Option<Cell>),
    /// The minimum since then, with a sign.
    Forever(Cell),
    /// The function of `until` since then.
    Until(Align, Ahead, u8),
}

impl Kept {
    pub(super) fn is_sound(&self) -> bool {
        match self {
            Self::Until(align, ..) => align.is_sound(),
            _ => true,
        }
    }
}

/// The state of a monitor: all that its later verdicts depend on besides the formula. It is saved
/// and restored as it is; equal samples give equal states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MonitorState {
    /// Samples so far.
    pub(super) samples: u64,
    pub(super) nodes: Vec<Memory>,
    pub(super) kept: Vec<Kept>,
}

impl MonitorState {
    pub(super) fn new(program: &Program, kept: Vec<Kept>) -> Self {
        let nodes = program.nodes.iter().map(|node| Memory::new(&node.op));
        Self {
            samples: 0,
            nodes: nodes.collect(),
            kept,
        }
    }

    /// Samples that were taken so far.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// Whether it has the form of a new one.
    pub(super) fn fits(&self, new: &Self) -> bool {
        let kinds = |own: &Self| {
            let nodes = own.nodes.iter().map(std::mem::discriminant);
            let kept = own.kept.iter().map(std::mem::discriminant);
            (nodes.collect::<Vec<_>>(), kept.collect::<Vec<_>>())
        };
        let sound = self.nodes.iter().all(Memory::is_sound) && self.kept.iter().all(Kept::is_sound);
        sound && kinds(self) == kinds(new)
    }
}
