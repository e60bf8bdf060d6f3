//! What is told of a formula on a trace.

use serde_json::{Map, Value, json};

use crate::cli::say::say;
use crate::logic::answer::number;
use crate::logic::{Blame, Verdict, Verdicts, blame};

use super::trace::Trace;

/// Verdicts and what is told of them.
pub struct Found {
    pub verdicts: Verdicts,
    /// Samples at which the formula holds, is violated by finite numbers, and is on the border.
    counts: [usize; 3],
    invalid: usize,
    first_violation: Option<usize>,
    least: usize,
    blame: Option<Blame>,
}

/// A number in a text, with at most six digits behind the point.
fn digits(value: f64) -> String {
    let size = value.abs();
    if !size.is_finite() {
        let sign = if value < 0.0 { "-" } else { "" };
        return if size.is_nan() {
            "no number".to_owned()
        } else {
            format!("{sign}∞")
        };
    }
    if size != 0.0 && !(1e-4..1e9).contains(&size) {
        return format!("{value:.5e}");
    }
    let long = format!("{value:.6}");
    long.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Found {
    pub fn new(trace: &Trace, verdicts: Verdicts) -> Self {
        let all: Vec<Verdict> = (0..trace.samples).filter_map(|t| verdicts.at(t)).collect();
        let count = |what: Option<bool>| {
            all.iter()
                .filter(|own| own.valid && own.decided() == what)
                .count()
        };
        let counts = [count(Some(true)), count(Some(false)), count(None)];
        let invalid = all.iter().filter(|own| !own.valid).count();
        let first_violation = all.iter().position(|own| own.decided() == Some(false));
        let mut least = 0;
        for (t, own) in all.iter().enumerate() {
            if own.robustness < all[least].robustness {
                least = t;
            }
        }
        // Of a formula that holds, what it holds by; else what violates it.
        let at = match all.first().and_then(Verdict::decided) {
            Some(false) => 0,
            _ => first_violation.unwrap_or(0),
        };
        let blame = blame(&trace.formula, &trace.borrowed(), trace.samples, at);
        Self {
            verdicts,
            counts,
            invalid,
            first_violation,
            least,
            blame,
        }
    }

    /// Whether the formula holds at the first sample; none on the border.
    pub fn holds(&self) -> Option<bool> {
        self.verdicts.at(0).and_then(|own| own.decided())
    }

    fn robustness(&self, sample: usize) -> f64 {
        self.verdicts
            .robustness
            .get(sample)
            .copied()
            .unwrap_or(f64::NAN)
    }

    fn is_valid(&self, sample: usize) -> bool {
        self.verdicts.valid.get(sample).copied().unwrap_or(false)
    }

    /// The sample that the blame is about.
    fn judged(&self) -> usize {
        match self.holds() {
            Some(false) => 0,
            _ => self.first_violation.unwrap_or(0),
        }
    }

    /// Prints what was found.
    pub fn tell(&self, trace: &Trace) {
        let row = |head: &str, text: &str| say!("{head:<16} {text}");
        row("formula", &trace.formula.to_string());
        let (at, by) = (trace.place(0), digits(self.robustness(0)));
        let verdict = match (self.holds(), self.is_valid(0)) {
            (Some(true), _) => format!("holds at {at}: robustness {by}"),
            (Some(false), true) => format!("violated at {at}: robustness {by}"),
            (Some(false), false) => {
                format!("invalid at {at}, a violation: it depends on a sample that is no number")
            }
            (None, _) => format!("undecided at {at}: exactly on the border"),
        };
        row("verdict", &verdict);
        self.tell_blame(trace);
        let [holds, violated, border] = self.counts;
        let mut text = format!("{holds} of {} samples", trace.samples);
        for (count, what) in [
            (violated, "violated"),
            (border, "on the border"),
            (self.invalid, "invalid"),
        ] {
            if count > 0 {
                text += &format!(", {what} at {count}");
            }
        }
        row("holds at", &text);
        if let Some(first) = self.first_violation.filter(|first| *first > 0) {
            let by = digits(self.robustness(first));
            row(
                "first violated",
                &format!("at {}: {by}", trace.place(first)),
            );
        }
        let least = digits(self.robustness(self.least));
        row(
            "least robustness",
            &format!("{least} at {}", trace.place(self.least)),
        );
        if let Some(horizon) = trace.formula.horizon().filter(|horizon| *horizon > 0) {
            let short = trace
                .samples
                .min(usize::try_from(horizon).unwrap_or(usize::MAX));
            row(
                "looks ahead",
                &format!("{horizon} samples; fewer follow the last {short}"),
            );
        }
    }

    fn tell_blame(&self, trace: &Trace) {
        let judged = self.judged();
        let head = format!("{:<16} ", "decided by");
        match &self.blame {
            Some(own) => {
                let samples: Vec<String> = (own.samples.iter())
                    .map(|(name, value)| format!("{name} = {}", digits(*value)))
                    .collect();
                let of = match judged {
                    0 => String::new(),
                    at => format!(", of the violation at sample {}", at + trace.from),
                };
                say!(
                    "{head}{} at {}: {}{of}",
                    own.comparison,
                    trace.place(own.instant),
                    samples.join(", ")
                );
            }
            None => say!("{head}the end of the trace"),
        }
    }

    /// The document.
    pub fn document(&self, trace: &Trace) -> Value {
        let place = |sample: usize| {
            let mut own = Map::new();
            own.insert("sample".to_owned(), json!(sample + trace.from));
            if let Some(time) = trace.times.as_ref().and_then(|times| times.get(sample)) {
                own.insert("t_s".to_owned(), json!(time));
            }
            own
        };
        let verdict = |sample: usize| {
            let mut own = place(sample);
            own.insert("robustness".to_owned(), number(self.robustness(sample)));
            own.insert("valid".to_owned(), json!(self.is_valid(sample)));
            Value::Object(own)
        };
        let blame = self.blame.as_ref().map(|own| {
            let mut found = place(own.instant);
            found.insert("comparison".to_owned(), json!(own.comparison));
            let by = Some(own.robustness).filter(|x| !x.is_nan());
            found.insert("robustness".to_owned(), by.map_or(Value::Null, number));
            let samples = own.samples.iter().map(|(name, value)| {
                let value = Some(*value).filter(|x| !x.is_nan());
                (name.clone(), value.map_or(Value::Null, number))
            });
            found.insert("samples".to_owned(), Value::Object(samples.collect()));
            found.insert("of_sample".to_owned(), json!(self.judged() + trace.from));
            Value::Object(found)
        });
        let [holds, violated, border] = self.counts;
        json!({
            "formula": trace.formula.to_string(),
            "holds": self.holds(),
            "robustness": number(self.robustness(0)),
            "samples": trace.samples,
            "from": trace.from,
            "period_s": trace.period_s,
            "horizon": trace.formula.horizon(),
            "satisfied": holds,
            "violated": violated,
            "undecided": border,
            "invalid": self.invalid,
            "first_violation": self.first_violation.map(verdict),
            "least": verdict(self.least),
            "decided_by": blame,
            "robustness_by_sample":
                self.verdicts.robustness.iter().map(|own| number(*own)).collect::<Vec<Value>>(),
            "notes": trace.notes,
        })
    }
}
