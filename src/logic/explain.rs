//! What each operator means: one table for the command line and the documentation.

/// An operator in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The word that names it.
    pub name: &'static str,
    /// How it is written.
    pub syntax: &'static str,
    /// Other spellings that are understood; empty when there is none.
    pub also: &'static str,
    /// In words.
    pub meaning: &'static str,
    /// Its robustness ρ at instant t.
    pub robustness: &'static str,
    /// The instants whose samples it depends on: any of these that is no finite number makes
    /// instant t invalid.
    pub window: &'static str,
    /// What an end of the trace within the window does.
    pub end: &'static str,
    /// A formula.
    pub example: &'static str,
}

const SKIPPED_MIN: &str = "what lies outside is skipped; nothing left gives +∞";
const SKIPPED_MAX: &str = "what lies outside is skipped; nothing left gives −∞";
const NONE: &str = "none";

/// All operators, comparisons first.
pub const OPERATORS: [Operator; 18] = [
    Operator {
        name: "compare",
        syntax: "e >= e, e > e, e <= e, e < e; e: number, signal, abs(e), -e, e + e, e - e, e * e, \
                 e / number",
        also: "≥ ≤; 0 <= x <= 1 for two comparisons",
        meaning: "one number against another",
        robustness: "left − right for >= and >, right − left for <= and <",
        window: "t",
        end: NONE,
        example: "abs(x - y) <= 0.2",
    },
    Operator {
        name: "not",
        syntax: "not φ",
        also: "! ¬",
        meaning: "φ does not hold",
        robustness: "−ρ(φ, t)",
        window: "t",
        end: NONE,
        example: "not (x >= 1)",
    },
    Operator {
        name: "and",
        syntax: "φ and ψ",
        also: "& && ∧",
        meaning: "both hold",
        robustness: "min(ρ(φ, t), ρ(ψ, t))",
        window: "t",
        end: NONE,
        example: "x >= 0 and y <= 1",
    },
    Operator {
        name: "or",
        syntax: "φ or ψ",
        also: "| || ∨",
        meaning: "one at least holds",
        robustness: "max(ρ(φ, t), ρ(ψ, t))",
        window: "t",
        end: NONE,
        example: "x >= 0 or y <= 1",
    },
    Operator {
        name: "implies",
        syntax: "φ implies ψ",
        also: "-> => →",
        meaning: "where φ holds, ψ holds",
        robustness: "max(−ρ(φ, t), ρ(ψ, t))",
        window: "t",
        end: NONE,
        example: "x >= 1 implies eventually[0,5] (y >= 0.5)",
    },
    Operator {
        name: "iff",
        syntax: "φ iff ψ",
        also: "<-> <=> ↔",
        meaning: "both hold, or none",
        robustness: "−|ρ(φ, t) − ρ(ψ, t)|, 0 where they are equal",
        window: "t",
        end: NONE,
        example: "x >= 0.5 iff y >= 0.5",
    },
    Operator {
        name: "xor",
        syntax: "φ xor ψ",
        also: "",
        meaning: "one holds and the other does not",
        robustness: "|ρ(φ, t) − ρ(ψ, t)|, 0 where they are equal",
        window: "t",
        end: NONE,
        example: "x >= 0.5 xor y >= 0.5",
    },
    Operator {
        name: "always",
        syntax: "always[a,b] φ; without an interval, to the end of the trace",
        also: "",
        meaning: "φ holds at every instant of the interval ahead",
        robustness: "min of ρ(φ, t′) over t′ in [t+a, t+b]",
        window: "[t+a, t+b]",
        end: SKIPPED_MIN,
        example: "always[0,50] (coherence >= 0.2)",
    },
    Operator {
        name: "eventually",
        syntax: "eventually[a,b] φ; without an interval, to the end of the trace",
        also: "",
        meaning: "φ holds at some instant of the interval ahead",
        robustness: "max of ρ(φ, t′) over t′ in [t+a, t+b]",
        window: "[t+a, t+b]",
        end: SKIPPED_MAX,
        example: "eventually[0,10] (x >= 0.9)",
    },
    Operator {
        name: "until",
        syntax: "φ until[a,b] ψ; without an interval, to the end of the trace",
        also: "",
        meaning: "ψ holds at some instant t′ of the interval ahead, and φ at every instant before \
                  it; φ need not hold at t′ itself",
        robustness: "max over t′ in [t+a, t+b] of min(ρ(ψ, t′), min of ρ(φ, s) over t ≤ s < t′)",
        window: "φ: [t, t+b]; ψ: [t+a, t+b]",
        end: SKIPPED_MAX,
        example: "(x <= 0.8) until[0,8] (y >= 0.3)",
    },
    Operator {
        name: "historically",
        syntax: "historically[a,b] φ; without an interval, from the beginning of the trace",
        also: "",
        meaning: "φ held at every instant of the interval past",
        robustness: "min of ρ(φ, t′) over t′ in [t−b, t−a]",
        window: "[t−b, t−a]",
        end: SKIPPED_MIN,
        example: "historically[0,5] (x <= 1)",
    },
    Operator {
        name: "once",
        syntax: "once[a,b] φ; without an interval, from the beginning of the trace",
        also: "",
        meaning: "φ held at some instant of the interval past",
        robustness: "max of ρ(φ, t′) over t′ in [t−b, t−a]",
        window: "[t−b, t−a]",
        end: SKIPPED_MAX,
        example: "once[0,5] (x >= 1)",
    },
    Operator {
        name: "since",
        syntax: "φ since[a,b] ψ; without an interval, from the beginning of the trace",
        also: "",
        meaning: "ψ held at some instant t′ of the interval past, and φ at every instant after it",
        robustness: "max over t′ in [t−b, t−a] of min(ρ(ψ, t′), min of ρ(φ, s) over t′ < s ≤ t)",
        window: "φ: [t−b, t]; ψ: [t−b, t−a]",
        end: SKIPPED_MAX,
        example: "(x >= 0.4) since (x >= 0.9)",
    },
    Operator {
        name: "next",
        syntax: "next φ",
        also: "",
        meaning: "φ holds at the instant after",
        robustness: "ρ(φ, t+1)",
        window: "t+1",
        end: "+∞ at the last sample",
        example: "next (x >= 0.4)",
    },
    Operator {
        name: "prev",
        syntax: "prev φ",
        also: "",
        meaning: "φ held at the instant before",
        robustness: "ρ(φ, t−1)",
        window: "t−1",
        end: "+∞ at the first sample",
        example: "prev (x >= 0.5)",
    },
    Operator {
        name: "rise",
        syntax: "rise φ",
        also: "",
        meaning: "φ holds now and did not at the instant before",
        robustness: "min(−ρ(φ, t−1), ρ(φ, t))",
        window: "[t−1, t]",
        end: "before the first sample φ counts as −∞",
        example: "rise (x >= 0.5)",
    },
    Operator {
        name: "fall",
        syntax: "fall φ",
        also: "",
        meaning: "φ held at the instant before and does not now",
        robustness: "min(ρ(φ, t−1), −ρ(φ, t))",
        window: "[t−1, t]",
        end: "before the first sample φ counts as +∞",
        example: "fall (x >= 0.5)",
    },
    Operator {
        name: "interval",
        syntax: "[a,b], both included, in samples; [a:b]; [a,inf]; [0, 50 ms] where the time \
                 between samples is known",
        also: "units: s, ms, us, µs, ns, min, h",
        meaning: "where an operator looks, counted from the instant at which it is judged",
        robustness: "that of its operator",
        window: "that of its operator",
        end: "that of its operator",
        example: "eventually[5,10] (x > 1)",
    },
];

/// Where other programs mean something else by the same text.
pub const DIFFERENCES: [&str; 4] = [
    "RTAMT 0.4.10: a NaN may vanish or stick by the order of operands of Python's min and max; \
     here an instant that depends on a sample that is no finite number is invalid, a violation",
    "RTAMT 0.4.10 online: operators with different horizons side by side, past ones beside future \
     ones among them, can differ from its own offline values; here both give the same bits",
    "mstlo 0.2.2: until asks φ at t′ too, the instant of ψ; here, as in RTAMT, it does not",
    "iff and xor of equal infinities are 0 here and NaN in RTAMT",
];

/// From tight to loose: what binds its operands first.
pub const PRECEDENCE: &str = "abs and -; * and /; + and -; comparisons; not, always, eventually, \
     historically, once, next, prev, rise, fall; until and since; and; xor; or; implies (from the \
     right); iff";

/// The operator with a name or another spelling of it.
#[must_use]
pub fn operator(name: &str) -> Option<&'static Operator> {
    let spelled = |own: &&Operator| {
        own.also
            .split(' ')
            .any(|also| !also.is_empty() && also == name)
    };
    let compared = [">=", ">", "<=", "<", "≥", "≤"].contains(&name);
    let name = if compared { "compare" } else { name };
    OPERATORS
        .iter()
        .find(|own| own.name == name)
        .or_else(|| OPERATORS.iter().find(spelled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::Formula;

    #[test]
    fn every_example_is_a_formula_with_its_operator() {
        for own in &OPERATORS {
            let formula = Formula::parse(own.example, None);
            assert!(formula.is_ok(), "{}: {formula:?}", own.name);
            let named = own.example.contains(own.name);
            assert!(
                named || ["compare", "interval"].contains(&own.name),
                "{}",
                own.name
            );
            assert_eq!(operator(own.name), Some(own));
        }
        assert_eq!(operator("->").map(|own| own.name), Some("implies"));
        assert_eq!(operator("<=").map(|own| own.name), Some("compare"));
        assert_eq!(operator("?"), None);
    }
}
