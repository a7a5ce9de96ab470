//! The wire format: what stands in a line of output. `docs/record.md` explains it to people; the JSON Schema in
//! `docs/record.schema.json` is generated from these types.
//!
//! Offsets are half-open, in the unit the record names, and `text[start..end]` is every span's `text`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assemble::{DateBasis, ResolvedBy};
use crate::document::{BlockKind, Duplicate, Source};
use crate::labels::{ClaimType, ClaimerKind, Mode, Stance, Verifiability, Worth};
use crate::span::OffsetUnit;
use crate::values::Value;

/// The schema of [`Record`].
pub const RECORD_SCHEMA: &str = "claimsift/record/1";
/// The schema of [`ClaimLine`].
pub const CLAIM_SCHEMA: &str = "claimsift/claim/1";
/// The schema of [`ErrorLine`].
pub const ERROR_SCHEMA: &str = "claimsift/error/1";

/// One document, annotated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// `claimsift/record/1`
    pub schema: String,
    /// Unique in a run.
    pub doc_id: String,
    /// Where the document came from.
    pub source: Source,
    /// Everything that was read and scored; `null` with `--no-text`.
    pub text: Option<String>,
    /// SHA-256 of `text` in UTF-8, lower-case hex; also when `text` is `null`.
    pub text_sha256: String,
    /// What all offsets count.
    pub offset_unit: OffsetUnit,
    /// Language of the text, where it was detected.
    pub language: Option<String>,
    /// The document this one repeats, where that was looked for (`--dedupe`); such a record has no sentences of its own.
    pub duplicate_of: Option<Duplicate>,
    /// What the stretches of the text are.
    pub blocks: Vec<BlockSpan>,
    /// The sentences, in order. Between two there is nothing but white space.
    pub sentences: Vec<SentenceSpan>,
    /// The entities, in order, without overlap.
    pub entities: Vec<EntitySpan>,
    /// Every attribution found, whether its content is worth checking or not.
    pub attributions: Vec<AttributionSpan>,
    /// The claims worth checking, in order.
    pub claims: Vec<ClaimSpan>,
    /// How much of the text was scored.
    pub coverage: Coverage,
    /// What scored it.
    pub model: ModelInfo,
    /// What ran the model.
    pub program: ProgramInfo,
    /// What people should know, such as a guessed encoding.
    pub warnings: Vec<String>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BlockSpan {
    /// Its number, from 0.
    pub id: usize,
    /// What it is.
    pub kind: BlockKind,
    /// First position.
    pub start: usize,
    /// One past the last position.
    pub end: usize,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SentenceSpan {
    /// Its number, from 0.
    pub id: usize,
    /// The block it stands in.
    pub block: Option<usize>,
    /// First position.
    pub start: usize,
    /// One past the last position.
    pub end: usize,
    /// Priority for fact-checking, in [0, 1]; not truth.
    pub check_worthiness: f64,
    /// ClaimBuster's class: `CFS` at or above the threshold, else `NFS` or `UFS`, whichever is likelier.
    pub label: Worth,
    /// `null` when the model has no such head.
    pub verifiability: Option<Verifiability>,
    /// `null` when the model has no such head.
    pub types: Option<Vec<ClaimType>>,
}

/// An entity mention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntitySpan {
    /// `e0`, `e1` …
    pub id: String,
    /// First position.
    pub start: usize,
    /// One past the last position.
    pub end: usize,
    /// Its words.
    pub text: String,
    /// Its label.
    pub label: String,
    /// The model's score, in [0, 1]; calibrated where the model's card says how.
    pub score: f64,
    /// Mentions of one entity share this number.
    pub cluster: usize,
    /// The fullest name of the cluster.
    pub canonical: String,
    /// The normalised amount or date, where it can be read.
    pub value: Option<Value>,
}

/// A span with its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TextSpan {
    /// First position.
    pub start: usize,
    /// One past the last position.
    pub end: usize,
    /// Its words.
    pub text: String,
    /// The parts, where other words stand between them; `start`, `end` and `text` are then those of their hull.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<(usize, usize)>>,
}

/// An attribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AttributionSpan {
    /// `a0`, `a1` …
    pub id: String,
    /// How the content is given.
    pub mode: Mode,
    /// Who is cited.
    pub source: Option<TextSpan>,
    /// The words that attribute.
    pub cue: Option<TextSpan>,
    /// What is attributed.
    pub content: TextSpan,
    /// Who it is.
    pub claimer: Option<ClaimerInfo>,
    /// `refute` where whoever is cited denies the content: it must not be read as theirs.
    #[serde(default)]
    pub stance: Stance,
    /// The attribution inside whose content this one stands: "X said that Y had told him …".
    #[serde(default)]
    pub within: Option<String>,
}

/// The party making a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimerInfo {
    /// Its fullest name in the document, else the words of the source.
    pub name: String,
    /// What it is.
    pub kind: ClaimerKind,
    /// The entity it is.
    pub entity: Option<String>,
    /// What a person is, where the text says it beside the name, or a roster does: `Treasury Secretary`.
    pub role: Option<String>,
    /// The party a roster gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The organisation a roster gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// What it was found by.
    pub resolved_by: ResolvedBy,
    /// The model's score, in [0, 1]; not calibrated.
    pub score: f64,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimSpan {
    /// This occurrence: a hash of document, version and span.
    pub id: String,
    /// These words: a hash of the normalised text.
    pub key: String,
    /// The sentences it stands in.
    pub sentences: Vec<usize>,
    /// The block it begins in.
    pub block: Option<usize>,
    /// Where and what.
    #[serde(flatten)]
    pub span: TextSpan,
    /// The stretches of it that are given verbatim.
    pub quoted: Vec<(usize, usize)>,
    /// Priority for fact-checking, in [0, 1].
    pub check_worthiness: f64,
    /// `null` when the model has no such head.
    pub verifiability: Option<Verifiability>,
    /// `null` when the model has no such head.
    pub types: Option<Vec<ClaimType>>,
    /// The entities in it.
    pub entities: Vec<String>,
    /// How it is given.
    pub mode: Mode,
    /// `refute` where the claimer denies it.
    #[serde(default)]
    pub stance: Stance,
    /// The attribution it comes from; `null` where the author asserts it.
    pub attribution: Option<String>,
    /// Who makes it; `null` where the author asserts it, or nobody is named.
    pub claimer: Option<ClaimerInfo>,
    /// The first date it names that can be read; not one behind "since" or "until".
    pub date: Option<ClaimDate>,
}

/// A date that a claim names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimDate {
    /// An ISO 8601 date, as exact as it is known: a day, week, month, year, also a quarter (`2018-Q3`) or decade (`1990s`);
    /// a period as `2016/2020`, both included.
    pub value: String,
    /// What it was read from.
    pub basis: DateBasis,
}

/// How much of the text was scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Characters of the text.
    pub chars: usize,
    /// Characters in sentences whose every word was scored exactly once.
    pub scored_chars: usize,
    /// Model calls it took.
    pub windows: usize,
    /// Characters left out: `chars - scored_chars`.
    pub truncated: usize,
}

/// What scored a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ModelInfo {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// One hash over all files the scores depend on.
    pub sha256: String,
    /// The number format it ran in.
    pub precision: String,
    /// The CPU kernels it ran on: bytes are equal where model, precision and kernel are.
    pub kernel: String,
    /// From which score on something counts.
    pub thresholds: ThresholdInfo,
}

/// From which score on something counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdInfo {
    /// For claims.
    pub check_worthiness: f64,
}

/// What ran the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProgramInfo {
    /// Version of claimsift.
    pub version: String,
    /// A hash of every option that can change a record.
    pub config_sha256: String,
}

/// One claim by itself, as `--only claims` writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClaimLine {
    /// `claimsift/claim/1`
    pub schema: String,
    /// The document.
    pub doc_id: String,
    /// Where the document came from.
    pub source: Source,
    /// SHA-256 of the document's text.
    pub text_sha256: String,
    /// What all offsets count; they are offsets into the document.
    pub offset_unit: OffsetUnit,
    /// The claim.
    pub claim: ClaimSpan,
    /// The sentences around it.
    pub context: Context,
    /// The attribution it comes from.
    pub attribution: Option<AttributionSpan>,
    /// The attributions around that one, from the inside out.
    #[serde(default)]
    pub within: Vec<AttributionSpan>,
    /// The entities in it.
    pub entities: Vec<EntitySpan>,
    /// What scored it.
    pub model: ModelInfo,
    /// What ran the model.
    pub program: ProgramInfo,
    /// What people should know of the document.
    pub warnings: Vec<String>,
}

/// The sentences around a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    /// The sentence before; `null` at the start.
    pub before: Option<String>,
    /// The sentence or sentences of the claim.
    pub sentence: String,
    /// The sentence after; `null` at the end.
    pub after: Option<String>,
}

/// A document that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorLine {
    /// `claimsift/error/1`
    pub schema: String,
    /// The document, or the argument where it did not come to one.
    pub doc_id: String,
    /// Where it came from.
    pub source: Source,
    /// Where it failed: `ingest` or `model`.
    pub stage: String,
    /// What went wrong, where, and what to do.
    pub error: String,
}

/// Any line of output, for the published schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its schema is used")]
enum Line {
    Record(Box<Record>),
    Claim(Box<ClaimLine>),
    Error(Box<ErrorLine>),
}

/// The JSON Schema of every line this program writes.
#[must_use]
pub fn json_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Line);
    schema.insert("title".into(), "A line of claimsift's output".into());
    schema.into()
}
