//! `claimsift convert`

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;

use super::{Outcome, counted, reading, say};
use crate::convert::{self, Format};

/// Formats that `convert` does not write.
const ONLY_READ: [Format; 3] = [Format::Gmb, Format::Re3d, Format::NewsDiscourse];

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  claimsift convert records.jsonl tasks.json --to label-studio\n  claimsift convert annotated/ gold/ --from brat --to gold\n  \
    claimsift convert gold/ train.conll\n\nExit status: 0 written, 1 written with something left out (--lenient), 2 not written."
)]
pub(super) struct Args {
    /// What to read: a file or a folder.
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// What to write; `-` is standard output.
    #[arg(value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    reading: reading::Args,
    /// The format that is written; told from OUT's extension where only one format has it (conllu, conll).
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Option<Format>,
}

pub(super) fn run(args: &Args) -> Result<Outcome> {
    let to = args.to.or_else(|| of_extension(&args.output)).with_context(|| untold(args))?;
    let (from, read) = args.reading.read_as_it_is(&args.input)?;
    let losses = convert::write(&read.documents, &args.output, to)?;
    for note in &read.notes {
        say(&format!("claimsift: {}: {note}", args.input.display()));
    }
    for loss in &losses {
        say(&format!("claimsift: {} has no place for {} {}", to.name(), loss.count, loss.what));
    }
    say(&format!("{}, {} → {}", counted(read.documents.len(), "document"), from.name(), to.name()));
    Ok(if read.skipped.is_empty() { Outcome::Good } else { Outcome::SomeFailed })
}

/// That the format to write is not known, and what to say.
fn untold(args: &Args) -> String {
    let (input, output) = (args.input.display(), args.output.display());
    let name = if args.output == Path::new("-") { "standard output".to_owned() } else { output.to_string() };
    let formats: Vec<String> = Format::value_variants().iter().filter(|format| !ONLY_READ.contains(format)).map(|f| f.name()).collect();
    format!(
        "{name}: its format cannot be told; give --to, as in `claimsift convert {input} {output} --to gold`; expected one of {}",
        formats.join(", ")
    )
}

fn of_extension(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "conllu" => Some(Format::Conllu),
        "conll" | "iob2" | "iob" | "bio" => Some(Format::Columns),
        _ => None,
    }
}
