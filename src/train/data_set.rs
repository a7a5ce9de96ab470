//! A corpus as the configuration names it: where it is, what of it is used, and what its labels mean.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::convert::Format;

/// A head that can be trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskName {
    /// Entities.
    Entities,
    /// Sources, cues, contents.
    Attributions,
    /// Check-worthiness.
    CheckWorthiness,
    /// Verifiability.
    Verifiability,
    /// Types.
    Types,
}

impl TaskName {
    /// The first word of its scores' names.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::Attributions => "attributions",
            Self::CheckWorthiness => "check_worthiness",
            Self::Verifiability => "verifiability",
            Self::Types => "types",
        }
    }
}

/// What a label of a corpus may be of ours: one, or one of several.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Meant {
    /// This one.
    One(String),
    /// One of these; `none` is no entity.
    OneOf(Vec<String>),
}

impl Meant {
    /// Every label it may be.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        match self {
            Self::One(label) => vec![label.clone()],
            Self::OneOf(labels) => labels.clone(),
        }
    }
}

/// What a corpus teaches besides what it says in so many words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derived {
    /// It asks only whether a sentence judges, and says nothing of facts beside the judgement: what it calls an opinion
    /// may be mixed, and what it calls none is factual or none.
    Subjectivity,
    /// From check-worthiness: NFS is opinion or none, UFS and CFS are factual or mixed.
    VerifiabilityFromCheckWorthiness,
    /// From verifiability: what holds nothing to check is NFS, the rest UFS or CFS.
    CheckWorthinessFromVerifiability,
}

/// Which documents of a set, by their order in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
#[value(rename_all = "kebab-case")]
pub enum Part {
    /// All.
    #[default]
    All,
    /// The first half, the middle one included where the number is odd.
    FirstHalf,
    /// The rest.
    SecondHalf,
}

impl Part {
    /// Keeps the part's documents.
    pub fn take<T>(self, documents: &mut Vec<T>) {
        let half = documents.len().div_ceil(2);
        match self {
            Self::All => {}
            Self::FirstHalf => documents.truncate(half),
            Self::SecondHalf => drop(documents.drain(..half)),
        }
    }
}

/// A corpus, and what of it is used.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// Its name.
    pub name: String,
    /// Where it is: relative to the configuration, else to the data folder (`CLAIMSIFT_DATA`).
    pub path: PathBuf,
    /// Its format; guessed where absent.
    pub format: Option<Format>,
    /// Which heads it teaches.
    pub tasks: Vec<TaskName>,
    /// Entity labels of the corpus → ours, one or one of several; others are no entities. Absent: the usual labels.
    pub labels: Option<BTreeMap<String, Meant>>,
    /// Our entity labels that the corpus annotates wherever they occur. Absent: those that `labels` names, or all.
    pub covers: Option<Vec<String>>,
    /// The same documents as a program read them: a file or folder of gold JSON, joined by `doc_id`. It says what the
    /// corpus leaves open.
    pub silver: Option<PathBuf>,
    /// Whether the teacher reads it, too.
    #[serde(default)]
    pub distil: bool,
    /// Keep this many of its sentences, evenly drawn. Absent: all.
    pub sentences: Option<usize>,
    /// Grades of sentences of the corpus, stand-off; nothing else of the corpus is learnt then (docs/training.md).
    pub grades: Option<PathBuf>,
    /// The labels silver is believed in. Absent: all.
    pub silver_labels: Option<Vec<String>>,
    /// What it teaches besides.
    #[serde(default)]
    pub derive: Vec<Derived>,
    /// Times it is seen in an epoch; below 1, another share of it in each epoch.
    #[serde(default = "one")]
    pub times: f64,
    /// The share of its sentences without any attribution that is kept.
    #[serde(default = "one")]
    pub blank: f64,
    /// Of a development set: the tasks whose scores are calibrated, and whose threshold is chosen, on it. Where no set says
    /// so, it is the first that is for the task.
    #[serde(default)]
    pub calibrates: Vec<TaskName>,
    /// Which of its documents.
    #[serde(default)]
    pub part: Part,
    /// Its licence, for the card.
    #[serde(default)]
    pub licence: String,
    /// Whether it is a research corpus over copyrighted text.
    #[serde(default)]
    pub restricted: bool,
    /// Whether it stands in for restricted sets: it is used only where these are left out.
    #[serde(default)]
    pub stand_in: bool,
}

fn one() -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_share_no_document_and_miss_none() {
        for n in 0..5 {
            let all: Vec<usize> = (0..n).collect();
            let (mut first, mut second) = (all.clone(), all.clone());
            Part::FirstHalf.take(&mut first);
            Part::SecondHalf.take(&mut second);
            first.extend(second);
            assert_eq!(first, all);
        }
    }
}
