//! `claimsift train`

use std::path::PathBuf;

use anyhow::Result;

use super::{Outcome, data_folder, say};
use crate::train::{self, Config, Options};

#[derive(clap::Args)]
#[command(
    after_help = "Exit status: 0 trained, or stopped with a checkpoint as --stop-after says, 2 wrong usage, configuration or data, or the model could not be written. \
    After any stop the same command with --resume goes on from the last checkpoint."
)]
pub(super) struct Args {
    /// The training configuration; `models/recipes/` has those of the shipped models, `docs/training.md` explains them.
    config: PathBuf,
    /// The model directory to write.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Go on from the last checkpoint of the output directory.
    #[arg(long)]
    resume: bool,
    /// Train nothing: calibrate and score the model that stands in the output directory anew.
    #[arg(long, conflicts_with_all = ["resume", "stop_after"])]
    calibrate_only: bool,
    /// Train the open variant: nothing restricted is learnt from, and the name gets `-open` behind it.
    #[arg(long)]
    permissive_only: bool,
    /// Stop after this many steps, with a checkpoint.
    #[arg(long, value_name = "N")]
    stop_after: Option<usize>,
}

pub(super) fn run(args: &Args) -> Result<Outcome> {
    let read = if args.permissive_only { Config::read_permissive } else { Config::read };
    let config = read(&args.config, data_folder().as_deref())?;
    if args.calibrate_only {
        train::calibrate(&config, &args.output, &mut say)?;
        return Ok(Outcome::Good);
    }
    let options = Options { output: args.output.clone(), resume: args.resume, stop_after: args.stop_after };
    train::train(&config, &options, &mut say)?;
    Ok(Outcome::Good)
}
