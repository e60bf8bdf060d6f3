//! `phantom open`: the window on a run that was.

use std::path::PathBuf;

use clap::Args;

use crate::scenario::Parts;

use super::app;
use super::app_args::AppArgs;
use super::command::Command;

/// Arguments of `open`.
#[derive(Args, Debug)]
pub struct OpenArgs {
    /// The run folder.
    pub folder: PathBuf,
    /// The tick to go to; the plant is run again up to there. The first when absent.
    #[arg(long, value_name = "TICK")]
    pub at: Option<u64>,
    /// A light background.
    #[arg(long)]
    pub light: bool,
    /// Memory for going back in time, MiB, instead of 1024.
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    pub rewind_mib: Option<u32>,
}

impl Command for OpenArgs {
    const NAME: &'static str = "open";
    const ABOUT: &'static str =
        "Open a run folder in the window: its rows at once, its ticks when you go there";

    fn run(&self, parts: &Parts) -> u8 {
        let args = AppArgs {
            scene: Some(self.folder.clone()),
            at: self.at,
            light: self.light,
            rewind_mib: self.rewind_mib.map(|mib| mib as usize),
            ..AppArgs::default()
        };
        app::open_run(&self.folder, &args, parts)
    }
}
