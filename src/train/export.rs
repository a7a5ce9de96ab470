//! A finished training becomes a model directory, scored as it will be used.

use anyhow::{Context, Result};
use tch::Tensor;

use super::calibrate::FIRST_THRESHOLD;
use super::{Config, Options};
use crate::model::{Architecture, Base, Calibration, Card, FileEntry, Labels, SCHEMA, Threshold, Thresholds, sha256_of, write_weights};

/// Writes weights, configuration, tokenizer and card.
pub(super) fn write(
    config: &Config,
    options: &Options,
    labels: &Labels,
    architecture: &Architecture,
    weights: Vec<(String, Tensor)>,
) -> Result<()> {
    let folder = &options.output;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Those of an earlier training may be more files than this one's.
    for entry in std::fs::read_dir(folder)?.flatten().filter(|e| e.path().extension().is_some_and(|x| x == "safetensors")) {
        std::fs::remove_file(entry.path()).with_context(|| format!("cannot remove {}", entry.path().display()))?;
    }
    let weights = write_weights(weights, folder, config.storage)?;
    let mut text = architecture.to_json()?;
    text.push('\n');
    std::fs::write(folder.join("config.json"), text).context("cannot write config.json")?;
    std::fs::copy(config.base_directory().join("tokenizer.json"), folder.join("tokenizer.json")).context("cannot copy tokenizer.json")?;

    let mut files = std::collections::BTreeMap::new();
    for name in weights.into_iter().chain(["config.json".to_owned(), "tokenizer.json".to_owned()]) {
        let path = folder.join(&name);
        let bytes = std::fs::metadata(&path)?.len();
        files.insert(name, FileEntry { sha256: sha256_of(&path)?, bytes });
    }
    let card = Card {
        schema: SCHEMA.into(),
        name: config.name.clone(),
        version: config.version.clone(),
        files,
        labels: labels.clone(),
        window_tokens: config.window_tokens,
        calibration: Calibration::default(),
        thresholds: Thresholds {
            check_worthiness: Threshold { value: FIRST_THRESHOLD, chosen_on: "not chosen on data".into() },
            types: config.type_threshold.clone(),
        },
        scores: Default::default(),
        data: config.sources(),
        base: Base { name: config.base.name.clone(), licence: config.base.licence.clone() },
        training: serde_json::to_value(config)?,
    };
    Ok(card.write(folder)?)
}
