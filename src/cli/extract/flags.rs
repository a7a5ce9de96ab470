//! What can be said on the command line of `extract`, and which values are no values.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::cli::DEFAULT_MODEL;
use crate::ingest::{Format, PathGlob};
use crate::model::Precision;
use crate::screen::OtherLanguages;
use crate::span::OffsetUnit;
use crate::values::Day;

#[derive(clap::Args)]
#[command(
    after_help = "Exit status: 0 all good, also when the reader of the output has gone, 1 some documents failed (each has an error line), 2 wrong usage or set-up, or \
    the output could not be written, 4 a document hung the run, 130 or 143 stopped by Ctrl-C or SIGTERM; after 4, 130 and 143 --resume goes on (docs/runs.md).\n\n\
    Examples:\n  claimsift extract news/ -o records.jsonl\n  cat article.txt | claimsift extract - --only claims\n  \
    claimsift extract crawl.warc.gz wires/ -o night.jsonl.zst --resume --dedupe --isolate"
)]
pub(in crate::cli) struct Args {
    /// Files, directories (read recursively, sorted), globs, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<OsString>,
    /// Write to FILE instead of standard output; it appears when all is done. A name ending in .gz or .zst is compressed, one ending in
    /// .parquet is a folder of four tables: documents, sentences, entities, claims.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A model's name or directory.
    #[arg(long, default_value = DEFAULT_MODEL, value_name = "NAME|DIR")]
    pub model: String,
    /// Number format of the model; `auto` takes int8, or f32 where CPU or model have no int8.
    #[arg(long, value_enum, default_value_t, hide_possible_values = false)]
    pub precision: Precision,
    /// Threads; by default one for each core. The output does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Make claims of sentences from this score on, instead of the model's own threshold.
    #[arg(long, value_name = "0..1", value_parser = share)]
    pub min_check_worthiness: Option<f64>,
    /// Write only claims, one a line, each with its context.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub only: Option<Only>,
    /// What offsets count: Unicode scalar values, UTF-8 bytes, or UTF-16 code units.
    #[arg(long, value_enum, default_value_t)]
    pub offsets: OffsetUnit,
    /// Leave the document's text out of the record (its hash stays, and so do the words of every span).
    #[arg(long)]
    pub no_text: bool,
    /// Read every input as this, whatever its name ends in. Standard input is text unless told otherwise.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Go on with a run that was stopped or killed, whose unfinished files lie beside --output; begin anew where there is none.
    #[arg(long, requires = "output")]
    pub resume: bool,
    /// A new file after so many documents: records-00001.jsonl …
    #[arg(long, value_name = "N", requires = "output", value_parser = clap::value_parser!(u64).range(1..))]
    pub split_every: Option<u64>,
    /// Write what failed to FILE, a JSON line each, instead of standard error.
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
    /// Add the claims to this queue, too (docs/queue.md).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "pretty"])]
    pub queue: Option<PathBuf>,
    /// Write what the run came to, as JSON, to FILE.
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// Give up a document that takes longer.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout_per_document: Option<Duration>,
    /// Run in a process of its own, watched by this one: a document that crashes or hangs it is left out, and the run goes on.
    #[arg(long, requires = "output")]
    pub isolate: bool,
    /// Only files whose name matches; may be given several times.
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<PathGlob>,
    /// No files whose name matches; may be given several times.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<PathGlob>,
    /// Leave out documents known to be published before DAY (2026-01-31).
    #[arg(long, value_name = "DAY")]
    pub since: Option<Day>,
    /// The language that is read, as ISO 639-1 has it; it is detected.
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = language)]
    pub language: String,
    /// What becomes of documents in another language: a record that says so, no record, or they are read all the same.
    #[arg(long, value_enum, default_value_t)]
    pub other_languages: OtherLanguages,
    /// Do not read articles that repeat an earlier one of the run: their record names it. From this similarity on.
    #[arg(long, value_name = "0..1", num_args = 0..=1, default_missing_value = "0.8", value_parser = share, require_equals = true)]
    pub dedupe: Option<f64>,
    /// JSONL: the field that holds the text.
    #[arg(long, default_value = "text", value_name = "NAME")]
    pub text_field: String,
    /// JSONL: the field that holds the document's id; by default path and line are the id.
    #[arg(long, value_name = "NAME")]
    pub id_field: Option<String>,
    /// Larger documents become error lines, and are never held in memory.
    #[arg(long, default_value_t = 10_000_000, value_name = "N")]
    pub max_document_bytes: u64,
    /// Compressed input may stand for at most so many times its size.
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_expansion_ratio: u64,
    /// People you know, as TOML or CSV: name, aliases, role, party, organisation (docs/roster.md).
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// Show each article with its claims, names and sources marked, instead of writing records.
    #[arg(long, conflicts_with_all = ["only", "output", "no_text"])]
    pub pretty: bool,
    /// After the run, show the N claims most worth checking.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub top: usize,
    /// Say first which model runs in which precision, on how many threads.
    #[arg(short, long)]
    pub verbose: bool,
    /// Say last where the time went.
    #[arg(long)]
    pub timings: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Only {
    /// One line for each claim.
    Claims,
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or_else(|| "expected a number from 0 to 1".into())
}

/// A day: no article takes longer.
const LONGEST_TIMEOUT: f64 = 86_400.0;

fn seconds(text: &str) -> Result<Duration, String> {
    let found = text.parse().ok().filter(|x: &f64| *x > 0.0 && *x <= LONGEST_TIMEOUT);
    found.map(Duration::from_secs_f64).ok_or_else(|| format!("expected seconds, more than 0 and at most {LONGEST_TIMEOUT}"))
}

fn language(text: &str) -> Result<String, String> {
    crate::screen::known_language(text).map(str::to_owned).map_err(|error| error.to_string())
}
