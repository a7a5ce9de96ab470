//! A document as it was read: its text, what each stretch of it is, and where it came from.

use serde::{Deserialize, Serialize};

use crate::span::Span;
use crate::values::Day;

/// What a stretch of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// The title over the article.
    Headline,
    /// The summary under the headline.
    Standfirst,
    /// Who wrote it.
    Byline,
    /// Where and when it was written.
    Dateline,
    /// Running text.
    Paragraph,
    /// Words under a picture.
    Caption,
    /// One speaker's turn in a transcript, which opens with a [`speaker`], or a further paragraph of it.
    Turn,
    /// A correction or clarification.
    Correction,
}

/// One block of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the document's text.
    pub span: Span,
}

/// Where a document came from. Fields that the input does not give are `None`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Source {
    /// Path as reached from the working directory; `-` for standard input.
    pub path: String,
    /// `text`, `markdown` or `jsonl`.
    pub format: String,
    /// Canonical address.
    pub url: Option<String>,
    /// Publisher.
    pub outlet: Option<String>,
    /// Title given beside the text.
    pub title: Option<String>,
    /// Author line given beside the text.
    pub byline: Option<String>,
    /// Date of publication, as the input gives it.
    pub published: Option<String>,
    /// Date of the last change, as the input gives it.
    pub modified: Option<String>,
    /// Identifier given by the publisher.
    pub guid: Option<String>,
    /// Version given by the publisher.
    pub version: Option<String>,
    /// Publication status, such as `usable` or `withheld`.
    pub pub_status: Option<String>,
    /// Not to be published before.
    pub embargoed_until: Option<String>,
    /// Subject codes.
    pub subjects: Vec<String>,
    /// News urgency, 1 (most urgent) to 9.
    pub urgency: Option<u8>,
    /// Rights statement.
    pub rights: Option<String>,
    /// SHA-256 of the raw bytes the document was read from (the line, for JSONL), in lower-case hex.
    pub raw_sha256: Option<String>,
    /// Further fields of a JSONL line, as they were.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub fields: serde_json::Map<String, serde_json::Value>,
}

/// A document ready to be split.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// Unique in a run.
    pub doc_id: String,
    /// Where it came from.
    pub source: Source,
    /// Everything that is read and scored.
    pub text: String,
    /// What the stretches of `text` are, in order, without overlap.
    pub blocks: Vec<Block>,
    /// What the reader wants people to know (a guessed encoding, say).
    pub warnings: Vec<String>,
}

impl Document {
    /// The day it appeared, which "last week" counts from: the beginning of `source.published`, where that is an ISO
    /// 8601 date.
    #[must_use]
    pub fn published(&self) -> Option<Day> {
        self.source.published.as_deref().and_then(|date| date.trim().get(..10)).and_then(|day| day.parse().ok())
    }
}

/// The longest name of a speaker, in bytes: "The Right Honourable Alexandra Featherstonehaugh (Con)".
const LONGEST_SPEAKER: usize = 60;
/// Small words that stand in names and offices.
const PARTICLES: [&str; 9] = ["of", "the", "and", "de", "da", "van", "von", "bin", "al"];

/// Who speaks a line of a transcript, with what stands in brackets behind the name: the words before its first colon,
/// where they look like a name or an office. `None` where a line does not open so.
#[must_use]
pub fn speaker(line: &str) -> Option<&str> {
    let (label, said) = line.split_once(':')?;
    let name = label.split(['(', '[']).next().unwrap_or(label).trim();
    let words: Vec<&str> = name.split_whitespace().collect();
    let fits = |word: &&str| {
        let letters = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '\'' | '’' | ',' | '#' | '&'));
        letters && (word.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) || PARTICLES.contains(word))
    };
    let named = label.len() <= LONGEST_SPEAKER && (1..=6).contains(&words.len()) && words.iter().all(fits);
    let lettered = name.starts_with(char::is_alphabetic);
    (named && lettered && (said.is_empty() || said.starts_with(char::is_whitespace))).then_some(label)
}
