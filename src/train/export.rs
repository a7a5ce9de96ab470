//! A finished training becomes a model directory, scored as it will be used.

use std::path::Path;

use anyhow::{Context, Result};
use rust_bert::bert::BertConfig;
use tch::{Kind, Tensor};

use super::optimizer::AdamW;
use super::{Config, Options, TaskName};
use crate::evaluate::{self, Task};
use crate::model::{Base, Card, FileEntry, Labels, Model, Precision, SCHEMA, Threshold, Thresholds, sha256_of};
use crate::pipeline::Extractor;

/// Used until a development set says better.
const FIRST_THRESHOLD: f64 = 0.5;

/// Writes weights (fp16), configuration, tokenizer and card.
pub(super) fn write(config: &Config, options: &Options, labels: &Labels, architecture: &BertConfig, optimizer: &AdamW) -> Result<()> {
    let folder = &options.output;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let halves: Vec<(String, Tensor)> = optimizer.weights().into_iter().map(|(name, t)| (name, t.to_kind(Kind::Half))).collect();
    Tensor::write_safetensors(&halves, folder.join("model.safetensors")).context("cannot write the weights")?;
    let mut text = serde_json::to_string_pretty(architecture)?;
    text.push('\n');
    std::fs::write(folder.join("config.json"), text).context("cannot write config.json")?;
    std::fs::copy(config.base_directory().join("tokenizer.json"), folder.join("tokenizer.json")).context("cannot copy tokenizer.json")?;

    let mut files = std::collections::BTreeMap::new();
    for name in ["config.json", "model.safetensors", "tokenizer.json"] {
        let path = folder.join(name);
        let bytes = std::fs::metadata(&path)?.len();
        files.insert(name.to_owned(), FileEntry { sha256: sha256_of(&path)?, bytes });
    }
    let card = Card {
        schema: SCHEMA.into(),
        name: config.name.clone(),
        version: config.version.clone(),
        files,
        labels: labels.clone(),
        window_tokens: config.window_tokens,
        thresholds: Thresholds { check_worthiness: Threshold { value: FIRST_THRESHOLD, chosen_on: "not chosen on data".into() } },
        scores: Default::default(),
        data: config.sources(),
        base: Base { name: config.base.name.clone(), licence: config.base.licence.clone() },
        training: serde_json::to_value(config)?,
    };
    Ok(card.write(folder)?)
}

/// Scores the written model on the development sets, chooses the threshold on the first of them that grades
/// check-worthiness, and writes both into the card. Returns the threshold.
pub(super) fn score(config: &Config, folder: &Path, log: &mut dyn FnMut(&str)) -> Result<f64> {
    let mut card = Card::read(folder)?;
    if !config.dev.is_empty() {
        let model = Model::load(folder, Precision::F32)?;
        let extractor = Extractor::new(model, 0)?;
        for set in &config.dev {
            let documents = config.documents(set).with_context(|| format!("dev set {}", set.name))?;
            let tasks: Vec<Task> = set.tasks.iter().map(|t| t.task()).collect();
            let outcome = evaluate::run(&documents, &extractor, &tasks)?;
            if let (Some(best), true) = (outcome.best_threshold(), card.thresholds.check_worthiness.chosen_on == "not chosen on data") {
                card.thresholds.check_worthiness = Threshold { value: best, chosen_on: format!("{}, best F1", set.name) };
            }
            let scores = outcome.scores(card.thresholds.check_worthiness.value);
            for (measure, value) in &scores {
                log(&format!("dev {}: {measure} {value:.4}", set.name));
            }
            card.scores.insert(set.name.clone(), scores);
        }
    }
    card.write(folder)?;
    Ok(card.thresholds.check_worthiness.value)
}

impl TaskName {
    fn task(self) -> Task {
        match self {
            Self::Entities => Task::Entities,
            Self::Attributions => Task::Attributions,
            Self::CheckWorthiness => Task::CheckWorthiness,
        }
    }
}
