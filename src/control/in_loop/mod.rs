//! The laws as loops run them: their terms, live numbers and limits.

mod mrac;
mod pid;
mod relay;
mod seek;

/// 1 where something is so, 0 where not, as a term.
fn flag(on: bool) -> f64 {
    f64::from(u8::from(on))
}
