//! The family of field cases: modes of the wave equation on a box.

use serde_json::{Value, json};

use super::case::{Case, Node};
use super::error::DynamicsError;
use super::modes::{Boundary, WaveBox, damped_motion};
use super::quantities::Quantity;
use super::solve::Answer;
use super::statics::closed_report;

/// Modes of the wave equation, and the motion of the one that is excited.
///
/// # Errors
/// [`DynamicsError`] of the case, also for a leapfrog step beyond its stability bound.
pub fn modes(case: &Case) -> Result<Answer, DynamicsError> {
    let wave = read_wave(case)?;
    let params = &case.params;
    let init = case.root.get("init");
    let excited = match &init {
        None => None,
        Some(init) => Some(read_mode(&init.need("mode", "mode numbers")?, &wave)?),
    };
    let mut listed = Vec::new();
    if let Some(modes) = case.root.get("modes") {
        for entry in modes.items()? {
            let node = entry.get("mode").unwrap_or(entry);
            listed.push(read_mode(&node, &wave)?);
        }
    } else {
        listed.extend(excited.clone());
    }
    let dt = if params.get("dt_leapfrog").is_some() {
        Some(params.positive("dt_leapfrog")?)
    } else {
        None
    };
    let mut modes = Vec::with_capacity(listed.len());
    for mode in &listed {
        modes.push(describe_mode(&wave, mode, dt)?);
    }
    let mut expect = Vec::new();
    if let (Some(mode), Some(init)) = (excited, &init) {
        let start = (
            init.number_or("amplitude", 1.0)?,
            init.number_or("velocity", 0.0)?,
        );
        let omega = wave.omega_continuum(&mode);
        for &t in &case.times_s {
            let (u, v) = damped_motion(omega, wave.gamma, start, t);
            expect.push(json!({"t": t, "modal_amplitude": u, "modal_velocity": v}));
        }
    }
    let quantities = vec![Quantity::new(
        "cfl_limit_dt",
        wave.cfl_limit(),
        "closed form",
    )];
    let extra = vec![("modes", json!(modes)), ("method", json!("closed form"))];
    Ok(Answer {
        expect,
        quantities,
        integrator: closed_report(),
        extra,
    })
}

fn describe_mode(wave: &WaveBox, mode: &[u32], dt: Option<f64>) -> Result<Value, DynamicsError> {
    let omega = wave.omega_continuum(mode);
    let half = 0.5 * wave.gamma;
    let damped = ((omega - half) * (omega + half)).max(0.0).sqrt();
    let mut entry = json!({
        "mode": mode,
        "omega_continuum": omega,
        "omega_damped": damped,
        "decay_rate": half,
        "omega_fd2_semidiscrete": wave.omega_semidiscrete(mode),
    });
    if let Some(dt) = dt {
        let leapfrog = wave.omega_leapfrog(mode, dt).ok_or_else(|| {
            let omega = wave.omega_semidiscrete(mode);
            DynamicsError::UnstableStep {
                method: "leapfrog (params.dt_leapfrog)".to_owned(),
                dt,
                omega,
                product: omega * dt,
                limit: wave.cfl_limit(),
            }
        })?;
        entry["omega_fd2_leapfrog_undamped"] = json!(leapfrog);
    }
    Ok(entry)
}

fn read_wave(case: &Case) -> Result<WaveBox, DynamicsError> {
    let params = &case.params;
    let node = params.need("bc", "dirichlet or periodic")?;
    let boundary = match node.as_text()? {
        "dirichlet" => Boundary::Dirichlet,
        "periodic" => Boundary::Periodic,
        _ => return Err(node.wrong("dirichlet or periodic")),
    };
    let node = params.need("L", "the lengths of the sides")?;
    let length = node.as_numbers()?;
    if length.is_empty() || length.iter().any(|l| *l <= 0.0) {
        return Err(node.wrong("one positive length per dimension"));
    }
    let node = params.need("N", "the number of cells along each side")?;
    let cells = node.items()?;
    if cells.len() != length.len() {
        return Err(node.wrong(format!("one number per dimension ({})", length.len())));
    }
    let mut dx = Vec::with_capacity(cells.len());
    for (cell, l) in cells.iter().zip(&length) {
        let count = cell.as_count(u64::from(u32::MAX))?;
        if count == 0 {
            return Err(cell.wrong("at least one cell"));
        }
        dx.push(l / count as f64);
    }
    let gamma = if params.get("gamma").is_some() {
        params.non_negative("gamma")?
    } else {
        0.0
    };
    Ok(WaveBox {
        boundary,
        length,
        dx,
        c: params.positive("c")?,
        gamma,
    })
}

fn read_mode(node: &Node, wave: &WaveBox) -> Result<Vec<u32>, DynamicsError> {
    let least = u32::from(wave.boundary == Boundary::Dirichlet);
    let mut mode = Vec::new();
    for item in node.items()? {
        let number = item.as_count(u64::from(u32::MAX))? as u32;
        if number < least {
            return Err(item.wrong(format!("a mode number of at least {least}")));
        }
        mode.push(number);
    }
    if mode.len() == wave.length.len() {
        Ok(mode)
    } else {
        Err(node.wrong(format!(
            "one mode number per dimension ({})",
            wave.length.len()
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num::{TAU, cos};
    use crate::dynamics::fixed::{self, Scheme};
    use crate::dynamics::model::Harmonic;
    use crate::dynamics::network::Network;

    #[test]
    fn a_ring_of_masses_turns_at_the_predicted_frequency() {
        let (count, c, dt) = (32_usize, 1.5, 0.01);
        let dx = 1.0 / count as f64;
        let wave = WaveBox {
            boundary: Boundary::Periodic,
            length: vec![1.0],
            dx: vec![dx],
            c,
            gamma: 0.0,
        };
        let edges: Vec<_> = (0..count).map(|i| (i, (i + 1) % count, 1.0)).collect();
        let network = Network::new(count, true, &edges).unwrap();
        let coupling = c * c / (dx * dx);
        let zeros = vec![0.0; count];
        let model = Harmonic::new(zeros.clone(), zeros.clone(), coupling, network).unwrap();
        for mode in [1_u32, 3, 7] {
            let shape = |i: usize| cos(TAU * f64::from(mode) * i as f64 * dx);
            let mut start: Vec<f64> = (0..count).map(shape).collect();
            start.extend(&zeros);
            let run = fixed::integrate(&model, Scheme::Leapfrog, &start, &[5.0], dt).unwrap();
            let omega = wave.omega_leapfrog(&[mode], dt).unwrap();
            // From rest the leapfrog gives cos(omega t) with its own omega, without error.
            assert!((run.states[0][0] - cos(omega * 5.0)).abs() < 1e-9, "{mode}");
        }
        let shortest = [count as u32 / 2];
        assert!(
            wave.omega_leapfrog(&shortest, 0.999 * wave.cfl_limit())
                .is_some()
        );
        assert!(
            wave.omega_leapfrog(&shortest, 1.001 * wave.cfl_limit())
                .is_none()
        );
        let beyond = fixed::integrate(
            &model,
            Scheme::Leapfrog,
            &vec![0.0; 2 * count],
            &[1.0],
            1.001 * wave.cfl_limit(),
        );
        assert!(matches!(beyond, Err(DynamicsError::UnstableStep { .. })));
    }
}
