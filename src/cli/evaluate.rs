//! `claimsift evaluate`

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{DEFAULT_MODEL, Outcome, data_folder, print};
use crate::convert::{self, Format, GoldDocument};
use crate::evaluate::{self, Task};
use crate::model::{self, Model, Precision};
use crate::pipeline::Extractor;
use crate::train::{Config, Part, usual_labels};

#[derive(clap::Args)]
pub(super) struct Args {
    /// Gold files or folders.
    #[arg(value_name = "GOLD", required_unless_present = "recipe")]
    gold: Vec<PathBuf>,
    /// Score on the development sets of a training configuration instead.
    #[arg(long, value_name = "TOML", conflicts_with = "gold")]
    recipe: Option<PathBuf>,
    /// The format of the gold; guessed from its name otherwise.
    #[arg(long, value_enum)]
    from: Option<Format>,
    /// Which of the gold's documents, by their order.
    #[arg(long, value_enum, default_value_t)]
    part: Part,
    /// A model's name or directory.
    #[arg(long, default_value = DEFAULT_MODEL, value_name = "NAME|DIR")]
    model: String,
    /// Number format of the model.
    #[arg(long, value_enum, default_value_t)]
    precision: Precision,
    /// Write the scores into the model's card, too.
    #[arg(long, requires = "recipe")]
    update_card: bool,
    /// Write JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Set → measure → value.
type Report = BTreeMap<String, BTreeMap<String, f64>>;

pub(super) fn run(args: &Args) -> Result<Outcome> {
    let directory = model::find(&args.model)?;
    let model = Model::load(&directory, args.precision)?;
    let threshold = model.card.thresholds.check_worthiness.value;
    let extractor = Extractor::new(model, 0)?;
    let mut report = Report::new();
    for (name, documents) in sets(args)? {
        let outcome = evaluate::run(&documents, &extractor, &[Task::Entities, Task::Attributions, Task::CheckWorthiness, Task::Claims])?;
        report.insert(name, outcome.scores(threshold));
    }
    if args.update_card {
        let mut card = extractor.card().clone();
        card.scores.clone_from(&report);
        card.write(&directory)?;
    }
    print(&if args.json { format!("{}\n", serde_json::to_string_pretty(&report)?) } else { table(&report) })?;
    Ok(Outcome::Good)
}

fn sets(args: &Args) -> Result<Vec<(String, Vec<GoldDocument>)>> {
    if let Some(recipe) = &args.recipe {
        let config = Config::read(recipe, &data_folder())?;
        if config.dev.is_empty() {
            bail!("{} has no [[dev]] set", recipe.display());
        }
        return config.dev.iter().map(|set| Ok((set.name.clone(), config.documents(set)?))).collect();
    }
    let read = |path: &PathBuf| -> Result<(String, Vec<GoldDocument>)> {
        let format = args
            .from
            .or_else(|| convert::guess(path))
            .with_context(|| format!("{}: its format cannot be told; give --from", path.display()))?;
        let mut documents = convert::read(path, format)?;
        args.part.take(&mut documents);
        documents.iter_mut().for_each(|d| d.relabel(&usual_labels()));
        Ok((path.display().to_string(), documents))
    };
    args.gold.iter().map(read).collect()
}

fn table(report: &Report) -> String {
    let mut lines = String::new();
    for (set, scores) in report {
        lines.push_str(&format!("{set}\n"));
        for (measure, value) in scores {
            lines.push_str(&format!("  {measure:<44} {value:.4}\n"));
        }
        if scores.is_empty() {
            lines.push_str("  nothing that can be scored\n");
        }
    }
    lines
}
