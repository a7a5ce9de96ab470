//! `claimsift queue export`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};

use super::{Desk, Which, announcing};
use crate::cli::places::{place, with_ending};
use crate::cli::{Outcome, counted, say};
use crate::convert::{self, Format};
use crate::emit::{self, EmitError, Sink};
use crate::queue::{ExportError, ExportFormat, State};

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
    queue_is_kept(&args.output, &desk.path)?;
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
        let exported = desk.queue.export(format, &options, now).map_err(ours)?;
        convert::write(&exported.documents, &args.output, Format::LabelStudio)?;
        exported
    } else {
        let mut lines = Lines(if args.output == Path::new("-") { Sink::stdout() } else { Sink::file(&args.output)? });
        let exported = match desk.queue.export_to(format, &options, &mut lines, now).map_err(ours) {
            Err(error) if is_closed(&error) => return Ok(Outcome::Good),
            other => other?,
        };
        closed_is_fine(lines.0.finish())?;
        exported
    };
    let what = if args.gold || format == ExportFormat::LabelStudio { "document" } else { "item" };
    exported.left_out.iter().for_each(|what| say(&format!("claimsift: left out: {what}")));
    say(&format!("{} written", counted(exported.count, what)));
    Ok(Outcome::Good)
}

/// What SQLite keeps beside a queue while it is in use.
const OF_SQLITE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// What a webhook keeps beside a queue, and beside that.
const OF_SPOOL: [&str; 3] = ["", ".lock", ".refused"];

/// Refuses an output in whose place something of the queue would be lost.
fn queue_is_kept(output: &Path, queue: &Path) -> Result<()> {
    let spool = with_ending(queue, announcing::SPOOL);
    // SQLite follows links first.
    let real = place(queue);
    let own = OF_SQLITE.iter().flat_map(|ending| [with_ending(queue, ending), with_ending(&real, ending)]);
    let own = own.chain(OF_SPOOL.iter().map(|ending| with_ending(&spool, ending))).map(|path| place(&path));
    let (output_place, name) = (place(output), output.display());
    if output_place == real {
        bail!("{name} is the queue itself and would be written over; expected another name for what is written");
    }
    if own.into_iter().any(|path| path == output_place) {
        bail!("{name} belongs to the queue {} and would be written over; expected another name for what is written", queue.display());
    }
    Ok(())
}

/// The queue's own errors as such: what stands for them would hide them.
fn ours(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::Queue(error) => error.into(),
        other => other.into(),
    }
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
