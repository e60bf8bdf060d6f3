//! Calls of a user's code: what goes wrong in them ends the run by the name of the part.

use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;

/// What a part did wrong.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct PartError(pub String);

/// What a part gave, unless it failed.
pub type PartResult<T> = Result<T, PartError>;

/// Calls a part. `who` names it, for example `law "bang" of loop "hold"`.
///
/// # Errors
/// When it panics.
pub fn guarded<T>(who: &str, call: impl FnOnce() -> T) -> PartResult<T> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("without a message");
        PartError(format!("{who} panicked: {text}"))
    })
}

/// Whether a name is one that scenes, tables and files bear: letters, digits, - and _.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_by_name() {
        let failed = guarded("law \"bang\"", || -> f64 { panic!("no {}", 3) });
        let message = failed.unwrap_err().to_string();
        assert_eq!(message, "law \"bang\" panicked: no 3");
        assert_eq!(guarded("law", || 2.0), Ok(2.0));
    }
}
