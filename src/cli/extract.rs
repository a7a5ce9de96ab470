//! `claimsift extract`

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::feed::Feed;
use super::flow::{self, Behind, Came, Done, Fault, Items, Seal};
use super::guard::{self, Stop};
use super::isolate;
use super::made::{Made, Output, Shape};
use super::memory;
use super::summary::{Summary, Tally, Top};
use super::writing::{self, Begun, ErrorFile, SharedJournal, Target};
use super::{DEFAULT_MODEL, Outcome, say};
use crate::document::Document;
use crate::emit::{self, EmitError, Plan, Sink};
use crate::ingest::{self, Format, IngestOptions, PathGlob, Selection};
use crate::journal::Past;
use crate::model::{self, Model, Precision, digest_of};
use crate::pipeline::{Extractor, Failed};
use crate::record::{ModelInfo, ProgramInfo};
use crate::render::{self, Annotated, RenderOptions};
use crate::roster::Roster;
use crate::screen::{OtherLanguages, Screen, ScreenOptions};
use crate::span::OffsetUnit;
use crate::timings::Stage;
use crate::values::Day;

#[derive(clap::Args)]
pub(super) struct Args {
    /// Files, directories (read recursively, sorted), globs, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<OsString>,
    /// Write to FILE instead of standard output; it appears when all is done. A name ending in .gz or .zst is compressed, one ending in
    /// .parquet is a folder of four tables: documents, sentences, entities, claims.
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
    /// Go on with a run that was stopped or killed, whose unfinished files lie beside --output; begin anew where there is none.
    #[arg(long, requires = "output")]
    resume: bool,
    /// A new file after so many documents: records-00001.jsonl …
    #[arg(long, value_name = "N", requires = "output", value_parser = clap::value_parser!(u64).range(1..))]
    split_every: Option<u64>,
    /// Write what failed to FILE, a JSON line each, instead of standard error.
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    /// Add the claims to this queue, too (docs/queue.md).
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "pretty"])]
    queue: Option<PathBuf>,
    /// Write what the run came to, as JSON, to FILE.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Give up a document that takes longer.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout_per_document: Option<Duration>,
    /// Run in a process of its own, watched by this one: a document that crashes or hangs it is left out, and the run goes on.
    #[arg(long, requires = "output")]
    isolate: bool,
    /// Only files whose name matches; may be given several times.
    #[arg(long, value_name = "GLOB")]
    include: Vec<PathGlob>,
    /// No files whose name matches; may be given several times.
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<PathGlob>,
    /// Leave out documents known to be published before DAY (2026-01-31).
    #[arg(long, value_name = "DAY", value_parser = day)]
    since: Option<Day>,
    /// The language that is read, as ISO 639-1 has it; it is detected.
    #[arg(long, value_name = "CODE", default_value = "en", value_parser = language)]
    language: String,
    /// What becomes of documents in another language: a record that says so, no record, or they are read all the same.
    #[arg(long, value_enum, default_value_t)]
    other_languages: OtherLanguages,
    /// Do not read articles that repeat an earlier one of the run: their record names it. From this similarity on.
    #[arg(long, value_name = "0..1", num_args = 0..=1, default_missing_value = "0.8", value_parser = share, require_equals = true)]
    dedupe: Option<f64>,
    /// JSONL: the field that holds the text.
    #[arg(long, default_value = "text", value_name = "NAME")]
    text_field: String,
    /// JSONL: the field that holds the document's id; by default path and line are the id.
    #[arg(long, value_name = "NAME")]
    id_field: Option<String>,
    /// Larger documents become error lines, and are never held in memory.
    #[arg(long, default_value_t = 10_000_000, value_name = "N")]
    max_document_bytes: u64,
    /// Compressed input may stand for at most so many times its size.
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_expansion_ratio: u64,
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

/// A day: no article takes longer.
const LONGEST_TIMEOUT: f64 = 86_400.0;

fn seconds(text: &str) -> Result<Duration, String> {
    let found = text.parse().ok().filter(|x: &f64| *x > 0.0 && *x <= LONGEST_TIMEOUT);
    found.map(Duration::from_secs_f64).ok_or_else(|| format!("expected seconds, more than 0 and at most {LONGEST_TIMEOUT}"))
}

fn language(text: &str) -> Result<String, String> {
    crate::screen::known_language(text).map(str::to_owned).map_err(|error| error.to_string())
}

fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|e| format!("expected a day such as 2026-01-31: {e}"))
}

pub(super) fn run(args: &Args) -> Result<Outcome> {
    if let Some(output) = args.output.as_ref().filter(|_| args.isolate && !isolate::is_child()) {
        // Whoever begins again must read it again.
        anyhow::ensure!(
            !args.paths.iter().any(|path| path == "-"),
            "--isolate cannot read standard input again after a crash; expected files"
        );
        return isolate::run(&Plan::new(output, args.split_every).beside(writing::JOURNAL), args.resume);
    }
    let stop = Stop::listen()?;
    let directory = model::find(&args.model)?;
    let threads = args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    memory::check(&directory, threads)?;
    let model = Model::load(&directory, args.precision)?;
    let roster = args.roster.as_deref().map(Roster::read).transpose()?;
    let extractor = Extractor::new(model, args.threads.map_or(0, usize::from))?.with_roster(roster).with_timeout(args.timeout_per_document);
    let threshold = args.min_check_worthiness.unwrap_or(extractor.card().thresholds.check_worthiness.value);
    let options = render_options(args, &extractor, threshold)?;
    if args.verbose {
        let ModelInfo { name, version, precision, kernel, .. } = &options.model;
        say(&format!("model {name} {version} in {precision} ({kernel}), {} threads", extractor.threads()));
    }
    let Begun { target, journal, past } = begin(args, &options)?;
    if let Some((_, counted)) = &past.closed {
        say("the run was at its end already: its output has its name now");
        let tally: Tally = serde_json::from_value(counted.clone()).context("the journal's counts")?;
        summarize(args, &Summary::new(&tally, &tally, Duration::ZERO, true, &options.model))?;
        return Ok(tally.outcome());
    }
    let mark = past.mark.clone().unwrap_or_default();
    let before: Tally =
        if past.mark.is_some() { serde_json::from_value(mark.tally.clone()).context("the journal's counts")? } else { Tally::default() };
    if past.mark.is_some() && !args.quiet {
        say(&format!("going on after {} documents of the input", mark.output.items));
    }
    let errors = args.errors.as_deref().map(|path| ErrorFile::open(path, mark.errors)).transpose()?;
    let feed = args.queue.as_deref().map(Feed::open).transpose()?;
    let started = Instant::now();
    let (top, bar, seal) = (Top::new(args.top), ProgressBar::hidden(), Seal::default());
    let mut run = Run { feed, top, tally: before.clone(), bar, target, errors, seal, behind: Behind::default() };
    if let (Some(journal), Some(timeout)) = (&journal, args.timeout_per_document) {
        watch_for_hangs(timeout, Arc::clone(journal));
    }
    let went = run.all(args, &extractor, &options, Work { threshold, stop: &stop, journal: journal.as_ref(), past });
    let stopped = stop.status();
    let Run { feed, top, tally, bar, target, behind, .. } = run;
    let mut output = args.output.as_deref().filter(|_| stopped.is_none());
    match went {
        Ok(()) if stopped.is_some() => {}
        // A wrong path is no reason to lose what stands there.
        Ok(()) if behind.inputs == 0 => {
            target.abandon()?;
            if let Some(path) = output.take() {
                say(&format!("there was nothing to read: {} is as it was", path.display()));
            }
        }
        Ok(()) => target.finish(&tally)?,
        // The reader took what it wanted.
        Err(error) if matches!(error.downcast_ref(), Some(EmitError::Closed)) => {}
        Err(error) => return Err(error),
    }
    bar.finish_and_clear();
    let elapsed = started.elapsed();
    if !args.quiet {
        top.show();
        say(&tally.line(elapsed, output));
        feed.iter().for_each(|feed| say(&feed.line()));
    }
    if args.timings {
        say(&extractor.timings().table(usize::try_from(tally.sentences - before.sentences).unwrap_or_default()));
    }
    summarize(args, &Summary::new(&tally, &before, elapsed, stopped.is_none(), &options.model))?;
    if let Some(status) = stopped {
        let how = if journal.is_some() { "; the same command with --resume goes on" } else { "" };
        say(&format!("stopped before the end{how}"));
        return Ok(Outcome::Stopped(ExitCode::from(status)));
    }
    Ok(tally.outcome())
}

/// Writes the summary, where one is asked for.
fn summarize(args: &Args, summary: &Summary) -> Result<()> {
    let Some(path) = &args.summary else { return Ok(()) };
    let summary = summary.with_files(args.output.as_deref(), args.errors.as_deref());
    Ok(emit::write_whole(path, format!("{}\n", serde_json::to_string_pretty(&summary)?).as_bytes())?)
}

/// Tells what the run writes from what it reads.
fn own_files(args: &Args) -> impl Fn(&Path) -> bool + Send + use<> {
    let beside = args.output.as_ref().map(|path| Plan::new(path, args.split_every).own_files());
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    // They may not be there yet when the run begins.
    let named: Vec<PathBuf> = [&args.errors, &args.summary].into_iter().flatten().cloned().collect();
    move |path: &Path| {
        let same = |own: &PathBuf| own == path || real(own).is_some_and(|own| real(path).is_some_and(|path| own == path));
        beside.as_ref().is_some_and(|is_own| is_own(path)) || named.iter().any(same)
    }
}

/// Opens what is written to, and says where an earlier run was.
fn begin(args: &Args, options: &RenderOptions) -> Result<Begun> {
    let stream = |target| Ok(Begun { target, journal: None, past: Past::default() });
    let Some(path) = &args.output else {
        return stream(if args.pretty { Target::Terminal } else { Target::Stream(Sink::stdout()) });
    };
    if std::fs::metadata(path).is_ok_and(|m| !m.is_file() && !m.is_dir()) {
        anyhow::ensure!(!args.resume, "{} is a pipe or a device: nothing to go on with; expected a file with --resume", path.display());
        return stream(Target::Stream(Sink::file(path)?));
    }
    let plan = Plan::new(path, args.split_every);
    let own = own_files(args);
    if let Some(both) = args.paths.iter().map(Path::new).find(|path| path.is_file() && own(path)) {
        anyhow::bail!("{} is an input and would be written over; expected another name for what is written", both.display());
    }
    anyhow::ensure!(!(plan.is_tables() && args.only.is_some()), "--only claims writes lines; tables hold the claims as one of four");
    // Everything that decides which bytes come out where; names as they are, Unicode or not.
    let folder = std::env::current_dir().context("the working directory")?;
    let run = serde_json::json!({
        "config": options.program, "model": options.model, "paths": format!("{:?}", args.paths), "split_every": args.split_every,
        "folder": format!("{folder:?}"), "errors": args.errors.is_some(), "queue": format!("{:?}", args.queue),
    });
    writing::begin(plan, &digest_of(run.to_string().as_bytes()), args.resume)
}

/// How often it is looked whether a document hangs.
const LOOK: Duration = Duration::from_millis(200);

/// A document is given up by the threads that work on it. One on which they hang ends the program: its journal says not to read it again.
fn watch_for_hangs(timeout: Duration, journal: SharedJournal) {
    let limit = timeout * 2 + Duration::from_secs(1);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(LOOK);
            if let Some((item, reading)) = guard::overdue(limit) {
                let noted = writing::lock(&journal).poison(item, &format!("it took more than {limit:?}"), reading);
                say(&format!("claimsift: document {} of the input hangs; the same command with --resume goes on without it", item + 1));
                if let Err(error) = noted {
                    say(&format!("claimsift: {error:#}"));
                }
                guard::end(HUNG);
            }
        }
    });
}

/// The exit status of a run that a document hung.
pub(super) const HUNG: u8 = 4;

fn render_options(args: &Args, extractor: &Extractor, threshold: f64) -> Result<RenderOptions> {
    let roster = args.roster.as_deref().map(std::fs::read).transpose().context("the roster")?.map(|bytes| digest_of(&bytes));
    let shown = |globs: &[PathGlob]| globs.iter().map(ToString::to_string).collect::<Vec<_>>();
    // Everything that can change a record's bytes, the model apart, which has a hash of its own.
    let config = serde_json::json!({
        "threshold": threshold, "offsets": args.offsets, "no_text": args.no_text, "only_claims": args.only.is_some(),
        "format": args.format.map(|f| f.to_string()), "text_field": args.text_field, "id_field": args.id_field,
        "max_document_bytes": args.max_document_bytes, "max_expansion_ratio": args.max_expansion_ratio, "roster": roster,
        "include": shown(&args.include), "exclude": shown(&args.exclude), "since": args.since.map(|day| day.to_string()),
        "language": args.language, "other_languages": args.other_languages, "dedupe": args.dedupe,
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

fn ingest_options(args: &Args) -> IngestOptions {
    IngestOptions {
        format: args.format,
        text_field: args.text_field.clone(),
        id_field: args.id_field.clone(),
        max_document_bytes: args.max_document_bytes,
        max_expansion_ratio: args.max_expansion_ratio,
        selection: Selection { include: args.include.clone(), exclude: args.exclude.clone() },
        since: args.since,
    }
}

fn screen(args: &Args) -> Screen {
    Screen::new(ScreenOptions { language: args.language.clone(), others: args.other_languages, dedupe: args.dedupe })
}

fn shape(args: &Args) -> Shape {
    let tables = args.output.as_deref().is_some_and(|path| Plan::new(path, None).is_tables());
    match (args.pretty, args.only) {
        (true, _) => Shape::Pages,
        (false, Some(Only::Claims)) => Shape::Claims,
        (false, None) if tables => Shape::Rows,
        (false, None) => Shape::Records,
    }
}

/// What the threads work by.
struct Work<'r> {
    threshold: f64,
    stop: &'r Stop,
    journal: Option<&'r SharedJournal>,
    past: Past,
}

/// Documents behind the last mark that may have ended a run nobody knows the end of: all that can have been under way.
const UNDER_WAY: u64 = 256;

/// One run: where it writes, and what it will say of itself.
struct Run {
    top: Top,
    tally: Tally,
    bar: ProgressBar,
    target: Target,
    errors: Option<ErrorFile>,
    feed: Option<Feed>,
    /// Of the input, behind the item at hand.
    seal: Seal,
    behind: Behind,
}

impl Run {
    fn all(&mut self, args: &Args, extractor: &Extractor, options: &RenderOptions, by: Work) -> Result<()> {
        let documents = ingest::documents(&args.paths, &ingest_options(args)).without(own_files(args));
        if !args.quiet && !args.pretty && std::io::stderr().is_terminal() {
            self.bar = progress(documents.bytes_total());
        }
        let Work { threshold, stop, journal, past } = by;
        let done = past.mark.as_ref().map_or(0, |mark| mark.output.items);
        let mut suspects = past.suspects;
        if past.careful {
            suspects = (done..done + UNDER_WAY).filter(|item| !past.poison.contains_key(item)).collect();
        }
        if let Some(journal) = journal {
            guard::note_crashes(writing::lock(journal).descriptor());
        }
        let Past { poison, inputs, .. } = past;
        let items = Items { documents, screen: screen(args), done, seals: inputs, poison, suspects, journal: journal.cloned() };
        let shape = shape(args);
        let make = |annotated: Annotated| {
            #[cfg(debug_assertions)]
            guard::mishap(&annotated.document.doc_id);
            extractor.timings().time(Stage::Emit, || Made::of(&annotated, options, shape))
        };
        let work = |documents: Vec<Document>, places: &[u64], unwanted: &AtomicBool| {
            let watch = |n: usize, begins: bool| guard::watch(places[n], begins);
            extractor.annotate_all(documents, threshold, &make, unwanted, &watch)
        };
        flow::run(items, extractor.timings(), stop.flag(), work, |done| match done {
            Done::Item(came, seal) => {
                self.seal = seal;
                match came {
                    Came::Document(made) => self.write(made),
                    Came::Fault(fault) => self.fault(*fault),
                    Came::LeftOut => {
                        self.tally.left_out += 1;
                        self.item(None)
                    }
                }
            }
            Done::Pause(behind) => self.pause(behind),
        })?;
        self.settle(true)
    }

    /// Behind a batch.
    fn pause(&mut self, behind: Behind) -> Result<()> {
        self.behind = behind;
        (self.tally.bytes, self.tally.too_old) = (behind.bytes, behind.too_old);
        self.bar.set_position(behind.bytes);
        if self.tally.failed > 0 {
            self.bar.set_message(format!("{} failed", self.tally.failed));
        }
        self.settle(false)
    }

    /// Passes on what was written; the queue has it before the journal says so.
    fn settle(&mut self, now: bool) -> Result<()> {
        if let Some(feed) = &mut self.feed {
            feed.flush()?;
        }
        self.target.settle(self.errors.as_ref(), now)
    }

    fn item(&mut self, made: Option<&Made>) -> Result<()> {
        Ok(self.target.item(made, self.seal, self.errors.as_ref().map_or(0, ErrorFile::bytes), &self.tally)?)
    }

    fn write(&mut self, made: Result<std::io::Result<Made>, Box<Failed>>) -> Result<()> {
        let made = match made {
            Ok(made) => made.map_err(|source| EmitError::Write { target: "a record".into(), kept: "kept", source })?,
            Err(failed) => {
                let Failed { document, error } = *failed;
                let (stage, kind) = (error.stage(), error.stage().to_owned());
                let error = format!("{:#}", anyhow::Error::from(error));
                return self.fault(Fault { doc_id: document.doc_id, source: document.source, stage, kind, error, skipped: false });
            }
        };
        self.tally.add(&made);
        self.top.add(&made);
        if let Some(feed) = &mut self.feed {
            feed.take(&made)?;
        }
        if let Output::Page(page) = &made.output {
            show(page)?;
        }
        self.item(Some(&made))
    }

    fn fault(&mut self, fault: Fault) -> Result<()> {
        if fault.skipped {
            self.tally.skipped += 1;
        } else {
            self.tally.fail(&fault.kind);
        }
        let stage = if fault.skipped { "skipped" } else { fault.stage };
        let line = render::error_line(fault.doc_id, fault.source, stage, fault.error);
        let line = serde_json::to_string(&line).unwrap_or_else(|_| line.error.clone());
        match &mut self.errors {
            Some(errors) => errors.line(&line)?,
            None => self.bar.suspend(|| say(&line)),
        }
        self.item(None)
    }
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
    let template = if total.is_some() {
        "{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}"
    } else {
        "{spinner} {bytes}  {bytes_per_sec}  {msg}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
