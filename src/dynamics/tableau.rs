//! The coefficients of Dormand–Prince 5(4), as data.
//!
//! Sources: Dormand & Prince (1980), table 2; Hairer, Nørsett & Wanner (1993), §II.6 for the dense
//! output.

/// Where each stage stands in the step.
pub const NODES: [f64; 7] = [0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0];

/// Which slopes make each stage; the last row is the fifth-order result.
pub const STAGES: [[f64; 6]; 7] = [
    [0.0; 6],
    [1.0 / 5.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [3.0 / 40.0, 9.0 / 40.0, 0.0, 0.0, 0.0, 0.0],
    [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0, 0.0, 0.0, 0.0],
    [
        19_372.0 / 6561.0,
        -25_360.0 / 2187.0,
        64_448.0 / 6561.0,
        -212.0 / 729.0,
        0.0,
        0.0,
    ],
    [
        9017.0 / 3168.0,
        -355.0 / 33.0,
        46_732.0 / 5247.0,
        49.0 / 176.0,
        -5103.0 / 18_656.0,
        0.0,
    ],
    [
        35.0 / 384.0,
        0.0,
        500.0 / 1113.0,
        125.0 / 192.0,
        -2187.0 / 6784.0,
        11.0 / 84.0,
    ],
];

/// Fifth-order weights less fourth-order weights.
pub const ERROR: [f64; 7] = [
    71.0 / 57_600.0,
    0.0,
    -71.0 / 16_695.0,
    71.0 / 1920.0,
    -17_253.0 / 339_200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];

/// Weights of the quartic correction of the dense output.
pub const QUARTIC: [f64; 7] = [
    -12_715_105_075.0 / 11_282_082_432.0,
    0.0,
    87_487_479_700.0 / 32_700_410_799.0,
    -10_690_763_975.0 / 1_880_347_072.0,
    701_980_252_875.0 / 199_316_789_632.0,
    -1_453_857_185.0 / 822_651_844.0,
    69_997_945.0 / 29_380_423.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coefficients_meet_their_conditions() {
        for (node, row) in NODES.iter().zip(&STAGES) {
            assert!((row.iter().sum::<f64>() - node).abs() < 1e-13);
        }
        assert!(ERROR.iter().sum::<f64>().abs() < 1e-15);
        assert!(QUARTIC.iter().sum::<f64>().abs() < 1e-12);
        // Order five: the moments of the last row are those of an integral.
        for power in 1..5 {
            let moment: f64 = STAGES[6]
                .iter()
                .zip(NODES)
                .map(|(b, c)| b * c.powi(power))
                .sum();
            assert!((moment - 1.0 / f64::from(power + 1)).abs() < 1e-14);
        }
        // Order four of the embedded method: the error weights have no moments up to the third.
        for power in 1..4 {
            let moment: f64 = ERROR
                .iter()
                .zip(NODES)
                .map(|(e, c)| e * c.powi(power))
                .sum();
            assert!(moment.abs() < 1e-15);
        }
    }
}
