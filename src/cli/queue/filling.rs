//! What makes a queue where there is none: what it is made of is looked at first.

use std::path::PathBuf;

use anyhow::Result;

use super::{Args, Desk, adding, importing, weighing};
use crate::cli::Outcome;

#[derive(clap::Subcommand)]
pub(super) enum Filling {
    /// Take in the claims of records; what is there already changes nothing.
    Add(adding::Args),
    /// Take in published checks: ClaimReview as JSON-LD, JSONL or CSV, Google's Fact Check JSON.
    ImportChecks {
        /// The files; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print all that items are weighed by, or take other weights, and weigh all anew.
    Weights {
        /// TOML with a table [queue]; what it leaves out is as the program has it.
        file: Option<PathBuf>,
    },
}

pub(super) fn run(filling: &Filling, args: &Args) -> Result<Outcome> {
    match filling {
        Filling::Add(add) => {
            adding::look(add)?;
            Desk::made(args)?.does(|desk| adding::run(add, desk))
        }
        Filling::ImportChecks { files } => {
            let read = importing::read(files)?;
            Desk::made(args)?.does(|desk| importing::take(&read, desk))
        }
        Filling::Weights { file: None } => Desk::of(args)?.does(|desk| weighing::print_all(desk)),
        Filling::Weights { file: Some(file) } => {
            let weights = weighing::read(file)?;
            Desk::made(args)?.does(|desk| weighing::take(&weights, desk))
        }
    }
}
