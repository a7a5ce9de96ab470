//! `claimsift queue export`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::{Desk, Which};
use crate::cli::{Outcome, say};
use crate::convert::{self, Format};
use crate::emit::{self, EmitError, Sink};
use crate::queue::{ExportFormat, State};

#[derive(clap::Args)]
pub(super) struct Args {
    /// As what.
    #[arg(long, value_enum, default_value = "jsonl", value_name = "FORMAT", conflicts_with = "gold")]
    to: ExportFormat,
    /// CSV with every text as it is. Without, `'` stands before what a spreadsheet would take for a formula and run.
    #[arg(long, conflicts_with = "gold")]
    raw_csv: bool,
    /// Write what was decided as gold, for `evaluate` and `train`.
    #[arg(long, conflicts_with_all = ["state", "all", "sampled", "per_topic"])]
    gold: bool,
    /// In this state; repeatable; without, in any.
    #[arg(long, value_enum, value_name = "STATE")]
    state: Vec<State>,
    #[command(flatten)]
    which: Which,
    /// Where to; it appears when all is done.
    #[arg(short, long, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

pub(super) fn run(args: &Args, desk: &mut Desk) -> Result<Outcome> {
    let now = desk.now();
    // Without `--to` it is JSON lines that stand there.
    ensure!(!args.raw_csv || matches!(args.to, ExportFormat::Jsonl | ExportFormat::Csv), "--raw-csv is for --to csv");
    let format = if args.raw_csv { ExportFormat::RawCsv } else { args.to };
    let options = args.which.options(usize::MAX, &args.state);
    let exported = if args.gold {
        let exported = desk.queue.export_gold(now)?;
        closed_is_fine(emit::write_whole(&args.output, &exported.bytes))?;
        exported
    } else if format == ExportFormat::LabelStudio {
        let exported = desk.queue.export(format, &options, now)?;
        convert::write(&exported.documents, &args.output, Format::LabelStudio)?;
        exported
    } else {
        let mut lines = Lines(if args.output == Path::new("-") { Sink::stdout() } else { Sink::file(&args.output)? });
        let exported = match desk.queue.export_to(format, &options, &mut lines, now).map_err(anyhow::Error::from) {
            Err(error) if is_closed(&error) => return Ok(Outcome::Good),
            other => other?,
        };
        closed_is_fine(lines.0.finish())?;
        exported
    };
    let what = if args.gold || format == ExportFormat::LabelStudio { "documents" } else { "items" };
    exported.left_out.iter().for_each(|what| say(&format!("claimsift: left out: {what}")));
    say(&format!("{} {what} written", exported.count));
    Ok(Outcome::Good)
}

/// Whether whoever reads the output has gone.
fn is_closed(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn closed_is_fine(written: Result<(), EmitError>) -> Result<(), EmitError> {
    match written {
        Err(EmitError::Closed) => Ok(()),
        other => other,
    }
}

/// A sink for whatever writes bytes.
struct Lines(Sink);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.made_line(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(EmitError::Closed) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
