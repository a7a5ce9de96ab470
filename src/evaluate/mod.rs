//! Predictions against gold.
//!
//! 1. [`predict`](Predictions): a system's word on the gold documents, run now or read from a file, laid on the
//!    gold's text (`align`)
//! 2. `counter`: every task counts each document by itself (`sentences`, `claims`, `attributions`, `entities`), in
//!    labels both sides have (`scheme`), and notes what differs (`mistakes`)
//! 3. `tally`, [`ranking`](Ranking): counts are summed and divided once; scores rank
//! 4. `bootstrap`: the same again over documents drawn anew, for intervals
//! 5. [`Report`]: all of it, for machines; [`table`] and [`page`] for people, [`gate`] for continuous integration
//!
//! Which measure is what: `docs/evaluation.md`.

mod align;
mod attributions;
mod bootstrap;
mod claims;
mod counter;
mod entities;
mod four_ways;
pub mod gate;
mod mistakes;
pub mod page;
mod predict;
mod ranking;
mod report;
mod scheme;
mod sentences;
mod spans;
pub mod table;
mod tally;

use indexmap::IndexMap;
use rayon::prelude::*;

pub use bootstrap::{Bootstrap, LEVEL};
pub use claims::token_f1;
pub use entities::Confusion;
pub use four_ways::{FourWays, Verdicts, four_ways};
pub use mistakes::{Kind, Marked, Mistake};
pub use predict::{Predictions, SystemInfo};
pub use ranking::{BINS, Bin, CurvePoint, DEPTHS, Ranking, RankingScores, Scored};
pub use report::{Changed, Difference, HEADLINES, REPORT_SCHEMA, Report, Score, SetReport, smaller_is_better};
pub use scheme::{Scheme, SchemeName};
pub use spans::{Counts, exact};

use crate::convert::LabelledDocument;
use counter::{Counted, Counter};
use tally::{Sheet, Tallies, Tally};

/// Points of the precision-recall curve in a report, at most.
const CURVE_POINTS: usize = 200;

/// Documents to score against.
#[derive(Debug, Clone, Default)]
pub struct GoldSet {
    /// Its file or folder.
    pub name: String,
    /// Its format.
    pub format: String,
    /// Its documents; entity labels are ours.
    pub documents: Vec<LabelledDocument>,
    /// What could not be read.
    pub skipped: usize,
    /// What people should know of it.
    pub notes: Vec<String>,
}

/// Scores predictions, and compares them with a baseline's on the same documents. Entities are compared in `scheme`, or
/// in the finest labels all sides have.
#[must_use]
pub fn score(
    gold: &GoldSet,
    predictions: &Predictions,
    baseline: Option<&Predictions>,
    scheme: Option<SchemeName>,
    bootstrap: Bootstrap,
) -> SetReport {
    let systems: Vec<&Predictions> = std::iter::once(predictions).chain(baseline).collect();
    let labels: Vec<_> = systems.iter().map(|s| &s.labels).collect();
    let mut sheet = Sheet::default();
    let counter = Counter::new(&mut sheet, &gold.documents, Scheme::of(&gold.documents, &labels, scheme));
    let ranked = counter.grades_worth() && systems.iter().any(|s| s.says.scores);
    let ours = Outcome::of(&sheet, &counter, gold, predictions, ranked);
    let theirs = baseline.map(|b| Outcome::of(&sheet, &counter, gold, b, ranked));

    let values = ours.scores(None);
    let draws = if gold.documents.len() < 2 {
        Vec::new()
    } else {
        bootstrap.draws(gold.documents.len(), |times| {
            (ours.scores(Some(times)), theirs.as_ref().map(|t| t.scores(Some(times))).unwrap_or_default())
        })
    };
    let names = ours.names();
    let mut scores = IndexMap::new();
    let mut compared = IndexMap::new();
    let before = theirs.as_ref().map(|t| t.scores(None));
    for at in in_order_of_tasks(&names) {
        // The threshold that fits best is chosen on these very documents; an interval would say nothing of it.
        let chosen = names[at].ends_with(".best_threshold");
        let drawn: Vec<f64> = draws.iter().filter_map(|(ours, _)| ours[at]).collect();
        let interval = bootstrap::interval(drawn).filter(|_| values[at].is_some() && !chosen);
        scores.insert(names[at].clone(), Score { value: values[at], low: interval.map(|i| i.0), high: interval.map(|i| i.1) });
        if let (Some(before), false) = (&before, chosen) {
            let differences: Vec<f64> = draws.iter().filter_map(|(ours, theirs)| Some(ours[at]? - theirs[at]?)).collect();
            let difference = values[at].zip(before[at]).map(|(a, b)| a - b);
            let p = bootstrap::p_value(&differences).filter(|_| difference.is_some());
            let interval = bootstrap::interval(differences).filter(|_| difference.is_some());
            let (low, high) = (interval.map(|i| i.0), interval.map(|i| i.1));
            compared.insert(names[at].clone(), Difference { baseline: before[at], difference, low, high, p });
        }
    }
    let missing = |system: &Predictions| -> Vec<String> {
        let of_gold = gold.documents.iter().zip(&system.documents);
        of_gold.filter(|(_, p)| p.missing).map(|(d, _)| d.doc_id.clone()).collect()
    };
    SetReport {
        name: gold.name.clone(),
        format: gold.format.clone(),
        documents: gold.documents.len(),
        without_prediction: missing(predictions),
        baseline_without_prediction: baseline.map(missing).unwrap_or_default(),
        skipped: gold.skipped,
        notes: gold.notes.clone(),
        entity_labels: counter.scheme().cloned(),
        scores,
        counts: sheet.counts().iter().cloned().zip(ours.sums(None)).collect(),
        confusion: counter.scheme().map(|_| ours.confusion.clone()),
        reliability: ours.ranking.reliability(),
        curve: ours.ranking.curve(CURVE_POINTS),
        compared,
        changed: theirs.map(|t| changed(&gold.documents, &ours, &t)).unwrap_or_default(),
        mistakes: ours.mistakes,
    }
}

/// Everything counted of one system.
struct Outcome<'s> {
    sheet: &'s Sheet,
    tallies: Tallies,
    /// Whether sentences are ranked: by this system, or by the one it is compared with.
    ranked: bool,
    ranking: Ranking,
    confusion: Confusion,
    mistakes: Vec<Mistake>,
}

impl<'s> Outcome<'s> {
    fn of(sheet: &'s Sheet, counter: &Counter, gold: &GoldSet, predictions: &Predictions, ranked: bool) -> Self {
        let pairs = gold.documents.par_iter().zip(&predictions.documents).enumerate();
        let documents: Vec<Counted> = pairs.map(|(at, (gold, predicted))| counter.count(at, gold, predicted, predictions.says)).collect();
        let mut confusion = counter.confusion();
        let (mut tallies, mut scored, mut mistakes) = (Vec::new(), Vec::new(), Vec::new());
        for document in documents {
            confusion.add_all(&document.confusion);
            tallies.push(document.tally);
            scored.extend(document.ranked);
            mistakes.extend(document.mistakes);
        }
        Self { sheet, tallies: Tallies::new(tallies.into_iter()), ranked, ranking: Ranking::new(scored), confusion, mistakes }
    }

    fn sums(&self, times: Option<&[u32]>) -> Vec<f64> {
        self.tallies.sums(self.sheet.counts().len(), times)
    }

    /// The names of all scores.
    fn names(&self) -> Vec<String> {
        let ranked = ranked_names().into_iter().filter(|_| self.ranked);
        self.sheet.names().map(str::to_owned).chain(ranked).collect()
    }

    /// All scores, in the order of [`Outcome::names`]; `times` says how often each document counts.
    fn scores(&self, times: Option<&[u32]>) -> Vec<Option<f64>> {
        let mut scores = self.sheet.scores(&self.sums(times));
        if self.ranked {
            scores.extend(ranked_values(&self.ranking.scores(times)));
        }
        scores
    }
}

fn ranked_names() -> Vec<String> {
    let plain = ["average_precision", "auroc", "auprc", "ndcg", "r_precision", "best_f1", "best_threshold", "ece", "brier"];
    let tops = DEPTHS.map(|k| format!("precision_at_{k}"));
    plain.iter().map(|n| (*n).to_owned()).chain(tops).map(|n| format!("check_worthiness.{n}")).collect()
}

fn ranked_values(s: &RankingScores) -> Vec<Option<f64>> {
    let plain = [s.average_precision, s.auroc, s.auprc, s.ndcg, s.r_precision, s.best_f1, s.best_threshold, s.ece, s.brier];
    plain.into_iter().chain(s.precision_at).collect()
}

/// The scores' indices, task by task.
fn in_order_of_tasks(names: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&at| report::TASKS.iter().position(|task| names[at].split('.').next() == Some(task)));
    order
}

/// Documents on which a headline score differs, worst loss first; of scores that rank there is none of one document.
fn changed(gold: &[LabelledDocument], ours: &Outcome, theirs: &Outcome) -> Vec<Changed> {
    let names: Vec<&str> = ours.sheet.names().collect();
    let alone = |tally: &Tally| {
        let mut sums = vec![0.0; ours.sheet.counts().len()];
        tally.add_to(&mut sums, 1.0);
        ours.sheet.scores(&sums)
    };
    let mut changed = Vec::new();
    for (at, document) in gold.iter().enumerate() {
        let (a, b) = (ours.tallies.of(at), theirs.tallies.of(at));
        if a == b {
            continue;
        }
        for ((name, value), baseline) in names.iter().zip(alone(a)).zip(alone(b)) {
            if value != baseline && HEADLINES.contains(name) {
                changed.push(Changed { doc_id: document.doc_id.clone(), score: (*name).to_owned(), baseline, value });
            }
        }
    }
    // Undefined is nothing to find and nothing found: as good as right.
    let gain = |c: &Changed| c.value.unwrap_or(1.0) - c.baseline.unwrap_or(1.0);
    changed.sort_by(|a, b| gain(a).total_cmp(&gain(b)));
    changed
}
