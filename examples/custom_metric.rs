//! Metrics of one's own: the order parameters of Daido (1992), |mean of e^{imθ}|, which see m
//! clusters of phases where the plain order parameter sees none; and how long such a state has
//! lasted, which needs a memory.
//!
//! `phantom` with two metrics more:
//! `cargo run --release --example custom_metric -- run examples/custom_metric.ron`

use std::process::ExitCode;

use phantomos::prelude::*;

const SECOND: MetricId = MetricId::new("second_order");

/// |mean of e^{2iθ}|.
struct SecondOrder;

impl MetricStream for SecondOrder {
    type State = ();

    fn about(&self) -> Metric {
        let help = "1 where all phases are in one cluster, or in two that stand opposite.";
        Metric::own(SECOND, "second order", help)
            .unit_interval()
            .family(Family::Coherence)
            .formula("|mean of e^{2iθ}|.", "Daido 1992")
    }

    fn sums(&self) -> usize {
        2
    }

    fn add(&self, one: &Resonator, terms: &mut [f64]) {
        if one.is_phase {
            (terms[0], terms[1]) = (num::cos(2.0 * one.state[0]), num::sin(2.0 * one.state[0]));
        }
    }

    fn value(&self, _: &mut (), now: &Moment) -> Option<f64> {
        let count = now.count as f64;
        (now.count > 0).then(|| num::hypot(now.sums[0] / count, now.sums[1] / count))
    }
}

/// How long the second order parameter has been above 0.9.
struct Lasting;

impl MetricStream for Lasting {
    /// Since when, s.
    type State = Option<f64>;

    fn about(&self) -> Metric {
        let help = "How long second_order has been above 0.9 without a break.";
        Metric::own("ordered_s", "ordered for", help).unit("s")
    }

    fn reads(&self) -> Vec<MetricId> {
        vec![SECOND]
    }

    fn value(&self, since_s: &mut Option<f64>, now: &Moment) -> Option<f64> {
        match now.metric(&SECOND)? > 0.9 {
            true => Some(now.time_s - *since_s.get_or_insert(now.time_s)),
            false => {
                *since_s = None;
                Some(0.0)
            }
        }
    }
}

/// What this program has.
pub fn parts() -> Parts {
    Parts::default().metric(SecondOrder).metric(Lasting)
}

#[allow(dead_code, reason = "this file is a module of the tests too")]
fn main() -> ExitCode {
    Program::default().parts(parts()).main()
}
