//! Answers to reference cases of control: JSON in, JSON out, with the names of the case.

mod adaptive;
pub mod case;
pub mod expression;
mod pid;
mod relay;

use serde_json::Value;

use case::{CaseError, invalid};

/// The kinds of cases that can be answered.
pub const KINDS: [&str; 5] = ["pid", "relay", "extremum_seeking", "mrac", "original_law"];

/// Answers a case: `pid` (a sampled loop), `relay` (a limit cycle and the ultimate point),
/// `extremum_seeking`, `mrac` or `original_law`. The answer has the names of the case's `expected`,
/// which is not looked at.
///
/// # Errors
/// With the place in the case and what was expected there.
pub fn answer(case: &Value) -> Result<Value, CaseError> {
    match case["kind"].as_str().unwrap_or_default() {
        "pid" => pid::answer(case),
        "relay" => relay::answer(case),
        "extremum_seeking" => adaptive::seek(case),
        "mrac" => adaptive::mrac(case),
        "original_law" => adaptive::original(case),
        _ => Err(invalid(
            "kind",
            &case["kind"],
            &format!("one of {}", KINDS.join(", ")),
        )),
    }
}
