//! Numbers of a loop's answer to a step.

/// Numbers of an answer. Integrals are sums over samples times the sample time; times count from
/// the step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepMetrics {
    /// ∫|e|, measure · s.
    pub iae: f64,
    /// ∫e², measure² · s.
    pub ise: f64,
    /// ∫(t − t₀)|e| from the step at t₀ on, measure · s².
    pub itae: f64,
    /// Greatest output.
    pub u_max: f64,
    /// Least output.
    pub u_min: f64,
    /// Sum of |u − u₋₁| over all samples.
    pub total_variation_u: f64,
    /// y of the last sample.
    pub y_final: f64,
    /// What is only there when the setpoint ends elsewhere than it began.
    pub step: Option<OfStep>,
}

/// What a step of the setpoint tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OfStep {
    /// By how much y goes beyond the new setpoint, per cent of the step; 0 when it does not.
    pub overshoot_percent: f64,
    /// Time after which y stays within 2 % of the step of its new setpoint, s; none when it is not
    /// there at the end.
    pub settling_s: Option<f64>,
    /// Time from 10 % to 90 % of the step, s; none when it never gets there.
    pub rise_s: Option<f64>,
}

/// The numbers of a series, whose step is taken to be at sample `step_at`. Series are as long as
/// the shortest of them.
#[must_use]
pub fn step_metrics(
    reference: &[f64],
    y: &[f64],
    u: &[f64],
    sample_s: f64,
    step_at: usize,
) -> StepMetrics {
    let count = reference.len().min(y.len()).min(u.len());
    let mut found = StepMetrics {
        u_max: f64::NEG_INFINITY,
        u_min: f64::INFINITY,
        y_final: f64::NAN,
        ..StepMetrics::default()
    };
    for k in 0..count {
        let error = reference[k] - y[k];
        found.iae += error.abs() * sample_s;
        found.ise += error * error * sample_s;
        let since = k.saturating_sub(step_at) as f64 * sample_s;
        found.itae += since * error.abs() * sample_s;
        found.u_max = found.u_max.max(u[k]);
        found.u_min = found.u_min.min(u[k]);
        if k > 0 {
            found.total_variation_u += (u[k] - u[k - 1]).abs();
        }
        found.y_final = y[k];
    }
    let ends = reference[..count].first().zip(reference[..count].last());
    if let Some((first, last)) = ends
        && first != last
        && step_at < count
    {
        found.step = Some(of_step(&y[step_at..count], *first, *last, sample_s));
    }
    found
}

fn of_step(y: &[f64], from: f64, to: f64, sample_s: f64) -> OfStep {
    let height = to - from;
    let beyond = y.iter().map(|own| (own - to) / height);
    let overshoot = beyond.fold(0.0f64, f64::max);
    let out = y.iter().rposition(|own| {
        let off = (own - to).abs();
        off.is_nan() || off > 0.02 * height.abs()
    });
    let settled = out.map_or(0, |k| k + 1);
    let reach = |share: f64| y.iter().position(|own| (own - from) / height >= share);
    let rise = reach(0.1).zip(reach(0.9));
    OfStep {
        overshoot_percent: 100.0 * overshoot,
        settling_s: (settled < y.len()).then_some(settled as f64 * sample_s),
        rise_s: rise.map(|(low, high)| high.saturating_sub(low) as f64 * sample_s),
    }
}
