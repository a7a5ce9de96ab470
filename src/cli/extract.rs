//! `claimsift extract`

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::flow::{self, Done};
use super::{DEFAULT_MODEL, Outcome, say};
use crate::document::{Document, Source};
use crate::emit::{self, EmitError, Sink};
use crate::ingest::{self, Format, IngestOptions};
use crate::model::{self, Model, Precision, digest_of};
use crate::pipeline::{Extractor, Failed};
use crate::pretty;
use crate::record::{ClaimSpan, ModelInfo, ProgramInfo};
use crate::render::{self, Annotated, RenderOptions};
use crate::roster::Roster;
use crate::span::OffsetUnit;
use crate::timings::Stage;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Files, directories (read recursively, sorted), globs, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<String>,
    /// Write to FILE instead of standard output; it appears when all is done.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// A model's name or directory.
    #[arg(long, default_value = DEFAULT_MODEL, value_name = "NAME|DIR")]
    model: String,
    /// Number format of the model; `auto` takes int8, or f32 where CPU or model have no int8.
    #[arg(long, value_enum, default_value_t, hide_possible_values = false)]
    precision: Precision,
    /// Threads; by default one for each core. The output does not depend on it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Make claims of sentences from this score on, instead of the model's own threshold.
    #[arg(long, value_name = "0..1", value_parser = share)]
    min_check_worthiness: Option<f64>,
    /// Write only claims, one a line, each with its context.
    #[arg(long, value_enum, value_name = "WHAT")]
    only: Option<Only>,
    /// What offsets count: Unicode scalar values, UTF-8 bytes, or UTF-16 code units.
    #[arg(long, value_enum, default_value_t)]
    offsets: OffsetUnit,
    /// Leave the document's text out of the record (its hash stays, and so do the words of every span).
    #[arg(long)]
    no_text: bool,
    /// Read every input as this, whatever its name ends in. Standard input is text unless told otherwise.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// JSONL: the field that holds the text.
    #[arg(long, default_value = "text", value_name = "NAME")]
    text_field: String,
    /// JSONL: the field that holds the document's id; by default path and line are the id.
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
    /// Larger documents become error lines, and are never held in memory.
    #[arg(long, default_value_t = 10_000_000, value_name = "N")]
    max_document_bytes: u64,
    /// People you know, as TOML or CSV: name, aliases, role, party, organisation (docs/roster.md).
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// Show each article with its claims, names and sources marked, instead of writing records.
    #[arg(long, conflicts_with_all = ["only", "output", "no_text"])]
    pretty: bool,
    /// After the run, show the N claims most worth checking.
    #[arg(long, default_value_t = 0, value_name = "N")]
    top: usize,
    /// Say first which model runs in which precision, on how many threads.
    #[arg(short, long)]
    verbose: bool,
    /// Say last where the time went.
    #[arg(long)]
    timings: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Only {
    /// One line for each claim.
    Claims,
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|x| (0.0..=1.0).contains(x)).ok_or_else(|| "expected a number from 0 to 1".into())
}

pub(super) fn run(args: &Args) -> Result<Outcome> {
    let directory = model::find(&args.model)?;
    let model = Model::load(&directory, args.precision)?;
    let roster = args.roster.as_deref().map(Roster::read).transpose()?;
    let extractor = Extractor::new(model, args.threads.map_or(0, usize::from))?.with_roster(roster);
    let threshold = args.min_check_worthiness.unwrap_or(extractor.card().thresholds.check_worthiness.value);
    let sink = match &args.output {
        Some(path) => Sink::file(path)?,
        None => Sink::stdout(),
    };
    let options = render_options(args, &extractor, threshold)?;
    if args.verbose {
        let ModelInfo { name, version, precision, kernel, .. } = &options.model;
        say(&format!("model {name} {version} in {precision} ({kernel}), {} threads", extractor.threads()));
    }
    let mut run = Run { top: Top { most: args.top, claims: Vec::new() }, tally: Tally::default(), bar: ProgressBar::hidden(), sink };
    let started = Instant::now();
    match run.all(args, &extractor, &options, threshold) {
        Ok(()) => run.sink.finish()?,
        // The reader took what it wanted.
        Err(EmitError::Closed) => {}
        Err(error) => return Err(error.into()),
    }
    run.bar.finish_and_clear();
    if !args.quiet {
        run.top.show();
        say(&run.tally.line(started.elapsed(), args.output.as_ref()));
    }
    if args.timings {
        say(&extractor.timings().table(run.tally.sentences));
    }
    Ok(if run.tally.failed > 0 { Outcome::SomeFailed } else { Outcome::Good })
}

fn render_options(args: &Args, extractor: &Extractor, threshold: f64) -> Result<RenderOptions> {
    let roster = args.roster.as_deref().map(std::fs::read).transpose().context("the roster")?.map(|bytes| digest_of(&bytes));
    // Everything that can change a record's bytes, the model apart, which has a hash of its own.
    let config = serde_json::json!({
        "threshold": threshold, "offsets": args.offsets, "no_text": args.no_text, "only_claims": args.only.is_some(),
        "format": args.format.map(|f| f.to_string()), "text_field": args.text_field, "id_field": args.id_field,
        "max_document_bytes": args.max_document_bytes, "roster": roster,
    });
    Ok(RenderOptions {
        offsets: args.offsets,
        with_text: !args.no_text,
        model: extractor.model_info(threshold),
        program: ProgramInfo {
            version: env!("CARGO_PKG_VERSION").into(),
            config_sha256: digest_of(serde_json::to_string(&config).context("the options")?.as_bytes()),
        },
    })
}

/// What a document is written as.
#[derive(Clone, Copy)]
enum Shape {
    Records,
    Claims,
    Pages,
}

impl Shape {
    fn of(args: &Args) -> Self {
        match (args.pretty, args.only) {
            (true, _) => Self::Pages,
            (false, Some(Only::Claims)) => Self::Claims,
            (false, None) => Self::Records,
        }
    }
}

/// What one document is written as, made beside the others.
struct Made {
    sentences: usize,
    claims: Vec<ClaimSpan>,
    doc_id: String,
    /// Lines of JSON, or a page.
    output: Result<Vec<Vec<u8>>, io::Error>,
    page: String,
}

impl Made {
    fn of(annotated: &Annotated, options: &RenderOptions, shape: Shape) -> Self {
        let record = render::record(annotated, options);
        let (sentences, claims, doc_id) = (record.sentences.len(), record.claims.clone(), record.doc_id.clone());
        let mut page = String::new();
        let output = match shape {
            Shape::Records => emit::line(&record).map(|line| vec![line]),
            Shape::Claims => render::claim_lines(record, &annotated.document.text).iter().map(emit::line).collect(),
            Shape::Pages => {
                page = pretty::page(&record, page_width()).unwrap_or_default();
                Ok(Vec::new())
            }
        };
        Self { sentences, claims, doc_id, output, page }
    }
}

/// One run: where it writes, and what it will say of itself.
struct Run {
    top: Top,
    tally: Tally,
    bar: ProgressBar,
    sink: Sink,
}

impl Run {
    fn all(&mut self, args: &Args, extractor: &Extractor, options: &RenderOptions, threshold: f64) -> Result<(), EmitError> {
        let ingest_options = IngestOptions {
            format: args.format,
            text_field: args.text_field.clone(),
            id_field: args.id_field.clone(),
            max_document_bytes: args.max_document_bytes,
        };
        let documents = ingest::documents(&args.paths, &ingest_options);
        if !args.quiet && !args.pretty && std::io::stderr().is_terminal() {
            self.bar = progress(documents.bytes_total());
        }
        let shape = Shape::of(args);
        let make = |annotated: Annotated| extractor.timings().time(Stage::Emit, || Made::of(&annotated, options, shape));
        let work = |batch: Vec<Document>, unwanted: &AtomicBool| extractor.annotate_all(batch, threshold, &make, unwanted);
        flow::run(documents, extractor.timings(), work, |done, read| {
            self.bar.set_position(read);
            match done {
                Done::Batch(made) => made.into_iter().try_for_each(|made| self.write(made))?,
                Done::Failed(failure) => self.fail(failure.doc_id, failure.source, "ingest", anyhow::Error::from(failure.error)),
            }
            self.sink.flush()
        })
    }

    fn write(&mut self, made: Result<Made, Failed>) -> Result<(), EmitError> {
        let made = match made {
            Ok(made) => made,
            Err(failed) => {
                let (document, error) = *failed;
                self.fail(document.doc_id, document.source, "model", error.into());
                return Ok(());
            }
        };
        self.tally.add(&made);
        self.top.add(&made);
        if !made.page.is_empty() {
            show(&made.page)?;
        }
        let lines = made.output.map_err(|source| EmitError::Write { target: "a record".into(), kept: "kept", source })?;
        lines.iter().try_for_each(|line| self.sink.made_line(line))
    }

    fn fail(&mut self, doc_id: String, source: Source, stage: &str, error: anyhow::Error) {
        self.tally.failed += 1;
        let line = render::error_line(doc_id, source, stage, format!("{error:#}"));
        self.bar.suspend(|| say(&serde_json::to_string(&line).unwrap_or_else(|_| line.error.clone())));
    }
}

/// The widest lines that are pleasant to read.
const WIDEST_PAGE: usize = 110;

fn page_width() -> usize {
    textwrap::termwidth().min(WIDEST_PAGE)
}

/// Writes a page to standard output, with colours where that is a terminal.
fn show(page: &str) -> Result<(), EmitError> {
    let mut stdout = anstream::stdout().lock();
    match writeln!(stdout, "{page}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Err(EmitError::Closed),
        Err(source) => Err(EmitError::Write { target: "standard output".into(), kept: "passed on", source }),
        Ok(()) => Ok(()),
    }
}

fn progress(total: Option<u64>) -> ProgressBar {
    let bar = match total {
        Some(bytes) => ProgressBar::new(bytes),
        None => ProgressBar::new_spinner(),
    };
    let template =
        if total.is_some() { "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left" } else { "{spinner} {bytes}  {bytes_per_sec}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// What a run came to.
#[derive(Default)]
struct Tally {
    documents: usize,
    sentences: usize,
    claims: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, made: &Made) {
        self.documents += 1;
        self.sentences += made.sentences;
        self.claims += made.claims.len();
    }

    fn line(&self, elapsed: Duration, output: Option<&PathBuf>) -> String {
        let failed = if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        let output = output.map_or_else(String::new, |path| format!("; records in {}", path.display()));
        let Self { documents, sentences, claims, .. } = self;
        format!("{documents} documents, {sentences} sentences, {claims} claims{failed}, {:.1} s{output}", elapsed.as_secs_f64())
    }
}

/// The claims most worth checking so far.
struct Top {
    most: usize,
    claims: Vec<(String, ClaimSpan)>,
}

impl Top {
    fn add(&mut self, made: &Made) {
        if self.most == 0 {
            return;
        }
        self.claims.extend(made.claims.iter().map(|c| (made.doc_id.clone(), c.clone())));
        // A stable sort: of equal scores the one that came first stays first.
        self.claims.sort_by(|a, b| b.1.check_worthiness.total_cmp(&a.1.check_worthiness));
        self.claims.truncate(self.most);
    }

    fn show(&self) {
        if !self.claims.is_empty() {
            say("\nMost worth checking:");
        }
        for (doc_id, claim) in &self.claims {
            let who = pretty::claimed_by(claim);
            let words: Vec<&str> = claim.span.text.split_whitespace().collect();
            say(&pretty::shown(&format!("  {:.2}  {}", claim.check_worthiness, words.join(" "))));
            say(&pretty::shown(&format!("        {who}, in {doc_id}")));
        }
        if !self.claims.is_empty() {
            say("");
        }
    }
}
