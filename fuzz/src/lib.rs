//! What the fuzz targets share: the sources of the program that need no model, and what must hold of whatever they read.

#[path = "../../src/document.rs"]
pub mod document;
#[path = "../../src/encode.rs"]
pub mod encode;
#[path = "../../src/ingest/mod.rs"]
pub mod ingest;
#[path = "../../src/labels.rs"]
pub mod labels;
#[path = "../../src/record.rs"]
pub mod record;
#[path = "../../src/span.rs"]
pub mod span;
#[path = "../../src/values/mod.rs"]
pub mod values;
pub mod windows;

/// The splitter's own rooms lie beside it.
#[path = "../../src"]
mod rooms {
    pub mod split;
}
pub use rooms::split;

/// Of what makes claims, all that a record names.
pub mod assemble {
    use serde::{Deserialize, Serialize};

    /// What the date of a claim was read from.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    #[serde(rename_all = "lowercase")]
    pub enum DateBasis {
        /// Its words.
        Text,
        /// Its words, and the day of the article.
        Published,
    }

    /// What a claimer was found by.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    #[serde(rename_all = "lowercase")]
    #[allow(missing_docs, reason = "src/assemble/claimers.rs says them")]
    pub enum ResolvedBy {
        Source,
        Name,
        Subject,
        Pronoun,
        Description,
        Speaker,
    }
}

use std::path::PathBuf;

use document::Document;
use ingest::{Format, IngestOptions};

/// The most documents looked at in one input.
const MOST_DOCUMENTS: usize = 1000;

/// Reads bytes as a file in a format, or as what they look like, and checks what comes of it.
pub fn read(format: Option<Format>, bytes: &[u8]) {
    let path = file();
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let options = IngestOptions { format, max_document_bytes: 1 << 20, max_expansion_ratio: 100, ..IngestOptions::default() };
    let paths = [path.to_string_lossy().into_owned()];
    for found in ingest::documents(&paths, &options).take(MOST_DOCUMENTS) {
        match found {
            Ok(document) => check(&document),
            Err(failure) => assert!(!failure.error.to_string().is_empty() && !failure.doc_id.is_empty()),
        }
    }
}

/// One file for each process, written again and again; the script removes it.
fn file() -> PathBuf {
    std::env::temp_dir().join(format!("claimsift-fuzz-{}", std::process::id()))
}

/// A document has an id and words; its blocks lie in its text, in order; sentences tile it.
fn check(document: &Document) {
    assert!(!document.doc_id.is_empty());
    let mut end = 0;
    for block in &document.blocks {
        assert!(block.span.start >= end && block.span.end >= block.span.start, "{:?} after {end}", block.span);
        assert!(document.text.get(block.span.start..block.span.end).is_some(), "{:?} cuts a character", block.span);
        end = block.span.end;
    }
    split(&document.text);
}

/// Splits a text; its sentences follow each other without gap from its first byte to its last.
pub fn split(text: &str) {
    let mut end = 0;
    for sentence in split::split(text) {
        assert_eq!(sentence.tile.start, end);
        assert!(sentence.tile.start <= sentence.span.start && sentence.span.end <= sentence.tile.end);
        assert!(text.get(sentence.span.start..sentence.span.end).is_some());
        end = sentence.tile.end;
    }
    assert_eq!(end, text.len());
}
