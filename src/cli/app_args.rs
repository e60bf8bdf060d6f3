//! What a user types to open the window.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::scenario::view_spec::Arrangement;

use super::scene_args::SceneArgs;

/// Arguments of the window.
#[derive(Args, Debug, Default)]
pub struct AppArgs {
    /// The scene; the scene `hello` when absent.
    pub scene: Option<PathBuf>,
    /// Changes of the scene.
    #[command(flatten)]
    pub changes: SceneArgs,
    /// Save a picture of the window as PNG and exit.
    #[arg(long, value_name = "FILE.png", requires = "at", value_parser = parse_picture)]
    pub screenshot: Option<PathBuf>,
    /// The tick at which the picture is taken.
    #[arg(long, value_name = "TICK", requires = "screenshot")]
    pub at: Option<u64>,
    /// The arrangement of panels to begin with, instead of the saved one.
    #[arg(long, value_parser = arrangements())]
    pub layout: Option<Arrangement>,
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

/// An arrangement of the window's panels by its name.
fn arrangements() -> impl TypedValueParser<Value = Arrangement> {
    let names = PossibleValuesParser::new(Arrangement::ALL.map(|own| {
        let name = PossibleValue::new(own.name());
        name.help(own.help())
    }));
    names.map(|name| {
        let mut all = Arrangement::ALL.into_iter();
        all.find(|own| own.name() == name).unwrap_or_default()
    })
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

/// A file of the one format that pictures of the window are written in.
fn parse_picture(text: &str) -> Result<PathBuf, String> {
    let file = PathBuf::from(text);
    let ending = file.extension().map(|own| own.to_ascii_lowercase());
    match ending.is_some_and(|own| own == "png") {
        true => Ok(file),
        false => Err(
            "pictures of the window are PNG: expected a name that ends in .png (phantom figure \
             writes SVG and PDF of plots)"
                .to_owned(),
        ),
    }
}
