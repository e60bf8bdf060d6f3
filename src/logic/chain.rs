//! Formulas without an upper bound while samples arrive: judged at one instant only, the first.
//!
//! Above what has no bound there may stand operators of one instant and shifts; each is judged at
//! one known instant, so that a running minimum or the running function of `until` is all that is
//! kept.

use std::collections::BTreeMap;

use super::fold::{Ahead, Element, least};
use super::lower::{MonitorError, Op, Program};
use super::state::{Align, Cell, Kept, MonitorState};
use super::step::{Moment, Registers};

/// An operator at one instant; operands are places in the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Link {
    /// A value that becomes final.
    Value {
        node: usize,
        instant: u64,
    },
    /// A value before the trace.
    Constant(f64),
    Negate(usize),
    Least(usize, usize),
    Greatest(usize, usize),
    Distance(usize, usize),
    /// A value at an instant that the trace may not reach.
    Reached {
        of: usize,
        instant: u64,
        empty: f64,
    },
    Forever {
        node: usize,
        instant: u64,
        sign: f64,
    },
    Until {
        left: usize,
        right: usize,
        instant: u64,
    },
}

/// The links of a program, operands first, the whole last; none when the program has a horizon.
pub(super) fn links(program: &Program) -> Result<Vec<Link>, MonitorError> {
    let mut builder = Builder {
        program,
        links: Vec::new(),
        known: BTreeMap::new(),
    };
    if program.horizon(program.root()).is_none() {
        builder.link(program.root(), 0)?;
    }
    Ok(builder.links)
}

struct Builder<'a> {
    program: &'a Program,
    links: Vec<Link>,
    known: BTreeMap<(usize, u64), usize>,
}

impl Builder<'_> {
    fn link(&mut self, node: usize, instant: u64) -> Result<usize, MonitorError> {
        if let Some(known) = self.known.get(&(node, instant)) {
            return Ok(*known);
        }
        let Some(own) = self.program.nodes.get(node).copied() else {
            return Ok(0);
        };
        let link = match own.op {
            _ if own.horizon.is_some() => Link::Value { node, instant },
            Op::Negate(of) => Link::Negate(self.link(of, instant)?),
            Op::Least(a, b) => Link::Least(self.link(a, instant)?, self.link(b, instant)?),
            Op::Greatest(a, b) => Link::Greatest(self.link(a, instant)?, self.link(b, instant)?),
            Op::Distance(a, b) => Link::Distance(self.link(a, instant)?, self.link(b, instant)?),
            Op::Later { of, by, empty } => {
                let instant = instant.saturating_add(by);
                Link::Reached {
                    of: self.link(of, instant)?,
                    instant,
                    empty,
                }
            }
            Op::Earlier { of, by, empty } => match instant.checked_sub(by) {
                Some(instant) => {
                    let of = self.link(of, instant)?;
                    Link::Reached { of, instant, empty }
                }
                None => Link::Constant(empty),
            },
            Op::Forever { of, sign } => {
                self.bounded(of, own.op)?;
                Link::Forever {
                    node: of,
                    instant,
                    sign,
                }
            }
            Op::UntilForever { left, right } => {
                self.bounded(left, own.op)?;
                self.bounded(right, own.op)?;
                Link::Until {
                    left,
                    right,
                    instant,
                }
            }
            Op::Atom(_) => Link::Value { node, instant },
            Op::Future { of, .. } | Op::Past { of, .. } | Op::Ever { of, .. } => {
                self.bounded(of, own.op)?;
                Link::Value { node, instant }
            }
            Op::Until { left, right, .. }
            | Op::Since { left, right, .. }
            | Op::SinceEver { left, right } => {
                self.bounded(left, own.op)?;
                self.bounded(right, own.op)?;
                Link::Value { node, instant }
            }
        };
        self.links.push(link);
        self.known.insert((node, instant), self.links.len() - 1);
        Ok(self.links.len() - 1)
    }

    /// Demands that the value of a node becomes final.
    fn bounded(&self, node: usize, outer: Op) -> Result<(), MonitorError> {
        if self.program.horizon(node).is_some() {
            return Ok(());
        }
        // What has no bound although all of its operands have one stands first in the list.
        let first = self.program.nodes.iter().take(node + 1);
        let mut within = first
            .map(|own| own.op)
            .filter(|op| matches!(op, Op::Forever { .. } | Op::UntilForever { .. }));
        let within = word(within.next_back().unwrap_or(outer));
        Err(MonitorError::Unbounded {
            within,
            outer: word(outer),
        })
    }
}

fn word(op: Op) -> &'static str {
    match op {
        Op::Forever { sign, .. } | Op::Future { sign, .. } if sign > 0.0 => "always",
        Op::Forever { .. } | Op::Future { .. } => "eventually",
        Op::Past { sign, .. } | Op::Ever { sign, .. } if sign > 0.0 => "historically",
        Op::Past { .. } | Op::Ever { .. } => "once",
        Op::Since { .. } | Op::SinceEver { .. } => "since",
        _ => "until",
    }
}

/// What is kept before the first sample.
pub(super) fn kept(links: &[Link]) -> Vec<Kept> {
    let own = |link: &Link| match link {
        Link::Value { .. } => Kept::Value(None),
        Link::Forever { .. } => Kept::Forever(Cell {
            value: f64::NEUTRAL,
            flags: 0,
        }),
        Link::Until { .. } => Kept::Until(Align::default(), Ahead::NEUTRAL, 0),
        _ => Kept::None,
    };
    links.iter().map(own).collect()
}

/// Takes the values of a step.
pub(super) fn keep(
    program: &Program,
    links: &[Link],
    state: &mut MonitorState,
    registers: &Registers,
    moment: Moment,
) {
    let fed = |node: usize| {
        let instant = moment.instant(program.horizon(node))?;
        Some((instant, *registers.cells.get(node)?))
    };
    for (link, kept) in links.iter().zip(&mut state.kept) {
        match (link, kept) {
            (Link::Value { node, instant }, Kept::Value(own)) => {
                if let Some((now, cell)) = fed(*node)
                    && now == *instant
                {
                    *own = Some(cell);
                }
            }
            (
                Link::Forever {
                    node,
                    instant,
                    sign,
                },
                Kept::Forever(all),
            ) => {
                if let Some((now, cell)) = fed(*node)
                    && now >= *instant
                {
                    all.value = least(all.value, sign * cell.value);
                    all.flags |= cell.flags;
                }
            }
            (
                Link::Until {
                    left,
                    right,
                    instant,
                },
                Kept::Until(align, all, flags),
            ) => {
                let both = align.pair(program, registers, [*left, *right], moment);
                if let Some((now, a, b)) = both
                    && now >= *instant
                {
                    *all = all.with(Ahead {
                        hold: a.value,
                        reach: b.value,
                    });
                    *flags |= a.flags | b.flags;
                }
            }
            _ => {}
        }
    }
}
