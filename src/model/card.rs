//! `card.json`: what a model directory holds, what the model's outputs mean, and how it was made.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Calibration, ModelError};
use crate::encode::SMALLEST_WINDOW;
use crate::labels::{ClaimType, Role, Verifiability, Worth};

/// The card's file name.
pub(crate) const FILE: &str = "card.json";

/// The schema this program writes and reads.
pub const SCHEMA: &str = "claimsift/model/1";

/// A model card for machines.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Card {
    /// [`SCHEMA`].
    pub schema: String,
    /// The model's name.
    pub name: String,
    /// The model's version.
    pub version: String,
    /// Every other file of the directory that loading needs.
    pub files: BTreeMap<String, FileEntry>,
    /// What the heads' outputs mean.
    pub labels: Labels,
    /// Most tokens a window may hold, special ones included.
    pub window_tokens: usize,
    /// How scores are calibrated.
    #[serde(default)]
    pub calibration: Calibration,
    /// From which score on something counts.
    pub thresholds: Thresholds,
    /// Scores on the development sets: set → measure → value.
    pub scores: BTreeMap<String, BTreeMap<String, f64>>,
    /// What it learnt from.
    pub data: Vec<DataSource>,
    /// What it started from.
    pub base: Base,
    /// The training configuration, as it was given.
    pub training: serde_json::Value,
}

/// One file of the model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FileEntry {
    /// SHA-256 in lower-case hex.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
}

/// What the heads' outputs mean, in the order of their outputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// Entity labels; the head has two IOB2 tags for each, and `O`.
    pub entities: Vec<String>,
    /// Parts of an attribution; likewise.
    pub attributions: Vec<String>,
    /// Classes of check-worthiness.
    pub check_worthiness: Vec<String>,
    /// Classes of verifiability; empty where the model has no such head.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verifiability: Vec<String>,
    /// Types a claim can be of; empty where the model has no such head.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
}

/// From which score on something counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Thresholds {
    /// For check-worthiness, calibrated.
    pub check_worthiness: Threshold,
    /// For each type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Threshold>,
}

/// A threshold and where it comes from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Threshold {
    /// In [0, 1].
    pub value: f64,
    /// What it was chosen on.
    pub chosen_on: String,
}

/// One corpus the model learnt from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSource {
    /// Its name.
    pub name: String,
    /// Its licence.
    pub licence: String,
    /// Whether it is a research corpus over copyrighted text.
    pub restricted: bool,
}

/// What the training started from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Base {
    /// The encoder's name.
    pub name: String,
    /// Its licence.
    pub licence: String,
}

impl Card {
    /// Reads the card of a model directory.
    ///
    /// # Errors
    /// When it is missing, is no card, or is of another schema.
    pub fn read(directory: &Path) -> Result<Self, ModelError> {
        let path = directory.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|e| {
            ModelError::file(
                &path,
                format!("cannot be read: {e}; a model directory holds card.json, config.json, tokenizer.json and model.safetensors"),
            )
        })?;
        let card: Self = serde_json::from_str(&text).map_err(|e| ModelError::file(&path, format!("line {}: {e}", e.line())))?;
        if card.schema != SCHEMA {
            return Err(ModelError::file(
                &path,
                format!("found schema {:?}, expected {SCHEMA:?}: the model was made for another version of this program", card.schema),
            ));
        }
        card.check_meaning().map_err(|reason| ModelError::file(&path, reason))?;
        Ok(card)
    }

    /// What the program takes for granted of labels and numbers.
    fn check_meaning(&self) -> Result<(), String> {
        let roles: Vec<&str> = Role::ALL.iter().map(|r| r.as_str()).collect();
        let worth: Vec<&str> = Worth::ALL.iter().map(|w| w.as_str()).collect();
        if self.labels.attributions != roles {
            return Err(format!("labels.attributions: found {:?}, expected {roles:?}", self.labels.attributions));
        }
        if self.labels.check_worthiness != worth {
            return Err(format!("labels.check_worthiness: found {:?}, expected {worth:?}", self.labels.check_worthiness));
        }
        let verifiability: Vec<&str> = Verifiability::ALL.iter().map(|v| v.as_str()).collect();
        if !self.labels.verifiability.is_empty() && self.labels.verifiability != verifiability {
            return Err(format!("labels.verifiability: found {:?}, expected {verifiability:?} or none", self.labels.verifiability));
        }
        if let Some(unknown) = self.labels.types.iter().find(|t| ClaimType::parse(t).is_none()) {
            let types: Vec<&str> = ClaimType::ALL.iter().map(|t| t.as_str()).collect();
            return Err(format!("labels.types: found {unknown:?}, expected some of {types:?}"));
        }
        let mut entities = self.labels.entities.clone();
        entities.sort();
        entities.dedup();
        if entities.len() != self.labels.entities.len() || entities.iter().any(String::is_empty) {
            return Err(format!("labels.entities: found {:?}, expected distinct names", self.labels.entities));
        }
        let thresholds = [("check_worthiness", Some(&self.thresholds.check_worthiness)), ("types", self.thresholds.types.as_ref())];
        for (name, threshold) in thresholds {
            if let Some(value) = threshold.map(|t| t.value).filter(|v| !(0.0..=1.0).contains(v)) {
                return Err(format!("thresholds.{name}: found {value}, expected a number from 0 to 1"));
            }
        }
        let scalings = [("check_worthiness", &self.calibration.check_worthiness), ("entities", &self.calibration.entities)];
        for (name, scaling) in scalings {
            if let Some(s) = scaling.as_ref().filter(|s| !(s.slope > 0.0 && s.slope.is_finite() && s.offset.is_finite())) {
                return Err(format!("calibration.{name}: found slope {} and offset {}, expected a slope above 0", s.slope, s.offset));
            }
        }
        if self.window_tokens < SMALLEST_WINDOW {
            return Err(format!("window_tokens: found {}, expected at least {SMALLEST_WINDOW}", self.window_tokens));
        }
        Ok(())
    }

    /// Writes the card.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, directory: &Path) -> Result<(), ModelError> {
        let path = directory.join(FILE);
        let mut text = serde_json::to_string_pretty(self).map_err(|e| ModelError::file(&path, e))?;
        text.push('\n');
        std::fs::write(&path, text).map_err(|e| ModelError::file(&path, e))
    }

    /// Holds every file of the directory against the card.
    ///
    /// # Errors
    /// At the first file that is missing or has another hash.
    pub fn check_files(&self, directory: &Path) -> Result<(), ModelError> {
        for needed in ["config.json", "tokenizer.json"] {
            if !self.files.contains_key(needed) {
                return Err(ModelError::file(&directory.join(FILE), format!("its `files` do not list {needed}")));
            }
        }
        if self.weight_files(directory).is_empty() {
            return Err(ModelError::file(&directory.join(FILE), "its `files` list no .safetensors"));
        }
        for (name, entry) in &self.files {
            let path = directory.join(name);
            let found = sha256_of(&path).map_err(|e| ModelError::file(&path, format!("cannot be read: {e}")))?;
            if found != entry.sha256 {
                return Err(ModelError::Hash { path, found, expected: entry.sha256.clone() });
            }
        }
        Ok(())
    }

    /// The files that hold weights.
    pub(crate) fn weight_files(&self, directory: &Path) -> Vec<PathBuf> {
        self.files.keys().filter(|name| name.ends_with(".safetensors")).map(|name| directory.join(name)).collect()
    }

    /// One hash for all files the outputs depend on.
    #[must_use]
    pub fn digest(&self) -> String {
        let lines: String = self.files.iter().map(|(name, entry)| format!("{name} {}\n", entry.sha256)).collect();
        digest_of(lines.as_bytes())
    }
}

/// SHA-256 of a file, in lower-case hex.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_of(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hasher.finalize())),
            n => hasher.update(&buffer[..n]),
        }
    }
}

/// SHA-256 of bytes, in lower-case hex.
#[must_use]
pub fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
