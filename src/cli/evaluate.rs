//! `claimsift evaluate`

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::places::place;
use super::{DEFAULT_MODEL, Outcome, counted, data_folder, print, reading, say};
use crate::convert::{Format, LabelledDocument, Unknown};
use crate::emit;
use crate::evaluate::gate::{self, Floor};
use crate::evaluate::{self, Bootstrap, GoldSet, Predictions, REPORT_SCHEMA, Report, SchemeName, SetReport, SystemInfo, page, table};
use crate::model::{self, Model, Precision};
use crate::pipeline::Extractor;
use crate::train::{Config, Part, card_scores};

#[derive(clap::Args)]
#[command(
    after_help = "Exit status: 0 scored and passed, 1 scored with something left out (--lenient), 2 wrong usage, gold or set-up, 3 a score fell under --fail-under or --no-worse-than.\n\n\
    Examples:\n  claimsift evaluate fixtures/gold\n  claimsift evaluate gold/ --model my-model --baseline newsroom-small --html report.html\n  \
    claimsift evaluate dev.conllu test.csv --json > report.json\n  claimsift evaluate gold/ --predictions records.jsonl --fail-under entities.strict.f1=0.80"
)]
pub(super) struct Args {
    /// Gold files or folders, each a set of its own.
    #[arg(value_name = "GOLD", required_unless_present = "recipe")]
    gold: Vec<PathBuf>,
    /// Score on the development sets of a training configuration instead.
    #[arg(long, value_name = "TOML", conflicts_with_all = ["gold", "from", "map", "part"])]
    recipe: Option<PathBuf>,
    #[command(flatten)]
    reading: reading::Args,
    /// Which of the gold's documents, by their order.
    #[arg(long, value_enum, default_value_t)]
    part: Part,
    /// Score these instead of running a model: records, or annotation in any format that is read.
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    predictions: Option<PathBuf>,
    /// The format of predictions and baseline; told from the file where absent.
    #[arg(long, value_enum, value_name = "FORMAT")]
    predictions_from: Option<Format>,
    /// A model's name or directory.
    #[arg(long, default_value = DEFAULT_MODEL, value_name = "NAME|DIR")]
    model: String,
    /// Compare with another model (its directory or name), or with predictions made earlier.
    #[arg(long, value_name = "FILE|DIR|NAME")]
    baseline: Option<PathBuf>,
    /// Number format of the models.
    #[arg(long, value_enum, default_value_t)]
    precision: Precision,
    /// Split the text into sentences ourselves even where gold has its own.
    #[arg(long, conflicts_with = "predictions")]
    own_sentences: bool,
    /// The labels entities are compared in; the finest that gold and systems have where absent.
    #[arg(long, value_enum)]
    scheme: Option<SchemeName>,
    /// Draws for the intervals; 0 for none.
    #[arg(long, default_value_t = Bootstrap::default().resamples as u64, value_name = "N", value_parser = clap::value_parser!(u64).range(..=1_000_000))]
    resamples: u64,
    /// Seed of the draws.
    #[arg(long, default_value_t = Bootstrap::default().seed, value_name = "N")]
    seed: u64,
    /// Exit with 3 when the score is under the value (for errors such as check_worthiness.ece: over it); repeatable.
    #[arg(long, value_name = "SCORE=VALUE")]
    fail_under: Vec<Floor>,
    /// Exit with 3 when a headline score is worse than in this report (written by --json).
    #[arg(long, value_name = "REPORT")]
    no_worse_than: Option<PathBuf>,
    /// How much worse a score may be for --no-worse-than.
    #[arg(long, default_value_t = 0.0, value_name = "X", requires = "no_worse_than", value_parser = tolerance)]
    tolerance: f64,
    /// Show every score in the table, also those that few look for.
    #[arg(long, conflicts_with = "json")]
    all: bool,
    /// Write the report as JSON instead of a table (docs/evaluation.md).
    #[arg(long)]
    json: bool,
    /// Write a page with scores, curves and every mistake in its sentence.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write every mistake as a line of JSON.
    #[arg(long, value_name = "FILE")]
    mistakes: Option<PathBuf>,
    /// Write the headline scores into the model's card, too.
    #[arg(long, requires = "recipe", conflicts_with = "predictions")]
    update_card: bool,
}

/// Who predicts.
enum System {
    Model { extractor: Box<Extractor>, directory: PathBuf },
    Predictions { documents: Vec<LabelledDocument>, skipped: usize, name: String },
}

fn tolerance(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|x: &f64| x.is_finite() && *x >= 0.0).ok_or_else(|| "expected a number of at least 0".into())
}

pub(super) fn run(args: &Args) -> Result<Outcome> {
    for (option, path) in [("--html", &args.html), ("--mistakes", &args.mistakes)] {
        ensure!(path.as_deref() != Some(Path::new("-")), "{option} needs a file: standard output has the report");
    }
    inputs_are_kept(args)?;
    let saved = args.no_worse_than.as_deref().map(read_report).transpose()?;
    let sets = sets(args)?;
    let system = match &args.predictions {
        Some(file) => predictions(args, file)?,
        None => model(args, &args.model)?,
    };
    let baseline = args.baseline.as_deref().map(|path| baseline(args, path)).transpose()?;
    let bootstrap = Bootstrap { resamples: args.resamples as usize, seed: args.seed };
    let (predicted, without_gold) = system.predict(args, &sets)?;
    let others = baseline.as_ref().map(|b| b.predict(args, &sets)).transpose()?.map(|(others, _)| others);
    let score =
        |(at, set): (usize, &GoldSet)| evaluate::score(set, &predicted[at], others.as_ref().map(|o| &o[at]), args.scheme, bootstrap);
    let report = Report {
        schema: REPORT_SCHEMA.into(),
        program: env!("CARGO_PKG_VERSION").into(),
        system: system.info(),
        baseline: baseline.as_ref().map(System::info),
        bootstrap,
        without_gold,
        skipped_predictions: system.skipped() + baseline.as_ref().map_or(0, System::skipped),
        sets: sets.iter().enumerate().map(score).collect(),
    };
    if args.update_card {
        update_card(args, &system, &report)?;
    }
    write(args, &report)?;
    judge(args, &report, saved.as_ref())
}

/// Refuses to write where something stands that is read.
fn inputs_are_kept(args: &Args) -> Result<()> {
    let read = [&args.recipe, &args.predictions, &args.baseline, &args.no_worse_than];
    let read: Vec<PathBuf> = args.gold.iter().chain(read.into_iter().flatten()).map(|path| place(path)).collect();
    let written: Vec<(&str, &PathBuf)> = [("--html", &args.html), ("--mistakes", &args.mistakes)]
        .into_iter()
        .filter_map(|(option, path)| Some((option, path.as_ref()?)))
        .collect();
    for (option, path) in &written {
        // In a folder of gold a page of ours is no gold.
        let is_of = |folder: &PathBuf| place(path).starts_with(folder) && path.exists() && path.extension().is_none_or(|e| e != "html");
        ensure!(
            !read.iter().any(|given| *given == place(path) || is_of(given)),
            "{option} {}: it is read, and would be written over; expected another name",
            path.display()
        );
    }
    if let [(_, page), (_, mistakes)] = written[..] {
        ensure!(place(page) != place(mistakes), "--html and --mistakes would both be written to {}; expected two files", page.display());
    }
    Ok(())
}

fn sets(args: &Args) -> Result<Vec<GoldSet>> {
    if let Some(recipe) = &args.recipe {
        let config = Config::read(recipe, data_folder().as_deref())?;
        if config.dev.is_empty() {
            bail!("{} has no [[dev]] set", recipe.display());
        }
        return config.dev.iter().map(|set| config.gold(set)).collect();
    }
    let read = |path: &PathBuf| -> Result<GoldSet> {
        let (format, mut read) = args.reading.read(path, Unknown::Refuse)?;
        args.part.take(&mut read.documents);
        if read.documents.is_empty() {
            bail!("{}: no document was read", path.display());
        }
        let name = path.display().to_string();
        Ok(GoldSet { name, format: format.name(), documents: read.documents, skipped: read.skipped.len(), notes: read.notes })
    };
    for (at, path) in args.gold.iter().enumerate() {
        ensure!(!args.gold.iter().take(at).any(|before| place(before) == place(path)), "{} is given twice as gold", path.display());
    }
    args.gold.iter().map(read).collect()
}

fn model(args: &Args, name: &str) -> Result<System> {
    let directory = model::find(name)?;
    let extractor = Extractor::new(Model::load(&directory, args.precision)?, 0)?;
    Ok(System::Model { extractor: Box::new(extractor), directory })
}

fn predictions(args: &Args, file: &Path) -> Result<System> {
    // The format of the gold says nothing of the predictions'.
    let reading = args.reading.with_format(args.predictions_from);
    let (format, read) = reading.read(file, Unknown::Keep)?;
    let name = if format == Format::Records { file.display().to_string() } else { format!("{} ({})", file.display(), format.name()) };
    Ok(System::Predictions { documents: read.documents, skipped: read.skipped.len(), name })
}

/// A directory with a card is a model, a file is predictions, anything else a model's name.
fn baseline(args: &Args, path: &Path) -> Result<System> {
    match path.to_str() {
        Some(name) if path.join("card.json").is_file() || !path.exists() => model(args, name),
        _ => predictions(args, path),
    }
}

impl System {
    fn info(&self) -> SystemInfo {
        match self {
            Self::Model { extractor, .. } => SystemInfo::of(&extractor.model_info(extractor.card().thresholds.check_worthiness.value)),
            Self::Predictions { name, .. } => SystemInfo::named(name),
        }
    }

    /// What could not be read.
    fn skipped(&self) -> usize {
        match self {
            Self::Model { .. } => 0,
            Self::Predictions { skipped, .. } => *skipped,
        }
    }

    /// The predictions for each set, and how many have no gold.
    fn predict(&self, args: &Args, sets: &[GoldSet]) -> Result<(Vec<Predictions>, usize)> {
        match self {
            Self::Model { extractor, .. } => {
                let threshold = extractor.card().thresholds.check_worthiness.value;
                let run = |set: &GoldSet| Predictions::run(&set.documents, extractor, threshold, args.own_sentences);
                Ok((sets.iter().map(run).collect::<Result<_>>()?, 0))
            }
            Self::Predictions { documents, name, .. } => {
                let gold: Vec<&[LabelledDocument]> = sets.iter().map(|s| s.documents.as_slice()).collect();
                let (predictions, without_gold) = Predictions::of_sets(&gold, documents);
                for (set, found) in sets.iter().zip(&predictions) {
                    for place in &found.parting {
                        ensure!(
                            args.reading.lenient,
                            "{}, {name}: {place}; --lenient takes such documents as without a prediction",
                            set.name
                        );
                        say(&format!("claimsift: left out: {name}: {place}"));
                    }
                    ensure!(
                        found.matched() > 0,
                        "{name} holds no document of {}, which has {}",
                        set.name,
                        counted(set.documents.len(), "document")
                    );
                }
                Ok((predictions, without_gold))
            }
        }
    }
}

fn read_report(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let value: serde_json::Value = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))?;
    match value.get("schema").and_then(|s| s.as_str()) {
        Some(REPORT_SCHEMA) => serde_json::from_value(value).with_context(|| format!("{} is no whole report", path.display())),
        other => bail!("{}: found schema {other:?}, expected {REPORT_SCHEMA:?} (write one with --json)", path.display()),
    }
}

fn update_card(args: &Args, system: &System, report: &Report) -> Result<()> {
    let (System::Model { extractor, directory }, Some(recipe)) = (system, &args.recipe) else { return Ok(()) };
    let config = Config::read(recipe, data_folder().as_deref())?;
    let mut card = extractor.card().clone();
    let scored = |(set, report): (&crate::train::DataSet, &SetReport)| (set.name.clone(), card_scores(report, &set.tasks));
    card.scores = config.dev.iter().zip(&report.sets).map(scored).collect();
    Ok(card.write(directory)?)
}

fn write(args: &Args, report: &Report) -> Result<()> {
    if let Some(path) = &args.html {
        emit::write_whole(path, page::page(report).as_bytes())?;
    }
    if let Some(path) = &args.mistakes {
        let lines = report.sets.iter().flat_map(|s| &s.mistakes).map(|m| Ok(serde_json::to_string(m)? + "\n"));
        emit::write_whole(path, lines.collect::<Result<String>>()?.as_bytes())?;
    }
    print(&if args.json { format!("{}\n", serde_json::to_string_pretty(report)?) } else { table::table(report, args.all) })
}

fn judge(args: &Args, report: &Report, saved: Option<&Report>) -> Result<Outcome> {
    let mut failures = gate::under(report, &args.fail_under).map_err(|e| anyhow!(e))?;
    if let Some(saved) = saved {
        failures.extend(gate::worse(report, saved, args.tolerance).map_err(|e| anyhow!(e))?);
    }
    for failure in &failures {
        say(&format!("claimsift: {failure}"));
    }
    let left_out = report.skipped_predictions > 0 || report.sets.iter().any(|s| s.skipped > 0);
    Ok(match (failures.is_empty(), left_out) {
        (false, _) => Outcome::Fell,
        (true, true) => Outcome::SomeFailed,
        (true, false) => Outcome::Good,
    })
}
