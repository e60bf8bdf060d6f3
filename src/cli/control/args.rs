//! Arguments of `control`.

use std::path::PathBuf;

use anyhow::{Result, anyhow, ensure};
use clap::{Args, Subcommand, ValueEnum};

use crate::base::Problems;
use crate::control::linear::{LinearPlant, usual_sample_s};
use crate::control::pid::{AntiWindup, PidSpec};
use crate::control::relay::{PidKind, TuningRule};

/// Arguments of `control`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ControlArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: Option<ControlAction>,
    /// A reference case as JSON: a loop, a relay, extremum seeking, adaptive control, the original
    /// laws, the gate, an alarm, barriers or a switch.
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
    /// Print the answer as one JSON document on one line.
    #[arg(long)]
    pub json: bool,
}

/// What can be done with a plant.
#[derive(Subcommand, Debug)]
pub enum ControlAction {
    /// Find gains of a PID law for a plant, with margins and the answer to expect.
    Tune(TuneArgs),
    /// Simulate the answer of a loop to a step of its setpoint, with its margins.
    Step(StepArgs),
}

/// A plant b(s)/a(s) e^(−sL).
#[derive(Args, Debug)]
pub struct PlantArgs {
    /// Coefficients of the numerator b(s), highest power of s first.
    #[arg(
        long,
        value_name = "B,…",
        value_delimiter = ',',
        required = true,
        allow_hyphen_values = true
    )]
    pub num: Vec<f64>,
    /// Coefficients of the denominator a(s), highest power of s first.
    #[arg(
        long,
        value_name = "A,…",
        value_delimiter = ',',
        required = true,
        allow_hyphen_values = true
    )]
    pub den: Vec<f64>,
    /// Delay L, s.
    #[arg(
        long,
        value_name = "S",
        default_value_t = 0.0,
        allow_hyphen_values = true
    )]
    pub delay: f64,
    /// Sample time, s; about a hundredth of the plant's ultimate period when absent.
    #[arg(long, value_name = "S", allow_hyphen_values = true)]
    pub ts: Option<f64>,
}

/// Where the answer goes.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Time of the answer, s; as long as it takes to settle when absent.
    #[arg(long, value_name = "S")]
    pub time: Option<f64>,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
    /// Draw the answer and the open loop's response; the ending says the format: .svg, .pdf or
    /// .png.
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "control.svg")]
    pub plot: Option<PathBuf>,
}

/// Arguments of `control tune`.
#[derive(Args, Debug)]
pub struct TuneArgs {
    /// The plant.
    #[command(flatten)]
    pub plant: PlantArgs,
    /// How the ultimate point is found: exactly from the plant, or by a relay experiment on it as a
    /// loop of a scene would run it.
    #[arg(long, value_enum, default_value_t = MethodArg::Exact)]
    pub method: MethodArg,
    /// The rule that makes gains of it.
    #[arg(long, value_enum, default_value_t = RuleArg::Tl)]
    pub rule: RuleArg,
    /// Which parts the law has.
    #[arg(long, value_enum, default_value_t = KindArg::Pi)]
    pub kind: KindArg,
    /// Amplitude of the relay.
    #[arg(long, default_value_t = 1.0, value_name = "D")]
    pub amplitude: f64,
    /// Hysteresis of the relay.
    #[arg(long, default_value_t = 0.0, value_name = "E")]
    pub hysteresis: f64,
    /// Where the answer goes.
    #[command(flatten)]
    pub show: ShowArgs,
}

/// How an ultimate point is found.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodArg {
    /// From the plant's response.
    Exact,
    /// By a relay experiment.
    Relay,
}

/// A rule of tuning.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleArg {
    /// Ziegler–Nichols.
    Zn,
    /// Tyreus–Luyben.
    Tl,
    /// SIMC of Skogestad.
    Simc,
}

impl From<RuleArg> for TuningRule {
    fn from(own: RuleArg) -> Self {
        match own {
            RuleArg::Zn => Self::ZieglerNichols,
            RuleArg::Tl => Self::TyreusLuyben,
            RuleArg::Simc => Self::Simc,
        }
    }
}

/// Which parts a law has.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindArg {
    /// P.
    P,
    /// PI.
    Pi,
    /// PID.
    Pid,
}

impl From<KindArg> for PidKind {
    fn from(own: KindArg) -> Self {
        match own {
            KindArg::P => Self::P,
            KindArg::Pi => Self::Pi,
            KindArg::Pid => Self::Pid,
        }
    }
}

/// Arguments of `control step`.
#[derive(Args, Debug)]
#[command(allow_negative_numbers = true)]
pub struct StepArgs {
    /// The plant.
    #[command(flatten)]
    pub plant: PlantArgs,
    /// Proportional gain.
    #[arg(long, default_value_t = 0.0)]
    pub kp: f64,
    /// Integral gain, per s.
    #[arg(long, default_value_t = 0.0)]
    pub ki: f64,
    /// Derivative gain, s.
    #[arg(long, default_value_t = 0.0)]
    pub kd: f64,
    /// Time constant of the derivative's filter, s.
    #[arg(long, default_value_t = 0.0, value_name = "S")]
    pub tf: f64,
    /// Setpoint weight of the proportional part.
    #[arg(long, default_value_t = 1.0)]
    pub b: f64,
    /// Setpoint weight of the derivative part.
    #[arg(long, default_value_t = 0.0)]
    pub c: f64,
    /// Feed-forward of the setpoint: what is added to the output for each unit of it.
    #[arg(long, default_value_t = 0.0)]
    pub feed_forward: f64,
    /// Least output.
    #[arg(long)]
    pub min: Option<f64>,
    /// Greatest output.
    #[arg(long)]
    pub max: Option<f64>,
    /// Greatest change of the output per second.
    #[arg(long)]
    pub rate: Option<f64>,
    /// What the integral does while the output is limited.
    #[arg(long, value_enum, default_value_t = WindupArg::Clamping)]
    pub anti_windup: WindupArg,
    /// Tracking time of back-calculation, s.
    #[arg(long, value_name = "S")]
    pub tracking: Option<f64>,
    /// The setpoint after the step.
    #[arg(long, default_value_t = 1.0)]
    pub setpoint: f64,
    /// Where the answer goes.
    #[command(flatten)]
    pub show: ShowArgs,
}

/// Anti-windup.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindupArg {
    /// Nothing.
    None,
    /// Clamping.
    Clamping,
    /// Conditional integration.
    Conditional,
    /// Back-calculation.
    Back,
}

impl PlantArgs {
    /// The plant and its sample time, s.
    pub fn read(&self) -> Result<(LinearPlant, f64)> {
        let plant = LinearPlant::new(&self.num, &self.den, self.delay)?;
        let ts = self.ts.unwrap_or_else(|| usual_sample_s(&plant));
        ensure!(
            ts.is_finite() && ts > 0.0,
            "--ts: found {ts} s, expected a finite number > 0 s"
        );
        Ok((plant, ts))
    }

    /// The plant as a line.
    pub fn shown(&self) -> String {
        let text = |own: &[f64]| {
            let degree = own.len().saturating_sub(1);
            let mut text = String::new();
            for (k, own) in own.iter().enumerate().filter(|(_, own)| **own != 0.0) {
                let sign = match (text.is_empty(), *own < 0.0) {
                    (true, true) => "-",
                    (true, false) => "",
                    (false, true) => " - ",
                    (false, false) => " + ",
                };
                let (size, power) = (own.abs(), degree - k);
                let number = match size == 1.0 && power > 0 {
                    true => String::new(),
                    false if (1e-4..1e6).contains(&size) => size.to_string(),
                    false => format!("{size:e}"),
                };
                let gap = if number.is_empty() || power == 0 {
                    ""
                } else {
                    " "
                };
                let s = match power {
                    0 => String::new(),
                    1 => "s".to_owned(),
                    power => format!("s^{power}"),
                };
                text += &format!("{sign}{number}{gap}{s}");
            }
            text
        };
        let delay = match self.delay == 0.0 {
            true => String::new(),
            false => format!(" e^(-{} s)", self.delay),
        };
        format!("({})/({}){delay}", text(&self.num), text(&self.den))
    }
}

impl ShowArgs {
    /// The time of the answer, s, when it is given.
    pub fn time(&self) -> Result<Option<f64>> {
        match self.time {
            Some(time) if !(time.is_finite() && time > 0.0) => Err(anyhow!(
                "--time: found {time} s, expected a finite number > 0 s"
            )),
            time => Ok(time),
        }
    }
}

impl StepArgs {
    /// The law.
    pub fn law(&self) -> Result<PidSpec> {
        ensure!(
            self.tracking.is_none() || self.anti_windup == WindupArg::Back,
            "--tracking: found without back-calculation, expected --anti-windup back"
        );
        let law = PidSpec {
            kp: self.kp,
            ki: self.ki,
            kd: self.kd,
            derivative_filter_s: self.tf,
            setpoint_weight: self.b,
            derivative_weight: self.c,
            feed_forward_gain: self.feed_forward,
            output_min: self.min,
            output_max: self.max,
            rate_per_s: self.rate,
            anti_windup: match self.anti_windup {
                WindupArg::None => AntiWindup::None,
                WindupArg::Clamping => AntiWindup::Clamping,
                WindupArg::Conditional => AntiWindup::Conditional,
                WindupArg::Back => AntiWindup::BackCalculation {
                    tracking_s: self.tracking,
                },
            },
            ..PidSpec::default()
        };
        let mut problems = Problems::default();
        law.validate(&mut problems, "law");
        match problems.list().first() {
            None => Ok(law),
            Some(own) => Err(anyhow!("{}: {}", own.path, own.message)),
        }
    }
}
