//! What the flags mean to the library.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::flags::{Args, Only};
use crate::cli::made::Shape;
use crate::cli::{memory, say};
use crate::emit::Plan;
use crate::ingest::{IngestOptions, PathGlob, Selection};
use crate::model::{self, Model, digest_of};
use crate::pipeline::Extractor;
use crate::record::{ModelInfo, ProgramInfo};
use crate::render::RenderOptions;
use crate::roster::Roster;
use crate::screen::{Screen, ScreenOptions};

/// What finds claims in a text, and how records are made of them.
pub(super) struct Engine {
    pub extractor: Extractor,
    /// Sentences make claims from this score on.
    pub threshold: f64,
    pub options: RenderOptions,
}

impl Engine {
    /// Loads the model and the roster.
    pub fn of(args: &Args) -> Result<Self> {
        let directory = model::find(&args.model)?;
        let threads = args.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
        memory::check(&directory, threads)?;
        let model = Model::load(&directory, args.precision)?;
        let roster = args.roster.as_deref().map(Roster::read).transpose()?;
        let extractor = Extractor::new(model, args.threads.map_or(0, usize::from))?;
        let extractor = extractor.with_roster(roster).with_timeout(args.timeout_per_document);
        let threshold = args.min_check_worthiness.unwrap_or(extractor.card().thresholds.check_worthiness.value);
        let options = render_options(args, &extractor, threshold)?;
        Ok(Self { extractor, threshold, options })
    }

    /// Says which model runs, and how.
    pub fn introduce(&self) {
        let ModelInfo { name, version, precision, kernel, .. } = &self.options.model;
        say(&format!("model {name} {version} in {precision} ({kernel}), {} threads", self.extractor.threads()));
    }
}

fn render_options(args: &Args, extractor: &Extractor, threshold: f64) -> Result<RenderOptions> {
    Ok(RenderOptions {
        offsets: args.offsets,
        with_text: !args.no_text,
        model: extractor.model_info(threshold),
        program: ProgramInfo { version: env!("CARGO_PKG_VERSION").into(), config_sha256: config_sha256(args, threshold)? },
    })
}

/// A hash of everything that can change a record's bytes, the model apart, which has a hash of its own.
fn config_sha256(args: &Args, threshold: f64) -> Result<String> {
    let read = |path: &PathBuf| std::fs::read(path).with_context(|| format!("the roster {}", path.display()));
    let roster = args.roster.as_ref().map(read).transpose()?.map(|bytes| digest_of(&bytes));
    let shown = |globs: &[PathGlob]| globs.iter().map(ToString::to_string).collect::<Vec<_>>();
    let config = serde_json::json!({
        "threshold": threshold, "offsets": args.offsets, "no_text": args.no_text, "only_claims": args.only.is_some(),
        "format": args.format.map(|f| f.to_string()), "text_field": args.text_field, "id_field": args.id_field,
        "max_document_bytes": args.max_document_bytes, "max_expansion_ratio": args.max_expansion_ratio, "roster": roster,
        "include": shown(&args.include), "exclude": shown(&args.exclude), "since": args.since.map(|day| day.to_string()),
        "language": args.language, "other_languages": args.other_languages, "dedupe": args.dedupe,
    });
    Ok(digest_of(serde_json::to_string(&config).context("the options")?.as_bytes()))
}

/// A hash of everything that decides which bytes come out where: a run goes on only with what it was begun with.
pub(super) fn run_sha256(args: &Args, options: &RenderOptions) -> Result<String> {
    let folder = std::env::current_dir().context("the working directory")?;
    // Names as they are, Unicode or not.
    let run = serde_json::json!({
        "config": options.program, "model": options.model, "paths": format!("{:?}", args.paths), "split_every": args.split_every,
        "folder": format!("{folder:?}"), "errors": args.errors.is_some(), "queue": format!("{:?}", args.queue),
    });
    Ok(digest_of(run.to_string().as_bytes()))
}

/// Which documents are read, and how.
pub(super) fn ingest_options(args: &Args) -> IngestOptions {
    IngestOptions {
        format: args.format,
        text_field: args.text_field.clone(),
        id_field: args.id_field.clone(),
        max_document_bytes: args.max_document_bytes,
        max_expansion_ratio: args.max_expansion_ratio,
        selection: Selection { include: args.include.clone(), exclude: args.exclude.clone() },
    }
}

/// Which of them the model is spared.
pub(super) fn screen(args: &Args) -> Screen {
    Screen::new(ScreenOptions { language: args.language.clone(), others: args.other_languages, since: args.since, dedupe: args.dedupe })
}

/// What a document is written as.
pub(super) fn shape(args: &Args) -> Shape {
    let tables = args.output.as_deref().is_some_and(|path| Plan::new(path, None).is_tables());
    match (args.pretty, args.only) {
        (true, _) => Shape::Pages,
        (false, Some(Only::Claims)) => Shape::Claims,
        (false, None) if tables => Shape::Rows,
        (false, None) => Shape::Records,
    }
}
