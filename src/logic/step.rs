//! One sample through all operators.

use super::fold::{Ahead, Behind, greatest, least};
use super::lower::{Op, Program};
use super::state::{Align, Cell, Memory, MonitorState};

/// |x − y| where equal infinities are 0 apart.
#[inline]
pub(super) fn distance(x: f64, y: f64) -> f64 {
    if x == y { 0.0 } else { (x - y).abs() }
}

/// The step at which the trace stands, and how long it is.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    /// The step: that of the latest sample, and beyond the end those that drain the operators.
    pub(super) now: u64,
    /// Samples of the trace; the greatest number while nobody knows.
    pub(super) end: u64,
}

impl Moment {
    /// The instant at which a node with this horizon has its value now, if there is one.
    #[inline]
    pub(super) fn instant(self, horizon: Option<u64>) -> Option<u64> {
        let instant = self.now.checked_sub(horizon?)?;
        (instant < self.end).then_some(instant)
    }
}

/// Values of this step by node, and the stack of arithmetic.
#[derive(Clone, Debug, Default)]
pub(super) struct Registers {
    pub(super) cells: Vec<Cell>,
    pub(super) stack: Vec<f64>,
}

impl Align {
    /// Takes what both sides have now; gives both at one instant, where that is.
    #[inline]
    pub(super) fn pair(
        &mut self,
        program: &Program,
        registers: &Registers,
        [left, right]: [usize; 2],
        moment: Moment,
    ) -> Option<(u64, Cell, Cell)> {
        let (h_left, h_right) = (program.horizon(left)?, program.horizon(right)?);
        let horizon = h_left.max(h_right);
        let mut sides = [Cell::default(); 2];
        let waiting = [
            (left, h_left, &mut self.left),
            (right, h_right, &mut self.right),
        ];
        for (side, (node, own, ring)) in sides.iter_mut().zip(waiting) {
            let cell = registers.cells.get(node).copied().unwrap_or_default();
            if own == horizon {
                *side = cell;
                continue;
            }
            if moment.instant(Some(own)).is_some() {
                ring.push(cell);
            }
            if moment.instant(Some(horizon)).is_some() {
                *side = ring.pop().unwrap_or_default();
            }
        }
        let instant = moment.instant(Some(horizon))?;
        Some((instant, sides[0], sides[1]))
    }
}

/// Takes a step: of a sample, or beyond the end of the trace.
#[inline]
pub(super) fn step(
    program: &Program,
    state: &mut MonitorState,
    registers: &mut Registers,
    moment: Moment,
    sample: &[f64],
) {
    for (k, (node, memory)) in program.nodes.iter().zip(&mut state.nodes).enumerate() {
        let there = moment.instant(node.horizon);
        let cell = match node.op {
            Op::Atom(atom) => match (program.atoms.get(atom), there) {
                (Some(atom), Some(_)) => {
                    let take = |column: usize| sample.get(column).copied().unwrap_or(f64::NAN);
                    let (value, flags) = atom.value(take, &mut registers.stack);
                    Some(Cell { value, flags })
                }
                _ => None,
            },
            Op::Negate(of) => registers.cells.get(of).map(|own| {
                let value = 0.0 - own.value;
                Cell { value, ..*own }
            }),
            Op::Least(left, right) | Op::Greatest(left, right) | Op::Distance(left, right) => {
                match memory {
                    Memory::Align(align) => align
                        .pair(program, registers, [left, right], moment)
                        .map(|(_, a, b)| Cell {
                            value: match node.op {
                                Op::Least(..) => least(a.value, b.value),
                                Op::Greatest(..) => greatest(a.value, b.value),
                                _ => distance(a.value, b.value),
                            },
                            flags: a.flags | b.flags,
                        }),
                    _ => None,
                }
            }
            Op::Later { of, empty, .. } => match moment.instant(program.horizon(of)) {
                Some(_) => registers.cells.get(of).copied(),
                None => Some(Cell {
                    value: empty,
                    flags: 0,
                }),
            },
            Op::Forever { .. } | Op::UntilForever { .. } => None,
            _ => windowed(program, memory, registers, &node.op, moment),
        };
        if let (Some(cell), Some(own)) = (cell, registers.cells.get_mut(k)) {
            *own = cell;
        }
    }
}

/// The value of an operator that keeps what was.
#[inline]
fn windowed(
    program: &Program,
    memory: &mut Memory,
    registers: &Registers,
    op: &Op,
    moment: Moment,
) -> Option<Cell> {
    let fed = |of: usize| {
        let instant = moment.instant(program.horizon(of))?;
        Some((instant, *registers.cells.get(of)?))
    };
    match (op, &mut *memory) {
        (Op::Earlier { of, by, empty }, Memory::Queue(queue)) => {
            let (instant, cell) = fed(*of)?;
            queue.push(cell);
            match instant < *by {
                true => Some(Cell {
                    value: *empty,
                    flags: 0,
                }),
                false => queue.pop(),
            }
        }
        (Op::Future { of, width, sign }, Memory::Window(fold, seen)) => {
            if let Some((instant, cell)) = fed(*of) {
                fold.push(sign * cell.value);
                seen.note(instant, cell.flags);
            }
            let horizon = program.horizon(*of)?.saturating_add(*width);
            let instant = moment.instant(Some(horizon))?;
            let value = sign * fold.total() + 0.0;
            fold.pop();
            Some(Cell {
                value,
                flags: seen.since(instant),
            })
        }
        (Op::Past { of, width, sign }, Memory::Window(fold, seen)) => {
            let (instant, cell) = fed(*of)?;
            fold.push(sign * cell.value);
            seen.note(instant, cell.flags);
            let value = sign * fold.total() + 0.0;
            if instant >= *width {
                fold.pop();
            }
            let flags = seen.since(instant.saturating_sub(*width));
            Some(Cell { value, flags })
        }
        (Op::Ever { of, sign }, Memory::Ever(all)) => {
            let (_, cell) = fed(*of)?;
            all.value = least(all.value, sign * cell.value);
            all.flags |= cell.flags;
            Some(Cell {
                value: sign * all.value + 0.0,
                flags: all.flags,
            })
        }
        _ => paired(program, memory, registers, op, moment),
    }
}

/// The value of `until` or `since`.
#[inline]
fn paired(
    program: &Program,
    memory: &mut Memory,
    registers: &Registers,
    op: &Op,
    moment: Moment,
) -> Option<Cell> {
    match (op, memory) {
        (Op::Until { left, right, width }, Memory::Until(align, fold, seen)) => {
            let both = [*left, *right];
            if let Some((instant, a, b)) = align.pair(program, registers, both, moment) {
                fold.push(Ahead {
                    hold: a.value,
                    reach: b.value,
                });
                seen.note(instant, a.flags | b.flags);
            }
            let horizon = program.horizon(*left)?.max(program.horizon(*right)?);
            let instant = moment.instant(Some(horizon.saturating_add(*width)))?;
            let value = fold.total().reach;
            fold.pop();
            Some(Cell {
                value,
                flags: seen.since(instant),
            })
        }
        (Op::Since { left, right, width }, Memory::Since(align, fold, seen)) => {
            let (instant, a, b) = align.pair(program, registers, [*left, *right], moment)?;
            fold.push(Behind {
                hold: a.value,
                reach: b.value,
            });
            seen.note(instant, a.flags | b.flags);
            let value = fold.total().reach;
            if instant >= *width {
                fold.pop();
            }
            let flags = seen.since(instant.saturating_sub(*width));
            Some(Cell { value, flags })
        }
        (Op::SinceEver { left, right }, Memory::SinceEver(align, all)) => {
            let (_, a, b) = align.pair(program, registers, [*left, *right], moment)?;
            all.value = greatest(b.value, least(a.value, all.value));
            all.flags |= a.flags | b.flags;
            Some(*all)
        }
        _ => None,
    }
}
