//! A column of times → sample rate and gaps.

use super::super::fault::Faults;
use super::super::table::TableColumn;
use super::super::times::unit_s;
use super::recorded::{LENGTH_MAX, Piece};

/// Steps above which samples are missing, in usual ones.
const JUMP: f64 = 1.5;
/// Share of steps below half of the usual one from which times come in bursts.
const BURSTS: f64 = 0.01;
/// What steps may differ by before it is told, in usual ones.
const JITTER: f64 = 0.02;
/// How near to a whole number a rate is taken as it: times are written with few decimals.
const NEAR: f64 = 1e-5;
/// Between which bounds times without a unit count from 1970 (those of 1998 … 2049), and in which
/// unit.
const SINCE_1970: [([f64; 2], f64, &str); 3] = [
    ([9e11, 2.5e12], 1e-3, "ms"),
    ([9e14, 2.5e15], 1e-6, "µs"),
    ([9e17, 2.5e18], 1e-9, "ns"),
];
/// The longest step of times since 1970, s; other clocks reach the same numbers with longer ones.
const STEP_MAX_S: f64 = 60.0;

/// What a column of times says.
pub(super) struct Clock {
    /// Samples a second; none when the unit of the times is open.
    pub rate_hz: Option<f64>,
    /// Where the rows lie.
    pub pieces: Vec<Piece>,
    pub notes: Vec<String>,
}

/// Reads a column of times: the rate from the mean of its steps, gaps where a step is more than 1.5
/// usual ones (the median).
///
/// # Errors
/// When a time is missing or falls, none rises, or gaps are too long.
pub(super) fn clock(column: &TableColumn, times: &[f64]) -> Result<Clock, Faults> {
    let shown = column.shown();
    let mut steps = rising_steps(&shown, times)?;
    let span: f64 = times.last().unwrap_or(&0.0) - times.first().unwrap_or(&0.0);
    if !(span > 0.0 && span.is_finite()) {
        return Err(Faults::whole(format!(
            "{shown} tells the time and spans {span} in {} rows, expected times that rise, or the \
             sample rate said",
            times.len()
        )));
    }
    let ordered = steps.clone();
    steps.sort_unstable_by(f64::total_cmp);
    let usual = steps[steps.len() / 2];
    let early = steps.partition_point(|step| *step < 0.5 * usual);
    let mut notes = Vec::new();
    let bursts = usual <= 0.0 || early as f64 > BURSTS * steps.len() as f64;
    let (mean, pieces) = if bursts {
        notes.push(format!(
            "{shown} tells the time in bursts (steps of {} … {}): the rate is their mean, gaps are \
             not looked for",
            steps[0],
            steps[steps.len() - 1]
        ));
        let whole = Piece {
            at: 0,
            from: 0,
            len: times.len(),
        };
        (span / steps.len() as f64, vec![whole])
    } else {
        let regular = steps.partition_point(|step| *step <= JUMP * usual);
        let (low, high) = (steps[0], steps[regular - 1]);
        if (high - low) > 2.0 * JITTER * usual {
            notes.push(format!(
                "the steps of {shown} vary between {low:.6} and {high:.6}; samples are taken as \
                 equally spaced"
            ));
        }
        let mean = steps[..regular].iter().sum::<f64>() / regular as f64;
        (mean, lay(&shown, times, &ordered, usual)?)
    };
    let unit = unit(column, times[0], usual);
    let rate_hz = unit
        .as_ref()
        .map(|(unit_s, _)| rounded(1.0 / (mean * unit_s)));
    let rate_hz = rate_hz.filter(|rate| rate.is_finite() && *rate > 0.0);
    match (rate_hz, unit) {
        (Some(rate), Some((_, told))) => notes.insert(
            0,
            format!("{shown} gives the sample rate: {rate} Hz, steps of {mean:.6} {told}"),
        ),
        _ => notes.insert(
            0,
            format!(
                "{shown} rises by {mean:.6} from row to row in a unit that it does not say: no \
                 sample rate is taken from it"
            ),
        ),
    }
    Ok(Clock {
        rate_hz,
        pieces,
        notes,
    })
}

fn rising_steps(shown: &str, times: &[f64]) -> Result<Vec<f64>, Faults> {
    let mut faults = Faults::default();
    if let Some(row) = times.iter().position(|time| !time.is_finite()) {
        let (row, time) = (row + 1, times[row]);
        let message =
            format!("{shown} tells the time and has {time} in row {row}, expected a time");
        faults.add(0, 0, message);
    }
    let mut steps = Vec::with_capacity(times.len().saturating_sub(1));
    for (k, pair) in times.windows(2).enumerate() {
        if pair[1] < pair[0] {
            let (a, b) = (k + 1, k + 2);
            let message = format!(
                "{shown} falls from {} in row {a} to {} in row {b}, expected the rows of one \
                 recording in the order of time, or the sample rate said",
                pair[0], pair[1]
            );
            faults.add(0, 0, message);
        }
        steps.push(pair[1] - pair[0]);
    }
    faults.or(steps)
}

/// Where rows lie whose steps are known.
fn lay(shown: &str, times: &[f64], steps: &[f64], usual: f64) -> Result<Vec<Piece>, Faults> {
    let mut pieces = vec![Piece {
        at: 0,
        from: 0,
        len: 1,
    }];
    let mut end = 1usize;
    for (k, step) in steps.iter().enumerate() {
        let missing = if *step > JUMP * usual {
            (step / usual).round() - 1.0
        } else {
            0.0
        };
        if end as f64 + missing + 1.0 > LENGTH_MAX as f64 {
            return Err(Faults::whole(format!(
                "{shown} jumps from {} in row {} to {} in row {}: with {missing:.0} samples filled \
                 in the recording is longer than {LENGTH_MAX}, which is expected at most",
                times[k],
                k + 1,
                times[k + 1],
                k + 2
            )));
        }
        let at = end + missing as usize;
        match pieces.last_mut() {
            Some(piece) if at == end => piece.len += 1,
            _ => pieces.push(Piece {
                at,
                from: k + 1,
                len: 1,
            }),
        }
        end = at + 1;
    }
    Ok(pieces)
}

/// Seconds of the unit of times, and how it is told.
fn unit(column: &TableColumn, first: f64, usual: f64) -> Option<(f64, String)> {
    let name = column.name.as_deref().unwrap_or_default();
    if let Some(unit) = unit_s(name, &column.unit) {
        let told = match unit {
            1.0 => "s".to_owned(),
            60.0 => "min".to_owned(),
            unit => format!("× {unit:e} s"),
        };
        return Some((unit, told));
    }
    let is_it = |unit_s: f64, [low, high]: [f64; 2]| {
        (low..=high).contains(&first) && usual * unit_s <= STEP_MAX_S
    };
    let since = SINCE_1970.iter();
    let since = since
        .copied()
        .find(|(bounds, unit, _)| is_it(*unit, *bounds));
    if let Some((_, unit, name)) = since {
        return Some((unit, format!("{name} since 1970, as their size says")));
    }
    // A second and more may be milliseconds, or numbers of samples.
    (usual < 1.0).then(|| (1.0, "s (no unit is said)".to_owned()))
}

/// The whole number beside a rate, when it is that but for rounding.
fn rounded(rate: f64) -> f64 {
    let whole = rate.round();
    let is_near = whole > 0.0 && (rate - whole).abs() <= NEAR * whole;
    if is_near { whole } else { rate }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> TableColumn {
        TableColumn {
            name: Some(name.to_owned()),
            number: 1,
            unit: String::new(),
        }
    }

    fn rate(name: &str, times: &[f64]) -> Option<f64> {
        clock(&column(name), times).unwrap().rate_hz
    }

    fn at(pieces: &[Piece]) -> Vec<(usize, usize)> {
        pieces.iter().map(|piece| (piece.at, piece.len)).collect()
    }

    #[test]
    fn rates_follow_from_units_and_survive_rounding() {
        let rounded: Vec<f64> = (0..512)
            .map(|k| (k as f64 * 1e6 / 256.0).round() * 1e-6)
            .collect();
        assert_eq!(rate("time", &rounded), Some(256.0));
        assert_eq!(rate("time (ms)", &[0.0, 4.0, 8.0]), Some(250.0));
        assert_eq!(rate("time_us", &[0.0, 500.0, 1000.0]), Some(2000.0));
        assert_eq!(rate("time [min]", &[0.0, 0.5, 1.0]), Some(1.0 / 30.0));
        assert_eq!(rate("time", &[0.0, 4.0, 8.0]), None);
        assert_eq!(rate("time_s", &[0.0, 4.0, 8.0]), Some(0.25));
        let since = 1_709_287_200_000.0;
        assert_eq!(
            rate("timestamp", &[since, since + 5.0, since + 10.0]),
            Some(200.0)
        );
        // Nanoseconds of a clock that began some minutes ago.
        assert_eq!(rate("timestamp", &[since, since + 5e6, since + 1e7]), None);
    }

    #[test]
    fn jumps_are_gaps_and_bursts_are_not() {
        let found = clock(&column("t"), &[0.0, 0.1, 0.2, 0.6, 0.7, 0.9, 1.0]).unwrap();
        assert_eq!(at(&found.pieces), [(0, 3), (6, 2), (9, 2)]);
        let bursts = [0.0, 0.0, 0.0, 0.3, 0.3, 0.3, 0.6, 0.6, 0.6];
        let found = clock(&column("time"), &bursts).unwrap();
        assert_eq!(
            (at(&found.pieces), found.rate_hz),
            (vec![(0, 9)], Some(8.0 / 0.6))
        );
        assert!(found.notes[1].contains("in bursts"), "{:?}", found.notes);
    }

    #[test]
    fn times_that_cannot_be_are_refused_with_their_rows() {
        let refused = |times: &[f64]| clock(&column("time"), times).map(|_| ()).unwrap_err();
        let text = refused(&[0.0, 1.0, 0.5, 2.0, 1.0]).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "column 1 \"time\" falls from 1 in row 2 to 0.5 in row 3, expected the rows of one \
             recording in the order of time, or the sample rate said"
        );
        assert!(
            lines[1].contains("falls from 2 in row 4 to 1 in row 5"),
            "{text}"
        );
        assert!(
            refused(&[0.0, f64::NAN, 1.0])
                .to_string()
                .contains("NaN in row 2")
        );
        assert!(refused(&[1.0, 1.0]).to_string().contains("spans 0"));
        assert!(
            refused(&[0.0, 1.0, 2.0, 3e9])
                .to_string()
                .contains("longer than 268435456")
        );
        assert!(clock(&column("time"), &[-1e308, 0.0, 1e308]).is_err());
    }
}
