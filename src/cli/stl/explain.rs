//! What operators mean, in words.

use anyhow::{Result, bail};

use crate::base::problem::did_you_mean;
use crate::cli::exit;
use crate::cli::say::say;
use crate::logic::explain::{DIFFERENCES, OPERATORS, Operator, PRECEDENCE, operator};

/// Explains an operator, or lists all for `list`.
pub fn explain(name: &str) -> Result<u8> {
    if name != "list" {
        let Some(own) = operator(name) else {
            let names: Vec<&str> = OPERATORS.iter().map(|own| own.name).collect();
            let hint = did_you_mean(name, &names);
            bail!(
                "there is no operator {name:?}, expected one of {}{hint}",
                names.join(", ")
            );
        };
        tell(own);
        return Ok(exit::OK);
    }
    for own in &OPERATORS {
        say!("{:<13} {}", own.name, own.syntax);
        say!("{:<13} {}", "", own.robustness);
    }
    say!("\nfrom tight to loose: {PRECEDENCE}");
    say!(
        "\nThe robustness is positive where a formula holds, negative where it does not; exactly 0 \
         decides nothing.\nAn instant that depends on a sample that is no finite number is \
         invalid, a violation."
    );
    say!("\nOther programs:");
    for own in DIFFERENCES {
        say!("- {own}");
    }
    Ok(exit::OK)
}

fn tell(own: &Operator) {
    let row = |head: &str, text: &str| {
        if !text.is_empty() {
            say!("{head:<17} {text}");
        }
    };
    say!("{}: {}", own.name, own.meaning);
    row("syntax", own.syntax);
    row("also", own.also);
    row("robustness at t", own.robustness);
    row("depends on", own.window);
    row("end of the trace", own.end);
    row("example", own.example);
}
