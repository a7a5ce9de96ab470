//! A finished training becomes a model directory, scored as it will be used.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use rust_bert::bert::BertConfig;
use tch::{Kind, Tensor};

use super::optimizer::AdamW;
use super::{Config, Options, TaskName};
use crate::evaluate::{self, Bootstrap, HEADLINES, Predictions, SetReport};
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
        let extractor = Extractor::new(Model::load(folder, Precision::F32)?, 0)?;
        for set in &config.dev {
            let gold = config.gold(set).with_context(|| format!("dev set {}", set.name))?;
            let scored = |threshold| -> Result<SetReport> {
                let predictions = Predictions::run(&gold.documents, &extractor, threshold, false)?;
                Ok(evaluate::score(&gold, &predictions, None, None, Bootstrap { resamples: 0, ..Bootstrap::default() }))
            };
            let mut report = scored(card.thresholds.check_worthiness.value)?;
            let best = report.scores.get("check_worthiness.best_threshold").and_then(|s| s.value);
            if let (Some(best), "not chosen on data") = (best, card.thresholds.check_worthiness.chosen_on.as_str()) {
                card.thresholds.check_worthiness = Threshold { value: best, chosen_on: format!("{}, best F1", set.name) };
                report = scored(best)?;
            }
            let scores = card_scores(&report, &set.tasks);
            for (measure, value) in &scores {
                log(&format!("dev {}: {measure} {value:.4}", set.name));
            }
            card.scores.insert(set.name.clone(), scores);
        }
    }
    card.write(folder)?;
    Ok(card.thresholds.check_worthiness.value)
}

/// The headline scores of the tasks a set is for: what a card holds.
pub fn card_scores(report: &SetReport, tasks: &[TaskName]) -> BTreeMap<String, f64> {
    let wanted = |name: &str| tasks.iter().any(|t| name.split('.').next() == Some(t.as_str()));
    let headlines = HEADLINES.iter().filter(|name| wanted(name));
    headlines.filter_map(|name| Some(((*name).to_owned(), report.scores.get(*name)?.value?))).collect()
}

impl TaskName {
    /// The first word of its scores' names.
    fn as_str(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::Attributions => "attributions",
            Self::CheckWorthiness => "check_worthiness",
        }
    }
}
