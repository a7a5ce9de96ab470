//! What stands in a gold file.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::span::OffsetUnit;

/// The schema this reads and writes.
pub(super) const SCHEMA: &str = "claimsift/gold/1";

/// A document, its annotations not looked into yet: each keeps its place in the file.
#[derive(Deserialize)]
pub(super) struct Top<'f> {
    pub schema: String,
    pub doc_id: String,
    pub offset_unit: OffsetUnit,
    pub text_sha256: Option<String>,
    pub text: Option<String>,
    /// In place of `text`: the file it is read from.
    pub text_path: Option<String>,
    #[serde(default)]
    pub rebuilt: bool,
    pub url: Option<String>,
    #[serde(borrow, default)]
    pub sentences: Option<Vec<&'f RawValue>>,
    #[serde(borrow, default)]
    pub entities: Option<Vec<&'f RawValue>>,
    #[serde(borrow, default)]
    pub attributions: Option<Vec<&'f RawValue>>,
    #[serde(borrow, default)]
    pub claims: Option<Vec<&'f RawValue>>,
}

/// A document as it is written.
#[derive(Serialize)]
pub(super) struct Written<'d> {
    pub schema: &'static str,
    pub doc_id: &'d str,
    pub offset_unit: OffsetUnit,
    pub text_sha256: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rebuilt: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'d str>,
    pub text: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentences: Option<Vec<Sentence>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entities: Option<Vec<Entity>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributions: Option<Vec<Attribution>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<Vec<Claim>>,
}

/// A class, or several where the annotation does not tell them apart.
#[derive(Deserialize, Serialize, Default)]
#[serde(untagged, expecting = "expected a word or a list of words")]
pub(super) enum Words {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

impl Words {
    pub(super) fn words(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(word) => vec![word],
            Self::Several(words) => words,
        }
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl From<Vec<String>> for Words {
    fn from(mut words: Vec<String>) -> Self {
        match (words.len(), words.pop()) {
            (1, Some(word)) => Self::One(word),
            (_, None) => Self::None,
            (_, Some(last)) => {
                words.push(last);
                Self::Several(words)
            }
        }
    }
}

#[derive(Deserialize, Serialize)]
pub(super) struct Sentence {
    pub start: usize,
    pub end: usize,
    #[serde(default, skip_serializing_if = "Words::is_none")]
    pub label: Words,
    #[serde(default, skip_serializing_if = "Words::is_none")]
    pub verifiability: Words,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimer: Option<Claimer>,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Surface {
    pub start: usize,
    pub end: usize,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<(usize, usize)>>,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Entity {
    #[serde(flatten)]
    pub span: Surface,
    pub label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Attribution {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    pub source: Option<Surface>,
    pub cue: Option<Surface>,
    pub content: Option<Surface>,
    pub claimer: Option<Claimer>,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Claimer {
    pub name: String,
    pub kind: String,
}

#[derive(Deserialize, Serialize)]
pub(super) struct Claim {
    #[serde(flatten)]
    pub span: Surface,
    pub mode: String,
    pub attribution: Option<usize>,
    pub claimer: Option<Claimer>,
}
