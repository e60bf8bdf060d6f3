//! What is certain of the oldest instant without a final verdict.
//!
//! Once as many samples have come as the horizon is long, each operator is asked for one instant at
//! most, so that the answer costs a constant time. Before that, and for operators below one without
//! a bound, they are asked for up to as many instants as their own horizons are long.

use super::chain::Link;
use super::fold::{Ahead, Element};
use super::lower::{Op, Program};
use super::partial::{Partial, Ranges};
use super::range::{Range, Trial};
use super::state::{Kept, MonitorState};
use super::sweep::until;
use super::verdict::Early;

/// Memory that a question needs, kept from one to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Scratch {
    /// The last instant that each node is asked for.
    asked: Vec<Option<u64>>,
    ranges: Vec<Ranges>,
    trial: Trial,
    links: Vec<Range>,
}

/// The question of what is certain.
pub(super) fn early(
    program: &Program,
    links: &[Link],
    state: &MonitorState,
    scratch: &mut Scratch,
) -> Option<Early> {
    let samples = state.samples;
    let root = program.root();
    let instant = match program.horizon(root) {
        Some(horizon) => samples.saturating_sub(horizon),
        None => 0,
    };
    if instant >= samples {
        return None;
    }
    scratch.asked.clear();
    scratch.asked.resize(program.nodes.len(), None);
    scratch
        .ranges
        .resize_with(program.nodes.len(), Ranges::default);
    match links.is_empty() {
        true => ask(program, samples, &mut scratch.asked, root, instant),
        false => ask_links(program, samples, links, &mut scratch.asked),
    }
    for node in (0..program.nodes.len()).rev() {
        if let Some(last) = scratch.asked.get(node).copied().flatten() {
            ask_operands(program, samples, &mut scratch.asked, node, last);
        }
    }
    for node in 0..program.nodes.len() {
        let (before, rest) = scratch.ranges.split_at_mut(node);
        if let (Some(own), Some(last)) = (rest.first_mut(), scratch.asked[node]) {
            own.clear();
            let partial = Partial {
                program,
                state,
                ranges: before,
            };
            partial.fill(node, last, &mut scratch.trial, own);
        }
    }
    let partial = Partial {
        program,
        state,
        ranges: &scratch.ranges,
    };
    let found = match links.is_empty() {
        true => partial.at(root, instant),
        false => judge(&partial, links, &mut scratch.links, samples, false),
    };
    Some(Early::new(instant, found.low, found.high, found.flags))
}

/// Asks a node up to an instant, unless its values are final there or beyond what has come.
fn ask(program: &Program, samples: u64, asked: &mut [Option<u64>], node: usize, last: u64) {
    let finals = samples.saturating_sub(program.horizon(node).unwrap_or(u64::MAX));
    let last = last.min(samples.saturating_sub(1));
    if last >= finals
        && let Some(own) = asked.get_mut(node)
    {
        *own = Some(own.map_or(last, |known| known.max(last)));
    }
}

fn ask_operands(
    program: &Program,
    samples: u64,
    asked: &mut [Option<u64>],
    node: usize,
    last: u64,
) {
    let Some(own) = program.nodes.get(node) else {
        return;
    };
    let mut ask = |node, last| ask(program, samples, asked, node, last);
    match own.op {
        Op::Atom(_) | Op::Forever { .. } | Op::UntilForever { .. } => {}
        Op::Negate(of) | Op::Past { of, .. } | Op::Ever { of, .. } => ask(of, last),
        Op::Later { of, by, .. } => ask(of, last.saturating_add(by)),
        Op::Future { of, width, .. } => ask(of, last.saturating_add(width)),
        Op::Earlier { of, by, .. } => {
            if let Some(last) = last.checked_sub(by) {
                ask(of, last);
            }
        }
        Op::Least(left, right)
        | Op::Greatest(left, right)
        | Op::Distance(left, right)
        | Op::Since { left, right, .. }
        | Op::SinceEver { left, right } => {
            ask(left, last);
            ask(right, last);
        }
        Op::Until { left, right, width } => {
            ask(left, last.saturating_add(width));
            ask(right, last.saturating_add(width));
        }
    }
}

fn ask_links(program: &Program, samples: u64, links: &[Link], asked: &mut [Option<u64>]) {
    for link in links {
        match link {
            Link::Value { node, instant } if *instant < samples => {
                ask(program, samples, asked, *node, *instant);
            }
            Link::Forever { node, .. } => ask(program, samples, asked, *node, u64::MAX),
            Link::Until { left, right, .. } => {
                ask(program, samples, asked, *left, u64::MAX);
                ask(program, samples, asked, *right, u64::MAX);
            }
            _ => {}
        }
    }
}

/// The interval of the last link; `ended` when no more samples come and all values are final.
pub(super) fn judge(
    partial: &Partial<'_>,
    links: &[Link],
    found: &mut Vec<Range>,
    samples: u64,
    ended: bool,
) -> Range {
    found.clear();
    let coming = |from: u64, node: usize| match ended {
        true => samples..samples,
        false => from.max(partial.finals(node))..samples,
    };
    for (link, kept) in links.iter().zip(&partial.state.kept) {
        let of = |place: &usize| found.get(*place).copied().unwrap_or(Range::UNKNOWN);
        let own = match (link, kept) {
            (Link::Value { .. }, Kept::Value(Some(cell))) => Range::exact(*cell),
            (Link::Value { node, instant }, _) => partial.at(*node, *instant),
            (Link::Constant(value), _) => Range::value(*value),
            (Link::Negate(own), _) => of(own).negative(),
            (Link::Least(a, b), _) => of(a).least(of(b)),
            (Link::Greatest(a, b), _) => of(a).greatest(of(b)),
            (Link::Distance(a, b), _) => of(a).distance(of(b)),
            (
                Link::Reached {
                    of: own,
                    instant,
                    empty,
                },
                _,
            ) => match *instant < samples {
                true => of(own),
                false if ended => Range::value(*empty),
                false => Range::UNKNOWN,
            },
            (
                Link::Forever {
                    node,
                    instant,
                    sign,
                },
                Kept::Forever(all),
            ) => {
                let mut all = Range::exact(*all);
                for at in coming(*instant, *node) {
                    all = all.least(partial.at(*node, at).signed(*sign));
                }
                let low = if ended { all.low } else { f64::NEG_INFINITY };
                Range { low, ..all }.signed(*sign)
            }
            (
                Link::Until {
                    left,
                    right,
                    instant,
                },
                Kept::Until(align, all, flags),
            ) => {
                let (mut low, mut high, mut flags) = (*all, *all, *flags);
                let later = coming(*instant, *left)
                    .start
                    .min(coming(*instant, *right).start);
                for at in later..samples {
                    let (a, b) = partial.both(align, [*left, *right], at);
                    low = low.with(Ahead {
                        hold: a.low,
                        reach: b.low,
                    });
                    high = high.with(Ahead {
                        hold: a.high,
                        reach: b.high,
                    });
                    flags |= a.flags | b.flags;
                }
                until(low, high, flags, ended)
            }
            _ => Range::UNKNOWN,
        };
        found.push(own);
    }
    found.last().copied().unwrap_or(Range::UNKNOWN)
}
