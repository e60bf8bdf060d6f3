//! What a user types to open the window.

use std::path::PathBuf;

use clap::Args;

use super::scene_args::SceneArgs;

/// Arguments of the window.
#[derive(Args, Debug, Default)]
pub struct AppArgs {
    /// The scene; the scene `hello` when absent.
    pub scene: Option<PathBuf>,
    /// Changes of the scene.
    #[command(flatten)]
    pub changes: SceneArgs,
    /// Save a picture of the window and exit.
    #[arg(long, value_name = "FILE", requires = "at")]
    pub screenshot: Option<PathBuf>,
    /// The tick at which the picture is taken.
    #[arg(long, value_name = "TICK", requires = "screenshot")]
    pub at: Option<u64>,
    /// The arrangement of panels to begin with, instead of the saved one.
    #[arg(long, value_enum)]
    pub layout: Option<LayoutArg>,
    /// A light background.
    #[arg(long)]
    pub light: bool,
    /// Size of the window, pixels.
    #[arg(long, value_name = "WxH", value_parser = parse_size)]
    pub size: Option<(u32, u32)>,
    /// Do not show the window; close it when the scene's ticks are done.
    #[arg(long, conflicts_with = "screenshot")]
    pub hidden: bool,
    /// Memory for going back in time, MiB, instead of 1024.
    #[arg(long, value_name = "MIB", value_parser = parse_mib)]
    pub rewind_mib: Option<usize>,
}

/// An arrangement of the window's panels.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutArg {
    /// Plots, graph and circle.
    Overview,
    /// The field over time.
    Field,
    /// Nodes, Φ and events.
    Cluster,
    /// Φ, its history and its parts.
    Integration,
    /// Order over a swept parameter.
    Transition,
    /// Phase plane, spectrum and energies.
    Plane,
}

#[cfg(feature = "dashboard")]
impl LayoutArg {
    /// The dashboard's preset.
    #[must_use]
    pub fn preset(self) -> crate::dashboard::layout::Preset {
        use crate::dashboard::layout::Preset;
        match self {
            Self::Overview => Preset::Overview,
            Self::Field => Preset::Field,
            Self::Cluster => Preset::Cluster,
            Self::Integration => Preset::Integration,
            Self::Transition => Preset::Transition,
            Self::Plane => Preset::Plane,
        }
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x');
    let sides = sides.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    sides
        .filter(|(w, h)| (320..=16_384).contains(w) && (240..=16_384).contains(h))
        .ok_or_else(|| "expected WIDTHxHEIGHT of 320x240 … 16384x16384".to_owned())
}

fn parse_mib(text: &str) -> Result<usize, String> {
    let found = text.parse().ok().filter(|mib| (1..=1 << 20).contains(mib));
    found.ok_or_else(|| "expected 1 … 1048576 MiB".to_owned())
}
