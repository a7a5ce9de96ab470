//! Gold annotation in the formats people have, read into one set of types.
//!
//! `evaluate` and `train` read through here: one implementation of each format. A corpus that does not annotate
//! something leaves it `None`, so that nothing is learnt from, or scored against, labels nobody gave.

mod brat;
mod claimbuster;
mod columns;
mod gold;

use std::path::{Path, PathBuf};

use crate::labels::{ClaimType, ClaimerKind, Mode, Verifiability, Worth};
use crate::span::Span;

/// A document with whatever its corpus annotates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoldDocument {
    /// The corpus's name for it.
    pub doc_id: String,
    /// Its text; rebuilt from the tokens where the corpus has only those.
    pub text: String,
    /// Its sentences, in order, trimmed.
    pub sentences: Option<Vec<GoldSentence>>,
    /// Its entities, in order.
    pub entities: Option<Vec<GoldEntity>>,
    /// Its attributions.
    pub attributions: Option<Vec<GoldAttribution>>,
    /// Its claims.
    pub claims: Option<Vec<GoldClaim>>,
}

/// A sentence and what it was graded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoldSentence {
    /// Where it stands.
    pub span: Span,
    /// Check-worthiness.
    pub worth: Option<Worth>,
    /// Verifiability.
    pub verifiability: Option<Verifiability>,
    /// Types.
    pub types: Option<Vec<ClaimType>>,
}

/// A labelled span.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldEntity {
    /// Where it stands.
    pub span: Span,
    /// Its label, in the corpus's own words until [`GoldDocument::relabel`] maps them.
    pub label: String,
}

/// A span in one or several pieces: in order, apart, never empty.
pub type Parts = Vec<Span>;

/// Who said what, by which words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoldAttribution {
    /// How it is given.
    pub mode: Option<Mode>,
    /// Who is cited.
    pub source: Option<Parts>,
    /// The words that attribute.
    pub cue: Option<Parts>,
    /// What is attributed.
    pub content: Option<Parts>,
    /// Who it is in the end, where the corpus says so.
    pub claimer: Option<GoldClaimer>,
}

/// The party making a claim.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldClaimer {
    /// Its fullest name, or its description.
    pub name: String,
    /// What it is.
    pub kind: ClaimerKind,
}

/// A claim.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldClaim {
    /// Where it stands.
    pub parts: Parts,
    /// How it is given.
    pub mode: Mode,
    /// The attribution it comes from, as an index.
    pub attribution: Option<usize>,
    /// Who makes it; `None` for the author.
    pub claimer: Option<GoldClaimer>,
}

/// A way to write gold down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
#[value(rename_all = "kebab-case")]
pub enum Format {
    /// Our own: `docs/gold-format.md`.
    Gold,
    /// One token a line with columns, the tags in one of them, IOB1 or IOB2 (CoNLL-2003, WikiGold, UNER, CrossNER …).
    Columns,
    /// A folder of brat standoff: `NAME.txt` beside `NAME.ann`, or `text/` beside `attributions/` as PolNeAR has it.
    Brat,
    /// ClaimBuster's CSV: `Text`, `Verdict` (-1 NFS, 0 UFS, 1 CFS) and `File_id`.
    Claimbuster,
}

/// Why gold could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The file could not be opened or is not what it should be.
    #[error("{path}: {reason}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A line is not what it should be.
    #[error("{path}, line {line}: {reason}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What was found and expected.
        reason: String,
    },
}

impl ConvertError {
    fn file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::File { path: path.to_path_buf(), reason: reason.to_string() }
    }

    fn line(path: &Path, line: usize, reason: impl std::fmt::Display) -> Self {
        Self::Line { path: path.to_path_buf(), line, reason: reason.to_string() }
    }
}

/// Reads all documents of `path` (a file or a folder), in the order of the file, or sorted by name.
///
/// # Errors
/// At the first thing that is not as the format has it, with file and line.
pub fn read(path: &Path, format: Format) -> Result<Vec<GoldDocument>, ConvertError> {
    match format {
        Format::Brat => brat::read(path),
        Format::Gold => each_file(path, "json", gold::read),
        Format::Columns => each_file(path, "", columns::read),
        Format::Claimbuster => each_file(path, "csv", claimbuster::read),
    }
}

/// Guesses the format of `path` from its name and, for text, its first lines.
#[must_use]
pub fn guess(path: &Path) -> Option<Format> {
    let extension = |p: &Path| p.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    if path.is_dir() {
        if path.join("attributions").is_dir() {
            return Some(Format::Brat);
        }
        let names: Vec<PathBuf> = std::fs::read_dir(path).ok()?.flatten().map(|e| e.path()).collect();
        return if names.iter().any(|p| extension(p) == "ann") {
            Some(Format::Brat)
        } else if names.iter().any(|p| extension(p) == "json") {
            Some(Format::Gold)
        } else {
            None
        };
    }
    match extension(path).as_str() {
        "json" => Some(Format::Gold),
        "csv" => Some(Format::Claimbuster),
        "conll" | "iob2" | "iob" | "bio" | "txt" | "train" | "testa" | "testb" => Some(Format::Columns),
        _ => None,
    }
}

fn each_file(
    path: &Path,
    extension: &str,
    read_file: fn(&Path) -> Result<Vec<GoldDocument>, ConvertError>,
) -> Result<Vec<GoldDocument>, ConvertError> {
    if !path.is_dir() {
        return read_file(path);
    }
    let mut files = listing(path)?;
    files.retain(|f| f.is_file() && f.extension().is_some_and(|e| e.to_str() == Some(extension)));
    if files.is_empty() {
        return Err(ConvertError::file(path, format!("the folder holds no .{extension} file")));
    }
    let mut documents = Vec::new();
    for file in files {
        documents.extend(read_file(&file)?);
    }
    Ok(documents)
}

fn listing(folder: &Path) -> Result<Vec<PathBuf>, ConvertError> {
    let entries = std::fs::read_dir(folder).map_err(|e| ConvertError::file(folder, e))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    files.sort();
    Ok(files)
}

fn text_of(path: &Path) -> Result<String, ConvertError> {
    let bytes = std::fs::read(path).map_err(|e| ConvertError::file(path, e))?;
    String::from_utf8(bytes)
        .map_err(|e| ConvertError::file(path, format!("not UTF-8: a wrong byte at offset {}", e.utf8_error().valid_up_to())))
}

impl GoldDocument {
    /// The gold sentences where there are any, else ours, of which nothing is known.
    #[must_use]
    pub fn sentences_or_ours(&self) -> Vec<GoldSentence> {
        self.sentences.clone().unwrap_or_else(|| {
            let ours = crate::split::split(&self.text).into_iter().map(|s| s.span).filter(|span| !span.is_empty());
            ours.map(|span| GoldSentence { span, ..GoldSentence::default() }).collect()
        })
    }

    /// Maps the entity labels by `map`; entities whose label is not in it are dropped.
    pub fn relabel(&mut self, map: &std::collections::BTreeMap<String, String>) {
        if let Some(entities) = &mut self.entities {
            entities.retain_mut(|e| match map.get(&e.label) {
                Some(label) => {
                    e.label.clone_from(label);
                    true
                }
                None => false,
            });
        }
    }
}
