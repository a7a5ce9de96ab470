//! The report: what `claimsift evaluate --json` writes. `docs/evaluation.md` explains it to people.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bootstrap::Bootstrap;
use super::entities::Confusion;
use super::mistakes::Mistake;
use super::predict::SystemInfo;
use super::ranking::{Bin, CurvePoint};
use super::scheme::Scheme;

/// The schema of [`Report`].
pub const REPORT_SCHEMA: &str = "claimsift/report/1";

/// Scores of one system, and of a baseline, on one or several sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// `claimsift/report/1`
    pub schema: String,
    /// Version of claimsift.
    pub program: String,
    /// Who predicted.
    pub system: SystemInfo,
    /// Whom it is compared with.
    pub baseline: Option<SystemInfo>,
    /// How intervals were drawn: 95% percentile intervals over documents.
    pub bootstrap: Bootstrap,
    /// Predictions for which there is no gold in any set; they do not count.
    pub without_gold: usize,
    /// What could not be read of the predictions, and was left out (`--lenient`).
    pub skipped_predictions: usize,
    /// The sets, in the order given.
    pub sets: Vec<SetReport>,
}

/// Scores on one set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetReport {
    /// The gold's file or folder.
    pub name: String,
    /// Its format.
    pub format: String,
    /// Gold documents.
    pub documents: usize,
    /// Gold documents for which there is no prediction; they count as nothing found.
    pub without_prediction: Vec<String>,
    /// The same for the baseline.
    pub baseline_without_prediction: Vec<String>,
    /// What could not be read, and was left out (`--lenient`).
    pub skipped: usize,
    /// What people should know of the reading and the scoring.
    pub notes: Vec<String>,
    /// The labels entities were compared in.
    pub entity_labels: Option<Scheme>,
    /// Every score, by its name; tasks without gold are absent, what is undefined is `null`.
    pub scores: IndexMap<String, Score>,
    /// The sums behind the scores, by name.
    pub counts: IndexMap<String, f64>,
    /// Entities: gold labels against predicted ones.
    pub confusion: Option<Confusion>,
    /// Check-worthiness: scores against truth, in bins of equal mass.
    pub reliability: Vec<Bin>,
    /// Check-worthiness: precision against recall, thinned.
    pub curve: Vec<CurvePoint>,
    /// Against the baseline, by score; empty without one.
    pub compared: IndexMap<String, Difference>,
    /// Documents on which the baseline scored otherwise.
    pub changed: Vec<Changed>,
    /// What went wrong, span by span; written by `--mistakes` and `--html` only.
    #[serde(skip)]
    pub mistakes: Vec<Mistake>,
}

/// A score with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// The score; `null` where there is nothing to score.
    pub value: Option<f64>,
    /// Low end of its interval; `null` with fewer than two documents.
    pub low: Option<f64>,
    /// High end of its interval.
    pub high: Option<f64>,
}

/// The system's score minus the baseline's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The baseline's score.
    pub baseline: Option<f64>,
    /// Score minus baseline.
    pub difference: Option<f64>,
    /// Low end of the paired interval.
    pub low: Option<f64>,
    /// High end of the paired interval.
    pub high: Option<f64>,
    /// Two-sided p-value of "there is no difference", from the paired bootstrap.
    pub p: Option<f64>,
}

/// A document on which two systems differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// The document.
    pub doc_id: String,
    /// The score that differs.
    pub score: String,
    /// The baseline's, on this document.
    pub baseline: Option<f64>,
    /// The system's, on this document.
    pub value: Option<f64>,
}

/// The scores people look at first, in the order of the tasks.
pub const HEADLINES: [&str; 19] = [
    "check_worthiness.f1",
    "check_worthiness.average_precision",
    "check_worthiness.ece",
    "verifiability.macro_f1",
    "verifiability.verifiable.f1",
    "verifiability.subjectivity.macro_f1",
    "types.micro.f1",
    "claims.overlap.f1",
    "claims.met.f1",
    "claimer.f1",
    "attributions.source.exact.f1",
    "attributions.cue.exact.f1",
    "attributions.content.exact.f1",
    "attributions.source.word.f1",
    "attributions.content.word.f1",
    "attributions.links.accuracy",
    "entities.strict.f1",
    "entities.ece",
    "sentences.boundary.f1",
];

/// Tasks, in the order people read them.
pub(super) const TASKS: [&str; 8] =
    ["check_worthiness", "verifiability", "types", "claims", "claimer", "attributions", "entities", "sentences"];

/// Whether a smaller value of the score is the better one.
#[must_use]
pub fn smaller_is_better(score: &str) -> bool {
    ["ece", "brier", "wrong_person"].iter().any(|name| score.ends_with(&format!(".{name}")))
}

impl Report {
    /// The JSON Schema of the report.
    #[must_use]
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Report).into()
    }
}
