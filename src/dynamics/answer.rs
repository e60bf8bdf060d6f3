//! The engine: a case in, its answers out.

use serde_json::{Value, json};

use super::case::Case;
use super::error::DynamicsError;
use super::quantities::Quantity;
use super::solve::Options;
use super::{field, population, statics, trajectory};

/// The families and what answers them.
pub const FAMILIES: [&str; 20] = [
    "damped",
    "driven",
    "kur2",
    "lorentz",
    "ottantonsen",
    "noisykur",
    "chain",
    "net_harmonic",
    "net_kuramoto",
    "net_stuart_landau",
    "net_van_der_pol",
    "sl1",
    "sldeath",
    "vdp1",
    "ou",
    "langevin",
    "field",
    "order",
    "sde_order",
    "delay2",
];

/// Answers a case of schema `phantom-ref-1`.
///
/// The case gives `id`, `family`, `params` and, where the family needs them, `graph` and `init`.
/// Output times are the `t` of `expect`, whose other keys say what is wanted, or the list `times`.
/// Gives `{id, family, kind, expect: [{t, …}], quantities: [{name, value, method, …}],
/// integrator: {name, steps, rejected, …}}`, and `modes` or `measured` where the family has them.
/// A quantity the case names and the family does not know has the value null and a note. Numbers
/// that do not exist (the quality factor without damping) are null.
///
/// Trajectories are integrated with the chosen integrator; steady states, stability, field modes
/// and moments are closed forms; populations are simulated, deterministic in `options.seed`.
///
/// # Errors
/// [`DynamicsError`] with the JSON path and what was expected there, or why an integration failed.
pub fn answer(case: &Value, options: &Options) -> Result<Value, DynamicsError> {
    let case = Case::read(case)?;
    let found = match case.family.as_str() {
        "damped" | "driven" | "chain" | "net_harmonic" => trajectory::harmonic(&case, options)?,
        "kur2" | "net_kuramoto" => trajectory::kuramoto(&case, options)?,
        "sl1" | "net_stuart_landau" => trajectory::stuart_landau(&case, options)?,
        "net_van_der_pol" => trajectory::van_der_pol(&case, options)?,
        "sldeath" | "ou" | "langevin" | "ottantonsen" => statics::closed(&case)?,
        "vdp1" => statics::limit_cycle(&case)?,
        "delay2" => statics::delay_pair(&case, options)?,
        "field" => field::modes(&case)?,
        "order" => statics::order(&case)?,
        "sde_order" => population::sde_order(options)?,
        "lorentz" => population::lorentz(&case, options)?,
        "noisykur" => population::noisy(&case, options)?,
        _ => {
            let expected = format!("one of {}", FAMILIES.join(", "));
            return Err(DynamicsError::invalid("family", &case.family, expected));
        }
    };
    let mut out = json!({
        "id": case.id,
        "family": case.family,
        "kind": case.kind,
        "expect": found.expect,
        "quantities": choose(&found.quantities, case.quantities.as_deref()),
        "integrator": found.integrator,
    });
    for (key, value) in found.extra {
        out[key] = value;
    }
    Ok(out)
}

/// The quantities in the order the case names them, or all of them.
fn choose(known: &[Quantity], names: Option<&[String]>) -> Vec<Value> {
    let Some(names) = names else {
        return known.iter().map(Quantity::to_json).collect();
    };
    let one = |name: &String| match known.iter().find(|q| q.name == *name) {
        Some(quantity) => quantity.to_json(),
        None => json!({"name": name, "value": null, "note": "not known for this case"}),
    };
    names.iter().map(one).collect()
}
