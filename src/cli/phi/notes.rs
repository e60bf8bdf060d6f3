//! Options that a question has no use for: told, never silently ignored.

use super::args::{PhiArgs, PhiMeasureArg};
use super::question::{Question, Subject};

/// What each kind of question has no use for.
#[must_use]
pub fn notes(question: &Question, args: &PhiArgs) -> Vec<String> {
    let states = matches!(
        args.measure,
        Some(PhiMeasureArg::Iit4 | PhiMeasureArg::Iit3)
    );
    let older = args.measure == Some(PhiMeasureArg::Iit3);
    let table = question.kind.is_none();
    let (unused, what): (&[&str], &str) = match &question.subject {
        Subject::Discrete(_) if older => (&OLDER, "IIT 3.0"),
        Subject::Older(_) if args.measure != Some(PhiMeasureArg::Iit4) => (&OLDER, "IIT 3.0"),
        Subject::Discrete(_) | Subject::Older(_) => (&NETWORK, "a network of binary units"),
        Subject::Gaussian(_, request, _) => {
            let asks = !(request.measures.is_empty()
                && request.mip.is_empty()
                && request.complexes.is_empty());
            if asks {
                (&REQUEST, "a case that says what it asks for")
            } else {
                (&COVARIANCE, "a covariance")
            }
        }
        Subject::Recording(_) if older => (&RECORDING_OLDER, "IIT 3.0 of a recording"),
        Subject::Recording(_) if states => (&RECORDING_STATES, "a recording as binary units"),
        Subject::Recording(_) => (&RECORDING, "the Gaussian measures of a recording"),
    };
    let mut all: Vec<&str> = unused.to_vec();
    if !table {
        all.extend(["--kind", "--columns", "--state"]);
    }
    let given = given(args);
    let told = all.into_iter().filter(|option| given.contains(option));
    told.map(|option| format!("{option} has no effect on {what}"))
        .collect()
}

const NETWORK: [&str; 8] = [
    "--prior",
    "--search",
    "--normalized",
    "--lag",
    "--shrink",
    "--threshold",
    "--surrogates",
    "--seed",
];
const OLDER: [&str; 12] = [
    "--prior",
    "--search",
    "--normalized",
    "--lag",
    "--shrink",
    "--threshold",
    "--surrogates",
    "--seed",
    "--lesion",
    "--complexes",
    "--structure",
    "--plot",
];
const COVARIANCE: [&str; 7] = [
    "--prior",
    "--structure",
    "--lag",
    "--shrink",
    "--threshold",
    "--surrogates",
    "--seed",
];
const REQUEST: [&str; 11] = [
    "--prior",
    "--structure",
    "--lag",
    "--shrink",
    "--threshold",
    "--surrogates",
    "--seed",
    "--measure",
    "--search",
    "--normalized",
    "--complexes",
];
const RECORDING: [&str; 4] = ["--structure", "--threshold", "--state", "--prior"];
const RECORDING_STATES: [&str; 5] = [
    "--search",
    "--normalized",
    "--shrink",
    "--surrogates",
    "--seed",
];
const RECORDING_OLDER: [&str; 9] = [
    "--search",
    "--normalized",
    "--shrink",
    "--surrogates",
    "--seed",
    "--lesion",
    "--complexes",
    "--structure",
    "--plot",
];

/// The options that differ from what they are when they are not given.
fn given(args: &PhiArgs) -> Vec<&'static str> {
    [
        ("--kind", args.kind.is_some()),
        ("--columns", !args.columns.is_empty()),
        ("--state", args.state.is_some()),
        ("--measure", args.measure.is_some()),
        ("--search", args.search.is_some()),
        ("--normalized", args.normalized),
        ("--complexes", args.complexes),
        ("--structure", args.structure),
        ("--lesion", args.lesion),
        ("--lag", args.lag != 1),
        ("--shrink", args.shrink.is_some()),
        ("--prior", args.prior != 0.5),
        ("--threshold", args.threshold.is_some()),
        ("--surrogates", args.surrogates > 0),
        ("--seed", args.seed != 0),
        ("--plot", args.plot.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, given)| given.then_some(name))
    .collect()
}
